"""Gradients of any shape, as rows of palette indexes or of colours.

A palette of 256 is enough while a step of it is at most three levels. Then the pixels depend on
the shape alone and the colours on the palette alone, so a shape that was drawn is kept, deflated,
and the next one like it costs a palette. Faster changes of colour, and dither, take 24 bits.

Rows are made and deflated by the strip, in memory that stays in the cache. A slanted line's rows
are windows of one table, each moved a little; a circle's are mirrored, and alike in pairs where it
is large. What stands at a pixel is the value at its middle, or within half a pixel of it; nothing
is smoothed at a hard edge.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from watcher.draw import png
from watcher.draw.canvas import UP, Bytes, Floats, Kept
from watcher.draw.ramp import SUB
from watcher.draw.stops import Stop, colours

Kind = Literal["linear", "radial", "conic"]
Singles = NDArray[np.float32]

INDEXES = 256  # of a palette
STRIP = 256 * 1024  # bytes of rows at a time: they and their floats fit a core's own cache
LONG_STRIP = 480 * 1024  # where nothing else needs the cache: 20 % fewer microseconds than STRIP
# Of an index from pixel to pixel, at most, where a circle's rows are alike in pairs: that saves two
# fifths of time and bytes, and at 1080p 6 % of the pixels are one index off.
SLOW = 1 / 4
STEEP = 64  # columns that a slanted row moves, at most; beyond, the table grows too long
FINE = 16384  # colours looked up where there is no palette: a row of 4096 has no finer places
SHAPE_BYTES = 16 * 2**20  # of deflated shapes kept; a 4K circle takes 0.3 MB
BAYER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.uint16)
LEVEL = 16  # steps of a level, as many as Bayer's matrix tells apart


class Shape(NamedTuple):
    """Where a gradient runs. `angle` in degrees, clockwise, 0 = to the right."""

    kind: Kind
    angle: float
    width: int
    height: int


class Line(NamedTuple):
    """A place from 0 to 1 for each pixel: corners have the ends, exactly."""

    across: float  # per column
    down: float  # per row
    start: float  # at the first pixel


_shapes: Kept[tuple[png.Part, ...]] = Kept(SHAPE_BYTES)


def paletted(shape: Shape, stops: Sequence[Stop]) -> bytes:
    """The PNG with a palette of 256 of the colours on the way."""
    places = np.arange(INDEXES) / (INDEXES - 1)
    if shape.kind == "conic":  # the indexes turn round; where they begin is the palette's
        places = ((np.arange(INDEXES) + 0.5) / INDEXES - shape.angle / 360) % 1
        shape = shape._replace(angle=0.0)
    table: Bytes = np.rint(colours(stops, places)).astype(np.uint8)
    return png.paletted(shape.width, shape.height, 8, table.tobytes(), *_indexes(shape))


def exact(shape: Shape, stops: Sequence[Stop], *, dither: bool = False) -> bytes:
    """The PNG with 24 bits a pixel."""

    def paint(places: Floats) -> Bytes:
        return np.rint(colours(stops, places)).astype(np.uint8)

    slanted = shape.kind == "linear" and not dither and _slope(shape) <= STEEP
    parts = _windows(shape, paint) if slanted else _painted(shape, stops, dither)
    return png.plain(shape.width, shape.height, 8, png.RGB, *parts)


def _indexes(shape: Shape) -> tuple[png.Part, ...]:
    """The rows of palette indexes, as made or as kept."""
    key = shape, png.codec
    found = _shapes.find(key)
    if found is not None:
        return found
    if shape.kind != "linear":
        parts = tuple(_mirrored(shape))
    elif _slope(shape) <= STEEP:
        parts = tuple(_windows(shape, lambda places: _index(places)[:, None]))
    else:
        parts = tuple(png.part(_filtered(_index(strip))) for _, strip in _places(shape))
    return _shapes.keep(key, parts, sum(len(part.data) for part in parts))


def _index(places: Floats | Singles) -> Bytes:
    return (places * (INDEXES - 1) + 0.5).astype(np.uint8)


def _line(shape: Shape) -> Line:
    x, y = math.cos(math.radians(shape.angle)), math.sin(math.radians(shape.angle))
    right, bottom = shape.width - 1, shape.height - 1
    length = right * abs(x) + bottom * abs(y)
    return Line(x / length, y / length, 0.5 - (right * x + bottom * y) / (2 * length))


def _slope(shape: Shape) -> float:
    """Columns that a row is moved against the one above."""
    line = _line(shape)
    return abs(line.down) / max(abs(line.across), 1e-9)


def _windows(shape: Shape, paint: Callable[[Floats], Bytes]) -> Iterator[png.Part]:
    """The rows of a slanted line: windows of one table, moved by whole columns."""
    line, width = _line(shape), shape.width
    offsets = np.rint(line.down / line.across * np.arange(shape.height)).astype(np.intp)
    lowest = int(offsets.min())
    columns = np.arange(width + int(offsets.max()) - lowest) + lowest
    pixels = paint(np.clip(line.start + line.across * columns, 0, 1))
    size = pixels.shape[1]  # bytes of a pixel
    steps = np.concatenate((np.zeros(1, np.uint8), _steps(pixels).reshape(-1)))
    windows = np.lib.stride_tricks.sliding_window_view(steps, 1 + width * size)
    starts, rows = offsets - lowest, max(1, LONG_STRIP // (1 + width * size))
    for first in range(0, shape.height, rows):
        at = starts[first : first + rows]
        strip = windows[at * size]
        strip[:, 0], strip[:, 1 : 1 + size] = SUB, pixels[at]
        yield png.part(strip)


def _steps(pixels: Bytes) -> Bytes:
    return np.diff(pixels, axis=0, prepend=pixels[:1])


def _rows_at_a_time(row_bytes: int) -> int:
    return max(1, STRIP // row_bytes)


def _mirrored(shape: Shape) -> Iterator[png.Part]:
    """The rows round the middle, of which a quarter is worked out; the upper half comes first."""
    width, height, alike = shape.width, shape.height, _alike(shape)
    lines = _from_middle(height)[height // 2 :: alike] + (alike - 1) / 2
    rows = min(_rows_at_a_time(alike * width), len(lines))
    above: list[png.Part] = []
    below: list[png.Part] = []
    with _scratch(rows, alike, width) as scratch:
        for first in range(0, len(lines), rows):
            down = lines[first : first + rows]
            lower = _lower_rows(shape, down, scratch)
            below.append(png.part(lower))
            upper = lower if shape.kind == "radial" else _opposite(lower)
            if down[0] == 0:  # the middle row is there once
                upper = upper[1:]
            turned = scratch.turned[: len(upper)]
            np.copyto(turned, upper[::-1])
            above.append(png.part(turned))
    yield from reversed(above)
    yield from below


def _alike(shape: Shape) -> int:
    """How many rows have the value between them; a pair may not lie across the middle."""
    slow = math.hypot(shape.width, shape.height) / 2 > INDEXES / SLOW
    return 2 if shape.kind == "radial" and slow and shape.height % 4 == 0 else 1


class Scratch(NamedTuple):
    """Memory for a strip of rows, and for the right half of it as floats and as indexes."""

    places: Singles
    indexes: Bytes
    rows: Bytes  # with their filter bytes, those alike together: all but the first are UP and zeros
    turned: Bytes  # upside down


_scratches: list[tuple[tuple[int, ...], Scratch]] = []  # one: new memory costs more than work


@contextmanager
def _scratch(rows: int, alike: int, width: int) -> Iterator[Scratch]:
    """Memory that may be warm from the last picture of the size."""
    half, key = (width + 1) // 2, (rows, alike, 1 + width)
    kept, found = _scratches.pop() if _scratches else (None, None)
    if found is None or kept != key:
        filtered = [np.zeros(key, np.uint8) for _ in range(2)]
        filtered[0][:, 1:, 0] = UP
        quarter = np.empty((rows, half), np.float32)
        found = Scratch(quarter, np.empty((rows, half), np.uint8), *filtered)
    yield found
    _scratches[:] = [(key, found)]


def _lower_rows(shape: Shape, down: Floats, scratch: Scratch) -> Bytes:
    """The filtered rows that lie `down` below the middle, from their right halves."""
    width = shape.width
    right = _from_middle(width)[width // 2 :]
    if shape.kind == "radial":
        size = (INDEXES - 1) / math.hypot((width - 1) / 2, (shape.height - 1) / 2)
        places = _distances(down * size, right * size, scratch.places[: len(down)])
        places += np.float32(0.5)
        indexes = scratch.indexes[: len(down)]
        np.copyto(indexes, places, casting="unsafe")
        rows = scratch.rows[: len(down)]
        _both_halves(indexes, rows[:, 0])
        return rows
    quarter = _angles(down, right)
    quarter *= np.float32(INDEXES)
    whole = np.empty((len(down), width), np.uint8)
    whole[:, width // 2 :] = quarter
    whole[:, : width // 2] = (INDEXES // 2 - 1) - whole[:, (width + 1) // 2 :][:, ::-1]
    return _filtered(whole)[:, None]


def _both_halves(right: Bytes, rows: Bytes) -> Bytes:
    """Filtered rows whose left half is as their right; what changes there changes back here."""
    half, width = right.shape[1], rows.shape[1] - 1
    middle = 1 + width // 2
    rows[:, 0] = SUB
    np.subtract(right[:, 1:], right[:, :-1], out=rows[:, middle + 1 :])
    rows[:, middle] = right[:, 0] - right[:, width % 2]
    np.negative(rows[:, 2 + half :][:, ::-1], out=rows[:, 2:middle])
    rows[:, 1] = right[:, -1]
    return rows


def _from_middle(count: int) -> Floats:
    middle: Floats = np.arange(count, dtype=np.float64) - (count - 1) / 2
    return middle


def _distances(down: Floats, right: Floats, out: Singles | None = None) -> Singles:
    squares = (down**2).astype(np.float32)[:, None], (right**2).astype(np.float32)
    found: Singles = np.add(*squares, out=out)
    return np.sqrt(found, out=found)


def _angles(down: Floats, right: Floats) -> Singles:
    """In turns, clockwise from the right, above -1/2 to 1/2."""
    found = np.arctan2(down.astype(np.float32)[:, None], right.astype(np.float32))
    found *= np.float32(1 / (2 * math.pi))
    return found


def _opposite(rows: Bytes) -> Bytes:
    """Filtered rows of a turn, mirrored at the middle row: each index is 255 less itself."""
    found = np.negative(rows)
    found[..., 0], found[..., 1] = SUB, (INDEXES - 1) - rows[..., 1]
    return found


def _filtered(indexes: Bytes) -> Bytes:
    rows = np.empty((len(indexes), indexes.shape[1] + 1), np.uint8)
    rows[:, 0], rows[:, 1] = SUB, indexes[:, 0]
    np.subtract(indexes[:, 1:], indexes[:, :-1], out=rows[:, 2:])
    return rows


def _places(shape: Shape) -> Iterator[tuple[int, Singles]]:
    """The place of each pixel from 0 to 1, strip by strip, with the number of its first row."""
    width, height = shape.width, shape.height
    x, y = _from_middle(width), _from_middle(height)
    rows = _rows_at_a_time(8 * width)  # of floats, then of indexes
    line = _line(shape)
    for first in range(0, height, rows):
        down = y[first : first + rows]
        if shape.kind == "radial":
            found = _distances(down, x) / np.float32(math.hypot(x[0], y[0]))
        elif shape.kind == "conic":
            found = (_angles(down, x) - np.float32(shape.angle / 360)) % np.float32(1)
        else:
            start = (0.5 + line.down * down).astype(np.float32)
            found = np.add.outer(start, (line.across * x).astype(np.float32))
        yield first, np.clip(found, 0, 1, out=found)


def _painted(shape: Shape, stops: Sequence[Stop], dither: bool) -> Iterator[png.Part]:
    """Rows of colours, looked up for each pixel; with Bayer's pattern where they are dithered."""
    table = np.rint(colours(stops, np.linspace(0, 1, FINE)) * LEVEL).astype(np.uint16)
    lift = BAYER if dither else np.full((4, 4), LEVEL // 2, np.uint16)
    lift = np.tile(lift, (1, -(-shape.width // 4)))[:, : shape.width]
    for first, places in _places(shape):
        index = (places * (FINE - 1) + np.float32(0.5)).astype(np.intp)
        lifts = lift[(np.arange(len(index)) + first) % 4]
        rows = np.empty((len(index), 1 + 3 * shape.width), np.uint8)
        rows[:, 0] = SUB
        for part in range(3):
            levels = ((table[:, part].take(index) + lifts) // LEVEL).astype(np.uint8)
            rows[:, 1 + part] = levels[:, 0]
            np.subtract(levels[:, 1:], levels[:, :-1], out=rows[:, 4 + part :: 3])
        yield png.part(rows)
