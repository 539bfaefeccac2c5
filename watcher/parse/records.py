"""Lines that name their values: JSON objects, and logfmt (`level=info took=12ms`).

Only what is wanted is decoded: the time, the fields that measure something, and what lines are
counted by. A field inside an object is called by its path, with dots.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from watcher.parse.batch import Batch
from watcher.parse.clock import Clock
from watcher.parse.fields import Field, chosen
from watcher.parse.head import (
    Head,
    stamp_of,
    unpainted,
)
from watcher.parse.keys import class_of, is_time, time_of
from watcher.parse.lines import MOST_WORDS, Classify, without_nans
from watcher.parse.numbers import number, numbers
from watcher.parse.template import Wanted, usual_json, usual_logfmt
from watcher.parse.timestamps import Stamp
from watcher.parse.usual import Pieces

Record = dict[str, bytes]  # what a line says, by path, as text

DEEPEST = 4  # objects inside objects that are looked into
MOST_KEYS = 200  # of a line that are looked at
FEW = 0.01  # of the lines may have none of the fields, and not be counted
OFTEN = 0.5  # of the lines must have a field for it to be kept
PAIR = re.compile(rb'([A-Za-z_@][\w.@/-]*+)=("(?:[^"\\\n]|\\.)*+"|[^\s"]*+)')
UNIT = re.compile(rb"(?i)(-?\d++(?:\.\d++)?+)(ns|us|\xc2\xb5s|ms|s|m|h|b|kb|mb|%)")
SCALES = {b"ns": 1e-9, b"us": 1e-6, b"\xc2\xb5s": 1e-6, b"ms": 1e-3, b"s": 1.0, b"m": 60.0}
SCALES |= {b"h": 3600.0, b"b": 1.0, b"kb": 1e3, b"mb": 1e6, b"%": 1.0}  # seconds, bytes, percent

NO_TIME: Stamp = (b"", b"", None)

Decode = Callable[[bytes], Iterable[Record | None]]


class Records:
    """The format of logs whose lines name their values."""

    def __init__(
        self,
        name: str,
        decode: Decode,
        time: tuple[str, Clock] | None,
        fields: dict[str, str],
        counted: tuple[str, Classify] | None,
        split: str = "",
    ) -> None:
        """`fields`: path -> name of the field; `counted`: the path of what lines are counted by.

        `split`: the path of what tells series apart.
        """
        self.name = name
        self.clock = time[1] if time else None
        self.time_format = self.clock.format.name if self.clock else ""
        self.fields = tuple(fields.values())
        self.counts = counted is not None
        self.why = f"not {name} with a time and a value that is known"
        self.key = (name, self.time_format, tuple(fields), counted and counted[0])
        self._decode, self._paths, self._counted = decode, tuple(fields), counted
        self._split = split
        self._time = time[0] if time else ""
        self._stamp = re.compile(self.clock.format.pattern) if self.clock else None
        words = counted[0] if counted else "", split
        clocked = self.clock.format if self.clock else None
        usual = usual_json if name == "json" else usual_logfmt
        self._usual = usual(Wanted(self._time, clocked, self._paths, words, decode))
        self._known_class = lru_cache(MOST_WORDS)(self._class)

    def parse(self, block: bytes) -> Batch:
        """The samples of `block`, whose every line ends with a newline."""
        pieces = self._usual.split(block, block.count(b"\n"))
        if pieces is not None and self._usual.lines is not None:
            return without_nans(self._taken(pieces, self._usual.lines))
        records = list(self._decode(block))
        good = [record for record in records if record]
        silent = sum(record is not None and not record for record in records)
        lines = block.count(b"\n")
        return without_nans(
            Batch(
                lines=lines,
                bad=lines - silent - len(good),
                samples=len(good),
                times=self._times(good),
                values={
                    name: [quantity(record.get(path, b"")) for record in good]
                    for name, path in zip(self.fields, self._paths, strict=True)
                },
                classes=self._classes(good),
                labels=[one.get(self._split, b"") for one in good] if self._split else None,
            )
        )

    def _taken(self, pieces: Pieces, pattern: re.Pattern[bytes]) -> Batch:
        """The samples of lines that are all alike."""
        stride, at = pattern.groups + 1, pattern.groupindex
        lines = (len(pieces) - 1) // stride
        nothing = [b""] * lines

        def texts(name: str, behind: int = 0) -> list[bytes]:
            return pieces[at[name] + behind :: stride] if name in at else nothing

        times = [texts("time", n) for n in (1, 2, 3)]
        return Batch(
            lines=lines,
            bad=0,
            samples=lines,
            times=self.clock.times(times[0], times[1], list(times[2])) if self.clock else None,
            values={
                name: quantities(texts(f"field_{n}"), texts(f"unit_{n}"))
                for n, name in enumerate(self.fields)
            },
            classes=list(map(self._known_class, texts("word_0"))) if self._counted else None,
            labels=texts("word_1") if self._split else None,
        )

    def settle(self, probes: Sequence[bytes], modified: float) -> None:
        """Fix what the lines do not say of their times, from lines all over the file."""
        if self.clock is None or self._stamp is None:
            return
        records = [record for line in probes for record in self._decode(line + b"\n") if record]
        matches = [self._stamp.fullmatch(record.get(self._time, b"")) for record in records]
        self.clock.settle([stamp_of(match) for match in matches if match], modified)

    def _times(self, records: list[Record]) -> list[float] | None:
        if self.clock is None or self._stamp is None:
            return None
        matches = [self._stamp.fullmatch(record.get(self._time, b"")) for record in records]
        stamps = [stamp_of(match) if match else NO_TIME for match in matches]
        heads, seconds, tails = zip(*stamps, strict=True) if stamps else ((), (), ())
        return self.clock.times(list(heads), list(seconds), list(tails))

    def _classes(self, records: list[Record]) -> list[str] | None:
        if self._counted is None:
            return None
        return [self._class(record.get(self._counted[0], b"")) for record in records]

    def _class(self, text: bytes) -> str:
        classify = self._counted[1] if self._counted else None
        return (classify(text.decode("ascii", "replace")) if classify else None) or ""


def quantity(text: bytes) -> float:
    """A number, or one with a unit of time (in seconds), size or share; else NaN."""
    value = number(text)
    if math.isnan(value) and (found := UNIT.fullmatch(text)):
        return number(found[1]) * SCALES[found[2].lower()]
    return value


def quantities(tokens: list[bytes], units: list[bytes]) -> list[float]:
    """Numbers as JSON writes them, each with its unit, if any; NaN where there is no such unit."""
    values = numbers(tokens)
    different = set(units)
    if different == {b""}:
        return values
    scales = {unit: SCALES.get(unit.lower(), math.nan) if unit else 1.0 for unit in different}
    return [value * scales[unit] for value, unit in zip(values, units, strict=True)]


def json(head: Head) -> Records | None:
    """The format of lines that are JSON objects."""
    return _records("json", decode_json, head)


def logfmt(head: Head) -> Records | None:
    """The format of lines of `key=value`."""
    return _records("logfmt", decode_logfmt, head)


def _records(name: str, decode: Decode, head: Head) -> Records | None:
    records = [record for line in head.lines for record in decode(line + b"\n") if record]
    if len(records) < len(head.lines) / 2:
        return None
    columns: dict[str, list[bytes]] = {}
    for n, record in enumerate(records):
        for path, text in record.items():
            columns.setdefault(path, [b""] * len(records))[n] = text
    time = time_of(columns, head)
    counted = class_of(columns)
    used = {time and time[0], counted and counted[0]}
    numeric = [
        Field(path, place, [quantity(text) for text in texts])
        for place, (path, texts) in enumerate(columns.items())
        if path not in used and not is_time(path, texts, head)
    ]
    often = [
        field
        for field in numeric
        if sum(not math.isnan(value) for value in field.values) >= OFTEN * len(records)
    ]
    fields = {path: field.name for field in chosen(often) for path in [list(columns)[field.place]]}
    settings = head.settings
    if settings.fields:
        fields = {path: path for path in settings.fields}
    fields.pop(settings.split, None)
    if counted is None and not _say_much(often, fields):
        counted = "", lambda _: None
    clock = time and (time[0], Clock(time[1], head.zone))
    return Records(name, decode, clock, fields, counted, settings.split)


def _say_much(often: Sequence[Field], fields: dict[str, str]) -> bool:
    """Whether nearly every line has one of the fields; else lines are counted."""
    kept = [field.values for field in often if field.name in fields]
    lines = list(zip(*kept, strict=True))
    silent = sum(all(map(math.isnan, values)) for values in lines)
    return bool(lines) and silent <= FEW * len(lines)


_decode_lines = msgspec.json.Decoder(list[dict[str, Any]]).decode
_decode_line = msgspec.json.Decoder(dict[str, Any]).decode


def decode_json(block: bytes) -> Iterator[Record | None]:
    """What each line of `block` says: None where it is no object, nothing where it is blank."""
    lines = unpainted(block).split(b"\n")[:-1]
    try:
        objects: Iterable[dict[str, Any] | None] = _decode_lines(b"[" + b",".join(lines) + b"]")
        if len(objects) != len(lines):  # type: ignore[arg-type]
            objects = map(_object, lines)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        objects = map(_object, lines)
    for object_ in objects:
        yield None if object_ is None else dict(_flat(object_, "", DEEPEST))


def _is_silent(line: bytes) -> bool:
    line = line.strip()
    return not line or line.startswith(b"#") or line in (b"[", b"]")


def _object(line: bytes) -> dict[str, Any] | None:
    if _is_silent(line):
        return {}
    try:
        return _decode_line(line.rstrip(b", \r"))  # an array of a line each
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None


def _flat(object_: dict[str, Any], path: str, depth: int) -> Iterator[tuple[str, bytes]]:
    for key, value in list(object_.items())[:MOST_KEYS]:
        if isinstance(value, dict):
            if depth:
                yield from _flat(value, f"{path}{key}.", depth - 1)
        elif isinstance(value, str):
            yield path + key, value.encode("utf-8", "replace")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield path + key, repr(value).encode()


def decode_logfmt(block: bytes) -> Iterator[Record | None]:
    """What each line of `block` says: None where it does not begin with a pair."""
    for line in unpainted(block).split(b"\n")[:-1]:
        if _is_silent(line):
            yield {}
        elif PAIR.match(line) is None:
            yield None
        else:
            pairs = PAIR.findall(line)[:MOST_KEYS]
            yield {key.decode(): value.rstrip(b",;").strip(b'"') for key, value in pairs}
