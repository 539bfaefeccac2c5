"""Several paths as one endless run of complete lines, for logs that are merged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from watcher.follow.generation import Generation
from watcher.follow.source import Block
from watcher.follow.tailer import Tailer


class Tailers:
    """Follows all of them; like a Tailer to those who ask."""

    def __init__(self, first: Tailer) -> None:
        self._each = [first]

    def add(
        self, path: str, rotated: Sequence[str] = (), saved: Sequence[Generation] = ()
    ) -> Tailer:
        """One more. Of `saved`, those of other paths are left out."""
        self._each.append(Tailer(path, rotated, saved))
        return self._each[-1]

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

    @property
    def lost(self) -> int:
        """Generations that are known to be lost, since the logs were first seen."""
        return sum(tailer.lost for tailer in self._each)

    def quiet(self) -> bool:
        """Whether one look at the disk shows nothing to do; costs a stat each at most."""
        return all(tailer.quiet() for tailer in self._each)

    def blocks(self, now: float) -> Iterator[Block]:
        """Everything new, one path after the other."""
        for tailer in self._each:
            yield from tailer.blocks(now)

    def generations(self) -> tuple[Generation, ...]:
        """What a restart needs to know of all of them."""
        return tuple(one for tailer in self._each for one in tailer.generations())

    def ahead(self) -> Iterator[bytes]:
        """What is still to come of the files as they are now; it stays where it is."""
        for tailer in self._each:
            yield from tailer.ahead()

    def idle_close(self) -> bool:
        """Give back the descriptors of files that do not change; False: there were none."""
        return sum(tailer.idle_close() for tailer in self._each) > 0

    def close(self) -> None:
        """Give all descriptors back."""
        for tailer in self._each:
            tailer.close()
