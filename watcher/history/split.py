"""Which series a value goes to, and what it says there: values are told apart, counters rise.

A pure function of the values in their order, and of what is remembered here.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterator, Mapping, Sequence

MOST_LABELS = 20  # values of `split` that get series of their own, in the order they came
OTHER = "other"  # the series of the rest, and of lines that do not say it
LONGEST_LABEL = 100  # characters

Columns = Mapping[str, list[float]]  # the values of each field, NaN where a line has none


class Split:
    """The series of one log."""

    def __init__(self, counters: Container[str]) -> None:
        """`counters`: fields whose values only rise, and are kept as increases."""
        self._counters = counters
        self.labels: dict[bytes, str] = {}  # that have series of their own
        self.risen: dict[str, float] = {}  # where the counters stood last, by series

    def series(
        self, values: Columns, labels: Sequence[bytes] | None
    ) -> Iterator[tuple[str, list[float]]]:
        """The values of each series; `labels` say for each line which one it belongs to."""
        names = None if labels is None else [self._label(label) for label in labels]
        for field, column in values.items():
            for series, mine in _apart(field, column, names):
                yield series, self._increases(series, mine) if field in self._counters else mine

    def _label(self, said: bytes) -> str:
        if said not in self.labels:
            if not said or len(self.labels) >= MOST_LABELS:
                return OTHER
            self.labels[said] = said.decode("utf-8", "replace")[:LONGEST_LABEL]
        return self.labels[said]

    def _increases(self, series: str, values: list[float]) -> list[float]:
        """By how much a number has risen; where it fell it began anew at 0."""
        before, increases = self.risen.get(series, math.nan), []
        for value in values:
            rise = value if value < before else value - before
            increases.append(rise if rise < math.inf else math.nan)
            before = value if value == value else before
        self.risen[series] = before
        return increases


def _apart(
    field: str, column: list[float], names: list[str] | None
) -> Iterator[tuple[str, list[float]]]:
    if names is None:
        yield field, column
        return
    for name in dict.fromkeys(names):
        mine = zip(names, column, strict=True)
        yield f"{field}/{name}", [value if one == name else math.nan for one, value in mine]
