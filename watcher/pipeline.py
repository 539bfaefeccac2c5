"""The order of the stages, written once: bytes -> samples -> buckets -> frames.

Synchronous and without a clock of its own: `now` (Unix seconds) is passed in. One thread owns
a pipeline; what it hands out (News) is immutable.

Every log is folded as it grows, which is cheap; where many grow, those that nobody looks at wait
for some more lines (`pause`). A past is read when nothing new comes. Pictures are drawn for those
who look (`gallery`). What is known is kept, if there is a store: positions and numbers together.
"""

from __future__ import annotations

import logging
import math
import os
import resource
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
from functools import partial

from watcher.draw.view import View
from watcher.follow.discover import Place, has_a_log_name, name_of, real_path, title_of
from watcher.frame import News, Wanted
from watcher.gallery import Gallery
from watcher.graphs import GraphSettings, spread_of
from watcher.history.rollup import TIME_TIERS, Resolution
from watcher.history.store import Store
from watcher.kept import change_of, committed, shelve, state_of
from watcher.log import Log
from watcher.parse.settings import LogSettings
from watcher.turns import Turns
from watcher.walls import Walls, WallSettings

MANY = 1000  # logs; of more, the files of those that do not change are closed meanwhile
MOST_NEW = 500  # of many, that were read and wait for a commit until they rest; 15 KB each
AT_ONCE = MANY + MOST_NEW  # new logs that are taken in before the first of them are read
OTHER_FILES = 256  # descriptors that are not for logs: of more logs than the rest, idle ones close

say = logging.getLogger(__name__)


class Pipeline:
    """All logs of one configuration, and their graphs."""

    def __init__(
        self,
        logs: Iterable[LogSettings],
        graphs: Iterable[GraphSettings],
        view: View,
        zone: tzinfo,
        now: float,
        machine: tzinfo | None = None,
        store: Store | None = None,
        tiers: Sequence[Resolution] = TIME_TIERS,
        walls: Iterable[WallSettings] = (),
    ) -> None:
        """`view`: how pictures look by default; `zone`: of labels.

        `machine`: the zone of times that name none; that of the labels if it is not given.
        `store`: where history is kept, or it ends with the process; `tiers`: how much of it.
        """
        self._store, self._tiers = store, tiers
        self._shelve = None if store is None else partial(shelve, store=store)
        self._new: list[Log] = []  # of many logs, those that were first read since the last commit
        self._unsaved: dict[Log, None] = {}
        self._most_open = resource.getrlimit(resource.RLIMIT_NOFILE)[0] - OTHER_FILES
        self._names = store.names if store else {}  # that were given, by path
        self._taken = set(self._names.values())  # names that no new log can have
        self._pasts: deque[tuple[Log, Iterator[None] | None]] = deque()
        self._places: dict[Place, LogSettings] = {}
        for log in sorted(logs, key=lambda log: Place(log.path).breadth):
            self._places.setdefault(Place(log.path, log.name), log)
        self._merged: dict[Place, Log] = {}
        self._settings = tuple(graphs)
        self._taken |= {shown.name for shown in self._settings if shown.name not in shown.logs}
        self._view, self._machine = view, machine or zone
        self._logs: dict[str, Log] = {}  # by real path
        self._beside: tuple[tuple[int, str], dict[str, bool]] = ((0, ""), {})  # their directories
        self._known: set[str] = set()  # their paths, as they were found
        self._links: dict[str, str] = {}  # paths that are not real -> where they last led
        self.turns = Turns(self._look)
        revision = max(int(now * 1000), store.revision if store else 0)
        self.gallery = Gallery(zone, revision)
        for graph in self._settings:
            self.gallery.show(graph, now)
        self._walls = Walls(walls, self.gallery)

    # Which logs there are.

    def directories(self) -> dict[str, bool]:
        """The directories to watch, each with whether what lies below it matters too."""
        places = {place.root: place.deep for place in self._places}
        known = len(self._logs), next(reversed(self._logs), "")  # the newest comes last
        if self._beside[0] != known:
            self._beside = known, dict.fromkeys(map(os.path.dirname, self._logs), False)
        return {**self._beside[1], **places}

    def discover(self, now: float, clock: float) -> None:
        """Take in logs that have appeared; each gets its first turn."""
        deque(self.discovery(now, clock), maxlen=0)

    def discovery(self, now: float, clock: float) -> Iterator[None]:
        """As `discover`, some of them at each step."""
        self._follow_links(now, clock)
        directories: dict[str, str] = {}
        for place in self._places:
            real = os.path.realpath(place.path)
            if os.path.isdir(real) and real in self._logs:
                self._forget(real)  # what was named before it existed turned out a directory
            for path in place.paths(self._known, self._names):
                self._known.add(path)
                real = real_path(path, directories)
                if real not in self._logs:
                    log = self._logs[real] = self._log_at(path, place, now)
                    self.turns.give(log, now, clock)
                    if real != path:
                        self._links[path] = real
                    if len(self._logs) % AT_ONCE == 0:
                        yield

    def _look(self, log: Log, now: float, clock: float) -> Iterator[None]:
        first, log.looked_at = log.looked_at == -math.inf, clock
        return self._first_look(log, now, clock) if first else log.pull(now, clock)

    def _first_look(self, log: Log, now: float, clock: float) -> Iterator[None]:
        """Of many logs most are at rest: what one takes while it is read is there for the next."""
        yield from log.pull(now, clock)
        if len(self._logs) > MANY:
            log.rest(at_once=True)
            if self._store is not None:
                self._new.append(log)

    def _follow_links(self, now: float, clock: float) -> None:
        """Links may lead elsewhere by now: from then on, events come from there."""
        for path, before in self._links.items():
            real = os.path.realpath(path)
            if real != before and before in self._logs:
                if real in self._logs:
                    self._forget(real)  # found before the link led to it
                self._links[path] = real
                self._logs[real] = self._logs.pop(before)
                self.turns.give(self._logs[real], now, clock)

    def _log_at(self, path: str, place: Place, now: float) -> Log:
        """A new log, or the one that this file is merged into."""
        if place in self._merged:
            self._merged[place].merge(path)
            return self._merged[place]
        settings = self._places[place]
        called = Place(path, place.name) if settings.merge else place
        name = self._names.get(path) or name_of(path, called, self._taken)
        log = self._remembered(name, title_of(path, called, name), path, settings)
        if settings.merge:
            self._merged[place] = log
        if not self.gallery.join(log):
            own = GraphSettings(name, (name,), "", self._view)
            self.gallery.show(own, now, log)
        return log

    def _remembered(self, name: str, title: str, path: str, settings: LogSettings) -> Log:
        """A log as it was when it was last kept, or one that was never seen."""
        asked = [field for graph in self._settings for field in spread_of(graph, name)]
        state = state_of(path, self._store) if self._store is not None else None
        log = Log(name, title, path, self._machine, settings, self._tiers, asked, state)
        log.anew |= state is None  # what an unknown version left of it is forgotten
        if self._shelve is not None and state is not None:
            self._shelve(log)
        self._names[path] = name
        self._taken.add(name)
        return log

    def _forget(self, real: str) -> None:
        log = self._logs.pop(real)
        log.tailer.close()
        self._unsaved.pop(log, None)
        self.turns.forget(log)
        self._known.discard(log.path)
        self.gallery.forget(log)

    def close(self) -> None:
        """Keep what has changed, and give all files back."""
        self.commit()
        for log in dict.fromkeys(self._logs.values()):
            log.tailer.close()
            log.backfill.close()

    # Keeping.

    @property
    def unsaved(self) -> bool:
        """Whether there is something to commit."""
        return self._store is not None and bool(self._unsaved)

    @property
    def crowded(self) -> bool:
        """Whether a commit would give much memory back."""
        return len(self._new) >= MOST_NEW and not self.problem

    def commit(self) -> bool:
        """Keep what has changed; False: the disk took nothing, and all is still to be kept."""
        if self._store is None:
            return True
        logs = list(self._unsaved)
        if logs and not self._store.commit(map(change_of, logs), self.gallery.revision):
            return False
        for log in logs:
            committed(log)
        self._unsaved.clear()
        new, self._new = self._new, []
        for log in new:
            self._let_rest(log, at_once=True)
        return True

    def release(self) -> None:
        """Leave on disk what is there, also of logs that grow; costs some reading later."""
        if self._shelve is None:
            return
        for log in dict.fromkeys(self._logs.values()):
            if not log.rests:
                self._shelve(log)
                self._let_rest(log)

    def _let_rest(self, log: Log, *, at_once: bool = False) -> None:
        """Where all of it is on disk, and nobody asks."""
        busy = log in self._unsaved or log.turning or log.catching_up or log.rests
        if not busy and not self.gallery.is_watched(log):
            log.rest(self._shelve, at_once=at_once)
            self.gallery.rest(log)
            if len(self._logs) > MANY:
                log.tailer.idle_close()

    # Following.

    def hint(self, paths: Iterable[str], now: float, clock: float) -> bool:
        """Give the logs at these real paths a turn; True if some path may be a new log."""
        unknown = False
        for path in paths:
            log = self._logs.get(path)
            if log is None:
                unknown |= has_a_log_name(path)
            else:
                self._notice(log, now, clock)
        self.turns.give_those_due(now, clock)
        return unknown

    def scan(self, now: float, clock: float) -> None:
        """Look at every log, and give those a turn that have changed."""
        for log in dict.fromkeys(self._logs.values()):
            if not log.tailer.quiet():
                self._notice(log, now, clock)

    def _notice(self, log: Log, now: float, clock: float) -> None:
        waits = log.says_when and not self.gallery.is_seen(log)
        self.turns.notice(log, now, clock, waits=waits)

    @property
    def behind(self) -> bool:
        """Whether there may be something to read."""
        return bool(self.turns)

    def step(self) -> None:
        """Read and fold one block of the log whose turn it is."""
        log = self.turns.next
        lines, problem = log.counters.lines, log.tailer.problem
        if self.turns.step():
            if len(self._logs) > self._most_open:
                log.tailer.idle_close()
            if log.backfill and not log.catching_up:
                log.catching_up = True
                self._pasts.append((log, None))
        self._unsaved[log] = None
        if problem != log.tailer.problem:
            self.gallery.touch(log)
            level = logging.WARNING if log.tailer.problem else logging.INFO
            say.log(level, "%s: %s", log.name, log.tailer.problem or "can be read again")
        elif lines != log.counters.lines:
            self.gallery.touch(log)

    @property
    def catching_up(self) -> bool:
        """Whether the past of some log is still to be read."""
        return bool(self._pasts)

    @property
    def past(self) -> tuple[int, float]:
        """How many logs have a past that is still to be read, and how much of it has been."""
        size = sum(log.backfill.size for log, _ in self._pasts)
        left = sum(log.backfill.left for log, _ in self._pasts)
        return len(self._pasts), 1 - left / size if size else 1.0

    @property
    def problem(self) -> str:
        """Why nothing is kept, in words; empty: all is well."""
        return self._store.problem if self._store else ""

    def step_back(self, now: float) -> None:
        """Read and fold one block of the past of the log whose turn it is."""
        log, turn = self._pasts.popleft()
        turn = turn or log.pull_past(now)
        if next(turn, True):
            log.catching_up = False
            self.gallery.touch(log)
        else:
            self._pasts.append((log, turn))
        self._unsaved[log] = None

    # Drawing.

    def want(self, wanted: Wanted, now: float) -> None:
        """Somebody looks at this view: draw it if it is not at hand, and keep it current."""
        for log in self.gallery.logs_of(wanted.graph):
            if self.turns.hurry(log, now):
                self.step()
        (self._walls if wanted.form == "wall" else self.gallery).want(wanted, now)

    def tick(self, now: float) -> None:
        """What time alone changes."""
        for log, _ in self._pasts:
            self.gallery.touch(log)
        self.gallery.tick(now)

    def news(self, now: float, clock: float = math.nan) -> News:
        """What has changed since the last call: graphs, and frames of views that are wanted.

        With a `clock` (seconds that never go back) no graph is told of more often than in a film.
        """
        return self._walls.news(now, clock)
