"""Buckets, one by one in plain Python and many at once in numpy: the matter of a rollup.

Nothing here knows of tiers; what becomes of a bucket is told in `rollup`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from struct import Struct
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CHUNK = 120  # buckets; 5.8 KB, two minutes of seconds or two hours of minutes

COUNT, TOTAL, LOW, HIGH, LAST, LAST_AT = range(6)
EMPTY = np.array([[0.0], [0.0], [math.inf], [-math.inf], [math.nan], [-math.inf]])
ROW = Struct("6d")  # a bucket in its chunk: numpy takes 5 us to write as little


class Bucket:
    """The samples of one step: enough to draw them, and to merge with their neighbours."""

    __slots__ = ("count", "high", "last", "last_at", "low", "number", "total")

    def __init__(
        self,
        number: int,
        count: float,
        total: float,
        low: float,
        high: float,
        last: float,
        last_at: float,
    ) -> None:
        self.number = number  # position // step
        self.count = count
        self.total = total
        self.low = low
        self.high = high
        self.last = last
        self.last_at = last_at  # number in the finest tier of the bucket that holds `last`

    def merge(self, other: Bucket) -> None:
        """Take in `other`, which has the same number."""
        self.count += other.count
        self.total += other.total
        if other.low < self.low:
            self.low = other.low
        if other.high > self.high:
            self.high = other.high
        if other.last_at >= self.last_at:
            self.last, self.last_at = other.last, other.last_at

    def moved(self, number: int) -> Bucket:
        """The same samples under another tier's number."""
        return Bucket(number, self.count, self.total, self.low, self.high, self.last, self.last_at)

    def column(self) -> list[float]:
        """As one column of a chunk."""
        return [self.count, self.total, self.low, self.high, self.last, self.last_at]


class Columns(NamedTuple):
    """Many buckets: strictly rising numbers, and one column of `values` (6 rows) each."""

    numbers: NDArray[np.int64]
    values: Floats

    def merged(self, numbers: NDArray[np.int64]) -> Columns:
        """Neighbours that share a number in `numbers` (rising, one each) become one bucket."""
        begins = np.empty(len(numbers), bool)
        begins[:1] = True
        np.not_equal(numbers[1:], numbers[:-1], out=begins[1:])
        starts = np.flatnonzero(begins)
        ends = np.append(starts[1:], len(numbers)) - 1
        values = np.empty((6, len(starts)))
        with np.errstate(over="ignore", invalid="ignore"):  # a total may be infinite
            np.add.reduceat(self.values[:LOW], starts, axis=1, out=values[:LOW])
        np.minimum.reduceat(self.values[LOW], starts, out=values[LOW])
        np.maximum.reduceat(self.values[HIGH], starts, out=values[HIGH])
        values[LAST:] = self.values[LAST:, ends]
        return Columns(numbers[starts], values)


class Places:
    """Where many samples, in the order they stand in the log, lie in the finest tier."""

    __slots__ = (
        *("_counts", "_ends", "_numbers", "_order", "_starts"),
        *("first_at", "latest", "latest_at", "numbers"),
    )

    def __init__(self, positions: Sequence[float], step: int) -> None:
        """`positions` are at least one, finite."""
        if isinstance(positions, range):
            where: Floats = np.arange(positions.start, positions.stop, dtype=np.float64)
        else:
            where = np.array(positions, np.float64)
        self.latest = len(where) - 1 - int(np.argmax(where[::-1]))
        self.first_at, self.latest_at = float(where.min()), float(where[self.latest])
        slots = np.floor(where) if step == 1 else np.floor_divide(where, step)
        self.numbers = numbers = slots.astype(np.int64)
        rises = numbers[1:] - numbers[:-1]
        self._order = None
        if len(rises) and rises.min() < 0:
            self._order = np.argsort(numbers, kind="stable")
            numbers = numbers[self._order]
            rises = numbers[1:] - numbers[:-1]
        inner = np.flatnonzero(rises)
        self._ends = np.empty(len(inner) + 1, np.int64)
        self._starts = np.empty(len(inner) + 1, np.int64)
        self._ends[:-1], self._ends[-1] = inner, len(numbers) - 1
        self._starts[0], self._starts[1:] = 0, inner + 1
        self._counts = self._ends - self._starts + 1
        self._numbers = numbers[self._ends]

    def columns(self, values: Floats) -> Columns:
        """The buckets of samples with these values."""
        if self._order is not None:
            values = values[self._order]
        columns = np.empty((6, len(self._numbers)))
        columns[COUNT], columns[LAST_AT] = self._counts, self._numbers
        with np.errstate(over="ignore", invalid="ignore"):  # a total may be infinite
            np.add.reduceat(values, self._starts, out=columns[TOTAL])
        np.minimum.reduceat(values, self._starts, out=columns[LOW])
        np.maximum.reduceat(values, self._starts, out=columns[HIGH])
        columns[LAST] = values[self._ends]
        return Columns(self._numbers, columns)

    @property
    def counts(self) -> dict[int, int]:
        """How many samples lie in each bucket, by its number."""
        return dict(zip(self._numbers.tolist(), self._counts.tolist(), strict=True))


class Chunk:
    """CHUNK neighbours of a tier."""

    __slots__ = ("buffer", "values")

    def __init__(self) -> None:
        self.buffer = bytearray(_NO_BUCKETS)  # one ROW each
        self.values: Floats = np.frombuffer(self.buffer).reshape(CHUNK, 6).T  # the same bytes


_NO_BUCKETS = EMPTY.T.tobytes() * CHUNK


def packed(buckets: list[Bucket]) -> Floats:
    return np.array([bucket.column() for bucket in buckets]).T
