"""Tables: values side by side, with commas, semicolons, tabs, bars or white space between them.

With or without a heading, with or without a time. Columns that measure something are kept.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from watcher.parse.cells import Shape, named_in, shape_of, with_times_whole
from watcher.parse.clock import Clock
from watcher.parse.fields import Field, chosen
from watcher.parse.head import TIMED, Head, decimals, falls_in, format_of, stamps_in
from watcher.parse.keys import TIME_KEYS
from watcher.parse.levels import LEVELS, level_of
from watcher.parse.lines import Lines, Part
from watcher.parse.numbers import number
from watcher.parse.timeformat import WHOLE
from watcher.parse.timestamps import TimeFormat
from watcher.parse.usual import LONGEST

DELIMITERS = (b",", b";", b"\t", b"|")
SAME = 0.9  # of the lines must have the same number of cells
MOST_CELLS = 200
QUOTES_AND_RETURNS = b'"\r'  # in none of the blocks where a cell ends at the delimiter
PROSE = 0.3  # of the cells of a column without a name have several words: text, not a table


class Column(NamedTuple):
    """One column of the first lines."""

    name: str
    cells: list[bytes]
    time: TimeFormat | None
    shape: Shape | None = None  # of its numbers

    @property
    def numeric(self) -> bool:
        """Whether it holds numbers."""
        return self.time is None and self.shape is not None

    @property
    def level(self) -> bool:
        """Whether it holds levels."""
        known = [level_of(cell.decode("ascii", "replace")) for cell in self.cells]
        return bool(known) and len([one for one in known if one in LEVELS]) >= TIMED * len(known)


def csv(head: Head) -> Lines | None:
    """The format of a table with one of DELIMITERS."""
    tables = []
    for delimiter in DELIMITERS:
        rows = [_cells(line, delimiter) for line in head.lines]
        names = named_in(head.comments, len(rows[-1]), delimiter) if rows else None
        rows = with_times_whole([names, *rows] if names else rows, delimiter)
        found = _table(rows, head)
        if found is not None and not _is_prose(found):
            tables.append(_lines("csv", found, delimiter, head))
    told = [table for table in tables if table is not None]
    return max(told, key=lambda table: table.clock is not None, default=None)


def plain(head: Head) -> Lines | None:
    """The format of numbers with white space between them, behind a time or not."""
    rows = []
    for line in head.lines:
        time = next(head.find(line), None)
        first = [line[: time.end]] if time and time.start == 0 else []
        rows.append([*first, *line[len(first[0]) if first else 0 :].split()])
    found = _table(rows, head)
    if found is None or not all(column.time or column.numeric for column in found):
        return None
    return _lines("plain", found, b" ", head)


def _cells(line: bytes, delimiter: bytes) -> list[bytes]:
    if b'"' not in line:
        return [cell.strip() for cell in line.split(delimiter)[:MOST_CELLS]]
    cell = rb'("(?:[^"]|"")*"|[^%b"]*)(?:%b|$)' % (delimiter, re.escape(delimiter))
    return [found.strip().strip(b'"') for found in re.findall(cell, line)[:-1]][:MOST_CELLS]


def _table(rows: list[list[bytes]], head: Head) -> list[Column] | None:
    """The columns of `rows`, if most are equally long and one of them says something."""
    if not rows:
        return None
    width, often = Counter(map(len, rows)).most_common(1)[0]
    if often < SAME * len(rows):
        return None
    same = [row for row in rows if len(row) == width]
    names = _heading(rows[0], same[1:], head) if len(rows[0]) == width else []
    body = same[1:] if names else same
    if not body or (width < 2 and not names):
        return None
    columns = [
        Column(names[n] if names else "", list(cells), format_of(cells, head), shape_of(cells))
        for n, cells in enumerate(zip(*body, strict=True))
    ]
    return _with_one_time(columns, head)


def _heading(first: Sequence[bytes], rows: Sequence[Sequence[bytes]], head: Head) -> list[str]:
    """The names of the columns, if the first row is no data and the others are."""

    def is_data(cell: bytes) -> bool:
        return not math.isnan(number(cell)) or format_of([cell], head) is not None

    if any(map(is_data, first)) or not all(first):
        return []
    data = rows and any(map(is_data, rows[0]))
    return [cell.decode("utf-8", "replace") for cell in first] if data else []


def _with_one_time(columns: list[Column], head: Head) -> list[Column] | None:
    """`columns` where the best of several times is the time; None where nothing is said."""
    columns = [
        column._replace(time=None) if _is_counter(column, head) else column for column in columns
    ]
    timed = [n for n, column in enumerate(columns) if column.time]
    best = min(timed, key=lambda n: (*_merit(columns[n], head), n), default=None)
    others = [n for n in timed if n != best]
    kept = [
        column._replace(time=None, shape=None) if n in others else column
        for n, column in enumerate(columns)
    ]
    says = any(column.numeric and n not in others for n, column in enumerate(kept))
    return kept if says or best is not None else None


def _is_counter(column: Column, head: Head) -> bool:
    """Whether these are numbers that only look like seconds since 1970."""
    time = column.time
    if time is None or time.seconds != WHOLE or TIME_KEYS.search(column.name):
        return False
    return falls_in(time, column.cells, head)


def _merit(column: Column, head: Head) -> tuple[bool, bool, int]:
    """Sorts the better time first: one that moves, in order, precise."""
    constant = len(set(column.cells)) == 1 and len(column.cells) > 2
    fall = column.time is None or falls_in(column.time, column.cells, head)
    stamps = stamps_in(column.time, column.cells) if column.time else []
    return constant, fall, -decimals(column.time, stamps) if column.time else 0


def _is_prose(columns: list[Column]) -> bool:
    """Whether this is text that happens to have delimiters: some column has many words."""
    named = any(column.name for column in columns)
    words = [
        sum(len(cell.split()) > 1 for cell in column.cells)
        for column in columns
        if not column.time and not column.numeric
    ]
    return not named and any(count > PROSE * len(columns[0].cells) for count in words)


def _asked(asked: Sequence[str], kept: dict[int, str], columns: list[Column]) -> dict[int, str]:
    """By place, the fields that are asked for: by their heading, or value1.. as they are shown."""
    names = {n: column.name for n, column in enumerate(columns) if column.name} | kept
    others = [n for n, column in enumerate(columns) if n not in names and column.numeric]
    names |= {n: f"value{at}" for at, n in enumerate(others, 1 + len(kept))}
    return {n: name for n, name in names.items() if name in asked and not columns[n].time}


def _field(shape: Shape, free: bytes, name: str) -> Part:
    """The number in a cell, its unit left out; what is no such number is none."""
    if not shape.unit:
        return Part(rb'"?(%b*+)"?' % free, "field", name, comma=shape.comma)
    unit = re.escape(shape.unit.strip())
    return Part(rb'"?(?:([^\s",;|]*?)[ ]?%b|%b*+)"?' % (unit, free), "field", name)


def _lines(name: str, columns: list[Column], delimiter: bytes, head: Head) -> Lines | None:
    numeric = [
        Field(column.name or "", n, [column.shape.value(cell) for cell in column.cells])
        for n, column in enumerate(columns)
        if column.numeric and column.shape
    ]
    fields = {field.place: field.name for field in chosen(numeric)}
    if head.settings.fields:
        fields = _asked(head.settings.fields, fields, columns)
    split = head.settings.split
    label = next((n for n, column in enumerate(columns) if split and column.name == split), -1)
    fields.pop(label, None)
    level = next((n for n, column in enumerate(columns) if column.level), None)
    time = next((column.time for column in columns if column.time), None)
    if not fields and time is None:
        return None
    blank = delimiter in b" \t"
    between = rb"[ \t]++" if delimiter == b" " else rb"[ ]*+%b[ ]*+" % re.escape(delimiter)
    heading = (b'"?%b"?' % between).join(re.escape(column.name.encode()) for column in columns)
    heading = rb'[ ]*+"?%b"?[ ]*+' % heading
    parts = [Part(rb"(?!%b\r?$)" % heading)] if columns[0].name else []
    free = rb"[^ \t\n\r]" if delimiter == b" " else rb'[^%b"\n\r]' % delimiter
    skip = free + b"++" if blank else rb'(?:"(?:[^"\n]|"")*+"|%b*+)' % free
    plainly = b"" if blank else rb"[^%b]{0,%d}+" % (delimiter, LONGEST)
    for n, column in enumerate(columns):
        if n:
            parts.append(Part(between, usual=b"" if blank else re.escape(delimiter) + b"[ ]*+"))
        if column.time:
            parts.append(Part(rb'"?%b"?' % column.time.pattern, "time"))
        elif n == label:
            parts.append(Part(rb'"?(%b*+)"?' % free, "label"))
        elif n in fields:
            parts.append(_field(column.shape or Shape(), free, fields[n]))
        elif n == level and not fields:
            parts.append(Part(rb'"?(%b*+)"?' % free, "class"))
        else:
            parts.append(Part(skip, usual=plainly, never=QUOTES_AND_RETURNS))
    clock = Clock(time, head.zone) if time else None
    classify = None if fields else (level_of if level is not None else lambda _: None)
    return Lines(name, [*parts, Part(rb"[ \t]*+\r?+")], clock, classify, heading + rb"\r?")
