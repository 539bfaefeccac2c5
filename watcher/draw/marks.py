"""A scene -> spans on the canvas.

A single series is added as it is. Of several, the later lie over the earlier.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np

from watcher.draw import heat, shapes, stack
from watcher.draw.canvas import Canvas, Floats, Rows
from watcher.draw.cover import Body, in_order
from watcher.draw.layout import Layout
from watcher.draw.paper import FAT, THIN, is_thick
from watcher.draw.planes import BARS, FULL, STEPS, Slot
from watcher.draw.scale import Scale
from watcher.draw.scene import Part, Scene
from watcher.draw.standing import Standing, standing
from watcher.draw.stroke import bridge, rims, stroke
from watcher.draw.view import Fill, View
from watcher.history.window import Window

FAINT_STROKE = 0.75  # of a stroke's width, behind
# Which of the five samples of a column are taken where a rim has fewer steps.
PICKED = {0: (), 1: (2,), 2: (1, 3), 3: (0, 2, 4), 4: (0, 1, 3, 4), 5: (0, 1, 2, 3, 4)}
PILES, BARRED, FILLS, BANDS, FAINT, STROKES, ABOVE = range(7)  # from the ground up
BEYOND = 1e5  # rows from the plot: a line that goes there is upright, and rows are no floats


class Plot(NamedTuple):
    """Where and on which axis things are drawn."""

    place: Layout
    axis: Scale
    window: Window
    fill: Fill | None
    bounded: bool  # data may lie outside


@np.errstate(all="ignore")  # windows have NaN where they are empty
def marks(
    canvas: Canvas, scene: Scene, window: Window, view: View, place: Layout, axis: Scale
) -> None:
    """Draw all of `scene`."""
    part, bounded = scene.parts[0], is_bounded(view, axis)
    if part.drawn == "bars" and len(scene.inks) == 1 and isinstance(part.data, shapes.Columns):
        found = shapes.bars_of(place, axis, part.data, bounded=bounded)
        shapes.bars(canvas, place, found, *_planes(scene))
        return
    plot = Plot(place, axis, window, view.fill, bounded)
    if isinstance(part.data, heat.Cells):
        heat.draw(canvas, place, axis, part.data)
    elif isinstance(part.data, stack.Pile) and len(scene.parts) == 1:
        stack.bars(canvas, place, axis, part.data, part.slots)
    elif isinstance(part.data, shapes.Columns) and len(scene.inks) == 1:
        _alone(canvas, plot, part, part.data)
    else:
        bodies = [body for part in scene.parts for body in _bodies(part, plot)]
        if not scene.lined:  # what is behind would not be seen
            bodies = [one._replace(layer=ABOVE) if one.layer == FAINT else one for one in bodies]
        in_order(canvas, place.left, sorted(bodies, key=lambda body: body.layer))


def usual_bars(scene: Scene, view: View, place: Layout, axis: Scale) -> Standing | None:
    """How the only bars are drawn where there is a sample for each column; None for all others."""
    if scene.parts[0].drawn != "bars" or len(scene.inks) != 1 or is_bounded(view, axis):
        return None
    return standing(place, axis, scene.planes.bits, _planes(scene)[0])


def is_bounded(view: View, axis: Scale) -> bool:
    """Whether data may lie outside the axis."""
    return view.ymin is not None or view.ymax is not None or axis.log


def _planes(scene: Scene) -> tuple[int, int]:
    """Of the only bars and their band, in 16 colours or in 256."""
    if scene.planes is BARS:
        return BARS.mark, BARS.band
    mark = scene.parts[0].slots[0].plane
    return mark, mark + FULL.mark


def _alone(canvas: Canvas, plot: Plot, part: Part, data: shapes.Columns) -> None:
    """The only line: nothing has to be cut, and the band has a plane to itself."""
    place, axis = plot.place, plot.axis
    rows = _line(data, plot)
    if part.drawn == "area":
        canvas.spans(place.left, *shapes.area_of(place, axis, data, rows), FULL.band)
    elif data.banded:
        shapes.band(canvas, place, axis, data)
    stroke(canvas, place, rows)


def _line(data: shapes.Columns, plot: Plot) -> Floats:
    rows = shapes.edges(data.mean, plot.axis, plot.place)
    if plot.bounded:
        rows = np.clip(rows, -BEYOND, BEYOND)
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
    stroked = _stroked(rows, slot, place, place.stroke, STROKES, part.runs)
    if part.drawn == "area":
        tops, bottoms = shapes.area_of(place, axis, data, rows)
        return [Body(FILLS, [(tops, bottoms, slot.filling)], tops, bottoms), stroked]
    if data.banded:
        tops, bottoms = shapes.band_of(place, axis, data)
        plane = slot.plane + part.band * FULL.mark
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


def _stroked(
    rows: Floats,
    slot: Slot,
    place: Layout,
    width: float,
    layer: int,
    runs: tuple[float, ...] = (),
) -> Body:
    first, last = rims(place, rows, FAT * width if runs else width)
    if runs:
        thin = rims(place, rows, THIN * place.pixel)
        thick = is_thick((first[STEPS // 2] + last[STEPS // 2]) / 2, runs, place.stroke)
        first, last = np.where(thick, first, thin[0]), np.where(thick, last, thin[1])
    top, bottom = _covered(first, last, place)
    picked = [(first[n], last[n], FULL.mark) for n in PICKED[slot.steps]]
    body = Body(layer, [(top, bottom, slot.plane), *picked], top, bottom)
    return _freed(body, place) if runs else body


def _freed(body: Body, place: Layout) -> Body:
    """A body beside which a pixel of the others stays free: what crosses in one tone is seen."""
    there, free = body.top < body.bottom, place.pixel
    return body._replace(
        top=np.where(there, np.maximum(body.top - free, 0), body.top),
        bottom=np.where(there, np.minimum(body.bottom + free, place.height), body.bottom),
    )


def _covered(first: Rows, last: Rows, place: Layout) -> tuple[Rows, Rows]:
    """The first and last rows that any of the samples of each column covers."""
    there = first < last
    if there.all():
        return np.minimum.reduce(first, axis=0), np.maximum.reduce(last, axis=0)
    top = np.where(there, first, place.height).min(axis=0)
    return top, np.maximum(top * ~there.any(axis=0), np.where(there, last, 0).max(axis=0))
