"""Times in a line of text: where they stand and how they are written.

Every way to write one is an entry of the table (`timetable`) or told by the user (`strptime`).
A time of day without a day is one only where a line begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from watcher.parse.months import MONTHS
from watcher.parse.strptime import from_strptime
from watcher.parse.timeformat import DAYS, NANOSECONDS, OF_DAY, WHOLE, Stamp, TimeFormat
from watcher.parse.timetable import TIME_FORMATS

__all__ = [
    "MOST_FOUND",
    "TIME_FORMATS",
    "Found",
    "Stamp",
    "TimeFormat",
    "find",
    "found_in",
    "from_strptime",
    "is_day",
]

MOST_LINES = 512  # and cells whose times are remembered: those of one log, while it is looked at
NEAR = 128  # bytes of a line in which its time mostly stands
LONGEST = 40  # bytes of a time; one that begins nearer to the end of a piece may be cut in two
MOST_FOUND = 8  # times of a line; of more nobody can say which one is the line's

# After which a time may begin: quotes, brackets, separators, `>` of a syslog priority, `%` of H3C,
# `@` of QEMU; `.` where a line does: Cisco says so that the clock is not in step.
BOUNDARY = rb"""(?:(?<![^ \t\r\n\f\v\[({<>"'`=|,;:*#%@])|(?<=\A\.))"""

COMMA_ENDS = rb"(?![,;]|\r?$)"  # else `00:00:00,466` of a table would be a fraction

# How a time begins whose first letters are these; no two gates are open at one place.
NUMBERS = rb"(?=[\d ]?\d[-/.]\d)"  # of a day and a month
# Of a month or a day of the week: two letters turn away nearly every other word, three the rest.
PREFIXES = sorted({name[:3] for name in MONTHS})
WEEK = b"mon tue wed thu fri sat sun".split()
NAME = (
    rb"(?=[ACDEFGJKLMNOPSTWacdefgjklmnopstw](?:[Aa][NRYTIGJnrytigj\xc5]|[Ee][BPCDVNITZbpcdvnitz]"
    rb"|[PpRr][RITZUritzu]|[Uu][NLGETInlgeti]|[CcKkTt][TYty]|[Ww][Ii]|[Zz][Ee]|[Oo][VNvn\xc3]|[Hh][Uu]|[Nn][Ee]"
    rb"|[Ii][CUPSEcupse]|[BbVv][Rr]|[Gg][Oo]|\xc3)|[\xd0\xd1])(?=(?i:%b))"
    % b"|".join(sorted({*WEEK, *PREFIXES}))
)
DAY_AND_NAME = rb"(?=[\d ]?\d[-/. ]{0,2}[A-Za-z])(?=[\d ]?\d[-/. ]{0,2}(?i:%b))" % b"|".join(
    PREFIXES
)
GATES = {
    **dict.fromkeys("mde12", NUMBERS),
    **dict.fromkeys("ab", NAME),
    **dict.fromkeys(("eb", "db"), DAY_AND_NAME),
    "Y": rb"(?=[12]\d{3}[-/.: \d\xe5])",
    "y": rb"(?=\d{6}[ T_-])",
    "H": rb"(?=[\d ]?\d(?::|\xe6\x97\xb6)\d\d)",
    "": rb"(?=\d{10})",
}
FIRST_YEAR, LAST_YEAR = 1970, 2100  # a log of another year is no log but a number
FIRST_MEASURED = 1700  # cells of tables are of earlier years too, if they are written like this
MEASURED = frozenset(
    (
        "iso8601",
        "iso_minute",
        "iso_date",
        "iso_month",
        "month_text",
        "ymd_date",
        "slash_date",
        "german_date",
    )
)
LEAP_SECOND = 60
PARTS_OF_DAY = 3  # year, month and day


class Found(NamedTuple):
    """A time in a line."""

    format: TimeFormat
    start: int
    end: int
    stamp: Stamp


def find(line: bytes) -> Iterator[Found]:
    """Every time in a line of text, leftmost first, at most MOST_FOUND.

    Where several ways fit the most specific is told. A comma and digits are a fraction only if
    more than a comma follows: at the end of a line they are the column of a table.
    """
    place = found = 0
    match = _anywhere().search(line)
    if not (match and not match.start()) and (first := _at_first().match(line)):
        match = first
    while found < MOST_FOUND and match:
        place = match.end()
        format_ = _BY_GROUP[match.lastgroup or ""]
        number = match.lastindex or 0
        stamp = (match[number + 1], match[number + 2], match[number + 3])
        is_all = not match.start() and place == len(line)
        if is_instant(format_, stamp) or (is_all and _is_measured(format_, stamp)):
            found += 1
            yield Found(format_, match.start(), match.end(), stamp)
        match = _anywhere().search(line, place)


@lru_cache(maxsize=MOST_LINES)
def found_in(line: bytes) -> tuple[Found, ...]:
    """What `find` tells of a line that is looked at again and again, by one way to read it.

    Where a long line begins with a time, those far behind it are none of the log's.
    """
    if len(line) > NEAR:
        near = tuple(one for one in find(line[:NEAR]) if one.end < NEAR - LONGEST)
        if near:
            return near
    return tuple(find(line))


def is_instant(format_: TimeFormat, stamp: Stamp) -> bool:
    """Whether there is such an instant in some order and, without a year, in a leap year."""
    if format_.seconds == WHOLE:
        return True
    if format_.seconds in (DAYS, NANOSECONDS, OF_DAY):
        return _reads(format_, stamp[0], None)
    head, seconds, tail = stamp
    if not _is_second(seconds):
        return False
    if format_.name in _BY_GROUP:
        return _is_minute(format_.name, head, tail)
    return _reads(format_, head, tail)


@lru_cache(maxsize=MOST_LINES)
def _is_minute(name: str, head: bytes, tail: bytes | None) -> bool:
    return _reads(_BY_GROUP[name], head, tail)


def is_day(word: bytes) -> bool:
    """Whether a word looks like a day, in whatever order."""
    parts = word.strip(b"[](),.").replace(b"/", b"-").replace(b".", b"-").lower().split(b"-")
    names = [part for part in parts if not part.isdigit()]
    return len(parts) == PARTS_OF_DAY and (not names or (len(names) == 1 and names[0] in MONTHS))


def _is_measured(format_: TimeFormat, stamp: Stamp) -> bool:
    """Whether it is an instant in the years of measurements."""
    head, seconds, tail = stamp
    told = format_.name in MEASURED and _is_second(seconds)
    return told and _reads(format_, head, tail, FIRST_MEASURED)


def _reads(format_: TimeFormat, head: bytes, tail: bytes | None, first: int = FIRST_YEAR) -> bool:
    read = (format_.read(head, tail, order, format_.some_year) for order in format_.orders)
    years = [minute.year for minute, _ in filter(None, read)]
    return any(first <= year <= LAST_YEAR for year in years)


def _is_second(text: bytes) -> bool:
    return int(text[:2].rstrip(b".,:") or 0) <= LEAP_SECOND


@cache
def _anywhere() -> re.Pattern[bytes]:
    """All of the table in one expression, behind gates that turn most words away at once."""
    free = [format_ for format_ in TIME_FORMATS if not format_.before]
    gates = sorted({_gate(format_) for format_ in free})
    rooms = {
        gate: b"%b(?:%b)"
        % (gate, b"|".join(_alternative(one) for one in free if _gate(one) == gate))
        for gate in gates
    }
    named = rooms.pop(NAME)
    others = [one for one in TIME_FORMATS if one.before and not one.is_first]
    bound = b"|".join(_alternative(one) for one in others if not one.is_told)
    numbered = b"(?=[ \\d])(?:%b)" % b"|".join(rooms.values())  # no word is asked more than once
    return re.compile(b"%b(?:%b|%b)|(?=[ \\d])(?:%b)" % (BOUNDARY, numbered, named, bound))


@cache
def _at_first() -> re.Pattern[bytes]:
    """The formats that are times where a line or a cell begins, and nowhere else."""
    return re.compile(b"|".join(_alternative(one) for one in TIME_FORMATS if one.is_first))


def _gate(format_: TimeFormat) -> bytes:
    """How such a time begins; no two gates are open at one place."""
    letters = format_.head_letters
    return GATES.get(letters[:2]) or GATES[letters[:1]]


def _alternative(format_: TimeFormat) -> bytes:
    end = COMMA_ENDS if format_.name.endswith("_comma") else b""
    return b"%b(?P<%b>%b%b)" % (format_.before, format_.name.encode(), format_.pattern, end)


_BY_GROUP = {format_.name: format_ for format_ in TIME_FORMATS}
