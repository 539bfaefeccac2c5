"""Numbers with their unit: which prefixes it takes, and where they are written; lengths of time.

Seconds, bytes and bits take the prefixes of SI, `iB` those of IEC 80000-13; a percentage and
whatever else a unit may be take none: their numbers alone are shortened.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from watcher.draw.scale import brief, short
from watcher.draw.view import UNITS

PREFIXED = frozenset({"s", "B", "bit", "B/s", "bit/s"})
BINARY = {"iB": "B", "iB/s": "B/s"}  # unit -> what stands behind a prefix such as Ki
BINARY_PREFIXES = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
LARGE = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
SMALL = ((1.0, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"))  # of seconds; nobody says millibytes
MOST = 1e20  # of a unit; more is told by an exponent
ON_LABELS = frozenset({"s", "B"})  # short enough to stand at every number of an axis
SPACE = "\N{NO-BREAK SPACE}"
LONGEST_LABEL = 7  # characters; a number that leaves no room for its unit stands alone
MANY = 100  # of a unit of time are hard to imagine
LONGEST_BESIDE = 6  # characters of a unit that stands beside the value


class Reading(NamedTuple):
    """A value as it is read: the number, and its unit with a prefix."""

    number: str
    unit: str


def factor_of(largest: float, unit: str) -> tuple[float, str]:
    """By what numbers up to `largest` are divided, and the prefix that says so."""
    if not 0 < largest < MOST:
        return 1.0, ""
    if unit in BINARY:
        steps = min(len(BINARY_PREFIXES) - 1, int(math.log2(max(1.0, largest)) / 10))
        return float(1024**steps), BINARY_PREFIXES[steps]
    if unit not in PREFIXED:
        return 1.0, ""
    steps_down = LARGE + (SMALL if unit == "s" else SMALL[:1])
    return next((pair for pair in steps_down if largest >= pair[0] * 0.99995), steps_down[-1])


@lru_cache(maxsize=512)
def reading(value: float, unit: str, write: Callable[[float], str] = short) -> Reading:
    """`1.25` and `ms`; the unit is empty where none was given. `write`: how a number is written."""
    if unit in PREFIXED or unit in BINARY:
        factor, prefix = factor_of(abs(value), unit)
        return Reading(write(value / factor), prefix + BINARY.get(unit, unit))
    return Reading(write(value), unit)


def said(value: float, unit: str) -> str:
    """A value in one word: `1.25 ms`."""
    return joined(beside(value, unit))


def briefly(value: float, unit: str) -> str:
    """A value in one word of three digits, where it stands beside others."""
    return joined(briefly_beside(value, unit))


def joined(read: Reading) -> str:
    """The number and its unit in one word."""
    if not read.unit:
        return read.number
    return f"{read.number}{'' if read.unit == '%' else SPACE}{read.unit}"


def beside(value: float, unit: str) -> Reading:
    """A reading whose unit is left out where it is too long to stand beside the number."""
    return _beside(reading(value, unit))


def briefly_beside(value: float, unit: str) -> Reading:
    """The same in three digits."""
    return _beside(reading(value, unit, brief))


def _beside(read: Reading) -> Reading:
    return read if len(read.unit) <= LONGEST_BESIDE else Reading(read.number, "")


def apart(unit: str) -> str:
    """What of a unit has to be said elsewhere, as no number of the axis says it."""
    return "" if unit in ON_LABELS or unit == "%" else BINARY.get(unit, unit)


def on_label(name: str, prefix: str, unit: str) -> str:
    """A number of an axis, with what fits beside it."""
    if unit == "%":
        return f"{name}%"
    if name == "0" or not (prefix or unit in ON_LABELS):
        return name
    shown = f"{SPACE}{prefix}{unit}" if unit in ON_LABELS else prefix
    return name + (shown if len(name) + len(shown) <= LONGEST_LABEL else prefix)


@lru_cache(maxsize=256)
def length_of_time(seconds: float) -> str:
    """In the largest unit that is nearly whole; days from two on, as people say 24 h.

    Where hours, minutes or seconds would be many: in tenths of what is larger, 9.5 d.
    """
    counts = {unit: seconds / UNITS[unit] for unit in ("y", "w", "d", "h", "min", "s")}
    counts = {unit: count for unit, count in counts.items() if count >= (2 if unit in "dw" else 1)}
    for unit, count in counts.items():
        if abs(count - round(count)) < 0.02 * count and (count < MANY or unit in "ywd"):
            return f"{round(count)} {unit}"
    unit = next((unit for unit in counts if unit != "w"), "s")
    return f"{short(round(seconds / UNITS[unit], 1 if counts else 3))} {unit}"
