"""What a block of lines says: the value that travels from parse to history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

T = TypeVar("T")

LONG = 8192  # bytes; in more numpy counts in a fourth of the time (64 KB: 5 us, not 22)


class Batch(NamedTuple):
    """The samples of some lines, in the order they stand in the log.

    A line is a sample if it gave at least one value or was counted. `times` has one entry a
    sample, and so has each list of `values`, NaN where the sample has no such field. `classes`
    says what a line is counted as, where lines are counted: a level, a status class, or "".
    """

    lines: int  # complete lines, whatever they say
    bad: int  # lines that were refused; blanks, comments and headings are not
    samples: int
    times: list[float] | None = None  # Unix seconds; None: the lines have no time
    values: dict[str, list[float]] = {}  # noqa: RUF012 - by field; never changed
    classes: list[str] | None = None  # None: lines are not counted
    labels: list[bytes] | None = None  # what tells series apart; None: there is one of each field
    events: dict[str, list[bool]] = {}  # noqa: RUF012 - by count: whether the line matched

    def only(self, kept: list[int]) -> Batch:
        """The same lines, but of their samples only those at these places."""
        return self._replace(
            samples=len(kept),
            times=self.times and [self.times[n] for n in kept],
            values={name: [values[n] for n in kept] for name, values in self.values.items()},
            classes=self.classes and [self.classes[n] for n in kept],
            labels=self.labels and [self.labels[n] for n in kept],
            events={name: [hits[n] for n in kept] for name, hits in self.events.items()},
        )


def lines_in(block: bytes) -> int:
    """How many lines end in `block`."""
    return many_in(block, b"\n")


def many_in(block: bytes, byte: bytes) -> int:
    """How often `byte` stands in `block`."""
    if len(block) < LONG:
        return block.count(byte)
    return int(np.count_nonzero(np.frombuffer(block, np.uint8) == byte[0]))


def joined(batches: Sequence[Batch]) -> Batch:
    """Batches of one format, one behind the other, as if they had been read at once."""
    said = [batch for batch in batches if batch.samples]
    lines, bad = sum(batch.lines for batch in batches), sum(batch.bad for batch in batches)
    if not said:
        return only_lines(lines, bad)
    first = said[0]

    def one(columns: Iterable[list[T] | None]) -> list[T]:
        found: list[T] = []
        for column in columns:
            found += column or ()
        return found

    return Batch(
        lines,
        bad,
        sum(batch.samples for batch in said),
        None if first.times is None else one(batch.times for batch in said),
        {name: one(batch.values[name] for batch in said) for name in first.values},
        None if first.classes is None else one(batch.classes for batch in said),
        None if first.labels is None else one(batch.labels for batch in said),
        {name: one(batch.events[name] for batch in said) for name in first.events},
    )


def only_lines(lines: int, bad: int) -> Batch:
    """Lines without a sample among them."""
    return Batch(lines, bad, 0)
