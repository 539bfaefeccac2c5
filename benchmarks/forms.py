"""What ready pictures become: grey for e-ink, and walls; against Pillow, one call each in turn."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice, repeat

from PIL import Image

from benchmarks.measure import Call, Row, heading, in_turns
from watcher.draw import grey
from watcher.draw import wall as walls
from watcher.draw.canvas import Kept
from watcher.draw.graph import Panel, draw
from watcher.draw.grey import Depth
from watcher.draw.view import View

PANELS = ((800, 480), (1872, 1404))  # pixels of e-ink panels of 7.5 and 10.3 inches
DEPTHS: tuple[Depth, ...] = (1, 4)
TILES, COLUMNS, TILE = 12, 4, (480, 270)


def measure(turns: int, panels: Iterator[Panel]) -> None:
    """Measure pictures of `panels` and print."""
    print(f"\n{heading('Pillow')}   forms of a picture")
    for width, height in PANELS:
        made = draw(next(panels), View(width, height, style="line"))
        for depth in DEPTHS:
            ours = partial(grey.convert, made, depth, dither=depth == 1)
            peer = partial(_pillow_grey, made, depth)
            _print(f"{width}x{height} to {depth} bits", ours, peer, turns)
    tiles = [draw(panel, View(*TILE, style="line")) for panel in islice(panels, TILES)]
    size = TILE[0] * COLUMNS, TILE[1] * TILES // COLUMNS
    ours = partial(walls.wall, tiles, walls.grid(TILES, *size, COLUMNS), *size)
    _print(f"wall of {TILES}", partial(_forgetting, ours), partial(_pasted, tiles, size), turns)


def _print(name: str, ours: Call, peer: Call, turns: int) -> None:
    (mine, size), (theirs, other) = in_turns(repeat(ours), peer, turns)
    print(Row(name, mine, size, against=Row("Pillow", theirs, other)))


def _forgetting(call: Call) -> bytes:
    """The call, without rows of tiles that are known."""
    walls._bands = Kept(walls.BAND_BYTES)
    return call()


def _pillow_grey(made: bytes, depth: Depth) -> bytes:
    image = Image.open(io.BytesIO(made)).convert("L")
    return _saved(image.convert("1") if depth == 1 else image)


def _pasted(tiles: Sequence[bytes], size: tuple[int, int]) -> bytes:
    image = Image.new("RGB", size)
    for number, tile in enumerate(tiles):
        place = number % COLUMNS * TILE[0], number // COLUMNS * TILE[1]
        image.paste(Image.open(io.BytesIO(tile)), place)
    return _saved(image)


def _saved(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()
