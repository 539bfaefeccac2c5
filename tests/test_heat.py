"""Heat maps: cells where they belong, and a single value among a million."""

from __future__ import annotations

import math
from datetime import UTC
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import reference
from tests.reference import window
from watcher.draw import shapes
from watcher.draw.graph import Heat, Panel, draw, place_of, words
from watcher.draw.planes import FULL, SHADES
from watcher.draw.scene import axis_of, scene_of
from watcher.draw.view import View

VIEW = View(style="heat")


def panel(counts: Any, edges: Any) -> Panel:
    heat = Heat(np.array(counts, float), np.array(edges, float))
    return Panel("app", window(np.ones(heat.counts.shape[1])), UTC, heat=heat)


def shades(told: Panel, view: View = VIEW) -> Any:
    place = place_of(told, view)
    pixels = np.asarray(reference.decode(draw(told, view)))
    return pixels[place.top : place.bottom, place.left : place.right] // FULL.mark


@given(
    st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=1, max_size=12),
    st.integers(60, 400),
)
def test_every_cell_lies_where_its_values_do(columns: list[list[int]], height: int) -> None:
    told = panel(np.array(columns).T, [0, 10, 20, 30])
    if not np.any(columns):
        return
    view = View(300, height, style="heat")
    place, drawn = place_of(told, view), shades(told, view)
    scene = scene_of(told, view, place)
    assert scene
    axis = axis_of(scene, told, view, place)
    most = max(map(max, columns))
    for number, column in enumerate(columns):
        x = int((number + 0.5) * place.columns / len(columns))
        for part, count in enumerate(column):
            if not axis.low <= part * 10 + 5 <= axis.high:
                continue
            y = shapes.edge(part * 10 + 5, axis, place) - place.top
            level = 1 + math.log1p(count) / math.log1p(most) * (SHADES - 2) if count else 0
            assert abs(drawn[y, x] - level) < 0.51


def test_the_key_has_the_shades_of_one_value_and_of_the_most() -> None:
    told = panel([[1, 2], [8, 3]], [0, 10, 20])
    place = place_of(told, VIEW)
    pixels = np.asarray(reference.decode(draw(told, VIEW)))
    row = pixels[place.legend_at - round(0.35 * place.legend)] // FULL.mark
    shown = row[(row > 0) & (row <= SHADES)]
    drawn = shades(told)
    assert shown[0] == drawn[(drawn > 0) & (drawn < SHADES)].min()
    assert shown[-1] == drawn[drawn < SHADES].max()
    assert [word.text for word in words(told, VIEW)][-3:] == ["1", "8", "values in a cell"]


def test_one_value_among_a_million_is_seen() -> None:
    counts = np.zeros((100, 500))
    counts[10] = 2000
    counts[90, 250] = 1
    drawn = shades(panel(counts, np.linspace(0, 100, 101)))
    assert np.count_nonzero(drawn[: drawn.shape[0] // 2]) >= 2


def test_more_columns_than_pixels_are_brought_together() -> None:
    counts = np.zeros((2, 9000))
    counts[0] = 5
    counts[1, 4321] = 1
    drawn = shades(panel(counts, [0, 1, 2]))
    assert np.count_nonzero(drawn[3]) == 1
    assert (drawn[-3] > 20).all()


@pytest.mark.parametrize("counts", [np.zeros((3, 5)), np.full((3, 5), math.nan), np.ones((3, 5))])
def test_empty_and_even_maps_are_pictures(counts: Any) -> None:
    assert reference.decode(draw(panel(counts, [1, 2, 4, 8]), VIEW)).size == (500, 275)


@given(st.integers(0, 1000), st.sampled_from([None, "log"]), st.sampled_from([None, 3.0]))
def test_whatever_the_bins_a_map_is_a_picture(seed: int, yscale: Any, ymax: float | None) -> None:
    random = np.random.default_rng(seed)
    bins = int(random.integers(1, 200))
    edges = np.cumsum(random.exponential(1.0, bins + 1) ** 3) - 2
    told = panel(random.poisson(0.3, (bins, 90)), edges)
    view = View(300, 120, style="heat", yscale=yscale, ymax=ymax)
    drawn = shades(told, view)
    assert drawn.max() <= SHADES
