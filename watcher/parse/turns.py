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
SAID = re.compile(
    rb"[ \t]++((?:%b[ ]){0,2}%b?)([:=]?)[ \t]++%b" % (WORD, WORD, VALUE),
)


_groups = re.compile(rb"(?<!\\)\((?!\?)")


def turns(rests: Sequence[bytes]) -> list[Part]:
    """What finds the values that take turns in lines that are nothing else."""
    few = rests[:: 1 + len(rests) // FEW]
    if sum(SAID.fullmatch(rest) is not None for rest in few) < NEARLY_ALL * len(few):
        return []
    found = [said for rest in rests if (said := SAID.fullmatch(rest))]
    keys = list(dict.fromkeys((said[1], said[2]) for said in found))
    if len(found) < NEARLY_ALL * len(rests) or not 1 < len(keys) * EACH <= len(found):
        return []
    if not 1 < len(keys) <= MOST_NAMES:
        return []
    fields = [
        Field(
            name.decode("utf-8", "replace"),
            n,
            [quantity(said[3]) for said in found if said.group(1, 2) == (name, sign)],
        )
        for n, (name, sign) in enumerate(keys)
    ]
    if sum(map(_measures, fields)) < MEASURED * len(fields):
        return []
    return [_part(field.name, *keys[field.place]) for field in chosen(fields)]


def _measures(field: Field) -> bool:
    return MEASURES.search(field.name) is not None or any(value % 1 for value in field.values)


def _part(field: str, name: bytes, sign: bytes) -> Part:
    """Atomic, so that the lines of others cost one look."""
    found = rb"(?>[ \t]++%b%b[ \t]++%b)?+" % (re.escape(name), re.escape(sign), VALUE)
    return Part(found, "field", field, written="unit")


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
    label = next((n for n in range(at) if _tells_apart(columns[n], time)), None)
    if label is None:
        return None
    names = list(dict.fromkeys(columns[label].cells))
    shape, cells = columns[at].shape, columns[at].cells
    if shape is None:
        return None
    told = [
        Field(
            name.decode("utf-8", "replace"),
            n,
            [shape.value(cells[m]) for m, said in enumerate(columns[label].cells) if said == name],
        )
        for n, name in enumerate(names)
    ]
    skipped = [_groups.sub(b"(?:", delimiter.cell(one).pattern) for one in columns[:at]]
    parts = []
    for field in chosen(told):
        skipped[label] = rb'"?%b"?' % re.escape(names[field.place])
        before = delimiter.between.join([*skipped, b""])
        value = delimiter.field(shape, field.name, last=at == len(columns) - 1)
        indent = rb"[ \t]*+" if delimiter.is_blank else b""
        ahead = rb"(?:(?=%b%b%b))?+" % (indent, before, value.pattern)
        parts.append(Part(ahead, "field", field.name, written=value.written))
    return parts


def _tells_apart(column: Column, time: Column) -> bool:
    """Whether its cells are a few names, and several rows have one time and one name each."""
    names, rows = {*column.cells}, len(column.cells)
    if column.numeric or column.time or column.dated or not 1 < len(names) <= MOST_NAMES:
        return False
    if EACH * len(names) > rows or not all(names):
        return False
    at_once = len({*time.cells})
    pairs = {*zip(time.cells, column.cells, strict=True)}
    return at_once * AT_ONCE <= rows and len(pairs) >= SURE * rows
