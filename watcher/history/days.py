"""Edges of columns that somebody's clock shows: whole days, or hours counted from midnight.

A day has 23 or 25 hours where the clocks change. Steps of more than an hour go by the clock on the
wall, shorter ones by the time that passes; both begin anew at every midnight, so a step that does
not divide the day ends it with a shorter one. Steps of more than a day are whole days, counted from
a Monday; months and years are those of the calendar, counted from a January.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

import numpy as np

from watcher.duration import UNITS, Months
from watcher.history.buckets import Floats

DAY, HOUR = 86400, 3600  # seconds
MONTHS = 12  # of a year
MOST_COLUMNS = 4096 * 3  # as many as the widest picture has
LONGEST = 36_525 * DAY  # seconds of a step: a century
FIRST, LAST = -55_000_000_000.0, 245_000_000_000.0  # Unix seconds; datetime knows a bit more


def edges(start: float, stop: float, step: float | Months, zone: tzinfo) -> Floats:
    """Edges of columns of `step`, local to `zone`, from before `start` to `stop` or after.

    `step` is seconds, at least one, or months. Raises ValueError saying why that makes no sense.
    """
    length = step.number * UNITS["mon"] if isinstance(step, Months) else step
    if (stop - start) / length > MOST_COLUMNS:
        raise ValueError(f"is too short: it makes more than {MOST_COLUMNS:,} columns")
    if length > LONGEST or start < FIRST or stop > LAST:
        raise ValueError("is too long, or the time too far away")
    first, last = (datetime.fromtimestamp(at, zone).date() for at in (start, stop))
    if not isinstance(step, Months) and step <= HOUR:
        found = _short(start, stop, first, step, zone)
    else:
        found = _upto(first, last, step, zone)
    begin = max(0, int(np.searchsorted(found, start, "right")) - 1)
    return found[begin : int(np.searchsorted(found, stop)) + 1]


@lru_cache(maxsize=32)  # some 100 KB each; where the clock moves a window, it is the same all day
def _upto(first: date, last: date, step: float | Months, zone: tzinfo) -> Floats:
    """Edges from before the day `first` to after the day `last`."""
    stop = _midnight(last + timedelta(1), zone)
    if isinstance(step, Months):
        edges_ = _months(stop, _month(first), step.number, zone)
    else:
        days = max(1, round(step / DAY))
        first -= timedelta((first.toordinal() - 1) % days)  # the first day of all was a Monday
        edges_ = _days(stop, first, days, step, zone)
    found = np.unique(np.fromiter(edges_, np.float64))
    found.flags.writeable = False
    return found


def _short(start: float, stop: float, day: date, step: float, zone: tzinfo) -> Floats:
    """As `_upto`, for steps that go by the time that passes: no more than is asked for."""
    parts: list[Floats] = []
    following = _midnight(day, zone)
    while following < stop or not parts:
        midnight, day = following, day + timedelta(1)
        following = _midnight(day, zone)
        first = max(0, math.floor((start - midnight) / step))
        last = math.ceil((min(following, stop + step) - midnight) / step)
        parts.append(midnight + step * np.arange(first, last, dtype=np.float64))
    return np.append(np.concatenate(parts), following)


def _month(day: date) -> int:
    """Months since the year 0."""
    return day.year * MONTHS + day.month - 1


def _months(stop: float, month: int, number: int, zone: tzinfo) -> Iterator[float]:
    """First midnights of every so many months, until one is not before `stop`."""
    month -= month % number
    midnight = -math.inf
    while midnight < stop:
        year, of_year = divmod(max(month, MONTHS), MONTHS)  # calendars begin with the year 1
        midnight = _midnight(date(year, of_year + 1, 1), zone)
        yield midnight
        month += number


def _days(stop: float, day: date, days: int, step: float, zone: tzinfo) -> Iterator[float]:
    """Edges, nearly in order, until one is not before `stop`."""
    midnight = _midnight(day, zone)
    while midnight < stop:
        day += timedelta(days)
        following = _midnight(day, zone)
        yield midnight
        if step < DAY:
            yield from _within(midnight, following, step, zone)
        midnight = following
    yield midnight


def _within(midnight: float, following: float, step: float, zone: tzinfo) -> Iterator[float]:
    """The edges between two midnights."""
    begin = datetime.fromtimestamp(midnight, zone).replace(tzinfo=None)
    for number in range(1, math.ceil(DAY / step)):
        wall = begin + timedelta(seconds=number * step)
        yield min(wall.replace(tzinfo=zone).timestamp(), following)


def _midnight(day: date, zone: tzinfo) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()
