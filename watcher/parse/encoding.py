"""Lines in other encodings -> UTF-8, block by block.

Blocks are cut behind the byte of a newline. In UTF-16 that is half of one: the other half then
begins the next block (low byte first) and is put back here. So each block can be read alone,
whatever came before it; only a line that begins with U+0100, U+0200... is read wrongly there.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable

UTF_16 = ("utf-16", "utf-16-le", "utf-16-be")
ENCODINGS = "utf-8 utf-16 latin-1 cp1252"
SAME = ("utf-8", "ascii")
PRINTABLE = bytes(range(0x20, 0x7F)) + b"\t\n\r"
MANY = 0.3  # of the first bytes are NUL in UTF-16 that is mostly ASCII

Decode = Callable[[bytes], bytes]


def is_known(name: str) -> bool:
    """Whether lines in it can be read: it must have ASCII in it, or be UTF-16."""
    try:
        known = codecs.lookup(name).name
        return known in UTF_16 or PRINTABLE.decode(name).encode("ascii") == PRINTABLE
    except (LookupError, ValueError, AssertionError):
        return False


def decoder(name: str) -> Decode | None:
    """What makes UTF-8 of a block; None: it is."""
    known = codecs.lookup(name).name
    if known in SAME:
        return None
    if known == "utf-16-be":
        return _big
    if known in UTF_16:
        return _either if known == "utf-16" else _little
    return lambda block: _ended(block.decode(name, "replace"))


def looks_like_utf_16(head: bytes) -> bool:
    """Whether the first bytes of a file do."""
    marked = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return marked or head.count(0) > MANY * len(head)


def _either(block: bytes) -> bytes:
    """By the mark, else low byte first; ASCII behind a newline is the same either way."""
    return _big(block) if block.startswith(codecs.BOM_UTF16_BE) else _little(block)


def _little(block: bytes) -> bytes:
    if block == b"\0\n":
        return b""  # half of a newline is all that was left, and the other was made up
    if block.startswith(b"\0"):
        block = block[1:]  # of the newline that ended the block before
    if block.endswith(b"\n") and len(block) % 2:
        block += b"\0"
    return _ended(block.decode("utf-16-le", "replace"))


def _big(block: bytes) -> bytes:
    return _ended(block.decode("utf-16-be", "replace"))


def _ended(text: str) -> bytes:
    text = text.removeprefix("\ufeff")
    if text and not text.endswith("\n"):
        text += "\n"
    return text.encode("utf-8", "replace")
