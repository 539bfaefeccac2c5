"""Gradients along an axis, exact in 24 bits, whose cost does not grow with their size.

Rows that are alike: under PNG's Up filter a row like the one above is all zeros, so only the first
is deflated; the rest is a tail that depends on the size alone, made once by repeating the bytes of
one deflated segment. Columns that are alike: under the Sub filter a row is one pixel and zeros,
so a picture is a table of first pixels, each followed by the same deflated zeros.
"""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache

import numpy as np

from watcher.draw import png
from watcher.draw.canvas import UP, Bytes

SUB = 1  # PNG's filter type: difference to the pixel on the left
SEGMENT = 64  # rows of zeros deflated together
EFFORT = 9  # of deflate: what is kept is deflated once
FIRST_PIXEL = 4  # bytes: the filter and three channels


def across(pixels: Bytes, height: int) -> bytes:
    """The PNG of `height` rows that all hold `pixels`, a row of red, green, blue."""
    width = len(pixels)
    row = np.empty(3 * width + 1, np.uint8)
    steps = row[1:].reshape(width, 3)
    row[0], steps[0] = SUB, pixels[0]
    np.subtract(pixels[1:], pixels[:-1], out=steps[1:])
    rest = tail(3 * width + 1, height - 1)
    return png.plain(width, height, 8, png.RGB, png.part(row), rest)


@lru_cache(maxsize=64)
def tail(row_bytes: int, rows: int) -> png.Part:
    """Rows that equal the row above. Whole segments are one deflated segment repeated."""
    row = bytes((UP,)) + bytes(row_bytes - 1)
    segment = _deflated(row * SEGMENT) if rows >= SEGMENT else b""
    rest = _deflated(row * (rows % SEGMENT))
    data = segment * (rows // SEGMENT) + rest
    return png.Part(data, _adler_of_rows(row_bytes, rows), row_bytes * rows)


def _deflated(data: bytes) -> bytes:
    """Whole blocks that refer to nothing before them, so that their bytes can be repeated."""
    packer = zlib.compressobj(EFFORT, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)


def _adler_of_rows(row_bytes: int, rows: int) -> int:
    """Adler-32 of `rows` rows that hold their filter byte and zeros: an arithmetic series."""
    low = 1 + UP * rows
    high = row_bytes * (rows + UP * rows * (rows + 1) // 2)
    return (high % png.ADLER) << 16 | low % png.ADLER


def down(pixels: Bytes, width: int) -> bytes:
    """The PNG of `width` columns that all hold `pixels`, a column of red, green, blue."""
    height, row_bytes = len(pixels), 3 * width + 1
    start, zeros = _frame_of_row(row_bytes)
    rows = np.empty((height, len(start) + FIRST_PIXEL + len(zeros)), np.uint8)
    rows[:, : len(start)] = start
    first = rows[:, len(start) : len(start) + FIRST_PIXEL]
    first[:, 0], first[:, 1:] = SUB, pixels
    rows[:, len(start) + FIRST_PIXEL :] = zeros
    part = png.Part(rows.tobytes(), _adler_of_first_pixels(first, row_bytes), height * row_bytes)
    return png.plain(width, height, 8, png.RGB, part)


@lru_cache(maxsize=64)
def _frame_of_row(row_bytes: int) -> tuple[Bytes, Bytes]:
    """What stands around the first pixel of a deflated row: the head of a stored block, zeros."""
    stored = struct.pack("<BHH", 0, FIRST_PIXEL, FIRST_PIXEL ^ 0xFFFF)
    zeros = _deflated(bytes(row_bytes - FIRST_PIXEL))
    return np.frombuffer(stored, np.uint8), np.frombuffer(zeros, np.uint8)


def _adler_of_first_pixels(first: Bytes, row_bytes: int) -> int:
    """Adler-32 of rows that hold `first` and zeros: a byte counts as often as bytes follow it."""
    height = len(first)
    values = first.astype(np.int64)  # sums stay below 2^50
    follow = height * row_bytes - np.arange(height)[:, None] * row_bytes - np.arange(FIRST_PIXEL)
    low = 1 + int(values.sum())
    high = height * row_bytes + int((values * follow).sum())
    return (high % png.ADLER) << 16 | low % png.ADLER
