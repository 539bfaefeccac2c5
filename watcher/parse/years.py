"""The year, or the day, of lines whose times do not say it: told from those that follow.

The newest line of a file was written when the file was last written to; from there it is counted
back, by the times that fall on the way.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, tzinfo
from itertools import pairwise

from watcher.parse.minutes import Key
from watcher.parse.steps import DAY
from watcher.parse.timeformat import Stamp, TimeFormat
from watcher.parse.zones import Starts, placed

HALF_A_YEAR = 183 * DAY  # a step back of more is a New Year
MONTH = 30 * DAY  # likewise, in a log that is known to have seen one since
LATE = 60.0  # seconds; lines of many threads come some seconds late
EARLIER = 5400.0  # seconds back: the next day, where none is written; an hour is summer's end
LONGEST_CYCLE = 8  # years from a leap year to the next, about 1900 and 2100


def starts_of(
    format_: TimeFormat, zone: tzinfo, order: str, year: int | None, key: Key
) -> Starts | None:
    """When a minute began, in Unix seconds; None if there is no such minute."""
    read = format_.read(*key, order, year)
    if read is None:
        return None
    try:
        return placed(*read, zone)
    except (ValueError, OverflowError):  # +25:00, or a local time before the year 1
        return None


def first_day(format_: TimeFormat, zone: tzinfo, stamps: Sequence[Stamp], modified: float) -> int:
    """The day of the first line: as many before the newest one's as times fall on the way."""
    keys = [(head, tail) for head, _, tail in stamps if format_.read(head, tail, "", 1)]
    today = datetime.fromtimestamp(modified, zone).toordinal()
    if not keys:
        return today
    of_day = [_position(format_, "", key) for key in keys]
    steps = [after - before for before, after in pairwise(of_day)]
    nights = sum((step < -EARLIER) - (step > DAY - EARLIER) for step in steps)
    newest = starts_of(format_, zone, "", today, keys[-1])
    return today - nights - (newest is not None and newest[0] > modified + LATE)


def first_year(
    format_: TimeFormat, zone: tzinfo, order: str, stamps: Sequence[Stamp], modified: float
) -> tuple[int, float]:
    """The year of the first line, and the newest instant: the latest that is not in the future."""
    keys = [
        (head, tail)
        for head, _, tail in stamps
        if format_.read(head, tail, order, format_.some_year)
    ]
    this = datetime.fromtimestamp(modified, zone).year
    if not keys:
        return this, 0.0
    turns = _new_years([_position(format_, order, key) for key in keys])
    past = []
    for year in range(this + 1, this - LONGEST_CYCLE - 1, -1):
        newest = starts_of(format_, zone, order, year, keys[-1])
        if newest is None or newest[0] > modified + DAY:
            continue
        first = year - turns[-1]
        past.append((first, newest[1] + 60))
        if all(
            format_.read(*key, order, first + turn) for key, turn in zip(keys, turns, strict=True)
        ):
            return past[-1]
    return past[0] if past else (this, 0.0)


def _position(format_: TimeFormat, order: str, key: Key) -> float:
    read = format_.read(*key, order, format_.some_year)
    return read[0].timestamp() if read else math.nan


def _new_years(positions: Sequence[float]) -> list[int]:
    """How many New Years are between the first time and each; -1: late, of the year before.

    Half a year may lie unseen before the newest line: if the rest is sorted any day back is one.
    """
    turn, last, turns = 0, positions[0], []
    is_sorted = not any(DAY < one - next_ < MONTH for one, next_ in pairwise(positions[:-1]))
    for at, position in enumerate(positions):
        newest = at == len(positions) - 1 and is_sorted
        stays = max(positions[at:]) < last - MONTH
        back = DAY if newest else MONTH if stays else HALF_A_YEAR
        if position > last + HALF_A_YEAR and not newest:
            turns.append(turn - 1)
            continue
        turn += position < last - back
        last = position
        turns.append(turn)
    return turns
