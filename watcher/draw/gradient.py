"""The tutorial's first picture, grown up: a random gradient from left to right.

Its rows are all alike, and under PNG's Up filter a row like the one above is all zeros. So only
the first row is deflated; the rest is a tail that depends on the size alone, made once by
repeating the bytes of one deflated segment. A picture costs one row, however high it is.
"""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from watcher.draw import png
from watcher.draw.canvas import UP, Bytes
from watcher.draw.view import LONGEST_VALUE, MAX_PIXELS, MAX_SIDE, MIN_SIDE, ViewError, ignored

LARGEST_SEED = 2**64 - 1
SEGMENT = 64  # rows of zeros deflated together
TAIL_LEVEL = 9  # of deflate; a tail is made once
SUB = 1  # PNG's filter type: difference to the pixel on the left, as there is none above


@dataclass(frozen=True, slots=True)
class Gradient:
    """What gradient to draw; sizes in pixels. `seed` None: another one each time."""

    width: int = 300
    height: int = 300
    seed: int | None = None


def _side(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text) or not MIN_SIDE <= int(text) <= MAX_SIDE:
        raise ValueError(f"{text!r} is not from {MIN_SIDE} to {MAX_SIDE}")
    return int(text)


def _seed(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,20}", text) or int(text) > LARGEST_SEED:
        raise ValueError(f"{text!r} is not a whole number from 0 to {LARGEST_SEED}")
    return int(text)


# parameter -> field of Gradient, reader
PARAMETERS: dict[str, tuple[str, Callable[[str], int]]] = {
    "width": ("width", _side),
    "height": ("height", _side),
    "w": ("width", _side),
    "h": ("height", _side),
    "seed": ("seed", _seed),
}


def parse(pairs: Iterable[tuple[str, str]]) -> Gradient:
    """The gradient that text parameters ask for; raises ViewError naming the bad one."""
    wanted: dict[str, int] = {}
    for name, text in pairs:
        if ignored(name) or text == "":
            continue
        if name not in PARAMETERS:
            raise ViewError(f"{name}: no such parameter: there are {' '.join(PARAMETERS)}")
        field, read = PARAMETERS[name]
        if field in wanted:
            raise ViewError(f"{name}: given twice")
        try:
            wanted[field] = read(text[:LONGEST_VALUE])
        except ValueError as error:
            raise ViewError(f"{name}: {error}") from None
    found = Gradient(**wanted)
    if found.width * found.height > MAX_PIXELS:
        pixels = found.width * found.height
        raise ViewError(f"width x height: {pixels:,} pixels, at most {MAX_PIXELS:,}")
    return found


def gradient(width: int, height: int, rng_seed: int | None = None) -> bytes:
    """The PNG of a gradient between two random colours; equal seeds give equal bytes."""
    chance = random.Random(rng_seed)  # noqa: S311  colours, no secrets
    left, right = chance.randbytes(3), chance.randbytes(3)
    row = first_row(width, left, right)
    packer = zlib.compressobj(png.LEVEL)
    body = packer.compress(row) + packer.flush(zlib.Z_FULL_FLUSH)
    rest, tail_length = tail(3 * width + 1, height - 1)
    check = png.joined(zlib.adler32(row), _adler_of_rows(3 * width + 1, height - 1), tail_length)
    data = b"".join((body, rest, check.to_bytes(4, "big")))
    return b"".join((png.head(width, height, 8, png.RGB), png.chunk(b"IDAT", data), png.END))


def first_row(width: int, left: bytes, right: bytes) -> bytes:
    """The row from `left` to `right`, exact to the nearest level, with its filter byte."""
    part = np.arange(width)[:, None] / max(1, width - 1)
    start, end = (np.frombuffer(colour, np.uint8).astype(float) for colour in (left, right))
    pixels: Bytes = np.rint(start + (end - start) * part).astype(np.uint8)
    steps = np.diff(pixels, axis=0, prepend=np.zeros((1, 3), np.uint8))
    return bytes((SUB,)) + steps.tobytes()


@lru_cache(maxsize=64)
def tail(row_bytes: int, rows: int) -> tuple[bytes, int]:
    """The deflated rows that equal the row above, last block included, and their length.

    Whole segments are one deflated segment repeated: after a full flush it refers to nothing
    before it. The start of the zlib stream is the first row's.
    """
    row = bytes((UP,)) + bytes(row_bytes - 1)
    segment = _deflated(row * SEGMENT, zlib.Z_FULL_FLUSH) if rows >= SEGMENT else b""
    rest = _deflated(row * (rows % SEGMENT), zlib.Z_FINISH)
    return segment * (rows // SEGMENT) + rest, row_bytes * rows


def _deflated(data: bytes, end: int) -> bytes:
    packer = zlib.compressobj(TAIL_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush(end)


def _adler_of_rows(row_bytes: int, rows: int) -> int:
    """Adler-32 of `rows` rows that hold their filter byte and zeros: an arithmetic series."""
    low = 1 + UP * rows
    high = row_bytes * (rows + UP * rows * (rows + 1) // 2)
    return (high % png.ADLER) << 16 | low % png.ADLER
