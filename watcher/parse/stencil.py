"""Where the wanted things stand in lines that are all alike: a stencil, laid over a whole block.

A program writes its lines one way only: text that never changes, and between it what does. Some
bytes, the *marks* (the newline, quotes, a comma), are enough to tell where each begins. numpy finds
all marks of a block in one look; as every line has as many, they make a table with a row for each
line and a column for each mark, and whatever is wanted stands a known distance from one of them.
Then the text that never changes is compared, for all lines at once, and lines that are not alike
are found out.

What nobody wants is not looked into, but for marks, quotes and strange bytes in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from watcher.parse.laid import Bytes, Frame, Integers, Laid, Place, Span
from watcher.parse.spelled import BANG, NEWLINE, QUOTE, SPACE, Line, Piece, marks_of, runs_of

PADDING = bytes(64)  # behind a block, so that one may look beyond the last line
FRONT = 2048  # before it: half a page, as a copy to where it stood in its own takes 75 us, not 5
PAGES = 4 << 20  # bytes: a block takes 2 MB in passing, and the fold of many samples 4

Mask = NDArray[np.bool_]


class Found(NamedTuple):
    """The marks of a block."""

    marks: Integers
    tally: int  # quotes in it where they are counted, newlines where those could be other marks


class Stencil:
    """Of lines that are all alike."""

    def __init__(
        self,
        pieces: Sequence[Piece],
        end: bytes,
        never: bytes = b"",
        apart: bytes = b"",
        *,
        controls: bool = True,
        pairs: bool = True,
    ) -> None:
        """`end` is the text behind the last piece, its newline included.

        `apart`: further marks, which all lines have as often, at the same places between pieces.
        A line that has one of the bytes `never`, or control characters unless there may be some,
        is not alike; with `pairs` (the faster way) neither is one where a text between quotes
        ends like the text before other quotes. ValueError: no mark would stand behind some piece.
        """
        runs = runs_of(pieces, end)
        self._marks = marks = marks_of(runs, apart, controls=controls, pairs=pairs)
        self._top, self._others = marks.top, marks.others
        line = Line(runs, marks)
        self._never, self._quotes = never, line.quotes
        self._many = len(line.least)  # marks of a line
        self._tally = line.quotes if marks.counted else int(marks.bare)
        self._least = np.array(line.least, np.int64).tobytes()
        self._more = (np.array(line.most, np.int64) - line.least).tobytes()
        places = [place for place, _ in line.texts] + [begin for begin, _ in line.spans.values()]
        first = min((place.offset for place in places), default=0)
        self._front = b"\n".rjust(max(FRONT, -first))
        self._spans = {name: Span(*map(self._moved, span)) for name, span in line.spans.items()}
        self._texts = [(self._moved(place), _kind(text), text) for place, text in line.texts]
        begin = len(self._front)
        self._frames = {at: Frame(begin + first, size) for at, (first, size) in line.frames.items()}
        _keep_pages()

    def _moved(self, place: Place) -> Place:
        """Where that is, with the front before it."""
        return place._replace(offset=len(self._front) + place.offset)

    def laid_on(self, block: bytes) -> Laid:
        """Where the pieces stand in the lines of `block` that are alike."""
        wide, before = b"".join((self._front, block, PADDING)), len(self._front) - 1
        every = np.frombuffer(wide, np.uint8, 1 + len(block), before)  # and the newline before
        found = self._found(every)
        laid = self._laid_evenly(wide, every, found.marks)
        lines = 0 if laid is None else len(laid.newlines)
        if laid is None or len(laid.rows) < lines or found.tally != lines * self._tally:
            return self._laid_carefully(wide, every, found, laid)
        return laid

    def _found(self, every: Bytes) -> Found:
        """The marks of a block."""
        marks, tally = self._marks, 0
        hits = np.greater(self._top + 1, every) if self._top else every == NEWLINE
        if marks.counted:
            quotes = every == QUOTE
            tally = int(np.count_nonzero(quotes))
            if marks.pair:
                first, second = (quotes if one == QUOTE else every == one for one in marks.pair)
                hits[:-1] |= np.logical_and(first[:-1], second[1:], out=first[:-1])
        elif marks.bare:
            tally = int(np.count_nonzero(hits)) - 1
        for mark in self._others:
            hits |= every == mark
        places = np.flatnonzero(hits)
        return Found(places[self._outside(every[places])] if marks.quoted else places, tally)

    def _outside(self, kinds: Bytes) -> Mask:
        """Which marks do not stand between quotes; `kinds` are the bytes they are."""
        outside = _outside(kinds)
        if self._top:
            outside |= kinds < SPACE  # control characters may not be there either
        if BANG not in self._marks.single:
            outside &= kinds != BANG
        return outside

    def _laid_evenly(self, wide: bytes, every: Bytes, marks: Integers) -> Laid | None:
        """As if each line had its number of marks; None if some has not."""
        lines, rest = divmod(len(marks) - 1, self._many)
        ends = marks[self._many :: self._many]
        if rest or every[ends].tobytes() != b"\n" * lines:
            return None
        return self._laid(wide, every, _strided(marks, lines, self._many), np.arange(lines), ends)

    def _laid_carefully(self, wide: bytes, every: Bytes, found: Found, laid: Laid | None) -> Laid:
        """Where some lines are not alike; `laid`: as if all had as many marks."""
        if laid is None or np.count_nonzero(every == NEWLINE) != 1 + len(laid.newlines):
            laid = self._laid(wide, every, *_rows(every, found.marks, self._many))
        if self._marks.counted and found.tally != self._quotes_of(laid, wide):
            ends = laid.newlines - (len(self._front) - 1)
            before = np.searchsorted(np.flatnonzero(every == QUOTE), ends)
            laid.leave_out(np.diff(before, prepend=0)[laid.rows] != self._quotes)
        return laid

    def _quotes_of(self, laid: Laid, wide: bytes) -> int:
        """How many quotes there are, if lines that are alike have no more than they must."""
        others = np.ones(len(laid.newlines), np.bool_)
        others[laid.rows] = False
        begins = np.concatenate(([0], laid.newlines))[:-1][others].tolist()
        spans = zip(begins, laid.newlines[others].tolist(), strict=True)
        said = sum(wide.count(b'"', begin, end) for begin, end in spans)
        return said + len(laid.rows) * self._quotes

    def _laid(
        self, wide: bytes, every: Bytes, table: Integers, rows: Integers, ends: Integers
    ) -> Laid:
        """Those of these rows in which all is there that never changes."""
        begin = len(self._front)
        laid = Laid(wide, table, rows, ends + (begin - 1), self._spans, self._frames, begin)
        gaps = table[:, 1:] - table[:, :-1]
        gaps -= _repeated(self._least, gaps)
        laid.leave_out(gaps.view(np.uint64) > _repeated(self._more, gaps).view(np.uint64))
        for byte in self._never:
            if byte in wide:
                strange = np.searchsorted(ends, np.flatnonzero(every == byte))
                laid.leave_out(np.isin(laid.rows, strange))
        for place, kind, text in self._texts if len(laid.rows) else ():
            said = laid.items(place, kind).tobytes()
            if said != text * len(laid.rows):
                cells = np.frombuffer(said, np.uint8).reshape(-1, len(text))
                laid.leave_out(cells != np.frombuffer(text, np.uint8))
        return laid


def _kind(text: bytes) -> np.dtype[Any]:
    """As one item: it is fetched in a fourth of the time if it is a byte."""
    return np.dtype(np.uint8 if len(text) == 1 else f"V{len(text)}")


def _outside(marks: Bytes) -> Mask:
    """Which marks are quotes, or not between two of them; what a line begins, it ends."""
    quotes, newlines = marks == QUOTE, marks == NEWLINE
    before = np.cumsum(quotes)
    inside = _is_odd(before)
    if (inside & newlines).any():
        ended = np.maximum.accumulate(np.where(newlines, before, 0))
        before[1:] -= ended[:-1]
        inside = _is_odd(before)
    outside: Mask = quotes | newlines | ~inside
    return outside


def _is_odd(numbers: Integers) -> Mask:
    return (numbers.astype(np.uint8) & 1).view(np.bool_)


def _rows(every: Bytes, marks: Integers, many: int) -> tuple[Integers, Integers, Integers]:
    """The table of the lines that have so many marks, which lines those are, and where all end."""
    ends = np.flatnonzero(every[marks] == NEWLINE)  # in `marks`
    rows = np.flatnonzero(np.diff(ends) == many)
    return marks[ends[rows, None] + np.arange(many + 1)], rows, marks[ends[1:]]


def _strided(marks: Integers, lines: int, many: int) -> Integers:
    """A row for each line, where each begins with the last mark of the one before."""
    step = marks.itemsize
    return np.ndarray((lines, many + 1), np.int64, marks, strides=(many * step, step))


def _repeated(row: bytes, table: Integers) -> Integers:
    """The same row, as often as the table has rows: what is compared in one go takes a third."""
    return np.frombuffer(row * len(table), np.int64).reshape(table.shape)


@cache
def _keep_pages() -> None:
    """Have freed memory kept: else thousands of pages go back to the kernel, and cost 0.7 us each.

    glibc keeps twice the size of the largest block that it got from the kernel apart and was freed
    (`M_TRIM_THRESHOLD` in mallopt(3)).
    """
    bytes(PAGES)
