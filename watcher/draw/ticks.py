"""Round places on an x axis: sample numbers, or what a clock and a calendar call round.

Places are found in the local time of the given zone, so a tick at midnight is at midnight on
days of 23 hours too. They are made by the stretch of time and kept, because an axis moves on
with every frame and its ticks do not.
"""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Literal, NamedTuple

from watcher.draw import scale

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MINUTE, HOUR, DAY = 60, 3600, 86400  # seconds
FEW_DAYS, WEEKS = 4, 21 * DAY  # of fewer than three weeks, Mondays may be one label or none
MONTH, YEAR = 30.44 * DAY, 365.25 * DAY  # on average
EARLIEST, LATEST = -62_100_000_000, 253_370_000_000  # Unix seconds: years 2 to 9998
STRETCH = 32  # steps that are worked out and kept together

Unit = Literal["second", "hour", "day", "month", "year"]


class Tick(NamedTuple):
    """A place on the axis and its name."""

    at: float
    label: str


class Step(NamedTuple):
    """A distance between ticks: so many units, some `seconds` long."""

    unit: Unit
    every: int
    seconds: float


STEPS = (
    *(Step("second", n, n) for n in (1, 2, 5, 10, 15, 30)),
    *(Step("second", n * MINUTE, n * MINUTE) for n in (1, 2, 5, 10, 15, 30)),
    *(Step("hour", n, n * HOUR) for n in (1, 2, 3, 6, 12)),
    *(Step("day", n, n * DAY) for n in (1, 2, FEW_DAYS, 7, 14)),
    *(Step("month", n, n * MONTH) for n in (1, 2, 3, 6)),
    *(Step("year", n, n * YEAR) for n in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)),
)


def number_ticks(start: float, stop: float, most: int) -> tuple[Tick, ...]:
    """At most `most` round sample numbers in start..stop, whole ones."""
    if not 0 <= stop - start < math.inf:
        return ()
    step, exponent = _number_step(stop - start, most)
    size = scale.power(step, exponent)
    first, last = math.ceil(start / size), math.floor(stop / size)
    return _named(tuple(number * step for number in range(first, last + 1)), exponent)


@lru_cache(maxsize=256)
def _named(counts: tuple[int, ...], exponent: int) -> tuple[Tick, ...]:
    names = scale.labels(counts, exponent)
    return tuple(
        Tick(scale.power(count, exponent), name) for count, name in zip(counts, names, strict=True)
    )


def time_ticks(start: float, stop: float, zone: tzinfo, most: int) -> tuple[Tick, ...]:
    """At most `most` round times in start..stop (Unix seconds), named in `zone`."""
    if not (EARLIEST < start < stop < LATEST):
        return number_ticks(start, stop, most)
    for step in STEPS:
        if (stop - start) / step.seconds > most + 1:
            continue
        if step.every == FEW_DAYS and stop - start >= WEEKS:
            continue
        ticks = [tick for tick in _around(start, stop, zone, step) if start <= tick.at <= stop]
        if len(ticks) <= most:
            return tuple(ticks)
    return ()


def _around(start: float, stop: float, zone: tzinfo, step: Step) -> list[Tick]:
    """The ticks of all stretches that start..stop touches."""
    length = step.seconds * STRETCH
    first, last = math.floor(start / length), math.floor(stop / length)
    return [
        tick
        for stretch in range(first, last + 1)
        for tick in _stretch(stretch * length, (stretch + 1) * length, zone, step)
    ]


@lru_cache(maxsize=512)
def _stretch(start: float, stop: float, zone: tzinfo, step: Step) -> tuple[Tick, ...]:
    """The ticks in start..stop, exclusive."""
    start, stop = max(start, EARLIEST), min(stop, LATEST)
    ticks = (
        _seconds(start, stop, zone, step)
        if step.unit == "second"
        else _dates(start, stop, zone, step)
    )
    return tuple(sorted({tick for tick in ticks if start <= tick.at < stop}))


def _seconds(start: float, stop: float, zone: tzinfo, step: Step) -> list[Tick]:
    """Steps below an hour: even distances, counted from the zone's full hours."""
    offset = (_local(start, zone).utcoffset() or timedelta()).total_seconds()
    first = math.ceil((start + offset) / step.every)
    last = math.ceil((stop + offset) / step.every)
    places = [number * step.every - offset for number in range(first, last)]
    return [Tick(at, _clock(_local(at, zone), exact=step.every < MINUTE)) for at in places]


def _dates(start: float, stop: float, zone: tzinfo, step: Step) -> list[Tick]:
    """Steps of hours and more: places of the local calendar."""
    first = _local(start, zone).date() - timedelta(days=1)
    last = _local(stop, zone).date() + timedelta(days=1)
    if step.unit in ("hour", "day"):
        days = [date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]
        if step.unit == "hour":
            return [tick for day in days for tick in _hours(day, zone, step.every)]
        # ordinal 1 is a Monday, so weeks begin on Mondays
        return [
            _midnight(day, zone, _day_name(day))
            for day in days
            if day.toordinal() % step.every == 1 % step.every
        ]
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    every = step.every * (12 if step.unit == "year" else 1)
    return [
        _midnight(date(n // 12, n % 12 + 1, 1), zone, _month_name(n))
        for n in months
        if n % every == 0
    ]


def _hours(day: date, zone: tzinfo, count: int) -> list[Tick]:
    """Full hours of one day; those the clock skips are left out, those it repeats come twice."""
    ticks = []
    for hour in range(0, 24, count):
        for fold in (0, 1):
            at = datetime(day.year, day.month, day.day, hour, tzinfo=zone, fold=fold).timestamp()
            shown = _local(at, zone)
            if shown.hour == hour and shown.minute == 0:
                ticks.append(Tick(at, _clock(shown, exact=False)))
    return ticks


def _midnight(day: date, zone: tzinfo, name: str) -> Tick:
    return Tick(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp(), name)


def _local(at: float, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(at, zone)


def _clock(when: datetime, *, exact: bool) -> str:
    if when.hour == when.minute == when.second == 0:
        return _day_name(when.date())
    return f"{when:%H:%M:%S}" if exact else f"{when:%H:%M}"


def _day_name(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]}"


def _month_name(number: int) -> str:
    """`number` counts months from year 0; January is told by its year."""
    year, month = divmod(number, 12)
    return MONTHS[month] if month else str(year)


@lru_cache(maxsize=256)
def _number_step(length: float, most: int) -> tuple[int, int]:
    """The finest whole step (mantissa, exponent) that never gives more than `most` ticks."""
    exponent = max(0, math.floor(math.log10(max(1.0, length / most))))
    for step in (10, 20, 25, 50, 100, 200):
        fits = length / scale.power(step, exponent - 1) < most
        if fits and (step, exponent) != (25, 0):
            break
    return step, exponent - 1
