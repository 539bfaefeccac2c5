"""Lines of InfluxDB's line protocol: `cpu,host=a usage=0.5,n=3i 1465839830100400200`.

A field is called by its measurement and its own name, with a dot; a tag by its own name; the time
by `TIME`. Nothing is unescaped but what parts the pieces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from watcher.parse.decode import Record
from watcher.parse.head import unpainted

TIME = "time"
NAME = rb"(?:[^\s,=\\\"]|\\.)++"
VALUE = rb'(?:"(?:[^"\\\n]|\\.)*+"|[^\s,="]++)'
# Measurement, tags, fields, time. The time is demanded, else any `key=value` might be a line.
LINE = re.compile(
    rb"(%b)((?:,%b=%b)*+)[ ](%b=%b(?:,%b=%b)*+)[ ](\d{10,19})\r?"
    % (NAME, NAME, NAME, NAME, VALUE, NAME, VALUE)
)
TAG = re.compile(rb",(%b)=(%b)" % (NAME, NAME))
FIELD = re.compile(rb",?(%b)=(%b)" % (NAME, VALUE))
INTEGER = re.compile(rb"([+-]?\d++)[iu]")
MOST_KEYS = 200  # of a line that are looked at


def decode_influx(block: bytes, wanted: Sequence[str] = ()) -> Iterator[Record | None]:
    """What each line of `block` says: None where it is of no such form, nothing where it is blank.

    If some paths are `wanted`, others may be left out.
    """
    del wanted  # taking a line apart costs more than what is not wanted
    for line in unpainted(block).split(b"\n")[:-1]:
        found = LINE.fullmatch(line)
        if found is not None:
            yield _record(found)
        else:
            yield None if line.strip() and not line.startswith(b"#") else {}


def _record(found: re.Match[bytes]) -> Record:
    measurement, tags, fields, time = found.groups()
    prefix = _bare(measurement) + "."
    record = {_bare(name): value for name, value in TAG.findall(tags)[:MOST_KEYS]}
    for name, value in FIELD.findall(fields)[:MOST_KEYS]:
        integer = INTEGER.fullmatch(value)
        record[prefix + _bare(name)] = integer[1] if integer else value.strip(b'"')
    record[TIME] = time
    return record


def _bare(name: bytes) -> str:
    return name.replace(b"\\", b"").decode("utf-8", "replace")
