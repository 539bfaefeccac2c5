"""The cells of a table: what they hold, and numbers as people like them.

`21,5`, `1,234.5`, `51 %` or `250.3 W` where the unit never varies, and `12ms` where it does.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from watcher.parse.numbers import NUMBER, READ, number

NUMERIC = 0.8  # of the cells of a column that are not missing must be numbers
SAME = 0.9  # of the rows must have a day and a time side by side
_MISSING = (
    rb" - -- -nan NA N/A n/a [N/A] #N/A NaN nan null NULL None ? --- \N MM (empty) unknown"
    rb" unavailable"
)
MISSING = frozenset(_MISSING.split(b" "))
GROUPS = rb"\d{1,3}(?:,\d{3})*+(?:\.\d++)?|\d++(?:\.\d++)?"
SIGN = rb"[A-Za-z%\xb0]|\xc2[\xa3\xb0\xb5]|\xe2\x82\xac"  # of a unit: %, degree, pound, euro
UNITED = re.compile(rb"(%b|[+-]?\d[\d.,]*)(?![a-f]{3})( ?(?:%b)[^\s\d]{0,7})" % (NUMBER, SIGN))
MONEY = re.compile(rb"[+-]?\(?(?:[$]|\xe2\x82\xac|\xc2[\xa3\xa5]) ?[+-]?(?:%b)\)?" % GROUPS)
GROUPED = re.compile(rb"[+-]?%b|%b" % (GROUPS, NUMBER))
SURELY_GROUPED = re.compile(rb"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d++|(?<=,\d{3},\d{3}))")
DOTTED = re.compile(rb"[+-]?\d{1,3}(?:\.\d{3})*+(?:,\d++)?|[+-]?\d++(?:,\d++)?")
SURELY_DOTTED = re.compile(rb"[+-]?\d{1,3}(?:\.\d{3})+(?:,\d++|(?<=\.\d{3}\.\d{3}))")
COMMA = re.compile(rb"[+-]?\d++(?:,\d++)?+")
TIME_OF_DAY = re.compile(
    rb"(?:\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?[AaPp]\.?[Mm]\.?)?"
    rb"|\d\d\xe6\x97\xb6\d\d\xe5\x88\x86\d\d\xe7\xa7\x92)"
)
DOTTED_TIME = re.compile(rb"\d\d\.\d\d\.\d\d")  # of Italy and Finland, beside a day
DAY = re.compile(rb"\d{4}[-/.]\d\d[-/.]\d\d|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}")
COMPACT_DAY = re.compile(rb"[12]\d{3}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
COMPACT_TIME = re.compile(rb"(?:[01]\d|2[0-3])[0-5]\d[0-5]\d")
NAMED_TIME = re.compile(rb"\W?time\W?", re.IGNORECASE).fullmatch
CLOCK = re.compile(rb"\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?")
IS_FIELDS = re.compile(rb"#+[ \t]*(?i:fields)").match
DAYS_AND_TIMES = (
    (DAY, TIME_OF_DAY),
    (TIME_OF_DAY, DAY),
    (DAY, DOTTED_TIME),
    (COMPACT_DAY, CLOCK),
)
_IS_OF_FLUX = re.compile(rb"#(?:group|datatype|default),").match  # which kinds columns are
DIGIT = re.compile(rb"\d").search
LACKING = rb"-9{3,5}(?:\.[09]{1,3})?"  # of weather stations, where nothing was measured
_is_lacking = re.compile(LACKING).fullmatch
FEW = 50  # cells none of which is a number: there is no use in asking more
MOST_TRIED = 50  # rows that are looked at for a day and a time


class Shape(NamedTuple):
    """How the numbers of a column are written."""

    unit: bytes = b""  # behind each, with its space
    written: str = ""  # one of READ
    is_lacking: bool = False  # whether LACKING stands for none

    def value(self, cell: bytes) -> float:
        """The number that a cell holds, or NaN."""
        if self.is_lacking and _is_lacking(cell):
            return math.nan
        if self.unit:
            cell = cell.removesuffix(self.unit.strip()).rstrip()
        return READ[self.written]([cell])[0] if self.written else number(cell)


def shape_of(cells: Sequence[bytes]) -> Shape | None:
    """How nearly all of `cells` are written that are not missing; None: they are no numbers."""
    said = [cell for cell in cells if cell not in MISSING]
    if not said or not any(map(DIGIT, said)):
        return None
    if _numeric(Shape(), said):
        return Shape(is_lacking=_lacks(said))
    units = Counter(found[2] for cell in said if (found := UNITED.fullmatch(cell)))
    shapes = []
    if units:
        unit = units.most_common(1)[0][0]
        bare = [cell.removesuffix(unit.strip()).rstrip() for cell in said]
        shapes = [Shape(unit), *(Shape(unit, written) for written in _written(bare))]
        shapes.append(Shape(written="unit"))
    shapes += [Shape(written=written) for written in _written(said)]
    return next((shape for shape in shapes if _numeric(shape, said)), None)


def _written(said: Sequence[bytes]) -> Iterator[str]:
    """How these may be written, if they are numbers as people like them."""
    if any(map(SURELY_GROUPED.fullmatch, said)) and all(map(GROUPED.fullmatch, said)):
        yield "thousands"
    if any(map(SURELY_DOTTED.fullmatch, said)) and all(map(DOTTED.fullmatch, said)):
        yield "dotted"
    for written, match in (("comma", COMMA.fullmatch), ("money", MONEY.fullmatch)):
        if sum(match(cell) is not None for cell in said) >= NUMERIC * len(said):
            yield written


def _lacks(said: Sequence[bytes]) -> bool:
    """Whether some of these are LACKING, and all others far from it."""
    lacking = [float(cell) for cell in said if cell[:4] == b"-999" and _is_lacking(cell)]
    others = [number(cell) for cell in said if not _is_lacking(cell)] if lacking else []
    return bool(others) and min(others) > max(lacking) / 2


def _numeric(shape: Shape, said: Sequence[bytes]) -> bool:
    """Whether enough are numbers; the first ones are asked first."""
    few = said[:FEW]
    if len(said) > FEW and all(math.isnan(shape.value(cell)) for cell in few):
        return False
    return sum(not math.isnan(shape.value(cell)) for cell in said) >= NUMERIC * len(said)


def with_times_whole(rows: list[list[bytes]], delimiter: bytes) -> list[list[bytes]]:
    """`rows` where a day and the time of day beside it are one cell."""
    width = max(Counter(map(len, rows)).most_common(1), default=(0, 0))[0]
    full = [row for row in rows if len(row) == width]
    at = _day_and_time(full[-MOST_TRIED:], full[0]) if full else None
    if at is None:
        return rows
    return [
        [*row[:at], row[at] + delimiter + row[at + 1], *row[at + 2 :]] if len(row) == width else row
        for row in rows
    ]


def _day_and_time(rows: list[list[bytes]], names: Sequence[bytes]) -> int | None:
    """Where a day stands beside a time; of digits alone only if it is called so."""
    for at in range(len(names) - 1):
        for one, other in DAYS_AND_TIMES:
            both = [one.fullmatch(row[at]) and other.fullmatch(row[at + 1]) for row in rows]
            if sum(map(bool, both)) >= max(1, SAME * (len(rows) - 1)):
                return at
        digits = [_are_digits(row, at) for row in rows[1:]] if NAMED_TIME(names[at + 1]) else []
        if digits and all(digits):
            return at
    return None


def _are_digits(row: Sequence[bytes], at: int) -> bool:
    """Whether these are a day and the time beside it, of eight digits and of six."""
    return bool(COMPACT_DAY.fullmatch(row[at]) and COMPACT_TIME.fullmatch(row[at + 1]))


def named_in(comments: Sequence[bytes], width: int, delimiter: bytes) -> list[bytes] | None:
    """The heading that a comment is, the last if there are several: `#Fields: date time`."""
    for apart in (None,) if delimiter == b" " else (delimiter, None):
        told = [_names_in(comment, width, apart) for comment in comments]
        last = next((n for n in range(len(told) - 1, -1, -1) if told[n]), 0)
        if last and told[last - 1] and not IS_FIELDS(comments[last]):  # units below the names
            return told[last - 1]
        if told and told[last]:
            return told[last]
    return None


def _names_in(comment: bytes, width: int, delimiter: bytes | None) -> list[bytes] | None:
    if _IS_OF_FLUX(comment):
        return None
    text = re.sub(rb"^#+[ \t]*(?i:fields:?[ \t])?[ \t]*", b"", comment.strip())
    cells = text.split(delimiter)
    if len(cells) == width > 1 and all(cells):
        return [cell.strip().strip(b'"') for cell in cells]
    return None
