"""The rotated files beside a log, and which of them says what.

Only names that programs give to what they set aside count: `app.log.error` is another log. What
is being compressed now, with the original still beside it, does not count yet.
"""

from __future__ import annotations

import os
import re
import stat
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from watcher.follow.archive import SUFFIXES, Archive
from watcher.follow.generation import Ended, Generation
from watcher.follow.identity import A_TIME, Identity, identify
from watcher.follow.source import NotAFileError, Source

MOST_NAMES = 100_000  # of one directory that are looked at
MOST_SIBLINGS = 256  # of one log, the newest
MOST_KNOWN = 16  # directories whose names are remembered while logs are first seen
MOST_LISTINGS = 5  # of a directory whose files are renamed while it is listed
SECOND = 10**9  # nanoseconds; some programs give a compressed file its time in whole seconds

ASIDE = re.compile(r"[.-](?:[\d._:TZ+-]*\d[\d._:TZ+-]*|old|bak|orig|prev|save|tmp)")


class Sibling(NamedTuple):
    """A rotated file."""

    path: str
    size: int  # bytes on disk
    written: int  # nanoseconds since the epoch
    compressed: bool
    identity: Identity
    rewritten: bool = False  # something else is in it than was read

    @property
    def modified(self) -> float:
        """Unix seconds when what is in it was last written to."""
        return self.written / 1e9

    @property
    def order(self) -> int:
        """What rises from generation to generation."""
        timed = not (self.compressed or self.rewritten) and self.identity.born > A_TIME
        return self.identity.born if timed else self.written

    def open(self) -> Source:
        """It, to be read; raises OSError."""
        return Archive(self.path) if self.compressed else Source(self.path)

    def first(self) -> tuple[bytes, int]:
        """The digests of its first bytes, and how many they are; raises OSError."""
        source = self.open()
        try:
            return source.first()
        finally:
            source.close()

    def ended(self) -> Ended:
        """By what it is known when it was read; raises OSError."""
        size = 0 if self.compressed else self.size
        return Ended(*self.identity, *self.first(), size, self.written)

    def begins(self, head: bytes, covers: int) -> bool:
        """Whether `head` are the digests of its first so many bytes."""
        try:
            source = self.open()
        except OSError:
            return False
        try:
            return source.begins(head, covers)
        finally:
            source.close()

    def still_says(self, ended: Ended) -> bool:
        """Whether what was read of it is in it, and maybe more; true where nothing can tell."""
        if self.compressed:
            return self.written == ended.modified or not self.size or self._begins_or_fails(ended)
        if not ended.covers:
            return bool(ended.size) or not self.size
        return self.size >= ended.size and self._begins_or_fails(ended)

    def holds_at(self, offset: int, saved: Generation) -> bool:
        """Whether what follows there begins as what was read of `saved`, as far as that tells."""
        try:
            source = self.open()
        except OSError:
            return False
        try:
            return source.begins(saved.head, saved.covers, offset) if saved.covers else True
        finally:
            source.close()

    def is_copy_of(self, ended: Ended) -> bool:
        """Whether it says what that generation said; told by its head, and size or time."""
        if self.compressed:
            same = self.written // SECOND == ended.modified // SECOND
            same = same or self._unpacked() == ended.size
        else:
            same = self.size == ended.size
        return same and self.begins(ended.head, ended.covers)

    def continues(self, saved: Generation) -> bool:
        """Whether it says what was read of `saved`, and maybe more."""
        try:
            source = self.open()
        except OSError:
            return False
        try:
            source.resume(saved)
            known = source.may_begin(saved.head, saved.covers)
            return known and bool(saved.covers or saved.offset) and not source.cut
        finally:
            source.close()

    def is_less_than(self, saved: Generation) -> bool:
        """Whether it says the beginning of what was read of `saved`, and no more."""
        try:
            source = self.open()
        except OSError:
            return False
        try:
            short = source.reaches(1) and not source.reaches(saved.offset)
            return short and source.may_begin(saved.head, saved.covers)
        finally:
            source.close()

    def _begins_or_fails(self, ended: Ended) -> bool:
        try:
            source = self.open()
        except OSError:
            return True
        try:
            return not ended.covers or source.begins(ended.head, ended.covers)
        finally:
            source.close()

    def _unpacked(self) -> int:
        """Bytes that a gzip file says it holds; -1: it does not."""
        if not self.path.endswith(".gz"):
            return -1
        try:
            with open(self.path, "rb") as file:
                file.seek(-4, os.SEEK_END)
                return int.from_bytes(file.read(4), "little")
        except OSError:
            return -1


def siblings(path: str, rotated: Sequence[str] = (), *, fresh: bool = True) -> list[Sibling]:
    """The rotated files of the log at `path`, newest first; also those in `rotated` directories.

    Unless it must be `fresh`, a directory of many logs is listed once, as long as it says that it
    has not changed: a file that is renamed in the same tick may be missed. Raises OSError where a
    directory cannot be listed for a reason that may pass.
    """
    places = _places(path, rotated)
    found = [one for place, name in places for one in _listed(place, name, fresh=fresh)]
    unique = {one.identity: one for one in found}
    by_name = sorted(unique.values(), key=lambda one: one.path)  # where clocks are too coarse
    newest = sorted(by_name, key=lambda one: -one.written)[:MOST_SIBLINGS]
    return sorted(newest, key=lambda one: -one.order)


def _places(path: str, rotated: Sequence[str]) -> set[tuple[str, str]]:
    """Directories, each with what the names there begin with."""
    files = {os.path.abspath(path), os.path.realpath(path)}
    names = {os.path.split(file) for file in files}
    return names | {(place, name) for place in rotated for _, name in names}


def _listed(directory: str, name: str, *, fresh: bool) -> list[Sibling]:
    """Again and again, while it changes: a file that is renamed meanwhile may not be listed."""
    found: list[Sibling] = []
    try:
        for _ in range(MOST_LISTINGS):
            before = os.stat(directory).st_mtime_ns
            if fresh:
                near = iter([one for one in _names(directory) if one.startswith(name)])
            else:
                near = _beginning(_known(directory, before), name)
            found = list(_found(directory, near, name))
            if os.stat(directory).st_mtime_ns == before:
                break
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        pass  # what cannot be listed at all has no siblings
    return found


def _names(directory: str) -> list[str]:
    return os.listdir(directory)[:MOST_NAMES]


@lru_cache(MOST_KNOWN)
def _known(directory: str, _modified: int) -> list[str]:
    """Likewise, sorted, as they were when that was first asked."""
    return sorted(_names(directory))


def _beginning(names: Sequence[str], name: str) -> Iterator[str]:
    """Those of sorted `names` that begin with `name`."""
    for at in range(bisect_left(names, name), len(names)):
        if not names[at].startswith(name):
            break
        yield names[at]


def _found(directory: str, near: Iterable[str], name: str) -> Iterator[Sibling]:
    names = {one for one in near if _is_aside(one.removeprefix(name))}
    for one in sorted(names):
        stem, suffix = os.path.splitext(one)
        if suffix in SUFFIXES and stem in names:
            continue
        try:
            yield _sibling(os.path.join(directory, one), compressed=suffix in SUFFIXES)
        except OSError:
            continue  # renamed meanwhile: the directory says so


def _is_aside(ending: str) -> bool:
    stem, suffix = os.path.splitext(ending)
    return ASIDE.fullmatch(stem if suffix in SUFFIXES else ending) is not None


def _sibling(path: str, *, compressed: bool) -> Sibling:
    now = os.stat(path)
    if not stat.S_ISREG(now.st_mode):
        raise NotAFileError(path)
    return Sibling(path, now.st_size, now.st_mtime_ns, compressed, identify(path))
