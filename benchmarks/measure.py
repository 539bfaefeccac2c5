"""Time calls, alone or in turns, and print what came out."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from itertools import pairwise
from random import Random
from typing import Any

KINDS = 16  # different pictures that take turns
DEBIAN = "/usr/lib/python3/dist-packages"  # where Debian's packages lie, unseen by a venv

Call = Callable[[], bytes]
Calls = Iterator[Call]  # each other than the one before


class Row:
    """One line of the table."""

    def __init__(
        self,
        name: str,
        times: list[float],
        size: int,
        against: Row | None = None,
        goal: float | None = None,
    ) -> None:
        times = sorted(times)
        self.name, self.size, self.against, self.goal = name, size, against, goal
        self.median, self.p10 = times[len(times) // 2], times[len(times) // 10]

    @property
    def ratio(self) -> float | None:
        """How often it fits into the time of the other."""
        return self.against.p10 / self.p10 if self.against else None

    def __str__(self) -> str:
        ratio = "" if self.ratio is None else f"{self.ratio:.{1 if self.ratio < 100 else 0}f}"
        goal = "" if self.goal is None else f"{self.goal:g}"
        return f"{self.name:36}{self.median:11.1f}{self.p10:11.1f}{self.size:9}{ratio:>18}{goal:>7}"


class Times(Row):
    """A row that says how many times longer it took than the other."""

    @property
    def ratio(self) -> float | None:
        """How often the other fits into its time."""
        return self.p10 / self.against.p10 if self.against else None


def alone(calls: Calls, times: int) -> tuple[list[float], int]:
    """Microseconds of calls in a row, and the bytes of one; what each is kept from is warm."""
    sizes = [len(next(calls)()) for _ in range(2 * KINDS)]
    return [timed(next(calls)) for _ in range(times)], sizes[0]


def in_turns(
    calls: Calls, other: Call, times: int
) -> tuple[tuple[list[float], int], tuple[list[float], int]]:
    """Both of them as `alone`, one call each in turn."""
    found = rounds({"mine": lambda: next(calls)(), "theirs": other}, times)
    return found["mine"], found["theirs"]


def rounds(
    calls: Mapping[str, Call], times: int, kin: Collection[str] = ()
) -> dict[str, tuple[list[float], int]]:
    """All of them, one call each in turn, as many times; none of `kin` after one of them.

    In an order that changes, or one would always pay for what the same other leaves behind: cold
    caches, and after a fork pages that are copied when they are written.
    """
    order, random, before = list(calls), Random(1), ""
    sizes = {name: len(call()) for name, call in calls.items()}
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(times):
        random.shuffle(order)
        while len(kin) < len(order) / 2 and _kin_meet(before, order, kin):
            random.shuffle(order)
        for name in order:
            taken[name].append(timed(calls[name]))
        before = order[-1]
    return {name: (taken[name], sizes[name]) for name in calls}


def _kin_meet(before: str, order: Sequence[str], kin: Collection[str]) -> bool:
    return any(one in kin and other in kin for one, other in pairwise((before, *order)))


def timed(call: Call) -> float:
    """Microseconds of one call."""
    start = time.perf_counter_ns()
    call()
    return (time.perf_counter_ns() - start) / 1000


def heading(against: str) -> str:
    """The line above rows; the last columns are a ratio and what was aimed at."""
    return (
        f"{'':36}{'median us':>11}{'p10 us':>11}{'bytes':>9}{f'x {against} (p10)':>18}{'goal':>7}"
    )


def module(name: str) -> Any:
    """A peer's package, from here or from Debian; None where there is none for this Python."""
    try:
        return import_module(name)
    except ImportError:
        spec = PathFinder.find_spec(name, [DEBIAN])
    if spec is None or spec.loader is None:
        return None
    sys.modules[name] = found = module_from_spec(spec)
    try:
        spec.loader.exec_module(found)
    except ImportError:  # made for another Python
        del sys.modules[name]
        return None
    return found
