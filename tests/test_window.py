"""A time range in so many columns."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.history.days import edges
from watcher.history.rollup import INDEX_TIERS, TIME_TIERS, Resolution, Rollup
from watcher.history.window import earlier, look, look_at, look_between, onto, samples_between

BERLIN = ZoneInfo("Europe/Berlin")
HOUR, DAY = 3600, 86400


def seconds(number: int) -> Rollup:
    rollup = Rollup(TIME_TIERS)
    rollup.extend(range(number), [float(n) for n in range(number)])
    return rollup


def test_columns_hold_what_lies_in_them() -> None:
    window = look(seconds(100), "time", 0, 100, 10)

    assert window.step == 10
    assert window.count.tolist() == [10] * 10
    assert window.low.tolist() == list(range(0, 100, 10))
    assert window.high.tolist() == list(range(9, 100, 10))
    assert window.last.tolist() == list(range(9, 100, 10))
    assert window.mean.tolist() == [n + 4.5 for n in range(0, 100, 10)]


def test_columns_without_samples_are_nan() -> None:
    window = look(seconds(50), "time", 0, 100, 10)

    assert window.count.tolist() == [10] * 5 + [0] * 5
    for values in (window.total, window.low, window.high, window.last, window.mean):
        assert np.isnan(values[5:]).all()
        assert not np.isnan(values[:5]).any()


def test_columns_are_never_finer_than_the_buckets() -> None:
    window = look(seconds(10), "time", 0.5, 10, 430)

    assert (window.start, window.step, len(window.count)) == (0, 1, 10)


def test_a_window_reaches_back_by_coarser_buckets() -> None:
    window = look(seconds(20_000), "time", 0, 20_000, 20_000)

    assert window.step == 10  # an hour of seconds is kept; this is longer ago
    assert window.count.sum() == 20_000


def test_on_the_index_axis_each_sample_has_its_column() -> None:
    rollup = Rollup(INDEX_TIERS)
    rollup.extend(range(430), [float(n) for n in range(430)])

    window = look(rollup, "index", 0, 430, 430)

    assert window.count.tolist() == [1] * 430
    assert window.mean.tolist() == list(range(430))


def test_the_mean_of_the_largest_numbers_is_finite_and_within_them() -> None:
    rollup = Rollup(TIME_TIERS)
    rollup.extend([0.0, 0.1, 0.2, 1.0, 1.1], [1e308, 1e308, 1e308, -1e308, 1e308])

    mean = look(rollup, "time", 0, 2, 2).mean

    assert mean.tolist() == [1e308, 0]


@settings(deadline=None)
@given(
    start=st.floats(-1e5, 1e5),
    length=st.floats(1e-3, 1e6),
    columns=st.integers(1, 2000),
    positions=st.lists(st.floats(-1e5, 1e6), max_size=40),
)
def test_any_window_has_at_most_its_columns_and_all_its_samples(
    start: float, length: float, columns: int, positions: list[float]
) -> None:
    rollup = Rollup(TIME_TIERS)
    rollup.extend(positions, [1.0] * len(positions))

    window = look(rollup, "time", start, start + length, columns)

    assert 1 <= len(window.count) <= columns + 1  # whole buckets may stick out at both ends
    inside = sum(start + 1e5 <= at < start + length - 1e5 for at in positions)  # within a day
    assert window.count.sum() >= inside
    assert window.start <= start
    assert window.stop >= start + length - 1e-3


def test_samples_are_counted_in_whole_buckets() -> None:
    rollup = seconds(7200)

    assert samples_between(rollup, 3600, 7200) == 3600
    assert samples_between(rollup, 0, 7200) == 7200
    assert samples_between(rollup, 8000, 9000) == 0


def test_columns_of_a_steady_log_are_all_alike() -> None:
    rollup = seconds(1200)

    window = look(rollup, "time", 0, 1200, 80)

    assert window.step == 15  # ten seconds would not divide it
    assert set(window.count.tolist()) == {15}


def test_the_bucket_that_the_start_lies_in_is_shown() -> None:
    rollup = seconds(20_000)

    window = look(rollup, "time", 5.5, 15_005.5, 100)

    assert window.count.sum() >= 15_000
    assert window.start == 5.5


def hourly(start: float, hours: int) -> Rollup:
    rollup = Rollup(TIME_TIERS)
    rollup.extend([start + HOUR * n for n in range(hours)], [1.0] * hours)
    return rollup


@pytest.mark.parametrize(("month", "day", "hours"), [(3, 28, 23), (10, 24, 25)])
def test_local_days_are_made_of_their_hours_across_a_change_of_the_clocks(
    month: int, day: int, hours: int
) -> None:
    start = datetime(2026, month, day, tzinfo=BERLIN).timestamp()
    found = edges(start, start + 3 * DAY - 2 * HOUR, DAY, BERLIN)

    window = look_between(hourly(start, 24 + hours + 24), "time", found)

    assert window.count.tolist() == [24, hours, 24]
    assert window.total.tolist() == [24, hours, 24]
    assert window.edges.tolist() == found.tolist()
    assert window.widths.tolist() == [DAY, hours * HOUR, DAY]
    assert (window.start, window.stop) == (found[0], found[-1])


def test_edges_that_no_remembered_bucket_keeps_move_to_those_of_buckets() -> None:
    rollup = seconds(20_000)

    window = look_between(rollup, "time", np.arange(7.0, 108.0, 5))

    assert window.edges.tolist() == [0, *range(10, 120, 10)]  # seconds are forgotten
    assert window.count.tolist() == [10] * 11


def test_edges_between_buckets_are_kept_where_columns_are_wide() -> None:
    rollup = Rollup([Resolution(HOUR, 1000)])
    rollup.extend([HOUR * n + 60.0 for n in range(80)], [1.0] * 80)
    half_past = np.array([0, DAY, 2 * DAY, 3 * DAY]) + HOUR / 2

    window = look_between(rollup, "time", half_past)

    assert window.edges.tolist() == half_past.tolist()
    assert window.count.tolist() == [25, 24, 24]  # where a bucket begins, or the first column


@settings(deadline=None)
@given(
    positions=st.lists(st.integers(0, 3 * DAY).map(float), max_size=40),
    inner=st.sets(st.integers(1, 3 * 24 - 1), max_size=10),
)
def test_any_tier_and_any_whole_columns_hold_the_same_samples(
    positions: list[float], inner: set[int]
) -> None:
    rollup = Rollup(TIME_TIERS)
    rollup.extend(positions, [1.0] * len(positions))
    between = np.array([0, *sorted(inner), 3 * 24], np.float64) * HOUR

    uneven = look_between(rollup, "time", between)
    fine = look(rollup, "time", 0, 3 * DAY, 3 * 24)

    there = np.searchsorted(between, positions, "right") - 1
    inside = there[there < len(between) - 1]
    expected = np.bincount(inside, minlength=len(between) - 1)
    assert uneven.count.tolist() == expected.tolist()
    whole = (fine.edges[:-1, None] >= between[:-1]) & (fine.edges[1:, None] <= between[1:])
    assert uneven.count.tolist() == (fine.count @ whole).tolist()


def test_columns_are_as_wide_as_something_else_needs_that_shows_the_same() -> None:
    window = look(seconds(100), "time", 3, 100, 97, also=Rollup([Resolution(10, 50)]).tiers)

    assert (window.start, window.step) == (0, 10)
    assert window.count.tolist() == [10] * 10


def test_the_same_time_earlier_lies_behind_the_present_columns() -> None:
    rollup = seconds(2 * HOUR)
    window = look(rollup, "time", 1.5 * HOUR, 2 * HOUR, 30)

    before = earlier(rollup, window, HOUR / 4)
    values = onto(before.mean, before, HOUR / 4, window)

    assert values.tolist() == (window.mean - HOUR / 4).tolist()


def test_what_was_earlier_is_as_coarse_as_it_is_remembered() -> None:
    rollup = seconds(2 * HOUR)
    window = look(rollup, "time", 2 * HOUR - 30, 2 * HOUR, 30)
    assert window.step == 1

    before = earlier(rollup, window, 1.5 * HOUR)  # only in buckets of ten seconds
    values = onto(before.mean, before, 1.5 * HOUR, window)

    first = HOUR / 2 - 30
    assert values.tolist() == [first + n // 10 * 10 + 4.5 for n in range(30)]


def test_there_is_nothing_behind_columns_that_nobody_remembers() -> None:
    rollup = seconds(100)
    window = look(rollup, "time", 0, 100, 10)

    before = earlier(rollup, window, 50)

    assert onto(before.mean, before, 50, window).tolist() == pytest.approx(
        [np.nan] * 5 + window.mean[:5].tolist(), nan_ok=True
    )
    assert np.isnan(onto(window.mean, window, 1000, window)).all()


def test_days_lie_behind_days() -> None:
    start = datetime(2026, 6, 1, tzinfo=BERLIN).timestamp()
    rollup = hourly(start, 14 * 24)
    days = edges(start + 7 * DAY, start + 14 * DAY, DAY, BERLIN)
    window = look_between(rollup, "time", days)

    before = earlier(rollup, window, 7 * DAY)

    assert before.edges.tolist() == (days - 7 * DAY).tolist()
    assert onto(before.total, before, 7 * DAY, window).tolist() == [24] * 7


@given(
    st.integers(1, 4000),
    st.floats(0, 4000),
    st.floats(1, 4000),
    st.integers(1, 500),
)
def test_the_columns_of_the_newest_sample_are_those_of_the_whole_window(
    many: int, start: float, length: float, columns: int
) -> None:
    rollup = seconds(many)
    whole = look(rollup, "time", start, start + length, columns)
    there = np.flatnonzero(whole.count)

    few = look_at(rollup, "time", rollup.latest_at, (start, start + length, columns))

    if few is None or not few.count[-1]:
        assert not len(there) or many - 1 >= whole.stop
        return
    at = int(there[-1])
    same = slice(0 if at < 3 else at - 1, at + 1)
    last = slice(same.start - same.stop, None)
    assert few.edges[-2:].tolist() == whole.edges[at : at + 2].tolist()
    assert few.count[last].tolist() == whole.count[same].tolist()
    assert np.array_equal(few.total[last], whole.total[same], equal_nan=True)


def test_few_of_given_columns_are_those_of_the_whole_window() -> None:
    rollup, given_ = seconds(4000), np.array([0.0, 60, 180, 3600])

    one = look_at(rollup, "time", 61.0, given_)

    assert one is not None
    assert (one.count.tolist(), one.edges.tolist()) == ([60, 120], [0, 60, 180])
    assert look_at(rollup, "time", 3600.0, given_) is None
