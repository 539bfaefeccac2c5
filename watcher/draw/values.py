"""The text of one parameter -> its value, in one spelling; or ValueError, saying what would do.

Knows nothing of pictures: what a value is for, and whether it goes with others, is the view's.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from watcher.duration import UNITS as UNITS
from watcher.duration import Months as Months
from watcher.duration import calendar
from watcher.duration import duration as duration

MIN_SIDE, MAX_SIDE = 16, 4096  # pixels before scale
LONGEST = 200 * UNITS["y"]  # seconds of a window; more than any log has lived
LARGEST_NUMBER = 1e300  # of a limit or an end of an axis; beyond, differences leave the floats
OFF = math.inf  # a length of time that never passes

Colour = tuple[int, int, int]
Reader = Callable[[str, tzinfo], Any]


class Moment(NamedTuple):
    """One end of a window.

    `ago`: seconds relative to now (negative is past). `at`: Unix seconds.
    `number`: a bare number, whose meaning is the axis's: sample number, or Unix seconds;
    negative on the index axis: that many samples before the newest.
    """

    kind: Literal["ago", "at", "number"]
    value: float


NOW = Moment("ago", 0.0)


def moment(text: str, zone: tzinfo) -> Moment:
    """`-6h`, ISO 8601 (in `zone` where it names none), a number, or `now`."""
    text = text.strip()
    if text == "now":
        return NOW
    if re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,9})?", text):
        return Moment("number", float(text) + 0.0)  # never -0
    if text.startswith("-"):
        return Moment("ago", -duration(text[1:]) + 0.0)
    try:
        when = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
        return Moment("at", (when if when.tzinfo else when.replace(tzinfo=zone)).timestamp())
    except (ValueError, OverflowError):
        raise ValueError(
            f"{text!r} is not a time: write -6h, 2026-01-31T14:00, a number or now"
        ) from None


def until(text: str, zone: tzinfo) -> Moment | None:
    """A moment; None is now."""
    found = moment(text, zone)
    return None if found == NOW else found


def side(text: str, _zone: tzinfo) -> int:
    """Pixels of an edge of a picture."""
    if not re.fullmatch(r"[0-9]{1,6}", text) or not MIN_SIDE <= int(text) <= MAX_SIDE:
        raise ValueError(f"{text!r} is not from {MIN_SIDE} to {MAX_SIDE}")
    return int(text)


def one_of(*choices: str) -> Callable[[str, tzinfo], str]:
    """A reader of words."""

    def choose(text: str, _zone: tzinfo) -> str:
        if text not in choices:
            raise ValueError(f"{text!r} is not one of {' '.join(choices)}")
        return text

    return choose


def default_or(*choices: str, default: str) -> Callable[[str, tzinfo], str | None]:
    """A reader of words one of which means: as if nothing were said."""

    def choose(text: str, zone: tzinfo) -> str | None:
        found = one_of(default, *choices)(text, zone)
        return None if found == default else found

    return choose


def whole(*choices: int) -> Callable[[str, tzinfo], int]:
    """A reader of a few whole numbers."""

    def choose(text: str, zone: tzinfo) -> int:
        return int(one_of(*map(str, choices))(text, zone))

    return choose


def plain(text: str, _zone: tzinfo) -> str:
    """Whatever it says."""
    return text


def number(text: str, _zone: tzinfo) -> float:
    """`5`, `-0.25`, `1e6`."""
    if re.fullmatch(r"[+-]?([0-9]{1,20}\.?[0-9]{0,20}|\.[0-9]{1,20})([eE][+-]?[0-9]{1,3})?", text):
        found = float(text) + 0.0
        if abs(found) <= LARGEST_NUMBER:
            return found
    raise ValueError(f"{text!r} is not a number such as 5, -0.25 or 1e6")


def automatic_or_number(text: str, zone: tzinfo) -> float | None:
    """A number; None is `auto`."""
    return None if text == "auto" else number(text, zone)


def length(text: str, _zone: tzinfo) -> float:
    """A duration of some length, in seconds."""
    found = duration(text)
    if not found:
        raise ValueError(f"{text!r} is no time at all")
    return found


def automatic_or_length(text: str, zone: tzinfo) -> float | None:
    """Seconds; None is `auto`."""
    return None if text == "auto" else length(text, zone)


def automatic_or_step(text: str, zone: tzinfo) -> float | Months | None:
    """Seconds, or months of the calendar; None is `auto`."""
    return calendar(text) if automatic_or_length(text, zone) else None


def silence(text: str, zone: tzinfo) -> float | None:
    """How long nothing may come: seconds; None is `auto`, OFF is `off`."""
    return OFF if text == "off" else automatic_or_length(text, zone)


def earlier(text: str, zone: tzinfo) -> float:
    """Seconds of `-1d`."""
    if not text.startswith("-"):
        raise ValueError(f"{text!r} is not a time before: write -1d or -7d")
    seconds = length(text[1:], zone)
    if seconds > LONGEST:
        raise ValueError(f"{text!r} is more than 200 years before")
    return seconds


def zone_name(text: str, _zone: tzinfo) -> str:
    """An IANA name; `+` may have become a space on its way."""
    name = text.replace(" ", "+")
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(
            f"{text!r} is not a time zone: write a name such as Europe/Berlin"
        ) from None
    return name


def switch(text: str, _zone: tzinfo) -> bool:
    """`1` or `0`, and as files write them: `true`, `false`."""
    if text.lower() in ("1", "true", "on"):
        return True
    if text.lower() in ("0", "false", "off"):
        return False
    raise ValueError(f"{text!r} is neither 1 nor 0")


def title(text: str, _zone: tzinfo) -> str | None:
    """A title; empty is `0`: none, and None is `1`: the graph's own."""
    return {"0": "", "False": "", "1": None, "True": None}.get(text, text.strip() or None)


def colour(text: str, _zone: tzinfo) -> Colour:
    """`d55e00`, with or without a hash."""
    if not re.fullmatch(r"#?[0-9a-fA-F]{6}", text):
        raise ValueError(f"{text!r} is not a colour: write six hex digits such as d55e00")
    red, green, blue = bytes.fromhex(text[-6:])
    return red, green, blue


def ground(text: str, zone: tzinfo) -> Colour | Literal["transparent"]:
    """A colour, or none."""
    return "transparent" if text == "transparent" else colour(text, zone)
