"""Lengths of time as people write them; one grammar for settings, parameters and commands."""

from __future__ import annotations

import re

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
    match = re.fullmatch(r"([0-9]{1,12}(?:\.[0-9]{1,9})?) ?([a-z]{1,6})", text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a duration: write a number and a unit, such as 90min")
    number, unit = match.groups()
    if unit == "m":
        raise ValueError(f"{text!r} is ambiguous: write {number}min or {number}mon")
    if unit not in UNITS:
        raise ValueError(f"{unit!r} is not a unit: use one of {' '.join(UNITS)}")
    return float(number) * UNITS[unit]
