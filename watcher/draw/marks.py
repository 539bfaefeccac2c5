"""A scene -> spans on the canvas.

A single series is added as it is. Of several, the later lie over the earlier, and as pixels are
sums, the earlier ones are cut where the later will be.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np

from watcher.draw import heat, shapes, stack
from watcher.draw.canvas import Bytes, Canvas, Floats, Rows
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


class Pieces(NamedTuple):
    """Spans one by one."""

    columns: Rows
    tops: Rows
    bottoms: Rows
    planes: Bytes


def _in_order(canvas: Canvas, place: Layout, bodies: list[Body]) -> None:
    """Draw what is left of each where the later ones lie over it."""
    for number, body in enumerate(bodies):
        pieces = _flat(body)
        for over in bodies[number + 1 :]:
            pieces = _cut(pieces, over)
        canvas.pieces(place.left + pieces.columns, pieces.tops, pieces.bottoms, pieces.planes)


def _flat(body: Body) -> Pieces:
    tops = np.concatenate([tops for tops, _, _ in body.spans])
    bottoms = np.concatenate([bottoms for _, bottoms, _ in body.spans])
    columns = np.tile(np.arange(len(body.top)), len(body.spans))
    planes = np.repeat(np.array([plane for *_, plane in body.spans], np.uint8), len(body.top))
    there = tops < bottoms
    return Pieces(columns[there], tops[there], bottoms[there], planes[there])


def _cut(pieces: Pieces, over: Body) -> Pieces:
    """What of `pieces` lies above and below `over`."""
    columns, tops, bottoms, planes = pieces
    first, last = over.top[columns], over.bottom[columns]
    hit = (first < bottoms) & (last > tops) & (first < last)
    if not hit.any():
        return pieces
    above, below, free = hit & (first > tops), hit & (last < bottoms), ~hit
    return Pieces(
        np.concatenate((columns[free], columns[above], columns[below])),
        np.concatenate((tops[free], tops[above], last[below])),
        np.concatenate((bottoms[free], first[above], bottoms[below])),
        np.concatenate((planes[free], planes[above], planes[below])),
    )
