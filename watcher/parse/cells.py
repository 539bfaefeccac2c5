"""The cells of a table: what they hold, and numbers as people like them.

`21,5` where commas do not part the columns, and `51 %` or `250.3 W` where the unit never varies.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from watcher.parse.numbers import NUMBER, number

NUMERIC = 0.8  # of the cells of a column that are not missing must be numbers
MISSING = frozenset(b" - -- NA N/A n/a [N/A] NaN nan null NULL None ? \\N (empty)".split(b" "))
UNITED = re.compile(rb"(%b)( ?(?:[A-Za-z%%\xc2\xb0][^\s\d]{0,7}|%%))" % NUMBER)
COMMA = re.compile(rb"[+-]?\d++(?:,\d++)?+")
TIME_OF_DAY = re.compile(rb"\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?[AaPp]\.?[Mm]\.?)?")
DAY = re.compile(rb"\d{4}[-/.]\d\d[-/.]\d\d|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}")
MOST_TRIED = 50  # rows that are looked at for a day and a time


class Shape(NamedTuple):
    """How the numbers of a column are written."""

    unit: bytes = b""  # behind each, with its space
    comma: bool = False  # where others have a point

    def value(self, cell: bytes) -> float:
        """The number that a cell holds, or NaN."""
        if self.unit:
            cell = cell.removesuffix(self.unit.strip()).rstrip()
        return number(cell.replace(b",", b".") if self.comma else cell)


def shape_of(cells: Sequence[bytes]) -> Shape | None:
    """How nearly all of `cells` are written that are not missing; None: they are no numbers."""
    said = [cell for cell in cells if cell not in MISSING]
    units = Counter(found[2] for cell in said if (found := UNITED.fullmatch(cell)))
    commas = sum(COMMA.fullmatch(cell) is not None for cell in said)
    shapes = [Shape()]
    if units:
        shapes.append(Shape(units.most_common(1)[0][0]))
    if commas >= NUMERIC * len(said):
        shapes.append(Shape(comma=True))
    for shape in shapes:
        numbers = sum(not math.isnan(shape.value(cell)) for cell in said)
        if said and numbers >= NUMERIC * len(said):
            return shape
    return None


def with_times_whole(rows: list[list[bytes]], delimiter: bytes) -> list[list[bytes]]:
    """`rows` where a day and the time of day beside it are one cell."""
    at = _day_and_time(rows[-MOST_TRIED:])
    if at is None:
        return rows
    return [
        [*row[:at], row[at] + delimiter + row[at + 1], *row[at + 2 :]] if len(row) > at + 1 else row
        for row in rows
    ]


def _day_and_time(rows: list[list[bytes]]) -> int | None:
    for at in range(min(map(len, rows), default=0) - 1):
        days = sum(DAY.fullmatch(row[at]) is not None for row in rows)
        times = sum(TIME_OF_DAY.fullmatch(row[at + 1]) is not None for row in rows)
        if min(days, times) >= max(1, len(rows) - 1):
            return at
    return None


def named_in(comments: Sequence[bytes], width: int, delimiter: bytes) -> list[bytes] | None:
    """The heading that a comment is: `#Fields: date time`, `# ts;cpu`."""
    for comment in comments:
        text = re.sub(rb"^#+[ \t]*(?i:fields:?[ \t])?[ \t]*", b"", comment.strip())
        for cells in (text.split(delimiter), text.split()):
            if len(cells) == width > 1 and all(cells):
                return [cell.strip().strip(b'"') for cell in cells]
    return None
