"""Who a file is: what stays the same while a file is only appended to.

A file is its inode number and the time it was born: the number alone is given to the next file
as soon as this one is deleted, and the device number changes when a machine starts again. Of
what a file says, only digests are kept: the bytes before the offset (the anchor) tell a file
that was appended to from one that was rewritten, its first bytes (the head) tell a copy.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import struct
from hashlib import blake2b
from typing import NamedTuple

import msgspec

ANCHOR = 1024  # bytes; logs repeat themselves, so a few would prove little
DIGEST = 8  # bytes; one in 10^19 is taken for another
BEGINNINGS = (16, 32, 64, 128, 256, 512)  # bytes: by these a copy that is shorter than what was
# read is told; lines of a day begin alike, so each step of them counts
A_TIME = 1 << 40  # ns, 18 minutes into 1970: what is less is a generation number, not a time

_STATX_SIZE, _STATX_INO, _STATX_BTIME = 256, 32, 80  # bytes: of the struct, and where in it
_AT_FDCWD, _AT_EMPTY_PATH, _WANT_INO, _WANT_BTIME = -100, 0x1000, 0x100, 0x800
_FS_IOC_GETVERSION = 0x80087601  # ext4 with small inodes has no birth times, but this

_LIBC = ctypes.CDLL(None, use_errno=True)
_KNOWS_STATX = hasattr(_LIBC, "statx")  # not musl before 1.2.4


class Identity(NamedTuple):
    """A file, whatever it is called, also after the machine was started again."""

    inode: int
    born: int  # nanoseconds since the epoch; or a number that the file system gave it; or 0


class Look(msgspec.Struct, frozen=True):
    """What one stat tells: equal looks mean that nothing happened in between."""

    device: int
    inode: int
    size: int  # bytes
    modified: int  # nanoseconds since the epoch

    def is_of(self, other: Look) -> bool:
        """Whether both are of one file; while it is open, its number is nobody else's."""
        return self.inode == other.inode and self.device == other.device


def look(file: int | str) -> Look:
    """The file at a path, or behind a descriptor; raises OSError."""
    stat = os.stat(file)
    return Look(stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns)


def identify(file: int | str) -> Identity:
    """Who the file at a path, or behind a descriptor, is; raises OSError."""
    inode, born = _by_statx(file) if _KNOWS_STATX else (os.stat(file).st_ino, 0)
    return Identity(inode, born or _version(file))


def digest(data: bytes) -> bytes:
    """What is remembered of bytes that nobody may read out of the state."""
    return blake2b(data, digest_size=DIGEST).digest()


def digests(head: bytes) -> bytes:
    """Those of ever longer beginnings of `head`, the last of all of it."""
    shorter = (digest(head[:size]) for size in BEGINNINGS if size < len(head))
    return b"".join(shorter) + digest(head)


def fits(data: bytes, known: bytes) -> bool:
    """Whether `known` may be the digests of `data` and what followed it; too few bytes may."""
    sizes = [size for size in BEGINNINGS if size <= len(data)]
    if not sizes:
        return True
    at = DIGEST * (len(sizes) - 1)
    return known[at : at + DIGEST] == digest(data[: sizes[-1]])


def _by_statx(file: int | str) -> tuple[int, int]:
    buffer = ctypes.create_string_buffer(_STATX_SIZE)
    directory, path = (file, b"") if isinstance(file, int) else (_AT_FDCWD, os.fsencode(file))
    flags = _AT_EMPTY_PATH if isinstance(file, int) else 0
    if _LIBC.statx(directory, path, flags, _WANT_INO | _WANT_BTIME, buffer):
        number = ctypes.get_errno()
        if number in (errno.ENOSYS, errno.EPERM):  # an old kernel, or a sandbox that knows none
            return os.stat(file).st_ino, 0
        raise OSError(number, os.strerror(number), None if isinstance(file, int) else file)
    (known,) = struct.unpack_from("=I", buffer)
    (inode,) = struct.unpack_from("=Q", buffer, _STATX_INO)
    seconds, nanoseconds = struct.unpack_from("=qI", buffer, _STATX_BTIME)
    return inode, seconds * 10**9 + nanoseconds if known & _WANT_BTIME else 0


def _version(file: int | str) -> int:
    """The number by which some file systems tell who had an inode before from who has it now."""
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
    fd = file if isinstance(file, int) else os.open(file, flags)
    try:
        return int.from_bytes(fcntl.ioctl(fd, _FS_IOC_GETVERSION, bytes(8))[:4], "little")
    except OSError:
        return 0
    finally:
        if fd != file:
            os.close(fd)
