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


class Side(NamedTuple):
    """Of every other frame; `rows` and `at` are the same bytes."""

    rows: Floats
    at: Integers
    weights: Bytes  # that add its own bars, and take off those before


class Frame:
    """A canvas of bars, on which the next are drawn as these are taken off.

    A copy of the static layer for each would touch twice the memory.
    """

    __slots__ = ("both", "flat", "plot", "sides")

    def __init__(
        self, flat: Bytes, plot: memoryview, both: Integers, sides: tuple[Side, Side]
    ) -> None:
        self.flat = flat
        self.plot = plot  # its rows
        self.both = both  # where bars begin, those of one side after those of the other
        self.sides = sides  # that of the next frame, that of the last


class Standing(NamedTuple):
    """Of one axis, in one plot. Numbers are arrays, which numpy need not make of them then."""

    slope: Floats  # rows for each 1
    bottom: Floats  # and WHOLE
    flat: float  # values below it have bars of less than a row,
    least: Floats  # which begin at this one
    stride: Integers
    columns: Integers
    plus: Bytes
    minus: Bytes
    foot: tuple[int, slice]  # where all of them end
    ends: Bytes

    def frame(self, static: Canvas, first: int, last: int) -> Frame:
        """Rows first..last of the static layer, with a bar of one row in each column."""
        canvas, number = static.copy(), len(self.columns)
        both = np.full(2 * number, self.least)
        rows = both[:number], both[number:]
        both = both.view(np.int64)
        at = both[:number], both[number:]
        np.add(at[1] * self.stride, self.columns, at[1])
        np.add.at(canvas.flat, at[1], self.plus)
        canvas.pixels[self.foot] -= self.ends
        weights = np.concatenate((self.plus, self.minus)), np.concatenate((self.minus, self.plus))
        sides = Side(rows[0], at[0], weights[0]), Side(rows[1], at[1], weights[1])
        return Frame(canvas.flat, canvas.pixels[first:last].data, both, sides)

    def draw(self, frame: Frame, values: Floats, lowest: float) -> None:
        """A bar to each of `values` instead of those that `frame` has.

        They are as many as columns, none missing, none outside the axis; `lowest` is the least.
        """
        next_, last = frame.sides
        rows, at, weights = next_
        np.multiply(values, self.slope, rows)
        np.subtract(self.bottom, rows, rows)
        if lowest < self.flat:
            np.minimum(rows, self.least, out=rows)
        np.multiply(at, self.stride, at)
        np.add(at, self.columns, at)
        np.add.at(frame.flat, frame.both, weights)
        frame.sides = last, next_


def standing(plot: Layout, scale: Scale, bits: int, plane: int) -> Standing | None:
    """How bars of `plane` are drawn with so many bits; None where 0 is not at the edge."""
    if scale.low != 0 or scale.log or scale.unit != 1.0:
        return None
    row_bytes = stride(plot.width, bits)
    columns, *weights = teeth(plot.left, plot.columns, bits, plane)
    plus, minus = (np.broadcast_to(weight, columns.shape) for weight in weights)
    start, ends = pattern(plot.left, plot.columns, bits, plane)
    lifted = [(column - WHOLE_BITS * row_bytes) % WRAPS for column in columns.tolist()]
    return Standing(
        _number(plot.rows / scale.high),
        _number(WHOLE + plot.bottom),
        scale.high / plot.rows,
        _number(WHOLE + plot.bottom - 1),
        np.array(row_bytes, np.int64),
        np.array(lifted, np.uint64).view(np.int64),
        plus,
        minus,
        (plot.bottom, slice(start, start + len(ends))),
        ends,
    )


def _number(value: float) -> NDArray[np.float64]:
    return np.array(float(value))
