"""A time range in so many columns: what a graph asks history for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from watcher.history.buckets import COUNT, EMPTY, HIGH, LAST, LOW, TOTAL, Columns, Floats
from watcher.history.rollup import Rollup, Tier

Axis = Literal["time", "index"]
FEWEST_BUCKETS = 60  # a count of samples by coarser buckets would be off by more than 2 %


@dataclass(frozen=True, slots=True)
class Window:
    """Columns of one series, oldest first, all arrays of one length.

    A column holds every sample of [start + i*step, start + (i+1)*step). Where `count` is 0
    the other arrays are NaN. Positions are Unix seconds on the time axis and sample numbers
    on the index axis; `usual` is the usual distance between samples there (NaN: unknown).
    """

    axis: Axis
    start: float
    step: float
    count: NDArray[np.int64]
    total: Floats
    low: Floats
    high: Floats
    last: Floats
    usual: float = math.nan

    @property
    def stop(self) -> float:
        """The right edge, exclusive."""
        return self.start + self.step * len(self.count)

    @property
    def mean(self) -> Floats:
        """Total / count, NaN where there is no sample; finite even where the total is not."""
        with np.errstate(over="ignore", invalid="ignore"):
            mean = self.total / np.where(self.count, self.count, np.nan)
            middle = self.low / 2 + self.high / 2
            return np.clip(np.where(np.isfinite(mean), mean, middle), self.low, self.high)


def look(
    rollup: Rollup,
    axis: Axis,
    start: float,
    stop: float,
    columns: int,
    usual: float = math.nan,
) -> Window:
    """What `rollup` knows of [start, stop), in at most `columns` (>= 1) columns.

    Where the finest buckets that reach back to `start` are wider than a column, the columns
    are those buckets; `start` moves back to the edge of one, so there may be one more.
    """
    step = max(stop - start, 1e-9) / max(columns, 1)
    level = _level(rollup, start, step)
    tier = rollup.tiers[level]
    if step < tier.step:
        start, step = math.floor(start / tier.step) * tier.step, tier.step
        stop = max(stop, start + step)
    width = math.ceil(round((stop - start) / step, 6))
    values = _columns(rollup, level, start, step, width)
    count = values[COUNT].astype(np.int64)
    values[:, count == 0] = np.nan
    return Window(
        axis, start, step, count, values[TOTAL], values[LOW], values[HIGH], values[LAST], usual
    )


def samples_between(rollup: Rollup, start: float, stop: float) -> int:
    """How many samples lie in [start, stop), counted in whole buckets."""
    level = _level(rollup, start, (stop - start) / FEWEST_BUCKETS)
    return int(_range(rollup, level, start, stop).values[COUNT].sum())


def _level(rollup: Rollup, start: float, step: float) -> int:
    """The coarsest tier that reaches `start` and fits into `step`; else the finest that reaches.

    One that divides `step` is preferred: with the others, some columns hold a bucket more.
    """
    reaching = [n for n, tier in enumerate(rollup.tiers) if tier.covers(start)]
    fine = [n for n in reaching if rollup.tiers[n].step <= step]
    even = [n for n in fine if step % rollup.tiers[n].step == 0]
    if fine:
        return (even or fine)[-1]
    return reaching[0] if reaching else len(rollup.tiers) - 1


def _range(rollup: Rollup, level: int, start: float, stop: float) -> Columns:
    tier: Tier = rollup.tiers[level]
    return rollup.buckets(level, math.floor(start / tier.step), math.ceil(stop / tier.step))


def _columns(rollup: Rollup, level: int, start: float, step: float, width: int) -> Floats:
    """Buckets of `level` merged into `width` columns: an array of 6 rows."""
    values = np.repeat(EMPTY, width, axis=1)
    buckets = _range(rollup, level, start, start + step * width)
    index = np.floor((buckets.numbers * rollup.tiers[level].step - start) / step + 1e-9)
    index = np.maximum(index, 0)  # the bucket that `start` lies in
    stop = np.searchsorted(index, width)
    if stop:
        inside = Columns(index[:stop].astype(np.int64), buckets.values[:, :stop])
        merged = inside.merged(inside.numbers)
        values[:, merged.numbers] = merged.values
    return values
