"""The usual bars against those that may be any."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference import window
from watcher.draw import shapes
from watcher.draw.canvas import Bytes, blank
from watcher.draw.graph import Panel, columns, draw
from watcher.draw.layout import layout
from watcher.draw.scale import Scale, fit
from watcher.draw.standing import standing
from watcher.draw.view import View

PLACE = layout(200, 120, 1)
PLANE = 2


def panel(values: Any) -> Panel:
    return Panel("values", window(values), UTC, last=1.0)


def usual(values: Any, scale: Scale, bits: int) -> Bytes:
    drawn = blank(PLACE.width, PLACE.height, bits)
    found = standing(PLACE, scale, bits, PLANE)
    assert found is not None
    found.draw(drawn, np.array(values, float), float(np.min(values)))
    found.end(drawn)
    return drawn.pixels


def any_(values: Any, scale: Scale, bits: int) -> Bytes:
    drawn = blank(PLACE.width, PLACE.height, bits)
    data = shapes.columns(window(values), PLACE.columns)
    assert data is not None
    shapes.bars(drawn, PLACE, shapes.bars_of(PLACE, scale, data, bounded=False), PLANE, 4)
    return drawn.pixels


@pytest.mark.parametrize("bits", [4, 8])
@given(st.data())
def test_the_usual_bars_are_drawn_as_any_others(bits: int, data: st.DataObject) -> None:
    number = st.one_of(st.integers(0, 2 * PLACE.rows), st.floats(1e-9, 1e6))
    few = data.draw(st.lists(number, min_size=1, max_size=30))
    values = np.resize(few, PLACE.columns)
    scale = fit(0.0, float(values.max()), 5, grounded=True)
    assert np.array_equal(usual(values, scale, bits), any_(values, scale, bits))


def test_halves_of_rows_are_rounded_to_even_ones() -> None:
    scale = Scale(0.0, float(PLACE.rows), (), ())
    values = np.arange(PLACE.columns) % (2 * PLACE.rows) / 2
    assert np.array_equal(usual(values, scale, 4), any_(values, scale, 4))


@pytest.mark.parametrize(
    "scale",
    [
        Scale(-5.0, 5.0, (), ()),
        Scale(1.0, 100.0, (), (), log=True),
        Scale(0.0, 1e300, (), (), unit=2.0**-900),
    ],
)
def test_bars_on_other_axes_are_none_of_them(scale: Scale) -> None:
    assert standing(PLACE, scale, 4, PLANE) is None


def test_a_frame_after_one_with_a_hole_is_as_the_first() -> None:
    view = View(style="bars")
    whole = np.arange(columns(view)) % 50 + 1.0
    holed = np.where(whole == 7, np.nan, whole)
    first = draw(panel(whole), view)
    other = draw(panel(holed), view)
    assert draw(panel(whole), view) == first != other
    assert draw(panel(holed), view) == other
