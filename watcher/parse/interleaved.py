"""Values that take turns: `TIME NAME VALUE`, each line another of a few names.

So do MQTT, FHEM and `upsc` in a loop; and in long tables one column says what the value of a row
is. Each name becomes a field. Names that come only later say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from watcher.parse.fields import MEASURES, Field, chosen
from watcher.parse.lines import Part
from watcher.parse.numbers import NUMBER, UNIT, quantity

if TYPE_CHECKING:
    from watcher.parse.rows import Column, Delimiter

FEW = 12  # lines that are asked first
MOST_NAMES = 16  # that take turns; of more, none is known to come again
EACH = 2  # lines of each name, on the average
NEARLY_ALL = 0.9  # of the lines must be such
MEASURED = 0.5  # of the names must be those of measures, or have fractions
AT_ONCE = 1.5  # rows of one time in a long table, on the average
SURE = 0.98  # of these must be of different names

VALUE = rb"(%b(?:[ ]?%b)?+)[ \t]*+(?=\r?$)" % (NUMBER, UNIT)
WORD = rb"[A-Za-z_$/%][^ \t\n]{0,80}"
SAID = re.compile(rb"[ \t]*+((?:%b[ ]){0,2}%b?)([:=]?)[ \t]++%b" % (WORD, WORD, VALUE))

_groups = re.compile(rb"(?<!\\)\((?!\?)")


def interleaved(rests: Sequence[bytes]) -> list[Part]:
    """What finds the values that take turns in lines that are nothing else."""
    few = rests[:: 1 + len(rests) // FEW]
    if sum(SAID.fullmatch(rest) is not None for rest in few) < NEARLY_ALL * len(few):
        return []
    found = [said for rest in rests if (said := SAID.fullmatch(rest))]
    values: dict[tuple[bytes, bytes], list[float]] = {}
    for said in found:
        values.setdefault((said[1], said[2]), []).append(quantity(said[3]))
    if len(found) < NEARLY_ALL * len(rests) or not _are_few(values, len(found)):
        return []
    keys = list(values)
    fields = [Field(_text(key[0]), n, values[key]) for n, key in enumerate(keys)]
    if sum(map(_measures, fields)) < MEASURED * len(fields):
        return []
    return [_part(field.name, *keys[field.place]) for field in chosen(fields)]


def undated(lines: Sequence[bytes]) -> list[Part]:
    """Likewise where lines are nothing else from their beginning; what is no such line has none."""
    found = interleaved(lines)
    return [Part(rb"(?=%b\r?$)" % _groups.sub(b"(?:", SAID.pattern)), *found] if found else []


def _are_few(names: Collection[object], lines: int) -> bool:
    """Whether there are some names, and each comes again."""
    return 1 < len(names) <= MOST_NAMES and EACH * len(names) <= lines


def _measures(field: Field) -> bool:
    return MEASURES.search(field.name) is not None or any(value % 1 > 0 for value in field.values)


def _part(field: str, name: bytes, sign: bytes) -> Part:
    """Atomic, so that the lines of others cost one look."""
    found = rb"(?>[ \t]*+%b%b[ \t]++%b)?+" % (re.escape(name), re.escape(sign), VALUE)
    return Part(found, "field", field, written="unit")


def _text(name: bytes) -> str:
    return name.decode("utf-8", "replace")


def in_turn(
    columns: Sequence[Column], fields: Collection[int], delimiter: Delimiter
) -> list[Part] | None:
    """What finds the values of a long table, whose only one of `fields` is what a column says.

    None: it is no such table.
    """
    time = next((column for column in columns if column.time), None)
    if time is None or len(fields) != 1:
        return None
    at = next(iter(fields))
    others = [*range(at), *range(at + 1, len(columns))]
    label = next((n for n in others if _tells_apart(columns[n], time)), None)
    shape = columns[at].shape
    if label is None or shape is None:
        return None
    said: dict[bytes, list[float]] = {}
    for name, cell in zip(columns[label].cells, columns[at].cells, strict=True):
        said.setdefault(name, []).append(shape.value(cell))
    names = list(said)
    told = [Field(_text(name), n, said[name]) for n, name in enumerate(names)]
    until = 1 + max(at, label)
    cells = [_groups.sub(b"(?:", delimiter.cell(one).pattern) for one in columns[:until]]
    parts = []
    for field in chosen(told):
        value = delimiter.field(shape, field.name, last=at == len(columns) - 1)
        cells[at], cells[label] = value.pattern, rb'"?%b"?' % re.escape(names[field.place])
        parts.append(_ahead(cells, value, delimiter))
    return parts


def _ahead(cells: Sequence[bytes], value: Part, delimiter: Delimiter) -> Part:
    """The value of a row whose cells are such; it takes nothing."""
    indent = rb"[ \t]*+" if delimiter.is_blank else b""
    end = rb"(?!%b)" % delimiter.free  # of a name that is the last
    pattern = rb"(?:(?=%b%b%b))?+" % (indent, delimiter.between.join(cells), end)
    return Part(pattern, "field", value.name, written=value.written)


def _tells_apart(column: Column, time: Column) -> bool:
    """Whether its cells are a few names, and several rows have one time and one name each."""
    names, rows = {*column.cells}, len(column.cells)
    if column.numeric or column.time or column.dated or b"" in names or not _are_few(names, rows):
        return False
    pairs = {*zip(time.cells, column.cells, strict=True)}
    return len({*time.cells}) * AT_ONCE <= rows and len(pairs) >= SURE * rows
