"""One log on its way: followed, parsed, remembered."""

from __future__ import annotations

import logging
import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import tzinfo
from itertools import chain
from zoneinfo import ZoneInfo

from watcher.follow.source import Block, Source, probe
from watcher.follow.tailer import Tailer
from watcher.follow.tailers import Tailers
from watcher.history.buckets import Places
from watcher.history.pulse import PATIENCE, REMEMBERED, SHORTEST_SILENCE, Pulse
from watcher.history.rollup import BULK, INDEX_TIERS, TIME_TIERS, Rollup
from watcher.history.split import Split
from watcher.history.window import Axis
from watcher.parse.batch import Batch, only_lines
from watcher.parse.detect import Format
from watcher.parse.reader import Reader, Reading
from watcher.parse.settings import AUTO
from watcher.parse.settings import LogSettings as LogSettings

MOST_AHEAD = 300.0  # seconds; clocks differ by that much, and no more: later is a mistake
REMEMBERED_FOR = TIME_TIERS[-1].step * TIME_TIERS[-1].length  # seconds before the newest sample

log = logging.getLogger(__name__)


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


class Log:
    """A path, what its lines mean, and what they said."""

    def __init__(
        self, name: str, title: str, path: str, zone: tzinfo, settings: LogSettings = AUTO
    ) -> None:
        """`zone` is that of times that name none, unless `settings` say another."""
        self.name, self.title, self.path = name, title, path
        self.settings = settings
        self.tailer: Tailer | Tailers = Tailer(path)
        self.counters = Counters()
        self.modified = 0.0  # of the file when its last line was consumed; 0: never
        self.turning = False  # whether it waits to be pulled, or is being pulled
        self._overlong = 0
        zone = ZoneInfo(settings.timezone) if settings.timezone else zone
        self._reader = Reader(zone, settings, lambda: probe(self.path))
        self._ahead: Callable[[], Iterator[bytes]] = self.tailer.ahead
        self._placed = False  # whether samples without times have their place since the last look
        self.history = History(self._reader.format, settings)

    @property
    def format(self) -> Format:
        """How its lines are read."""
        return self.history.format

    @property
    def axis(self) -> Axis:
        """What its samples stand over."""
        return self.history.axis

    @property
    def pulse(self) -> Pulse:
        """Whether it is alive."""
        return self.history.pulse

    def refuses(self, lines: bytes) -> bool:
        """Whether some of these lines, in UTF-8, would be refused; takes nothing in."""
        return self._reader.refuses(lines)

    def merge(self, path: str) -> None:
        """Follow `path` as well, as if its lines were of the same file."""
        if isinstance(self.tailer, Tailer):
            self.tailer = Tailers(self.tailer)
        self.tailer.add(path)
        self._ahead = self.tailer.ahead

    def pull(self, now: float, clock: float) -> Iterator[None]:
        """Take in what is new, one block at each step.

        `now` is Unix seconds, `clock` any seconds that never go back.
        """
        growing = self.tailer.opened
        self._placed = False
        for block in self.tailer.blocks(clock):
            self.take(block, now, growing=growing)
            yield

    def read_whole(self, now: float, each: Callable[[bytes], None] = lambda _: None) -> None:
        """Take in the file as it is, its last line even without a newline; raises OSError.

        `each` gets the lines of every block, in UTF-8, after they were taken in.
        """
        for path in self.tailer.paths:
            source = Source(path)
            self._ahead, self._placed = source.ahead, False
            try:
                for block in source.blocks():
                    self.take(block, now, growing=False)
                    each(self._reader.utf8(block.data))
                rest = source.rest()
                self.take(rest, now, growing=False)
                each(self._reader.utf8(rest.data))
            finally:
                source.close()

    def take(self, block: Block, now: float, *, growing: bool) -> None:
        """Parse and fold one block. `growing`: it came while the log was watched."""
        self.counters.bytes += len(block.data)
        self._overlong += block.overlong
        self.modified = block.modified
        self._count(only_lines(block.overlong, block.overlong))
        for reading in self._reader.read(block.data, block.modified):
            self._turn_to(reading)
            batch = self._within(reading.batch, now)
            self._count(batch)
            self._place(batch, block.modified, reading.left)
            self.history.fold(batch, block.modified, growing=growing)

    def _turn_to(self, reading: Reading) -> None:
        """Another format understands the lines better than the one before."""
        if not reading.anew and reading.format is self.history.format:
            return
        old, new = self.history, History(reading.format, self.settings)
        if reading.anew:
            self.history = new
            self.counters = Counters(
                lines=self._overlong, bad=self._overlong, bytes=self.counters.bytes
            )
        else:
            same = old.is_like(new)
            log.info(
                "%s: its lines are now read as %s, no longer as %s: its history %s",
                self.name,
                new.format.name,
                old.format.name,
                "goes on" if same else "starts again",
            )
            self.history = old if same else new
            self.history.format = reading.format

    def _place(self, batch: Batch, modified: float, left: bytes) -> None:
        """Fix when samples without times came: the newest of the file when it was written to.

        Asked once a look: while what is said of their interval holds, the answer stays.
        """
        history, every = self.history, self.settings.interval
        if not every or not batch.samples or history.format.clock or history.format.counts:
            return
        if history.origin is not None and self._placed:
            return
        self._placed = True
        clean = not self.counters.bad
        more = sum(self._reader.count(b, clean=clean) for b in chain((left,), self._ahead()))
        newest = (history.samples + batch.samples + more - 1) * every
        silence = max(SHORTEST_SILENCE, PATIENCE * every)
        if history.origin is None or abs(modified - history.origin - newest) > silence:
            history.origin = modified - newest

    def _within(self, batch: Batch, now: float) -> Batch:
        """`batch` without the times that no bucket could hold, which are counted."""
        times, latest = batch.times, self.history.latest_at
        if not times:
            return batch
        newest = max(times)
        if newest <= now + MOST_AHEAD and min(times) > max(latest, newest) - REMEMBERED_FOR:
            return batch
        kept: list[int] = []
        for n, time in enumerate(times):
            if time > now + MOST_AHEAD:
                self.counters.skewed += 1
            elif time <= latest - REMEMBERED_FOR:
                self.counters.late += 1
            else:
                kept.append(n)
                latest = max(latest, time)
        return batch.only(kept)

    def _count(self, batch: Batch) -> None:
        self.counters.lines += batch.lines
        self.counters.bad += batch.bad
        self.counters.samples += batch.samples
