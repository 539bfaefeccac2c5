"""Lines that name their values, taken apart: JSON objects and logfmt.

Only strings and numbers are taken, as text. A value inside an object is called by its path, with
dots.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

import msgspec

from watcher.parse.cells import DAY, TIME_OF_DAY
from watcher.parse.entries import HOURS, NAMES
from watcher.parse.head import unpainted
from watcher.parse.levels import level_of

Record = dict[str, bytes]  # what a line says, by path, as text

DEEPEST = 4  # objects inside objects that are looked into
MOST_TAGS = 8  # of a list of which one may be a level, as Kibana has it
MOST_KEYS = 200  # of a line that are looked at
PAIR = re.compile(rb'([A-Za-z_@][\w.@/-]*+)=("(?:[^"\\\n]|\\.)*+"|[^\s"]*+)')
# Between commas, as FortiMail has them: `date=2023-01-16,time=07:01:34,pri=information`.
COMMA_PAIR = re.compile(rb'([A-Za-z_@][\w.@/-]*+)=("(?:[^"\\\n]|\\.)*+"|[^\s",]*+)')
_has_commas = re.compile(COMMA_PAIR.pattern + rb",[A-Za-z_@][\w.@/-]*+=").match
# Whose line it is: `web-1  | {...}` of docker compose, `[pod/web-7d4b9/app] {...}` of kubectl.
WHOSE = re.compile(rb"(?:[\w./-]{1,100}[ ]{0,60}\|[ ]|\[[\w./-]{1,300}\][ ])(?=\{)")
_is_zone = re.compile(rf"{HOURS}:?[0-5]\d|{NAMES}".encode()).fullmatch
PRIORITY = re.compile(rb"^<\d{1,3}>[ ]*+")  # of syslog, before all of it
TIME, DAY_OF = "time", "date"  # the paths of the time of day, and of the day
ZONES_OF = ("tz", "timezone")  # likewise of the zone of these
DATED = (DAY_OF, *ZONES_OF)


class Decode(Protocol):
    """What each line of a block says; its name is kept in the recipe."""

    __name__: str

    def __call__(self, block: bytes, wanted: Sequence[str] = (), /) -> Iterable[Record | None]:
        """If some paths are `wanted`, others may be left out."""


_decode_lines = msgspec.json.Decoder(list[dict[str, Any]]).decode
_decode_line = msgspec.json.Decoder(dict[str, Any]).decode


def decode_json(block: bytes, wanted: Sequence[str] = ()) -> Iterator[Record | None]:
    """What each line of `block` says: None where it is no object, nothing where it is blank.

    If some paths are `wanted`, others may be left out.
    """
    lines = unpainted(block).split(b"\n")[:-1]
    try:
        objects: Iterable[dict[str, Any] | None] = _decode_lines(b"[" + b",".join(lines) + b"]")
        if len(objects) != len(lines):  # type: ignore[arg-type]
            objects = map(_object, lines)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        objects = map(_object, lines)
    for object_ in objects:
        yield _record(object_, wanted)


def decode_opened(block: bytes, wanted: Sequence[str] = ()) -> Iterator[Record | None]:
    """Likewise, of objects that hold others as text: `{"message":"{\\"ts\\":1606230141}"}`."""
    for line in unpainted(block).split(b"\n")[:-1]:
        object_ = _object(line)
        yield _record(object_ and {key: _opened(value) for key, value in object_.items()}, wanted)


def _opened(value: object) -> object:
    if not isinstance(value, str) or value[:2] != '{"':
        return value
    return _object(value.encode("utf-8", "replace")) or value


def _record(object_: dict[str, Any] | None, wanted: Sequence[str]) -> Record | None:
    return None if object_ is None else _dated(_picked(object_, wanted) or _flat(object_))


def _is_silent(line: bytes) -> bool:
    line = line.strip()
    return not line or line.startswith(b"#") or line in (b"[", b"]")


def _object(line: bytes) -> dict[str, Any] | None:
    if _is_silent(line):
        return {}
    whose = WHOSE.match(line)
    try:
        return _decode_line(line[whose.end() if whose else 0 :].rstrip(b", \r"))  # or of an array
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None


def _picked(object_: dict[str, Any], wanted: Sequence[str]) -> Record:
    """What stands at the paths that are `wanted`."""
    record: Record = {}
    for path in wanted:
        value = object_.get(path)
        if value is None and "." in path:
            value = _at(object_, path)
        if value is not None and (text := _text(value)) is not None:
            record[path] = text
    return record


def _at(object_: dict[str, Any], path: str) -> object:
    """What stands at a path, whose dots may be those of names."""
    value = object_.get(path)
    dot = path.find(".") if value is None else -1
    while dot > 0:
        inner = object_.get(path[:dot])
        if type(inner) is dict and (value := _at(inner, path[dot + 1 :])) is not None:
            return value
        dot = path.find(".", dot + 1)
    return value


def _flat(object_: dict[str, Any], path: str = "", depth: int = DEEPEST) -> Record:
    record: Record = {}
    for key, value in list(object_.items())[:MOST_KEYS]:
        if type(value) is dict:
            record |= _flat(value, f"{path}{key}.", depth - 1) if depth else {}
        elif (text := _text(value)) is not None:
            record[path + key] = text
    return record


def _text(value: object) -> bytes | None:
    """Strings and numbers, and the level among tags; None for what says nothing."""
    kind = type(value)
    if kind is str:
        return value.encode("utf-8", "replace")  # type: ignore[attr-defined,no-any-return]
    if kind is list:
        return _level_among(value)  # type: ignore[arg-type]
    return repr(value).encode() if kind is int or kind is float else None


def _level_among(tags: list[Any]) -> bytes | None:
    """The one of these that is a level; None if there is none, or more."""
    found = [tag for tag in tags[:MOST_TAGS] if type(tag) is str and level_of(tag)]
    return found[0].encode() if len(found) == 1 else None


def decode_logfmt(block: bytes, wanted: Sequence[str] = ()) -> Iterator[Record | None]:
    """What each line of `block` says: None where it does not begin with a pair; as above."""
    names = {path.encode(): path for path in wanted}
    for whole in unpainted(block).split(b"\n")[:-1]:
        line = PRIORITY.sub(b"", whole) if whole[:1] == b"<" else whole
        if _is_silent(line):
            yield {}
        elif PAIR.match(line) is None:
            yield None
        else:
            pairs = (COMMA_PAIR if _has_commas(line) else PAIR).findall(line)[:MOST_KEYS]
            said = {names[key]: _bare(value) for key, value in pairs if key in names}
            yield _dated(said or {key.decode(): _bare(value) for key, value in pairs})


def _bare(value: bytes) -> bytes:
    return value.rstrip(b",;").strip(b'"')


def _dated(record: Record) -> Record:
    """`record` whose time is whole, where it says date, time of day and zone apart."""
    date, time = record.get(DAY_OF), record.get(TIME)
    if date and time and DAY.fullmatch(date) and TIME_OF_DAY.match(time):
        zones = [zone for path in ZONES_OF if _is_zone(zone := record.get(path, b""))]
        record[TIME] = b" ".join([date, time, *zones[:1]])
    return record
