"""The past of a log: parts of files that were there before it was first seen.

A stretch says which part is still to be read, and can be kept with what was read of it. It is
found again wherever it has got to: under another name, in the copy that was made before the file
was cut, or compressed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from watcher.follow.archive import Archive
from watcher.follow.generation import Generation
from watcher.follow.identity import identify
from watcher.follow.siblings import SECOND, Sibling, siblings
from watcher.follow.source import Block, Source

TO_END = -1  # the end of a stretch that goes to the end of its file
MOST_MOVES = 3  # of a file while it is read: cut, and its copy compressed


class Stretch(Generation, frozen=True, kw_only=True):
    """The part of a file from `offset` to `end`; with digests of how the file begins."""

    end: int = TO_END  # bytes
    compressed: bool = False  # when it was first seen

    @staticmethod
    def of(path: str, source: Source, offset: int = 0, end: int = TO_END) -> Stretch:
        """A part of an open file, which is of the log at `path`; both ends begin a line."""
        head, covers = source.first()
        return Stretch(
            path=os.fsencode(path),
            inode=source.identity.inode,
            born=source.identity.born,
            file=os.fsencode(source.real),
            offset=offset,
            anchor=source.anchor_at(offset),
            head=head,
            covers=covers,
            modified=source.look().modified,
            end=end,
            compressed=isinstance(source, Archive),
        )

    @staticmethod
    def whole(path: str, sibling: Sibling) -> Stretch:
        """All of a rotated file of the log at `path`; raises OSError."""
        source = sibling.open()
        try:
            return Stretch.of(path, source)
        finally:
            source.close()


class Past:
    """Reads one stretch."""

    def __init__(self, stretch: Stretch, rotated: Sequence[str] = ()) -> None:
        """`rotated`: directories that old generations are moved to."""
        self.problem = ""  # why not all of it can be read, in words; empty: it can
        self.done = False  # whether nothing is left to be read of it
        self._stretch, self._rotated = stretch, rotated
        self._source: Source | None = None

    @property
    def stretch(self) -> Stretch:
        """What is still to be read, at any moment between two blocks."""
        if self._source is None:
            return self._stretch
        now = self._source.generation(self._stretch.path)
        return replace(
            self._stretch,
            inode=now.inode,
            born=now.born,
            file=now.file,
            offset=now.offset,
            anchor=now.anchor,
            skipping=now.skipping,
        )

    def source(self) -> Source | None:
        """The file wherever it is now, to look into; None: it is gone, or cannot be read."""
        try:
            self._source = self._source or self._found()
        except OSError:
            return None
        return self._source

    def blocks(self) -> Iterator[Block]:
        """All of its lines, oldest first; a problem, if it ends before all are read."""
        self.problem = ""
        try:
            for _ in range(MOST_MOVES):
                if not self.done:
                    yield from self._read()
        except OSError as error:
            self.problem = error.strerror or str(error)

    def close(self) -> None:
        """Give the descriptor back."""
        if self._source is not None:
            self._stretch = self.stretch
            self._source.close()
            self._source = None

    def _read(self) -> Iterator[Block]:
        """From where the file is now, until it ends or is cut."""
        source = self._source = self._source or self._found()
        if source is None:
            self.problem = f"{os.fsdecode(self._stretch.path)}: a part of its past is gone"
            return
        self.problem = ""
        yield from source.blocks()
        if not self._is_whole(source):
            self.close()
            return
        self.done = True
        if self._stretch.end == TO_END:
            yield from filter(lambda block: block.data or block.overlong, [source.rest()])
        self.problem = source.problem if isinstance(source, Archive) else ""

    def _is_whole(self, source: Source) -> bool:
        broken = isinstance(source, Archive) and source.problem
        return bool(broken) or not (source.cut or source.offset < self._stretch.end)

    def _found(self) -> Source | None:
        places = os.fsdecode(self._stretch.path), os.fsdecode(self._stretch.file)
        for place in dict.fromkeys(filter(None, places)):
            if source := self._opened(place):
                return source
        found = siblings(places[0], self._rotated)
        same = [one for one in found if one.identity == self._stretch.identity]
        second = self._stretch.modified // SECOND
        found.sort(key=lambda one: (one.written // SECOND != second, one.order))
        return next(filter(None, map(self._continued, (*same, *found))), None)

    def _opened(self, path: str) -> Source | None:
        """The file itself, if that is where it still is, and what it still says."""
        try:
            if identify(path) != self._stretch.identity:
                return None
            source = Archive(path) if self._stretch.compressed else Source(path)
        except FileNotFoundError:
            return None
        return self._resumed(source)

    def _continued(self, one: Sibling) -> Source | None:
        return self._resumed(one.open()) if one.continues(self._stretch) else None

    def _resumed(self, source: Source) -> Source | None:
        wanted = self._stretch
        try:
            last = wanted.offset if wanted.end == TO_END else wanted.end
            same = source.begins(wanted.head, wanted.covers) and source.reaches(last)
            source.resume(wanted)
            if same and not source.cut:
                source.limit = source.limit if wanted.end == TO_END else wanted.end
                return source
        except OSError:
            source.close()
            raise
        source.close()
        return None
