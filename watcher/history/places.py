"""Where many samples lie on their axis: one look at them, shared by all series of a batch.

This is numpy's part of folding. A batch of few samples never comes here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from watcher.history.buckets import (
    COUNT,
    HIGH,
    LAST,
    LAST_AT,
    LOW,
    TOTAL,
    Columns,
    Floats,
    Integers,
    blank,
    lengths_of,
    starts_of,
)
from watcher.parse.batch import Coded
from watcher.parse.numbers import floats


class _Runs(NamedTuple):
    """Neighbours that share a bucket."""

    numbers: Integers  # of the buckets
    starts: Integers
    counts: Integers


class _Codes(dict[str, int]):
    """Classes, numbered as they come."""

    def __missing__(self, class_: str) -> int:
        self[class_] = len(self)
        return self[class_]


class Places:
    """Where samples, in the order they stand in the log, lie in the finest tier."""

    __slots__ = (
        *("_numbers", "_order", "_runs", "_step"),
        *("latest", "latest_at", "positions"),
    )

    def __init__(self, positions: Sequence[float] | Floats, step: int) -> None:
        """`positions` are at least one, finite."""
        self.positions = where = floats(positions)
        self._step = step
        self.latest_at = float(where.max())
        self.latest = len(where) - 1
        if where[-1] != self.latest_at:
            self.latest -= int(where[::-1].argmax())
        numbers = numbers_of(where, step)
        self._order: Integers | None = None
        if (numbers[1:] < numbers[:-1]).any():
            self._order = np.argsort(numbers, kind="stable")
            numbers = numbers[self._order]
        self._numbers = numbers
        self._runs = _runs(numbers)

    def only(self, kept: NDArray[np.bool_]) -> Places:
        """Those of some of the samples, at least one."""
        return Places(self.positions[kept], self._step)

    def columns(self, values: Floats, behind: float = 0.0) -> Columns:
        """The buckets of samples with these values, which stand `behind` where they are."""
        if self._order is not None:
            values = values[self._order]
        numbers, starts, counts = self._runs
        rows = blank(len(numbers))
        rows[COUNT], rows[LAST_AT] = counts, numbers - behind
        if len(numbers) == len(values):
            rows[TOTAL:LAST_AT] = values
            return Columns(numbers, rows)
        with np.errstate(over="ignore", invalid="ignore"):  # a total may be infinite
            rows[TOTAL] = np.add.reduceat(values, starts)
        rows[LOW] = np.minimum.reduceat(values, starts)
        rows[HIGH] = np.maximum.reduceat(values, starts)
        rows[LAST] = values[starts + counts - 1]
        return Columns(numbers, rows)

    def counted(self, classes: list[str] | Coded) -> Iterator[tuple[str, Integers, Integers]]:
        """Of each class the buckets, and how many of its samples lie in them."""
        numbers, _, counts = self._runs
        names, coded = classes if isinstance(classes, Coded) else _coded(classes)
        if len(names) == 1:
            yield names[0], numbers, counts
            return
        if self._order is not None:
            coded = coded[self._order]
        coded = coded * len(numbers)
        coded += np.repeat(np.arange(len(numbers)), counts)
        table = np.bincount(coded, minlength=len(names) * len(numbers))
        for class_, row in zip(names, table.reshape(len(names), -1), strict=True):
            held = row.nonzero()[0]
            if len(held):
                yield class_, numbers[held], row[held]


def numbers_of(positions: Floats, step: int) -> Integers:
    """The buckets that these lie in."""
    return (np.floor(positions) if step == 1 else positions // step).astype(np.int64)


def _coded(classes: list[str]) -> Coded:
    codes = _Codes()
    places = np.fromiter(map(codes.__getitem__, classes), np.int64, len(classes))
    return Coded(tuple(codes), places)


def _runs(numbers: Integers) -> _Runs:
    """Of rising numbers."""
    starts = starts_of(numbers)
    return _Runs(numbers[starts], starts, lengths_of(starts, len(numbers)))
