"""A scene -> spans on the canvas.

A single series is added as it is. Of several, the later lie over the earlier, and as pixels are
sums, the earlier ones are cut where the later will be.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np

from watcher.draw import heat, shapes, stack
from watcher.draw.canvas import Canvas, Floats, Rows
from watcher.draw.layout import Layout
from watcher.draw.planes import BARS, FULL, Planes, Slot
from watcher.draw.scale import Scale
from watcher.draw.scene import Part, Scene
from watcher.draw.stroke import bridge, rims, stroke
from watcher.draw.view import Fill, View
from watcher.history.window import Window

FAINT_STROKE = 0.75  # of a stroke's width, behind
# Which of the five samples of a column are taken where a rim has fewer steps.
PICKED = {0: (), 1: (2,), 2: (1, 3), 3: (0, 2, 4), 4: (0, 1, 3, 4), 5: (0, 1, 2, 3, 4)}
MOST_GAPS = 10  # rows of gaps, before those that are empty in their column are taken out
PILES, BARRED, FILLS, BANDS, FAINT, STROKES, ABOVE = range(7)  # from the ground up


class Body(NamedTuple):
    """What one series covers: spans of planes, in columns from the left of the plot."""

    layer: int  # PILES .. ABOVE
    spans: list[tuple[Rows, Rows, int]]  # first rows, last rows, plane
    top: Rows  # what it covers of each column
    bottom: Rows


class Plot(NamedTuple):
    """Where and on which axis things are drawn."""

    place: Layout
    axis: Scale
    window: Window
    fill: Fill | None
    bounded: bool  # data may lie outside


def marks(
    canvas: Canvas, scene: Scene, window: Window, view: View, place: Layout, axis: Scale
) -> None:
    """Draw all of `scene`."""
    bounded = view.ymin is not None or view.ymax is not None or axis.log
    plot, part = Plot(place, axis, window, view.fill, bounded), scene.parts[0]
    if isinstance(part.data, heat.Cells):
        heat.draw(canvas, place, axis, part.data)
    elif isinstance(part.data, stack.Pile) and len(scene.parts) == 1:
        stack.bars(canvas, place, axis, part.data, part.slots)
    elif isinstance(part.data, shapes.Columns) and len(scene.inks) == 1:
        _alone(canvas, plot, part, part.data, scene.planes)
    else:
        found = [body for part in scene.parts for body in _bodies(part, plot)]
        if not scene.lined:  # what is behind would not be seen
            found = [body._replace(layer=ABOVE) if body.layer == FAINT else body for body in found]
        _in_order(canvas, place, sorted(found, key=lambda body: body.layer))


def _alone(canvas: Canvas, plot: Plot, part: Part, data: shapes.Columns, planes: Planes) -> None:
    """The only series: nothing has to be cut, and the band has a plane to itself."""
    place, axis = plot.place, plot.axis
    if part.drawn == "bars":
        bars = shapes.bars_of(place, axis, data, bounded=plot.bounded)
        mark = planes.mark if planes is BARS else part.slots[0].plane
        band = planes.band if planes is BARS else mark + FULL.mark
        shapes.bars(canvas, place, bars, mark, band)
        return
    rows = _line(data, plot)
    if part.drawn == "area":
        canvas.spans(place.left, *shapes.area_of(place, axis, data, rows), FULL.band)
    elif data.banded:
        shapes.band(canvas, place, axis, data)
    stroke(canvas, place, rows)


def _line(data: shapes.Columns, plot: Plot) -> Floats:
    rows = shapes.edges(data.mean, plot.axis, plot.place)
    return bridge(rows, plot.window, plot.fill) if data.holes else rows


def _bodies(part: Part, plot: Plot) -> list[Body]:
    """What a series covers, each in the layer where it belongs."""
    data, place, axis = part.data, plot.place, plot.axis
    if isinstance(data, stack.Pile):
        return [_piled(data, part.slots, place, axis)]
    if not isinstance(data, shapes.Columns):
        return []
    slot = part.slots[0]
    if part.drawn == "bars":
        return [_barred(shapes.bars_of(place, axis, data, bounded=True), slot)]
    rows = _line(data, plot)
    if part.faint:
        return [_stroked(rows, slot, place, FAINT_STROKE * place.stroke, FAINT)]
    stroked = _stroked(rows, slot, place, place.stroke, STROKES)
    if part.drawn == "area":
        tops, bottoms = shapes.area_of(place, axis, data, rows)
        return [Body(FILLS, [(tops, bottoms, slot.filling)], tops, bottoms), stroked]
    if data.banded:
        tops, bottoms = shapes.band_of(place, axis, data)
        plane = slot.plane + FULL.mark
        return [Body(BANDS, [(tops, bottoms, plane)], tops, bottoms), stroked]
    return [stroked]


def _piled(data: stack.Pile, slots: tuple[Slot, ...], place: Layout, axis: Scale) -> Body:
    rows = stack.edges(place, axis, data)
    spans = [
        (tops, bottoms, slot.plane)
        for slot, (bottoms, tops) in zip(slots, itertools.pairwise(rows), strict=True)
    ]
    return Body(PILES, spans, rows[-1], rows[0])


def _barred(bars: shapes.Bars, slot: Slot) -> Body:
    tops, bottoms = bars.tops, np.broadcast_to(bars.bottoms, bars.tops.shape)
    spans, top, bottom = [(tops, bottoms, slot.plane)], tops, bottoms
    if bars.high is not None:
        spans.append((bars.high, tops, slot.plane + FULL.mark))
        top = bars.high
    if bars.low is not None:
        spans.append((bottoms, bars.low, slot.plane + FULL.mark))
        bottom = bars.low
    return Body(BARRED, spans, top, bottom)


def _stroked(rows: Floats, slot: Slot, place: Layout, width: float, layer: int) -> Body:
    first, last = rims(place, rows, width)
    there = first < last
    top = np.where(there, first, place.height).min(axis=0)
    bottom = np.maximum(np.where(there, last, 0).max(axis=0), top * there.any(axis=0))
    bottom = np.where(there.any(axis=0), bottom, top)
    picked = [(first[n], last[n], FULL.mark) for n in PICKED[slot.steps]]
    return Body(layer, [(top, bottom, slot.plane), *picked], top, bottom)


def _in_order(canvas: Canvas, place: Layout, bodies: list[Body]) -> None:
    """Draw what is left of each where the later ones lie over it: the last first, into the gaps."""
    width = len(bodies[0].top)
    starts = np.zeros((1, width), np.intp)
    stops = np.full((1, width), canvas.height)
    for number, body in enumerate(reversed(bodies)):
        if number:
            starts, stops = _narrowed(starts, stops, bodies[-number], canvas.height)
        for tops, bottoms, plane in body.spans:
            first, last = np.maximum(tops, starts), np.minimum(bottoms, stops)
            gap, column = np.nonzero(first < last)
            ends = first[gap, column], last[gap, column]
            canvas.pieces(place.left + column, *ends, plane)


def _narrowed(starts: Rows, stops: Rows, body: Body, below: int) -> tuple[Rows, Rows]:
    """The gaps that a body leaves in each column; empty ones begin and end `below` all.

    Gaps do not overlap, so that their starts and stops stay pairs when each are sorted.
    """
    there = body.top < body.bottom
    top, bottom = np.where(there, body.top, below), np.where(there, body.bottom, below)
    firsts = np.concatenate((starts, np.minimum(np.maximum(bottom, starts), stops)))
    lasts = np.concatenate((np.minimum(np.maximum(top, starts), stops), stops))
    free = firsts < lasts
    used = free.any(axis=1)
    if used.sum() <= MOST_GAPS:
        return firsts[used], lasts[used]
    firsts[~free] = lasts[~free] = below
    most = int(free.sum(axis=0).max())
    return np.sort(firsts, axis=0)[:most], np.sort(lasts, axis=0)[:most]
