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
from watcher.draw.panel import Layer
from watcher.draw.planes import FULL
from watcher.draw.scale import HUGE, Scale
from watcher.draw.view import Fill
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

    @property
    def positive(self) -> float:
        """The least value above 0, where a logarithmic axis may begin; 0 where there is none."""
        there = np.concatenate([part[part > 0] for part in (self.mean, self.low)])
        return float(there.min()) if len(there) else 0.0


def columns(window: Window, width: int) -> Columns | None:
    """The columns of `window` for `width` pixels; None when it holds nothing."""
    count, total, low, high = window.count, window.total, window.low, window.high
    if len(count) > width:
        count, total, low, high = _fold(window, width)
    most = int(count.item(count.argmax())) if len(count) else 0  # half as long as maximum.reduce
    if most == 0:
        return None
    if most == 1:  # they are the same, and to read one takes less time
        low = high = total
    lowest, highest = float(low.item(low.argmin())), float(high.item(high.argmax()))
    holes = not -HUGE <= lowest <= highest <= HUGE  # beyond, the total may have left the floats
    if holes:
        low, high = (np.where(np.isfinite(values), values, np.nan) for values in (low, high))
        lowest, highest = float(np.fmin.reduce(low)), float(np.fmax.reduce(high))
        if math.isnan(lowest) or math.isnan(highest):
            return None
    mean = _means(total, count) if most > 1 else total
    if holes:
        mean = np.clip(mean, low, high)
    return Columns(mean, low, high, holes, most > 1, lowest, highest)


@np.errstate(all="ignore")  # 0 / 0 where a column is empty
def _means(total: Floats, count: NDArray[np.int64]) -> Floats:
    return total / count


def of_layer(layer: Layer, width: int) -> Columns | None:
    """The columns of one series among several; None when it holds nothing."""
    mean = np.asarray(layer.values, float)
    low, high = (mean if part is None else part for part in (layer.low, layer.high))
    banded = layer.low is not None or layer.high is not None or len(mean) > width
    if len(mean) > width:
        first = firsts(len(mean), width)
        low, high = np.fmin.reduceat(low, first), np.fmax.reduceat(high, first)
        mean = mean_of(mean, first)
    lowest, highest = _ends(mean)
    holes = not (math.isfinite(lowest) and math.isfinite(highest))
    if holes:
        mean = np.where(np.isfinite(mean), mean, np.nan)
    if holes or banded:
        low, high = (np.where(np.isfinite(part), part, mean) for part in (low, high))
        lowest, highest = (
            float(np.fmin.reduce(np.minimum(low, mean), initial=math.inf)),
            float(np.fmax.reduce(np.maximum(high, mean), initial=-math.inf)),
        )
    if not lowest <= highest:
        return None
    holes = holes or max(-lowest, highest) > HUGE  # rows may leave the floats
    return Columns(mean, low, high, holes, banded, lowest, highest)


def _ends(values: Floats) -> tuple[float, float]:
    """The least and the greatest; NaN where there are none, or one is."""
    if not len(values):
        return math.nan, math.nan
    return float(values.item(values.argmin())), float(values.item(values.argmax()))


def mean_of(values: Floats, first: Rows) -> Floats:
    """The mean of what is there in each share."""
    there = ~np.isnan(values)
    total = np.add.reduceat(np.where(there, values, 0.0), first)
    found: Floats = total / np.add.reduceat(there, first, dtype=np.intp)
    return found


def filled(data: Columns, fill: Fill | None, known: slice) -> Columns:
    """`data` with 0 or the value before in its holes, as far as anything is known."""
    if fill not in ("zero", "hold") or not data.holes:
        return data
    mean = data.mean.copy()
    part = mean[known]
    missing = np.isnan(part)
    if fill == "zero":
        part[missing] = 0.0
    else:
        before = np.maximum.accumulate(np.where(missing, 0, np.arange(len(part))))
        part[:] = part[before]
    low, high = (np.where(np.isnan(ends), mean, ends) for ends in (data.low, data.high))
    lowest, highest = (
        min(data.lowest, np.fmin.reduce(mean)),
        max(data.highest, np.fmax.reduce(mean)),
    )
    return data._replace(
        mean=mean,
        low=low,
        high=high,
        holes=bool(np.isnan(mean).any()),
        lowest=float(lowest),
        highest=float(highest),
    )


def firsts(number: int, width: int) -> Rows:
    """Where the shares of `width` pixels begin in `number` columns, of which there are more."""
    return (np.arange(width) * number + width - 1) // width


@np.errstate(all="ignore")  # the total may leave the floats
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
    if scale.log:
        values = np.log10(np.maximum(values, scale.low / 10))
        low, high = math.log10(scale.low), math.log10(scale.high)
    else:
        high, low = scale.high * scale.unit, scale.low * scale.unit
        if scale.unit != 1.0:
            values = values * scale.unit
    rows: Floats = values - low
    rows *= plot.rows / (high - low)
    return np.subtract(plot.bottom, rows, out=rows)


def edge(value: float, scale: Scale, plot: Layout) -> int:
    """The row edge next to `value`, inside the plot."""
    high, low, value = scale.high * scale.unit, scale.low * scale.unit, value * scale.unit
    if scale.log:
        value, low, high = (math.log10(max(end, scale.low / 10)) for end in (value, low, high))
    at = plot.bottom - (value - low) * (plot.rows / (high - low))
    return round(max(plot.top, min(plot.bottom, at)))


def rows_of(values: Floats, scale: Scale, plot: Layout, empty: int, *, holes: bool) -> Rows:
    """The row edges next to `values`, inside the plot; `empty` where there is none."""
    rows, width = edges(values, scale, plot), plot.columns
    if len(rows) < width:
        rows, holes = between(rows, width), True
    return _whole(_inside(rows, plot), holes, empty)


def _inside(rows: Floats, plot: Layout) -> Floats:
    """`rows`, those outside at the edge of the plot; in a third of the time of `clip`."""
    np.maximum(rows, plot.top, out=rows)
    return np.minimum(rows, plot.bottom, out=rows)


def _whole(rows: Floats, holes: bool, empty: int) -> Rows:
    """Edges as row numbers; `empty` where there is none."""
    rows = np.rint(rows, out=rows)
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


def widened(values: Floats, width: int, space: int = 0) -> Floats:
    """`values`, one for each pixel, where there are fewer of them than pixels."""
    if len(values) == width:
        return values
    pixels = spread(len(values), width, space)
    return np.append(values, np.nan)[pixels] if space else values[pixels]


def between(rows: Floats, width: int) -> Floats:
    """`rows`, one for each pixel: where there are fewer, on lines from centre to centre."""
    if len(rows) == width:
        return rows
    centres = (np.arange(len(rows)) + 0.5) * (width / len(rows)) - 0.5
    found = np.interp(np.arange(width), centres, rows, np.nan, np.nan)
    found[np.rint(centres).astype(np.intp)] = rows  # lone ones, and peaks at full height
    return found


class Bars(NamedTuple):
    """First and last rows of bars, and how far up and down the extremes reach."""

    tops: Rows
    bottoms: Rows | int
    high: Rows | None
    low: Rows | None


def bars_of(plot: Layout, scale: Scale, data: Columns, *, bounded: bool) -> Bars:
    """A bar to each mean, standing on 0 or hanging from it; `bounded`: data may lie outside."""
    number, width = len(data.mean), plot.columns
    space = gap(plot, number) if number < width else 0
    holes = data.holes or space > 0
    base = edge(0.0, scale, plot) if scale.low else plot.bottom

    def rows(values: Floats) -> Rows:
        at = edges(values, scale, plot)
        return _whole(_inside(at, plot) if bounded else at, holes, base)

    mean, hanging = widened(data.mean, width, space), scale.low < 0
    tops, bottoms = _visible(mean, rows(mean), base, plot, holes=holes, hanging=hanging)
    if not data.banded:
        return Bars(tops, bottoms, None, None)
    high = np.minimum(rows(widened(data.high, width, space)), tops)
    low = np.maximum(rows(widened(data.low, width, space)), bottoms) if hanging else None
    return Bars(tops, bottoms, high, low)


def bars(canvas: Canvas, plot: Layout, found: Bars, mark: int, band: int) -> None:
    """Draw them, lighter up to the extremes."""
    canvas.spans(plot.left, found.tops, found.bottoms, mark)
    if found.high is not None:
        canvas.spans(plot.left, found.high, found.tops, band)
    if found.low is not None:
        canvas.spans(plot.left, np.broadcast_to(found.bottoms, found.low.shape), found.low, band)


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
    tops, bottoms = band_of(plot, scale, data)
    canvas.spans(plot.left, tops, bottoms, FULL.band)


def band_of(plot: Layout, scale: Scale, data: Columns) -> tuple[Rows, Rows]:
    """The first and last rows of a band."""
    top = plot.top
    high, low = (
        rows_of(ends, scale, plot, top, holes=data.holes) for ends in (data.high, data.low)
    )
    return high, low


def area_of(plot: Layout, scale: Scale, data: Columns, mean: Floats) -> tuple[Rows, Rows]:
    """From the ground to `mean` (rows), and on to the extremes of each column."""
    base = edge(0.0, scale, plot)
    ends = _whole(np.clip(between(mean, plot.columns), plot.top, plot.bottom), True, base)
    high, low = (rows_of(ends, scale, plot, base, holes=True) for ends in (data.high, data.low))
    return np.minimum(np.minimum(ends, base), high), np.maximum(np.maximum(ends, base), low)
