"""The usual line of a log: a narrow pattern for blocks whose lines are all alike.

A general pattern knows every way to write a time, a quote or a cell. Programs write their lines
one way only, and a pattern for just that way takes half the time. It is learned from a line, and
it counts only for a block in which it matches every line; all other blocks are read by the
general one. Where it matches a line it gives the same groups, so that nothing but speed depends
on what was learned.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from watcher.parse.timeformat import FRACTION, NONE, TimeFormat
from watcher.parse.timetable import TIME_FORMATS

ENOUGH = 16  # lines of a block that is worth learning from
LONGEST_PAUSE = 64  # blocks read without trying, if lines are never alike
LONGEST = 2000  # bytes that a piece of a usual line may have; bounds what hostile lines cost

TAIL = rb"(?! ?[A-Zazp+\-\xe2])"  # not even the beginning of a zone, a year, AM or PM
# Not in the middle of a longer time, nor of a file's name.
END, END_COMMA = rb"(?![0-9A-Za-z.:+/_-])", rb"(?![0-9A-Za-z.:,+/_-])"
REPEATS = re.compile(rb"\{\d+,\d*\}")

Pieces = list[Any]  # as `split` gives them: junk, groups, junk, groups, ..., junk


class Usual:
    """Learns how the lines of one log look, and splits the blocks that look so throughout."""

    def __init__(
        self,
        learn: Callable[[bytes], re.Pattern[bytes] | None],
        fits: Callable[[bytes, int], bool],
    ) -> None:
        """`learn` a pattern from a block; which block of so many lines `fits` that pattern."""
        self._learn, self._fits = learn, fits
        self.lines: re.Pattern[bytes] | None = None
        self._pause = self._left = 0  # blocks

    def split(self, block: bytes, lines: int) -> Pieces | None:
        """The pieces of a block in which all of so many lines are alike; else None."""
        if self._left:
            self._left -= 1
            return None
        if (self.lines is None and lines < ENOUGH) or not self._fits(block, lines):
            return None
        pieces = _all(self.lines, block, lines)
        if pieces is None and lines >= ENOUGH:
            self.lines = self._learn(block)
            pieces = _all(self.lines, block, lines)
            self._pause = 0 if pieces else min(2 * self._pause + 1, LONGEST_PAUSE)
            self._left = self._pause
        return pieces


def usual_line(
    general: re.Pattern[bytes],
    parts: Sequence[tuple[bytes, bytes]],
    never: bytes,
    time: tuple[int, int, TimeFormat] | None,
) -> Usual | None:
    """Of lines whose shape is a row of parts; None if none is usual.

    `parts`: the general and the usual pattern of each, the latter if there is one. `never`: bytes
    that no usual line has. `time`: which part, its first group, its format. Where something lazy
    decides at which place the time begins, no line is usual.
    """
    lead = b"".join(pattern for pattern, _ in parts[: time[0] if time else 0])
    if b"}?" in lead or (time is None and not any(usual for _, usual in parts)):
        return None
    strange = [never[n : n + 1] for n in range(len(never))]

    def learn(block: bytes) -> re.Pattern[bytes] | None:
        found = general.search(block)
        if found is None:
            return None
        patterns = [usual or pattern for pattern, usual in parts]
        if time is not None:
            part, group, format_ = time
            patterns[part] = usual_time(format_, found, group) or patterns[part]
        return re.compile(rb"^(?=[^\n])%b$" % b"".join(patterns), re.MULTILINE)

    return Usual(learn, lambda block, _: not any(byte in block for byte in strange))


def _all(pattern: re.Pattern[bytes] | None, block: bytes, lines: int) -> Pieces | None:
    """The pieces, if every line matches: as many matches as lines means one each."""
    pieces = pattern.split(block) if pattern is not None else []
    return pieces if pattern and len(pieces) - 1 == lines * (pattern.groups + 1) else None


def usual_time(format_: TimeFormat, found: re.Match[bytes], group: int) -> bytes:
    """A pattern, with the same groups, of times that look like the one found; b"": there is none.

    It may let pass what is no instant, since the clock refuses that too.
    """
    if format_.seconds not in (FRACTION, NONE) or format_ not in TIME_FORMATS:
        return b""
    text, ends = found.string, [found.span(group + n) for n in range(3)]
    (begin, stop), (second, second_stop), (tail, tail_stop) = ends
    joint = re.escape(text[stop:second])
    front = rb"(%b)%b(%b)" % (shape(text[begin:stop]), joint, shape(text[second:second_stop]))
    front_of_rest = format_.pattern.removesuffix(format_.rest)
    seconds = front_of_rest[front_of_rest.rfind(rb"(\d") :]
    comma = b"," in REPEATS.sub(b"", seconds)  # before thousandths
    end, rest = (END_COMMA, b"(?!,)" + format_.rest) if comma else (END, format_.rest)
    if tail < 0:
        return rb"%b(?:%b%b|%b)" % (front, TAIL, end, rest)
    if format_.tail_letters != "Z" or tail == tail_stop or b"(?=:" in format_.tail:
        return front + rest
    return (
        front + re.escape(text[second_stop:tail]) + b"(%b)" % re.escape(text[tail:tail_stop]) + end
    )


def shape(text: bytes) -> bytes:
    """A pattern of texts with digits and letters at the same places."""
    pieces = re.split(rb"(\d|[A-Za-z])", text)  # others, digit or letter, others, ...
    pieces[::2] = map(re.escape, pieces[::2])
    pieces[1::2] = [rb"\d" if piece.isdigit() else rb"[A-Za-z]" for piece in pieces[1::2]]
    return b"".join(pieces)
