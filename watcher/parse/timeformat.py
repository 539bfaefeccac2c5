"""One way to write a time: the pattern that finds it and the reading of its parts.

A time is cut in three: *head*, what changes once a minute at most; *seconds*; and *tail*, what
stands behind them (zone, year, AM or PM). The calendar is asked only when head or tail change.
Ways to write are told in the letters of strptime, `%Y-%m-%d`, between regular expressions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from watcher.parse.months import MONTHS

A_LEAP_YEAR = 2000  # has every day of a time without year
YEAR_FIRST, PADDED = "ymd", 2  # an order, and the digits of year and month in it: `17/06/09`
MIDNIGHT = 24, 0  # hour and minute at the end of a day
LONG_PAST = 69  # two-digit years from here on are of the 19 hundreds, as POSIX has it

# How each letter of a table entry looks. Wide on purpose: the calendar is the judge of 30
# February, and `\d\d` costs half of `0[1-9]|1[0-2]`.
LETTERS: Mapping[str, str] = {
    "Y": r"[12]\d{3}",
    "y": r"\d\d",
    "m": r"\d\d",
    "n": r"\d{1,2}",  # month, not padded
    "b": r"[A-Za-z\x80-\xbf\xc3\xc5\xd0\xd1]{3,16}\.?",
    "d": r"\d\d",
    "e": r" ?\d{1,2}",  # day, padded by a space or not at all
    "1": r"\d{1,2}",  # day or month, an order to be settled
    "2": r"\d{1,2}",
    "3": r"\d\d",  # or two-digit year
    "j": r"\d{3}",
    "w": r"[0-5]\d",  # week of ISO 8601
    "u": r"[1-7]",  # day of that week
    "Q": r"[1-4]",  # quarter
    "v": r"[2-6]\d{4}",  # days of a spreadsheet, or modified Julian
    "x": r"[0-9a-f]{8}|4[0-9a-f]{15}",  # seconds since 1970, or TAI64
    "a": r"[A-Za-z]{3,9}\.?",
    "H": r"\d\d",
    "k": r" ?\d{1,2}",  # hour, not padded
    "M": r"\d\d",
    "N": r"\d{1,2}",  # minute, not padded
    "p": r"[AaPp]\.?[Mm]\b\.?",
    "z": r"[Zz]\b|[+-]\d\d(?::?\d\d)?",
    "Z": r"(?:UTC|GMT)(?:[+-]\d\d:?\d\d)?|[+-]\d\d:?\d\d|[A-Z]{3,5}",
}
SAME: Mapping[str, str] = {
    "n": "m",
    "e": "d",
    "k": "H",
    "I": "H",
    "N": "M",
    "B": "b",
    "A": "a",
    **dict.fromkeys("zCPGoq", "Z"),  # and the zones of the table
}

SERIAL_ZERO = datetime(1899, 12, 30, tzinfo=UTC)  # day 0 of Excel, for dates since March 1900
JULIAN = 15_018  # the modified Julian day that this is: what `mjd` counts more
TAI64 = 2**62 + 10  # what it adds to seconds since 1970, leap seconds left out

# A time ends where no letter, digit, fraction or further field goes on.
END = r"(?![0-9A-Za-z]|[.:]\d)"

WHOLE = "whole"  # the number is all there is: epochs and uptime
FRACTION = "fraction"  # seconds and their decimals behind a dot, comma or colon
MILLISECONDS = "milliseconds"  # `15:9`, the milliseconds as an integer behind a colon
THOUSANDTHS = "thousandths"  # `48613`, which is 48.613
OF_DAY = "of_day"  # `58418.811`, seconds of a day
NANOSECONDS = "nanoseconds"  # `3b9ac9ff`, behind seconds in hexadecimal too
DAYS = "days"  # the decimals of a day
NONE = "none"  # minutes or days only
FIRST = r"(?<![\s\S])"  # nothing before: a line or a cell begins
NEVER = r"(?!)"  # not in a line: who knows that it is one has other reasons
IN_UTC = ("nmea", "mjd")  # that name no zone and need none
UPTIMES = ("uptime", "elapsed", "since_start")  # so begin those that count from an unknown start

Stamp = tuple[bytes, bytes, bytes | None]  # head, seconds and tail of a time
Texts = tuple[bytes | None, ...]


@dataclass(frozen=True)
class TimeFormat:
    """A way to write a time.

    `pattern` has three groups, head, seconds and tail (which may be None), no anchors, matches no
    newline and is linear on hostile input.
    """

    name: str
    pattern: bytes = field(repr=False)
    sample: str  # a text that it reads
    head: bytes = field(repr=False)  # a regular expression with a group for each of `head_letters`
    head_letters: str = field(repr=False)
    tail: bytes = field(repr=False)
    tail_letters: str = field(repr=False)
    orders: tuple[str, ...]  # what %1 %2 %3 may mean, the likeliest first: ("md", "dm")
    seconds: str  # one of the eight above
    scale: float  # how many of the number make a second, for WHOLE
    step: float  # seconds between neighbours without fractions: 1, 60 or 86400
    before: bytes  # a look-behind that `find` demands; empty: any boundary
    rest: bytes = field(default=b"", repr=False)  # what of `pattern` comes behind the seconds

    @cached_property
    def has_year(self) -> bool:
        """Whether the year is written; else it is settled and rolls on by order."""
        return self.seconds == WHOLE or any(letter in self._said for letter in "Yy3xv")

    @property
    def has_zone(self) -> bool:
        """Whether a zone may be written."""
        return "Z" in self._said

    @cached_property
    def has_day(self) -> bool:
        """Whether the day is written; else it is settled and rolls on by order."""
        return self.seconds == WHOLE or any(letter in self._said for letter in "dj1xvwQ")

    @property
    def is_first(self) -> bool:
        """Whether it is a time only where a line or a cell begins."""
        return self.before == FIRST.encode()

    @property
    def is_told(self) -> bool:
        """Whether it is never searched for."""
        return self.before == NEVER.encode()

    @property
    def some_year(self) -> int:
        """A year, or a day, in which there is every time that can be written."""
        return A_LEAP_YEAR if self.has_day else date(A_LEAP_YEAR, 1, 1).toordinal()

    @property
    def is_uptime(self) -> bool:
        """Whether it counts from an unknown start."""
        return self.name.startswith(UPTIMES)

    @property
    def _said(self) -> str:
        return self.head_letters + self.tail_letters

    def read(
        self, head: bytes, tail: bytes | None, order: str, year: int | None
    ) -> tuple[datetime, bytes | None] | None:
        """The minute as if in UTC, and the zone if one is said; None: there is no such minute.

        `year` is that of times which say none; of those without a day, the ordinal of the day.
        """
        if (found := self._parts.fullmatch(head + b"\n" + (tail or b""))) is None:
            return None
        texts = (*found.groups(), None)  # the last one for what is never said
        places = self._places[order]
        if order == YEAR_FIRST and any(len(part.strip()) < PADDED for part in found.groups()[:2]):
            return None
        try:
            if second := texts[places.second]:
                return _second(second), b"Z"
            if serial := texts[places.serial]:
                days = int(serial) - JULIAN * (self.name == "mjd")
                return SERIAL_ZERO + timedelta(days), b"Z" if self.name in IN_UTC else None
            minute = _minute(texts, places, year)
            return minute, b"Z" if self.name in IN_UTC else texts[places.zone]
        except (ValueError, OverflowError):
            return None

    @cached_property
    def whole(self) -> re.Pattern[bytes]:
        """Its pattern, compiled."""
        return re.compile(self.pattern)

    @cached_property
    def _parts(self) -> re.Pattern[bytes]:
        return re.compile(b"(?:%b)\n(?:%b)?" % (self.head, self.tail))

    @cached_property
    def _places(self) -> dict[str, _Places]:
        """By order of day and month, which group says what."""
        return {order: _places(self._said, order) for order in self.orders}


class _Places(NamedTuple):
    """Which of the texts says what; -1 none."""

    long_year: int
    short_year: int
    month: int
    name: int  # of the month
    day: int
    hour: int
    minute: int
    half: int
    ordinal: int
    second: int  # since 1970
    serial: int  # day of a spreadsheet
    zone: int
    week: int
    weekday: int
    quarter: int


def _places(letters: str, order: str) -> _Places:
    letters = letters.replace("123"[: len(order)], order)
    return _Places(*map(letters.find, "YymbdHMpjxvZwuQ"))


def _minute(texts: Texts, places: _Places, year: int | None) -> datetime:
    """The minute that the texts say, as if in UTC; ValueError if there is none."""
    year_at, short_at, month_at, name_at, day_at = places[:5]
    days = day_at, places.ordinal, places.week, places.quarter
    if max(days) < 0 and year is not None:
        day = date.fromordinal(year)
        return datetime(day.year, day.month, day.day, *_of_day(texts, places), tzinfo=UTC)
    if text := texts[year_at]:
        year = int(text)
    elif text := texts[short_at]:
        year = int(text) + (1900 if int(text) >= LONG_PAST else 2000)
    elif year is None:
        raise ValueError("no year")
    hour, minute = _of_day(texts, places)
    if ordinal := texts[places.ordinal]:
        return _nth(int(ordinal), datetime(year, 1, 1, hour, minute, tzinfo=UTC))
    if week := texts[places.week]:
        first = date.fromisocalendar(year, int(week), int(texts[places.weekday] or 1))
        return datetime(first.year, first.month, first.day, tzinfo=UTC)
    if quarter := texts[places.quarter]:
        return datetime(year, 3 * int(quarter) - 2, 1, tzinfo=UTC)
    name = texts[name_at]
    month = _month(name) if name else int(texts[month_at] or month_at < 0)
    day = datetime(year, month, int(texts[day_at] or 1), tzinfo=UTC)
    if (hour, minute) == MIDNIGHT:
        return day + timedelta(1)
    return day.replace(hour=hour, minute=minute)


def _second(text: bytes) -> datetime:
    """The second that a number in hexadecimal is."""
    count = int(text, 16)
    return datetime.fromtimestamp(count - TAI64 if count > TAI64 else count, UTC)


def _of_day(texts: Texts, places: _Places) -> tuple[int, int]:
    """Hour and minute."""
    hour = int(texts[places.hour] or 0)
    if half := texts[places.half]:
        hour = _hour(hour, half)
    return hour, int(texts[places.minute] or 0)


def _nth(ordinal: int, first: datetime) -> datetime:
    """The day of that number in the year that begins with `first`."""
    day = first + timedelta(ordinal - 1)
    if day.year != first.year:
        raise ValueError("no such day")
    return day


def _month(name: bytes) -> int:
    return MONTHS.get(name.lower().rstrip(b"."), 0)  # month 0: no such instant


def _hour(hour: int, half: bytes) -> int:
    """Of 24 hours; 12 AM is midnight and 12 PM is noon. 13 PM says the same thing twice."""
    if hour > 12:
        return hour
    return hour % 12 + (12 if half[:1] in b"pP" else 0)


def make(
    name: str,
    sample: str,
    *,
    head: str = "",
    seconds: str = "",
    tail: str = "",
    joint: str = ":",
    gap: str = "",
    optional: bool = False,
    kind: str = FRACTION,
    scale: float = 1.0,
    orders: tuple[str, ...] = ("",),
    before: str = "",
    start: str = "",
    end: str = END,
    letters: Mapping[str, str] = LETTERS,
) -> TimeFormat:
    """The format `start` (head) joint (seconds) gap (tail) `end`; gap and tail may be optional."""
    said, _ = expand(head, letters, "(?:%s)")
    behind, _ = expand(tail, letters, "(?:%s)")
    rest = f"(?:{gap}({behind}))?" if optional else f"{gap}({behind})"
    pattern = f"{start}({said}){joint if seconds else ''}({seconds}){rest}{end}"
    head_groups, head_letters = expand(head, letters, "(%s)")
    tail_groups, tail_letters = expand(tail, letters, "(%s)")
    return TimeFormat(
        name=name,
        pattern=pattern.encode("latin-1"),
        sample=sample,
        head=head_groups.encode("latin-1"),
        head_letters=head_letters,
        tail=tail_groups.encode("latin-1"),
        tail_letters=tail_letters,
        orders=orders,
        seconds=kind if seconds else NONE,
        scale=scale,
        step=_step(head_letters + tail_letters, seconds),
        before=before.encode(),
        rest=f"{rest}{end}".encode("latin-1"),
    )


def _step(said: str, seconds: str) -> float:
    return 1.0 if seconds else 60.0 if "M" in said else 3600.0 if "H" in said else 86400.0


def expand(text: str, letters: Mapping[str, str], group: str) -> tuple[str, str]:
    """The regular expression of `text` with its %letters in groups, and what they mean in order."""
    said = []

    def one(found: re.Match[str]) -> str:
        letter = found[1]
        said.append(SAME.get(letter, letter))
        return group % letters[letter]

    return re.sub("%(.)", one, text), "".join(said)
