"""Pictures for e-ink: true grey of 1, 2, 4 or 8 bits, and pictures that are turned.

Grey is what the eye sees: the luminance of the linear light (Rec. 709 weights, IEC 61966-2-1),
encoded as sRGB again. The levels of a panel lie at even distances of that grey.

Dither is ordered (Bayer, 8x8): a picture that changes in one place changes in no other, so a panel
flickers less, and files are smaller by up to two thirds than with diffused errors, which would
leave a fifth to a half less after blurring. Letters are never dithered: that would tear them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from watcher.draw import png, raster
from watcher.draw.canvas import Bytes, Floats
from watcher.draw.planes import FULL
from watcher.draw.raster import Raster

if TYPE_CHECKING:
    from watcher.draw.paper import Marks

Depth = Literal[1, 2, 4, 8]  # bits
Turn = Literal[0, 90, 180, 270]  # degrees, clockwise

WEIGHTS = (0.2126, 0.7152, 0.0722)  # of red, green, blue in luminance: Rec. 709
FINE = 8192  # steps of luminance that colours of 24 bits are told apart by
WIDE = 2  # pixels: what is narrower is hardly seen with a hatch
NO_LETTERS = 256  # one more than the last index


def _bayer() -> Bytes:
    pattern = np.zeros((1, 1), np.uint8)
    for _ in range(3):
        pattern = np.block([[4 * pattern, 4 * pattern + 2], [4 * pattern + 3, 4 * pattern + 1]])
    return pattern


BAYER = _bayer()  # 8x8, from 0 to 63


def convert(
    picture: bytes,
    depth: Depth,
    *,
    dither: bool = False,
    rotate: Turn = 0,
    letters: int = NO_LETTERS,
    marks: Marks | None = None,
    inverted: bool = False,
) -> bytes:
    """A picture of ours in grey of `depth` bits, without palette and alpha.

    Palette indexes from `letters` on are those of letters; `marks`: what becomes of others, unless
    all are dithered. Words in the file are left behind.
    """
    found = _turned(raster.read(picture), rotate)
    indexes, greys = (found.pixels, _greys(found.colours)) if found.colours else _mixed(found)
    if dither:
        levels = _laid(indexes, _dithered(greys, depth, letters))
    elif marks:
        levels = _marked(indexes, greys, depth, marks)
    else:
        levels = _nearest(indexes, greys, depth)
    if inverted:
        levels = np.uint8(2**depth - 1) - levels
    rows = raster.filtered(raster.packed(levels, depth), up=not dither)
    return png.plain(found.width, found.height, depth, png.GREY, png.part(rows))


def rotated(picture: bytes, rotate: Turn) -> bytes:
    """A palette picture of ours, turned clockwise. Words in the file are left behind."""
    if rotate == 0:
        return picture
    found = _turned(raster.read(picture), rotate)
    if not found.colours:
        raise ValueError("not a picture with a palette")
    rows = png.part(raster.filtered(raster.packed(found.pixels, found.bits)))
    turned = png.paletted(found.width, found.height, found.bits, found.colours, rows)
    return png.transparent(turned, found.alphas) if found.alphas else turned


def _turned(found: Raster, rotate: Turn) -> Raster:
    return found._replace(pixels=np.ascontiguousarray(np.rot90(found.pixels, -(rotate // 90))))


def luminance(colours: Floats) -> Floats:
    """Of sRGB colours, one row of three from 0 to 255 each; 0 to 1."""
    part = colours / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    found: Floats = linear @ np.array(WEIGHTS)
    return found


def encoded(light: Floats) -> Bytes:
    """The grey of a luminance, 0 to 255."""
    part = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    found: Bytes = np.rint(255 * np.clip(part, 0, 1)).astype(np.uint8)
    return found


@lru_cache(maxsize=64)
def _greys(colours: bytes) -> Bytes:
    """The grey of each of 256 indexes; those without a colour are not in a picture."""
    table = np.frombuffer(colours, np.uint8).reshape(-1, 3).astype(float)
    greys = np.zeros(256, np.uint8)
    greys[: len(table)] = encoded(luminance(table))
    return greys


def _mixed(found: Raster) -> tuple[Bytes, Bytes]:
    """Colours of 24 bits as greys, each its own index."""
    single = np.eye(3)[:, None] * np.arange(256.0)[:, None]  # channel x value x colour
    light = (luminance(single) * (FINE - 1)).astype(np.float32)
    place = sum(light[part].take(found.pixels[..., part]) for part in range(3))
    table = encoded(np.linspace(0, 1, FINE))
    return table.take(np.rint(place).astype(np.intp)), np.arange(256, dtype=np.uint8)


def _nearest(indexes: Bytes, greys: Bytes, depth: Depth) -> Bytes:
    table = _levels(greys, depth)
    return np.frombuffer(indexes.tobytes().translate(table.tobytes()), np.uint8).reshape(
        indexes.shape
    )


def _levels(greys: Bytes, depth: Depth) -> Bytes:
    """The nearest of the levels that there are."""
    found: Bytes = np.rint(greys * ((2**depth - 1) / 255)).astype(np.uint8)
    return found


def _dithered(greys: Bytes, depth: Depth, letters: int) -> Bytes:
    """The level of each index at each of 64 places of the pattern."""
    lift = (BAYER.reshape(64, 1) + 0.5) / 64
    table = np.floor(greys * ((2**depth - 1) / 255) + lift).astype(np.uint8)
    table[:, letters:] = _levels(greys[letters:], depth)
    return table


def _marked(indexes: Bytes, greys: Bytes, depth: Depth, marks: Marks) -> Bytes:
    """The nearest levels, save for hatches, tones, and the ends of what is filled."""
    table = np.tile(_levels(greys, depth), (64, 1))
    toned = list(marks.toned)
    table[:, toned] = _dithered(greys, depth, NO_LETTERS)[:, toned]
    for index, hatch in marks.hatched.items():
        table[:, index] = (1 - hatch.reshape(64)) * np.uint8(2**depth - 1)
    levels = _laid(indexes, table)
    if marks.edged:
        edged = np.zeros(256, np.bool_)
        edged[list(marks.edged)] = True
        shades = indexes // FULL.mark
        levels[edged[indexes] & (_ends(shades) | _narrow(shades))] = 0
    return levels


def _ends(shades: Bytes) -> NDArray[np.bool_]:
    """Where a shade begins or ends in its column."""
    changes = np.pad(shades[1:] != shades[:-1], ((1, 1), (0, 0)), constant_values=True)
    found: NDArray[np.bool_] = changes[1:] | changes[:-1]
    return found


def _narrow(shades: Bytes) -> NDArray[np.bool_]:
    """Where a shade is so few pixels wide that a hatch might miss it."""
    width = shades.shape[1]
    same = np.pad(shades[:, 1:] == shades[:, :-1], ((0, 0), (WIDE, WIDE)))
    runs = np.logical_and.reduce([same[:, n : n + width + WIDE + 1] for n in range(WIDE - 1)])
    found: NDArray[np.bool_] = ~np.logical_or.reduce(
        [runs[:, n : n + width] for n in range(1, WIDE + 1)]
    )
    return found


def _laid(indexes: Bytes, table: Bytes) -> Bytes:
    """The levels of `table`, its pattern repeated all over the picture."""
    width = indexes.shape[1]
    place = np.tile(np.arange(64, dtype=np.uint16).reshape(8, 8) << 8, (1, -(-width // 8)))
    found = np.empty(indexes.shape, np.uint8)
    for row in range(8):  # all rows that have this one of the pattern
        found[row::8] = table.take(indexes[row::8] + place[row, :width])
    return found
