"""Where the wanted things stand in lines that are all alike: a stencil, laid over a whole block.

A program writes its lines one way only: text that never changes, and between it what does. Some
bytes, the *marks* (the newline, quotes, a comma), are enough to tell where each begins. numpy finds
all marks of a block in one look; as every line has as many, they make a table with a row for each
line and a column for each mark, and whatever is wanted stands a known distance from one of them.
Then the text that never changes is compared, for all lines at once. In large blocks
that takes a third (of short lines) to four fifths (of long ones) of the time of a regular
expression, and lines that are not alike are found out.

What nobody wants is not looked into, but for marks and strange bytes in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from watcher.parse.laid import BEFORE, WORD, Bytes, Columns, Integers, Laid, Place, Span

NEWLINE, QUOTE = b'\n"'
CONTROLS = 32  # bytes below are control characters
PADDING = bytes(64)  # behind a block, so that one may look beyond the last line
PAGES = 1 << 20  # bytes, see `_keep_pages`

Mask = NDArray[np.bool_]


class Piece(NamedTuple):
    """What changes from line to line, and the text in front of it that never does."""

    before: bytes
    name: str = ""  # of what is wanted; empty: nobody wants it
    sample: bytes | None = None  # it is always as long as this; None: up to what follows


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
    ) -> None:
        """`end` is the text behind the last piece, its newline included.

        `apart`: further marks, which all lines have as often, at the same places between pieces.
        A line that has one of the bytes `never`, or control characters unless there may be some,
        is not alike. ValueError: no mark would stand behind some piece.
        """
        whole = [*pieces, Piece(end, sample=b"")]
        self._marks = _marks(whole, apart)
        self._quoted = QUOTE in self._marks and len(self._marks) > len((NEWLINE, QUOTE))
        self._never, self._controls = never, controls
        line = _Spelled(self._marks)
        for n, piece in enumerate(whole):
            line.spell(piece, _steady(whole[n:]))
        self._spans, self._many = line.spans, line.marks
        self._near = np.array([*line.least], np.int64)
        self._least = np.array([*line.least.values()], np.int64)
        words = [word for mark, said in line.said.items() for word in _words(mark, said)]
        self._compared = _columns([place for place, _, _ in words])
        self._text = np.array([text for _, text, _ in words], WORD)
        self._cared = np.array([cared for _, _, cared in words], WORD)
        _keep_pages()

    def laid_on(self, block: bytes) -> Laid:
        """Where the pieces stand in the lines of `block` that are alike."""
        every = np.frombuffer(block, np.uint8)
        places, many = self._found(every), self._many
        marks = np.concatenate((BEFORE, places))
        lines, rest = divmod(len(places), many)
        ends = places[many - 1 :: many]
        if not rest and np.count_nonzero(every == NEWLINE) == lines == np.count_nonzero(
            every[ends] == NEWLINE
        ):
            table, rows = _strided(marks, lines, many), np.arange(lines)
        else:
            last = np.flatnonzero(every[places] == NEWLINE)  # of each line, in `places`
            before, ends = np.concatenate((BEFORE, last[:-1])), places[last]
            rows = np.flatnonzero(last - before == many)
            table = marks[before[rows, None] + np.arange(1, many + 2)]
        laid = Laid(block + PADDING, table, rows, ends, self._spans)
        self._leave_out(laid, every)
        return laid

    def _found(self, every: Bytes) -> Integers:
        """The marks of a block; between quotes there are none but quotes."""
        hits, some = every == self._marks[0], np.empty(len(every), np.bool_)
        for mark in self._marks[1:]:
            hits |= np.equal(every, mark, out=some)
        places = np.flatnonzero(hits)
        return places[_outside(every[places])] if self._quoted else places

    def _leave_out(self, laid: Laid, every: Bytes) -> None:
        """The lines that are not alike after all."""
        apart = laid.table[:, self._near + 1] - laid.table[:, self._near]
        laid.leave_out(apart < self._least)
        said = laid.words_at(laid.places(self._compared))
        said ^= self._text
        said &= self._cared
        laid.leave_out(said)
        strange = self._strange(every, len(laid.newlines))
        if len(strange):
            laid.leave_out(np.isin(laid.rows, np.searchsorted(laid.newlines, strange)))

    def _strange(self, every: Bytes, lines: int) -> Integers:
        """Where the bytes stand that no usual line has."""
        found = [np.flatnonzero(every == byte) for byte in self._never]
        if not self._controls and np.count_nonzero(every < CONTROLS) > lines:
            found.append(np.flatnonzero((every < CONTROLS) & (every != NEWLINE)))
        return np.concatenate(found) if found else BEFORE[:0]


class _Spelled:
    """A line, piece by piece: how many marks it has, and what stands how far behind which."""

    def __init__(self, marks: bytes) -> None:
        self._marks = marks
        self._at = Place(0, 1)
        self._latest = Place(0, 0)  # the mark before, told in the same way
        self._last = Piece(b"", sample=b"")
        self.marks = 0
        self.said: dict[int, dict[int, int]] = {}  # by mark and distance
        self.least: dict[int, int] = {}  # bytes from some marks to the next
        self.spans: dict[str, Span] = {}

    def spell(self, piece: Piece, steady: bytes) -> None:
        """The next piece, and the text in front of it; `steady` is all up to the next loose one."""
        if self._last.sample is None:
            self._loose(steady)
        for byte in piece.before:
            self.said.setdefault(self._at.mark, {})[self._at.offset] = byte
            self._step(byte)
        begin = self._at
        for byte in piece.sample or b"":
            self._step(byte)
        if piece.sample is not None:
            self.spans[piece.name] = Span(begin, self._at)
        self._last = piece

    def _loose(self, text: bytes) -> None:
        """How long the last piece is, only the text behind it tells."""
        begin = self._at
        first = next(n for n, byte in enumerate(text) if byte in self._marks)
        least = begin.offset - self._latest.offset + first
        if least > 1:
            self.least[self.marks] = least
        self._at = Place(self.marks + 1, -first)
        self.spans[self._last.name] = Span(begin, self._at)

    def _step(self, byte: int) -> None:
        if byte in self._marks:
            self.marks += 1
            self._latest = self._at
        self._at = Place(self._at.mark, self._at.offset + 1)


def _outside(marks: Bytes) -> Mask:
    """Which marks are quotes, or not between two of them; what a line begins, it ends."""
    quotes, newlines = marks == QUOTE, marks == NEWLINE
    before = np.cumsum(quotes)
    if (before[newlines] & 1).any():
        ended = np.maximum.accumulate(np.where(newlines, before, 0))
        before[1:] -= ended[:-1]
    outside: Mask = quotes | newlines | ((before & 1) == 0)
    return outside


def _strided(marks: Integers, lines: int, many: int) -> Integers:
    """A row for each line, where each begins with the last mark of the one before."""
    step = marks.itemsize
    return np.ndarray((lines, many + 1), np.int64, marks, strides=(many * step, step))


def _words(mark: int, said: dict[int, int]) -> Iterator[tuple[Place, int, int]]:
    """As few words as hold all that is said around a mark: where, what, and which bits matter."""
    offsets = sorted(said)
    while offsets:
        first = offsets[0]
        held = [offset for offset in offsets if offset < first + WORD.itemsize]
        text = sum(said[offset] << 8 * (offset - first) for offset in held)
        yield Place(mark, first), text, sum(0xFF << 8 * (offset - first) for offset in held)
        offsets = offsets[len(held) :]


def _columns(places: Sequence[Place]) -> Columns:
    table = np.array([*places], np.int64).reshape(-1, 2)
    return table[:, 0].copy(), table[:, 1].copy()


def _steady(pieces: Sequence[Piece]) -> bytes:
    """What stands in front of the next piece that has no fixed length, as a sample has it."""
    loose = next((n for n, piece in enumerate(pieces) if piece.sample is None), len(pieces) - 1)
    parts = [piece.before + (piece.sample or b"") for piece in pieces[: loose + 1]]
    return b"".join(parts)


def _marks(pieces: Sequence[Piece], apart: bytes) -> bytes:
    """As few as will do: one somewhere behind each piece that has no fixed length."""
    marks = (b'\n"' if any(b'"' in piece.before for piece in pieces) else b"\n") + apart
    for n, piece in enumerate(pieces[1:], start=1):
        if pieces[n - 1].sample is None and not any(mark in marks for mark in _steady(pieces[n:])):
            if not piece.before:
                raise ValueError("two pieces with nothing between them")
            marks += piece.before[:1]
    return marks


def _keep_pages() -> None:
    """Have freed memory kept: else each block's 80 pages go back to the kernel, and cost 100 us.

    glibc keeps twice the size of the largest block that it got from the kernel apart and was freed
    (`M_TRIM_THRESHOLD` in mallopt(3)).
    """
    bytes(PAGES)
