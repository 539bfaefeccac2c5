"""How values are spread, bucket by bucket."""

from __future__ import annotations

import random
from collections.abc import Mapping

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.history import sketch
from watcher.history.cells import MOST_CELLS, WORD, cells_of, joined, values_of
from watcher.history.rollup import INDEX_TIERS, TIME_TIERS, Resolution, Rollup
from watcher.history.sketch import Sketches, heat, quantiles
from watcher.history.sketch_chunk import CHUNK
from watcher.history.sketch_tier import MOST_BUCKETS, MOST_BYTES, SketchTierState
from watcher.history.window import Window, look

QS = [0.0, 0.5, 0.9, 0.95, 0.99, 1.0]

positions = st.integers(0, 200_000).map(float)
values = st.floats(-1e6, 1e6).filter(lambda value: value == 0 or abs(value) > 1e-300)
samples = st.lists(st.tuples(positions, values), min_size=1, max_size=300)


def sketched(some: list[tuple[float, float]], *, portion: int = 1) -> Sketches:
    """One by one, or in portions, which are then taken as many however few they are."""
    sketches = Sketches(TIME_TIERS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sketch, "BULK", 2)
        for begin in range(0, len(some), portion):
            where, what = zip(*some[begin : begin + portion], strict=True)
            sketches.extend(where, what)
            assert sketches.tiers  # else they wait for the next
    return sketches


def told(sketches: Sketches) -> list[list[list[int]]]:
    """All buckets of all tiers."""
    return [
        np.stack(joined(sketches.buckets(level, -(2**40), 2**40)).merged()).tolist()
        for level in range(len(sketches.tiers))
    ]


def seconds(start: float, stop: float, columns: int) -> Window:
    return look(Rollup([Resolution(1, 10**6)]), "time", start, stop, columns)


@given(samples, st.integers(1, 300))
@settings(deadline=None)
def test_the_same_values_in_any_portions_give_the_same(
    some: list[tuple[float, float]], portion: int
) -> None:
    assert told(sketched(some, portion=portion)) == told(sketched(some))


@given(st.lists(st.tuples(st.integers(0, 1500).map(float), values), min_size=1), st.randoms())
@settings(deadline=None)
def test_the_same_values_in_any_order_give_the_same(
    some: list[tuple[float, float]], order: random.Random
) -> None:
    mixed = order.sample(some, len(some))

    assert told(sketched(mixed)) == told(sketched(some))
    assert told(sketched(mixed, portion=200)) == told(sketched(some))


def test_a_late_value_lands_in_the_bucket_of_its_time_in_every_tier() -> None:
    sketches = sketched([(float(at), 1.0) for at in range(1000)])
    sketches.add(500, 8.0)

    found = quantiles(sketches, seconds(0, 1000, 1000), [1.0])[0]
    assert np.flatnonzero(found > 2).tolist() == [500]
    for columns in (100, 10):
        found = quantiles(sketches, seconds(0, 1000, columns), [1.0])[0]
        assert np.flatnonzero(found > 2).tolist() == [columns // 2]


@given(samples)
@settings(deadline=None)
def test_quantiles_of_any_tier_are_within_one_percent(some: list[tuple[float, float]]) -> None:
    where, what = (np.array(part) for part in zip(*some, strict=True))
    sketches = sketched(some, portion=100)
    for step in (900, 3600, 86400):  # as far back as all of it is remembered
        window = seconds(0, 3 * 86400, 3 * 86400 // step)
        found = quantiles(sketches, window, QS)
        for column in range(len(window.count)):
            inside = what[where // step == column]
            if len(inside):
                exact = np.quantile(inside, QS, method="inverted_cdf")
                assert found[:, column] == pytest.approx(exact, rel=0.01)
            else:
                assert np.isnan(found[:, column]).all()


def test_on_the_index_axis_samples_are_told_apart() -> None:
    sketches, rollup = Sketches(INDEX_TIERS), Rollup(INDEX_TIERS)
    for one in (sketches, rollup):
        one.extend(range(430), [float(n + 1) for n in range(430)])

    window = look(rollup, "index", 0, 430, 430, also=sketches.tiers)

    found = quantiles(sketches, window, [0.5])
    assert found[0] == pytest.approx(np.arange(1, 431), rel=0.01)


def test_a_window_further_back_than_fine_buckets_is_seen_by_coarser_ones() -> None:
    sketches, rollup = Sketches(TIME_TIERS), Rollup(TIME_TIERS)
    for one in (sketches, rollup):
        one.extend(range(3500), [float(n % 10 + 1) for n in range(3500)])

    alone = look(rollup, "time", 0, 3500, 3500)
    window = look(rollup, "time", 0, 3500, 3500, also=sketches.tiers)

    assert (alone.step, window.step) == (1, 10)  # seconds reach back 2,000 of them
    assert quantiles(sketches, window, [1.0])[0] == pytest.approx(10.0, rel=0.01)
    assert window.count.tolist() == [10] * 350


def test_a_tier_remembers_so_many_buckets() -> None:
    sketches = sketched([(float(at), 1.0) for at in range(20_000)], portion=1000)

    numbers = [number for number, _ in sketches.buckets(0, 0, 20_000)]
    assert numbers == [*range(20_000 - 1 - MOST_BUCKETS, 20_000)]
    assert len(sketches.tiers[0].sizes) <= MOST_BUCKETS / CHUNK + 2
    assert not sketches.tiers[0].covers(0)
    assert sketches.tiers[1].covers(0)


def test_a_tier_of_full_buckets_takes_no_more_than_its_room() -> None:
    rng = np.random.default_rng(7)
    sketches = Sketches(TIME_TIERS[:2])
    for second in range(600):
        wild = 10.0 ** rng.uniform(-30, 30, 5000)
        sketches.extend([float(second)] * 5000, wild.tolist())

    finest = sketches.tiers[0]
    held = sum(chunk.size for chunk in finest.chunks.values())
    assert held == sum(finest.sizes.values()) <= MOST_BYTES + CHUNK * 2048 * 8
    assert finest.forgotten
    assert not finest.covers(0)
    assert sketches.tiers[1].covers(0)
    sketches.add(0, 1.0)  # too late for the seconds
    assert not sketches.buckets(0, 0, 1)
    assert joined(sketches.buckets(1, 0, 1)).counts.sum() == 10 * 5000 + 1


def test_room_is_made_alike_in_any_portions() -> None:
    rng = np.random.default_rng(8)
    wild = 10.0 ** rng.uniform(-30, 30, 400 * 3000)
    seconds = np.repeat(np.arange(400.0), 3000)
    few, many = Sketches(TIME_TIERS[:2]), Sketches(TIME_TIERS[:2])
    for sketches, portion in ((few, 3000), (many, 300_000)):
        for at in range(0, len(wild), portion):
            sketches.extend(seconds[at : at + portion], wild[at : at + portion])

    assert few.tiers[0].floor > 0
    assert few.state == many.state
    assert few.buckets(0, 0, 400) == many.buckets(0, 0, 400)


class Disk:
    """What was committed of one series."""

    def __init__(self) -> None:
        self.chunks: dict[tuple[int, int], bytes] = {}
        self.state = b""
        self.loads: list[tuple[int, int, int]] = []

    def commit(self, sketches: Sketches) -> None:
        for level, tier in enumerate(sketches.tiers):
            for key in tier.changed:
                self.chunks[level, key] = tier.chunks[key].packed()
            tier.committed()
        self.state = msgspec.msgpack.encode(sketches.state)

    def restored(self) -> Sketches:
        state = msgspec.msgpack.decode(self.state, type=list[SketchTierState])
        sketches = Sketches.restored(TIME_TIERS, state)
        sketches.shelve(lambda level: Shelf(self, level))
        return sketches


class Shelf:
    def __init__(self, disk: Disk, level: int) -> None:
        self.disk, self.level = disk, level

    def load(self, first: int, last: int) -> Mapping[int, bytes]:
        self.disk.loads.append((self.level, first, last))
        return {
            key: blob
            for (level, key), blob in self.disk.chunks.items()
            if level == self.level and first <= key <= last
        }


@pytest.fixture
def lively() -> list[tuple[float, float]]:
    rng = np.random.default_rng(3)
    at = np.sort(rng.uniform(0, 2000, 8000))
    return list(zip(at.tolist(), rng.lognormal(3, 1, 8000).tolist(), strict=True))


def test_a_chunk_is_the_same_on_disk_in_whatever_portions_it_came(
    lively: list[tuple[float, float]],
) -> None:
    chunks = [sketched(lively, portion=portion).tiers[0].chunks for portion in (1, 90, 8000)]
    mixed = sketched(lively[:5000], portion=2500)
    for at, value in lively[5000:]:
        mixed.add(at, value)

    one, *others = (
        {key: chunk.packed() for key, chunk in some.items()}
        for some in (*chunks, mixed.tiers[0].chunks)
    )
    assert all(other == one for other in others)


def test_late_values_among_many_change_only_the_buckets_of_their_times() -> None:
    some = [(float(at), 1.0 + at % 7) for at in range(5000)]
    late = [(3100.0, 9.0), (4000.5, 9.0), (4000.7, -3.0), (10.0, 9.0)]
    mixed = sketched(some[:4500], portion=4500)
    mixed.extend(*map(np.array, zip(*late, *some[4500:], strict=True)))

    assert told(mixed) == told(sketched([*some, *late]))


@pytest.mark.parametrize("pace", [1, 9, 70, 5000])
def test_of_values_far_apart_as_much_is_remembered_as_if_they_came_one_by_one(pace: int) -> None:
    some = [(float(pace * n), 1.0 + n % 5) for n in range(6000)]
    together, single = sketched(some, portion=3000), sketched(some)

    assert told(together) == told(single)
    assert together.state == single.state


def test_an_open_bucket_with_too_many_cells_is_the_same_in_any_portions() -> None:
    wild = 10.0 ** np.random.default_rng(5).uniform(-300, 300, 12_000)
    some = [(0.0, value) for value in [*wild.tolist(), *(-wild).tolist()]]
    single, few, many = (sketched(some, portion=portion) for portion in (1, 500, 24_000))

    assert told(single) == told(few) == told(many)
    assert single.state == few.state == many.state
    assert len(many.state[0].words) == MOST_CELLS * WORD


def test_what_comes_back_from_disk_goes_on_as_if_nothing_had_happened(
    lively: list[tuple[float, float]],
) -> None:
    disk = Disk()
    sketches = sketched(lively[:4000], portion=700)
    disk.commit(sketches)
    for at, value in lively[4000:6000]:
        sketches.add(at, value)
    disk.commit(sketches)

    restored = disk.restored()
    for at, value in [*lively[6000:], (3.0, 5.0)]:  # the last one is late
        restored.add(at, value)

    assert told(restored) == told(sketched([*lively, (3.0, 5.0)]))


def test_only_what_is_asked_for_is_loaded_and_only_once(
    lively: list[tuple[float, float]],
) -> None:
    disk = Disk()
    disk.commit(sketched(lively, portion=1000))
    restored = disk.restored()
    assert not any(tier.chunks for tier in restored.tiers)

    for _ in range(2):
        quantiles(restored, seconds(CHUNK, 3 * CHUNK, 2 * CHUNK), [0.5])

    assert disk.loads == [(0, 1, 2)]


def test_chunks_that_are_on_disk_can_leave_memory_and_come_back(
    lively: list[tuple[float, float]],
) -> None:
    disk = Disk()
    sketches = sketched(lively, portion=1000)
    disk.commit(sketches)
    sketches.add(10.5, 7.0)  # one chunk is newer than its copy

    sketches.shelve(lambda level: Shelf(disk, level))

    assert list(sketches.tiers[0].chunks) == [0]
    assert told(sketches) == told(sketched([*lively, (10.5, 7.0)]))


def test_a_damaged_chunk_is_left_out(
    lively: list[tuple[float, float]], caplog: pytest.LogCaptureFixture
) -> None:
    disk = Disk()
    disk.commit(sketched(lively, portion=1000))
    disk.chunks[0, 1] = disk.chunks[0, 1][:-9] + b"\0" * 9
    restored = disk.restored()

    held = {number // CHUNK for number, _ in restored.buckets(0, 0, 3 * CHUNK)}

    assert held == {0, 2}
    assert "damaged" in caplog.text


def test_a_chunk_takes_little_room_on_disk(lively: list[tuple[float, float]]) -> None:
    tier = sketched(lively, portion=1000).tiers[1]

    packed = sum(len(chunk.packed()) for chunk in tier.chunks.values())

    assert packed < sum(tier.sizes.values()) / 3


@given(st.lists(st.tuples(st.integers(0, 59).map(float), values), min_size=1, max_size=100))
@settings(deadline=None)
def test_heat_counts_every_value_between_the_edges_of_its_row(
    some: list[tuple[float, float]],
) -> None:
    edges, counts = heat(sketched(some), seconds(0, 60, 6), 20)

    assert 1 <= len(counts) <= 20
    assert (np.diff(edges) > 0).all()
    for column in range(6):
        inside = [value for at, value in some if at // 10 == column]
        assert counts[:, column].sum() == len(inside)
    middles = values_of(cells_of(np.array([value for _, value in some])))
    rows = np.clip(np.searchsorted(edges, middles, "right") - 1, 0, None)  # far below: zero
    assert np.bincount(rows, minlength=len(counts)).tolist() == counts.sum(axis=1).tolist()


def test_heat_has_rows_of_one_height_on_a_logarithmic_scale() -> None:
    some = [(float(at), 2.0 ** (at / 8)) for at in range(80)]

    edges, counts = heat(sketched(some), seconds(0, 80, 80), 12)

    assert len(counts) <= 12
    assert counts.sum() == 80
    assert (counts.argmax(axis=0)[1:] >= counts.argmax(axis=0)[:-1]).all()  # it rises
    heights = np.log2(edges[1:] / edges[:-1])
    assert heights == pytest.approx(np.full(len(heights), heights.mean()), rel=0.15)


def test_heat_has_a_row_for_zero_and_one_for_each_sign() -> None:
    some = [(0.0, -4.0), (1.0, 0.0), (2.0, 4.0), (3.0, 0.001)]

    edges, counts = heat(sketched(some), seconds(0, 4, 4), 30)

    rows = counts.argmax(axis=0).tolist()
    assert rows[0] == 0 < rows[1] < rows[3] < rows[2] == len(counts) - 1
    assert edges[rows[1]] < 0 < edges[rows[1] + 1] <= 0.001


def test_heat_of_nothing_has_no_rows() -> None:
    edges, counts = heat(Sketches(TIME_TIERS), seconds(0, 60, 6), 20)

    assert counts.shape == (0, 6)
    assert len(edges) == 0


def test_the_largest_numbers_have_a_row_that_ends() -> None:
    some = [(0.0, 1.7976931348623157e308), (1.0, -1e-300), (2.0, 9.5e307), (3.0, 2e250)]

    edges, counts = heat(sketched(some), seconds(0, 4, 4), 40)

    assert np.isfinite(edges).all()
    assert (np.diff(edges) > 0).all()
    assert counts.sum() == 4
