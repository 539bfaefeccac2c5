"""What is taken out of lines that are all alike: the way from a pattern's pieces to samples.

A line that comes alone is a `Sample`, in as few steps as there can be; several are a batch. Both
say the same.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from watcher.parse.batch import Batch
from watcher.parse.clock import Clock
from watcher.parse.numbers import SCALES, all_numbers, scaled
from watcher.parse.numbers import numbers as numbers_of
from watcher.parse.seconds import second_of
from watcher.parse.usual import Learned, Pieces, Usual

Values = dict[str, list[float]]
Read = Callable[[list[Any]], list[float] | None]  # None: one needs more thought

_number = msgspec.json.Decoder(float).decode

# What one line says: its time, the numbers of its fields in their order (NaN: there is none), and
# what it is counted as. As in a batch, None where the lines have no time, or are not counted.
Sample = tuple[float | None, Sequence[float], str | None]


def known(tokens: list[Any]) -> list[float] | None:
    """The value of each token; None unless each is a number that JSON knows."""
    try:
        values = all_numbers(b",".join(tokens))
    except TypeError:  # a part of the line that may be missing
        return None
    return values if len(values) == len(tokens) else None


class Number(NamedTuple):
    """Where the number of a field stands among the pieces of a line."""

    name: str
    at: int  # 0: no line says it
    unit: int = 0  # likewise; 0: it has none
    read: Read = known  # how it is written


class Taken:
    """What is taken out of the pieces of lines that match one pattern."""

    __slots__ = (
        *("_classes", "_is_plain", "_label", "_match", "_numbers", "_places", "_says_all"),
        *("_stride", "_time", "_units", "_usual", "_word", "learned"),
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
        self._match, self._usual = learned.lines.match, usual
        self._numbers, self._time = tuple(numbers), time
        self._classes, self._word, self._label = classes, word, label
        self._places = [one.at for one in numbers]
        self._is_plain = all(one.read in (known, numbers_of) for one in numbers)
        self._units = [(n, one.unit) for n, one in enumerate(numbers) if one.unit]
        timed = bool(learned.alike) if time else True
        self._says_all = timed and label is None and all(self._places)

    def sample(self, line: bytes, clock: Clock | None) -> Sample | None:
        """What one line says; None, and nothing was read, where it needs more thought."""
        if not self._says_all or not self._usual.fits(line, 1):
            return None
        if self.learned.quotes >= 0 and line.count(b'"') != self.learned.quotes:
            return None
        found = self._match(line)
        values = self._values_of(found) if found else None
        if not found or values is None:
            return None
        self._usual.unlike = 0
        alike, class_ = self.learned.alike, None
        if self._classes is not None:
            class_ = self._classes[found[self._word] if self._word else b""]
        if clock is None or alike is None:
            return None, values, class_
        time = clock.texts(alike)[found[self._time]]
        if alike.groups == 2:
            time += second_of(found[self._time + 1])
        return (time, values, class_) if clock.accepts(time) else None

    def _values_of(self, found: re.Match[bytes]) -> list[float] | None:
        """The numbers of one line, as `_values` has them."""
        if not self._is_plain:
            return self._by_field(found)
        values = []
        try:
            for at in self._places:
                values.append(_number(found[at]))  # noqa: PERF401 - one or two
        except (msgspec.DecodeError, TypeError):  # or a part of the line that may be missing
            return self._by_field(found)
        for n, unit in self._units:
            values[n] *= SCALES.get(found[unit], math.nan)
            if not math.isfinite(values[n]):
                return None
        return values

    def _by_field(self, found: re.Match[bytes]) -> list[float] | None:
        columns = [one.read([found[one.at]]) for one in self._numbers]
        values = [column[0] for column in columns if column]
        said = len(values) == len(columns) and any(value == value for value in values)
        return values if said else None

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
            times = clock.taken(pieces, self._time, stride, self.learned.alike)
            if times is None:
                return None
        return Batch(lines, 0, lines, times, values, classes, labels)

    def _values(self, pieces: Pieces, lines: int) -> Values | None:
        values: Values = {}
        for name, at, unit, read in self._numbers:
            column = read(pieces[at :: self._stride]) if at else [math.nan] * lines
            if column is not None and unit:
                column = scaled(column, pieces[unit :: self._stride])
            if column is None:
                return None
            values[name] = column
        return values
