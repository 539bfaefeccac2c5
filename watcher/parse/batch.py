"""What a block of lines says: the value that travels from parse to history."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from watcher.parse.numbers import Floats, floats

PIECE = 64 * 1024  # bytes; a regular expression holds the interpreter some 0.3 ms for them
LONG = 8192  # bytes; in more numpy counts in a fourth of the time (64 KB: 5 us, not 22)

Column = list[float] | Floats  # an array where many lines were read at once


class Coded(NamedTuple):
    """The classes of many lines: each a place in `names`, which only grow as a log is read."""

    names: tuple[str, ...]
    codes: NDArray[np.int64]


class Batch(NamedTuple):
    """The samples of some lines, in the order they stand in the log.

    A line is a sample if it gave at least one value or was counted. `times` has one entry a
    sample, and so has each column of `values`, NaN where the sample has no such field. `classes`
    says what a line is counted as, where lines are counted: a level, a status class, or "".
    """

    lines: int  # complete lines, whatever they say
    bad: int  # lines that were refused; blanks, comments and headings are not
    samples: int
    times: Column | None = None  # Unix seconds; None: the lines have no time
    values: Mapping[str, Column] = {}
    classes: list[str] | Coded | None = None  # None: lines are not counted
    labels: list[bytes] | None = None  # what tells series apart; None: there is one of each field
    events: dict[str, list[bool]] = {}  # noqa: RUF012 - by count: whether the line matched

    def only(self, kept: list[int]) -> Batch:
        """The same lines, but of their samples only those at these places."""
        classes = self.classes
        if isinstance(classes, Coded):
            classes = Coded(classes.names, classes.codes[kept])
        return self._replace(
            samples=len(kept),
            times=None if self.times is None else _picked(self.times, kept),
            values={name: _picked(values, kept) for name, values in self.values.items()},
            classes=_picked(classes, kept) if isinstance(classes, list) else classes,
            labels=self.labels and _picked(self.labels, kept),
            events={name: _picked(hits, kept) for name, hits in self.events.items()},
        )


def listed(column: Column) -> list[float]:
    """As a list, where samples are taken one by one."""
    return column.tolist() if isinstance(column, np.ndarray) else column


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
    return Batch(
        lines,
        bad,
        sum(batch.samples for batch in said),
        None if first.times is None else _column([batch.times for batch in said]),
        {name: _column([batch.values[name] for batch in said]) for name in first.values},
        None if first.classes is None else _classes([batch.classes for batch in said]),
        _labels(said),
        {name: _chained([batch.events[name] for batch in said]) for name in first.events},
    )


def piece_of(block: bytes) -> int:
    """The bytes of the first lines that are read together: a PIECE, or one line that is longer."""
    if len(block) <= PIECE:
        return len(block)
    return block.rfind(b"\n", 0, PIECE) + 1 or block.find(b"\n") + 1


def in_pieces(read: Callable[[bytes], Batch], block: bytes) -> Batch:
    """What `read` makes of `block`, a piece at a time: others may work in between."""
    if len(block) <= PIECE:
        return read(block)
    batches: list[Batch] = []
    while end := piece_of(block):
        batches.append(read(block[:end]))
        block = block[end:]
    return joined(batches)


def only_lines(lines: int, bad: int) -> Batch:
    """Lines without a sample among them."""
    return Batch(lines, bad, 0)


def _column(parts: Sequence[Column | None]) -> Column:
    if any(isinstance(part, np.ndarray) for part in parts):
        return np.concatenate([floats(part) for part in parts if part is not None])
    return _chained(parts)


def _classes(parts: Sequence[list[str] | Coded | None]) -> list[str] | Coded:
    if not any(isinstance(part, Coded) for part in parts):
        return _chained(parts)
    names = max((part.names for part in parts if isinstance(part, Coded)), key=len)
    known = {name: code for code, name in enumerate(names)}
    codes = [
        part.codes
        if isinstance(part, Coded)
        else np.array([known.setdefault(class_, len(known)) for class_ in part or ()], np.int64)
        for part in parts
    ]
    return Coded(tuple(known), np.concatenate(codes))


def _labels(said: Sequence[Batch]) -> list[bytes] | None:
    """Of each sample; empty for those of lines that do not say it, whatever they are."""
    if all(batch.labels is None for batch in said):
        return None
    return _chained([batch.labels or [b""] * batch.samples for batch in said])


def _picked(column: Any, kept: list[int]) -> Any:
    return column[kept] if isinstance(column, np.ndarray) else [column[n] for n in kept]


def _chained(parts: Sequence[Any]) -> list[Any]:
    found: list[Any] = []
    for part in parts:
        found += part or ()
    return found
