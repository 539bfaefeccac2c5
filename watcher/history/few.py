"""Where few samples lie on their axis: one look at them, shared by all series of a batch.

This is plain Python's part of folding, as `places` is numpy's: a line that is appended is folded
before numpy has as much as begun.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
        first = self.first_at // step
        if first == self.latest_at // step:
            self.runs: Sequence[Run] = ((int(first), 0, len(positions)),)
        else:
            self.runs = _runs([at // step for at in positions])

    def known(self, values: Sequence[float]) -> tuple[Few, list[float]]:
        """Those that have a value, and their values, if there are any."""
        kept = [n for n, value in enumerate(values) if value == value]
        few = Few([self.positions[n] for n in kept], self._step) if kept else self
        return few, [values[n] for n in kept]

    def buckets(self, values: Sequence[float], all_: Summary, *, past: bool) -> list[Bucket]:
        """The buckets of samples with these values; neighbours in the log share one.

        `all_` is the summary of the values.
        """
        behind = BEFORE if past else 0.0
        if len(self.runs) == 1:
            number = self.runs[0][0]
            return [Bucket(number, len(values), *all_, values[-1], number - behind)]
        buckets = []
        for number, begin, end in self.runs:
            last = values[end - 1]
            if end - begin == 1:
                one = Bucket(number, 1, last, last, last, last, number - behind)
            else:
                some = summary(values[begin:end])
                one = Bucket(number, end - begin, *some, last, number - behind)
            buckets.append(one)
        return buckets

    def counted(self, classes: Sequence[str]) -> Mapping[str, Mapping[int, int]]:
        """Of each class the buckets, and how many of its samples lie in them."""
        found: dict[str, dict[int, int]] = {}
        for number, begin, end in self.runs:
            some = classes[begin:end]
            for class_ in dict.fromkeys(some):
                of_class = found.setdefault(class_, {})
                of_class[number] = of_class.get(number, 0) + some.count(class_)
        return found


def summary(values: Sequence[float]) -> Summary:
    """Their total, the lowest and the highest, of at least one."""
    return sum(values), min(values), max(values)


def _runs(numbers: Sequence[float]) -> list[Run]:
    runs, begin, of_run = [], 0, numbers[0]
    for n, number in enumerate(numbers):
        if number != of_run:
            runs.append((int(of_run), begin, n))
            begin, of_run = n, number
    runs.append((int(of_run), begin, len(numbers)))
    return runs
