"""Is a log alive?"""

from __future__ import annotations

import math

from watcher.history.pulse import ENOUGH, REMEMBERED, SHORTEST_SILENCE, Pulse, State


def beating(intervals: list[float], *, grew: bool = True) -> Pulse:
    pulse, at = Pulse(), 1000.0
    pulse.beat([at])
    for interval in intervals:
        at += interval
        pulse.beat([at])
    pulse.seen_to_grow = grew
    return pulse


def test_nothing_yet_is_waiting() -> None:
    assert Pulse().state(1e9) is State.WAITING
    assert math.isnan(Pulse().usual)


def test_few_intervals_are_no_rhythm() -> None:
    assert beating([1.0] * (ENOUGH - 1)).stale_after == math.inf
    assert beating([1.0] * ENOUGH).stale_after == SHORTEST_SILENCE


def test_a_log_never_seen_to_grow_is_never_stale() -> None:
    assert beating([1.0] * 50, grew=False).state(1e12) is State.FRESH


def test_silence_is_judged_by_the_longer_intervals() -> None:
    pulse = beating([10.0] * 57 + [100.0] * 7)

    assert pulse.usual == 10
    assert pulse.stale_after == 500
    assert pulse.state(pulse.last + 500) is State.FRESH
    assert pulse.state(pulse.last + 501) is State.STALE


def test_a_new_rhythm_replaces_the_old() -> None:
    pulse = beating([1000.0] * 100 + [30.0] * REMEMBERED)

    assert pulse.stale_after == 150


def test_times_that_do_not_rise_say_nothing() -> None:
    pulse = beating([10.0] * 30)
    last = pulse.last
    pulse.beat([5.0, last])

    assert pulse.last == last
    assert set(pulse.intervals) == {10.0}
