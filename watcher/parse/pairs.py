"""Numbers that text for people names: `temp=21.5`, `LEN=60`, `Humidity: 40 %`, `took=12ms`.

One is kept if nearly every line says it, or many do and its name is that of a measure.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Container, Sequence
from typing import NamedTuple

from watcher.parse.fields import MEASURES, Field, chosen, is_row, never_changes
from watcher.parse.lines import Part
from watcher.parse.numbers import NUMBER, READ, UNIT

ALWAYS = 0.95  # of the lines must name a number for it to be kept
OFTEN = 0.3  # likewise if its name is that of a measure
SEVERAL = 5  # lines at least that do
FEW_LINES = 8  # first ones, and as many all over: if none names a number, no other is looked at
FEW = 2  # of those that lines often lack are kept: each costs a look at the line in vain
TOGETHER = 4  # likewise of those that as many lines say: accuracy, loss, and both of the validation
LONGEST_NAME = 40  # bytes
NEAR = 400  # bytes behind the number before; bounds what a line without it costs
# A name, and no address or file: `www.example.org:443`, `app.py:12`.
BEFORE = rb"(?<![\w.?&-])"  # nor a part of what a client asked for: `/x?count=5`
FILE = rb"(?<!\.\w)(?<!\.\w\w)(?<!\.\w\w\w)(?<!\.\w{4})"
BRACKETED = rb"\[(?=[^\]\n]{1,40}\](?:,|$))"  # `took_millis[4], hits[9]`, but not `sshd[412]: `
SEVERAL_WORDS = rb"(?:(?:(?<=\| )|(?<=\t))(?:[A-Za-z][\w'-]*+ ){1,5})?"  # `| lm loss: 8.9 |`
MEASURED_IN = rb"(?: \([\w/]{1,20}\))?"  # `elapsed time (ms): 255.5`
EQUAL, EQUALS = b"=", rb"[\"']?[ ]?=>?[ ]{0,2}[\"']?"  # `"cpu_p"=>4.5` of Ruby
NAME = BEFORE + rb"(%b[A-Za-z_][\w.-]{0,%d}+%b)(%b|[\"']?(?:[ \t]{0,8}: |%b:)\"?|%b)" % (
    *(SEVERAL_WORDS, LONGEST_NAME, MEASURED_IN),
    *(EQUALS, FILE, BRACKETED),
)
# Neither a time of day nor an address nor a version, nor the beginning of a hexadecimal one.
END = rb"(?![\d.:/\[(-]|[A-Za-z]->|[A-Za-z]{4}|[A-Za-z]++\d|\|[A-Z])"
APART = rb"(?:[nmu]s|\xc2\xb5s|s|secs?|seconds?|[KkMGT]?i?B|%)"  # with a space before it; not `m`
UNITED = rb"(?:(?:%b|[ ]%b)(?![A-Za-z\d/]))?" % (UNIT, APART)
# 21,5 or 1,234.5, where no list goes on.
COMMAS = rb"[+-]?(?:\d{1,3}(?:,\d{3})++(?:\.\d++)?|\d++,\d++)(?=[ \t;)%A-Za-z\xc2]|\r?$)"
NAMED = re.compile(NAME + rb"(%b|%b)(%b)%b" % (COMMAS, NUMBER, UNITED, END))
# `iter 10: loss 3.12, time 123.45ms`, where nothing is named otherwise.
LISTED = re.compile(
    rb"(?<=[,:|-] )([A-Za-z][\w.-]{0,%d}+)( )(%b)(%b)(?=,|[ ]?[|(]|[ ]-[ ]|[ \t]*+\r?$)"
    % (LONGEST_NAME, NUMBER, UNITED)
)

_groups = re.compile(rb"(?<!\\)\((?!\?)").sub

THOUSANDS = re.compile(rb"[+-]?\d{1,3}(?:,\d{3})++(?:\.\d++)?").fullmatch


class Said(NamedTuple):
    """What lines say under one name."""

    values: list[float]  # by line, NaN where there is none
    units: set[bytes]  # nothing among them, if some have none
    written: set[str]  # how: some of READ, of those with a comma


def named_numbers(rests: Sequence[bytes]) -> list[Part]:
    """What finds, one after the other, the numbers that `rests` name."""
    seen: dict[tuple[bytes, bytes], Said] = {}
    few = [*rests[:FEW_LINES], *rests[:: 1 + len(rests) // FEW_LINES]]  # every second is a heading
    pattern = next((one for one in (NAMED, LISTED) if any(map(one.search, few))), None)
    if pattern is None:
        return []
    for n, rest in enumerate(rests):
        for name, sign, value, unit in pattern.findall(rest):
            sign = EQUAL if EQUAL in sign else sign  # however many blanks there are: `time= 8.5`
            said = seen.setdefault((name, sign), Said([math.nan] * len(rests), set(), set()))
            if math.isnan(said.values[n]):
                said.written.add(how := _written(value))
                said.values[n] = READ[how or "unit"]([value if how else value + unit])[0]
                said.units.add(unit.strip())
    keys = list(seen)
    fields = [
        Field(name.decode("ascii"), place, seen[name, sign].values)
        for place, (name, sign) in enumerate(keys)
        if _is_said_to_be_one(name, sign, seen[name, sign])
    ]
    fields = [field for field in fields if not is_row(field)] or fields
    fields = [field for field in fields if not never_changes(field)]
    united = {place for place, key in enumerate(keys) if b"" not in seen[key].units}
    always, often = _always(fields), _often(fields, united)
    for wanted in ([*always, *often], always) if often else (always,):
        kept = sorted(chosen(wanted), key=lambda field: field.place)
        parts = [_part(one.name, *keys[one.place], seen[keys[one.place]]) for one in kept]
        if _are_found(parts, kept, rests):
            return parts
    return []


def _is_said_to_be_one(name: bytes, sign: bytes, said: Said) -> bool:
    """Whether this is a number that has a name: neither `[api:0]` nor `, win 502`."""
    if sign.rstrip(b'"') not in (b":", b"[", b" ") or MEASURES.search(name.decode("ascii")):
        return True
    return sign == b" " and any(value % 1 > 0 for value in said.values)


def _always(fields: Sequence[Field]) -> list[Field]:
    return [field for field in fields if _share(field) >= ALWAYS]


def _often(fields: Sequence[Field], united: Container[int]) -> list[Field]:
    """The most frequent measures of those that not every line has; a unit shows one."""
    some = [
        one
        for one in fields
        if OFTEN <= _share(one) < ALWAYS
        and (one.place in united or MEASURES.search(one.name))
        and sum(map(math.isfinite, one.values)) >= SEVERAL
    ]
    often = sorted(chosen(some), key=lambda field: -_share(field))
    alike = sum(_share(field) == _share(often[0]) for field in often[:TOGETHER])
    return often[: max(FEW, alike)]


def _share(field: Field) -> float:
    return sum(map(math.isfinite, field.values)) / max(1, len(field.values))


def _are_found(parts: Sequence[Part], fields: Sequence[Field], rests: Sequence[bytes]) -> bool:
    """Whether the numbers stand in one order, so that one look at a line finds them all."""
    match = re.compile(b"".join(part.pattern for part in parts)).match
    found = [groups.groups() for rest in rests if (groups := match(rest))]
    counts = [sum(text is not None for text in texts) for texts in zip(*found, strict=True)]
    said = [ALWAYS * _share(field) * len(rests) for field in fields]
    return len(counts) == len(said) and all(map(operator.ge, counts, said))


def demanded(*parts: Part) -> Part:
    """What is found only where a line says the number of one of `parts`; it takes nothing."""
    always = (_groups(b"(?:", part.pattern.removesuffix(b"?+")) for part in parts)
    return Part(rb"(?=%b)" % b"|".join(always), form=b"")


def _written(value: bytes) -> str:
    return "" if b"," not in value else "thousands" if THOUSANDS(value) else "comma"


def _part(field: str, name: bytes, sign: bytes, said: Said) -> Part:
    """Atomic, so that a line without it costs one look and no more."""
    what = re.escape(name) + (EQUALS if sign == EQUAL else re.escape(sign))
    unit = UNITED if said.units != {b""} else b""
    found, written = rb"(%b%b)" % (NUMBER, unit), "unit" if unit else ""
    if commas := said.written & {"comma", "thousands"}:
        found, written = rb"(%b|%b)%b" % (COMMAS, NUMBER, unit), min(commas)
    pattern = rb"(?>[^\n]{0,%d}?%b%b%b%b)?+" % (NEAR, BEFORE, what, found, END)
    return Part(pattern, "field", field, written=written)
