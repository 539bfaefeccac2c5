"""Lengths of time as people write them; one grammar for settings, parameters and commands."""

from __future__ import annotations

import re
from typing import NamedTuple

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


MONTHS = {"mon": 1, "y": 12}  # units that are as long as the calendar has them


class Months(NamedTuple):
    """So many months of the calendar."""

    number: int


def duration(text: str) -> float:
    """Seconds of `90 min`, `1.5h`, `7d`; raises ValueError saying what is wrong."""
    match = re.fullmatch(r"([0-9]{1,12}(?:\.[0-9]{1,9})?) ?([a-z]{1,6})", text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a duration: write a number and a unit, such as 90min")
    number, unit = match.groups()
    if unit == "m":
        raise ValueError(f"{text!r} is ambiguous: write {number}min or {number}mon")
    if unit not in UNITS:
        raise ValueError(f"{unit!r} is not a unit: use one of {' '.join(UNITS)}")
    return float(number) * UNITS[unit]


def calendar(text: str) -> float | Months:
    """As `duration`, but whole months and years are those of the calendar."""
    seconds = duration(text)
    match = re.fullmatch(r"0*([1-9][0-9]*)(?:\.0*)? ?(mon|y)", text.strip())
    return Months(int(match[1]) * MONTHS[match[2]]) if match else seconds
