"""Is a log alive? Judged by the rhythm it had, never by a guess."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum
from operator import sub
from typing import NamedTuple

import numpy as np

from watcher.history.buckets import starts_of
from watcher.parse.numbers import Floats, floats

REMEMBERED = 64  # newest intervals; enough for a percentile, little enough to follow a new rhythm
ENOUGH = 20  # intervals; fewer are no rhythm
PATIENCE = 5  # times the 95th percentile of the intervals, before silence means something
SHORTEST_SILENCE = 60.0  # seconds; below, nothing is stale


class State(StrEnum):
    """What a picture of a log is worth; the same words in headers, JSON and on pages."""

    FRESH = "fresh"
    STALE = "stale"  # silent for much longer than it ever was
    WAITING = "waiting"  # no sample yet
    ERROR = "error"  # there is no such picture


class PulseState(NamedTuple):
    """All that a pulse knows; plain numbers."""

    last: float
    intervals: list[float]
    seen_to_grow: bool


class Pulse:
    """When a log last gave a sample, and how far apart its samples usually are."""

    __slots__ = ("intervals", "last", "seen_to_grow")

    def __init__(self) -> None:
        self.last = -math.inf  # Unix seconds of the newest sample
        self.intervals: list[float] = []  # at most REMEMBERED
        self.seen_to_grow = False

    def beat(self, times: Sequence[float] | Floats) -> None:
        """Samples came with these Unix seconds; those that do not rise say nothing."""
        if isinstance(times, np.ndarray) or len(times) > REMEMBERED:
            times = _rising(floats(times))
            if len(times) > REMEMBERED and times[0] > self.last:
                self.last, self.intervals = times[-1], list(map(sub, times[1:], times))
                return
        last, intervals = self.last, self.intervals
        if last == -math.inf:
            last = times[0]
        for time in times:
            if time > last:
                intervals.append(time - last)
                last = time
        self.last = last
        if len(intervals) > REMEMBERED:
            del intervals[:-REMEMBERED]

    @property
    def usual(self) -> float:
        """The median interval in seconds; NaN while there is none."""
        return _percentile(self.intervals, 0.5)

    @property
    def stale_after(self) -> float:
        """Seconds of silence after which the log counts as stale; infinite if it has no rhythm."""
        if not self.seen_to_grow or len(self.intervals) < ENOUGH:
            return math.inf
        return max(SHORTEST_SILENCE, PATIENCE * _percentile(self.intervals, 0.95))

    @property
    def known(self) -> PulseState:
        """All of it, to be kept on disk."""
        return PulseState(self.last, list(self.intervals), self.seen_to_grow)

    @classmethod
    def restored(cls, known: PulseState) -> Pulse:
        """The pulse that knew this."""
        pulse = cls()
        pulse.last, pulse.seen_to_grow = known.last, known.seen_to_grow
        pulse.intervals = list(known.intervals)
        return pulse

    def state(self, now: float, patience: float | None = None) -> State:
        """Waiting, fresh or stale at `now` (Unix seconds).

        `patience`: seconds of silence that mean something; None: those of its rhythm.
        """
        if not math.isfinite(self.last):
            return State.WAITING
        silence = now - self.last
        if patience is None:
            if silence <= SHORTEST_SILENCE:  # whatever its rhythm
                return State.FRESH
            patience = self.stale_after
        return State.STALE if silence > patience else State.FRESH

    def asked_again(self, now: float, patience: float | None = None) -> float:
        """When `state` may be another without a new sample; Unix seconds, rather too early."""
        if patience is None and now - self.last <= SHORTEST_SILENCE:
            known = self.seen_to_grow and len(self.intervals) >= ENOUGH
            return self.last + SHORTEST_SILENCE if known else math.inf
        becomes_stale = self.last + (self.stale_after if patience is None else patience)
        return becomes_stale if becomes_stale >= now else math.inf


def _rising(times: Floats) -> list[float]:
    """The newest of those that are later than all before them, as many as are remembered."""
    if (times[1:] < times[:-1]).any():
        times = np.maximum.accumulate(times)
    newest: list[float] = times[starts_of(times)[-REMEMBERED - 1 :]].tolist()
    return newest


def _percentile(intervals: Sequence[float], part: float) -> float:
    if not intervals:
        return math.nan
    return sorted(intervals)[min(int(len(intervals) * part), len(intervals) - 1)]
