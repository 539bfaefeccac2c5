"""What columns are called by words above them: names of several words, or one below the other.

Only where columns stand in line, as programs pad them: then a word belongs to the column that it
stands above, or is nearest to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

FEW = 12  # rows whose places are looked at
FEWEST_ROWS, FEWEST_COLUMNS = 2, 3
MOST_LINES = 3  # that names stand in, one below the other
NAMED = 0.7  # of the columns must have a name of their own, and in line with them
ASIDE = 1  # bytes


class Span(NamedTuple):
    """From where to where in a line, in bytes."""

    begin: int
    end: int

    def away(self, other: Span) -> int:
        """How many bytes are between them; less than 0, how many they share."""
        return max(other.begin - self.end, self.begin - other.end)

    def is_in_line(self, other: Span) -> bool:
        """Whether both begin, or both end, at one place."""
        return min(abs(self.begin - other.begin), abs(self.end - other.end)) <= ASIDE


def names_above(
    headings: Sequence[bytes], rows: Sequence[tuple[bytes, Sequence[bytes]]]
) -> list[bytes] | None:
    """The names of the columns of `rows`, lines with their cells; None: nobody knows."""
    if not 0 < len(headings) <= MOST_LINES:
        return None
    columns = _columns(rows[:FEW])
    names: list[list[bytes]] = [[] for _ in columns]
    in_line = [False for _ in columns]
    for heading in headings if columns else ():
        for n, (name, span) in _placed(heading, columns).items():
            names[n].append(name)
            in_line[n] |= span.is_in_line(columns[n])
    joined = [b" ".join(name) for name in names]
    sure = min(sum(in_line), len({*filter(None, joined)}))
    return joined if columns and sure >= NAMED * len(columns) else None


def _placed(heading: bytes, columns: Sequence[Span]) -> dict[int, tuple[bytes, Span]]:
    """By number of the column, the words of one line that belong to it."""
    found: dict[int, tuple[bytes, Span]] = {}
    for word, span in _spans(heading, heading.split()):
        away = [span.away(column) for column in columns]
        n = away.index(min(away))
        before, begun = found.get(n, (b"", span))
        found[n] = (before + b" " + word).strip(), Span(begun.begin, span.end)
    return found


def _columns(rows: Sequence[tuple[bytes, Sequence[bytes]]]) -> list[Span]:
    """Where each column stands; none, if one is above a part of another."""
    spans = [[span for _, span in _spans(line, cells)] for line, cells in rows]
    if len(rows) < FEWEST_ROWS or len(spans[0]) < FEWEST_COLUMNS:
        return []
    columns = [
        Span(min(one.begin for one in column), max(one.end for one in column))
        for column in zip(*spans, strict=True)
    ]
    return columns if all(one.end < two.begin for one, two in pairwise(columns)) else []


def _spans(line: bytes, cells: Sequence[bytes]) -> Iterator[tuple[bytes, Span]]:
    """Where each cell stands; there may be more blanks between the words of one."""
    end = 0
    for cell in cells:
        begin = -1
        for word in cell.split():
            at = line.index(word, end)
            begin, end = at if begin < 0 else begin, at + len(word)
        yield cell, Span(max(begin, 0), end)
