"""Many graphs in one picture: tiles that are ready, side by side.

Tiles are palette or grey pictures of ours, drawn for the size that `grid` gives; each may have its
own palette (one is stale, another alarmed), the wall has the colours of all. A wall of more than
256 colours shows the rarest as the nearest of the others. Nothing is scaled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from watcher.draw import png, raster
from watcher.draw.canvas import Bytes, Kept
from watcher.draw.raster import Raster
from watcher.draw.view import MIN_SIDE

COLOURS = 256  # of a palette
SHAPE = 1.6  # width over height of a tile: between a graph's own and what reads well from afar

BAND_BYTES = 8 * 2**20  # of deflated rows of tiles kept, with the tiles they are known by

Colour = bytes  # red, green, blue

_bands: Kept[png.Part] = Kept(BAND_BYTES)


class Grid(NamedTuple):
    """How a wall is divided; sizes in pixels."""

    columns: int
    rows: int
    width: int  # of a tile
    height: int
    gap: int = 0  # between tiles

    @property
    def room(self) -> int:
        """How many tiles it has."""
        return self.columns * self.rows

    def times(self, scale: int) -> Grid:
        """The same in smaller pixels."""
        width, height, gap = self.width * scale, self.height * scale, self.gap * scale
        return self._replace(width=width, height=height, gap=gap)


def grid(count: int, width: int, height: int, columns: int = 0, gap: int = 0) -> Grid:
    """The grid for `count` tiles; `columns` 0: as many as give tiles the best shape.

    Tiles are never smaller than a picture may be: what does not fit then stays off the wall.
    """
    choices = [columns] if columns else range(1, max(1, count) + 1)
    divided = [_divided(count, width, height, number, gap) for number in choices]
    return min(divided, key=_strangeness)


def _divided(count: int, width: int, height: int, columns: int, gap: int) -> Grid:
    columns = min(columns, (width + gap) // (MIN_SIDE + gap))
    rows = min(-(-max(1, count) // columns), (height + gap) // (MIN_SIDE + gap))
    return Grid(columns, rows, (width + gap) // columns - gap, (height + gap) // rows - gap, gap)


def _strangeness(one: Grid) -> float:
    """How far tiles are from the best shape, and how much of the wall is empty."""
    shape = one.width / one.height / SHAPE
    return max(shape, 1 / shape) * one.columns * one.rows


def wall(
    tiles: Sequence[bytes], place: Grid, width: int, height: int, ground: Colour | None = None
) -> bytes:
    """The PNG of `tiles`, row by row; raises ValueError for tiles of another size or kind.

    What lies between tiles is `ground`, or as the background of the first.
    """
    tiles = tiles[: place.room]
    if not tiles:
        raise ValueError("a wall of no tiles")
    colours = _palette(tiles, ground)
    between = _deflated(np.zeros((place.gap, width), np.uint8))
    parts = [
        part
        for first in range(0, place.room, place.columns)
        for part in (
            _band(tuple(tiles[first : first + place.columns]), colours, place, width),
            between,
        )
    ]
    below = height - place.rows * (place.height + place.gap) + place.gap
    parts[-1] = _deflated(np.zeros((below, width), np.uint8))
    return png.paletted(width, height, 8, b"".join(colours), *parts)


def _band(
    tiles: tuple[bytes, ...], colours: tuple[Colour, ...], place: Grid, width: int
) -> png.Part:
    """A row of tiles, as made or as kept: of a wall's logs, few have grown since."""
    key = tiles, colours, place, width, png.codec
    found = _bands.find(key)
    if found is not None:
        return found
    ground = np.zeros((place.height, width), np.uint8)  # index 0
    for number, tile in enumerate(tiles):
        picture = raster.read(tile)
        if not picture.colours or (picture.width, picture.height) != (place.width, place.height):
            raise ValueError(f"a tile is not a palette picture of {place.width}x{place.height}")
        x = number * (place.width + place.gap)
        ground[:, x : x + place.width] = _translated(picture, colours)
    part = _deflated(ground)
    return _bands.keep(key, part, len(part.data) + sum(map(len, tiles)))


def _deflated(ground: Bytes) -> png.Part:
    """Rows that know nothing of those above."""
    if not len(ground):
        return png.NOTHING
    rows = raster.filtered(ground)
    rows[0, 0] = 0  # PNG's filter type: none
    return png.part(rows)


def _palette(tiles: Sequence[bytes], ground: Colour | None) -> tuple[Colour, ...]:
    """The ground, and the colours of all, or of the pixels of all the most frequent."""
    first = () if ground is None else (ground,)
    of_tiles = (colour for tile in tiles for colour in _split(raster.palette(tile)))
    colours = dict.fromkeys((*first, *of_tiles))
    if len(colours) <= COLOURS:
        return tuple(colours)
    seen: Counter[Colour] = Counter()
    for picture in map(raster.read, tiles):
        often = np.bincount(picture.pixels.reshape(-1), minlength=COLOURS).tolist()
        seen.update(dict(zip(_split(picture.colours), often, strict=False)))
    often_seen = dict.fromkeys((*first, *(colour for colour, _ in seen.most_common(COLOURS))))
    return tuple(often_seen)[:COLOURS]


@lru_cache(maxsize=64)
def _split(colours: bytes) -> tuple[Colour, ...]:
    return tuple(colours[at : at + 3] for at in range(0, len(colours), 3))


def _translated(picture: Raster, colours: tuple[Colour, ...]) -> Bytes:
    """Its pixels as indexes of the common palette."""
    table = _table(picture.colours, colours)
    return np.frombuffer(picture.pixels.tobytes().translate(table), np.uint8).reshape(
        picture.pixels.shape
    )


@lru_cache(maxsize=64)
def _table(own: bytes, colours: tuple[Colour, ...]) -> bytes:
    """Index -> index in `colours` of that colour, or of the nearest."""
    there = np.array([list(colour) for colour in colours])
    wanted = np.array([list(colour) for colour in _split(own)])
    apart = ((wanted[:, None] - there) ** 2).sum(axis=2)
    nearest: Bytes = apart.argmin(axis=1).astype(np.uint8)
    return nearest.tobytes().ljust(COLOURS, b"\0")
