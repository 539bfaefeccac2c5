"""A graph's logs and a view -> a frame: which series, which window, which words.

Pure: what is drawn depends on the logs, the view and `now` alone, and `now` counts only in
steps of the view, so that unchanged data give equal bytes in between.

A graph of several logs is in the state of the one with the newest sample: while that one is
fresh, so is the graph, and what has become silent beside it is said in words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from watcher.asked import fields_of
from watcher.draw.graph import Panel, draw, draw_message
from watcher.draw.png import described
from watcher.draw.view import View, ViewError, level_of
from watcher.frame import Frame, Graph, Wanted, etag_of
from watcher.graphs import GraphSettings
from watcher.history.counters import Counters
from watcher.history.pulse import State
from watcher.labels import badge_of, refused, stripe_of
from watcher.log import Log
from watcher.picture import about, heat_of, is_summed, large, nothing, panel_of, unit_of_axis
from watcher.series import Series
from watcher.sources import Source, all_series, sources_of, style_of
from watcher.span import Span, span_of
from watcher.words import instant, notices


class Picture(NamedTuple):
    """A frame, and until when (Unix seconds) it stays true if no line comes."""

    frame: Frame
    due: float


@dataclass(frozen=True, slots=True)
class Seen:
    """What a view shows at some moment."""

    sources: list[Source]
    series: list[Series]
    view: View  # with its style
    state: State
    due: float = math.inf  # Unix seconds when the clock moves its window on

    @property
    def classes(self) -> bool:
        """Whether its series are the lines of one log, by class."""
        return len(self.sources) == 1 and self.sources[0].counted and not self.sources[0].is_one

    @property
    def last(self) -> float | None:
        """The value that stands large."""
        summed = is_summed(self.series, self.view, self.classes)
        return large(self.view, [one.last for one in self.series], summed=summed)

    @property
    def level(self) -> str:
        """How bad that is."""
        return level_of(self.last, self.view.warn, self.view.crit)


def describe(
    settings: GraphSettings,
    logs: Sequence[Log],
    now: float,
    revision: int = 0,
    zone: tzinfo = UTC,
) -> Graph:
    """What is known at `now` of a graph; `logs`: those of its logs that there are."""
    view = settings.view
    try:
        sources = sources_of(settings, logs, view)
        last = _last(sources, view, now, zone)
    except ViewError:  # the picture says what is wrong
        sources, last = [], None
    own = logs and settings.logs == (settings.name,)  # the graph that a log has by itself
    alone = logs[0].title if own else settings.name
    return Graph(
        name=settings.name,
        title=settings.title or alone,
        log=",".join(settings.logs),
        axis=(sources[0].log if sources else logs[0]).axis if logs else "time",
        fields=tuple(dict.fromkeys(name for log in logs for name in fields_of(log.history))),
        style=style_of(sources, view),
        state=state_of(logs, now, view.stale),
        revision=revision,
        last=last,
        last_sample=_last_sample(logs),
        view=view,
        counters=_counters(logs),
        level=level_of(last, view.warn, view.crit),
        spread=tuple(dict.fromkeys(name for log in logs for name in log.history.sketches)),
    )


def _last(sources: list[Source], view: View, now: float, zone: tzinfo) -> float | None:
    """The value that stands large, looked for in a window only where it takes one."""
    lasts: list[float | None] = []
    span: Span | None = None
    for source in sources:
        known = source.lasts()
        if known is None:
            span = span or _span(sources, replace(view, style=style_of(sources, view)), now, zone)
            known = source.newest(span, now)
        lasts += known
    counted = all(source.counted for source in sources)
    summed = counted and (len(sources) == 1 or style_of(sources, view) == "stack")
    return large(view, lasts, summed=summed)


def state_of(logs: Sequence[Log], now: float, patience: float | None) -> State:
    """That of the log with the newest sample, by its own rhythm."""
    pulses = [log.pulse for log in logs if log.history.samples]
    newest = max(pulses, key=lambda pulse: pulse.last, default=None)
    return newest.state(now, patience) if newest else State.WAITING


def _last_sample(logs: Sequence[Log]) -> float | None:
    return max((log.pulse.last for log in logs if log.history.samples), default=None)


def _counters(logs: Sequence[Log]) -> dict[str, int]:
    """Those of all logs together."""
    if len(logs) == 1:
        return logs[0].counters.told()
    found = [log.counters.told() for log in logs]
    return {name: sum(one[name] for one in found) for name in Counters().told()}


def compose(
    settings: GraphSettings,
    logs: Sequence[Log],
    graph: Graph,
    wanted: Wanted,
    now: float,
    zone: tzinfo,
) -> Picture:
    """What `wanted` asks of a graph at `now`: drawn, or as JSON.

    `logs`: those of its logs that there are; `graph`: what is known of it. Raises ViewError where
    the view does not fit the graph.
    """
    view = wanted.view
    zone = ZoneInfo(view.tz) if view.tz else zone
    state = state_of(logs, now, view.stale)
    seen = _seen(sources_of(settings, logs, view), view, state, now, zone)
    words, changes = notices(settings.logs, logs, state, now, zone, view.stale)
    if wanted.form == "json":
        body, due = _json(logs, graph, seen, zone), seen.due
    elif wanted.form == "stripe":
        body, due = stripe_of(seen.series, view, wanted.stops), seen.due
    elif wanted.form == "badge":
        title, unit = graph.title if view.title is None else view.title, unit_of_axis(seen.series)
        body = badge_of(title, seen.last, unit, state, seen.level, view.scale)
        due = min(seen.due, changes)
    else:
        body, due = _drawn(logs, graph.title, seen, zone, words), min(seen.due, changes)
    return Picture(_frame(body, wanted, now, state, _last_sample(logs), level=seen.level), due)


def _seen(sources: list[Source], view: View, state: State, now: float, zone: tzinfo) -> Seen:
    view = replace(view, style=style_of(sources, view))
    if not sources:
        return Seen([], [], view, state)
    if view.style in ("stack", "heat"):
        _check(sources, view)
    span = _span(sources, view, now, zone)
    series = all_series(sources, span, now, view.stale)
    if len(series) == 1 and series[0].color and not view.color:
        view = replace(view, color=(series[0].color,))
    return Seen(sources, series, view, state, span.due)


def _span(sources: list[Source], view: View, now: float, zone: tzinfo) -> Span:
    """That of all sources together."""
    histories = list({id(source.history): source.history for source in sources}.values())
    counted = any(source.counted for source in sources)
    rated = any(source.rated for source in sources)
    return span_of(histories, view, now, counted=counted, rated=rated, zone=zone)


def _check(sources: list[Source], view: View) -> None:
    """Raise ViewError where the style is not for what is shown."""
    if view.style == "heat" and len(sources) > 1:
        raise ViewError(f"style: heat is for one series, and here are {len(sources)}")
    if view.style == "stack" and not all(source.counted for source in sources):
        raise ViewError("style: stack is for counted lines, not for values")
    if view.style == "heat" and sources[0].counted:
        raise ViewError("style: heat is for values, not for counted lines")


def _drawn(logs: Sequence[Log], title: str, seen: Seen, zone: tzinfo, words: str) -> bytes:
    view, series = seen.view, seen.series
    panel = panel_of(series, view, title, zone, seen.state, words, classes=seen.classes)
    panel = replace(panel, began=_began(logs, panel), zone_shown=bool(view.tz))
    if view.style == "heat" and series:
        source = seen.sources[0]
        panel = replace(panel, heat=heat_of(source.history, series[0], source.multiply))
    return described(draw(panel, view), about(title, panel.window, zone))


def _began(logs: Sequence[Log], panel: Panel) -> float | None:
    """Where on the axis history starts, although the log does not; of several logs, nowhere."""
    if len(logs) != 1 or panel.window.axis != "time":
        return None
    (log,) = logs
    skipped, first = log.skipped and not log.backfill, log.history.first_at
    return first if skipped and panel.window.start < first < panel.window.stop else None


def refuse(error: ViewError, wanted: Wanted, now: float) -> Picture:
    """The answer to a view that does not fit its graph."""
    if wanted.form == "json":
        body = msgspec.json.encode({"error": str(error)})
    elif wanted.form == "badge":
        body = refused(wanted.graph, str(error), wanted.view.scale)
    else:
        body = draw_message(str(error), wanted.view)
    return Picture(_frame(body, wanted, now, State.ERROR, None, 400), math.inf)


def _frame(
    body: bytes,
    wanted: Wanted,
    now: float,
    state: State,
    last: float | None,
    status: int = 200,
    level: str = "ok",
) -> Frame:
    return Frame(
        body=body,
        content_type="application/json" if wanted.form == "json" else "image/png",
        etag=etag_of(body),
        modified=now,
        state=state,
        last_sample=last,
        status=status,
        level=level,
    )


def _json(logs: Sequence[Log], graph: Graph, seen: Seen, zone: tzinfo) -> bytes:
    """The columns of a graph and the counters of its logs, as the contract names them."""
    window = seen.series[0].window if seen.series else nothing(graph.axis)
    formats = [log.format for log in logs]
    modified = max((log.modified for log in logs), default=0.0)
    told = {
        "name": graph.name,
        "title": graph.title,
        "axis": window.axis,
        "from": window.start,
        "until": window.stop,
        "step": window.step,
        "unit": unit_of_axis(seen.series),
        "state": seen.state,
        "level": seen.level,
        "revision": graph.revision,
        "fields": [_field(one) for one in seen.series],
        "log": {
            **_counters(logs),
            "format": ", ".join(dict.fromkeys(one.name for one in formats)),
            "time_format": ", ".join(dict.fromkeys(filter(None, (f.time_format for f in formats)))),
            "last_sample": instant(_last_sample(logs), zone),
            "last_change": instant(modified or None, zone),
        },
    }
    return msgspec.json.encode(told)


def _field(series: Series) -> dict[str, Any]:
    window = series.window
    return {
        "name": series.name or "@lines",
        "label": series.label,
        "agg": series.agg,
        "last": series.last,
        "count": window.count.tolist(),
        "sum": window.total.tolist(),
        "min": window.low.tolist(),
        "max": window.high.tolist(),
        "value": series.values.tolist(),
    }
