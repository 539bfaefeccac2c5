"""Time calls, alone or in turns, and print what came out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

KINDS = 16  # different pictures that take turns

Call = Callable[[], bytes]
Calls = Iterator[Call]  # each other than the one before


class Row:
    """One line of the table."""

    def __init__(
        self, name: str, times: list[float], size: int, against: Row | None = None
    ) -> None:
        times = sorted(times)
        self.name, self.size, self.against = name, size, against
        self.median, self.p10 = times[len(times) // 2], times[len(times) // 10]

    def __str__(self) -> str:
        ratio = f"{self.against.p10 / self.p10:.1f}" if self.against else ""
        return f"{self.name:36}{self.median:11.1f}{self.p10:9.1f}{self.size:9}{ratio:>18}"


def alone(calls: Calls, times: int) -> tuple[list[float], int]:
    """Microseconds of calls in a row, and the bytes of one; what each is kept from is warm."""
    sizes = [len(next(calls)()) for _ in range(2 * KINDS)]
    return [timed(next(calls)) for _ in range(times)], sizes[0]


def in_turns(
    calls: Calls, other: Call, times: int
) -> tuple[tuple[list[float], int], tuple[list[float], int]]:
    """Both of them as `_alone`, one call each in turn."""
    mine: list[float] = []
    theirs: list[float] = []
    sizes = len(next(calls)()), len(other())
    for _ in range(times):
        theirs.append(timed(other))
        mine.append(timed(next(calls)))
    return (mine, sizes[0]), (theirs, sizes[1])


def timed(call: Call) -> float:
    start = time.perf_counter_ns()
    call()
    return (time.perf_counter_ns() - start) / 1000


def heading(against: str) -> str:
    """The line above rows; the last column is how often they fit into the time of `against`."""
    return f"{'':36}{'median us':>11}{'p10 us':>9}{'bytes':>9}{f'x {against} (p10)':>18}"
