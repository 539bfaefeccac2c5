"""One path as one endless run of complete lines, whatever happens to the file behind it.

Asking twice is harmless: what is on disk decides, never what was announced. Three rules:

1. The path leads to another file: the one before is read to its end, and for a while after,
   because its writer may not have noticed. Rotated siblings born in between are read first.
2. The file was cut or rewritten: what it had said is looked for in the copies made since.
3. After a restart, a file that is no longer at its path is looked for among the siblings.

What `generations` says is true at any moment between two blocks: whoever keeps it together with
what the blocks said, and gives it back after a restart, gets every line once.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence

from msgspec.structs import replace

from watcher.follow.archive import refuse_packed
from watcher.follow.draining import Draining
from watcher.follow.generation import Generation
from watcher.follow.identity import ANCHOR, Look, look
from watcher.follow.ledger import Ledger
from watcher.follow.missing import (
    Missing,
    by_content,
    by_identity,
    copies,
    is_being_copied,
    is_copied_from,
    is_written_over,
    pass_over_added,
    unseen,
    woken,
)
from watcher.follow.siblings import Sibling, siblings
from watcher.follow.source import Block, Source

MOST_DRAINING = 8  # files per path that were renamed away and may still grow
MOST_CUTS = 3  # of a file within one look; the next look finds the rest
LONGEST_PAUSE = 64.0  # seconds between tries to read from a bad disk

# What to do with a log that was never seen: gets its open file, which may be told where to begin,
# and its rotated siblings, the newest first; says what is to be read before it, oldest first.
AtFirstSight = Callable[[Source, Sequence[Sibling]], Sequence[Generation]]

log = logging.getLogger(__name__)


class Tailer:
    """Follows one path. `now` is any clock in seconds that never goes back."""

    def __init__(
        self, path: str, rotated: Sequence[str] = (), saved: Sequence[Generation] = ()
    ) -> None:
        """`rotated`: directories that old generations are moved to.

        `saved`: what `generations` said when it was last kept; those of other paths are left out.
        """
        self.path, self.rotated = path, tuple(rotated)
        self.at_first_sight: AtFirstSight | None = None
        self.problem = ""  # why there is nothing to read, in words; empty: there is
        self._name = os.fsencode(path)
        own = [one for one in saved if one.path == self._name]
        self.opened = bool(own)  # whether a file was ever read to its end
        self._met = self._restored = bool(own)  # first seen before; not a whole look since then
        last = next((one for one in own if not one.draining), None)
        self._ledger = Ledger(last)
        self._born = last.born if last else 0  # of the newest file that was at the path
        self._asleep = last if last and last.inode else None  # what was at it, not open now
        self._waiting = [Missing(one) for one in own if one.draining]
        self._live: Source | None = None
        self._draining: list[Draining] = []
        self._seen: Look | None = None  # the path when it was last read to the end
        self._looked = False  # whether it was, without a problem
        self._pause = self._until = 0.0  # seconds: before the next try, and when that is

    @property
    def paths(self) -> list[str]:
        """Those that are followed: one."""
        return [self.path]

    @property
    def lost(self) -> int:
        """Generations that are known to be lost, since the log was first seen."""
        return self._ledger.lost

    def quiet(self) -> bool:
        """Whether one look at the disk shows nothing to do; costs a stat."""
        try:
            seen = self._look()
        except OSError:
            return False
        return self._looked and seen == self._seen and not self._draining and not self._waiting

    def blocks(self, now: float) -> Iterator[Block]:
        """Everything new, oldest generation first, up to the end of every file."""
        if now < self._until:
            return
        try:
            seen, live = self._look(), self._live
            is_there = live is not None and seen is not None and seen.is_of(live.opened)
            if not is_there:
                self._reconcile(seen, now)
            if self._draining or self._waiting or self._live is None:
                yield from self._others(seen, now)
            if self._live is not None and not self._waiting:
                yield from self._read(self._live, seen if is_there else None, now)
            self.problem = self.problem if seen is None else ""
            if not self._waiting:  # else nobody has read what is at the path
                self._seen, self._restored = seen, False
            self._looked, self._pause = True, 0.0
        except OSError as error:  # a bad disk is a state: what was read stays, the rest waits
            self.problem = error.strerror or str(error)
            self._looked = False
            self._until = now + self._pause
            self._pause = min(LONGEST_PAUSE, max(1.0, 2 * self._pause))

    def generations(self) -> tuple[Generation, ...]:
        """What a restart needs to know; nothing before the log was first seen."""
        if not self._met:
            return ()
        draining = (one.generation(self._name) for one in self._draining)
        return (self._state(), *draining, *(one.generation for one in self._waiting))

    def ahead(self) -> Iterator[bytes]:
        """What is still to come of the file as it is now; it stays where it is."""
        if self._live is not None:
            yield from self._live.ahead()

    def idle_close(self) -> bool:
        """Give the descriptor back until the file changes; not while `blocks` is being read."""
        if self._live is None or self._draining or self._waiting:
            return False
        self._asleep = self._state()
        self._live.close()
        self._live = None
        return True

    def close(self) -> None:
        """Give all descriptors back."""
        for old in self._draining:
            old.source.close()
        if self._live is not None:
            self._live.close()
        self._draining, self._live, self._seen, self._looked = [], None, None, False

    def _others(self, seen: Look | None, now: float) -> Iterator[Block]:
        """What is to be read before the file that is at the path, which is opened then."""
        yield from self._drain(now)
        yield from self._catch_up(now)
        if self._live is None and self._asleep is None and seen is not None and not self._waiting:
            self._open()
            yield from self._catch_up(now)

    def _look(self) -> Look | None:
        """The path now; None: there is nothing."""
        try:
            return look(self.path)
        except (FileNotFoundError, NotADirectoryError) as error:
            self.problem = error.strerror or str(error)
            return None

    def _state(self) -> Generation:
        """Of the path, and of what is at it."""
        if self._asleep is not None:
            return self._asleep
        if self._live is not None:
            return self._ledger.on(self._live.generation(self._name))
        return self._ledger.on(Generation(path=self._name, born=self._born))

    # The path leads to another file, or the file was not open: rules 1 and 3.

    def _reconcile(self, seen: Look | None, now: float) -> None:
        if self._live is not None and (seen is None or not seen.is_of(self._live.opened)):
            self._ledger.consume(self._live.consumed)
            self._draining.append(Draining(self._live, now))
            self._live = None
        if self._asleep is not None:
            self._live = woken(self.path, self._asleep) if seen is not None else None
            if self._live is None:
                gone = replace(self._asleep, draining=True, at_end=False, ended=())
                self._waiting.append(Missing(gone))
            self._asleep = None

    def _open(self) -> None:
        source = Source(self.path)
        try:
            if self._met:
                unknown = self._unknown(siblings(self.path, self.rotated), source)
                self._waiting += unseen(unknown, self._name, self._born, self._ledger)
                self._ledger.skip_what_was_read(source)
            else:
                self._see_first(source)
        except BaseException:
            source.close()
            raise
        self._live, self._met, self._born = self._once(source), True, source.identity.born
        self._ledger.account(source.identity)

    def _once(self, source: Source) -> Source:
        """`source`, or the same file as it has been open all the time: it is back at its path."""
        back = [old for old in self._draining if old.source.identity == source.identity]
        for old in back[:1]:
            source.close()
            self._draining.remove(old)
        return back[0].source if back else source

    def _see_first(self, source: Source) -> None:
        refuse_packed(source)
        found = siblings(self.path, self.rotated, fresh=False)
        found = [one for one in found if one.compressed or not is_being_copied(one, source)]
        self._ledger.begin(found)
        if self.at_first_sight is not None:
            before = self.at_first_sight(source, found)
            self._waiting += [Missing(replace(one, draining=True)) for one in before]

    def _unknown(self, found: Sequence[Sibling], but: Source | None = None) -> list[Sibling]:
        """Those that are neither read nor about to be, oldest first; copies of `but` among them."""
        held = [old.source.ended() for old in self._draining if old.source is not but]
        waiting = [one.generation for one in self._waiting]
        known = [one.identity for one in (self._live, but) if one is not None]
        unknown = self._ledger.unknown(found, held, waiting, known)
        return [one for one in unknown if not is_copied_from(self.path, self._live, one)]

    # The file was cut: rule 2.

    def _read(self, live: Source, seen: Look | None, now: float) -> Iterator[Block]:
        for _ in range(MOST_CUTS):
            if live.cut or (not live.offset and self._may_be_another(live)):
                self._recover(live)
                yield from self._catch_up(now)
                if self._waiting:
                    return
            yield from live.blocks(seen if live.offset else None)  # it may just have been cut
            if not live.cut:
                break
        self.opened = True

    def _may_be_another(self, live: Source) -> bool:
        """Whether one of which nothing was read was cut since the last look: nothing else tells."""
        if not self.opened or self._seen == live.look():
            return False
        known = live.generation(self._name)
        return not live.begins(known.head, known.covers)

    def _recover(self, source: Source) -> None:
        """Of what it said before, the copies are waited for; it is read from the beginning."""
        old = source.generation(self._name)
        self._ledger.consume(old.modified)
        aside = siblings(self.path, self.rotated)
        unknown = self._unknown(aside, source)
        unknown = [one for one in unknown if not is_being_copied(one, source)]
        found = copies(unknown, old, self._ledger)
        pass_over_added(aside, old, source, self._ledger)
        shrunk = self._restored and old.covers == ANCHOR and source.size < old.offset
        if shrunk and not found and source.begins(old.head, old.covers):
            log.warning("%s: its end was lost, maybe in a crash of the machine", self.path)
            source.seek(source.size)
        else:
            source.restart()
        self._waiting += found

    # Generations that have moved on.

    def _catch_up(self, now: float) -> Iterator[Block]:
        """Read what is waited for, in order."""
        while self._waiting:
            missing = self._waiting[0]
            source = self._found(missing.generation)
            if source is None and missing.matters and missing.may_turn_up(now):
                return
            del self._waiting[0]
            if source is not None:
                self._draining.append(Draining(source, now, copied=missing.generation.copied))
                yield from self._drain_one(self._draining[-1], now)
                yield from self._few()
            else:
                self._give_up(missing)

    def _give_up(self, missing: Missing) -> None:
        """It is gone; a copy of its beginning, which was read, is not a generation of its own."""
        unknown = self._unknown(siblings(self.path, self.rotated))
        for one in [one for one in unknown if one.is_less_than(missing.generation)][:1]:
            self._ledger.pass_over(one)
        if missing.matters:
            self._ledger.lost += 1
            log.warning("%s: an older part of it is gone before it was read", self.path)

    def _found(self, missing: Generation) -> Source | None:
        found = siblings(self.path, self.rotated)
        return by_identity(missing, found) or by_content(missing, self._unknown(found))

    def _drain(self, now: float) -> Iterator[Block]:
        for old in list(self._draining):
            yield from self._drain_one(old, now)
        yield from self._few()

    def _drain_one(self, old: Draining, now: float) -> Iterator[Block]:
        yield from old.blocks(now)
        if old.source.cut and is_written_over(old, self._draining, self._live, self.path):
            self._leave(old)
        elif old.source.cut:
            self._recover(old.source)
        elif old.is_over(now):
            yield from self._end(old)

    def _leave(self, old: Draining) -> None:
        """It is gone, and what was copied over it is no part of it."""
        self._ledger.end(old.as_read())
        self._ledger.lost += not old.complete
        self._draining.remove(old)
        old.source.close()

    def _few(self) -> Iterator[Block]:
        """Of too many, the oldest have ended."""
        while len(self._draining) > MOST_DRAINING:
            yield from self._end(self._draining[0])

    def _end(self, old: Draining) -> Iterator[Block]:
        yield from old.source.blocks()
        rest = old.source.rest()
        self._ledger.end(old.source.ended())
        self._draining.remove(old)
        old.source.close()
        if rest.data or rest.overlong:
            yield rest
