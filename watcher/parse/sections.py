"""Tables that come again and again among other lines: `iostat`, `free`, `df` in a loop.

The heading that comes again and has most rows below it is that of the log; the other lines say
nothing, as long as they look like those of the beginning.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from watcher.parse.head import Head
from watcher.parse.headings import is_rule
from watcher.parse.numbers import quantity
from watcher.parse.placed import names_above

TWICE = 2  # a heading comes so often at least
FEWEST_NAMES = 3  # in a heading
MOST_OFTEN, MOST_HEADINGS = 20, 6  # lines that come again, and headings, that are looked at
MOST_SHAPES = 40  # of other lines that are known
PAIRED = b" / "  # between two values of one name: `1.7MiB / 985.7MiB` of docker
JOINED = (b"Mounted", b"on")  # two words of df that are one name


_cells = re.compile(rb"[^\s]+(?: / [^\s]+)?").findall


class Section(NamedTuple):
    """The table among the lines."""

    rows: list[list[bytes]]  # its heading first
    others: list[bytes]  # the other lines, one of each shape


def section_of(head: Head) -> Section | None:
    """The table that most lines belong to, if its heading comes again and again."""
    often = [line for line, count in Counter(head.lines).most_common() if count >= TWICE]
    headings = [line for line in often[:MOST_OFTEN] if _is_heading(line.split())][:MOST_HEADINGS]
    found = [_rows(line, head, headings) for line in headings]
    best = max(found, key=len, default=[])
    if len(best) <= TWICE:
        return _placed(head, headings)
    heading = _names(headings[found.index(best)].split(), len(best[0].split()))
    return _section(heading, best, head)


def _placed(head: Head, headings: Sequence[bytes]) -> Section | None:
    """The table whose names are told by where they stand, as some are of several words."""
    for heading in headings:
        rows = _rows(heading, head, headings, anyhow=True)
        cells = [_cells(row) for row in rows]
        alike = len(rows) > TWICE and len({*map(len, cells)}) == 1
        names = names_above([heading], list(zip(rows, cells, strict=True))) if alike else None
        if names:
            told = zip(names, cells[0], strict=True)
            return _section([name for one in told for name in _names_of(*one)], rows, head)
    return None


def _names_of(name: bytes, cell: bytes) -> list[bytes]:
    """The names of the words of a cell: of a pair the second is called as it is said to be."""
    if PAIRED not in cell:
        return [name]
    first, _, second = name.partition(PAIRED)
    return [first, PAIRED.strip(), second or first + b" 2"]


def _section(heading: list[bytes], rows: list[bytes], head: Head) -> Section:
    taken = {*rows}
    shapes = {_shape(line): line for line in head.lines if line not in taken}
    return Section([heading, *map(bytes.split, rows)], list(shapes.values())[:MOST_SHAPES])


def _rows(
    heading: bytes, head: Head, headings: Sequence[bytes], *, anyhow: bool = False
) -> list[bytes]:
    """The lines below `heading`, wherever it stands, that have as many words as most of them.

    Each word has a name there, unless it is said that they are wanted `anyhow`.
    """
    rows: dict[int, list[bytes]] = {}
    names, below = heading.split(), False
    for line in head.lines:
        if line in headings:
            below = line == heading
        elif below:
            words = line.split()
            fits = anyhow or len(words) == len(_names(names, len(words)))
            if fits and _has_data(words):
                rows.setdefault(len(words), []).append(line)
    return max(rows.values(), key=len, default=[])


def _names(heading: list[bytes], width: int) -> list[bytes]:
    """The names of so many columns: the first may have none, as in `free`."""
    if tuple(heading[-2:]) == JOINED:
        heading = [*heading[:-2], b" ".join(JOINED)]
    return [b"what", *heading] if len(heading) == width - 1 else heading


def _is_heading(words: Sequence[bytes]) -> bool:
    if len(words) < FEWEST_NAMES or is_rule(words):
        return False
    return all(math.isnan(quantity(word)) for word in words)


def _has_data(words: Sequence[bytes]) -> bool:
    return sum(not math.isnan(quantity(word)) for word in words) > len(words) / 2


def _shape(line: bytes) -> bytes:
    return re.sub(rb"[\s\d.]+", b" ", line)


def pattern_of(lines: Sequence[bytes]) -> bytes:
    """Of lines that look like these: with other numbers, and other blanks between the words."""
    texts = [re.sub(rb"(?:\\?[ \t])+", rb"[ \\t]++", re.escape(line.strip())) for line in lines]
    return b"|".join(
        rb"[ \t]*+" + re.sub(rb"\d+(?:\\\.\d+)?", rb"[\\d.]+", text) + rb"[ \t]*+" for text in texts
    )
