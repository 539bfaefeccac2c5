"""One number a line, as in the tutorial: their place in the log is their only axis."""

from __future__ import annotations

import math

import msgspec

from watcher.parse.batch import Batch, lines_in
from watcher.parse.head import Head, unpainted
from watcher.parse.numbers import all_numbers, number
from watcher.parse.taken import Sample


class IntegersRecipe(msgspec.Struct, frozen=True, tag="integers"):
    """There is nothing to choose."""


class Integers:
    """The format of lines that hold one number each, and nothing else."""

    name = "plain"
    time_format = ""
    fields = ("value",)
    counts = False
    by_columns = False
    clock = None
    key = ("plain",)
    why = "not a number"
    recipe = IntegersRecipe()

    def parse(self, block: bytes) -> Batch:
        """Numbers as they stand; a block of nothing else is read by one JSON decode."""
        lines = lines_in(block)
        values = all_numbers(block[:-1].replace(b"\r\n", b"\n").replace(b"\n", b","))
        if len(values) == lines:
            return Batch(lines, 0, lines, None, {"value": values})
        tokens = [line.strip() for line in unpainted(block).split(b"\n")]
        said = [token for token in tokens if token and not token.startswith(b"#")]
        values = [value for value in map(number, said) if not math.isnan(value)]
        return Batch(lines, len(said) - len(values), len(values), None, {"value": values})

    def sample(self, line: bytes) -> Sample | None:
        """The number of one line, if JSON knows it; None: the line is to be parsed."""
        values = all_numbers(line)
        return (None, values, None) if len(values) == 1 else None

    def settle(self, probes: object, modified: float) -> None:
        """There is nothing to settle."""


def integers(_head: Head) -> Integers:
    """The format, to be tried like the others."""
    return Integers()
