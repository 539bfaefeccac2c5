"""Layers -> stacked bars: counts by level or status, one standing on the other.

Each layer has a plane of its own and no two lie on one pixel, so a pixel tells its layer. What
happened is seen: a layer above 0 takes some rows even under a mountain of others, and they
come from its neighbours; the height of the whole is right wherever it has room for all.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from watcher.draw import shapes
from watcher.draw.canvas import Canvas, Floats, Rows
from watcher.draw.layout import Layout
from watcher.draw.planes import FOOT, Slot
from watcher.draw.scale import HUGE, Scale
from watcher.draw.view import MAX_SERIES

if TYPE_CHECKING:
    from watcher.draw.panel import Layer


SEEN = 3  # pixels: a speck of one row in one column is not noticed on a screen
ROOMY = 100  # pixels of plot: eight layers of three take a quarter


class Pile(NamedTuple):
    """Layers at no more than one column a pixel, bottom first."""

    heights: Floats  # layers x columns; no NaN
    known: NDArray[np.bool_]  # columns of which something is known, be it that nothing happened
    lowest: float  # always 0: bars stand on it
    highest: float


def pile(layers: Sequence[Layer], width: int) -> Pile | None:
    """The columns of `layers` for `width` pixels; None when nothing is known."""
    heights = np.array([layer.values for layer in layers[:MAX_SERIES]], float)
    if not heights.size:
        return None
    if heights.shape[1] > width:
        heights = _fold(heights, width)
    missing = np.isnan(heights)
    known = ~missing.all(axis=0)
    if not known.any():
        return None
    heights = np.where(missing, 0.0, np.clip(heights, 0.0, HUGE))
    return Pile(heights, known, 0.0, float(heights.sum(axis=0).max()))


def _fold(heights: Floats, width: int) -> Floats:
    """The mean of neighbours where there are more columns than pixels: heights are rates."""
    first = shapes.firsts(heights.shape[1], width)
    there = ~np.isnan(heights)
    total = np.add.reduceat(np.where(there, heights, 0.0), first, axis=1)
    return total / np.add.reduceat(there, first, axis=1, dtype=np.intp)


def bars(canvas: Canvas, plot: Layout, axis: Scale, data: Pile, slots: Sequence[Slot]) -> None:
    """The layers of each column, and a foot under those of which something is known."""
    for slot, (bottoms, tops) in zip(
        slots, itertools.pairwise(edges(plot, axis, data)), strict=True
    ):
        canvas.spans(plot.left, tops, bottoms, slot.plane)
    if plot.y_label:
        _foot(canvas, plot, data.known)


def edges(plot: Layout, axis: Scale, data: Pile) -> Rows:
    """For each pixel the row of the ground, and the first row of each layer."""
    width, number = plot.columns, len(data.known)
    rows = np.full((len(data.heights) + 1, number + 1), plot.bottom)  # one empty column: the gaps
    rows[1:, :-1] = _tops(data, axis, plot)
    if number < width:
        rows = rows[:, shapes.spread(number, width, shapes.gap(plot, number))]
    return rows[:, :width]


def _tops(data: Pile, axis: Scale, plot: Layout) -> Rows:
    """The first row of each layer in each column."""
    sums = np.add.accumulate(data.heights, axis=0)
    ends = plot.bottom - np.rint(shapes.edges(sums, axis, plot)).astype(np.intp)  # rows above 0
    # An error among 10,000 other lines must be seen: some rows for all that is there.
    needed = np.add.accumulate(data.heights > 0, axis=0, dtype=np.intp) * least(plot)
    raised = needed + np.maximum.accumulate(np.maximum(ends - needed, 0), axis=0)
    above = needed[-1] - needed
    tops: Rows = plot.bottom - np.minimum(raised, np.maximum(ends[-1], needed[-1]) - above)
    if axis.log or axis.low != 0.0 or axis.high < data.highest:  # not all of it is shown
        np.clip(tops, plot.top, plot.bottom, out=tops)
    return tops


def least(plot: Layout) -> int:
    """The rows of a layer above 0, however little: one, or what is seen where there is room."""
    return SEEN * plot.pixel if plot.rows >= ROOMY * plot.pixel else 1


def _foot(canvas: Canvas, plot: Layout, known: NDArray[np.bool_]) -> None:
    """The baseline, darker where columns are known: no error is not the same as no data."""
    if known.all():
        canvas.rectangle(plot.left, plot.bottom, plot.right, plot.bottom + plot.rule, FOOT)
        return
    if len(known) < plot.columns:
        known = known[shapes.spread(len(known), plot.columns, 0)]
    tops = np.full(plot.columns, plot.bottom)
    canvas.spans(plot.left, tops, tops + plot.rule * known, FOOT)
