"""The styles: a panel and a view -> the bytes of a PNG.

What is the same from frame to frame (grid, y labels, title) is a static layer, kept; a frame is
a copy of it and a few additions for each column. Equal panels and views give equal bytes.
Nothing in a window raises: what cannot be drawn is drawn as waiting.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

import numpy as np

from watcher.draw import captions, scale, shapes, text, theme
from watcher.draw.canvas import Bytes, Canvas, Kept, blank, steps
from watcher.draw.captions import Word
from watcher.draw.layout import Layout, layout
from watcher.draw.scale import Scale
from watcher.draw.stroke import bridge, stroke
from watcher.draw.theme import BARS, LINE, Planes
from watcher.draw.view import View
from watcher.history.pulse import State
from watcher.history.window import Window

STATIC_BYTES = 32 * 2**20  # of static layers kept: four of 4K, or 400 of the default size
WAITING = "waiting for data"
MARK = BARS.text + 4  # the ticks below bars, as grey as a fine line should be


@dataclass(frozen=True, slots=True)
class Panel:
    """What one picture says, beside how it looks (the View)."""

    title: str
    window: Window
    zone: tzinfo  # of the labels on a time axis
    state: State = State.FRESH
    last: float | None = None  # the newest value, shown large
    notice: str = ""  # a state in words: "no data since 14:02 (3 h)", "last line 3 d ago"


class Static:
    """What stays from frame to frame.

    The x axis and the line under the title move too often to be part of it; while they stand
    still (a burst of samples within one step) a second layer that has them is used.
    """

    __slots__ = ("canvas", "labelled", "seen", "upright")

    def __init__(self, canvas: Canvas, upright: Bytes) -> None:
        self.canvas = canvas
        self.upright = upright  # a vertical grid line, cut where it crosses horizontal ones
        self.seen: object = None  # what the last frame had on its x axis
        self.labelled: Canvas | None = None


_statics: Kept[Static] = Kept(STATIC_BYTES)


def columns(view: View) -> int:
    """How many columns a window needs to fill the plot of `view`: its width in device pixels."""
    return layout(view.width, view.height, view.scale).columns


def draw(panel: Panel, view: View) -> bytes:
    """The PNG of `panel`; `view.style` is resolved, never None."""
    place = layout(view.width, view.height, view.scale)
    planes = LINE if view.style == "line" else BARS
    with np.errstate(all="ignore"):  # windows have NaN where they are empty
        data = shapes.columns(panel.window, place.columns)
        if data is None or panel.state is State.WAITING:
            canvas = _waiting(panel, place, planes)
        else:
            canvas = _graph(panel, view, place, planes, data)
    stale = panel.state is State.STALE
    return canvas.finish(theme.palette(view.theme, planes, stale=stale))


def _graph(panel: Panel, view: View, place: Layout, planes: Planes, data: shapes.Columns) -> Canvas:
    axis = scale.fit(data.lowest, data.highest, captions.most_y(place), grounded=planes is BARS)
    static = _static(place, planes, captions.heading(panel, place), axis)
    canvas = _labelled(static, panel, view, place, planes)
    if planes is BARS:
        shapes.bars(canvas, place, axis, data)
    else:
        _line(canvas, panel.window, place, axis, data)
    if place.value and panel.last is not None:
        write(canvas, captions.value(panel.last, place), planes)
    return canvas


def _labelled(static: Static, panel: Panel, view: View, place: Layout, planes: Planes) -> Canvas:
    """A copy of the static layer with the x axis and the line under the title."""
    window = panel.window
    small = captions.small(panel, view, place)
    key = (window.axis, window.start, window.stop, panel.zone, small)
    if static.seen == key:
        if static.labelled is None:
            static.labelled = static.canvas.copy()
            _label(static.labelled, static, panel, small, place, planes)
        return static.labelled.copy()
    static.seen, static.labelled = key, None
    canvas = static.canvas.copy()
    _label(canvas, static, panel, small, place, planes)
    return canvas


def _label(
    canvas: Canvas, static: Static, panel: Panel, small: str, place: Layout, planes: Planes
) -> None:
    places, labels = captions.x_axis(panel, place)
    for x in places:
        if planes is LINE:
            canvas.profile(x, place.rule, static.upright)
            continue
        for column in range(x, x + place.rule):
            canvas.upright(column, place.bottom + place.rule, captions.tick_end(place), MARK)
    for word in [*captions.under_title(small, place), *labels]:
        write(canvas, word, planes)


def _line(canvas: Canvas, window: Window, place: Layout, axis: Scale, data: shapes.Columns) -> None:
    if data.banded:
        shapes.band(canvas, place, axis, data)
    rows = shapes.edges(data.mean, axis, place)
    stroke(canvas, place, bridge(rows, window) if data.holes else rows)


def _static(place: Layout, planes: Planes, title: str, axis: Scale | None) -> Static:
    key = (place, planes.bits, title, axis)
    found = _statics.find(key)
    if found is None:
        found = _make_static(place, planes, title, axis)
        _statics.keep(key, found, 2 * found.canvas.pixels.nbytes)
    return found


def _make_static(place: Layout, planes: Planes, title: str, axis: Scale | None) -> Static:
    canvas = blank(place.width, place.height, planes.bits)
    rows = [shapes.edge(tick, axis, place) for tick in axis.ticks] if axis else [place.bottom]
    if not place.y_label:
        rows = []
    for row in rows:
        canvas.rectangle(place.left, row, place.right, row + place.rule, planes.grid)
    labels = axis.labels if axis else ()
    for word in captions.fixed(place, title, list(zip(rows, labels, strict=False))):
        write(canvas, word, planes)
    starts = [place.top, *(row + place.rule for row in sorted(rows))]
    ends = [*sorted(rows), place.bottom]
    gaps = [(start, end) for start, end in zip(starts, ends, strict=True) if start < end]
    return Static(canvas, steps(place.height, gaps))


def write(canvas: Canvas, word: Word, planes: Planes) -> None:
    """Put a word where it belongs; one that changes often is spelled from kept letters."""
    if not word.spelled:
        canvas.stamp(text.tile(word.text, word.size, word.tone, planes), word.x, word.y)
        return
    x = word.x
    for char in word.text:
        tile = text.tile(char, word.size, word.tone, planes)
        canvas.stamp(tile, x, word.y)
        x += tile.advance


def _waiting(panel: Panel, place: Layout, planes: Planes) -> Canvas:
    canvas = _static(place, planes, captions.heading(panel, place), None).canvas.copy()
    for word in captions.waiting(panel, place, WAITING):
        write(canvas, word, planes)
    return canvas


def words(panel: Panel, view: View) -> list[Word]:
    """Every word on the picture of `panel`, where it lies: for tests of what touches what."""
    place = layout(view.width, view.height, view.scale)
    with np.errstate(all="ignore"):
        data = shapes.columns(panel.window, place.columns)
    heading = captions.heading(panel, place)
    if data is None or panel.state is State.WAITING:
        return [*captions.fixed(place, heading, []), *captions.waiting(panel, place, WAITING)]
    axis = scale.fit(
        data.lowest, data.highest, captions.most_y(place), grounded=view.style != "line"
    )
    ticks = [
        (shapes.edge(tick, axis, place), name)
        for tick, name in zip(axis.ticks, axis.labels, strict=True)
    ]
    small = captions.under_title(captions.small(panel, view, place), place)
    value = [] if panel.last is None or not place.value else [captions.value(panel.last, place)]
    return [
        *captions.fixed(place, heading, ticks),
        *small,
        *captions.x_axis(panel, place)[1],
        *value,
    ]


def draw_message(text: str, view: View) -> bytes:
    """A picture that says `text` (an error), wrapped to the size of `view`."""
    place = layout(view.width, view.height, view.scale)
    canvas = blank(place.width, place.height, BARS.bits)
    rule = max(2, place.width // 80)
    canvas.rectangle(0, 0, rule, place.height, BARS.mark)
    for word in captions.message(text, place, rule):
        write(canvas, word, BARS)
    return canvas.finish(theme.palette(view.theme, BARS, alert=True))
