"""What a block of lines says: the value that travels from parse to history."""

from __future__ import annotations

from typing import NamedTuple


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

    def only(self, kept: list[int]) -> Batch:
        """The same lines, but of their samples only those at these places."""
        return self._replace(
            samples=len(kept),
            times=self.times and [self.times[n] for n in kept],
            values={name: [values[n] for n in kept] for name, values in self.values.items()},
            classes=self.classes and [self.classes[n] for n in kept],
        )


def only_lines(lines: int, bad: int) -> Batch:
    """Lines without a sample among them."""
    return Batch(lines, bad, 0)
