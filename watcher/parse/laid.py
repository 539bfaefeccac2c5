"""A stencil that lies on a block: what stands where, in a row for each line that is alike.

Whatever is taken out is taken out of all lines at once, by numpy.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from watcher.parse.numbers import Floats, all_numbers, floats

LONGEST_NUMBER = 32  # bytes
LONGEST_LAST = 16  # bytes of a last word, and a blank before it
NEAR = 400  # bytes behind a time in which a phrase begins; bounds what a line without it costs
LONGEST_WORD = 8  # bytes, of those that are told apart as one integer
WORD = np.dtype("<u8")
DASH, SPACE, COMMA, ZERO = b"- ,0"
NUMERIC = np.isin(np.arange(256), list(b"+-.0123456789eE"))  # what numbers are made of
ONES = np.array([(1 << 8 * many) - 1 for many in range(LONGEST_WORD + 1)], WORD)
BEFORE = np.array([-1])  # where a newline would be in front of the block

Bytes = NDArray[np.uint8]
Integers = NDArray[np.int64]
Words = NDArray[np.uint64]


class Place(NamedTuple):
    """A distance from a mark."""

    mark: int  # column of the table; 0 is the newline before the line
    offset: int  # bytes behind it


class Span(NamedTuple):
    """Where a piece stands."""

    begin: Place
    end: Place


Columns = tuple[Integers, Integers]  # of some places the marks, and the offsets


class Laid:
    """A stencil that lies on a block: a row for each line that is alike."""

    def __init__(
        self,
        padded: bytes,
        table: Integers,
        rows: Integers,
        newlines: Integers,
        spans: dict[str, Span],
    ) -> None:
        self._padded, self._spans = padded, spans
        self._found: dict[str, tuple[Integers, Integers]] = {}  # where pieces begin and end
        self.table, self.rows, self.newlines = table, rows, newlines

    def leave_out(self, odd: NDArray[np.generic]) -> None:
        """The rows that are odd, or have something odd in them."""
        if odd.any():
            kept = ~odd.reshape(len(odd), -1).any(axis=1)
            self.table, self.rows = self.table[kept], self.rows[kept]
            self._found = {
                name: (begins[kept], ends[kept]) for name, (begins, ends) in self._found.items()
            }

    def find_last(self, name: str, inside: str, before: bytes, behind: bytes) -> None:
        """The last word of each piece `inside`, between such texts, is a piece of this name.

        Lines without it are left out, and those where it begins more than NEAR bytes behind.
        """
        first, last = self._bounds(inside)
        self.leave_out((last - first < LONGEST_LAST + len(behind)) | (last - first > NEAR))
        ends = self._bounds(inside)[1] - len(behind)
        blanks = self._slices(ends - LONGEST_LAST, LONGEST_LAST) == SPACE
        begins = ends - blanks[:, ::-1].argmax(axis=1)
        self._found[name] = begins, ends
        for places, text in ((begins - len(before), before), (ends, behind)):
            odd = self._slices(places, len(text)) != np.frombuffer(text, np.uint8)
            if odd.any():
                self.leave_out(odd)
                self.find_last(name, inside, before, behind)
                return

    def odd(self) -> list[tuple[int, bytes]]:
        """The lines that are not alike, and how many of those that are stand before each."""
        others = np.setdiff1d(np.arange(len(self.newlines)), self.rows)
        before = np.searchsorted(self.rows, others)
        begins = np.concatenate((BEFORE, self.newlines))[others] + 1
        spans = zip(begins.tolist(), (self.newlines[others] + 1).tolist(), strict=True)
        lines = [self._padded[begin:end] for begin, end in spans]
        return list(zip(before.tolist(), lines, strict=True))

    def places(self, columns: Columns) -> Integers:
        """Where these stand: an array of (rows, places)."""
        marks, offsets = columns
        return self.table[:, marks] + offsets

    def words_at(self, places: Integers) -> Words:
        """Eight bytes from each place on."""
        many = len(self._padded) - WORD.itemsize + 1
        whole: Words = np.ndarray((many,), WORD, self._padded, strides=(1,))
        return whole[places]

    def cut(self, name: str) -> Bytes:
        """The pieces of this name, which are all equally long: an array of (rows, bytes)."""
        begin, end = self._spans[name]
        return self._slices(self._at(begin), end.offset - begin.offset)

    def texts(self, name: str) -> list[bytes]:
        """All pieces of this name."""
        begins, ends = self._bounds(name)
        spans = zip(begins.tolist(), ends.tolist(), strict=True)
        return [self._padded[first:last] for first, last in spans]

    def words(self, name: str) -> Words | None:
        """The pieces of this name, each as one integer; None if one is too long for that."""
        begin, end = self._bounds(name)
        lengths = end - begin
        if lengths.max(initial=0) > LONGEST_WORD:
            return None
        found: Words = self.words_at(begin) & ONES[lengths]
        return found

    def numbers(
        self, names: Sequence[str], *, dash: bool = False, nothing: bool = False
    ) -> Floats | None:
        """The pieces of these names, a row each; NaN for a `dash` or `nothing`, if they may be.

        A line where one is no number, or has blanks, is left out. None if JSON knows none such.
        """
        begins, ends = self._each(names)
        lengths = ends - begins
        width = int(lengths.max(initial=1)) + 1
        if width > LONGEST_NUMBER:
            self.leave_out((lengths >= LONGEST_NUMBER).T)
            return self.numbers(names, dash=dash, nothing=nothing)
        cells = self._slices(begins, width)
        behind = np.arange(width) >= lengths[..., None]
        blank = (cells <= SPACE) > behind
        if blank.any():
            self.leave_out(blank.transpose(1, 0, 2))
            return self.numbers(names, dash=dash, nothing=nothing)
        np.putmask(cells, behind, SPACE)
        empty, lone = lengths == 0, (lengths == 1) & (cells[..., 0] == DASH)
        missing = (empty & nothing) | (lone & dash)
        cells[missing, 0] = ZERO
        cells[..., -1] = COMMA
        values = floats(all_numbers(cells.tobytes()[:-1]))
        if len(values) != lengths.size:
            odd = ~(NUMERIC[cells] | behind).all(axis=2) | ((empty | lone) > missing)
            self.leave_out(odd.T)
            return self.numbers(names, dash=dash, nothing=nothing) if odd.any() else None
        return np.where(missing, np.nan, values.reshape(lengths.shape))

    def first(self, name: str) -> Bytes:
        """The first byte of each piece of this name."""
        return np.frombuffer(self._padded, np.uint8)[self._bounds(name)[0]]

    def last(self, name: str) -> Bytes:
        """The last byte of each."""
        return np.frombuffer(self._padded, np.uint8)[self._bounds(name)[1] - 1]

    def _bounds(self, name: str) -> tuple[Integers, Integers]:
        """Where the pieces of this name begin and end."""
        if name in self._found:
            return self._found[name]
        begin, end = self._spans[name]
        return self._at(begin), self._at(end)

    def _each(self, names: Sequence[str]) -> tuple[Integers, Integers]:
        """Where the pieces of these names begin and end: two arrays of (names, rows)."""
        bounds = [self._bounds(name) for name in names]
        both = np.array(bounds, np.int64).reshape(len(names), 2, len(self.rows))
        return both[:, 0], both[:, 1]

    def _at(self, place: Place) -> Integers:
        return self.table[:, place.mark] + place.offset

    def _slices(self, begins: Integers, width: int) -> Bytes:
        """So many bytes from each of these places on."""
        many = len(self._padded) - width + 1
        whole = np.ndarray((many,), f"V{width}", self._padded, strides=(1,))
        return whole[begins].view(np.uint8).reshape(*begins.shape, width)


def text_of(word: int) -> bytes:
    """The piece that became this integer."""
    return word.to_bytes(LONGEST_WORD, "little").rstrip(b"\0")
