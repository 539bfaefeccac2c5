"""A log and a view -> a frame: which field, which window, which words.

Pure: what is drawn depends on the log, the view and `now` alone, and `now` counts only in
steps of the view, so that unchanged data give equal bytes in between.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import tzinfo
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec
import numpy as np

from watcher.draw.graph import Layer, Panel, draw, draw_message
from watcher.draw.view import Style, View, ViewError
from watcher.frame import Frame, Graph, Wanted
from watcher.history.buckets import Floats
from watcher.history.fill import known
from watcher.history.fold import History
from watcher.history.pulse import State
from watcher.history.rollup import Rollup
from watcher.history.window import Window
from watcher.log import Log
from watcher.parse.levels import LEVELS
from watcher.span import MINUTE, Span, seen, span_of
from watcher.words import instant, notice

COUNTS = ("@lines", "@level", "@status")  # pseudo-fields: lines, by whatever class they have
# From the ground up: the worst stands on the baseline, where a single one is seen.
STACKED = (*reversed(LEVELS), "", "5xx", "4xx", "3xx", "2xx", "1xx")
RATE = "lines/min"


class Picture(NamedTuple):
    """A frame, and until when (Unix seconds) it stays true if no line comes."""

    frame: Frame
    due: float


class GraphSettings(msgspec.Struct, frozen=True):
    """A `[[graph]]` of the configuration."""

    name: str
    log: str  # the name of a log
    title: str  # empty: that of the log
    view: View


def spread_of(graph: GraphSettings, log: str) -> tuple[str, ...]:
    """The fields of a log whose percentiles a graph asks for; "" is the one that is shown."""
    view = graph.view
    percentiles = view.agg is not None and view.agg.startswith("p")
    wanted = graph.log == log and (percentiles or view.style == "heat")
    return (view.fields or ("",)) if wanted else ()


@dataclass(frozen=True, slots=True)
class Series:
    """One line of numbers: a field, or how often lines of one class came."""

    name: str
    label: str
    agg: str
    role: str
    window: Window
    values: Floats  # what is drawn: one for each column of the window
    last: float | None


def describe(settings: GraphSettings, log: Log, now: float, revision: int = 0) -> Graph:
    """What is known of a graph of `log` at `now`."""
    history = log.history
    seen = history.samples > 0
    return Graph(
        name=settings.name,
        title=settings.title or log.title,
        log=log.name,
        axis=log.axis,
        fields=fields_of(history),
        style=style_of(history, settings.view),
        state=log.pulse.state(now),
        revision=revision,
        last=_last(history, settings.view) if seen else None,
        last_sample=log.pulse.last if seen else None,
        view=settings.view,
        counters=log.counters.told(),
    )


def compose(log: Log, graph: Graph, wanted: Wanted, now: float, zone: tzinfo) -> Picture:
    """What `wanted` asks of `graph`, which shows `log`, at `now`: drawn, or as JSON.

    Raises ViewError where the view does not fit the graph.
    """
    history, state = log.history, log.pulse.state(now)
    counted = _is_counted(history, wanted.view)
    view = replace(wanted.view, style=style_of(history, wanted.view))
    if view.style == "stack" and not counted:
        raise ViewError("style: stack is for counted lines, not for values")
    span = span_of(history, view, now, counted=counted, zone=zone)
    until = now if state is State.FRESH else history.latest_at
    series = _counts(history, view, span, until) if counted else [_value(history, view, span)]
    if wanted.form == "json":
        body, due = _json(log, graph, state, series, zone), span.due
    else:
        words, changes = notice(log, state, now, zone)
        body = draw(_panel(series, view, graph.title, zone, state, words), view)
        due = min(span.due, changes)
    last_sample = log.pulse.last if history.samples else None
    return Picture(_frame(body, wanted, now, state, last_sample), due)


def refuse(error: ViewError, wanted: Wanted, now: float) -> Picture:
    """The answer to a view that does not fit its graph."""
    if wanted.form == "json":
        body = msgspec.json.encode({"error": str(error)})
    else:
        body = draw_message(str(error), wanted.view)
    return Picture(_frame(body, wanted, now, State.ERROR, None, 400), math.inf)


def _frame(
    body: bytes, wanted: Wanted, now: float, state: State, last: float | None, status: int = 200
) -> Frame:
    return Frame(
        body=body,
        content_type="application/json" if wanted.form == "json" else "image/png",
        etag=blake2b(body, digest_size=12).hexdigest(),
        modified=now,
        state=state,
        last_sample=last,
        status=status,
    )


def style_of(history: History, view: View) -> Style:
    """Stacked bars for what is counted, bars for what only has an order, else a line."""
    if view.style is not None:
        return view.style
    if _is_counted(history, view):
        return "stack"
    return "bars" if history.axis == "index" else "line"


def fields_of(history: History) -> tuple[str, ...]:
    """What can be shown of a log, the first unless told otherwise."""
    lines = COUNTS[:1] if history.format.counts else ()
    own = (*history.values, *history.events)
    return (*own, *lines) if history.settings.fields else (*lines, *own)


def _is_counted(history: History, view: View) -> bool:
    """Whether the view shows how often lines came, and not a value of theirs."""
    field = view.field or next(iter(fields_of(history)), "")
    return field in history.events or (history.format.counts and field in COUNTS)


def _value(history: History, view: View, span: Span) -> Series:
    name = view.field or next(iter(history.values), "")
    if name not in history.values:
        there = " ".join(fields_of(history))
        raise ViewError(f"field: there is no {name!r}: there are {there}")
    rollup = history.values[name]
    usual = history.pulse.usual if history.axis == "time" else 1.0
    window = seen(rollup, history.axis, span, usual)
    last = rollup.latest if math.isfinite(rollup.latest_at) else None
    return Series(name, name, "mean", "1", window, window.mean, last)


def _counted(history: History, view: View) -> dict[str, Rollup]:
    """What the view counts: an event of the user's, or lines by class, from the ground up."""
    if view.field in history.events:
        return {str(view.field): history.events[str(view.field)]}
    return {class_: history.counts[class_] for class_ in sorted(history.counts, key=_height)}


def _counts(history: History, view: View, span: Span, until: float) -> list[Series]:
    """Lines a minute, of each class: 0 where none came, NaN where nobody could know.

    On the index axis, where there are no minutes, how often lines came in each column.
    """
    found = []
    timed = history.axis == "time"
    for class_, rollup in _counted(history, view).items():
        window = seen(rollup, history.axis, span)
        per = window.widths / MINUTE if timed else 1.0
        values = np.where(known(window, history.first_at, until), window.count / per, np.nan)
        role = class_ if class_ and class_ in STACKED else "other"
        label, agg, last = class_ or "lines", "rate" if timed else "count", _newest(history, rollup)
        found.append(Series(class_, label, agg, role, window, values, last))
    return found


def _height(class_: str) -> tuple[int, str]:
    return STACKED.index(class_) if class_ in STACKED else len(STACKED), class_


def _newest(history: History, rollup: Rollup) -> float:
    """How many lines came in the minute that ended with the newest line (or: as that line)."""
    end = math.floor(history.latest_at) + 1
    return rollup.tiers[0].samples(end - (60 if history.axis == "time" else 1), end)


def _last(history: History, view: View) -> float | None:
    """The value that stands large on the picture."""
    if _is_counted(history, view):
        return sum(_newest(history, rollup) for rollup in _counted(history, view).values())
    rollup = history.values.get(view.field or next(iter(history.values), ""))
    return rollup.latest if rollup and math.isfinite(rollup.latest_at) else None


def _panel(
    series: list[Series], view: View, title: str, zone: tzinfo, state: State, words: str
) -> Panel:
    if not series:
        return Panel(title, _nothing(), zone, State.WAITING, None, words)
    first, unit = series[0], RATE if series[0].agg == "rate" else ""
    counted = first.agg != "mean"
    last = sum(one.last for one in series if one.last is not None) if counted else first.last
    if view.style == "stack":
        layers = tuple(Layer(one.label, one.role, one.values, one.last) for one in series)
        return Panel(title, first.window, zone, state, last, words, layers, unit)
    window = _total(series) if counted else first.window
    return Panel(title, window, zone, state, last, words, unit=unit)


def _total(series: list[Series]) -> Window:
    """All classes together, as a window of rates."""
    rate = np.sum([one.values for one in series], axis=0)
    known = np.isfinite(rate).astype(np.int64)
    window = replace(series[0].window, count=known, total=rate, low=rate, high=rate, last=rate)
    return replace(window, usual=window.step)


def _nothing() -> Window:
    none = np.full(1, np.nan)
    return Window("time", 0.0, 1.0, np.zeros(1, np.int64), none, none, none, none)


def _json(log: Log, graph: Graph, state: State, series: list[Series], zone: tzinfo) -> bytes:
    """The columns of a graph and the counters of its log, as the contract names them."""
    window = series[0].window if series else _nothing()
    about = {
        "name": graph.name,
        "title": graph.title,
        "axis": window.axis,
        "from": window.start,
        "until": window.stop,
        "step": window.step,
        "unit": RATE if any(one.agg == "rate" for one in series) else "",
        "state": state,
        "level": graph.level,
        "revision": graph.revision,
        "fields": [_field(one) for one in series],
        "log": {
            **log.counters.told(),
            "format": log.format.name,
            "time_format": log.format.time_format,
            "last_sample": instant(log.pulse.last, zone),
            "last_change": instant(log.modified or None, zone),
        },
    }
    return msgspec.json.encode(about)


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
