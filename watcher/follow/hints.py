"""Which paths may have changed: the only door for watchdog.

A hint is a reason to look, nothing more. All of this may fail, at once or silently: then the
scan finds the same changes a little later, and nothing is lost. So nothing here raises.

Of watchdog only its layer next to the kernel is used. What it builds on that hands each event
through three threads and costs some fifty times as much, dies of directories that move about, and
does not say which directories it could not watch.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import sys
import threading
from collections.abc import Callable, Hashable
from typing import NamedTuple, cast

from watcher.follow.canary import PERIOD, Canary
from watcher.follow.directories import Directories
from watcher.follow.mounts import Mounts

PLUGGED = False  # whether there can be events at all
if sys.platform == "linux":
    with contextlib.suppress(ImportError):
        from watchdog.observers.inotify_c import (
            CallbackId,
            InotifyConstants,
            InotifyEvent,
            InotifyFD,
            Mask,
            WatchDescriptor,
        )

        # Not those of opening and reading, which our own reading would cause for ever.
        CHANGES = (
            InotifyConstants.IN_MODIFY
            | InotifyConstants.IN_ATTRIB
            | InotifyConstants.IN_CREATE
            | InotifyConstants.IN_DELETE
            | InotifyConstants.IN_MOVE
        )
        ITSELF = InotifyConstants.IN_DELETE_SELF | InotifyConstants.IN_MOVE_SELF
        HOW = InotifyConstants.IN_ONLYDIR | InotifyConstants.IN_MASK_ADD
        PLUGGED = True

MOST_HINTS = 10_000  # waiting paths; past that they are not taken in, and the scan finds them
NAP = 0.005  # seconds between two reads, as between two short passes: the kernel merges meanwhile
BUSY, NAP_BUSY = 1e-3, 0.05  # seconds of rest for each event that was read, and at most so; or
REST = 30e-6  # likewise, ten times what it costs: of a flood the rest is a matter of the scan
LEAVING = 1.0  # seconds that a thread may take to end before it is left to itself
HOME = os.path.dirname(__file__)  # is opened to see whether that is heard of: this writes nothing

log = logging.getLogger(__name__)


class Watch(NamedTuple):
    """What ends the watch of a directory."""

    descriptor: WatchDescriptor
    callback: CallbackId


class _Directory:
    """Takes the events of one directory, in the observer's thread."""

    def __init__(self, path: str, observer: _Observer) -> None:
        self._path, self._inside = path, os.path.join(path, "")
        self._observer = observer

    def on_event(self, event: InotifyEvent) -> None:
        path = self._inside + os.fsdecode(event.name) if event.name else self._path
        if event.mask & (CHANGES | ITSELF):
            if event.mask & (ITSELF | InotifyConstants.IN_ISDIR):
                self._observer.stirred[path] = None
            self._observer.hint(path)

    def on_watch_deleted(self, wd: WatchDescriptor) -> None:  # noqa: ARG002
        self._observer.stirred[self._path] = None

    def on_queue_overflow(self) -> None:
        """The observer asks for itself."""


class _Ear:
    """Hears the canary."""

    def __init__(self, observer: _Observer) -> None:
        self._observer = observer

    def on_event(self, event: InotifyEvent) -> None:
        canary = self._observer.canary
        if event.mask & InotifyConstants.IN_OPEN and not canary.heard:  # else others opened it
            canary.heard = True
            self._observer.ring()

    def on_watch_deleted(self, wd: WatchDescriptor) -> None:
        """Then it is lost."""

    def on_queue_overflow(self) -> None:
        """It sings again."""


class _Observer(threading.Thread):
    """Reads events and notes what they are about. Raises OSError where the machine refuses one."""

    def __init__(self, paths: dict[str, None], ring: Callable[[], None]) -> None:
        super().__init__(name="events", daemon=True)
        self._inotify = InotifyFD()  # its own thread is never started: this one takes naps
        self._paths, self.ring = paths, ring
        self._callbacks: dict[CallbackId, object] = {}  # keeps their ids from being reused
        self.stirred: dict[str, None] = {}  # directories that are not what they were
        self.rung = False  # whether nobody has come for the hints since it rang
        self.missed = False  # whether hints were lost
        self.overflowed = False  # whether events were, among them perhaps those of directories
        self.canary = Canary(self._sing)
        self._ear = _Ear(self)
        with contextlib.suppress(OSError):  # then it is never heard, and the scan does it all
            how = Mask(InotifyConstants.IN_OPEN | HOW)
            self._inotify.add_callback(os.fsencode(HOME), how, self._ear, CallbackId(id(self._ear)))

    def run(self) -> None:
        while self._inotify.should_keep_running():
            events = self._inotify.read_events()
            for event in events:
                self._handle(event)
            if self._paths and not self.rung:
                self.rung = True
                self.ring()
            many = len(events)
            self._inotify.stopped_event.wait(max(NAP, min(many * BUSY, NAP_BUSY), many * REST))

    def _handle(self, event: InotifyEvent) -> None:
        if event.is_queue_overflow:
            self.missed = self.overflowed = True
        else:
            self._inotify.handle_event(event)

    def hint(self, path: str) -> None:
        """Note a path."""
        if len(self._paths) < MOST_HINTS:
            self._paths[path] = None
        else:
            self.missed = True

    def add(self, path: str) -> Watch:
        """Watch one directory; raises OSError."""
        directory = _Directory(path, self)
        mask = Mask(CHANGES | ITSELF | HOW | InotifyConstants.IN_DONT_FOLLOW)
        id_ = CallbackId(id(directory))
        descriptor = self._inotify.add_callback(os.fsencode(path), mask, directory, id_)
        self._callbacks[id_] = directory
        watch = Watch(descriptor, id_)
        if descriptor == -1:  # so it says, instead of raising
            self.drop(watch)
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return watch

    def drop(self, watch: Hashable) -> None:
        """End the watch of one directory."""
        descriptor, id_ = cast("Watch", watch)
        with contextlib.suppress(OSError):
            self._inotify.remove_callbacks([(descriptor, id_)])
        self._callbacks.pop(id_, None)

    def stop(self) -> None:
        """End; a thread that does not is left alone."""
        self._inotify.stop()
        if self.is_alive():
            self.join(LEAVING)

    def _sing(self) -> None:
        with contextlib.suppress(OSError):
            os.close(os.open(HOME, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))


class Hints:
    """Watches directories. `ring` is called, in another thread, when there is something.

    Each root is in one of two modes: events, or scan with the reason. All but `modes` is for one
    thread, the caller's.
    """

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._paths: dict[str, None] = {}
        self._mounts = Mounts()
        self._observer: _Observer | None = None
        self._directories: Directories | None = None
        self._started = False
        self._trouble = "no change events"  # what keeps all roots from having events
        self._missed = False
        self._retry = 0.0  # on the caller's clock
        self._modes: dict[str, str] = {}
        self._told: dict[str, str] = {}  # problems as they were last logged
        self.problems: dict[str, str] = {}  # directory -> why only the scan sees it
        self.revived = 0  # times that the observer fell silent and another took its place

    def start(self) -> None:
        """Start the observer; where the machine refuses one, there are no hints."""
        self._started = PLUGGED
        if PLUGGED:
            self._open()
            self._trouble = "" if self._observer else self._trouble
        if self._trouble:
            log.warning("%s: logs are looked at every second", self._trouble)

    def watch(self, directories: dict[str, bool]) -> bool:
        """Watch these as they are now, those that are True with all that lies below them.

        False: the scan is the only one to see some of them.
        """
        reasons = self._watched(directories)
        if not self._trouble:  # that is told by itself, once for all roots
            self._tell({path: why for path, why in reasons.items() if why})
        self.problems = {path: why for path, why in reasons.items() if why}
        self._modes = {path: f"scan: {why}" if why else "events" for path, why in reasons.items()}
        return not self.problems

    def tend(self, clock: float) -> None:
        """See that the observer still works, and replace it if not; costs nothing mostly.

        `clock` never goes back. To be called about once a second, and after a ring.
        """
        observer = self._observer
        if observer and not self._paths:
            observer.rung = False  # it rang for what had just been taken
        if observer is None:
            if self._started and clock >= self._retry:
                self._revive(self._trouble, clock)
        elif not observer.is_alive():
            self._revive("the observer of events has ended", clock)
        elif observer.canary.lost(clock):
            self._revive("events have ceased to arrive", clock)
        elif self._trouble and observer.canary.well:
            log.info("events arrive again")
            self._trouble = ""

    @property
    def lag(self) -> float:
        """Seconds from a change to the next `tend`, as last tried."""
        return self._observer.canary.lag if self._observer else 0.0

    def modes(self) -> dict[str, str]:
        """For each root "events", or "scan: " and the reason; for any thread."""
        return self._modes

    def missed(self) -> bool:
        """Whether hints were lost since the last call, so that a scan is worth its while."""
        missed, self._missed = self._missed, False
        if self._observer and self._observer.missed:
            self._observer.missed, missed = False, True
        return missed

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._paths)

    def take(self) -> set[str]:
        """The real paths that were hinted at since the last call."""
        if self._observer:
            self._observer.rung = False  # before they are taken: what comes now rings again
        return _emptied(self._paths)

    def stop(self) -> None:
        """End the observer's thread."""
        self._started = False
        self._close()
        self._mounts.close()

    def _watched(self, directories: dict[str, bool]) -> dict[str, str]:
        """Why the scan is needed, for each root that is watched now; empty: it is not."""
        observer, watched = self._observer, self._directories
        if observer is None or watched is None:
            return dict.fromkeys(directories, self._trouble)
        if observer.overflowed:
            observer.overflowed = False
            watched.watch({}, ())  # begin anew: who knows which have moved
        watched.watch(directories, self._mounts.look() | _emptied(observer.stirred))
        return {
            path: self._trouble or watched.reason(path) or self._mounts.silent(path, deep)
            for path, deep in watched.roots.items()
        }

    def _tell(self, problems: dict[str, str]) -> None:
        """Log what has changed, once."""
        for path, why in problems.items():
            if self._told.get(path) != why:
                log.warning("%s: not all changes are events, it is scanned: %s", path, why)
        for path in self._told.keys() - problems.keys():
            log.info("%s: no longer scanned for want of events", path)
        self._told = problems

    def _open(self) -> None:
        try:
            observer = _Observer(self._paths, self._ring)
            observer.start()
        except (OSError, RuntimeError) as error:  # no more descriptors, instances, threads
            self._trouble = f"no change events ({getattr(error, 'strerror', '') or error})"
            return
        self._observer, self._directories = observer, Directories(observer)

    def _close(self) -> None:
        if self._observer is not None:
            self._observer.stop()
        self._observer = self._directories = None

    def _revive(self, why: str, clock: float) -> None:
        """Put another observer in the place of one that does not work."""
        if clock < self._retry:
            return
        self._retry = clock + PERIOD
        before, self._trouble, self._missed = self._trouble, why, True
        self._close()
        self._open()
        self.revived += self._observer is not None
        if self._trouble != before:
            log.warning("%s: logs are looked at every second until they do again", self._trouble)


def _emptied(paths: dict[str, None]) -> set[str]:
    """Take all out of what another thread puts into."""
    taken = set()
    while paths:
        taken.add(paths.popitem()[0])
    return taken
