"""One resolution of a series: in memory, on disk, or some of both."""

from __future__ import annotations

import logging
import math
import struct
from collections.abc import Mapping

import numpy as np
import pytest

from watcher.history.buckets import CHUNK, COUNT, TOTAL, Bucket, Chunk, Columns
from watcher.history.tier import Tier


class Disk:
    """A shelf that remembers what it was asked for."""

    def __init__(self) -> None:
        self.blobs: dict[int, bytes] = {}
        self.asked: list[tuple[int, int]] = []

    def commit(self, tier: Tier) -> None:
        self.blobs |= {key: tier.chunks[key].packed() for key in tier.changed}
        if tier.forgotten:
            least = tier.oldest // CHUNK
            self.blobs = {key: blob for key, blob in self.blobs.items() if key >= least}
        tier.committed()

    def load(self, first: int, last: int) -> Mapping[int, bytes]:
        self.asked.append((first, last))
        return {key: blob for key, blob in self.blobs.items() if first <= key <= last}


def one(number: int, value: float = 1.0) -> Bucket:
    return Bucket(number, 1, value, value, value, value, number)


def filled(*numbers: int, length: int = 10 * CHUNK) -> tuple[Tier, Disk]:
    """A tier whose buckets are all on disk, and nowhere else."""
    tier, disk = Tier(1, length), Disk()
    for number in numbers:
        tier.store(one(number))
    disk.commit(tier)
    tier.shelve(disk)
    return tier, disk


def by_slot(chunk: Chunk) -> dict[int, tuple[float, ...]]:
    return dict(zip(chunk.slots, struct.iter_unpack("6d", chunk.rows), strict=True))


def held(tier: Tier) -> dict[int, float]:
    columns = tier.stored(-(2**40), 2**40)
    return dict(zip(columns.numbers.tolist(), columns.values[TOTAL].tolist(), strict=True))


def test_a_packed_chunk_comes_back_bit_by_bit() -> None:
    chunk = Chunk()
    odd = struct.unpack("d", struct.pack("Q", 0x7FF8_0000_0000_1234))[0]  # a NaN with a mark
    chunk.put(7, Bucket(7, 2, math.inf, -0.0, 1e308, odd, 7))
    chunk.put(3, one(3, 5e-324))
    again = Chunk.unpacked(chunk.packed())

    assert (again.slots, again.rows) == (chunk.slots, chunk.rows)
    assert len(chunk.packed()) < 2 * 50 + 8  # only what is held


@pytest.mark.parametrize("at", [0, 5, 40, -1])
def test_a_damaged_chunk_is_refused(at: int) -> None:
    chunk = Chunk()
    chunk.put(3, one(3))
    blob = bytearray(chunk.packed())
    blob[at] ^= 1

    for damaged in (bytes(blob), chunk.packed()[:-1], chunk.packed() + b"\0", b""):
        with pytest.raises(ValueError, match="damaged"):
            Chunk.unpacked(damaged)


def test_many_put_at_once_are_what_they_are_one_by_one() -> None:
    many, single = Chunk(), Chunk()
    for slots in ([5, 9, 30], [1, 2, 9], [1, 5, 40, 41]):
        buckets = [one(slot, 100.0 * slot + n) for n, slot in enumerate(slots)]
        rows = b"".join(struct.pack("6d", *bucket.column()) for bucket in buckets)
        many.put_many(bytes(slots), memoryview(rows))
        for bucket in buckets:
            single.put(bucket.number, bucket)

    assert by_slot(many) == by_slot(single)


def test_a_new_tier_asks_nobody() -> None:
    tier = Tier(1, 1000)
    tier.store(one(5))
    tier.store(one(900))

    assert held(tier) == {5: 1, 900: 1}
    assert sorted(tier.changed) == [0, 900 // CHUNK]


def test_what_is_on_disk_is_read_once_and_only_when_it_is_asked_for() -> None:
    tier, disk = filled(5, 130, 400)
    assert not tier.chunks
    assert not disk.asked

    assert tier.samples(100, 140) == 1
    assert tier.samples(100, 140) == 1
    assert disk.asked == [(0, 1)]
    assert held(tier) == {5: 1, 130: 1, 400: 1}
    assert held(tier) == {5: 1, 130: 1, 400: 1}
    assert disk.asked == [(0, 1), (2, 3)]  # 2 is not there, and was asked for in vain once


def test_a_late_bucket_is_added_to_what_is_on_disk() -> None:
    tier, disk = filled(5, 130, 400)
    tier.store(one(130, 2.0))
    tier.store(one(131, 3.0))

    assert disk.asked == [(1, 1)]
    assert list(tier.changed) == [1]
    assert held(tier) == {5: 1, 130: 3, 131: 3, 400: 1}


def test_many_late_buckets_are_added_to_what_is_on_disk() -> None:
    tier, disk = filled(5, 130, 400)
    numbers = np.arange(100, 500, 10)
    ones = np.ones(len(numbers))
    tier.store_many(Columns(numbers, np.stack([ones, ones, ones, ones, ones, ones])))

    assert disk.asked == [(0, 3)]
    assert held(tier) == {5: 1} | dict.fromkeys(range(100, 500, 10), 1) | {130: 2, 400: 2}


def test_what_comes_after_all_that_is_on_disk_asks_for_its_own_chunk_only() -> None:
    tier, disk = filled(5, 130, 400)
    for number in range(401, 800):
        tier.store(one(number))

    assert disk.asked == [(3, 3)]


def test_what_has_changed_stays_until_it_is_on_disk() -> None:
    tier, disk = filled(5, 400)
    tier.store(one(401))
    tier.shelve(disk)
    assert list(tier.chunks) == [3]

    disk.commit(tier)
    assert not tier.changed
    tier.shelve(disk)
    assert not tier.chunks
    assert held(tier) == {5: 1, 400: 1, 401: 1}


def test_what_fell_out_of_a_tier_is_told_and_never_asked_for() -> None:
    tier, disk = filled(5, 130, 400, length=2 * CHUNK)
    assert sorted(disk.blobs) == [1, 3]
    tier.store(one(800))
    assert tier.forgotten
    disk.commit(tier)

    assert not tier.forgotten
    assert sorted(disk.blobs) == [6]
    assert held(tier) == {800: 1}
    assert disk.asked == []


def test_damage_on_disk_is_told_and_left_out(caplog: pytest.LogCaptureFixture) -> None:
    tier, disk = filled(5, 130)
    disk.blobs[0] = disk.blobs[0][:-1]

    with caplog.at_level(logging.WARNING):
        assert held(tier) == {130: 1}
        assert held(tier) == {130: 1}
    assert [record.getMessage() for record in caplog.records] == [
        "buckets from 0 on: damaged: left out"
    ]


def test_a_tier_that_was_left_alone_holds_nothing_in_memory() -> None:
    tier, disk = filled(*range(1000))
    assert tier.stored(0, 1000).values[COUNT].sum() == 1000
    assert len(tier.chunks) == 9

    tier.shelve(disk)
    assert not tier.chunks
    assert tier.samples(0, 1000) == 1000
