"""The first lines of a log, from which its format is told."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
from itertools import pairwise
from typing import NamedTuple

from watcher.parse.clock import Clock
from watcher.parse.settings import AUTO, LogSettings
from watcher.parse.timeformat import WHOLE
from watcher.parse.timestamps import (
    TIME_FORMATS,
    Found,
    Stamp,
    TimeFormat,
    found_in,
    from_strptime,
    is_instant,
)

ENOUGH_LINES = 200  # after which a verdict stands
ENOUGH_BYTES = 64 * 1024  # likewise
FEW = 16  # lines that are looked at to see whether there is any use in looking at all
LONGEST = 4096  # bytes of a line that are looked at to tell a format
MOST = 0.6  # of the lines must have their time at one place, for it to be the time of the log
RECORDS = 0.12  # likewise where the time begins a record of several lines
NEARLY = 0.95  # of the best: as good
TIMED = 0.9  # of texts of one kind must be times, for it to be the kind of times
SELDOM = 0.05  # of lines may be older than the one before; more often, it is not the log's time
FEW_NIGHTS = 2  # may be in lines that are few
SOME = 20  # lines in which a time that never moves is not the log's
REAL = 1e9  # seconds since 1970; files that were last written to earlier are images, or unpacked
AHEAD = 2 * 86_400.0  # seconds after the file was last written to: no time but a number
MOST_MISSING = 3  # words before the time that some lines have and others have not
MOST_BEFORE = 8  # words that stand before the time
SHORTEST, LONGEST_TIME = 6, 60  # bytes of a time: `9/8/16`, `2016-09-28T04:30:30+02:00 ...`
FAR_BEFORE = 24  # likewise where there is no other: vmstat -t
NEAR_BEFORE = 1  # likewise where the time says no day, for it may be how long something took
# A word, or several in brackets: the name of a thread, as Java has it.
ONE_WORD = rb"(?:\[[^\[\]\n]{0,80}+\][^ \t\n]*+|[^ \t\n]++)"
BOM, ESCAPE = b"\xef\xbb\xbf", 0x1B

_words = re.compile(ONE_WORD).findall
_marks = re.compile(b"^" + BOM, re.MULTILINE).sub
_colours = re.compile(rb"\x1b\[[\d;]*+m").sub

# What follows the time in syslog: `host sshd[123]:`; the number may be missing in the old form,
# and the host where there is one.
PROCESS = rb"[^ \t\n:\[\]]++\[\d++\](?:[ ]?[(<][^:\n]{0,80}+)?+:"
PROCESSES = {
    "rfc3164": re.compile(
        rb"[ \t]++(?:%b|[^ \t\n]++[ \t]++(?:%b|[^ \t\n:\[\]]++:))" % (PROCESS, PROCESS)
    ),
    "iso8601": re.compile(rb"[ \t]++[^ \t\n\[:]++[ \t]++(?:kernel:|%b)" % PROCESS),
}

COMMAS = [
    (re.compile(format_.pattern).fullmatch, format_)
    for format_ in TIME_FORMATS
    if format_.name.endswith("_comma")
]


class Head(NamedTuple):
    """What there is to tell a format from."""

    lines: Sequence[bytes]  # those that say something, without their ends
    zone: tzinfo  # of times that name none
    probes: Sequence[bytes] = ()  # lines from all over the file, in order, the newest last
    modified: float = 0.0  # Unix seconds when the file was last written to
    settings: LogSettings = AUTO  # what the user says of them
    comments: Sequence[bytes] = ()  # the lines that begin with `#`

    @property
    def some(self) -> Sequence[bytes]:
        """A few lines from all over it, which turn most formats away at once."""
        return self.lines[:: 1 + (len(self.lines) - 1) // FEW]

    @property
    def time(self) -> TimeFormat | None:
        """How times are written, if the user says it."""
        said = self.settings.time_format
        return from_strptime(said) if said else None

    def find(self, line: bytes) -> Iterator[Found]:
        """Every time in a line that could be that of the log."""
        return _find_one(self.time, line) if self.time else iter(found_in(line))


def _find_one(format_: TimeFormat, line: bytes) -> Iterator[Found]:
    for found in re.finditer(rb"(?<![0-9A-Za-z])" + format_.pattern, line):
        if is_instant(format_, stamp_of(found)):
            yield Found(format_, found.start(), found.end(), stamp_of(found))


def head_of(
    data: bytes,
    zone: tzinfo,
    probes: Sequence[bytes],
    modified: float,
    settings: LogSettings = AUTO,
) -> Head:
    """The lines of `data` that say something: neither blanks nor comments."""
    said = unpainted(data).split(b"\n")[:ENOUGH_LINES]
    lines = [line.rstrip(b"\r")[:LONGEST] for line in said if line.strip()]
    comments = [line for line in lines if line.lstrip().startswith(b"#")]
    told = [line for line in lines if not line.lstrip().startswith(b"#")]
    return Head(told or comments, zone, probes, modified, settings, comments)


def unpainted(data: bytes) -> bytes:
    """`data` without marks of UTF-8 where lines begin, and without the colours of terminals."""
    if BOM[0] in data and BOM in data:  # one byte is looked for thirty times as fast as three
        data = _marks(b"", data)
    return _colours(b"", data) if ESCAPE in data else data


class Place(NamedTuple):
    """Where in a line its time stands, and how it is written."""

    format: TimeFormat
    words: int  # that stand before it
    lead: bytes  # pattern of what stands before it in its own word
    indent: bytes = b""  # pattern of the blanks that lines begin with

    @property
    def pattern(self) -> bytes:
        """Of the line from its beginning to the end of the time; three groups."""
        return self.indent + self.words_before + self.lead + self.format.pattern

    @property
    def words_before(self) -> bytes:
        """Pattern of the words before the one that the time stands in."""
        return rb"(?:%b[ \t]++){%d}" % (ONE_WORD, self.words)


def place_of_time(head: Head, least: float = MOST) -> Place | None:
    """Where most lines have their time: the most precise that never decreases, else the first."""
    seen: dict[tuple[str, int], list[tuple[Found, bytes]]] = {}
    for line in head.lines:
        for key, found, lead in _times(line, head):
            seen.setdefault(key, []).append((found, lead))
    dated = {key: held for key, held in seen.items() if held[0][0].format.has_day}
    if max(map(len, dated.values()), default=0) >= least * len(head.lines):
        seen = dated
    if not seen:
        return None
    most = max(map(len, seen.values()))
    indent = rb"[ \t]*+" if any(line[:1] in (b" ", b"\t") for line in head.lines) else b""
    if most < NEARLY * least * len(head.lines):
        return _place_behind_some(seen, head, indent) if least == MOST else None
    places = [
        Place(held[0][0].format, words, _lead({lead for _, lead in held}), indent)
        for (_, words), held in seen.items()
        if len(held) >= NEARLY * most
    ]
    places = [place for place in places if _is_of_lines(place, head)]
    near = [place for place in places if place.words <= MOST_BEFORE] or places
    if not near:
        return None
    if len(near) == 1:
        return near[0]
    return min(near, key=lambda place: (*_merit(place, head), place.words))


def _place_behind_some(
    seen: dict[tuple[str, int], list[tuple[Found, bytes]]], head: Head, indent: bytes
) -> Place | None:
    """Where most lines have their time if some have a word or two more before it than others."""
    for name in dict.fromkeys(name for name, _ in seen):
        held = {words: seen[name, words] for at, words in seen if at == name}
        fewest = min(held)
        near = {words: one for words, one in held.items() if words - fewest <= MOST_MISSING}
        if fewest <= MOST_BEFORE and sum(map(len, near.values())) >= MOST * len(head.lines):
            more = rb"(?:%b[ \t]++){0,%d}?" % (ONE_WORD, max(near) - fewest)
            leads = {lead for one in near.values() for _, lead in one}
            return Place(near[fewest][0][0].format, fewest, more + _lead(leads), indent)
    return None


def _is_of_lines(place: Place, head: Head) -> bool:
    """Whether these are times of lines: those without a day fall at night only.

    Numbers that never move, or are ahead of the log, are none.
    """
    if place.format.has_day and place.format.seconds != WHOLE:
        return True
    match = re.compile(place.pattern).match
    stamps = [stamp_of(found) for line in head.lines if (found := match(line))]
    if not place.format.has_day:
        return not _falls_often(stamps)
    still = is_constant(stamps) and not place.format.is_uptime
    return not still and not is_future(place.format, stamps, head)


def _times(line: bytes, head: Head) -> Iterator[tuple[tuple[str, int], Found, bytes]]:
    known = set()
    for found in head.find(line):
        before = line[: found.start]
        said = _words(before) if b"[" in before else before.split()
        words = len(said)
        lead = said[-1] if said and not before[-1:].isspace() else b""
        key = (found.format.name, words - bool(lead))
        farthest = FAR_BEFORE if found.format.has_day else NEAR_BEFORE
        if key not in known and key[1] <= farthest:
            known.add(key)
            yield key, found, lead


def _lead(leads: Iterable[bytes]) -> bytes:
    """A pattern of what stands before the time in its word."""
    different = set(leads)
    if len(different) == 1:
        return re.escape(different.pop())
    return rb"[^ \t\n]{%d,%d}?" % (min(map(len, different)), max(map(len, different)))


def is_syslog(place: Place, lines: Sequence[bytes]) -> bool:
    """Whether most lines begin with a time, a host and a process."""
    process = PROCESSES.get(place.format.name)
    if process is None or place.words > 1:
        return False
    match = re.compile(place.pattern).match
    known = sum(process.match(line, at.end()) is not None for line in lines if (at := match(line)))
    return known > len(lines) / 2


def _merit(place: Place, head: Head) -> tuple[bool, bool, bool, int, bool, bool]:
    """Sorts the better first: syslog's, of the calendar, in order, precise, with year and zone."""
    match = re.compile(place.pattern).match
    stamps = [stamp_of(found) for line in head.lines if (found := match(line))]
    return (
        not is_syslog(place, head.lines),
        place.format.is_uptime,
        is_constant(stamps) or falls(place.format, stamps, head),
        -decimals(place.format, stamps),
        not place.format.has_year,
        not place.format.has_zone,
    )


def format_of(texts: Sequence[bytes], head: Head) -> TimeFormat | None:
    """The format that nearly all of `texts` have, from end to end."""
    votes: dict[str, list[TimeFormat]] = {}
    misses = 0
    for text in texts:
        if not SHORTEST <= len(text) <= LONGEST_TIME or misses > (1 - TIMED) * len(texts):
            misses += 1
            continue
        times = [found.format for found in head.find(text) if found.end - found.start == len(text)]
        for format_ in times or ([] if head.time else _with_comma(text)):
            votes.setdefault(format_.name, []).append(format_)
        misses += not votes
    best = max(votes.values(), key=len, default=[])
    return best[0] if best and len(best) >= TIMED * len(texts) else None


def _with_comma(text: bytes) -> list[TimeFormat]:
    """The format of `12:30:59,123`, which in a line might be a time and a number."""
    return [format_ for match, format_ in COMMAS if match(text)][:1]


def decimals(format_: TimeFormat, stamps: Sequence[Stamp]) -> int:
    """How precise these times are: digits behind the second; less for minutes and days."""
    if format_.seconds == WHOLE and format_.scale > 1:
        return round(math.log10(format_.scale))
    if format_.step > 1:
        return -round(format_.step)
    return max((len(_fraction(seconds)) for _, seconds, _ in {*stamps}), default=0)


def _fraction(seconds: bytes) -> bytes:
    return seconds.lstrip(b"0123456789")[1:]


def is_constant(stamps: Sequence[Stamp]) -> bool:
    """Whether these are no times of lines, as they never move."""
    return len(stamps) >= SOME and len(set(stamps)) == 1


def is_future(format_: TimeFormat, stamps: Sequence[Stamp], head: Head) -> bool:
    """Whether these are numbers that only look like seconds since 1970: no log is ahead of time."""
    if format_.seconds != WHOLE or format_.is_uptime or head.modified < REAL or not stamps:
        return False
    return float(stamps[-1][1]) / format_.scale > head.modified + AHEAD


def stamps_in(format_: TimeFormat, texts: Iterable[bytes]) -> list[Stamp]:
    """The times that `texts` are."""
    match = format_.whole.fullmatch
    return [stamp_of(found) for text in texts if (found := match(text))]


def falls_in(format_: TimeFormat, texts: Iterable[bytes], head: Head) -> bool:
    """Whether a log whose times are `texts` would go back in time again and again."""
    return falls(format_, stamps_in(format_, texts), head)


def falls(format_: TimeFormat, stamps: Sequence[Stamp], head: Head) -> bool:
    """Likewise, for times that are already taken apart."""
    clock = Clock(format_, head.zone)
    clock.settle(stamps, head.modified)
    heads, seconds, tails = (
        [one[0] for one in stamps],
        [one[1] for one in stamps],
        [one[2] for one in stamps],
    )
    if not format_.has_day:
        return _falls_often(stamps)
    times = clock.times(heads, seconds, tails)
    return sum(later < earlier for earlier, later in pairwise(times)) > SELDOM * len(times)


def _falls_often(stamps: Sequence[Stamp]) -> bool:
    """Whether these go back more often than at night, and so are no times of day."""
    falls_ = sum(later < earlier for earlier, later in pairwise(one[0].strip() for one in stamps))
    return falls_ > max(FEW_NIGHTS, SELDOM * len(stamps))


def stamp_of(found: re.Match[bytes], at: int = 1) -> Stamp:
    """The three groups of a time, the first of which is group `at`."""
    return found[at], found[at + 1], found[at + 2]
