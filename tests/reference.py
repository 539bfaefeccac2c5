"""The same pictures drawn in the plainest way, with Pillow, for tests to compare against."""

from __future__ import annotations

import io
import itertools
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from watcher.draw import paper
from watcher.draw.graph import Panel, place_of
from watcher.draw.layout import Layout
from watcher.draw.legend import Box, legend
from watcher.draw.scale import HUGE, Scale
from watcher.draw.scene import scene_of
from watcher.draw.view import View
from watcher.history.window import Axis, Window

Pixels = NDArray[np.uint8]
BACKGROUND, GRID, BAR, BAND = range(4)
SUPER = 8  # samples across a pixel of the antialiased reference


def window(
    values: Any,
    low: Any = None,
    high: Any = None,
    *,
    axis: Axis = "index",
    start: float = 0.0,
    step: float = 1.0,
    usual: float = math.nan,
    many: int = 1,
) -> Window:
    """A window of column means; NaN is an empty column."""
    mean = np.array(values, float)
    count = np.where(np.isnan(mean), 0, many).astype(np.int64)
    lowest = mean if low is None else np.array(low, float)
    highest = mean if high is None else np.array(high, float)
    with np.errstate(over="ignore"):  # the sum of a few of the largest numbers is infinite
        total = mean * many
    return Window(axis, start, step, count, total, lowest, highest, mean, usual)


def decode(png: bytes) -> Image.Image:
    """The picture in `png`, checked by Pillow to the last byte."""
    image = Image.open(io.BytesIO(png))
    image.verify()
    image = Image.open(io.BytesIO(png))
    image.load()
    return image


def rgb(png: bytes) -> Pixels:
    """Its pixels as red, green, blue."""
    return np.asarray(decode(png).convert("RGB"))


def swatches(told: Panel, view: View) -> list[Box]:
    """Where the legend of several series shows their colours."""
    view = paper.adapted(view)
    place = place_of(told, view)
    scene = scene_of(told, view, place)
    if scene is None or len(told.layers) < 2:
        return []
    found = legend(told.layers, place, paper.samples(scene.inks, view.theme))
    return [entry.swatch for entry in found if entry.swatch]


def edge(value: float, axis: Scale, plot: Layout) -> int:
    """The row edge next to `value`."""
    high, low, value = axis.high * axis.unit, axis.low * axis.unit, value * axis.unit
    if axis.log:
        value = max(value, low / 10)
        high, low, value = math.log10(high), math.log10(low), math.log10(value)
    row = plot.bottom - (value - low) * (plot.rows / (high - low))
    return round(min(plot.bottom, max(plot.top, row)))


def bars(source: Window, axis: Scale, plot: Layout) -> Pixels:
    """Background, grid, bar or band for each pixel of the picture; the plot alone is right."""
    image = Image.new("P", (plot.width, plot.height), BACKGROUND)
    pen = ImageDraw.Draw(image)
    for tick in (*axis.ticks, *axis.minor) if plot.y_label else ():
        row = edge(tick, axis, plot)
        pen.rectangle((plot.left, row, plot.right - 1, row + plot.rule - 1), fill=GRID)
    number, base = len(source.count), edge(0.0, axis, plot)
    gap = plot.pixel if plot.columns >= 4 * plot.pixel * number else 0
    for i in range(number):
        if not source.count[i]:
            continue
        left = plot.left + round(i * (plot.columns / number))
        right = plot.left + round((i + 1) * (plot.columns / number)) - 1 - gap
        mean = float(np.clip(source.total[i] / source.count[i], source.low[i], source.high[i]))
        top, bottom = sorted((base, edge(mean, axis, plot)))
        if top == bottom:  # no height: one row, up for zero and more, if there is room
            up = (mean >= 0 or base == plot.bottom) and base > plot.top
            top, bottom = (top - 1, bottom) if up else (top, bottom + 1)
        peak, pit = (edge(float(v[i]), axis, plot) for v in (source.high, source.low))
        for first, last, colour in ((peak, top, BAND), (bottom, pit, BAND), (top, bottom, BAR)):
            if first < last:
                pen.rectangle((left, first, right, last - 1), fill=colour)
    return np.asarray(image)


def area(source: Window, axis: Scale, plot: Layout) -> NDArray[np.bool_]:
    """Whether each pixel lies between the ground and a column's mean, or its extremes."""
    image = Image.new("1", (plot.width, plot.height), 0)
    pen = ImageDraw.Draw(image)
    base = edge(0.0, axis, plot)
    for i in range(len(source.count)):
        if source.count[i]:
            mean = float(np.clip(source.total[i] / source.count[i], source.low[i], source.high[i]))
            ends = [edge(float(v), axis, plot) for v in (mean, source.low[i], source.high[i])]
            top, bottom = min(base, *ends), max(base, *ends)
            if top < bottom:
                pen.line((plot.left + i, top, plot.left + i, bottom - 1), fill=1)
    return np.asarray(image)


def coverage(rows: list[float], plot: Layout) -> NDArray[np.float64]:
    """How much of each pixel a line through the columns' centres covers, 0..1."""
    size = (plot.width * SUPER, plot.height * SUPER)
    image = Image.new("L", size)
    pen = ImageDraw.Draw(image)
    apart = plot.columns / len(rows)
    points = [((plot.left + (i + 0.5) * apart) * SUPER, row * SUPER) for i, row in enumerate(rows)]
    thick = plot.stroke * SUPER - 1  # Pillow draws the outlines, too
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        long = math.hypot(x1 - x0, y1 - y0)
        dx, dy = (y1 - y0) / long * thick / 2, (x0 - x1) / long * thick / 2
        pen.polygon(
            [(x0 + dx, y0 + dy), (x1 + dx, y1 + dy), (x1 - dx, y1 - dy), (x0 - dx, y0 - dy)],
            fill=255,
        )
    for x, y in points:
        pen.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=255)
    return np.asarray(image.reduce(SUPER)) / 255


def stack(layers: list[list[float]], axis: Scale, plot: Layout) -> Pixels:
    """Background 0, grid 1, the first layer 2 ... for each pixel; the plot alone is right."""
    image = Image.new("P", (plot.width, plot.height), BACKGROUND)
    pen = ImageDraw.Draw(image)
    for tick in (*axis.ticks, *axis.minor) if plot.y_label else ():
        row = edge(tick, axis, plot)
        pen.rectangle((plot.left, row, plot.right - 1, row + plot.rule - 1), fill=GRID)
    number = len(layers[0])
    gap = plot.pixel if plot.columns >= 4 * plot.pixel * number else 0
    for i in range(number):
        left = plot.left + round(i * (plot.columns / number))
        right = plot.left + round((i + 1) * (plot.columns / number)) - 1 - gap
        floor = plot.bottom
        for place, rows in enumerate(_rows([layer[i] for layer in layers], axis, plot)):
            if rows:
                pen.rectangle((left, floor - rows, right, floor - 1), fill=place + 2)
            floor -= rows
    return np.asarray(image)


def _rows(heights: list[float], axis: Scale, plot: Layout) -> list[int]:
    """How many rows each layer of one column takes: three or one at least if it is above 0."""
    least = 3 * plot.pixel if plot.rows >= 100 * plot.pixel else 1
    there = [least if height > 0 else 0 for height in heights]
    sums = itertools.accumulate(0.0 if math.isnan(h) else min(h, HUGE) for h in heights)
    ends = [plot.bottom - edge(total, axis, plot) for total in sums]
    limit, below = max(ends[-1], sum(there)), 0
    for place, needed in enumerate(there):  # upwards, each pushes the next
        ends[place] = below = max(ends[place], below + needed)
    for place in reversed(range(len(ends))):  # and down again from the top
        ends[place] = min(ends[place], limit)
        limit = ends[place] - there[place]
    return [after - before for before, after in itertools.pairwise([0, *ends])]
