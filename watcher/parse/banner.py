"""What else a log says of its times: the day above lines that only say the time of day, and the
year within lines that begin with a time without one; and that what looks like a time of day is
how long ago the log began.

sysstat and IRC clients write the date once, in a line of their own, where a log begins. It is that
of the first line; the days that follow are told by times that fall. A syslog of proxies has a
second time in each line; it tells the year if it is of the same day.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from math import isnan
from typing import TYPE_CHECKING

from watcher.parse.clock import Clock
from watcher.parse.head import Head, format_of, instant_of, stamps_in
from watcher.parse.seconds import whole
from watcher.parse.timecells import TIME_CELLS
from watcher.parse.timeformat import WHOLE
from watcher.parse.timestamps import Stamp, TimeFormat, find

if TYPE_CHECKING:
    from watcher.parse.detect import Format

MOST_ABOVE = 12  # lines that are looked at
FEWEST, AGREED = 2, 0.8  # lines at least that say a year, and of these of the same
SINCE_START = next(one for one in TIME_CELLS if one.name == "since_start")
BEGINS = re.compile(rb"00:00:0\d\.\d{3}")  # such a log
OPENED = re.compile(rb"(?i)\blog (?:file )?(?:opened|created|started)\b")  # and when
APART = 1  # days, for the zones of two times may differ


def day_above(format_: Format, head: Head) -> int | None:
    """The ordinal of the day of the first line, if it is said above it; `format_` is used up."""
    if format_.clock is None or format_.clock.format.has_day:
        return None
    lines = [*head.comments[:MOST_ABOVE], *_above(format_, head)]
    days = (_day(time, stamp, head) for line in lines for time, stamp in _dates(line, head))
    return next(filter(None, days), None)


def year_within(clock: Clock, head: Head) -> int | None:
    """The year of the first line, if nearly all lines that have a second time say one."""
    format_ = clock.format
    if format_.has_year or not format_.has_day or len(format_.orders) > 1:
        return None
    years = Counter(filter(None, (_year(line, format_, head) for line in head.some)))
    year, often = years.most_common(1)[0] if years else (0, 0)
    return year if often >= max(FEWEST, AGREED * years.total()) else None


def since_start(format_: TimeFormat, head: Head) -> TimeFormat:
    """The way times are written, `format_` where these are of the day; VirtualBox counts."""
    if format_.has_day or not BEGINS.match(head.lines[0]):
        return format_
    opened = [line for line in head.lines[:MOST_ABOVE] if OPENED.search(line)]
    dated = any(True for line in opened for _ in _dates(line, head))
    return SINCE_START if dated else format_


def begun(clock: Clock, head: Head) -> int | None:
    """When the log began that counts from there, in Unix seconds, if a line says when it is."""
    for line in head.lines[:MOST_ABOVE] if clock.format is SINCE_START else ():
        counted = SINCE_START.whole.match(line)
        for time, stamp in _dates(line, head) if counted and OPENED.search(line) else ():
            instant = instant_of(time, stamp, head)
            if counted and not isnan(instant):
                return round(instant - whole([counted[2]])[0])
    return None


def _year(line: bytes, format_: TimeFormat, head: Head) -> int | None:
    """That of another time in a line, if it is of about the same time of the year."""
    begun = next(head.find(line), None)
    if begun is None or begun.format is not format_:
        return None
    for other in find(line[begun.end :]):
        day = _day(other.format, other.stamp, head) if other.format.has_year else None
        year = datetime.fromordinal(day or 1).year
        first = format_.read(begun.stamp[0], begun.stamp[2], "", year)
        if day and first and abs(first[0].toordinal() - day) <= APART:
            return year
    return None


def _above(format_: Format, head: Head) -> Iterator[bytes]:
    """The lines before the first that has its time."""
    for line in head.lines[:MOST_ABOVE]:
        if format_.parse(line + b"\n").samples:
            return
        yield line


def _dates(line: bytes, head: Head) -> Iterator[tuple[TimeFormat, Stamp]]:
    """The times in a line that say a day of a year; short dates are words of their own."""
    said = [(found.format, found.stamp) for found in head.find(line)]
    for word in line.split():
        if time := format_of([word], head):
            said += [(time, stamp) for stamp in stamps_in(time, [word])]
    for time, stamp in said:
        if time.has_year and time.has_day and time.seconds != WHOLE:
            yield time, stamp


def _day(time: TimeFormat, stamp: Stamp, head: Head) -> int | None:
    """The ordinal of the day, where the log was written; None: there is no such instant."""
    instant = instant_of(time, stamp, head)
    return None if isnan(instant) else datetime.fromtimestamp(instant, head.zone).toordinal()
