"""What stays from frame to frame: the static layer of a picture, and its margins.

The static layer has the grid, the title and the y labels. Above and below the plot lie words
that follow the data (the value, the x labels), but come again: those rows are deflated apart and
kept, as are rows of the plot that no data reach, and a frame copies, draws and deflates the others
only. Where a word hangs over into the plot the margin is drawn with it, so the picture is the same
either way.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from watcher.draw import captions, png, shapes, text
from watcher.draw.canvas import NONE, Bytes, Canvas, Kept, Sheet, Surface, blank, steps
from watcher.draw.captions import Word
from watcher.draw.layout import Layout
from watcher.draw.planes import CRIT, WARN, Planes
from watcher.draw.scale import Scale
from watcher.draw.standing import Frame

STATIC_BYTES = 32 * 2**20  # of static layers kept: one of 4K, or 200 of the default size
MARGIN_BYTES = 8 * 2**20  # of deflated margins kept: some 5,000 of the default size
DASH = 4  # thicknesses of a dashed line: a dash, and as much between two
MARGIN_COST = 500  # bytes of a margin beside its data: its key
GROUNDS = 1024  # known, some 1 KB each

Paint = Callable[[Any], bool]  # draws, and says whether everything found its place

_serials = itertools.count()


class Static:
    """The static layer, and where its margins end; `lined` has its x axis, too."""

    __slots__ = (
        *("canvas", "first", "frames", "ground", "last", "lined", "pixels", "rows"),
        *("seen", "serial", "upright"),
    )

    def __init__(self, ground: Ground, canvas: Canvas, upright: Bytes, rows: list[int]) -> None:
        self.ground = ground  # held, as it is known by its identity
        self.canvas = canvas
        self.rows = rows  # of the horizontal grid lines
        self.upright = upright  # a vertical grid line, cut where it crosses horizontal ones
        self.first, self.last = _plot(ground)  # the rows of the plot, with all that is drawn there
        self.pixels: dict[int, Bytes] = {}  # of the margins, by their first rows
        self.serial = next(_serials)
        self.seen: object = None  # what the last frame had on its x axis
        self.lined: Canvas | None = None
        self.frames: list[Frame] = []  # of bars, one for each thread that draws

    @property
    def cost(self) -> int:
        """Bytes that it may come to: itself, with its x axis or bars, and its margins."""
        margins = self.canvas.height - (self.last - self.first)
        return 2 * self.canvas.pixels.nbytes + margins * self.canvas.stride

    def sheet(self, first: int, last: int) -> Sheet:
        """A margin: rows first..last, to be drawn on."""
        pixels = self.pixels.get(first)
        if pixels is None:
            pixels = np.add.accumulate(self.canvas.pixels[:last], axis=0, dtype=np.uint8)[first:]
            pixels[:, 0] = NONE
            self.pixels[first] = pixels.copy()
        return Sheet(self.canvas.width, self.canvas.bits, first, pixels.copy())


_statics: Kept[Static] = Kept(STATIC_BYTES)
_margins: Kept[png.Part] = Kept(MARGIN_BYTES)


class Edge(NamedTuple):
    """A line round the picture: dashes of a plane, and what is free between two."""

    plane: int
    dash: int  # thicknesses of the line
    free: int


class Ground(NamedTuple):
    """What a static layer shows."""

    place: Layout
    planes: Planes
    title: str
    room: int  # pixels that it may take
    axis: Scale | None
    limits: tuple[tuple[int, int], ...] = ()  # rows and their planes, WARN or CRIT
    hang: int = 0  # rows by which strokes may leave the plot
    below: int = 0  # rows below it that marks are drawn on
    edge: Edge | None = None  # how things are, where no word has room


@lru_cache(maxsize=GROUNDS)
def known(ground: Ground) -> Ground:
    """The one ground that stands for all that equal it."""
    return ground


def find(ground: Ground) -> Static:
    """The static layer of pictures with this title and y axis; `ground` is one that is `known`."""
    found = _statics.find(id(ground))
    if found is None:
        found = _make(ground)
        _statics.keep(id(ground), found, found.cost)
    return found


def _make(ground: Ground) -> Static:
    place, planes, axis = ground.place, ground.planes, ground.axis
    canvas = blank(place.width, place.height, planes.bits)
    thick = limit_rule(place)
    limits = dict(ground.limits)
    labelled = [shapes.edge(tick, axis, place) for tick in axis.ticks] if axis else [place.bottom]
    rows = _grid_rows(labelled, ground, 2 * thick)
    for row in rows:
        canvas.rectangle(place.left, row, place.right, row + place.rule, planes.grid)
    for row, plane in limits.items():
        _limit(canvas, place, row, plane)
    labels = axis.labels if axis else ()
    if ground.edge:
        _edge(canvas, place, ground.edge)
    words = captions.titled(place, ground.title, ground.room)
    words += captions.y_labels(place, list(zip(labelled, labels, strict=False)))
    for word in words:
        write(canvas, word, planes)
    lines = sorted([(row, row + place.rule) for row in rows] + [(r, r + thick) for r in limits])
    starts = [place.top, *(end for _, end in lines)]
    ends = [*(start for start, _ in lines), place.bottom]
    gaps = [(start, end) for start, end in zip(starts, ends, strict=True) if start < end]
    return Static(ground, canvas, steps(place.height, gaps), rows)


def _grid_rows(labelled: list[int], ground: Ground, apart: int) -> list[int]:
    """The rows of grid lines: no two of them touch each other, or a limit."""
    place, axis = ground.place, ground.axis
    minor = [shapes.edge(tick, axis, place) for tick in axis.minor] if axis else []
    limits = [row for row, _ in ground.limits]
    rows: list[int] = []
    for row in (*labelled, *minor) if place.y_label else ():
        if all(abs(row - other) > apart for other in (*limits, *rows)):
            rows.append(row)
    return sorted(rows)


def limit_rule(place: Layout) -> int:
    """The thickness of the lines of limits."""
    return max(place.pixel, round(1.5 * place.rule))


def _limit(canvas: Canvas, place: Layout, row: int, plane: int) -> None:
    """A line: whole for the worse, dashed for the other, so that no colour is needed."""
    thick = limit_rule(place)
    if plane == CRIT:
        canvas.rectangle(place.left, row, place.right, row + thick, CRIT)
        return
    dash = DASH * thick
    for x in range(place.left, place.right, 2 * dash):
        canvas.rectangle(x, row, min(x + dash, place.right), row + thick, WARN)


def _edge(canvas: Canvas, place: Layout, edge: Edge) -> None:
    """A line round the picture."""
    thick, width, height, plane = place.pixel, place.width, place.height, edge.plane
    dash, gap = edge.dash * thick, edge.free * thick
    for x in range(0, width, dash + gap):
        for y in (0, height - thick):
            canvas.rectangle(x, y, min(x + dash, width), y + thick, plane)
    for y in range(thick + gap, height - thick, dash + gap):
        for x in (0, width - thick):
            canvas.rectangle(x, y, x + thick, min(y + dash, height - thick), plane)


def _plot(ground: Ground) -> tuple[int, int]:
    """The rows that marks are drawn on, and the one where their differences end."""
    place = ground.place
    end = place.bottom + max(ground.hang, ground.below) + 1
    return max(0, place.top - ground.hang), min(place.height, end)


def margin(
    static: Static, first: int, last: int, key: Hashable, paint: Paint, *, words: bool = True
) -> png.Part:
    """Rows first..last with what `paint` draws, deflated; NOTHING if it does not fit there.

    `words` belong outside the plot: above its first row, or from its last on.
    """
    if first >= last:
        return png.NOTHING
    key = (static.serial, first, last, id(png.codec), key)
    found = _margins.find(key)
    if found is None:
        surface = static.sheet(first, last) if words else static.canvas.copy(first, last)
        found = surface.part() if paint(surface) else png.NOTHING
        _margins.keep(key, found, len(found.data) + MARGIN_COST)
    return found


def write(surface: Surface, word: Word, planes: Planes) -> bool:
    """Put a word where it belongs; one that changes often is spelled from kept letters."""
    plane = planes.value if word.level else planes.text
    if not word.spelled:
        tile = text.tile(word.text, word.size, word.tone, planes, plane)
        return surface.stamp(tile, word.x, word.y)
    x, fits = word.x, True
    for char in word.text:
        tile = text.tile(char, word.size, word.tone, planes, plane)
        fits &= surface.stamp(tile, x, word.y)
        x += tile.advance
    return fits
