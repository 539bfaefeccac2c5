"""Neighbouring buckets of a sketch, in memory and packed for the disk.

What comes together stays together: it costs nothing a bucket until one of them is asked for.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import pairwise
from struct import Struct
from typing import NamedTuple

import numpy as np

from watcher.history.buckets import Integers, lengths_of, starts_of
from watcher.history.cells import COUNT, COUNT_BITS, WORD

CHUNK = 32  # buckets; of a busy log 80 KB, of which a quarter goes to disk
LENGTH = np.dtype("<u2")  # of how many words a bucket has
HEAD = Struct("<H")  # how many buckets a packed chunk has


class Run(NamedTuple):
    """Some buckets of a chunk, in order."""

    places: bytes  # one each
    lengths: bytes  # of their words, LENGTH each
    words: bytes


def runs_of(numbers: Integers, lengths: Integers, words: bytes) -> Iterator[tuple[int, Run]]:
    """Chunks by number, and what lies there of these buckets, at least one and in order.

    `lengths` are how many of the words each bucket has.
    """
    keys = numbers // CHUNK
    places = (numbers - keys * CHUNK).astype(np.uint8).tobytes()
    sizes, size = lengths.astype(LENGTH).tobytes(), LENGTH.itemsize
    starts = starts_of(keys)
    ends = starts + lengths_of(starts, len(keys))
    edges = [0, *(lengths.cumsum()[ends - 1] * WORD).tolist()]
    for key, begin, end, (low, high) in zip(
        keys[starts].tolist(), starts.tolist(), ends.tolist(), pairwise(edges), strict=True
    ):
        run = Run(places[begin:end], sizes[size * begin : size * end], words[low:high])
        yield key, run


class Chunk:
    """Up to CHUNK neighbours of a tier: words by the place of their bucket in it.

    Those that came together stay so until they are asked for one by one.
    """

    __slots__ = ("_buckets", "_runs")

    def __init__(self, *runs: Run) -> None:
        """Of runs each is later than those before."""
        self._buckets: dict[int, bytes] = {}
        self._runs = list(runs)

    @property
    def buckets(self) -> dict[int, bytes]:
        """All of them, to be written into."""
        runs, self._runs = self._runs, []
        for places, lengths, words in runs:
            edges = np.cumsum(np.frombuffer(lengths, LENGTH), dtype=np.int64) * WORD
            parts = [words[begin:end] for begin, end in pairwise([0, *edges.tolist()])]
            self._buckets.update(zip(places, parts, strict=True))
        return self._buckets

    def append(self, run: Run) -> None:
        """Put some that are later than all there are."""
        self._runs.append(run)

    def packed(self) -> bytes:
        """All of it, small: cells as their distances, then counts."""
        places, lengths, words = self._whole()
        of_all = np.frombuffer(words, np.int64)
        steps = np.diff(of_all >> COUNT_BITS, prepend=0).astype("<i4")
        parts = (HEAD.pack(len(places)), places, lengths, steps, of_all & COUNT)
        return zlib.compress(b"".join(map(bytes, parts)), 1)

    def _whole(self) -> Run:
        if self._runs and not self._buckets:
            return Run(*map(b"".join, zip(*self._runs, strict=True)))
        buckets = sorted(self.buckets.items())
        lengths = np.array([len(words) // WORD for _, words in buckets], LENGTH)
        places = bytes(place for place, _ in buckets)
        return Run(places, lengths.tobytes(), b"".join(words for _, words in buckets))

    @classmethod
    def unpacked(cls, blob: bytes) -> Chunk:
        """What `packed` gave; raises ValueError if that was damaged since."""
        try:
            whole = zlib.decompress(blob)
        except zlib.error:
            raise ValueError("damaged") from None
        (many,) = HEAD.unpack_from(whole)
        at = HEAD.size + many
        lengths = np.frombuffer(whole, LENGTH, many, at)
        total, at = int(lengths.sum(dtype=np.int64)), at + lengths.nbytes
        cells = np.cumsum(np.frombuffer(whole, "<i4", total, at), dtype=np.int64)
        counts = np.frombuffer(whole, "<i8", total, at + 4 * total)
        words = ((cells << COUNT_BITS) + counts).tobytes()
        return cls(Run(whole[HEAD.size : HEAD.size + many], lengths.tobytes(), words))

    @property
    def size(self) -> int:
        """Bytes of its words."""
        runs = sum(len(run.words) for run in self._runs)
        return runs + sum(map(len, self._buckets.values()))
