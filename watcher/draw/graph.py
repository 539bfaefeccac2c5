"""The styles: a panel and a view -> the bytes of a PNG.

What is the same from frame to frame is a static layer, kept; a frame is a copy of its plot and a
few additions for each column, between margins that are kept, too. Equal panels and views give
equal bytes. Nothing in a window raises: what cannot be drawn is drawn as waiting.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

import numpy as np

from watcher.draw import captions, scale, shapes, stack, static, theme
from watcher.draw.canvas import Bytes, Canvas, Floats, blank
from watcher.draw.captions import Word
from watcher.draw.layout import Layout, layout
from watcher.draw.legend import legend
from watcher.draw.scale import Scale
from watcher.draw.static import Static
from watcher.draw.stroke import bridge, stroke
from watcher.draw.theme import BARS, LINE, STACK, Planes, layer_plane
from watcher.draw.view import Style, View
from watcher.history.pulse import State
from watcher.history.window import Window

WAITING = "waiting for data"
NOTHING_HERE = "no data in this window"
MARK_PART = 0.4  # of the text colour in the ticks below bars, as grey as a fine line should be


@dataclass(frozen=True, slots=True)
class Layer:
    """One of several series in one graph."""

    label: str
    role: str  # a key of theme.ROLES: what its colour stands for
    heights: Floats  # one per column of the window, >= 0; NaN: no knowledge, 0: nothing happened
    last: float | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """What one picture says, beside how it looks (the View)."""

    title: str
    window: Window
    zone: tzinfo  # of the labels on a time axis
    state: State = State.FRESH
    last: float | None = None  # the newest value, shown large
    notice: str = ""  # a state in words: "no data since 14:02 (3 h)", "last line 3 d ago"
    layers: tuple[Layer, ...] = ()  # of a stack, bottom first, at most theme.LAYERS
    unit: str = ""  # of the y axis, in words: "lines/min"


Data = shapes.Columns | stack.Pile
PLANES: dict[Style | None, Planes] = {"bars": BARS, "line": LINE, "stack": STACK}


def columns(view: View) -> int:
    """How many columns a window needs to fill the plot of `view`: its width in device pixels."""
    return layout(view.width, view.height, view.scale).columns


def draw(panel: Panel, view: View) -> bytes:
    """The PNG of `panel`; `view.style` is resolved, never None."""
    place = _place(panel, view)
    planes = PLANES.get(view.style, BARS)
    stale = panel.state is State.STALE
    roles = tuple(layer.role for layer in panel.layers) if planes is STACK else ()
    colours = theme.palette(view.theme, planes, stale=stale, roles=roles)
    with np.errstate(all="ignore"):  # windows have NaN where they are empty
        data = _data(panel, place, planes)
        if data is None or panel.state is State.WAITING:
            return _waiting(panel, place, planes).finish(colours)
        return _graph(panel, view, place, planes, data, colours)


def _place(panel: Panel, view: View) -> Layout:
    entries = len(panel.layers[: theme.LAYERS]) if view.style == "stack" else 0
    return layout(view.width, view.height, view.scale, entries if entries > 1 else 0)


def _data(panel: Panel, place: Layout, planes: Planes) -> Data | None:
    if planes is STACK:
        return stack.pile(panel.layers, place.columns)
    return shapes.columns(panel.window, place.columns)


def _graph(
    panel: Panel, view: View, place: Layout, planes: Planes, data: Data, colours: bytes
) -> bytes:
    axis = _axis(data, place, planes)
    still = static.find(place, planes, captions.heading(panel, place), axis)
    small, window = captions.small(panel, view, place), panel.window

    def paint_above(canvas: Canvas) -> bool:
        return _write(canvas, captions.above(panel, small, place), planes)

    def paint_below(canvas: Canvas) -> bool:
        places, labels = captions.x_axis(panel, place)
        if planes is BARS:
            _ticks(canvas, places, place, planes, still.upright)
        fits = _write(canvas, labels, planes)
        return _legend(canvas, panel, place) and fits

    key = (window.axis, window.start, window.stop, panel.zone)
    names = tuple((entry.label, entry.last) for entry in panel.layers)
    above = static.margin(still, 0, still.first, (small, panel.last), paint_above)
    below = static.margin(still, still.last, place.height, (key, names), paint_below)
    first = still.first if above.length else 0
    last = still.last if below.length else place.height
    canvas = _ground(still, panel, place, planes, key, first, last)
    if not above.length:
        paint_above(canvas)
    if not below.length:
        paint_below(canvas)
    _marks(canvas, panel, place, axis, data, planes)
    return canvas.finish(colours, above, below)


def _axis(data: Data, place: Layout, planes: Planes) -> Scale:
    return scale.fit(data.lowest, data.highest, captions.most_y(place), grounded=planes is not LINE)


def _marks(
    canvas: Canvas, panel: Panel, place: Layout, axis: Scale, data: Data, planes: Planes
) -> None:
    if isinstance(data, stack.Pile):
        stack.bars(canvas, place, axis, data)
    elif planes is BARS:
        shapes.bars(canvas, place, axis, data)
    else:
        _line(canvas, panel.window, place, axis, data)


def _write(canvas: Canvas, words: list[Word], planes: Planes) -> bool:
    fits = [static.write(canvas, word, planes) for word in words]  # each, whatever came before
    return all(fits)


def _legend(canvas: Canvas, panel: Panel, place: Layout) -> bool:
    fits = True
    for number, entry in enumerate(legend(panel.layers, place)):
        canvas.rectangle(*entry.swatch, layer_plane(number))
        fits &= _write(canvas, list(entry.words), STACK)
    return fits


def _ground(
    still: Static, panel: Panel, place: Layout, planes: Planes, key: object, first: int, last: int
) -> Canvas:
    """Rows first..last of the static layer, with the lines or ticks of the x axis.

    While those stand still (a burst of samples within one step) a layer that has them is kept.
    """
    if planes is BARS:  # their ticks are in the margin
        return still.canvas.copy(first, last)
    if still.seen == key:
        if still.lined is None:
            still.lined = still.canvas.copy()
            _ticks(still.lined, captions.x_axis(panel, place)[0], place, planes, still.upright)
        return still.lined.copy(first, last)
    still.seen, still.lined = key, None
    canvas = still.canvas.copy(first, last)
    _ticks(canvas, captions.x_axis(panel, place)[0], place, planes, still.upright)
    return canvas


def _ticks(
    canvas: Canvas, places: list[int], place: Layout, planes: Planes, upright: Bytes
) -> None:
    """Lines through the plot behind a line, short marks below bars, which would hide lines."""
    mark = planes.text + round(MARK_PART * planes.levels)
    for x in places:
        if planes is LINE:
            canvas.profile(x, place.rule, upright)
            continue
        for column in range(x, x + place.rule):
            canvas.upright(column, place.bottom + place.rule, captions.tick_end(place), mark)


def _line(canvas: Canvas, window: Window, place: Layout, axis: Scale, data: shapes.Columns) -> None:
    if data.banded:
        shapes.band(canvas, place, axis, data)
    rows = shapes.edges(data.mean, axis, place)
    stroke(canvas, place, bridge(rows, window) if data.holes else rows)


def _waiting(panel: Panel, place: Layout, planes: Planes) -> Canvas:
    canvas = static.find(place, planes, captions.heading(panel, place), None).canvas.copy()
    _write(canvas, captions.waiting(panel, place, _why_empty(panel)), planes)
    return canvas


def _why_empty(panel: Panel) -> str:
    return WAITING if panel.state is State.WAITING else NOTHING_HERE


def words(panel: Panel, view: View) -> list[Word]:
    """Every word on the picture of `panel`, where it lies: for tests of what touches what."""
    place, planes = _place(panel, view), PLANES.get(view.style, BARS)
    with np.errstate(all="ignore"):
        data = _data(panel, place, planes)
    heading = captions.heading(panel, place)
    if data is None or panel.state is State.WAITING:
        return [
            *captions.fixed(place, heading, []),
            *captions.waiting(panel, place, _why_empty(panel)),
        ]
    axis = _axis(data, place, planes)
    ticks = [
        (shapes.edge(tick, axis, place), name)
        for tick, name in zip(axis.ticks, axis.labels, strict=True)
    ]
    return [
        *captions.fixed(place, heading, ticks),
        *captions.above(panel, captions.small(panel, view, place), place),
        *captions.x_axis(panel, place)[1],
        *(word for entry in legend(panel.layers, place) for word in entry.words),
    ]


def draw_message(text: str, view: View) -> bytes:
    """A picture that says `text` (an error), wrapped to the size of `view`."""
    place = layout(view.width, view.height, view.scale)
    canvas = blank(place.width, place.height, BARS.bits)
    rule = max(2, place.width // 80)
    canvas.rectangle(0, 0, rule, place.height, BARS.mark)
    _write(canvas, captions.message(text, place, rule), BARS)
    return canvas.finish(theme.palette(view.theme, BARS, alert=True))
