"""What stands in columns without samples, and where a line may go on over them.

Silence is an answer for what is counted: 0 came, as long as the log was there and alive. For
values it is none: between samples as far apart as usual a line goes on, over a longer silence it
breaks. That is `auto`; the other ways are for those who know their log better.
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from watcher.history.buckets import Floats
from watcher.history.window import Window

Fill = Literal["auto", "gap", "zero", "hold", "connect"]
Mask = NDArray[np.bool_]

LONGEST_HOLE = 3  # usual intervals (or columns, where none is known) that a line bridges


class Filled(NamedTuple):
    """Columns as they are drawn: `values`, NaN where nothing is to be seen.

    `joined` is true in a column with a value if a line goes there from the one with a value
    before it, be it a neighbour or beyond a hole.
    """

    values: Floats
    joined: Mask


def known(window: Window, first_at: float, until: float) -> Mask:
    """In which columns the log could speak: from its first sample on, and while it is fresh."""
    edges = window.edges
    return (edges[1:] > first_at) & (edges[:-1] <= until)


def filled(
    values: Floats, window: Window, fill: Fill = "auto", *, counted: bool, known: Mask
) -> Filled:
    """`values` of the columns of `window`, with what `fill` has in those that have none."""
    empty = np.isnan(values)
    if fill == "zero" or (fill == "auto" and counted):
        values = np.where(empty & known, 0.0, values)
    elif fill == "hold":
        values = np.where(empty & known, _held(values), values)
    elif fill == "connect":
        return Filled(values, _joined(values, window, math.inf))
    elif fill == "auto":
        return Filled(values, _joined(values, window, longest_hole(window)))
    return Filled(values, _joined(values, window, 0.0))


def longest_hole(window: Window) -> float:
    """Seconds, or samples, without a sample that are no silence yet."""
    return LONGEST_HOLE * (window.step if math.isnan(window.usual) else window.usual)


def bridged(values: Floats, window: Window) -> Floats:
    """`values` with each held until the next one, unless there is a silence between."""
    there = np.flatnonzero(~np.isnan(values))
    if not len(there):
        return values
    goes_on = np.append(_joined(values, window, longest_hole(window))[there[1:]], False)
    before = np.searchsorted(there, np.arange(len(values)), "right") - 1
    held = (before >= 0) & goes_on[before]
    return np.where(held & np.isnan(values), values[there[before]], values)


def _held(values: Floats) -> Floats:
    """Each value until the next one."""
    newest = np.maximum.accumulate(np.where(np.isnan(values), -1, np.arange(len(values))))
    return np.where(newest < 0, np.nan, values[newest])


def _joined(values: Floats, window: Window, longest: float) -> Mask:
    """Where no hole before a value is longer than `longest`."""
    there = np.flatnonzero(~np.isnan(values))
    edges, joined = window.edges, np.zeros(len(values), bool)
    holes = edges[there[1:]] - edges[there[:-1] + 1]
    joined[there[1:]] = holes <= longest * (1 + 1e-9)
    return joined
