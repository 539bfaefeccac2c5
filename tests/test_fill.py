"""Columns without samples, and lines over them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from watcher.history.fill import Fill, Filled, bridged, filled, known
from watcher.history.window import Window

NAN = math.nan


def window(columns: int, step: float = 10.0, usual: float = NAN) -> Window:
    none = np.full(columns, NAN)
    return Window("time", 0.0, step, np.zeros(columns, np.int64), none, none, none, none, usual)


def fill(
    values: list[float], how: Fill = "auto", *, counted: bool = False, usual: float = NAN
) -> Filled:
    seen = window(len(values), usual=usual)
    could = known(seen, 15.0, 65.0)  # columns 1 to 6
    return filled(np.array(values), seen, how, counted=counted, known=could)


def test_a_log_could_speak_from_its_first_sample_until_it_fell_silent() -> None:
    assert known(window(6), 15.0, 35.0).tolist() == [False, True, True, True, False, False]


def test_counts_are_zero_while_the_log_could_speak() -> None:
    values, joined = fill([NAN, NAN, 3, NAN, NAN, 4, NAN, NAN], counted=True)

    assert values.tolist() == pytest.approx([NAN, 0, 3, 0, 0, 4, 0, NAN], nan_ok=True)
    assert joined.tolist() == [False, False, True, True, True, True, True, False]


def test_values_go_on_over_three_usual_intervals_and_break_over_more() -> None:
    values = [1, NAN, NAN, NAN, 2, NAN, NAN, NAN, NAN, 3]

    kept, joined = fill([float(value) for value in values], usual=10.0)

    assert kept.tolist() == pytest.approx(values, nan_ok=True)
    assert np.flatnonzero(joined).tolist() == [4]


def test_columns_stand_for_intervals_where_those_are_not_known() -> None:
    assert np.flatnonzero(fill([1, NAN, NAN, NAN, 2, NAN, NAN, NAN, NAN, 3])[1]).tolist() == [4]


def test_a_slow_log_goes_on_over_many_columns() -> None:
    assert np.flatnonzero(fill([1, *[NAN] * 20, 2], usual=100.0)[1]).tolist() == [21]


@pytest.mark.parametrize(
    ("how", "expected", "joined"),
    [
        ("gap", [NAN, 1, 2, NAN, 3, NAN, NAN, NAN], [2]),
        ("zero", [NAN, 1, 2, 0, 3, 0, 0, NAN], [2, 3, 4, 5, 6]),
        ("hold", [NAN, 1, 2, 2, 3, 3, 3, NAN], [2, 3, 4, 5, 6]),
        ("connect", [NAN, 1, 2, NAN, 3, NAN, NAN, NAN], [2, 4]),
    ],
)
@pytest.mark.parametrize("counted", [True, False])
def test_holes_can_be_filled_as_somebody_likes(
    how: Fill, expected: list[float], joined: list[int], *, counted: bool
) -> None:
    values = [NAN, 1.0, 2.0, NAN, 3.0, NAN, NAN, NAN]

    found = fill(values, how, counted=counted)

    assert found.values.tolist() == pytest.approx(expected, nan_ok=True)
    assert np.flatnonzero(found.joined).tolist() == joined


def test_a_hole_is_as_long_as_its_columns_are() -> None:
    uneven = replace(window(3, usual=8.0), bounds=np.array([0.0, 10, 34, 44]))
    longer = replace(uneven, bounds=np.array([0.0, 10, 35, 45]))
    values, could = np.array([1.0, NAN, 2.0]), np.ones(3, bool)

    assert filled(values, uneven, counted=False, known=could).joined.tolist() == [
        False,
        False,
        True,
    ]
    assert not filled(values, longer, counted=False, known=could).joined.any()


def test_nothing_stays_nothing() -> None:
    for how in ("auto", "gap", "hold", "connect"):
        values, joined = fill([NAN] * 5, how)
        assert np.isnan(values).all()
        assert not joined.any()


def test_values_are_held_until_the_next_unless_there_is_silence_between() -> None:
    values = np.array([NAN, 1, NAN, NAN, 2, NAN, NAN, NAN, NAN, 3, NAN])

    held = bridged(values, window(11, usual=10.0))

    assert held.tolist() == pytest.approx(
        [NAN, 1, 1, 1, 2, NAN, NAN, NAN, NAN, 3, NAN], nan_ok=True
    )
    assert np.isnan(bridged(np.full(3, NAN), window(3))).all()
