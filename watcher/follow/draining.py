"""A generation whose path has moved on, and which may still grow for a while."""

from __future__ import annotations

from collections.abc import Iterator

from watcher.follow.archive import Archive
from watcher.follow.source import Block, Source

LINGER = 5.0  # seconds without growth, before a file that was renamed away counts as ended
LONGEST = 3600.0  # seconds that a writer may take to notice


class Draining:
    """A source that is read until nobody adds to it any more."""

    def __init__(self, source: Source, now: float) -> None:
        self.source = source
        self._since = self._grown = now  # the latter: when its last line came

    def blocks(self, now: float) -> Iterator[Block]:
        """What its writer still adds."""
        for block in self.source.blocks():
            self._grown = now
            yield block

    def is_over(self, now: float) -> bool:
        """Whether nothing more is to come."""
        still = now - self._grown >= LINGER or now - self._since >= LONGEST
        return still or isinstance(self.source, Archive)
