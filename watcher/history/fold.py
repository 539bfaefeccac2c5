"""What is remembered of the lines of one log: samples, folded into buckets, series by series."""

from __future__ import annotations

import math
from collections import Counter

from watcher.history.buckets import Places
from watcher.history.pulse import REMEMBERED, Pulse
from watcher.history.rollup import BULK, INDEX_TIERS, TIME_TIERS, Rollup
from watcher.history.split import Split
from watcher.history.window import Axis
from watcher.parse.batch import Batch
from watcher.parse.detect import Format
from watcher.parse.settings import AUTO, LogSettings


class History:
    """What is remembered of the lines of one log, as one format reads them."""

    def __init__(self, format_: Format, settings: LogSettings = AUTO) -> None:
        self.format, self.settings = format_, settings
        timed = format_.clock or format_.counts or settings.interval
        self.axis: Axis = "time" if timed else "index"
        places = {name: place for place, name in enumerate(settings.fields)}
        fields = sorted(format_.fields, key=lambda name: places.get(name, len(places)))
        self.values: dict[str, Rollup] = {name: self._rollup() for name in fields}
        self.counts: dict[str, Rollup] = {}  # by class
        self.events: dict[str, Rollup] = {name: self._rollup() for name in settings.count}
        self.split = Split(settings.counters)
        self.origin: float | None = None  # Unix seconds of sample 0, where an interval is known
        self.pulse = Pulse()
        self.samples = 0
        self.first_at, self.latest_at = math.inf, -math.inf
        self.extremes = dict.fromkeys(format_.fields, (math.inf, -math.inf))

    def _rollup(self) -> Rollup:
        return Rollup(TIME_TIERS if self.axis == "time" else INDEX_TIERS)

    def fold(self, batch: Batch, modified: float, *, growing: bool) -> None:
        """Take in the samples of `batch`."""
        if not batch.samples:
            return
        first, self.samples = self.samples, self.samples + batch.samples
        self.pulse.beat([modified] if batch.times is None else batch.times[-REMEMBERED - 1 :])
        self.pulse.seen_to_grow |= growing
        positions = batch.times
        if positions is None and self.origin is not None:
            every = self.settings.interval
            positions = [self.origin + every * n for n in range(first, self.samples)]
        elif positions is None and self.axis == "time":
            if not growing:
                return  # text without times that was there before us: when it came, nobody knows
            positions = [modified] * batch.samples
        places = range(first, self.samples) if positions is None else positions
        shared = Places(places, self.step) if batch.samples >= BULK else None
        self.first_at = min(self.first_at, shared.first_at if shared else min(places))
        self.latest_at = max(self.latest_at, shared.latest_at if shared else max(places))
        for name, values in self.split.series(batch.values, batch.labels):
            self._fold_values(name, places, values, shared)
        for name, hits in batch.events.items():
            self._fold_event(name, places, hits)
        if batch.classes is not None:
            self._fold_classes(places, batch.classes, shared)

    def _split_off(self, series: str) -> None:
        """A new series; the fields themselves, which held the place so far, are none."""
        for name in self.format.fields:
            self.values.pop(name, None)
        self.values[series] = self._rollup()

    def is_like(self, other: History) -> bool:
        """Whether what `other` will say can go on where this ends."""
        same = self.axis == other.axis and self.format.counts == other.format.counts
        return same and set(self.format.fields) == set(other.format.fields)

    @property
    def step(self) -> int:
        """Of the finest buckets."""
        return (TIME_TIERS if self.axis == "time" else INDEX_TIERS)[0].step

    def _fold_values(
        self, name: str, places: range | list[float], values: list[float], shared: Places | None
    ) -> None:
        if math.isnan(sum(values)):  # some line has no such field
            known = [
                (at, value) for at, value in zip(places, values, strict=True) if value == value
            ]
            places, values, shared = [at for at, _ in known], [value for _, value in known], None
        if values:
            if name not in self.values:
                self._split_off(name)
            low, high = self.extremes.get(name, (math.inf, -math.inf))
            self.extremes[name] = min(low, min(values)), max(high, max(values))
            self.values[name].extend(places, values, shared)

    def _fold_event(self, name: str, places: range | list[float], hits: list[bool]) -> None:
        numbers = Counter(int(at // self.step) for at, hit in zip(places, hits, strict=True) if hit)
        if numbers:
            self.events[name].count(numbers)

    def _fold_classes(
        self, places: range | list[float], classes: list[str], shared: Places | None
    ) -> None:
        counts: dict[str, dict[int, int]] = {}
        if shared and len(set(classes)) == 1:
            counts[classes[0]] = shared.counts
        else:
            numbers = shared.numbers.tolist() if shared else [at // self.step for at in places]
            for (class_, number), many in Counter(zip(classes, numbers, strict=True)).items():
                counts.setdefault(class_, {})[int(number)] = many
        for class_, of_class in counts.items():
            if class_ not in self.counts:
                self.counts[class_] = self._rollup()
            self.counts[class_].count(of_class)
