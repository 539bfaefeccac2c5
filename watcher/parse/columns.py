"""Tables: values side by side, with commas, semicolons, tabs, bars or white space between them.

With or without a heading, with or without a time. Columns that measure something are kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from watcher.parse.cells import TIME_OF_DAY, named_in, shape_of, with_times_whole
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
from watcher.parse.headings import from_the_manual, heading_of, is_heading, is_rule, names_of
from watcher.parse.keys import TIME_KEYS
from watcher.parse.lines import Lines
from watcher.parse.rows import Column, rows_of
from watcher.parse.sections import pattern_of, section_of
from watcher.parse.silent import as_they_stand
from watcher.parse.timeformat import WHOLE

DELIMITERS = (b",", b";", b"\t", b"|")
BLANK = b" "  # any number of them, or of tabs
SAME = 0.9  # of the lines must have the same number of cells
AGREED = 0.6  # likewise of a few lines, for it to be worth looking at all
MOST_CELLS = 200  # of a row; a longer one is no table
SOME_ABOVE = 3  # lines above those that have as many cells as most: `vmstat` has two headings
MOST_ABOVE = 12  # likewise of a log whose other lines show that it is a table
UNKNOWN = (b"nan", b"null", b"none", b"inf", b"na")  # words that stand for a number
ROW = b"row_id"  # the name of a first column that has none: the number of the row
AVERAGE = rb"Average:[^\n]*+"  # the last line of sar and its kin
SURELY, MOSTLY = (
    4,
    0.66,
)  # columns, and how many of them, are numbers in rows that begin with a time
ALIKE, FEW_WORDS = 0.5, 3  # of the cells are different where cells come again; words of one
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
    return rows_of("csv", found, delimiter, head, w3c=names, above=_above(rows, head, names))


def _above(rows: Sequence[Sequence[bytes]], head: Head, named: bool) -> bytes:
    """Pattern of the lines above the first with data, which say nothing, and of averages below."""
    width = _width(rows)
    data = (
        n
        for n, row in enumerate(rows[named:])
        if len(row) == width and row[0] and not is_heading(row, head)
    )
    first = next(data, 0)
    above = head.lines[:first] if first <= MOST_ABOVE else ()
    ends = any(TIME_OF_DAY.fullmatch(row[0]) for row in rows[:SOME_ABOVE] if row)
    return as_they_stand(above, AVERAGE if ends else b"") if above or ends else b""


def plain(head: Head) -> Lines | None:
    """The format of numbers with white space between them, with a time or not.

    There may be some words too, if there is a heading; `#Fields:` may be one.
    """
    few = [_words(line, head) for line in head.some]
    if not _width(few, AGREED) or _is_text(few, head):
        return _again(head)
    rows, names = _named([_words(line, head) for line in head.lines], BLANK, head)
    found = _table(rows, head)
    if found is None:
        return _again(head)
    says = sum(column.numeric or column.time is not None for column in found)
    named = names or (found[0].name and says >= len(found) / 2)
    timed = found[0].time is not None and says >= max(SURELY, MOSTLY * len(found))
    if says < len(found) and not named and not timed:
        return _again(head)
    return rows_of("plain", found, BLANK, head, w3c=names, above=_above(rows, head, names))


def _again(head: Head) -> Lines | None:
    """The format of a table that comes again and again among other lines."""
    section = section_of(head)
    found = section and _table(section.rows, head)
    if not section or not found:
        return None
    return rows_of("plain", found, BLANK, head, above=pattern_of(section.others))


def _is_text(few: Sequence[Sequence[bytes]], head: Head) -> bool:
    """Whether these rows have words where a table has numbers, and nothing above is a heading."""
    if head.comments or not all(map(_has_numbers, head.lines[: 1 + SOME_ABOVE])):
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
    names = named_in(comments, width, delimiter) or from_the_manual(rows)
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
    """Of most rows, if nearly all below the first of them have as many cells; else 0."""
    width, often = Counter(map(len, rows)).most_common(1)[0] if rows else (0, 0)
    first = next((n for n, row in enumerate(rows[:MOST_ABOVE]) if len(row) == width), 0)
    return width if often >= least * max(1, len(rows) - max(first, SOME_ABOVE)) else 0


def _table(rows: list[list[bytes]], head: Head) -> list[Column] | None:
    """The columns of `rows`, if most are equally long and one of them says something."""
    width = _width(rows)
    above = next((n for n, row in enumerate(rows[:MOST_ABOVE]) if len(row) == width), MOST_ABOVE)
    same = [row for row in rows if len(row) == width and not is_rule(row)]
    if not 0 < width <= MOST_CELLS or (above and len(same) < SAME * (len(rows) - above)):
        return None
    headings = heading_of(same, head) if above < MOST_ABOVE else 0
    named = same[headings - 1] if headings else []
    names = names_of(named)
    if not names and 0 < above < MOST_ABOVE and len(rows[above - 1]) == width - 1:
        names = names_of([ROW, *rows[above - 1]]) if is_heading(rows[above - 1], head) else []
    body = [row for row in same[headings:] if row[-2:] != named[-2:]] if named else same[headings:]
    if not body or (width < 2 and not names):
        return None
    columns = [
        Column(names[n] if names else "", list(cells), format_of(cells, head), shape_of(cells))
        for n, cells in enumerate(zip(*body, strict=True))
    ]
    return _with_one_time(columns, head)


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


def _is_prose(columns: list[Column]) -> bool:
    """Whether this is text that happens to have delimiters: some column has many words."""
    named = any(column.name for column in columns)
    texts = [one for one in columns if not one.time and not one.numeric and not one.dated]
    return not named and any(_is_text_of_people(column.cells) for column in texts)


def _is_text_of_people(cells: Sequence[bytes]) -> bool:
    """Whether many cells have several words: many, if they come again and again, as names do."""
    most = FEW_WORDS if len(set(cells)) <= ALIKE * len(cells) else 1
    return sum(cell.count(BLANK) >= most and len(cell.split()) > most for cell in cells) > (
        PROSE * len(cells)
    )
