"""A time range in so many columns: what a graph asks history for.

Columns are all of one width, or lie between given edges, such as the midnights of somebody's
days, which are an hour longer or shorter twice a year. They are made of whole buckets of the
coarsest tier that remembers their time and fits into them, and never finer than those.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from watcher.history.buckets import (
    COUNT,
    EMPTY,
    HIGH,
    LAST,
    LAST_AT,
    LOW,
    TOTAL,
    Columns,
    Floats,
)
from watcher.history.rollup import Rollup

Axis = Literal["time", "index"]
FEWEST_BUCKETS = 60  # a count of samples by coarser buckets would be off by more than 2 %
FEW = 3  # columns: the newest, one that is whole, and one at the edge
ROUNDING = 1e-6  # seconds, or samples; float64 tells Unix seconds apart by a quarter of that


class Reach(Protocol):
    """A tier of whatever is remembered in tiers."""

    step: int

    def covers(self, start: float) -> bool:
        """Whether nothing from `start` on has been forgotten here."""


@dataclass(frozen=True, slots=True)
class Window:
    """Columns of one series, oldest first, all arrays of one length.

    A column holds every sample of [edges[i], edges[i+1]). Where `count` is 0 the other arrays
    are NaN. Positions are Unix seconds on the time axis and sample numbers on the index axis;
    `usual` is the usual distance between samples there (NaN: unknown). Where columns differ in
    width `bounds` are their edges, one more than columns, and `step` is their mean width.
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
    bounds: Floats | None = None
    newest: Floats | None = None  # positions of the newest samples, by the finest buckets

    @property
    def stop(self) -> float:
        """The right edge, exclusive."""
        return self.start + self.step * len(self.count)

    @property
    def edges(self) -> Floats:
        """Where columns begin, and where the last one ends."""
        if self.bounds is not None:
            return self.bounds
        return _even(self.start, self.step, len(self.count))

    @property
    def widths(self) -> Floats:
        """Seconds, or samples, of each column."""
        if self.bounds is not None:
            return np.diff(self.bounds)
        return np.full(len(self.count), self.step, np.float64)

    @property
    def grain(self) -> float:
        """What the buckets should divide that the columns are made of."""
        return self.step if self.bounds is None else _grain(self.bounds)

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
    also: Sequence[Reach] = (),
) -> Window:
    """What `rollup` knows of [start, stop), in at most `columns` (>= 1) columns.

    Where the finest buckets that reach back to `start` are wider than a column, the columns
    are those buckets; `start` moves back to the edge of one, so there may be one more. `also`
    are tiers of something else that is to be seen in the same columns, such as a sketch.
    """
    level, edges, step = _even_columns(rollup, start, stop, columns, also)
    values = _columns(rollup, level, edges)
    return _window(axis, float(edges[0]), step, values, usual, rollup.tiers[0].step)


def look_between(
    rollup: Rollup, axis: Axis, edges: Floats, usual: float = math.nan, also: Sequence[Reach] = ()
) -> Window:
    """What `rollup` knows between `edges`, which rise: one column less than there are edges.

    Where the buckets that reach back so far are wider than a column, the edges move to theirs,
    and there are fewer.
    """
    level, edges = _given_columns(rollup, edges, also)
    return _between(rollup, level, axis, edges, usual)


def look_at(
    rollup: Rollup,
    axis: Axis,
    place: float,
    ends: tuple[float, float, int] | Floats,
    usual: float = math.nan,
    also: Sequence[Reach] = (),
) -> Window | None:
    """The column that `place` lies in, and a few before it; None where none does.

    They are as they stand in the whole window, save for the first of several, which also has the
    bucket that its edge cuts. `ends`: start, stop and columns of a window, or its edges.
    """
    if isinstance(ends, tuple):
        level, edges, _ = _even_columns(rollup, *ends, also)
    else:
        level, edges = _given_columns(rollup, ends, also)
    step = rollup.tiers[level].step
    begin = place // step * step  # that of its bucket, which lies in one column as a whole
    if begin < edges[0] < begin + step:
        begin = float(edges[0])
    at = int(np.searchsorted(edges - ROUNDING, begin, "right")) - 1
    if not 0 <= at < len(edges) - 1:
        return None
    return _between(rollup, level, axis, edges[max(0, at - FEW + 1) : at + 2], usual)


def _between(rollup: Rollup, level: int, axis: Axis, edges: Floats, usual: float) -> Window:
    step = float(edges[-1] - edges[0]) / (len(edges) - 1)
    values = _columns(rollup, level, edges)
    finest = rollup.tiers[0].step
    return replace(_window(axis, float(edges[0]), step, values, usual, finest), bounds=edges)


def _even_columns(
    rollup: Rollup, start: float, stop: float, columns: int, also: Sequence[Reach]
) -> tuple[int, Floats, float]:
    """The tier that columns are made of, their edges, and how wide they are."""
    step = max(stop - start, 1e-9) / max(columns, 1)
    level, least = _level(rollup, start, step, also)
    if step < least:
        start, step = math.floor(start / least) * least, least
        stop = max(stop, start + step)
    width = math.ceil(round((stop - start) / step, 6))
    return level, _even(start, step, width), step


def _given_columns(rollup: Rollup, edges: Floats, also: Sequence[Reach]) -> tuple[int, Floats]:
    """Likewise of columns whose edges are given; they move where buckets are wider."""
    level, least = _level(rollup, float(edges[0]), _grain(edges), also)
    if np.diff(edges).min() < least:
        last = math.ceil(edges[-1] / least)
        edges = np.unique(np.append(np.floor(edges[:-1] / least), last)) * least
    return level, edges


def earlier(rollup: Rollup, window: Window, by: float, also: Sequence[Reach] = ()) -> Window:
    """The same stretch of time `by` earlier; in fewer columns where less is remembered."""
    if window.bounds is not None:
        return look_between(rollup, window.axis, window.bounds - by, window.usual, also)
    start, stop = window.start - by, window.stop - by
    return look(rollup, window.axis, start, stop, len(window.count), window.usual, also)


def onto(values: Floats, earlier: Window, by: float, window: Window) -> Floats:
    """`values` of the columns of `earlier`, as they lie behind those of `window` `by` later."""
    middles = (window.edges[1:] + window.edges[:-1]) / 2 - by
    places = np.searchsorted(earlier.edges, middles, "right") - 1
    inside = (places >= 0) & (places < len(values))
    return np.where(inside, values[np.clip(places, 0, len(values) - 1)], np.nan)


def samples_between(rollup: Rollup, start: float, stop: float) -> int:
    """How many samples lie in [start, stop), counted in whole buckets."""
    level = level_of(rollup.tiers, start, (stop - start) / FEWEST_BUCKETS)
    step = rollup.tiers[level].step
    buckets = rollup.buckets(level, math.floor(start / step), math.ceil(stop / step))
    return int(buckets.values[COUNT].sum())


def level_of(tiers: Sequence[Reach], start: float, step: float) -> int:
    """The coarsest tier that reaches `start` and fits into `step`; else the finest that reaches.

    One that divides `step` is preferred: with the others, some columns hold a bucket more.
    """
    reaching = [n for n, tier in enumerate(tiers) if tier.covers(start)]
    fine = [n for n in reaching if tiers[n].step <= step]
    even = [n for n in fine if step % tiers[n].step == 0]
    if fine:
        return (even or fine)[-1]
    return reaching[0] if reaching else len(tiers) - 1


def places_of(edges: Floats, positions: NDArray[np.int64]) -> NDArray[np.int64]:
    """In which column buckets lie that begin at `positions`, which do not fall.

    Those before the first edge lie in the first column: their end does. Those from the last edge
    on have no place, so there may be fewer than positions.
    """
    cuts = np.searchsorted(positions, edges - ROUNDING)
    cuts[0] = 0
    return np.repeat(np.arange(len(edges) - 1), cuts[1:] - cuts[:-1])


def _even(start: float, step: float, width: int) -> Floats:
    return start + step * np.arange(width + 1, dtype=np.float64)


def _level(rollup: Rollup, start: float, step: float, also: Sequence[Reach]) -> tuple[int, int]:
    """Which tier columns of `step` from `start` are made of, and how wide they are at least."""
    level = level_of(rollup.tiers, start, step)
    least = rollup.tiers[level].step
    if also and least < (wider := also[level_of(also, start, step)].step):
        return level_of(rollup.tiers, start, max(step, wider)), wider
    return level, least


def _grain(edges: Floats) -> float:
    """The longest step that has a bucket begin at every edge."""
    whole = np.round(edges).astype(np.int64)
    if np.abs(whole - edges).max() > ROUNDING:
        return float(np.diff(edges).min())
    return float(np.gcd.reduce(whole))


def _columns(rollup: Rollup, level: int, edges: Floats) -> Floats:
    """Buckets of `level` merged into the columns between `edges`: an array of 6 rows."""
    width, step = len(edges) - 1, rollup.tiers[level].step
    values = np.repeat(EMPTY, width, axis=1)
    buckets = rollup.buckets(level, math.floor(edges[0] / step), math.ceil(edges[-1] / step))
    places = places_of(edges, buckets.numbers * step)
    if stop := len(places):
        merged = Columns(places, buckets.values[:, :stop]).merged(places)
        values[:, merged.numbers] = merged.values
    return values


def _window(
    axis: Axis, start: float, step: float, values: Floats, usual: float, finest: int
) -> Window:
    count = values[COUNT].astype(np.int64)
    values[:, count == 0] = np.nan
    return Window(
        axis,
        start,
        step,
        count,
        values[TOTAL],
        values[LOW],
        values[HIGH],
        values[LAST],
        usual,
        newest=values[LAST_AT] * finest,
    )
