"""Numbers by the block: text -> floats at the speed of a JSON decoder."""

from __future__ import annotations

import math
import re
from typing import Any

import msgspec

LONGEST_NUMBER = 32  # bytes; a longer one is no measurement
NUMBER = rb"[+-]?(?:\d++\.?\d*+|\.\d++)(?:[eE][+-]?\d++)?"  # not nan, inf, 0x1f or 1_000

_decode = msgspec.json.Decoder(list[float]).decode
_is_number = re.compile(NUMBER).fullmatch


def number(token: bytes) -> float:
    """The finite value of `token`, or NaN if it is not a number."""
    if len(token) > LONGEST_NUMBER or not _is_number(token):
        return math.nan
    value = float(token)
    return value if math.isfinite(value) else math.nan


def numbers(tokens: list[Any]) -> list[float]:
    """The value of each token (bytes, or None), NaN for those that are none."""
    try:
        values = all_numbers(b",".join(tokens))
    except TypeError:  # a part of the line that may be missing
        values, tokens = [], [token or b"" for token in tokens]
    return values if len(values) == len(tokens) else [number(token) for token in tokens]


def all_numbers(text: bytes) -> list[float]:
    """Numbers with commas between them; nothing at all unless each is one that JSON knows."""
    try:
        values = _decode(b"[" + text + b"]")
    except msgspec.DecodeError:
        return []
    return values if math.isfinite(sum(map(abs, values))) else []
