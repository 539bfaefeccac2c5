"""Times that the names of columns, or whole columns, tell."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from watcher.parse.calendar import (
    calendar_of,
    hours_of,
    period_of,
    serial_of,
    with_calendar_whole,
)
from watcher.parse.clock import Clock
from watcher.parse.timeformat import TimeFormat


@pytest.mark.parametrize(
    ("heading", "row", "first"),
    [
        ("No,year,month,day,hour,CO2", "1,2026,11,2,8,412", ["No", "year,month,day,hour", "CO2"]),
        ("YEAR,MO,DY,T2M", "2026,11,2,5.5", ["YEAR,MO,DY", "T2M"]),
        ("year,month,temp", "2026,11,5.5", ["year,month", "temp"]),
        ("YY,MM,DD,hh,mm,WDIR", "2026,11,2,8,50,110", ["YY,MM,DD,hh,mm", "WDIR"]),
    ],
)
def test_the_parts_of_a_time_become_one_cell(heading: str, row: str, first: list[str]) -> None:
    rows = [heading.encode().split(b","), row.encode().split(b",")]
    names, cells = with_calendar_whole(rows, b",")
    whole = next(name for name in first if "," in name)
    format_ = calendar_of(whole, cells)

    assert names == [name.encode() for name in first]
    assert len(cells) == len(names)
    assert format_ is not None
    assert format_.whole.fullmatch(cells[first.index(whole)])


@pytest.mark.parametrize("heading", ["year,amount", "day,month,year,x", "hour,minute,second,x"])
def test_other_names_are_no_calendar(heading: str) -> None:
    rows = [heading.encode().split(b",")]

    assert with_calendar_whole(rows, b",") is rows
    assert calendar_of("month", [b"11"]) is None


def clock_times(format_: TimeFormat, cells: list[bytes]) -> list[str]:
    found = [match for cell in cells if (match := format_.whole.fullmatch(cell))]
    times = Clock(format_, UTC).times(
        [one[1] for one in found], [one[2] for one in found], [one[3] for one in found]
    )
    return [datetime.fromtimestamp(time, UTC).strftime("%m-%d %H:%M") for time in times]


def test_a_day_beside_the_number_of_an_hour_is_one_time() -> None:
    rows = [[b"id", b"Fecha", b"Hora", b"kWh"], [b"a", b"2026-11-02", b"7", b"5"]]
    rows.append([b"a", b"2026-11-02", b"24", b"6"])  # the end of the day
    names, *cells = [row[1] for row in with_calendar_whole(rows, b";")]
    format_ = calendar_of(names.decode(), cells)

    assert format_ is not None
    assert clock_times(format_, cells) == ["11-02 07:00", "11-03 00:00"]


def test_a_number_that_is_no_hour_stays_where_it_is() -> None:
    for hour in (b"7.5", b"100"):
        rows = [[b"Date", b"Hour", b"kWh"], [b"2026-11-02", hour, b"5"]]
        assert with_calendar_whole(rows, b";") == rows
    assert calendar_of("last hour", [b"5"]) is None


def test_ten_digits_are_a_date_and_its_hour_if_all_of_them_can_be() -> None:
    assert hours_of([b"2025011901", b"2025011923"]) is not None
    for cells in ([b"2025011901", b"2025013224"], [b"1475037030"], [b"2025011924"], []):
        assert hours_of(cells) is None


WRITTEN = 1_795_000_000.0  # 2026-11-18


def test_days_of_a_spreadsheet_are_told_by_the_name_of_their_column() -> None:
    cells = [b"46300.25", b"46301"]

    assert serial_of("Date", cells, WRITTEN) is not None
    assert serial_of("Time (UTC)", cells, WRITTEN) is not None
    assert serial_of("updates", cells, WRITTEN) is None
    assert serial_of("time", [b"46300", b"46301"], WRITTEN) is None  # how long something took
    assert serial_of("date", [b"46300", b"59000.5"], WRITTEN) is None  # nobody knows the future
    assert serial_of("date", [b"46300", b"x"], WRITTEN) is None


def test_a_part_of_a_day_is_a_part_of_it() -> None:
    format_ = serial_of("date", [b"46300.25"], WRITTEN)
    assert format_ is not None
    found = format_.whole.fullmatch(b"46300.25")
    assert found is not None
    clock = Clock(format_, UTC)

    (time,) = clock.times([found[1]], [found[2]], [found[3]])
    assert datetime.fromtimestamp(time, UTC) == datetime(2026, 10, 5, 6, tzinfo=UTC)


def test_a_year_and_a_month_of_anything_else_are_no_time() -> None:
    rows = [[b"yr", b"mnth", b"cnt"], [b"0", b"1", b"16"], [b"0", b"1", b"40"]]  # UCI's bikes

    assert with_calendar_whole(rows, b",") is rows


@pytest.mark.parametrize(
    ("name", "cells", "format_"),
    [
        ("Year", [b"2024", b"2025", b"2026"], "year"),
        ("year", [b"2026", b"2025"], "year"),
        ("period", [b"202511", b"202512", b"202601"], "compact_month"),
        ("year", [b"1974", b"1971", b"1974"], None),  # of cars
        ("count", [b"202511", b"202512"], None),
        ("period", [b"202513", b"202514"], None),
    ],
)
def test_periods_are_told_by_the_name_of_their_column_and_rise_or_fall(
    name: str, cells: list[bytes], format_: str | None
) -> None:
    found = period_of(name, cells)

    assert (found and found.name) == format_
