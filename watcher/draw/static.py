"""What stays from frame to frame: the static layer of a picture, and its margins.

The static layer has the grid, the title and the y labels. Above and below the plot lie words
that follow the data (the value, the x labels), but come again: those rows are deflated apart and
kept, and a frame copies, draws and deflates the plot only. Where a word hangs over into the plot
the margin is drawn with it, so the picture is the same either way.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Hashable

from watcher.draw import captions, png, shapes, text
from watcher.draw.canvas import Bytes, Canvas, Kept, blank, steps
from watcher.draw.captions import Word
from watcher.draw.layout import Layout
from watcher.draw.scale import Scale
from watcher.draw.theme import BARS, LINE, Planes

STATIC_BYTES = 32 * 2**20  # of static layers kept: four of 4K, or 400 of the default size
MARGIN_BYTES = 8 * 2**20  # of deflated margins kept: some 5,000 of the default size
MARGIN_COST = 500  # bytes of a margin beside its data: its key

Paint = Callable[[Canvas], bool]  # draws, and says whether everything found its place

_serials = itertools.count()


class Static:
    """The static layer, and where its margins end; `lined` is one that has its x axis, too."""

    __slots__ = ("canvas", "first", "last", "lined", "seen", "serial", "upright")

    def __init__(self, canvas: Canvas, upright: Bytes, first: int, last: int) -> None:
        self.canvas = canvas
        self.upright = upright  # a vertical grid line, cut where it crosses horizontal ones
        self.first, self.last = first, last  # the rows of the plot, with all that is drawn there
        self.serial = next(_serials)
        self.seen: object = None  # what the last frame had on its x axis
        self.lined: Canvas | None = None


_statics: Kept[Static] = Kept(STATIC_BYTES)
_margins: Kept[png.Part] = Kept(MARGIN_BYTES)


def find(place: Layout, planes: Planes, title: str, axis: Scale | None) -> Static:
    """The static layer of pictures with this title and y axis."""
    key = (place, planes, title, axis)
    found = _statics.find(key)
    if found is None:
        found = _make(place, planes, title, axis)
        _statics.keep(key, found, 2 * found.canvas.pixels.nbytes)
    return found


def _make(place: Layout, planes: Planes, title: str, axis: Scale | None) -> Static:
    canvas = blank(place.width, place.height, planes.bits)
    rows = [shapes.edge(tick, axis, place) for tick in axis.ticks] if axis else [place.bottom]
    if not place.y_label:
        rows = []
    for row in rows:
        canvas.rectangle(place.left, row, place.right, row + place.rule, planes.grid)
    labels = axis.labels if axis else ()
    for word in captions.fixed(place, title, list(zip(rows, labels, strict=False))):
        write(canvas, word, planes)
    starts = [place.top, *(row + place.rule for row in sorted(rows))]
    ends = [*sorted(rows), place.bottom]
    gaps = [(start, end) for start, end in zip(starts, ends, strict=True) if start < end]
    return Static(canvas, steps(place.height, gaps), *_plot(place, planes))


def _plot(place: Layout, planes: Planes) -> tuple[int, int]:
    """The rows that marks are drawn on, and the one where their differences end."""
    over = math.ceil(place.stroke) if planes is LINE else 0
    end = place.bottom + over + 1 if planes in (BARS, LINE) else captions.tick_end(place) + 1
    return max(0, place.top - over), min(place.height, end)


def margin(static: Static, first: int, last: int, key: Hashable, paint: Paint) -> png.Part:
    """Rows first..last with what `paint` draws, deflated; NOTHING if it does not fit there."""
    if first >= last:
        return png.NOTHING
    key = (static.serial, first, png.codec, key)
    found = _margins.find(key)
    if found is None:
        canvas = static.canvas.copy(first, last)
        found = canvas.part() if paint(canvas) else png.NOTHING
        _margins.keep(key, found, len(found.data) + MARGIN_COST)
    return found


def write(canvas: Canvas, word: Word, planes: Planes) -> bool:
    """Put a word where it belongs; one that changes often is spelled from kept letters."""
    if not word.spelled:
        return canvas.stamp(text.tile(word.text, word.size, word.tone, planes), word.x, word.y)
    x, fits = word.x, True
    for char in word.text:
        tile = text.tile(char, word.size, word.tone, planes)
        fits &= canvas.stamp(tile, x, word.y)
        x += tile.advance
    return fits
