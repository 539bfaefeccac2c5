"""A time range in so many columns."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.history.rollup import INDEX_TIERS, TIME_TIERS, Rollup
from watcher.history.window import look, samples_between


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
