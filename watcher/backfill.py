"""What of a log is read at first sight: its newest part at once, then the past behind it.

Times in a log rise, so where a part of it begins is found by looking at some thirty lines, however
large the file is. A log of values without times has only its order: there the past comes first.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import NamedTuple

import msgspec

from watcher.follow.past import Past, Stretch
from watcher.follow.probe import PROBES
from watcher.follow.siblings import Sibling
from watcher.follow.source import Source
from watcher.parse.batch import Batch, joined
from watcher.parse.clock import State
from watcher.parse.reader import Reader
from watcher.parse.settings import LogSettings

USUAL = 7 * 86_400.0  # seconds before the newest line, where nothing is said
MOST = 1024 * 1024 * 1024  # bytes that are read at first sight, unless all is asked for
AT_ONCE = 8 * 1024 * 1024  # bytes of the newest part: a tenth of a second
NEAR = 16 * 1024  # bytes: where the search by halves ends, and the one by lines begins
MOST_UNDATED = 100  # lines in a row without a time, among which one is looked for


class Piece(msgspec.Struct, frozen=True):
    """A part of the past that is still to be read."""

    stretch: Stretch
    size: int  # bytes, as they lie on disk
    clock: State | None = None  # of the lines to come; None: it has not begun


class Plan(NamedTuple):
    """What is read when: `before`, then the file as it grows, and `behind` when there is time.

    All that is `skipped` is never read.
    """

    start: int = 0  # bytes: where the file is read from
    before: tuple[Stretch, ...] = ()  # oldest first
    behind: tuple[Piece, ...] = ()  # newest first
    skipped: bool = False


def planned(
    source: Source, rotated: Sequence[Sibling], reader: Reader, settings: LogSettings
) -> Plan:
    """How to read a log that was never seen before.

    `source` is its file, just opened, `rotated` its siblings, the newest first; `reader` knows its
    format.
    """
    if settings.backfill == 0:
        return Plan(_last_line(source), skipped=source.size > 0)
    rotated = [one for one in rotated if one.size]  # the others may go: nothing is lost with them
    if reader.format.clock is not None:
        return _by_time(source, rotated, _Times(source, reader), settings)
    ordered = not (reader.format.counts or settings.interval)
    return _by_order(source, rotated if ordered else [], settings)


def _by_time(
    source: Source, rotated: Sequence[Sibling], times: _Times, settings: LogSettings
) -> Plan:
    size = source.size
    newest = times.newest if size else source.modified
    horizon = newest - (USUAL if settings.backfill is None else settings.backfill)
    most = math.inf if settings.backfill == math.inf else MOST
    small = settings.backfill is None and size <= AT_ONCE
    begin = 0 if small or math.isnan(horizon) else times.first_since(horizon)
    begin = max(begin, _line_from(source, size - most))
    start = max(begin, _line_from(source, size - AT_ONCE))
    here = [Stretch.of(source.path, source, begin, start)] if begin < start else []
    behind = [Piece(stretch, start - begin) for stretch in here]
    wanted = [one for one in rotated if begin == 0 and not one.modified < horizon]
    pieces = _pieces(source.path, wanted, most - (size - begin))
    skipped = begin > 0 or len(pieces) < len(rotated)
    return Plan(start, (), (*behind, *pieces), skipped)


def _by_order(source: Source, rotated: Sequence[Sibling], settings: LogSettings) -> Plan:
    size = source.size
    horizon = source.modified - (USUAL if settings.backfill is None else settings.backfill)
    most = math.inf if settings.backfill == math.inf else MOST
    start = _line_from(source, size - most)
    wanted = [one for one in rotated if start == 0 and one.modified >= horizon]
    pieces = _pieces(source.path, wanted, most - size)
    skipped = start > 0 or len(pieces) < len(rotated)
    return Plan(start, tuple(piece.stretch for piece in pieces[::-1]), (), skipped)


def _pieces(path: str, rotated: Sequence[Sibling], most: float) -> tuple[Piece, ...]:
    """Whole rotated files, as many of the newest as are not more than so many bytes."""
    found: list[Piece] = []
    for one in rotated:
        most -= one.size
        if most < 0:
            break
        try:
            found.append(Piece(Stretch.whole(path, one), one.size))
        except OSError:
            continue  # gone, or not ours to read: what is left of the past is shown
    return tuple(found)


def _line_from(source: Source, offset: float) -> int:
    """Where the first line begins that begins at `offset` or later."""
    if offset <= 0:
        return 0
    found = source.line_at(int(offset))
    return found[0] if found else _last_line(source)


def _last_line(source: Source) -> int:
    """Where the line begins that is still being written."""
    end = size = source.size
    while end > 0 and (found := source.line_at(max(0, end - NEAR))) is None:
        end -= NEAR
    at = 0
    while end > 0 and found and found[0] < size:
        at = found[0] + len(found[1])
        found = source.line_at(at)
    return at


class _Times:
    """When the lines of one file were written, wherever in it one looks."""

    def __init__(self, source: Source, reader: Reader) -> None:
        self._source, self._reader = source, reader
        self._modified = source.modified

    @property
    def newest(self) -> float:
        """Unix seconds of the newest line, NaN where none has a time."""
        said = [self._of(line) for line in lines_all_over(self._source, 0, self._source.size)]
        return max((time for time in said if time == time), default=math.nan)

    def first_since(self, moment: float) -> int:
        """Where the lines begin that are not older than `moment`."""
        low, high = 0, self._source.size
        while high - low > NEAR:
            middle = (low + high) // 2
            at, time = self._first(middle, high)
            low, high = (at, high) if time < moment else (low, middle)
        while (found := self._source.line_at(low)) and found[0] < high:
            if self._of(found[1]) >= moment:
                return found[0]
            low = found[0] + len(found[1])
        return low

    def _first(self, offset: int, end: int) -> tuple[int, float]:
        """The first line from there on that has a time, and which."""
        for _ in range(MOST_UNDATED):
            found = self._source.line_at(offset)
            if found is None or found[0] >= end:
                break
            time = self._of(found[1])
            if time == time:
                return found[0], time
            offset = found[0] + len(found[1])
        return end, math.inf

    def _of(self, line: bytes) -> float:
        line = line.rstrip(b"\n")
        return self._reader.past([line], self._modified).time_of(line)


def judged(reader: Reader, source: Source, start: int = 0) -> Reader:
    """One that reads by the format of the first lines, for those from `start` on."""
    probes = lines_all_over(source, start, source.size)
    return reader.judged(next(source.ahead(), b""), probes, source.modified)


def judged_first(reader: Reader, source: Source, rotated: Sequence[Sibling]) -> Reader:
    """By what the file says; if it has just been rotated, by what was in it before."""
    if source.size or not rotated:
        return judged(reader, source)
    try:
        newest = rotated[0].open()
    except OSError:
        return reader
    with closing(newest):
        return judged(reader, newest)


def lines_all_over(source: Source, begin: int, end: int) -> list[bytes]:
    """Lines from all over a part of a file, in order, its last one among them if that is found."""
    step = max(1, (end - begin) // PROBES)
    places = [*range(begin, end, step), max(begin, end - NEAR)]
    found = {one[0]: one[1] for at in places if (one := source.line_at(at)) and one[0] < end}
    while found and (one := source.line_at(max(found) + len(found[max(found)]))) and one[0] < end:
        found[one[0]] = one[1]
    return [found[at].rstrip(b"\n") for at in sorted(found)]


class Passage(NamedTuple):
    """What one block of the past says."""

    batch: Batch
    size: int  # bytes
    overlong: int  # lines that were dropped
    begins: bool  # whether what was told before it is of another piece


class Backfill:
    """The past of one log, read piece by piece."""

    __slots__ = ("_lost", "_past", "_reader", "_rotated", "_waiting", "size")

    def __init__(self, pieces: Sequence[Piece], rotated: Sequence[str]) -> None:
        """`rotated`: directories that old generations are moved to."""
        self._lost = 0  # pieces that are gone
        self._rotated = rotated
        self._waiting = list(pieces)
        self.size = sum(piece.size for piece in pieces)  # bytes, of all that was to be read
        self._past: Past | None = None  # of the first piece
        self._reader: Reader | None = None  # likewise

    def __bool__(self) -> bool:
        """Whether anything is left."""
        return bool(self._waiting)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """What is left, at any moment between two passages."""
        if self._past is None or self._reader is None:
            return tuple(self._waiting)
        clock = self._reader.format.clock
        first = msgspec.structs.replace(
            self._waiting[0], stretch=self._past.stretch, clock=clock.state if clock else None
        )
        return first, *self._waiting[1:]

    @property
    def left(self) -> int:
        """Bytes that are still to be read, as they lie on disk."""
        return sum(map(_left, self.pieces))

    @property
    def share(self) -> float:
        """How much of it has been read, 0 to 1."""
        return 1 - self.left / self.size if self.size else 1.0

    def read(self, reader: Reader) -> Iterator[Passage]:
        """All that is left, one block at each step; `reader` knows how lines are read now."""
        while self._waiting:
            past = self._past = Past(self._waiting[0].stretch, self._rotated)
            self._reader = _reader_of(past, self._waiting[0], reader)
            begins = True
            for block in past.blocks():
                readings = self._reader.read(block.data, block.modified)
                batch = joined([reading.batch for reading in readings])
                yield Passage(batch, len(block.data), block.overlong, begins)
                begins = False
            self._lost += not past.done
            self.close()
            del self._waiting[0]

    def add(self, pieces: Sequence[Piece]) -> None:
        """These as well."""
        self._waiting += pieces
        self.size += sum(piece.size for piece in pieces)

    def drop(self) -> None:
        """None of it is wanted any more."""
        self.close()
        self._waiting.clear()

    def taken_lost(self) -> int:
        """How many pieces were gone before they were read, since the last call."""
        lost, self._lost = self._lost, 0
        return lost

    def close(self) -> None:
        """Give the descriptor back."""
        if self._past is not None:
            self._waiting[0] = self.pieces[0]
            self._past.close()
            self._past = self._reader = None


def _left(piece: Piece) -> int:
    stretch = piece.stretch
    if stretch.compressed:
        return piece.size
    return max(0, (piece.size if stretch.end < 0 else stretch.end) - stretch.offset)


def _reader_of(past: Past, piece: Piece, reader: Reader) -> Reader:
    """One for the lines of this piece, where it begins or was left."""
    source = past.source()
    stretch = piece.stretch
    probes: list[bytes] = []
    if source is not None and piece.clock is None:
        end = source.size if stretch.end < 0 else stretch.end
        most = stretch.offset + NEAR if stretch.compressed else end
        probes = lines_all_over(source, stretch.offset, min(end, most))
    own = reader.past(probes, stretch.modified / 1e9)
    if own.format.clock is not None and piece.clock is not None:
        own.format.clock.state = piece.clock
    return own
