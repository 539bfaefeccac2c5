"""The container: chunks, headers, palettes and the one door to deflate.

Rows come ready, each with its filter byte in front. What this will not do: read pictures
(except to change the palette of its own) or choose filters.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

try:
    from isal import isal_zlib
except ImportError:  # no wheel for this machine, e.g. armv7l: the same pictures, some 3x slower
    isal_zlib = None  # type: ignore[assignment]

SIGNATURE = b"\x89PNG\r\n\x1a\n"
PALETTE_AT = 33  # bytes before PLTE in our pictures: signature 8, IHDR 4 + 4 + 13 + 4
MEMORY = 6  # zlib's memLevel: its tables are cleared for each picture, so smaller is faster
LEVEL = 1  # of deflate: rows are nearly all zeros, more effort buys nothing worth its time
RGB, PALETTE = 2, 3  # colour types of IHDR


class Codec(NamedTuple):
    """A way to deflate, and the checksum that comes with it."""

    deflate: Callable[[Any], bytes]
    crc32: Callable[[Any, int], int]


def _stdlib(data: Any) -> bytes:
    """Runs only: on our rows a third fewer bytes than level 1, in no more time."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, zlib.MAX_WBITS, MEMORY, zlib.Z_RLE)
    return packer.compress(data) + packer.flush()


STDLIB = Codec(_stdlib, zlib.crc32)
ISAL: Codec | None = None
if isal_zlib is not None:
    ISAL = Codec(lambda data: isal_zlib.compress(data, LEVEL), isal_zlib.crc32)
codec = ISAL or STDLIB


def deflate(data: Any) -> bytes:
    """A zlib stream of `data` (anything with a contiguous buffer)."""
    return codec.deflate(data)


def chunk(kind: bytes, body: bytes) -> bytes:
    """One chunk: length, kind, body, checksum."""
    crc = codec.crc32(body, zlib.crc32(kind))
    return b"".join((struct.pack(">I", len(body)), kind, body, struct.pack(">I", crc)))


END = chunk(b"IEND", b"")


@lru_cache(maxsize=256)
def head(width: int, height: int, bits: int, colour: int) -> bytes:
    """Signature and IHDR."""
    return SIGNATURE + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))


@lru_cache(maxsize=256)
def palette(colours: bytes) -> bytes:
    """PLTE of `colours`: three bytes each, red green blue."""
    return chunk(b"PLTE", colours)


def transparency(alphas: bytes) -> bytes:
    """tRNS: the opacity of the first palette entries, one byte each."""
    return chunk(b"tRNS", alphas)


def paletted(width: int, height: int, bits: int, colours: bytes, rows: Any) -> bytes:
    """A whole picture of palette indexes; `rows` carry their filter bytes."""
    front = head(width, height, bits, PALETTE)
    return b"".join((front, palette(colours), chunk(b"IDAT", deflate(rows)), END))


def recolor(png: bytes, colours: bytes) -> bytes:
    """The same picture with another palette: a splice, nothing is drawn."""
    if png[PALETTE_AT + 4 : PALETTE_AT + 8] != b"PLTE":
        raise ValueError("not a picture of ours: no palette where it should be")
    (length,) = struct.unpack_from(">I", png, PALETTE_AT)
    return b"".join((png[:PALETTE_AT], palette(colours), png[PALETTE_AT + 12 + length :]))
