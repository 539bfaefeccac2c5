"""Stacked bars and their legend: counts by level or status."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests import reference
from tests.reference import Pixels, rgb, window
from watcher.draw import graph, scale
from watcher.draw.captions import most_y
from watcher.draw.graph import Layer, Panel, columns, draw
from watcher.draw.layout import Layout, layout, legend_rows
from watcher.draw.legend import legend
from watcher.draw.planes import FOOT, FULL
from watcher.draw.theme import ROLES, THEMES
from watcher.draw.view import MAX_SIDE, MIN_SIDE, Theme, View
from watcher.history.pulse import State

BERLIN = ZoneInfo("Europe/Berlin")
LEVELS = ("debug", "info", "warn", "error", "fatal")
STATUSES = ("2xx", "3xx", "4xx", "5xx")
VIEW = View(style="stack")
LIGHT_AND_DARK: list[Theme] = ["light", "dark"]
ALL: list[Theme] = ["light", "dark", "contrast", "eink"]
SIZES = [(16, 16), (4096, 16), (16, 4096), (120, 60), (250, 150), (500, 275), (1920, 1080)]


def panel(heights: list[list[float]], roles: tuple[str, ...] = LEVELS, **more: Any) -> Panel:
    layers = tuple(
        Layer(role, role, np.array(row, float), row[-1] if row else None)
        for role, row in zip(roles, heights, strict=False)
    )
    number = len(heights[0]) if heights else 0
    source = window([math.nan] * number, axis="time", start=1.7e9, step=60.0)
    return Panel("app.log", source, BERLIN, layers=layers, **more)


def place(told: Panel, view: View) -> Layout:
    entries = len(told.layers) if len(told.layers) > 1 else 0
    return layout(view.width, view.height, view.scale, entries)


def plot(told: Panel, view: View) -> Pixels:
    at = place(told, view)
    pixels = np.asarray(reference.decode(draw(told, view)))
    return pixels[at.top : at.bottom, at.left : at.right]


heights = st.one_of(
    st.floats(0, 1000),
    st.integers(0, 5).map(float),
    st.sampled_from([math.nan, 0.0, 0.0, 1e6, 1e308, math.inf, 1e-300, 5e-324]),
)


@st.composite
def piles(draw_from: st.DrawFn) -> list[list[float]]:
    width = draw_from(st.integers(1, 50))
    row = st.lists(heights, min_size=width, max_size=width)
    return draw_from(st.lists(row, min_size=1, max_size=8))


views = st.builds(
    View,
    width=st.integers(MIN_SIDE, 330),
    height=st.integers(MIN_SIDE, 300),
    scale=st.sampled_from([1, 1, 2, 3]),
    style=st.just("stack"),
    theme=st.sampled_from(ALL),
)


@given(piles(), views)
@example([[1e6], [1.0], [0.0], [1e-300]], VIEW)
@example([[4.0], [4.0], [4.0], [1.0], [0.01], [0.01], [0.01], [0.01]], View(16, 16, style="stack"))
def test_a_stack_equals_the_plain_drawing_pixel_for_pixel(
    rows: list[list[float]], view: View
) -> None:
    told = panel(rows, tuple("12345678"))
    at = place(told, view)
    values = np.array(rows)
    if len(rows[0]) > at.columns or np.isnan(values).all():
        return
    highest = float(np.nan_to_num(np.minimum(values, scale.HUGE)).sum(axis=0).max())
    axis = scale.fit(0.0, highest, most_y(at), grounded=True)
    roles = [ROLES[view.theme][role] for role in "12345678"]
    table = [THEMES[view.theme].background, THEMES[view.theme].grid, *roles]
    want = np.array(table, np.uint8)[reference.stack(rows, axis, at)]
    inside = np.s_[at.top : at.bottom, at.left : at.right]
    assert np.array_equal(rgb(draw(told, view))[inside], want[inside])


@given(piles(), views)
def test_whatever_happened_is_seen(rows: list[list[float]], view: View) -> None:
    told = panel(rows, tuple("12345678"))
    drawn = plot(told, view)
    if len(rows[0]) > drawn.shape[1]:
        return
    for number, row in enumerate(rows):
        there = (drawn // FULL.mark * FULL.mark == FULL.mark * (number + 1)).any(axis=0)
        for column, value in enumerate(row):
            middle = int((column + 0.4) * drawn.shape[1] / len(row))
            if value > 0 and drawn.shape[1] >= 3 * len(row):
                assert there[middle], (number, column)


def test_one_error_among_ten_thousand_lines_is_a_speck_of_red() -> None:
    info = [10_000.0] * columns(VIEW)
    error = [0.0] * columns(VIEW)
    error[100] = 0.01
    told = panel([info, error], ("info", "error"))
    drawn = plot(told, VIEW)
    assert (drawn[:, 100] // FULL.mark == 2).sum() == 3
    assert (drawn // FULL.mark == 2).sum() == 3
    assert np.count_nonzero(drawn[:, 100] > FULL.grid) == np.count_nonzero(drawn[:, 99] > FULL.grid)


def test_more_columns_than_pixels_become_their_mean_and_keep_the_rare() -> None:
    number = columns(VIEW) * 7
    error = [0.0] * number
    error[700] = 0.5
    told = panel([[100.0] * number, error], ("info", "error"))
    drawn = plot(told, VIEW)
    assert (drawn // FULL.mark == 2).sum() == 3
    assert (drawn[-100:] // FULL.mark == 1).all()


@pytest.mark.parametrize("theme", LIGHT_AND_DARK)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("roles", [LEVELS, STATUSES, tuple("12345678"), ("info",)])
def test_every_theme_and_size_is_a_picture(
    theme: Theme, size: tuple[int, int], roles: tuple[str, ...]
) -> None:
    view = View(*size, style="stack", theme=theme)
    rows = [[float(n % 7) for n in range(200)] for _ in roles]
    pixels = rgb(draw(panel(rows, roles, last=3.0), view))
    assert pixels.shape == (size[1], size[0], 3)
    shown = set(np.unique(pixels @ np.array([65536, 256, 1])).tolist())
    wanted = [ROLES[theme][role] for role in roles]
    assert {red << 16 | green << 8 | blue for red, green, blue in wanted} <= shown


@pytest.mark.parametrize("size", [(w, h) for w in (16, 99, 160, 640) for h in range(16, 400, 7)])
def test_a_plot_has_a_row_for_each_of_eight_layers(size: tuple[int, int]) -> None:
    assert layout(*size, 1, 8).rows >= 8


def test_no_error_and_no_data_are_told_apart_by_the_baseline() -> None:
    told = panel([[0.0, math.nan, 2.0] * 40])
    at = place(told, VIEW)
    base = np.asarray(reference.decode(draw(told, VIEW)))[at.bottom, at.left : at.right]
    third = at.columns // 120
    assert base[0] == base[2 * third + 1] == FOOT + FULL.grid
    assert base[third + 2] == FULL.grid


def test_nothing_happened_is_an_empty_plot_and_nothing_known_is_said() -> None:
    silent = graph.words(panel([[0.0] * 50, [0.0] * 50]), VIEW)
    assert not {"waiting for data", "no data in this window"} & {word.text for word in silent}
    assert set(np.unique(plot(panel([[0.0] * 50]), VIEW))) == {0, FULL.grid}
    for told in (
        panel([]),
        panel([[], []]),
        panel([[math.nan] * 9]),
        panel([[1.0]], state=State.WAITING),
    ):
        waits = told.state is State.WAITING
        said = "waiting for data" if waits else "no data in this window"
        assert said in [word.text for word in graph.words(told, VIEW)]
        assert reference.decode(draw(told, VIEW)).size == (500, 275)


@pytest.mark.parametrize("theme", LIGHT_AND_DARK)
def test_a_stale_stack_is_grey_and_its_layers_still_differ(theme: Theme) -> None:
    rows = [[5.0] * 30 for _ in LEVELS]
    view = replace(VIEW, theme=theme)
    told = panel(rows, state=State.STALE, notice="no data since 14:02 (3 h)")
    pixels = rgb(draw(told, view)).astype(int)
    assert (pixels[..., 0] == pixels[..., 1]).all()
    assert (pixels[..., 1] == pixels[..., 2]).all()
    at = place(told, view)
    column = pixels[at.top : at.bottom, at.left + 2, 0]
    greys = sorted({int(v) for v in column if (column == v).sum() > 10})
    ground = THEMES[theme].background[0]
    assert len(greys) >= len(LEVELS)
    apart = [abs(a - b) for a in greys for b in greys if a != b and ground not in (a, b)]
    assert min(apart) >= 15


def test_the_unit_is_said_beside_the_window() -> None:
    told = panel([[1.0] * 360], unit="lines/min")
    assert "last 6 h, lines/min" in [word.text for word in graph.words(told, VIEW)]


def names(told: Panel, view: View = VIEW) -> list[str]:
    return [word.text for entry in legend(told.layers, place(told, view)) for word in entry.words]


def swatches(told: Panel, view: View = VIEW) -> list[tuple[int, int, int, int]]:
    return [entry.swatch for entry in legend(told.layers, place(told, view)) if entry.swatch]


def test_a_legend_names_the_layers_with_their_last_values() -> None:
    told = panel([[26_591.0], [9.0], [1234.0]], ("2xx", "4xx", "5xx"))
    assert names(told) == ["2xx", "26.6k", "4xx", "9", "5xx", "1234"]
    assert set(names(told)) <= {word.text for word in graph.words(told, VIEW)}
    swatch = swatches(told)[2]
    pixels = rgb(draw(told, VIEW))
    assert tuple(pixels[swatch[1], swatch[0]]) == ROLES["light"]["5xx"]
    assert tuple(pixels[swatch[3] - 1, swatch[2] - 1]) == ROLES["light"]["5xx"]


def test_a_legend_has_units_then_values_then_names() -> None:
    told = panel([[1.0]] * 3, ("in", "out", "time"))
    units, values = ("B/s", "B/s", "s"), (1.2e6, 3.4e5, 0.23)
    layers = tuple(
        replace(layer, last=last, unit=unit)
        for layer, last, unit in zip(told.layers, values, units, strict=True)
    )
    told = told._replace(layers=layers)

    def shown(width: int) -> list[str]:
        view = View(width, 275, style="stack")
        return [word.replace("\xa0", " ") for word in names(told, view)]

    assert shown(500) == ["in", "1.2 MB/s", "out", "340 kB/s", "time", "230 ms"]
    assert shown(300) == ["in", "out", "time"]  # 0.23 of what?
    told = told._replace(layers=layers[:2])
    assert shown(500) == ["in", "1.2 MB/s", "out", "340 kB/s"]
    assert shown(200) == ["in", "1.2M", "out", "340k"]


def test_one_layer_needs_no_legend() -> None:
    assert names(panel([[1.0]])) == []
    assert place(panel([[1.0]]), VIEW) == layout(500, 275, 1)


def test_a_legend_drops_values_then_letters_then_itself() -> None:
    told = panel([[1234.0]] * 5)
    assert len(names(told)) == 10
    assert names(told, View(420, 275, style="stack")) == list(LEVELS)
    long = told._replace(layers=tuple(replace(layer, label="x" * 90) for layer in told.layers))
    assert all(name.endswith("…") for name in names(long))
    assert names(told, View(250, 150, style="stack")) == []


def test_names_that_do_not_fit_lose_the_words_that_all_have() -> None:
    told = panel([[1.0]] * 5)
    layers = [
        replace(layer, label=f"rack-7-web-{n} temperature") for n, layer in enumerate(told.layers)
    ]
    told = told._replace(layers=tuple(layers))

    def shown(width: int) -> list[str]:
        return [one for one in names(told, View(width, 275, style="stack")) if one != "1"]

    assert shown(1000) == [one.label for one in layers]
    assert shown(600) == [f"rack-7-web-{n}" for n in range(5)]
    assert shown(420) == [f"…{n}" for n in range(5)]


@pytest.mark.parametrize("width", [500, 1160, 1920, 3840])
def test_a_name_has_room_for_as_many_letters_in_a_large_picture(width: int) -> None:
    told = panel([[1.0]] * 8, tuple(f"server{n}" for n in range(8)))
    shown = names(told, View(width, width * 9 // 16, style="stack"))
    assert set(shown) >= {f"server{n}" for n in range(8)}


def test_a_value_with_another_digit_moves_no_entry() -> None:
    boxes = [swatches(told) for told in (panel([[1.0]] * 5), panel([[9999.0]] * 5))]
    assert boxes[0] == boxes[1]


@given(
    st.lists(st.text(max_size=30), min_size=2, max_size=8),
    st.sampled_from([None, 0.0, 12.5, 26_591.0, 1e308, math.nan]),
    st.integers(MIN_SIDE, 1400),
    st.integers(MIN_SIDE, 800),
    st.sampled_from([1, 2, 3]),
)
@example(["info", "error"], 1.0, 500, 275, 1)
def test_swatches_and_words_never_touch_each_other_or_the_edge(
    labels: list[str], last: float | None, width: int, height: int, times: int
) -> None:
    view = View(width, height, times, style="stack")
    layers = tuple(Layer(name, "info", np.ones(30), last) for name in labels)
    told = panel([[1.0] * 30])._replace(layers=layers, last=-12345.678, unit="lines/min")
    at = place(told, view)
    boxes = [word.box for word in graph.words(told, view) if word.text]
    boxes += swatches(told, view)
    for number, (left, top, right, bottom) in enumerate(boxes):
        assert left >= 0
        assert top >= 0
        assert right <= at.width
        assert bottom <= at.height
        for other in boxes[number + 1 :]:
            apart = right < other[0] or other[2] < left or bottom < other[1] or other[3] < top
            assert apart, (boxes[number], other)


def test_a_legend_never_takes_more_than_two_rows_of_any_size() -> None:
    for width in range(MIN_SIDE, MAX_SIDE, 100):
        assert [legend_rows(n, width, 100, 12) for n in range(9)] == [0] * 9
        assert max(legend_rows(n, width, 1000, 12) for n in range(9)) <= 2
