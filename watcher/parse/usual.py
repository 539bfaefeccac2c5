"""The usual line of a log: a narrow pattern for blocks whose lines are all alike.

A general pattern knows every way to write a time, a quote or a cell. Programs write their lines
one way only, and a pattern for just that way takes half the time. It is learned from a line, and
it counts only for a block in which it matches every line, and every time is a simple one; all
other blocks are read by the general pattern. What it finds is the same, so that nothing but speed
depends on what was learned.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from watcher.parse.batch import many_in
from watcher.parse.timeformat import FRACTION, NONE, TimeFormat
from watcher.parse.timetable import TIME_FORMATS

ENOUGH = 16  # lines, in one block or many, that are worth learning from the last
LEARNED_FROM = 4096  # bytes of a block that are searched for a line to learn from
LONGEST_PAUSE = 64  # blocks read without trying, if lines are never alike
LONGEST = 2000  # bytes that a piece of a usual line may have; bounds what hostile lines cost

ZONE = rb"A-Zazp+\-\xe2"  # how a zone, a year, AM or PM may begin
# Not in the middle of a longer time, nor of a file's name.
END, END_COMMA = rb"(?![0-9A-Za-z.:+/_-])", rb"(?![0-9A-Za-z.:,+/_-])"
GROUP = re.compile(rb"\((?!\?)")
ANYTHING = b"(?:)"  # the usual pattern of what need not be looked at
REPEATS = re.compile(rb"\{\d+,\d*\}")

Pieces = list[Any]  # as `split` gives them: junk, groups, junk, groups, ..., junk
Groups = Mapping[str, Sequence[int]]  # by role, where the groups of a pattern begin


class Alike(NamedTuple):
    """Times that are all written alike: what of each is taken out, and what is always the same."""

    pattern: bytes  # with a group for head, joint and whole seconds, or one for head and seconds
    groups: int  # 1 or 2
    tail: bytes | None
    head: int  # bytes of the whole that are its head
    joint: bytes  # between head and seconds


class Learned(NamedTuple):
    """How the lines of a log look."""

    lines: re.Pattern[bytes]
    alike: Alike | None = None  # None: times have their three groups
    groups: Groups = {}  # noqa: RUF012 - never changed
    quotes: int = -1  # of a line, where a word could hide another; -1: any number


class Pause:
    """How long to wait until something is tried again that was in vain: longer and longer."""

    def __init__(self) -> None:
        self.length = self._left = 0  # blocks

    def is_over(self) -> bool:
        """Asked once a block."""
        if self._left:
            self._left -= 1
        return not self._left

    def begin(self) -> None:
        """It was in vain."""
        self.length = min(2 * self.length + 1, LONGEST_PAUSE)
        self._left = self.length + 1

    def end(self) -> None:
        """It was not."""
        self.length = 0


class Usual:
    """Learns how the lines of one log look, and splits the blocks that look so throughout."""

    def __init__(
        self, learn: Callable[[bytes], Learned | None], fits: Callable[[bytes, int], bool]
    ) -> None:
        """`learn` a pattern from a block; which block of so many lines `fits` that pattern."""
        self._learn, self.fits = learn, fits
        self.learned: Learned | None = None
        self.unlike = 0  # lines since the last that were alike, if they came in small blocks
        self._pause = Pause()

    def split(self, block: bytes, lines: int) -> tuple[Pieces, Learned] | None:
        """The pieces of a block in which all of so many lines are alike; else None."""
        if not lines or not self._pause.is_over() or not self.fits(block, lines):
            return None
        learned = self.learned
        pieces = None if learned is None else _all(learned, block, lines)
        if pieces is None:
            self.unlike += lines
            if self.unlike < ENOUGH:
                return None
            learned = self._learn(block)
            pieces = None if learned is None else _all(learned, block, lines)
        self.unlike = 0
        if learned is None or pieces is None:
            self._pause.begin()
            return None
        self.learned = learned
        return pieces, learned

    def disappoint(self) -> None:
        """A block that looked usual was not so after all."""
        self._pause.begin()

    def confirm(self) -> None:
        """It was so indeed."""
        self._pause.end()


def usual_line(
    general: re.Pattern[bytes],
    parts: Sequence[tuple[bytes, bytes]],
    never: bytes,
    groups: Groups,
    time: tuple[int, TimeFormat] | None,
) -> Usual | None:
    """Of lines whose shape is a row of parts; None if none is usual.

    `parts`: the general and the usual pattern of each, the latter if there is one. `never`: bytes
    that no usual line has. `groups` are those of the general pattern. `time`: which part, and its
    format. Where something lazy decides at which place the time begins, no line is usual.
    """
    lead = b"".join(pattern for pattern, _ in parts[: time[0] if time else 0])
    if b"}?" in lead or (time is None and not any(usual for _, usual in parts)):
        return None

    def learn(block: bytes) -> Learned | None:
        found = general.search(block, 0, LEARNED_FROM)
        if found is None:
            return None
        patterns = [usual or pattern for pattern, usual in parts]
        alike = time and usual_time(time[1], found, groups["time"][0])
        if time is None or alike is None:
            return Learned(lines_of(rb"(?=[^\n])" + b"".join(patterns)), None, groups)
        patterns[time[0]] = alike.pattern
        return Learned(lines_of(b"".join(patterns)), alike, _moved(groups, alike))

    def fits(block: bytes, _: int) -> bool:
        for byte in never:  # noqa: SIM110 - `any` costs a microsecond a line
            if byte in block:
                return False
        return True

    return Usual(learn, fits)


def lines_of(pattern: bytes) -> re.Pattern[bytes]:
    """The pattern of whole lines. Every match ends with a newline: as many as there are lines
    have none inside them, whatever the pieces of the pattern let pass.
    """
    return re.compile(rb"^%b\n" % pattern, re.MULTILINE)


def _moved(groups: Groups, alike: Alike) -> Groups:
    """Where the groups begin if times have fewer than three."""
    time = groups["time"][0]
    return {
        role: [at if at <= time else at - 3 + alike.groups for at in places]
        for role, places in groups.items()
    }


def _all(learned: Learned, block: bytes, lines: int) -> Pieces | None:
    """The pieces, if every line matches: as many matches as lines means one each."""
    if learned.quotes >= 0 and many_in(block, b'"') != learned.quotes * lines:
        return None
    pieces = learned.lines.split(block)
    return pieces if len(pieces) - 1 == lines * (learned.lines.groups + 1) else None


def usual_time(format_: TimeFormat, found: re.Match[bytes], group: int) -> Alike | None:
    """How times look that look like the one found; None: there is nothing usual in them.

    The pattern lets pass what is no time: `Clock.taken` refuses that.
    """
    if format_.seconds not in (FRACTION, NONE) or format_ not in TIME_FORMATS:
        return None
    if b"(?<" in format_.head:  # what stands before it matters
        return None
    text, ends = found.string, [found.span(group + n) for n in range(3)]
    (begin, stop), (second, second_stop), (tail, tail_stop) = ends
    whole = text[second:second_stop].isdigit() or second == second_stop
    joint = text[stop:second]
    if whole:
        front = b"(.{%d})" % (second_stop - begin)
    else:
        seconds = re.sub(rb"\d+", _digits, re.escape(text[second:second_stop]))
        front = b"(.{%d})%b(%b)" % (stop - begin, re.escape(joint), seconds)
    behind = _behind(format_, text, (second_stop, tail, tail_stop))
    if behind is None:
        return None
    tail_text = None if tail < 0 else text[tail:tail_stop]
    return Alike(front + behind, 1 if whole else 2, tail_text, stop - begin, joint)


def _digits(found: re.Match[bytes]) -> bytes:
    return rb"\d{%d}" % len(found[0])


def _behind(format_: TimeFormat, text: bytes, at: tuple[int, int, int]) -> bytes | None:
    """The pattern of what follows the seconds, where nothing can be another tail."""
    stop, tail, tail_stop = at
    front = format_.pattern.removesuffix(format_.rest)
    seconds = front[front.rfind(rb"(\d") :]
    end = END_COMMA if b"," in REPEATS.sub(b"", seconds) else END  # before thousandths
    if tail < 0:
        return _without_tail(text[stop : stop + 2], end, format_)
    if tail == tail_stop and format_.rest.startswith(b"()"):
        return end + format_.rest.removeprefix(b"()")
    if format_.tail_letters != "Z" or tail == tail_stop or b"(?=:" in format_.tail:
        return None
    return re.escape(text[stop:tail_stop]) + end


def _without_tail(follows: bytes, end: bytes, format_: TimeFormat) -> bytes | None:
    """The pattern of what tells that there is no tail, the shorter the better."""
    if re.match(rb" [^%b]" % ZONE, follows):
        return rb"(?= [^%b])" % ZONE
    if re.match(rb"(?![%b ])%b[^\n]" % (ZONE, end), follows):
        return b"(?=%b)" % re.escape(follows[:1])
    tail, optional, _ = format_.rest.rpartition(b"))?")
    if not (optional and tail.startswith(b"(?:")):
        return None
    return b"(?!%b))%b" % (GROUP.sub(b"(?:", tail[3:], count=1), end)
