"""Who a file is: what stays the same while a file is only appended to.

While its descriptor is held, the inode number of a file cannot be given to another, so
(device, inode) is enough to see that a path has moved on to a new file. The bytes before the
offset (the anchor) tell a file that was appended to from one that was rewritten in place.
"""

from __future__ import annotations

import os
from typing import NamedTuple

ANCHOR = 1024  # bytes; logs repeat themselves, so a few would prove little


class Identity(NamedTuple):
    """The file behind a path or a descriptor."""

    device: int
    inode: int


class Look(NamedTuple):
    """What one stat tells: equal looks mean that nothing happened in between."""

    identity: Identity
    size: int  # bytes
    modified: int  # nanoseconds since the epoch


def look(file: int | str) -> Look:
    """The file at a path, or behind a descriptor; raises OSError."""
    stat = os.stat(file)
    return Look(Identity(stat.st_dev, stat.st_ino), stat.st_size, stat.st_mtime_ns)
