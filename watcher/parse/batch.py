"""What a block of lines says: the value that travels from parse to history."""

from __future__ import annotations

from typing import NamedTuple


class Batch(NamedTuple):
    """The samples of some lines, in the order they stand in the log."""

    values: list[float]
    times: list[float] | None  # Unix seconds, one a value; None: the lines have no time
    lines: int  # complete lines, whatever they say
    bad: int  # lines that were refused; blanks and comments are not
