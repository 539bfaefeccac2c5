"""Columns by somebody's clock."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.duration import Months
from watcher.history.buckets import Floats
from watcher.history.days import LONGEST, MOST_COLUMNS, edges

BERLIN = ZoneInfo("Europe/Berlin")
HOUR, DAY = 3600.0, 86400.0


def clock(zone: tzinfo, year: int, month: int, day: int) -> float:
    return datetime(year, month, day, tzinfo=zone).timestamp()


def hours(found: Floats) -> list[float]:
    return [float(width) for width in np.diff(found) / HOUR]


@pytest.mark.parametrize(
    ("month", "day", "lengths"),
    [(3, 28, [24, 23, 24]), (10, 24, [24, 25, 24]), (6, 1, [24, 24, 24])],
)
def test_a_day_lasts_from_midnight_to_midnight_across_a_change_of_the_clocks(
    month: int, day: int, lengths: list[int]
) -> None:
    start = clock(BERLIN, 2026, month, day)

    found = edges(start + 5 * HOUR, start + 3 * DAY - 5 * HOUR, DAY, BERLIN)

    assert found[0] == start
    assert hours(found) == lengths


def test_hours_of_a_day_go_by_the_clock_on_the_wall() -> None:
    start = clock(BERLIN, 2026, 3, 29)

    assert hours(edges(start, start + 23 * HOUR, 6 * HOUR, BERLIN)) == [5, 6, 6, 6]
    start = clock(BERLIN, 2026, 10, 25)
    assert hours(edges(start, start + 25 * HOUR, 6 * HOUR, BERLIN)) == [7, 6, 6, 6]


def test_short_steps_go_by_the_time_that_passes() -> None:
    start = clock(BERLIN, 2026, 10, 25)

    assert hours(edges(start, start + 25 * HOUR, HOUR, BERLIN)) == [1] * 25


def test_columns_begin_where_the_clock_of_the_zone_is_round() -> None:
    kolkata = ZoneInfo("Asia/Kolkata")  # half an hour off
    start = clock(kolkata, 2026, 1, 1)

    assert edges(start + 7000, start + 8000, HOUR, kolkata).tolist() == [
        start + HOUR,
        start + 2 * HOUR,
        start + 3 * HOUR,
    ]


def test_weeks_begin_on_a_monday() -> None:
    found = edges(clock(UTC, 2026, 1, 1), clock(UTC, 2026, 1, 15), 7 * DAY, UTC)

    assert [datetime.fromtimestamp(at, UTC).weekday() for at in found.tolist()] == [0] * 4


def test_a_step_that_does_not_divide_the_day_begins_anew_at_midnight() -> None:
    start = clock(UTC, 2026, 1, 1)

    assert hours(edges(start, start + 2 * DAY, 7 * HOUR, UTC)) == [7, 7, 7, 3] * 2


def test_a_day_whose_midnight_the_clocks_skip_begins_after_it() -> None:
    beirut = ZoneInfo("Asia/Beirut")  # 2026-03-29 begins at 01:00
    start = clock(beirut, 2026, 3, 28)

    found = edges(start, start + 2 * DAY, DAY, beirut)

    assert hours(found)[:2] == [24, 23]


@given(
    start=st.integers(0, 4_000_000_000).map(float),
    length=st.integers(1, 40 * 86400).map(float),
    step=st.sampled_from([60.0, 900.0, 3600.0, 7000.0, 7200.0, 43200.0, 86400.0, 604800.0]),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo"]),
)
def test_edges_rise_and_hold_what_was_asked_for_and_hardly_more(
    start: float, length: float, step: float, zone: str
) -> None:
    if length / step > MOST_COLUMNS:
        return
    found = edges(start, start + length, step, ZoneInfo(zone))

    assert (np.diff(found) > 0).all()
    assert found[0] <= start < found[1]
    assert found[-2] < start + length <= found[-1]


def test_too_many_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="too short"):
        edges(0, 1e6, 1, UTC)


def test_what_no_calendar_has_is_refused() -> None:
    for start, stop, step in ((0, 1e12, 1e11), (-1e11, 0, 1e10), (0, 1, LONGEST + 1)):
        with pytest.raises(ValueError, match="too"):
            edges(start, stop, step, UTC)


def dates(found: Floats, zone: tzinfo) -> list[str]:
    begins = (datetime.fromtimestamp(at, zone) for at in found.tolist())
    return [f"{begin:%Y-%m-%d %H:%M}" for begin in begins]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu"])
def test_months_begin_on_their_first_midnight_across_changes_of_the_clocks(zone: str) -> None:
    local = ZoneInfo(zone)

    found = edges(clock(local, 2024, 2, 10), clock(local, 2024, 5, 5), Months(1), local)

    assert dates(found, local) == [f"2024-0{month}-01 00:00" for month in (2, 3, 4, 5, 6)]


def test_quarters_and_years_are_counted_from_january() -> None:
    start, stop = clock(BERLIN, 2023, 11, 30), clock(BERLIN, 2025, 1, 1) + 1

    quarters = dates(edges(start, stop, Months(3), BERLIN), BERLIN)
    assert [quarter[:7] for quarter in quarters] == [
        *("2023-10", "2024-01", "2024-04", "2024-07", "2024-10", "2025-01", "2025-04"),
    ]
    years = dates(edges(start, stop, Months(12), BERLIN), BERLIN)
    assert years == [f"{year}-01-01 00:00" for year in (2023, 2024, 2025, 2026)]


def test_an_end_on_the_first_midnight_is_an_edge_and_no_column() -> None:
    found = edges(clock(UTC, 2026, 1, 1), clock(UTC, 2026, 3, 1), Months(1), UTC)

    assert dates(found, UTC) == [f"2026-0{month}-01 00:00" for month in (1, 2, 3)]


@given(
    start=st.integers(-50_000_000_000, 200_000_000_000).map(float),
    length=st.integers(1, 3_000_000_000).map(float),
    months=st.sampled_from([1, 2, 3, 5, 12, 24, 1200]),
    zone=st.sampled_from(["UTC", "Africa/Cairo", "Pacific/Apia", "America/Sao_Paulo"]),
)
def test_months_rise_and_hold_what_was_asked_for(
    start: float, length: float, months: int, zone: str
) -> None:
    found = edges(start, start + length, Months(months), ZoneInfo(zone))

    assert (np.diff(found) > 0).all()
    assert found[0] <= start < found[1]
    assert found[-2] < start + length <= found[-1]
    assert all(datetime.fromtimestamp(at, ZoneInfo(zone)).day == 1 for at in found.tolist())
