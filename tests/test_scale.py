"""Ranges, round numbers and their labels; round times across clock changes."""

from __future__ import annotations

import itertools
import math
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from watcher.draw import scale
from watcher.draw.scale import brief, fit, labels, short
from watcher.draw.ticks import number_ticks, time_ticks

BERLIN = ZoneInfo("Europe/Berlin")
HOUR, DAY = 3600, 86400
numbers = st.floats(allow_nan=False, allow_infinity=False)


def at(text: str, zone: ZoneInfo = BERLIN) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


@given(numbers, numbers, st.integers(2, 8), st.booleans())
def test_an_axis_holds_its_data_and_rising_distinct_ticks(
    a: float, b: float, most: int, grounded: bool
) -> None:
    low, high = min(a, b), max(a, b)
    axis = fit(low, high, most, grounded=grounded)
    slack = 1e-8 * max(abs(axis.low), abs(axis.high))
    assert axis.low - slack <= low
    assert high <= axis.high + slack
    assert axis.low < axis.high
    assert math.isfinite(axis.low)
    assert math.isfinite(axis.high)
    assert len(axis.ticks) <= most
    assert list(axis.ticks) == sorted(set(axis.ticks))
    assert all(axis.low <= tick <= axis.high for tick in axis.ticks)
    assert len(set(axis.labels)) == len(axis.labels) == len(axis.ticks)
    assert all(len(name) <= 11 for name in axis.labels)
    assert 0 < (axis.high * axis.unit - axis.low * axis.unit) < math.inf
    if grounded:
        assert axis.low <= 0 <= axis.high


@given(st.floats(-1e6, 1e6), st.floats(0.001, 1e6), st.integers(3, 8))
def test_everyday_data_get_at_least_two_ticks_and_most_of_the_plot(
    low: float, size: float, most: int
) -> None:
    assume(size > 1e-6 * abs(low))
    axis = fit(low, low + size, most, grounded=False)
    assert len(axis.ticks) >= 2
    assert (axis.high - axis.low) <= 3 * size  # two steps at the least


@pytest.mark.parametrize(
    ("low", "high", "grounded", "ticks"),
    [
        (18, 118, False, ("0", "60", "120")),
        (0, 0, True, ("0", "0.5", "1")),
        (5, 5, False, ("0", "5", "10")),
        (-30, 30, True, ("-30", "0", "30")),
        (0, 29_000, True, ("0", "10k", "20k", "30k")),
        (0, 12_000, True, ("0", "6k", "12k")),
        (0, 2.9e6, True, ("0", "1M", "2M", "3M")),
        (0, 7, True, ("0", "4", "8")),
        (0, 2e-7, True, ("0", "1e-7", "2e-7")),
        (1013.25, 1013.3, False, ("1013.24", "1013.26", "1013.28", "1013.3")),
        (0, 1e308, True, ("0", "5e307", "1e308")),
    ],
)
def test_labels_are_what_a_person_would_write(
    low: float, high: float, grounded: bool, ticks: tuple[str, ...]
) -> None:
    assert fit(low, high, 4, grounded=grounded).labels == ticks


def test_where_only_the_ends_are_labelled_zero_has_a_line() -> None:
    axis = fit(-30, 40, 2, grounded=True)
    assert (axis.labels, axis.minor) == (("-40", "40"), (0.0,))
    assert fit(-30, 40, 3, grounded=True).minor == fit(0, 40, 2, grounded=True).minor == ()


def test_labels_that_differ_only_in_late_digits_count_from_the_first() -> None:
    axis = fit(1_700_000_000, 1_700_000_450, 4, grounded=False)
    assert axis.labels == ("~1.7G", "+250", "+500")


def test_labels_are_exact_where_floats_are_not() -> None:
    assert labels((1, 2, 3), -1) == ("0.1", "0.2", "0.3")
    assert labels((-25, 0, 25), 2) == ("-2500", "0", "2500")
    assert labels((), 0) == ()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0"),
        (-0.0, "0"),
        (69, "69"),
        (69.04, "69.04"),
        (9999, "9999"),
        (12345, "12\xa0345"),
        (999_999.4, "999\xa0999"),
        (1013.27, "1013.3"),
        (12345.6, "12\xa0346"),
        (999_999.9, "1M"),
        (1_234_567, "1.235M"),
        (0.00123, "0.00123"),
        (0.36667, "0.367"),
        (0.99996, "1"),
        (0.00012, "0.00012"),
        (1.5e-7, "1.5e-7"),
        (-2.5, "-2.5"),
        (99.996, "100"),
        (1e308, "1e308"),
        (3.2e15, "3.2e15"),
        (5e-324, "0"),
    ],
)
def test_a_value_is_said_in_a_few_characters(value: float, words: str) -> None:
    assert short(value) == words


@given(numbers)
def test_every_value_can_be_said(value: float) -> None:
    assert 1 <= len(short(value)) <= 10


@given(st.integers(-(10**12), 10**12), st.floats(0, 1e12), st.integers(1, 12))
def test_sample_numbers_are_whole_rising_and_few(start: int, length: float, most: int) -> None:
    ticks = number_ticks(start, start + length, most)
    places = [tick.at for tick in ticks]
    assert len(ticks) <= most
    assert places == sorted(set(places))
    assert all(start <= place <= start + length and place == int(place) for place in places)
    assert len({tick.label for tick in ticks}) == len(ticks)


def test_sample_numbers_keep_their_distance_while_the_window_moves() -> None:
    seen = {
        tick.at
        for start in range(300)
        for tick in number_ticks(float(start), float(start) + 430, 5)
    }
    assert seen == {0, 100, 200, 300, 400, 500, 600, 700}


@given(
    st.floats(-2e9, 6e9),
    st.floats(1, 3e9),
    st.sampled_from([UTC, BERLIN, ZoneInfo("Asia/Kathmandu"), ZoneInfo("Australia/Lord_Howe")]),
    st.integers(2, 8),
)
def test_times_are_rising_few_and_inside(
    start: float, length: float, zone: ZoneInfo, most: int
) -> None:
    ticks = time_ticks(start, start + length, zone, most)
    places = [tick.at for tick in ticks]
    assert len(ticks) <= most
    assert places == sorted(set(places))
    assert all(start <= place <= start + length for place in places)
    if length > 2 * most:
        assert ticks


def named(start: str, end: str, most: int = 5, zone: ZoneInfo = BERLIN) -> list[str]:
    return [tick.label for tick in time_ticks(at(start, zone), at(end, zone), zone, most)]


def test_times_are_called_by_what_matters_at_their_size() -> None:
    assert named("2026-03-01T14:00:03", "2026-03-01T14:00:43") == [
        "14:00:10",
        "14:00:20",
        "14:00:30",
        "14:00:40",
    ]
    assert named("2026-03-01T23:40", "2026-03-02T00:20") == [
        "23:40",
        "23:50",
        "2 Mar",
        "00:10",
        "00:20",
    ]
    assert named("2026-03-01T03:00", "2026-03-02T02:00") == ["06:00", "12:00", "18:00", "2 Mar"]
    assert named("2026-03-01T03:00", "2026-03-05T02:00") == ["2 Mar", "3 Mar", "4 Mar", "5 Mar"]
    assert named("2026-03-01T03:00", "2026-03-30T02:00") == [
        "2 Mar",
        "9 Mar",
        "16 Mar",
        "23 Mar",
        "30 Mar",
    ]
    assert named("2026-10-20", "2026-11-01") == ["20 Oct", "24 Oct", "28 Oct", "1 Nov"]
    assert named("2025-11-20", "2026-03-05") == ["Dec", "2026", "Feb", "Mar"]
    assert named("2020-11-20", "2024-03-05") == ["2021", "2022", "2023", "2024"]


@pytest.mark.parametrize("most", [3, 4, 5, 6, 8])
def test_no_length_of_days_has_but_one_label(most: int) -> None:
    start = at("2026-03-01T05:00")
    lengths = (DAY * quarters / 4 for quarters in range(2, 160))
    assert min(len(time_ticks(start, start + long, BERLIN, most)) for long in lengths) >= 2


def test_hours_stay_on_the_clock_when_it_is_put_forward() -> None:
    assert named("2026-03-28T23:00", "2026-03-29T23:00") == ["29 Mar", "06:00", "12:00", "18:00"]
    places = [
        tick.at for tick in time_ticks(at("2026-03-28T23:00"), at("2026-03-29T23:00"), BERLIN, 5)
    ]
    assert [b - a for a, b in itertools.pairwise(places)] == [
        5 * HOUR,
        6 * HOUR,
        6 * HOUR,
    ]


def test_an_hour_that_is_skipped_has_no_tick_and_one_that_is_repeated_has_two() -> None:
    assert named("2026-03-29T00:30", "2026-03-29T04:30") == ["01:00", "03:00", "04:00"]
    start = at("2026-10-25T00:30")
    labels = [tick.label for tick in time_ticks(start, start + 5 * HOUR, BERLIN, 5)]
    assert labels == ["01:00", "02:00", "02:00", "03:00", "04:00"]


def test_midnights_are_midnights_on_days_of_23_hours() -> None:
    ticks = time_ticks(at("2026-03-27T12:00"), at("2026-03-31T12:00"), BERLIN, 5)
    assert [datetime.fromtimestamp(tick.at, BERLIN).hour for tick in ticks] == [0, 0, 0, 0]


def test_a_fixed_offset_and_times_out_of_any_calendar_do_no_harm() -> None:
    zone = timezone(timedelta(hours=5, minutes=45))
    assert time_ticks(0, DAY, zone, 4)
    assert time_ticks(1e15, 1e15 + 1e6, UTC, 4)
    assert time_ticks(5.0, 5.0, UTC, 4) == number_ticks(5.0, 5.0, 4)
    assert time_ticks(0.1, 0.2, UTC, 4) == ()


def test_caches_are_bounded() -> None:
    assert all(kept.cache_info().maxsize for kept in (scale.fit, scale.labels, scale.short))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (69.24, "69.2"),
        (9999.0, "9999"),
        (26_591.0, "26.6k"),
        (5.61e-8, "5.61e-8"),
        (1.5e-10, "1.5e-10"),
        (-0.05, "-0.05"),
        (100.0, "100"),
        (1e16, "1e16"),
    ],
)
def test_beside_others_a_value_has_three_digits(value: float, words: str) -> None:
    assert brief(value).replace("+", "") == words
