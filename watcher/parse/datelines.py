"""Lines that are a time and nothing else, but for a word or two before it."""

from __future__ import annotations

import re

from watcher.parse.head import Head
from watcher.parse.timeformat import TimeFormat

LONGEST, BESIDE = 60, 20  # bytes of such a line; of it on either side of the time
ENDS = b' \t=-*#)]>",'  # what may stand behind the time
WEEK = rb"mo|tu|we|th|fr|sa|su|di|mi|do|so|lu|ma|me|je|ve|ju|vi|gi"  # how days of it begin
DAY = re.compile(  # in English, German, French, Italian, Spanish or Dutch, before a time
    rb"\b((?i:%b)[a-z\x80-\xff]{0,8})([.,]{0,2}\\ )$" % WEEK
)
SHORTEST_AND_LONGEST_DAY = 2, 14  # bytes


def alone(line: bytes, head: Head) -> tuple[TimeFormat, bytes] | None:
    """How the time is written that is nearly all of this line, and a pattern of what is before."""
    if len(line) > LONGEST:
        return None
    found = next(head.find(line), None)
    if found is None or not found.format.has_day or found.format.is_uptime:
        return None
    lead, rest = line[: found.start], line[found.end :]
    if len(lead) > BESIDE or rest.strip(ENDS) or b"{" in lead:
        return None
    return found.format, _as_any_day(re.sub(rb"\d+", rb"\\d+", re.escape(lead)))


def _as_any_day(lead: bytes) -> bytes:
    """`lead`, a pattern, where the name of a day is that of any: `Wed 14 Oct 06:00:00 UTC 2026`."""
    return DAY.sub(lambda found: b"[^ \n]{%d,%d}" % SHORTEST_AND_LONGEST_DAY + found[2], lead)
