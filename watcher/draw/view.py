"""What to draw: text parameters (URL, command line) -> one canonical value, or a clear error.

Two spellings of one wish give equal values, so that spellings cannot fill a cache.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any, Literal, NamedTuple

MAX_PIXELS = 8_294_400  # width x height x scale^2: one 4K screen, 8.3 MB as palette indexes
MIN_SIDE, MAX_SIDE = 16, 4096  # pixels before scale
LONGEST_VALUE = 200  # characters of a parameter; longer is no sensible value of any

Style = Literal["bars", "line", "stack"]
Theme = Literal["light", "dark"]

CACHE_BUSTERS = frozenset({"t", "ts", "timestamp", "rand", "nocache", "cb"})


class ViewError(ValueError):
    """A parameter that cannot be obeyed; the text names it and the cure."""


class Moment(NamedTuple):
    """One end of a window.

    `ago`: seconds relative to now (negative is past). `at`: Unix seconds.
    `number`: a bare number, whose meaning is the axis's: sample number, or Unix seconds;
    negative on the index axis: that many samples before the newest.
    """

    kind: Literal["ago", "at", "number"]
    value: float


@dataclass(frozen=True, slots=True)
class View:
    """How one picture looks; sizes in pixels before `scale`."""

    width: int = 500
    height: int = 275
    scale: int = 1
    start: Moment | None = None  # `from`; None = auto
    until: Moment | None = None  # None = now
    style: Style | None = None  # None = by log
    theme: Theme = "light"
    field: str | None = None  # what of the log is shown; None = by log


NOW = Moment("ago", 0.0)

UNITS = {  # seconds; `m` is missing on purpose: minutes or months?
    "ms": 0.001,
    "s": 1.0,
    "min": 60.0,
    "h": 3600.0,
    "d": 86400.0,
    "w": 7 * 86400.0,
    "mon": 30 * 86400.0,
    "y": 365 * 86400.0,
}


def duration(text: str) -> float:
    """Seconds of `90 min`, `1.5h`, `7d`; raises ValueError saying what is wrong."""
    match = re.fullmatch(r"(\d{1,12}(?:\.\d{1,9})?) ?([a-z]{1,3})", text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a duration: write a number and a unit, such as 90min")
    number, unit = match.groups()
    if unit == "m":
        raise ValueError(f"{text!r} is ambiguous: write {number}min or {number}mon")
    if unit not in UNITS:
        raise ValueError(f"{unit!r} is not a unit: use one of {' '.join(UNITS)}")
    return float(number) * UNITS[unit]


def moment(text: str, zone: tzinfo) -> Moment:
    """`-6h`, ISO 8601 (in `zone` where it names none), a number, or `now`."""
    text = text.strip()
    if text == "now":
        return NOW
    if re.fullmatch(r"-?\d{1,15}(\.\d{1,9})?", text):
        return Moment("number", float(text))
    if text.startswith("-"):
        return Moment("ago", -duration(text[1:]))
    try:
        when = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
        return Moment("at", (when if when.tzinfo else when.replace(tzinfo=zone)).timestamp())
    except (ValueError, OverflowError):
        raise ValueError(
            f"{text!r} is not a time: write -6h, 2026-01-31T14:00, a number or now"
        ) from None


def _side(text: str, _zone: tzinfo) -> int:
    if not re.fullmatch(r"\d{1,6}", text) or not MIN_SIDE <= int(text) <= MAX_SIDE:
        raise ValueError(f"{text!r} is not from {MIN_SIDE} to {MAX_SIDE}")
    return int(text)


def _one_of(*choices: str) -> Callable[[str, tzinfo], str]:
    def choose(text: str, _zone: tzinfo) -> str:
        if text not in choices:
            raise ValueError(f"{text!r} is not one of {' '.join(choices)}")
        return text

    return choose


def _text(text: str, _zone: tzinfo) -> str:
    return text


def _scale(text: str, zone: tzinfo) -> int:
    return int(_one_of("1", "2", "3")(text, zone))


def _until(text: str, zone: tzinfo) -> Moment | None:
    until = moment(text, zone)
    return None if until == NOW else until


# parameter -> field of View, reader
PARAMETERS: dict[str, tuple[str, Callable[[str, tzinfo], Any]]] = {
    "width": ("width", _side),
    "height": ("height", _side),
    "scale": ("scale", _scale),
    "from": ("start", moment),
    "until": ("until", _until),
    "style": ("style", _one_of("bars", "line", "stack")),
    "field": ("field", _text),
    "theme": ("theme", _one_of("light", "dark")),
}


def parse(pairs: Iterable[tuple[str, str]], base: View, zone: tzinfo) -> View:
    """The view that `pairs` ask for on top of `base`; raises ViewError naming the parameter."""
    wanted: dict[str, Any] = {}
    for name, text in pairs:
        if ignored(name) or text == "":
            continue
        if name not in PARAMETERS:
            raise ViewError(f"{name}: no such parameter: there are {' '.join(PARAMETERS)}")
        field, read = PARAMETERS[name]
        if field in wanted:
            raise ViewError(f"{name}: given twice")
        try:
            wanted[field] = read(text[:LONGEST_VALUE], zone)
        except ValueError as error:
            raise ViewError(f"{name}: {error}") from None
    view = replace(base, **wanted)
    pixels = view.width * view.height * view.scale**2
    if pixels > MAX_PIXELS:
        raise ViewError(f"width x height x scale^2: {pixels:,} pixels, at most {MAX_PIXELS:,}")
    return view


def ignored(name: str) -> bool:
    """Whether `name` is a cache buster: part of no view."""
    return name.startswith("_") or name.isdigit() or name in CACHE_BUSTERS
