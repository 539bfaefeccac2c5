"""Our own pictures, read back to pixels: for those that need another form of them.

It reads what `png` writes: one IDAT, no interlace, the filters None, Sub and Up. It refuses
pictures of others.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from watcher.draw import png
from watcher.draw.canvas import UP, Bytes
from watcher.draw.ramp import SUB

HEAD = len(png.SIGNATURE) + 8  # bytes before the body of IHDR


class Raster(NamedTuple):
    """Pixels and what they mean: indexes and a palette, or three channels and none.

    Greys are indexes of a palette of greys.
    """

    pixels: Bytes  # height x width, or height x width x 3
    colours: bytes  # of the palette; empty: the pixels are colours
    bits: int = 8  # of an index
    alphas: bytes = b""  # of the first entries of the palette

    @property
    def width(self) -> int:
        """Pixels across."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Pixels down."""
        return int(self.pixels.shape[0])


def read(picture: bytes) -> Raster:
    """The pixels of a picture of ours; raises ValueError for others."""
    if not picture.startswith(png.SIGNATURE):
        raise ValueError("not a picture of ours: no PNG")
    width, height, bits, colour = struct.unpack_from(">IIBB", picture, HEAD)
    if colour not in (png.GREY, png.RGB, png.PALETTE):
        raise ValueError("not a picture of ours: neither indexes nor colours")
    chunks = _chunks(picture)
    channels = 3 if colour == png.RGB else 1
    row_bytes = (width * bits * channels + 7) // 8
    rows = np.frombuffer(png.codec.inflate(chunks[b"IDAT"]), np.uint8)
    plain = unfiltered(rows.reshape(height, row_bytes + 1), channels)
    pixels = plain.reshape(height, width, 3) if channels == 3 else _unpacked(plain, width, bits)
    colours, alphas = (bytes(chunks.get(kind, b"")) for kind in (b"PLTE", b"tRNS"))
    return Raster(pixels, greys(bits) if colour == png.GREY else colours, bits, alphas)


@lru_cache(maxsize=4)
def greys(bits: int) -> bytes:
    """The palette that a grey picture would have."""
    most = 2**bits - 1
    return bytes(round(level * 255 / most) for level in range(most + 1) for _ in range(3))


def palette(picture: bytes) -> bytes:
    """The colours of a palette or grey picture of ours, without reading its pixels.

    Raises ValueError for others.
    """
    if picture.startswith(png.SIGNATURE):
        bits, colour = struct.unpack_from(">BB", picture, HEAD + 8)
        colours = greys(bits) if colour == png.GREY else _chunks(picture).get(b"PLTE")
        if colours is not None:
            return bytes(colours)
    raise ValueError("neither a palette nor a grey picture of ours, so no tile of a wall")


def _chunks(picture: bytes) -> dict[bytes, memoryview]:
    """The bodies of the chunks, by kind."""
    found: dict[bytes, memoryview] = {}
    view, at = memoryview(picture), len(png.SIGNATURE)
    while at < len(picture):
        length, kind = struct.unpack_from(">I4s", picture, at)
        found[kind] = view[at + 8 : at + 8 + length]
        at += length + 12
    return found


def unfiltered(rows: Bytes, channels: int = 1) -> Bytes:
    """The bytes of rows without their filters; runs of rows with one filter go at once."""
    filters, steps = rows[:, 0], rows[:, 1:]
    found = np.empty(steps.shape, np.uint8)
    changes = np.flatnonzero(np.diff(filters)) + 1
    for first, last in pairwise((0, *changes.tolist(), len(rows))):
        part = steps[first:last]
        if filters[first] == UP:
            _summed(part, found[first - 1] if first else None, found[first:last])
        elif filters[first] == SUB:
            pixels = part.reshape(last - first, -1, channels)
            np.add.accumulate(
                pixels, axis=1, out=found[first:last].reshape(last - first, -1, channels)
            )
        elif filters[first] == 0:
            found[first:last] = part
        else:
            raise ValueError("not a picture of ours: another filter")
    return found


def _summed(steps: Bytes, above: Bytes | None, found: Bytes) -> None:
    """Each row plus all above it; by hand, as numpy's `accumulate` takes four times as long."""
    for row, target in zip(steps, found, strict=True):
        if above is None:
            target[:] = row
        else:
            np.add(above, row, out=target)
        above = target


def _unpacked(rows: Bytes, width: int, bits: int) -> Bytes:
    """One byte a pixel."""
    if bits == 8:
        return rows
    if bits > 8:
        raise ValueError("not a picture of ours: more than 8 bits")
    many = 8 // bits
    pixels = np.empty((len(rows), many * rows.shape[1]), np.uint8)
    for part in range(many):
        pixels[:, part::many] = rows >> (8 - bits * (part + 1)) & (2**bits - 1)
    return pixels[:, :width]


def packed(pixels: Bytes, bits: int) -> Bytes:
    """Rows of `bits` a pixel, the leftmost highest, as PNG has them."""
    if bits == 1:
        return np.packbits(pixels, axis=1)
    short = -pixels.shape[1] % (8 // bits)
    if short:
        pixels = np.pad(pixels, ((0, 0), (0, short)))
    while bits < 8:  # two neighbours become one of twice the bits
        pairs = np.ascontiguousarray(pixels).view("<u2")
        pixels = (pairs << bits | pairs >> 8).astype(np.uint8)
        bits *= 2
    return pixels


def filtered(rows: Bytes, *, up: bool = True) -> Bytes:
    """Rows with their filter byte, as differences to the row above, or as they are."""
    found = np.zeros((len(rows), rows.shape[1] + 1), np.uint8)
    if not up:
        found[:, 1:] = rows
        return found
    found[:, 0], found[0, 1:] = UP, rows[0]
    np.subtract(rows[1:], rows[:-1], out=found[1:, 1:])
    return found
