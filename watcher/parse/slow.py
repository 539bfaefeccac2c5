"""The slow query log of MySQL and MariaDB: a time in one line, the numbers in another.

A query is counted at the time above it, which is not repeated within a second. Its text is
neither good nor bad. The time lives in the clock alone, so that blocks may end anywhere.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cached_property

import msgspec

from watcher.parse.batch import Batch, only_lines
from watcher.parse.clock import Clock
from watcher.parse.head import Head, format_of, stamp_of, unpainted
from watcher.parse.numbers import NUMBER, number

QUERY = re.compile(rb"# Query_time: ")
TIME = re.compile(rb"# Time:[ ]++([^\n]*\S)")
NAMED = re.compile(rb"([A-Za-z_]++):[ ]++(%b)(?=[ ]|$)" % NUMBER)
MOST = 8  # fields


class SlowRecipe(msgspec.Struct, frozen=True, tag="slow"):
    """All that makes one `Slow` read as another does."""

    time: str  # the name of its TimeFormat
    fields: tuple[str, ...]


class Slow:
    """The format of a log of slow queries."""

    name = "text"
    counts = True
    by_columns = False
    why = "a query without a time above it"

    def __init__(self, clock: Clock, fields: tuple[str, ...]) -> None:
        """`fields`: those of a query, by the names in the log."""
        self.clock, self.fields = clock, fields
        self.time_format = clock.format.name
        self.recipe = SlowRecipe(self.time_format, fields)
        self.key = ("slow", self.time_format, fields)

    @cached_property
    def _said(self) -> re.Pattern[bytes]:
        """A time, with three groups, or all of a query in a fourth."""
        time = self.clock.format.pattern
        return re.compile(rb"^# (?:Time:[ ]++%b|(Query_time: [^\n]*+))" % time, re.MULTILINE)

    def parse(self, block: bytes) -> Batch:
        """The queries of `block`, whose every line ends with a newline."""
        lines, now = block.count(b"\n"), self.clock.state.last
        times, rows = [], []
        for found in self._said.finditer(unpainted(block)):
            if found[4] is None:
                now = self._time(found)
            else:
                times.append(math.nan if now is None else now)
                rows.append(dict(NAMED.findall(found[4])))
        kept = [n for n, time in enumerate(times) if not math.isnan(time)]
        if not kept:
            return only_lines(lines, len(times))
        values = {
            name: [number(row.get(name.encode(), b"")) for row in rows] for name in self.fields
        }
        bad = len(times) - len(kept)
        return Batch(lines, bad, len(times), times, values, [""] * len(times)).only(kept)

    def sample(self, line: bytes) -> None:
        """No line says all of a query."""

    def settle(self, probes: Sequence[bytes], modified: float) -> None:
        """Fix what the times do not say, from lines all over the file."""
        found = [match for line in probes if (match := self._said.match(line)) and not match[4]]
        self.clock.settle([stamp_of(match) for match in found], modified)

    def _time(self, found: re.Match[bytes]) -> float:
        head, seconds, tail = stamp_of(found)
        return self.clock.times([head], [seconds], [tail])[0]


def slow(head: Head) -> Slow | None:
    """The format, if there are queries and times among the comments."""
    rows = [NAMED.findall(line) for line in head.comments if QUERY.match(line)]
    times = [found[1] for line in head.comments if (found := TIME.match(line))]
    format_ = format_of(times, head) if rows and times else None
    if format_ is None:
        return None
    names = tuple(dict.fromkeys(name.decode() for row in rows for name, _ in row))
    fields = tuple(name for name in names if name in (head.settings.fields or names))
    return Slow(Clock(format_, head.zone), fields[:MOST])
