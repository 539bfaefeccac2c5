"""A state directory has one owner at a time, however that owner ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

LOCK = ".lock"  # the file, in no folder taken for a log; in it the process id of who holds it


class StateError(OSError):
    """The state directory cannot be used: in use, or written by a newer version."""


def owned(directory: Path) -> int:
    """A descriptor that holds the lock of a directory, which is made; StateError says why not."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _locked(directory / LOCK)
    except StateError:
        raise
    except OSError as error:
        raise StateError(f"{directory}: cannot hold the state: {error.strerror}") from error


def _locked(path: Path) -> int:
    """A descriptor that holds the lock; raises StateError naming who holds it already."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(lock, 20, 0).decode("ascii", "replace").strip() or "unknown"
        os.close(lock)
        raise StateError(
            f"{path.parent}: in use by another watcher, process {holder}: stop it first,"
            " or name another directory with --state, or use --no-state"
        ) from None
    os.truncate(lock, 0)
    os.pwrite(lock, b"%d\n" % os.getpid(), 0)
    return lock
