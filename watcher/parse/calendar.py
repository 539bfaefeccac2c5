"""Times in tables that only the names of columns, or whole columns, tell.

Year, month, day and hour in columns of their own, side by side; ten digits that are a date with
its hour; and the days that spreadsheets count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from watcher.parse.cells import DAY
from watcher.parse.timecells import TIME_CELLS
from watcher.parse.timeformat import A_LEAP_YEAR, TimeFormat

NAMES = (  # of the parts of a time, in lower case
    b"year yyyy yy yr #yy jahr annee ano anno",
    b"month mm mo mon mnth monat mois mes mese",
    b"day dd dy da day_of_month mday tag jour dia giorno",
    b"hour hh hr hours h he stunde heure hora ora",
    b"minute min mm mn mi minutes",
    b"second sec ss s seconds",
)
PERIODS = {*NAMES[1].split(), *b"date datum period time yyyymm yearmonth year_month fecha".split()}
HOUR_NAMES = NAMES[3].split()
FEWEST = 3  # parts of a time
FEWEST_NAMED = 2  # likewise, if the first names them: year and month
FEW = 50  # rows that are looked at
MOST_ASIDE = 6  # columns between a day and its hour
FEWEST_ROWS = 4  # without a heading
FORMATS = {format_.name: format_ for format_ in TIME_CELLS}
BY_PARTS = {
    2: FORMATS["columns_month"],
    3: FORMATS["columns_day"],
    4: FORMATS["columns_hour"],
    5: FORMATS["columns_minute"],
    6: FORMATS["columns_second"],
}
DAY_AND_HOUR = [FORMATS[name] for name in ("iso_hour", "slash_hour", "german_hour")]
HOURS, SERIAL = FORMATS["compact_hour"], FORMATS["serial"]
DATED = re.compile(r"(?:^|[\W_])(date|datum|fecha|timestamp)", re.IGNORECASE)  # names of columns
TIMED = re.compile(r"(?:^|[\W_])(time|zeit)", re.IGNORECASE)  # likewise, of more than whole days
DAYS_BEFORE_1970, FIRST_DAY = 25_569, 36_526  # of a spreadsheet's days; 2000-01-01 is one
A_DAY, AHEAD = 86_400.0, 366  # seconds; days after the file was last written to: plans
FIRST_YEAR, LAST_YEAR = b"1850", b"2099"  # of measurements
LAST_HOUR = b"23"  # of a number that is a day and its hour

is_year = re.compile(rb"(?:18|19|20)\d\d").fullmatch
is_short = re.compile(rb"\d{1,2}").fullmatch  # an hour
_is_month = re.compile(rb"(?:18|19|20)\d\d(?:0[1-9]|1[0-2])").fullmatch
_parts = re.compile(rb"[,;\t| ]").split


def with_calendar_whole(rows: list[list[bytes]], delimiter: bytes) -> list[list[bytes]]:
    """`rows` where the parts of a time are one cell, if the first of them names these."""
    told = rows and (_calendar(rows[0]) or _unnamed(rows))
    if told and told[1] < FEWEST and not all(is_year(one) for one in _column(rows, told[0])):
        told = None
    begin, many = told or (_day_and_hour(rows) if rows else (0, 0))
    if not many:
        return rows
    width, end = len(rows[0]), begin + many
    return [
        [*row[:begin], delimiter.join(row[begin:end]), *row[end:]] if len(row) == width else row
        for row in rows
    ]


def _column(rows: Sequence[Sequence[bytes]], place: int) -> list[bytes]:
    """Some cells below the heading."""
    return [row[place] for row in rows[1 : 1 + FEW] if len(row) == len(rows[0])]


def calendar_of(name: str, cells: Sequence[bytes]) -> TimeFormat | None:
    """How times are written in a column that was made so, and has this name."""
    parts = _parts(name.encode())
    if not name:
        return next(
            (BY_PARTS[n] for n in range(FEWEST, 7) if all(map(BY_PARTS[n].whole.fullmatch, cells))),
            None,
        )
    if _calendar(parts) == (0, len(parts)):
        return BY_PARTS[len(parts)]
    if parts[-1].lower() not in HOUR_NAMES:
        return None
    return next((one for one in DAY_AND_HOUR if all(map(one.whole.fullmatch, cells))), None)


def period_of(name: str, cells: Sequence[bytes]) -> TimeFormat | None:
    """The format of `2016` or `201609` in a column that is called so, each later than the last."""
    rises = len(cells) > 1 and all(one < next_ for one, next_ in pairwise(cells))
    falls = len(cells) > 1 and all(one > next_ for one, next_ in pairwise(cells))
    if not (rises or falls):
        return None
    said = name.lower().encode()
    if said in NAMES[0].split() and all(map(is_year, cells)):
        return FORMATS["year"]
    if said not in PERIODS or not all(map(_is_month, cells)):
        return None
    return FORMATS["compact_month"]


def hours_of(cells: Sequence[bytes]) -> TimeFormat | None:
    """The format of `2025011901`, if all of them are such."""
    return HOURS if cells and all(map(_is_hour, cells)) else None


def serial_of(name: str, cells: Sequence[bytes], modified: float) -> TimeFormat | None:
    """The format of `45987.5833`, if all of a column are such that is called a date.

    None of them is ahead of `modified`, when the file was last written to.
    """
    timed = TIMED.search(name) is not None and any(b"." in cell for cell in cells)
    if not (timed or DATED.search(name)) or not all(map(SERIAL.whole.fullmatch, cells)):
        return None
    days = [float(cell) for cell in cells]
    last = modified / A_DAY + DAYS_BEFORE_1970 + AHEAD
    return SERIAL if days and min(days) >= FIRST_DAY and max(days) <= last else None


def _is_hour(cell: bytes) -> bool:
    found = HOURS.whole.fullmatch(cell)
    if found is None or not FIRST_YEAR <= cell[:4] <= LAST_YEAR or cell[8:] > LAST_HOUR:
        return False
    return HOURS.read(found[1], None, "", A_LEAP_YEAR) is not None


def _calendar(names: Sequence[bytes]) -> tuple[int, int] | None:
    """Where the parts of a time begin, and how many there are."""
    said = [name.lower() for name in names]
    for begin in range(len(said)):
        many = 0
        while many < len(NAMES) and begin + many < len(said):
            if said[begin + many] not in NAMES[many].split():
                break
            many += 1
        if many >= FEWEST_NAMED:
            return begin, many
    return None


def _unnamed(rows: Sequence[Sequence[bytes]]) -> tuple[int, int] | None:
    """Likewise, where a table has no heading: the fewest numbers that tell all rows apart."""
    few = [row for row in rows[:FEW] if len(row) == len(rows[0])]
    if len(few) < FEWEST_ROWS or not all(is_year(row[0]) for row in few):
        return None
    for many in range(FEWEST, min(len(NAMES), len(rows[0]))):
        times = [_instant(row[:many]) for row in few]
        if None in times:
            return None
        if all(one < next_ for one, next_ in pairwise(filter(None, times))):
            return 0, many
    return None


def _instant(parts: Sequence[bytes]) -> datetime | None:
    """When it is, if these are numbers of a time from its year on."""
    if not all(map(is_short, parts[1:])):
        return None
    try:
        return datetime(*map(int, parts))  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        return None


def _day_and_hour(rows: Sequence[Sequence[bytes]]) -> tuple[int, int]:
    """Where a day stands, and how many columns there are to its hour, the last; 0: nowhere."""
    named = [n for n, name in enumerate(rows[0]) if name.lower() in HOUR_NAMES]
    body = [row for row in rows[1 : 1 + FEW] if len(row) == len(rows[0])]
    for n in named if body else ():
        near = range(max(0, n - 1 - MOST_ASIDE), n if all(is_short(row[n]) for row in body) else 0)
        for day in reversed(near):
            if all(DAY.fullmatch(row[day]) for row in body):
                return day, n - day + 1
    return 0, 0
