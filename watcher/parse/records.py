"""Lines that name their values: JSON objects, and logfmt (`level=info took=12ms`).

Only what is wanted is decoded: the time, the fields that measure something, and what lines are
counted by. A field inside an object is called by its path, with dots.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from watcher.parse.batch import Batch
from watcher.parse.clock import Clock
from watcher.parse.fields import Field, chosen
from watcher.parse.head import TIMED, Head, falls_in, format_of, stamp_of
from watcher.parse.levels import level_of, level_of_number, status_class
from watcher.parse.lines import Classify, without_nans
from watcher.parse.numbers import number
from watcher.parse.timestamps import Stamp, TimeFormat

Record = dict[str, bytes]  # what a line says, by path, as text

DEEPEST = 4  # objects inside objects that are looked into
MOST_KEYS = 200  # of a line that are looked at
CLASSED = 0.7  # of the values of a key must be levels or statuses
OFTEN = 0.5  # of the lines must have a field for it to be kept
TIME_KEYS = re.compile(
    r"(^|[._@-])(time|timestamp|ts|date|datetime|when|at|t|asctime|eventtime|created)$"
    r"|timestamp|_time$|[a-z]Time$",
    re.IGNORECASE,
)
LEVEL_KEYS = re.compile(
    r"(^|[._@-])(level|lvl|severity|loglevel|log_level|levelname|prio|priority|at|s)$",
    re.IGNORECASE,
)
STATUS_KEYS = re.compile(r"(^|[._-])(status|status_?code|code|response_?code)$", re.IGNORECASE)
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
    ) -> None:
        """`fields`: path -> name of the field; `counted`: the path of what lines are counted by."""
        self.name = name
        self.clock = time[1] if time else None
        self.time_format = self.clock.format.name if self.clock else ""
        self.fields = tuple(fields.values())
        self.counts = counted is not None
        self.why = f"not {name} with a time and a value that is known"
        self.key = (name, self.time_format, tuple(fields), counted and counted[0])
        self._decode, self._paths, self._counted = decode, tuple(fields), counted
        self._time = time[0] if time else ""
        self._stamp = re.compile(self.clock.format.pattern) if self.clock else None

    def parse(self, block: bytes) -> Batch:
        """The samples of `block`, whose every line ends with a newline."""
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
            )
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
        path, classify = self._counted
        return [
            classify(record.get(path, b"").decode("ascii", "replace")) or "" for record in records
        ]


def quantity(text: bytes) -> float:
    """A number, or one with a unit of time (in seconds), size or share; else NaN."""
    value = number(text)
    if math.isnan(value) and (found := UNIT.fullmatch(text)):
        return number(found[1]) * SCALES[found[2].lower()]
    return value


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
    time = _time(columns, head)
    counted = _counted(columns)
    used = {time and time[0], counted and counted[0]}
    numeric = [
        Field(path, place, [quantity(text) for text in texts])
        for place, (path, texts) in enumerate(columns.items())
        if path not in used and not _is_time(path, texts)
    ]
    often = [
        field
        for field in numeric
        if sum(not math.isnan(value) for value in field.values) >= OFTEN * len(records)
    ]
    fields = {path: field.name for field in chosen(often) for path in [list(columns)[field.place]]}
    if counted is None and not fields:
        counted = "", lambda _: None
    return Records(name, decode, time and (time[0], Clock(time[1], head.zone)), fields, counted)


def _time(columns: dict[str, list[bytes]], head: Head) -> tuple[str, TimeFormat] | None:
    """The path of the time: one that is called so, the most precise, the first."""
    found = []
    for place, (path, texts) in enumerate(columns.items()):
        said = [text for text in texts if text]
        format_ = format_of(said)
        if format_ is None or len(said) < TIMED * len(texts):
            continue
        named = TIME_KEYS.search(path) is not None
        merit = (not named, falls_in(format_, said, head), -max(map(len, said)), place)
        found.append((merit, path, format_))
    if not found:
        return None
    _, path, format_ = min(found, key=lambda one: one[0])
    return path, format_


def _is_time(path: str, texts: Sequence[bytes]) -> bool:
    return TIME_KEYS.search(path) is not None and format_of([t for t in texts if t]) is not None


def _counted(columns: dict[str, list[bytes]]) -> tuple[str, Classify] | None:
    """The path of what lines are counted by: a level, or an HTTP status."""
    for names, classify in (
        (LEVEL_KEYS, level_of),
        (LEVEL_KEYS, level_of_number),
        (STATUS_KEYS, status_class),
    ):
        for path, texts in columns.items():
            classes = [classify(text.decode("ascii", "replace")) for text in texts if text]
            known = sum(one is not None for one in classes)
            if names.search(path) and classes and known >= CLASSED * len(classes):
                return path, classify
    return None


_decode_lines = msgspec.json.Decoder(list[dict[str, Any]]).decode
_decode_line = msgspec.json.Decoder(dict[str, Any]).decode


def decode_json(block: bytes) -> Iterator[Record | None]:
    """What each line of `block` says: None where it is no object, nothing where it is blank."""
    lines = block.split(b"\n")[:-1]
    try:
        objects: Iterable[dict[str, Any] | None] = _decode_lines(b"[" + b",".join(lines) + b"]")
        if len(objects) != len(lines):  # type: ignore[arg-type]
            objects = map(_object, lines)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        objects = map(_object, lines)
    for object_ in objects:
        yield None if object_ is None else dict(_flat(object_, "", DEEPEST))


def _is_silent(line: bytes) -> bool:
    line = line.lstrip()
    return not line or line.startswith(b"#")


def _object(line: bytes) -> dict[str, Any] | None:
    if _is_silent(line):
        return {}
    try:
        return _decode_line(line)
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
    for line in block.split(b"\n")[:-1]:
        if _is_silent(line):
            yield {}
        elif PAIR.match(line) is None:
            yield None
        else:
            pairs = PAIR.findall(line)[:MOST_KEYS]
            yield {key.decode(): value.strip(b'"') for key, value in pairs}
