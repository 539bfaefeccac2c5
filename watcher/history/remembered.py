"""What of a history outlives the process: its series, row by row, and all else that it knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple, Protocol

from watcher.history.pulse import PulseState
from watcher.history.rollup import Resolution, RollupState
from watcher.history.sketch_tier import SketchTierState
from watcher.history.tier import Shelf, Shelved
from watcher.history.window import Axis

Kind = Literal["value", "count", "event", "sketch"]


class Row(Protocol):
    """One series of a kind, for whoever brings it to disk."""

    @property
    def tiers(self) -> Sequence[Shelved]:
        """Finest first."""

    def shelve(self, shelf: Callable[[int], Shelf]) -> None:
        """Leave on disk what is there; `shelf` is that of a tier, finest 0."""


class HistoryState(NamedTuple):
    """All that a history knows but its closed buckets; msgpack keeps it bit by bit."""

    axis: Axis
    tiers: list[tuple[int, int]]
    samples: int
    first_at: float
    latest_at: float
    origin: float | None
    extremes: dict[str, tuple[float, float]]
    labels: list[tuple[bytes, str]]
    risen: dict[str, float]
    risen_before: dict[str, float]
    pulse: PulseState
    series: list[tuple[Kind, str, RollupState]]
    sketches: list[tuple[str, list[SketchTierState]]]

    @property
    def resolutions(self) -> tuple[Resolution, ...]:
        """Those of its tiers, shared by all histories that have the same."""
        return _resolutions(tuple(self.tiers))


@lru_cache(maxsize=16)  # as many as settings can ask for in a daemon's life
def _resolutions(tiers: tuple[tuple[int, int], ...]) -> tuple[Resolution, ...]:
    return tuple(Resolution(*tier) for tier in tiers)
