"""Lengths of time as people write them."""

from __future__ import annotations

import pytest

from watcher.duration import UNITS, Months, calendar, duration


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_is_read_with_a_space_or_without(unit: str) -> None:
    assert duration(f"3{unit}") == duration(f" 3 {unit} ") == 3 * UNITS[unit]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("5m", "is ambiguous: write 5min or 5mon"),
        ("5 fortnights", "is not a duration"),
        ("5 eons", "'eons' is not a unit: use one of ms s min h d w mon y"),
        ("5", "is not a duration"),
        ("-5s", "is not a duration"),
        ("", "is not a duration"),
    ],
)
def test_what_is_no_duration_is_refused_with_its_cure(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        duration(text)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("1mon", Months(1)),
        ("3 mon", Months(3)),
        (" 2.0y", Months(24)),
        ("01y", Months(12)),
        ("30d", 30 * UNITS["d"]),
        ("1.5mon", 45 * UNITS["d"]),
        ("0mon", 0.0),
        ("1w", UNITS["w"]),
    ],
)
def test_whole_months_and_years_are_those_of_the_calendar(text: str, length: object) -> None:
    assert calendar(text) == length
