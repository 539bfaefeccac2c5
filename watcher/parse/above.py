"""Numbers whose time stands in a line of its own above them: `iostat -t`, telegrams of smart
meters, `date; sensors` in a loop.

The lines below are a table that comes again and again, or each names one number; or they begin with
their level, as in `boot.log`, or as Java wrote it of old, below the time and the method. The time
lives in the clock alone, so that blocks may end anywhere. What is above the first time is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property

import msgspec

from watcher.parse.batch import Batch, joined, only_lines
from watcher.parse.clock import Clock
from watcher.parse.columns import plain
from watcher.parse.datelines import BESIDE, alone
from watcher.parse.fields import Field, chosen
from watcher.parse.head import Head, stamp_of, unpainted
from watcher.parse.levels import level_of
from watcher.parse.lines import Lines, LinesRecipe, Part
from watcher.parse.marks import at_once
from watcher.parse.numbers import NUMBER
from watcher.parse.prose import measured
from watcher.parse.silent import ANYTHING

FIRST_LINES = 40  # one of which must be such a time
TWICE = 2  # times at least, each with a number below it
OFTEN = 0.8  # of the times must have a number below them, for it to be kept

METHOD = rb"[ ][\w.$<>-]{1,300}+(?:[ ][\w.$<>-]{1,100}+)?+\r?"  # org.example.Server start
LEVEL = rb"(SEVERE|WARNING|INFO|CONFIG|FINE|FINER|FINEST): "
NAME = rb"[A-Za-z][\w ./%-]{0,39}?|\d-\d{1,2}:\d{1,2}\.\d{1,2}\.\d{1,3}"  # or OBIS
# Not the beginning of a version, an address or a day: `(2.36-9)`, `: 3.0.11`.
VALUE = rb"\"?[ \t]*+[:=(|][ \t]*+(%b)(?![\d:]|[-.+~/][\w])" % NUMBER
_is_level = re.compile(LEVEL).match
NAMED = re.compile(rb"[ \t]*+\"?(%b)%b" % (NAME, VALUE))


class AboveRecipe(msgspec.Struct, frozen=True, tag="above"):
    """All that makes one `Above` read as another does."""

    time: str  # the name of its TimeFormat
    lead: bytes  # pattern of what stands before it
    rows: LinesRecipe
    behind: bytes = b""  # likewise behind it, where that is more than a few bytes


class Above:
    """The format of rows below their time."""

    by_columns = False
    why = "a number without a time above it"

    def __init__(self, rows: Lines, clock: Clock, lead: bytes, behind: bytes = b"") -> None:
        """`rows`: what the lines below a time are, which have none; `lead` stands before it."""
        self.name, self.fields, self.clock = rows.name, rows.fields, clock
        self.counts = rows.counts
        self._rows, self._lead, self._behind = rows, lead, behind or rb"[^\n]{0,%d}+" % BESIDE
        self.time_format = clock.format.name
        self.recipe = AboveRecipe(self.time_format, lead, rows.recipe, behind)
        self.key = ("above", self.time_format, lead, behind, rows.key)

    @cached_property
    def _times(self) -> re.Pattern[bytes]:
        pattern = self._lead + self.clock.format.pattern
        return re.compile(rb"^%b%b\n" % (pattern, self._behind), re.MULTILINE)

    def parse(self, block: bytes) -> Batch:
        """The rows of `block`, whose every line ends with a newline."""
        block = unpainted(block)
        return joined(list(self._pieces(block))) if block else only_lines(0, 0)

    def sample(self, line: bytes) -> None:
        """No line says all of it."""

    def settle(self, probes: Sequence[bytes], modified: float) -> None:
        """Fix what the times do not say, from lines all over the file."""
        found = [match for line in probes if (match := self._times.match(line + b"\n"))]
        self.clock.settle([stamp_of(match) for match in found], modified)

    def _pieces(self, block: bytes) -> Iterator[Batch]:
        """What stands above the first time, and then each time with what is below it."""
        begin, now = 0, self.clock.state.last
        for found in self._times.finditer(block):
            yield self._dated(block[begin : found.start()], now)
            yield only_lines(1, 0)
            head, seconds, tail = stamp_of(found)
            begin, now = found.end(), self.clock.times([head], [seconds], [tail])[0]
        yield self._dated(block[begin:], now)

    def _dated(self, text: bytes, now: float | None) -> Batch:
        if not text:
            return only_lines(0, 0)
        batch = self._rows.parse(text)
        if now is None or now != now:
            return only_lines(batch.lines, batch.bad + batch.samples)
        return batch._replace(times=[now] * batch.samples) if batch.samples else batch


def above(head: Head) -> Above | None:
    """The format, if there are times alone in their lines, and numbers below them."""
    return _levels(head) or _numbers(head)


def _levels(head: Head) -> Above | None:
    """The format of Java's records of two lines; the second says the level."""
    told = [n for n, line in enumerate(head.lines) if _is_level(line) and n]
    if len(told) < TWICE:
        return None
    found = next(head.find(head.lines[told[0] - 1]), None)
    if found is None or found.start or not found.format.has_day:
        return None
    is_time = re.compile(found.format.pattern + METHOD).fullmatch
    if sum(is_time(head.lines[n - 1]) is not None for n in told) < OFTEN * len(told):
        return None
    rows = Lines("text", [Part(LEVEL, "class"), Part(ANYTHING)], None, level_of, ANYTHING)
    return Above(rows, Clock(found.format, head.zone), b"", METHOD)


def _numbers(head: Head) -> Above | None:
    """The format of numbers below times that are alone in their lines."""
    if not any(alone(line, head) for line in head.lines[:FIRST_LINES]):
        return None
    dates = [alone(line, head) for line in head.lines]
    often = Counter(found for found in dates if found).most_common(1)
    (format_, lead), many = often[0]
    others = [line for line, found in zip(head.lines, dates, strict=True) if not found]
    if not TWICE <= many <= len(others):
        return None
    rows = _rows(head._replace(lines=others), many, sure=b"\\d" not in lead)
    return Above(rows, Clock(format_, head.zone), lead) if rows else None


def _rows(head: Head, many: int, *, sure: bool) -> Lines | None:
    """What the lines below `many` times are; `sure`: nothing but these stands in their lines."""
    table = plain(head)
    if table is not None and table.fields and table.clock is None:
        return table
    names = _names(head, OFTEN * (many - 1))
    if not names and (marks := at_once(head.lines)):  # `[  OK  ] Started` below that of the boot
        parts = [Part(marks.pattern, "class"), Part(ANYTHING)]
        return Lines("text", parts, None, marks.classify)
    if not names:
        return measured(head.lines, many) if sure else None
    there = rb"[ \t]*+\"?(?=(?:%b)\"?[ \t]*+[:=(|])" % b"|".join(map(re.escape, names))
    return Lines("text", [Part(there), *map(_part, names), Part(ANYTHING)], silent=ANYTHING)


def _names(head: Head, least: float) -> list[bytes]:
    """What the numbers are called that are worth it, if so many lines have each."""
    said: dict[bytes, list[float]] = {}
    for found in filter(None, map(NAMED.match, head.lines)):
        said.setdefault(found[1], []).append(float(found[2]))
    often = {name: values for name, values in said.items() if len(values) >= least}
    asked = head.settings.fields
    names = [name for name in often if not asked or _text(name) in asked]
    fields = [Field(_text(name), n, often[name]) for n, name in enumerate(names)]
    return [names[field.place] for field in chosen(fields)]


def _part(name: bytes) -> Part:
    return Part(rb"(?:%b%b[^\n]*+)?+" % (re.escape(name), VALUE), "field", _text(name))


def _text(name: bytes) -> str:
    return name.decode("utf-8", "replace")
