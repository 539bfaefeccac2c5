"""One log on its way: followed, parsed, remembered."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import tzinfo
from itertools import chain
from zoneinfo import ZoneInfo

from watcher.backfill import AT_ONCE, Backfill, judged, judged_first, planned
from watcher.follow.archive import refuse_packed
from watcher.follow.generation import Generation
from watcher.follow.probe import probe
from watcher.follow.siblings import Sibling
from watcher.follow.source import Block, Source
from watcher.follow.tailer import Tailer
from watcher.follow.tailers import Tailers
from watcher.history.counters import Counters
from watcher.history.fold import History
from watcher.history.pulse import PATIENCE, SHORTEST_SILENCE, Pulse
from watcher.history.rollup import TIME_TIERS, Resolution
from watcher.history.window import Axis
from watcher.parse.batch import Batch
from watcher.parse.detect import Format
from watcher.parse.reader import Reading
from watcher.parse.settings import AUTO, LogSettings
from watcher.resume import LogState, Rest, afresh, at_rest, awake, meaning_of, reader_of

CALLS = 2  # to `rest`, until a log does: of those that grow, the first comes too early
MUCH = 16 * 1024  # bytes of a block, after which others have their turn; they take some 0.3 ms

log = logging.getLogger(__name__)


class Log:
    """A path, what its lines mean, and what they said."""

    __slots__ = (
        *("_asked", "_calls", "_generations", "_history", "_is_plain", "_lost", "_source"),
        *("_overlong", "_placed", "_reader", "_rest", "_shelve", "_tiers", "_watched", "_zone"),
        *("again", "anew", "backfill", "catching_up", "counters", "looked_at", "modified", "name"),
        *("path", "settings", "skipped", "tailer", "title", "turning"),
    )

    def __init__(
        self,
        name: str,
        title: str,
        path: str,
        zone: tzinfo,
        settings: LogSettings = AUTO,
        tiers: Sequence[Resolution] = TIME_TIERS,
        asked: Iterable[str] = (),
        state: LogState | None = None,
    ) -> None:
        """`zone` is that of times that name none, unless `settings` say another.

        `asked`: fields of which percentiles are wanted. With a `state` it goes on where it was;
        its closed buckets are to be shelved.
        """
        self.name, self.title, self.path = name, title, path
        self.settings, self._tiers, self._asked = settings, tiers, tuple(asked)
        self._zone = ZoneInfo(settings.timezone) if settings.timezone else zone
        self._is_plain = not (settings.interval or settings.counters or settings.split)
        generations = state.generations if state else ()
        self._generations = generations if settings.merge else ()  # of files that are still to join
        self.tailer: Tailer | Tailers = self._followed(generations)
        self._source: Source | None = None  # that is read whole
        self.backfill = Backfill(state.past if state else (), settings.rotated)
        self.skipped = False  # whether its past was longer than what is read of it
        self.counters = Counters()
        self.modified = 0.0  # of the file when its last line was consumed; 0: never
        self.turning = False  # whether it waits to be pulled, or is being pulled
        self.catching_up = False  # likewise with its past
        self._calls = 0  # to `rest`, since the last line came
        self.again: Iterator[None] | None = None  # to pull what came while it was being pulled
        self.looked_at = -math.inf  # when it was last to be pulled, on a clock that never goes back
        self.anew = False  # whether its history has begun anew since the last commit
        self._overlong = 0
        self._watched = False  # whether all that was there at first sight has been read
        self._lost = self.tailer.lost  # generations that the tailer has told of
        self._placed = False  # whether samples without times have their place since the last look
        self._rest: Rest | None = None  # what it is at rest: it has no history then, nor a format
        self._reader = reader_of(state, path, self._zone, settings, self._probes)
        self._history = self._fresh(self._reader.format) if state is None else self._restored(state)

    def _restored(self, state: LogState) -> History:
        """What was remembered; all else that was known of it, too, goes on."""
        self.counters = Counters(**state.counters)
        self.modified, self.skipped = state.modified, state.skipped
        self._overlong, self._watched = state.overlong, state.watched
        format_ = self._reader.format
        try:
            return History.restored(state.history, format_, self.settings, self._asked)
        except ValueError as error:
            log.warning("%s: its history starts again: %s", self.name, error)
            self.anew = True
            return self._fresh(format_)

    def _probes(self) -> list[bytes]:
        return probe(self.path)

    def _fresh(self, format_: Format) -> History:
        return History(format_, self.settings, self._tiers, self._asked)

    def _followed(self, generations: Sequence[Generation]) -> Tailer:
        tailer = Tailer(self.path, self.settings.rotated, generations)
        tailer.at_first_sight = self._see_first
        return tailer

    @property
    def state(self) -> LogState:
        """What a restart needs to go on as if nothing had happened; asked between two blocks."""
        history = self.history
        return LogState(
            meaning_of(self.settings, self._zone),
            self.counters.told(),
            self._overlong,
            self.modified,
            self._watched or self.tailer.opened,
            self.tailer.generations(),
            self._reader.state,
            history.state,
            self.backfill.pieces,
            self.skipped,
        )

    def _see_first(self, source: Source, rotated: Sequence[Sibling]) -> Sequence[Generation]:
        """Decide how much of the past is read, and when; what is returned is read before."""
        size = source.size
        if not rotated and (not size or (self.settings.backfill is None and size <= AT_ONCE)):
            return ()
        first = not self.counters.lines  # of files that are merged, the first tells the format
        reader = judged_first(self._reader, source, rotated) if first else self._reader
        plan = planned(source, rotated, reader, self.settings)
        self.skipped |= plan.skipped
        self.backfill.add(plan.behind)
        if first and (plan.start or plan.behind):
            self._reader = judged(reader, source, plan.start) if size else reader
            self.history = self._fresh(self._reader.format)
        source.seek(plan.start)
        return plan.before

    @property
    def history(self) -> History:
        """What is remembered of it, with all that was taken in."""
        self._wake()
        self._history.flush()
        return self._history

    @history.setter
    def history(self, history: History) -> None:
        self._history = history

    @property
    def format(self) -> Format:
        """How its lines are read."""
        return self.history.format

    @property
    def axis(self) -> Axis:
        """What its samples stand over."""
        return self.history.axis

    @property
    def says_when(self) -> bool:
        """Whether it makes no difference when its lines are read: they say their time or place."""
        history = self.history
        placed = history.format.clock or history.axis == "index" or self.settings.interval
        return bool(placed and self.counters.lines)  # before the first, nobody knows

    @property
    def pulse(self) -> Pulse:
        """Whether it is alive."""
        return self.history.pulse

    def refuses(self, lines: bytes) -> bool:
        """Whether some of these lines, in UTF-8, would be refused; takes nothing in."""
        self._wake()
        return self._reader.refuses(lines)

    def merge(self, path: str) -> None:
        """Follow `path` as well, as if its lines were of the same file."""
        if isinstance(self.tailer, Tailer):
            self.tailer = Tailers(self.tailer)
        one = self.tailer.add(path, self.settings.rotated, self._generations)
        one.at_first_sight = self._see_first

    def pull(self, now: float, clock: float) -> Iterator[None]:
        """Take in what is new, one large block at each step.

        `now` is Unix seconds, `clock` any seconds that never go back.
        """
        self._wake()
        growing = self._watched or self.tailer.opened
        self._placed, self.again = False, None
        for block in self.tailer.blocks(clock):
            self.take(block, now, growing=growing)
            if len(block.data) > MUCH:
                yield
        self._history.flush()
        lost, self._lost = self._lost, self.tailer.lost
        self.counters.lost_generations += self._lost - lost

    def pull_past(self, now: float) -> Iterator[None]:
        """Take in what was there before, likewise."""
        self._wake()
        for passage in self.backfill.read(self._reader):
            self.counters.bytes += passage.size
            self._overlong += passage.overlong
            self.counters.drop(passage.overlong)
            if passage.begins:
                self.history.end_of_past()
            batch = self._counted(passage.batch, now)
            self._history.collect(batch, self.modified, growing=False, past=True)
            yield
        self._history.flush()
        self.counters.lost_generations += self.backfill.taken_lost()

    def read_whole(self, now: float, each: Callable[[bytes], None] = lambda _: None) -> None:
        """Take in the file as it is, its last line even without a newline; raises OSError.

        `each` gets the lines of every block, in UTF-8, after they were taken in.
        """
        for path in self.tailer.paths:
            with closing(Source(path)) as source:
                refuse_packed(source)
                self._source, self._placed = source, False
                for block in source.blocks():
                    self.take(block, now, growing=False)
                    each(self._reader.utf8(block.data))
                rest = source.rest()
                self.take(rest, now, growing=False)
                each(self._reader.utf8(rest.data))

    def take(self, block: Block, now: float, *, growing: bool) -> None:
        """Parse and fold one block. `growing`: it came while the log was watched."""
        self.counters.bytes += len(block.data)
        self.modified, self._calls = block.modified, 0
        if block.overlong:
            self._overlong += block.overlong
            self.counters.drop(block.overlong)
        history = self._history
        if self._is_plain and self._reader.format is history.format:
            sample = self._reader.sample(block.data)
            if sample is not None:
                if self.counters.take_one(sample[0], history.latest_at, history.remembered, now):
                    history.add(sample, block.modified, growing=growing)
                return
        for reading in self._reader.read(block.data, block.modified):
            if reading.anew or reading.format is not self._history.format:
                self._turn_to(reading)
            batch = self._counted(reading.batch, now)
            if self.settings.interval:
                self._place(batch, block.modified, reading.left)
            self._history.collect(batch, block.modified, growing=growing)

    @property
    def rests(self) -> bool:
        """Whether it is no more than its state, until something is asked of it."""
        return self._rest is not None

    def rest(self, shelve: Callable[[Log], None] | None = None, *, at_once: bool = False) -> None:
        """Let go of what was learned of its lines, if none came since the last call.

        It is learned again, as after a restart. With `shelve` (leave on disk what is there) all
        of it is there, and what is remembered is let go as well, but for its state.
        """
        self._calls += 1
        due = (at_once or self._calls >= CALLS) and not self.rests
        if not due or self._reader.format is not self._history.format:
            return
        if shelve is None:
            self._reader.format = self._history.format = afresh(self._reader.format, self._zone)
        else:
            self._rest, self._shelve = at_rest(self._reader, self.history), shelve
            del self._history

    def _wake(self) -> None:
        if self._rest is not None:
            rest, self._rest = self._rest, None
            self._history = awake(rest, self._reader, self._zone, self.settings, self._asked)
            self._shelve(self)

    def _turn_to(self, reading: Reading) -> None:
        """Another format understands the lines better than the one before."""
        old, new = self.history, self._fresh(reading.format)
        if reading.anew:
            self.history, self.anew = new, True
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
            if not same:
                self.history, self.anew = new, True
                self.backfill.drop()
            self.history.format = reading.format

    def _place(self, batch: Batch, modified: float, left: bytes) -> None:
        """Fix when samples without times came: the newest of the file when it was written to.

        Asked once a look: while what is said of their interval holds, the answer stays.
        """
        history, every = self._history, self.settings.interval
        if not batch.samples or history.format.clock or history.format.counts:
            return
        if history.origin is not None and self._placed:
            return
        self._placed = True
        clean = not self.counters.bad
        ahead = (self._source or self.tailer).ahead()
        more = sum(self._reader.count(b, clean=clean) for b in chain((left,), ahead))
        newest = (history.samples + batch.samples + more - 1) * every
        silence = max(SHORTEST_SILENCE, PATIENCE * every)
        if history.origin is None or abs(modified - history.origin - newest) > silence:
            history.origin = modified - newest

    def _counted(self, batch: Batch, now: float) -> Batch:
        return self.counters.take(batch, self._history.latest_at, self._history.remembered, now)
