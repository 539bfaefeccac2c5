"""Access logs: NCSA common and combined, as Apache, nginx, Caddy and many others write them.

Whatever is numeric behind them is kept too: the time a request took, that of the upstream.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from watcher.parse.cells import MISSING
from watcher.parse.clock import Clock
from watcher.parse.head import Head
from watcher.parse.levels import status_class
from watcher.parse.lines import Lines, Part
from watcher.parse.numbers import number
from watcher.parse.timestamps import TIME_FORMATS
from watcher.parse.usual import LONGEST

QUOTED = rb'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"'
PLAIN = rb'"[^"]{0,%d}+"' % LONGEST  # where no quote is escaped
FRONT = rb"(?:(?!\[\d)[^ \n]++ ){0,6}+\["  # client, ident, user, and before them a host; or none
THREE = rb"[^ \[][^ ]{0,%d}+ [^ \[][^ ]{0,%d}+ [^ \[][^ ]{0,%d}+ \[" % (3 * (LONGEST,))
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
MOST_EXTRAS = 6  # numbers behind the line that are kept
NAMES = ("request_time", "upstream_time")  # of numbers without a name, as most configurations go
MICROSECONDS = 1000.0  # a request time without a fraction above this is Apache's %D


def access(head: Head) -> Lines | None:
    """The format of an access log."""
    clf = head.time or next(format_ for format_ in TIME_FORMATS if format_.name == "clf")
    asked = head.settings.fields
    front = [
        Part(FRONT, usual=THREE),
        Part(clf.pattern, "time"),
        Part(REQUEST, usual=PLAIN_REQUEST, never=b"\\"),
        Part(STATUS, "class"),
        Part(BYTES, "field", "bytes"),
        Part(CLIENT, usual=PLAIN_CLIENT, never=b"\\"),
    ]
    begins = re.compile(b"".join(part.pattern for part in front)).match
    found = [match for line in head.lines if (match := begins(line))]
    if not found:
        return None
    rests = [match.string[match.end() :] for match in found]
    if all(match[match.re.groups] == b"-" for match in found):
        front[4] = unread(front[4])  # nobody counts bytes: werkzeug
    extras = _extras(rests, len(asked) or MOST_EXTRAS)
    parts = [*front, *extras, Part(rb".*+")]
    return Lines(
        "access",
        [part if not asked or part.name in asked else unread(part) for part in parts],
        Clock(clf, head.zone),
        status_class,
    )


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
            parts.append(Part(EXTRA, "field", name, NUMBER_BEHIND))
        else:
            parts.append(Part(rb"(?:[ ](?:%b|[^ \"\n]++))?+" % QUOTED))
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
