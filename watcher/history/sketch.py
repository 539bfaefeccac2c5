"""How the values of one series are spread: a histogram in every bucket, at several resolutions.

A sketch stands beside the rollup of its series, with the same tiers, and is kept where somebody
asks for percentiles or a heat map. Its buckets count values by cell (see `cells`). As in the
rollup, the newest bucket of a tier is open, in plain Python, and feeds the next coarser tier once,
when a later one begins; a late value lands in the bucket of its own time in every tier that still
remembers it. In which order values come, and in which portions, makes no difference.

A sketch remembers less than its rollup: of each tier at most MOST_BUCKETS, and at most MOST_BYTES
(see `sketch_tier`); windows that reach further back have coarser columns. So the worst that a
series can do, at six tiers, is some 30 MB: chunks of 4.5 MB each, and the open buckets.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from watcher.history.buckets import Floats, Integers
from watcher.history.cells import (
    MOST_CELLS,
    NEGATIVE,
    Counted,
    cells_of_few,
    collapse,
    counted,
    joined,
    nearest_to_zero,
    words_of,
)
from watcher.history.cells import quantiles as quantiles_of
from watcher.history.places import numbers_of
from watcher.history.rollup import Resolution
from watcher.history.sketch_tier import SketchTier, SketchTierState
from watcher.history.tier import Shelf
from watcher.history.window import Window, level_of, places_of
from watcher.parse.numbers import floats

BULK = 192  # samples; of 20 a second plain Python takes 0.9 us each, numpy 200 us for that many
MOST_WAITING = 32768  # samples that are not counted before somebody asks: 512 KB
SMALLEST = 64 * 40  # cells; what is 2**40 times smaller than the largest is drawn as zero
LARGEST = float(np.finfo(np.float64).max)


class Sketches:
    """How one series is spread, at all its resolutions."""

    __slots__ = ("_many", "_positions", "_tiers", "_values", "_waiting")

    def __init__(self, resolutions: Sequence[Resolution]) -> None:
        self._tiers = tuple(SketchTier(*resolution) for resolution in resolutions)
        self._positions: list[float] = []  # of few that are not counted yet
        self._values: list[float] = []
        self._waiting: list[tuple[Floats, Floats]] = []  # likewise, of many
        self._many = 0  # samples that wait

    @property
    def tiers(self) -> tuple[SketchTier, ...]:
        """Its resolutions, finest first, with all that was told of."""
        self._count()
        return self._tiers

    def add(self, position: float, value: float) -> None:
        """Count one sample."""
        self._positions.append(position)
        self._values.append(value)
        if len(self._values) >= BULK:
            self._wait()

    def extend(self, positions: Sequence[float] | Floats, values: Sequence[float] | Floats) -> None:
        """Count many samples, in any order."""
        if len(values) < BULK and not isinstance(values, np.ndarray):
            self._positions.extend(positions)
            self._values.extend(values)
            if len(self._values) >= BULK:
                self._wait()
            return
        self._waiting.append((floats(positions), floats(values)))
        self._many += len(values)
        if self._many >= MOST_WAITING:
            self._count()

    def _wait(self) -> None:
        """The few have become many."""
        positions, values = floats(self._positions), floats(self._values)
        self._positions, self._values = [], []
        self.extend(positions, values)

    def _count(self) -> None:
        """Those that wait, together: many cost a third of what they cost in small lots."""
        if self._values:
            self._count_few(self._positions, self._values)
            self._positions, self._values = [], []
        if self._waiting:
            waiting, self._waiting, self._many = self._waiting, [], 0
            positions, values = waiting[0]
            if len(waiting) > 1:
                positions, values = map(np.concatenate, zip(*waiting, strict=True))
            self._fold_many(counted(numbers_of(positions, self._tiers[0].step), values))

    def _count_few(self, positions: Sequence[float], values: Sequence[float]) -> None:
        finest = self._tiers[0]
        for position, cell in zip(positions, cells_of_few(values), strict=True):
            number = int(position // finest.step)
            if number == finest.number:
                cells = finest.cells
                cells[cell] = cells.get(cell, 0) + 1
            else:
                self._fold(number, {cell: 1})
        if len(finest.cells) > 2 * MOST_CELLS:
            collapse(finest.cells)

    def _fold(self, number: int, cells: dict[int, int]) -> None:
        """Carry one bucket up the tiers for as long as it closes another or is itself late."""
        finer = self._tiers[0].step
        for tier in self._tiers:
            number, finer = number * finer // tier.step, tier.step
            if tier.number is None or number == tier.number:
                tier.take(number, cells)
                return
            if number > tier.number:
                begun, closed = tier.number, tier.emptied()
                tier.take(number, cells)
                number, cells = begun, closed
            tier.store(number, words_of(cells))

    def _fold_many(self, some: Counted) -> None:
        """As `_fold`, for many values, in any order."""
        finer = self._tiers[0].step
        for tier in self._tiers:
            if tier.step != finer:
                some, finer = some.moved(some.places * finer // tier.step), tier.step
            some = tier.fold(some)
            if not len(some.places):
                return

    def buckets(self, level: int, first: int, stop: int) -> list[tuple[int, bytes]]:
        """The buckets of tier `level` with first <= number < stop, in order, and their words.

        The open ones are among them; a bucket may be there in parts.
        """
        self._count()
        tier = self._tiers[level]
        found = tier.stored(first, stop)
        for finer in self._tiers[level::-1]:  # coarse to fine = old to new
            if finer.number is not None:
                number = finer.number * finer.step // tier.step
                if first <= number < stop:
                    found.append((number, finer.words))
        return found

    # What is on disk.

    def shelve(self, shelf: Callable[[int], Shelf]) -> None:
        """Leave on disk what is there; `shelf` is that of the tier at this level."""
        for level, tier in enumerate(self.tiers):
            tier.shelve(shelf(level))

    @property
    def state(self) -> list[SketchTierState]:
        """All but the closed buckets: of the tiers as far as they were fed, finest first."""
        return [state for tier in self.tiers if (state := tier.state)]

    @classmethod
    def restored(
        cls, resolutions: Sequence[Resolution], state: Sequence[SketchTierState]
    ) -> Sketches:
        """The series that was in this state; its closed buckets are to be shelved."""
        sketches = cls(resolutions)
        fed = [
            SketchTier.restored(*resolution, tier)
            for resolution, tier in zip(resolutions, state, strict=False)
        ]
        sketches._tiers = (*fed, *sketches._tiers[len(fed) :])
        return sketches


class Heat(NamedTuple):
    """How many values lie where, over a window.

    `counts` has a column for each of the window and a row for each range of values, the lowest
    first; `edges` are the limits of the rows, one more than there are. Rows are of one height on a
    logarithmic scale, but for the one that zero lies in. Without any values there are no rows.
    """

    edges: Floats
    counts: Integers


def quantiles(sketches: Sketches, window: Window, qs: Sequence[float]) -> Floats:
    """For each of `qs` (0 to 1) the quantile of every column: an array (len(qs), columns).

    By nearest rank, within 1 % of a value that was there. NaN in a column without values. The
    window is one that was looked at with the tiers of `sketches` in mind: see `look`.
    """
    return quantiles_of(_columns(sketches, window), len(window.count), qs)


def heat(sketches: Sketches, window: Window, rows: int) -> Heat:
    """How the values of each column are spread, in at most `rows` (>= 3) ranges of values."""
    some = _columns(sketches, window)
    if not len(some.cells):
        return Heat(np.empty(0), np.empty((0, len(window.count)), np.int64))
    sizes = np.abs(some.cells)
    least = int(sizes.min(initial=int(sizes.max()), where=sizes > max(0, sizes.max() - SMALLEST)))
    least = max(least, 1)
    places = np.sign(some.cells) * np.maximum(sizes - least + 1, 0)  # from zero, which is 0
    low, high = min(int(places.min()), 0), max(int(places.max()), 0)
    each = max(1, math.ceil((high - low) / (rows - 2 if low < 0 < high else rows - 1)))
    found = np.sign(places) * ((np.abs(places) + each - 1) // each)
    first, last = int(found.min()), int(found.max())
    counts = np.zeros((last - first + 1, len(window.count)), np.int64)
    np.add.at(counts, (found - first, some.places), some.counts)
    return Heat(_limits(np.arange(first, last + 2), least, each), counts)


def _limits(rows: Integers, least: int, each: int) -> Floats:
    """Where rows of `each` cells begin; row 0 is what lies nearer to zero than cell `least`."""
    away = np.where(rows > 0, rows - 1, -rows) * each + least
    limits = nearest_to_zero(np.minimum(away, NEGATIVE - 1))
    limits = np.where(np.isfinite(limits), limits, LARGEST)  # what is beyond are no numbers
    limits = np.where(rows > 0, limits, -limits)
    return np.where((rows == 0) & (rows[0] == 0), 0.0, limits)


def _columns(sketches: Sketches, window: Window) -> Counted:
    """What lies in each column of `window`, merged."""
    edges = window.edges
    level = level_of(sketches.tiers, window.start, window.grain)
    step = sketches.tiers[level].step
    found = sketches.buckets(level, math.floor(edges[0] / step), math.ceil(edges[-1] / step))
    places = places_of(edges, np.array([number * step for number, _ in found], np.int64))
    return joined(list(zip(places.tolist(), (words for _, words in found), strict=False))).merged()
