"""Numbers that text for people names in every line: `temp=21.5`, `LEN=60`, `Humidity: 40 %`."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from watcher.parse.fields import Field, chosen
from watcher.parse.lines import Part
from watcher.parse.numbers import NUMBER, number

ALWAYS = 0.95  # of the lines must name a number for it to be kept
LONGEST_NAME = 40  # bytes
NEAR = 400  # bytes behind the number before; bounds what a line without it costs
NAME = rb"(?<![\w.-])([A-Za-z_][\w.-]{0,%d}+)(=|: ?)" % LONGEST_NAME
END = rb"(?![\d.:/-])"  # neither a time of day nor an address nor a version
NAMED = re.compile(NAME + rb"(%b)" % NUMBER + END)


def named_numbers(rests: Sequence[bytes]) -> list[Part]:
    """What finds, one after the other, the numbers that nearly all of `rests` name."""
    seen: dict[tuple[bytes, bytes], list[float]] = {}
    for n, rest in enumerate(rests):
        for name, sign, value in NAMED.findall(rest):
            values = seen.setdefault((name, sign), [math.nan] * len(rests))
            if math.isnan(values[n]):
                values[n] = number(value)
    kept = [
        Field(name.decode("ascii"), place, values)
        for place, ((name, _), values) in enumerate(seen.items())
        if sum(map(math.isfinite, values)) >= ALWAYS * len(rests)
    ]
    keys = list(seen)
    parts = [_part(field.name, *keys[field.place]) for field in chosen(kept)]
    match = re.compile(b"".join(part.pattern for part in parts)).match
    whole = sum(None not in found.groups() for rest in rests if (found := match(rest)))
    return parts if parts and whole >= ALWAYS * len(rests) else []


def _part(field: str, name: bytes, sign: bytes) -> Part:
    """Atomic, so that a line without it costs one look and no more."""
    what = re.escape(name) + sign
    found = rb"(?>[^\n]{0,%d}?(?<![\w.-])%b(%b)%b)?+" % (NEAR, what, NUMBER, END)
    return Part(found, "field", field)
