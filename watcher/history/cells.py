"""Values by the cell they lie in, and quantiles from how many lie in each.

Cells are spaced like the numbers of a computer: the exponent of a float64 and the first six bits of
its mantissa, so 64 cells divide every octave, from the smallest number to the largest, and the
middle of a cell is within 1/128 (0.8 %) of everything in it. Negative values have negative cells;
cell 0 holds zero and what is too small to tell from it. That is a histogram with a relative error,
as in DDSketch (Masson, Rim and Lee, VLDB 2019), and merges by adding up.

A *word* is a cell and its count in one integer; the words of a bucket rise. Infinities and NaN
have no cell: who reads numbers from logs refuses them.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from struct import pack, unpack
from typing import NamedTuple

import numpy as np

from watcher.history.buckets import Floats, Integers, starts_of

MOST_CELLS = 2048  # of a bucket, as DDSketch has: 32 full octaves, or 1 us to more than an hour
FINENESS = 46  # bits of a float64 that its cell forgets: of 52 of the mantissa, six are left
NEGATIVE = 1 << 17  # the sign, where a cell has it
COUNT_BITS = 44  # of a count in its word: seventeen million million
COUNT = (1 << COUNT_BITS) - 1
WORD = 8  # bytes
DENSE = 8  # times as many numbers as values: below, counting in all of them beats sorting
WHOLE = 63  # bits of an int64 that is not negative


def cells_of_few(values: Sequence[float] | Floats) -> list[int]:
    """The cells that `values` lie in; of few numbers, faster than `cells_of`."""
    many = len(values)
    signed = [bits >> FINENESS for bits in unpack(f"{many}q", pack(f"{many}d", *values))]
    return [cell if cell >= 0 else -NEGATIVE - cell for cell in signed]


def cells_of(values: Floats) -> Integers:
    """The cells that `values` lie in."""
    cells: Integers = np.ascontiguousarray(values, np.float64).view(np.int64) >> FINENESS
    return np.subtract(-NEGATIVE, cells, out=cells, where=cells < 0)


def values_of(cells: Integers) -> Floats:
    """The middles of cells: within 1/128 of everything that lies in them."""
    half = np.int64(1 << FINENESS - 1)
    middles = ((np.abs(cells) << FINENESS) + half).view(np.float64)
    return np.where(cells == 0, 0.0, np.copysign(middles, cells))


def nearest_to_zero(cells: Integers) -> Floats:
    """Of each cell the edge that is nearer to zero; that of zero is zero."""
    return np.copysign((np.abs(cells) << FINENESS).view(np.float64), cells)


class Counted(NamedTuple):
    """How many values lie in each cell of each place; a place is a bucket, or a column."""

    places: Integers
    cells: Integers
    counts: Integers

    def merged(self) -> Counted:
        """In order, every cell of a place once."""
        if not len(self.places):
            return self
        void = _void(self.cells)
        cells = _moved(self.cells, -void)
        first, lowest = self.places.min(), cells.min()
        bits = int(cells.max() - lowest).bit_length()
        keys = self.places << bits
        keys += cells - ((first << bits) + lowest)
        keys, counts = _summed(keys, self.counts)
        cells = _moved((keys & ((1 << bits) - 1)) + lowest, void)
        return Counted((keys >> bits) + first, cells, counts)

    def joined(self, other: Counted) -> Counted:
        """These and those, in no order."""
        return Counted(*map(np.concatenate, zip(self, other, strict=True)))

    def moved(self, places: Integers) -> Counted:
        """The same values at other places."""
        return Counted(places, self.cells, self.counts)

    def of(self, begin: int, end: int | None) -> Counted:
        """A part of them."""
        return Counted(self.places[begin:end], self.cells[begin:end], self.counts[begin:end])

    @property
    def words(self) -> bytes:
        """Cells and counts as words."""
        return ((self.cells << COUNT_BITS) + self.counts).tobytes()


def counted(places: Integers, values: Floats) -> Counted:
    """`values` at `places`, as cells, in no order."""
    return Counted(places, cells_of(values), np.broadcast_to(np.int64(1), len(values)))


def _void(cells: Integers) -> int:
    """How many cells on either side of zero hold nothing, if some lie at zero or on both."""
    if cells.min() > 0 or cells.max() < 0:
        return 0
    sizes = np.abs(cells).view(np.uint64) - 1  # of zero the largest there is
    return min(int(sizes.min()), NEGATIVE - 1)


def _moved(cells: Integers, by: int) -> Integers:
    """Away from zero, or nearer; those at zero stay."""
    return cells + by * np.sign(cells) if by else cells


def _summed(keys: Integers, counts: Integers) -> tuple[Integers, Integers]:
    """Keys (from 0, ours to change) in order, each once, and the sums of their counts, never 0."""
    highest = int(keys.max())
    if highest < DENSE * len(keys):
        sums = np.bincount(keys, counts)  # exact up to 2**53
        keys = np.flatnonzero(sums > 0)
        return keys, sums[keys].astype(np.int64)
    keys, counts = _sorted(keys, counts, highest)
    starts = starts_of(keys)
    before = counts.cumsum()[starts[1:] - 1]
    return keys[starts], np.diff(before, prepend=0, append=counts.sum())


def _sorted(keys: Integers, counts: Integers, highest: int) -> tuple[Integers, Integers]:
    """By key. They come in runs that are in order, which a stable sort makes use of."""
    bits = int(counts.max()).bit_length()
    if highest.bit_length() + bits > WHOLE:
        order = np.argsort(keys, kind="stable")
        return keys[order], counts[order]
    keys <<= bits
    keys |= counts
    keys.sort(kind="stable")
    return keys >> bits, keys & ((1 << bits) - 1)


def joined(buckets: Sequence[tuple[int, bytes]]) -> Counted:
    """Buckets of words, each with its place."""
    words = np.frombuffer(b"".join([part for _, part in buckets]), np.int64)
    places = np.array([place for place, _ in buckets], np.int64)
    lengths = np.array([len(part) // WORD for _, part in buckets], np.int64)
    return Counted(np.repeat(places, lengths), words >> COUNT_BITS, words & COUNT)


def words_of(cells: dict[int, int]) -> bytes:
    """The counts of cells as words; `cells` are collapsed where they are too many."""
    collapse(cells)
    words = [(cell << COUNT_BITS) + many for cell, many in cells.items()]
    words.sort()
    return array("q", words).tobytes()


def counts_of(words: bytes) -> dict[int, int]:
    """The counts of cells that were made words."""
    return {word >> COUNT_BITS: word & COUNT for word in array("q", words)}


def count(cells: dict[int, int], more: Iterable[tuple[int, int]]) -> None:
    """Count in `cells` what `more` counts."""
    for cell, many in more:
        cells[cell] = cells.get(cell, 0) + many


def collapse(cells: dict[int, int]) -> None:
    """Leave the highest MOST_CELLS; what lies below is counted in the lowest of them.

    Done sooner, later or in parts it comes to the same: a cell that is not among the highest of a
    part is not among those of the whole either, and is counted in the lowest that is.
    """
    if len(cells) > MOST_CELLS:
        rising = sorted(cells)
        below = rising[:-MOST_CELLS]
        cells[rising[-MOST_CELLS]] += sum(map(cells.pop, below))


def quantiles(some: Counted, places: int, qs: Sequence[float]) -> Floats:
    """Of each place below `places` the value that a share of `qs` does not exceed: (qs, places).

    `some` is merged. By nearest rank, so the answer is within 1/128 of a value that was there
    (of a bucket with more than MOST_CELLS: in the upper part that they hold). NaN where nothing is.
    """
    found = np.full((len(qs), places), np.nan)
    ends = np.searchsorted(some.places, np.arange(places), "right")
    sums = np.concatenate([[0], np.cumsum(some.counts)])
    before = np.concatenate([[0], sums[ends[:-1]]])
    held = sums[ends] - before
    there = held > 0
    for row, q in enumerate(qs):
        ranks = np.clip(np.ceil(q * held - 1e-9), 1, held) + before
        at = np.searchsorted(sums[1:], ranks[there])
        found[row, there] = values_of(some.cells[at])
    return found
