"""Buckets at several resolutions."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_tier import Disk
from watcher.history.buckets import CHUNK, COUNT, HIGH, LAST, LOW, TOTAL
from watcher.history.rollup import (
    BULK,
    INDEX_TIERS,
    TIME_TIERS,
    Resolution,
    Rollup,
    RollupState,
)

SMALL = (Resolution(1, 500), Resolution(10, 500), Resolution(60, 500))
EVERYTHING = (-(2**40), 2**40)


def rows(rollup: Rollup, level: int) -> dict[int, list[float]]:
    columns = rollup.buckets(level, *EVERYTHING)
    values = columns.values[[COUNT, TOTAL, LOW, HIGH, LAST]].T.tolist()
    return dict(zip(columns.numbers.tolist(), values, strict=True))


def plainly(samples: list[tuple[int, int]], step: int) -> dict[int, list[float]]:
    """The same by the book: every sample kept, `last` that of the newest second."""
    buckets: dict[int, list[tuple[int, int]]] = {}
    for position, value in samples:
        buckets.setdefault(position // step, []).append((position, value))
    return {
        number: [
            len(held),
            sum(value for _, value in held),
            min(value for _, value in held),
            max(value for _, value in held),
            [value for position, value in held if position == max(held)[0]][-1],
        ]
        for number, held in buckets.items()
    }


SAMPLES = st.lists(st.tuples(st.integers(0, 400), st.integers(-9, 9)), max_size=60)


@settings(deadline=None)
@given(SAMPLES, st.integers(1, 5))
def test_late_or_not_each_sample_lands_in_the_bucket_of_its_time_in_every_tier(
    samples: list[tuple[int, int]], repeat: int
) -> None:
    """Case 39."""
    samples = samples * repeat
    one_by_one, together = Rollup(SMALL), Rollup(SMALL)
    for position, value in samples:
        one_by_one.add(position, value)
    for begin in range(0, len(samples), 2 * BULK):
        part = samples[begin : begin + 2 * BULK]
        together.extend([position for position, _ in part], [value for _, value in part])

    for level, tier in enumerate(SMALL):
        expected = plainly(samples, tier.step)
        assert rows(one_by_one, level) == expected
        assert rows(together, level) == expected
    assert together.latest == one_by_one.latest or not samples
    assert together.latest_at == one_by_one.latest_at


def test_few_samples_that_come_out_of_order_share_the_bucket_of_their_time() -> None:
    samples = [(0, 5), (11, 1), (13, 2), (12, 3), (13, 4), (11, 5), (25, 6), (13, 7), (26, 8)]
    rollup = Rollup(SMALL)
    rollup.add(*samples[0])

    rollup.extend(*zip(*samples[1:], strict=True))

    for level, tier in enumerate(SMALL):
        assert rows(rollup, level) == plainly(samples, tier.step)


def test_many_samples_at_once_are_what_they_are_one_by_one() -> None:
    rng = np.random.default_rng(1)
    positions = (1.7e9 + np.cumsum(rng.exponential(3, 5000)) + rng.normal(0, 20, 5000)).tolist()
    values = rng.normal(0, 100, 5000).tolist()
    one_by_one, together = Rollup(TIME_TIERS), Rollup(TIME_TIERS)
    for position, value in zip(positions, values, strict=True):
        one_by_one.add(position, value)
    for begin in range(0, 5000, 700):
        together.extend(positions[begin : begin + 700], values[begin : begin + 700])

    for level in range(len(TIME_TIERS)):
        left, right = rows(one_by_one, level), rows(together, level)
        assert left.keys() == right.keys()
        for number, row in left.items():
            assert right[number] == pytest.approx(row)


def test_memory_is_bounded_whatever_comes() -> None:
    rollup = Rollup(INDEX_TIERS)
    for begin in range(0, 1_000_000, 10_000):
        rollup.extend(range(begin, begin + 10_000), [1.0] * 10_000)

    for tier in rollup.tiers:
        assert len(tier.chunks) <= tier.length // CHUNK + 2
    assert rollup.buckets(6, *EVERYTHING).values[COUNT].sum() == 1_000_000


def test_jumps_in_time_leave_nothing_behind() -> None:
    rollup = Rollup(TIME_TIERS)
    for day in range(1000):
        rollup.add(day * 86400.0, 1.0)

    assert sum(len(tier.chunks) for tier in rollup.tiers) < 800
    assert rollup.buckets(5, *EVERYTHING).values[COUNT].sum() == 1000


def test_a_tier_covers_what_it_never_forgot() -> None:
    rollup = Rollup(SMALL)
    for second in range(2000):
        rollup.add(second, 1)

    fine, middle, coarse = rollup.tiers
    assert not fine.covers(0)
    assert fine.covers(1600)
    assert middle.covers(0)
    assert coarse.covers(-1000)


def test_what_is_too_late_for_a_tier_is_kept_by_the_coarser_ones() -> None:
    rollup = Rollup(SMALL)
    rollup.add(2000, 1)
    rollup.add(2100, 1)
    rollup.add(5, 7)

    assert 5 not in rows(rollup, 0)
    assert rows(rollup, 1)[0] == [1, 7, 7, 7, 7]


def test_a_spike_survives_every_tier() -> None:
    rollup = Rollup(TIME_TIERS)
    rollup.extend(range(100_000), [0.0] * 54_321 + [1e6] + [0.0] * 45_678)

    for level in range(len(TIME_TIERS)):
        if rollup.tiers[level].covers(0):
            assert rollup.buckets(level, *EVERYTHING).values[HIGH].max() == 1e6


def test_the_largest_numbers_do_not_hurt() -> None:
    rollup = Rollup(TIME_TIERS)
    rollup.extend([float(n) for n in range(1000)], [1e308, -1e308] * 500)

    values = rollup.buckets(2, *EVERYTHING).values
    assert values[HIGH].max() == 1e308
    assert not math.isnan(values[LOW].min())


def test_times_before_1970_have_buckets_too() -> None:
    rollup = Rollup(SMALL)
    rollup.extend([-61.5, -61.2, -60.0], [1, 2, 3])

    assert rows(rollup, 0) == {-62: [2, 3, 1, 2, 2], -60: [1, 3, 3, 3, 3]}


class Kept:
    """A series on disk: what the last commit said, and what was folded since."""

    def __init__(self, resolutions: Sequence[Resolution]) -> None:
        self.resolutions = resolutions
        self.rollup = Rollup(resolutions)
        self.disks: dict[int, Disk] = {}
        self.state = b""
        self.since: list[Part] = []

    def fold(self, part: Part) -> None:
        self.since.append(part)
        fold(self.rollup, part)

    def commit(self) -> None:
        for level, tier in enumerate(self.rollup.tiers):
            self.shelf(level).commit(tier)
        self.state = msgspec.msgpack.encode(self.rollup.state)
        self.since.clear()

    def shelf(self, level: int) -> Disk:
        return self.disks.setdefault(level, Disk())

    def release(self) -> None:
        if self.state:
            self.rollup.shelve(self.shelf)

    def crash(self) -> None:
        """What was folded since the commit is folded again."""
        self.rollup = Rollup(self.resolutions)
        if self.state:
            state = msgspec.msgpack.decode(self.state, type=RollupState)
            self.rollup = Rollup.restored(self.resolutions, state)
            self.rollup.shelve(self.shelf)
        for part in self.since:
            fold(self.rollup, part)


class Part(NamedTuple):
    """Samples that are folded in one call."""

    seed: int
    size: int
    around: int
    spread: int
    past: bool


def fold(rollup: Rollup, part: Part) -> None:
    rng = np.random.default_rng(part.seed)
    positions = part.around + rng.normal(0, part.spread, part.size)
    values = rng.normal(0, 1e3, part.size)
    rollup.extend(positions.tolist(), values.tolist(), past=part.past)


def bits(rollup: Rollup) -> list[bytes]:
    told = [struct.pack("2d", rollup.latest, rollup.latest_at)]
    for level in range(len(rollup.tiers)):
        columns = rollup.buckets(level, *EVERYTHING)
        told += [columns.numbers.tobytes(), columns.values.tobytes()]
    return told


PARTS = st.builds(
    Part,
    st.integers(0, 2**32 - 1),
    st.sampled_from([1, 1, 5, BULK, 600]),
    st.integers(0, 5000),
    st.sampled_from([0, 3, 300]),
    st.booleans(),
)
NARROW = (Resolution(1, 300), Resolution(10, 150), Resolution(60, 500))


@settings(deadline=None)
@given(st.lists(st.tuples(PARTS, st.sampled_from(["", "commit", "release", "crash"]))))
def test_a_series_that_was_on_disk_is_bit_by_bit_the_one_that_was_not(
    steps: list[tuple[Part, str]],
) -> None:
    whole, kept = Rollup(NARROW), Kept(NARROW)
    for part, then in steps:
        fold(whole, part)
        kept.fold(part)
        if then:
            getattr(kept, then)()
    kept.crash()

    assert bits(kept.rollup) == bits(whole)


def test_what_a_series_was_never_fed_takes_no_memory() -> None:
    rollup, other = Rollup(TIME_TIERS), Rollup(TIME_TIERS)
    rollup.add(5, 1)

    assert other.tiers[0].open is None
    assert rollup.tiers[0] is not other.tiers[0]
    assert rollup.tiers[1] is other.tiers[1]


@pytest.mark.parametrize("many", [1, BULK, 5 * BULK])
def test_the_past_comes_before_what_was_there_first(many: int) -> None:
    rollup = Rollup(TIME_TIERS)
    rollup.extend([100.0, 100.5, 200.0], [1, 2, 3])
    rollup.extend([100.9 - n / 1e6 for n in range(many)], [7.0] * many, past=True)

    assert rows(rollup, 0)[100] == [2 + many, 3 + 7 * many, 1, 7, 2]
    assert (rollup.latest, rollup.latest_at) == (3, 200)


def test_a_long_past_is_the_same_as_if_it_had_come_first() -> None:
    past, now = [float(n) for n in range(0, 90_000, 7)], [float(n) for n in range(90_000, 99_000)]
    in_order, afterwards = Rollup(TIME_TIERS), Rollup(TIME_TIERS)
    in_order.extend(past, past)
    in_order.extend(now, now)
    afterwards.extend(now, now)
    for begin in range(0, len(past), 1000):
        part = past[begin : begin + 1000]
        afterwards.extend(part, part, past=True)

    for level in range(len(TIME_TIERS)):
        assert rows(afterwards, level) == rows(in_order, level)
    assert afterwards.latest == in_order.latest
