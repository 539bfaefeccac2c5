"""What the text inside a record says of itself.

`{"log":"... \\"GET / HTTP/1.1\\" 200 10\\n", ...}` of Docker is a request, and another line of it
an error.
"""

from __future__ import annotations

import re

from watcher.parse.levels import level_of, status_class
from watcher.parse.marks import CAPITALS, NAMED

FAR = 1000  # characters of a text that are looked at

_answer = re.compile(r'HTTP/\d(?:\.\d)?"? ([1-5]\d\d)(?=[ \n]|$)').search
_named, _capital = (re.compile(pattern).match for pattern in (NAMED, CAPITALS))


def said_within(text: str) -> str | None:
    """The status of the request that a text tells of, or else its level; None: it says neither."""
    if answer := _answer(text, 0, FAR):
        return status_class(answer[1])
    start = text[:FAR].encode("ascii", "replace")
    found = _named(start) or _capital(start)
    return level_of(found[1].decode()) if found else None
