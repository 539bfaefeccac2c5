"""One log on its way: followed, parsed, remembered."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo

import msgspec

from watcher.follow.source import Block, Source
from watcher.follow.tailer import Tailer
from watcher.history.pulse import REMEMBERED, Pulse
from watcher.history.rollup import INDEX_TIERS, TIME_TIERS, Rollup
from watcher.history.window import Axis
from watcher.parse.batch import Batch
from watcher.parse.detect import ENOUGH_BYTES, ENOUGH_LINES, detect
from watcher.parse.formats import Format, formats

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
    samples: int = 0  # lines that gave a value
    bad: int = 0  # lines refused, too long ones included
    late: int = 0  # samples older than anything that is remembered
    skewed: int = 0  # samples too far ahead of the clock
    lost_generations: int = 0
    bytes: int = 0


class Log:
    """A path, what its lines mean, and what they said."""

    def __init__(self, name: str, title: str, path: str, zone: tzinfo) -> None:
        self.name, self.title, self.path = name, title, path
        self.tailer = Tailer(path)
        self.counters = Counters()
        self.pulse = Pulse()
        self.modified: float | None = None  # of the file when its last line was consumed
        self.first_at, self.low, self.high = math.inf, math.inf, -math.inf
        self.turning = False  # whether it waits to be pulled, or is being pulled
        self._formats = formats(zone)
        self._overlong = 0
        self._head: bytes | None = b""  # all lines so far, while the verdict is provisional
        self._settle(self._formats[-1])

    def _settle(self, format_: Format) -> None:
        self.format = format_
        self.axis: Axis = "time" if format_.time_format else "index"
        self.rollup = Rollup(TIME_TIERS if format_.time_format else INDEX_TIERS)

    def pull(self, now: float, clock: float) -> Iterator[None]:
        """Take in what is new, one block at each step.

        `now` is Unix seconds, `clock` any seconds that never go back.
        """
        growing = self.tailer.opened
        for block in self.tailer.blocks(clock):
            self.take(block, now, growing=growing)
            yield

    def read_whole(self, now: float) -> None:
        """Take in the file as it is, its last line even without a newline; raises OSError."""
        source = Source(self.path)
        try:
            for block in source.blocks():
                self.take(block, now, growing=False)
            self.take(source.rest(), now, growing=False)
        finally:
            source.close()

    def take(self, block: Block, now: float, *, growing: bool) -> None:
        """Parse and fold one block. `growing`: it came while the log was watched."""
        self.counters.bytes += len(block.data)
        self._overlong += block.overlong
        self.modified = block.modified
        self._count(Batch([], None, block.overlong, block.overlong))
        if block.data:
            batch = self._within(self._parse(block.data), now)
            self._count(batch)
            self._fold(batch, block.modified, growing=growing)

    def _parse(self, data: bytes) -> Batch:
        batch = self.format.parse(data)
        if self._head is None:
            return batch
        self._head += data
        if batch.bad:
            verdict, whole = detect(self._head, self._formats)
            if verdict is not self.format:
                self._start_again(verdict)
                batch = whole
        if len(self._head) >= ENOUGH_BYTES or self._head.count(b"\n") >= ENOUGH_LINES:
            self._head = None
        return batch

    def _start_again(self, verdict: Format) -> None:
        """Another format understands the lines so far better: forget what the old one made."""
        self._settle(verdict)
        self.pulse = Pulse()
        self.first_at, self.low, self.high = math.inf, math.inf, -math.inf
        self.counters = Counters(
            lines=self._overlong, bad=self._overlong, bytes=self.counters.bytes
        )

    def _within(self, batch: Batch, now: float) -> Batch:
        """`batch` without the times that no bucket could hold, which are counted."""
        times = batch.times
        latest = self.rollup.latest_at
        if not times or (
            max(times) <= now + MOST_AHEAD and min(times) > max(latest, *times) - REMEMBERED_FOR
        ):
            return batch
        kept: list[tuple[float, float]] = []
        for value, time in zip(batch.values, times, strict=True):
            if time > now + MOST_AHEAD:
                self.counters.skewed += 1
            elif time <= latest - REMEMBERED_FOR:
                self.counters.late += 1
            else:
                kept.append((value, time))
                latest = max(latest, time)
        return batch._replace(values=[value for value, _ in kept], times=[time for _, time in kept])

    def _count(self, batch: Batch) -> None:
        self.counters.lines += batch.lines
        self.counters.bad += batch.bad

    def _fold(self, batch: Batch, modified: float, *, growing: bool) -> None:
        values, times = batch.values, batch.times
        if not values:
            return
        first = self.counters.samples
        self.counters.samples += len(values)
        positions = range(first, self.counters.samples) if times is None else times
        self.rollup.extend(positions, values)
        self.pulse.beat([modified] if times is None else times[-REMEMBERED - 1 :])
        self.pulse.seen_to_grow |= growing
        self.first_at = min(self.first_at, min(positions))
        self.low, self.high = min(self.low, min(values)), max(self.high, max(values))
