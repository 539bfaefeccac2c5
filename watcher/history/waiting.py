"""Samples of a log that are not folded yet: folding many at once costs a third of many small lots.

They wait only while more is being read. Their places are known and what they say stays as it is,
so that it makes no difference to any bucket when they are folded.
"""

from __future__ import annotations

import numpy as np

from watcher.history.buckets import Floats
from watcher.parse.batch import Batch, joined

MOST_WAITING = 32768  # samples; folding them takes some 0.6 ms, or 5 where percentiles are kept


class Waiting:
    """The batches of one log that wait."""

    __slots__ = ("_batches", "_positions", "past", "samples")

    def __init__(self) -> None:
        self._batches: list[Batch] = []
        self._positions: list[Floats] = []
        self.samples = 0
        self.past = False  # whether they stand before all that was not told as past

    def add(self, batch: Batch, positions: Floats, *, past: bool) -> None:
        """These as well; all that wait are of the past, or none."""
        self._batches.append(batch)
        self._positions.append(positions)
        self.samples += batch.samples
        self.past = past

    def taken(self) -> tuple[Batch, Floats]:
        """All of them, at least one, as one batch, and where they stand; none is left."""
        batches, positions = self._batches, self._positions
        self._batches, self._positions, self.samples = [], [], 0
        if len(batches) == 1:
            return batches[0], positions[0]
        whole = joined(batches)
        if isinstance(whole.times, np.ndarray):  # where they stand, then
            return whole, whole.times
        return whole, np.concatenate(positions)
