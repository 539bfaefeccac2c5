"""One log on its way: followed, parsed, remembered."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import tzinfo
from itertools import chain
from zoneinfo import ZoneInfo

from watcher.follow.source import Block, Source, probe
from watcher.follow.tailer import Tailer
from watcher.follow.tailers import Tailers
from watcher.history.fold import History
from watcher.history.pulse import PATIENCE, SHORTEST_SILENCE, Pulse
from watcher.history.rollup import TIME_TIERS
from watcher.history.window import Axis
from watcher.parse.batch import Batch, only_lines
from watcher.parse.detect import Format
from watcher.parse.reader import Reader, Reading
from watcher.parse.settings import AUTO, LogSettings

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
