"""Which generations of a path are accounted for, so that none is read twice and none is missed.

A generation is known by its identity, whatever it is called. A copy of it, compressed or not, is
known by its head together with its size or its time: heads alone are alike in many a log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from watcher.follow.generation import Ended, Generation
from watcher.follow.identity import A_TIME, Identity
from watcher.follow.siblings import SECOND, Sibling
from watcher.follow.source import Source

MOST_ENDED = 24  # generations that are remembered; older ones are told by their time


class Ledger:
    """What was read of one path, apart from what is being read."""

    __slots__ = ("ended", "lost", "newest", "upto")

    def __init__(self, saved: Generation | None = None) -> None:
        self.ended = saved.ended if saved else ()
        self.upto = saved.upto if saved else 0  # ns: birth of the newest copy accounted for
        self.newest = saved.modified if saved else 0  # ns: nothing that was read is younger
        self.lost = saved.lost if saved else 0

    def on(self, live: Generation) -> Generation:
        """`live`, with what holds for its path."""
        return replace(
            live,
            modified=max(self.newest, live.modified),
            upto=self.upto,
            lost=self.lost,
            ended=self.ended,
        )

    def consume(self, modified: int) -> None:
        """A line of a file was consumed that was written to at that time, in nanoseconds."""
        self.newest = max(self.newest, modified)

    def begin(self, found: Sequence[Sibling]) -> None:
        """All of these, newest first, were there before the log was first seen."""
        newest = max((one.written for one in found), default=0) // SECOND
        for one in [one for one in reversed(found) if one.written // SECOND == newest]:
            self.pass_over(one)  # the others are told by their time
        self.upto = max([self.upto, *(one.order for one in found if not one.compressed)])

    def pass_over(self, sibling: Sibling) -> None:
        """That one needs not be read."""
        try:
            self.end(sibling.ended())
        except OSError:  # then it is told by its time
            self.consume(sibling.written)

    def end(self, ended: Ended) -> None:
        """That one was read."""
        self.ended = (*self.ended, ended)[-MOST_ENDED:]
        self.consume(ended.modified)

    def skip_what_was_read(self, source: Source) -> None:
        """Of a file that is back at its path, only what was added since is read."""
        for one in self.ended:
            if one.identity == source.identity and source.begins(one.head, one.covers):
                source.seek(one.size if source.reaches(one.size) else 0)

    def account(self, identity: Identity) -> None:
        """Copies born before that one are not looked for any more."""
        if identity.born > A_TIME:
            self.upto = max(self.upto, identity.born)

    def unknown(
        self,
        found: Iterable[Sibling],
        held: Iterable[Ended],
        waiting: Iterable[Generation],
        known: Iterable[Identity],
    ) -> list[Sibling]:
        """Those that are neither read nor about to be, oldest first.

        `held`: that are open; `waiting`: that are to be; `known`: that are known in other ways.
        """
        held, waiting = list(held), list(waiting)
        oldest = min([self.newest, *(one.modified for one in waiting)]) // SECOND
        found = [one for one in found if not one.compressed or one.written // SECOND >= oldest]
        names = {one.identity for one in held} | {one.identity for one in waiting} | set(known)
        found = [one if one.identity in names else self._marked(one) for one in found]
        here = {one.identity: one for one in found}
        names |= {one.identity for one in self.ended if not _is_rewritten(one.identity, here)}
        elsewhere = [one for one in held if one.identity not in here]
        elsewhere += [one for one in self.ended if not _is_here(one, here)]
        left = [one for one in reversed(found) if one.identity not in names]
        left = [one for one in left if not any(map(one.is_copy_of, elsewhere))]
        return sorted(left, key=lambda one: one.order)

    def last_read(self, identity: Identity) -> Ended | None:
        """What that file said when it was last read to its end."""
        return next((one for one in reversed(self.ended) if one.identity == identity), None)

    def _marked(self, one: Sibling) -> Sibling:
        """It, told whether it was written over since it was read."""
        read = self.last_read(one.identity)
        return one._replace(rewritten=read is not None and not one.still_says(read))


def _is_rewritten(identity: Identity, here: Mapping[Identity, Sibling]) -> bool:
    return identity in here and here[identity].rewritten


def _is_here(ended: Ended, here: Mapping[Identity, Sibling]) -> bool:
    """Whether what was read then is where it was read."""
    one = here.get(ended.identity)
    return one is not None and one.still_says(ended)
