"""How often values came, by time and by value -> cells, the darker the more.

The scale of shades is logarithmic, so that one value among a million is seen beside them.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from watcher.draw import shapes
from watcher.draw.canvas import Canvas, Floats
from watcher.draw.layout import Layout
from watcher.draw.panel import Heat
from watcher.draw.planes import FULL, SHADES
from watcher.draw.scale import HUGE, Scale

KEYED = 8  # shades of the key
LEAST_ROWS = 2  # pixels of a cell: one of a single row and column is not noticed


class Cells(NamedTuple):
    """A heat map at no more than one column a pixel."""

    counts: Floats  # bins x columns
    edges: Floats
    lowest: float
    highest: float


def cells(heat: Heat, width: int) -> Cells | None:
    """The cells of `heat` for `width` pixels; None when no value came."""
    counts = np.nan_to_num(heat.counts, nan=0.0, posinf=0.0, neginf=0.0).clip(0.0)
    if counts.shape[1] > width:
        counts = np.add.reduceat(counts, shapes.firsts(counts.shape[1], width), axis=1)
    used = np.flatnonzero(counts.any(axis=1))
    if not len(used):
        return None
    edges = np.clip(np.asarray(heat.edges, float), -HUGE, HUGE)  # or rows leave the floats
    return Cells(counts, edges, float(edges[used[0]]), float(edges[used[-1] + 1]))


class Group(NamedTuple):
    """Bins that are drawn as one row of cells."""

    first: int
    stop: int  # exclusive
    bottom: int  # rows of pixels
    top: int


def draw(canvas: Canvas, plot: Layout, axis: Scale, found: Cells) -> None:
    """Add the cells to the plot."""
    groups, counts = _brought_together(plot, axis, found)
    if not groups:
        return
    shades = _shades(counts)
    if shades.shape[1] < plot.columns:
        shades = shades[:, shapes.spread(shades.shape[1], plot.columns, 0)]
    edge = np.zeros((1, shades.shape[1]), np.uint8)
    changes = np.diff(shades, axis=0, prepend=edge, append=edge)  # upwards, as bins are
    at = slice(plot.left + 1, plot.right + 1)
    for row, change in zip((groups[0].bottom, *(g.top for g in groups)), changes, strict=True):
        canvas.pixels[row, at] -= change


@np.errstate(all="ignore")  # rows far outside may leave the floats
def most(plot: Layout, axis: Scale, found: Cells) -> float:
    """How often values came where the shade is deepest, rounded up; 0 where nothing is drawn.

    A range of values may lie in several cells, so that each has a part of them.
    """
    groups, counts = _brought_together(plot, axis, found)
    return math.ceil(round(float(counts.max()), 6)) if groups else 0.0


def key(most: float) -> list[int]:
    """The planes of some shades, from that of one value to that of `most`."""
    levels = np.linspace(math.log1p(1.0), math.log1p(max(1.0, most)), KEYED)
    return [int(plane) for plane in _shades(np.expm1(levels))]


def _brought_together(plot: Layout, axis: Scale, found: Cells) -> tuple[list[Group], Floats]:
    """The rows of cells, and how often values came in each: as many a pixel, whatever the bins."""
    ends = shapes.edges(found.edges, axis, plot).clip(plot.top, plot.bottom)
    groups = _groups(np.rint(ends).astype(np.intp).tolist(), LEAST_ROWS * plot.pixel)
    if not groups:
        return [], found.counts
    firsts = [group.first for group in groups]
    counts = np.add.reduceat(found.counts[: groups[-1].stop], firsts, axis=0)
    high = np.array([[ends[group.first] - ends[group.stop]] for group in groups])
    return groups, counts * (high.min() / high)


def _groups(rows: list[int], least: int) -> list[Group]:
    """Bins together until they are at least so many rows high; none outside the plot."""
    found: list[Group] = []
    first, bottom = 0, rows[0]
    for number, (below, top) in enumerate(pairwise(rows)):
        if below == top and first == number:
            first, bottom = number + 1, top  # of no height
        elif bottom - top >= least or (top == rows[-1] and bottom > top):
            found.append(Group(first, number + 1, bottom, top))
            first, bottom = number + 1, top
    return found


def _shades(counts: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Planes of the counts: 0 for none, else by their logarithm."""
    part = np.log1p(counts) / np.log1p(max(1.0, float(counts.max())))
    level = np.where(counts > 0, 1 + np.rint(part * (SHADES - 2)), 0)
    planes: np.ndarray[tuple[int, ...], np.dtype[np.uint8]] = (level * FULL.mark).astype(np.uint8)
    return planes
