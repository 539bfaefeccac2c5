"""Dots: as many as the picture has pixels there, and series told apart without colours."""

from __future__ import annotations

import math
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tests.reference import window
from watcher.draw import braille
from watcher.draw.braille import EMPTY, Plot
from watcher.draw.panel import Heat, Layer, Panel
from watcher.draw.view import Style, View

BERLIN = ZoneInfo("Europe/Berlin")
NAN = math.nan


def drawn(
    values: list[float], style: Style = "bars", size: tuple[int, int] = (4, 2), **more: Any
) -> Plot:
    view = View(style=style, **{name: more.pop(name) for name in ("ymin", "ymax") if name in more})
    return plotted(Panel("a", window(values), BERLIN, **more), view, *size)


def plotted(panel: Panel, view: View, columns: int, rows: int, *, woven: bool = True) -> Plot:
    sketch = braille.sketch(panel, view, columns, rows)
    assert sketch is not None
    return braille.plot(sketch, panel, view, woven=woven)


def layered(rows: list[list[float]], style: Style, roles: str = "12345678") -> Plot:
    layers = tuple(Layer(role, role, np.array(row)) for role, row in zip(roles, rows, strict=False))
    source = window([NAN] * len(rows[0]), axis="time", start=1.7e9, step=60.0)
    panel = Panel("a", source, BERLIN, layers=layers)
    return plotted(panel, View(style=style), len(rows[0]), 4)


def test_a_bar_is_a_column_of_dots() -> None:
    assert drawn([8, 4, 1, 0], size=(2, 2), ymin=0.0, ymax=8.0).letters == ["⡇⠀", "⣿⣀"]


def test_a_line_is_one_dot_thick_and_goes_from_the_top_to_the_bottom() -> None:
    rising = drawn([float(n) for n in range(8)], "line", (4, 2), ymin=-0.5, ymax=7.5)
    assert rising.letters == ["⠀⢀⡴⠋", "⡴⠋⠀⠀"]
    level = drawn([4.5] * 8, "line", (4, 2), ymin=0.0, ymax=8.0)
    assert level.letters == ["⣀⣀⣀⣀", "⠀⠀⠀⠀"]


def test_a_gap_is_a_gap() -> None:
    (letters,) = drawn(
        [5, 5, NAN, NAN, NAN, NAN, 5, 5], "line", (4, 1), ymin=0.0, ymax=10.0
    ).letters
    assert [letter == EMPTY for letter in letters] == [False, True, True, False]


def test_a_spike_among_thousands_is_seen() -> None:
    values = [1.0] * 5000
    values[1234] = 100.0
    spread = window(values, [1.0] * 5000, values, many=3)
    plot = plotted(Panel("a", spread, BERLIN), View(style="line"), 40, 6)
    assert [letter != EMPTY for letter in plot.letters[0]].index(True) == 1234 * 40 // 5000


def test_what_stands_on_each_other_is_woven_of_other_dots() -> None:
    plot = layered([[4.0] * 4, [4.0] * 4, [8.0] * 4], "stack")
    assert plot.letters == ["⠩⠩⠩⠩", "⠡⠡⠡⠡", "⢝⢝⢝⢝", "⣿⣿⣿⣿"]  # each layer's upper edge is whole
    assert plot.series[:, 0].tolist() == [2, 2, 1, 0]
    assert plot.patterns == ["⣿", "⢕", "⠡"]


def test_a_layer_of_one_dot_is_drawn_whole() -> None:
    plot = layered([[0.0] * 4, [0.01] * 4, [10.0] * 4], "stack", ("error", "warn", "info"))  # type: ignore[arg-type]
    bottom = [ord(letter) - ord(EMPTY) for letter in plot.letters[-1]]
    assert all(bits & 0b11000000 for bits in bottom)


def test_lines_are_told_apart() -> None:
    plot = layered([[1.0] * 8, [9.0] * 8], "line")
    assert (plot.letters[0], plot.letters[-1]) == ("⠐⠐⠐⠐⠐⠐⠐⠀", "⠤⠤⠤⠤⠤⠤⠤⠤")
    assert (plot.series[0, 0], plot.series[-1, 0]) == (1, 0)


def test_with_colours_nothing_is_woven() -> None:
    layers = tuple(Layer(role, role, np.array([4.0] * 4)) for role in "12")
    source = window([NAN] * 4, axis="time", start=1.7e9, step=60.0)
    panel = Panel("a", source, BERLIN, layers=layers)
    plot = plotted(panel, View(style="stack"), 4, 2, woven=False)
    assert set("".join(plot.letters)) == {"⣿"}
    assert plot.series.tolist() == [[1] * 4, [0] * 4]


def test_heat_is_shades() -> None:
    counts = np.array([[0.0, 1.0, 1000.0, 0.0], [0.0, 0.0, 0.0, 30.0]])
    heat = Heat(counts, np.array([0.0, 1.0, 2.0]))
    panel = Panel("a", window([1.0] * 4), BERLIN, heat=heat)
    plot = plotted(panel, View(style="heat"), 4, 2)
    assert plot.letters == ["   ▒", " ░█ "]


def test_a_limit_is_a_dotted_line() -> None:
    plot = drawn([1.0] * 8, "line", (4, 2), ymin=0.0, ymax=8.0, crit=6.0)
    assert plot.letters == ["⠂⠀⠂⠀", "⣤⣤⣤⣤"]


@pytest.mark.parametrize("style", ["bars", "line", "area", "stack", "spark", "heat"])
def test_nothing_is_nothing(style: Style) -> None:
    assert braille.sketch(Panel("a", window([]), BERLIN), View(style=style), 9, 3) is None
