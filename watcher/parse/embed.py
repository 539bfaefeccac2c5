"""A pattern for one line -> a pattern that finds the same in a block of lines.

Nothing of it may match a newline then, or a match would run from one line into the next, or a
line be missed that matches alone. So each piece that could is kept from it; where that cannot
be done the answer is None, and the lines are looked at one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# A class, an escape, the beginning of a group that says something of itself, or anything else.
PIECE = re.compile(
    rb"\[\^?\]?(?:\\.|[^\]\\])*\]|\\(?:x[0-9a-fA-F]{2}|0[0-7]{0,2}|[0-7]{3}|.)|\(\?#[^)]*\)"
    rb"|\(\?[a-zA-Z-]+[:)]|.",
    re.DOTALL,
)
FLAGS = re.compile(rb"\(\?([aim]+)\)")  # of the whole pattern; x and s change what pieces mean


def embedded(pattern: bytes) -> re.Pattern[bytes] | None:
    """What matches at the beginning of a line of a block exactly where `pattern` alone would."""
    flags = FLAGS.match(pattern)
    body = pattern[flags.end() :] if flags else pattern
    letters = flags[1] if flags else b""
    if b"m" in letters:
        return None
    pieces = list(_pieces(body))
    if None in pieces:
        return None
    whole = rb"(?%bm)^(?=[^\n])(?:%b)" % (letters, b"".join(filter(None, pieces)))
    try:
        return re.compile(whole)
    except re.error:
        return None


def _pieces(body: bytes) -> Iterator[bytes | None]:
    place = 0
    while place < len(body):
        found = PIECE.match(body, place)
        if found is None:  # it was not a whole class
            yield None
            return
        yield _piece(found[0])
        place = found.end()


def _piece(piece: bytes) -> bytes | None:
    """`piece` where it matches no newline; None where that cannot be told."""
    if piece == b"\n" or re.fullmatch(rb"\(\?[a-zA-Z-]*[sxLum][a-zA-Z-]*[:)]", piece):
        return None
    if piece in (b"\\A", b"\\Z", b"\\B"):
        return {b"\\A": b"^", b"\\Z": b"$", b"\\B": None}[piece]
    if piece.startswith(b"[^"):
        escape = b"\\" if piece[2:3] in (b"]", b"-") else b""
        return b"[^\\n" + escape + piece[2:]
    if len(piece) > 1 and piece[:1] in (b"[", b"\\") and _takes_newline(piece):
        return rb"(?:(?!\n)%b)" % piece
    return piece


def _takes_newline(piece: bytes) -> bool:
    try:
        return re.fullmatch(piece, b"\n") is not None
    except re.error:  # a reference to a group
        return False
