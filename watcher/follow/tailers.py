"""Several paths as one endless run of complete lines, for logs that are merged."""

from __future__ import annotations

from collections.abc import Iterator

from watcher.follow.source import Block
from watcher.follow.tailer import Tailer


class Tailers:
    """Follows all of them; like a Tailer to those who ask."""

    def __init__(self, first: Tailer) -> None:
        self._each = [first]

    def add(self, path: str) -> None:
        """One more."""
        self._each.append(Tailer(path))

    @property
    def paths(self) -> list[str]:
        """Those that are followed."""
        return [tailer.path for tailer in self._each]

    @property
    def problem(self) -> str:
        """Why some path cannot be read, in words; empty: all can."""
        return next((tailer.problem for tailer in self._each if tailer.problem), "")

    @property
    def opened(self) -> bool:
        """Whether any file was ever read to its end."""
        return any(tailer.opened for tailer in self._each)

    def quiet(self) -> bool:
        """Whether one look at the disk shows nothing to do; costs a stat each at most."""
        return all(tailer.quiet() for tailer in self._each)

    def blocks(self, now: float) -> Iterator[Block]:
        """Everything new, one path after the other."""
        for tailer in self._each:
            yield from tailer.blocks(now)

    def ahead(self) -> Iterator[bytes]:
        """What is still to come of the files as they are now; it stays where it is."""
        for tailer in self._each:
            yield from tailer.ahead()

    def close(self) -> None:
        """Give all descriptors back."""
        for tailer in self._each:
            tailer.close()
