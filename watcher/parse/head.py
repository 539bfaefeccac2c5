"""The first lines of a log, from which its format is told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
from itertools import pairwise
from typing import NamedTuple

from watcher.parse.clock import Clock
from watcher.parse.timestamps import TIME_FORMATS, Found, Stamp, TimeFormat, find

ENOUGH_LINES = 200  # after which a verdict stands
ENOUGH_BYTES = 64 * 1024  # likewise
LONGEST = 4096  # bytes of a line that are looked at to tell a format
MOST = 0.6  # of the lines must have their time at one place, for it to be the time of the log
NEARLY = 0.95  # of the best: as good
TIMED = 0.9  # of texts of one kind must be times, for it to be the kind of times
SELDOM = 0.05  # of lines may be older than the one before; more often, it is not the log's time
MOST_BEFORE = 8  # words that stand before the time

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


def head_of(data: bytes, zone: tzinfo, probes: Sequence[bytes], modified: float) -> Head:
    """The lines of `data` that say something: neither blanks nor comments."""
    lines = [line.rstrip(b"\r")[:LONGEST] for line in data.split(b"\n")[:ENOUGH_LINES]]
    return Head(
        [line for line in lines if line.strip() and not line.lstrip().startswith(b"#")],
        zone,
        probes,
        modified,
    )


class Place(NamedTuple):
    """Where in a line its time stands, and how it is written."""

    format: TimeFormat
    words: int  # that stand before it
    lead: bytes  # pattern of what stands before it in its own word

    @property
    def pattern(self) -> bytes:
        """Of the line from its beginning to the end of the time; three groups."""
        return rb"(?:[^ \t\n]++[ \t]++){%d}%b%b" % (self.words, self.lead, self.format.pattern)


def place_of_time(head: Head) -> Place | None:
    """Where most lines have their time: the most precise that never decreases, else the first."""
    seen: dict[tuple[str, int], list[tuple[Found, bytes]]] = {}
    for line in head.lines:
        for key, found, lead in _times(line):
            seen.setdefault(key, []).append((found, lead))
    if not seen:
        return None
    most = max(map(len, seen.values()))
    if most < MOST * len(head.lines):
        return None
    places = [
        Place(held[0][0].format, words, _lead({lead for _, lead in held}))
        for (_, words), held in seen.items()
        if len(held) >= NEARLY * most
    ]
    return min(places, key=lambda place: (*_merit(place, head), place.words))


def _times(line: bytes) -> Iterator[tuple[tuple[str, int], Found, bytes]]:
    known = set()
    for found in find(line):
        before = line[: found.start]
        words = len(before.split())
        lead = b"" if before[-1:] in b" \t" else before.split()[-1]
        key = (found.format.name, words - bool(lead))
        if key not in known and key[1] <= MOST_BEFORE:
            known.add(key)
            yield key, found, lead


def _lead(leads: Iterable[bytes]) -> bytes:
    """A pattern of what stands before the time in its word."""
    different = set(leads)
    if len(different) == 1:
        return re.escape(different.pop())
    return rb"[^ \t\n]{%d,%d}?" % (min(map(len, different)), max(map(len, different)))


def _merit(place: Place, head: Head) -> tuple[bool, int, bool, bool]:
    """Sorts the better first: in order, precise, with a year, with a zone."""
    match = re.compile(place.pattern).match
    stamps = [stamp_of(found) for line in head.lines if (found := match(line))]
    fraction = max((len(re.sub(rb"^\d*", b"", seconds)) for _, seconds, _ in stamps), default=0)
    return (
        falls(place.format, stamps, head),
        -fraction,
        not place.format.has_year,
        not place.format.has_zone,
    )


def format_of(texts: Sequence[bytes]) -> TimeFormat | None:
    """The format that nearly all of `texts` have, from end to end."""
    votes: dict[str, list[TimeFormat]] = {}
    for text in texts:
        whole = [found.format for found in find(text) if found.end - found.start == len(text)]
        for format_ in whole or _with_comma(text):
            votes.setdefault(format_.name, []).append(format_)
    best = max(votes.values(), key=len, default=[])
    return best[0] if best and len(best) >= TIMED * len(texts) else None


def _with_comma(text: bytes) -> list[TimeFormat]:
    """The format of `12:30:59,123`, which in a line might be a time and a number."""
    return [format_ for match, format_ in COMMAS if match(text)][:1]


def falls_in(format_: TimeFormat, texts: Iterable[bytes], head: Head) -> bool:
    """Whether a log whose times are `texts` would go back in time again and again."""
    match = re.compile(format_.pattern).fullmatch
    return falls(format_, [stamp_of(found) for text in texts if (found := match(text))], head)


def falls(format_: TimeFormat, stamps: Sequence[Stamp], head: Head) -> bool:
    """Likewise, for times that are already taken apart."""
    clock = Clock(format_, head.zone)
    clock.settle(stamps, head.modified)
    heads, seconds, tails = (
        [one[0] for one in stamps],
        [one[1] for one in stamps],
        [one[2] for one in stamps],
    )
    times = clock.times(heads, seconds, tails)
    return sum(later < earlier for earlier, later in pairwise(times)) > SELDOM * len(times)


def stamp_of(found: re.Match[bytes], at: int = 1) -> Stamp:
    """The three groups of a time, the first of which is group `at`."""
    return found[at], found[at + 1], found[at + 2]
