"""Where in the lines of a log their time stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from watcher.parse.head import (
    AHEAD,
    LONGEST,
    Head,
    decimals,
    falls,
    falls_often,
    instant_of,
    is_constant,
    is_future,
    stamp_of,
)
from watcher.parse.timeformat import WHOLE
from watcher.parse.timestamps import Found, TimeFormat, is_day

MOST = 0.6  # of the lines must have their time at one place, for it to be the time of the log
RECORDS = 0.12  # likewise where the time begins a record of several lines
LONG_RECORDS = 0.02  # likewise of a record of many lines, which begin with it
NEARLY = 0.95  # of the best: as good
MOST_MISSING = 5  # words before the time that some lines have and others have not
FEWEST_LEADS = 3  # lines in which the same stands before the time, if it is all that is known
GAIN = 1.1  # of the lines that have it at one place are those that have it near there
MOST_BEFORE = 8  # words that stand before the time
FAR_BEFORE = 24  # likewise where there is no other: vmstat -t
YEAR, WEEK = 365.2425 * 86_400, 7 * 86_400.0  # seconds
NEAR_BEFORE = 1  # likewise where it says no day, for it may be how long something took

# A word, or several in brackets: the name of a thread, as Java has it.
ONE_WORD = rb"(?:\[[^\[\]\n]{0,80}+\][^ \t\n]*+|[^ \t\n]++)"
# What follows the time in syslog: `host sshd[123]:`; the number may be missing in the old form,
# and the host where there is one.
PROCESS = rb"[^ \t\n:\[\]]++\[\d++\](?:[ ]?[(<][^:\n]{0,80}+)?+:"
PROCESSES = {
    "rfc3164": re.compile(
        rb"[ \t]++(?:%b|[^ \t\n]++[ \t]++(?:%b|[^ \t\n:\[\]]++:))" % (PROCESS, PROCESS)
    ),
    "iso8601": re.compile(rb"[ \t]++[^ \t\n\[:]++[ \t]++(?:kernel:|%b)" % PROCESS),
}


_key = re.compile(rb"(?:(?<![\s\S])[^<]*=|(?<=<)\w+=\"?)$").search
_words = re.compile(ONE_WORD).findall
_digits, _blanks = re.compile(rb"\d+").sub, re.compile(rb"(?:\\?[ \t])+").sub


Seen = dict[tuple[str, int], list[tuple[Found, bytes]]]  # by format, and words before it


class Place(NamedTuple):
    """Where in a line its time stands, and how it is written."""

    format: TimeFormat
    words: int  # that stand before it
    lead: bytes  # pattern of what stands before it in its own word
    indent: bytes = b""  # pattern of the blanks that lines begin with

    @property
    def pattern(self) -> bytes:
        """Of the line from its beginning to the end of the time; three groups."""
        return self.before + self.format.pattern

    @property
    def before(self) -> bytes:
        """Pattern of the line from its beginning to the time."""
        return self.indent + self.words_before + self.lead

    @property
    def words_before(self) -> bytes:
        """Pattern of the words before the one that the time stands in."""
        return rb"(?:%b[ \t]++){%d}" % (ONE_WORD, self.words)


def place_of_time(head: Head, least: float = MOST) -> Place | None:
    """Where most lines have their time: the most precise that never decreases, else the first."""
    seen: Seen = {}
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
        if least != MOST:
            return None
        sure = _place_behind_key(seen, head, indent, NEARLY)
        return sure or _place_behind_some(seen, head, indent)
    places = [
        Place(held[0][0].format, words, _lead({lead for _, lead in held}), indent)
        for (_, words), held in seen.items()
        if len(held) >= NEARLY * most
    ]
    places = _agreed([place for place in places if _is_of_lines(place, head)], seen, head)
    near = [place for place in places if place.words <= MOST_BEFORE] or places
    if not near:
        return None
    best = near[0]
    if len(near) > 1:
        best = min(near, key=lambda place: (*_merit(place, head), place.words))
    return _more_of(best, seen, head) or best


def _more_of(best: Place, seen: Seen, head: Head) -> Place | None:
    """The place of more lines than `best`, if some have a word or two more before the same time."""
    often = len(seen[best.format.name, best.words])
    if often >= NEARLY * len(head.lines):
        return None
    alike = {key: held for key, held in seen.items() if key[0] == best.format.name}
    if sum(map(len, alike.values())) < GAIN * often:
        return None
    return _place_behind_some(alike, head, best.indent)


def _place_behind_some(seen: Seen, head: Head, indent: bytes) -> Place | None:
    """Where most lines have their time if some have a word or two more before it than others."""
    for name in dict.fromkeys(name for name, _ in seen):
        held = {words: seen[name, words] for at, words in seen if at == name}
        fewest = min(held)
        near = {words: one for words, one in held.items() if words - fewest <= MOST_MISSING}
        if fewest <= MOST_BEFORE and sum(map(len, near.values())) >= MOST * len(head.lines):
            more = rb"(?:%b[ \t]++){0,%d}?" % (ONE_WORD, max(near) - fewest)
            leads = {lead for one in near.values() for _, lead in one}
            return Place(near[fewest][0][0].format, fewest, more + _lead(leads), indent)
    return _place_behind_key(seen, head, indent, MOST)


def place_behind_lead(head: Head) -> Place | None:
    """Where long records have their time if always the same stands before it: the first of such.

    `  starts 4 2016/09/28 04:30:30;`, `-   Timestamp      Start: 1475037030.123`.
    """
    seen: dict[tuple[str, bytes], list[Found]] = {}
    for line in head.lines:
        for found in head.find(line):
            own = found.format.has_year or found.format.is_first
            if own and len(line[: found.start].split()) <= MOST_BEFORE:
                lead = _blanks(rb"[ \\t]++", _digits(rb"\\d++", re.escape(line[: found.start])))
                seen.setdefault((found.format.name, lead), []).append(found)
    for (_, lead), held in seen.items():
        stamps = [found.stamp for found in held]
        often = len(held) >= max(FEWEST_LEADS, LONG_RECORDS * len(head.lines))
        if often and not (is_constant(stamps) or falls(held[0].format, stamps, head)):
            return Place(held[0].format, 0, lead)
    return None


def _place_behind_key(seen: Seen, head: Head, indent: bytes, least: float) -> Place | None:
    """Where most lines have their time if it has a name, and stands anywhere: `rt=` of CEF."""
    named = Counter(
        (found.format.name, key[0])
        for held in seen.values()
        for found, lead in held
        if (key := _key(lead))
    )
    for (name, lead), often in named.most_common(1):
        if often >= least * len(head.lines):
            format_ = next(held[0][0].format for (one, _), held in seen.items() if one == name)
            return Place(
                format_, 0, rb"[^\n]{0,%d}?(?<![^ \t<])%b" % (LONGEST, re.escape(lead)), indent
            )
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
        return not falls_often(stamps)
    still = is_constant(stamps) and not place.format.is_uptime
    return not still and not is_future(place.format, stamps, head)


def _agreed(places: list[Place], seen: Seen, head: Head) -> list[Place]:
    """Those of `places` that are near to when the calendar says, or to when the file was written.

    Other numbers only name something.
    So do 19 digits of Twitter and Discord, which look like nanoseconds since 1970 and rise.
    """
    last = {
        place: instant_of(place.format, seen[place.format.name, place.words][-1][0].stamp, head)
        for place in places
        if place.format.has_day and not place.format.is_uptime
    }
    counted = {place for place in last if place.format.seconds == WHOLE}
    said = [place for place in last if counted and place not in counted and _rises(place, head)]
    strange = {
        one
        for one in counted
        if said
        and abs(last[one] - head.modified) > WEEK
        and not any(_is_near(last[one] - last[two], two.format) for two in said)
    }
    return [place for place in places if place not in strange]


def _rises(place: Place, head: Head) -> bool:
    """Whether its times move, and seldom back."""
    return not _merit(place, head)[2]


def _is_near(apart: float, format_: TimeFormat) -> bool:
    """Whether so many seconds are no more than between zones; nobody knows of which year it is."""
    if not format_.has_year:
        apart = (apart + YEAR / 2) % YEAR - YEAR / 2
    return abs(apart) <= AHEAD


def _times(line: bytes, head: Head) -> Iterator[tuple[tuple[str, int], Found, bytes]]:
    known = set()
    for found in head.find(line):
        before = line[: found.start]
        said = _words(before) if b"[" in before else before.split()
        words = len(said)
        lead = said[-1] if said and not before[-1:].isspace() else b""
        key = (found.format.name, words - bool(lead))
        is_dated = found.format.has_day and not found.format.is_uptime
        farthest = FAR_BEFORE if is_dated else NEAR_BEFORE
        if not found.format.has_day and said and is_day(said[-1]):
            continue  # of a day that nobody here can read
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
