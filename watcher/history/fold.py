"""What is remembered of the lines of one log: samples, folded into buckets, series by series."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import compress

import numpy as np

from watcher.history.buckets import Floats
from watcher.history.few import Few
from watcher.history.places import Places
from watcher.history.pulse import Pulse
from watcher.history.remembered import HistoryState, Kind, Row
from watcher.history.rollup import BULK, INDEX_TIERS, TIME_TIERS, Resolution, Rollup
from watcher.history.sketch import Sketches
from watcher.history.split import Split
from watcher.history.spread import is_spread, spread_of
from watcher.history.tier import Shelf
from watcher.history.waiting import MOST_WAITING, Waiting
from watcher.history.window import Axis
from watcher.parse.batch import Batch, Coded, listed
from watcher.parse.detect import Format
from watcher.parse.numbers import floats
from watcher.parse.settings import AUTO, LogSettings
from watcher.parse.taken import Sample

NOWHERE = math.inf, -math.inf  # the extremes of no values
Positions = Sequence[float] | Floats


class History:
    """What is remembered of the lines of one log, as one format reads them."""

    __slots__ = (
        *("_waiting", "axis", "counts", "events", "extremes", "first_at", "format", "latest_at"),
        *("origin", "pulse", "samples", "settings", "sketches", "split", "spread", "tiers"),
        *("remembered", "step", "values"),
    )

    def __init__(
        self,
        format_: Format,
        settings: LogSettings = AUTO,
        tiers: Sequence[Resolution] = TIME_TIERS,
        asked: Iterable[str] = (),
    ) -> None:
        """`tiers` are those of a time axis.

        `asked`: fields of which percentiles are wanted, "" being the one that is shown.
        """
        self.format, self.settings = format_, settings
        timed = format_.clock or format_.counts or settings.interval
        self.axis: Axis = "time" if timed else "index"
        self.tiers = tuple(tiers) if self.axis == "time" else INDEX_TIERS
        self.step = self.tiers[0].step  # of the finest buckets
        self.remembered = self.tiers[-1].step * self.tiers[-1].length  # behind the newest
        places = {name: place for place, name in enumerate(settings.fields)}
        fields = sorted(format_.fields, key=lambda name: places.get(name, len(places)))
        self.values = {name: Rollup(self.tiers) for name in fields}
        self.spread = spread_of(fields, asked)
        self.sketches = {name: Sketches(self.tiers) for name in fields if name in self.spread}
        self.counts: dict[str, Rollup] = {}  # by class
        self.events = {name: Rollup(self.tiers) for name in settings.count}
        self.split = Split(settings.counters)
        self.origin: float | None = None  # Unix seconds of sample 0, where an interval is known
        self.pulse = Pulse()
        self.samples = 0
        self._waiting = Waiting()
        self.first_at, self.latest_at = math.inf, -math.inf
        self.extremes = dict.fromkeys(format_.fields, NOWHERE)

    def fold(self, batch: Batch, modified: float, *, growing: bool, past: bool = False) -> None:
        """Take in the samples of `batch`.

        `past`: they stand in the log before all that were not folded so. They go to the buckets
        of their times; of what the log is now they say nothing. Without times they say nothing.
        """
        self.collect(batch, modified, growing=growing, past=past)
        self.flush()

    def collect(self, batch: Batch, modified: float, *, growing: bool, past: bool = False) -> None:
        """As `fold`, but many samples may wait until there are more, or for `flush`."""
        many, times = batch.samples, batch.times
        if not many or (past and times is None):
            return
        first, self.samples = self.samples, self.samples + many
        if not past:
            self.pulse.beat([modified] if times is None else times)
            self.pulse.seen_to_grow |= growing
        positions = self._positions(first, modified, growing=growing) if times is None else times
        if positions is None:
            return
        if self._waiting.samples and self._waiting.past != past:
            self.flush()
        if many < BULK and not self._waiting.samples and not isinstance(positions, np.ndarray):
            few = Few(positions, self.step)
            self._reach(few.first_at, few.latest_at)
            self._fold(batch, positions, few, past=past)
            return
        where = floats(positions)
        self._reach(float(where.min()), float(where.max()))
        self._waiting.add(batch, where, past=past)
        if self._waiting.samples >= MOST_WAITING:
            self.flush()

    def add(self, sample: Sample, modified: float, *, growing: bool) -> None:
        """As `fold`, of one line; not where counters rise, or where series are told apart."""
        if self._waiting.samples:
            self.flush()
        time, values, class_ = sample
        first, self.samples = self.samples, self.samples + 1
        self.pulse.beat((modified if time is None else time,))
        self.pulse.seen_to_grow |= growing
        if time is None:
            positions = self._positions(first, modified, growing=growing)
            if positions is None:
                return
            time = positions[0]
        self._reach(time, time)
        for series, value in zip(self.format.fields, values, strict=True):
            if value == value:  # else the line has no such field
                self._series(series, value, value).add(time, value)
                if series in self.sketches:
                    self.sketches[series].add(time, value)
        if class_ is not None:
            self._class(class_).count_one(time)

    def flush(self) -> None:
        """Fold all that waits."""
        if self._waiting.samples:
            batch, positions = self._waiting.taken()
            places = Places(positions, self.step)
            where = positions.tolist() if batch.labels is not None or batch.events else ()
            self._fold(batch, where, places, past=self._waiting.past)

    def _reach(self, first: float, last: float) -> None:
        """There are samples from `first` to `last`."""
        if first < self.first_at:
            self.first_at = first
        if last > self.latest_at:
            self.latest_at = last

    def _fold(
        self, batch: Batch, positions: Positions, places: Few | Places, *, past: bool
    ) -> None:
        self._fold_values(batch, positions, places, past=past)
        for name, hits in batch.events.items():
            self._fold_event(name, positions, hits)
        if batch.classes is not None:
            self._fold_classes(batch.classes, places)

    def _positions(self, first: int, modified: float, *, growing: bool) -> Positions | None:
        """Where samples without times stand, from sample `first` on; None: nobody knows."""
        if self.origin is not None:
            every = self.settings.interval
            return [self.origin + every * n for n in range(first, self.samples)]
        if self.axis == "index":
            return range(first, self.samples)
        return [modified] * (self.samples - first) if growing else None  # it was there before us

    def _fold_values(
        self, batch: Batch, positions: Positions, places: Few | Places, *, past: bool
    ) -> None:
        for series, values, lines in self.split.series(batch.values, batch.labels, past=past):
            where = places if lines is None else self._where([positions[n] for n in lines])
            if isinstance(where, Few):
                self._fold_few(series, where, listed(values), past=past)
            else:
                self._fold_many(series, where, floats(values), past=past)

    def _where(self, positions: list[float]) -> Few | Places:
        return (Few if len(positions) < BULK else Places)(positions, self.step)

    def _fold_few(self, series: str, places: Few, values: list[float], *, past: bool) -> None:
        all_ = total, low, high = sum(values), min(values), max(values)
        if total != total and any(value != value for value in values):  # of lines without the field
            places, values = places.known(values)
            if values:
                self._fold_few(series, places, values, past=past)
            return
        self._series(series, low, high).extend_few(places, values, all_, past=past)
        if series in self.sketches:
            self.sketches[series].extend(places.positions, values)

    def _fold_many(self, series: str, places: Places, values: Floats, *, past: bool) -> None:
        low = float(values.min())
        if low != low:  # some line has no such field
            known = values == values
            if not known.any():
                return
            places, values = places.only(known), values[known]
            low = float(values.min())
        rollup = self._series(series, low, float(values.max()))
        rollup.extend_many(places, values, past=past)
        if series in self.sketches:
            self.sketches[series].extend(places.positions, values)

    def _fold_event(self, name: str, positions: Positions, hits: list[bool]) -> None:
        numbers = Counter(int(at // self.step) for at in compress(positions, hits))
        if numbers:
            self.events[name].count(numbers)

    def _fold_classes(self, classes: list[str] | Coded, places: Few | Places) -> None:
        if isinstance(places, Few) and not isinstance(classes, Coded):
            for class_, number, many in places.counted(classes):
                self._class(class_).count_some(number, many)
        elif isinstance(places, Places):
            for class_, numbers, counts in places.counted(classes):
                self._class(class_).count_many(numbers, counts)

    def _series(self, name: str, low: float, high: float) -> Rollup:
        """That of this name, which is to be given values from `low` to `high`."""
        if name not in self.values:
            self._split_off(name)
        lowest, highest = self.extremes.get(name, NOWHERE)
        if low < lowest or high > highest:
            self.extremes[name] = min(low, lowest), max(high, highest)
        return self.values[name]

    def _class(self, name: str) -> Rollup:
        if name not in self.counts:
            self.counts[name] = Rollup(self.tiers)
        return self.counts[name]

    def end_of_past(self) -> None:
        """What will be told of the past next does not follow what was told last."""
        self.split.risen_before.clear()

    def _split_off(self, series: str) -> None:
        """A new series; the fields themselves, which held the place so far, are none."""
        for name in self.format.fields:
            self.values.pop(name, None)
            self.sketches.pop(name, None)
        self.values[series] = Rollup(self.tiers)
        self._spread_out(series)

    def _spread_out(self, series: str) -> None:
        """Its percentiles are kept from now on, if they are asked for, or those of its field."""
        if is_spread(series, self.spread):
            self.sketches.setdefault(series, Sketches(self.tiers))

    def is_like(self, other: History) -> bool:
        """Whether what `other` will say can go on where this ends."""
        same = self.axis == other.axis and self.format.counts == other.format.counts
        return same and set(self.format.fields) == set(other.format.fields)

    # What is on disk.

    def series(self) -> Iterator[tuple[Kind, str, Row]]:
        """All there are; by kind and name each is found again."""
        yield from self._rollups()
        for name, sketches in self.sketches.items():
            yield "sketch", name, sketches

    def _rollups(self) -> Iterator[tuple[Kind, str, Rollup]]:
        kinds: tuple[tuple[Kind, dict[str, Rollup]], ...] = (
            ("value", self.values),
            ("count", self.counts),
            ("event", self.events),
        )
        for kind, rollups in kinds:
            for name, rollup in rollups.items():
                yield kind, name, rollup

    def shelve(self, shelf: Callable[[Kind, str, int], Shelf]) -> None:
        """Leave on disk what is there; `shelf` is that of a series' tier, finest 0."""
        for kind, name, rollup in self.series():
            rollup.shelve(partial(shelf, kind, name))

    @property
    def state(self) -> HistoryState:
        """All but the closed buckets."""
        return HistoryState(
            self.axis,
            [(tier.step, tier.length) for tier in self.tiers],
            self.samples,
            self.first_at,
            self.latest_at,
            self.origin,
            dict(self.extremes),
            list(self.split.labels.items()),
            dict(self.split.risen),
            dict(self.split.risen_before),
            self.pulse.known,
            [(kind, name, rollup.state) for kind, name, rollup in self._rollups()],
            [(name, sketches.state) for name, sketches in self.sketches.items()],
        )

    @classmethod
    def restored(
        cls,
        state: HistoryState,
        format_: Format,
        settings: LogSettings = AUTO,
        asked: Iterable[str] = (),
    ) -> History:
        """The history that was in this state; its closed buckets are to be shelved.

        It keeps its tiers, whatever those of new ones are. Raises ValueError if the samples
        of `format_` stand over another axis.
        """
        history = cls(format_, settings, state.resolutions, asked)
        if history.axis != state.axis:
            raise ValueError(f"remembered over the {state.axis} axis, now on {history.axis}")
        history._restore(state)
        return history

    def _restore(self, state: HistoryState) -> None:
        self.samples, self.origin = state.samples, state.origin
        self.first_at, self.latest_at = state.first_at, state.latest_at
        self.extremes, self.pulse = dict(state.extremes), Pulse.restored(state.pulse)
        self.split.labels = dict(state.labels)
        self.split.risen, self.split.risen_before = dict(state.risen), dict(state.risen_before)
        self.values = {}
        kinds = {"value": self.values, "count": self.counts, "event": self.events}
        for kind, name, rollup in state.series:
            kinds[kind][name] = Rollup.restored(self.tiers, rollup)
        self.sketches = {} if self.settings.split else self.sketches  # of series, if there are any
        for name, tiers in state.sketches:
            self.sketches[name] = Sketches.restored(self.tiers, tiers)
        for series in self.values:
            self._spread_out(series)
        for name in () if self.settings.split else self.format.fields:  # that are kept from now on
            self.values.setdefault(name, Rollup(self.tiers))
            self.extremes.setdefault(name, NOWHERE)
