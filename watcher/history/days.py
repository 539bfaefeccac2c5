"""Edges of columns that somebody's clock shows: whole days, or hours counted from midnight.

A day has 23 or 25 hours where the clocks change. Steps of more than an hour go by the clock on the
wall, shorter ones by the time that passes; both begin anew at every midnight, so a step that does
not divide the day ends it with a shorter one. Steps of more than a day are whole days, counted from
a Monday.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo

import numpy as np

from watcher.history.buckets import Floats

DAY, HOUR = 86400, 3600  # seconds
MOST_COLUMNS = 4096 * 3  # as many as the widest picture has
LONGEST = 36_525 * DAY  # seconds of a step: a century
FIRST, LAST = -55_000_000_000.0, 245_000_000_000.0  # Unix seconds; datetime knows a bit more


def edges(start: float, stop: float, step: float, zone: tzinfo) -> Floats:
    """Edges of columns of `step` seconds, local to `zone`, from before `start` to `stop` or after.

    `step` is at least a second. Raises ValueError where that makes no sense, saying why.
    """
    if (stop - start) / step > MOST_COLUMNS:
        raise ValueError(f"is too short: it makes more than {MOST_COLUMNS:,} columns")
    if step > LONGEST or start < FIRST or stop > LAST:
        raise ValueError("is too long, or the time too far away")
    first = datetime.fromtimestamp(start, zone).date()
    days = max(1, round(step / DAY))
    first -= timedelta((first.toordinal() - 1) % days)  # the first day of all was a Monday
    found = np.unique(np.fromiter(_upto(stop, first, days, step, zone), np.float64))
    begin = max(0, int(np.searchsorted(found, start, "right")) - 1)
    return found[begin : int(np.searchsorted(found, stop)) + 1]


def _upto(stop: float, day: date, days: int, step: float, zone: tzinfo) -> Iterator[float]:
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
    if step <= HOUR:
        yield from np.arange(midnight, following, step)[1:].tolist()
        return
    begin = datetime.fromtimestamp(midnight, zone).replace(tzinfo=None)
    for number in range(1, math.ceil(DAY / step)):
        wall = begin + timedelta(seconds=number * step)
        yield min(wall.replace(tzinfo=zone).timestamp(), following)


def _midnight(day: date, zone: tzinfo) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()
