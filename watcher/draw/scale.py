"""The range of a y axis, its round numbers and their labels.

Plain arithmetic on Python numbers; it knows no pixels, no picture and no library. An axis begins
and ends on a tick. Ticks are whole multiples of a round step and are counted in integers, so
labels are exact whatever the magnitude.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

LARGEST = sys.float_info.max
NOTHING = 1e-310  # smaller is drawn as 0: below it floats have lost their digits
NOISE = 1e-10  # relative; a range smaller than that is rounding, not data
LONGEST_LABEL = 7  # characters: "1013.25"; more does not fit beside the plot
SPACE = "\N{NO-BREAK SPACE}"
FROM = "~"  # before a number that others count from
HUGE, TINY = 1e290, 1e-290  # beyond, a difference or a quotient could leave the floats
PLAIN = 10_000  # from here on labels have a suffix
SUFFIXES = {0: "", 3: "k", 6: "M", 9: "G", 12: "T"}  # none below 1: "5m" might be minutes
# tenths of a power of ten, and how much of the plot their roundness is worth
STEPS = (
    *((10, 0.0), (20, 0.0), (50, 0.0)),
    *((30, 0.05), (40, 0.05), (60, 0.05), (80, 0.05)),
    *((12, 0.08), (15, 0.08), (25, 0.08)),
)
TWO = 0.25  # of the plot: what two ticks cost, which say little
MORE = 0.03  # what each tick costs that there is more or less than is best
MANY = 6  # where so many fit, all but one are best; else three: few and large can be read from afar


class Scale(NamedTuple):
    """A y axis: `low` at the lower edge of the plot, `high` at the upper."""

    low: float
    high: float
    ticks: tuple[float, ...]  # rising, inside low..high
    labels: tuple[str, ...]
    unit: float = 1.0  # a power of two; values times it can be subtracted and divided safely
    log: bool = False
    minor: tuple[float, ...] = ()  # ticks without labels


@lru_cache(maxsize=256)
def fit(low: float, high: float, most: int, *, grounded: bool) -> Scale:
    """The axis for values low..high with at most `most` (>= 2) ticks.

    `grounded` axes hold 0 (bars stand on it); others do when the data are near to it.
    """
    low, high = _widen(low, high, grounded=grounded)
    fits = sorted(_fits(low, high, max(most, 3)))
    _, bottom, top, step, exponent = next(filter(_is_plain, fits), fits[0])
    if top - bottom <= (most - 1) * step:
        return _scale(bottom, top, range(bottom, top + 1, step), exponent)
    ends = _scale(bottom, top, range(bottom, top + 1, top - bottom), exponent)  # two of three
    return ends._replace(minor=(0.0,)) if bottom < 0 < top else ends


class Fit(NamedTuple):
    """An axis that would do: its first tick, last tick and step in units of 10^exponent."""

    price: float
    bottom: int
    top: int
    step: int
    exponent: int


def _is_plain(fit: Fit) -> bool:
    """Whether all of its numbers can be told in full."""
    names = labels(tuple(range(fit.bottom, fit.top + 1, fit.step)), fit.exponent)
    return not names[0].startswith(FROM)


def _fits(low: float, high: float, most: int) -> Iterator[Fit]:
    size = high / 2 - low / 2
    for step, price, exponent in _steps(low, high, most):
        bottom = _multiple(low, step, exponent, math.floor)
        top = max(_multiple(high, step, exponent, math.ceil), bottom + step)
        count = (top - bottom) // step + 1
        if count <= most:
            used = size / (power(top, exponent) / 2 - power(bottom, exponent) / 2)
            best = most - 1 if most >= MANY else 3
            cost = TWO if count == 2 else MORE * abs(count - best)
            yield Fit(price + cost - used, bottom, top, step, exponent)


def _widen(low: float, high: float, *, grounded: bool) -> tuple[float, float]:
    """The range to show: with 0 where that is wanted, and never empty."""
    largest = max(abs(low), abs(high))
    if largest < NOTHING:
        return 0.0, 1.0
    if grounded:
        return min(low, 0.0), max(high, 0.0)
    if high / 2 - low / 2 <= NOISE * largest:
        return (0.0, min(2 * high, LARGEST)) if high > 0 else (max(2 * low, -LARGEST), 0.0)
    if 0 < low <= high - low:
        return 0.0, high
    if 0 > high >= low - high:
        return low, 0.0
    return low, high


def _steps(low: float, high: float, most: int) -> list[tuple[int, float, int]]:
    """Steps as (mantissa, price, exponent) that may give 2 to `most` ticks; 3 surely do."""
    finest = max(high / (most - 1) - low / (most - 1), NOTHING / 100)
    coarsest = 4.5 * max(high / 2 - low / 2, NOTHING)  # a little more than twice the range
    first = math.floor(math.log10(finest)) - 1
    return [
        (step, price, first + more)
        for more in (0, 1, 2)
        for step, price in STEPS
        if 0.999 * finest <= power(step, first + more) <= coarsest
    ]


def _multiple(value: float, cut: int, exponent: int, away: Callable[[float], int]) -> int:
    """The multiple of `cut` next to `value`, in units of 10^exponent."""
    quotient = value / power(cut, exponent)
    nearest = round(quotient)
    if abs(quotient - nearest) < 1e-9 + abs(quotient) * 1e-15:  # 0.3 / 0.1 is not quite 3
        return nearest * cut
    return away(quotient) * cut


@lru_cache(maxsize=4096)
def power(count: int, exponent: int) -> float:
    """count x 10^exponent, rounded once, never infinite."""
    return max(-LARGEST, min(LARGEST, float(f"{count}e{exponent}")))


def _scale(bottom: int, top: int, counts: range, exponent: int) -> Scale:
    low, high = power(bottom, exponent), power(top, exponent)
    ticks = tuple(power(count, exponent) for count in counts)
    kept = [i for i, tick in enumerate(ticks) if abs(tick) < LARGEST]
    names = labels(tuple(counts[i] for i in kept), exponent)
    return Scale(low, high, tuple(ticks[i] for i in kept), names, _unit(low, high))


def _unit(low: float, high: float) -> float:
    if max(abs(low), abs(high)) < HUGE and high - low > TINY:
        return 1.0
    size = math.frexp(max(abs(low), abs(high)))[1]
    return math.ldexp(1.0, -max(-1000, min(1000, size)))


@lru_cache(maxsize=1024)
def labels(counts: tuple[int, ...], exponent: int) -> tuple[str, ...]:
    """Short and distinct names of the numbers counts x 10^exponent, all in one unit.

    Numbers that differ only in late digits are told as their distance from the first.
    """
    largest = max(map(abs, counts), default=0)
    size = len(str(largest)) + exponent - 1  # 0: ones, 3: thousands
    if largest and (size < -3 or size > 15):
        names = tuple(_scientific(count, exponent) for count in counts)
    else:
        group = min(12, size // 3 * 3) if largest and power(largest, exponent) >= PLAIN else 0
        names = tuple(
            _decimal(count, exponent - group) + SUFFIXES[group] if count else "0"
            for count in counts
        )
    if max(map(len, names), default=0) <= LONGEST_LABEL or 0 in counts:
        return names
    rest = labels(tuple(count - counts[0] for count in counts[1:]), exponent)
    return (FROM + short(power(counts[0], exponent)), *("+" + name for name in rest))


def _decimal(count: int, exponent: int) -> str:
    """count x 10^exponent written out, without idle zeros."""
    if exponent >= 0:
        return str(count * 10**exponent)
    digits = str(abs(count)).rjust(1 - exponent, "0")
    text = f"{digits[:exponent]}.{digits[exponent:]}".rstrip("0").rstrip(".")
    return "-" + text if count < 0 else text


def _scientific(count: int, exponent: int) -> str:
    """1.5e16"""
    if not count:
        return "0"
    digits = str(abs(count))
    head, tail = digits[0], digits[1:].rstrip("0")
    sign = "-" if count < 0 else ""
    return f"{sign}{head}{'.' + tail if tail else ''}e{exponent + len(digits) - 1}"


@lru_cache(maxsize=1024)
def short(value: float) -> str:
    """A value to be read at a glance: 69, 69.04, 1013.3, 0.367, 12 345, 1.235M, 1.5e-7."""
    size = abs(value)
    if size < NOTHING:
        return "0"
    if 9999.5 <= size < 999_999.5 or (size < 9999.5 and value == int(value)):
        return grouped(round(value))
    if size < 1 or size >= 999.95e12:
        return _tidy(f"{value:.3g}")
    if size < 9999.5:
        return _trim(f"{value:.{max(1, 3 - math.floor(math.log10(size)))}f}")
    return _suffixed(value, 4)


def brief(value: float) -> str:
    """A value in three digits where it stands beside others: 69.2, 9999, 26.6k."""
    if abs(value) < 9999.5:
        return _tidy(f"{value:.3g}") if abs(value) < 999.5 else str(round(value))
    return _suffixed(value, 3) if abs(value) < 999.95e12 else _tidy(f"{value:.3g}")


def grouped(number: int) -> str:
    """12 345: spaces that no line breaks at, from five digits on as ISO 80000 has it."""
    return f"{number:,}".replace(",", SPACE) if abs(number) > 9999 else str(number)


def _suffixed(value: float, digits: int) -> str:
    for group in (3, 6, 9, 12):
        if abs(value) < 999.95 * 10**group:
            break
    return _trim(f"{value / 10**group:.{digits}g}") + SUFFIXES[group]


def _trim(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _tidy(text: str) -> str:
    """Python's 1e-07 as 1e-7."""
    head, _, exponent = text.partition("e")
    return f"{head}e{int(exponent)}" if exponent else head
