"""One generation of one file: an offset goes in, whole lines come out.

Lines are handed out once, in order, in blocks that end with a newline. A line that has no end
yet stays in the file until it has one. Nothing is handed out twice, however often one asks.
Before each block the bytes that came before it are looked at again, in the same read: a file
that was cut or rewritten gives nothing more, and says so.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
from collections.abc import Iterator

import msgspec

from watcher.follow.generation import Ended, Generation
from watcher.follow.identity import ANCHOR, BEGINNINGS, Look, digest, digests, fits, identify, look

BLOCK = 512 * 1024  # bytes of one read: stays in cache, and numpy is called seldom
LONGEST_LINE = BLOCK  # bytes; a longer one is dropped whole, so that it never has to be held
LOOKED_THROUGH = 4 * BLOCK  # bytes that are searched for a line that can be held
SPARE = 4096  # bytes asked for behind what is there: room for a whole block costs 14 us
PAD = 4096  # bytes at the end of a file that tell whether it was made larger than it is full

NULS = re.compile(rb"\0{3,}")  # what was never written reads as NULs; UTF-16 has two in a row


class NotAFileError(OSError):
    """The path is a directory, a pipe or a device: nothing that could be followed."""


class Block(msgspec.Struct, frozen=True):
    """Complete lines, each with its newline, or one that was too long to be held."""

    data: bytes
    modified: float  # Unix seconds when the file was last written to
    overlong: int = 0  # lines that were dropped


NOTHING = Block(b"", 0.0)
PLACE = ("offset", "cut", "at_end", "consumed", "_skipping", "_anchor")


class Source:
    """An open file and the offset up to which its lines have been handed out."""

    def __init__(self, path: str) -> None:
        """Open `path` for reading; raises OSError."""
        flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
        self.path = path
        self._fd = os.open(path, flags)
        try:
            if not stat.S_ISREG(os.fstat(self._fd).st_mode):
                raise NotAFileError(f"{path} is not a regular file")
            self.identity = identify(self._fd)
            self.opened = self.look()  # when it was opened
            self.real = os.path.realpath(path)
        except OSError:
            os.close(self._fd)
            raise
        self.limit = sys.maxsize  # bytes; nothing behind it is read
        self.cut = False  # whether what was read is no longer what the file says
        self.at_end = False  # whether the end was reached
        self.consumed = 0  # nanoseconds since the epoch: of the file when a line was consumed
        self.restart()

    def restart(self) -> None:
        """Read from the beginning."""
        self._saved: Generation | None = None  # where it was left, if it says something else now
        self.offset = 0  # bytes
        self.cut = self._skipping = False  # skipping: inside a line that is too long
        self._anchor = b""  # the bytes before the offset
        self._begin(b"")

    def seek(self, offset: int) -> None:
        """Read on from there, the beginning of a line."""
        self.restart()
        self._begin(self._pread(ANCHOR, 0))
        before = min(ANCHOR, offset)
        self._anchor = self._pread(before, offset - before)
        self.offset = offset

    def resume(self, saved: Generation) -> None:
        """Read on where `saved` was left; cut, if this file does not continue it."""
        self.seek(saved.offset)
        self._skipping, self.consumed = saved.skipping, saved.modified
        if saved.offset:
            short = len(self._anchor) < min(ANCHOR, saved.offset)
            self.cut = short or digest(self._anchor) != saved.anchor
        elif saved.covers:
            self.cut = not self.begins(saved.head, saved.covers)
        else:
            self._begin(b"")  # it was empty, and whether it is still the same nobody knows
        self._saved = saved if self.cut else None

    def generation(self, path: bytes) -> Generation:
        """How far it was read, as one of `path`."""
        if self._saved is not None:
            return self._saved
        return Generation(
            path=path,
            inode=self.identity.inode,
            born=self.identity.born,
            file=os.fsencode(self.real),
            offset=self.offset,
            anchor=digest(self._anchor),
            head=self._frozen or digests(self._head),
            covers=self._covers,
            skipping=self._skipping,
            at_end=self.at_end,
            modified=self.consumed,
        )

    def ended(self) -> Ended:
        """By what it will be known again when it was read to its end."""
        known = self._frozen or digests(self._head), self._covers
        head, covers = known if self._covers else self.first()
        return Ended(*self.identity, head, covers, self.size, self.look().modified)

    def first(self) -> tuple[bytes, int]:
        """The digests of its first bytes as they are now, and how many they are."""
        data = self._pread(ANCHOR, 0)
        return digests(data), len(data)

    def head(self, size: int) -> bytes:
        """Its first bytes as they are now, at most so many."""
        return self._pread(size, 0)

    def anchor_at(self, offset: int) -> bytes:
        """The digest of the bytes before an offset."""
        before = min(ANCHOR, offset)
        return digest(self._pread(before, offset - before))

    def begins(self, head: bytes, covers: int, at: int = 0) -> bool:
        """Whether `head` are the digests of the first so many bytes, or of those that follow."""
        data = self._pread(covers, at)
        return 0 < covers == len(data) and digests(data) == head

    def may_begin(self, head: bytes, covers: int) -> bool:
        """Whether what there is of the first so many bytes does not speak against it."""
        data = self._pread(covers or 1, 0)
        if not covers:  # it began with NULs
            return not data.strip(b"\0")
        return fits(data, head) if len(data) < covers else digests(data) == head

    def says(self, saved: Generation) -> bool:
        """Whether it says what was read of `saved`, or enough of its beginning to tell."""
        if not saved.covers or not self.reaches(min(saved.offset, BEGINNINGS[0])):
            return False
        whole = not self.reaches(saved.offset) or self.anchor_at(saved.offset) == saved.anchor
        return whole and self.reaches(1) and self.may_begin(saved.head, saved.covers)

    def reaches(self, offset: int) -> bool:
        """Whether it holds so many bytes."""
        return not offset or bool(self._pread(1, offset - 1))

    def repeats(self, other: Source) -> bool:
        """Whether it says what `other` says, as far as it goes: a copy that is being made."""
        size = self.size
        first, last = min(ANCHOR, size), max(0, size - ANCHOR)
        return 0 < size <= other.size and all(
            self._pread(first, at) == other._pread(first, at) for at in (0, last)
        )

    def look(self) -> Look:
        """What is true of the file now."""
        return look(self._fd)

    @property
    def modified(self) -> float:
        """Unix seconds when the file was last written to."""
        return self.look().modified / 1e9

    @property
    def size(self) -> int:
        """Bytes of the file now."""
        return self.look().size

    def blocks(self, seen: Look | None = None) -> Iterator[Block]:
        """All complete lines from the offset to the end of the file as it is now.

        `seen`: a look at it just before; where that still holds there is no need of another.
        """
        self.at_end = False
        room = 0 if seen is None else seen.size - self.offset + SPARE
        most = room if SPARE <= room < BLOCK else BLOCK
        while not self.cut and (data := self._fetch(most)):
            still = seen is not None and self.offset + len(data) == seen.size
            block = self._step(data, seen if still else None)
            if block is None:
                break
            if block is not NOTHING:
                yield block
            if len(data) < most and not block.overlong:
                break
            most = BLOCK
        self.at_end = not self.cut

    def ahead(self) -> Iterator[bytes]:
        """The data that `blocks` would hand out, which it still will."""
        before = {name: getattr(self, name) for name in PLACE}
        try:
            for block in self.blocks():
                yield block.data
        finally:
            vars(self).update(before)

    def up_to(self, offset: int) -> Iterator[bytes]:
        """What was handed out up to there, once more."""
        self.restart()
        self.limit = offset
        yield from (block.data for block in self.blocks())

    def rest(self) -> Block:
        """The last line, which never got its newline; for a generation that has ended."""
        data = b"" if self.cut else self._fetch()
        modified = self._advance(data)
        skipped, self._skipping = self._skipping, False
        if skipped:
            return Block(b"", modified, overlong=1)
        data = NULS.sub(b"", data).rstrip(b"\0")
        return Block(data + b"\n" if data and not data.endswith(b"\n") else data, modified)

    def line_at(self, offset: int) -> tuple[int, bytes] | None:
        """The first complete line that begins there or later, with its newline, and where."""
        at, inside = max(0, offset - 1), offset > 0
        while at < offset + LOOKED_THROUGH:
            data = self._pread(BLOCK, at)
            begin = data.find(b"\n") + 1 if inside else 0
            end = data.find(b"\n", begin) + 1
            if end:
                return at + begin, NULS.sub(b"", data[begin:end])
            if len(data) < BLOCK:
                return None
            inside = not begin
            at += begin or len(data)
        return None

    def close(self) -> None:
        """Give the descriptor back."""
        os.close(self._fd)

    def _pread(self, size: int, offset: int) -> bytes:
        return os.pread(self._fd, size, offset)

    def _fetch(self, most: int = BLOCK) -> bytes:
        """The bytes behind the offset; none, where those before it are not what was read."""
        anchor, offset = self._anchor, self.offset
        before = len(anchor)
        data = self._pread(before + min(most, self.limit - offset), offset - before)
        if not data.startswith(anchor):
            self.cut = True
            return b""
        if offset < ANCHOR:
            self._begin(data)  # which then are all bytes of the file
        return data[before:]

    def _begin(self, data: bytes) -> None:
        """These are the first bytes of the file, so far."""
        head = data[:ANCHOR].rstrip(b"\0")  # its writer is still to fill the rest
        self._covers = len(head)
        self._frozen = digests(head) if len(head) == ANCHOR else b""
        self._head = b"" if self._frozen else head

    def _step(self, data: bytes, seen: Look | None) -> Block | None:
        """Consume what is complete; None: nothing is, before more is written."""
        if not data[0] and not data.strip(b"\0"):
            return self._leap(len(data))
        end = (data.find(b"\n") if self._skipping else data.rfind(b"\n")) + 1
        if end:
            return self._consume(data[:end], seen)
        waits = len(data) < LONGEST_LINE and not self._skipping
        if waits or (not data[-1] and self._is_padded()):
            return None
        nuls = 0 if self._skipping else len(data) - len(data.lstrip(b"\0"))
        self._advance(data[:nuls] or data)
        self._skipping = not nuls  # a line may be short behind many NULs
        return NOTHING

    def _consume(self, data: bytes, seen: Look | None) -> Block:
        full = self._filled(data) if 0 in data else data
        modified = self._advance(data, seen)
        if self._skipping:
            self._skipping = False
            return Block(b"", modified, overlong=1)
        return Block(full, modified)

    def _filled(self, data: bytes) -> bytes:
        """What follows, without what was never written."""
        hollow = self._anchor.endswith(b"\0") or not self.offset
        data = NULS.sub(b"", data)
        return data.lstrip(b"\0") if hollow and data.startswith(b"\0\0") else data

    def _advance(self, data: bytes, seen: Look | None = None) -> float:
        """Move behind `data`; Unix seconds when the file was last written to."""
        self.offset += len(data)
        self._anchor = (self._anchor + data[-ANCHOR:])[-ANCHOR:]
        self.consumed = (seen or self.look()).modified
        return self.consumed / 1e9

    def _leap(self, size: int) -> Block | None:
        """Over NULs that something follows: a file was cut under a writer that went on behind."""
        to = self._data_from(self.offset)
        if to == self.offset:
            to = to + size if size == BLOCK and not self._is_padded() else 0
        if not to:
            return None
        skipping, self._skipping = self._skipping, False
        consumed = self.consumed
        self.seek(to)
        self._skipping, self.consumed = skipping, consumed
        return NOTHING

    def _data_from(self, offset: int) -> int:
        """Where the first bytes are that were ever written; 0: nowhere."""
        try:
            return os.lseek(self._fd, offset, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:
                return 0
            return offset  # a file system that does not say

    def _is_padded(self) -> bool:
        """Whether the file ends in NULs, which its writer is still to fill."""
        return not self._pread(PAD, max(0, self.size - PAD)).strip(b"\0")
