"""Where few samples lie on their axis: one look at them, shared by all series of a batch.

This is plain Python's part of folding, as `places` is numpy's: a line that is appended is folded
before numpy has as much as begun.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import floor

from watcher.history.buckets import Bucket, Summary

BEFORE = 0.5  # buckets; so far behind its own the past stands, and no `last` gives way to it
Run = tuple[int, int, int]  # a bucket's number, and from where to where samples lie in it


class Few:
    """Where samples, in the order they stand in the log, lie in the finest tier."""

    __slots__ = ("_step", "first_at", "latest", "latest_at", "positions", "runs")

    def __init__(self, positions: Sequence[float], step: int) -> None:
        """`positions` are at least one, finite."""
        self.positions, self._step = positions, step
        self.first_at, self.latest_at = min(positions), max(positions)
        self.latest = len(positions) - 1
        if positions[-1] != self.latest_at:
            self.latest -= positions[::-1].index(self.latest_at)
        first = int(self.first_at // step)
        if first == self.latest_at // step:
            self.runs = [(first, 0, len(positions))]
        else:
            self.runs = _runs(_numbers(positions, step))

    def known(self, values: Sequence[float]) -> tuple[Few, list[float]]:
        """Those that have a value, and their values, if there are any."""
        kept = [n for n, value in enumerate(values) if value == value]
        few = Few([self.positions[n] for n in kept], self._step) if kept else self
        return few, [values[n] for n in kept]

    def buckets(self, values: Sequence[float], behind: float) -> list[Bucket]:
        """Those of samples with these values, which stand `behind` where they are; they rise."""
        buckets: list[Bucket] = []
        for number, begin, end in self.runs:
            last = values[end - 1]
            if end - begin == 1:
                one = Bucket(number, 1, last, last, last, last, number - behind)
            else:
                some = summary(values[begin:end])
                one = Bucket(number, end - begin, *some, last, number - behind)
            if buckets and buckets[-1].number == number:
                buckets[-1].merge(one)
            else:
                buckets.append(one)
        return buckets

    def counted(self, classes: Sequence[str]) -> Iterator[tuple[str, int, int]]:
        """Classes, each with a bucket and how many of its samples lie there."""
        for number, begin, end in self.runs:
            some = classes[begin:end]
            for class_ in dict.fromkeys(some):
                yield class_, number, some.count(class_)


def summary(values: Sequence[float]) -> Summary:
    """Their total, the lowest and the highest, of at least one."""
    return sum(values), min(values), max(values)


def _numbers(positions: Sequence[float], step: int) -> Sequence[int]:
    """The buckets that these lie in."""
    if step == 1:
        return positions if isinstance(positions, range) else list(map(floor, positions))
    return [int(at // step) for at in positions]


def _runs(numbers: Sequence[int]) -> list[Run]:
    """Neighbours that share a bucket; by bucket, those of one in the order of the log."""
    runs, begin, of_run = [], 0, numbers[0]
    for n, number in enumerate(numbers):
        if number != of_run:
            runs.append((of_run, begin, n))
            begin, of_run = n, number
    runs.append((of_run, begin, len(numbers)))
    return sorted(runs)
