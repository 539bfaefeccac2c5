"""A polyline of some width -> antialiased spans.

The stroke is the Minkowski sum of the line and a disc: its upper rim at x is the least of
y(x + dx) - sqrt(r^2 - dx^2) over |dx| <= r, its lower rim likewise. Coverage comes from
sampling like N rooks: five samples side by side in each pixel column, each with a vertical
offset of its own, each adding one step from its first row to its last. Flat, gentle and steep
lines are all smooth.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from watcher.draw.canvas import Canvas, Floats, Rows
from watcher.draw.layout import Layout
from watcher.draw.planes import FULL, STEPS
from watcher.draw.view import Fill
from watcher.history.fill import LONGEST_HOLE
from watcher.history.window import Window

OFFSETS = np.array([[0.1], [0.5], [0.9], [0.3], [0.7]], np.float32)  # rows; a rotated grid
MIDDLE = STEPS // 2  # the sample at a column's centre
WAYS = (np.arange(1, STEPS)[:, None] / STEPS).astype(np.float32)  # from a centre to the next
FAR = np.float32(1e6)  # rows: where there is no stroke its rims lie beyond each other
DASH = 4  # samples to both sides of a lone one: 1.8 pixels, and the round ends
DOTS = 2.0  # of a stroke's width: that of samples which are few and far between
APART = 16  # pixels from one of those to the next, on average and at least
FINE = 6  # samples from the middle that are all looked at; farther out every other one

Samples = NDArray[np.float32]
Missing = NDArray[np.bool_]


def bridge(rows: Floats, window: Window, fill: Fill | None = None) -> Floats:
    """`rows` with its short holes filled by straight lines; wide ones stay NaN.

    All of them with `connect`, none with `gap`.
    """
    if fill == "gap":
        return rows
    there = np.flatnonzero(~np.isnan(rows))
    empty = np.diff(there) - 1
    if fill == "connect":
        wide = empty < 0
    elif math.isnan(window.usual):
        wide = empty > LONGEST_HOLE
    else:
        wide = empty * (window.step * len(window.count) / len(rows)) > LONGEST_HOLE * window.usual
    filled = np.interp(np.arange(len(rows)), there, rows[there], np.nan, np.nan)
    for hole in np.flatnonzero(wide):
        filled[there[hole] + 1 : there[hole + 1]] = np.nan
    return filled


def stroke(canvas: Canvas, plot: Layout, rows: Floats) -> None:
    """The line through the centres of columns at `rows`, broken where they are NaN."""
    first, last = rims(plot, rows, plot.stroke)
    if plot.dot:
        first, last = _dotted(plot, rows, first, last)
    canvas.spans(plot.left, first, last, FULL.mark)


def _dotted(plot: Layout, rows: Floats, first: Rows, last: Rows) -> tuple[Rows, Rows]:
    """The rims of a stroke with a dot at its newest value, which may lie half beyond the plot."""
    known = np.flatnonzero(~np.isnan(rows))
    if not len(known):
        return first, last
    more = min(math.ceil(plot.dot), plot.width - plot.right)
    at = int(known[-1])
    middle = (at + 0.5) * (plot.columns * STEPS / len(rows)) - 0.5
    across = np.arange((plot.columns + more) * STEPS) - middle
    half = np.sqrt(np.maximum((plot.dot * STEPS) ** 2 - across**2, 0.0)) / STEPS
    half = half.reshape(-1, STEPS).T
    upper, lower = ((rows[at] + sign * half).astype(np.float32) for sign in (-1, 1))
    top = _first_rows(upper, plot)
    bottom = np.where(half > 0, _first_rows(lower, plot), top)
    first, last = (
        np.pad(rim, ((0, 0), (0, more)), constant_values=top.max()) for rim in (first, last)
    )
    empty = first >= last
    first = np.where(top < bottom, np.where(empty, top, np.minimum(first, top)), first)
    last = np.where(top < bottom, np.where(empty, bottom, np.maximum(last, bottom)), last)
    return first, last


def rims(plot: Layout, rows: Floats, width: float) -> tuple[Rows, Rows]:
    """First and last rows of a stroke of some width, for the five samples of each column."""
    heights = _samples(rows, plot.columns)
    missing = None
    if len(rows) < plot.columns or math.isnan(rows.item(rows.argmax())):  # which finds any
        heights, missing = _with_dots(heights)
        width *= DOTS if _is_sparse(rows, plot.columns) else 1
    found = _first_rows(_rims(heights, missing, width / 2), plot)
    return found[0], np.maximum(found[1], found[0], out=found[1])


def _samples(rows: Floats, width: int) -> Samples:
    """Heights of the line at five places in each pixel column, one row for each place."""
    if len(rows) < width:
        return _stretched(rows, width)
    y = rows.astype(np.float32)
    found = np.empty((STEPS, width), np.float32)
    found[MIDDLE] = y
    between = y[:-1] + (y[1:] - y[:-1]) * WAYS  # from each centre to the next
    found[MIDDLE + 1 :, :-1] = between[:MIDDLE]
    found[MIDDLE + 1 :, -1] = y[-1]
    found[:MIDDLE, 0] = y[0]
    found[:MIDDLE, 1:] = between[MIDDLE:]
    return found


def _stretched(rows: Floats, width: int) -> Samples:
    """The same where columns are wider than pixels."""
    centres = (np.arange(len(rows)) + 0.5) * (width * STEPS / len(rows)) - 0.5
    heights = np.interp(np.arange(width * STEPS), centres, rows, np.nan, np.nan)
    heights[np.rint(centres).astype(np.intp)] = rows  # lone ones, and peaks at full height
    return heights.astype(np.float32).reshape(-1, STEPS).T


def _with_dots(heights: Samples) -> tuple[Samples, Missing]:
    """Samples with no neighbours as dashes, or they would be overlooked; and what is missing."""
    line = heights.T.reshape(-1)
    missing = np.isnan(line)
    alone = np.flatnonzero(~missing[1:-1] & missing[:-2] & missing[2:]) + 1
    for shift in range(-DASH, DASH + 1):
        line[np.clip(alone + shift, 0, len(line) - 1)] = line[alone]
    widened = line.reshape(-1, STEPS).T
    return widened, np.isnan(widened)


def _is_sparse(rows: Floats, width: int) -> bool:
    """Whether there are but a few samples in all that width, none beside another."""
    known = ~np.isnan(rows)
    if np.count_nonzero(known) * APART > width:
        return False
    return not (known[1:] & known[:-1]).any()


def _rims(heights: Samples, missing: Missing | None, radius: float) -> Samples:
    """The upper and the lower rim of the stroke along `heights`.

    The lower one is found as the upper one of the line upside down.
    """
    reach = int(radius * STEPS)
    near = _moved(heights, missing, -(-reach // STEPS))
    middle = (near.shape[1] - STEPS) // 2
    found: Samples = near[:, middle : middle + STEPS] - radius
    nearest = np.empty_like(found)
    for shift in range(1, reach + 1):
        if shift > FINE and (reach - shift) % 2:
            continue
        left, right = middle - shift, middle + shift
        np.minimum(near[:, left : left + STEPS], near[:, right : right + STEPS], out=nearest)
        nearest -= np.float32(math.sqrt(max(0.0, radius**2 - (shift / STEPS) ** 2)))
        np.minimum(found, nearest, out=found)
    np.negative(found[1], out=found[1])
    return found


def _moved(heights: Samples, missing: Missing | None, columns: int) -> Samples:
    """`heights` and, turned upside down, the same, between themselves moved by up to `columns`.

    So the heights so many samples aside are as many rows away. Where there are none they lie far
    below.
    """
    width = heights.shape[1]
    both = np.empty((2, STEPS, width), np.float32)
    both[0] = heights
    np.negative(heights, out=both[1])
    if missing is not None:
        both[:, missing] = FAR
    found = np.empty((2, STEPS * (2 * columns + 1), width), np.float32)
    found[:, :, :columns] = found[:, :, max(0, width - columns) :] = FAR
    for number in range(2 * columns + 1):
        before, after = max(0, columns - number), max(0, number - columns)
        if before + after < width:
            part = found[:, STEPS * number : STEPS * (number + 1)]
            part[:, :, before : width - after] = both[:, :, after : width - before]
    return found


def _first_rows(rims: Samples, plot: Layout) -> Rows:
    """The first row whose sample lies below `rims`, for each of the five in each column."""
    highest, lowest = max(0, plot.top - plot.hang), min(plot.height, plot.bottom + plot.hang)
    rows = rims - OFFSETS
    np.ceil(rows, out=rows)
    np.maximum(rows, np.float32(highest), out=rows)
    whole: Rows = np.minimum(rows, np.float32(lowest), out=rows).astype(np.intp)
    return whole
