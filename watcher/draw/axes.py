"""The y axis that a view asks for: ends that are given, decades, units, room for the limits.

The range and round numbers of an ordinary axis are the scale's; here it gets what was asked of it.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

from watcher.draw import units
from watcher.draw.scale import STEPS, Scale, fit, labels, power, short

LIMIT_WITHIN = 1.5  # of the data's range: a limit farther off is not worth squeezing them
ROUNDED = 1.2  # by what an axis may be longer than its data: 0.95 s are on one up to 1 s
DECADES_DOWN = 3  # shown of what falls to 0 or below, where no end is given
EVEN = 1e-9  # relative; rounding, where a given end is a tick
MINOR = (2, 5)  # of each decade
SMALLEST, LARGEST = 1e-290, 1e290  # beyond, quotients leave the floats


class Wish(NamedTuple):
    """What is asked of an axis; None: as the data are."""

    unit: str = ""
    low: float | None = None
    high: float | None = None
    log: bool = False
    limits: tuple[float, ...] = ()
    grounded: bool = False  # it holds 0: bars stand on it


PLAIN = Wish()


@lru_cache(maxsize=256)
def axis(low: float, high: float, most: int, wish: Wish) -> Scale:
    """The axis for values low..high with at most `most` (>= 2) labelled ticks."""
    if wish.log:
        return _decades(low, high, most, wish)
    low, high = _with_limits(low, high, wish)
    top, bottom = wish.high or high, wish.low or low
    factor, prefix = units.factor_of(ROUNDED * max(abs(top), abs(bottom)), wish.unit)
    if wish.low is None and wish.high is None:
        found = fit(low / factor, high / factor, most, grounded=wish.grounded)
    else:
        found = _between(low / factor, high / factor, most, wish, factor)
    names = tuple(units.on_label(name, prefix, wish.unit) for name in found.labels)
    if factor == 1.0:
        return found._replace(labels=names)
    ticks = tuple(tick * factor for tick in found.ticks)
    ends = found.low * factor, found.high * factor
    return Scale(*ends, ticks, names, found.unit, minor=found.minor)  # which is 0, if any


def _with_limits(low: float, high: float, wish: Wish) -> tuple[float, float]:
    """The range of the data, stretched to the limits that lie near."""
    if wish.grounded:
        low, high = min(low, 0.0), max(high, 0.0)
    room = max(high - low, abs(high)) * LIMIT_WITHIN
    for limit in wish.limits:
        if low - room <= limit <= high + room:
            low, high = min(low, limit), max(high, limit)
    return low, high


def _between(low: float, high: float, most: int, wish: Wish, factor: float) -> Scale:
    """An axis with one end or both as they were asked for."""
    low, high = max(low, -LARGEST), min(high, LARGEST)
    bottom = None if wish.low is None else wish.low / factor
    top = None if wish.high is None else wish.high / factor
    if wish.grounded:
        low, high = min(low, 0.0), max(high, 0.0)
    start = bottom if bottom is not None else min(low, _beyond(top, -1) if top is not None else low)
    stop = top if top is not None else max(high, _beyond(start, 1))
    if not start < stop:
        start, stop = (start, _beyond(start, 1)) if top is None else (_beyond(stop, -1), stop)
    step, exponent = _step(stop - start, max(most - 1, 1))
    size = power(step, exponent)
    if bottom is None:
        start = math.floor(start / size + EVEN) * size
    if top is None:
        stop = math.ceil(stop / size - EVEN) * size
    first, last = math.ceil(start / size - EVEN), math.floor(stop / size + EVEN)
    counts = tuple(n * step for n in range(first, last + 1))[: most + 1]
    ticks = tuple(min(stop, max(start, power(count, exponent))) for count in counts)
    return Scale(start, stop, ticks, labels(counts, exponent))


def _beyond(end: float | None, sign: int) -> float:
    """Some way past an end where the data are all on its other side."""
    end = end or 0.0
    return end + sign * (abs(end) or 1.0)


def _step(length: float, most: int) -> tuple[int, int]:
    """The finest round step (mantissa, exponent) of which `most` reach over `length`."""
    exponent = math.floor(math.log10(length / most)) - 1
    for more in (0, 1, 2):
        for step in sorted(step for step, price in STEPS if not price or step == 25):
            if power(step, exponent + more) * most >= length * (1 - EVEN):
                return step, exponent + more
    return 10, exponent + 2


def _decades(low: float, high: float, most: int, wish: Wish) -> Scale:
    """A logarithmic axis: a label for each decade, or for some of many; 2 and 5 where few."""
    top = wish.high or max(high, *wish.limits, 0.0)
    if top <= SMALLEST:
        top = 10.0 * wish.low if wish.low else 1.0
    top = min(top, LARGEST)
    bottom = wish.low or (low if low > 0 else top / 10**DECADES_DOWN)
    positive = [limit for limit in wish.limits if limit > 0]
    bottom = min(bottom, *positive) if positive and wish.low is None else bottom
    bottom = max(bottom if bottom < top else top / 10, SMALLEST)
    start = wish.low or _round_down(bottom)
    stop = wish.high or _round_up(top)
    if not start < stop:
        stop = start * 10
    first, last = math.floor(math.log10(start)), math.ceil(math.log10(stop))
    marks = [(n, e) for e in range(first, last + 1) for n in (1, *MINOR)]
    inside = [mark for mark in marks if start * (1 - EVEN) <= power(*mark) <= stop * (1 + EVEN)]
    tens = [mark for mark in inside if mark[0] == 1]
    every = max(1, -(-len(tens) // most))
    named = tens[::every] if len(tens) >= 3 or len(inside) > most else inside
    minor = [mark for mark in inside if mark not in named] if every == 1 else []
    return Scale(
        start,
        stop,
        tuple(power(*mark) for mark in named),
        tuple(_name(power(*mark), mark, wish.unit) for mark in named),
        log=True,
        minor=tuple(power(*mark) for mark in minor),
    )


def _name(value: float, mark: tuple[int, int], unit: str) -> str:
    factor, prefix = units.factor_of(value, unit)
    name = labels((mark[0],), mark[1])[0] if factor == 1.0 else short(value / factor)
    return units.on_label(name, prefix, unit)


def _round_down(value: float) -> float:
    exponent = math.floor(math.log10(value))
    return (
        max(power(n, exponent) for n in (1, *MINOR) if power(n, exponent) <= value * (1 + EVEN))
        if power(1, exponent) <= value
        else power(5, exponent - 1)
    )


def _round_up(value: float) -> float:
    exponent = math.floor(math.log10(value))
    return min(
        power(n, exponent) for n in (1, *MINOR, 10) if power(n, exponent) >= value * (1 - EVEN)
    )
