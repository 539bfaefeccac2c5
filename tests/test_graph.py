"""Whole pictures, pixel by pixel against plain drawings with Pillow."""

from __future__ import annotations

import itertools
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
from watcher.draw import graph, ground, png, scale, scene, static
from watcher.draw.canvas import Kept
from watcher.draw.captions import most_y
from watcher.draw.graph import Layer, Panel, columns, draw, draw_message
from watcher.draw.layout import Layout, layout
from watcher.draw.messages import message
from watcher.draw.palette import Ink, Look, palette
from watcher.draw.planes import BARS, FULL, STEPS
from watcher.draw.theme import THEMES
from watcher.draw.view import Moment, Style, Theme, View
from watcher.history.pulse import State
from watcher.history.window import Window

BERLIN = ZoneInfo("Europe/Berlin")
SIZES = [(16, 16), (120, 20), (300, 100), (500, 275), (1920, 1080)]
STYLES: list[Style] = ["bars", "line"]
LIGHT_AND_DARK: list[Theme] = ["light", "dark"]
EVERYDAY = window([50 + 30 * math.sin(i / 40) for i in range(430)])
EMPTY = window([])


def panel(source: Window = EVERYDAY, **more: Any) -> Panel:
    return Panel("values.txt", source, BERLIN, **more)


def place(view: View) -> Layout:
    return graph.place_of(panel(), view)


def plot(view: View, pixels: Pixels) -> Pixels:
    at = place(view)
    return pixels[at.top : at.bottom, at.left : at.right]


def indexes(source: Window, view: View) -> Pixels:
    return np.asarray(reference.decode(draw(panel(source), view)))


floats = st.one_of(
    st.floats(-1000, 1000),
    st.integers(-5, 5).map(float),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([math.nan, math.nan, 0.0, 1e308, -1e308, 1e-308, 5e-324]),
)


@st.composite
def windows(draw_from: st.DrawFn) -> Window:
    mean = draw_from(st.lists(floats, min_size=1, max_size=60))
    many = draw_from(st.sampled_from([1, 3]))
    spread = [draw_from(st.sampled_from([0.0, 1.0, 40.0])) if many > 1 else 0.0 for _ in mean]
    pairs = list(zip(mean, spread, strict=True))
    if many > 1:
        return window(mean, [v - s for v, s in pairs], [v + s for v, s in pairs], many=many)
    return window(mean)


ALL: list[Theme] = ["light", "dark", "contrast", "eink"]
views = st.builds(
    View,
    width=st.integers(16, 330),
    height=st.integers(16, 250),
    scale=st.sampled_from([1, 1, 2, 3]),
    style=st.just("bars"),
    theme=st.sampled_from(ALL),
)


@given(windows(), views)
@example(window([0.0, -1.0, 5e-324]), View(16, 16))
@example(window([1e308, -1e308]), View(style="bars"))
def test_bars_equal_the_plain_drawing_pixel_for_pixel(source: Window, view: View) -> None:
    if np.isnan(source.low).all():
        return
    at = place(view)
    if len(source.count) > at.columns:
        return
    low, high = float(np.nanmin(source.low)), float(np.nanmax(source.high))
    axis = scale.fit(low, high, most_y(at), grounded=True)
    colours = THEMES[view.theme]
    table = [colours.background, colours.grid, colours.bar, colours.bar_band]
    want = np.array(table, np.uint8)[plot(view, reference.bars(source, axis, at))]
    assert np.array_equal(plot(view, rgb(draw(panel(source), view))), want)
    nowhere = panel(source, warn=math.nan)  # a limit takes 8 bits instead of 4
    assert np.array_equal(plot(view, rgb(draw(nowhere, view))), want)


@given(windows(), views, st.booleans())
def test_an_area_is_filled_to_the_ground_pixel_for_pixel(
    source: Window, size: View, log: bool
) -> None:
    view = replace(size, style="area", fill="gap", yscale="log" if log else None)
    at = place(view)
    if np.isnan(source.low).all() or len(source.count) > at.columns:
        return
    source = stretched(source, at.columns)
    pixels = np.asarray(reference.decode(draw(panel(source), view)))
    shown = scene.scene_of(panel(source), view, at)
    if shown is None:
        assert log
        assert np.nanmax(source.high) <= 0
        return
    axis = scene.axis_of(shown, panel(source), view, at)
    free = plot(view, pixels) < FULL.mark  # no stroke there
    want = plot(view, reference.area(source, axis, at).astype(np.uint8)) > 0
    assert np.array_equal((plot(view, pixels) & FULL.band > 0)[free], want[free])


def stretched(source: Window, number: int) -> Window:
    """The same with as many columns, so that nothing lies between two."""
    rows = (np.resize(part, number) for part in (source.mean, source.low, source.high))
    mean, low, high = rows
    return window(mean, low, high, many=2)


@given(
    windows(), views.map(lambda v: View(v.width, v.height, v.scale, style="line", theme=v.theme))
)
def test_no_window_whatever_breaks_a_line(source: Window, view: View) -> None:
    image = reference.decode(draw(panel(source, last=float(source.last[-1])), view))
    assert image.size == (view.width * view.scale, view.height * view.scale)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("colours", LIGHT_AND_DARK)
@pytest.mark.parametrize("size", SIZES)
def test_every_style_theme_and_size_is_a_picture(
    style: Style, colours: Theme, size: tuple[int, int]
) -> None:
    view = View(*size, style=style, theme=colours)
    pixels = rgb(draw(panel(last=69.0), view))
    assert pixels.shape == (size[1], size[0], 3)
    assert tuple(pixels[-1, -1]) == THEMES[colours].background
    assert len(np.unique(plot(view, pixels).reshape(-1, 3), axis=0)) >= 2
    assert 0 < columns(view) <= size[0]


@pytest.mark.parametrize("times", [2, 3])
@pytest.mark.parametrize("style", STYLES)
def test_scale_multiplies_every_size(style: Style, times: int) -> None:
    view, larger = View(style=style), View(style=style, scale=times)
    assert columns(larger) == times * columns(view)
    assert rgb(draw(panel(last=1.0), larger)).shape == (275 * times, 500 * times, 3)
    assert [value * times for value in place(view)] == list(place(larger))


@pytest.mark.parametrize("style", STYLES)
def test_one_spike_in_a_million_reaches_its_height(style: Style) -> None:
    view = View(style=style)
    number = columns(view)
    mean, high = np.full(number, 1.0), np.full(number, 1.0)
    high[200], mean[200] = 100.0, 1.05
    source = window(mean, np.ones(number), high, many=2000)
    at = place(view)
    drawn = plot(view, indexes(source, view))
    axis = scale.fit(1.0, 100.0, most_y(at), grounded=True)
    peak = reference.edge(100.0, axis, at) - at.top
    plane = BARS.band if style == "bars" else FULL.band
    assert [int(value) & ~1 for value in drawn[peak, 199:202]] == [0, plane, 0]


def test_more_columns_than_pixels_are_brought_together_and_keep_their_spikes() -> None:
    values = np.ones(100_000)
    values[77_777] = 50.0
    drawn = plot(View(), indexes(window(values), View()))
    assert (drawn[5] == BARS.band).sum() == 1


def test_a_band_is_exact() -> None:
    view = View(style="line")
    number, at = columns(view), place(View())
    rows = np.random.default_rng(5).integers(20, 80, number).astype(float)
    source = window(np.full(number, 10.0), rows - 10, rows + 10, many=5)
    drawn = plot(view, indexes(source, view))
    axis = scale.fit(float(source.low.min()), float(source.high.max()), most_y(at), grounded=False)
    for x in range(0, number, 7):
        top, bottom = (reference.edge(v, axis, at) - at.top for v in (rows[x] + 10, rows[x] - 10))
        assert (drawn[top:bottom, x] & FULL.band).all()
        assert not (drawn[:top, x] & FULL.band).any()
        assert not (drawn[bottom:, x] & FULL.band).any()


SHAPES = {
    "flat": lambda i: 50.3 + 0 * i,
    "gentle": lambda i: 30 + i * 0.11,
    "steep": lambda i: 100 * (i > 60),
    "smooth": lambda i: 50 + 40 * np.sin(i / 25),
    "noisy": lambda i: 50 + 20 * np.sin(i / 25) + np.random.default_rng(2).normal(0, 6, len(i)),
    "few": lambda i: (i[:9] * 37) % 50.0,
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [(500, 275), (960, 540)])
def test_a_line_is_as_smooth_as_an_oversampled_one(shape: str, size: tuple[int, int]) -> None:
    view = View(*size, style="line")
    at = place(view)
    values = np.asarray(SHAPES[shape](np.arange(at.columns, dtype=float)), float)
    axis = scale.fit(float(values.min()), float(values.max()), most_y(at), grounded=False)
    rows = [
        at.top + (axis.high - value) * at.rows / (axis.high - axis.low) for value in values.tolist()
    ]
    ours = (indexes(window(values), view) // FULL.mark).clip(0, STEPS) / STEPS
    theirs = reference.coverage(rows, at)
    inside = np.s_[at.top : at.bottom, at.left + 3 : at.right - 3]
    ours, theirs = ours[inside], theirs[inside]
    touched = (ours > 0) | (theirs > 0)
    # no antialiasing: 35; five levels alone cost 9 where the stroke is thin and all rim, else 6
    assert np.abs(ours - theirs)[touched].mean() * 255 < (17.5 if size[0] == 500 else 12.5)
    assert abs(ours.sum() / theirs.sum() - 1) < 0.1  # a flat rim is quantised to fifths


def test_a_line_bridges_short_holes_and_breaks_at_wide_ones() -> None:
    view = View(style="line")
    values = np.full(columns(view), 50.0)
    values[100:103], values[200:204] = np.nan, np.nan
    drawn = plot(view, indexes(window(values), view)) // FULL.mark
    assert drawn[:, 101].any()
    assert not drawn[:, 202].any()
    usual = plot(view, indexes(window(values, usual=1.2), view)) // FULL.mark
    assert usual[:, 101].any()
    assert not usual[:, 202].any()
    slow = plot(view, indexes(window(values, usual=2.0), view)) // FULL.mark
    assert slow[:, 202].any()


def test_a_lone_sample_is_a_dot() -> None:
    view = View(style="line")
    for number in (columns(view), 101):
        values = np.full(number, np.nan)
        values[50], values[80], values[-1] = 5.0, 9.0, 1.0
        drawn = plot(view, indexes(window(values), view)) // FULL.mark
        at = round(50.5 * columns(view) / number)
        assert drawn[:, at - 2 : at + 3].sum() > 2 * STEPS
        assert not drawn[:, at + 10].any()


@pytest.mark.parametrize("number", [columns(View(style="line")), 60])
def test_samples_that_are_few_and_far_between_are_dots_that_are_found(number: int) -> None:
    view = View(style="line")
    for places in ([20], [number - 1], [3, 40]):
        values = np.full(number, np.nan)
        values[places] = 5.0
        drawn = plot(view, indexes(window(values), view)) // FULL.mark
        assert (drawn[drawn.shape[0] // 2 - 10 :].sum(axis=0) > 4 * STEPS).sum() >= len(places)
    dense = np.full(columns(view), np.nan)
    dense[::3] = 5.0
    drawn = plot(view, indexes(window(dense), replace(view, fill="gap"))) // FULL.mark
    assert drawn.sum(axis=0).max() <= 3 * STEPS


@pytest.mark.parametrize("style", STYLES)
def test_recolor_equals_a_drawing_in_that_theme(style: Style) -> None:
    planes = BARS if style == "bars" else FULL
    slot = scene.LONE_BARS if style == "bars" else scene.LONE_LINE
    look = Look("light", planes, (Ink(slot),))
    light = draw(panel(last=3.0), View(style=style))
    dark = draw(panel(last=3.0), View(style=style, theme="dark"))
    assert png.recolor(light, palette(look._replace(theme="dark")).rgb) == dark
    grey = draw(panel(last=3.0, state=State.STALE), View(style=style))
    assert png.recolor(light, palette(look._replace(stale=True)).rgb) == grey


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("colours", LIGHT_AND_DARK)
def test_stale_is_grey_only_and_says_so(style: Style, colours: Theme) -> None:
    view = View(style=style, theme=colours)
    told = panel(last=3.0, state=State.STALE, notice="no data since 14:02 (3 h)")
    pixels = rgb(draw(told, view))
    assert (pixels[..., 0] == pixels[..., 1]).all()
    assert (pixels[..., 1] == pixels[..., 2]).all()
    assert {"no data since 14:02 (3 h)", "values.txt", "3"} <= texts(told, view)


def test_a_notice_stands_behind_the_title_where_there_is_one_line_for_both() -> None:
    told = panel(
        last=3.0, state=State.STALE, notice="no data since 14:02 (3 h)", in_short="silent 3 h"
    )
    assert "values.txt: no data since 14:02 (3 h)" in texts(told, View(600, 120))
    assert {"values.txt: silent 3 h", "3"} <= texts(told, View(270, 100))


@pytest.mark.parametrize("width", range(100, 300, 7))
def test_a_small_picture_of_a_silent_log_says_which_and_that_it_is(width: int) -> None:
    told = panel(
        last=3.0, state=State.STALE, notice="no data since 14:02 (3 h)", in_short="silent 3 h"
    )
    (said,) = [word for word in texts(told, View(width, 90)) if word.startswith("val")]
    assert said.endswith(("silent 3 h", "no data since 14:02 (3 h)"))


def test_a_small_paper_of_a_silent_log_has_its_value_too() -> None:
    told = panel(
        last=24.77, state=State.STALE, notice="no data since 14:02 (3 h)", in_short="silent 3 h"
    )._replace(unit="°C")
    assert {"values.txt: silent 3 h", "24.77", "°C"} <= texts(told, View(250, 122, style="line"))


def test_a_notice_of_little_room_is_said_in_short_below_the_title() -> None:
    told = panel(
        last=3.0, state=State.STALE, notice="no data since 14:02 (3 h)", in_short="silent 3 h"
    )
    assert {"values.txt", "silent 3 h"} <= texts(told, View(237, 178, 2, far=True))


def texts(told: Panel, view: View) -> set[str]:
    return {word.text for word in graph.words(told, view)}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "told",
    [
        panel(EMPTY),
        panel(state=State.WAITING),
        panel(window([math.nan] * 5)),
        panel(EMPTY, notice="no file yet"),
    ],
)
def test_no_data_is_said_in_words(style: Style, told: Panel) -> None:
    view = View(style=style)
    said = "waiting for data" if told.state is State.WAITING else "no data in this window"
    assert {said, "values.txt"} | ({told.notice} - {""}) <= texts(told, view)
    assert len(np.unique(rgb(draw(told, view)).reshape(-1, 3), axis=0)) > 2
    for size in SIZES:
        assert reference.decode(draw(told, View(*size, style=style))).size == size


@pytest.mark.parametrize("style", ["line", "area", "bars"])
def test_what_a_logarithmic_axis_cannot_show_is_said_in_words(style: Style) -> None:
    below = panel(window([-3.0, -5.0, 0.0]))
    view = View(style=style, yscale="log")
    assert "nothing above 0 to show" in texts(below, view)
    assert "no data in this window" in texts(panel(EMPTY), view)
    assert "-5" in texts(below, replace(view, yscale=None))


def test_the_window_is_said_in_words() -> None:
    day = window(np.ones(100), axis="time", start=1.7e9, step=864.0)
    assert "last 24 h" in texts(panel(day), View())
    assert "24 h" in texts(panel(day), View(until=Moment("at", 1.7e9 + 86400)))
    assert "last 90 min" in texts(panel(window(np.ones(90), axis="time", step=60.0)), View())
    assert "last 7 d" in texts(panel(window(np.ones(7), axis="time", step=86400.0)), View())
    assert "last 9.5 d" in texts(panel(window(np.ones(229), axis="time", step=3600.0)), View())
    assert "last 5.2 h" in texts(panel(window(np.ones(312), axis="time", step=60.0)), View())
    assert "last 430 samples" in texts(panel(), View())
    assert "samples 0 to 429" in texts(panel(), View(until=Moment("number", 430)))


def test_a_window_of_whole_columns_is_said_as_it_was_asked_for() -> None:
    longer = window(np.ones(13), axis="time", step=300.0)
    assert "last 1 h" in texts(panel(longer, asked=3600.0), View())
    assert "last 65 min" in texts(panel(longer), View())
    week = window(np.ones(8), axis="time", step=86400.0)
    assert "last 7 d" in texts(panel(week, asked=7 * 86400.0), View())


def test_a_window_far_longer_than_asked_for_is_said_as_it_is() -> None:
    days = window(np.ones(2), axis="time", step=86400.0)
    assert "last 2 d" in texts(panel(days, asked=3600.0), View())


awkward = st.sampled_from(
    [
        window([1e6 + 0.01 * i for i in range(90)]),
        window([-123456.0, 5.0]),
        window([1e-9, 3e-9]),
        window([7.0]),
        window(range(2000)),
        window(range(300), axis="time", start=1774652400.0, step=300.0),
        window(range(300), axis="time", start=1774652400.0, step=0.1),
        window(range(300), axis="time", start=1774652400.0, step=86400.0 * 3),
        window(range(3), start=123456789.0),
    ]
)


@given(
    awkward,
    st.integers(16, 1400),
    st.integers(16, 800),
    st.sampled_from([1, 2, 3]),
    st.sampled_from(STYLES),
    st.text(max_size=80),
)
def test_words_never_touch_each_other_or_the_edge(
    source: Window, width: int, height: int, times: int, style: Style, title: str
) -> None:
    told = Panel(title, source, BERLIN, last=-12345.678, unit="requests/min")
    view = View(width, height, times, style=style)
    boxes = [word.box for word in graph.words(told, view) if word.text]
    for number, (left, top, right, bottom) in enumerate(boxes):
        assert left >= 0
        assert top >= 0
        assert right <= width * times
        assert bottom <= height * times
        for other in boxes[number + 1 :]:
            apart = right < other[0] or other[2] < left or bottom < other[1] or other[3] < top
            assert apart, (boxes[number], other)


HANGING = "\u1e68\u0323jg\u0327Q\u0330\u0c68\ufdfa"  # letters that reach far up and down


@given(
    windows(),
    views,
    st.sampled_from(["bars", "line", "stack"]),
    st.sampled_from(["", "no data since 14:02", HANGING]),
    st.sampled_from([None, 3.0, 26_591.0]),
)
def test_margins_that_are_kept_apart_make_the_same_picture(
    source: Window, size: View, style: Style, notice: str, last: float | None
) -> None:
    view = replace(size, style=style)
    heights = np.abs(np.minimum(source.total, 1e9))
    layers = (Layer("a", "info", heights, 1.0), Layer(HANGING, "error", heights, 2.0))
    told = panel(source, notice=notice, last=last, layers=layers)
    in_parts = [rgb(draw(told, view)) for _ in range(3)]  # new, seen, and from what is kept
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(static, "margin", lambda *_, **__: png.NOTHING)
        whole = rgb(draw(told, view))
    assert all(np.array_equal(whole, pixels) for pixels in in_parts)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("size", SIZES[2:])
def test_everyday_margins_are_kept(style: Style, size: tuple[int, int]) -> None:
    told = panel(last=69.0)
    draw(told, View(*size, style=style))
    kept = [entry.value for entry in static._margins._entries.values()]
    assert all(part.length for part in kept[-2:])


def test_there_are_about_three_y_labels_and_few_x_labels_at_the_default_size() -> None:
    at = place(View())
    words = graph.words(panel(last=1.0), View())
    assert [word.text for word in words if word.x < at.left - 5] == ["0", "40", "80"]
    below = [word.text for word in words if word.y > at.bottom + 5]
    assert below == ["0", "100", "200", "300", "400"]


def test_equal_input_gives_equal_bytes_whatever_was_drawn_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = draw(panel(last=69.0), View())
    draw(panel(window([5.0, -3.0]), last=2.0), View())
    draw(panel(last=70.0), View(theme="dark"))
    assert draw(panel(last=69.0), View()) == first
    monkeypatch.setattr(static, "_statics", Kept(10**6))
    assert draw(panel(last=69.0), View()) == first
    assert draw(panel(last=69.0), View()) == first  # from the labelled layer


@pytest.mark.parametrize("style", STYLES)
def test_what_differs_in_one_thing_is_not_taken_for_the_same(
    style: Style, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, view = panel(last=69.0), View(style=style)
    panels: list[dict[str, Any]] = [
        {"unit": "s"},
        {"title": "b"},
        {"warn": 60.0},
        {"crit": 9.0},
        {"last": None},
    ]
    panels += [{"state": State.STALE}, {"notice": "silent"}, {"window": window([5.0, -3.0])}]
    views: list[dict[str, Any]] = [
        {"theme": "dark"},
        {"ymin": 3.0},
        {"yscale": "log"},
        {"title": "c"},
        {"bg": (1, 2, 3)},
    ]
    asked = [(told._replace(**one), view) for one in panels]
    asked += [
        (told, replace(view, **one)) for one in [*views, {"width": 400}, {"color": ((1, 2, 3),)}]
    ]
    draw(told, view)
    after = [draw(*pair) for pair in asked]
    for pair, picture in zip(asked, after, strict=True):
        monkeypatch.setattr(ground, "_stages", Kept(1))
        assert draw(*pair) == picture


@pytest.mark.parametrize("style", STYLES)
def test_with_and_without_isal_the_pixels_are_the_same(
    style: Style, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast = rgb(draw(panel(last=69.0), View(style=style)))
    monkeypatch.setattr(png, "codec", png.STDLIB)
    assert np.array_equal(rgb(draw(panel(last=69.0), View(style=style))), fast)


def test_static_layers_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(static, "_statics", Kept(10**6))
    for width in range(300, 330):
        draw(panel(), View(width))
    assert static._statics.size <= 10**6


def test_bars_with_room_keep_a_pixel_between_them() -> None:
    drawn = plot(View(), indexes(window([5.0] * 50), View()))
    row = drawn[-3]
    assert 40 <= (row == 0).sum() <= 50
    assert (row == BARS.mark).sum() > 300


def test_zero_is_a_tick_on_the_baseline_and_nan_is_nothing() -> None:
    drawn = plot(View(), indexes(window([0.0, math.nan, 8.0]), View()))
    third = columns(View()) // 3
    assert drawn[-1, 5] & BARS.mark
    assert not drawn[:, third + 10].any() or set(np.unique(drawn[:, third + 10])) <= {0, BARS.grid}


def test_a_message_has_a_headline_and_the_cure_a_line_of_its_own() -> None:
    shown = message("from: 'noon' is not a time: write -6h", layout(500, 275, 1), 6)
    told = [word.text for word in shown]
    assert told == ["No picture", "from: 'noon' is not a time", "write -6h"]
    assert shown[0].size > shown[1].size
    small = message("no: room", layout(60, 40, 1), 2)
    assert " ".join(word.text for word in small) == "no: room"


@given(st.text(max_size=300), views)
def test_a_message_is_a_picture_whatever_it_says(words: str, view: View) -> None:
    image = reference.decode(draw_message(words, view))
    assert image.size == (view.width * view.scale, view.height * view.scale)


@given(st.text(max_size=300), views)
def test_lines_of_a_message_never_touch(words: str, view: View) -> None:
    at = layout(view.width, view.height, view.scale)
    boxes = [word.box for word in message(words, at, 6) if word.text]
    for one, other in itertools.pairwise(boxes):
        assert one[3] < other[1]


@pytest.mark.parametrize(
    "words", ["", "\x00\x1b[31m", "x" * 10_000, "ü中🎉\ud800" * 50, "a b " * 3000]
)
@pytest.mark.parametrize("size", [(16, 16), (40, 20), (500, 275), (4096, 16), (16, 4096)])
def test_odd_messages_do_no_harm(words: str, size: tuple[int, int]) -> None:
    assert reference.decode(draw_message(words, View(*size))).size == size


def test_a_message_has_an_amber_rule_and_words() -> None:
    pixels = rgb(draw_message("log: cannot be read", View()))
    assert tuple(pixels[100, 0]) == THEMES["light"].warn
    assert (pixels.sum(axis=2) < 300).sum() > 50
    small = rgb(draw_message("log: cannot be read", View(16, 16)))
    assert (small[:, 4:].sum(axis=2) < 500).any()
