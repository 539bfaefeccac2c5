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


def usual(scale: Scale, bits: int, *frames: Any) -> Bytes:
    """The canvas after some frames of values."""
    found = standing(PLACE, scale, bits, PLANE)
    assert found is not None
    frame = found.frame(blank(PLACE.width, PLACE.height, bits), 0, PLACE.height)
    for values in frames:
        found.draw(frame, np.array(values, float), float(np.min(values)))
    return frame.flat.reshape(PLACE.height + 1, -1)


def any_(scale: Scale, bits: int, values: Any) -> Bytes:
    drawn = blank(PLACE.width, PLACE.height, bits)
    data = shapes.columns(window(values), PLACE.columns)
    assert data is not None
    shapes.bars(drawn, PLACE, shapes.bars_of(PLACE, scale, data, bounded=False), PLANE, 4)
    return drawn.pixels


@pytest.mark.parametrize("bits", [4, 8])
@given(st.data())
def test_the_usual_bars_are_drawn_as_any_others(bits: int, data: st.DataObject) -> None:
    number = st.one_of(st.integers(0, 2 * PLACE.rows), st.floats(1e-9, 1e6))
    some = data.draw(st.lists(st.lists(number, min_size=1, max_size=30), min_size=1, max_size=4))
    frames = [np.resize(few, PLACE.columns) for few in some]
    scale = fit(0.0, float(np.max(frames)), 5, grounded=True)
    assert np.array_equal(usual(scale, bits, *frames), any_(scale, bits, frames[-1]))


def test_halves_of_rows_are_rounded_to_even_ones() -> None:
    scale = Scale(0.0, float(PLACE.rows), (), ())
    values = np.arange(PLACE.columns) % (2 * PLACE.rows) / 2
    assert np.array_equal(usual(scale, 4, values), any_(scale, 4, values))


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
