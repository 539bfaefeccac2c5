"""The rows of a table as a format: what a cell of each column looks like."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from watcher.parse.cells import LACKING, TIME_OF_DAY, Shape
from watcher.parse.clock import Clock
from watcher.parse.draft import APART
from watcher.parse.fields import Field, chosen, never_changes
from watcher.parse.head import TIMED, Head
from watcher.parse.headings import ROW
from watcher.parse.interleaved import in_turn
from watcher.parse.keys import CLASSED, STATUS_KEYS
from watcher.parse.levels import LEVELS, is_vague, level_of, no_level, status_class
from watcher.parse.lines import Classify, Lines, Part
from watcher.parse.timestamps import TimeFormat
from watcher.parse.usual import ANYTHING, LONGEST

FEW = 0.05  # of the rows may say none of the fields, and not be counted
FEWEST_ROWS = 5  # that show that they are counted
EUROPEAN = ("comma", "dotted")  # numbers of tables that people there have made
DSTAT = {"usr", "idl"}  # which has the day first; on a terminal names are not read
GROUP = re.compile(rb"(?<!\\)\((?!\?)")  # in a pattern
STRANGE = b'"\r'  # in none of the blocks where a cell ends at the delimiter


class Column(NamedTuple):
    """One column of the first lines."""

    name: str
    cells: list[bytes]
    time: TimeFormat | None
    shape: Shape | None = None  # of its numbers
    dated: bool = False  # whether it holds times, though not those of the lines
    until: bool = False  # whether behind its time stands when an interval ends

    @property
    def numeric(self) -> bool:
        """Whether it holds numbers."""
        return self.time is None and self.shape is not None

    @property
    def level(self) -> bool:
        """Whether it holds levels."""
        said = [cell.decode("ascii", "replace") for cell in self.cells]
        known = [cell for cell in said if level_of(cell) in LEVELS]
        return bool(known) and len(known) >= TIMED * len(said) and not is_vague(known)

    @property
    def status(self) -> bool:
        """Whether it holds the statuses of HTTP, and is called so."""
        known = [status_class(cell.decode("ascii", "replace")) for cell in self.cells]
        said = len(known) - known.count(None)
        return bool(STATUS_KEYS.search(self.name)) and said >= max(1, CLASSED * len(known))


class Delimiter(NamedTuple):
    """What parts the cells of a row."""

    text: bytes

    @property
    def is_blank(self) -> bool:
        """Whether it is any white space."""
        return self.text == b" "

    @property
    def between(self) -> bytes:
        """Pattern of what stands between two cells."""
        return rb"[ \t]++" if self.is_blank else rb"[ ]*+%b[ ]*+" % re.escape(self.text)

    @property
    def free(self) -> bytes:
        """Pattern of a character in a cell that is not in quotes."""
        return rb"[^ \t\n\r]" if self.is_blank else rb'[^%b"\n\r]' % self.text

    @property
    def never(self) -> bytes:
        """What is in none of the blocks whose cells are as usual."""
        return STRANGE + b"\t" if self.is_blank else STRANGE

    def usual(self, *, last: bool) -> bytes:
        """Pattern of a cell there, and of the blanks around it; `last`: of a row."""
        free = rb"[^%b\n]" if last else rb"[^%b]"  # a newline in another would be found out
        return free % self.text + b"{%d,%d}+" % (self.is_blank, LONGEST)

    def skip(self, *, last: bool) -> Part:
        """A cell that nobody wants."""
        bare = self.free + (b"++" if self.is_blank else b"*+")
        general = rb'(?:"(?:[^"\n]|"")*+"|%b)' % bare
        return Part(general, usual=self.usual(last=last), never=self.never, form=b"\0")

    def cell(self, column: Column) -> Part:
        """A cell of this column that nobody wants."""
        return _cell(column, self, "", "", last=False)

    def field(self, shape: Shape, name: str, *, last: bool) -> Part:
        """The number in a cell, its unit left out; what is no such number is none."""
        if shape.unit:
            unit = re.escape(shape.unit.strip())
            cell = rb"(?<=\")[^\s\"\n]*?|%b*?" % self.free if shape.written else rb'[^\s",;|]*?'
            found = rb'"?(?:(%b)[ ]?%b|%b*+)"?' % (cell, unit, self.free)
            return Part(found, "field", name, written=shape.written)
        cell = self.free + b"*+"
        if shape.written in ("comma", "thousands", "dotted", "money"):
            cell = rb'(?<=")[^"\n]*+|' + cell  # in quotes, where commas part the cells
            return Part(rb'"?+(%b)"?' % cell, "field", name, written=shape.written)
        if shape.is_lacking:
            return Part(rb'"?+(?:%b(?!%b)|(%b))"?' % (LACKING, self.free, cell), "field", name)
        usual = b"(%b)" % self.usual(last=last)
        general = rb'"?+(%b)"?' % cell
        return Part(general, "field", name, usual, self.never, shape.written, b"\0")


def rows_of(
    name: str,
    columns: Sequence[Column],
    delimiter: bytes,
    head: Head,
    *,
    w3c: bool = False,
    above: bytes = b"",
) -> Lines | None:
    """The format of these columns; None if they say nothing.

    `w3c`: a comment names them, as web servers do it: then lines are counted by their status.
    `above` matches further lines that say nothing.
    """
    fields = _fields(columns, head)
    split = head.settings.split
    label = next((n for n, one in enumerate(columns) if split and one.name == split), -1)
    fields.pop(label, None)
    time = next((column.time for column in columns if column.time), None)
    if not fields and time is None:
        return None
    counted, classify = _counted(columns, fields, w3c=w3c)
    if w3c:
        name = "access" if classify is status_class else "csv"
    between = Delimiter(delimiter)
    turns = None if head.settings.fields or split else in_turn(columns, fields, between)
    heading = _heading(columns, between)
    cells = [
        _cell(
            column,
            between,
            fields.get(n, "") if turns is None else "",
            {label: "label", counted: "class"}.get(n, ""),
            last=n == len(columns) - 1,
        )
        for n, column in enumerate(columns)
    ]
    # Where lines have a time and no heading has, a line with its time is no heading.
    timed = any(_is_time(column.name.encode(), time) for column in columns)
    usual = ANYTHING if time and not timed else b""
    silent = rb"(?:%b)" % b"|".join(filter(None, [heading, above]))
    front = [Part(rb"(?!%b\r?$)" % silent, usual=usual, form=b"")] if columns[0].name else []
    end = Part(rb"[ \t]*+\r?+", usual=rb"[ \t]*+", never=b"\r", form=b"")
    parts = [*front, *(turns or ()), *_joined(cells, between), end]
    clock = Clock(time, head.zone) if time else None
    europe = any(one.shape and one.shape.written in EUROPEAN for one in columns)
    if clock and (europe or _is_of_dstat(clock, columns, delimiter)):
        clock.orders = clock.orders[::-1]  # where nothing else tells, the day is first
    return Lines(name, parts, clock, classify, silent + rb"\r?")


def _is_of_dstat(clock: Clock, columns: Sequence[Column], delimiter: bytes) -> bool:
    told = delimiter == b"|" or {column.name for column in columns} >= DSTAT
    return told and clock.format.name == "android"


def _cell(column: Column, delimiter: Delimiter, field: str, role: str, *, last: bool) -> Part:
    """What a cell of this column looks like, and what is taken out of it."""
    if column.time:
        until = rb"(?:(?:[ ]-[ ]|/|--)%b*+)?+" % delimiter.free if column.until else b""
        around = (rb"[\[(]?", rb"[\])]?:?") if delimiter.is_blank else (b'"?', until + b'"?')
        return Part(column.time.pattern.join(around), "time")
    if role:
        return Part(rb'"?(%b*+)"?' % delimiter.free, role, form=b"\0")
    if field:
        return delimiter.field(column.shape or Shape(), field, last=last)
    return delimiter.skip(last=last)


def _joined(cells: Sequence[Part], delimiter: Delimiter) -> Iterator[Part]:
    """The cells, and what stands before and between them."""
    if delimiter.is_blank:
        yield Part(rb"[ \t]*+", form=b"")
    for n, cell in enumerate(cells):
        if n and delimiter.is_blank:
            yield Part(delimiter.between, form=APART + b" ")
        elif n:
            blanks = b"" if cell.never else b"[ ]*+"  # else the usual cell has them
            usual = re.escape(delimiter.text) + blanks
            yield Part(delimiter.between, usual=usual, form=APART + delimiter.text)
        yield cell


def _fields(columns: Sequence[Column], head: Head) -> dict[int, str]:
    """By place, the fields that are kept."""
    numeric = [
        Field(column.name or "", n, [column.shape.value(cell) for cell in column.cells])
        for n, column in enumerate(columns)
        if column.numeric and column.shape
    ]
    alone = all(column.time or column.numeric for column in columns)
    if any(column.time for column in columns):
        numeric = [one for one in numeric if alone or not (one.name and never_changes(one))]
        numeric = [one for one in numeric if not _counts_rows(one)]
    fields = {field.place: field.name for field in chosen(numeric, alone=alone)}
    asked = head.settings.fields
    return _asked(asked, fields, columns) if asked else fields


def _counts_rows(field: Field) -> bool:
    """Whether the first column counts the rows from 0, 1 or 2 on."""
    first = min(field.values, default=-1.0)
    counted = len(field.values) >= FEWEST_ROWS and first in (0.0, 1.0, 2.0) and not field.place
    return counted and [*field.values] == [first + n for n in range(len(field.values))]


def _asked(asked: Sequence[str], kept: dict[int, str], columns: Sequence[Column]) -> dict[int, str]:
    """By place, the fields that are asked for: by their heading, or value1.. as they are shown."""
    names = {n: column.name for n, column in enumerate(columns) if column.name} | kept
    others = [n for n, column in enumerate(columns) if n not in names and column.numeric]
    names |= {n: f"value{at}" for at, n in enumerate(others, 1 + len(kept))}
    return {n: name for n, name in names.items() if name in asked and not columns[n].time}


def _counted(
    columns: Sequence[Column], fields: dict[int, str], *, w3c: bool
) -> tuple[int, Classify | None]:
    """The column that lines are counted by, -1 for none, and how; None: they are not counted."""
    status = next((n for n, column in enumerate(columns) if w3c and column.status), -1)
    if status >= 0:
        fields.pop(status, None)
        return status, status_class
    if fields:
        return -1, None if _say_much(columns, fields) else no_level
    level = next((n for n, column in enumerate(columns) if column.level), -1)
    return level, level_of if level >= 0 else no_level


def _say_much(columns: Sequence[Column], fields: Iterable[int]) -> bool:
    """Whether nearly every row has one of the fields; else rows are counted."""
    shapes = [(columns[n].shape or Shape(), columns[n].cells) for n in fields]
    values = [[shape.value(cell) for cell in cells] for shape, cells in shapes]
    silent = sum(all(map(math.isnan, row)) for row in zip(*values, strict=True))
    return silent <= FEW * len(columns[0].cells)


def _heading(columns: Sequence[Column], delimiter: Delimiter) -> bytes:
    """Pattern of the heading, which may come again and again."""
    names = [_as_named(column.name.encode(), column.time) for column in columns]
    return rb'[# \t]*+"?%b"?[ \t]*+' % (b'"?%b"?' % delimiter.between).join(names)


def _as_named(name: bytes, time: TimeFormat | None) -> bytes:
    """Pattern of this name, or of any time of its kind."""
    if TIME_OF_DAY.fullmatch(name):
        return TIME_OF_DAY.pattern
    if name == ROW:
        return b""
    return GROUP.sub(b"(?:", time.pattern) if time and _is_time(name, time) else re.escape(name)


def _is_time(name: bytes, time: TimeFormat | None) -> bool:
    """Whether a heading has a time where rows have theirs."""
    whole = time.whole.fullmatch(name) if time else None
    return (whole or TIME_OF_DAY.fullmatch(name)) is not None
