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
    find,
    found_in,
    from_strptime,
    is_instant,
)

ENOUGH_LINES = 200  # after which a verdict stands
ENOUGH_BYTES = 64 * 1024  # likewise
FEW = 16  # lines that are looked at to see whether there is any use in looking at all
LONGEST = 4096  # bytes of a line that are looked at to tell a format
TIMED = 0.9  # of texts of one kind must be times, for it to be the kind of times
SELDOM = 0.05  # of lines may be older than the one before; more often, it is not the log's time
FEW_NIGHTS = 2  # may be in lines that are few
SOME = 20  # lines in which a time that never moves is not the log's
REAL = 1e9  # seconds since 1970; files that were last written to earlier are images, or unpacked
TIMED_COMMENTS = 0.3  # of the lines begin like comments: too many
MARKED, NEAR = 6, 80  # bytes before such a time; of a line that are looked at
AHEAD = 2 * 86_400.0  # seconds after the file was last written to: no time but a number
SHORTEST, LONGEST_TIME = 5, 84  # bytes of a time: `14:05`, `... GMT+0100 (Central European ...`
BOM, ESCAPE = b"\xef\xbb\xbf", 0x1B

_marks = re.compile(b"^" + BOM, re.MULTILINE).sub
_colours = re.compile(rb"\x1b\[[\d;?]*+[A-Za-z]").sub  # and whatever else is told a terminal

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
    if comments and _are_timed(comments, lines):
        return Head(lines, zone, probes, modified, settings)
    told = [line for line in lines if not line.lstrip().startswith(b"#")]
    return Head(told or comments, zone, probes, modified, settings, comments)


def _are_timed(comments: Sequence[bytes], lines: Sequence[bytes]) -> bool:
    """Whether these begin with a mark and a time, and are lines: `####<Mar 24, 2022 ...`."""
    if len(comments) < TIMED_COMMENTS * len(lines):
        return False
    few = comments[:: 1 + len(comments) // FEW]
    begun = [line for line in few if (at := next(find(line[:NEAR]), None)) and at.start <= MARKED]
    return len(begun) >= TIMED * len(few)


def unpainted(data: bytes) -> bytes:
    """`data` without marks of UTF-8 where lines begin, and without the colours of terminals."""
    if BOM[0] in data and BOM in data:  # one byte is looked for thirty times as fast as three
        data = _marks(b"", data)
    return _colours(b"", data) if ESCAPE in data else data


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
        return falls_often(stamps)
    times = clock.times(heads, seconds, tails)
    return sum(later < earlier for earlier, later in pairwise(times)) > SELDOM * len(times)


def falls_often(stamps: Sequence[Stamp]) -> bool:
    """Whether these go back more often than at night, and so are no times of day."""
    falls_ = sum(later < earlier for earlier, later in pairwise(one[0].strip() for one in stamps))
    return falls_ > max(FEW_NIGHTS, SELDOM * len(stamps))


def instant_of(format_: TimeFormat, stamp: Stamp, head: Head) -> float:
    """When it is, in Unix seconds, if nothing else is known of it; NaN: never."""
    clock = Clock(format_, head.zone)
    clock.settle([stamp], head.modified)
    return clock.times(*([part] for part in stamp))[0]  # type: ignore[arg-type]


def stamp_of(found: re.Match[bytes], at: int = 1) -> Stamp:
    """The three groups of a time, the first of which is group `at`."""
    return found[at], found[at + 1], found[at + 2]
