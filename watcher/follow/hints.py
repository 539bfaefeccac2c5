"""Which paths may have changed: the only door for watchdog.

A hint is a reason to look, nothing more. All of this may fail, at once or silently: then the
scan finds the same changes a little later, and nothing is lost. So nothing here raises.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

MOST_HINTS = 10_000  # waiting paths; past that the oldest are dropped, and the scan finds them

# Without a filter our own reading makes events: 23,000 a second from one appended line.
EVENTS: list[type[FileSystemEvent]] = [
    FileModifiedEvent,
    FileCreatedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    DirCreatedEvent,
    DirMovedEvent,
    DirDeletedEvent,
]

log = logging.getLogger(__name__)


class Watched(NamedTuple):
    """A directory as it was when its watch began: another one at its path needs another."""

    device: int
    inode: int
    deep: bool


class _Handler(FileSystemEventHandler):
    """Runs in the observer's thread: notes the paths and rings."""

    def __init__(self, paths: deque[str], ring: Callable[[], None]) -> None:
        self._paths, self._ring = paths, ring

    def on_any_event(self, event: FileSystemEvent) -> None:
        for path in (event.src_path, event.dest_path):
            if path:
                self._paths.append(os.fsdecode(path))
        self._ring()


class Hints:
    """Watches directories. `ring` is called, in another thread, when there is something."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._paths: deque[str] = deque(maxlen=MOST_HINTS)
        self._handler = _Handler(self._paths, ring)
        self._watches: dict[str, tuple[Watched, ObservedWatch]] = {}  # by real path
        self._observer: BaseObserver | None = None
        self.problems: dict[str, str] = {}  # directory -> why only the scan sees it

    def start(self) -> None:
        """Start the observer; where the machine refuses one, there are no hints."""
        observer = Observer()
        try:
            observer.start()
        except OSError as error:
            log.warning("no change events (%s): logs are looked at every second", error)
            return
        self._observer = observer

    def watch(self, directories: dict[str, bool]) -> bool:
        """Watch these as they are now, those that are True with all that lies below them.

        False: the scan is the only one to see some of them.
        """
        real = {os.path.realpath(path): deep for path, deep in directories.items()}
        deep = tuple(path + os.sep for path in real if real[path])
        apart = {path: real[path] for path in real if not path.startswith(deep)}
        for gone in self._watches.keys() - apart.keys():
            self._forget(gone)
        watched = [self._watch(path, apart[path]) for path in apart]
        return all(watched)

    def _watch(self, path: str, deep: bool) -> bool:
        if self._observer is None:
            return False
        try:
            stat = os.stat(path)
            now = Watched(stat.st_dev, stat.st_ino, deep)
            if path in self._watches and self._watches[path][0] == now:
                return True
            self._forget(path)
            watch = self._observer.schedule(
                self._handler, path, recursive=deep, event_filter=EVENTS
            )
        except OSError as error:
            if self.problems.get(path) != str(error):
                log.warning("%s: no change events, only the scan: %s", path, error)
            self.problems[path] = str(error)
            return False
        self._watches[path] = now, watch
        self.problems.pop(path, None)
        return True

    def _forget(self, path: str) -> None:
        """Stop watching a directory, or what used to be at its path."""
        if path in self._watches and self._observer is not None:
            _, watch = self._watches.pop(path)
            try:
                self._observer.unschedule(watch)
            except (OSError, KeyError) as error:  # its emitter may have ended by itself
                log.info("%s: while forgetting it: %r", path, error)

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._paths)

    def take(self) -> set[str]:
        """The real paths that were hinted at since the last call."""
        paths: set[str] = set()
        while self._paths:
            paths.add(self._paths.popleft())
        return paths

    def stop(self) -> None:
        """End the observer's threads."""
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()
            self._observer = None
