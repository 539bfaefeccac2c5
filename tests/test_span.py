"""Which part of a log a picture shows."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.draw.graph import columns
from watcher.draw.view import View, ViewError, parse
from watcher.history.fold import History
from watcher.parse.batch import Batch
from watcher.parse.detect import detect
from watcher.parse.head import head_of
from watcher.span import AUTO_WINDOWS, HOUR, Enough, Span, samples_in, seen, seen_at, span_of

NOON = 1_769_860_800.0  # 2026-01-31T12:00:00Z
DAY = 86400.0
BERLIN = ZoneInfo("Europe/Berlin")


def timed(times: list[float]) -> History:
    history = History(detect(head_of(b"2026-01-31T12:00:00Z 1\n" * 3, UTC, [], NOON)))
    if times:
        values = {"value": [float(n) for n in range(len(times))]}
        history.fold(Batch(0, 0, len(times), times, values), NOON, growing=False)
    return history


def numbered(samples: int) -> History:
    history = History(detect(head_of(b"1\n2\n3\n", UTC, [], NOON)))
    if samples:
        values = {"value": [float(n) for n in range(samples)]}
        history.fold(Batch(0, 0, samples, None, values), NOON, growing=False)
    return history


def view(**parameters: str) -> View:
    pairs = [(name.rstrip("_"), text) for name, text in parameters.items()]
    return parse(pairs, View(), UTC)


def span(history: History, now: float = NOON, *, counted: bool = False, **parameters: str) -> Span:
    return span_of([history], view(**parameters), now, counted=counted, zone=BERLIN)


@cache
def every_second() -> History:
    """Of two hours; nobody adds to it."""
    return timed([NOON - 7200 + n for n in range(7200)])


@pytest.mark.parametrize(
    ("length", "every"), [*zip(AUTO_WINDOWS, (30, 200, 800, 6000, 26000, 300000), strict=True)]
)
def test_the_window_is_the_shortest_that_holds_enough(length: float, every: float) -> None:
    history = timed([NOON - every * n for n in reversed(range(1300))])

    found = span(history)

    assert found.stop - found.start == pytest.approx(length)
    assert samples_in(history, found.start, found.stop) >= 100


def test_a_window_is_full_where_each_of_many_series_has_a_part_of_the_lines() -> None:
    lines = [f"time={NOON - 600 + n:.0f} {'abcd'[n % 4]}temp={n % 30}\n" for n in range(300)]
    text = "".join(lines).encode()
    format_ = detect(head_of(text, UTC, [], NOON))
    history = History(format_)
    history.fold(format_.parse(text), NOON, growing=False)

    assert samples_in(history, NOON - HOUR, NOON) == 75
    assert span(history).asked == HOUR


def test_the_window_of_a_log_that_fell_silent_long_ago_ends_with_it() -> None:
    history = timed([NOON - 1000 * DAY + n for n in range(500)])

    found = span(history)

    assert found.start < NOON - 1000 * DAY
    assert found.stop == pytest.approx(NOON - 1000 * DAY + 500, abs=10)


def test_a_log_without_samples_has_a_window_nevertheless() -> None:
    assert span(timed([])).stop - span(timed([])).start == pytest.approx(3600)
    assert span(numbered(0)).columns >= 1


def test_what_was_asked_for_is_known_of_windows_that_keep_their_length() -> None:
    history = every_second()
    assert span(history, from_="-1h", step="20min").asked == 3600
    assert span(history).asked == 3600
    assert span(history, from_="-2h", until="-30min").asked == 5400
    assert span(history, from_="2026-01-31T11:00").asked == 0
    assert span(history, from_="-2h", until="2026-01-31T11:30").asked == 0


def test_columns_fill_the_plot() -> None:
    found = span(every_second(), from_="-2h")

    assert found.columns == columns(View())
    assert found.step == pytest.approx(7200 / columns(View()))


@given(
    st.floats(NOON, NOON + 1e7),
    st.sampled_from(["-1h", "-36h", "-7d"]),
    st.sampled_from(["now", "-40min"]),
    st.sampled_from(["auto", "30min", "6h", "1d", "7d", "1mon", "1y"]),
)
def test_until_it_is_due_the_same_is_asked_for(
    now: float, start: str, until: str, step: str
) -> None:
    first = span(every_second(), now, from_=start, until=until, step=step)
    later = span(every_second(), (now + first.due) / 2, from_=start, until=until, step=step)

    assert now < first.due <= now + {"1mon": 31, "1y": 366}.get(step, 7) * DAY + 3600
    assert later[:3] == pytest.approx(first[:3], abs=1e-3)
    assert first.columns == later.columns
    assert first.start <= now - (2400 if until != "now" else 0) < first.stop


def test_a_window_of_the_past_is_never_due() -> None:
    found = span(every_second(), from_="2026-01-31T10:00", until="2026-01-31T11:00")

    assert math.isinf(found.due)
    assert found.start == NOON - 7200
    assert found.stop == pytest.approx(NOON - 3600, abs=20)


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"from_": "now"}, "from: is not before until"),
        ({"from_": "-1h", "until": "-2h"}, "from: is not before until"),
        ({"from_": "-90"}, "from: a time ago needs a unit, such as -90min"),
        ({"from_": "-300y"}, "more than 200 years"),
        ({"from_": "-1d", "step": "1s"}, "step: is too short: it makes more than"),
        ({"from_": "-1d", "step": "200y"}, "step: is too long"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_name(
    parameters: dict[str, str], told: str
) -> None:
    with pytest.raises(ViewError, match=told):
        span_of([every_second()], view(**parameters), NOON, counted=False)


def test_bars_of_counts_have_a_round_width_on_round_times() -> None:
    found = span(every_second(), counted=True, from_="-1h")

    assert found.step in (60, 120)
    assert found.start % found.step == found.stop % found.step == 0
    assert found.due == found.stop


def test_the_newest_samples_fill_an_index_axis() -> None:
    found = span(numbered(10_000))

    assert (found.stop, found.step) == (10_000, 1)
    assert found.columns == columns(View())
    assert span(numbered(10_000), from_="-500", until="-100")[:2] == (9_500, 9_900)


def test_an_index_axis_has_no_times_and_no_steps_of_time() -> None:
    with pytest.raises(ViewError, match="from: this graph counts samples"):
        span(numbered(10), from_="-6h")
    with pytest.raises(ViewError, match="step: this graph counts samples"):
        span(numbered(10), step="1h")


def test_columns_of_a_step_begin_at_local_midnight() -> None:
    found = span(every_second(), from_="-2d", step="1d")

    assert found.edges is not None
    begins = [datetime.fromtimestamp(at, BERLIN) for at in found.edges.tolist()]
    assert [(at.day, at.hour) for at in begins] == [(30, 0), (31, 0), (1, 0)]
    assert (found.start, found.stop, found.step) == (found.edges[0], found.edges[-1], DAY)
    assert found.due == found.stop


@pytest.mark.parametrize("day", ["2026-04-02", "2026-10-28", "2026-06-03"])
def test_a_week_has_seven_days_across_a_change_of_the_clocks(day: str) -> None:
    now = datetime.fromisoformat(f"{day}T15:00:00+02:00").timestamp()

    found = span(every_second(), now, from_="-7d", step="1d")

    assert found.columns == 7


def test_a_start_that_was_named_stays_where_it_is() -> None:
    found = span(every_second(), from_="2026-01-28T13:00", step="1d")

    assert datetime.fromtimestamp(found.start, BERLIN).day == 28
    assert found.columns == 4


def test_the_zone_of_the_view_is_meant_first() -> None:
    found = span(every_second(), from_="-2d", step="1d", tz="America/New_York")

    assert datetime.fromtimestamp(found.start, ZoneInfo("America/New_York")).hour == 0


def test_the_column_of_now_is_part_of_the_window_even_where_it_begins() -> None:
    midnight = datetime(2026, 1, 31, tzinfo=BERLIN).timestamp()

    for now in (midnight, midnight + 1, midnight + DAY - 1):
        found = span(every_second(), now, from_="-1h", step="1d")
        assert found.start <= now < found.stop == midnight + DAY


def test_a_step_holds_for_counts_too_and_up_to_the_end_asked_for() -> None:
    found = span(
        every_second(),
        counted=True,
        from_="2026-01-31T10:00",
        until="2026-01-31T11:00",
        step="15min",
    )

    assert found.edges is not None
    assert np.diff(found.edges).tolist() == [900] * 4
    assert math.isinf(found.due)


def test_a_span_is_seen_in_its_columns() -> None:
    found = span(every_second(), from_="-2h", until="2026-01-31T11:59:59", step="1h")

    window = seen(every_second().values["value"], "time", found)

    assert window.edges.tolist() == [NOON - 7200, NOON - 3600, NOON]
    assert window.count.tolist() == [3600, 3600]
    whole = seen(every_second().values["value"], "time", Span(NOON - 7200, NOON, 3600))
    assert whole.count.tolist() == [3600, 3600]


@pytest.mark.parametrize("until", ["0001-01-01", "-99999999999d", "1e18", "-62135596800"])
def test_where_no_calendar_goes_no_window_goes(until: str) -> None:
    for history in (every_second(), timed([])):
        with pytest.raises(ViewError):
            span(history, until=until)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Pacific/Apia"])
def test_columns_of_a_month_are_those_of_the_calendar(zone: str) -> None:
    found = span(every_second(), from_="-1y", step="1mon", tz=zone)

    assert found.edges is not None
    begins = [datetime.fromtimestamp(at, ZoneInfo(zone)) for at in found.edges.tolist()]
    assert {(at.day, at.hour) for at in begins} == {(1, 0)}
    assert len({(at.year, at.month) for at in begins}) == len(begins) == 13
    assert begins[-2].timestamp() <= NOON < begins[-1].timestamp() == found.due


def test_columns_of_a_year_begin_with_it() -> None:
    found = span(every_second(), from_="2024-02-29", step="1y")

    assert found.edges is not None
    begins = [datetime.fromtimestamp(at, BERLIN) for at in found.edges.tolist()]
    assert [(at.year, at.month, at.day) for at in begins] == [
        (2024, 1, 1),
        (2025, 1, 1),
        (2026, 1, 1),
        (2027, 1, 1),
    ]


def enough(history: History, samples: int, **parameters: str) -> Span:
    wanted = Enough(samples, list(history.values.values()))
    return span_of([history], view(**parameters), NOON, counted=False, enough=wanted, zone=BERLIN)


def test_columns_are_as_wide_as_it_takes_to_hold_enough() -> None:
    minutely = timed([NOON - 6 * 3600 + 60 * n for n in range(360)])

    assert enough(minutely, 10, from_="-6h").step == 600
    assert enough(minutely, 10, from_="-6h").start % 600 == 0
    assert enough(minutely, 100, from_="-6h").step == 1800  # no wider: some columns are a curve
    assert enough(every_second(), 8, from_="-1h").step == span(every_second(), from_="-1h").step
    assert enough(every_second(), 20, from_="-1h").step == 30
    assert enough(minutely, 100, from_="-6h", step="1min").step == 60  # as it was asked for


def test_a_burst_does_not_make_the_other_columns_hold_enough() -> None:
    slow = [NOON - 6 * 3600 + 60 * n for n in range(360)]
    burst = timed(sorted(slow + [NOON - 3600 + n / 100 for n in range(5000)]))

    assert enough(burst, 10, from_="-6h").step == 600


def test_columns_of_samples_hold_enough_of_them() -> None:
    assert enough(numbered(10_000), 20).step == 20
    assert enough(numbered(10_000), 20).start % 20 == 0
    assert enough(numbered(100), 100).step == 10
    assert enough(numbered(10_000), 20, from_="0", until="10000").step > 20


def test_a_column_of_a_span_is_seen_alone() -> None:
    history = every_second()
    for found in (span(history, from_="-1h"), span(history, from_="-2h", step="1h")):
        whole = seen(history.values["value"], "time", found)
        one = seen_at(history.values["value"], "time", found, NOON - 603)
        assert one is not None
        assert one.count[-1] == whole.count[np.searchsorted(whole.edges, NOON - 603, "right") - 1]


@pytest.mark.parametrize(
    ("start", "hours"), [("-7d", {0, 2, 4, 6}), ("-30d", {0, 6}), ("-1y", {0}), ("-90d", {0})]
)
def test_long_bars_of_counts_begin_when_local_days_do(start: str, hours: set[int]) -> None:
    for zone in ("Europe/Berlin", "Asia/Kathmandu", "America/New_York"):
        found = span(every_second(), counted=True, from_=start, tz=zone)
        assert found.edges is not None
        begins = {datetime.fromtimestamp(at, ZoneInfo(zone)).hour for at in found.edges.tolist()}
        assert hours <= begins
        assert {datetime.fromtimestamp(at, ZoneInfo(zone)).minute for at in found.edges} == {0}


@pytest.mark.parametrize(("vs", "hours"), [("-7d", 167), ("-1d", 24), ("-36h", 36), ("-30d", 719)])
def test_days_ago_are_the_same_time_of_day(vs: str, hours: int) -> None:
    noon = datetime(2026, 4, 1, 12, tzinfo=BERLIN).timestamp()  # clocks changed on 29 March
    for step in ("auto", "1h", "1d"):
        assert span(every_second(), noon, from_="-1d", vs=vs, step=step).vs == hours * HOUR
    assert span(every_second(), noon, from_="-1d", vs=vs, tz="UTC").vs == view(vs=vs).vs


def test_where_no_calendar_goes_what_is_behind_is_so_many_seconds_earlier() -> None:
    found = span(every_second(), from_="0002-02-05T00:00", until="0002-02-06T00:00", vs="-80d")
    assert found.vs == 80 * 24 * HOUR
    found = span(every_second(), from_="9900-01-01T00:00", until="9998-12-31T00:00", vs="-1d")
    assert found.vs == 24 * HOUR
