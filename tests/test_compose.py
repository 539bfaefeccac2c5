"""Which window, which words, which numbers."""

from __future__ import annotations

import io
import math
from datetime import UTC
from typing import Any

import msgspec
import pytest
from PIL import Image

from watcher.compose import compose, refuse
from watcher.draw.graph import columns
from watcher.draw.theme import SERIES
from watcher.draw.view import Moment, View, ViewError, parse
from watcher.follow.source import Block
from watcher.frame import Frame, Wanted
from watcher.graphs import GraphSettings
from watcher.history.fold import History
from watcher.history.pulse import State
from watcher.known import describe
from watcher.log import Log
from watcher.parse.batch import Batch
from watcher.parse.detect import detect
from watcher.parse.head import head_of
from watcher.parse.settings import LogSettings
from watcher.words import age

NOON = 1_769_860_800.0  # 2026-01-31T12:00:00Z
VIEW = View()


def make(lines: list[str], *, growing: bool = False, modified: float = NOON) -> Log:
    log = Log("app", "app", "/nowhere", UTC)
    for line in lines:
        log.take(Block(f"{line}\n".encode(), modified), NOON + 1e6, growing=growing)
    return log


def dated(times: list[float]) -> Log:
    log = make([])
    log.history = History(detect(head_of(b"2026-01-31T12:00:00Z 1\n" * 3, UTC, [], NOON)))
    values = {"value": [float(n) for n in range(len(times))]}
    log.history.fold(Batch(0, 0, len(times), times, values), NOON, growing=False)
    log.counters.samples = len(times)
    return log


def counted(classes: dict[str, list[float]]) -> Log:
    log = make([])
    line = b"2026-01-31 12:00:00 INFO x\n"
    log.history = History(detect(head_of(line * 3, UTC, [line.strip()], NOON)))
    for class_, times in classes.items():
        batch = Batch(0, 0, len(times), times, {}, [class_] * len(times))
        log.history.fold(batch, NOON, growing=False)
    return log


def picture(log: Log, view: View = VIEW, now: float = NOON) -> tuple[Frame, float]:
    settings = GraphSettings("app", ("app",), "", view)
    graph = describe(settings, [log], now)
    return compose(settings, [log], graph, Wanted("app", view), now, UTC)


def numbers(log: Log, query: str = "", now: float = NOON) -> dict[str, Any]:
    pairs = [tuple(pair.split("=")) for pair in query.split("&") if pair]
    view = parse(pairs, VIEW, UTC)  # type: ignore[arg-type]
    settings = GraphSettings("app", ("app",), "", view)
    graph = describe(settings, [log], now)
    frame = compose(settings, [log], graph, Wanted("app", view, "json"), now, UTC).frame
    found: dict[str, Any] = msgspec.json.decode(frame.body)
    return found


def test_the_last_samples_fill_the_plot_of_an_undated_log() -> None:
    got = numbers(make([str(n) for n in range(1000)]))
    plot = columns(VIEW)

    assert (got["axis"], got["from"], got["until"], got["step"]) == ("index", 1000 - plot, 1000, 1)
    assert got["fields"][0]["value"] == list(range(1000 - plot, 1000))


def test_few_undated_samples_are_all_shown() -> None:
    got = numbers(make(["5", "6"]))

    assert (got["from"], got["until"]) == (0, 2)


@pytest.mark.parametrize(
    ("query", "start", "stop"),
    [
        ("from=-50", 950, 1000),
        ("from=100&until=200", 100, 200),
        ("from=-50&until=-10", 950, 990),
        ("until=-900", 0, 100),
        ("from=0&until=now", 0, 1000),
        ("from=-99999", 0, 1000),
    ],
)
def test_sample_numbers_choose_the_window(query: str, start: int, stop: int) -> None:
    got = numbers(make([str(n) for n in range(1000)]), query)

    assert got["from"] == start
    assert start < got["until"] <= stop + 3


@pytest.mark.parametrize("query", ["from=-6h", "until=2026-01-31T12:00", "from=20&until=10"])
def test_a_window_that_does_not_fit_an_undated_log_is_refused(query: str) -> None:
    with pytest.raises(ViewError, match=r"from|until"):
        numbers(make(["1", "2"]), query)


@pytest.mark.parametrize("query", ["from=-6", "from=now", "until=-8d&from=-7d", "from=-900y"])
def test_a_window_that_does_not_fit_a_dated_log_is_refused(query: str) -> None:
    with pytest.raises(ViewError, match="from"):
        numbers(dated([NOON]), query)


@pytest.mark.parametrize(
    ("spacing", "window"),
    [(10, 3600), (60, 6 * 3600), (600, 86400), (3600, 7 * 86400), (20_000, 30 * 86400)],
)
def test_the_shortest_window_that_shows_enough_is_chosen(spacing: int, window: int) -> None:
    got = numbers(dated([NOON - n * spacing for n in range(500, -1, -1)]))

    assert got["until"] - got["from"] == pytest.approx(window, rel=0.01)
    assert got["until"] > NOON


def test_few_samples_are_all_shown_however_old() -> None:
    got = numbers(dated([NOON - 40 * 86400, NOON - 100]))

    assert got["from"] <= NOON - 40 * 86400
    assert sum(got["fields"][0]["count"]) == 2


def test_a_window_begins_where_it_was_asked_to() -> None:
    first = NOON - 6600
    log = dated([first + 600 * n for n in range(12)])
    got = numbers(log, f"from={first - 1:.0f}&until=now&style=bars")

    assert got["from"] <= first - 1
    assert sum(got["fields"][0]["count"]) == 12


def test_a_log_of_long_ago_is_shown_where_it_ended() -> None:
    ended = NOON - 12 * 365 * 86400
    log = dated([ended - n * 300 for n in range(1000, -1, -1)])
    got = numbers(log)

    assert ended < got["until"] < ended + 300
    assert sum(got["fields"][0]["count"]) >= 100
    assert picture(log)[1] > NOON + 86400  # and does not move with the clock


def test_unchanged_data_give_equal_pictures_until_the_view_moves_on() -> None:
    log = dated([NOON - n * 10 for n in range(500, -1, -1)])
    frame, due = picture(log)

    assert NOON < due <= NOON + 3600 / columns(VIEW) + 1e-6
    assert picture(log, now=due - 0.01)[0].etag == frame.etag
    assert picture(log, now=due + 0.01)[0].etag != frame.etag


def test_a_picture_is_of_the_size_that_was_asked_for() -> None:
    frame, _ = picture(make(["1", "2"]), View(width=320, height=200, scale=2, theme="dark"))

    assert frame.content_type == "image/png"
    assert Image.open(io.BytesIO(frame.body)).size == (640, 400)


def test_a_log_without_samples_waits() -> None:
    frame, due = picture(make([]))

    assert (frame.state, frame.last_sample, frame.status) == (State.WAITING, None, 200)
    assert due > NOON


def test_a_silent_log_turns_stale_when_its_time_has_come() -> None:
    log = dated([NOON - n * 10 for n in range(100, -1, -1)])
    log.pulse.seen_to_grow = True
    fresh, due = picture(log, View(until=Moment("at", NOON)))
    stale, _ = picture(log, View(until=Moment("at", NOON)), now=NOON + 61)

    assert due == NOON + 60
    assert (fresh.state, stale.state) == (State.FRESH, State.STALE)
    assert fresh.etag != stale.etag


def test_json_says_what_the_contract_says() -> None:
    log = make(["1", "foo", "3"])
    got = numbers(log)

    assert list(got) == (
        "name title axis from until step unit state level revision fields log".split()
    )
    (field,) = got["fields"]
    assert list(field) == "name label agg last count sum min max value".split()
    assert field["last"] == 3
    assert got["log"] == {
        "lines": 3,
        "samples": 2,
        "bad": 1,
        "late": 0,
        "skewed": 0,
        "lost_generations": 0,
        "bytes": 8,
        "format": "plain",
        "time_format": "",
        "last_sample": "2026-01-31T12:00:00.000+00:00",
        "last_change": "2026-01-31T12:00:00.000+00:00",
    }


def test_columns_without_samples_are_null_in_json() -> None:
    got = numbers(dated([NOON - 5, NOON]), "from=-9s")
    (field,) = got["fields"]

    assert field["count"].count(0) == len(field["count"]) - 2
    assert field["value"].count(None) == len(field["count"]) - 2


def test_counts_are_lines_a_minute_on_round_times() -> None:
    log = counted({"info": [NOON - n for n in range(0, 3600, 10)], "error": [NOON - 90]})
    got = numbers(log)

    assert [field["name"] for field in got["fields"]] == ["error", "info"]
    assert (got["unit"], got["step"], got["from"] % got["step"]) == ("lines/min", 60, 0)
    error, info = got["fields"]
    assert info["value"][10] == 6
    assert sum(error["count"]) == 1
    assert max(error["value"]) == 1
    assert error["value"].count(0) > 50  # nothing happened, and that is known


def test_before_the_first_line_nothing_is_known() -> None:
    got = numbers(counted({"info": [NOON - 60, NOON]}), "from=-1h")
    (info,) = got["fields"]

    assert info["value"][0] is None
    assert info["value"][-1] is not None


def test_counts_are_drawn_as_a_stack_unless_told_otherwise() -> None:
    log = counted({"info": [NOON - 60, NOON], "": [NOON - 30]})
    sizes = {
        style: len(picture(log, parse([("style", style)], VIEW, UTC))[0].body)
        for style in ("stack", "line", "bars")
    }

    assert describe(GraphSettings("app", ("app",), "", VIEW), [log], NOON).style == "stack"
    assert len(set(sizes.values())) == 3


def test_a_field_can_be_chosen() -> None:
    log = make(["time,a,b", "2026-01-31 12:00:00,1,7", "2026-01-31 12:00:01,2,8"])

    assert numbers(log)["fields"][0]["name"] == "a"
    assert numbers(log, "field=b")["fields"][0]["last"] == 8
    with pytest.raises(ViewError, match=r"field: there is no 'c': there are a b"):
        numbers(log, "field=c")


def test_events_of_the_user_are_counted_like_lines() -> None:
    settings = LogSettings("/nowhere", count={"timeouts": "timed out"})
    log = Log("app", "app", "/nowhere", UTC, settings)
    lines = [f"2026-01-31 11:{n:02}:00 INFO {'timed out' if n % 3 else 'fine'}" for n in range(60)]
    log.take(Block("".join(f"{line}\n" for line in lines).encode(), NOON), NOON, growing=False)
    got = numbers(log, "field=timeouts")
    (field,) = got["fields"]

    assert (field["name"], field["agg"], got["unit"]) == ("timeouts", "rate", "lines/min")
    assert sum(field["count"]) == 40
    assert describe(GraphSettings("app", ("app",), "", VIEW), [log], NOON).fields == (
        "@lines",
        "timeouts",
    )
    with pytest.raises(ViewError, match=r"field: there is no 'x': there are @lines timeouts"):
        numbers(log, "field=x")


def test_several_events_have_a_colour_each() -> None:
    settings = LogSettings("/nowhere", count={"timeouts": "timed out", "full": "disk full"})
    log = Log("app", "app", "/nowhere", UTC, settings)
    lines = [f"2026-01-31 11:{n:02}:00 {('timed out', 'disk full')[n % 2]}" for n in range(60)]
    log.take(Block("".join(f"{line}\n" for line in lines).encode(), NOON), NOON, growing=False)
    frame, _ = picture(log, View(fields=("timeouts", "full"), style="stack"))

    pixels = Image.open(io.BytesIO(frame.body)).convert("RGB")
    shown = {colour for _, colour in pixels.getcolors(1 << 18) or ()}
    assert {SERIES["1"], SERIES["2"]} <= shown


def test_fields_that_were_asked_for_are_shown_before_counts() -> None:
    settings = LogSettings("/nowhere", fields=("took",))
    log = Log("app", "app", "/nowhere", UTC, settings)
    line = '{"ts":"2026-01-31T11:59:00Z","level":"info","took":1.5}\n'
    log.take(Block(line.encode() * 3, NOON), NOON, growing=False)
    graph = describe(GraphSettings("app", ("app",), "", VIEW), [log], NOON)

    assert (graph.fields, graph.style, graph.last) == (("took", "@lines"), "line", 1.5)
    assert numbers(log)["fields"][0]["name"] == "took"
    assert numbers(log, "field=@lines")["fields"][0]["name"] == "info"


def test_a_refusal_is_a_picture_or_json_with_the_words() -> None:
    error = ViewError("from: is not before until")
    picture = refuse(error, Wanted("app", VIEW), NOON).frame
    json = refuse(error, Wanted("app", VIEW, "json"), NOON).frame

    assert picture.status == json.status == 400
    assert Image.open(io.BytesIO(picture.body)).size == (500, 275)
    assert msgspec.json.decode(json.body) == {"error": "from: is not before until"}


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59.9, "59 s"), (60, "1 min"), (7199, "1 h"), (86400 * 3, "3 d")]
    + [(86400 * 8, "1 w"), (86400 * 65, "2 mon"), (86400 * 800, "2 y"), (-5, "0 s")],
)
def test_an_age_has_one_unit_rounded_down(seconds: float, words: str) -> None:
    assert age(seconds)[0] == words


@pytest.mark.parametrize("seconds", [0.0, 59.9, 60.0, 3599.0, 90_000.0, 1e7])
def test_an_age_says_how_long_its_words_hold(seconds: float) -> None:
    words, until = age(seconds)

    assert until > seconds
    assert age(until - 1e-3)[0] == words or age(until)[0].split()[1] != words.split()[1]
    assert age(math.nextafter(until, math.inf))[0] != words


def test_an_hour_in_whole_columns_is_called_an_hour() -> None:
    log = dated([NOON - 7200 + n for n in range(7200)])
    view = parse([("from", "-1h"), ("step", "5min")], VIEW, UTC)
    settings = GraphSettings("app", ("app",), "", view)
    graph = describe(settings, [log], NOON)
    text = compose(settings, [log], graph, Wanted("app", view, "txt"), NOON, UTC).frame.body
    assert text.splitlines()[1] == b"last 1 h"
