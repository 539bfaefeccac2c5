"""What is remembered of a log: folded, kept on disk, told of its past."""

from __future__ import annotations

import math
import tracemalloc
from collections.abc import Sequence
from types import SimpleNamespace
from typing import cast

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_tier import Disk
from watcher.history.buckets import COUNT, HIGH, LAST, LOW, TOTAL
from watcher.history.fold import History
from watcher.history.remembered import HistoryState, Kind
from watcher.history.rollup import BULK, INDEX_TIERS, Resolution, Rollup
from watcher.history.waiting import MOST_WAITING
from watcher.parse.batch import Batch
from watcher.parse.detect import Format
from watcher.parse.settings import AUTO, LogSettings

NOON = 1_769_860_800.0  # 2026-01-31T12:00:00Z
EVERYTHING = (-(2**40), 2**40)


def format_(*fields: str, clock: bool = True, counts: bool = False) -> Format:
    return cast(Format, SimpleNamespace(fields=fields, clock=clock or None, counts=counts))


def timed(*times: float, **values: float) -> Batch:
    """A sample at each time; of each field this value and its successors."""
    columns = {name: [value + n for n in range(len(times))] for name, value in values.items()}
    return Batch(len(times), 0, len(times), list(times), columns)


def row(rollup: Rollup, what: int, level: int = 0) -> dict[int, float]:
    columns = rollup.buckets(level, *EVERYTHING)
    return dict(zip(columns.numbers.tolist(), columns.values[what].tolist(), strict=True))


class Disks(dict[tuple[Kind, str, int], Disk]):
    """The shelves of a log."""

    def of(self, kind: Kind, name: str, level: int) -> Disk:
        return self.setdefault((kind, name, level), Disk())

    def commit(self, history: History) -> bytes:
        for kind, name, rollup in history._rollups():
            for level, tier in enumerate(rollup.tiers):
                self.of(kind, name, level).commit(tier)
        return msgspec.msgpack.encode(history.state)

    def back(
        self, state: bytes, format_: Format, said: LogSettings = AUTO, asked: Sequence[str] = ()
    ) -> History:
        known = msgspec.msgpack.decode(state, type=HistoryState)
        history = History.restored(known, format_, said, asked)
        history.shelve(self.of)
        return history


def everything(history: History) -> list[object]:
    state = msgspec.msgpack.encode(history.state)  # 1 or 1.0
    floats = msgspec.msgpack.decode(state, type=HistoryState)
    told: list[object] = [msgspec.msgpack.encode(floats)]
    for kind, name, rollup in history._rollups():
        for level in range(len(rollup.tiers)):
            columns = rollup.buckets(level, *EVERYTHING)
            told.append((kind, name, columns.numbers.tobytes(), columns.values.tobytes()))
    return told


LINES = st.lists(
    st.tuples(
        st.integers(0, 4000),  # when
        st.sampled_from([1.0, 2.5, -7.0, 1e308, math.nan]),
        st.sampled_from([b"kitchen", b"bath", b""]),
        st.sampled_from(["error", "info"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=20,
)
BUSY = LogSettings("", count={"lost": "lost"}, kind={"rx": "counter"}, split="room")
BOTH = format_("t", "rx", counts=True)


def batch_of(lines: list[tuple[int, float, bytes, str, bool]], repeat: int) -> Batch:
    times, values, labels, classes, hits = map(list, zip(*lines * repeat, strict=True))
    return Batch(
        len(times),
        0,
        len(times),
        [NOON + time for time in times],
        {"t": values, "rx": [100.0 * n for n in range(len(times))]},
        classes,
        labels,
        {"lost": hits},
    )


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(LINES, st.sampled_from([1, 1, BULK]), st.booleans(), st.booleans()), max_size=8
    )
)
def test_a_log_that_was_on_disk_is_bit_by_bit_the_one_that_was_not(
    steps: list[tuple[list[tuple[int, float, bytes, str, bool]], int, bool, bool]],
) -> None:
    whole, kept, disks = History(BOTH, BUSY), History(BOTH, BUSY), Disks()
    for lines, repeat, past, cut in steps:
        batch = batch_of(lines, repeat)
        whole.fold(batch, NOON, growing=not past, past=past)
        state = disks.commit(kept) if cut else b""
        kept.fold(batch, NOON, growing=not past, past=past)
        if cut:  # killed before the next commit: the same lines are read again
            kept = disks.back(state, BOTH, BUSY)
            kept.fold(batch, NOON, growing=not past, past=past)

    assert everything(kept) == everything(whole)


@settings(deadline=None)
@given(st.lists(st.tuples(LINES, st.sampled_from([1, BULK]), st.booleans()), max_size=6))
def test_samples_that_wait_come_to_the_same(
    steps: list[tuple[list[tuple[int, float, bytes, str, bool]], int, bool]],
) -> None:
    at_once, waiting = History(BOTH, BUSY), History(BOTH, BUSY)
    for lines, repeat, past in steps:
        exact = [
            (at, float(n), room, level, hit) for n, (at, _, room, level, hit) in enumerate(lines)
        ]
        batch = batch_of(exact, repeat)
        at_once.fold(batch, NOON, growing=not past, past=past)
        waiting.collect(batch, NOON, growing=not past, past=past)
        assert (waiting.first_at, waiting.latest_at) == (at_once.first_at, at_once.latest_at)
        assert (waiting.samples, waiting.pulse.known) == (at_once.samples, at_once.pulse.known)
    waiting.flush()

    assert sorted(map(repr, everything(waiting)[1:])) == sorted(map(repr, everything(at_once)[1:]))
    assert waiting.extremes == at_once.extremes
    assert waiting.split.risen == at_once.split.risen
    latest = {name: rollup.latest for name, rollup in at_once.values.items()}
    assert {name: rollup.latest for name, rollup in waiting.values.items()} == latest


def test_samples_that_were_read_by_columns_wait_alike() -> None:
    lists = [timed(*(NOON + (7 * n + m) % 50 for m in range(90)), v=n) for n in range(5)]
    arrays = [
        one._replace(times=np.array(one.times), values={"v": np.array(one.values["v"])})
        for one in lists
    ]
    histories = [History(format_("v"), asked=["v"]) for _ in range(3)]
    for history, batches in zip(histories, (lists, arrays, [*lists[:2], *arrays[2:]]), strict=True):
        for batch in batches:
            history.collect(batch, NOON, growing=True)
        history.flush()

    first, *others = map(everything, histories)
    assert all(other == first for other in others)


def test_no_more_than_so_many_samples_wait() -> None:
    history = History(format_("v"))
    for n in range(MOST_WAITING // BULK):
        history.collect(timed(*[NOON + n] * BULK, v=1), NOON, growing=True)

    assert row(history.values["v"], COUNT) == {
        int(NOON) + n: BULK for n in range(MOST_WAITING // BULK)
    }


@pytest.mark.parametrize("size", [1, 7, BULK, 2000])
@pytest.mark.parametrize("pace", [0.01, 1.0, 90.0])
def test_lines_at_once_are_what_they_are_one_by_one(size: int, pace: float) -> None:
    rng = np.random.default_rng(size)
    times = (pace * np.cumsum(rng.exponential(1, size)) + rng.normal(0, 5, size)).tolist()
    numbers = np.where(rng.random(size) < 0.2, np.nan, rng.integers(-99, 99, size))
    lines = [
        (time, number, b"s%d" % rng.integers(0, 9), "abc"[rng.integers(0, 3)], rng.random() < 0.1)
        for time, number in zip(times, numbers.tolist(), strict=True)
    ]
    together, single = History(BOTH, BUSY), History(BOTH, BUSY)
    whole = batch_of(lines, 1)
    together.fold(whole, NOON, growing=True)
    for n in range(size):
        single.fold(whole.only([n]), NOON, growing=True)

    assert together.extremes == single.extremes
    left, right = ({one[:2]: one[2] for one in h._rollups()} for h in (together, single))
    assert left.keys() == right.keys()
    for key in left:
        assert left[key].latest == pytest.approx(right[key].latest, nan_ok=True)
        for level in range(len(left[key].tiers)):
            for what in (COUNT, TOTAL, LOW, HIGH, LAST):
                assert row(left[key], what, level) == row(right[key], what, level), (key, level)


def test_histories_that_are_alike_share_what_never_changes() -> None:
    state = msgspec.msgpack.encode(History(format_("v")).state)
    one, other = (Disks().back(state, format_("v")) for _ in range(2))
    assert one.tiers is other.tiers
    assert one.spread is other.spread
    assert AUTO.counters is LogSettings("", kind={"v": "gauge"}).counters


def test_what_was_restored_goes_on_where_it_was() -> None:
    history, disks = History(format_("a", "b", clock=False)), Disks()
    history.fold(Batch(2, 0, 2, None, {"a": [1.0, 2.0], "b": [3.0, 4.0]}), NOON, growing=True)
    history = disks.back(disks.commit(history), format_("a", "b", clock=False))
    history.fold(Batch(1, 0, 1, None, {"a": [5.0], "b": [6.0]}), NOON + 60, growing=True)

    assert row(history.values["a"], LAST) == {0: 1, 1: 2, 2: 5}
    assert history.extremes == {"a": (1, 5), "b": (3, 6)}
    assert (history.samples, history.pulse.last) == (3, NOON + 60)
    assert list(history.pulse.intervals) == [60]
    assert history.values["b"].latest == 6


def test_a_log_keeps_the_tiers_it_began_with() -> None:
    own = (Resolution(5, 100), Resolution(60, 100))
    history, disks = History(format_("v"), tiers=own), Disks()
    history.fold(timed(NOON, NOON + 7, v=1), NOON, growing=True)

    assert history.step == 5
    assert disks.back(disks.commit(history), format_("v")).tiers == own
    assert History(format_("v", clock=False), tiers=own).tiers == INDEX_TIERS


def test_a_log_over_another_axis_is_not_the_one_that_is_remembered() -> None:
    with pytest.raises(ValueError, match="axis"):
        History.restored(History(format_("v")).state, format_("v", clock=False))


def test_an_idle_log_takes_little_memory() -> None:
    format_of_all, batches = format_("v"), [timed(*(NOON + n for n in range(10)), v=1)] * 100
    tracemalloc.start()
    try:
        histories = [History(format_of_all) for _ in batches]
        for history, batch in zip(histories, batches, strict=True):
            history.fold(batch, NOON, growing=True)
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert taken / len(histories) < 5000  # bytes; ten thousand of them fit into 50 MB


@pytest.mark.parametrize("many", [3, 10 * BULK])
def test_the_past_says_nothing_of_what_the_log_is_now(many: int) -> None:
    history = History(format_("v"))
    history.fold(timed(NOON, NOON + 1, NOON + 2, v=10), NOON, growing=True)
    pulse = history.pulse.known
    history.fold(
        timed(*(NOON - many + n for n in range(many)), v=1), NOON, growing=False, past=True
    )

    rollup = history.values["v"]
    assert history.pulse.known == pulse
    assert (rollup.latest, rollup.latest_at, history.latest_at) == (12, NOON + 2, NOON + 2)
    assert (history.first_at, history.samples) == (NOON - many, many + 3)
    assert history.extremes["v"] == (1, max(12, many))
    assert len(row(rollup, COUNT)) == min(many + 3, 3600)


def test_counters_of_the_past_rise_for_themselves() -> None:
    said = LogSettings("", kind={"rx": "counter"})
    history = History(format_("rx"), said)
    history.fold(timed(NOON, NOON + 1, rx=500), NOON, growing=True)
    history.fold(timed(NOON - 9, NOON - 8, rx=100), NOON, growing=False, past=True)
    history.fold(timed(NOON - 7, rx=110), NOON, growing=False, past=True)
    history.end_of_past()
    history.fold(timed(NOON - 20, rx=50), NOON, growing=False, past=True)
    history.fold(timed(NOON + 2, rx=503), NOON, growing=True)

    increases = row(history.values["rx"], TOTAL)
    assert {at - NOON: rise for at, rise in increases.items()} == {-8: 1, -7: 9, 1: 1, 2: 2}


def test_the_past_of_lines_without_times_is_not_drawn() -> None:
    history = History(format_("v", clock=False))
    history.fold(Batch(1, 0, 1, None, {"v": [7.0]}), NOON, growing=False, past=True)

    assert (history.samples, row(history.values["v"], LAST)) == (0, {})


def test_sums_of_both_signs_that_no_float_holds_are_no_missing_values() -> None:
    history = History(format_("v"))
    values = [1.7e308, 1.7e308, -1.7e308, -1.7e308]
    times = [NOON, NOON, NOON + 1, NOON + 1]
    history.fold(Batch(4, 0, 4, times, {"v": values}), NOON, growing=True)

    assert row(history.values["v"], COUNT) == {NOON: 2, NOON + 1: 2}
    assert history.extremes == {"v": (-1.7e308, 1.7e308)}


@pytest.mark.parametrize("size", [1, 7, 40, 2000])
def test_the_rhythm_of_a_log_is_the_same_however_many_lines_are_read_at_once(size: int) -> None:
    times = [NOON + n // 20 - 30 * (n % 97 == 0) for n in range(2000)]  # 20 a second, some late
    whole, parts = History(format_("v")), History(format_("v"))
    whole.fold(timed(*times, v=0), NOON, growing=True)
    for begin in range(0, len(times), size):
        parts.fold(timed(*times[begin : begin + size], v=0), NOON, growing=True)

    assert whole.pulse.known == parts.pulse.known
    assert whole.pulse.usual == 1


def test_where_series_are_told_apart_a_restart_brings_back_the_percentiles_of_series_alone() -> (
    None
):
    said, disks = LogSettings("", split="room"), Disks()
    history = History(format_("took"), said)
    batch = timed(NOON, took=1)._replace(labels=[b"bath"])
    history.fold(batch, NOON, growing=True)

    assert [*disks.back(disks.commit(history), format_("took"), said).sketches] == ["took/bath"]


@pytest.mark.parametrize("asked", ["v", "v/bath"])
def test_percentiles_of_series_are_kept_from_when_they_are_asked_for(asked: str) -> None:
    said, disks = LogSettings("", split="room"), Disks()
    history = History(format_("v"), said)
    history.fold(timed(NOON, v=1)._replace(labels=[b"bath"]), NOON, growing=True)
    assert not history.sketches

    back = disks.back(disks.commit(history), format_("v"), said, asked=[asked])
    assert [*back.sketches] == ["v/bath"]
    fresh = History(format_("v"), said, asked=[asked])
    fresh.fold(timed(NOON, v=1)._replace(labels=[b"bath"]), NOON, growing=True)
    assert [*fresh.sketches] == ["v/bath"]
