"""Buckets, one by one in plain Python and many at once in numpy: the matter of a rollup.

Nothing here knows of tiers; what becomes of a bucket is told in `rollup`.
"""

from __future__ import annotations

import math
from struct import Struct
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

CHUNK = 120  # buckets; 5.8 KB, two minutes of seconds or two hours of minutes

COUNT, TOTAL, LOW, HIGH, LAST, LAST_AT = range(6)
EMPTY = np.array([[0.0], [0.0], [math.inf], [-math.inf], [math.nan], [-math.inf]])
ROW = Struct("6d")  # a bucket in its chunk: numpy takes 5 us to write as little
CHECKSUM = Struct("I")  # before a packed chunk: a disk may give back what it was never given


Column = tuple[float, float, float, float, float, float]  # a bucket without its number
Summary = tuple[float, float, float]  # of values: their total, the lowest and the highest


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
        self.last_at = last_at  # where `last` stood: a number of the finest tier

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

    def add(self, value: float, at: float) -> None:
        """Take in one sample; `at`: the bucket of the finest tier that it lies in."""
        self.count += 1
        self.total += value
        if value < self.low:
            self.low = value
        if value > self.high:
            self.high = value
        self.last, self.last_at = value, at

    def add_some(self, many: int, all_: Summary, last: float) -> None:
        """Take in some samples, in the finest tier."""
        total, low, high = all_
        self.count += many
        self.total += total
        if low < self.low:
            self.low = low
        if high > self.high:
            self.high = high
        self.last, self.last_at = last, self.number

    def column(self) -> Column:
        """All of it but the number."""
        return self.count, self.total, self.low, self.high, self.last, self.last_at


def starts_of(numbers: Integers | Floats) -> Integers:
    """Where each run of equal numbers begins; there is at least one number."""
    begins = np.empty(len(numbers), bool)
    begins[0] = True
    np.not_equal(numbers[1:], numbers[:-1], out=begins[1:])
    return np.flatnonzero(begins)


def lengths_of(starts: Integers, many: int) -> Integers:
    """How long the runs are that begin there, of so many in all."""
    lengths = np.empty_like(starts)
    np.subtract(starts[1:], starts[:-1], out=lengths[:-1])
    lengths[-1] = many - starts[-1]
    return lengths


class Columns(NamedTuple):
    """Many buckets: strictly rising numbers, and one column of `values` (6 rows) each."""

    numbers: Integers
    values: Floats

    def merged(self, numbers: Integers) -> Columns:
        """Neighbours that share a number in `numbers` (rising, one each) become one bucket."""
        starts = starts_of(numbers)
        if len(starts) == len(numbers):
            return Columns(numbers, self.values)
        ends = starts + lengths_of(starts, len(numbers)) - 1
        values = self.values.T[ends].T  # of which LAST and LAST_AT stay
        with np.errstate(over="ignore", invalid="ignore"):  # a total may be infinite
            np.add.reduceat(self.values[:LOW], starts, axis=1, out=values[:LOW])
        np.minimum.reduceat(self.values[LOW], starts, out=values[LOW])
        np.maximum.reduceat(self.values[HIGH], starts, out=values[HIGH])
        return Columns(numbers[starts], values)

    def between(self, begin: int, end: int) -> Columns:
        """Those at these places."""
        return Columns(self.numbers[begin:end], self.values[:, begin:end])

    def bucket(self, at: int) -> Bucket:
        """The one at this place."""
        return Bucket(int(self.numbers[at]), *self.values[:, at].tolist())


def blank(many: int) -> Floats:
    """Room for so many columns, each of which lies in memory as a ROW."""
    return np.empty((many, 6)).T


class Chunk:
    """CHUNK neighbours of a tier, of which only those that hold samples take place."""

    __slots__ = ("rows", "slots")

    def __init__(self, slots: bytes = b"", rows: bytes | memoryview = b"") -> None:
        self.slots = bytearray(slots)  # number % CHUNK of each bucket, as they came
        self.rows = bytearray(rows)  # a ROW each

    def append(self, slot: int, one: Bucket) -> None:
        """Put one whose slot is free."""
        self.slots.append(slot)
        self.rows += ROW.pack(one.count, one.total, one.low, one.high, one.last, one.last_at)

    def append_run(self, run: list[Bucket]) -> None:
        """Put some whose slots are free."""
        row = ROW.pack
        self.slots += bytes([one.number % CHUNK for one in run])
        self.rows += b"".join(
            [row(one.count, one.total, one.low, one.high, one.last, one.last_at) for one in run]
        )

    def put(self, slot: int, bucket: Bucket) -> None:
        """Merge one."""
        at = self.slots.find(slot)
        if at < 0:
            self.append(slot, bucket)
            return
        one = Bucket(bucket.number, *ROW.unpack_from(self.rows, at * ROW.size))
        one.merge(bucket)
        ROW.pack_into(self.rows, at * ROW.size, *one.column())

    def put_many(self, slots: bytes, rows: memoryview) -> None:
        """Merge some whose slots rise from one to the next; a ROW each."""
        if not self.slots or slots[0] > max(self.slots):
            self.slots += slots
            self.rows += rows
            return
        where = np.full(CHUNK, -1)
        where[np.frombuffer(bytes(self.slots), np.uint8)] = np.arange(len(self.slots))
        places = where[np.frombuffer(slots, np.uint8)]
        held, values = places >= 0, np.frombuffer(rows).reshape(-1, 6)
        self._merge(places[held], values[held].T)
        self.slots += np.frombuffer(slots, np.uint8)[~held].tobytes()
        self.rows += values[~held].tobytes()

    def _merge(self, places: Integers, values: Floats) -> None:
        held = np.frombuffer(self.rows).reshape(-1, 6)
        old = held[places].T
        with np.errstate(over="ignore", invalid="ignore"):  # a total may be infinite
            held[places, :LOW] = (old[:LOW] + values[:LOW]).T
        held[places, LOW] = np.minimum(old[LOW], values[LOW])
        held[places, HIGH] = np.maximum(old[HIGH], values[HIGH])
        held[places, LAST:] = np.where(values[LAST_AT] >= old[LAST_AT], values[LAST:], old[LAST:]).T

    def packed(self) -> bytes:
        """All of it, bit by bit."""
        whole = bytes(self.slots + self.rows)
        return CHECKSUM.pack(crc32(whole)) + whole

    @classmethod
    def unpacked(cls, blob: bytes) -> Chunk:
        """What `packed` gave; raises ValueError if that was damaged since."""
        whole = blob[CHECKSUM.size :]
        many, rest = divmod(len(whole), 1 + ROW.size)
        if rest or blob[: CHECKSUM.size] != CHECKSUM.pack(crc32(whole)):
            raise ValueError("damaged")
        return cls(whole[:many], whole[many:])


def packed(buckets: list[Bucket]) -> Floats:
    """A column each."""
    return np.array([bucket.column() for bucket in buckets]).T
