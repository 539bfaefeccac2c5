"""Is a log still what it was? Asked again when many lines in a row were refused.

Only counting raises the question: time does not, and no single line does. The same bytes in any
blocks raise it at the same line.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from watcher.parse.batch import Batch
from watcher.parse.detect import Format, twin
from watcher.parse.head import LONGEST

REFUSED = 100  # lines in a row; a stack trace or a dump in a log is mostly shorter
MOST_REFUSED = REFUSED * 1024  # lines; waited for twice as many after each vain question
FEW = 50  # lines that are looked at together


class Doubt:
    """The newest lines of one log, if they were refused.

    After a restart, which knows the limit alone, the row begins anew.
    """

    __slots__ = ("_mixed", "_row", "limit", "lines")

    def __init__(self, limit: int = REFUSED) -> None:
        self.limit = limit  # lines, the last of which raises the question
        self.lines: list[bytes] = []  # the last of the row, at most REFUSED
        self._row = 0  # refused lines since the last good one
        self._mixed = b""  # lines before the row, some of them good, whose end may belong to it

    def look(self, format_: Format, block: bytes, batch: Batch) -> int:
        """The bytes of `block` up to the line that was one too many; 0: there is none.

        `batch` is what `format_` has made of it. What lies behind has not been looked at.
        """
        if not batch.bad:
            if batch.samples:
                self.relieve()
            return 0
        return self._look(twin(format_), block, batch)

    def relieve(self) -> None:
        """The newest line was understood."""
        if self._row or self._mixed:
            self._forget()

    def reject(self) -> None:
        """Nothing understands the lines any better."""
        self._forget()
        self.limit = min(2 * self.limit, MOST_REFUSED)

    def accept(self) -> None:
        """The lines have found their format."""
        self._forget()
        self.limit = REFUSED

    def _forget(self) -> None:
        self.lines, self._row, self._mixed = [], 0, b""

    def _look(self, format_: Format, block: bytes, batch: Batch) -> int:
        too_few = self._row + FEW + batch.bad < self.limit
        if too_few or not self._may_hold_a_row(
            format_, block
        ):  # only what is at the end can matter
            last = _last(block)
            if format_.parse(last).samples:
                self._forget()
                self._mixed = last
                return 0
        end = 0
        for few in _fews(block):
            if cut := self._take(format_, few):
                return end + cut
            end += len(few)
        return 0

    def _may_hold_a_row(self, format_: Format, block: bytes) -> bool:
        """Whether two marks are refused, one behind the other: REFUSED lines hold two of them."""
        marks = _lines(block)[::FEW]
        if not self._row and format_.parse(b"".join(marks)).samples == len(marks):
            return False
        refused = [not format_.parse(mark).samples for mark in marks]
        return any(one and next_ for one, next_ in pairwise((self._row > 0, *refused)))

    def _take(self, format_: Format, few: bytes) -> int:
        batch = format_.parse(few)
        if not batch.bad:
            if batch.samples:
                self._forget()
            return 0
        if batch.samples and self._row + FEW + batch.bad < self.limit:
            self._forget()
            self._mixed = few
            return 0
        mixed, self._mixed = self._mixed, b""
        self._each(format_, mixed)
        if batch.bad == batch.lines and self._row + batch.bad < self.limit:
            self._refuse(_lines(few))
            return 0
        return self._each(format_, few)

    def _refuse(self, lines: list[bytes]) -> None:
        self._row += len(lines)
        self.lines = [*self.lines, *(line[:LONGEST].rstrip(b"\n") for line in lines)][-REFUSED:]

    def _each(self, format_: Format, few: bytes) -> int:
        """Line by line; the bytes up to the one that was one too many, or 0."""
        end = 0
        for line in _lines(few):
            end += len(line)
            batch = format_.parse(line)
            if batch.samples:
                self._forget()
            elif batch.bad:
                self._refuse([line])
                if self._row >= self.limit:
                    return end
        return 0


def _lines(text: bytes) -> list[bytes]:
    return [line + b"\n" for line in text.split(b"\n")[:-1]]


def _last(block: bytes) -> bytes:
    return b"".join(_lines(block)[-FEW:])


def _fews(block: bytes) -> Iterator[bytes]:
    lines = _lines(block)
    for at in range(0, len(lines), FEW):
        yield b"".join(lines[at : at + FEW])
