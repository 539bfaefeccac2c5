"""How far apart samples usually are: by what is remembered of them, stretch by stretch.

Neither the hurry of a burst nor a silence says how the rest came. The usual distance is the one
that all but one of some neighbours keep, where that is longest.
"""

from __future__ import annotations

import math

import numpy as np

from watcher.history.buckets import COUNT, Floats, Integers
from watcher.history.rollup import Rollup
from watcher.history.window import Window

NEIGHBOURS = 5  # intervals of which all but one are long where that is usual: one silence is not
FEWEST = 3  # intervals; fewer are no rhythm
LOOKED_AT = 600  # newest buckets of a tier: ten minutes of seconds, a week of quarters of an hour
ALIKE = 1.5  # times: intervals so near are one rhythm


def rhythm(window: Window, otherwise: float) -> float:
    """That of a window; `otherwise` where it has no holes, NaN where too few are seen."""
    there = np.flatnonzero(window.count)
    if not len(there) or there[-1] - there[0] < len(there):
        return otherwise
    if len(there) <= FEWEST:
        return math.nan
    return _slowest(_apart(there, np.diff(window.edges[there]), window.count[there]))


def interval(rollup: Rollup) -> float:
    """That of a series by its newest samples, however many series stand in lines between them.

    NaN where there are too few.
    """
    if not math.isfinite(rollup.latest_at):
        return math.nan
    for level, tier in enumerate(rollup.tiers):
        newest = math.floor(rollup.latest_at / tier.step)
        found = rollup.buckets(level, newest - LOOKED_AT, newest + 1)
        if len(found.numbers) > FEWEST:
            steps = np.diff(found.numbers * tier.step).astype(np.float64)
            apart = _apart(found.numbers, steps, found.values[COUNT])
            usual = _slowest(apart)
            return float(apart[(apart * ALIKE > usual) & (apart < usual * ALIKE)].mean())
    return math.nan


def _apart(numbers: Integers, steps: Floats, count: Floats | Integers) -> Floats:
    """Distances between samples: beside the next, a bucket or column holds as many as its count."""
    dense = np.diff(numbers) == 1
    steps[dense] /= count[:-1][dense]
    return steps


def _slowest(apart: Floats) -> float:
    stretches = np.lib.stride_tricks.sliding_window_view(apart, min(NEIGHBOURS, len(apart)))
    return float(np.partition(stretches, 1, axis=1)[:, 1].max())
