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


def within(batch: Batch, latest: float, remembered: float, now: float, counters: Counters) -> Batch:
    """`batch` without the times that no bucket could hold, which are counted.

    `latest`: the newest sample so far; `remembered`: seconds before it that there are buckets for.
    """
    times = batch.times
    if not times:
        return batch
    oldest, newest = bounds(times)
    if newest <= now + MOST_AHEAD and oldest > max(latest, newest) - remembered:
        return batch
    kept: list[int] = []
    for n, time in enumerate(times):
        if time > now + MOST_AHEAD:
            counters.skewed += 1
        elif time <= latest - remembered:
            counters.late += 1
        else:
            kept.append(n)
            latest = max(latest, time)
    return batch.only(kept)
