"""The pictures that somebody looks at: drawn when first wanted, and with every change from then on.

A view is kept current for as long as it is wanted now and then. One thread owns a gallery; what
it hands out (News) is immutable.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import tzinfo

from watcher.compose import GraphSettings, compose, describe, refuse
from watcher.draw.view import ViewError
from watcher.frame import Frame, Graph, News, Wanted
from watcher.log import Log

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


class Gallery:
    """All graphs, and the views of them that are kept current."""

    def __init__(self, zone: tzinfo, revision: int) -> None:
        """`zone`: of labels; `revision`: the highest that was given so far."""
        self._zone = zone
        self.revision = revision
        self._shown: dict[str, Shown] = {}  # by name of the graph
        self._graphs_of: dict[str, list[str]] = {}  # names of graphs by name of the log
        self._views = self._bytes = 0  # that are kept current, and of their frames
        self._changed: dict[str, None] = {}  # graphs whose log has changed, in that order
        self._due: dict[str, list[Wanted]] = {}  # views that only time has changed, by graph
        self._frames: list[tuple[Wanted, Frame]] = []
        self._dropped: list[Wanted] = []
        self._gone: list[str] = []

    def __len__(self) -> int:
        return len(self._shown)

    def show(self, settings: GraphSettings, log: Log, now: float) -> None:
        """One more graph."""
        graph = describe(settings, log, now, self.revision)
        self._shown[settings.name] = Shown(settings, log, graph)
        self._graphs_of.setdefault(log.name, []).append(settings.name)
        self._changed[settings.name] = None

    def forget(self, log: Log) -> None:
        """The graphs of a log that is no more."""
        for name in self._graphs_of.pop(log.name):
            for wanted in list(self._shown[name].hot):
                self._drop(self._shown[name], wanted)
            del self._shown[name]
            self._changed.pop(name, None)
            self._due.pop(name, None)
            self._gone.append(name)

    def is_watched(self, log: Log) -> bool:
        """Whether somebody looked at a graph of it lately."""
        return any(self._shown[name].hot for name in self._graphs_of.get(log.name, ()))

    def touch(self, log: Log) -> None:
        """Its graphs have changed."""
        self._changed.update(dict.fromkeys(self._graphs_of.get(log.name, ())))

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
        self.revision = max(self.revision + 1, int(now * 1000))
        pulse, patience = shown.log.pulse, shown.settings.view.stale
        becomes_stale = pulse.last + (pulse.stale_after if patience is None else patience)
        shown.stale_at = becomes_stale if becomes_stale > now else math.inf
        shown.graph = describe(shown.settings, shown.log, now, self.revision)
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
