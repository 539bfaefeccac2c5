"""One path as one endless run of complete lines, whatever happens to the file behind it.

Asking twice is harmless: what is on disk decides, never what was announced. A file that was
renamed away is read to its end, and for a while after, because its writer may not have noticed.
"""

from __future__ import annotations

from collections.abc import Iterator

from watcher.follow.identity import Look, look
from watcher.follow.source import Block, Source

LINGER = 5.0  # seconds without growth, before a file that was renamed away counts as ended
MOST_DRAINING = 8  # files per path that were renamed away and may still grow


class Draining:
    """A generation whose path has moved on."""

    def __init__(self, source: Source, now: float) -> None:
        self.source = source
        self.grown = now  # when its last line came, on the caller's clock

    def blocks(self, now: float) -> Iterator[Block]:
        """What its writer still adds."""
        for block in self.source.blocks():
            self.grown = now
            yield block


class Tailer:
    """Follows one path. `now` is any clock in seconds that never goes back."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problem = ""  # why there is nothing to read, in words; empty: there is
        self.opened = False  # whether a file was ever read to its end
        self._live: Source | None = None
        self._draining: list[Draining] = []
        self._seen: Look | None = None  # the path when it was last read to the end

    def quiet(self) -> bool:
        """Whether one look at the disk shows nothing to do; costs a stat."""
        seen = self._look()
        readable = seen is None or self._live is not None
        return readable and seen == self._seen and not self._draining

    def blocks(self, now: float) -> Iterator[Block]:
        """Everything new, oldest generation first, up to the end of every file."""
        try:
            yield from self._blocks(now)
        except OSError as error:  # a bad disk is a state: what was read stays, the rest waits
            self.problem = error.strerror or str(error)

    def _blocks(self, now: float) -> Iterator[Block]:
        seen = self._look()
        self._reconcile(seen, now)
        for old in list(self._draining):
            yield from old.blocks(now)
            if now - old.grown >= LINGER or len(self._draining) > MOST_DRAINING:
                yield from self._end(old)
        if self._live is not None:
            yield from self._live.blocks()
            self.opened = True
        self._seen = seen

    @property
    def paths(self) -> list[str]:
        """Those that are followed: one."""
        return [self.path]

    def ahead(self) -> Iterator[bytes]:
        """What is still to come of the file as it is now; it stays where it is."""
        if self._live is not None:
            yield from self._live.ahead()

    def close(self) -> None:
        """Give all descriptors back."""
        for old in self._draining:
            old.source.close()
        if self._live is not None:
            self._live.close()
        self._draining, self._live, self._seen = [], None, None

    def _look(self) -> Look | None:
        try:
            return look(self.path)
        except OSError as error:
            self.problem = error.strerror or str(error)
            return None

    def _reconcile(self, seen: Look | None, now: float) -> None:
        if self._live is not None and (seen is None or seen.identity != self._live.identity):
            self._draining.append(Draining(self._live, now))
            self._live = None
        if self._live is not None and not self._live.intact():
            self._live.close()
            self._live = None
        if self._live is None and seen is not None:
            self._open()

    def _open(self) -> None:
        try:
            self._live = Source(self.path)
            self.problem = ""
        except OSError as error:
            self.problem = error.strerror or str(error)

    def _end(self, old: Draining) -> Iterator[Block]:
        rest = old.source.rest()
        old.source.close()
        self._draining.remove(old)
        if rest.data or rest.overlong:
            yield rest
