"""The container: chunks, headers, palettes and the one door to deflate.

Rows come ready, each with its filter byte in front. They may come in parts, deflated each by
itself, so that what is the same from picture to picture is deflated once. What this will not do:
read pictures (except to change the palette of its own) or choose filters.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable
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
ADLER = 65521  # the prime of Adler-32
STREAM_HEAD, STREAM_END = b"\x78\x01", b"\x03\x00"  # of zlib; an empty last block
RGB, PALETTE = 2, 3  # colour types of IHDR


class Codec(NamedTuple):
    """A way to deflate, and the checksums that come with it."""

    deflate: Callable[[Any], bytes]  # whole blocks that refer to nothing before them
    crc32: Callable[[Any, int], int]
    adler32: Callable[[Any], int]


def _stdlib(data: Any) -> bytes:
    """Runs only: on our rows a third fewer bytes than level 1, in no more time."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, MEMORY, zlib.Z_RLE)
    return packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)


def _isal(data: Any) -> bytes:
    packer = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, -isal_zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush(isal_zlib.Z_FULL_FLUSH)


STDLIB = Codec(_stdlib, zlib.crc32, zlib.adler32)
ISAL: Codec | None = None
if isal_zlib is not None:
    ISAL = Codec(_isal, isal_zlib.crc32, isal_zlib.adler32)
codec = ISAL or STDLIB


class Part(NamedTuple):
    """Some rows, deflated."""

    data: bytes
    adler: int  # Adler-32 of the rows
    length: int  # bytes of the rows


NOTHING = Part(b"", 1, 0)


def part(rows: Any) -> Part:
    """`rows` (anything with a contiguous buffer), ready to be joined to others."""
    return Part(codec.deflate(rows), codec.adler32(rows), memoryview(rows).nbytes)


def stream(parts: Iterable[Part]) -> bytes:
    """The zlib stream of `parts`, one after the other."""
    pieces, adler = [STREAM_HEAD], NOTHING.adler
    for data, check, length in parts:
        pieces.append(data)
        adler = joined(adler, check, length)
    return b"".join((*pieces, STREAM_END, adler.to_bytes(4, "big")))


def joined(first: int, second: int, length: int) -> int:
    """Adler-32 of two parts one after the other; the second is `length` bytes long."""
    low1, high1 = first & 0xFFFF, first >> 16
    low2, high2 = second & 0xFFFF, second >> 16
    low = (low1 + low2 - 1) % ADLER
    high = (high1 + high2 + length * (low1 - 1)) % ADLER
    return high << 16 | low


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


def paletted(width: int, height: int, bits: int, colours: bytes, *parts: Part) -> bytes:
    """A whole picture of palette indexes; its rows carry their filter bytes."""
    front = head(width, height, bits, PALETTE)
    return b"".join((front, palette(colours), chunk(b"IDAT", stream(parts)), END))


def recolor(png: bytes, colours: bytes) -> bytes:
    """The same picture with another palette: a splice, nothing is drawn."""
    if png[PALETTE_AT + 4 : PALETTE_AT + 8] != b"PLTE":
        raise ValueError("not a picture of ours: no palette where it should be")
    (length,) = struct.unpack_from(">I", png, PALETTE_AT)
    return b"".join((png[:PALETTE_AT], palette(colours), png[PALETTE_AT + 12 + length :]))
