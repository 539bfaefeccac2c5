"""The order of the stages, written once: bytes -> samples -> buckets -> frames.

Synchronous and without a clock of its own: `now` (Unix seconds) is passed in. One thread owns
a pipeline; what it hands out (News) is immutable.

Every log is folded as it grows, which is cheap. A view is drawn when somebody first wants it,
and from then on with every change, for as long as it is wanted now and then.
"""

from __future__ import annotations

import math
import os
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import tzinfo

from watcher.compose import GraphSettings, compose, describe, refuse
from watcher.draw.view import View, ViewError
from watcher.follow.discover import Place, has_a_log_name, name_of, title_of
from watcher.frame import Frame, Graph, News, Wanted
from watcher.log import Log
from watcher.parse.settings import LogSettings

WANTED_FOR = 120.0  # seconds that a view is kept current after it was last wanted
MOST_WANTED = 4096  # views kept current: 1,000 graphs in four forms
MOST_BYTES = 64 * 1024 * 1024  # of the frames of those views
MOST_REDRAWN = 400  # views in one pass, some 0.2 s; of the rest the next request is a first one


@dataclass(slots=True)
class Hot:
    """A view that is kept current."""

    asked: float  # Unix seconds
    frame: Frame
    due: float  # Unix seconds when it is no longer true although nothing was written


@dataclass(slots=True)
class Shown:
    """A graph, the log it shows, and the views of it that somebody looks at."""

    settings: GraphSettings
    log: Log
    graph: Graph
    hot: dict[Wanted, Hot] = field(default_factory=dict)
    stale_at: float = math.inf  # Unix seconds


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
    ) -> None:
        """`view`: how pictures look by default; `zone`: of labels.

        `machine`: the zone of times that name none; that of the labels if it is not given.
        """
        self._places: dict[Place, LogSettings] = {}
        for log in sorted(logs, key=lambda log: Place(log.path).breadth):
            self._places.setdefault(Place(log.path, log.name), log)
        self._merged: dict[Place, Log] = {}
        self._settings = tuple(graphs)
        self._view, self._zone, self._machine = view, zone, machine or zone
        self._logs: dict[str, Log] = {}  # by real path
        self._known: set[str] = set()  # their paths, as they were found
        self._links: dict[str, str] = {}  # paths that are not real -> where they last led
        self._views = self._bytes = 0  # that are kept current, and of their frames
        self._shown: dict[str, Shown] = {}  # by name of the graph
        self._graphs_of: dict[str, list[str]] = {}  # names of graphs by name of the log
        self._turns: deque[tuple[Log, Iterator[None]]] = deque()
        self._changed: dict[str, None] = {}  # graphs whose log has changed, in that order
        self._due: dict[str, list[Wanted]] = {}  # views that only time has changed, by graph
        self._frames: list[tuple[Wanted, Frame]] = []
        self._dropped: list[Wanted] = []
        self._gone: list[str] = []
        self._revision = int(now * 1000)

    # Which logs there are.

    def directories(self) -> dict[str, bool]:
        """The directories to watch, each with whether what lies below it matters too."""
        places = {place.root: place.deep for place in self._places}
        return {**dict.fromkeys(map(os.path.dirname, self._logs), False), **places}

    def discover(self, now: float, clock: float) -> None:
        """Take in logs that have appeared; each gets its first turn."""
        self._follow_links(now, clock)
        for place in self._places:
            real = os.path.realpath(place.path)
            if os.path.isdir(real) and real in self._logs:
                self._forget(real)  # what was named before it existed turned out a directory
            for path in place.paths(self._known):
                self._known.add(path)
                real = os.path.realpath(path)
                if real not in self._logs:
                    log = self._logs[real] = self._log_at(path, place, now)
                    self._give_turn(log, now, clock)
                    if real != path:
                        self._links[path] = real

    def _follow_links(self, now: float, clock: float) -> None:
        """Links may lead elsewhere by now: from then on, events come from there."""
        for path, before in self._links.items():
            real = os.path.realpath(path)
            if real != before and real not in self._logs and before in self._logs:
                self._links[path] = real
                self._logs[real] = self._logs.pop(before)
                self._give_turn(self._logs[real], now, clock)

    def _log_at(self, path: str, place: Place, now: float) -> Log:
        """A new log, or the one that this file is merged into."""
        if place in self._merged:
            self._merged[place].merge(path)
            return self._merged[place]
        settings = self._places[place]
        called = Place(path, place.name) if settings.merge else place
        name = name_of(path, called, self._taken())
        log = Log(name, title_of(path, called), path, self._machine, settings)
        if settings.merge:
            self._merged[place] = log
        self._show(log, now)
        return log

    def _forget(self, real: str) -> None:
        log = self._logs.pop(real)
        log.tailer.close()
        self._known.discard(log.path)
        for name in self._graphs_of.pop(log.name):
            for wanted in list(self._shown[name].hot):
                self._drop(self._shown[name], wanted)
            del self._shown[name]
            self._changed.pop(name, None)
            self._due.pop(name, None)
            self._gone.append(name)

    def _taken(self) -> set[str]:
        """Names that a new log cannot have: those of other logs, and of graphs of other logs."""
        others = {shown.name for shown in self._settings if shown.name != shown.log}
        return others | {log.name for log in self._logs.values()}

    def _show(self, log: Log, now: float) -> None:
        settings = [graph for graph in self._settings if graph.log == log.name]
        for graph in settings or [GraphSettings(log.name, log.name, "", self._view)]:
            self._shown[graph.name] = Shown(graph, log, describe(graph, log, now, self._revision))
            self._graphs_of.setdefault(log.name, []).append(graph.name)
            self._changed[graph.name] = None

    @property
    def graphs(self) -> int:
        """How many there are."""
        return len(self._shown)

    def close(self) -> None:
        """Give all files back."""
        for log in dict.fromkeys(self._logs.values()):
            log.tailer.close()

    # Following.

    def hint(self, paths: Iterable[str], now: float, clock: float) -> bool:
        """Give the logs at these real paths a turn; True if some path may be a new log."""
        unknown = False
        for path in paths:
            log = self._logs.get(path)
            if log is not None:
                self._give_turn(log, now, clock)
            else:
                unknown |= has_a_log_name(path)
        return unknown

    def scan(self, now: float, clock: float) -> None:
        """Look at every log, and give those a turn that have changed."""
        for log in dict.fromkeys(self._logs.values()):
            if not log.tailer.quiet():
                self._give_turn(log, now, clock)

    def _give_turn(self, log: Log, now: float, clock: float) -> None:
        if not log.turning:
            log.turning = True
            self._turns.append((log, log.pull(now, clock)))

    @property
    def behind(self) -> bool:
        """Whether there may be something to read."""
        return bool(self._turns)

    def step(self) -> None:
        """Read and fold one block of the log whose turn it is."""
        log, turn = self._turns.popleft()
        before = log.counters.lines, log.tailer.problem
        if next(turn, True):
            log.turning = False
        else:
            self._turns.append((log, turn))
        if before != (log.counters.lines, log.tailer.problem):
            self._changed.update(dict.fromkeys(self._graphs_of.get(log.name, ())))

    # Drawing.

    def want(self, wanted: Wanted, now: float) -> None:
        """Somebody looks at this view: draw it if it is not at hand, and keep it current."""
        shown = self._shown.get(wanted.graph)
        if shown is None:
            self._dropped.append(wanted)
        elif wanted in shown.hot:
            shown.hot[wanted].asked = now
        else:
            self._make_room()
            self._draw(shown, wanted, now)

    def tick(self, now: float) -> None:
        """What time alone changes: axes move on, logs fall silent, views are forgotten."""
        for name, shown in self._shown.items():
            if shown.stale_at <= now:
                self._changed[name] = None
            for wanted, hot in list(shown.hot.items()):
                if hot.asked + WANTED_FOR < now:
                    self._drop(shown, wanted)
                elif hot.due <= now:
                    self._due.setdefault(name, []).append(wanted)

    def news(self, now: float) -> News:
        """What has changed since the last call: graphs, and frames of views that are wanted."""
        outdated = {**self._due, **{name: list(self._shown[name].hot) for name in self._changed}}
        self._changed, self._due = {}, {}
        graphs = tuple(self._refreshed(self._shown[name], now) for name in outdated)
        views = [(self._shown[name], wanted) for name in outdated for wanted in outdated[name]]
        views.sort(key=lambda view: -view[0].hot[view[1]].asked)
        for shown, wanted in views[:MOST_REDRAWN]:
            self._draw(shown, wanted, now)
        for shown, wanted in views[MOST_REDRAWN:]:
            self._drop(shown, wanted)
        frames, self._frames = tuple(self._frames), []
        dropped = tuple(wanted for wanted in self._dropped if not self._is_hot(wanted))
        self._dropped = []
        gone, self._gone = tuple(self._gone), []
        return News(graphs, gone, frames, dropped)

    def _is_hot(self, wanted: Wanted) -> bool:
        return wanted.graph in self._shown and wanted in self._shown[wanted.graph].hot

    def _refreshed(self, shown: Shown, now: float) -> Graph:
        self._revision = max(self._revision + 1, int(now * 1000))
        becomes_stale = shown.log.pulse.last + shown.log.pulse.stale_after
        shown.stale_at = becomes_stale if becomes_stale > now else math.inf
        shown.graph = describe(shown.settings, shown.log, now, self._revision)
        return shown.graph

    def _draw(self, shown: Shown, wanted: Wanted, now: float) -> None:
        try:
            frame, due = compose(shown.log, shown.graph, wanted, now, self._zone)
        except ViewError as error:
            frame, due = refuse(error, wanted, now)
        known = shown.hot.get(wanted)
        if known is None or replace(known.frame, modified=now) != frame:
            self._frames.append((wanted, frame))
        shown.hot[wanted] = Hot(known.asked if known else now, frame, due)
        self._views += known is None
        self._bytes += len(frame.body) - (len(known.frame.body) if known else 0)

    def _drop(self, shown: Shown, wanted: Wanted) -> None:
        self._views -= 1
        self._bytes -= len(shown.hot.pop(wanted).frame.body)
        self._dropped.append(wanted)

    def _make_room(self) -> None:
        """Forget the views that nobody asked for the longest, where there are too many."""
        while self._views >= MOST_WANTED or self._bytes >= MOST_BYTES:
            hot = [(shown, *view) for shown in self._shown.values() for view in shown.hot.items()]
            shown, wanted, _ = min(hot, key=lambda view: view[2].asked)
            self._drop(shown, wanted)
