"""Numbers by the block: text -> floats at the speed of a JSON decoder.

With a unit beside it a number is brought to seconds, bytes or percent.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from struct import pack
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MANY = 64  # numbers; with fewer plain Python is faster than numpy
BLANKS = b" \t\r\n"  # around a number: JSON knows them
LONGEST_QUANTITY = 32  # bytes of a number and its unit; longer ones are text
NUMBER = rb"[+-]?(?:\d++\.?\d*+|\.\d++)(?:[eE][+-]?\d++)?"  # not nan, inf, 0x1f or 1_000

UNIT = (
    rb"(?:[nmu]s(?:ecs?)?|milliseconds?|(?:\xc2\xb5|\xce\xbc)s|s|secs?|seconds?|m|min|h|d"
    rb"|[KkMGT]?i?B|[kmg]b|[KMGT]i?|%)"
)
SECONDS = {b"ns": 1e-9, b"us": 1e-6, b"\xc2\xb5s": 1e-6, b"\xce\xbcs": 1e-6, b"ms": 1e-3}
SECONDS |= {
    unit[:1] + sec: SECONDS[unit] for unit in (b"ns", b"us", b"ms") for sec in (b"sec", b"secs")
}
SECONDS |= dict.fromkeys((b"millisecond", b"milliseconds"), 1e-3)
SECONDS |= dict.fromkeys((b"s", b"sec", b"secs", b"second", b"seconds"), 1.0)
SECONDS |= {b"m": 60.0, b"min": 60.0, b"h": 3600.0, b"d": 86400.0}
BYTES = {b"B": 1.0, b"b": 1.0, b"kB": 1e3, b"KB": 1e3, b"kb": 1e3, b"MB": 1e6, b"mb": 1e6}
BYTES |= {b"GB": 1e9, b"gb": 1e9, b"TB": 1e12}
BINARY = {b"K": 2.0**10, b"M": 2.0**20, b"G": 2.0**30, b"T": 2.0**40}  # as Java and df write them
BINARY |= {unit + i: scale for unit, scale in BINARY.items() for i in (b"i", b"iB")}
RATE = rb"(?:[KMGT]?(?:bits|Bytes)/s(?:ec)?|[kKMGT]?i?B/s)"  # of a transfer
RATES = {
    prefix + what + b"/" + second: scale
    for prefix, scale in ((b"", 1.0), (b"K", 1e3), (b"M", 1e6), (b"G", 1e9), (b"T", 1e12))
    for what in (b"bits", b"Bytes", b"B")
    for second in (b"s", b"sec")
}
RATES |= {b"kB/s": 1e3} | {unit + b"iB/s": scale for unit, scale in BINARY.items() if len(unit) < 2}
CURRENCIES = b"$) \xe2\x82\xac\xc2\xa3\xa5"  # and what else is around them: $, euro, pound, yen
SCALES = {b"": 1.0, b"%": 1.0} | SECONDS | BYTES | BINARY | RATES  # what a unit is worth

_is_quantity = re.compile(rb"(%b)[ ]?(%b|%b)" % (NUMBER, UNIT, RATE)).fullmatch
_decode = msgspec.json.Decoder(list[float]).decode
_decode_one = msgspec.json.Decoder(float).decode
_is_number = re.compile(NUMBER).fullmatch


def floats(numbers: Sequence[float] | Floats) -> Floats:
    """As an array: by way of struct, which is three times as fast as numpy."""
    if isinstance(numbers, np.ndarray):
        return numbers
    if isinstance(numbers, range):
        return np.arange(numbers.start, numbers.stop, dtype=np.float64)
    return np.frombuffer(pack(f"{len(numbers)}d", *numbers))


def bounds(numbers: Sequence[float] | Floats) -> tuple[float, float]:
    """The least and the greatest of some numbers, at least one."""
    if len(numbers) < MANY and not isinstance(numbers, np.ndarray):
        return min(numbers), max(numbers)
    array = floats(numbers)
    return float(array.min()), float(array.max())


def has_nan(numbers: Sequence[float] | Floats) -> bool:
    """Whether one is missing; infinities may be taken for it."""
    total = numbers.sum() if isinstance(numbers, np.ndarray) else sum(numbers)
    return bool(total != total)  # NaN differs from itself


def number(token: bytes) -> float:
    """The finite value of `token`, or NaN if it is not a number."""
    if not _is_number(token):
        return math.nan
    value = float(token)
    return value if math.isfinite(value) else math.nan


def numbers(tokens: list[Any]) -> list[float]:
    """The value of each token (bytes, or None), NaN for those that are none."""
    try:
        values = all_numbers(b",".join(tokens))
    except TypeError:  # a part of the line that may be missing
        values, tokens = [], [token or b"" for token in tokens]
    return (
        values if len(values) == len(tokens) else [number(token.strip(BLANKS)) for token in tokens]
    )


def all_numbers(text: bytes) -> list[float]:
    """Numbers with commas between them; nothing at all unless each is one that JSON knows."""
    try:
        return _decode(b"[%b]" % text)  # it refuses 1e400
    except msgspec.DecodeError:
        return []


def quantity(token: bytes) -> float:
    """A number, or one with a unit of time (in seconds), size (in bytes) or share; else NaN."""
    value = number(token)
    if math.isnan(value) and len(token) <= LONGEST_QUANTITY and (found := _is_quantity(token)):
        value = number(found[1]) * SCALES.get(found[2], math.nan)
        return value if math.isfinite(value) else math.nan
    return value


def scaled(values: list[float], units: list[bytes]) -> list[float] | None:
    """Numbers, each with its unit, "" being none.

    None unless each unit is known and the results are finite.
    """
    first = units[0]
    if units.count(first) == len(units):
        scale = SCALES.get(first, math.nan)
        if scale == 1:
            return values
        found = [value * scale for value in values]
    else:
        scales = {unit: SCALES.get(unit, math.nan) for unit in set(units)}
        found = [value * scales[unit] for value, unit in zip(values, units, strict=True)]
    return found if math.isfinite(sum(found)) else None


def some_quantities(texts: list[bytes]) -> list[float]:
    """The number of each text, with a unit or not, or NaN; most have none at all, or a number."""
    said = [text for text in texts if text]
    values = all_numbers(b",".join(said))
    if len(values) != len(said):
        return [quantity(text.strip(BLANKS)) for text in texts]
    found = iter(values)
    return [next(found) if text else math.nan for text in texts]


def _without_commas(tokens: list[Any]) -> list[float]:
    return numbers([(token or b"").replace(b",", b"") for token in tokens])


def _with_points(tokens: list[Any]) -> list[float]:
    return numbers([(token or b"").replace(b",", b".") for token in tokens])


def _without_points(tokens: list[Any]) -> list[float]:
    return _with_points([(token or b"").replace(b".", b"") for token in tokens])


def _of_money(tokens: list[Any]) -> list[float]:
    found = [(token or b"").translate(None, CURRENCIES).replace(b"(", b"-") for token in tokens]
    return _without_commas(found)


def _with_units(tokens: list[Any]) -> list[float]:
    if len(tokens) == 1:
        return [_with_unit(tokens[0] or b"")]
    said = [token for token in tokens if token]
    values = _with_one_unit(said) if said else []
    if values is None:
        return [quantity((token or b"").strip()) for token in tokens]
    if len(said) == len(tokens):
        return values
    found = iter(values)
    return [next(found) if token else math.nan for token in tokens]


def _with_unit(token: bytes) -> float:
    """As `_with_units`, in a fourth of the time: a line that comes alone has one."""
    unit = token.lstrip(b"+-.0123456789")
    scale = SCALES.get(unit.strip())
    if scale is None or not len(unit) < len(token) <= LONGEST_QUANTITY:
        return quantity(token.strip())
    try:
        return _decode_one(token[: len(token) - len(unit)]) * scale
    except msgspec.DecodeError:
        return quantity(token.strip())


def _with_one_unit(tokens: list[bytes]) -> list[float] | None:
    """The quantity of each, if all have the same unit, written alike; else None."""
    unit = tokens[0].lstrip(b"+-.0123456789")
    scale = SCALES.get(unit.strip())
    text = b",".join(tokens) + b","
    if scale is None or text.count(unit + b",") != len(tokens):
        return None
    values = all_numbers(text.replace(unit + b",", b",")[:-1])
    if len(values) != len(tokens) or max(map(len, tokens)) > LONGEST_QUANTITY:
        return None
    return values if scale == 1 else [value * scale for value in values]


READ: dict[str, Callable[[list[Any]], list[float]]] = {
    "": numbers,
    "comma": _with_points,  # 21,5
    "thousands": _without_commas,  # 1,234.5
    "dotted": _without_points,  # 1.234,5
    "money": _of_money,  # -$1,234.50, ($1.50)
    "unit": _with_units,  # 12ms
}
