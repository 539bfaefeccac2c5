"""Tables: values side by side, with commas, semicolons, tabs, bars or white space between them.

With or without a heading, with or without a time. Columns that measure something are kept.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from watcher.parse.cells import TIME_OF_DAY, named_in, shape_of, with_times_whole
from watcher.parse.head import Head, decimals, falls_in, format_of, stamps_in
from watcher.parse.keys import TIME_KEYS
from watcher.parse.lines import Lines
from watcher.parse.numbers import number
from watcher.parse.rows import Column, rows_of
from watcher.parse.timeformat import WHOLE

DELIMITERS = (b",", b";", b"\t", b"|")
BLANK = b" "  # any number of them, or of tabs
SAME = 0.9  # of the lines must have the same number of cells
AGREED = 0.6  # likewise of a few lines, for it to be worth looking at all
MOST_CELLS = 200  # of a row; a longer one is no table
MOST_ABOVE = 3  # lines above those that have as many cells as most: `vmstat` has two headings
UNKNOWN = (b"nan", b"null", b"none", b"inf", b"na")  # words that stand for a number
PROSE = 0.3  # of the cells of a column without a name have several words: text, not a table


def csv(head: Head) -> Lines | None:
    """The format of a table with one of DELIMITERS."""
    told = [table for delimiter in DELIMITERS if (table := _delimited(delimiter, head))]
    return max(told, key=lambda table: table.clock is not None, default=None)


def _delimited(delimiter: bytes, head: Head) -> Lines | None:
    cut = sum(delimiter in line for line in head.lines)
    if cut < SAME * len(head.lines) and (cut or delimiter != DELIMITERS[0]):
        return None
    if not _width([_cells(line, delimiter) for line in head.some], AGREED):
        return None
    rows = [_cells(line, delimiter) for line in head.lines]
    rows, names = _named(rows, delimiter, head)
    found = _table(rows, head)
    if found is None or _is_prose(found):
        return None
    return rows_of("csv", found, delimiter, head, w3c=names)


def plain(head: Head) -> Lines | None:
    """The format of numbers with white space between them, with a time or not.

    There may be some words too, if there is a heading; `#Fields:` may be one.
    """
    few = [_words(line, head) for line in head.some]
    if not _width(few, AGREED) or _is_text(few, head):
        return None
    rows, names = _named([_words(line, head) for line in head.lines], BLANK, head)
    found = _table(rows, head)
    if found is None:
        return None
    says = sum(column.numeric or column.time is not None for column in found)
    if says < len(found) and not names and (not found[0].name or says < len(found) / 2):
        return None
    return rows_of("plain", found, BLANK, head, w3c=names)


def _is_text(few: Sequence[Sequence[bytes]], head: Head) -> bool:
    """Whether these rows have words where a table has numbers, and nothing above is a heading."""
    if head.comments or not all(map(_has_numbers, head.lines[: 1 + MOST_ABOVE])):
        return False
    width = _width(few, AGREED)
    columns = zip(*(row for row in few if len(row) == width), strict=True)
    return any(all(c.isalpha() and c.lower() not in UNKNOWN for c in column) for column in columns)


def _has_numbers(line: bytes) -> bool:
    """Whether it has more than one word with digits, one of which may be its time."""
    return sum(word[-1:].isdigit() for word in line.split()) > 1


def _named(rows: list[list[bytes]], delimiter: bytes, head: Head) -> tuple[list[list[bytes]], bool]:
    """The rows with their times whole; below a heading, if a comment is one."""
    width = _width(rows)
    comments = head.comments if head.comments != head.lines else ()
    names = named_in(comments, width, delimiter)
    if names is None and comments and delimiter == BLANK:
        names = _joined(named_in(comments, width + 1, delimiter), rows, width)
    rows = [names, *rows] if names else rows
    return with_times_whole(rows, delimiter), names is not None


def _joined(
    names: list[bytes] | None, rows: Sequence[Sequence[bytes]], width: int
) -> list[bytes] | None:
    """`names` with one for the time of `rows`, which is of two words: `date time`."""
    row: Sequence[bytes] = next((row for row in rows if len(row) == width), ())
    at = next((n for n, cell in enumerate(row) if BLANK in cell), None)
    if names is None or at is None:
        return None
    return [*names[:at], BLANK.join(names[at : at + 2]), *names[at + 2 :]]


def _words(line: bytes, head: Head) -> list[bytes]:
    """The words of a line, its first time being one."""
    time = next(head.find(line), None)
    if time is None or not (line[: time.start][-1:].isspace() or not time.start):
        return line.split()
    if not (line[time.end : time.end + 1].isspace() or time.end == len(line)):
        return line.split()
    return [*line[: time.start].split(), line[time.start : time.end], *line[time.end :].split()]


def _cells(line: bytes, delimiter: bytes) -> list[bytes]:
    if b'"' not in line:
        return [cell.strip() for cell in line.split(delimiter, MOST_CELLS)]
    cell = rb'([ ]*+"(?:[^"]|"")*+"[ ]*+|[^%b]*+)(?:%b|$)' % (delimiter, re.escape(delimiter))
    return [found.strip().strip(b'"') for found in re.findall(cell, line)[:-1]][: MOST_CELLS + 1]


def _width(rows: Sequence[Sequence[bytes]], least: float = SAME) -> int:
    """Of most rows, if nearly all have as many cells; else 0."""
    width, often = Counter(map(len, rows)).most_common(1)[0] if rows else (0, 0)
    return width if often >= least * max(1, len(rows) - MOST_ABOVE) else 0


def _table(rows: list[list[bytes]], head: Head) -> list[Column] | None:
    """The columns of `rows`, if most are equally long and one of them says something."""
    width = _width(rows)
    same = [row for row in rows if len(row) == width]
    above = next((n for n, row in enumerate(rows[:MOST_ABOVE]) if len(row) == width), MOST_ABOVE)
    if not 0 < width <= MOST_CELLS or (above and len(same) < SAME * (len(rows) - above)):
        return None
    names = _heading(same[0], same[1:], head) if above < MOST_ABOVE else []
    body = [row for row in same[1:] if row[-1] != same[0][-1]] if names else same
    if not body or (width < 2 and not names):
        return None
    columns = [
        Column(names[n] if names else "", list(cells), format_of(cells, head), shape_of(cells))
        for n, cells in enumerate(zip(*body, strict=True))
    ]
    return _with_one_time(columns, head)


def _heading(first: Sequence[bytes], rows: Sequence[Sequence[bytes]], head: Head) -> list[str]:
    """The names of the columns, if the first row is no data and the others are.

    The time of a heading is one, as `sar` has it.
    """

    def is_data(cell: bytes) -> bool:
        return not math.isnan(number(cell)) or format_of([cell], head) is not None

    said = [cell for cell in first if not TIME_OF_DAY.fullmatch(cell)] if len(first) > 2 else first
    if any(map(is_data, said)) or not all(first) or len(said) < len(first) - 1:
        return []
    data = rows and any(map(is_data, rows[0][len(first) - len(said) :]))
    return [cell.decode("utf-8", "replace") for cell in first] if data else []


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
    if time is not None and not time.has_day:
        return falls_in(time, column.cells, head)
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
        if not column.time and not column.numeric and not column.dated
    ]
    return not named and any(count > PROSE * len(columns[0].cells) for count in words)
