"""Numbers, and what their units are worth."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.parse.numbers import READ, bounds, numbers, quantity, scaled, some_quantities

WORTH = {
    b"12": 12,
    b"12ms": 0.012,
    b"12 ms": 0.012,
    b"1.5s": 1.5,
    b"250us": 250e-6,
    b"250\xc2\xb5s": 250e-6,
    b"7ns": 7e-9,
    b"3 seconds": 3,
    b"5m": 300,
    b"2h": 7200,
    b"4KB": 4000,
    b"4KiB": 4096,
    b"12M": 12 * 2**20,  # as Java has it
    b"1024kB": 1_024_000,
    b"51%": 51,
    b"10.6 Mbits/sec": 10.6e6,
    b"2 MB/s": 2e6,
    b"2KiB/s": 2048,
}


@pytest.mark.parametrize("text", WORTH)
def test_a_unit_is_brought_to_seconds_bytes_or_percent(text: bytes) -> None:
    assert quantity(text) == pytest.approx(WORTH[text])
    number, unit = (
        text.rstrip(b"/abcdefghijklmnopqrstuvwxyzKMB%\xc2\xb5 "),
        text.lstrip(b"0123456789. "),
    )
    assert scaled(numbers([number]), [unit]) == pytest.approx([WORTH[text]])


@pytest.mark.parametrize("text", [b"", b"ms", b"12 apples", b"1e", b"21 C", b"5 ms later", b"1-2s"])
def test_what_has_no_such_unit_is_no_quantity(text: bytes) -> None:
    assert math.isnan(quantity(text))


def test_numbers_are_read_as_their_column_writes_them() -> None:
    assert READ["comma"]([b"21,5", b"7"]) == [21.5, 7]
    assert READ["thousands"]([b"1,234.5", b"12,345,678"]) == [1234.5, 12345678]
    assert READ["unit"]([b" 12ms ", b"2s"]) == [0.012, 2]
    assert math.isnan(READ["unit"]([None])[0])


@given(
    st.lists(st.sampled_from([*WORTH, b"+", b"-", b".", b" ", b"e5", b"x", b"0", b","]), max_size=3)
)
def test_a_quantity_alone_is_what_it_is_among_others(pieces: list[bytes]) -> None:
    text = b"".join(pieces)
    alone, beside = READ["unit"]([text])[0], READ["unit"]([text, b"2h"])[0]
    assert alone == pytest.approx(beside, nan_ok=True)


def test_blanks_around_a_number_mean_nothing_whatever_stands_beside_it() -> None:
    assert numbers([b" +5", b"7 "]) == [5, 7]
    assert numbers([b" 5", b"7 "]) == [5, 7]


@pytest.mark.parametrize("many", [1, 2, 1000])
def test_bounds_are_the_least_and_the_greatest(many: int) -> None:
    assert bounds([float(n % 7) for n in range(many)]) == (0, min(many - 1, 6))


@pytest.mark.parametrize("end", [b"\r", b"\t", b"\n", b" "])
@pytest.mark.parametrize("beside", [b"2", b"none"])
def test_what_json_takes_for_a_blank_is_none_of_the_number(end: bytes, beside: bytes) -> None:
    assert numbers([b"1.5" + end, beside])[0] == 1.5
    assert some_quantities([b"1.5" + end, beside])[0] == 1.5


@pytest.mark.parametrize("beside", [b"2h", b"none"])
def test_a_number_too_long_for_a_quantity_is_none_whatever_stands_beside_it(beside: bytes) -> None:
    assert math.isnan(READ["unit"]([b"9" * 306 + b"h", beside])[0])
