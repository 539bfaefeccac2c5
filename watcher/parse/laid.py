"""A stencil that lies on a block: what stands where, in a row for each line that is alike.

Whatever is taken out is taken out of all lines at once, by numpy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from watcher.parse import digits
from watcher.parse.numbers import Floats, all_numbers, floats

LONGEST_NUMBER = 32  # bytes
LONGEST_LAST = 16  # bytes of a last word: two words
NEAR = 400  # bytes behind a time in which a phrase begins; bounds what a line without it costs
LONGEST_WORD = digits.LONGEST  # bytes, of those that are told apart as one integer
WORD = digits.WORD
DASH, SPACE, COMMA, ZERO, LETTER_E = b"- ,0e"
CASE = 0x20  # the bit that small letters have and capitals have not
NUMERIC = np.isin(np.arange(256), list(b"+-.0123456789eE"))  # what numbers are made of
INSIDE = np.arange(LONGEST_NUMBER) < np.arange(LONGEST_NUMBER)[:, None]  # by length and place
ONES = np.array([(1 << 8 * many) - 1 for many in range(LONGEST_WORD + 1)], WORD)

Bytes = NDArray[np.uint8]
Integers = digits.Integers
Words = digits.Words
Mask = digits.Mask


class Place(NamedTuple):
    """A distance from a mark."""

    mark: int  # column of the table, which tells where the byte behind each is; 0: of the line
    offset: int  # from that byte on


class Span(NamedTuple):
    """Where a piece stands."""

    begin: Place
    end: Place


class Frame(NamedTuple):
    """Where several things stand near a mark: fetched together they cost what one of them does."""

    first: int  # offset of its first byte
    size: int  # bytes


class Laid:
    """A stencil that lies on a block: a row for each line that is alike."""

    def __init__(
        self,
        padded: bytes,
        table: Integers,
        rows: Integers,
        newlines: Integers,
        spans: Mapping[str, Span],
        frames: Mapping[int, Frame],
        begin: int,
    ) -> None:
        """`frames`: by mark; `begin`: where the first line begins."""
        self._padded, self._spans, self._frames, self._begin = padded, spans, frames, begin
        self._cells: dict[int, NDArray[Any]] = {}  # frames that were fetched
        self._found: dict[str, tuple[Integers, Integers]] = {}  # where pieces begin and end
        self.table, self.rows, self.newlines = table, rows, newlines

    def leave_out(self, odd: NDArray[np.generic]) -> None:
        """The rows that are odd, or have something odd in them."""
        if odd.any():
            kept = ~odd.reshape(len(odd), -1).any(axis=1)
            self.table, self.rows = self.table[kept], self.rows[kept]
            self._cells = {mark: cells[kept] for mark, cells in self._cells.items()}
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
        words = self._words(ends - LONGEST_WORD, LONGEST_WORD + len(behind))
        lengths = digits.after_last(SPACE, words[:, 0])
        if (far := lengths == LONGEST_WORD).any():
            lengths[far] += digits.after_last(SPACE, self.words_at(ends[far] - LONGEST_LAST))
        begins = ends - lengths
        self._found[name] = begins, ends
        odd = _differ(self._words(begins - len(before), len(before)), before)
        odd |= _differ(words[:, 1:], behind)
        if odd.any():
            self.leave_out(odd)
            self.find_last(name, inside, before, behind)

    def odd(self) -> list[tuple[int, bytes]]:
        """The lines that are not alike, and how many of those that are stand before each."""
        others = np.setdiff1d(np.arange(len(self.newlines)), self.rows)
        before = np.searchsorted(self.rows, others)
        begins = np.concatenate(([self._begin - 1], self.newlines))[others] + 1
        spans = zip(begins.tolist(), (self.newlines[others] + 1).tolist(), strict=True)
        lines = [self._padded[begin:end] for begin, end in spans]
        return list(zip(before.tolist(), lines, strict=True))

    def words_at(self, places: Integers) -> Words:
        """Eight bytes from each place on."""
        return self._from(0, WORD)[places]

    def items(self, place: Place, kind: np.dtype[Any]) -> NDArray[Any]:
        """What stands there in each row, as one item of this kind; not to be written to."""
        mark, offset = place
        if mark not in self._frames:
            return self._from(offset, kind)[self.table[:, mark]]
        first, size = self._frames[mark]
        if mark not in self._cells:
            self._cells[mark] = self._from(first, np.dtype(f"V{size}"))[self.table[:, mark]]
        return self._cells[mark].getfield(kind, offset - first)

    def _from(self, offset: int, kind: np.dtype[Any]) -> NDArray[Any]:
        """What stands so far behind each byte of all."""
        many = len(self._padded) - offset - kind.itemsize + 1
        return np.ndarray((many,), kind, self._padded, offset, (1,))

    def cut(self, name: str) -> Bytes:
        """The pieces of this name, which are all equally long: an array of (rows, bytes)."""
        begin, end = self._spans[name]
        return self._slices(self._at(begin), end.offset - begin.offset)

    def eights(self, name: str) -> list[Words]:
        """The pieces of this name, all equally long, by eight bytes, and what follows them."""
        (mark, first), (_, end) = self._spans[name]
        places = range(first, end, LONGEST_WORD)
        return [self.items(Place(mark, at), WORD) for at in places]

    def runs(self, name: str) -> tuple[list[int], list[bytes]]:
        """Rows where another piece of this name begins, and the pieces; all are equally long."""
        begin, end = self._spans[name]
        width, changes = end.offset - begin.offset, np.zeros(len(self.rows) - 1, np.bool_)
        for n, words in enumerate(self.eights(name)):
            said = words & ONES[min(width - LONGEST_WORD * n, LONGEST_WORD)]
            changes |= said[1:] != said[:-1]
        rows = [0, *(np.flatnonzero(changes) + 1).tolist()]
        places = self.table[rows, begin.mark] + begin.offset
        return rows, [self._padded[at : at + width] for at in places.tolist()]

    def _words(self, places: Integers, width: int) -> Words:
        """At least so many bytes from each place on, as rows of words."""
        return self._slices(places, -(-width // LONGEST_WORD) * LONGEST_WORD).view(WORD)

    def texts(self, name: str) -> list[bytes]:
        """All pieces of this name."""
        begins, ends = self._bounds(name)
        spans = zip(begins.tolist(), ends.tolist(), strict=True)
        return [self._padded[first:last] for first, last in spans]

    def words(self, name: str) -> Words | None:
        """The pieces of this name, each as one integer; None if one is too long for that.

        One that ends in NUL is nothing.
        """
        begin, end = self._spans[name]
        if begin.mark == end.mark:
            lengths, said = np.array(end.offset - begin.offset), self.items(begin, WORD)
        else:
            begins, ends = self._bounds(name)
            lengths, said = ends - begins, self.words_at(begins)
        if lengths.max(initial=0) > LONGEST_WORD:
            return None
        found: Words = said & ONES.take(lengths, mode="clip")
        found[found <= ONES.take(lengths - 1, mode="clip")] = 0
        return found

    def numbers(
        self,
        names: Sequence[str],
        *,
        dash: bool = False,
        nothing: bool = False,
        exponents: bool = True,
    ) -> Floats | None:
        """The pieces of these names, a row each; NaN for a `dash` or `nothing`, if they may be.

        A line where one is no number, or has blanks, or one of the `exponents` that may not be, is
        left out. None if JSON knows none such.
        """
        begins, ends = self._each(names)
        values, odd = self._short(begins, ends - begins)
        if not odd.any():
            return values
        some = odd & (ends - begins <= digits.MOST_BYTES)
        if some.any():
            values[some], odd[some] = self._signed(begins[some], ends[some], dash, nothing)
        if odd.any():
            decoded = self._decoded(begins[odd], ends[odd], exponents=exponents)
            if decoded is None:
                return None
            values[odd], odd[odd] = decoded
        if not odd.any():
            return values
        self.leave_out(odd.T)
        return self.numbers(names, dash=dash, nothing=nothing, exponents=exponents)

    def leave_out_broken(self, name: str, values: Floats) -> None:
        """The lines in which the pieces of this name, which say this, are more than digits."""
        begins, ends = self._bounds(name)
        self.leave_out(~digits.are_whole(values, ends - begins))

    def _short(self, begins: Integers, lengths: Integers) -> tuple[Floats, Mask]:
        """The numbers that begin there, in a row each that are of one name; and which are none.

        Names whose numbers are mostly longer than a word are not looked at.
        """
        is_short = lengths.sum(axis=1) <= LONGEST_WORD * lengths.shape[1]
        if is_short.all():
            return digits.numbers(self.words_at(begins), lengths)
        values, odd = np.empty(lengths.shape), np.ones(lengths.shape, np.bool_)
        words = self.words_at(begins[is_short])
        values[is_short], odd[is_short] = digits.numbers(words, lengths[is_short])
        return values, odd

    def _signed(
        self, begins: Integers, ends: Integers, dash: bool, nothing: bool
    ) -> tuple[Floats, Mask]:
        """Likewise, longer ones too, perhaps with a sign; NaN as `numbers`."""
        minus = np.frombuffer(self._padded, np.uint8)[begins] == DASH
        minus &= ends > begins
        begins = begins + minus
        words, nexts = self.words_at(begins), self.words_at(begins + LONGEST_WORD)
        values, odd = digits.long_numbers(words, nexts, ends - begins)
        np.negative(values, out=values, where=minus)
        odd |= minus & (values == 0)  # JSON tells -0 and -0.0 apart
        missing = (ends == begins) & np.where(minus, dash, nothing)
        values[missing] = np.nan
        return values, odd & ~missing

    def _decoded(
        self, begins: Integers, ends: Integers, *, exponents: bool
    ) -> tuple[Floats, Mask] | None:
        """Likewise, as a decoder knows them; None if it does not know one."""
        lengths = ends - begins
        odd = (lengths <= 0) | (lengths >= LONGEST_NUMBER)
        lengths[odd] = 1
        inside = INSIDE[lengths, : int(lengths.max()) + 1]
        cells = self._slices(begins, inside.shape[1])
        odd |= (lengths == 1) & (cells[:, 0] == DASH)
        blank = (cells <= SPACE) & inside
        cells *= inside
        cells |= ~inside * np.uint8(SPACE)
        if not exponents:
            odd |= ((cells | CASE) == LETTER_E).any(axis=1)
        values = None if blank.any() else _decode(cells, odd)
        if values is None:
            odd |= ~(NUMERIC[cells] | ~inside).all(axis=1)
            values = _decode(cells, odd)
        return None if values is None else (values, odd)

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
        begins, ends = np.empty((2, len(names), len(self.rows)), np.int64)
        for n, name in enumerate(names):
            begins[n], ends[n] = self._bounds(name)
        return begins, ends

    def _at(self, place: Place) -> Integers:
        return self.table[:, place.mark] + place.offset

    def _slices(self, begins: Integers, width: int) -> Bytes:
        """So many bytes from each of these places on."""
        whole = self._from(0, np.dtype(f"V{width}"))
        return whole[begins].view(np.uint8).reshape(*begins.shape, width)


def _differ(words: Words, text: bytes) -> Words:
    """Not 0 where a row begins with something else."""
    odd: Words = np.zeros(len(words), WORD)
    for n, at in enumerate(range(0, len(text), LONGEST_WORD)):
        some = text[at : at + LONGEST_WORD]
        odd |= (words[:, n] ^ int.from_bytes(some, "little")) & ONES[len(some)]
    return odd


def _decode(cells: Bytes, none: Mask) -> Floats | None:
    """The numbers in rows of bytes, 0 where there is none; None if JSON does not know one."""
    cells[none] = SPACE
    cells[none, 0] = ZERO
    cells[:, -1] = COMMA
    values = floats(all_numbers(cells.tobytes()[:-1]))
    return values if len(values) == len(cells) else None


def text_of(word: int) -> bytes:
    """The piece that became this integer."""
    return word.to_bytes(LONGEST_WORD, "little").rstrip(b"\0")
