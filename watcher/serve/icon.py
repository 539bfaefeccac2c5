"""`/favicon.ico`: the sign of these pages, for those who ask for it without reading a page."""

from __future__ import annotations

import struct
from itertools import pairwise

import numpy as np

from watcher.draw import png, raster
from watcher.draw.canvas import Floats
from watcher.draw.theme import Colour, blend

SIDE = 32  # units of the drawing
LINE = ((5, 21), (10, 14), (14, 19), (19, 8), (23, 16), (27, 13))  # as in static/icon.svg
THICK = 3.0  # units
GROUND: Colour = (13, 17, 23)
INK: Colour = (121, 192, 255)
LEVELS = 32  # of the edge between the two
SIZES = 16, 32  # pixels: what tabs and bookmarks show
ICON = 1  # the kind of the file; 2 would be a cursor


def picture(side: int) -> bytes:
    """The PNG of the sign, `side` pixels wide."""
    middles = (np.arange(side) + 0.5) * SIDE / side
    points = np.stack(np.meshgrid(middles, middles), axis=-1)
    away = np.min([_distance(points, np.array(a), np.array(b)) for a, b in pairwise(LINE)], axis=0)
    covered = np.clip((THICK / 2 - away) * side / SIDE + 0.5, 0, 1)
    rows = raster.filtered(np.rint(covered * LEVELS).astype(np.uint8))
    colours = b"".join(bytes(blend(GROUND, INK, part / LEVELS)) for part in range(LEVELS + 1))
    return png.paletted(side, side, 8, colours, png.part(rows))


def _distance(points: Floats, a: Floats, b: Floats) -> Floats:
    """Of each point to the line from a to b."""
    along = np.clip(((points - a) @ (b - a)) / ((b - a) @ (b - a)), 0, 1)
    away: Floats = np.linalg.norm(points - a - along[..., None] * (b - a), axis=-1)
    return away


def icon() -> bytes:
    """The file: a directory of pictures, then the pictures."""
    pictures = [picture(side) for side in SIZES]
    entries, at = [], 6 + 16 * len(SIZES)
    for side, body in zip(SIZES, pictures, strict=True):
        entries.append(struct.pack("<BBBBHHII", side, side, 0, 0, 1, 8, len(body), at))
        at += len(body)
    return b"".join([struct.pack("<HHH", 0, ICON, len(SIZES)), *entries, *pictures])
