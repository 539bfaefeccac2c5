"""Lines in other encodings -> UTF-8, block by block.

Blocks are cut behind the byte of a newline. In UTF-16 that is half of one: the other half then
begins the next block (low byte first) and is put back here. So each block can be read alone,
whatever came before it, and each line too: NULs that a crash left garble one line at most. Only
a line that begins with U+0100, U+0200... is read wrongly there.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable

UTF_16 = ("utf-16", "utf-16-le", "utf-16-be")
ENCODINGS = "utf-8 utf-16 latin-1 cp1252"
SAME = ("utf-8", "ascii")
PRINTABLE = bytes(range(0x20, 0x7F)) + b"\t\n\r"
MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
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


def marked(head: bytes) -> str:
    """The encoding that the first bytes of a file name by their mark; empty: none but UTF-8's."""
    return next((name for mark, name in MARKS.items() if head.startswith(mark)), "")


def looks_like_utf_16(head: bytes) -> bool:
    """Whether the first bytes of a file do."""
    return bool(marked(head)) or head.count(0) > MANY * len(head)


def _either(block: bytes) -> bytes:
    """By the mark, else low byte first; ASCII behind a newline is the same either way."""
    return _big(block) if block.startswith(codecs.BOM_UTF16_BE) else _little(block)


def _little(block: bytes) -> bytes:
    if block == b"\0\n":
        return b""  # half of a newline is all that was left, and the other was made up
    if block.endswith(b"\n"):
        block += b"\0"
    lines = [line.lstrip(b"\0") for line in block.split(b"\n\0")]
    whole = [line + b"\0" * (len(line) % 2) for line in lines]
    return _ended("\n".join(line.decode("utf-16-le", "replace") for line in whole))


def _big(block: bytes) -> bytes:
    lines = [line.lstrip(b"\0") for line in block.split(b"\0\n")]
    whole = [b"\0" * (len(line) % 2) + line for line in lines]
    return _ended("\n".join(line.decode("utf-16-be", "replace") for line in whole))


def _ended(text: str) -> bytes:
    text = text.removeprefix("\ufeff")
    if text and not text.endswith("\n"):
        text += "\n"
    return text.encode("utf-8", "replace")
