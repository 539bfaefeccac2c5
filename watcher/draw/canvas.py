"""A canvas in difference space: each row is stored as what changes from the row above.

That is PNG's *Up* filter, so the buffer is what deflate gets. A pixel is the sum of the planes
that cover it; a vertical span of a plane is two numbers, +plane at its first row and -plane
below its last. Nothing here knows colours: the palette gives every sum its own.

The caller keeps the sums inside the budget (16 with 4 bits, 256 with 8). One row more than
the picture is kept, where spans that reach the lower edge end.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from watcher.draw import png

NONE, UP = 0, 2  # PNG's filter types: as they are; difference to the row above
SPARE_BYTES = 32 * 2**20  # of frame buffers kept for the next frame; fresh ones fault pages

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
Value = TypeVar("Value")


class Entry(Generic[Value]):
    """One value of a cache."""

    __slots__ = ("cost", "used", "value")

    def __init__(self, value: Value, cost: int) -> None:
        self.value, self.cost = value, cost
        self.used = False  # since it was kept, or since its turn to go came


class Kept(Generic[Value]):
    """A cache bounded by bytes; the oldest goes first, but what was used is spared a turn.

    So a value that is found costs one look, and its key is hashed once.
    """

    def __init__(self, limit: int) -> None:
        self.limit, self.size = limit, 0
        self._entries: dict[Hashable, Entry[Value]] = {}

    def find(self, key: Hashable) -> Value | None:
        """The value of `key`, if it is here."""
        found = self._entries.get(key)
        if found is None:
            return None
        found.used = True
        return found.value

    def clear(self) -> None:
        """Forget all."""
        self._entries.clear()
        self.size = 0

    def keep(self, key: Hashable, value: Value, cost: int) -> Value:
        """Keep a new value of `cost` bytes, and return it."""
        before = self._entries.pop(key, None)
        self.size += cost - (before.cost if before else 0)
        self._entries[key] = Entry(value, cost)
        while self.size > self.limit and len(self._entries) > 1:
            oldest = next(iter(self._entries))
            entry = self._entries.pop(oldest)
            if entry.used or oldest is key:
                entry.used = False
                self._entries[oldest] = entry
            else:
                self.size -= entry.cost
        return value


class Tile(NamedTuple):
    """A small picture, ready to be added, packed for even and for odd columns.

    `left` and `top` lead from the pen (its place on the baseline) to the first pixel.
    """

    left: int
    top: int
    width: int
    height: int
    advance: int  # pixels to the next pen
    plain: tuple[Bytes, Bytes]  # its pixels
    steps: tuple[Bytes, Bytes]  # their differences


def tile(left: int, top: int, advance: int, indexes: Bytes, bits: int) -> Tile:
    """A tile of palette indexes."""
    height, width = indexes.shape
    plain = (indexes, indexes) if bits == 8 else (_nibbles(indexes, 0), _nibbles(indexes, 1))
    steps = _differences(plain[0]), _differences(plain[1])
    return Tile(left, top, width, height, advance, plain, steps)


def _nibbles(indexes: Bytes, shift: int) -> Bytes:
    height, width = indexes.shape
    padded = np.zeros((height, (width + shift + 1) // 2 * 2), np.uint8)
    padded[:, shift : shift + width] = indexes
    return padded[:, 0::2] * np.uint8(16) + padded[:, 1::2]


def _differences(rows: Bytes) -> Bytes:
    edge = np.zeros((1, rows.shape[1]), np.uint8)
    return np.diff(rows, axis=0, prepend=edge, append=edge)


def stride(width: int, bits: int) -> int:
    """Bytes of a row, with its filter byte."""
    return 1 + (width * bits + 7) // 8


@lru_cache(maxsize=512)
def teeth(x: int, width: int, bits: int, plane: int) -> tuple[Rows, Bytes, Bytes]:
    """Where the pixel columns x.. lie in a row, and what to add there to begin and end a span."""
    columns = np.arange(x, x + width)
    if bits == 8:
        return columns + 1, np.array(plane, np.uint8), np.array(-plane & 255, np.uint8)
    weight: Bytes = np.where(columns % 2, plane, plane << 4).astype(np.uint8)
    minus: Bytes = (256 - weight.astype(np.intp)).astype(np.uint8)  # modulo 256
    return columns // 2 + 1, weight, minus


@lru_cache(maxsize=256)
def pattern(x: int, width: int, bits: int, plane: int) -> tuple[int, Bytes]:
    """The bytes of a horizontal run of `plane`, and where in a row they begin."""
    if bits == 8:
        return x + 1, np.full(width, plane, np.uint8)
    run = _nibbles(np.full((1, width), plane, np.uint8), x % 2)
    return x // 2 + 1, run[0]


_spares: dict[tuple[int, int, int], Canvas] = {}


class Canvas:
    """A picture being made; `finish` gives its PNG."""

    __slots__ = ("bits", "first", "flat", "height", "last", "pixels", "stride", "width")

    def __init__(self, width: int, height: int, bits: int, pixels: Bytes | None = None) -> None:
        self.width, self.height, self.bits = width, height, bits
        self.first, self.last = 0, height  # rows that are drawn on
        self.stride = stride(width, bits)
        if pixels is None:
            pixels = np.zeros((height + 1, self.stride), np.uint8)
            pixels[:height, 0] = UP
        self.pixels = pixels
        self.flat: Bytes = pixels.reshape(-1)

    def copy(self, first: int = 0, last: int | None = None) -> Canvas:
        """A canvas with the same rows first..last, all others undefined.

        One memcpy, into a buffer that is warm if possible. What is drawn there has to end above
        `last`, too, unless that is the lower edge.
        """
        canvas = _spares.pop((self.width, self.height, self.bits), None)
        if canvas is None:
            canvas = Canvas(self.width, self.height, self.bits, np.empty_like(self.pixels))
        last = self.height if last is None else last
        end = last + (last == self.height)
        canvas.pixels[first:end] = self.pixels[first:end]
        canvas.first, canvas.last = first, last
        return canvas

    def spans(self, x: int, tops: Rows, bottoms: Rows | int, plane: int) -> None:
        """One span of `plane` in each column from `x` on: rows tops..bottoms, exclusive.

        Two-dimensional rows are several spans in each column.
        """
        width = tops.shape[-1]
        columns, plus, minus = teeth(x, width, self.bits, plane)
        if tops.ndim > 1 and plus.ndim:  # add.at of numpy 2.4 reads astray if it has to broadcast
            plus, minus = (np.broadcast_to(weight, tops.shape) for weight in (plus, minus))
        at = tops * self.stride
        at += columns
        np.add.at(self.flat, at, plus)
        if isinstance(bottoms, int):
            start, run = pattern(x, width, self.bits, plane)
            end = self.pixels[bottoms, start : start + len(run)]
            np.subtract(end, run, out=end)
        else:
            np.add.at(self.flat, bottoms * self.stride + columns, minus)

    def rectangle(self, x: int, y: int, right: int, bottom: int, plane: int) -> None:
        """`plane` over columns x..right and rows y..bottom, exclusive."""
        start, run = pattern(x, right - x, self.bits, plane)
        self.pixels[y, start : start + len(run)] += run
        self.pixels[bottom, start : start + len(run)] -= run

    def upright(self, x: int, y: int, bottom: int, plane: int) -> None:
        """One pixel column of `plane` over rows y..bottom, exclusive; for a few, cheaper."""
        at = x + 1 if self.bits == 8 else x // 2 + 1
        weight = plane if self.bits == 8 or x % 2 else plane << 4
        bytes_ = self.flat.data
        for place, change in ((y * self.stride + at, weight), (bottom * self.stride + at, -weight)):
            bytes_[place] = bytes_[place] + change & 255

    def profile(self, x: int, width: int, steps: Bytes) -> None:
        """Add the same column of differences to `width` columns from `x` on."""
        start, run = pattern(x, width, self.bits, 1)
        place = self.pixels[:, start : start + len(run)]
        np.add(place, steps[:, None] * run, out=place)

    def stamp(self, tile: Tile, x: int, y: int) -> bool:
        """Add `tile` with its pen at (x, y), if it fits whole: half a word is no word.

        On some rows of a picture it needs one more, where its differences end.
        """
        left, top, width, height, _, _, steps = tile
        x, y = x + left, y + top
        end = y + height + (self.last < self.height)
        if x < 0 or y < self.first or x + width > self.width or end > self.last:
            return False
        rows = steps[x & 1]
        start = 1 + (x >> 1 if self.bits == 4 else x)
        place = self.pixels[y : y + height + 1, start : start + rows.shape[1]]
        np.add(place, rows, out=place)
        return True

    def part(self) -> png.Part:
        """Its rows, deflated. The canvas is used up: its buffer serves the next frame."""
        part = png.part(self.pixels[self.first : self.last])
        if _spares:
            _make_room(self.pixels.nbytes)
        _spares[self.width, self.height, self.bits] = self
        return part

    def finish(
        self, colours: bytes, above: Sequence[png.Part] = (), below: Sequence[png.Part] = ()
    ) -> bytes:
        """The PNG in `colours`, between rows that are deflated already. Used up, as by `part`."""
        parts = (*above, self.part(), *below)
        return png.paletted(self.width, self.height, self.bits, colours, *parts)


class Sheet:
    """Some rows of a picture as pixels, each by itself: letters take a fifth less bytes so.

    Words and ticks are drawn on it as on a canvas, with the rows of the whole picture.
    """

    __slots__ = ("bits", "first", "last", "pixels", "width")

    def __init__(self, width: int, bits: int, first: int, pixels: Bytes) -> None:
        self.width, self.bits, self.pixels = width, bits, pixels
        self.first, self.last = first, first + len(pixels)

    def rectangle(self, x: int, y: int, right: int, bottom: int, plane: int) -> None:
        """`plane` over columns x..right and rows y..bottom, exclusive."""
        start, run = pattern(x, right - x, self.bits, plane)
        place = self.pixels[y - self.first : bottom - self.first, start : start + len(run)]
        np.add(place, run, out=place)

    def upright(self, x: int, y: int, bottom: int, plane: int) -> None:
        """One pixel column of `plane` over rows y..bottom, exclusive; for a few rows, cheaper."""
        at = x + 1 if self.bits == 8 else x // 2 + 1
        weight = plane if self.bits == 8 or x % 2 else plane << 4
        bytes_ = self.pixels.data
        for row in range(y - self.first, bottom - self.first):
            bytes_[row, at] = bytes_[row, at] + weight & 255

    def stamp(self, tile: Tile, x: int, y: int) -> bool:
        """Add `tile` with its pen at (x, y), if it fits whole: half a word is no word."""
        left, top, width, height, _, plain, _ = tile
        x, y = x + left, y + top
        if x < 0 or y < self.first or x + width > self.width or y + height > self.last:
            return False
        rows = plain[x & 1]
        start, y = 1 + (x >> 1 if self.bits == 4 else x), y - self.first
        place = self.pixels[y : y + height, start : start + rows.shape[1]]
        np.add(place, rows, out=place)
        return True

    def part(self) -> png.Part:
        """Its rows, deflated."""
        return png.part(self.pixels)


Surface = Canvas | Sheet


def _make_room(size: int) -> None:
    """For a canvas of `size` bytes among the spare ones, where several sizes are made."""
    if size + sum([spare.pixels.nbytes for spare in _spares.values()]) > SPARE_BYTES:
        _spares.clear()


def blank(width: int, height: int, bits: int) -> Canvas:
    """An empty canvas."""
    return Canvas(width, height, bits)


def steps(height: int, spans: list[tuple[int, int]]) -> Bytes:
    """A column for `Canvas.profile`: 1 in the rows of `spans`."""
    column = np.zeros(height + 1, np.intp)
    for top, bottom in spans:
        column[top] += 1
        column[bottom] -= 1
    return column.astype(np.uint8)
