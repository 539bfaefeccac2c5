"""Lines that name their values: JSON objects, and logfmt (`level=info took=12ms`).

Only what is wanted is decoded: the time, the fields that measure something, and what lines are
counted by. A field inside an object is called by its path, with dots.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cached_property, partial

import msgspec

from watcher.parse.batch import Batch
from watcher.parse.blocks import Blocks, Classes, without_nans
from watcher.parse.clock import Clock
from watcher.parse.columnar import Layout
from watcher.parse.decode import (
    DATED,
    TIME,
    Decode,
    Record,
    decode_json,
    decode_logfmt,
    decode_opened,
)
from watcher.parse.fields import MEASURES, Field, chosen, never_changes
from watcher.parse.head import (
    Head,
    stamp_of,
)
from watcher.parse.influx import decode_influx
from watcher.parse.keys import class_of, is_time, time_of
from watcher.parse.levels import no_level
from watcher.parse.lines import Classify
from watcher.parse.numbers import quantity, some_quantities
from watcher.parse.taken import Number, Sample, Taken
from watcher.parse.template import (
    Wanted,
    is_utf8,
    layout_json,
    layout_logfmt,
    usual_json,
    usual_logfmt,
)
from watcher.parse.timestamps import Stamp
from watcher.parse.usual import Learned, Usual

FEW = 0.01  # of the lines may have none of the fields, and not be counted
OFTEN = 0.5  # of the lines must have a field for it to be kept
SELDOM = 0.02  # likewise if it is called a measure, and is a number whenever it is said


NO_TIME: Stamp = (b"", b"", None)


class RecordsRecipe(msgspec.Struct, frozen=True, tag="records"):
    """All that makes one `Records` read as another does; paths lead to what is wanted."""

    name: str
    decode: str  # the name of the function
    time: tuple[str, str] | None  # path, and the name of its TimeFormat
    fields: dict[str, str]
    counted: tuple[str, str] | None  # path, and the name of the function that knows the class
    split: str


class Records(Blocks):
    """The format of logs whose lines name their values.

    Its patterns are compiled when the first block comes: a log at rest costs nothing.
    """

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
        words = counted[0] if counted else "", split
        clocked = self.clock.format if self.clock else None
        wanted = Wanted(self._time, clocked, self._paths, words, decode)
        self._is_json = name == "json"
        self._learn = partial(usual_json if self._is_json else usual_logfmt, wanted)
        lay_out = layout_json if self._is_json else layout_logfmt
        self._lay_out = partial(lay_out, wanted, self.fields)
        dated = DATED if self._time == TIME else ()
        self._wanted = tuple(filter(None, [*dated, self._time, *fields, *words]))
        self._known = Classes(counted[1] if counted else None)

    def named(self, names: dict[str, str]) -> Records:
        """As this one, its fields under other names, by path."""
        time = (self._time, self.clock) if self.clock else None
        return Records(self.name, self._decode, time, names, self._counted, self._split)

    @property
    def recipe(self) -> RecordsRecipe:
        """What it can be made of again."""
        return RecordsRecipe(
            self.name,
            self._decode.__name__,
            (self._time, self.time_format) if self.clock else None,
            dict(zip(self._paths, self.fields, strict=True)),
            self._counted and (self._counted[0], self._counted[1].__name__),
            self._split,
        )

    @cached_property
    def _stamps(self) -> re.Pattern[bytes]:
        return re.compile(rb"^%b$" % (self._stamp.pattern if self._stamp else b""), re.MULTILINE)

    @cached_property
    def _stamp(self) -> re.Pattern[bytes] | None:
        return re.compile(self.clock.format.pattern) if self.clock else None

    def parse(self, block: bytes) -> Batch:
        """The samples of `block`, whose every line ends with a newline."""
        return self._read(block, columns=not self._is_json or is_utf8(block))

    @property
    def _is_split(self) -> bool:
        return bool(self._split)

    @cached_property
    def _usual(self) -> Usual | None:
        return self._learn()

    def _layout(self, block: bytes) -> Layout | None:
        return self._lay_out(block)

    def has(self, line: bytes) -> bool:
        """Whether `line`, without its end, names values."""
        return any(self._decode(line + b"\n", self._wanted))

    def sample(self, line: bytes) -> Sample | None:
        """What one line says, if it is as usual; None, and nothing was read: it is to be parsed."""
        return None if self._taken is None else self._taken.sample(line, self.clock)

    def _all(self, block: bytes, lines: int) -> Batch:
        """The samples of any block."""
        records = list(self._decode(block, self._wanted))
        good = [record for record in records if record]
        silent = sum(record is not None and not record for record in records)
        return without_nans(
            Batch(
                lines=lines,
                bad=lines - silent - len(good),
                samples=len(good),
                times=self._times(good),
                values={
                    name: some_quantities([record.get(path, b"") for record in good])
                    for name, path in zip(self.fields, self._paths, strict=True)
                },
                classes=self._classes(good),
                labels=[one.get(self._split, b"") for one in good] if self._split else None,
            )
        )

    def _taken_by(self, usual: Usual, learned: Learned) -> Taken:
        at = learned.lines.groupindex
        return Taken(
            usual,
            learned,
            [
                Number(name, at.get(f"field_{n}", 0), at.get(f"unit_{n}", 0))
                for n, name in enumerate(self.fields)
            ],
            at["time"] + 1 if self.clock else 0,
            self._known if self._counted else None,
            at.get("word_0", 0),
            at.get("word_1", 0) if self._split else None,
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
        texts = [record.get(self._time, b"") for record in records]
        lines = b"\n".join(texts)
        stamps = self._stamps.findall(lines)
        if len(stamps) != len(texts) or lines.count(b"\n") != len(texts) - 1:
            matches = map(self._stamp.fullmatch, texts)
            stamps = [stamp_of(match) if match else NO_TIME for match in matches]
        heads, seconds, tails = zip(*stamps, strict=True) if stamps else ((), (), ())
        return self.clock.times(list(heads), list(seconds), list(tails))

    def _classes(self, records: list[Record]) -> list[str] | None:
        if self._counted is None:
            return None
        return self._known.of([record.get(self._counted[0], b"") for record in records])


def json(head: Head) -> Records | None:
    """The format of lines that are JSON objects, and which may have their time in an inner one."""
    found = _records("json", decode_json, head)
    opened = found and found.clock is None and _records("json", decode_opened, head)
    return opened if opened and opened.clock else found


def logfmt(head: Head) -> Records | None:
    """The format of lines of `key=value`."""
    return _records("logfmt", decode_logfmt, head)


def influx(head: Head) -> Records | None:
    """The format of lines of InfluxDB's line protocol, which are called logfmt.

    Where all are of one measurement, its name says nothing; a user may leave it out as well.
    """
    if not any(record for line in head.some for record in decode_influx(line + b"\n")):
        return None
    records = [record for line in head.lines for record in decode_influx(line + b"\n") if record]
    paths = dict.fromkeys(path for record in records for path in record)
    bare = {path: path.rpartition(".")[2] for path in paths}
    named = {bare[path]: path for path in reversed(paths)}
    asked = {
        name if name in paths else named.get(name, name): name for name in head.settings.fields
    }
    settings = msgspec.structs.replace(head.settings, fields=tuple(asked))
    found = _records("logfmt", decode_influx, head._replace(settings=settings))
    if found is None or not found.fields:
        return found
    measurements = {path.rpartition(".")[0] for path in paths} - {""}
    if asked or len(measurements) == 1:
        return found.named(asked or {path: bare[path] for path in found.fields})
    return found


def _records(name: str, decode: Decode, head: Head) -> Records | None:
    if not any(record for line in head.some for record in decode(line + b"\n")):
        return None
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
    often = [field for field in numeric if _is_often(field, columns)]
    alone = len(often) + bool(time) == len(columns)
    if (counted or time) and not alone:
        often = [field for field in often if not never_changes(field)]
    kept = chosen(often, alone=alone)
    fields = {path: field.name for field in kept for path in [list(columns)[field.place]]}
    settings = head.settings
    if settings.fields:
        fields = {path: path for path in settings.fields}
    fields.pop(settings.split, None)
    if counted is None and not _say_much(often, fields):
        counted = "", no_level
    clock = time and (time[0], Clock(time[1], head.zone))
    return Records(name, decode, clock, fields, counted, settings.split)


def _is_often(field: Field, columns: dict[str, list[bytes]]) -> bool:
    numbers = sum(not math.isnan(value) for value in field.values)
    said = sum(map(bool, columns[field.name]))
    measures = MEASURES.search(field.name) is not None and numbers == said
    return numbers >= max(1, (SELDOM if measures else OFTEN) * len(field.values))


def _say_much(often: Sequence[Field], fields: dict[str, str]) -> bool:
    """Whether nearly every line has one of the fields; else lines are counted."""
    kept = [field.values for field in often if field.name in fields]
    lines = list(zip(*kept, strict=True))
    silent = sum(all(map(math.isnan, values)) for values in lines)
    return bool(lines) and silent <= FEW * len(lines)
