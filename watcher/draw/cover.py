"""Several series over each other: painted as pixels, the later over the earlier, then added.

As pixels are sums of planes, what is covered must not be there at all. So bodies are painted into
a picture of their own, and only that is added to the canvas, as differences like all else. A body
that is thin is painted pixel by pixel, one that covers much of the plot row by row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from watcher.draw.canvas import Bytes, Canvas, Rows

THICK = 4  # a body that covers more than one of so many pixels is painted row by row

Span = tuple[Rows, Rows, int]  # first rows, last rows (exclusive), plane


class Body(NamedTuple):
    """What one series covers: spans of planes, in columns from the left of the plot."""

    layer: int  # from the ground up
    spans: list[Span]
    top: Rows  # what it covers of each column: all spans, and what shall be free of others
    bottom: Rows

    @property
    def plane(self) -> int | None:
        """The one plane that all of it has; None where there are several."""
        (tops, bottoms, plane), *more = self.spans
        return plane if not more and tops is self.top and bottoms is self.bottom else None


def in_order(canvas: Canvas, left: int, bodies: Sequence[Body]) -> None:
    """Draw `bodies` from column `left` on, each over those before it."""
    first = max(0, min([int(body.top.min()) for body in bodies]))
    last = min(canvas.height, max([int(body.bottom.max()) for body in bodies]))
    if first >= last:
        return
    width = len(bodies[0].top)
    pixels = np.zeros((last - first, width), np.uint8)
    for body in bodies:
        _paint(pixels, first, body, canvas.height)
    rows = canvas.pixels[first : last + 1, left + 1 : left + 1 + width]
    np.add(rows[:-1], pixels, out=rows[:-1])
    np.subtract(rows[1:], pixels, out=rows[1:])


def _paint(pixels: Bytes, first: int, body: Body, most: int) -> None:
    """Set the pixels of a body to the sums of its planes; `pixels` begin at row `first`."""
    height, width = pixels.shape
    top = np.maximum(body.top, first)
    heights = np.maximum(np.minimum(body.bottom, first + height) - top, 0)
    ends = np.add.accumulate(heights)
    number, starts = int(ends[-1]), ends - heights  # in the run of all pixels, column by column
    if number * THICK > pixels.size:
        _fill(pixels, first, top, heights, body)
        return
    place = np.repeat((top - first - starts) * width + np.arange(width), heights)
    place += np.arange(0, number * width, width)
    plane = body.plane
    starts += most - top
    found = _sums(starts, number, most, body.spans) if plane is None else plane
    pixels.reshape(-1)[place] = found


def _sums(starts: Rows, number: int, most: int, spans: Sequence[Span]) -> Bytes:
    """The sums of planes in a run of pixels, in which row 0 of columns is at `starts`.

    Spans that are empty may be up to `most` rows away from those of their column.
    """
    changes = np.zeros(number + 2 * most + 1, np.uint8)
    for tops, bottoms, plane in spans:
        if plane:
            np.add.at(changes, starts + tops, np.uint8(plane))
            np.subtract.at(changes, starts + np.maximum(bottoms, tops), np.uint8(plane))
    found: Bytes = np.add.accumulate(changes, dtype=np.uint8)[most : most + number]
    return found


def _fill(pixels: Bytes, first: int, top: Rows, heights: Rows, body: Body) -> None:
    """The same for a body that covers much."""
    row = np.arange(first, first + len(pixels), dtype=np.int16)[:, None]
    covered = (row >= top.astype(np.int16)) & (row < (top + heights).astype(np.int16))
    np.copyto(pixels, np.uint8(body.plane or 0), where=covered)
    if body.plane is not None:
        return
    for tops, bottoms, plane in body.spans:
        within = (row >= tops.astype(np.int16)) & (row < bottoms.astype(np.int16))
        np.add(pixels, np.uint8(plane), out=pixels, where=within)
