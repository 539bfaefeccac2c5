"""The table of formats: each reads a block of complete lines into a batch of samples."""

from __future__ import annotations

import math
import re
from datetime import tzinfo
from typing import Protocol

from watcher.parse.batch import Batch
from watcher.parse.numbers import NUMBER, all_numbers, number, numbers
from watcher.parse.timestamps import ISO_8601, ISO_MINUTE, ISO_SECONDS, ISO_ZONE, Minutes


class Format(Protocol):
    """How the lines of one log are read. The same bytes in any blocks give the same samples."""

    name: str
    time_format: str  # empty: the lines have no time

    def parse(self, block: bytes) -> Batch:
        """The samples of `block`, whose every line ends with a newline."""


class Plain:
    """One number a line, as in the tutorial."""

    name = "plain"
    time_format = ""

    def parse(self, block: bytes) -> Batch:
        """Numbers as they stand; their place in the log is their only axis."""
        lines = block.count(b"\n")
        values = all_numbers(block[:-1].replace(b"\r\n", b"\n").replace(b"\n", b","))
        if len(values) == lines:
            return Batch(values, None, lines, 0)
        tokens = [line.strip() for line in block.split(b"\n")]
        said = [token for token in tokens if token and not token.startswith(b"#")]
        values = [value for value in map(number, said) if not math.isnan(value)]
        return Batch(values, None, lines, len(said) - len(values))


class DatedPlain:
    """A time and a number a line, with white space, a comma or a semicolon between them."""

    name = "plain"
    time_format = ISO_8601

    # Anchored and possessive: linear on hostile lines. Seconds and what follows are apart from
    # the minute, which is what is worth remembering.
    _lines = re.compile(
        rb"^(%b):(%b)(%b)?(?:[ \t]*+[,;][ \t]*+|[ \t]++)(%b)[ \t]*+\r?$"
        % (ISO_MINUTE, ISO_SECONDS, ISO_ZONE, NUMBER),
        re.MULTILINE,
    )
    _silent = re.compile(rb"^[ \t]*+(?:#.*+)?\r?\n", re.MULTILINE)

    def __init__(self, zone: tzinfo) -> None:
        """`zone` is that of times that name none."""
        self._minutes = Minutes(zone)

    def parse(self, block: bytes) -> Batch:
        """One regular expression over the whole block; what lies between matches is bad."""
        pieces = self._lines.split(block)
        starts = list(map(self._minutes.start, pieces[1::5], pieces[3::5]))
        seconds = numbers([second.replace(b",", b".") for second in pieces[2::5]])
        values = numbers(pieces[4::5])
        lines = block.count(b"\n")
        samples = [
            (start + second, value)
            for start, second, value in zip(starts, seconds, values, strict=True)
            if start is not None and second < 61 and value == value  # NaN differs from itself
        ]
        bad = lines - len(samples)
        if bad:
            between = [pieces[0], *[junk[1:] for junk in pieces[5::5]]]  # [1:]: a sample's newline
            bad -= sum(len(self._silent.findall(junk)) for junk in between)
        return Batch([value for _, value in samples], [time for time, _ in samples], lines, bad)


def formats(zone: tzinfo) -> tuple[Format, ...]:
    """All formats, the most telling first; `zone` is that of times that name none."""
    return (DatedPlain(zone), Plain())
