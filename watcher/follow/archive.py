"""A generation that was compressed after it ended: the same lines, by the same rules.

A damaged or unfinished archive gives the lines that it holds, and then says what is wrong with
it. An archive is read forward; whoever asks for bytes before those that are held makes it start
again.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import re
import zlib
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any, BinaryIO

from watcher.follow.identity import ANCHOR
from watcher.follow.source import BLOCK, Block, Source

HELD = ANCHOR + 2 * BLOCK  # bytes before the newest that can be asked for at no cost


def _zstd() -> tuple[Callable[[BinaryIO], Any], type[Exception]] | None:
    """Python's own from 3.14 on, else a library; None: neither is here."""
    for name in ("compression.zstd", "zstandard"):
        try:
            module = import_module(name)
        except ImportError:
            continue
        if name == "zstandard":
            reader = partial(module.ZstdDecompressor().stream_reader, read_across_frames=True)
            return reader, module.ZstdError
        return module.ZstdFile, module.ZstdError
    return None


ZSTD = _zstd()
OPENERS: dict[str, Callable[[BinaryIO], Any]] = {
    ".gz": gzip.open,
    ".bz2": bz2.open,
    ".xz": lzma.open,
    **({".zst": ZSTD[0]} if ZSTD else {}),
}
SUFFIXES = (".gz", ".bz2", ".xz", ".zst")
DAMAGE = (EOFError, OSError, zlib.error, lzma.LZMAError, *(ZSTD[1:] if ZSTD else ()))
PACKED = re.compile(rb"\x1f\x8b\x08|BZh\d1AY&SY|\xfd7zXZ\0|\x28\xb5\x2f\xfd|PK\x03\x04")
LONGEST_MARK = 10  # bytes of PACKED: what archives begin with, and no text does


class UnreadableError(OSError):
    """It is compressed in a way that nothing here can undo, or where a log was expected."""


def refuse_packed(source: Source) -> None:
    """Raise UnreadableError if this log is an archive, whatever it is called."""
    if PACKED.match(source.head(LONGEST_MARK)):
        raise UnreadableError(f"{source.path} is compressed: name the log that it was made of")


class Archive(Source):
    """A compressed file; offsets are those of what is in it."""

    def __init__(self, path: str) -> None:
        """Open `path` for reading; raises OSError."""
        suffix = os.path.splitext(path)[1]
        if suffix not in OPENERS:
            raise UnreadableError(f"{path}: reading {suffix} needs Python 3.14 or zstandard")
        self.problem = ""  # what is wrong with it, in words; empty: nothing that is known
        self._open = OPENERS[suffix]
        self._file: BinaryIO | None = None
        self._held, self._start = b"", 0  # what was unpacked lately, and where it begins
        super().__init__(path)

    @property
    def size(self) -> int:
        """Bytes of what is in it, as far as that is known."""
        return self._start + len(self._held)

    def rest(self) -> Block:
        """The last line, if it is known to be whole."""
        last = super().rest()
        return Block(b"", last.modified) if self.problem else last

    def close(self) -> None:
        """Give the descriptors back."""
        if self._file is not None:
            self._file.close()
            self._file = None
        super().close()

    def _pread(self, size: int, offset: int) -> bytes:
        if self._file is None or offset < self._start:
            self._rewind()
        while self._start + len(self._held) < offset + size and (more := self._more()):
            held = self._held + more
            drop = max(0, min(len(held) - HELD, offset - self._start))
            self._held, self._start = held[drop:], self._start + drop
        return self._held[max(0, offset - self._start) :][:size]

    def _rewind(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file = os.fdopen(os.dup(self._fd), "rb")
        self._file.seek(0)
        self._stream = self._open(self._file)
        self._held, self._start, self.problem = b"", 0, ""

    def _more(self) -> bytes:
        """What comes next; none at the end, or where it cannot be unpacked any further."""
        if self.problem:
            return b""
        try:
            return bytes(self._stream.read1(BLOCK))
        except EOFError:
            self.problem = f"{self.path} ends in the middle"
        except DAMAGE as error:
            if isinstance(error, OSError) and error.errno:
                raise  # the disk, not what is on it
            self.problem = f"{self.path} is damaged: {error}"
        return b""

    def _data_from(self, offset: int) -> int:
        return offset

    def _is_padded(self) -> bool:
        return False
