"""What is told of a graph: always true, and nearly for nothing while nobody looks."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest

from tests.test_compose import NOON, counted, dated, make, numbers
from tests.test_series import requests
from tests.test_sources import graph_of, lines, log_of, sensor
from watcher.draw.view import View, parse
from watcher.follow.source import Block
from watcher.frame import Graph
from watcher.gallery import Gallery
from watcher.graphs import GraphSettings, SeriesSettings
from watcher.history.pulse import State
from watcher.known import UNWATCHED, WATCHED, Known, describe
from watcher.log import Log


def view_of(query: str) -> View:
    return parse([tuple(pair.split("=")) for pair in query.split("&") if pair], View(), UTC)  # type: ignore[misc]


def told(known: Known, now: float = NOON, **more: Any) -> Graph:
    return known.told(now, 1, **more)[0]


def more(log: Log, line: str, at: float) -> None:
    log.take(Block(f"{line}\n".encode(), at), at, growing=True)


@pytest.mark.parametrize(
    "query",
    [
        *("", "agg=p95", "agg=max", "agg=rate", "agg=sum", "agg=count", "style=stack"),
        *("until=-10min", "from=-1h&until=-30min&agg=p50", "step=1h&agg=p99", "agg=rate&per=h"),
    ],
)
def test_it_is_what_the_picture_says(query: str) -> None:
    log = requests()
    settings = GraphSettings("app", ("app",), "", View(fields=("took",)))
    asked = GraphSettings("app", ("app",), "", view_of(f"field=took&{query}".rstrip("&")))
    known = Known(asked, [log])

    assert told(known).last == numbers(log, f"field=took&{query}".rstrip("&"))["fields"][0]["last"]
    assert describe(settings, [log], NOON).last == pytest.approx(1.199)


@pytest.mark.parametrize(
    "query", ["", "per=h", "agg=count", "agg=count&step=1h", "until=-10min", "style=line"]
)
def test_so_it_is_of_what_is_counted(query: str) -> None:
    log = counted({"info": [NOON - 1200 + n for n in range(1200)], "error": [NOON - 5]})
    graph = describe(GraphSettings("app", ("app",), "", view_of(query)), [log], NOON)
    fields = numbers(log, query)["fields"]

    assert graph.last == sum(field["last"] for field in fields if field["last"] is not None)


def test_it_says_what_is_shown_unless_told_otherwise() -> None:
    log = requests()
    series = tuple(SeriesSettings(log.name, View(fields=(name,))) for name in ("took", "size"))
    alone = GraphSettings(log.name, (log.name,), "", View())
    named = GraphSettings("both", (log.name,), "", View(), series=series)

    assert describe(alone, [log], NOON).shown == ("took",)
    assert describe(named, [log], NOON).shown == ("took", "size")


def test_more_series_and_logs_are_noticed() -> None:
    logs = [lines("a")]
    known = Known(graph_of("a", "b"), logs)

    assert told(known).last == 1
    logs.append(lines("b"))
    assert told(known).last == 2
    logs[1].history.counts["error"] = logs[0].history.counts["info"]
    assert told(known).last == 3
    logs.clear()
    assert (told(known).last, told(known).state) == (None, State.WAITING)


@pytest.mark.parametrize("query", ["", "agg=p95", "agg=rate", "style=stack"])
def test_after_a_rest_it_says_the_same(query: str) -> None:
    known = Known(GraphSettings("app", ("app",), "", view_of(query)), [requests()])
    before = told(known)
    known.rest()

    assert told(known) == before


def test_it_says_when_time_alone_makes_it_untrue() -> None:
    log = counted({"info": [NOON - 299 + n for n in range(300)]})
    log.pulse.seen_to_grow = True
    known = Known(graph_of("app"), [log])

    at, seen = NOON, list[tuple[float, float | None, str]]()
    while at < NOON + 3600:
        graph, due = known.told(at, 1)
        seen.append((at - NOON, graph.last, graph.state.value))
        assert due > at or (graph.state, due) == (State.FRESH, at)
        at = due + 0.001
    assert seen[0][1:] == (60, "fresh")
    assert seen[-1][1:] == (60, "stale")
    assert len(seen) < 6


def test_a_value_stays_true_for_ever() -> None:
    graph, due = Known(graph_of("app"), [dated([NOON - 10, NOON])]).told(NOON, 1)

    assert (graph.last, due) == (1, float("inf"))


def test_what_takes_a_window_is_looked_for_now_and_then() -> None:
    log = requests()
    known = Known(
        GraphSettings("app", ("app",), "", view_of("field=took&agg=max&style=heat")), [log]
    )
    spread = Known(GraphSettings("app", ("app",), "", view_of("field=took&agg=p50")), [log])

    first = told(spread).last
    for second in range(1, 31):
        more(log, f'{{"time":{NOON + second:.0f},"took":99}}', NOON + second)
        last, due = told(spread, NOON + second).last, spread.told(NOON + second, 1)[1]
        if second < UNWATCHED:
            assert (last, due) == (first, NOON + UNWATCHED)
    assert told(spread, NOON + 31).last == pytest.approx(99, rel=0.01)
    assert told(known, NOON + 31).last == 99
    more(log, f'{{"time":{NOON + 32:.0f},"took":1}}', NOON + 32)
    assert told(spread, NOON + 32, watched=True).last is not None
    assert WATCHED < UNWATCHED


def test_that_which_alarms_is_looked_for_as_if_it_were_watched() -> None:
    log = requests()
    known = Known(GraphSettings("app", ("app",), "", view_of("field=took&agg=p50&crit=50")), [log])

    assert told(known).level == "ok"
    for second in range(1, 41):
        more(log, f'{{"time":{NOON + second:.0f},"took":99}}', NOON + second)
    assert told(known, NOON + 0.5).level == "ok"
    assert told(known, NOON + 41).level == "crit"


def test_what_cannot_be_shown_is_told_of_without_a_value() -> None:
    logs = [sensor("a"), log_of("b", ["1", "2", "3"])]

    assert told(Known(graph_of("a", "b"), logs)).last is None
    assert told(Known(graph_of("a", view=view_of("field=none")), logs[:1])).last is None
    assert told(Known(graph_of("a", view=view_of("field=t&agg=p95")), logs[:1])).last is None
    assert told(Known(graph_of("a"), [make([])])).last is None


def test_a_gallery_tells_of_what_time_alone_has_changed_and_of_nothing_else() -> None:
    gallery = Gallery(UTC, 0)
    log = counted({"info": [NOON - 299 + n for n in range(300)]})
    gallery.show(graph_of("app"), NOON, log)
    revisions = {gallery.news(NOON).graphs[0].last: 0}
    for second in range(1, 600):
        gallery.tick(NOON + second)
        for graph in gallery.news(NOON + second).graphs:
            revisions[graph.last] = second

    assert revisions == {60: 0, 1: 60, 0: 120}


def test_lines_are_counted_now_and_then_and_at_once_where_somebody_sees_it() -> None:
    log = counted({"info": [NOON - 60 + n for n in range(60)]})
    lone, alarmed = (
        Known(graph_of("app"), [log]),
        Known(graph_of("app", view=View(crit=100)), [log]),
    )
    assert (told(lone).last, told(alarmed).last) == (60, 60)

    for second in range(5):
        log.history.counts["info"].count({int(NOON) + second: 20})
        log.history.latest_at = NOON + second
    now = NOON + 5
    assert (told(lone, now).last, lone.told(now, 1)[1]) == (60, NOON + UNWATCHED)
    assert told(lone, now, watched=True).last == told(alarmed, now).last == 155
    assert told(alarmed, now).level == "crit"
    assert told(lone, NOON + UNWATCHED).last == 155
