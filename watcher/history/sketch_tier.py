"""One resolution of a sketch: the newest buckets of one step, each the counts of its cells.

To whoever writes it to disk it looks like a tier of a rollup: closed buckets lie in chunks, those
that have changed are in memory until they are on disk too, the others may be left on a shelf.

Besides by their number, buckets are bounded by the room they take: where they are full, fewer are
remembered. So `sizes` knows of every chunk, on the shelf or not, how much it holds.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import groupby, pairwise
from struct import Struct
from typing import NamedTuple

import numpy as np

from watcher.history.cells import (
    COUNT,
    COUNT_BITS,
    MOST_CELLS,
    WORD,
    Counted,
    collapse,
    count,
    counts_of,
    joined,
    words_of,
)
from watcher.history.tier import NEVER, Shelf

MOST_BUCKETS = 2000  # of a tier; columns of a picture in which one value each is still told apart
MOST_BYTES = 4 * 1024 * 1024  # of a tier when a chunk begins; a chunk adds at most 0.5 MB
CHUNK = 32  # buckets; of a busy log 80 KB, of which a quarter goes to disk
HEAD = Struct("<H")  # how many buckets a packed chunk has

log = logging.getLogger(__name__)


class Chunk:
    """Up to CHUNK neighbours of a tier: words by the place of their bucket in it."""

    __slots__ = ("buckets",)

    def __init__(self, buckets: dict[int, bytes] | None = None) -> None:
        self.buckets = buckets or {}

    def packed(self) -> bytes:
        """All of it, small: cells as their distances, then counts."""
        places = sorted(self.buckets)
        words = np.frombuffer(b"".join(self.buckets[place] for place in places), np.int64)
        lengths = np.array([len(self.buckets[place]) // WORD for place in places], "<u2")
        steps = np.diff(words >> COUNT_BITS, prepend=0).astype("<i4")
        parts = (HEAD.pack(len(places)), bytes(places), lengths, steps, words & COUNT)
        return zlib.compress(b"".join(map(bytes, parts)), 1)

    @classmethod
    def unpacked(cls, blob: bytes) -> Chunk:
        """What `packed` gave; raises ValueError if that was damaged since."""
        try:
            whole = zlib.decompress(blob)
        except zlib.error:
            raise ValueError("damaged") from None
        (many,) = HEAD.unpack_from(whole)
        at = HEAD.size + many
        lengths = np.frombuffer(whole, "<u2", many, at).astype(np.int64)
        total, at = int(lengths.sum()), at + 2 * many
        cells = np.cumsum(np.frombuffer(whole, "<i4", total, at), dtype=np.int64)
        counts = np.frombuffer(whole, "<i8", total, at + 4 * total)
        words = ((cells << COUNT_BITS) + counts).tobytes()
        edges = [0, *(np.cumsum(lengths) * WORD).tolist()]
        parts = [words[begin:end] for begin, end in pairwise(edges)]
        return cls(dict(zip(whole[HEAD.size : HEAD.size + many], parts, strict=True)))

    @property
    def size(self) -> int:
        """Bytes of its words."""
        return sum(map(len, self.buckets.values()))


class SketchTierState(NamedTuple):
    """What is known of a tier but its closed buckets; plain values."""

    first: int
    newest: int
    floor: int
    sizes: dict[int, int]
    number: int  # of the open bucket
    words: bytes  # of the open bucket


class SketchTier:
    """The newest buckets of one step: closed ones in chunks, the newest open."""

    __slots__ = (
        *("_shelf", "cells", "changed", "chunks", "first", "floor"),
        *("forgotten", "length", "newest", "number", "sizes", "step"),
    )

    def __init__(self, step: int, length: int) -> None:
        self.step, self.length = step, min(length, MOST_BUCKETS)
        self.number: int | None = None  # of the open bucket
        self.cells: dict[int, int] = {}  # of the open bucket; up to twice MOST_CELLS
        self.chunks: dict[int, Chunk] = {}  # in memory, by number // CHUNK
        self.sizes: dict[int, int] = {}  # bytes of words of every chunk there is
        self.changed: set[int] = set()  # since the last commit; all of them are in memory
        self.forgotten = False  # whether chunks below `oldest_chunk` fell out since then
        self.first, self.newest = NEVER, -NEVER  # lowest and highest number ever stored
        self.floor = -NEVER  # lower numbers were dropped to save room
        self._shelf: Shelf | None = None

    @property
    def oldest(self) -> int:
        """The lowest number that is still remembered."""
        return max(self.newest - self.length + 1, self.floor)

    @property
    def oldest_chunk(self) -> int:
        """The first chunk that is still remembered."""
        return self.oldest // CHUNK

    def covers(self, start: float) -> bool:
        """Whether nothing from `start` on has been forgotten here."""
        return self.first >= self.oldest or start >= self.oldest * self.step

    # Writing.

    def take(self, number: int, cells: Iterable[tuple[int, int]]) -> None:
        """Count these in the open bucket, which is `number`, or becomes it."""
        self.number = number
        if self.cells:
            count(self.cells, cells)
        else:
            self.cells = dict(cells)
        if len(self.cells) > 2 * MOST_CELLS:
            collapse(self.cells)

    def emptied(self) -> dict[int, int]:
        """The cells of the open bucket, which is there no more; closed buckets are stored."""
        cells, self.cells, self.number = self.cells, {}, None
        return cells

    def fold(self, some: Counted) -> Counted:
        """Count buckets in order: the newest is open then. Those that are not are given back."""
        newest = int(some.places[-1])
        number = newest if self.number is None else self.number
        begin, end = np.searchsorted(some.places, (number, number + 1)).tolist()
        self.take(number, some.of(begin, end).pairs)
        closed = late = some.of(0, begin)
        if end < len(some.places):
            words, last = words_of(self.emptied()), int(np.searchsorted(some.places, newest))
            self.take(newest, some.of(last, None).pairs)
            closed = late.joined(joined([(number, words)])).joined(some.of(end, last))
        self.store_many(closed)
        return closed

    def store_many(self, some: Counted) -> None:
        """Merge closed buckets, in order."""
        words, places = some.words, some.places
        begins = np.flatnonzero(np.diff(places, prepend=-NEVER))
        edges = [*(begins * WORD).tolist(), len(words)]
        parts = [words[begin:end] for begin, end in pairwise(edges)]
        buckets = list(zip(places[begins].tolist(), parts, strict=True))
        if not buckets:
            return
        if buckets[0][0] <= self.newest or max(map(len, parts)) > MOST_CELLS * WORD:
            for number, part in buckets:
                self.store(number, part)
            return
        for key, run in groupby(buckets, lambda one: one[0] // CHUNK):
            self._append(key, list(run))

    def _append(self, key: int, run: list[tuple[int, bytes]]) -> None:
        """Put closed buckets of one chunk, in order, that are newer than all there are."""
        self.newest = run[0][0]
        self.first = min(self.first, self.newest)
        if key not in self.sizes:
            self._make_room()
        held, self.newest = self.newest >= self.floor, run[-1][0]
        if not held:
            return
        self._chunk(key).buckets.update((number - key * CHUNK, words) for number, words in run)
        self.sizes[key] += sum(len(words) for _, words in run)
        self.changed.add(key)

    def store(self, number: int, words: bytes) -> None:
        """Merge one closed bucket."""
        if number > self.newest:
            self.newest = number
        if number < self.first:
            self.first = number
        key = number // CHUNK
        if key not in self.sizes:
            self._make_room()
        if number < self.oldest:
            return
        buckets = self._chunk(key).buckets
        held = buckets.get(number - key * CHUNK, b"")
        if held or len(words) > MOST_CELLS * WORD:
            words = _sum(held, words)
        buckets[number - key * CHUNK] = words
        self.sizes[key] += len(words) - len(held)
        self.changed.add(key)

    def _chunk(self, key: int) -> Chunk:
        """To be written into."""
        if key not in self.sizes:
            self.sizes[key], self.chunks[key] = 0, Chunk()
        elif key not in self.chunks:
            self._fetch([key])
        return self.chunks[key]

    def _make_room(self) -> None:
        """Before a chunk begins: drop what is too old, and the oldest of what is too much."""
        room = sum(self.sizes.values())
        for key in sorted(self.sizes):
            if key >= self.oldest_chunk and room <= MOST_BYTES:
                return
            room -= self.sizes.pop(key)
            self.floor, self.forgotten = (key + 1) * CHUNK, True
            self.chunks.pop(key, None)
            self.changed.discard(key)

    # Reading.

    def stored(self, first: int, stop: int) -> list[tuple[int, bytes]]:
        """Closed buckets with first <= number < stop, in order, and their words."""
        first = max(first, self.oldest)
        keys = sorted(key for key in self.sizes if first // CHUNK <= key <= (stop - 1) // CHUNK)
        self._fetch(keys)
        return [
            (key * CHUNK + place, words)
            for key in keys
            for place, words in sorted(self.chunks[key].buckets.items())
            if first <= key * CHUNK + place < stop
        ]

    # What is on disk.

    def pieces(self) -> Iterator[tuple[int, bytes]]:
        """The chunks that have changed since the last commit, packed, by number."""
        return ((number, self.chunks[number].packed()) for number in self.changed)

    def committed(self) -> None:
        """What has changed is on disk now, and what was forgotten no longer is."""
        self.changed, self.forgotten = set(), False

    def shelve(self, shelf: Shelf) -> None:
        """Forget the chunks that have not changed: `shelf` has them."""
        self.chunks = {key: self.chunks[key] for key in self.changed}
        self._shelf = shelf

    def _fetch(self, keys: Collection[int]) -> None:
        """Have these chunks in memory; what the shelf does not give back whole is empty."""
        wanted = [key for key in keys if key not in self.chunks]
        if not wanted or self._shelf is None:
            return
        blobs = self._shelf.load(min(wanted), max(wanted))
        for key in wanted:
            self.chunks[key] = _taken(key, blobs)
            self.sizes[key] = self.chunks[key].size

    @property
    def state(self) -> SketchTierState | None:
        """None: nothing yet."""
        if self.number is None:
            return None
        words = words_of(self.cells)
        return SketchTierState(
            self.first, self.newest, self.floor, {**self.sizes}, self.number, words
        )

    @classmethod
    def restored(cls, step: int, length: int, state: SketchTierState) -> SketchTier:
        """The tier that was in this state, but for its chunks, which are to be shelved."""
        tier = cls(step, length)
        tier.first, tier.newest, tier.floor = state.first, state.newest, state.floor
        tier.sizes, tier.number = {**state.sizes}, state.number
        tier.cells = counts_of(state.words)
        return tier


def _sum(held: bytes, words: bytes) -> bytes:
    """The words of both together."""
    cells = counts_of(held)
    count(cells, counts_of(words).items())
    return words_of(cells)


def _taken(key: int, blobs: Mapping[int, bytes]) -> Chunk:
    try:
        return Chunk.unpacked(blobs[key])
    except KeyError:
        return Chunk()
    except ValueError as error:
        log.warning("sketches %d are %s on disk, and left out", key * CHUNK, error)
        return Chunk()
