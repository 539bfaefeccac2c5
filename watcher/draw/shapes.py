"""Columns of a window -> spans of rows: bars, and the band between low and high.

Rows are edges: the value `high` of the scale lies on the upper edge of the plot, `low` on the
lower. Everything is one pixel column wide and works on whole arrays.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from watcher.draw.canvas import Canvas, Floats, Rows
from watcher.draw.layout import Layout
from watcher.draw.scale import HUGE, Scale
from watcher.draw.theme import BARS, LINE
from watcher.history.window import Window

GAP_FROM = 4  # pixels: bars so wide keep one free between them


class Columns(NamedTuple):
    """A window at no more than one column a pixel; NaN where there is no sample."""

    mean: Floats
    low: Floats
    high: Floats
    holes: bool  # some column is empty
    banded: bool  # some column holds several samples
    lowest: float
    highest: float


def columns(window: Window, width: int) -> Columns | None:
    """The columns of `window` for `width` pixels; None when it holds nothing."""
    count, total, low, high = window.count, window.total, window.low, window.high
    if len(count) > width:
        count, total, low, high = _fold(window, width)
    most = int(np.maximum.reduce(count)) if len(count) else 0
    if most == 0:
        return None
    lowest, highest = float(np.minimum.reduce(low)), float(np.maximum.reduce(high))
    holes = not (math.isfinite(lowest) and math.isfinite(highest))
    if holes:
        low, high = (np.where(np.isfinite(values), values, np.nan) for values in (low, high))
        lowest, highest = float(np.fmin.reduce(low)), float(np.fmax.reduce(high))
        if math.isnan(lowest) or math.isnan(highest):
            return None
    mean = total / count if most > 1 else total
    if holes or max(-lowest, highest) > HUGE:  # the total may have left the floats
        mean = np.clip(mean, low, high)
        holes = True
    return Columns(mean, low, high, holes, most > 1, lowest, highest)


def firsts(number: int, width: int) -> Rows:
    """Where the shares of `width` pixels begin in `number` columns, of which there are more."""
    return (np.arange(width) * number + width - 1) // width


def _fold(window: Window, width: int) -> tuple[NDArray[np.int64], Floats, Floats, Floats]:
    """Neighbours brought together where there are more columns than pixels."""
    first = firsts(len(window.count), width)
    count = np.add.reduceat(window.count, first)
    total = np.add.reduceat(np.where(window.count > 0, window.total, 0.0), first)
    low = np.fmin.reduceat(window.low, first)
    high = np.fmax.reduceat(window.high, first)
    return count, np.where(count > 0, total, np.nan), low, high


def edges(values: Floats, scale: Scale, plot: Layout) -> Floats:
    """Where `values` lie, in rows from the top of the picture."""
    high, low = scale.high * scale.unit, scale.low * scale.unit
    if scale.unit != 1.0:
        values = values * scale.unit
    return (high - values) * (plot.rows / (high - low)) + plot.top


def edge(value: float, scale: Scale, plot: Layout) -> int:
    """The row edge next to `value`, inside the plot."""
    high, low = scale.high * scale.unit, scale.low * scale.unit
    at = (high - value * scale.unit) * (plot.rows / (high - low)) + plot.top
    return round(max(plot.top, min(plot.bottom, at)))


def _whole(rows: Floats, holes: bool, empty: int) -> Rows:
    """Edges as row numbers; `empty` where there is none."""
    rows = np.rint(rows)
    if holes:
        rows[np.isnan(rows)] = empty
    return rows.astype(np.intp)


@lru_cache(maxsize=64)
def spread(count: int, width: int, space: int) -> Rows:
    """For each of `width` pixels its column; `count` (none) in the gaps after bars."""
    ends = np.rint(np.arange(count + 1) * (width / count)).astype(np.intp)
    pixels = np.repeat(np.arange(count), np.diff(ends))
    for back in range(1, space + 1):
        pixels[ends[1:] - back] = count
    return pixels


def gap(plot: Layout, number: int) -> int:
    """Pixels kept free after each of `number` bars."""
    return plot.pixel if plot.columns >= number * GAP_FROM * plot.pixel else 0


def _widened(values: Floats, width: int, space: int = 0) -> Floats:
    """`values`, one for each pixel, where there are fewer of them than pixels."""
    if len(values) == width:
        return values
    pixels = spread(len(values), width, space)
    return np.append(values, np.nan)[pixels] if space else values[pixels]


def bars(canvas: Canvas, plot: Layout, scale: Scale, data: Columns) -> None:
    """A bar to each mean, standing on 0 or hanging from it; lighter up to the extremes."""
    width = plot.columns
    space = gap(plot, len(data.mean))
    holes = data.holes or space > 0
    base = edge(0.0, scale, plot)
    mean = _widened(data.mean, width, space)
    ends = _whole(edges(mean, scale, plot), holes, base)
    tops, bottoms = _visible(mean, ends, base, plot, holes=holes, hanging=scale.low < 0)
    canvas.spans(plot.left, tops, bottoms, BARS.mark)
    if data.banded:
        high = _whole(edges(_widened(data.high, width, space), scale, plot), holes, base)
        canvas.spans(plot.left, np.minimum(high, tops), tops, BARS.band)
        if scale.low < 0:
            low = _whole(edges(_widened(data.low, width, space), scale, plot), holes, base)
            below = np.broadcast_to(bottoms, low.shape)
            canvas.spans(plot.left, below, np.maximum(low, below), BARS.band)


def _visible(
    mean: Floats, ends: Rows, base: int, plot: Layout, *, holes: bool, hanging: bool
) -> tuple[Rows, Rows | int]:
    """First and last rows of bars; one row, on its side of the base, for those of no height."""
    if not hanging and not holes and base > plot.top:
        return np.minimum(ends, base - 1), base
    tops, bottoms = np.minimum(ends, base), np.maximum(ends, base)
    flat = (ends == base) & ~np.isnan(mean)
    up = flat & (mean >= 0) if base < plot.bottom else flat
    if base == plot.top:
        up = np.zeros_like(flat)
    return tops - up, bottoms + (flat & ~up)


def band(canvas: Canvas, plot: Layout, scale: Scale, data: Columns) -> None:
    """From the highest to the lowest sample of each column."""
    high, low = (_widened(values, plot.columns) for values in (data.high, data.low))
    tops = _whole(edges(high, scale, plot), data.holes, plot.top)
    bottoms = _whole(edges(low, scale, plot), data.holes, plot.top)
    canvas.spans(plot.left, tops, bottoms, LINE.band)
