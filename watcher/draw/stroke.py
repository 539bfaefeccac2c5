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
from watcher.history.window import Window

LONGEST_HOLE = 3  # usual intervals (or columns, where none is known) that a line bridges
OFFSETS = np.array([[0.1], [0.5], [0.9], [0.3], [0.7]], np.float32)  # rows; a rotated grid
FAR = np.float32(1e6)  # rows: where there is no stroke its rims lie beyond each other
DASH = 4  # samples to both sides of a lone one: 1.8 pixels, and the round ends
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
    upper, lower = ((rows[at] + sign * half).astype(np.float32) for sign in (-1, 1))
    top = _first_rows(upper, plot)
    bottom = np.where(half.reshape(-1, STEPS).T > 0, _first_rows(lower, plot), top)
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
    missing = np.isnan(heights)
    if missing.any():
        _widen_dots(heights, missing)
        missing = np.isnan(heights)
    upper, lower = _rims(heights, missing, width / 2)
    first = _first_rows(upper, plot)
    return first, np.maximum(_first_rows(lower, plot), first)


def _samples(rows: Floats, width: int) -> Samples:
    """Heights of the line at five places in each pixel column."""
    if len(rows) < width:
        return _stretched(rows, width)
    y = rows.astype(np.float32)
    fan = np.empty((width, STEPS), np.float32)
    for part in range(STEPS):  # from each centre to the next; the centre itself is number 2
        fan[:-1, part] = y[:-1] + (y[1:] - y[:-1]) * np.float32(part / STEPS)
    fan[:, 0] = y
    fan[-1, 1:] = y[-1]
    flat = fan.reshape(-1)
    middle = STEPS // 2
    return np.concatenate((np.repeat(flat[:1], middle), flat[:-middle]))


def _stretched(rows: Floats, width: int) -> Samples:
    """The same where columns are wider than pixels."""
    centres = (np.arange(len(rows)) + 0.5) * (width * STEPS / len(rows)) - 0.5
    heights = np.interp(np.arange(width * STEPS), centres, rows, np.nan, np.nan)
    heights[np.rint(centres).astype(np.intp)] = rows  # lone ones, and peaks at full height
    return heights.astype(np.float32)


def _widen_dots(heights: Samples, missing: Missing) -> None:
    """A sample with no neighbours becomes a dash, or it would be overlooked."""
    alone = np.flatnonzero(~missing[1:-1] & missing[:-2] & missing[2:]) + 1
    for shift in range(-DASH, DASH + 1):
        heights[np.clip(alone + shift, 0, len(heights) - 1)] = heights[alone]


def _rims(heights: Samples, missing: Missing, radius: float) -> tuple[Samples, Samples]:
    """The upper and the lower rim of the stroke along `heights`."""
    reach = int(radius * STEPS)
    high = _padded(heights, reach, FAR, missing)
    low = _padded(heights, reach, -FAR, missing)
    size = len(heights)
    upper, lower = high[reach : reach + size] - radius, low[reach : reach + size] + radius
    near = np.empty_like(upper)
    for shift in range(1, reach + 1):
        if shift > FINE and (reach - shift) % 2:
            continue
        drop = np.float32(math.sqrt(radius**2 - (shift / STEPS) ** 2))
        left, right = (
            slice(reach - shift, reach - shift + size),
            slice(reach + shift, reach + shift + size),
        )
        np.minimum(high[left], high[right], out=near)
        np.minimum(upper, np.subtract(near, drop, out=near), out=upper)
        np.maximum(low[left], low[right], out=near)
        np.maximum(lower, np.add(near, drop, out=near), out=lower)
    return upper, lower


def _padded(heights: Samples, reach: int, beyond: np.float32, missing: Missing) -> Samples:
    """`heights` with `beyond` at both ends and where there is none."""
    padded = np.full(len(heights) + 2 * reach, beyond, np.float32)
    np.copyto(padded[reach : reach + len(heights)], heights, where=~missing)
    return padded


def _first_rows(rim: Samples, plot: Layout) -> Rows:
    """The first row whose sample lies below `rim`, for each of the five in each column."""
    highest, lowest = max(0, plot.top - plot.hang), min(plot.height, plot.bottom + plot.hang)
    rows = np.ceil(rim.reshape(-1, STEPS).T - OFFSETS)
    np.clip(rows, highest, lowest, out=rows)
    whole: Rows = rows.astype(np.intp)
    return whole
