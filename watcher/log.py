"""One log on its way: followed, parsed, remembered."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import tzinfo

import msgspec

from watcher.follow.source import Block, Source, probe
from watcher.follow.tailer import Tailer
from watcher.history.pulse import REMEMBERED, Pulse
from watcher.history.rollup import INDEX_TIERS, TIME_TIERS, Rollup
from watcher.history.window import Axis
from watcher.parse.batch import Batch, only_lines
from watcher.parse.detect import Format, detect
from watcher.parse.head import ENOUGH_BYTES, ENOUGH_LINES, head_of

MOST_AHEAD = 300.0  # seconds; clocks differ by that much, and no more: later is a mistake
REMEMBERED_FOR = TIME_TIERS[-1].step * TIME_TIERS[-1].length  # seconds before the newest sample


class LogSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A `[[log]]` of the configuration."""

    path: str
    name: str = ""


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


class History:
    """What is remembered of the lines of one log, as one format reads them."""

    def __init__(self, format_: Format) -> None:
        self.format = format_
        self.axis: Axis = "time" if format_.clock or format_.counts else "index"
        self.values: dict[str, Rollup] = {name: self._rollup() for name in format_.fields}
        self.counts: dict[str, Rollup] = {}  # by class
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
        if positions is None and self.axis == "time":
            if not growing:
                return  # text without times that was there before us: when it came, nobody knows
            positions = [modified] * batch.samples
        places = range(first, self.samples) if positions is None else positions
        self.first_at = min(self.first_at, min(places))
        self.latest_at = max(self.latest_at, max(places))
        for name, values in batch.values.items():
            self._fold_values(name, places, values)
        if batch.classes is not None:
            self._fold_classes(places, batch.classes)

    def _fold_values(self, name: str, places: range | list[float], values: list[float]) -> None:
        if math.isnan(sum(values)):  # some line has no such field
            known = [
                (at, value) for at, value in zip(places, values, strict=True) if value == value
            ]
            places, values = [at for at, _ in known], [value for _, value in known]
        if values:
            low, high = self.extremes[name]
            self.extremes[name] = min(low, min(values)), max(high, max(values))
            self.values[name].extend(places, values)

    def _fold_classes(self, places: range | list[float], classes: list[str]) -> None:
        groups: dict[str, list[float]] = {}
        for at, class_ in zip(places, classes, strict=True):
            groups.setdefault(class_, []).append(at)
        for class_, at_ in groups.items():
            if class_ not in self.counts:
                self.counts[class_] = self._rollup()
            self.counts[class_].extend(at_, [1.0] * len(at_))


class Log:
    """A path, what its lines mean, and what they said."""

    def __init__(self, name: str, title: str, path: str, zone: tzinfo) -> None:
        self.name, self.title, self.path = name, title, path
        self.tailer = Tailer(path)
        self.counters = Counters()
        self.modified = 0.0  # of the file when its last line was consumed; 0: never
        self.turning = False  # whether it waits to be pulled, or is being pulled
        self._zone = zone
        self._overlong = 0
        self._head: bytes | None = b""  # all lines so far, while the verdict is provisional
        self._judged = 0  # lines of the head that the verdict is based on
        self.history = History(detect(head_of(b"", zone, [], 0.0)))

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

    def pull(self, now: float, clock: float) -> Iterator[None]:
        """Take in what is new, one block at each step.

        `now` is Unix seconds, `clock` any seconds that never go back.
        """
        growing = self.tailer.opened
        for block in self.tailer.blocks(clock):
            self.take(block, now, growing=growing)
            yield

    def read_whole(self, now: float, each: Callable[[bytes], None] = lambda _: None) -> None:
        """Take in the file as it is, its last line even without a newline; raises OSError.

        `each` gets the lines of every block before they are taken in.
        """
        source = Source(self.path)
        try:
            for block in source.blocks():
                self.take(block, now, growing=False)
                each(block.data)
            rest = source.rest()
            self.take(rest, now, growing=False)
            each(rest.data)
        finally:
            source.close()

    def take(self, block: Block, now: float, *, growing: bool) -> None:
        """Parse and fold one block. `growing`: it came while the log was watched."""
        self.counters.bytes += len(block.data)
        self._overlong += block.overlong
        self.modified = block.modified
        self._count(only_lines(block.overlong, block.overlong))
        if block.data:
            batch = self._within(self._parse(block.data, block.modified), now)
            self._count(batch)
            self.history.fold(batch, block.modified, growing=growing)

    def _parse(self, data: bytes, modified: float) -> Batch:
        if self._head is None:
            return self.format.parse(data)
        self._head += data
        lines = self._head.count(b"\n")
        complete = len(self._head) >= ENOUGH_BYTES or lines >= ENOUGH_LINES
        batch = self.format.parse(data) if self._judged else None
        if batch is None or batch.bad or complete or lines >= 2 * self._judged:
            self._judged = lines
            verdict = self._detect(modified)
            if batch is None or verdict.key != self.format.key:
                self._start_again(verdict)
                batch = verdict.parse(self._head)
        if complete:
            self._head = None
        return batch

    def _detect(self, modified: float) -> Format:
        probes = probe(self.path)
        verdict = detect(head_of(self._head or b"", self._zone, probes, modified))
        verdict.settle(probes, modified)
        return verdict

    def _start_again(self, verdict: Format) -> None:
        """Another format understands the lines so far better: forget what the old one made."""
        self.history = History(verdict)
        self.counters = Counters(
            lines=self._overlong, bad=self._overlong, bytes=self.counters.bytes
        )

    def _within(self, batch: Batch, now: float) -> Batch:
        """`batch` without the times that no bucket could hold, which are counted."""
        times, latest = batch.times, self.history.latest_at
        if not times or (
            max(times) <= now + MOST_AHEAD and min(times) > max(latest, *times) - REMEMBERED_FOR
        ):
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
