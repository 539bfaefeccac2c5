"""The value that stands large is true of now, and adds like with like."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.test_compose import NOON, counted, dated, make, numbers, picture
from tests.test_series import net, requests
from tests.test_sources import graph_of, known, lines, log_of, sensor
from tests.test_sources import numbers as of_several
from watcher.draw.view import View, ViewError
from watcher.history.rollup import Resolution, Rollup
from watcher.known import describe
from watcher.log import Log
from watcher.newest import _lines, newest_of

MINUTE = 60.0


def last(log: Log, query: str = "", now: float = NOON) -> float | None:
    (field, *_) = numbers(log, query, now)["fields"]
    found: float | None = field["last"]
    return found


def growing(log: Log) -> Log:
    log.pulse.seen_to_grow = True
    return log


def minutely(many: int, end: float = NOON) -> Log:
    """So many lines in each minute up to `end`, for an hour."""
    every = MINUTE / many
    return counted({"info": [end - every * (n + 0.5) for n in range(60 * many)]})


def test_lines_of_several_logs_add_up_in_one_minute() -> None:
    busy, stopped = lines("busy", many=600, every=1), lines("stopped", many=60, every=1)
    for n in range(600):  # the other one said nothing for ten minutes
        stopped.history.pulse.beat([NOON + n])
    settings = graph_of("busy", "stopped")
    now = NOON + 30

    told = of_several(settings, [busy, stopped], now=now)

    assert [field["last"] for field in told["fields"]] == [60, 60]
    old = lines("old", many=60, every=1)
    old.history.counts["info"] = shifted(old, -600)
    told = of_several(graph_of("busy", "old"), [busy, old], now=now)
    assert [field["last"] for field in told["fields"]] == [60, 0]
    assert known(graph_of("busy", "old"), [busy, old], now).last == 60


def shifted(log: Log, by: float) -> Rollup:
    """The lines of a log, another time."""
    (rollup,) = log.history.counts.values()
    found = rollup.buckets(0, 0, int(NOON) + 1)
    moved = Rollup(log.history.tiers)
    for number, count in zip(found.numbers.tolist(), found.values[0].tolist(), strict=True):
        moved.count({int(number + by): int(count)})
    return moved


def test_a_rate_falls_to_nothing_when_lines_stop_and_says_when() -> None:
    log = minutely(2)

    assert last(log, now=NOON) == 2
    assert last(log, now=NOON + 59) == 2  # the newest whole minute
    assert last(log, now=NOON + 61) == 0
    assert log.pulse.state(NOON + 61).value == "fresh"
    due = picture(log, View(), NOON + 1)[1]
    assert due <= NOON + 60
    assert describe(graph_of("app"), [log], NOON + 61).last == 0


@pytest.mark.parametrize("query", ["", "from=-10min", "from=-7d", "step=1h", "step=1s&from=-5min"])
def test_it_is_the_same_at_every_zoom(query: str) -> None:
    assert last(minutely(20), query, NOON + 20) == 20
    assert last(minutely(20), query, NOON + 200) == 0


def test_a_minute_that_has_just_begun_does_not_look_quiet() -> None:
    log = counted({"info": [NOON + 3 - n for n in range(600)]})

    assert last(log, now=NOON + 3) == 60


def test_a_stale_log_keeps_what_was_last_known_of_it() -> None:
    log = growing(counted({"info": [NOON - 299 + n for n in range(300)]}))
    now = NOON + 3600

    assert log.pulse.state(now).value == "stale"
    assert last(log, now=now) == 60


def test_what_is_stale_adds_nothing_to_what_is_not() -> None:
    alive, dead = lines("alive"), lines("dead", many=60, every=1)
    dead.pulse.seen_to_grow = True
    alive.history.counts["info"] = shifted(alive, 3600)
    alive.history.latest_at = NOON + 3600
    alive.pulse.beat([NOON + 3600])
    told = of_several(graph_of("alive", "dead"), [alive, dead], now=NOON + 3600)

    assert [field["last"] for field in told["fields"]] == [1, None]


def test_a_clock_that_goes_ahead_moves_the_minute_of_the_others_by_nothing() -> None:
    ahead, right = lines("ahead", many=600, every=1), lines("right", many=600, every=1)
    ahead.history.counts["info"] = shifted(ahead, 200)
    ahead.history.latest_at = NOON + 200
    told = of_several(graph_of("ahead", "right"), [ahead, right])

    assert [field["last"] for field in told["fields"]] == [60, 60]


def test_a_window_of_the_past_ends_with_what_was_last_then() -> None:
    log = counted({"info": [NOON - 10 * n for n in range(720)] + [NOON - n for n in range(60)]})
    assert last(log, "until=-1h&from=-2h&step=1min") == 6
    assert last(dated([NOON - n for n in range(600, -1, -1)]), "from=-5min&until=-1min") == 540
    assert last(net(many=400), "from=-1h&until=-30min") == pytest.approx(500)
    took = requests()
    assert last(took, "field=took&from=-10min&until=-5min&agg=max") == pytest.approx(
        0.908, abs=0.01
    )


def test_what_adds_up_is_nothing_in_a_silence_and_a_counter_stays() -> None:
    every = [f'size=5 time="{NOON - n:.0f}"' for n in range(300, -1, -1)]
    log = log_of("a", every, fields=("size",))

    assert last(log, "agg=rate", NOON + 2) == 5
    assert last(log, "agg=rate", NOON + 300) == 0
    assert last(net(), now=NOON + 600) == 500


def test_a_percentile_is_not_that_of_a_column_that_has_just_begun() -> None:
    steady = [f'{{"time":{NOON - 3600 + n:.0f},"took":1.0}}' for n in range(3600)]
    log = make([*steady, f'{{"time":{NOON:.0f},"took":9.0}}'])
    query = "field=took&agg=p50"

    assert last(log, query) == pytest.approx(1, rel=0.01)
    assert last(log, "field=took") == 9


def test_what_is_stacked_is_no_sum_of_different_times() -> None:
    now, before = sensor("now"), sensor("before")
    before.history.values["t"].latest_at -= 600
    settings = graph_of("now", "before", view=View(style="stack"))
    told = of_several(settings, [now, before])

    assert [field["last"] for field in told["fields"]] == [359, None]
    assert known(settings, [now, before]).last == 359
    assert known(settings, [now, sensor("before")]).last == 718


def test_values_from_zero_up_stack_and_others_are_refused() -> None:
    assert of_several(graph_of("a"), [sensor("a")], "style=stack")["state"] == "fresh"
    with pytest.raises(ViewError, match="style: stack is for values from 0 up"):
        of_several(graph_of("a"), [sensor("a", first=-5)], "style=stack")
    with pytest.raises(ViewError, match="style: stack is for lines or for values"):
        of_several(graph_of("a", "web"), [sensor("a"), lines("web")], "style=stack")


def test_coarse_tiers_count_in_whole_buckets() -> None:
    log = Log("a", "a", "/nowhere", math.nan, tiers=[Resolution(60, 1440)])  # type: ignore[arg-type]
    rollup = Rollup([Resolution(60, 1440)])
    rollup.count({int(NOON) // 60 - 1: 30, int(NOON) // 60: 2})
    log.history.counts["info"] = rollup
    newest = newest_of([minutely(1).history], View(), NOON + 20)

    assert _lines(rollup.tiers[0], int(NOON) // 60 - 1, int(NOON) // 60) == 30
    assert newest.minute == NOON


@given(
    st.lists(st.tuples(st.integers(0, 700), st.integers(1, 5)), max_size=80),
    st.integers(0, 700),
    st.integers(1, 120),
)
def test_few_buckets_are_counted_as_all_are(
    counts: list[tuple[int, int]], first: int, many: int
) -> None:
    rollup = Rollup([Resolution(1, 3600)])
    for number, count in counts:  # in any order: late ones too
        rollup.count({number: count})
    tier = rollup.tiers[0]

    assert _lines(tier, first, first + many) == tier.samples(first, first + many)
