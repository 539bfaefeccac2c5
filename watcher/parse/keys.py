"""What the keys of a record mean: which is its time, and which what lines are counted by."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from watcher.parse.head import (
    TIMED,
    Head,
    decimals,
    falls,
    format_of,
    is_constant,
    is_future,
    stamps_in,
)
from watcher.parse.levels import (
    is_vague,
    level_of,
    level_of_clef,
    level_of_letter,
    level_of_number,
    level_of_python,
    level_of_rank,
    level_of_severity,
    level_of_telemetry,
    status_class,
)
from watcher.parse.lines import Classify
from watcher.parse.timeformat import WHOLE
from watcher.parse.timestamps import Stamp, TimeFormat
from watcher.parse.within import said_within

FEW = 2  # numbers that are one and the same, and may be times all the same
CLASSED = 0.7  # of the values of a key must be levels or statuses
TIME_KEYS = re.compile(
    r"(^|[._@-])(time|timestamp|ts|date|datetime|when|at|t|asctime|eventtime|created)$"
    r"|timestamp|_time$|^(seconds|epoch)$|[a-z]Time$|time_(local|iso8601)$|^msec$",
    re.IGNORECASE,
)
ITS_TIME = re.compile(
    r"[_@]*((?P<logged>log_?)?(time|timestamp|date|datetime)|ts|t|asctime)", re.IGNORECASE
)
OTHER_TIMES = re.compile(r"next|until|expir|till|not_?(after|before)|deadline", re.IGNORECASE)
MILLISECONDS = 3  # digits behind the second; what is finer is no better a time
LEVEL_KEYS = re.compile(
    r"(^|[._@-])(level|lvl|severity|sev|log_?level|level_?name|level_?display_?name|message_?type"
    r"|severity_?(text|name|label)|prio?|priority|at|s|l)$",
    re.IGNORECASE,
)
TEXT_KEYS = re.compile(r"(^|\.)(log|message|msg|text|line)$", re.IGNORECASE)
TOLD = 0.5  # of the texts must say their level, or a status
TAG_KEYS = re.compile(r"(^|\.)tags$")  # one of which is a level
PYTHON_KEYS = re.compile(r"^(levelno|level_?num(ber)?)$", re.IGNORECASE)
TELEMETRY_KEYS = re.compile(r"(^|\.)severity_?number$", re.IGNORECASE)
CLEF_KEYS = {"@t", "@l"}  # of Serilog
RANK_KEYS = re.compile(r"^level$")  # `Level` is that of Windows, where 4 is the usual
SEVERITY_KEYS = re.compile(r"^_?(level|severity|prio?|priority)$", re.IGNORECASE)  # its own
STATUS_KEYS = re.compile(
    r"(^|[._-])((http_?)?status|status_?code|code|resp(onse)?_?code)$", re.IGNORECASE
)


def time_of(columns: dict[str, list[bytes]], head: Head) -> tuple[str, TimeFormat] | None:
    """The path of the time: the most precise that never decreases, one that is called so."""
    found = []
    for place, (path, texts) in enumerate(columns.items()):
        said = [text for text in texts if text]
        format_ = format_of(said, head)
        if format_ is None or len(said) < TIMED * len(texts):
            continue
        named = TIME_KEYS.search(path) is not None and not OTHER_TIMES.search(path)
        stamps = stamps_in(format_, said)
        if not format_.has_day and (not named or _is_position(stamps)):  # how long something took
            continue
        if is_future(format_, stamps, head):
            continue
        is_still = len(stamps) > FEW and len({*stamps}) == 1
        if format_.seconds == WHOLE and not named and is_still:
            continue
        digits = decimals(format_, stamps)
        its_own = ITS_TIME.fullmatch(path)
        is_sure = its_own is not None and format_.has_year  # of which lines may be late
        merit = (
            is_constant(stamps) or (not is_sure and (is_still or falls(format_, stamps, head))),
            not named and format_.seconds == WHOLE,  # a counter may look like it
            not format_.has_day,
            not format_.has_year,
            not (its_own and its_own["logged"]),
            -min(digits, MILLISECONDS),
            its_own is None,
            -digits,
            not named,
            place,
        )
        found.append((merit, path, format_))
    if not found:
        return None
    _, path, format_ = min(found, key=lambda one: one[0])
    return path, format_


def _is_position(stamps: Sequence[Stamp]) -> bool:
    """Whether these begin at 0, as the time in a film does, and that of day hardly ever."""
    return bool(stamps) and not stamps[0][0].strip(b"0:")


def is_time(path: str, texts: Sequence[bytes], head: Head) -> bool:
    said = [text for text in texts if text]
    return TIME_KEYS.search(path) is not None and format_of(said, head) is not None


def class_of(columns: dict[str, list[bytes]]) -> tuple[str, Classify] | None:
    """The path of what lines are counted by: a level, or an HTTP status."""
    if columns.keys() >= CLEF_KEYS:
        return "@l", level_of_clef
    found = list(_classes(columns))
    first = next(iter(found), None) or _texts_that_tell(columns)
    if first is None or first[1] is said_within or _varies(columns[first[0]]):
        return first
    statuses = (one for one in found if one[1] is status_class and _varies(columns[one[0]]))
    return next(statuses, first)


def _varies(texts: Sequence[bytes]) -> bool:
    """Whether these are not one and the same: a level that never changes says nothing."""
    return len({*texts} - {b""}) > 1


def _classes(columns: dict[str, list[bytes]]) -> Iterator[tuple[str, Classify]]:
    """The paths of levels, and then of statuses; the likelier first."""
    for names, classify in (
        (LEVEL_KEYS, level_of),
        (LEVEL_KEYS, level_of_letter),
        (LEVEL_KEYS, level_of_number),
        (TAG_KEYS, level_of),
        (PYTHON_KEYS, level_of_python),
        (TELEMETRY_KEYS, level_of_telemetry),
        (RANK_KEYS, level_of_rank),
        (SEVERITY_KEYS, level_of_severity),
        (STATUS_KEYS, status_class),
    ):
        for path, texts in columns.items():
            if not names.search(path) or (names is RANK_KEYS and not _are_ranks(texts)):
                continue
            said = [text.decode("ascii", "replace") for text in texts if text.strip(b"-")]
            known = [text for text in said if classify(text) is not None]
            if said and len(known) >= CLASSED * len(said) and not is_vague(known):
                yield path, classify


def _texts_that_tell(columns: dict[str, list[bytes]]) -> tuple[str, Classify] | None:
    """The path of texts most of which say their level, or what a request was answered."""
    for path, texts in columns.items():
        if TEXT_KEYS.search(path):
            said = [text.decode("ascii", "replace") for text in texts if text]
            if sum(said_within(text) is not None for text in said) >= TOLD * max(1, len(said)):
                return path, said_within
    return None


def _are_ranks(texts: Sequence[bytes]) -> bool:
    """Whether these numbers rise with the level: syslog's fall, and the worst of them are rare."""
    said = [text for text in texts if text]
    rare = said.count(b"4") < len(said) / 2
    return rare and {*said} <= {b"0", b"1", b"2", b"3", b"4"} and min(said, default=b"3") < b"3"
