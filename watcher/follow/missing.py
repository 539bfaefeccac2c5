"""Generations that are not at their path: where they are now, and which were never seen."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from watcher.follow.archive import UnreadableError
from watcher.follow.draining import Draining
from watcher.follow.generation import Generation
from watcher.follow.identity import A_TIME, identify
from watcher.follow.ledger import Ledger
from watcher.follow.siblings import SECOND, Sibling
from watcher.follow.source import Source

PATIENCE = 5.0  # seconds: files that are being renamed may not be listed for a moment
MOST_UNSEEN = 64  # generations that are recovered at once, the newest

log = logging.getLogger(__name__)


class Missing:
    """A generation that is to be read, and is not open."""

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        self._since: float | None = None  # when it was first looked for

    def may_turn_up(self, now: float) -> bool:
        """Whether it is too early to give up."""
        self._since = now if self._since is None else self._since
        return now - self._since < PATIENCE

    @property
    def matters(self) -> bool:
        """Whether there was something to read in it, as far as is known."""
        return not self.generation.at_end and self.generation.covers > 0


def by_identity(saved: Generation, found: Iterable[Sibling]) -> Source | None:
    """The file itself, whatever it is called now."""
    for one in found:
        if one.identity == saved.identity:
            return _resumed(one.open(), saved)
    file = os.fsdecode(saved.file)
    try:
        known = identify(file) if file else None
    except OSError:
        known = None
    return _resumed(Source(file), saved) if known == saved.identity else None


def woken(path: str, saved: Generation) -> Source | None:
    """What is at the path, if it is that generation still."""
    source = Source(path)
    if source.identity == saved.identity:
        return _resumed(source, saved)
    source.close()
    return None


def by_content(saved: Generation, unknown: Iterable[Sibling]) -> Source | None:
    """What the file became when it was compressed, or copied elsewhere."""
    for one in unknown:
        late = one.written // SECOND >= saved.modified // SECOND
        if late and one.continues(saved):
            return _resumed(one.open(), saved)
    return None


def _resumed(source: Source, saved: Generation) -> Source:
    try:
        source.resume(saved)
    except OSError:
        source.close()
        raise
    return source


def unseen(unknown: Iterable[Sibling], path: bytes, born: int, ledger: Ledger) -> list[Missing]:
    """Generations since the one born then, and before what is at the path now; oldest first."""
    since = [one for one in unknown if one.size and _is_after(one, born, ledger)]
    ledger.lost += len(since[:-MOST_UNSEEN])
    return list(_whole(since[-MOST_UNSEEN:], path, ledger))


def _is_after(one: Sibling, born: int, ledger: Ledger) -> bool:
    if one.compressed or one.rewritten or one.identity.born < A_TIME:
        return one.written // SECOND >= ledger.newest // SECOND
    return min(one.identity.born, one.written) >= born


def copies(unknown: Iterable[Sibling], old: Generation, ledger: Ledger) -> list[Missing]:
    """What a file said before it was cut, from where `old` was left; oldest first."""
    recovered: list[Missing] = []
    new = [one for one in unknown if _is_new(one, ledger)]
    whole = next((one for one in new if one.continues(old)), None)
    less = None if whole else next((one for one in new if one.is_less_than(old)), None)
    for one in new:
        if one is whole:
            recovered.append(Missing(_as_found(one, old)))
        elif one is less or not one.size:
            ledger.pass_over(one)
        else:
            recovered += _whole([one], old.path, ledger)
    for one in new:
        ledger.account(one.identity)
    for missing in recovered:
        missing.generation = replace(missing.generation, copied=True)
    return recovered


def pass_over_added(
    found: Iterable[Sibling], old: Generation, source: Source, ledger: Ledger
) -> None:
    """Archives that `old` was added to behind what was read of them: which lines are new there,
    and which `source` says still, cannot be told.
    """
    head, covers = source.first()
    still = replace(old, head=head, covers=covers)
    for one in found:
        read = None if one.compressed else ledger.last_read(one.identity)
        if read is None or one.size <= read.size or not one.still_says(read):
            continue
        if not old.covers and covers and one.holds_at(read.size, still):
            continue  # before it is cut
        if one.holds_at(read.size, old):
            if one.size - read.size > old.offset:
                ledger.lost += 1
                log.warning("%s: lines were added to it before they were read", one.path)
            ledger.pass_over(one)


def is_written_over(
    old: Draining, draining: Iterable[Draining], live: Source | None, path: str
) -> bool:
    """Whether one of the others, or what is at the path, was copied over it."""
    others = [one.source for one in draining if one is not old] + ([live] if live else [])
    copied = any(old.source.repeats(one) or old.source.says(one.generation(b"")) for one in others)
    return copied or (live is None and _repeats(old.source, path))


def _repeats(source: Source, path: str) -> bool:
    try:
        other = Source(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    try:
        return source.repeats(other)
    finally:
        other.close()


def is_being_copied(one: Sibling, source: Source) -> bool:
    """Whether that is a copy of what `source` says now, which may not be finished."""
    older = one.identity.born < source.identity.born
    if older and not (one.compressed or one.rewritten):
        return False
    try:
        copy = one.open()
    except OSError:
        return False
    try:
        return source.begins(*copy.first()) if one.compressed else copy.repeats(source)
    finally:
        copy.close()


def is_copied_from(path: str, live: Source | None, one: Sibling) -> bool:
    """Whether that is a copy of what is at the path now, and is open if `live`."""
    if live is not None:
        return is_being_copied(one, live)
    try:
        source = Source(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    try:
        return is_being_copied(one, source)
    finally:
        source.close()


def _is_new(one: Sibling, ledger: Ledger) -> bool:
    recent = one.written // SECOND >= ledger.newest // SECOND
    return recent and (one.compressed or one.rewritten or one.order >= ledger.upto)


def _as_found(one: Sibling, saved: Generation) -> Generation:
    return replace(
        saved,
        inode=one.identity.inode,
        born=one.identity.born,
        file=os.fsencode(one.path),
        draining=True,
        at_end=False,
        ended=(),
    )


def _whole(found: Sequence[Sibling], path: bytes, ledger: Ledger) -> Iterator[Missing]:
    """They are to be read from the beginning."""
    for one in found:
        try:
            head, covers = one.first()
        except UnreadableError as error:
            log.warning("%s", error)
            ledger.lost += 1
            continue
        start = Generation(path=path, head=head, covers=covers, modified=one.written)
        yield Missing(_as_found(one, start))
