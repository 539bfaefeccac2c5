"""The usual bars: one to each column of pixels, standing on the lower edge of the plot.

They are drawn more often than anything else, so what an axis decides is worked out once. No call
of numpy changes a type, which takes as long as three that do not: a float to which 3 * 2^51 is
added is rounded to a whole number, half to even, and has it in its lower bits.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from watcher.draw.canvas import Bytes, Canvas, Floats, pattern, stride, teeth
from watcher.draw.layout import Layout
from watcher.draw.scale import Scale
from watcher.history.buckets import Integers

WHOLE = 3.0 * 2**51  # the floats from there on are whole numbers
WHOLE_BITS = int(np.float64(WHOLE).view(np.int64))
WRAPS = 2**64  # integers of numpy do


class Standing(NamedTuple):
    """Of one axis, in one plot. Numbers are arrays, which numpy need not make of them then."""

    slope: Floats  # rows for each 1
    bottom: Floats
    whole: Floats
    flat: float  # values below it have bars of less than a row,
    least: Floats  # which begin at this one
    stride: Integers
    columns: Integers
    plane: Bytes
    foot: tuple[int, slice]  # where all of them end
    ends: Bytes

    def draw(self, canvas: Canvas, values: Floats, lowest: float) -> None:
        """A bar to each of `values`: as many as columns, none missing, none outside the axis.

        `lowest` is the least of them. The canvas has the ends of bars.
        """
        rows = np.multiply(values, self.slope)
        np.subtract(self.bottom, rows, out=rows)
        np.add(rows, self.whole, out=rows)
        if lowest < self.flat:
            np.minimum(rows, self.least, out=rows)
        at = rows.view(np.int64)
        np.multiply(at, self.stride, out=at)
        np.add(at, self.columns, out=at)
        np.add.at(canvas.flat, at, self.plane)

    def end(self, canvas: Canvas) -> None:
        """The lower ends of all of them, which are the same in each frame."""
        canvas.pixels[self.foot] -= self.ends


def standing(plot: Layout, scale: Scale, bits: int, plane: int) -> Standing | None:
    """How bars of `plane` are drawn with so many bits; None where 0 is not at the edge."""
    if scale.low != 0 or scale.log or scale.unit != 1.0:
        return None
    row_bytes = stride(plot.width, bits)
    columns, plus, _ = teeth(plot.left, plot.columns, bits, plane)
    start, ends = pattern(plot.left, plot.columns, bits, plane)
    lifted = [(column - WHOLE_BITS * row_bytes) % WRAPS for column in columns.tolist()]
    return Standing(
        _number(plot.rows / scale.high),
        _number(plot.bottom),
        _number(WHOLE),
        scale.high / plot.rows,
        _number(WHOLE + plot.bottom - 1),
        np.array(row_bytes, np.int64),
        np.array(lifted, np.uint64).view(np.int64),
        plus,
        (plot.bottom, slice(start, start + len(ends))),
        ends,
    )


def _number(value: float) -> NDArray[np.float64]:
    return np.array(float(value))
