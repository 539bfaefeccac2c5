"""Axes as a view asks for them: given ends, decades, units, room for limits."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.draw.axes import Wish, axis
from watcher.draw.units import apart, beside, briefly, reading, said

ends = st.one_of(st.none(), st.floats(-1e6, 1e6))
positive = st.one_of(st.none(), st.floats(1e-6, 1e6))
units = st.sampled_from(["", "s", "B", "bit", "B/s", "bit/s", "iB", "iB/s", "%", "req/s"])
numbers = st.one_of(st.floats(-1e12, 1e12), st.floats(allow_nan=False, allow_infinity=False))


@given(numbers, numbers, st.integers(2, 8), ends, ends, units, st.booleans())
def test_an_axis_rises_and_its_ticks_lie_on_it(
    a: float, b: float, most: int, low: float | None, high: float | None, unit: str, ground: bool
) -> None:
    if low is not None and high is not None:
        low, high = min(low, high), max(low, high) + 1e-3
    found = axis(min(a, b), max(a, b), most, Wish(unit, low, high, grounded=ground))
    assert found.low < found.high
    assert math.isfinite(found.low)
    assert math.isfinite(found.high)
    assert list(found.ticks) == sorted(found.ticks)
    slack = 1e-6 * max(abs(found.low), abs(found.high))
    assert all(found.low - slack <= tick <= found.high + slack for tick in found.ticks)
    assert len(found.labels) == len(found.ticks) <= most + 1
    assert low is None or found.low == pytest.approx(low, rel=1e-6, abs=1e-9)
    assert high is None or found.high == pytest.approx(high, rel=1e-6, abs=1e-9)


@given(numbers, numbers, st.integers(2, 8), positive, positive, units)
def test_a_logarithmic_axis_is_above_zero_whatever_the_data(
    a: float, b: float, most: int, low: float | None, high: float | None, unit: str
) -> None:
    if low is not None and high is not None:
        low, high = min(low, high), max(low, high) * 1.5
    found = axis(min(a, b), max(a, b), most, Wish(unit, low, high, log=True))
    assert 0 < found.low < found.high < math.inf
    assert len(found.labels) == len(found.ticks)
    both = sorted((*found.ticks, *found.minor))
    assert all(one < other for one, other in itertools.pairwise(both))


@pytest.mark.parametrize(
    ("low", "high", "most", "wish", "labels"),
    [
        (3, 97, 4, Wish("%", 0, 100), ("0%", "50%", "100%")),
        (3, 97, 7, Wish("%", 0, 100), ("0%", "20%", "40%", "60%", "80%", "100%")),
        (3, 97, 4, Wish("", 10), ("50", "100")),
        (0, 0.2, 4, Wish("s"), ("0", "100 ms", "200 ms")),
        (0, 0.95, 4, Wish("s"), ("0", "0.5 s", "1 s")),
        (0, 3e7, 4, Wish("B/s"), ("0", "10M", "20M", "30M")),
        (0, 3e7, 4, Wish("B"), ("0", "10 MB", "20 MB", "30 MB")),
        (0, 3 * 2**30, 4, Wish("iB", grounded=True), ("0", "1Gi", "2Gi", "3Gi")),
        (0, 512, 4, Wish("iB", grounded=True), ("0", "200", "400", "600")),
        (60, 70, 4, Wish(limits=(80,)), ("60", "70", "80")),
        (60, 70, 4, Wish(limits=(8000,)), ("60", "65", "70")),
        (1, 9e5, 6, Wish(log=True), ("1", "100", "10k", "1M")),
        (1, 1e5, 7, Wish(log=True), ("1", "10", "100", "1000", "10k", "100k")),
        (12, 90, 4, Wish(log=True), ("10", "20", "50", "100")),
        (0, 50, 4, Wish(log=True), ("0.1", "1", "10")),
        (1e-4, 0.5, 6, Wish("s", log=True), ("100 µs", "1 ms", "10 ms", "100 ms")),
    ],
)
def test_labels_are_what_a_person_would_write(
    low: float, high: float, most: int, wish: Wish, labels: tuple[str, ...]
) -> None:
    assert tuple(name.replace("\xa0", " ") for name in axis(low, high, most, wish).labels) == labels


@pytest.mark.parametrize(
    ("value", "unit", "number", "shown"),
    [
        (0.00125, "s", "1.25", "ms"),
        (90, "s", "90", "s"),
        (1.5e6, "bit/s", "1.5", "Mbit/s"),
        (1536, "iB", "1.5", "KiB"),
        (3 * 2**30, "iB/s", "3", "GiB/s"),
        (0.5, "B/s", "0.5", "B/s"),
        (93.2, "%", "93.2", "%"),
        (12_345, "lines/min", "12\xa0345", "lines/min"),
        (0, "s", "0", "s"),
        (-0.25, "s", "-250", "ms"),
        (7, "", "7", ""),
    ],
)
def test_a_value_is_read_with_its_unit(value: float, unit: str, number: str, shown: str) -> None:
    assert reading(value, unit) == (number, shown)


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (1_234_567, "B/s", "1.23 MB/s"),
        (0.2304, "s", "230 ms"),
        (21.46, "°C", "21.5 °C"),
        (93.24, "%", "93.2%"),
        (26_591, "lines/min", "26.6k"),
        (1536, "iB", "1.5 KiB"),
    ],
)
def test_beside_others_a_value_has_its_unit_and_three_digits(
    value: float, unit: str, words: str
) -> None:
    assert briefly(value, unit).replace("\xa0", " ") == words


def test_a_long_unit_is_said_elsewhere() -> None:
    assert beside(5.0, "lines/min") == ("5", "")
    assert apart("lines/min") == "lines/min"
    assert apart("iB/s") == "B/s"
    assert said(0.02, "s") == "20\xa0ms"
    assert said(50.0, "%") == "50%"
    assert said(5.0, "lines/min") == "5"
