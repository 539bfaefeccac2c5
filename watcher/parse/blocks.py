"""How a block is read whose lines are mostly alike: by columns, by the usual line, or otherwise.

A large block goes by columns; a smaller one, or one with many lines of another kind, by the narrow
pattern of usual lines; what has others among them, in the general way of its format. All three say
the same.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import cached_property, partial

from watcher.parse.batch import Batch, Column, in_pieces, lines_in, only_lines
from watcher.parse.clock import Clock
from watcher.parse.columnar import SMALLEST, ByColumns, Codes, Layout, Reading
from watcher.parse.numbers import has_nan
from watcher.parse.taken import Taken
from watcher.parse.usual import Learned, Usual

MOST_WORDS = 1024  # remembered texts of a class; a log has a dozen


class Classes(dict[bytes | None, str]):
    """What the texts of late are counted as; "" where they stand for no class."""

    __slots__ = ("_classify",)

    def __init__(self, classify: Callable[[str], str | None] | None) -> None:
        super().__init__()
        self._classify = classify

    def of(self, texts: list[bytes]) -> list[str]:
        """The class of each."""
        return list(map(self.__getitem__, texts))

    def __missing__(self, text: bytes | None) -> str:
        if len(self) >= MOST_WORDS:
            self.clear()
        said = (text or b"").decode("ascii", "replace")
        known = self[text] = (self._classify(said) if self._classify else None) or ""
        return known


class Blocks(ABC):
    """A format whose lines are mostly alike."""

    clock: Clock | None
    counts: bool
    _known: Classes
    _taken: Taken | None = None

    @property
    def by_columns(self) -> bool:
        """Whether it reads large blocks in little time."""
        return self._columns.works

    @cached_property
    def _usual(self) -> Usual | None:
        """What learns how its lines look; None if none is usual."""
        return None

    def _read(self, block: bytes, *, columns: bool = True) -> Batch:
        """The samples of `block`; by `columns` only where that can be."""
        if len(block) < SMALLEST:
            return self._piece(block)
        if columns and (batch := self._columns.read(block)):
            return without_nans(batch)
        return in_pieces(self._piece, block)

    @cached_property
    def _columns(self) -> ByColumns:
        codes = Codes(self._known.__getitem__) if self.counts else None
        reading = Reading(self.clock, codes, self._is_split, partial(self._all, lines=1))
        return ByColumns(self._layout, reading)

    def _piece(self, block: bytes) -> Batch:
        lines = lines_in(block)
        return self._alike(block, lines) or self._all(block, lines)

    def _alike(self, block: bytes, lines: int) -> Batch | None:
        """The samples of a block in which all lines are usual; else None."""
        usual = self._usual
        split = usual.split(block, lines) if usual else None
        if usual is None or split is None:
            return None
        pieces, learned = split
        if self._taken is None or self._taken.learned is not learned:
            self._taken = self._taken_by(usual, learned)
        batch = self._taken.batch(pieces, lines, self.clock)
        if batch is None:
            usual.disappoint()
            return None
        usual.confirm()
        return batch if learned.alike and self.counts else without_nans(batch)

    @property
    @abstractmethod
    def _is_split(self) -> bool:
        """Whether lines have labels."""

    @abstractmethod
    def _all(self, block: bytes, lines: int) -> Batch:
        """The samples of any block."""

    @abstractmethod
    def _layout(self, block: bytes) -> Layout | None:
        """What stands where in a line of `block`; None if it is hard to tell."""

    @abstractmethod
    def _taken_by(self, usual: Usual, learned: Learned) -> Taken:
        """What is taken out of usual lines."""


def without_nans(batch: Batch) -> Batch:
    """`batch` without samples that have no time, or neither a value nor a class."""
    times, values, classes = batch.times, batch.values, batch.classes
    timed = times is None or not has_nan(times)
    if timed and (classes is not None or _is_full(values)):
        return batch
    kept = [
        n
        for n in range(batch.samples)
        if (times is None or times[n] == times[n])
        and (classes is not None or any(column[n] == column[n] for column in values.values()))
    ]
    bad = batch.bad + batch.samples - len(kept)
    return batch.only(kept)._replace(bad=bad) if kept else only_lines(batch.lines, bad)


def _is_full(values: Mapping[str, Column]) -> bool:
    """Whether each sample has one of the fields, because all of them have it."""
    for column in values.values():  # noqa: SIM110 - `any` costs a microsecond a line
        if not has_nan(column):
            return True
    return False
