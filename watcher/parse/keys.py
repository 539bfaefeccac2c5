"""What the keys of a record mean: which is its time, and which what lines are counted by."""

from __future__ import annotations

import re
from collections.abc import Sequence

from watcher.parse.head import TIMED, Head, decimals, falls, format_of, is_constant, stamps_in
from watcher.parse.levels import (
    level_of,
    level_of_letter,
    level_of_number,
    level_of_severity,
    status_class,
)
from watcher.parse.lines import Classify
from watcher.parse.timeformat import WHOLE
from watcher.parse.timestamps import TimeFormat

CLASSED = 0.7  # of the values of a key must be levels or statuses
TIME_KEYS = re.compile(
    r"(^|[._@-])(time|timestamp|ts|date|datetime|when|at|t|asctime|eventtime|created)$"
    r"|timestamp|_time$|[a-z]Time$|time_(local|iso8601)$|^msec$",
    re.IGNORECASE,
)
ITS_TIME = re.compile(r"[_@]*(time|timestamp|ts|date|datetime|t|asctime)", re.IGNORECASE)
MILLISECONDS = 3  # digits behind the second; what is finer is no better a time
LEVEL_KEYS = re.compile(
    r"(^|[._@-])(level|lvl|severity|loglevel|log_level|levelname|prio|priority|at|s|l)$",
    re.IGNORECASE,
)
SEVERITY_KEYS = re.compile(r"^_?(level|severity|prio|priority)$", re.IGNORECASE)  # its own
STATUS_KEYS = re.compile(r"(^|[._-])(status|status_?code|code|response_?code)$", re.IGNORECASE)


def time_of(columns: dict[str, list[bytes]], head: Head) -> tuple[str, TimeFormat] | None:
    """The path of the time: the most precise that never decreases, one that is called so."""
    found = []
    for place, (path, texts) in enumerate(columns.items()):
        said = [text for text in texts if text]
        format_ = format_of(said, head)
        if format_ is None or len(said) < TIMED * len(texts):
            continue
        named = TIME_KEYS.search(path) is not None
        stamps = stamps_in(format_, said)
        if not format_.has_day and not named:  # how long something took
            continue
        digits = decimals(format_, stamps)
        merit = (
            is_constant(stamps) or falls(format_, stamps, head),
            not named and format_.seconds == WHOLE,  # a counter may look like it
            not format_.has_day,
            -min(digits, MILLISECONDS),
            not ITS_TIME.fullmatch(path),
            -digits,
            not named,
            place,
        )
        found.append((merit, path, format_))
    if not found:
        return None
    _, path, format_ = min(found, key=lambda one: one[0])
    return path, format_


def is_time(path: str, texts: Sequence[bytes], head: Head) -> bool:
    said = [text for text in texts if text]
    return TIME_KEYS.search(path) is not None and format_of(said, head) is not None


def class_of(columns: dict[str, list[bytes]]) -> tuple[str, Classify] | None:
    """The path of what lines are counted by: a level, or an HTTP status."""
    for names, classify in (
        (LEVEL_KEYS, level_of),
        (LEVEL_KEYS, level_of_letter),
        (LEVEL_KEYS, level_of_number),
        (SEVERITY_KEYS, level_of_severity),
        (STATUS_KEYS, status_class),
    ):
        for path, texts in columns.items():
            classes = [classify(text.decode("ascii", "replace")) for text in texts if text]
            known = sum(one is not None for one in classes)
            if names.search(path) and classes and known >= CLASSED * len(classes):
                return path, classify
    return None
