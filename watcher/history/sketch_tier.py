"""One resolution of a sketch: the newest buckets of one step, each the counts of its cells.

To whoever writes it to disk it looks like a tier of a rollup: closed buckets lie in chunks, those
that have changed are in memory until they are on disk too, the others may be left on a shelf.

Besides by their number, buckets are bounded by the room they take: where they are full, fewer are
remembered. So `sizes` knows of every chunk, on the shelf or not, how much it holds.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from watcher.history.buckets import Integers, lengths_of, starts_of
from watcher.history.cells import (
    MOST_CELLS,
    WORD,
    Counted,
    collapse,
    count,
    counts_of,
    joined,
    words_of,
)
from watcher.history.sketch_chunk import CHUNK, Chunk, runs_of
from watcher.history.tier import NEVER, Shelf

MOST_BUCKETS = 2000  # of a tier; columns of a picture in which one value each is still told apart
MOST_BYTES = 4 * 1024 * 1024  # of a tier when a chunk begins; a chunk adds at most 0.5 MB

log = logging.getLogger(__name__)


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
        *("_cells", "_shelf", "_words", "changed", "chunks", "first", "floor"),
        *("forgotten", "length", "newest", "number", "sizes", "step"),
    )

    def __init__(self, step: int, length: int) -> None:
        self.step, self.length = step, min(length, MOST_BUCKETS)
        self.number: int | None = None  # of the open bucket
        self._cells: dict[int, int] = {}  # of the open bucket; up to twice MOST_CELLS
        self._words = b""  # of the open bucket, if it came with many; then there are no cells
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

    # The open bucket.

    @property
    def cells(self) -> dict[int, int]:
        """Its cells, to be counted in."""
        if self._words:
            self._cells, self._words = counts_of(self._words), b""
        return self._cells

    @property
    def words(self) -> bytes:
        """Its cells as words."""
        return self._words or words_of(self._cells)

    def take(self, number: int, cells: dict[int, int]) -> None:
        """Count these in the open bucket, which is `number`, or becomes it."""
        self.number = number
        if self.cells:
            count(self.cells, cells.items())
        else:
            self._cells = dict(cells)
        if len(self._cells) > 2 * MOST_CELLS:
            collapse(self._cells)

    def emptied(self) -> dict[int, int]:
        """The cells of the open bucket, which is there no more; closed buckets are stored."""
        cells, self._cells, self._words, self.number = self.cells, {}, b"", None
        return cells

    # Writing.

    def fold(self, some: Counted) -> Counted:
        """Count buckets, in any order: the newest is open then. Those that are not are given back.

        They are in order, every cell of a bucket once.
        """
        if self.number is not None:
            some = joined([(self.number, self.words)]).joined(some)
        some = some.merged()
        self.number = int(some.places[-1])
        last = int(np.searchsorted(some.places, self.number))
        newest, closed = some.of(last, None).words, some.of(0, last)
        self._words, self._cells = _sum(b"", newest) if _is_full(newest) else newest, {}
        if last:
            self.store_many(closed)
        return closed

    def store_many(self, some: Counted) -> None:
        """Merge closed buckets, at least one, in order."""
        words, starts = some.words, starts_of(some.places)
        numbers, lengths = some.places[starts], lengths_of(starts, len(some.places))
        self.first = min(self.first, int(numbers[0]))
        begin = max(int(np.searchsorted(numbers, self.oldest)) - 1, 0)  # too old: one says it all
        late = int(np.searchsorted(numbers, self.newest, "right"))
        if lengths.max() > MOST_CELLS:
            late = len(numbers)
        for n in range(begin, late):
            at, end = int(starts[n]) * WORD, int(starts[n] + lengths[n]) * WORD
            self.store(int(numbers[n]), words[at:end])
        if late < len(numbers):
            self._append(numbers[late:], lengths[late:], words[int(starts[late]) * WORD :])

    def _append(self, numbers: Integers, lengths: Integers, words: bytes) -> None:
        """Put closed buckets, in order, that are newer than all there are."""
        last = int(numbers[np.searchsorted(numbers, numbers[-1] // CHUNK * CHUNK)])
        kept = self._outlived(numbers, last)
        words = words[WORD * int(lengths[:kept].sum()) :]
        ample = sum(self.sizes.values()) + len(words) <= MOST_BYTES
        if ample and last // CHUNK not in self.sizes:
            self.newest = last
            self._make_room()  # for all of them
        for key, run in runs_of(numbers[kept:], lengths[kept:], words):
            if not ample and key not in self.sizes:
                self.newest = key * CHUNK + run.places[0]
                self._make_room()
            self._chunk(key).append(run)
            self.sizes[key] += len(run.words)
            self.changed.add(key)
        self.newest = int(numbers[-1])

    def _outlived(self, numbers: Integers, last: int) -> int:
        """How many of these would have fallen out when a chunk begins with `last`."""
        oldest = (last - self.length + 1) // CHUNK * CHUNK
        many = int(np.searchsorted(numbers, oldest))
        if many:
            self.floor, self.forgotten = (int(numbers[many - 1]) // CHUNK + 1) * CHUNK, True
        return many

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
        if held or _is_full(words):
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
            self.floor, self.forgotten = max(self.floor, (key + 1) * CHUNK), True
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
        return SketchTierState(
            self.first, self.newest, self.floor, {**self.sizes}, self.number, self.words
        )

    @classmethod
    def restored(cls, step: int, length: int, state: SketchTierState) -> SketchTier:
        """The tier that was in this state, but for its chunks, which are to be shelved."""
        tier = cls(step, length)
        tier.first, tier.newest, tier.floor = state.first, state.newest, state.floor
        tier.sizes, tier.number = {**state.sizes}, state.number
        tier._words = state.words
        return tier


def _is_full(words: bytes) -> bool:
    return len(words) > MOST_CELLS * WORD


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
