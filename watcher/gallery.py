"""The pictures that somebody looks at: drawn when first wanted, and with every change from then on.

A view is kept current for as long as it is wanted now and then. One thread owns a gallery; what
it hands out (News) is immutable.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo

from watcher.compose import compose, refuse
from watcher.draw.view import ViewError
from watcher.frame import Frame, Graph, News, Wanted
from watcher.graphs import GraphSettings
from watcher.known import Known
from watcher.log import Log

WANTED_FOR = 120.0  # seconds that a view is kept current after it was last wanted
MOST_WANTED = 4096  # views kept current: 1,000 graphs in four forms
MOST_BYTES = 64 * 1024 * 1024  # of the frames of those views
FILM = 0.05  # seconds from one change of a graph to the next: 20 a second are a film
SHORT = 20.0  # seconds of silence: who is told of less of it cannot wait for what came meanwhile
MOST_REDRAWN = 400  # views in one pass, some 0.2 s; of the rest the next request is a first one


@dataclass(slots=True)
class Hot:
    """A view that is kept current."""

    asked: float  # Unix seconds
    frame: Frame
    due: float  # Unix seconds when it is no longer true although nothing was written


@dataclass(slots=True)
class Shown:
    """A graph, those of its logs that there are, and the views of it that somebody looks at."""

    settings: GraphSettings
    logs: list[Log]  # in the order of the settings
    known: Known
    graph: Graph
    due: float  # Unix seconds when something of `graph` is no longer true although nothing came
    lasting: bool  # it is named in the configuration, and stays without a log
    hot: dict[Wanted, Hot] = field(default_factory=dict)
    told: float = -math.inf  # when it was last told of, on a clock that never goes back


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
        self._due: dict[str, Sequence[Wanted]] = {}  # views that only time has changed, by graph
        self._frames: list[tuple[Wanted, Frame]] = []
        self._dropped: list[Wanted] = []
        self._gone: list[str] = []
        self.told_next = math.inf  # when graphs that wait may be told of

    def __len__(self) -> int:
        return len(self._shown)

    @property
    def names(self) -> tuple[str, ...]:
        """Of the graphs, in the order in which they came."""
        return tuple(self._shown)

    def graph(self, name: str) -> Graph | None:
        """What is known of a graph, if there is one of that name."""
        return self._shown[name].graph if name in self._shown else None

    def frame(self, wanted: Wanted) -> Frame | None:
        """The newest frame of a view, if it is kept current: for walls, which are made of them."""
        shown = self._shown.get(wanted.graph)
        hot = shown.hot.get(wanted) if shown else None
        return hot.frame if hot else None

    def show(self, settings: GraphSettings, now: float, log: Log | None = None) -> None:
        """One more graph: that of `log` alone, which ends with it, or one that waits for logs."""
        logs = [log] if log else []
        known = Known(settings, logs, self._zone)
        told = known.told(now, self.revision)
        self._shown[settings.name] = Shown(settings, logs, known, *told, lasting=log is None)
        for name in settings.logs:
            self._graphs_of.setdefault(name, []).append(settings.name)
        self._changed[settings.name] = None

    def join(self, log: Log) -> bool:
        """Show a new log in the graphs that wait for it; False: none does."""
        names = self._graphs_of.get(log.name, ())
        for name in names:
            shown = self._shown[name]
            shown.logs.append(log)
            shown.logs.sort(key=lambda one: shown.settings.logs.index(one.name))
            self._changed[name] = None
        return bool(names)

    def forget(self, log: Log) -> None:
        """A log is no more, nor is the graph of it alone."""
        for name in list(self._graphs_of[log.name]):
            shown = self._shown[name]
            shown.logs.remove(log)
            self._changed[name] = None
            if not shown.lasting:
                self._graphs_of[log.name].remove(name)
                self._remove(name)

    def _remove(self, name: str) -> None:
        shown = self._shown.pop(name)
        for wanted in list(shown.hot):
            self._drop(shown, wanted)
        self._changed.pop(name, None)
        self._due.pop(name, None)
        self._gone.append(name)

    def logs_of(self, name: str) -> Sequence[Log]:
        """The logs that a graph shows; none where there is no graph of that name."""
        return self._shown[name].logs if name in self._shown else ()

    def is_watched(self, log: Log) -> bool:
        """Whether somebody looked at a graph of it lately."""
        return any(self._shown[name].hot for name in self._graphs_of.get(log.name, ()))

    def rest(self, log: Log) -> None:
        """It says nothing for a while, and what is worked out of it would take room."""
        for name in self._graphs_of.get(log.name, ()):
            self._shown[name].known.rest()

    def is_seen(self, log: Log) -> bool:
        """Whether it matters at once what it says: somebody looks, or it may alarm somebody."""
        for name in self._graphs_of.get(log.name, ()):
            shown = self._shown[name]
            view = shown.settings.view
            alarms = view.warn is not None or view.crit is not None
            if shown.hot or alarms or (view.stale is not None and view.stale < SHORT):
                return True
        return False

    def touch(self, log: Log) -> None:
        """Its graphs have changed."""
        for name in self._graphs_of.get(log.name, ()):
            self._changed[name] = None

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
            if shown.due <= now:
                revision, watched = shown.graph.revision, bool(shown.hot)
                graph, shown.due = shown.known.told(now, revision, watched=watched)
                if graph != shown.graph:
                    self._changed[name] = None
            for wanted, hot in list(shown.hot.items()) if shown.hot else ():
                if hot.asked + WANTED_FOR < now:
                    self._drop(shown, wanted)
                elif hot.due <= now:
                    self._due[name] = (*self._due.get(name, ()), wanted)

    def news(self, now: float, clock: float = math.nan) -> News:
        """What has changed since the last call: graphs, and frames of views that are wanted.

        With a `clock` (seconds that never go back) a graph that was told of less than FILM ago
        waits until then, `told_next`.
        """
        outdated = self._outdated(clock)
        graphs = tuple([self._refreshed(self._shown[name], now) for name in outdated])
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

    def _outdated(self, clock: float) -> dict[str, Sequence[Wanted]]:
        """The graphs that are to be told of, and those of their views that are to be drawn."""
        changed, outdated = self._changed, self._due
        self._changed, self._due, self.told_next = {}, {}, math.inf
        for name in changed:
            shown = self._shown[name]
            if clock - shown.told < FILM:
                self._changed[name] = None
                self.told_next = min(self.told_next, shown.told + FILM)
            else:
                shown.told = clock
                outdated[name] = tuple(shown.hot)
        return outdated

    def _is_hot(self, wanted: Wanted) -> bool:
        return wanted.graph in self._shown and wanted in self._shown[wanted.graph].hot

    def _refreshed(self, shown: Shown, now: float) -> Graph:
        self.revision = max(self.revision + 1, int(now * 1000))
        watched = bool(shown.hot)
        shown.graph, shown.due = shown.known.told(now, self.revision, watched=watched)
        return shown.graph

    def _draw(self, shown: Shown, wanted: Wanted, now: float) -> None:
        try:
            frame, due = compose(shown.settings, shown.logs, shown.graph, wanted, now, self._zone)
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
