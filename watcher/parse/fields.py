"""Which numbers of a line are worth a graph?"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

MOST_FIELDS = 8  # kept of a log, unless its user names them
ENOUGH = 20  # lines in which a number that never varies is no measurement, unless called one

MEASURES = re.compile(
    r"duration|latency|elapsed|time|took|bytes|size|count|total|value|temp|hum(?:id|$)|press|load|cpu|mem"
    r"|usage|used|free|rate|speed|volt|amp|watt|power|energy|level|depth|queue|len|util|percent|pct"
    r"|rss|heap|throughput|request|response|upstream|body|sent|recv|received|rx|tx|price|amount"
    r"|score|distance|height|weight|rpm|volume|flow|wind|rain|battery|signal|rssi|snr|ms$|_us$|_ns$",
    re.IGNORECASE,
)
LABELS = re.compile(
    r"(^|[_.\s-])(seq|sequence|serial|index|idx|year|month|day|hour|minute|second|thread|process"
    r"|session|offset|lat|lon|lng|line)$",
    re.IGNORECASE,
)
NAMES = re.compile(  # whatever else stands in the name: request_id is no measure
    r"(^|[_.\s-])(id|ids|pid|ppid|tid|uid|gid|uuid|guid|port|spt|dpt|sport|dport|lineno|linenumber"
    r"|(src|dst|source|dest|destination|local|remote|client|server)port|version|ver|sev|code"
    r"|(session|policy|user|event|process|thread|request|account|client|device|group|rule|log|site)id"
    r"|status|statuscode|zip|phone|facility|severity|priority|inode|timestamp|epoch"
    r"|(level|severity)_?(value|no|num|number))$|^(level|id\.\w+)$",
    re.IGNORECASE,
)

_DURATION = re.compile(
    r"(?i)(duration|latency|elapsed|took|(request|response|upstream|query|service|process)\w*time"
    r"|time[-_]?taken|(^|[_.])u?(rt|ct|ht)$)"
)


class Field(NamedTuple):
    """A number that lines have: its name, its place among all of them, what it was so far."""

    name: str  # empty: it has none
    place: int
    values: Sequence[float]  # NaN where a line has none


def chosen(fields: Sequence[Field], most: int = MOST_FIELDS) -> list[Field]:
    """The fields that measure something, named, in their order; if too early any that could."""
    useful = [field for field in fields if not _is_label(field)]
    varying = [field for field in useful if len(set(_known(field))) > 1]
    young = [field for field in useful if len(field.values) < ENOUGH]
    named = [field for field in useful if MEASURES.search(field.name)]
    ranked = sorted(varying or named or young, key=lambda field: (-_merit(field), field.place))
    kept = sorted(ranked[:most], key=lambda field: field.place)
    return _named(kept)


def _known(field: Field) -> list[float]:
    return [value for value in field.values if not math.isnan(value)]


def _is_label(field: Field) -> bool:
    """Whether the number only names something."""
    name = _snake(field.name)
    if NAMES.search(name):
        return True
    return LABELS.search(name) is not None and not MEASURES.search(name)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)


def _merit(field: Field) -> float:
    known = _known(field)
    share = len(known) / max(1, len(field.values))
    return 2 * bool(MEASURES.search(field.name)) + share + any(value % 1 for value in known)


def _named(fields: list[Field]) -> list[Field]:
    """Every field with a name of its own."""
    bare = sum(not field.name for field in fields)
    named, number = [], 0
    taken: set[str] = set()
    for field in fields:
        number += not field.name
        name = field.name or ("value" if bare == 1 else f"value{number}")
        while name in taken:
            name += "_"
        taken.add(name)
        named.append(field._replace(name=name))
    return named


def is_duration(name: str) -> bool:
    """Whether a field of this name says how long something took."""
    return _DURATION.search(name) is not None
