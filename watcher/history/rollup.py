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
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from watcher.history.buckets import (
    CHUNK,
    COUNT,
    HIGH,
    LAST,
    LAST_AT,
    LOW,
    ROW,
    Bucket,
    Chunk,
    Columns,
    Floats,
    Places,
    packed,
)

BULK = 128  # samples; below, plain Python is faster than numpy's fixed cost per call
MANY = 256  # buckets; likewise: one costs 3 us (busy core), numpy some 300-460 us; not tuned yet


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


class Tier:
    """The newest `length` buckets of one step: closed ones in chunks, the newest open."""

    __slots__ = ("chunks", "first", "length", "newest", "open", "step")

    def __init__(self, resolution: Resolution) -> None:
        self.step, self.length = resolution
        self.open: Bucket | None = None
        self.chunks: dict[int, Chunk] = {}  # by number // CHUNK
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
        number, one = bucket.number, bucket
        is_new = number > self.newest
        if is_new:
            self.newest = number
        if number < self.first:
            self.first = number
        if number <= self.newest - self.length:
            return
        key, slot = divmod(number, CHUNK)
        buffer, at = (self.chunks.get(key) or self._chunk(key)).buffer, slot * ROW.size
        if not is_new and (held := ROW.unpack_from(buffer, at))[COUNT]:
            one = Bucket(number, *held)
            one.merge(bucket)
        ROW.pack_into(buffer, at, one.count, one.total, one.low, one.high, one.last, one.last_at)

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
            _merge_into(chunk.values, slots, values[:, begin:end])

    def _chunk(self, key: int) -> Chunk:
        chunk = self.chunks.get(key)
        if chunk is None:
            for old in [old for old in self.chunks if (old + 1) * CHUNK <= self.oldest]:
                del self.chunks[old]
            chunk = self.chunks[key] = Chunk()
        return chunk

    def samples(self, first: int, stop: int) -> float:
        """How many samples the buckets with first <= number < stop hold; quick for a few."""
        found = 0.0
        for key in range(first // CHUNK, (stop - 1) // CHUNK + 1):
            if key in self.chunks:
                begin = max(0, first - key * CHUNK)
                found += float(self.chunks[key].values[COUNT, begin : stop - key * CHUNK].sum())
        if self.open is not None and first <= self.open.number < stop:
            found += self.open.count
        return found

    def stored(self, first: int, stop: int) -> Columns:
        """Closed buckets with first <= number < stop that hold samples."""
        first = max(first, self.oldest)
        keys = [key for key in self.chunks if first // CHUNK <= key <= (stop - 1) // CHUNK]
        if not keys:
            return Columns(np.empty(0, np.int64), np.empty((6, 0)))
        keys.sort()
        values = np.concatenate([self.chunks[key].values for key in keys], axis=1)
        numbers = (np.array(keys)[:, None] * CHUNK + np.arange(CHUNK)).ravel()
        held = (values[COUNT] > 0) & (numbers >= first) & (numbers < stop)
        return Columns(numbers[held], values[:, held])


def _merge_into(chunk: Floats, slots: NDArray[np.int64], values: Floats) -> None:
    begin, stop = int(slots[0]), int(slots[-1]) + 1
    if stop - begin == len(slots) and not chunk[COUNT, begin:stop].any():
        chunk[:, begin:stop] = values
        return
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
        number = int(position // self.tiers[0].step)
        bucket = self.tiers[0].open
        if bucket is None or bucket.number != number:
            self._fold(Bucket(number, 1, value, value, value, value, number))
            return
        bucket.count += 1
        bucket.total += value
        if value < bucket.low:
            bucket.low = value
        if value > bucket.high:
            bucket.high = value
        bucket.last = value

    def extend(
        self, positions: Sequence[float], values: Sequence[float], places: Places | None = None
    ) -> None:
        """Fold many samples, in the order they stand in the log.

        `places` are those of `positions`, if they are known already: series may share them.
        """
        if len(values) < BULK:
            for position, value in zip(positions, values, strict=True):
                self.add(position, value)
            return
        places = places or Places(positions, self.tiers[0].step)
        if places.latest_at >= self.latest_at:
            self.latest, self.latest_at = values[places.latest], places.latest_at
        self._fold_all(places.columns(np.array(values, np.float64)))

    def count(self, counts: Mapping[int, int]) -> None:
        """Fold so many samples of 1 into each of these buckets of the finest tier."""
        if len(counts) < MANY:
            for number, many in counts.items():
                self._fold(Bucket(number, many, many, 1.0, 1.0, 1.0, number))
        else:
            numbers = np.array(sorted(counts))
            ones, many_ = np.ones(len(numbers)), np.array([counts[n] for n in numbers.tolist()])
            self._fold_all(Columns(numbers, np.stack([many_, many_, ones, ones, ones, numbers])))
        newest = float(max(counts) * self.tiers[0].step)
        if newest >= self.latest_at:
            self.latest, self.latest_at = 1.0, newest

    def _fold_all(self, columns: Columns) -> None:
        """Buckets of the finest tier that rise from one to the next."""
        begun, late = self.tiers[0].open, len(columns.numbers)
        if late >= MANY:
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
            np.concatenate([columns.values, packed(newest)], axis=1),
        )


def _prepended(bucket: Bucket, columns: Columns) -> Columns:
    numbers = np.concatenate([[bucket.number], columns.numbers])
    return Columns(numbers, np.concatenate([packed([bucket]), columns.values], axis=1)).merged(
        numbers
    )
