"""One number a line, as in the tutorial: their place in the log is their only axis."""

from __future__ import annotations

import math

import msgspec

from watcher.parse.batch import Batch, lines_in
from watcher.parse.head import Head
from watcher.parse.numbers import all_numbers, number


class IntegersRecipe(msgspec.Struct, frozen=True, tag="integers"):
    """There is nothing to choose."""


class Integers:
    """The format of lines that hold one number each, and nothing else."""

    name = "plain"
    time_format = ""
    fields = ("value",)
    counts = False
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
        tokens = [line.strip() for line in block.split(b"\n")]
        said = [token for token in tokens if token and not token.startswith(b"#")]
        values = [value for value in map(number, said) if not math.isnan(value)]
        return Batch(lines, len(said) - len(values), len(values), None, {"value": values})

    def settle(self, probes: object, modified: float) -> None:
        """There is nothing to settle."""


def integers(_head: Head) -> Integers:
    """The format, to be tried like the others."""
    return Integers()
