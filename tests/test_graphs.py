"""Tables of the configuration -> graphs, and what is wrong with them."""

from __future__ import annotations

import tomllib
from datetime import UTC

import pytest

from watcher.draw.view import PARAMETERS, Moment, View
from watcher.graphs import GraphSettings, SeriesSettings, read_graph, spread_of


def read(text: str) -> tuple[GraphSettings | None, list[str]]:
    """The graph of a `[[graph]]` with these lines, and all that is wrong with it."""
    told: list[str] = []
    (table,) = tomllib.loads(f"[[graph]]\n{text}")["graph"]
    graph = read_graph(
        "graph[1]", table, View(), UTC, lambda key, what: told.append(f"{key}: {what}")
    )
    return graph, told


def good(text: str) -> GraphSettings:
    graph, told = read(text)
    assert graph is not None
    assert told == []
    return graph


SAID = {
    "width": "1000",
    "height": "400",
    "scale": "2",
    "from": "'-7d'",
    "until": "2026-01-31T12:00:00Z",
    "step": "'1 h'",
    "tz": "'Europe/Berlin'",
    "style": "'bars'",
    "field": "['took', 'size']",
    "agg": "'p95'",
    "per": "'h'",
    "fill": "'hold'",
    "ymin": "-5",
    "ymax": "1e6",
    "yscale": "'linear'",
    "warn": "0.5",
    "crit": "1",
    "stale": "'off'",
    "theme": "'dark'",
    "bg": "'transparent'",
    "fg": "'ffffff'",
    "color": "['d55e00', '#009e73']",
    "title": "0",
    "legend": "false",
    "axes": "0",
    "vs": "'-7d'",
    "depth": "4",
    "dither": "true",
    "rotate": "90",
}


def test_every_parameter_of_a_picture_can_be_said() -> None:
    assert SAID.keys() == PARAMETERS.keys()
    graph = good("name = 'a'\n" + "\n".join(f"{key} = {value}" for key, value in SAID.items()))

    view = graph.view
    assert (view.width, view.height, view.scale, view.rotate) == (1000, 400, 2, 90)
    assert (view.fields, view.color) == (("took", "size"), ((213, 94, 0), (0, 158, 115)))
    assert (view.legend, view.axes, view.dither, view.title) == (False, False, True, "")
    assert (view.ymin, view.ymax, view.warn, view.crit) == (-5, 1e6, 0.5, 1)
    assert (view.start, view.vs) == (Moment("ago", -604800), 604800)
    assert view.until == Moment("at", 1769860800)
    assert graph.title == ""


def test_a_graph_shows_one_log_or_several() -> None:
    assert good("name = 'a'").logs == ("a",)
    assert good("name = 'a'\nlog = 'b'").logs == ("b",)
    assert good("name = 'a'\nlog = ['b', 'c', 'b']").logs == ("b", "c")


def test_series_that_differ_are_named_one_by_one() -> None:
    graph = good(
        """
        name = "traffic"
        unit = "bit"
        [[graph.series]]
        log = "net"
        field = "rx"
        agg = "rate"
        multiply = 8
        label = "in"
        color = "d55e00"
        [[graph.series]]
        log = "other"
        unit = "B"
        per = "h"
        style = "area"
        """
    )

    assert (graph.logs, graph.unit) == (("net", "other"), "bit")
    assert graph.series == (
        SeriesSettings(
            "net", View(fields=("rx",), agg="rate", color=((213, 94, 0),)), 8, label="in"
        ),
        SeriesSettings("other", View(per="h", style="area"), unit="B"),
    )


def test_series_that_name_no_log_and_no_field_have_those_of_the_graph() -> None:
    text = "name = 'a'\nlog = 'web'\nfield = 'took'\n"
    graph = good(text + "[[graph.series]]\nagg = 'p50'\n[[graph.series]]\nagg = 'p95'")

    assert [(one.log, one.view.fields, one.view.agg) for one in graph.series] == [
        ("web", ("took",), "p50"),
        ("web", ("took",), "p95"),
    ]
    assert (graph.logs, graph.view.fields) == (("web",), ())


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("sparkle = 1", "sparkle: no such setting: there are name log title unit series width"),
        ("refresh = 5", "refresh: no such setting"),
        ("_ = 5", "_: no such setting"),
        ("width = [100]", "width: must be one value, not [100]"),
        ("field = []", "field: names none: name some, or take it out"),
        (f"field = {list('abcdefghi')}", "field: given more than 8 times"),
        ("field = {a = 1}", "field: must be one value, not {'a': 1}"),
        ("warn = 'high'", "warn: 'high' is not a number such as 5"),
        ("ymax = inf", "ymax: 'inf' is not a number"),
        ("agg = 'p96'", "agg: 'p96' is not one of mean"),
        ("legend = 2", "legend: '2' is neither 1 nor 0"),
        ("ymin = 5\nymax = 4", "ymin: 5 is not below ymax, 4"),
        ("yscale = 'log'\nymin = 0", "ymin: 0 is not above 0"),
        ("log = 5", "log: 5 is not the name of a log, as it stands in URLs: see watcher check"),
        ("log = '/var/log/x.log'", "log: '/var/log/x.log' is not the name of a log"),
        ("log = []", "log: there are 0: write from 1 to 8"),
        ("title = ['x']", "title: must be a text in quotes"),
        ("unit = 5", "unit: must be a text in quotes"),
        ("unit = 'furlongs per fortnight'", "unit: 'furlongs per fortnight' is too long: at most"),
        ("series = 5", "series: must be tables: write [[graph.series]]"),
        ("[[graph.series]]\nfield = 'x'", "series[1].log: must be the name of one log"),
        ("[[graph.series]]\nlog = ['x', 'y']", "series[1].log: must be the name of one log"),
        ("[[graph.series]]\nlog = 'x'\nwidth = 5", "series[1].width: no such setting: there are"),
        ("[[graph.series]]\nlog = 'x'\nmultiply = 0", "series[1].multiply: 0 is no number to"),
        ("[[graph.series]]\nlog = 'x'\nmultiply = '8'", "series[1].multiply: '8' is no number"),
        ("[[graph.series]]\nlog = 'x'\nagg = 'avg'", "series[1].agg: 'avg' is not one of mean"),
        ("[[graph.series]]\nlog = 'x'\ncolor = 'red'", "series[1].color: 'red' is not a colour"),
        ("[[graph.series]]\nlog = 'x'\nstyle = 'heat'", "series[1].style: 'heat' is that of a"),
        ("[[graph.series]]\nlog = 'x'\nlabel = 1", "series[1].label: must be a text in quotes"),
        ("[[graph.series]]\nlog = 'x'\n" * 9, "series: there are 9: at most 8 can be told apart"),
    ],
)
def test_what_is_wrong_is_told_with_its_cure(said: str, told: str) -> None:
    _, found = read(f"name = 'a'\n{said}")

    assert len(found) == 1
    assert found[0].removeprefix("graph[1]: ").removeprefix("graph[1].").startswith(told)


def test_all_that_is_wrong_is_told_at_once() -> None:
    text = "name = '../a'\nwidth = 5\nagg = 'avg'\nx = 1\nunit = 3\n[[graph.series]]\ny = 1"
    _, told = read(text)

    assert sorted(problem.split(": ")[0].removeprefix("graph[1].") for problem in told) == [
        *("agg", "name", "series[1].log", "series[1].y", "unit", "width", "x")
    ]


def test_a_graph_without_a_name_is_none() -> None:
    graph, told = read("log = 'a'")

    assert graph is None
    assert told == ["graph[1].name: is missing: write a name in quotes"]


@pytest.mark.parametrize(
    ("said", "log", "fields"),
    [
        ("agg = 'p95'\nfield = 'took'", "a", ("took",)),
        ("agg = 'p95'", "a", ("",)),
        ("style = 'heat'\nfield = ['x', 'y']", "a", ("x", "y")),
        ("agg = 'mean'\nfield = 'took'", "a", ()),
        ("agg = 'p95'\nfield = 'took'", "b", ()),
        ("agg = 'p95'\nlog = ['b', 'c']\nfield = 'took'", "c", ("took",)),
        ("[[graph.series]]\nlog = 'a'\nfield = 'x'\nagg = 'p99'", "a", ("x",)),
        ("[[graph.series]]\nlog = 'a'\nfield = 'x'\nagg = 'p99'", "b", ()),
        ("[[graph.series]]\nlog = 'a'\nfield = 'x'\nagg = 'max'", "a", ()),
        ("agg = 'p50'\n[[graph.series]]\nlog = 'a'\nfield = 'x'", "a", ("x",)),
    ],
)
def test_percentiles_are_kept_of_fields_that_a_graph_asks_them_of(
    said: str, log: str, fields: tuple[str, ...]
) -> None:
    assert spread_of(good(f"name = 'a'\n{said}"), log) == fields
