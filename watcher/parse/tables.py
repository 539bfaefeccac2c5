"""The columns of a table, as its first rows show them: names, what they hold, which is the time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from watcher.parse.calendar import TIMED, calendar_of, hours_of, period_of, serial_of
from watcher.parse.cells import DIGIT, DOTTED, GROUPED, MISSING, TIME_OF_DAY, Shape, shape_of
from watcher.parse.head import (
    Head,
    decimals,
    falls,
    falls_in,
    format_of,
    is_constant,
    is_future,
    stamps_in,
)
from watcher.parse.headings import ROW, heading_of, is_heading, is_rule, names_of, naming
from watcher.parse.keys import TIME_KEYS
from watcher.parse.numbers import NUMBER
from watcher.parse.rows import Column
from watcher.parse.timeformat import WHOLE

BLANK = b" "  # any number of them, or of tabs
SAME = 0.9  # of the lines must have the same number of cells
MOST_CELLS = 200  # of a row; a longer one is no table
LAST = 4  # cells of a heading, by which it is known where it comes again
SOME_ABOVE = 3  # lines above those that have as many cells as most: `vmstat` has two headings
MOST_ABOVE = 12  # likewise of a log whose other lines show that it is a table
CHANGE = re.compile(rb"\([+-]\d++\)").fullmatch  # `60461 (+25)`: what is new in the number before
SURELY = 4  # columns of numbers show that it is no text
ALIKE, FEW_WORDS = 0.5, 3  # of the cells are different where cells come again; words of one
BEFORE_1970 = re.compile(rb"(?:1[0-8]\d\d|19[0-6]\d)[-/.]").match
UNTIL = re.compile(rb"(?:(.+?) - |([^/]+?)(?:/|--))(.+)").fullmatch  # the ends of an interval
NAMED = re.compile(rb"([A-Za-z][\w./%%-]*(?: [A-Za-z][\w./%%-]*){0,3}(?:[:=] ?| ))%b\D*" % NUMBER)
PROSE = 0.3  # of the cells of a column without a name have several words: text, not a table


def width_of(rows: Sequence[Sequence[bytes]], least: float = SAME) -> int:
    """Of most rows, if nearly all below the first of them have as many cells; else 0."""
    width, often = Counter(map(len, rows)).most_common(1)[0] if rows else (0, 0)
    first = next((n for n, row in enumerate(rows[:MOST_ABOVE]) if len(row) == width), 0)
    return width if often >= least * max(1, len(rows) - max(first, SOME_ABOVE)) else 0


def table_of(rows: list[list[bytes]], head: Head) -> list[Column] | None:
    """The columns of `rows`, if most are equally long and one of them says something."""
    width = width_of(rows)
    above = next((n for n, row in enumerate(rows[:MOST_ABOVE]) if len(row) == width), MOST_ABOVE)
    same = [row for row in rows if len(row) == width and not is_rule(row)]
    below = len(rows) - above - sum(map(is_rule, rows))
    if not 0 < width <= MOST_CELLS or (above and len(same) < SAME * below):
        return None
    same = same[:-1] if same and _is_average(same[-1]) else same
    headings = heading_of(same, head) if above < MOST_ABOVE else 0
    named = naming(same[:headings])
    names = names_of(named)
    if not names and same and 0 < above < MOST_ABOVE:
        told = [rows[above - 1], rows[0]]  # it may have a cell more, as may the first of the data
        heading = next((row for row in told if is_heading(row, head)), [])
        names = names_of(_as_wide(heading, same[-1]))
    body = [row for row in same[headings:] if not named or row[-LAST:] != named[-LAST:]]
    commas = sum(b"," in row[0] for row in body)  # in single numbers
    if not body or (width < 2 and not names and commas < SAME * len(body)):
        return None
    columns = [
        _column(names[n] if names else "", list(cells), head)
        for n, cells in enumerate(zip(*body, strict=True))
    ]
    return _with_one_time(_with_points(columns), head)


def _as_wide(heading: list[bytes], row: Sequence[bytes]) -> list[bytes]:
    """A heading that names one column less, or one more, as it should be above this row.

    Less: a change beside its number, or the first; more: day and time of one cell, or the last.
    """
    width = len(row)
    if not width - 1 <= len(heading) <= width + 1:
        return []
    if len(heading) < width:
        at = next((n for n, cell in enumerate(row) if CHANGE(cell)), 0)
        timed = TIMED.search(b"".join(heading[:1]).decode("utf-8", "replace"))
        if not at and timed and TIME_OF_DAY.fullmatch(row[0]):
            return [*heading, b""]  # words of the last, as arguments are
        return [*heading[:at], heading[at - 1] + b"_change" if at else ROW, *heading[at:]]
    at = next((n for n, cell in enumerate(row) if BLANK in cell), width)
    if TIMED.search(b"".join(heading[at + 1 : at + 2]).decode("utf-8", "replace")):
        return [*heading[:at], BLANK.join(heading[at : at + 2]), *heading[at + 2 :]]
    return heading[:width]


def _with_points(columns: list[Column]) -> list[Column]:
    """`columns` where `1.234` is an integer beside `12,5`, as `1,234` is beside `12.5`."""
    if any(map(_has_points, columns)):
        return list(map(_with_groups, columns))
    if not any(column.shape and column.shape.written in ("comma", "dotted") for column in columns):
        return columns
    return [
        column._replace(shape=Shape(written="dotted"))
        if column.shape == Shape()
        and any(b"." in cell for cell in column.cells)
        and all(DOTTED.fullmatch(cell) for cell in column.cells if cell not in MISSING)
        else column
        for column in columns
    ]


def _has_points(column: Column) -> bool:
    points = any(b"." in cell for cell in column.cells)
    return points and column.shape is not None and column.shape.written in ("", "unit")


def _with_groups(column: Column) -> Column:
    """`column` where `1,234` is an integer, if it can be one wherever a comma is."""
    commas = column.shape == Shape(written="comma")
    if commas and all(GROUPED.fullmatch(cell) for cell in column.cells if cell not in MISSING):
        return column._replace(shape=Shape(written="thousands"))
    return column


def _is_average(row: Sequence[bytes]) -> bool:
    """Whether it is the last line of sar, in whatever language."""
    return row[0].endswith(b":") and not any(map(DIGIT, row[:1]))


def _column(name: str, cells: list[bytes], head: Head) -> Column:
    said = cells[undated(cells) :]
    time = format_of(said, head) or calendar_of(name, said) or serial_of(name, cells, head.modified)
    if time and time.is_uptime:  # days with decimals are told by their name
        time = serial_of(name, cells, head.modified) or time
    time = time or period_of(name, said)
    if time and is_future(time, stamps_in(time, cells), head):
        time = hours_of(cells) or time
    if time is None and UNTIL(cells[-1]) and (begins := _begins(cells, head)):
        return Column(name, begins, format_of(begins, head), until=True)
    return Column(name, cells, time, shape_of(cells))


def undated(cells: Sequence[bytes]) -> int:
    """How many of the first rows say nothing in this column, where all others do."""
    many = next((n for n, cell in enumerate(cells) if cell), 0)
    return many if many <= MOST_ABOVE and all(cells[many:]) else 0


def _begins(cells: Sequence[bytes], head: Head) -> list[bytes]:
    """Where intervals begin, if these are such: `14:00 - 14:15`."""
    parts = [(cell, UNTIL(cell)) for cell in cells]
    ends = format_of([part[3] if part else b"" for _, part in parts], head)
    return [part[1] or part[2] if part else cell for cell, part in parts] if ends else []


def _with_one_time(columns: list[Column], head: Head) -> list[Column] | None:
    """`columns` where the best of several times is the time; None where nothing is said."""
    columns = [
        column._replace(time=None) if _is_counter(column, head) else column for column in columns
    ]
    timed = [n for n, column in enumerate(columns) if column.time]
    best = next(iter(timed), None)
    if len(timed) > 1:
        best = min(timed, key=lambda n: (*_merit(columns[n], head), n))
    others = [n for n in timed if n != best]
    kept = [
        column._replace(time=None, shape=None, dated=True) if n in others else column
        for n, column in enumerate(columns)
    ]
    says = any(column.numeric and n not in others for n, column in enumerate(kept))
    return kept if says or best is not None else None


def _is_counter(column: Column, head: Head) -> bool:
    """Whether these only look like seconds since 1970, or like times of day."""
    time = column.time
    if time is not None and is_future(time, stamps_in(time, column.cells), head):
        return True
    if time is not None and BEFORE_1970(column.cells[-1]) and len({*column.cells}) == 1:
        return True  # stands for no time: 1900-01-01
    if time is not None and not time.has_day:
        return falls_in(time, column.cells, head)
    if time is None or time.seconds != WHOLE or TIME_KEYS.search(column.name):
        return False
    stamps = stamps_in(time, column.cells)
    return is_constant(stamps) or falls(time, stamps, head)


def _merit(column: Column, head: Head) -> tuple[bool, bool, bool, int]:
    """Sorts the better time first: one that moves, in order, no number by its name, precise."""
    constant = len(set(column.cells)) == 1 and len(column.cells) > 2
    fall = column.time is None or falls_in(column.time, column.cells, head)
    stamps = stamps_in(column.time, column.cells) if column.time else []
    digits = decimals(column.time, stamps) if column.time else 0
    whole = column.time is not None and column.time.seconds == WHOLE
    return constant, fall, whole and not TIME_KEYS.search(column.name), -digits


def is_prose(columns: list[Column]) -> bool:
    """Whether this is text that happens to have delimiters: some column has many words."""
    named = any(column.name for column in columns)
    texts = [one for one in columns if not one.time and not one.numeric and not one.dated]
    measures = sum(column.numeric and _has_decimals(column) for column in columns) > 1
    if named:
        return False
    numeric = sum(column.numeric for column in columns)
    if sum(_name_numbers(column.cells) for column in texts) >= max(1, numeric):
        return True
    return any(_is_text_of_people(column.cells, measures) for column in texts)


def _name_numbers(cells: Sequence[bytes]) -> bool:
    """Whether each is a number behind its name, as no table has it: `loss 0.5`, `RSRP:-101`."""
    found = list(map(NAMED.fullmatch, cells))
    return len({*cells}) > 1 and all(found) and len({one[1] for one in found if one}) == 1


def _has_decimals(column: Column) -> bool:
    return any(b"." in cell for cell in column.cells)


def _is_text_of_people(cells: Sequence[bytes], measures: bool) -> bool:
    """Whether many cells have several words: many, if they come again and again, as names do."""
    most = FEW_WORDS if measures or len(set(cells)) <= ALIKE * len(cells) else 1
    return sum(cell.count(BLANK) >= most and len(cell.split()) > most for cell in cells) > (
        PROSE * len(cells)
    )
