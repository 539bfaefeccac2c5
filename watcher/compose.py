"""A log and a view -> a frame: which window, which words, which numbers.

Pure: what is drawn depends on the log, the view and `now` alone, and `now` counts only in
steps of the view, so that unchanged data give equal bytes in between.
"""

from __future__ import annotations

import math
from dataclasses import asdict, replace
from datetime import datetime, tzinfo
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from watcher.draw.graph import Panel, columns, draw, draw_message
from watcher.draw.view import UNITS, Moment, Style, View, ViewError
from watcher.frame import Frame, Graph, Wanted
from watcher.history.pulse import State
from watcher.history.window import Window, look, samples_between
from watcher.log import Log

AUTO_WINDOWS = tuple(UNITS[unit] * n for n, unit in ((1, "h"), (6, "h"), (1, "d")))
AUTO_WINDOWS += (UNITS["w"], UNITS["mon"], UNITS["y"])  # seconds
ENOUGH_SAMPLES = 100  # to fill an automatic window
LONGEST_WINDOW = 200 * UNITS["y"]  # seconds; more than any log has lived
SHORTEST_STEP = 1.0  # seconds; `now` is not told apart more finely


class Picture(NamedTuple):
    """A frame, and until when (Unix seconds) it stays true if no line comes."""

    frame: Frame
    due: float


class Span(NamedTuple):
    """A window before it is looked at: from, until, in so many columns."""

    start: float
    stop: float
    due: float = math.inf  # when the clock moves it on


class GraphSettings(msgspec.Struct, frozen=True):
    """A `[[graph]]` of the configuration."""

    name: str
    log: str  # the name of a log
    title: str  # empty: that of the log
    view: View


def describe(settings: GraphSettings, log: Log, now: float, revision: int = 0) -> Graph:
    """What is known of a graph of `log` at `now`."""
    seen = log.counters.samples > 0
    return Graph(
        name=settings.name,
        title=settings.title or log.title,
        log=log.name,
        axis=log.axis,
        style=style_of(log, settings.view),
        state=log.pulse.state(now),
        revision=revision,
        last=log.rollup.latest if seen else None,
        last_sample=log.pulse.last if seen else None,
        view=settings.view,
        counters=asdict(log.counters),
    )


def compose(log: Log, graph: Graph, wanted: Wanted, now: float, zone: tzinfo) -> Picture:
    """What `wanted` asks of `graph`, which shows `log`, at `now`: drawn, or as JSON.

    Raises ViewError where the view does not fit the graph.
    """
    state = log.pulse.state(now)
    view = replace(wanted.view, style=style_of(log, wanted.view))
    span = _span(log, view, now)
    window = _window(log, view, span)
    if wanted.form == "json":
        body, due = _json(log, graph, state, window, zone), span.due
    else:
        notice, changes = _notice(log, state, now, zone)
        last = log.rollup.latest if log.counters.samples else None
        body = draw(Panel(graph.title, window, zone, state, last, notice), view)
        due = min(span.due, changes)
    last_sample = log.pulse.last if log.counters.samples else None
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


def style_of(log: Log, view: View) -> Style:
    """Bars for what only has an order, a line for what has a time."""
    return view.style or ("bars" if log.axis == "index" else "line")


def _window(log: Log, view: View, span: Span) -> Window:
    usual = log.pulse.usual if log.axis == "time" else 1.0
    wide = columns(view)
    if view.style == "bars" and usual > (span.stop - span.start) / wide:
        wide = max(1, math.floor((span.stop - span.start) / usual))
    return look(log.rollup, log.axis, span.start, span.stop, wide, usual)


def _span(log: Log, view: View, now: float) -> Span:
    span = _index_span(log, view) if log.axis == "index" else _time_span(log, view, now)
    if span.start >= span.stop:
        raise ViewError("from: is not before until")
    return span


def _index_span(log: Log, view: View) -> Span:
    newest = log.counters.samples

    def place(name: str, moment: Moment, default: float) -> float:
        if moment == Moment("ago", 0.0):
            return default
        if moment.kind != "number":
            raise ViewError(f"{name}: this graph counts samples: write a number such as -500")
        return moment.value + newest if moment.value < 0 else moment.value

    stop = place("until", view.until, newest) if view.until else float(newest)
    if view.start is None:
        return Span(max(0.0, stop - columns(view)), max(stop, 1.0))
    return Span(max(0.0, place("from", view.start, newest)), min(stop, max(newest, 1)))


def _time_span(log: Log, view: View, now: float) -> Span:
    def place(name: str, moment: Moment) -> float:
        if moment.kind == "number" and moment.value < 0:
            raise ViewError(f"{name}: a time ago needs a unit, such as {moment.value:g}min")
        return moment.value + now if moment.kind == "ago" else moment.value

    until = place("until", view.until) if view.until else now
    if view.start is None:
        stop, length = _auto(log, until)
    else:
        stop, length = until, until - place("from", view.start)
    if not 0 < length <= LONGEST_WINDOW:
        raise ViewError("from: is not before until, or by more than 200 years")
    step = max(SHORTEST_STEP, length / columns(view))
    end = (math.floor(stop / step) + 1) * step  # the column of `stop` is part of the window
    moves = stop == until and (view.until is None or view.until.kind == "ago")
    return Span(end - length, end, now + (end - stop) if moves else math.inf)


def _auto(log: Log, stop: float) -> tuple[float, float]:
    """The end and length of the shortest window that shows enough, and never an empty one."""
    last, first = log.rollup.latest_at, log.first_at
    if not log.counters.samples:
        return stop, AUTO_WINDOWS[0]
    if last <= stop - AUTO_WINDOWS[-1]:
        stop = last + SHORTEST_STEP
    for length in AUTO_WINDOWS:
        held = samples_between(log.rollup, stop - length, stop + SHORTEST_STEP)
        if held >= min(ENOUGH_SAMPLES, log.counters.samples):
            return stop, length
    return stop, max(AUTO_WINDOWS[-1], stop - first)


def _notice(log: Log, state: State, now: float, zone: tzinfo) -> tuple[str, float]:
    """The state in words, and when (Unix seconds) the words or the state change by themselves."""
    if state is State.WAITING:
        if log.tailer.problem:
            return log.tailer.problem, math.inf
        return (f"no numbers in {log.counters.lines:,} lines" if log.counters.bad else ""), math.inf
    silence = now - log.pulse.last
    words, changes = age(silence)
    if state is State.STALE:
        since = _when(log.pulse.last, now, zone)
        return f"no data since {since} ({words})", log.pulse.last + changes
    becomes_stale = log.pulse.last + log.pulse.stale_after
    if math.isfinite(becomes_stale) or silence < UNITS["min"]:
        return "", min(becomes_stale, log.pulse.last + UNITS["min"] + 0.001)
    return f"last line {words} ago", log.pulse.last + changes


def age(seconds: float) -> tuple[str, float]:
    """`3 d`: a length of time in one unit, rounded down; and the length at which that changes."""
    name, unit = "s", 1.0
    for candidate in ("min", "h", "d", "w", "mon", "y"):
        if seconds >= UNITS[candidate]:
            name, unit = candidate, UNITS[candidate]
    number = max(0, math.floor(seconds / unit))
    return f"{number} {name}", (number + 1) * unit


def _when(moment: float, now: float, zone: tzinfo) -> str:
    then, today = datetime.fromtimestamp(moment, zone), datetime.fromtimestamp(now, zone)
    if then.date() == today.date():
        return f"{then:%H:%M}"
    return f"{then:%d %b %H:%M}" if then.year == today.year else f"{then:%d %b %Y}"


def instant(moment: float | None, zone: tzinfo) -> str | None:
    """ISO 8601 with zone."""
    if moment is None or not math.isfinite(moment):
        return None
    return datetime.fromtimestamp(moment, zone).isoformat(timespec="milliseconds")


def _json(log: Log, graph: Graph, state: State, window: Window, zone: tzinfo) -> bytes:
    """The columns of a graph and the counters of its log, as the contract names them."""
    field = {
        "name": "value",
        "label": graph.title,
        "agg": "mean",
        "last": log.rollup.latest,
        "count": window.count.tolist(),
        "sum": window.total.tolist(),
        "min": window.low.tolist(),
        "max": window.high.tolist(),
        "value": window.mean.tolist(),
    }
    about = {
        "name": graph.name,
        "title": graph.title,
        "axis": window.axis,
        "from": window.start,
        "until": window.stop,
        "step": window.step,
        "unit": "",
        "state": state,
        "level": graph.level,
        "revision": graph.revision,
        "fields": [field],
        "log": {
            **asdict(log.counters),
            "format": log.format.name,
            "time_format": log.format.time_format,
            "last_sample": instant(log.pulse.last, zone),
            "last_change": instant(log.modified, zone),
        },
    }
    return msgspec.json.encode(about)
