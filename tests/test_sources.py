"""Graphs of several logs and of several series: which, in which columns, called what."""

from __future__ import annotations

import io
import math
from datetime import UTC
from typing import Any

import msgspec
import pytest
from PIL import Image

from tests.test_compose import NOON
from watcher.compose import compose
from watcher.draw.view import View, ViewError, parse
from watcher.follow.source import Block
from watcher.frame import Frame, Graph, Wanted
from watcher.graphs import GraphSettings, SeriesSettings
from watcher.history.pulse import State
from watcher.history.rollup import TIME_TIERS, Resolution
from watcher.known import describe, state_of
from watcher.labels import badge_of
from watcher.log import Log
from watcher.parse.settings import LogSettings
from watcher.words import notices


def log_of(name: str, lines: list[str], **more: Any) -> Log:
    log = Log(name, name.upper(), "/nowhere", UTC, LogSettings("", **more))
    text = "".join(f"{line}\n" for line in lines)
    log.take(Block(text.encode(), NOON), NOON, growing=False)
    return log


def sensor(name: str, *, every: int = 10, many: int = 360, first: float = 0.0) -> Log:
    """A field `t` that rises by 1 with each sample; the newest is of noon."""
    times = (NOON - every * n for n in range(many - 1, -1, -1))
    return log_of(name, [f't={first + n} time="{time:.0f}"' for n, time in enumerate(times)])


def lines(name: str, levels: str = "INFO", many: int = 60, every: int = 60) -> Log:
    """One line a minute up to noon, of each level in turn."""
    words = levels.split()
    return log_of(
        name,
        [
            f"2026-01-31 {(h := 43200 - every * n) // 3600:02}:{h // 60 % 60:02}:{h % 60:02}"
            f" {words[n % len(words)]} x"
            for n in range(many - 1, -1, -1)
        ],
    )


def graph_of(*logs: str, series: tuple[SeriesSettings, ...] = (), **more: Any) -> GraphSettings:
    view = more.pop("view", View())
    return GraphSettings("g", logs, more.pop("title", ""), view, series=series, **more)


def answer(settings: GraphSettings, logs: list[Log], query: str, form: Any, now: float) -> Frame:
    pairs = [tuple(pair.split("=")) for pair in query.split("&") if pair]
    view = parse(pairs, settings.view, UTC)  # type: ignore[arg-type]
    graph = describe(settings, logs, now)
    return compose(settings, logs, graph, Wanted("g", view, form), now, UTC).frame


def numbers(
    settings: GraphSettings, logs: list[Log], query: str = "", now: float = NOON
) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(answer(settings, logs, query, "json", now).body)
    return found


def drawn(settings: GraphSettings, logs: list[Log], query: str = "", now: float = NOON) -> Frame:
    return answer(settings, logs, query, "png", now)


def labels(told: dict[str, Any]) -> list[str]:
    return [field["label"] for field in told["fields"]]


def known(settings: GraphSettings, logs: list[Log], now: float = NOON) -> Graph:
    return describe(settings, logs, now)


def test_logs_stand_in_one_picture_by_name() -> None:
    logs = [sensor("attic"), sensor("cellar", first=100)]
    told = numbers(graph_of("attic", "cellar"), logs)

    assert labels(told) == ["attic t", "cellar t"]
    assert [field["last"] for field in told["fields"]] == [359, 459]
    assert len({len(field["value"]) for field in told["fields"]}) == 1
    one = drawn(graph_of("attic"), logs[:1]).body
    assert drawn(graph_of("attic", "cellar"), logs).body != one


def test_the_counters_of_several_logs_are_summed() -> None:
    refused = log_of("b", ['t=5 time="1769860790"'] * 5 + ["garbage"], format="logfmt")
    logs = [sensor("a", many=100), refused]
    told = numbers(graph_of("a", "b"), logs)["log"]
    graph = known(graph_of("a", "b"), logs)

    assert told["lines"] == 106 == graph.counters["lines"]
    assert told["bytes"] == logs[0].counters.bytes + logs[1].counters.bytes
    assert told["bad"] == refused.counters.bad > 0
    assert (told["format"], told["last_sample"]) == ("logfmt", "2026-01-31T12:00:00.000+00:00")
    assert (graph.log, graph.title, graph.last_sample) == ("a,b", "g", NOON)


def test_the_window_is_the_shortest_that_holds_enough_of_all_together() -> None:
    few, fewer = sensor("a", every=60, many=400), sensor("b", every=60, many=400)
    alone = numbers(graph_of("a"), [few])
    both = numbers(graph_of("a", "b"), [few, fewer])

    assert alone["until"] - alone["from"] == pytest.approx(6 * 3600, rel=0.01)
    assert both["until"] - both["from"] == pytest.approx(3600, rel=0.01)


def test_where_one_log_remembers_less_finely_all_have_its_columns() -> None:
    fine = sensor("fine", every=1, many=3000)
    coarse = Log("coarse", "", "/nowhere", UTC, LogSettings(""), [Resolution(60, 1440)])
    text = "".join(f't={n} time="{NOON - 3000 + n:.0f}"\n' for n in range(3000))
    coarse.take(Block(text.encode(), NOON), NOON, growing=False)
    told = numbers(graph_of("fine", "coarse"), [fine, coarse], "from=-30min")

    assert TIME_TIERS[0].step < 60 == told["step"]
    assert [field["count"][:30] for field in told["fields"]] == [[60] * 30] * 2


def test_a_log_without_samples_is_left_out_and_one_that_is_missing_is_named() -> None:
    settings, there = graph_of("a", "b", "c"), [sensor("a"), log_of("b", [])]

    assert labels(numbers(settings, there)) == ["a t"]
    assert drawn(settings, there).state is State.FRESH
    all_there = drawn(graph_of("a", "b"), there)
    assert drawn(settings, there).body != all_there.body  # it says that there is no log c


def test_a_graph_without_any_of_its_logs_waits() -> None:
    for logs in ([], [log_of("a", [])]):
        frame = drawn(graph_of("a", "b", view=View(fields=("t",))), logs)
        told = numbers(graph_of("a", "b"), logs)
        assert (frame.status, frame.state, frame.last_sample) == (200, State.WAITING, None)
        assert (told["fields"], told["state"], told["log"]["lines"]) == ([], "waiting", 0)
        assert known(graph_of("a", "b"), logs).state is State.WAITING


def test_a_graph_is_as_alive_as_the_log_with_the_newest_sample() -> None:
    settings, dead, alive = graph_of("dead", "alive"), sensor("dead"), sensor("alive")
    for log in (dead, alive):
        log.pulse.seen_to_grow = True
    later = NOON + 3600
    alive.take(Block(f't=5 time="{later:.0f}"\n'.encode(), later), later, growing=True)

    assert drawn(settings, [dead, alive], now=later).state is State.FRESH
    assert known(settings, [dead, alive], later).state is State.FRESH
    assert drawn(settings, [dead, alive], now=later + 3600).state is State.STALE
    told = drawn(settings, [dead, alive], "from=-10min", now=later).body
    dead.pulse.seen_to_grow = False
    assert drawn(settings, [dead, alive], "from=-10min", now=later).body != told


def test_of_several_logs_the_silent_one_is_named() -> None:
    dead, alive = sensor("dead"), sensor("alive")
    for log in (dead, alive):
        log.pulse.seen_to_grow = True
    later = NOON + 3600
    alive.take(Block(f't=5 time="{later:.0f}"\n'.encode(), later), later, growing=True)

    def said(*logs: Log, now: float = later) -> str:
        names = ("dead", "alive")
        return notices(names, logs, state_of(logs, now, None), now, UTC)[0]

    assert said(dead, alive) == "dead: no data since 12:00 (1 h)"
    assert said(dead, alive, now=later + 600) == "alive: no data since 13:00 (10 min)"
    assert said(alive) == "no log dead yet"
    assert said() == "no log dead, alive yet"


def test_series_of_different_units_are_told_with_theirs() -> None:
    took = SeriesSettings("a", View(fields=("t",)), 0.001, unit="s", label="took")
    sent = SeriesSettings("a", View(fields=("t",)), 1000, unit="B/s", label="sent")
    settings = graph_of("a", series=(took, sent), view=View(crit=1000.0))
    told = answer(settings, [sensor("a")], "", "txt", NOON).body.decode().replace("\xa0", " ")
    badge = answer(settings, [sensor("a")], "", "badge", NOON).body

    assert "took 359 ms" in told
    assert told.count("359 kB/s") == 2  # the one at the worst level stands large, too
    assert badge == badge_of("g", 359_000.0, "B/s", State.FRESH, "crit", 1)


def test_what_is_said_of_a_silent_log_can_be_said_in_short() -> None:
    dead, alive = sensor("dead"), sensor("alive")
    for log in (dead, alive):
        log.pulse.seen_to_grow = True
    later = NOON + 3600
    one = notices(["dead"], [dead], State.STALE, later, UTC)
    several = notices(["dead", "alive"], [dead, alive], State.STALE, later, UTC)

    assert (one.words, one.in_short) == ("no data since 12:00 (1 h)", "silent 1 h")
    assert several.in_short == "dead silent 1 h"
    assert notices(["dead"], [dead], State.FRESH, later, UTC, math.inf).in_short == "1 h ago"


def test_logs_over_different_axes_do_not_go_together() -> None:
    with pytest.raises(ViewError, match=r"log: 'b' has no times, and others have: show it in a"):
        drawn(graph_of("a", "b"), [sensor("a"), log_of("b", ["1", "2", "3"])])
    assert known(graph_of("a", "b"), [sensor("a"), log_of("b", ["1", "2"])]).name == "g"


def test_a_field_is_shown_of_the_logs_that_have_it() -> None:
    logs = [sensor("a"), log_of("b", [f't={n} h={n} time="{NOON:.0f}"' for n in range(3)])]
    settings = graph_of("a", "b")

    assert labels(numbers(settings, logs, "field=h")) == ["b h"]
    assert labels(numbers(settings, logs, "field=t&field=h")) == ["a t", "b t", "b h"]
    with pytest.raises(ViewError, match="field: there is no 'x': there are t h"):
        numbers(settings, logs, "field=x")


def test_lines_of_several_logs_are_one_series_for_each_log() -> None:
    logs = [lines("web", "INFO ERROR"), lines("db", "WARN INFO DEBUG", many=120, every=30)]
    settings = graph_of("web", "db")
    told = numbers(settings, logs, "from=-30min")
    graph = known(settings, logs)

    assert labels(told) == ["web lines", "db lines"]
    assert told["unit"] == "lines/min"
    assert [field["value"][5] for field in told["fields"]] == [1, 2]
    assert [field["count"][5] for field in told["fields"]] == [1, 2]
    assert (graph.style, graph.last) == ("stack", 3)
    assert drawn(settings, logs).level == "ok"
    levels = labels(numbers(settings, logs, "field=@level"))
    assert levels == ["web error", "web info", "db warn", "db info", "db debug"]


def test_percentiles_of_one_field_are_three_series() -> None:
    series = tuple(
        SeriesSettings("a", View(fields=("took",), agg=agg)) for agg in ("p50", "p95", "p99")
    )
    made = [f'took={n / 1000} time="{NOON - 1000 + n:.0f}"' for n in range(1000)]
    log = log_of("a", made, fields=("took",))
    settings = graph_of("a", series=series, unit="s")
    told = numbers(settings, [log], "step=1d&from=-1d")

    assert labels(told) == ["took p50", "took p95", "took p99"]
    assert told["unit"] == "s"
    values = [next(v for v in field["value"] if v is not None) for field in told["fields"]]
    assert values == pytest.approx([0.5, 0.95, 0.99], rel=0.02)
    assert known(settings, [log]).last == numbers(settings, [log])["fields"][0]["last"]


def test_what_is_multiplied_is_multiplied_everywhere() -> None:
    log = log_of(
        "net",
        [f'rx={n * 500} time="{NOON - 600 + n:.0f}"' for n in range(600)],
        kind={"rx": "counter"},
        fields=("rx",),
    )
    view = View(fields=("rx",))
    up = SeriesSettings("net", view, 8, label="in")
    down = SeriesSettings("net", view, -8, label="out", unit="bit")
    settings = graph_of("net", series=(up, down), unit="bit")
    told = numbers(settings, [log], "step=1min&from=-5min")
    into, out = told["fields"]

    assert told["unit"] == "bit/s"
    assert labels(told) == ["in", "out"]
    assert (into["value"][2], into["last"], into["sum"][2]) == (4000, 4000, 240_000)
    assert (out["value"][2], out["last"], out["sum"][2]) == (-4000, -4000, -240_000)
    assert (out["min"][2], out["max"][2]) == (-4000, -4000)
    assert known(settings, [log]).last == 4000


@pytest.mark.parametrize(
    ("unit", "query", "said"),
    [
        ("B", "agg=rate", "B/s"),
        ("B/s", "agg=rate", "B/s"),
        ("B", "agg=rate&per=h", "B/h"),
        ("B", "agg=max", "B"),
        ("B", "agg=count", ""),
        ("", "agg=rate", "/s"),
    ],
)
def test_the_unit_is_that_of_what_is_shown(unit: str, query: str, said: str) -> None:
    assert numbers(graph_of("a", unit=unit), [sensor("a")], query)["unit"] == said


def test_what_is_counted_can_have_a_unit() -> None:
    settings = graph_of("web", unit="requests")

    assert numbers(settings, [lines("web")])["unit"] == "requests/min"
    assert numbers(settings, [lines("web")], "agg=count")["unit"] == "requests"


def test_values_and_lines_stand_in_one_picture_if_series_say_so() -> None:
    settings = graph_of(
        "a",
        "web",
        series=(
            SeriesSettings("a", View(fields=("t",), color=((213, 94, 0),), style="area")),
            SeriesSettings("web", View(fields=("@lines",)), label="lines a minute"),
        ),
    )
    logs = [sensor("a"), lines("web", "INFO ERROR")]
    told = numbers(settings, logs)

    assert labels(told) == ["a t", "lines a minute"]
    assert told["unit"] == ""
    assert known(settings, logs).style == "line"
    assert (213, 94, 0) in colours(drawn(settings, logs))


def colours(frame: Frame) -> set[tuple[int, ...]]:
    image = Image.open(io.BytesIO(frame.body)).convert("RGB")
    return {tuple(image.getpixel((x, y))) for x in range(500) for y in range(275)}  # type: ignore


def test_a_single_series_has_its_colour() -> None:
    one = SeriesSettings("a", View(color=((0, 158, 115),)))

    assert (0, 158, 115) in colours(drawn(graph_of("a", series=(one,)), [sensor("a")]))


def test_what_is_asked_for_beats_what_is_said_of_a_series() -> None:
    settings = graph_of("a", series=(SeriesSettings("a", View(fields=("t",), agg="max")),))
    logs = [sensor("a")]

    assert numbers(settings, logs)["fields"][0]["agg"] == "max"
    assert numbers(settings, logs, "agg=min")["fields"][0]["agg"] == "min"
    assert numbers(settings, logs, "field=t")["fields"][0]["agg"] == "mean"


def test_the_worst_of_several_values_is_the_one_that_alarms() -> None:
    settings = graph_of("a", "b", view=View(warn=400, crit=1000))
    logs = [sensor("a"), sensor("b", first=100)]
    graph = known(settings, logs)

    assert (graph.last, graph.level) == (459, "warn")
    assert drawn(settings, logs).level == "warn"
    assert known(graph_of("a", "b"), logs).last == 359  # else the first one stands large


def test_heat_is_of_one_series() -> None:
    with pytest.raises(ViewError, match="style: heat is for one series, and here are 2"):
        drawn(graph_of("a", "b"), [sensor("a"), sensor("b")], "style=heat")


def test_samples_of_several_logs_without_times_share_an_axis() -> None:
    logs = [log_of("a", [str(n) for n in range(30)]), log_of("b", [str(n) for n in range(50)])]
    told = numbers(graph_of("a", "b"), logs)

    assert (told["axis"], told["from"], told["until"]) == ("index", 0, 50)
    assert [field["value"][29:31] for field in told["fields"]] == [[29, None], [29, 30]]
