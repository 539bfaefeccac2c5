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
from watcher.picture import large, panel_of
from watcher.series import Series


def series(name: str, values: list[float], *, usual: float = math.nan, **more: Any) -> Series:
    seen = window(values, usual=usual)
    one = Series(name, name, "mean", "s", "", seen, np.array(values, float), values[-1])
    return replace(one, **more)


def panel(
    *shown: Series, style: Style = "line", classes: bool = False, view: View | None = None
) -> Panel:
    view = view or View(style=style)
    return panel_of(shown, view, "app", UTC, State.FRESH, "", classes=classes)


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
    assert stack.last == 6


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


def test_a_unit_is_said_where_all_have_it() -> None:
    one, other = series("a", [1]), series("b", [1], unit="B")

    assert panel(one).unit == "s"
    assert panel(one, other).unit == ""
