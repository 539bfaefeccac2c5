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
from datetime import tzinfo
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from watcher.draw import letters
from watcher.draw.graph import draw, draw_message
from watcher.draw.png import described
from watcher.draw.values import Colour
from watcher.draw.view import NOW, Style, View, ViewError, level_of
from watcher.frame import Form, Frame, Graph, Wanted, etag_of
from watcher.graphs import GraphSettings
from watcher.history.pulse import State
from watcher.history.window import Window
from watcher.known import counters_of, last_sample_of, span_for, state_of
from watcher.labels import badge_of, refused, stripe_of
from watcher.log import Log
from watcher.newest import newest_of
from watcher.picture import (
    about,
    heat_of,
    is_summed,
    large,
    nothing,
    panel_of,
    unit_of_axis,
    unit_of_last,
    without_running,
)
from watcher.series import Series
from watcher.sources import Source, all_series, sources_of, style_of
from watcher.words import Notice, instant, notices

TEXT = "text/plain; charset=utf-8"
VIEWS = 512  # kept with the style that their graph has
CONTENT_TYPES: dict[Form, str] = {"json": "application/json", "txt": TEXT, "terminal": TEXT}


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
    last: float | None = None  # the value that stands large
    due: float = math.inf  # Unix seconds when the clock moves its window on
    asked: float = 0.0  # seconds of its window, as `Span` has it

    @property
    def classes(self) -> bool:
        """Whether its series are the lines of one log, by class."""
        return len(self.sources) == 1 and self.sources[0].counted and not self.sources[0].is_one

    @property
    def level(self) -> str:
        """How bad that is."""
        return level_of(self.last, self.view.warn, self.view.crit)


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
    due = seen.due
    if wanted.form == "json":
        body = _json(logs, graph, seen, zone)
    elif wanted.form == "stripe":
        body = stripe_of(seen.series, view, wanted.stops)
    else:
        said = notices(settings.logs, logs, state, now, zone, view.stale)
        due = min(due, said.until)
        if wanted.form == "badge":
            body = _badge(graph.title, seen)
        else:
            body = _drawn(logs, graph.title, seen, zone, said, wanted.form)
    return Picture(_frame(body, wanted, now, state, last_sample_of(logs), level=seen.level), due)


def _badge(title: str, seen: Seen) -> bytes:
    view, unit = seen.view, unit_of_last(seen.last, seen.series)
    title = title if view.title is None else view.title
    return badge_of(title, seen.last, unit, seen.state, seen.level, view.scale)


def _seen(sources: list[Source], view: View, state: State, now: float, zone: tzinfo) -> Seen:
    view = _styled(view, style_of(sources, view))
    if not sources:
        return Seen([], [], view, state)
    if view.style in ("stack", "heat"):
        _check(sources, view)
    span = span_for(sources, view, now, zone)
    newest = newest_of([source.history for source in sources], view, now)
    series = all_series(sources, span, newest)
    if view.style == "stack" and any(bool((one.values < 0).any()) for one in series):
        raise ViewError("style: stack is for values from 0 up, and some are below: write area")
    moves = any(one.agg == "rate" and one.last for one in series)
    if len(series) == 1 and series[0].color and not view.color:
        view = _styled(view, view.style, series[0].color)
    due = min(span.due, newest.due) if moves else span.due
    last = large(view, [one.last for one in series], summed=is_summed(sources, view.style))
    return Seen(sources, series, view, state, last, due, span.asked)


@lru_cache(maxsize=VIEWS)
def _styled(view: View, style: Style | None, colour: Colour | None = None) -> View:
    """As its graph has it; the same object each time, since what is drawn is kept by it."""
    return replace(view, style=style, color=(colour,) if colour else view.color)


def _check(sources: list[Source], view: View) -> None:
    """Raise ViewError where the style is not for what is shown."""
    if view.style == "heat" and len(sources) > 1:
        raise ViewError(f"style: heat is for one series, and here are {len(sources)}")
    if view.style == "stack" and len({source.counted for source in sources}) > 1:
        raise ViewError("style: stack is for lines or for values, and here are both")
    if view.style == "heat" and sources[0].counted:
        raise ViewError("style: heat is for values, not for counted lines")


def _drawn(
    logs: Sequence[Log], title: str, seen: Seen, zone: tzinfo, said: Notice, form: Form
) -> bytes:
    view, series = seen.view, seen.series
    if view.until in (None, NOW):
        series = [without_running(one) for one in series]
    panel = panel_of(
        *(series, view, title, zone, seen.state, said, seen.last),
        classes=seen.classes,
        asked=seen.asked,
    )
    began = _began(logs, panel.window)
    if began is not None:
        panel = panel._replace(began=began)
    if view.style == "heat" and series:
        source = seen.sources[0]
        panel = panel._replace(heat=heat_of(source.history, series[0], source.multiply))
    if form in ("txt", "terminal"):
        return letters.draw(panel, view, coloured=form == "terminal").encode()
    return described(draw(panel, view), about(title, panel.window, zone))


def _began(logs: Sequence[Log], window: Window) -> float | None:
    """Where on the axis history starts, although the log does not; of several logs, nowhere."""
    if len(logs) != 1 or window.axis != "time":
        return None
    (log,) = logs
    skipped, first = log.skipped and not log.backfill, log.history.first_at
    return first if skipped and window.start < first < window.stop else None


def refuse(error: ViewError, wanted: Wanted, now: float) -> Picture:
    """The answer to a view that does not fit its graph."""
    if wanted.form == "json":
        body = msgspec.json.encode({"error": str(error)})
    elif wanted.form in ("txt", "terminal"):
        body = f"{error}\n".encode()
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
        content_type=CONTENT_TYPES.get(wanted.form, "image/png"),
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
            **counters_of(logs),
            "format": ", ".join(dict.fromkeys(one.name for one in formats)),
            "time_format": ", ".join(dict.fromkeys(filter(None, (f.time_format for f in formats)))),
            "last_sample": instant(last_sample_of(logs), zone),
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
