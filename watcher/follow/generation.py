"""What is remembered of the generations of a path: enough to go on after a restart.

Plain values that any store takes. Of what the files say there are only digests.
"""

from __future__ import annotations

import msgspec

from watcher.follow.identity import Identity


class Ended(msgspec.Struct, frozen=True):
    """A generation that was read to its end: it is not to be read again under another name."""

    inode: int
    born: int
    head: bytes
    covers: int  # bytes of the file that the head is the digests of
    size: int  # bytes
    modified: int  # nanoseconds since the epoch

    @property
    def identity(self) -> Identity:
        """Which file it was."""
        return Identity(self.inode, self.born)


class Generation(msgspec.Struct, frozen=True, kw_only=True):
    """How far one generation of one path was read.

    The one that is not draining is what the path leads to, with inode 0 while that is nothing; it
    also carries what holds for the path.
    """

    path: bytes  # of the log, as the file system has it
    inode: int = 0
    born: int = 0
    file: bytes = b""  # where it was opened, without links
    offset: int = 0  # bytes
    anchor: bytes = b""
    head: bytes = b""
    covers: int = 0  # bytes of the file that the head is the digests of
    skipping: bool = False  # inside a line that is too long
    draining: bool = False  # the path has moved on
    copied: bool = False  # it is a copy, made before the file was cut: nothing more is to come
    at_end: bool = False  # nothing more was there when it was last looked at
    modified: int = 0  # nanoseconds since the epoch: of the file when a line was last consumed
    upto: int = 0  # nanoseconds since the epoch: birth of the newest copy accounted for
    lost: int = 0  # generations that could not be read
    ended: tuple[Ended, ...] = ()

    @property
    def identity(self) -> Identity:
        """Which file it is."""
        return Identity(self.inode, self.born)
