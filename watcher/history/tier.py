"""One resolution of a series: the newest buckets of one step, wherever they are.

Closed buckets lie in chunks. Those that have changed are in memory until they are on disk too;
the others may be left there, on a shelf, and are taken down when somebody asks. Whatever is in
memory or not, the numbers are the same. What a shelf is made of is not known here.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from watcher.history.buckets import CHUNK, COUNT, ROW, Bucket, Chunk, Columns

NEVER = 2**62  # higher than the number of any bucket, and lower if negative
NO_CHUNKS = range(0)

log = logging.getLogger(__name__)


class Shelf(Protocol):
    """Where chunks of one tier are kept that are not in memory."""

    def load(self, first: int, last: int) -> Mapping[int, bytes]:
        """Those with first <= number <= last, packed."""


class Shelved(Protocol):
    """A tier of anything, for whoever brings it to disk."""

    forgotten: bool  # whether chunks below `oldest_chunk` fell out since the last commit

    @property
    def oldest_chunk(self) -> int:
        """The lowest that is still remembered."""

    def pieces(self) -> Iterator[tuple[int, bytes]]:
        """The chunks that have changed since the last commit, packed, by number."""

    def committed(self) -> None:
        """They are on disk now."""


class TierState(NamedTuple):
    """What is known of a tier but its closed buckets; plain numbers."""

    first: int
    newest: int
    number: int  # of the open bucket
    open: tuple[float, float, float, float, float, float]


class Tier:
    """The newest `length` buckets of one step: closed ones in chunks, the newest open."""

    __slots__ = (
        *("_absent", "_changed", "_least", "_shelf", "_shelved"),
        *("chunks", "first", "forgotten", "length", "newest", "open", "step"),
    )

    def __init__(self, step: int, length: int) -> None:
        self.step, self.length = step, length
        self.open: Bucket | None = None
        self.chunks: dict[int, Chunk] = {}  # in memory, by number // CHUNK
        self.first, self.newest = NEVER, -NEVER  # lowest and highest number ever stored
        self.forgotten = False  # whether chunks below `oldest` fell out since the last commit
        self._least = -NEVER  # no chunk below this is left in memory
        self._changed: set[int] | None = None  # since then; None takes no memory
        self._shelf: Shelf | None = None
        self._shelved = NO_CHUNKS  # chunks that the shelf may have
        self._absent: set[int] | None = None  # of these, those that it has not

    @property
    def oldest(self) -> int:
        """The lowest number that is still remembered."""
        return self.newest - self.length + 1

    @property
    def oldest_chunk(self) -> int:
        """The lowest that is still remembered."""
        return self.oldest // CHUNK

    def covers(self, start: float) -> bool:
        """Whether nothing from `start` on has been forgotten here."""
        return self.first >= self.oldest or start >= self.oldest * self.step

    # Writing.

    def store(self, bucket: Bucket) -> None:
        """Merge one closed bucket."""
        number = bucket.number
        is_new = number > self.newest
        key = number // CHUNK
        if is_new and self._changed and key in self._changed:  # nothing else can change then
            self.newest = number
            self.chunks[key].append(number - key * CHUNK, bucket)
            return
        if is_new:
            self.newest = number
        if number < self.first:
            self.first = number
        if number <= self.newest - self.length:
            return
        chunk = self._chunk(key)
        (chunk.append if is_new else chunk.put)(number - key * CHUNK, bucket)

    def store_run(self, run: list[Bucket]) -> None:
        """Merge few closed buckets, at least one, that rise from one to the next."""
        key, last = run[0].number // CHUNK, run[-1].number
        if key != last // CHUNK or run[0].number <= self.newest:
            for bucket in run:
                self.store(bucket)
            return
        self.first, self.newest = min(self.first, run[0].number), last
        self._chunk(key).append_run(run)

    def _chunk(self, key: int) -> Chunk:
        """To be written into."""
        chunk = self.chunks.get(key)
        if chunk is None:
            self._forget()
            self._fetch(key, key)
            chunk = self.chunks.setdefault(key, Chunk())
        if self._changed is None:
            self._changed = {key}
        else:
            self._changed.add(key)
        return chunk

    def store_many(self, columns: Columns) -> None:
        """Merge closed buckets, at least one, that rise from one to the next."""
        self.newest = max(self.newest, int(columns.numbers[-1]))
        self.first = min(self.first, int(columns.numbers[0]))
        if columns.numbers[0] < self.oldest:
            kept = int(np.searchsorted(columns.numbers, self.oldest))
            columns = columns.between(kept, len(columns.numbers))
            if not len(columns.numbers):
                return
        keys = columns.numbers // CHUNK
        self._forget()
        self._fetch(int(keys[0]), int(keys[-1]))
        slots = (columns.numbers - keys * CHUNK).astype(np.uint8).tobytes()
        rows = np.ascontiguousarray(columns.values.T).data.cast("B")
        begins = np.flatnonzero(keys[1:] != keys[:-1]) + 1
        edges = pairwise([0, *begins.tolist(), len(keys)])
        changed = [int(keys[0]), *keys[begins].tolist()]
        for key, (begin, end) in zip(changed, edges, strict=True):
            some = rows[begin * ROW.size : end * ROW.size]
            chunk = self.chunks.get(key)
            if chunk is None:
                self.chunks[key] = Chunk(slots[begin:end], some)
            else:
                chunk.put_many(slots[begin:end], some)
        self._changed = (self._changed or set()).union(changed)

    def _forget(self) -> None:
        """Let go of chunks that fell out."""
        least = self.oldest // CHUNK
        if least == self._least:
            return
        self._least = least
        self.forgotten = self.forgotten or self.first // CHUNK < least
        for old in [old for old in self.chunks if old < least]:
            del self.chunks[old]
        if self._absent is not None:
            self._absent = {key for key in self._absent if key >= least}
        if self._changed is not None:
            self._changed = {key for key in self._changed if key >= least}

    # Reading.

    def samples(self, first: int, stop: int) -> float:
        """How many samples the buckets with first <= number < stop hold."""
        found = float(self.stored(first, stop).values[COUNT].sum())
        if self.open is not None and first <= self.open.number < stop:
            found += self.open.count
        return found

    def stored(self, first: int, stop: int) -> Columns:
        """Closed buckets with first <= number < stop that hold samples."""
        first = max(first, self.oldest)
        self._fetch(first // CHUNK, (stop - 1) // CHUNK)
        keys = [key for key in self.chunks if first // CHUNK <= key <= (stop - 1) // CHUNK]
        keys.sort()
        columns = _joined(keys, [self.chunks[key] for key in keys])
        begin, end = np.searchsorted(columns.numbers, (first, stop))
        return Columns(columns.numbers[begin:end], columns.values[:, begin:end])

    # What is on disk.

    @property
    def changed(self) -> Collection[int]:
        """The chunks that have changed since the last commit; all of them are in memory."""
        return self._changed or ()

    def pieces(self) -> Iterator[tuple[int, bytes]]:
        """The chunks that have changed since the last commit, packed, by number."""
        return ((number, self.chunks[number].packed()) for number in self.changed)

    def committed(self) -> None:
        """What has changed is on disk now, and what was forgotten no longer is."""
        self._changed, self.forgotten = None, False

    def shelve(self, shelf: Shelf) -> None:
        """Forget the chunks that have not changed: `shelf` has them."""
        self.chunks = {key: self.chunks[key] for key in self.changed}
        self._shelf, self._absent = shelf, None
        if self.first <= self.newest:
            self._shelved = range(self.first // CHUNK, self.newest // CHUNK + 1)

    def _fetch(self, first: int, last: int) -> None:
        """Have the chunks of this range in memory, as far as there are any; each asked for once."""
        shelved = self._shelved
        if last < shelved.start or first >= shelved.stop or self._shelf is None:
            return
        begin = max(first, shelved.start, self.oldest // CHUNK)
        absent = self._absent or ()
        wanted = [
            key
            for key in range(begin, min(last + 1, shelved.stop))
            if key not in self.chunks and key not in absent
        ]
        if wanted:
            self._take(wanted, self._shelf.load(wanted[0], wanted[-1]))

    def _take(self, wanted: list[int], blobs: Mapping[int, bytes]) -> None:
        absent = self._absent = self._absent or set()
        for key in wanted:
            try:
                self.chunks[key] = Chunk.unpacked(blobs[key])
            except KeyError:
                absent.add(key)
            except ValueError as error:
                log.warning("buckets from %d on: %s: left out", key * CHUNK * self.step, error)
                absent.add(key)

    @property
    def state(self) -> TierState | None:
        """None: nothing yet."""
        if self.open is None:
            return None
        return TierState(self.first, self.newest, self.open.number, self.open.column())

    @classmethod
    def restored(cls, step: int, length: int, state: TierState) -> Tier:
        """The tier that was in this state, but for its chunks, which are to be shelved."""
        tier = cls(step, length)
        tier.first, tier.newest = state.first, state.newest
        tier.open = Bucket(state.number, *state.open)
        return tier


def _joined(keys: list[int], chunks: list[Chunk]) -> Columns:
    """All their buckets, by number."""
    lengths = [len(chunk.slots) for chunk in chunks]
    slots: NDArray[np.uint8] = np.frombuffer(b"".join(c.slots for c in chunks), np.uint8)
    values = np.frombuffer(b"".join(c.rows for c in chunks)).reshape(-1, 6).T
    numbers = np.repeat(np.array(keys, np.int64) * CHUNK, lengths) + slots
    if (numbers[1:] > numbers[:-1]).all():
        return Columns(numbers, values)
    order = np.argsort(numbers)
    return Columns(numbers[order], values[:, order])
