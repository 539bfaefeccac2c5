"""Which numbers a picture shows: aggregated how, over which window, beside which others."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tests.test_compose import NOON, counted, make, numbers, picture
from watcher.draw.view import View, ViewError, parse
from watcher.follow.source import Block
from watcher.frame import Frame
from watcher.graphs import GraphSettings
from watcher.history.fill import filled
from watcher.history.pulse import State
from watcher.known import describe
from watcher.log import Log
from watcher.newest import newest_of
from watcher.parse.settings import LogSettings
from watcher.series import series_of
from watcher.span import span_of


def requests(many: int = 1200) -> Log:
    """One request a second up to noon, each slower than the one before by a millisecond."""
    lines = (
        f'{{"time":{NOON - many + n:.0f},"took":{n / 1000},"size":{n % 2}}}' for n in range(many)
    )
    return make(list(lines))


def field(log: Log, query: str, number: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = numbers(log, query)["fields"][number]
    return found


def there(values: list[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def drawn(log: Log, query: str) -> Frame:
    pairs = [tuple(pair.split("=")) for pair in query.split("&")]
    return picture(log, parse(pairs, View(), UTC))[0]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("agg", "expected"),
    [("mean", 0.6295), ("min", 0.6), ("max", 0.659), ("sum", 37.77), ("last", 0.659)],
)
def test_a_column_is_aggregated_as_it_is_asked_for(agg: str, expected: float) -> None:
    got = field(requests(), f"field=took&step=1min&agg={agg}")
    minute = got["min"].index(0.6)
    assert got["agg"] == agg
    assert got["value"][minute] == pytest.approx(expected)


def test_a_rate_is_the_same_at_every_zoom() -> None:
    for step in ("10s", "1min", "5min"):
        values = there(field(requests(), f"field=size&agg=rate&per=min&step={step}")["value"])
        assert values[1] == 30


def test_lines_are_counted_a_minute_or_as_it_is_asked_for() -> None:
    log = counted({"info": [NOON - 600 + n for n in range(600)]})
    for per, expected in (("s", 1), ("min", 60), ("h", 3600)):
        got = numbers(log, f"per={per}&step=1min")
        assert got["unit"] == f"lines/{per}"
        assert there(got["fields"][0]["value"])[2] == expected
    assert numbers(log, "agg=count&step=1min")["unit"] == "lines"
    assert there(field(log, "agg=count&step=1min")["value"])[2] == 60


def test_durations_have_percentiles_although_nobody_asked_beforehand() -> None:
    log = requests()
    for agg, expected in (("p50", 0.6), ("p95", 1.14), ("p99", 1.188)):
        (value,) = there(field(log, f"field=took&agg={agg}&step=1d")["value"])
        assert value == pytest.approx(expected, rel=0.01)


def test_what_is_not_kept_is_refused_with_the_line_to_write() -> None:
    with pytest.raises(ViewError, match=r'\[\[graph\]\] with field = "size" and agg = "p95"'):
        numbers(requests(), "field=size&agg=p95")
    with pytest.raises(ViewError, match='style = "heat"'):
        drawn(requests(), "field=size&style=heat")


def test_how_values_are_spread_is_drawn_as_a_heat_map() -> None:
    frame = drawn(requests(), "field=took&style=heat&from=-1h")
    assert frame.body.startswith(b"\x89PNG")
    assert frame.body != drawn(requests(), "field=took&style=line&from=-1h").body


def test_several_fields_stand_in_one_picture() -> None:
    got = numbers(requests(), "field=took&field=size")
    assert [one["name"] for one in got["fields"]] == ["took", "size"]
    assert drawn(requests(), "field=took&field=size").status == 200


def test_the_same_an_earlier_time_is_drawn_behind() -> None:
    log = requests()
    assert drawn(log, "from=-5min&vs=-5min").body != drawn(log, "from=-5min").body
    lines = counted({"info": [NOON - 7200 + n for n in range(7200)]})
    assert drawn(lines, "from=-30min&vs=-1h").body != drawn(lines, "from=-30min").body


def test_lines_have_no_mean_and_are_no_heat() -> None:
    with pytest.raises(ViewError, match="agg: lines are counted"):
        numbers(counted({"info": [NOON]}), "agg=mean")
    with pytest.raises(ViewError, match="style: heat"):
        drawn(counted({"info": [NOON]}), "style=heat")


@pytest.mark.parametrize(("fill", "empty"), [("gap", None), ("zero", 0.0), ("hold", 1.0)])
def test_what_stands_in_gaps_can_be_chosen(fill: str, empty: float | None) -> None:
    lines = [f"{NOON - 600:.0f} 1", f"{NOON - 300:.0f} 2", f"{NOON:.0f} 3"]
    values = field(make(lines), f"fill={fill}&step=1min&from=-15min")["value"]
    first = values.index(1.0)
    assert values[first + 1] == empty


@pytest.mark.parametrize(
    ("query", "level"),
    [
        ("warn=2&crit=3", "ok"),
        ("warn=1&crit=2", "warn"),
        ("warn=1&crit=1.1", "crit"),
        ("crit=1", "crit"),
        ("warn=2&crit=1.5", "crit"),
    ],
)
def test_the_newest_value_has_a_level(query: str, level: str) -> None:
    log = requests(1101)  # the newest took 1.1 s
    assert drawn(log, f"field=took&{query}").level == level


def test_silence_can_be_told_to_mean_something_or_nothing() -> None:
    log = requests()
    view = parse([("stale", "10s")], View(), UTC)
    assert picture(log, view, NOON + 5)[0].state is State.FRESH
    assert picture(log, view, NOON + 15)[0].state is State.STALE
    assert picture(log, parse([("stale", "off")], View(), UTC), NOON + 1e6)[0].state is State.FRESH


def test_a_picture_says_its_name_and_window_to_programs_and_no_clock() -> None:
    body = drawn(requests(), "from=-1h").body
    assert b"tEXtTitle\0app" in body
    assert b"2026-01-31T11:00" in body


def test_a_field_that_is_split_is_shown_with_all_its_series() -> None:
    log = Log("app", "app", "/nowhere", UTC, LogSettings("", split="room", fields=("t", "h")))
    for n in range(300):
        line = f'{{"time":{NOON - 300 + n:.0f},"room":"{"ab"[n % 2]}","t":{n},"h":{n % 7}}}\n'
        log.take(Block(line.encode(), NOON), NOON, growing=False)

    def names(query: str) -> list[str]:
        return [one["name"] for one in numbers(log, query)["fields"]]

    assert names("") == ["t/a", "t/b"]
    assert names("field=h") == ["h/a", "h/b"]
    assert names("field=h/b") == ["h/b"]
    assert drawn(log, "field=h").status == 200


def net(every: int = 10, many: int = 720, end: float = NOON) -> Log:
    """A counter that rises by 500 a second, told of at these intervals up to `end`."""
    settings = LogSettings("", kind={"rx": "counter"}, fields=("rx",))
    log = Log("app", "app", "/nowhere", UTC, settings)
    for n in range(many):
        line = f'{{"time":{end - every * (many - 1 - n):.0f},"rx":{500 * every * n}}}\n'
        log.take(Block(line.encode(), NOON), NOON, growing=False)
    return log


@pytest.mark.parametrize("start", ["-4min", "-10min", "-1h", "-100min"])
def test_a_rate_is_the_same_however_near_one_looks(start: str) -> None:
    values = there(field(net(), f"from={start}")["value"])
    assert values[1:-1] == pytest.approx([500] * len(values[1:-1]))
    assert len(values) > 20


@pytest.mark.parametrize("minutes", [0, 1, 2, 3, 7, 15])
def test_a_column_that_has_just_begun_does_not_look_slow(minutes: int) -> None:
    end = NOON + 60 * minutes
    for query in ("from=-1d", "step=1h&from=-3h", "from=-1h"):
        values = there(numbers(net(end=end), query, end + 3)["fields"][0]["value"])
        assert values[-1] == pytest.approx(500)


@pytest.mark.parametrize("query", ["from=-10min", "from=-1h", "step=1h", "step=7s"])
def test_the_newest_rate_is_that_of_the_newest_minute(query: str) -> None:
    got = field(net(), query)
    assert (got["agg"], got["last"]) == ("rate", 500)
    assert field(net(), f"{query}&per=h")["last"] == 500 * 3600


def test_the_newest_rate_of_rare_values_is_that_of_the_newest_interval() -> None:
    log = net(every=300, many=50)
    assert field(log, "from=-1h")["last"] == 500
    assert describe(GraphSettings("app", ("app",), "", View()), [log], NOON).last == 500


def test_what_is_known_of_a_graph_has_the_value_that_its_picture_shows() -> None:
    for log, query in (
        (requests(), "field=took&agg=p95"),
        (requests(), "field=size&agg=sum&step=1min"),
        (requests(), "field=took"),
        (counted({"info": [NOON - n for n in range(600)]}), "per=h"),
        (counted({"info": [NOON - n for n in range(600)]}), "agg=count"),
        (make([str(n) for n in range(50)]), "agg=rate"),
    ):
        pairs = [tuple(pair.split("=")) for pair in query.split("&")]
        view = parse(pairs, View(), UTC)  # type: ignore[arg-type]
        graph = describe(GraphSettings("app", ("app",), "", view), [log], NOON)
        lasts = [one["last"] for one in numbers(log, query)["fields"]]
        assert graph.last == sum(lasts)


def bursty() -> Log:
    """A value a minute for three hours, and two hundred in the last five seconds."""
    slow = [(NOON - 10_800 + 60 * n, 20 + n % 7) for n in range(180) if not 100 <= n < 130]
    burst = [(NOON - 5 + n / 40, 22) for n in range(200)]
    return make([f'{{"time":{at:.3f},"temp":{value}}}' for at, value in slow + burst])


def test_after_a_burst_the_line_of_a_slow_log_goes_on_and_its_silence_stays() -> None:
    log = bursty()
    span = span_of([log.history], parse([("from", "-3h")], View(), UTC), NOON, counted=False)
    (one,) = series_of(log.history, View(), span, newest_of([log.history], View(), NOON))

    assert log.pulse.usual < 1
    assert one.window.usual == pytest.approx(60, rel=0.5)
    could = np.ones(len(one.values), bool)
    joined = filled(one.values, one.window, counted=False, known=could).joined
    there = np.flatnonzero(np.isfinite(one.values))
    assert np.count_nonzero(~joined[there]) == 2  # the first, and after half an hour of silence


def test_lines_of_all_classes_are_seen_where_gaps_are_left() -> None:
    log = counted({"info": [NOON - 10 * n for n in range(360)], "error": [NOON - 600]})
    fields = numbers(log, "fill=gap&from=-30min")["fields"]

    assert [len(there(field["value"])) for field in fields] == [1, 31]
    assert drawn(log, "fill=gap&style=line").body == drawn(log, "style=line").body


@pytest.mark.parametrize(
    "query", ["", "from=-10min", "from=-1h", "step=1min", "step=7s&from=-30min"]
)
def test_a_poll_of_many_lines_at_a_time_has_the_rates_of_each(query: str) -> None:
    settings = LogSettings("", split="nic", kind={"rx": "counter"}, fields=("rx",))
    log = Log("net", "net", "/nowhere", UTC, settings)
    for poll in range(120):
        at = NOON - 60 * (120 - poll) + poll % 3  # told of a second or two late
        for nic in range(5):
            rx = 100 * nic * (at - NOON)
            line = f'{{"time":{at + nic / 500:.3f},"nic":"e{nic}","rx":{rx:.0f}}}\n'
            log.take(Block(line.encode(), NOON), NOON, growing=False)
    told = numbers(log, query)["fields"]

    assert log.pulse.usual < 1
    assert [field["name"] for field in told] == [f"rx/e{nic}" for nic in range(5)]
    for nic, field_ in enumerate(told):
        assert there(field_["value"])[1:] == pytest.approx(
            [100 * nic] * (len(there(field_["value"])) - 1)
        )
        assert field_["last"] == pytest.approx(100 * nic)


def test_what_is_behind_is_of_the_same_time_of_day_across_a_change_of_the_clocks() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    stop = datetime(2025, 10, 29, 12, tzinfo=berlin).timestamp()  # clocks changed on the 26th
    hours = [stop - 3600 * n for n in reversed(range(1, 240))]
    many = [1 + datetime.fromtimestamp(at, berlin).hour for at in hours]
    values = make([f"{at:.0f} {value}" for at, value in zip(hours, many, strict=True)])
    lines = counted({"info": list(np.repeat(hours, many))})
    view = parse([("from", "-1d"), ("step", "1h"), ("vs", "-7d"), ("per", "h")], View(), berlin)
    for log in (values, lines):
        history = log.history
        span = span_of([history], view, stop, counted=log is lines, zone=berlin)
        (one,) = series_of(history, view, span, newest_of([history], view, stop))

        assert one.before is not None
        known = one.values > 0  # not yet in the hour that has just begun
        assert known.sum() == 23
        assert list(one.before[known]) == list(one.values[known])
