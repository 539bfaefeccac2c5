"""Several series in one graph: who lies over whom, what is behind, limits, holes, ends of axes."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import reference
from tests.reference import Pixels, rgb, swatches, window
from watcher.draw import captions, graph, paper, remarks, shapes
from watcher.draw.canvas import blank
from watcher.draw.cover import Body, in_order
from watcher.draw.graph import Heat, Layer, Panel, columns, draw, place_of
from watcher.draw.palette import Palette, palette
from watcher.draw.planes import CRIT, FOOT, FULL, SHADES, WARN, share
from watcher.draw.scene import axis_of, look_of, scene_of
from watcher.draw.theme import ROLES, THEMES
from watcher.draw.ticks import MONTHS
from watcher.draw.view import Style, Theme, View, level_of
from watcher.duration import Months
from watcher.history import days
from watcher.history.pulse import State

BERLIN = ZoneInfo("Europe/Berlin")
STYLES: list[Style] = ["bars", "line", "area", "stack", "spark", "heat"]
THEME_NAMES: list[Theme] = ["light", "dark", "contrast", "eink"]


def panel(rows: list[list[float]], **more: Any) -> Panel:
    """Series of those values, over as many samples."""
    layers = tuple(
        Layer(f"series {n}", str(n + 1), np.array(row, float)) for n, row in enumerate(rows)
    )
    return Panel("app", window(rows[0]), BERLIN, layers=layers, **more)


def indexes(told: Panel, view: View) -> Pixels:
    """The palette indexes of the plot."""
    place = place_of(told, view)
    pixels = np.asarray(reference.decode(draw(told, view)))
    return pixels[place.top : place.bottom, place.left : place.right]


def look(told: Panel, view: View) -> Palette:
    scene = scene_of(told, view, place_of(told, view))
    return palette(look_of(scene, told, view))


spans = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=12, max_size=12)


@given(st.lists(spans, min_size=1, max_size=8))
def test_later_series_cover_earlier_ones_pixel_for_pixel(rows: list[list[tuple[int, int]]]) -> None:
    canvas, want = blank(40, 40, 8), np.zeros((40, 12), np.uint8)
    bodies = []
    for number, pairs in enumerate(rows, 1):
        tops, bottoms = (np.array(ends) for ends in zip(*map(sorted, pairs), strict=True))
        bodies.append(Body(0, [(tops, bottoms, 8 * number)], tops, bottoms))
        for x, (top, bottom) in enumerate(zip(tops, bottoms, strict=True)):
            want[top:bottom, x] = 8 * number
    in_order(canvas, 0, bodies)
    got = np.asarray(reference.decode(canvas.finish(bytes(range(256)) * 3)))
    assert np.array_equal(got[:, :12], want)


@pytest.mark.parametrize("kind", ["stroke", "area", "bars", "fill"])
@pytest.mark.parametrize("number", range(1, 9))
def test_eight_series_find_shades_that_nobody_else_has(kind: Any, number: int) -> None:
    taken = []
    for slot in share((kind,) * number):
        if kind in ("stroke", "area"):
            assert slot.steps >= 1
            taken += [slot.first + step for step in range(1, slot.steps + 1)]
        taken += {
            "stroke": [],
            "area": [slot.filling // FULL.mark],
            "bars": [slot.first, slot.first + 1],
            "fill": [slot.first],
        }[kind]
    assert len(set(taken)) == len(taken)
    assert min(taken) > 0
    assert max(taken) < SHADES


@pytest.mark.parametrize("style", ["bars", "line", "area"])
@pytest.mark.parametrize("theme", THEME_NAMES)
def test_every_series_has_its_own_colour(style: Style, theme: Theme) -> None:
    rows = [[10.0 * n + 5] * 50 for n in range(8, 0, -1)]
    view = View(500, 400, style=style, theme=theme)
    pixels = rgb(draw(panel(rows), view))
    there = {tuple(colour) for colour in np.unique(pixels.reshape(-1, 3), axis=0).tolist()}
    if (style, theme) == ("line", "eink"):  # their rhythm tells them apart
        assert set(paper.TONES) <= there
    else:
        assert {ROLES[theme][str(n)] for n in range(1, 9)} <= there


@pytest.mark.parametrize("style", ["bars", "line", "area"])
@pytest.mark.parametrize("order", [(4.0, 6.0, 9.0, 10.0), (10.0, 4.0, 9.0, 6.0)])
def test_percentiles_that_lie_within_each_other_are_all_seen(
    style: Style, order: tuple[float, ...]
) -> None:
    view = View(500, 400, style=style)
    told = panel([[height] * 50 for height in order])
    pixels, place = rgb(draw(told, view)), place_of(told, view)
    axis = axis_of(scene_of(told, view, place), told, view, place)  # type: ignore[arg-type]
    for number, height in enumerate(order, 1):
        row = shapes.edge(height, axis, place) + (2 if style == "bars" else 0)
        there = pixels[row - 1 : row + 2, place.left + 100].tolist()
        assert list(ROLES["light"][str(number)]) in there


def test_colours_that_were_asked_for_come_before_those_of_roles() -> None:
    told = panel([[1.0] * 9, [5.0] * 9])
    view = View(style="line", color=((1, 2, 3),))
    colours = {tuple(c) for c in rgb(draw(told, view)).reshape(-1, 3).tolist()}
    assert {(1, 2, 3), ROLES["light"]["2"]} <= colours
    assert ROLES["light"]["1"] not in colours


@pytest.mark.parametrize("style", ["bars", "line", "area"])
def test_a_spike_of_one_sample_in_a_million_is_seen_among_several(style: Style) -> None:
    view = View(style=style)
    number = columns(view)
    low, mean, high = np.ones(number), np.ones(number), np.ones(number)
    mean[200], high[200] = 1.05, 100.0
    told = panel([list(mean), [2.0] * number])
    told = told._replace(layers=(replace(told.layers[0], low=low, high=high), told.layers[1]))
    drawn = indexes(told, view) & ~np.uint8(7)
    peak = shapes.edge(100.0, _axis(told, view), place_of(told, view))
    at = peak - place_of(told, view).top
    assert [bool(v) for v in drawn[at, 199:202]] == [False, True, False]


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_a_spike_is_seen_as_well_before_what_is_behind_as_alone(theme: Theme) -> None:
    view = View(style="line", theme=theme)
    number = columns(view)
    mean, high = np.ones(number), np.ones(number)
    high[210] = 100.0
    source = window(mean, mean, high, many=2)
    told = Panel("app", source, BERLIN, behind=(Layer("", "", mean),))
    seen = rgb(draw(told, view)).astype(int)
    at = place_of(told, view)
    spike, free = (seen[at.top + 4, at.left + x] for x in (210, 303))
    alone = np.array(THEMES[theme].line_band, int)
    assert np.abs(spike - free).sum() > 0.8 * np.abs(alone - free).sum()


def _axis(told: Panel, view: View) -> Any:
    place = place_of(told, view)
    scene = scene_of(told, view, place)
    assert scene
    return axis_of(scene, told, view, place)


def test_a_spike_of_a_million_samples_is_one_column_of_any_series() -> None:
    values = [1.0] * 100_000
    values[77_777] = 50.0
    drawn = indexes(panel([values, [0.5] * 100_000]), View(style="line"))
    assert drawn[3].any()
    assert np.count_nonzero(drawn[20] & ~np.uint8(7)) in (1, 2)


def test_what_is_behind_lies_behind_lines_and_before_bars() -> None:
    flat = np.full(50, 50.0)
    for style, plane in (("line", None), ("bars", FULL.mark)):
        told = Panel("app", window(flat), BERLIN, behind=(Layer("", "", flat - 20.0),))
        drawn = indexes(told, View(style=style))  # type: ignore[arg-type]
        colours = look(told, View(style=style))  # type: ignore[arg-type]
        assert len({int(v) for v in np.unique(drawn)}) > 3, plane
        assert len(colours.rgb) == 768
    alike = Panel("app", window(flat), BERLIN, behind=(Layer("", "", flat),))
    over = indexes(alike, View(style="line"))
    assert (over[:, 40:-40] // FULL.mark <= 5).all()  # the shades of what lies before


@pytest.mark.parametrize("style", STYLES[:5])
@pytest.mark.parametrize("theme", THEME_NAMES)
def test_limits_are_lines_and_only_the_worse_is_unbroken(style: Style, theme: Theme) -> None:
    told = panel([[70.0] * 40], warn=80.0, crit=95.0)
    told = told._replace(heat=Heat(np.ones((4, 40)), np.array([0.0, 25.0, 50.0, 75.0, 100.0])))
    view = View(style=style, theme=theme)
    drawn = indexes(told, view) & 3
    rows = {
        plane: np.flatnonzero((drawn == plane).sum(axis=1) > drawn.shape[1] * 0.4)
        for plane in (WARN, CRIT)
    }
    assert len(rows[WARN]) >= 1
    assert len(rows[CRIT]) >= 1
    assert (drawn[rows[CRIT][0]] == CRIT).all()
    assert not (drawn[rows[WARN][0]] == WARN).all()
    colours = rgb(draw(told, view))
    place = place_of(told, view)
    assert tuple(colours[place.top + rows[CRIT][0], place.left]) == THEMES[theme].crit


def test_limits_of_the_view_come_before_those_of_the_graph() -> None:
    told = Panel("app", window([70.0] * 9), BERLIN, last=70.0, warn=60.0, crit=65.0)
    view = View(style="line", warn=75.0, crit=90.0)
    assert draw(told, view) == draw(told._replace(warn=75.0, crit=90.0), View(style="line"))
    assert draw(told, view) != draw(told, View(style="line"))
    assert not any(word.text.startswith("critical") for word in graph.words(told, view))


@pytest.mark.parametrize(
    ("value", "warn", "crit", "level"),
    [
        (1.0, None, None, "ok"),
        (None, 1.0, 2.0, "ok"),
        (1.0, 1.0, 2.0, "warn"),
        (2.0, 1.0, 2.0, "crit"),
        (0.9, 1.0, 2.0, "ok"),
        (0.9, 2.0, 1.0, "crit"),
        (1.5, 2.0, 1.0, "warn"),
        (2.5, 2.0, 1.0, "ok"),
        (5.0, None, 4.0, "crit"),
        (5.0, 4.0, None, "warn"),
    ],
)
def test_a_level_follows_from_the_last_value(
    value: float | None, warn: float | None, crit: float | None, level: str
) -> None:
    assert level_of(value, warn, crit) == level


@pytest.mark.parametrize(
    ("last", "word", "sign"), [(85.0, "warning", "! "), (99.0, "critical", "!! ")]
)
def test_a_level_is_said_in_words_or_by_a_sign_never_by_colour_alone(
    last: float, word: str, sign: str
) -> None:
    told = Panel("app", window([70.0] * 9), BERLIN, last=last, warn=80.0, crit=95.0)
    large = {said.text for said in graph.words(told, View(style="line"))}
    assert any(said.startswith(word) for said in large)
    small = {said.text for said in graph.words(told, View(140, 70, style="line"))}
    assert sign + str(int(last)) in small
    colours = {tuple(c) for c in rgb(draw(told, View(style="line"))).reshape(-1, 3).tolist()}
    assert (THEMES["light"].crit if last > 95 else THEMES["light"].warn) in colours


def test_fill_says_what_is_shown_where_nothing_came() -> None:
    values = np.full(columns(View(style="line")), 50.0)
    values[100:140] = math.nan
    told = Panel("app", window(values), BERLIN)
    shown = {}
    for fill in ("gap", "zero", "hold", "connect"):
        drawn = indexes(told, View(style="line", fill=fill)) >= FULL.mark
        shown[fill] = drawn[:, 120]
        assert drawn[:, 50].any()
    assert not shown["gap"].any()
    assert shown["zero"][-3:].any()
    assert np.array_equal(shown["hold"], shown["connect"])
    assert shown["hold"].any()


def test_nothing_is_filled_in_before_history_starts() -> None:
    values = np.array([math.nan] * 40 + [50.0] * 20 + [math.nan] * 20)
    told = Panel("app", window(values), BERLIN, began=40.0)
    drawn = indexes(told, View(style="bars", fill="hold")) // FULL.mark
    wide = drawn.shape[1]
    assert not (drawn[:, : wide // 2 - 12] == 1).any()
    assert (drawn[-5, wide * 3 // 4 + 20 :] == 1).any()


def test_where_history_starts_is_marked_and_said() -> None:
    values = np.array([math.nan] * 200 + [50.0] * 200)
    told = Panel("app", window(values), BERLIN, began=200.0)
    for style in ("line", "bars", "area"):
        view = View(style=style)
        drawn = indexes(told, view)
        assert (drawn & ~np.uint8(7) == FOOT).any(axis=0).sum() == place_of(told, view).rule
        assert "history starts here" in {word.text for word in graph.words(told, view)}
    whole = told._replace(began=-5.0)
    assert not (indexes(whole, View(style="line")) & ~np.uint8(7) == FOOT).any()
    assert "history starts here" not in {w.text for w in graph.words(whole, View(style="line"))}


def of_months() -> Panel:
    """A column for each month of a year."""
    first, last = (datetime(year, 1, 1, tzinfo=BERLIN).timestamp() for year in (2025, 2026))
    edges = days.edges(first, last, Months(1), BERLIN)
    seen = window(np.arange(12) + 5.0, axis="time", start=first, step=(last - first) / 12)
    return Panel("app", replace(seen, bounds=edges), BERLIN)


def test_months_are_named_where_their_columns_begin() -> None:
    told, view = of_months(), View(style="bars")
    place = place_of(told, view)
    found = [
        (x, MONTHS.index(name)) for x, name in captions.x_places(told, place) if name in MONTHS
    ]
    assert len(found) > 2
    assert found == [(place.left + place.columns * month // 12, month) for _, month in found]


def test_history_is_marked_before_the_month_in_which_it_starts() -> None:
    told, view = of_months(), View(style="bars")
    place, march = place_of(told, view), datetime(2025, 3, 1, 12, tzinfo=BERLIN).timestamp()
    at = remarks.began_at(told._replace(began=march), place)
    column = place.left + place.columns * 2 // 12
    assert column - 3 * place.pixel - place.stroke <= at < column


def test_columns_of_other_widths_are_another_axis() -> None:
    told, view = of_months(), View()
    even = told._replace(window=replace(told.window, bounds=None))
    first = draw(told, replace(view, style="bars"))
    assert draw(even, replace(view, style="bars")) != first
    assert draw(told, replace(view, style="bars")) == first


@pytest.mark.parametrize("style", ["bars", "line", "area"])
def test_data_beyond_the_ends_of_an_axis_are_cut_there(style: Style) -> None:
    told = Panel("app", window(np.linspace(-100, 200, 300)), BERLIN, warn=1e9)  # of 8 bits
    for view in (View(style=style, ymin=0.0, ymax=50.0), View(style=style, yscale="log")):
        place = place_of(told, view)
        pixels = np.asarray(reference.decode(draw(told, view)))
        beyond = np.ceil(place.stroke)
        above = pixels[: int(place.top - beyond), place.left : place.right]
        assert not ((above >= FULL.mark) & (above < FOOT)).any()
        assert (pixels[place.top : place.bottom] >= 1).any()


def test_a_word_sized_spark_is_plot_from_edge_to_edge() -> None:
    told = Panel("app", window(np.sin(np.arange(100) / 9)), BERLIN, last=3.0)
    view = View(120, 20, style="spark")
    assert graph.words(told, view) == []
    drawn = np.asarray(reference.decode(draw(told, view))) >= FULL.mark
    assert drawn[:, 4:-4].any(axis=0).all()
    rows = np.flatnonzero(drawn.any(axis=1))
    assert rows.min() <= 3
    assert rows.max() >= 16


def test_a_spark_ends_in_a_dot_at_its_newest_value() -> None:
    told = Panel("app", window([1.0] * 99 + [3.0, math.nan]), BERLIN)
    view = View(240, 40, style="spark")
    place = place_of(told, view)
    drawn = np.asarray(reference.decode(draw(told, view))) >= FULL.mark
    at = place.left + round(99.5 * place.columns / 101)
    assert drawn[place.top - 2 : place.top + 3, at - 2 : at + 3].all()
    assert drawn[:, place.right - 1 :].any()
    assert not drawn[:, : place.left].any()


def edge(level: float, view: View) -> list[int]:
    """The pixels round a picture of a value so bad."""
    told = Panel("app", window([1.0, 2.0, 1.5]), BERLIN, last=level, warn=5.0, crit=9.0)
    pixels = np.asarray(reference.decode(draw(told, view)))
    return [int(one) for one in (*pixels[0], *pixels[-1], *pixels[:, 0], *pixels[:, -1])]


@pytest.mark.parametrize("style", ["spark", "bars", "line", "stack"])
@pytest.mark.parametrize("level", [1.0, 5.0, 9.0])
def test_where_no_word_has_room_dots_at_the_edge_say_that_a_log_is_silent(
    style: Style, level: float
) -> None:
    view = View(32, 32, style=style)
    told = panel([[1.0, 2.0, 1.5]] * 2)._replace(last=level, warn=5.0, crit=9.0, state=State.STALE)
    pixels = np.asarray(reference.decode(draw(told, view)))
    assert [int(one) for one in pixels[0, :9]] == [WARN, 0, 0] * 3


@pytest.mark.parametrize("style", ["spark", "bars", "line"])
@pytest.mark.parametrize("size", [(16, 16), (120, 20), (99, 300)])
def test_where_no_word_has_room_an_edge_says_how_bad_it_is(
    style: Style, size: tuple[int, int]
) -> None:
    view = View(*size, style=style)
    assert set(edge(1.0, view)) == {0}
    assert set(edge(9.0, view)) == {CRIT}
    dashed = edge(5.0, view)
    assert set(dashed) == {0, WARN}
    assert 0.3 < dashed.count(WARN) / len(dashed) < 0.8


def test_a_transparent_ground_is_alpha_and_letters_are_not() -> None:
    told = Panel("app", window([1.0, 5.0, 3.0]), BERLIN, last=3.0)
    image = np.asarray(reference.decode(draw(told, View(bg="transparent"))).convert("RGBA"))
    assert image[0, 0, 3] == 0
    assert image[..., 3].max() == 255
    on_white = image[..., :3] * (image[..., 3:] / 255) + 255 - image[..., 3:]
    plain = rgb(draw(told, View())).astype(float)
    assert np.abs(on_white - plain).max() <= 2


def test_a_dark_ground_gets_light_letters_unless_told_otherwise() -> None:
    told = Panel("app", window([1.0, 5.0, 3.0]), BERLIN, last=3.0)
    pixels = rgb(draw(told, View(bg=(0, 43, 54))))
    assert tuple(pixels[0, 0]) == (0, 43, 54)
    assert THEMES["dark"].text in {tuple(c) for c in pixels.reshape(-1, 3).tolist()}
    told_so = rgb(draw(told, View(bg=(0, 43, 54), fg=(255, 0, 255))))
    assert (255, 0, 255) in {tuple(c) for c in told_so.reshape(-1, 3).tolist()}


floats = st.one_of(st.floats(-1e3, 1e3), st.sampled_from([math.nan, 0.0, 1e300, -1e300, 5e-324]))
views = st.builds(
    View,
    width=st.integers(16, 400),
    height=st.integers(16, 300),
    scale=st.sampled_from([1, 1, 2]),
    style=st.sampled_from(STYLES),
    theme=st.sampled_from(THEME_NAMES),
    fill=st.sampled_from([None, "gap", "zero", "hold", "connect"]),
    ymin=st.sampled_from([None, None, -5.0, 0.001]),
    ymax=st.sampled_from([None, None, 0.5, 1e6]),
    yscale=st.sampled_from([None, None, "log"]),
    bg=st.sampled_from([None, "transparent", (1, 2, 3)]),
    fg=st.sampled_from([None, (200, 100, 0)]),
    color=st.sampled_from([(), ((9, 9, 9), (200, 0, 0))]),
    title=st.sampled_from([None, "", "a title", "a title that is long enough for no picture" * 3]),
    far=st.booleans(),
    legend=st.booleans(),
    axes=st.booleans(),
    depth=st.sampled_from([0, 0, 1, 2, 4, 8]),
    dither=st.booleans(),
    rotate=st.sampled_from([0, 0, 90, 180, 270]),
).filter(lambda v: not (v.yscale and v.ymin == -5.0))


LAYER_STYLES: list[Style | None] = [None, None, "line", "bars", "area", "stack"]


@st.composite
def panels(draw_from: st.DrawFn) -> Panel:
    number = draw_from(st.sampled_from([1, 2, 3, 8]))
    width = draw_from(st.sampled_from([1, 2, 7, 60, 1100]))
    seed = draw_from(st.integers(0, 99))
    random = np.random.default_rng(seed)
    holes = draw_from(st.booleans())
    layers = []
    for n in range(number):
        values = random.normal(50, 30, width) * draw_from(st.sampled_from([1.0, 1e-9, 1e12]))
        if holes:
            values[random.random(width) < 0.3] = math.nan
        if draw_from(st.booleans()):
            values[:] = draw_from(floats)
        style = draw_from(st.sampled_from(LAYER_STYLES))
        high = values + 5 if draw_from(st.booleans()) else None
        unit = draw_from(st.sampled_from(["", "ms", "B/s", "lines/min"]))
        label = f"s{n}" * draw_from(st.sampled_from([1, 4, 30]))
        layers.append(Layer(label, str(n + 1), values, 5e5, None, high, style, unit=unit))
    behind = tuple(layers[:1]) if draw_from(st.booleans()) else ()
    return Panel(
        "a title of some length",
        window(layers[0].values),
        BERLIN,
        draw_from(st.sampled_from(list(State))),
        draw_from(st.sampled_from([None, 55.5, -1e9])),
        tuple(layers) if draw_from(st.booleans()) else (),
        tuple(replace(layer) for layer in behind),
        draw_from(st.sampled_from([None, Heat(np.ones((3, width)), np.array([0.0, 1, 5, 9]))])),
        began=draw_from(st.sampled_from([None, width / 2])),
        unit=draw_from(st.sampled_from(["", "s", "B/s", "iB", "%", "lines/min"])),
        last_unit=draw_from(st.sampled_from([None, "ms", "requests/min"])),
        notice=draw_from(st.sampled_from(["", "no data since 14:02 (3 h)"])),
        in_short=draw_from(st.sampled_from(["", "silent 3 h"])),
        warn=draw_from(st.sampled_from([None, 40.0, 1e9])),
        crit=draw_from(st.sampled_from([None, 90.0])),
        zone_shown=draw_from(st.booleans()),
    )


def test_where_the_only_grid_line_is_low_history_starts_above_it() -> None:
    view = View(264, 90, 2, style="bars", ymax=1e6, legend=False)
    told = Panel("a title of some length", window([111.0, -26.0]), BERLIN, crit=90.0, began=1.0)
    (said,) = [word for word in graph.words(told, view) if word.text == remarks.BEGAN]
    assert said.box[3] < place_of(told, view).bottom


@given(panels(), views)
def test_whatever_is_asked_of_whatever_data_is_a_picture_of_that_size(
    told: Panel, view: View
) -> None:
    image = reference.decode(draw(told, view))
    assert image.size == (view.width * view.scale, view.height * view.scale)


@given(panels(), views.map(lambda view: replace(view, depth=0, rotate=0)))
def test_lines_of_the_grid_never_add_up_to_a_limit(told: Panel, view: View) -> None:
    told = told._replace(warn=None, crit=None, began=None)
    drawn = indexes(told, view)
    image = reference.decode(draw(told, view))
    if len(image.getpalette() or ()) == 3 * 256:  # of 8 bits
        assert (drawn[drawn < FULL.text] & 2 == 0).all()


@given(panels(), views)
def test_words_and_swatches_never_touch_each_other_or_the_edge(told: Panel, view: View) -> None:
    place = place_of(told, view)
    words = [word.box for word in graph.words(told, view) if word.text]
    boxes = words if view.style == "heat" else [*words, *swatches(told, view)]  # else one ramp
    for number, (left, top, right, bottom) in enumerate(boxes):
        assert left >= 0
        assert top >= 0
        assert right <= place.width
        assert bottom <= place.height
        for other in boxes[number + 1 :]:
            apart = right < other[0] or other[2] < left or bottom < other[1] or other[3] < top
            assert apart, (boxes[number], other)


@pytest.mark.parametrize(
    ("style", "theme", "size"),
    list(itertools.product(STYLES, THEME_NAMES, [(16, 16), (120, 20), (250, 140), (960, 540)])),
)
def test_every_style_theme_and_size_is_a_picture(
    style: Style, theme: Theme, size: tuple[int, int]
) -> None:
    view = View(*size, style=style, theme=theme)
    values = [50 + 30 * math.sin(n / 9) for n in range(120)]
    told = panel([values]) if style == "stack" else Panel("app", window(values), BERLIN, last=6.0)
    told = told._replace(heat=Heat(np.ones((4, 120)), np.linspace(0, 80, 5)))
    pixels = rgb(draw(told, view))
    assert pixels.shape == (size[1], size[0], 3)
    assert tuple(pixels[-1, -1]) == THEMES[theme].background
    place = place_of(told, view)
    inside = pixels[place.top : place.bottom, place.left : place.right].reshape(-1, 3)
    assert len(np.unique(inside, axis=0)) >= (1 if style == "heat" else 2)
