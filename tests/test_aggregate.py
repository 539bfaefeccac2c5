"""One number for each column."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from watcher.history.aggregate import Agg, aggregated, lately, risen, unit_of, usual_per
from watcher.history.rollup import INDEX_TIERS, TIME_TIERS, Rollup
from watcher.history.sketch import Sketches
from watcher.history.window import Window, look

MINUTES = 40


def rollups() -> tuple[Rollup, Sketches]:
    """A sample a second that adds up to 60 + 0..59 a minute, for MINUTES."""
    rollup, sketches = Rollup(TIME_TIERS), Sketches(TIME_TIERS)
    where = [float(at) for at in range(60 * MINUTES)]
    for one in (rollup, sketches):
        one.extend(where, [1.0 + at % 60 for at in where])
    return rollup, sketches


def window(columns: int = MINUTES) -> Window:
    return look(rollups()[0], "time", 0, 60 * MINUTES, columns)


@pytest.mark.parametrize(
    ("agg", "expected"),
    [
        ("mean", 30.5),
        ("min", 1),
        ("max", 60),
        ("sum", 1830),
        ("last", 60),
        ("count", 60),
        ("rate", 30.5),
        ("p50", 30),
        ("p90", 54),
        ("p95", 57),
        ("p99", 60),
    ],
)
def test_each_has_its_number(agg: Agg, expected: float) -> None:
    rollup, sketches = rollups()
    seen = look(rollup, "time", 0, 60 * MINUTES, MINUTES, also=sketches.tiers)

    values = aggregated(seen, agg, sketches=sketches)

    assert values == pytest.approx(np.full(MINUTES, expected), rel=0.01)


@pytest.mark.parametrize("columns", [1, 4, MINUTES, 240])
def test_a_rate_is_the_same_at_every_zoom(columns: int) -> None:
    seen = window(columns)

    assert aggregated(seen, "rate", "min", counted=True) == pytest.approx(np.full(columns, 60))
    assert aggregated(seen, "rate", "h", counted=True) == pytest.approx(np.full(columns, 3600))
    assert aggregated(seen, "rate", "s").mean() == pytest.approx(30.5)


def test_a_rate_goes_by_the_width_of_each_column() -> None:
    seen = look(rollups()[0], "time", 0, 1200, 2)
    uneven = replace(seen, bounds=np.array([0.0, 600, 1800]))

    assert aggregated(uneven, "rate", "min", counted=True).tolist() == [60, 30]


def test_without_a_time_axis_a_rate_is_what_a_column_holds() -> None:
    rollup = Rollup(INDEX_TIERS)
    rollup.extend(range(100), [2.0] * 100)
    seen = look(rollup, "index", 0, 100, 10)

    assert aggregated(seen, "rate", "h", counted=True).tolist() == [10] * 10
    assert aggregated(seen, "rate", "h").tolist() == [20] * 10


def test_columns_without_samples_have_no_number() -> None:
    rollup, sketches = rollups()
    seen = look(rollup, "time", 60 * MINUTES + 60, 60 * MINUTES + 120, 6)

    for agg in ("mean", "min", "max", "sum", "last", "count", "rate", "p95"):
        assert np.isnan(aggregated(seen, agg, sketches=sketches)).all()
    assert np.isnan(aggregated(seen, "rate", counted=True)).all()


def test_percentiles_need_a_sketch() -> None:
    with pytest.raises(ValueError, match="p95: there is no sketch"):
        aggregated(window(), "p95")


def test_the_axis_says_what_it_shows() -> None:
    assert unit_of("mean", "ms", "s", counted=False) == "ms"
    assert unit_of("p99", "ms", "s", counted=False) == "ms"
    assert unit_of("rate", "B", usual_per(counted=False), counted=False) == "B/s"
    assert unit_of("rate", "", usual_per(counted=True), counted=True) == "lines/min"
    assert unit_of("count", "", "min", counted=True) == "lines"
    assert unit_of("count", "ms", "min", counted=False) == ""


def test_an_infinite_total_has_an_infinite_rate() -> None:
    rollup = Rollup(TIME_TIERS)
    rollup.extend([0.0, 0.1], [1e308, 1e308])

    seen = look(rollup, "time", 0, 1, 1)

    assert aggregated(seen, "rate").tolist() == [math.inf]


@pytest.mark.parametrize("width", [7, 10, 37, 60, 61, 600])
def test_a_counter_rises_as_fast_wherever_columns_begin(width: int) -> None:
    rollup, at, times = Rollup(TIME_TIERS), 0, []
    for n in range(200):
        at += 59 + n % 3  # a shell that sleeps for a minute
        times.append(at)
        rollup.add(float(at), 5.0 * (59 + n % 3))
    seen = look(rollup, "time", times[0] - 20, times[0] - 20 + 60 * width, 60, usual=60.0)

    values = risen(seen, "min")
    there = np.isfinite(values)
    assert there.tolist() == (seen.count > 0).tolist()
    assert values[there][1:] == pytest.approx(np.full(np.count_nonzero(there) - 1, 300))
    assert values[there][0] == pytest.approx(300, rel=0.05)


def test_what_a_counter_rose_by_in_a_silence_took_that_long() -> None:
    rollup = Rollup(TIME_TIERS)
    rollup.extend([0.0, 10, 20, 620, 630], [50.0, 50, 50, 3000, 50])

    values = risen(look(rollup, "time", 0, 640, 64, usual=10.0), "s")

    assert values[np.isfinite(values)] == pytest.approx([5] * 5)


def test_in_its_first_minute_a_counter_has_the_rate_of_what_there_is() -> None:
    rollup = Rollup(TIME_TIERS)
    rollup.extend([1000.0], [0.0])
    assert math.isnan(lately(rollup))

    rollup.extend([1001.0, 1002.0, 1003.0], [500.0, 500.0, 500.0])
    assert lately(rollup) == 500

    rollup.extend([1000.0 + n for n in range(4, 200)], [700.0] * 196)
    assert lately(rollup) == 700


def test_of_nothing_a_counter_has_no_rate() -> None:
    assert np.isnan(risen(look(Rollup(TIME_TIERS), "time", 0, 60, 6), "s")).all()
