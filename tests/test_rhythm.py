"""How far apart samples usually are."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from tests.test_fill import NAN, window
from watcher.history.fill import filled, longest_hole
from watcher.history.rhythm import interval, rhythm
from watcher.history.rollup import INDEX_TIERS, TIME_TIERS, Rollup
from watcher.history.window import Window


def holding(counts: list[int], step: float = 10.0) -> Window:
    return replace(window(len(counts), step), count=np.array(counts))


SLOW = [1, 0, 0, 0, 0, 0] * 10  # one a minute in columns of ten seconds


@pytest.mark.parametrize(
    ("counts", "usual"),
    [
        (SLOW, 60.0),
        (SLOW + [20] + [0] * 5 + SLOW, 60.0),  # a burst in one column
        (SLOW + [3] * 40 + SLOW, 60.0),  # and one over many
        (SLOW + [0] * 300 + SLOW, 60.0),  # a silence
        (SLOW + [0] * 300 + [1] + [0] * 300 + SLOW, 60.0),  # two, one after the other
        ([5] * 50 + [0] * 30 + [5] * 50, 2.0),
        ([5] * 50 + [0] * 30 + [5] * 50 + [0] * 30 + [5] * 50, 2.0),
        ([100, *[0] * 59] * 8, 600.0),  # a burst every ten minutes
    ],
)
def test_neither_a_burst_nor_a_silence_says_how_samples_usually_come(
    counts: list[int], usual: float
) -> None:
    assert rhythm(holding(counts), 0.05) == usual


@pytest.mark.parametrize("counts", [[], [0, 0], [0, 1, 0], [2, 2, 2, 2, 2, 2, 2]])
def test_where_no_hole_is_the_rhythm_of_the_log_is_taken(counts: list[int]) -> None:
    assert rhythm(holding(counts), 7.0) == 7.0


def test_where_too_few_are_seen_nobody_knows() -> None:
    assert math.isnan(rhythm(holding([1, 0, 0, 1, 0, 1]), 7.0))


def test_a_burst_tears_no_line_and_a_silence_does() -> None:
    counts = SLOW + [20] + [0] * 5 + SLOW + [0] * 60 + SLOW
    seen = holding(counts)
    seen = replace(seen, usual=rhythm(seen, 0.05))
    values = np.where(seen.count > 0, 1.0, NAN)

    joined = filled(values, seen, counted=False, known=np.ones(len(values), bool)).joined
    there = np.flatnonzero(seen.count)
    assert there[~joined[there]].tolist() == [0, 186]
    assert longest_hole(seen) == 180


def series(times: list[float]) -> Rollup:
    rollup = Rollup(TIME_TIERS)
    rollup.extend(times, [1.0] * len(times))
    return rollup


@pytest.mark.parametrize("every", [0.1, 0.25, 1, 10, 60, 300, 3600, 86400])
def test_samples_that_come_evenly_are_as_far_apart_as_they_are(every: float) -> None:
    found = interval(series([1e9 + every * n for n in range(100)]))

    assert found == pytest.approx(every, rel=0.06)


def test_a_trembling_hand_keeps_its_mean() -> None:
    times = [1e9 + 7.5 * n for n in range(100)]

    assert interval(series(times)) == pytest.approx(7.5, rel=0.01)


def test_a_burst_and_a_silence_change_no_interval() -> None:
    slow = [1e9 + 60 * n for n in range(30)] + [1e9 + 3600 + 60 * n for n in range(5)]
    burst = [slow[-1] + 30 + n / 100 for n in range(500)]

    assert interval(series(slow + burst)) == pytest.approx(60)


def test_of_too_few_samples_there_is_no_interval() -> None:
    assert math.isnan(interval(series([])))
    assert math.isnan(interval(series([1.0, 2.0, 3.0])))


def test_on_the_index_axis_each_sample_is_next_to_another() -> None:
    rollup = Rollup(INDEX_TIERS)
    rollup.extend(range(5000), [1.0] * 5000)

    assert interval(rollup) == 1
