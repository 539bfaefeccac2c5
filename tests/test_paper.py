"""Electronic paper: series told apart by few greys or two, and nothing lost."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tests import reference
from tests.reference import Pixels, rgb, swatches, window
from watcher.draw import graph, paper
from watcher.draw.graph import Heat, Layer, Panel, draw, draw_message, place_of
from watcher.draw.layout import Layout
from watcher.draw.paper import HATCHES, ROLES, RUNS, SIDE, is_thick
from watcher.draw.theme import THEMES
from watcher.draw.view import Style, Theme, View
from watcher.history.pulse import State

BERLIN = ZoneInfo("Europe/Berlin")
FILLED: list[Style] = ["bars", "area", "stack"]
FLAT = 300  # samples


def panel(rows: list[Any], roles: Any = None, **more: Any) -> Panel:
    """Series of those values."""
    names = roles or [str(number + 1) for number in range(len(rows))]
    layers = tuple(
        Layer(name, name, np.array(row, float), 5.0) for name, row in zip(names, rows, strict=True)
    )
    return Panel("app", window(rows[0]), BERLIN, layers=layers, **more)


def greys(told: Panel, view: View) -> tuple[Pixels, Layout]:
    """The plot, and where its parts lie."""
    place = place_of(told, view)
    return rgb(draw(told, view))[:, :, 0][:, place.left : place.right], place


def rhythm(pixels: Pixels, row: int) -> list[int]:
    """How many pixels about `row` are dark in each column."""
    return [int(number) for number in (pixels[row - 6 : row + 6] < 128).sum(axis=0)]


@pytest.mark.parametrize("depth", [1, 2, 4])
@pytest.mark.parametrize("theme", ["light", "eink"])
def test_eight_lines_have_eight_rhythms(depth: int, theme: Theme) -> None:
    told = panel([[10.0 * n + 5] * FLAT for n in range(8, 0, -1)])
    view = View(600, 500, style="line", depth=depth, theme=theme, ymin=0.0, ymax=90.0)
    pixels, place = greys(told, view)
    rows = [place.top + round((90 - 10 * n - 5) / 90 * place.rows) for n in range(8, 0, -1)]
    found = [rhythm(pixels, row) for row in rows]
    assert all(min(one[10:-10]) > 0 for one in found)  # never interrupted
    for one, other in itertools.combinations(found, 2):
        differ = np.abs(np.array(one) - np.array(other)) > 0
        assert differ.mean() > 0.2


def test_the_first_of_several_lines_is_as_thick_all_along() -> None:
    told = panel([[5.0] * FLAT, [1.0] * FLAT])
    pixels, place = greys(told, View(style="line", depth=1, ymin=0.0, ymax=10.0, axes=False))
    thick = rhythm(pixels, (place.top + place.bottom) // 2)[10:-10]
    assert RUNS[0] == ()
    assert len(set(thick)) == 1


@pytest.mark.parametrize("depth", [1, 2, 4])
@pytest.mark.parametrize("style", ["line", "area", "bars", "stack"])
def test_one_spike_is_seen_whatever_the_series_and_the_depth(style: Style, depth: int) -> None:
    for number in range(4):
        rows = [[1.0] * 400 for _ in range(4)]
        rows[number][200] = 100.0
        told = panel(rows)
        pixels, place = greys(told, View(style=style, depth=depth))
        upper = pixels[place.top + place.rows // 4 : place.top + place.rows // 2]
        middle = upper[:, place.columns // 2 - 8 : place.columns // 2 + 8]
        darkest = middle.min(axis=1)
        assert (darkest < 200).mean() > 0.4, number


@pytest.mark.parametrize("depth", [1, 2, 4])
@pytest.mark.parametrize("number", range(4))
def test_one_sample_far_from_its_mean_is_seen_among_several_lines(number: int, depth: int) -> None:
    mean = np.ones(400)
    far = np.where(np.arange(400) == 200, 100.0, 1.0)
    layers = [Layer(str(n), str(n + 1), mean * (1 + n / 9)) for n in range(4)]
    layers[number] = replace(layers[number], low=mean, high=far)
    told = Panel("app", window(mean), BERLIN, layers=tuple(layers))
    pixels, place = greys(told, View(style="line", depth=depth))
    upper = pixels[place.top + place.rows // 4 : place.top + place.rows // 2]
    middle = upper[:, place.columns // 2 - 8 : place.columns // 2 + 8]
    assert (middle.min(axis=1) < 250).mean() > 0.8


@pytest.mark.parametrize("style", FILLED)
@pytest.mark.parametrize("depth", [1, 2])
def test_what_is_filled_is_told_apart_by_two_greys(style: Style, depth: int) -> None:
    """The same 8x8 pixels of a pattern are nowhere else."""
    sizes = [40.0, 30.0, 20.0, 10.0] if style != "stack" else [10.0] * 4
    told = panel([[size] * FLAT for size in sizes])
    pixels, place = greys(told, View(style=style, depth=depth, ymin=0.0, ymax=40.0))
    middles = [place.top + round((n + 0.5) / 4 * place.rows) // SIDE * SIDE for n in range(4)]
    at = -place.left % SIDE + 64
    tiles = [pixels[row : row + SIDE, at : at + SIDE] for row in middles]
    for one, other in itertools.combinations(tiles, 2):
        assert (one != other).any()
        assert abs(int(one.sum()) - int(other.sum())) > 255 or depth == 1


def test_an_area_of_any_role_has_a_hatch() -> None:
    told = panel([[2.0] * FLAT, [1.0] * FLAT], ["error", "1"])
    assert len(np.unique(greys(told, View(style="area", depth=1))[0])) == 2


def test_hatches_differ_and_so_do_those_of_levels_and_of_statuses() -> None:
    assert len({one.tobytes() for one in HATCHES}) == len(HATCHES) == 8
    assert all(one.any(axis=0).all() for one in HATCHES)  # no bar is missed
    for names in ("fatal error warn info debug other", "1xx 2xx 3xx 4xx 5xx other"):
        roles = names.split()
        assert len({ROLES.get(role, HATCHES[0]).tobytes() for role in roles}) == len(roles)


def test_the_ends_of_what_is_piled_are_black() -> None:
    told = panel([[300.0] * 40, [0.0] * 39 + [1.0]], ["info", "error"], unit="lines/min")
    pixels, place = greys(told, View(style="stack", depth=1))
    column = pixels[: place.bottom, 3]
    top = int(np.flatnonzero(column[place.top + 3 :] == 0)[0]) + place.top + 3
    assert (pixels[top, 1:5] == 0).all()


@pytest.mark.parametrize("theme", ["dark", "contrast"])
@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_of_a_dark_theme_black_and_white_are_exchanged(theme: Theme, depth: int) -> None:
    told = panel([[5.0] * FLAT, [1.0] * FLAT])
    dark, light = (
        rgb(draw(told, View(style="line", depth=depth, theme=one))) for one in (theme, "light")
    )
    assert (dark == 255 - light).all()


def test_words_are_black_on_two_greys_in_every_theme() -> None:
    told = panel([[5.0] * FLAT], last=12.0)
    pictures = [draw(told, View(depth=1, theme=theme)) for theme in ("light", "eink")]
    assert (rgb(pictures[0]) == rgb(pictures[1])).all()
    shown = [draw_message("from: 'noon' is no time", View(depth=1, theme=t)) for t in THEMES]
    assert len({int((rgb(one)[:, :, 0] < 128).sum()) for one in shown[:2]}) == 2  # dark: inverted
    assert (rgb(shown[0]) == rgb(shown[3])).all()


def test_a_silent_log_keeps_its_lines_on_two_greys() -> None:
    told = panel([[5.0] * FLAT, [2.0] * FLAT])
    silent = told._replace(state=State.STALE, notice="no data since 14:02 (3 h)")
    view = View(style="line", depth=1)
    place = place_of(told, view)
    plots = [rgb(draw(one, view))[place.top :] for one in (told, silent)]
    assert (plots[0] == plots[1]).all()
    assert "no data since 14:02 (3 h)" in {word.text for word in graph.words(silent, view)}


def test_heat_is_dithered_where_greys_are_few() -> None:
    counts = np.outer(np.arange(1, 9), np.ones(50))
    told = Panel("app", window([1.0] * 50), BERLIN, heat=Heat(counts, np.linspace(0, 8, 9)))
    pixels, place = greys(told, View(style="heat", depth=1))
    means = [
        pixels[place.bottom - 8 * (n + 1) : place.bottom - 8 * n].mean() for n in range(2, 16, 5)
    ]
    assert means == sorted(means, reverse=True)
    assert means[0] > means[-1] + 20


def test_colours_that_were_asked_for_are_kept_where_there_are_greys_enough() -> None:
    view = View(depth=8, color=((250, 250, 250),), bg=(0, 0, 0))
    assert paper.adapted(view) is view
    assert not paper.is_inverted(view)
    assert paper.adapted(replace(view, depth=1)).color == ()
    assert paper.is_inverted(replace(view, depth=1))


def test_thick_and_thin_go_on_where_a_line_is_steep() -> None:
    flat, steep = np.zeros(100), np.arange(100.0) * 50
    runs = (6.0, 6.0)
    assert is_thick(flat, runs, 2.0).mean() == pytest.approx(0.5, abs=0.1)
    assert np.diff(is_thick(steep, runs, 2.0)).sum() > np.diff(is_thick(flat, runs, 2.0)).sum()


@pytest.mark.parametrize("number", [2, 5, 8])
@pytest.mark.parametrize("scale", [1, 2])
def test_a_legend_shows_a_piece_of_each_line_where_its_swatch_is(number: int, scale: int) -> None:
    told = panel([[float(n)] * FLAT for n in range(1, number + 1)])
    view = View(600, 400, scale, style="line", depth=1)
    pixels = rgb(draw(told, view))[:, :, 0]
    boxes = swatches(told, view)
    pieces = [pixels[top:bottom, left:right] < 128 for left, top, right, bottom in boxes]
    assert len(pieces) == number
    assert all(piece.any(axis=0).all() for piece in pieces)
    assert len({piece.tobytes() for piece in pieces}) == number


def test_a_margin_of_another_theme_is_not_taken_for_that_of_paper() -> None:
    told = panel([[5.0] * FLAT, [2.0] * FLAT])
    fresh = draw(told, View(style="area", theme="eink"))
    draw(told, View(style="area"))
    assert reference.decode(fresh).size == (500, 275)
    assert draw(told, View(style="area", theme="eink")) == fresh
    assert swatches(told, View(style="area", theme="eink")) != swatches(told, View(style="area"))
