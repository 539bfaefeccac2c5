"""A generation whose path has moved on, and which may still grow for a while."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from watcher.follow.archive import Archive
from watcher.follow.generation import Ended, Generation
from watcher.follow.source import Block, Source

LINGER = 5.0  # seconds without growth, before a file that was renamed away counts as ended
LONGEST = 3600.0  # seconds that a writer may take to notice


class Draining:
    """A source that is read until nobody adds to it any more."""

    def __init__(self, source: Source, now: float, *, copied: bool = False) -> None:
        self.source, self.copied = source, copied
        self.complete = False  # whether it had been read to its end when it was last looked at
        self._since = self._grown = now  # the latter: when its last line came

    def blocks(self, now: float) -> Iterator[Block]:
        """What its writer still adds."""
        self.complete = self.source.generation(b"").at_end
        for block in self.source.blocks():
            self._grown = now
            yield block

    def generation(self, path: bytes) -> Generation:
        """What a restart needs to know of it, as one of `path`."""
        read = self.source.generation(path)
        return replace(read, draining=True, copied=self.copied, ended=())

    def as_read(self) -> Ended:
        """By what it is known that so much was read of it, whatever it says now."""
        was = self.source.generation(b"")
        return Ended(*was.identity, was.head, was.covers, was.offset, was.modified)

    def is_over(self, now: float) -> bool:
        """Whether nothing more is to come."""
        still = now - self._grown >= LINGER or now - self._since >= LONGEST
        return still or self.copied or isinstance(self.source, Archive)
