"""One number for each column of a window: what was asked for, and in which unit.

A rate is per second, minute or hour of the time that a column stands for, and so the same at every
zoom. Columns without samples are NaN, counts and rates too: whether nothing came, or nobody knows,
is for `fill` to say.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from watcher.history.buckets import LAST_AT, TOTAL, Floats
from watcher.history.rollup import Rollup
from watcher.history.sketch import Sketches, quantiles
from watcher.history.window import Window

Agg = Literal["mean", "min", "max", "sum", "last", "count", "rate", "p50", "p90", "p95", "p99"]
Per = Literal["s", "min", "h"]

PERCENTILES: dict[str, float] = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}
# Samples of which a percentile means something. Of fewer than 1 / (1 - q) it is the largest; and
# of fewer than ten even the middle one is chance, as is how they are spread over 40 rows of a map.
ENOUGH: dict[str, int] = {"p50": 10, "p90": 10, "p95": 20, "p99": 100, "heat": 400}
FIRST = 5  # intervals that tell of the one before them
LATELY = 120  # buckets of a tier: two minutes of seconds, where polls are as near
COLUMNS = {"mean": "mean", "min": "low", "max": "high", "sum": "total", "last": "last"}
PER: dict[Per, float] = {"s": 1.0, "min": 60.0, "h": 3600.0}  # seconds


def usual_per(*, counted: bool) -> Per:
    """How rates are said unless asked otherwise: lines a minute, counters a second."""
    return "min" if counted else "s"


def unit_of(agg: Agg, unit: str, per: Per, *, counted: bool) -> str:
    """What stands at the axis: the field's own unit, or that of a count, or of a rate."""
    if agg == "rate":
        return f"{'lines' if counted else unit}/{per}"
    return ("lines" if counted else "") if agg == "count" else unit


def aggregated(
    window: Window,
    agg: Agg,
    per: Per = "s",
    *,
    counted: bool = False,
    sketches: Sketches | None = None,
) -> Floats:
    """The columns of `window` as `agg` has them.

    A rate is that of the lines where they are `counted`, else of what their values add up to, as
    those of a counter do; on the index axis, where there is no time, it is what is in a column.
    Percentiles are those of `sketches`, which stand beside the rollup that the window is of.
    """
    if agg in PERCENTILES:
        if sketches is None:
            raise ValueError(f"{agg}: there is no sketch of this field")
        return np.asarray(quantiles(sketches, window, [PERCENTILES[agg]])[0])
    if agg == "rate":
        total = _count(window) if counted else window.total
        with np.errstate(over="ignore"):
            return total if window.axis == "index" else total / window.widths * PER[per]
    if agg == "count":
        return _count(window)
    column: Floats = getattr(window, COLUMNS[agg])
    return column


def risen(window: Window, per: Per) -> Floats:
    """How fast a counter rose: what came in a column, by the time since the sample before it.

    So it is right wherever columns begin, as no interval ends where they do.
    """
    there = np.flatnonzero(window.count)
    if window.newest is None or not len(there):
        return aggregated(window, "rate", per)
    newest, count = window.newest[there], window.count[there]
    paces = np.diff(newest)[:FIRST] / count[1 : FIRST + 1]  # of the next ones, as it has none
    first = float(np.median(paces) * count[0]) if len(paces) else float(window.widths[there[0]])
    values = np.full(len(window.count), np.nan)
    with np.errstate(over="ignore"):
        values[there] = window.total[there] / np.diff(newest, prepend=newest[0] - first) * PER[per]
    return values


def lately(rollup: Rollup) -> float:
    """How fast a counter rose in the newest minute, or since the sample before; a second.

    In the first minute of all since the first sample; NaN where there is but one.
    """
    finest = rollup.tiers[0].step
    for level, tier in enumerate(rollup.tiers):
        number = math.floor(rollup.latest_at / tier.step)
        values = rollup.buckets(level, number - LATELY, number + 1).values
        at = values[LAST_AT] * finest
        before = np.flatnonzero(at <= at[-1] - PER["min"])
        if not len(before) and at[0] <= rollup.tiers[0].first * finest + finest:
            before = np.flatnonzero(at == at[0])  # nothing is older
        if len(before) and at[before[-1]] < at[-1]:
            with np.errstate(over="ignore"):
                total = float(values[TOTAL, before[-1] + 1 :].sum())
            return total / float(at[-1] - at[before[-1]])
    return math.nan


def _count(window: Window) -> Floats:
    return np.where(window.count > 0, window.count, np.nan)
