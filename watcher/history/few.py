"""Where few samples lie on their axis: one look at them, shared by all series of a batch.

This is plain Python's part of folding, as `places` is numpy's: a line that is appended is folded
before numpy has as much as begun.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from watcher.history.buckets import Bucket

BEFORE = 0.5  # buckets; so far behind its own the past stands, and no `last` gives way to it
Run = tuple[int, int, int]  # a bucket's number, and from where to where samples lie in it


class Few:
    """Where samples, in the order they stand in the log, lie in the finest tier."""

    __slots__ = ("_step", "first_at", "latest_at", "positions", "runs")

    def __init__(self, positions: Sequence[float], step: int) -> None:
        """`positions` are at least one, finite."""
        self.positions, self._step = positions, step
        if len(positions) == 1:
            at = self.first_at = self.latest_at = positions[0]
            self.runs: Sequence[Run] = ((int(at // step), 0, 1),)
            return
        self.first_at, self.latest_at = min(positions), max(positions)
        first, last = int(self.first_at // step), int(self.latest_at // step)
        if first == last:
            self.runs = ((first, 0, len(positions)),)
        else:
            self.runs = _runs([at // step for at in positions])

    def known(self, values: Sequence[float]) -> tuple[Few, list[float]]:
        """Those that have a value, and their values, if there are any."""
        kept = [n for n, value in enumerate(values) if value == value]
        few = Few([self.positions[n] for n in kept], self._step) if kept else self
        return few, [values[n] for n in kept]

    def latest(self, values: Sequence[float], *, past: bool) -> float:
        """The value of the newest sample; of several the last, or the first if all are `past`."""
        positions = self.positions
        if past:
            return values[positions.index(self.latest_at)]
        if positions[-1] == self.latest_at:
            return values[-1]
        return values[-1 - positions[::-1].index(self.latest_at)]

    def buckets(self, values: Sequence[float], *, past: bool) -> list[Bucket]:
        """The buckets of samples with these values; neighbours in the log share one."""
        behind = BEFORE if past else 0.0
        if len(self.runs) == 1:
            number = self.runs[0][0]
            return [_bucket_of(number, values, number - behind)]
        return [
            _bucket_of(number, values[begin:end], number - behind)
            for number, begin, end in self.runs
        ]

    def counted(self, classes: Sequence[str]) -> Iterator[tuple[str, dict[int, int]]]:
        """Of each class the buckets, and how many of its samples lie in them."""
        if len(self.runs) == 1:
            number = self.runs[0][0]
            for class_ in dict.fromkeys(classes):
                yield class_, {number: classes.count(class_)}
            return
        found: dict[str, dict[int, int]] = {}
        for number, begin, end in self.runs:
            some = classes[begin:end]
            for class_ in dict.fromkeys(some):
                of_class = found.setdefault(class_, {})
                of_class[number] = of_class.get(number, 0) + some.count(class_)
        yield from found.items()


def summary(buckets: Sequence[Bucket]) -> tuple[float, float, float]:
    """The total of some, at least one, the lowest value and the highest."""
    first = buckets[0]
    total, low, high = first.total, first.low, first.high
    for one in buckets[1:]:
        total += one.total
        low, high = min(low, one.low), max(high, one.high)
    return total, low, high


def _bucket_of(number: int, values: Sequence[float], at: float) -> Bucket:
    many, last = len(values), values[-1]
    if many == 1:
        return Bucket(number, 1, last, last, last, last, at)
    return Bucket(number, many, sum(values), min(values), max(values), last, at)


def _runs(numbers: Sequence[float]) -> list[Run]:
    runs, begin, of_run = [], 0, numbers[0]
    for n, number in enumerate(numbers):
        if number != of_run:
            runs.append((int(of_run), begin, n))
            begin, of_run = n, number
    runs.append((int(of_run), begin, len(numbers)))
    return runs
