"""Which directories are watched, and why some are not.

A root is a directory that somebody named. Each directory below a deep root is watched by itself,
so that the refusal of any is seen. Whatever cannot be watched is tried again with each call, and
whatever is not what it was when its watch began is watched anew. Nothing here raises OSError.
"""

from __future__ import annotations

import errno
import os
from collections import deque
from collections.abc import Hashable, Iterable
from itertools import islice
from typing import NamedTuple, Protocol

MOST_DIRECTORIES = 4096  # below all roots: half of what the kernels with the least allow a user
TOO_MANY = f"more than {MOST_DIRECTORIES} directories"
EXHAUSTED = {errno.ENOSPC, errno.ENOMEM}  # these fail for the next directory too


class Observer(Protocol):
    """What can watch single directories."""

    def add(self, path: str) -> Hashable:
        """Watch this one, and give something to end that with; raises OSError."""

    def drop(self, watch: Hashable) -> None:
        """End one, or what is left of it."""


class Inode(NamedTuple):
    """Which directory is at a path."""

    device: int
    number: int


class Watched(NamedTuple):
    """A directory as it was when its watch began."""

    inode: Inode
    watch: Hashable


class Directories:
    """The watches of one observer."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._roots: dict[str, bool] = {}  # real path -> whether what lies below matters
        self._deep: tuple[str, ...] = ()  # what the paths below deep roots start with
        self.roots: dict[str, bool] = {}  # those of them that no other contains
        self._watched: dict[str, Watched] = {}
        self._failed: dict[str, str] = {}  # directory -> why it is not watched
        self._exhausted = ""  # why nothing more can be watched during this call

    def watch(self, directories: dict[str, bool], stirred: Iterable[str]) -> None:
        """Watch these, those that are True with all below; `stirred` are not what they were."""
        self._exhausted = ""
        self._aim(directories)
        for path in sorted(stirred):
            self._renew(path)
        for path in [*self._roots, *self._failed]:
            if not self._fine(path) and not self._hopeless(path):
                self._renew(path)

    def reason(self, root: str) -> str:
        """Why not all of this root is watched; empty: it is."""
        if root in self._failed or not self._roots[root]:
            return self._failed.get(root, "")
        inside = os.path.join(root, "")
        below = (why for path, why in self._failed.items() if path.startswith(inside))
        return next((f"{why}, below it" for why in below), "")

    def _aim(self, directories: dict[str, bool]) -> None:
        roots: dict[str, bool] = {}
        for path, deep in directories.items():
            real = path if path in self._watched else os.path.realpath(path)
            roots[real] = deep or roots.get(real, False)
        if roots == self._roots:
            return
        self._roots = roots
        self._deep = tuple(os.path.join(path, "") for path, deep in roots.items() if deep)
        self.roots = {path: deep for path, deep in roots.items() if not self._below(path)}
        self._forget([path for path in self._watched if not self._wanted(path)])
        self._failed = {path: why for path, why in self._failed.items() if self._wanted(path)}
        for path in [path for path, deep in roots.items() if deep]:
            self._cover(path)

    def _below(self, path: str) -> bool:
        return path.startswith(self._deep) and os.path.join(path, "") not in self._deep

    def _wanted(self, path: str) -> bool:
        return path in self._roots or (path.startswith(self._deep) and not _hidden(path))

    def _fine(self, path: str) -> bool:
        """Whether it is watched. Of changes below a deep root events tell, of others a stat."""
        if path not in self._watched or path in self._failed:
            return False
        told = path not in self.roots and os.path.dirname(path) in self._watched
        return told or not self._replaced(path)

    def _replaced(self, path: str) -> bool:
        try:
            return self._watched[path].inode != _inode(path)
        except OSError:
            return True

    def _hopeless(self, path: str) -> bool:
        if path in self._roots and path not in self._watched:
            return False
        return self._failed.get(path) == TOO_MANY and len(self._watched) >= MOST_DIRECTORIES

    def _renew(self, path: str) -> None:
        if path in self._watched and self._replaced(path):
            inside = os.path.join(path, "")
            self._forget([old for old in self._watched if old == path or old.startswith(inside)])
        if self._wanted(path):
            self._cover(path)
        else:
            self._failed.pop(path, None)

    def _cover(self, top: str) -> None:
        """Watch a directory and, where it matters, all below, the nearest first."""
        deep = os.path.join(top, "").startswith(self._deep)
        waiting = deque([top])
        while waiting:
            path = waiting.popleft()
            if self._add(path) and deep:  # first: what appears from now on is an event
                below, room = _directories(path), MOST_DIRECTORIES - len(waiting)
                waiting.extend(below[:room])
                if len(below) > room:
                    self._failed[path] = TOO_MANY

    def _add(self, path: str) -> bool:
        why, gone = self._exhausted, False
        if path not in self._watched and not why:
            why, gone = self._try(path)
        if why and (path in self._roots or not gone):
            self._failed[path] = why
        else:
            self._failed.pop(path, None)
        return not why

    def _try(self, path: str) -> tuple[str, bool]:
        """Why it cannot be watched, and whether that is only its own affair."""
        if path not in self._roots and len(self._watched) >= MOST_DIRECTORIES:
            return TOO_MANY, False
        try:
            inode = _inode(path)  # first: if it is replaced just now, the next look tells
            self._watched[path] = Watched(inode, self._observer.add(path))
        except OSError as error:
            why = error.strerror or str(error)
            if error.errno in EXHAUSTED:
                self._exhausted = why
            return why, error.errno not in EXHAUSTED
        return "", False

    def _forget(self, paths: list[str]) -> None:
        for path in paths:
            self._observer.drop(self._watched.pop(path).watch)


def _inode(path: str) -> Inode:
    stat = os.stat(path)
    return Inode(stat.st_dev, stat.st_ino)


def _hidden(path: str) -> bool:
    return os.path.basename(path).startswith(".")


def _directories(path: str) -> list[str]:
    """Those directly in this one, but for links and the hidden, which hold no logs."""
    try:
        with os.scandir(path) as entries:
            below = (entry for entry in entries if entry.is_dir(follow_symlinks=False))
            seen = (entry.path for entry in below if not _hidden(entry.path))
            return sorted(islice(seen, MOST_DIRECTORIES + 1))
    except OSError:
        return []
