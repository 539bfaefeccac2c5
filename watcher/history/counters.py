"""What became of the lines of a log: outsiders check our accounting by these numbers."""

from __future__ import annotations

from dataclasses import dataclass

from watcher.parse.batch import Batch
from watcher.parse.numbers import bounds

MOST_AHEAD = 300.0  # seconds; clocks differ by that much, and no more: later is a mistake


@dataclass(slots=True)
class Counters:
    """What became of the lines since the log was first seen; they never go back."""

    lines: int = 0  # complete lines consumed
    samples: int = 0  # lines that gave a value, or were counted
    bad: int = 0  # lines refused, too long ones included
    late: int = 0  # samples older than anything that is remembered
    skewed: int = 0  # samples too far ahead of the clock
    lost_generations: int = 0
    bytes: int = 0

    def told(self) -> dict[str, int]:
        """By name, as the contract has them."""
        return {name: getattr(self, name) for name in self.__slots__}

    def drop(self, overlong: int) -> None:
        """So many lines were too long."""
        self.lines += overlong
        self.bad += overlong

    def take(self, batch: Batch, latest: float, remembered: float, now: float) -> Batch:
        """What is counted of `batch`: all but the times that no bucket could hold.

        `latest`: the newest sample so far; `remembered`: seconds before it that have buckets.
        """
        batch = self._within(batch, latest, remembered, now)
        self.lines += batch.lines
        self.bad += batch.bad
        self.samples += batch.samples
        return batch

    def take_one(self, time: float | None, latest: float, remembered: float, now: float) -> bool:
        """As `take`, of one line: whether its sample is counted."""
        self.lines += 1
        if time is not None and not self._can_hold(time, latest, remembered, now):
            return False
        self.samples += 1
        return True

    def _within(self, batch: Batch, latest: float, remembered: float, now: float) -> Batch:
        times = batch.times
        if not batch.samples or times is None:
            return batch
        oldest, newest = bounds(times)
        if newest <= now + MOST_AHEAD and oldest > max(latest, newest) - remembered:
            return batch
        kept: list[int] = []
        for n, time in enumerate(times):
            if self._can_hold(time, latest, remembered, now):
                kept.append(n)
                latest = max(latest, time)
        return batch.only(kept)

    def _can_hold(self, time: float, latest: float, remembered: float, now: float) -> bool:
        """Whether there is a bucket for that time; else it is counted here."""
        if time > now + MOST_AHEAD:
            self.skewed += 1
            return False
        if time <= latest - remembered:
            self.late += 1
            return False
        return True
