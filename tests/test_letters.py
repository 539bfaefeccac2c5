"""Pictures in letters: the words, where they stand, and nothing that could steer a terminal."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference import window
from tests.test_compose import NOON, VIEW, make
from watcher.compose import compose, refuse
from watcher.draw import letters
from watcher.draw.braille import EMPTY
from watcher.draw.letters import _wide
from watcher.draw.panel import Heat, Layer, Panel
from watcher.draw.view import Moment, Style, View, ViewError
from watcher.frame import Form, Frame, Wanted
from watcher.graphs import GraphSettings
from watcher.history.pulse import State
from watcher.known import describe

BERLIN = ZoneInfo("Europe/Berlin")
LINE = View(style="line")
EVERYDAY = window([50 + 30 * math.sin(i / 40) for i in range(430)])
DATED = replace(EVERYDAY, axis="time", start=1.7e9, step=60.0)
SGR = re.compile("\x1b\\[[0-9;]*m")


def panel(**more: Any) -> Panel:
    return Panel("cellar", EVERYDAY, BERLIN, last=42.5, unit="s")._replace(**more)


def lines(told: Panel, view: View = LINE) -> list[str]:
    return letters.draw(told, view).splitlines()


def test_the_usual_picture_fits_a_terminal_of_80_by_24() -> None:
    shown = lines(panel())
    assert len(shown) == 22
    assert max(map(len, shown)) == 80


def test_title_and_newest_value_stand_above_the_state_in_words() -> None:
    shown = lines(panel())
    assert shown[0] == f"cellar{'42.5 s':>74}"
    assert shown[1] == "last 430 samples"
    stale = panel(state=State.STALE, notice="no data since 14:02 (3 h)", crit=40.0)
    assert lines(stale)[1] == "stale, critical, no data since 14:02 (3 h)"


def test_a_unit_of_any_length_is_said() -> None:
    assert lines(panel(unit="lines/min"))[0].endswith(" 42.5 lines/min")


def test_round_numbers_stand_at_the_side_and_samples_below() -> None:
    shown = lines(panel())
    assert [line[:6] for line in shown if "┤" in line] == ["80 s ┤", "40 s ┤", "   0 ┤"]
    assert re.fullmatch(r" +└┴─+┴─+┴─+┴─+┴─+", shown[-3])
    assert shown[-2].split() == ["0", "100", "200", "300", "400"]
    assert shown[-1] == "min 20 s   mean 53.47 s   max 80 s"


def test_times_stand_below_their_marks() -> None:
    shown = lines(panel(window=DATED))
    marks = [at for at, letter in enumerate(shown[-3]) if letter == "┴"]
    names = [(found.start() + found.end()) / 2 for found in re.finditer(r"\S+( Nov)?", shown[-2])]
    assert len(marks) == len(names)
    assert all(abs(mark - name) <= 1 for mark, name in zip(marks, names, strict=True))


def test_several_series_have_a_legend_of_what_they_are_woven_of() -> None:
    layers = tuple(
        Layer(name, name, np.array([float(n)] * 430), float(n)) for n, name in enumerate("abc", 1)
    )
    shown = lines(panel(layers=layers), View(style="stack"))
    assert shown[-1] == "⣿⣿ a 1   ⢕⢕ b 2   ⠡⠡ c 3"


def test_a_legend_that_is_too_long_goes_on_in_the_next_line() -> None:
    values = np.array([1.0] * 430)
    layers = tuple(Layer(f"{role} {'name ' * 5}", role, values, 1.0) for role in "12345")
    shown = lines(panel(layers=layers))
    assert sum("name" in line for line in shown) == 3
    assert max(map(len, shown)) <= 80


def test_a_heat_map_has_its_key() -> None:
    heat = Heat(np.ones((4, 430)), np.array([0.0, 25.0, 50.0, 75.0, 100.0]))
    shown = lines(panel(heat=heat), View(style="heat"))
    assert re.fullmatch("1 ░▒▓█ [0-9.]+ values in a cell", shown[-1])


def test_a_view_takes_parts_away() -> None:
    assert not [line for line in lines(panel(), View(style="line", axes=False)) if "│" in line]
    assert "min" not in lines(panel(), View(style="line", legend=False))[-1]
    assert lines(panel(), View(style="line", title=""))[0].strip() == "42.5 s"
    assert lines(panel(), View(style="line", title="x"))[0].startswith("x ")


def test_a_spark_is_the_plot_alone() -> None:
    (spark,) = lines(panel(), View(width=100, height=16, style="spark"))
    assert len(spark) == 16
    assert {ord(letter) >> 8 for letter in spark} == {0x28}


def test_waiting_is_said_in_the_middle() -> None:
    shown = lines(panel(window=window([]), state=State.WAITING, last=None))
    assert len(shown) == 22
    (said,) = [line for line in shown if "waiting for data" in line]
    assert said.index("waiting") == 32
    assert "no data in this window" in letters.draw(panel(window=window([])), LINE)


def test_what_could_steer_a_terminal_is_not_printed() -> None:
    nasty = "\x1b]0;mine\x07\x9b31m\r\n\u202ename"
    layers = (Layer(nasty, "1", np.array([1.0] * 430)), Layer("b", "2", np.array([2.0] * 430)))
    shown = letters.draw(panel(title=nasty, notice=nasty, layers=layers), LINE)
    assert "name" in shown
    assert all(char == "\n" or char.isprintable() for char in shown)
    assert "\x1b]" not in letters.draw(panel(title=nasty), LINE, coloured=True)


def test_colours_change_nothing_but_colours() -> None:
    stale = panel(state=State.STALE)
    for told in (panel(), panel(warn=1.0), stale):
        coloured = letters.draw(told, LINE, coloured=True)
        plain = [line.rstrip(f" {EMPTY}") for line in SGR.sub("", coloured).splitlines()]
        assert SGR.search(coloured)
        assert plain == lines(told)
    assert "38;5;" not in letters.draw(stale, LINE, coloured=True)


def test_a_wide_title_takes_the_room_that_it_has() -> None:
    shown = lines(panel(title="温度" * 40))
    assert _wide(shown[0]) <= 80
    assert shown[0].endswith(" 42.5 s")


@pytest.mark.parametrize("columns", [40, 80, 137, 300, 600])
def test_the_view_of_so_many_letters_has_so_many(columns: int) -> None:
    width, height = letters.pixels(columns, 30)
    assert letters.size(View(width=width, height=height)) == (columns, 30)


def composed(view: View, form: Form = "txt") -> Frame:
    settings, log = GraphSettings("app", ("app",), "", VIEW), make(["1", "2", "4"] * 9)
    graph, wanted = describe(settings, [log], NOON), Wanted("app", view, form)
    try:
        return compose(settings, [log], graph, wanted, NOON, BERLIN).frame
    except ViewError as error:
        return refuse(error, wanted, NOON).frame


def test_a_frame_of_letters_is_plain_text_with_the_state_of_its_picture() -> None:
    frame, picture = composed(VIEW), composed(VIEW, "png")
    assert frame.content_type == "text/plain; charset=utf-8"
    assert frame.body.decode().startswith("app ")
    assert (frame.state, frame.last_sample) == (picture.state, picture.last_sample)
    assert "\x1b[" not in frame.body.decode()
    assert "\x1b[" in composed(VIEW, "terminal").body.decode()


def test_a_view_that_does_not_fit_is_said_in_plain_text() -> None:
    frame = composed(View(start=Moment("ago", -3600.0)))
    assert (frame.status, frame.content_type) == (400, "text/plain; charset=utf-8")
    assert frame.body == b"from: this graph counts samples: write a number such as -500\n"


values = st.one_of(st.floats(-1e3, 1e3), st.sampled_from([math.nan, 0.0, 1e308, -1e308, 5e-324]))
styles = st.sampled_from(["bars", "line", "area", "stack", "spark"])


@given(
    st.lists(values, min_size=1, max_size=40),
    styles,
    st.integers(16, 1000),
    st.integers(16, 600),
    st.booleans(),
    st.sampled_from([None, "log"]),
)
def test_whatever_is_drawn_fits(
    mean: list[float], style: Style, width: int, height: int, layered: bool, yscale: Any
) -> None:
    layers = tuple(Layer(role, role, np.abs(np.array(mean)), 1.0) for role in "12")
    told = panel(window=window(mean), layers=layers if layered else ())
    view = View(width=width, height=height, style=style, yscale=yscale)
    shown = lines(told, view)
    columns, rows = (max(pair) for pair in zip(letters.size(view), letters.FEWEST, strict=True))
    assert max(map(len, shown)) <= columns
    assert len(shown) <= rows + 1  # a legend of two lines
