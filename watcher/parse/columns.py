"""Tables: values side by side, with commas, semicolons, tabs, bars or white space between them.

With or without a heading, with or without a time. Columns that measure something are kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from watcher.parse.calendar import with_calendar_whole
from watcher.parse.cells import DIGIT, IS_FIELDS, TIME_OF_DAY, named_in, with_times_whole
from watcher.parse.head import Head
from watcher.parse.headings import (
    FEWEST_BELOW,
    begin_of,
    from_the_manual,
    heading_of,
    is_heading,
    is_rule,
)
from watcher.parse.lines import Lines
from watcher.parse.placed import names_above
from watcher.parse.rows import Column, rows_of
from watcher.parse.sections import pattern_of, section_of
from watcher.parse.silent import as_they_stand
from watcher.parse.tables import (
    BLANK,
    MOST_ABOVE,
    MOST_CELLS,
    SAME,
    SOME_ABOVE,
    SURELY,
    is_prose,
    table_of,
    undated,
    width_of,
)

DELIMITERS = (b",", b";", b"\t", b"|")
AGREED = 0.6  # of a few lines must have the same number of cells, for it to be worth looking at all
MOST_PREAMBLE = 60  # lines above a heading
UNKNOWN = (b"nan", b"null", b"none", b"inf", b"na")  # words that stand for a number
GROUPED = re.compile(rb"(?<=[ ]{2})\d{1,3}(?:,\d{3})++(?![^ \r])")
DECIMAL = re.compile(rb"[ \t]*[+-]?\d++,(\d{1,6})").fullmatch
ZERO = re.compile(rb"0").match
AROUND = re.compile(rb"[\[(]$"), re.compile(rb"^[\])]?:?")  # a time: `1793606400: `, `[08:00:01] `
# What else sar and its kin write: averages at the end, and `LINUX RESTART` with its time.
AVERAGE = rb"(?:[^\s\d:]++(?: :|:)[ \t]|[\d:]{8}(?: [AP]M)?+[ \t]++LINUX[ -]RESTART)[^\n]*+"
UNIT = re.compile(
    rb"%|(?:\xc2\xb0|[\xc2\xce]\xb5|\xce\xbc)[A-Za-z]{0,3}|[A-Za-z]{1,4}(?:/[A-Za-z0-9]{1,3})"
).fullmatch
SET = re.compile(rb"\w=\d").search  # in no heading: `System configuration: lcpu=8` of AIX
QUOTED = re.compile(rb'"[^"\n]*+"(?![^ \t])|[^ \t\r]++')  # or a word
MOSTLY = 0.66  # of the columns, or SURELY, are numbers in rows that begin with a time


def csv(head: Head) -> Lines | None:
    """The format of a table with one of DELIMITERS."""
    delimiters = DELIMITERS[_are_decimals(head.lines) :]  # then no comma parts cells
    told = [
        table
        for delimiter in sorted(delimiters, key=lambda one: not _parts_all(one, head))
        if (table := _with_or_below(delimiter, head))
    ]
    return max(told, key=lambda table: table.clock is not None, default=None)


def _with_or_below(delimiter: bytes, head: Head) -> Lines | None:
    """The table; if some of its rows say nothing, that below them, as oscilloscopes have it."""
    table = _delimited(delimiter, head)
    if table is None or (table.counts and table.clock is None):
        return _below(delimiter, head) or table
    return table


def _parts_all(delimiter: bytes, head: Head) -> bool:
    """Whether it is no comma, which numbers may have, and all lines have as many of it."""
    counts = {line.count(delimiter) for line in (head.lines[0], *head.some)}
    return delimiter != DELIMITERS[0] and len(counts) == 1 and counts != {0}


def _delimited(delimiter: bytes, head: Head) -> Lines | None:
    first = next((n for n, line in enumerate(head.lines) if delimiter in line), 0)
    lines = head.lines[first:] if first <= SOME_ABOVE else head.lines
    cut = sum(delimiter in line for line in lines)
    if cut < SAME * len(lines) and (cut or delimiter != DELIMITERS[0]):
        return None
    if delimiter == DELIMITERS[0] and _are_grouped(head.some):
        return None
    if not width_of([_cells(line, delimiter) for line in head.some], AGREED):
        return None
    rows = [_cells(line, delimiter) for line in head.lines]
    rows, names = _named(rows, delimiter, head)
    found = table_of(rows, head)
    if found is None or is_prose(found):
        return None
    return rows_of("csv", found, delimiter, head, w3c=names, above=_above(rows, found, head, names))


def _below(delimiter: bytes, head: Head) -> Lines | None:
    """The table below a preamble: all rows to the end have as many cells, and words above them."""
    last = [line.count(delimiter) for line in head.lines[-FEWEST_BELOW:]]
    if not last[0] or len({*last}) > 1:  # as most logs; quotes are worth no look
        return None
    rows = [_cells(line, delimiter) for line in head.lines]
    first = begin_of(rows, head)
    rows = [row[: len(rows[-1])] for row in rows[first:]]
    many = heading_of(rows, head)
    if not 0 < first <= MOST_PREAMBLE or not many:
        return None
    rows = with_times_whole(with_calendar_whole(rows, delimiter), delimiter)
    found = table_of(rows, head)
    if found is None or not found[0].name or is_prose(found):
        return None
    return rows_of("csv", found, delimiter, head, above=as_they_stand(head.lines[: first + many]))


def _first_row(rows: Sequence[Sequence[bytes]], width: int, head: Head) -> int:
    """The place of the first row with data; 0 where there is none among the first."""
    full = [n for n, row in enumerate(rows[: 2 * MOST_ABOVE]) if len(row) == width]
    many = heading_of([rows[n] for n in full], head)
    blank = not any(rows[n][0] for n in full[many:])  # nobody fills in the first column
    said = (n for n in full[many:] if rows[n][0] or blank)
    data = (n for n in said if not (is_heading(rows[n], head) and not many))
    return next(data, 0)


def _are_grouped(lines: Sequence[bytes]) -> bool:
    """Whether all commas are in numbers that stand alone: `   1,234,567   cycles`."""
    grouped = [GROUPED.sub(b"", line) for line in lines]
    return sum(b"," not in text for text in grouped) >= SAME * len(lines) > 0 and grouped != lines


def _are_decimals(lines: Sequence[bytes]) -> bool:
    """Whether each is one number with a comma, as `21,05`: a second column has no zeros ahead."""
    decimals = [one[1] for one in map(DECIMAL, lines) if one]
    alike = len(decimals) >= SAME * len(lines) and len({*map(len, decimals)}) == 1
    return alike and any(map(ZERO, decimals))


def _above(
    rows: Sequence[Sequence[bytes]], found: Sequence[Column], head: Head, named: bool
) -> bytes:
    """Pattern of the lines above the first with data, which say nothing, and of averages below."""
    body = rows[named:]
    first = _first_row(body, len(found), head)
    first += next((undated(column.cells) for column in found if column.time), 0)
    data = body[first] if body else []  # whose first cell is in no heading
    above = head.lines[:first] if first <= MOST_ABOVE else ()
    if data and DIGIT(data[0]):
        told = zip(above, body, strict=False)
        above = [line for line, row in told if row[:1] != data[:1] or is_heading(row[1:], head)]
    ends = any(TIME_OF_DAY.fullmatch(row[0]) for row in rows[:SOME_ABOVE] if row)
    return as_they_stand(above, AVERAGE if ends else b"") if above or ends else b""


def plain(head: Head) -> Lines | None:
    """The format of numbers with white space between them, with a time or not.

    There may be some words too, if there is a heading; `#Fields:` may be one.
    """
    few = [_words(line, head) for line in head.some]
    if not width_of(few, AGREED) or _is_text(few, head):
        return _again(head)
    rows, names = _named([_words(line, head) for line in head.lines], BLANK, head)
    found = table_of(rows, head)
    if found is None:
        return _again(head)
    found = _with_names(found, rows, head) if not found[0].name else found
    says = sum(column.numeric or column.time is not None for column in found)
    says += sum(one.numeric and _is_unit(two) for one, two in pairwise(found))
    named = names or (found[0].name and says >= len(found) / 2)
    timed = found[0].time is not None and says >= max(SURELY, MOSTLY * len(found))
    if says < len(found) and not named and not timed:
        return _again(head)
    return rows_of("plain", found, BLANK, head, w3c=names, above=_above(rows, found, head, names))


def _is_unit(column: Column) -> bool:
    """Whether it is what the number before is measured in: `21.5 \u00b0C 45 %`."""
    return len({*column.cells}) == 1 and UNIT(column.cells[0]) is not None


def _with_names(found: list[Column], rows: Sequence[Sequence[bytes]], head: Head) -> list[Column]:
    """Columns with the names that stand above them, if they stand in line."""
    first = _first_row(rows, len(found), head)
    above = [line for line in head.lines[:first] if not (is_rule(line.split()) or SET(line))]
    told = zip(head.lines[first:], rows[first:], strict=False)
    same = [(line, row) for line, row in told if len(row) == len(found)]
    names = names_above(above, same) or [b""] * len(found)
    return [
        column._replace(name=name.decode("utf-8", "replace"))
        for column, name in zip(found, names, strict=True)
    ]


def _again(head: Head) -> Lines | None:
    """The format of a table that comes again and again among other lines."""
    section = section_of(head)
    found = section and table_of(section.rows, head)
    if not section or not found:
        return None
    return rows_of("plain", found, BLANK, head, above=pattern_of(section.others))


def _is_text(few: Sequence[Sequence[bytes]], head: Head) -> bool:
    """Whether these rows have words where a table has numbers, and nothing above is a heading."""
    if head.comments or not all(map(_has_numbers, head.lines[: 1 + SOME_ABOVE])):
        return False
    width = width_of(few, AGREED)
    columns = zip(*(row for row in few if len(row) == width), strict=True)
    return any(all(c.isalpha() and c.lower() not in UNKNOWN for c in column) for column in columns)


def _has_numbers(line: bytes) -> bool:
    """Whether it has more than one word with digits, one of which may be its time."""
    return sum(word[-1:].isdigit() for word in line.split()) > 1


def _named(rows: list[list[bytes]], delimiter: bytes, head: Head) -> tuple[list[list[bytes]], bool]:
    """The rows with their times whole; below a heading, if a comment is one."""
    width = width_of(rows)
    comments = head.comments if head.comments != head.lines else ()
    names = named_in(comments, width, delimiter) or from_the_manual(rows)
    if comments and delimiter == BLANK and not _fit(names, rows):
        names = _joined(named_in(comments, width + 1, delimiter), rows, width)
    rows = [names, *rows] if names else rows
    rows = with_calendar_whole(rows, delimiter)
    return with_times_whole(rows, delimiter), names is not None


def _fit(names: list[bytes] | None, rows: Sequence[Sequence[bytes]]) -> bool:
    """Whether there are names; if day and time have one each, so must the words of rows."""
    dated = names is not None and names[:2] == [b"date", b"time"]
    return names is not None and not (dated and rows and BLANK in rows[-1][0])


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
    """The words of a line, its first time being one; and what stands in quotes, as W3C has it."""
    split = QUOTED.findall if b'"' in line and any(map(IS_FIELDS, head.comments)) else bytes.split
    time = next(head.find(line), None)
    if time is None:
        return split(line)
    before, behind = line[: time.start], line[time.end :]
    before, behind = (AROUND[0].sub(b"", before), AROUND[1].sub(b"", behind))
    if (before and not before[-1:].isspace()) or (behind and not behind[:1].isspace()):
        return split(line)
    return [*split(before), line[time.start : time.end].strip(), *split(behind)]


def _cells(line: bytes, delimiter: bytes) -> list[bytes]:
    if b'"' not in line:
        return [cell.strip() for cell in line.split(delimiter, MOST_CELLS)]
    cell = rb'([ ]*+"(?:[^"]|"")*+"[ ]*+|[^%b]*+)%b' % (delimiter, re.escape(delimiter))
    found = re.findall(cell, line + delimiter)[: MOST_CELLS + 1]
    return [text.strip().strip(b'"').strip() for text in found]
