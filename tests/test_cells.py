"""Values by cell, and quantiles from counts."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.history.cells import (
    COUNT,
    MOST_CELLS,
    NEGATIVE,
    Counted,
    cells_of,
    cells_of_few,
    collapse,
    count,
    counted,
    counts_of,
    joined,
    quantiles,
    values_of,
    words_of,
)

SMALLEST = 2.3e-308  # below, numbers have fewer bits

numbers = st.floats(allow_nan=False, allow_infinity=False)
usual = numbers.filter(lambda value: value == 0 or abs(value) >= SMALLEST)


def cell_of(value: float) -> int:
    return cells_of_few((value,))[0]


def quantile(cells: dict[int, int], q: float) -> float:
    return float(quantiles(joined([(0, words_of(cells))]), 1, [q])[0, 0])


def cells(values: list[float]) -> dict[int, int]:
    return dict(Counter(map(cell_of, values)))


@given(numbers)
def test_the_middle_of_a_cell_is_within_0_8_percent_of_what_lies_in_it(value: float) -> None:
    middle = float(values_of(np.array([cell_of(value)]))[0])

    assert abs(middle - value) <= max(abs(value) / 128, SMALLEST)


@given(numbers, numbers)
def test_cells_are_in_the_order_of_their_values(one: float, other: float) -> None:
    low, high = sorted((one, other))

    assert cell_of(low) <= cell_of(high)


def test_both_signs_of_zero_are_one_cell_between_the_negative_and_the_positive() -> None:
    assert cell_of(-1e-300) < cell_of(-0.0) == 0 == cell_of(0.0) < cell_of(1e-300)
    assert values_of(np.array([0])).tolist() == [0.0]


@given(st.lists(numbers, min_size=1))
def test_many_at_once_have_the_cells_of_each(values: list[float]) -> None:
    assert cells_of(np.array(values)).tolist() == [cell_of(value) for value in values]


@given(st.lists(usual, min_size=1), st.floats(0, 1))
def test_a_quantile_is_within_one_percent_of_the_exact_one(values: list[float], q: float) -> None:
    exact = np.quantile(values, q, method="inverted_cdf")

    assert quantile(cells(values), q) == pytest.approx(exact, rel=0.01)


@given(st.lists(st.tuples(st.integers(-131_000, 131_000), st.integers(1, 2**43)), max_size=50))
def test_words_hold_cells_of_either_sign_and_large_counts(counts: list[tuple[int, int]]) -> None:
    assert counts_of(words_of(dict(counts))) == dict(counts)


def summed(some: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Places, cells and counts: in order, every cell of a place once."""
    sums: Counter[tuple[int, int]] = Counter()
    for place, cell, many in some:
        sums[place, cell] += many
    return [(*key, sums[key]) for key in sorted(sums)]


def merged(some: list[tuple[int, int, int]]) -> list[tuple[int, ...]]:
    places, cells_, counts = (np.array(row, np.int64) for row in zip(*some, strict=True))
    together = Counted(places, cells_, counts).merged()
    return list(zip(*map(np.ndarray.tolist, together), strict=True))


places = st.one_of(st.just(7), st.integers(0, 20), st.integers(0, 2**38))
any_cells = st.one_of(
    st.just(0),
    st.integers(64_000, 64_050),
    st.integers(-64_050, -64_000),
    st.integers(-NEGATIVE, NEGATIVE - 1),
)
many_ = st.one_of(st.just(1), st.integers(1, 300), st.integers(COUNT >> 8, COUNT >> 7))


@settings(max_examples=400)
@given(st.lists(st.tuples(places, any_cells, many_), min_size=1, max_size=100), st.integers(1, 3))
def test_whatever_is_merged_adds_up_in_order(some: list[tuple[int, int, int]], repeat: int) -> None:
    assert merged(some * repeat) == summed(some * repeat)


@pytest.mark.parametrize(
    "cells_",
    [
        [0],
        [65_000],
        [-65_000],
        [0, 65_000],
        [-1, 0, 1],
        [-65_000, 65_000],
        [-NEGATIVE, NEGATIVE - 1],
    ],
)
@pytest.mark.parametrize("spread", [1, 1000, 2**38])
@pytest.mark.parametrize("high", [1, 300, COUNT >> 7])
def test_cells_are_merged_alike_near_zero_and_far_apart(
    cells_: list[int], spread: int, high: int
) -> None:
    rng = np.random.default_rng(len(cells_))
    some = [
        (spread * int(place), int(cell), int(many))
        for place, cell, many in zip(
            rng.integers(0, 5, 64),
            rng.choice(cells_, 64),
            rng.integers(1, high + 1, 64),
            strict=True,
        )
    ]

    assert merged(some) == summed(some)


def test_values_of_one_place_and_one_cell_are_counted_together() -> None:
    together = counted(np.full(5000, 12, np.int64), np.full(5000, 3.5)).merged()

    assert [row.tolist() for row in together] == [[12], [cell_of(3.5)], [5000]]


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.integers(2, 9))
def test_what_has_too_many_cells_is_the_same_however_it_came_together(
    seed: int, parts: int
) -> None:
    rng = np.random.default_rng(seed)
    values = rng.integers(-3 * MOST_CELLS, 3 * MOST_CELLS, 5 * MOST_CELLS)
    whole = dict(Counter(values.tolist()))
    collapse(whole)

    together: dict[int, int] = {}
    for part in rng.permutation(parts):
        piece = dict(Counter(values[part::parts].tolist()))
        if part % 2:
            collapse(piece)
        count(together, piece.items())
        collapse(together)

    assert together == whole
    assert len(whole) == MOST_CELLS
    assert sum(whole.values()) == len(values)


def test_the_high_quantiles_of_what_has_too_many_cells_stay_true() -> None:
    values = [1.01**n for n in range(-3000, 3001)]  # sixty octaves of six thousand values
    some = cells(values)
    collapse(some)

    assert quantile(some, 0.9) == pytest.approx(np.quantile(values, 0.9), rel=0.02)
    assert quantile(some, 1) == pytest.approx(values[-1], rel=0.01)


def test_a_quantile_of_nothing_is_not_a_number() -> None:
    assert math.isnan(quantile({}, 0.5))
