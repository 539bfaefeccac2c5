"""The container: chunks, headers, palettes and the one door to deflate.

Rows come ready, each with its filter byte in front. They may come in parts, deflated each by
itself, so that what is the same from picture to picture is deflated once. A picture that is ready
can be given other colours, a transparent background or words; its rows are not touched. What this
will not do: read pictures of others, or choose filters.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable, Mapping
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
KIND = 4  # bytes that say what a chunk is
GREY, RGB, PALETTE = 0, 2, 3  # colour types of IHDR
TEXTS = 256  # kept; few change from picture to picture
LONGEST_KEYWORD = 79  # bytes of a text's keyword, by the standard


class Codec(NamedTuple):
    """A way to deflate, and the checksums that come with it."""

    deflate: Callable[[Any], bytes]  # whole blocks that refer to nothing before them
    crc32: Callable[[Any], int]
    adler32: Callable[[Any], int]
    inflate: Callable[[Any], bytes]  # a whole zlib stream


def _stdlib(data: Any) -> bytes:
    """Runs only: on our rows a third fewer bytes than level 1, in no more time."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, MEMORY, zlib.Z_RLE)
    return packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)


def _isal(data: Any) -> bytes:
    packer = isal_zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)


STDLIB = Codec(_stdlib, zlib.crc32, zlib.adler32, zlib.decompress)
ISAL: Codec | None = None
if isal_zlib is not None:
    ISAL = Codec(_isal, isal_zlib.crc32, isal_zlib.adler32, isal_zlib.decompress)
codec = ISAL or STDLIB


class Part(NamedTuple):
    """Some rows, deflated."""

    data: bytes
    adler: int  # Adler-32 of the rows
    length: int  # bytes of the rows


NOTHING = Part(b"", 1, 0)  # of no rows


def part(rows: Any) -> Part:
    """`rows` (anything with a contiguous buffer), ready to be joined to others."""
    data = memoryview(rows)  # asked of numpy once
    return Part(codec.deflate(data), codec.adler32(data), data.nbytes)


def stream(parts: Iterable[Part], kind: bytes = b"") -> bytes:
    """The zlib stream of `parts`, one after the other; `kind` stands before it."""
    pieces = [kind, STREAM_HEAD]
    low, high = 1, 0  # of Adler-32: the sum of all bytes, the sum of its sums
    for data, adler, length in parts:
        pieces.append(data)
        high += length * (low - 1) + (adler >> 16)
        low += (adler & 0xFFFF) - 1
    pieces += STREAM_END, (high % ADLER << 16 | low % ADLER).to_bytes(4, "big")
    return b"".join(pieces)


def chunk(kind: bytes, body: bytes) -> bytes:
    """One chunk: length, kind, body, checksum."""
    return b"".join(_framed(kind + body))


def _framed(content: bytes) -> tuple[bytes, bytes, bytes]:
    """A chunk of kind and body, as pieces."""
    size, check = len(content) - KIND, codec.crc32(content)
    return size.to_bytes(4, "big"), content, check.to_bytes(4, "big")


END = chunk(b"IEND", b"")


@lru_cache(maxsize=256)
def head(width: int, height: int, bits: int, colour: int) -> bytes:
    """Signature and IHDR."""
    return SIGNATURE + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))


@lru_cache(maxsize=256)
def palette(colours: bytes) -> bytes:
    """PLTE of `colours`: three bytes each, red green blue."""
    return chunk(b"PLTE", colours)


def plain(width: int, height: int, bits: int, colour: int, *parts: Part) -> bytes:
    """A whole picture without a palette: `colour` is GREY or RGB, its rows carry their filters."""
    return whole(head(width, height, bits, colour), *parts)


def paletted(width: int, height: int, bits: int, colours: bytes, *parts: Part) -> bytes:
    """A whole picture of palette indexes; its rows carry their filter bytes."""
    return whole(front(width, height, bits, colours), *parts)


@lru_cache(maxsize=256)
def front(width: int, height: int, bits: int, colours: bytes) -> bytes:
    """All that stands before the rows of a picture with a palette."""
    return head(width, height, bits, PALETTE) + palette(colours)


def whole(front: bytes, *parts: Part) -> bytes:
    """A whole picture: its rows after what stands before them."""
    return b"".join((front, *_framed(stream(parts, b"IDAT")), END))


def recolor(png: bytes, colours: bytes) -> bytes:
    """The same picture with another palette: a splice, nothing is drawn."""
    return b"".join((png[:PALETTE_AT], palette(colours), png[_after_palette(png) :]))


def transparent(png: bytes, alphas: bytes) -> bytes:
    """The same picture, its first palette entries as opaque as `alphas` says, 0..255 each."""
    at = _after_palette(png)
    if len(alphas) > (at - PALETTE_AT - 12) // 3:
        raise ValueError("more alphas than colours")
    return b"".join((png[:at], chunk(b"tRNS", alphas), png[at:]))


def _after_palette(png: bytes) -> int:
    """Where what follows PLTE begins; raises ValueError for pictures that are not ours."""
    if png[PALETTE_AT + 4 : PALETTE_AT + 8] != b"PLTE":
        raise ValueError("not a picture of ours: no palette where it should be")
    (length,) = struct.unpack_from(">I", png, PALETTE_AT)
    return PALETTE_AT + 12 + int(length)


def described(png: bytes, texts: Mapping[str, str]) -> bytes:
    """The same picture with words in it, by keyword: `Title`, `Description`, `Software`, or any.

    They follow the pixels, so that `recolor` still finds its place. Equal texts, equal bytes.
    """
    if not png.endswith(END):
        raise ValueError("not a picture of ours: it ends otherwise")
    chunks = [_text(keyword, value) for keyword, value in texts.items()]
    return b"".join((png[: -len(END)], *chunks, END))


@lru_cache(maxsize=TEXTS)
def _text(keyword: str, value: str) -> bytes:
    """tEXt where Latin-1 is enough, else iTXt, which is UTF-8. Control characters become spaces."""
    if not _is_keyword(keyword):
        raise ValueError(f"{keyword!r} is no keyword: 1 to {LONGEST_KEYWORD} letters of Latin-1")
    name = keyword.encode("latin-1")
    value = "".join(char if char.isprintable() or char == "\n" else " " for char in value)
    try:
        return chunk(b"tEXt", name + b"\0" + value.encode("latin-1"))
    except UnicodeEncodeError:  # not compressed, in no named language, keyword not translated
        return chunk(b"iTXt", name + b"\0\0\0\0\0" + value.encode())


def _is_keyword(text: str) -> bool:
    """Whether the standard allows it: printable Latin-1, words with one space between."""
    plain = text.isprintable() and all(ord(char) < 256 for char in text)
    return plain and 1 <= len(text) <= LONGEST_KEYWORD and " ".join(text.split()) == text
