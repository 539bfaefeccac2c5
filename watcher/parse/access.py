"""Access logs: NCSA common and combined, as Apache, nginx, Caddy and many others write them.

Whatever is numeric behind them is kept too: the time a request took, that of the upstream.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from watcher.parse.cells import MISSING
from watcher.parse.clock import Clock
from watcher.parse.head import Head
from watcher.parse.levels import status_class
from watcher.parse.lines import SILENT, Lines, Part
from watcher.parse.numbers import number
from watcher.parse.timestamps import TIME_FORMATS, TimeFormat
from watcher.parse.usual import LONGEST

QUOTED = rb'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"'
PLAIN = rb'"[^"]{0,%d}+"' % LONGEST  # where no quote is escaped
# Client, ident, user, and before them a host; or none.
FRONT = rb'(?:[^\["\n]++|"[^"\[\n]{0,60}+"|\[(?!%b)){0,9}+\['
BEGINS, BEGINS_CLF = rb"\d", rb"\d{1,2}/"  # how times do: IPv6 may stand in brackets too
THREE = rb'[^ \["]{1,%d}+ [^ \["]{1,%d}+ [^ \["]{1,%d}+ \[' % (3 * (LONGEST,))
# The request, in Tomcat sometimes behind the name of a thread.
REQUEST, PLAIN_REQUEST = rb"\][ ](?:[^\" \n]++[ ])?+%b " % QUOTED, rb"\][ ]%b " % PLAIN
STATUS = rb"(\d{3}) "
BYTES = rb"(\d++|-)"
CLIENT = rb"(?: %b %b)?+" % (QUOTED, QUOTED)  # referer and user agent
# `0.123`, `"0.123"`, `rt=0.123`, `urt="-"`, and of several upstreams `"0.001, 0.002"`
NAMED = re.compile(rb'"?(?:([A-Za-z_][\w.]*+)=)?+"?([^ ",]*+)(?:, [-\d., :]++)?"?')
NUMERIC = 0.8  # of what is said at one place must be numbers
SELDOM = 0.02  # of the lines at least must say one there
PLAIN_CLIENT = b" %b %b" % (PLAIN, PLAIN)
NUMBER_BEHIND = rb" ([-+.0-9eE]++)(?=[ \n])"
EXTRA = rb'(?:[ ]"?(?:[A-Za-z_][\w.]*+=)?+"?([^ ",\n]*+)(?:(?:,| :) [-\d.]++)*+"?)?+'
MOST_WORDS = 40  # behind the line that are looked at
MOST_KNOWN = 16  # ways to write times whose pattern is remembered
MOST_EXTRAS = 6  # numbers behind the line that are kept
# How times are written: nearly always as NCSA has it; Proxmox and others go their own way.
USED = tuple(
    next(format_ for format_ in TIME_FORMATS if format_.name == name)
    for name in ("clf", "iso8601", "slash")
)
NAMES = ("request_time", "upstream_time")  # of numbers without a name, as most configurations go
# The lines of a container, as Kubernetes keeps them: what is none of a request's belongs to it.
CONTAINED = rb"\d{4}-\S{10,40} std(?:out|err) [FP] [^\n]*+"
DOCKED, DOCKED_FRONT = rb'\{"log":"[^\n]*+', rb'\{"log":"(?:[^\["\n]++|\[(?!\d{1,2}/)){0,9}+\['
DOCKED_REQUEST = rb"\][ ]\\\"(?:[^\"\\\n]|\\\\)*+\\\"[ ]"  # whose quotes are escaped
REQUESTS, FRAMED = 0.5, 0.8  # of the lines of a container; of a few lines of any log
MICROSECONDS = 1000.0  # a request time without a fraction above this is Apache's %D


def access(head: Head) -> Lines | None:
    """The format of an access log."""
    told = ((one, _begun(one, head)) for one in ((head.time,) if head.time else USED))
    time, found = next((one for one in told if one[1]), (None, []))
    if time is None:
        return None
    asked, front = head.settings.fields, _front(time)
    rests = [match.string[match.end() :] for match in found]
    if all(match[match.re.groups] == b"-" for match in found):
        front[4] = unread(front[4])  # nobody counts bytes: werkzeug
    extras = _extras(rests, len(asked) or MOST_EXTRAS)
    return _format([*front, *extras], time, head, _silent(CONTAINED, len(found), head))


def docked(head: Head) -> Lines | None:
    """The format of an access log as Docker keeps it: each line in JSON."""
    silent = _silent(DOCKED, len(head.lines), head)
    if silent == SILENT:
        return None
    front = [
        Part(DOCKED_FRONT),
        Part(USED[0].pattern, "time"),
        Part(DOCKED_REQUEST),
        Part(STATUS, "class"),
        Part(BYTES, "field", "bytes"),
    ]
    match = re.compile(b"".join(part.pattern for part in front)).match
    begun = sum(match(line) is not None for line in head.lines)
    return _format(front, USED[0], head, silent) if begun >= REQUESTS * len(head.lines) else None


def _format(parts: Sequence[Part], time: TimeFormat, head: Head, silent: bytes) -> Lines:
    asked = head.settings.fields
    return Lines(
        "access",
        [
            *(part if not asked or part.name in asked else unread(part) for part in parts),
            Part(rb".*+", form=b""),
        ],
        Clock(time, head.zone),
        status_class,
        silent,
    )


def _silent(others: bytes, requests: int, head: Head) -> bytes:
    """The pattern of further lines, if those of this log are such and enough are requests."""
    such = sum(map(bool, map(re.compile(others).fullmatch, head.some)))
    sure = such >= FRAMED * len(head.some) and requests >= REQUESTS * len(head.lines)
    return others if sure else SILENT


def _front(time: TimeFormat) -> list[Part]:
    """What all lines begin with."""
    return [
        (
            Part(FRONT % BEGINS_CLF, usual=THREE, form=b"\0[")
            if time.name == "clf"
            else Part(FRONT % BEGINS, usual=THREE)
        ),
        Part(time.pattern, "time"),
        Part(REQUEST, usual=PLAIN_REQUEST, never=b"\\", form=b'] "\0" '),
        Part(STATUS, "class", form=b"\1\1\1 "),
        Part(BYTES, "field", "bytes", form=b"\0"),
        Part(CLIENT, usual=PLAIN_CLIENT, never=b"\\", form=b' "\0" "\0"'),
    ]


@lru_cache(maxsize=MOST_KNOWN)
def _beginning(time: TimeFormat) -> re.Pattern[bytes]:
    return re.compile(b"".join(part.pattern for part in _front(time)))


def _begun(time: TimeFormat, head: Head) -> list[re.Match[bytes]]:
    """The lines that begin so."""
    begins = _beginning(time).match
    if not any(map(begins, head.some)):
        return []
    return [match for line in head.lines if (match := begins(line))]


def unread(part: Part) -> Part:
    """`part` without the field that nobody asks for."""
    return part._replace(role="", name="") if part.role == "field" else part


def _extras(rests: list[bytes], most: int) -> list[Part]:
    """The numbers that most lines have behind, each at its place."""
    rows = [_words(rest) for rest in rests]
    width, often = Counter(map(len, rows)).most_common(1)[0]
    same = [row for row in rows if len(row) == width]
    if often < len(rests) / 2:
        return []
    parts: list[Part] = []
    names: list[str] = []
    for cells in zip(*same, strict=True):
        name = _name_of(cells, names) if len(names) < most else ""
        if name:
            names.append(name)
            parts.append(Part(EXTRA, "field", name, NUMBER_BEHIND, form=b" \0"))
        else:
            form = b' "\0"' if all(cell.startswith(b'"') for cell in cells) else b" \0"
            parts.append(Part(rb"(?:[ ](?:%b|[^ \"\n]++))?+" % QUOTED, form=form))
    return parts


def _name_of(cells: Sequence[bytes], taken: list[str]) -> str:
    """What the numbers are called that stand at one place; empty: there are none."""
    said = [found for cell in cells if (found := NAMED.fullmatch(cell)) and found[2] not in MISSING]
    others = sum(NAMED.fullmatch(cell) is None for cell in cells)
    numeric = [found for found in said if not math.isnan(number(found[2]))]
    if len(numeric) < max(1, SELDOM * len(cells), NUMERIC * (len(said) + others)):
        return ""
    return _name(numeric, taken)


def _words(rest: bytes) -> list[bytes]:
    return re.findall(rb'(?:[^ "\n]++|%b)++' % QUOTED, rest)[:MOST_WORDS]


def _name(numeric: list[re.Match[bytes]], taken: list[str]) -> str:
    said = numeric[0][1]
    if said:
        return said.decode()
    whole = all(float(found[2]).is_integer() for found in numeric)
    if whole and max(float(found[2]) for found in numeric) > MICROSECONDS:
        name = "request_us"
    else:
        name = next((name for name in NAMES if name not in taken), "value")
    return name if name not in taken else f"{name}{len(taken) + 1}"
