"""Buckets of one series at several resolutions: bounded, whatever the size of the log.

Each tier divides its axis into buckets of `step` and remembers the newest `length` of them.
The newest bucket of a tier is open, in plain Python, where one more sample costs a
microsecond. When a later one begins it closes: it is packed into a chunk of numpy columns and
feeds the next coarser tier once. So the truth of a tier is its chunks, its open bucket, and
the open buckets of all finer tiers.

A late sample lands in the bucket of its own time in every tier that still remembers it. Merging
is associative and does not ask in which order buckets arrive.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CHUNK = 120  # buckets; 5.8 KB, two minutes of seconds or two hours of minutes
BULK = 128  # samples; below, plain Python is faster than numpy's fixed cost per call

COUNT, TOTAL, LOW, HIGH, LAST, LAST_AT = range(6)
EMPTY = np.array([[0.0], [0.0], [math.inf], [-math.inf], [math.nan], [-math.inf]])


class Resolution(NamedTuple):
    """One tier: buckets of `step` (seconds, or samples), of which `length` are remembered."""

    step: int
    length: int


TIME_TIERS = (
    Resolution(1, 3600),  # 1 h of seconds
    Resolution(10, 8640),  # 1 day
    Resolution(60, 10080),  # 1 week
    Resolution(900, 8640),  # 90 days
    Resolution(3600, 17520),  # 2 years
    Resolution(86400, 3650),  # 10 years
)
INDEX_TIERS = tuple(Resolution(10**power, 10_000) for power in range(8))  # 100 thousand million


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
        self.low = min(self.low, other.low)
        self.high = max(self.high, other.high)
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


class Tier:
    """The newest `length` buckets of one step: closed ones in chunks, the newest open."""

    __slots__ = ("chunks", "first", "length", "newest", "open", "step")

    def __init__(self, resolution: Resolution) -> None:
        self.step, self.length = resolution
        self.open: Bucket | None = None
        self.chunks: dict[int, Floats] = {}  # number // CHUNK -> 6 rows, CHUNK columns
        self.first, self.newest = 2**62, -(2**62)  # lowest and highest number ever stored

    @property
    def oldest(self) -> int:
        """The lowest number that is still remembered."""
        return self.newest - self.length + 1

    def covers(self, start: float) -> bool:
        """Whether nothing from `start` on has been forgotten here."""
        return self.first >= self.oldest or start >= self.oldest * self.step

    def store(self, bucket: Bucket) -> None:
        """Merge one closed bucket."""
        self.newest = max(self.newest, bucket.number)
        self.first = min(self.first, bucket.number)
        if bucket.number < self.oldest:
            return
        key, slot = divmod(bucket.number, CHUNK)
        column = self._chunk(key)[:, slot]
        if column[COUNT]:
            stored = Bucket(bucket.number, *column.tolist())
            stored.merge(bucket)
            bucket = stored
        column[:] = bucket.column()

    def store_many(self, columns: Columns) -> None:
        """Merge closed buckets that rise from one to the next."""
        self.newest = max(self.newest, int(columns.numbers[-1]))
        self.first = min(self.first, int(columns.numbers[0]))
        kept = int(np.searchsorted(columns.numbers, self.oldest))
        numbers, values = columns.numbers[kept:], columns.values[:, kept:]
        keys = numbers // CHUNK
        edges = [0, *(np.flatnonzero(np.diff(keys)) + 1).tolist(), len(keys)]
        for begin, end in pairwise(edges):
            key = int(keys[begin])
            chunk, slots = self._chunk(key), numbers[begin:end] - key * CHUNK
            _merge_into(chunk, slots, values[:, begin:end])

    def _chunk(self, key: int) -> Floats:
        chunk = self.chunks.get(key)
        if chunk is None:
            for old in [old for old in self.chunks if (old + 1) * CHUNK <= self.oldest]:
                del self.chunks[old]
            chunk = self.chunks[key] = np.repeat(EMPTY, CHUNK, axis=1)
        return chunk

    def stored(self, first: int, stop: int) -> Columns:
        """Closed buckets with first <= number < stop that hold samples."""
        first = max(first, self.oldest)
        keys = [key for key in self.chunks if first // CHUNK <= key <= (stop - 1) // CHUNK]
        if not keys:
            return Columns(np.empty(0, np.int64), np.empty((6, 0)))
        keys.sort()
        values = np.concatenate([self.chunks[key] for key in keys], axis=1)
        numbers = (np.array(keys)[:, None] * CHUNK + np.arange(CHUNK)).ravel()
        held = (values[COUNT] > 0) & (numbers >= first) & (numbers < stop)
        return Columns(numbers[held], values[:, held])


def _merge_into(chunk: Floats, slots: NDArray[np.int64], values: Floats) -> None:
    old = chunk[:, slots]
    newer = values[LAST_AT] >= old[LAST_AT]
    with np.errstate(over="ignore", invalid="ignore"):
        chunk[:LOW, slots] = old[:LOW] + values[:LOW]
    chunk[LOW, slots] = np.minimum(old[LOW], values[LOW])
    chunk[HIGH, slots] = np.maximum(old[HIGH], values[HIGH])
    chunk[LAST:, slots] = np.where(newer, values[LAST:], old[LAST:])


class Rollup:
    """One series at all its resolutions."""

    __slots__ = ("latest", "latest_at", "tiers")

    def __init__(self, resolutions: Iterable[Resolution]) -> None:
        self.tiers = tuple(Tier(resolution) for resolution in resolutions)
        self.latest = math.nan  # the value at `latest_at`
        self.latest_at = -math.inf  # the highest position ever seen

    def add(self, position: float, value: float) -> None:
        """Fold one sample."""
        if position >= self.latest_at:
            self.latest, self.latest_at = value, position
        tier = self.tiers[0]
        number = int(position // tier.step)
        bucket = tier.open
        if bucket is None or bucket.number != number:
            self._fold(Bucket(number, 1, value, value, value, value, number))
            return
        bucket.count += 1
        bucket.total += value
        bucket.low = min(bucket.low, value)
        bucket.high = max(bucket.high, value)
        bucket.last = value

    def extend(self, positions: Sequence[float], values: Sequence[float]) -> None:
        """Fold many samples, in the order they stand in the log."""
        if len(values) < BULK:
            for position, value in zip(positions, values, strict=True):
                self.add(position, value)
        else:
            self._extend(np.asarray(positions, np.float64), np.asarray(values, np.float64))

    def _extend(self, positions: Floats, values: Floats) -> None:
        newest = len(positions) - 1 - int(np.argmax(positions[::-1]))
        if positions[newest] >= self.latest_at:
            self.latest, self.latest_at = float(values[newest]), float(positions[newest])
        numbers = np.floor_divide(positions, self.tiers[0].step).astype(np.int64)
        if np.any(numbers[1:] < numbers[:-1]):
            order = np.argsort(numbers, kind="stable")
            numbers, values = numbers[order], values[order]
        single = np.stack([np.ones(len(values)), *[values] * 4, numbers.astype(np.float64)])
        columns = Columns(numbers, single).merged(numbers)
        begun = self.tiers[0].open
        late = 0 if begun is None else int(np.searchsorted(columns.numbers, begun.number))
        for number, column in zip(
            columns.numbers[:late].tolist(), columns.values.T[:late].tolist(), strict=True
        ):
            self._fold(Bucket(number, *column))
        if late < len(columns.numbers):
            self._fold_many(Columns(columns.numbers[late:], columns.values[:, late:]))

    def _fold(self, bucket: Bucket) -> None:
        """Carry one bucket up the tiers for as long as it closes another or is itself late."""
        finer = self.tiers[0].step
        for tier in self.tiers:
            if tier.step != finer:
                bucket = bucket.moved(bucket.number * finer // tier.step)
                finer = tier.step
            if tier.open is None:
                tier.open = bucket
                return
            if bucket.number == tier.open.number:
                tier.open.merge(bucket)
                return
            if bucket.number > tier.open.number:
                bucket, tier.open = tier.open, bucket
            tier.store(bucket)

    def _fold_many(self, columns: Columns) -> None:
        """As `_fold`, for buckets that rise and are none of them late."""
        finer = self.tiers[0].step
        for tier in self.tiers:
            if tier.step != finer:
                columns = columns.merged(columns.numbers * finer // tier.step)
                finer = tier.step
            if tier.open is not None:
                columns = _prepended(tier.open, columns)
            tier.open = Bucket(int(columns.numbers[-1]), *columns.values[:, -1].tolist())
            columns = Columns(columns.numbers[:-1], columns.values[:, :-1])
            if not len(columns.numbers):
                return
            tier.store_many(columns)

    def buckets(self, level: int, first: int, stop: int) -> Columns:
        """All buckets of tier `level` with first <= number < stop, open ones included."""
        tier = self.tiers[level]
        columns = tier.stored(first, stop)
        pending: dict[int, Bucket] = {}
        for finer in self.tiers[level::-1]:  # coarse to fine = old to new
            if finer.open is not None:
                bucket = finer.open.moved(finer.open.number * finer.step // tier.step)
                if bucket.number in pending:
                    pending[bucket.number].merge(bucket)
                elif first <= bucket.number < stop:
                    pending[bucket.number] = bucket
        if not pending:
            return columns
        newest = [pending[number] for number in sorted(pending)]
        return Columns(
            np.concatenate([columns.numbers, [bucket.number for bucket in newest]]),
            np.concatenate([columns.values, _packed(newest)], axis=1),
        )


def _prepended(bucket: Bucket, columns: Columns) -> Columns:
    numbers = np.concatenate([[bucket.number], columns.numbers])
    return Columns(numbers, np.concatenate([_packed([bucket]), columns.values], axis=1)).merged(
        numbers
    )


def _packed(buckets: list[Bucket]) -> Floats:
    return np.array([bucket.column() for bucket in buckets]).T
