"""Series -> what a picture says: which value is large, what is behind, what lies in layers."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC
from typing import Any

import numpy as np
import pytest

from tests.reference import window
from watcher.draw.panel import Panel
from watcher.draw.view import Style, View
from watcher.history.pulse import State
from watcher.picture import large, panel_of, without_running
from watcher.series import Series
from watcher.words import Notice


def series(name: str, values: list[float], *, usual: float = math.nan, **more: Any) -> Series:
    seen = window(values, usual=usual)
    one = Series(name, name, "mean", "s", "", seen, np.array(values, float), values[-1])
    return replace(one, **more)


def panel(
    *shown: Series, style: Style = "line", classes: bool = False, view: View | None = None
) -> Panel:
    view = view or View(style=style)
    return panel_of(shown, view, "app", UTC, State.FRESH, Notice("", 0), None, classes=classes)


@pytest.mark.parametrize(
    ("lasts", "shown"),
    [
        ([], None),
        ([None], None),
        ([3], 3),
        ([1, 4], 1),
        ([1, 5, 9], 5),
        ([1, 5, 10], 10),
        ([None, 10], 10),
    ],
)
def test_the_first_value_is_large_unless_another_is_worse(
    lasts: list[float | None], shown: float | None
) -> None:
    assert large(View(warn=5, crit=10), lasts, summed=False) == shown


def test_the_sum_is_large_where_all_are_of_one_kind() -> None:
    assert large(View(), [1, None, 3], summed=True) == 4
    assert large(View(), [None], summed=True) is None


def test_a_single_mean_has_a_band_and_several_have_none() -> None:
    one, other = series("a", [1, 2, 3]), series("b", [4, 5, 6])

    assert panel(one).layers == ()
    assert [layer.label for layer in panel(one, other).layers] == ["a", "b"]
    assert all(layer.low is None for layer in panel(one, other).layers)


def test_series_have_colours_by_number_and_classes_by_meaning() -> None:
    error, info = (series(role, [1, 2, 3], role=role, counted=True) for role in ("error", "info"))

    assert [layer.role for layer in panel(error, info, style="stack").layers] == ["1", "2"]
    stack = panel(error, info, style="stack", classes=True)
    assert [layer.role for layer in stack.layers] == ["error", "info"]


def test_behind_classes_is_their_sum_and_behind_values_each_for_itself() -> None:
    before = np.array([1.0, 2.0, 3.0])
    values = [series(name, [1, 2, 3], before=before) for name in "ab"]
    counts = [series(name, [1, 2, 3], before=before, counted=True) for name in "ab"]

    assert [layer.role for layer in panel(*values).behind] == ["1", "2"]
    (all_,) = panel(*counts, style="stack", classes=True).behind
    assert all_.values.tolist() == [2, 4, 6]


def test_a_line_goes_on_over_holes_that_are_usual_for_any_series() -> None:
    told = [series("a", [1, 2, 3]), series("b", [1, 2], usual=5), series("c", [1, 2], usual=60)]

    assert panel(*told).window.usual == 60


def test_each_of_several_series_has_its_unit() -> None:
    one, other = series("a", [1]), series("b", [1], unit="B")

    assert [layer.unit for layer in panel(one, other).layers] == ["s", "B"]


def test_a_unit_is_said_where_all_have_it() -> None:
    one, other = series("a", [1]), series("b", [1], unit="B")

    assert panel(one).unit == "s"
    assert panel(one, other).unit == ""


def noisy(name: str, spike: float) -> Series:
    """Columns of many samples, one of which holds a spike."""
    mean = np.full(200, 5.0)
    window_ = replace(window(mean), low=mean - 1, high=mean + 1, count=np.full(200, 50))
    window_.high[77] = spike
    return replace(series(name, mean.tolist()), window=window_)


def test_of_several_means_only_what_is_out_of_the_ordinary_has_extremes() -> None:
    spiky, plain = panel(noisy("a", 60.0), noisy("b", 6.5)).layers

    assert spiky.high is not None
    assert spiky.low is not None
    assert np.flatnonzero(spiky.high != spiky.values).tolist() == [77]
    assert (spiky.high[77], spiky.low[77]) == (60, 4)
    assert plain.high is None


def test_a_lone_mean_keeps_its_extremes_whatever_fills_its_holes() -> None:
    (layer,) = panel(noisy("a", 60.0), view=View(style="line", fill="connect")).layers

    assert layer.high is not None
    assert layer.high[[76, 77]].tolist() == [6, 60]


def test_classes_add_up_where_one_of_them_has_nothing_to_add() -> None:
    one = series("error", [1, math.nan, math.nan], counted=True)
    other = series("info", [5, 7, math.nan], counted=True)

    shown = panel(one, other, classes=True).window
    assert shown.total.tolist() == pytest.approx([6, 7, math.nan], nan_ok=True)
    assert shown.count.tolist() == [1, 1, 0]


def test_stacked_values_hold_between_samples_and_up_to_the_newest_of_all() -> None:
    slow = series("slow", [1, math.nan, 2, math.nan, math.nan], usual=1)
    fast = series("fast", [5, 6, 7, 8, 9], usual=1)
    gone = series("gone", [3, *[math.nan] * 4], usual=0.5)

    layers = panel(slow, fast, gone, style="stack").layers
    assert layers[0].values.tolist() == [1, 1, 2, 2, 2]
    assert layers[1].values.tolist() == [5, 6, 7, 8, 9]
    assert layers[2].values.tolist() == pytest.approx([3, 3, 3, *[math.nan] * 2], nan_ok=True)


def test_a_spike_is_seen_in_a_stack_too() -> None:
    spiky, plain = panel(noisy("a", 60.0), noisy("b", 6.5), style="stack").layers

    assert (spiky.values[76], spiky.values[77], plain.values[77]) == (5, 60, 5)


def test_a_percentile_of_the_running_column_is_shown_once_that_holds_enough() -> None:
    def last_of(*counts: int, agg: str = "p90") -> float:
        one = series("value", [5.0] * len(counts), agg=agg)
        one = replace(one, window=replace(one.window, count=np.array(counts)))
        return float(without_running(one).values[-1])

    assert math.isnan(last_of(30, 30, 9))
    assert last_of(30, 30, 10) == 5.0
    assert last_of(30, 9, 3) == 5.0  # they never hold enough
    assert last_of(30, 30, 9, agg="mean") == 5.0
