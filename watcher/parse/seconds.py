"""The seconds of many times at once: what stands behind hour and minute, and epochs."""

from __future__ import annotations

import math

import msgspec

from watcher.parse.numbers import bounds, number
from watcher.parse.timeformat import (
    DAYS,
    FRACTION,
    MILLISECONDS,
    NANOSECONDS,
    NONE,
    OF_DAY,
    THOUSANDTHS,
)

DAY = 86_400.0  # seconds
MARK = 100.0  # what a 1 in front adds to two digits, see `_seconds`

_decode = msgspec.json.Decoder(list[float]).decode
_decode_one = msgspec.json.Decoder(float).decode
_NUMBERS = bytes.maketrans(b",:|", b"..,")


def _seconds(texts: list[bytes]) -> list[float]:
    """Seconds of a minute plus MARK, NaN for 61 and more.

    A JSON decoder is five times as fast as `float`, and with a 1 in front `07` is JSON.
    """
    try:
        values = _decode(b"[1%b]" % b"|1".join(texts).translate(_NUMBERS))
    except msgspec.DecodeError:
        values = []
    if len(values) == len(texts):
        least, greatest = bounds(values)
        if least >= MARK and greatest < MARK + 61:
            return values
    return [_checked(number(text.translate(_NUMBERS))) for text in texts]


def second_of(text: bytes) -> float:
    """As `PAST[FRACTION]` has it, of one that is written as usual; else NaN."""
    try:
        value = _decode_one(b"1%b" % text.translate(_NUMBERS))
    except msgspec.DecodeError:
        return math.nan
    return value if MARK <= value < MARK + 61 else math.nan


def _milliseconds(texts: list[bytes]) -> list[float]:
    """`15:9`, which is 15.009, as HealthApp writes it."""
    try:
        values = whole(b":".join(texts).split(b":"))
        pairs = zip(values[::2], values[1::2], strict=True)
        times = [second + thousandth / 1000 for second, thousandth in pairs]
        if max(times) < 61:
            return [MARK + time for time in times]
        return list(map(_checked, times))
    except ValueError:  # not of this format
        return [math.nan] * len(texts)


def _thousandths(texts: list[bytes]) -> list[float]:
    """`48613`, which is 48.613, as traders of ticks write it."""
    return [_checked(count / 1000) for count in whole(texts)]


def _of_day(texts: list[bytes]) -> list[float]:
    """`58418.811`, as ntpd counts the seconds of a day; the last may be a leap second."""
    seconds = whole(texts)
    return [MARK + second if 0 <= second <= DAY + 1 else math.nan for second in seconds]


def _nanoseconds(texts: list[bytes]) -> list[float]:
    """`3b9ac9ff`, as multilog and slapd write them."""
    return [MARK + _hexadecimal(text) / 1e9 for text in texts]


def _hexadecimal(text: bytes) -> float:
    try:
        return int(text or b"0", 16)
    except ValueError:  # not of this format
        return math.nan


def _days(texts: list[bytes]) -> list[float]:
    """`5833` behind the point, of a spreadsheet's days."""
    return [MARK + DAY * number(b"0." + (text or b"0")) for text in texts]


def _nothing(texts: list[bytes]) -> list[float]:
    return [MARK] * len(texts)


def _checked(second: float) -> float:
    return MARK + second if 0 <= second < 61 else math.nan


PAST = {
    DAYS: _days,
    FRACTION: _seconds,
    MILLISECONDS: _milliseconds,
    NANOSECONDS: _nanoseconds,
    NONE: _nothing,
    OF_DAY: _of_day,
    THOUSANDTHS: _thousandths,
}


def whole(texts: list[bytes]) -> list[float]:
    """Numbers that are all there is of a time."""
    try:
        values = _decode(b"[%b]" % b",".join(texts))
    except msgspec.DecodeError:
        values = []
    return values if len(values) == len(texts) else list(map(_count, texts))


def _count(text: bytes) -> float:
    """One of them; of `123:04:30.5`, hours and minutes too."""
    count = 0.0
    for part in text.split(b":"):
        count = count * 60 + number(part)
    return count
