"""What is known of a graph beside its pictures: its state, its newest value, its counters.

A graph is told of with every line that its logs get, whether somebody looks or not. So what
seldom changes is worked out once, and the newest value is asked of the series themselves. What
takes more is asked for now and then while nobody looks: lines are counted, and percentiles need a
window, of which they are some columns. It is right when it was looked for, and never older than
UNWATCHED; where there are limits, or somebody looks, it is right now.

A graph of several logs is in the state of the one with the newest sample: while that one is
fresh, so is the graph.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, tzinfo
from operator import attrgetter

from watcher.asked import agg_of, counted_in, fields_of, shown
from watcher.draw.view import Style, View, ViewError, level_of
from watcher.frame import Graph
from watcher.graphs import GraphSettings
from watcher.history.aggregate import ENOUGH, Per, usual_per
from watcher.history.counters import Counters
from watcher.history.fold import History
from watcher.history.pulse import State
from watcher.history.rhythm import interval
from watcher.history.rollup import Rollup
from watcher.log import Log
from watcher.newest import Newest, counted_last, newest_of
from watcher.picture import is_summed, large
from watcher.sources import Source, sources_of, style_of
from watcher.span import FEWEST_COLUMNS, FEWEST_OF_HEAT, Enough, Span, span_of

COUNTS = tuple(Counters().told())  # their names
_counts = attrgetter(*COUNTS)

Counted = tuple[History, list[Rollup], Per, float]  # one series, multiplied
Shape = tuple[tuple[History, bool, int, int, int, int], ...]
Looked = tuple[float, float | None]  # when, and what was found
NEVER: Looked = (-math.inf, None)
WATCHED = 1.0  # seconds from one look into a window to the next, while it may alarm somebody
UNWATCHED = 10.0  # likewise, and from one count to the next, while nobody looks: of 2,000 logs that
# say a line a second each, counting all the time would take 3 % of a core, percentiles 50 %


class Known:
    """One graph, to be told of again and again."""

    __slots__ = (
        *("_counted", "_looked", "_logs", "_plain", "_settings", "_shape"),
        *("_sources", "_span", "_still", "_style", "_zone"),
    )

    def __init__(self, settings: GraphSettings, logs: Sequence[Log], zone: tzinfo = UTC) -> None:
        """`logs`: those of its logs that there are; more may join them, or go."""
        self._settings, self._logs, self._zone = settings, logs, zone
        self._shape: Shape | None = None  # of the logs, as they were when this was worked out:
        self._sources: Sequence[Source] = ()
        self._plain: list[tuple[Rollup, float]] | None = None  # whose newest values it shows
        self._counted: list[Counted] | None = None  # or what it counts
        self._looked = NEVER  # last into a window, and found
        self._still: Graph  # as it was told last, or not yet
        self._style: Style = "line"
        self._span: Span | None = None  # of the default view

    def rest(self) -> None:
        """Let go of what can be worked out again."""
        self._shape = self._span = self._plain = self._counted = None
        self._sources = ()

    def told(self, now: float, revision: int, *, watched: bool = False) -> tuple[Graph, float]:
        """What is known at `now`, and when time alone may change that (Unix seconds)."""
        shape = tuple([_shape(log) for log in self._logs])
        if shape != self._shape:
            self._look(shape)
        view, still, logs = self._settings.view, self._still, self._logs
        last, due = self._last(now, watched=watched)
        graph = self._still = Graph(
            still.name,
            still.title,
            still.log,
            still.axis,
            still.fields,
            still.style,
            state_of(logs, now, view.stale),
            revision,
            last,
            last_sample_of(logs),
            view,
            counters_of(logs),
            level_of(last, view.warn, view.crit),
            still.spread,
            still.shown,
        )
        for log in logs:
            due = min(due, log.pulse.asked_again(now, view.stale))
        return graph, due

    def _look(self, shape: Shape) -> None:
        """Work out what stays as it is while the logs have this shape."""
        settings, logs, view = self._settings, self._logs, self._settings.view
        self._shape, self._span, self._looked = shape, None, NEVER
        try:
            sources: Sequence[Source] = sources_of(settings, logs, view)
        except ViewError:  # the picture says what is wrong
            sources = ()
        self._sources, self._plain = sources, _plain(sources, view)
        self._counted = _counted(sources)
        self._style = style_of(sources, view)
        own = logs and settings.logs == (settings.name,)  # the graph that a log has by itself
        alone = logs[0].title if own else settings.name
        axis = (sources[0].log if sources else logs[0]).axis if logs else "time"
        fields = dict.fromkeys(name for log in logs for name in fields_of(log.history))
        self._still = Graph(
            name=settings.name,
            title=settings.title or alone,
            log=",".join(settings.logs),
            axis=axis,
            fields=tuple(fields),
            style=self._style,
            state=State.WAITING,
            revision=0,
            last=None,
            last_sample=None,
            view=view,
            counters={},
            spread=tuple(dict.fromkeys(name for log in logs for name in log.history.sketches)),
            shown=tuple(dict.fromkeys(name for source in sources for name in source.fields)),
        )

    def _last(self, now: float, *, watched: bool) -> tuple[float | None, float]:
        """The value that stands large, and when time alone changes it."""
        view, sources = self._settings.view, self._sources
        if self._plain is not None:
            known = [rollup.latest * factor for rollup, factor in self._plain]
            lasts = [None if math.isnan(last) else last for last in known]
            return large(view, lasts, summed=False), math.inf
        if not sources:
            return None, math.inf
        looked, every = self._looked[0], self._every(watched=watched)
        if 0 <= now - looked < every:
            return self._looked[1], looked + every
        newest = newest_of([source.history for source in sources], view, now)
        if self._counted is not None and newest.present:
            found = self._count(self._counted, newest)
        else:
            found = self._look_up(newest)
        self._looked = now, found
        return found, newest.due if found else math.inf

    def _every(self, *, watched: bool) -> float:
        """Seconds from one look to the next."""
        view = self._settings.view
        if not watched and view.warn is None and view.crit is None:
            return UNWATCHED
        return 0.0 if self._counted is not None else WATCHED

    def _count(self, counted: list[Counted], newest: Newest) -> float | None:
        """How often lines came in the minute that counts."""
        lasts: list[float | None] = []
        for history, rollups, per, factor in counted:
            known = [counted_last(history, rollup, per, newest) for rollup in rollups]
            there = [last for last in known if last is not None]
            lasts.append(sum(there) * factor if there else None)
        return large(self._settings.view, lasts, summed=is_summed(self._sources, self._style))

    def _look_up(self, newest: Newest) -> float | None:
        """The newest value of each series, looked for in a window where it takes one."""
        lasts: list[float | None] = []
        try:
            for source in self._sources:
                known = source.lasts(newest)
                if known is None:
                    known = source.lasts_in(self._seen(newest.now), newest)
                lasts += known
        except ViewError:  # the picture says what is wrong
            return None
        return large(self._settings.view, lasts, summed=is_summed(self._sources, self._style))

    def _seen(self, now: float) -> Span:
        """The window of the default view, until the clock moves it on."""
        if self._span is None or now >= self._span.due or self._still.axis == "index":
            view = replace(self._settings.view, style=self._style)
            self._span = span_for(self._sources, view, now, self._zone)
        return self._span


def describe(settings: GraphSettings, logs: Sequence[Log], now: float, zone: tzinfo = UTC) -> Graph:
    """What is known at `now` of a graph; `logs`: those of its logs that there are."""
    return Known(settings, logs, zone).told(now, revision=0)[0]


def _shape(log: Log) -> tuple[History, bool, int, int, int, int]:
    """What decides which series a log has."""
    history = log.history
    return (
        history,
        history.samples > 0,
        len(history.values),
        len(history.events),
        len(history.counts),
        len(history.sketches),
    )


def _plain(sources: Sequence[Source], view: View) -> list[tuple[Rollup, float]] | None:
    """The series whose newest values are all that is asked for; None where it takes more."""
    if not sources or view.until is not None or view.style == "stack":
        return None
    found: list[tuple[Rollup, float]] = []
    for source in sources:
        if source.counted:
            return None
        for name in shown(source.history, source.view):
            if agg_of(source.history, source.view, name) not in ("mean", "min", "max", "last"):
                return None
            if name not in source.history.values:
                return None
            found.append((source.history.values[name], source.multiply))
    return found


def _counted(sources: Sequence[Source]) -> list[Counted] | None:
    """What is counted by the minute; None where it is otherwise, or other things are shown."""
    found: list[Counted] = []
    for source in sources:
        history, per = source.history, source.view.per or usual_per(counted=True)
        if not source.counted or history.axis == "index" or source.view.agg not in (None, "rate"):
            return None
        try:
            rollups = [rollup for _, rollup in counted_in(history, source.view)]
        except ViewError:
            return None
        each = [rollups] if source.is_one else [[one] for one in rollups]
        found += [(history, some, per, source.multiply) for some in each]
    return found


def state_of(logs: Sequence[Log], now: float, patience: float | None) -> State:
    """That of the log with the newest sample, by its own rhythm."""
    pulses = [log.pulse for log in logs if log.history.samples]
    if len(pulses) == 1:
        return pulses[0].state(now, patience)
    newest = max(pulses, key=lambda pulse: pulse.last, default=None)
    return newest.state(now, patience) if newest else State.WAITING


def last_sample_of(logs: Sequence[Log]) -> float | None:
    """When the newest came, in Unix seconds."""
    return max([log.pulse.last for log in logs if log.history.samples], default=None)


def counters_of(logs: Sequence[Log]) -> dict[str, int]:
    """Those of all logs together."""
    found = [_counts(log.counters) for log in logs]
    if len(found) == 1:
        return dict(zip(COUNTS, found[0], strict=True))
    return {name: sum(one[n] for one in found) for n, name in enumerate(COUNTS)}


def span_for(sources: Sequence[Source], view: View, now: float, zone: tzinfo) -> Span:
    """The window that suits all sources together; `view` has its style."""
    histories = list({id(source.history): source.history for source in sources}.values())
    counted = any(source.counted for source in sources)
    whole = [source for source in sources if source.rated or view.style == "bars"]
    intervals = [] if view.step else list(filter(math.isfinite, _intervals(whole)))
    enough = _enough(sources, view)
    return span_of(
        histories, view, now, counted=counted, intervals=intervals, enough=enough, zone=zone
    )


def _intervals(sources: Sequence[Source]) -> Iterator[float]:
    """Between samples of each series."""
    for source in sources:
        history = source.history
        for name in () if source.counted else shown(history, source.view):
            if name in history.values:
                yield interval(history.values[name])


def _enough(sources: Sequence[Source], view: View) -> Enough | None:
    """What columns should hold, so that percentiles mean something, and cells are no confetti."""
    rollups, most = list[Rollup](), 0
    for source in sources:
        history = source.history
        for name in () if source.counted else shown(history, source.view):
            need = "heat" if view.style == "heat" else agg_of(history, source.view, name)
            if need in ENOUGH and name in history.values:
                rollups.append(history.values[name])
                most = max(most, ENOUGH[need])
    fewest = FEWEST_OF_HEAT if view.style == "heat" else FEWEST_COLUMNS
    return Enough(most, rollups, fewest) if rollups else None
