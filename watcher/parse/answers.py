"""What servers answered, where text for people says it: `Completed 200 OK in 53ms (Views: 30ms)`,
`Sent 200 in 12ms`, `"GET / HTTP/1.1" 200 OK`.

Such lines are counted by status; how long it took, and the numbers behind, are kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import copy
from typing import NamedTuple

from watcher.parse.levels import status_class
from watcher.parse.lines import Lines, Part
from watcher.parse.marks import REQUEST
from watcher.parse.pairs import named_numbers
from watcher.parse.phrases import TOOK

FAR = 400  # bytes before the status
AGREED = 0.9  # of the answers must be dated, or none of them is
REST = rb"[^\n]*+"


class Answer(NamedTuple):
    """How a status and a duration are said, one behind the other, each with one group."""

    word: bytes  # that is in every such line
    status: bytes
    took: bytes


ANSWERS = (
    Answer(  # Rails, Phoenix, Next.js, Serilog
        b" in ",
        rb"[^\n]{0,%d}?(?: |=)([1-5]\d\d)(?: [A-Z][A-Za-z' -]{1,40}?)?(?= in \d)" % FAR,
        rb" in %b" % TOOK,
    ),
    Answer(  # ASP.NET Core: `Request finished HTTP/1.1 GET http://x/ - 200 - text/html 12.3ms`
        b" - ",
        rb"[^\n]{0,%d}? - ([1-5]\d\d)(?= [^\n]{1,100}ms\r?$)" % FAR,
        rb" [^\n]{1,100}? %b" % TOOK,
    ),
    Answer(b" /", REQUEST, rb"(?:[^\n]{0,40}? %b)?+" % TOOK),
)


def answers(lines: Sequence[bytes], text: Lines, least: float) -> Lines | None:
    """The form of those of `lines` that say an answer, dated as the `text` is, or not at all.

    None if these are less than the `least`, or all.
    """
    for answer in ANSWERS:
        said = re.compile(answer.status + answer.took).match
        found = [line for line in lines if answer.word in line and said(line)]
        if len(found) >= least:
            return _form(answer, found, text) if len(found) < len(lines) else None
    return None


def _form(answer: Answer, found: Sequence[bytes], text: Lines) -> Lines | None:
    dated = sum(map(text.has, found))
    if (1 - AGREED) * len(found) < dated < AGREED * len(found) or _tell_levels(found, text):
        return None
    parts = [
        *(_front(text) if dated else ()),
        Part(answer.status, "class"),
        Part(answer.took, "field", "duration", written="unit"),
    ]
    match = re.compile(b"".join(part.pattern for part in parts)).match
    matches = [one for line in found if (one := match(line))]
    rests = [one.string[one.end() :] for one in matches]
    if not any(one[one.re.groups] for one in matches):
        parts[-1] = Part(b"")
    clock = copy(text.clock) if dated else None
    return Lines("access", [*parts, *named_numbers(rests), Part(REST)], clock, status_class)


def _tell_levels(found: Sequence[bytes], text: Lines) -> bool:
    """Whether the level of these lines says more than their status: it varies; or is one."""
    classes = {*(text.parse(b"".join(line + b"\n" for line in found)).classes or ())}
    return len(classes) > 1 or any(class_.endswith("xx") for class_ in classes)


def _front(text: Lines) -> list[Part]:
    """What leads to the time, and the time."""
    end = next(n for n, part in enumerate(text.parts) if part.role == "time") + 1
    return [part._replace(role="") if part.role == "class" else part for part in text.parts[:end]]
