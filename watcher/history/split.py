"""Which series a value goes to, and what it says there: values are told apart, counters rise.

A pure function of the values in their order, and of what is remembered here.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from watcher.parse.batch import Column, listed

MOST_LABELS = 20  # values of `split` that get series of their own, in the order they came
OTHER = "other"  # the series of the rest, and of lines that do not say it
LONGEST_LABEL = 100  # characters

Columns = Mapping[str, Column]  # the values of each field, NaN where a line has none


class Split:
    """The series of one log."""

    __slots__ = ("_counters", "labels", "risen", "risen_before")

    def __init__(self, counters: Collection[str]) -> None:
        """`counters`: fields whose values only rise, and are kept as increases."""
        self._counters = counters
        self.labels: dict[bytes, str] = {}  # that have series of their own
        self.risen: dict[str, float] = {}  # where the counters stood last, by series
        self.risen_before: dict[str, float] = {}  # likewise, in what is told of the past

    def series(
        self, values: Columns, labels: Sequence[bytes] | None, *, past: bool = False
    ) -> Iterable[tuple[str, Column, list[int] | None]]:
        """Series, what is said of them, and which lines say it (None: all).

        `labels` tell for each line which series it is of. `past`: the lines stand before those
        that are not, so their counters rise for themselves.
        """
        if labels is None and not self._counters:
            return [(field, column, None) for field, column in values.items()]
        return self._told_apart(values, labels, self.risen_before if past else self.risen)

    def _told_apart(
        self, values: Columns, labels: Sequence[bytes] | None, risen: dict[str, float]
    ) -> Iterator[tuple[str, Column, list[int] | None]]:
        apart = None if labels is None else self._lines(labels)
        for field, column in values.items():
            counts = field in self._counters
            if apart is None:
                told = _increases(risen, field, listed(column)) if counts else column
                yield field, told, None
                continue
            said = listed(column)
            for name, lines in apart.items():
                series, mine = f"{field}/{name}", [said[n] for n in lines]
                yield series, _increases(risen, series, mine) if counts else mine, lines

    def _lines(self, labels: Sequence[bytes]) -> dict[str, list[int]]:
        """Which lines each name says."""
        lines: dict[str, list[int]] = {}
        for n, name in enumerate(map(self._label, labels)):
            lines.setdefault(name, []).append(n)
        return lines

    def _label(self, said: bytes) -> str:
        if said not in self.labels:
            if not said or len(self.labels) >= MOST_LABELS:
                return OTHER
            self.labels[said] = said.decode("utf-8", "replace")[:LONGEST_LABEL]
        return self.labels[said]


def _increases(risen: dict[str, float], series: str, values: list[float]) -> list[float]:
    """By how much a number has risen; where it fell it began anew at 0."""
    before, increases = risen.get(series, math.nan), []
    for value in values:
        rise = value if value < before else value - before
        increases.append(rise if rise < math.inf else math.nan)
        before = value if value == value else before
    risen[series] = before
    return increases
