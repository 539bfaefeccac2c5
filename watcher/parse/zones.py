"""Where a minute of the calendar lies in time: zones by number, name or place."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# Hours from UTC of the names that programs write. Where they are ambiguous (IST, CST, BST) the
# log's own zone decides if it knows the name; a name that nobody knows is the log's own zone.
HOURS: dict[str, float] = {
    **dict.fromkeys(("Z", "UTC", "GMT", "UT", "WET"), 0),
    **dict.fromkeys(("CET", "MEZ", "WEST", "BST"), 1),
    **dict.fromkeys(("CEST", "MESZ", "EET", "SAST"), 2),
    **dict.fromkeys(("EEST", "MSK", "TRT"), 3),
    "PKT": 5,
    "IST": 5.5,
    "WIB": 7,
    "ICT": 7,
    "SGT": 8,
    "HKT": 8,
    "AWST": 8,
    "JST": 9,
    "KST": 9,
    "ACST": 9.5,
    "AEST": 10,
    "AEDT": 11,
    "NZST": 12,
    "NZDT": 13,
    "BRT": -3,
    "ART": -3,
    "EDT": -4,
    "EST": -5,
    "CDT": -5,
    "CST": -6,
    "MDT": -6,
    "MST": -7,
    "PDT": -7,
    "PST": -8,
    "AKDT": -8,
    "AKST": -9,
    "HST": -10,
}

PLAIN = frozenset(("Z", "z", "UTC", "GMT"))  # the same for everybody

Starts = tuple[float, float]  # of a minute that comes twice when summer ends; else twice the same

_minutes = re.compile(r"([+-])(\d{3})").fullmatch  # of Db2, to the east
_bias = re.compile(r'([+-])(\d{1,3})"').fullmatch  # of Microsoft, to the west
_offset = re.compile(r"(?:UTC|GMT)?([+-])(\d\d|\d(?!\d)):?(\d\d)?").fullmatch


def placed(minute: datetime, said: bytes | None, zone: tzinfo) -> Starts:
    """When `minute`, as if in UTC, began in the zone that was said, or else in `zone`."""
    if said:
        name = said.decode("ascii")
        if name.isalpha() and name not in PLAIN:
            for fold in (0, 1):  # the name tells the one summer time from the other
                local = minute.replace(tzinfo=zone, fold=fold)
                if local.tzname() == name:
                    return local.timestamp(), local.timestamp()
        zone = _zone(name) or zone
    offset = _offset_on(zone, minute.date())
    if offset is not None:
        start = minute.timestamp() - offset
        return start, start
    first = minute.replace(tzinfo=zone).timestamp()
    second = minute.replace(tzinfo=zone, fold=1).timestamp()
    return first, max(first, second)  # the second is earlier in an hour that does not exist


@lru_cache(maxsize=1024)
def _offset_on(zone: tzinfo, day: date) -> float | None:
    """Seconds from UTC, None on a day that changes them."""
    midnight = datetime.combine(day, time(0, tzinfo=zone))
    offset, next_one = midnight.utcoffset(), (midnight + timedelta(days=1)).utcoffset()
    return offset.total_seconds() if offset is not None and offset == next_one else None


@lru_cache(maxsize=256)
def _zone(name: str) -> tzinfo | None:
    """The zone of `+02:00`, `GMT+2`, `CEST` or `Europe/Berlin`; None if nobody knows it."""
    if offset := _offset(name):
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))
    if offset := _minutes(name) or _bias(name):
        minutes = int(offset[2])
        west = (offset[1] == "-") != name.endswith('"')
        return timezone(timedelta(minutes=-minutes if west else minutes))
    if "/" in name:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, OSError):
            return None
    hours = HOURS.get(name.upper())
    return None if hours is None else timezone(timedelta(hours=hours))
