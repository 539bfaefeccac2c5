"""What a user says of a log: a `[[log]]` of the configuration, and what can be wrong with it."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from watcher.parse.encoding import ENCODINGS, is_known
from watcher.parse.grok import expand
from watcher.parse.timestamps import from_strptime

FORMATS = ("auto", "plain", "csv", "json", "logfmt", "access", "syslog", "text", "regex")
KINDS = ("value", "counter")
LONGEST_FOR_USERS = 8192  # bytes of a line that a user's pattern is given; see `watcher check`
MOST_ASKED = 32  # fields of a log that a user can name
MOST_COUNTS = 32  # patterns of a log that lines are counted by
COUNT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}")

Problem = tuple[str, str]  # key, and what is wrong with it: what to do


class LogSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A `[[log]]` of the configuration."""

    path: str
    name: str = ""  # of a glob that is merged: of all of it
    merge: bool = False  # all files of the glob are one log
    format: str = "auto"
    pattern: str = ""  # with format "regex"
    time_format: str = ""  # as strptime has it; empty: told from the lines
    timezone: str = ""  # of times that name none; empty: the machine's
    interval: float = 0.0  # seconds between values without times; 0: not known
    fields: tuple[str, ...] = ()  # empty: chosen
    split: str = ""  # the field that tells series apart
    backfill: float | None = None  # seconds before the newest line that are read at first sight
    rotated: tuple[str, ...] = ()  # directories of rotated siblings, beside the log's own
    encoding: str = "utf-8"
    count: dict[str, str] = {}  # name -> pattern of the lines that are counted
    kind: dict[str, str] = {}  # field -> one of KINDS

    @property
    def counters(self) -> frozenset[str]:
        """The fields that only rise."""
        return frozenset(field for field, kind in self.kind.items() if kind == "counter") or NONE


NONE: frozenset[str] = frozenset()  # shared by all logs that have no counters
AUTO = LogSettings("")  # nothing was said


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[bytes]:
    """A user's pattern with its grok names; ValueError says what is wrong with it, and where."""
    written_out = expand(pattern)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of sets that may be nested one day
            return re.compile(written_out.encode())
    except re.error as error:
        shown = "" if written_out == pattern else f" of {written_out!r}"
        raise ValueError(f"{error.msg} at position {error.pos}{shown}") from None
    except (OverflowError, RecursionError):
        raise ValueError("is too large: write a simpler one") from None


def problems(log: LogSettings) -> Iterator[Problem]:
    """Everything that is wrong with it, each with its cure."""
    if log.format not in FORMATS:
        yield "format", f"{log.format!r} is not a format: write one of {' '.join(FORMATS)}"
    yield from _of_pattern(log)
    yield from _of_times(log)
    yield from _of_fields(log)
    for name, pattern in log.count.items():
        yield from _of_count(name, pattern, log)
    if len(log.count) > MOST_COUNTS:
        yield "count", f"{len(log.count)} patterns: at most {MOST_COUNTS}: leave some out"
    for field, kind in log.kind.items():
        if kind not in KINDS:
            yield f"kind.{field}", f"{kind!r} is not a kind: write one of {' '.join(KINDS)}"
        elif log.fields and field not in log.fields:
            yield f"kind.{field}", "is not one of `fields`: add it there, or take it out here"
    if not is_known(log.encoding):
        yield "encoding", f"{log.encoding!r} is not known: write one such as {ENCODINGS}"


def _of_pattern(log: LogSettings) -> Iterator[Problem]:
    if log.format == "regex" and not log.pattern:
        yield "pattern", "is missing: write one with named groups, such as '(?P<value>\\d+)'"
    if log.format != "regex" and log.pattern:
        yield "pattern", 'is only read with format = "regex": write that too, or take it out'
    if log.pattern:
        try:
            if not compiled(log.pattern).groupindex:
                yield "pattern", "has no named group: write (?P<value>...) around what you want"
        except ValueError as error:
            yield "pattern", f"{error}: mend it; \\ before a character takes it as it is"


def _of_times(log: LogSettings) -> Iterator[Problem]:
    if log.timezone:
        try:
            ZoneInfo(log.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            yield (
                "timezone",
                f"{log.timezone!r} is not a time zone: write a name such as Europe/Berlin",
            )
    if log.time_format:
        try:
            from_strptime(log.time_format)
        except ValueError as error:
            yield "time_format", f"{log.time_format!r}: {error}: write such as %Y-%m-%d %H:%M:%S"
    if log.interval < 0:
        yield "interval", "must be more than nothing: write such as 1 s"
    if log.interval and log.time_format:
        yield "interval", "is for values without times: take it out, or time_format"


def _of_fields(log: LogSettings) -> Iterator[Problem]:
    if not all(log.fields):
        yield "fields", "one has no name: take it out"
    if len(log.fields) > MOST_ASKED:
        yield "fields", f"{len(log.fields)} are asked for: at most {MOST_ASKED}: leave some out"
    for name in sorted({name for name in log.fields if log.fields.count(name) > 1}):
        yield "fields", f"{name!r} is given twice: take one out"


def _of_count(name: str, pattern: str, log: LogSettings) -> Iterator[Problem]:
    if not COUNT_NAME.fullmatch(name):
        yield f"count.{name}", "is no name for a field: up to 100 letters, digits, _ . and -"
    if name in log.fields:
        yield f"count.{name}", "is one of `fields` too: give it another name"
    if not pattern:
        yield f"count.{name}", "matches every line: write what the lines have in them"
    try:
        compiled(pattern)
    except ValueError as error:
        yield f"count.{name}", f"{error}: mend it; \\ before a character takes it as it is"
