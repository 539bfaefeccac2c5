"""Lines that well-known servers write, told by where everything stands in them.

Only what no general rule can know has an entry: bare numbers in a row, which nobody can name who
has not read the manual. An entry is written as servers write their own: `$time`, `$status`, the
names of the numbers; `$-` is any word, `$w` one without a slash, `$q` one in quotes, `$*` up to
MOST_BEFORE words. A number may be missing: `-`, and `-1` of a time that was never measured.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

from watcher.parse.access import QUOTED, unread
from watcher.parse.clock import Clock
from watcher.parse.head import Head
from watcher.parse.levels import no_level, status_class
from watcher.parse.lines import Lines, Part
from watcher.parse.timestamps import TIME_FORMATS

SURE = 0.9  # of the lines must be laid out so
FEW = 5  # lines that are looked at first
MOST_BEFORE = 8  # words: syslog's host and process
TIMES = {format_.name: format_ for format_ in TIME_FORMATS}

NUMBER = rb"(?:-1?(?=[ /\n])|[+]?(\d++(?:\.\d++)?))"
PIECES = {
    "-": rb"[^ \n]++",
    "w": rb"[^ /\n]++",
    "q": rb"(?:%b|-)" % QUOTED,
    "*": rb"(?:[^ \n]++[ ]++){0,%d}?" % MOST_BEFORE,
}


class Layout(NamedTuple):
    """What stands where in the lines of one server."""

    name: str  # of the format
    time: str  # name of the TimeFormat
    template: str


LAYOUTS = (
    Layout("access", "epoch_s", "$time $elapsed_ms $- $w/$status $bytes $- $- $- $-"),  # Squid
    Layout("access", "epoch_s", "$time $elapsed_ms $*$w/$status $bytes "),  # with more columns
    Layout(  # Envoy
        "access",
        "iso8601",
        "[$time] $q $status $- $bytes_received $bytes_sent $duration_ms $upstream_ms $q",
    ),
    Layout(  # Istio
        "access",
        "iso8601",
        "[$time] $q $status $- $- $- $q $bytes_received $bytes_sent $duration_ms $upstream_ms $q",
    ),
    Layout(  # load balancers of AWS: classic and, with a word before it, of applications
        "access",
        "iso8601",
        "$time $- $- $- $request_time $target_time $response_time"
        " $status $- $received_bytes $sent_bytes $q",
    ),
    Layout(
        "access",
        "iso8601",
        "$- $time $- $- $- $request_time $target_time $response_time"
        " $status $- $received_bytes $sent_bytes $q",
    ),
    Layout(  # S3
        "access",
        "clf",
        "$- $- [$time] $- $- $- $- $- $q $status $- $bytes $object_bytes $total_ms $turnaround_ms ",
    ),
    Layout(  # HAProxy, `option httplog`
        "access",
        "clf",
        "$*[$time] $- $- $request_ms/$queue_ms/$connect_ms/$response_ms/$total_ms $status $bytes ",
    ),
    Layout("text", "clf", "$*[$time] $- $- $queue_ms/$connect_ms/$total_ms $bytes "),  # and tcplog
    Layout(  # Traefik
        "access",
        "clf",
        "$- $- $- [$time] $q $status $bytes $q $q $- $q $q ${request_ms}ms",
    ),
    Layout(  # ingress-nginx
        "access",
        "clf",
        "$- $- $- [$time] $q $status $bytes $q $q $request_bytes $request_time"
        " $- $- $- $upstream_bytes $upstream_time ",
    ),
    Layout(  # flow logs of AWS
        "text", "epoch_s", "$- $- $- $- $- $- $- $- $packets $bytes $time $- $- $-"
    ),
    Layout("text", "ctime", "$time $transfer_time $- $bytes $- $- $- $- $- $- $- $- $- $-"),  # FTP
    Layout("text", "clf", "$- $- $- [$time] total $pages "),  # CUPS
    Layout("plain", "epoch_s", "$- $value $time"),  # Graphite
)


def known(head: Head) -> Lines | None:
    """The format of the first layout that nearly all lines have."""
    if head.time is not None or head.settings.split:
        return None
    lines, some = head.lines, head.some[:FEW]
    for layout in LAYOUTS:
        match = _pattern(layout).match
        if _count(match, some) >= SURE * (len(some) - 1) and (
            _count(match, lines) >= SURE * len(lines)
        ):
            return _format(layout, head)
    return None


def _count(match: Callable[[bytes], object], lines: Sequence[bytes]) -> int:
    return sum(match(line) is not None for line in lines)


def _format(layout: Layout, head: Head) -> Lines:
    parts = _parts(layout)
    asked = head.settings.fields or _said(layout, head.lines)
    parts = [part if part.name in asked else unread(part) for part in parts]
    counted = any(part.role == "class" for part in parts)
    classify = status_class if counted else None if layout.name == "plain" else no_level
    return Lines(layout.name, parts, Clock(TIMES[layout.time], head.zone), classify)


def _said(layout: Layout, lines: Sequence[bytes]) -> set[str]:
    """The fields that any line has a number of."""
    fields = [part.name for part in _parts(layout) if part.role == "field"]
    numbers = _numbers(layout)
    found = [match.groups() for line in lines if (match := numbers.match(line))]
    columns = zip(*found, strict=True)
    return {name for name, texts in zip(fields, columns, strict=True) if any(texts)}


def _without_groups(pattern: bytes) -> bytes:
    return re.sub(rb"(?<!\\)\((?!\?)", b"(?:", pattern)


@cache
def _numbers(layout: Layout) -> re.Pattern[bytes]:
    """Whose only groups are the fields."""
    return re.compile(
        b"".join(
            part.pattern if part.role == "field" else _without_groups(part.pattern)
            for part in _parts(layout)
        )
    )


@cache
def _pattern(layout: Layout) -> re.Pattern[bytes]:
    return re.compile(b"".join(part.pattern for part in _parts(layout)) + b"$")


def _parts(layout: Layout) -> list[Part]:
    pieces = re.split(r"\$(?:\{(\w+)\}|(\w+|[-*]))", layout.template)
    parts = [Part(_literal(pieces[0]))]
    for braced, name, literal in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        parts += [_part(braced or name, layout), Part(_literal(literal))]
    end = rb"[^\n]*+" if layout.name != "plain" else rb"\r?+"
    return [*(part for part in parts if part.pattern), Part(end)]


def _literal(text: str) -> bytes:
    """As it stands, any number of spaces being one."""
    return re.escape(text.encode()).replace(rb"\ ", b"[ ]++")


def _part(name: str, layout: Layout) -> Part:
    if name in PIECES:
        return Part(PIECES[name])
    if name == "time":
        return Part(TIMES[layout.time].pattern, "time")
    if name == "status":
        return Part(rb"(\d{3}|-1?|0)(?=[ \n])", "class")
    return Part(NUMBER, "field", name)
