"""What is taken out of lines that are all alike: the way from a pattern's pieces to samples.

A line that comes alone is a `Sample`, in as few steps as there can be; several are a batch. Both
say the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from watcher.parse.batch import Batch
from watcher.parse.clock import Clock
from watcher.parse.numbers import SCALES, all_numbers, scaled
from watcher.parse.numbers import numbers as numbers_of
from watcher.parse.seconds import second_of
from watcher.parse.usual import Learned, Pieces, Usual

Values = dict[str, list[float]]
Read = Callable[[list[Any]], list[float]]

# What one line says: its time, the numbers of its fields in their order (NaN: there is none), and
# what it is counted as. As in a batch, None where the lines have no time, or are not counted.
Sample = tuple[float | None, Sequence[float], str | None]


class Number(NamedTuple):
    """Where the number of a field stands among the pieces of a line."""

    name: str
    at: int  # 0: no line says it
    unit: int = 0  # likewise; 0: it has none
    read: Read | None = None  # how it is written, where JSON does not know it; None: give up


class Taken:
    """What is taken out of the pieces of lines that match one pattern."""

    __slots__ = (
        *("_classes", "_is_plain", "_label", "_numbers", "_places", "_says_all", "_split"),
        *("_stride", "_time", "_tokens", "_units", "_usual", "_word", "learned"),
    )

    def __init__(
        self,
        usual: Usual,
        learned: Learned,
        numbers: Sequence[Number],
        time: int = 0,
        classes: Mapping[bytes | None, str] | None = None,
        word: int = 0,
        label: int | None = None,
    ) -> None:
        """Of each, its place among the pieces of a line; 0: no line says it.

        `classes` of the words, if lines are counted; `label`: None if there are no labels.
        """
        self.learned, self._stride = learned, learned.lines.groups + 1
        self._split, self._usual = learned.lines.split, usual
        self._numbers, self._time = tuple(numbers), time
        self._classes, self._word, self._label = classes, word, label
        self._places = [one.at for one in numbers]
        whole = slice(self._places[0], self._places[0] + 1) if len(numbers) == 1 else slice(0)
        self._tokens = itemgetter(*self._places) if len(numbers) > 1 else itemgetter(whole)
        self._is_plain = all(one.read in (None, numbers_of) for one in numbers)
        self._units = [(n, one.unit) for n, one in enumerate(numbers) if one.unit]
        timed = bool(learned.alike) if time else True
        self._says_all = timed and label is None and all(self._places)

    def sample(self, line: bytes, clock: Clock | None) -> Sample | None:
        """What one line says; None, and nothing was read, where it needs more thought."""
        if not self._says_all or not self._usual.fits(line, 1):
            return None
        if self.learned.quotes >= 0 and line.count(b'"') != self.learned.quotes:
            return None
        pieces = self._split(line)
        if len(pieces) != self._stride + 1:
            return None
        values = self._values_of(pieces)
        if values is None:
            return None
        self._usual.unlike = 0
        class_ = None if self._classes is None else self._classes[pieces[self._word]]
        alike = self.learned.alike
        if clock is None or alike is None:
            return None, values, class_
        time = clock.texts(alike)[pieces[self._time]]
        if alike.groups == 2:
            time += second_of(pieces[self._time + 1])
        if time != time or (not clock.format.has_year and clock.accepted([time]) is None):
            return None
        clock.last = time
        return time, values, class_

    def _values_of(self, pieces: Pieces) -> list[float] | None:
        """The numbers of one line, as `_values` has them."""
        try:
            found = all_numbers(b",".join(self._tokens(pieces))) if self._is_plain else []
        except TypeError:  # a part of the line that may be missing
            found = []
        if len(found) != len(self._places):
            values = self._by_field(pieces)
            said = [value for (value,) in (values or {}).values()]
            return said if any(value == value for value in said) else None
        for n, unit in self._units:
            found[n] *= SCALES.get(pieces[unit], math.nan)
            if not math.isfinite(found[n]):
                return None
        return found

    def batch(self, pieces: Pieces, lines: int, clock: Clock | None) -> Batch | None:
        """What so many lines say; None, and nothing was read, where one needs more thought."""
        stride, times, classes, labels = self._stride, None, None, None
        values = self._values(pieces, lines)
        if values is None:
            return None
        if self._classes is not None:
            said = pieces[self._word :: stride] if self._word else [b""] * lines
            classes = list(map(self._classes.__getitem__, said))
        if self._label is not None:
            said = pieces[self._label :: stride] if self._label else [b""] * lines
            labels = [text or b"" for text in said]
        if clock is not None:
            times = clock.taken(pieces[self._time :], stride, self.learned.alike)
            if times is None:
                return None
        return Batch(lines, 0, lines, times, values, classes, labels)

    def _values(self, pieces: Pieces, lines: int) -> Values | None:
        """The numbers, all at once if JSON knows them."""
        stride, tokens = self._stride, list[bytes]()
        for at in self._places:
            if at:
                tokens += pieces[at::stride]
        try:
            found = all_numbers(b",".join(tokens)) if tokens and self._is_plain else []
        except TypeError:  # a part of the line that may be missing
            found = []
        if len(found) != len(tokens):
            return self._by_field(pieces)
        values: Values = {}
        end = 0
        for name, at, unit, _ in self._numbers:
            if not at:
                values[name] = [math.nan] * lines
                continue
            begin, end = end, end + lines
            column = scaled(found[begin:end], pieces[unit::stride]) if unit else found[begin:end]
            if column is None:
                return None
            values[name] = column
        return values

    def _by_field(self, pieces: Pieces) -> Values | None:
        values: Values = {}
        for name, at, _, read in self._numbers:
            if read is None:
                return None
            values[name] = read(pieces[at :: self._stride])
        return values
