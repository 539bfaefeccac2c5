"""A log and a view -> a frame: which field, which window, which words.

Pure: what is drawn depends on the log, the view and `now` alone, and `now` counts only in
steps of the view, so that unchanged data give equal bytes in between.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import tzinfo
from hashlib import blake2b
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from watcher.draw.graph import Layer, Panel, draw, draw_message
from watcher.draw.panel import Heat
from watcher.draw.png import described
from watcher.draw.view import MAX_SERIES, Style, View, ViewError, level_of
from watcher.frame import Frame, Graph, Wanted
from watcher.history.aggregate import PERCENTILES
from watcher.history.fold import History
from watcher.history.pulse import State
from watcher.history.sketch import heat
from watcher.history.window import Window
from watcher.log import Log
from watcher.series import Series, fields_of, is_counted, last_of, series_of, shown, sketches_of
from watcher.span import span_of
from watcher.words import instant, notice

SHADES = 40  # rows of a heat map at most: finer ones are no more than a pixel or two high


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
    wanted = graph.log == log and (view.agg in PERCENTILES or view.style == "heat")
    return (view.fields or ("",)) if wanted else ()


def describe(settings: GraphSettings, log: Log, now: float, revision: int = 0) -> Graph:
    """What is known of a graph of `log` at `now`."""
    history, view = log.history, settings.view
    seen = history.samples > 0
    last = last_of(history, view) if seen else None
    return Graph(
        name=settings.name,
        title=settings.title or log.title,
        log=log.name,
        axis=log.axis,
        fields=fields_of(history),
        style=style_of(history, view),
        state=log.pulse.state(now, view.stale),
        revision=revision,
        last=last,
        last_sample=log.pulse.last if seen else None,
        view=view,
        counters=log.counters.told(),
        level=level_of(last, view.warn, view.crit),
        spread=tuple(history.sketches),
    )


def compose(log: Log, graph: Graph, wanted: Wanted, now: float, zone: tzinfo) -> Picture:
    """What `wanted` asks of `graph`, which shows `log`, at `now`: drawn, or as JSON.

    Raises ViewError where the view does not fit the graph.
    """
    history = log.history
    view = replace(wanted.view, style=style_of(history, wanted.view))
    zone, asked = (ZoneInfo(view.tz), True) if view.tz else (zone, False)
    state, counted = log.pulse.state(now, view.stale), is_counted(history, view)
    if view.style in ("stack", "heat") and counted != (view.style == "stack"):
        what = "counted lines, not for values" if not counted else "values, not for counted lines"
        raise ViewError(f"style: {view.style} is for {what}")
    span = span_of(history, view, now, counted=counted, zone=zone)
    until = now if state is State.FRESH else history.latest_at
    series = series_of(history, view, span, until)
    if wanted.form == "json":
        body, due = _json(log, graph, state, series, zone), span.due
    else:
        words, changes = notice(log, state, now, zone, view.stale)
        panel = _panel(series, view, graph.title, zone, state, words)
        panel = replace(panel, began=_began(log, panel.window), zone_shown=asked)
        if view.style == "heat":
            panel = replace(panel, heat=_heat(history, series[0]))
        body = described(draw(panel, view), _about(graph.title, panel.window, zone))
        due = min(span.due, changes)
    last_sample = log.pulse.last if history.samples else None
    last = series[0].last if len(series) == 1 else _sum_of(series)
    level = level_of(last, view.warn, view.crit)
    return Picture(_frame(body, wanted, now, state, last_sample, level=level), due)


def refuse(error: ViewError, wanted: Wanted, now: float) -> Picture:
    """The answer to a view that does not fit its graph."""
    if wanted.form == "json":
        body = msgspec.json.encode({"error": str(error)})
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
        etag=blake2b(body, digest_size=12).hexdigest(),
        modified=now,
        state=state,
        last_sample=last,
        status=status,
        level=level,
    )


def style_of(history: History, view: View) -> Style:
    """Stacked bars for what is counted, bars for what only has an order, else a line."""
    if view.style is not None:
        return view.style
    if is_counted(history, view):
        return "stack"
    several = len(shown(history, view)) > 1
    return "bars" if history.axis == "index" and not several else "line"


def _panel(
    series: list[Series], view: View, title: str, zone: tzinfo, state: State, words: str
) -> Panel:
    if not series:
        return Panel(title, _nothing(), zone, State.WAITING, None, words)
    first = series[0]
    panel = Panel(
        title=title,
        window=first.window,
        zone=zone,
        state=state,
        last=_sum_of(series) if first.counted else first.last,
        notice=words,
        unit=_unit(series),
        behind=_behind(series),
        warn=view.warn,
        crit=view.crit,
    )
    if view.style == "stack" or (len(series) > 1 and not first.counted):
        return replace(panel, layers=_layers(series))
    if first.counted:
        return replace(panel, window=_total(series))
    if first.agg == "mean" and view.fill is None:
        return panel
    return replace(panel, layers=_layers(series))


def _layers(series: list[Series]) -> tuple[Layer, ...]:
    return tuple(_layer(one, number) for number, one in enumerate(series[:MAX_SERIES], 1))


def _layer(series: Series, number: int) -> Layer:
    """Only a single mean has a band: those of several would hide each other."""
    return Layer(series.label, series.role or str(number), series.values, series.last)


def _behind(series: list[Series]) -> tuple[Layer, ...]:
    """The same an earlier time; of what is counted, all classes together."""
    before = [(one, one.before) for one in series[:MAX_SERIES] if one.before is not None]
    if before and series[0].counted:
        all_ = np.sum([values for _, values in before], axis=0)
        return (Layer("", before[0][0].role, all_, style="line"),)
    return tuple(Layer(one.label, str(n), values) for n, (one, values) in enumerate(before, 1))


def _sum_of(series: list[Series]) -> float | None:
    """Of several series: that of what is counted; of values there is no sum."""
    known = [one.last for one in series if one.last is not None]
    if not series or not series[0].counted:
        return series[0].last if series else None
    return sum(known) if known else None


def _unit(series: list[Series]) -> str:
    """That of the axis, where all have the same."""
    units = {one.unit for one in series}
    return units.pop() if len(units) == 1 else ""


def _began(log: Log, window: Window) -> float | None:
    """Where on the axis history starts, although the log does not."""
    first = log.history.first_at
    skipped = log.skipped and not log.backfill and window.axis == "time"
    return first if skipped and window.start < first < window.stop else None


def _heat(history: History, series: Series) -> Heat | None:
    sketches = sketches_of(history, series.name, "heat")
    found = heat(sketches, series.window, SHADES)
    return Heat(found.counts.astype(np.float64), found.edges) if len(found.edges) else None


def _about(title: str, window: Window, zone: tzinfo) -> dict[str, str]:
    """What a picture says of itself to programs: never a clock, so equal pictures stay equal."""
    ends = (window.start, window.stop)
    if window.axis == "time":
        said = [str(instant(end, zone)) for end in ends]
    else:
        said = [f"{end:g}" for end in ends]
    return {"Title": title, "Description": f"{said[0]} to {said[1]}"}


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
        "unit": _unit(series),
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
