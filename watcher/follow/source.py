"""One generation of one file: an offset goes in, whole lines come out.

Lines are handed out once, in order, in blocks that end with a newline. A line that has no end
yet stays in the file until it has one. Nothing is handed out twice, however often one asks.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from typing import NamedTuple

from watcher.follow.identity import ANCHOR, Look, look

BLOCK = 64 * 1024  # bytes of one read: stays in cache, and holds the interpreter some 0.3 ms
PROBE, PROBES = 4096, 64  # bytes, number: what tells of the whole of a file
LONGEST_LINE = BLOCK  # bytes; a longer one is dropped whole, so that it never has to be held


class NotAFileError(OSError):
    """The path is a directory, a pipe or a device: nothing that could be followed."""


class Block(NamedTuple):
    """Complete lines, each with its newline, or one that was too long to be held."""

    data: bytes
    modified: float  # Unix seconds when the file was last written to
    overlong: int = 0  # lines that were dropped


class Source:
    """An open file and the offset up to which its lines have been handed out."""

    def __init__(self, path: str) -> None:
        """Open `path` for reading; raises OSError."""
        flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
        self._fd = os.open(path, flags)
        if not stat.S_ISREG(os.fstat(self._fd).st_mode):
            os.close(self._fd)
            raise NotAFileError(f"{path} is not a regular file")
        self.identity = self.look().identity
        self.offset = 0  # bytes
        self._anchor = b""  # the bytes before the offset, at most ANCHOR
        self._skipping = False  # inside a line that is too long

    def look(self) -> Look:
        """What is true of the file now."""
        return look(self._fd)

    @property
    def modified(self) -> float:
        """Unix seconds when the file was last written to."""
        return self.look().modified / 1e9

    def intact(self) -> bool:
        """Whether the file still continues what was read: neither cut nor rewritten."""
        anchor = self._anchor
        return os.pread(self._fd, len(anchor), self.offset - len(anchor)) == anchor

    def blocks(self) -> Iterator[Block]:
        """All complete lines from the offset to the end of the file as it is now."""
        while data := os.pread(self._fd, BLOCK, self.offset):
            end = data.find(b"\n") + 1 if self._skipping else data.rfind(b"\n") + 1
            if not end and not self._skipping and len(data) < LONGEST_LINE:
                return
            self._advance(data[:end] if end else data)
            if self._skipping and end:
                self._skipping = False
                yield Block(b"", self.modified, overlong=1)
            elif end:
                yield Block(data[:end], self.modified)
            else:
                self._skipping = True

    def ahead(self) -> Iterator[bytes]:
        """The data that `blocks` would hand out, which it still will."""
        before = self.offset, self._anchor, self._skipping
        try:
            for block in self.blocks():
                yield block.data
        finally:
            self.offset, self._anchor, self._skipping = before

    def rest(self) -> Block:
        """The last line, which never got its newline; for a generation that has ended."""
        data = os.pread(self._fd, LONGEST_LINE, self.offset)
        self._advance(data)
        skipped, self._skipping = self._skipping, False
        if skipped:
            return Block(b"", self.modified, overlong=1)
        return Block(data + b"\n" if data else b"", self.modified)

    def close(self) -> None:
        """Give the descriptor back."""
        os.close(self._fd)

    def _advance(self, data: bytes) -> None:
        self.offset += len(data)
        self._anchor = (self._anchor + data[-ANCHOR:])[-ANCHOR:]


def probe(path: str) -> list[bytes]:
    """A few complete lines from all over a file, in their order, the last one among them.

    For what only the whole of a log can tell, such as how many New Years it has seen; costs the
    same whatever its size. Empty where there is none, or it cannot be read.
    """
    try:
        with open(path, "rb", buffering=0) as file:
            size = os.fstat(file.fileno()).st_size
            parts = [
                os.pread(file.fileno(), PROBE, max(0, size * n // PROBES - PROBE))
                for n in range(1, PROBES + 1)
            ]
    except OSError:
        return []
    lines = [part.split(b"\n")[1:-1] if len(part) == PROBE else part.split(b"\n") for part in parts]
    found = [line for part in lines for line in part[-2:] if line]
    return list(dict.fromkeys(found)) if size > PROBE else list(filter(None, lines[-1]))
