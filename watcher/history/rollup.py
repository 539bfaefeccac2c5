"""Buckets of one series at several resolutions: bounded, whatever the size of the log.

Each tier divides its axis into buckets of `step` and remembers the newest `length` of them.
The newest bucket of a tier is open, in plain Python, where one more sample costs a
microsecond. When a later one begins it closes: it is packed into a chunk and feeds the next
coarser tier once. So the truth of a tier is its chunks, its open bucket, and the open buckets
of all finer tiers. A tier that was never fed takes no memory.

A late sample lands in the bucket of its own time in every tier that still remembers it. Merging
is associative and does not ask in which order buckets arrive.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from watcher.history.buckets import (
    COUNT,
    LAST_AT,
    LOW,
    TOTAL,
    Bucket,
    Columns,
    Floats,
    Integers,
    Summary,
    blank,
    packed,
)
from watcher.history.few import BEFORE, Few, summary
from watcher.history.places import Places
from watcher.history.tier import Shelf, Tier, TierState
from watcher.parse.numbers import floats

BULK = 64  # samples; below, plain Python is faster than the 70 us that numpy takes for any
SOME = 4  # buckets; fewer are folded one by one
MANY = 48  # buckets; likewise: one costs 1 us, all of them in numpy some 45


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


class RollupState(NamedTuple):
    """What is known of a series but its closed buckets; plain numbers."""

    latest: float
    latest_at: float
    tiers: list[TierState]  # as far as they were fed, finest first


class Rollup:
    """One series at all its resolutions."""

    __slots__ = ("latest", "latest_at", "tiers")

    def __init__(self, resolutions: Sequence[Resolution]) -> None:
        self.tiers = _unfed(tuple(resolutions))
        self.latest = math.nan  # the value at `latest_at`
        self.latest_at = -math.inf  # the highest position ever seen

    def add(self, position: float, value: float) -> None:
        """Fold one sample."""
        if position >= self.latest_at:
            self.latest, self.latest_at = value, position
        tier = self.tiers[0]
        number, open_ = int(position // tier.step), tier.open
        if open_ is not None and open_.number == number:
            open_.add(value, number)
        else:
            self._fold(Bucket(number, 1, value, value, value, value, number))

    def extend(
        self, positions: Sequence[float], values: Sequence[float], *, past: bool = False
    ) -> None:
        """Fold samples, in the order they stand in the log.

        `past`: they stand before all that was not.
        """
        step = self.tiers[0].step
        if len(values) >= BULK:
            self.extend_many(Places(positions, step), floats(values), past=past)
        elif values:
            self.extend_few(Few(positions, step), values, summary(values), past=past)

    def extend_few(
        self, places: Few, values: Sequence[float], all_: Summary, *, past: bool = False
    ) -> None:
        """As `extend`, for samples whose places are known, and the summary of their values."""
        at = places.latest_at
        if at > self.latest_at or (at == self.latest_at and not past):
            newest = places.positions.index(at) if past else places.latest  # as `extend` has it
            self.latest, self.latest_at = values[newest], at
        runs, behind = places.runs, BEFORE if past else 0.0
        if len(runs) >= SOME:
            self._fold_run(places.buckets(values, behind))
            return
        for number, begin, end in runs:
            some = all_ if end - begin == len(values) else summary(values[begin:end])
            open_, last = self.tiers[0].open, values[end - 1]
            if open_ is not None and open_.number == number and not past:
                open_.add_some(end - begin, some, last)
            else:
                self._fold(Bucket(number, end - begin, *some, last, number - behind))

    def extend_many(self, places: Places, values: Floats, *, past: bool = False) -> None:
        """As `extend_few`, for many."""
        at = places.latest_at
        if at > self.latest_at or (at == self.latest_at and not past):
            newest = int(places.positions.argmax()) if past else places.latest  # as `extend` has it
            self.latest, self.latest_at = float(values[newest]), at
        self._fold_all(places.columns(values, BEFORE if past else 0.0))

    def count(self, counts: Mapping[int, int]) -> None:
        """Fold so many samples of 1 into each of these buckets of the finest tier.

        A series that is counted once is never given any other values.
        """
        if len(counts) >= MANY:
            self.count_many(*np.array(sorted(counts.items())).T)
        elif len(counts) >= SOME:
            self._count_few(sorted(counts.items()))
        else:
            for number, many in counts.items():
                self.count_some(number, many)

    def count_one(self, position: float) -> None:
        """As `count`, of one sample."""
        self.count_some(int(position // self.tiers[0].step), 1)

    def count_some(self, number: int, many: int) -> None:
        """As `count`, of one bucket."""
        open_ = self.tiers[0].open
        if open_ is not None and open_.number == number:
            open_.count += many
            open_.total += many
        else:
            self._counted(number)
            self._fold(Bucket(number, many, many, 1.0, 1.0, 1.0, number))

    def _count_few(self, counts: list[tuple[int, int]]) -> None:
        self._counted(counts[-1][0])
        self._fold_run([Bucket(n, many, many, 1.0, 1.0, 1.0, n) for n, many in counts])

    def count_many(self, numbers: Integers, counts: Integers) -> None:
        """As `count`, for buckets that rise from one to the next."""
        if len(numbers) < MANY:
            self._count_few(list(zip(numbers.tolist(), counts.tolist(), strict=True)))
            return
        self._counted(int(numbers[-1]))
        rows = blank(len(numbers))
        rows[COUNT] = rows[TOTAL] = counts
        rows[LOW:LAST_AT] = 1.0
        rows[LAST_AT] = numbers
        self._fold_all(Columns(numbers, rows))

    def _counted(self, number: int) -> None:
        newest = float(number * self.tiers[0].step)
        if newest >= self.latest_at:
            self.latest, self.latest_at = 1.0, newest

    def _fold(self, bucket: Bucket, level: int = 0) -> None:
        """Carry a bucket up from `level` for as long as it closes another or is itself late."""
        tiers, last = self.tiers, len(self.tiers) - 1
        while True:
            tier = tiers[level]
            open_ = tier.open
            if open_ is None:
                self._begin(level).open = bucket
                return
            if bucket.number == open_.number:
                open_.merge(bucket)
                return
            if bucket.number > open_.number:
                bucket, tier.open = open_, bucket
            tier.store(bucket)
            if level == last:
                return
            level += 1
            bucket.number = bucket.number * tier.step // tiers[level].step

    def _fold_all(self, columns: Columns, level: int = 0) -> None:
        """As `_fold`, for buckets that rise from one to the next; they are ours to change."""
        many = len(columns.numbers)
        if many < MANY:
            rows = columns.values.T.tolist()
            run = [Bucket(n, *row) for n, row in zip(columns.numbers.tolist(), rows, strict=True)]
            self._fold_run(run, level)
            return
        open_ = self.tiers[level].open
        late = 0 if open_ is None else int(np.searchsorted(columns.numbers, open_.number))
        if 0 < late < many:
            self._fold_all(columns.between(0, late), level)
            self._fold_all(columns.between(late, many), level)
            return
        if not late:
            self._open(columns, level)
            columns = columns.between(0, many - 1)
        tier = self.tiers[level]
        tier.store_many(columns)
        if level + 1 < len(self.tiers):
            numbers = columns.numbers * tier.step // self.tiers[level + 1].step
            self._fold_all(columns.merged(numbers), level + 1)

    def _open(self, columns: Columns, level: int) -> None:
        """Let the newest of these be open; the bucket that was goes before them, or into them."""
        tier, newest = self.tiers[level], columns.bucket(-1)
        if tier.open is not None and tier.open.number == columns.numbers[0]:
            tier.open.merge(columns.bucket(0))
            columns.values[:, 0] = tier.open.column()
            tier.open = newest
        else:
            self._fold(newest, level)

    def _fold_run(self, run: list[Bucket], level: int = 0) -> None:
        """As `_fold`, for few buckets that rise from one to the next."""
        open_ = self.tiers[level].open
        if len(run) < SOME or open_ is None or run[0].number < open_.number:
            for bucket in run:
                self._fold(bucket, level)
            return
        tier, newest = self.tiers[level], run.pop()
        if run[0].number == open_.number:
            open_.merge(run[0])
            run[0] = open_
        else:
            run.insert(0, open_)
        tier.open = newest
        tier.store_run(run)
        if level + 1 < len(self.tiers):
            self._fold_run(_merged(run, tier.step, self.tiers[level + 1].step), level + 1)

    def _begin(self, level: int) -> Tier:
        """The tier, to be fed."""
        tier = self.tiers[level]
        if tier.open is None:
            tier = Tier(tier.step, tier.length)
            self.tiers = (*self.tiers[:level], tier, *self.tiers[level + 1 :])
        return tier

    def buckets(self, level: int, first: int, stop: int) -> Columns:
        """All buckets of tier `level` with first <= number < stop, open ones included."""
        tier = self.tiers[level]
        columns = tier.stored(first, stop)
        pending: dict[int, Bucket] = {}
        for finer in self.tiers[level::-1]:  # coarse to fine = old to new
            if finer.open is not None:
                number = finer.open.number * finer.step // tier.step
                if number in pending:
                    pending[number].merge(finer.open)
                elif first <= number < stop:
                    pending[number] = Bucket(number, *finer.open.column())
        if not pending:
            return columns
        newest = [pending[number] for number in sorted(pending)]
        return Columns(
            np.concatenate([columns.numbers, [bucket.number for bucket in newest]]),
            np.concatenate([columns.values, packed(newest)], axis=1),
        )

    # What is on disk.

    def shelve(self, shelf: Callable[[int], Shelf]) -> None:
        """Leave on disk what is there; `shelf` is that of the tier at this level."""
        for level, tier in enumerate(self.tiers):
            if tier.open is None:
                return
            tier.shelve(shelf(level))

    @property
    def state(self) -> RollupState:
        """All but the closed buckets."""
        fed = [tier.state for tier in self.tiers]
        return RollupState(self.latest, self.latest_at, [state for state in fed if state])

    @classmethod
    def restored(cls, resolutions: Sequence[Resolution], state: RollupState) -> Rollup:
        """The series that was in this state; its closed buckets are to be shelved."""
        rollup = cls(resolutions)
        rollup.latest, rollup.latest_at = state.latest, state.latest_at
        fed = [
            Tier.restored(*resolution, tier)
            for resolution, tier in zip(resolutions, state.tiers, strict=False)
        ]
        rollup.tiers = (*fed, *rollup.tiers[len(fed) :])
        return rollup


@lru_cache(maxsize=16)  # as many kinds of series as settings can ask for in a daemon's life
def _unfed(resolutions: tuple[Resolution, ...]) -> tuple[Tier, ...]:
    """Tiers that hold nothing, shared by all series until they are fed."""
    return tuple(Tier(*resolution) for resolution in resolutions)


def _merged(run: list[Bucket], finer: int, coarser: int) -> list[Bucket]:
    """The same samples in buckets of another step."""
    merged: list[Bucket] = []
    newest = None
    for bucket in run:
        bucket.number = bucket.number * finer // coarser
        if newest is not None and newest.number == bucket.number:
            newest.merge(bucket)
        else:
            merged.append(bucket)
            newest = bucket
    return merged
