"""Lengths of time as people write them."""

from __future__ import annotations

import pytest

from watcher.duration import UNITS, duration


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
