"""The lines of one log, read by the format that they turn out to have.

Until ENOUGH_LINES have come the verdict is provisional: with another one everything is read
anew. After that it stands, until a whole row of lines was refused (`doubt`). It survives a
restart (`state`), and reads older parts of the log as well (`past`).
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from datetime import tzinfo

import msgspec
from msgspec.structs import replace

from watcher.parse.batch import PIECE, Batch, piece_of
from watcher.parse.clock import State
from watcher.parse.detect import Format, detect, twin, understands
from watcher.parse.doubt import Doubt
from watcher.parse.encoding import decoder, marked
from watcher.parse.events import Events
from watcher.parse.head import ENOUGH_BYTES, ENOUGH_LINES, Head, head_of
from watcher.parse.numbers import bounds
from watcher.parse.recipe import Recipe, restored
from watcher.parse.settings import AUTO, LogSettings
from watcher.parse.taken import Sample

SETTLED = 16  # lines that a verdict is based on, if all that came since gave samples, to be asked
RARELY, OFTEN = 4, 2  # again when there are four times as many; else it is when there are twice
QUICKLY = 1  # level of zlib: lines of a log become a fourth, in some 60 us
MARK = b"\xef\xbb\xbf"  # of UTF-8, as Windows puts it at the beginning of a file

Probes = Callable[[], list[bytes]]  # some lines from all over the file, as they stand in it


class Reading(msgspec.Struct, frozen=True):
    """Some lines, and the format that they were read by."""

    batch: Batch
    format: Format
    anew: bool = False  # the batch is of all lines so far: what was read before counts no more
    left: bytes = b""  # of the block that was given: what follows these lines


class ReaderState(msgspec.Struct, frozen=True):
    """What a reader must know to go on where it was. It holds no line of the log.

    A row of refused lines is not in it: after a restart it takes as many again to raise doubts.
    """

    recipe: Recipe
    clock: State | None
    provisional: bool
    judged: int  # lines that the verdict is based on, while it is provisional
    latest: float | None  # Unix seconds, of the newest sample, where lines are searched
    limit: int  # refused lines in a row that raise doubts
    encoding: str = ""  # that the file says by its mark; empty: as its user says


class Reader:
    """Reads the blocks of one log, in their order."""

    def __init__(
        self,
        zone: tzinfo,
        settings: LogSettings,
        probes: Probes,
        state: ReaderState | None = None,
        head: Callable[[], bytes] = bytes,
    ) -> None:
        """`zone` is that of times that name none.

        With a `state` it goes on where another reader stopped, at no cost before the first line
        comes. Was the verdict provisional then, `head` must give the lines that were read; if it
        gives nothing the verdict stands. ValueError: the state is of another version.
        """
        self._zone, self._settings, self._probes = zone, settings, probes
        self._marked = state.encoding if state else ""
        self.utf8 = decoder(self._marked or settings.encoding) or bytes
        self._events = Events(settings.count) if settings.count else None
        self._is_plain = self.utf8 is bytes and not settings.count
        self._doubt: Doubt | None = Doubt()
        self._head: bytes | None = b""  # all lines so far, while the verdict is provisional
        self._given: Callable[[], bytes] | None = None  # asked for the head
        self._judged = 0  # lines of the head that the verdict is based on
        self._alike = True  # whether all that came since then gave samples
        self._latest = -math.inf  # the newest sample so far
        if state is None:
            self.format = detect(self._of(b"", (), 0.0))
            return
        self.format = restored(state.recipe, zone)
        if self.format.clock and state.clock:
            self.format.clock.state = state.clock
        self._doubt, self._judged = Doubt(state.limit), state.judged
        self._latest = -math.inf if state.latest is None else state.latest
        self._head = b"" if state.provisional else None
        self._given = head if state.provisional and state.judged else None

    @property
    def state(self) -> ReaderState:
        """All that it knows of the log but its lines."""
        return ReaderState(
            self.format.recipe,
            self.format.clock.state if self.format.clock else None,
            self._head is not None,
            self._judged,
            self._latest if math.isfinite(self._latest) else None,
            self._doubt.limit if self._doubt else 0,
            self._marked,
        )

    def rest(self) -> None:
        """Take little room, until `wake`; before that it reads nothing."""
        self._head = self._head and zlib.compress(self._head, QUICKLY)
        del self.format

    def wake(self, format_: Format) -> None:
        """Go on, by this format."""
        self._head = self._head and zlib.decompress(self._head)
        self.format = format_

    def _look_for_mark(self, head: bytes) -> None:
        """Read UTF-16 from here on, if the file begins so and its user does not know better."""
        if self._settings.encoding == AUTO.encoding and (encoding := marked(head)):
            self._marked, self._is_plain = encoding, False
            self.utf8 = decoder(encoding) or bytes

    def past(self, probes: Sequence[bytes], modified: float) -> Reader:
        """A reader of an older part of the log: it reads alike, and never asks for a format.

        `probes` are lines from all over that part, `modified` is when its newest was written.
        """
        other = copy(self)
        other.format = twin(self.format)
        if other.format.clock:
            other.format.clock.orders = (other.format.clock.state.order,)
        other.format.settle(self._texts(probes), modified)
        other._head = other._given = other._doubt = None
        other._latest = -math.inf
        return other

    def judged(self, head: bytes, probes: Sequence[bytes], modified: float) -> Reader:
        """A reader that reads by the format of `head`, for lines that begin somewhere else.

        `head`: the first lines of the file. `probes` are from all over what it is to read, the
        last of them was written when the file was `modified`. Its verdict stands, until doubted.
        """
        other = copy(self)
        other._look_for_mark(head)
        data, texts = other.utf8(head).removeprefix(MARK), other._texts(probes)
        other.format = detect(self._of(data, texts, modified))
        if other.format.clock:
            other.format.clock.said = None  # it is of lines that are not read
        other.format.settle(texts, modified)
        other._head, other._given, other._doubt = None, None, Doubt()
        return other

    def time_of(self, line: bytes) -> float:
        """The instant of one line, wherever in the log it stands; NaN if it has none.

        Reads nothing: in a log whose times say no year it is the one nearest to what was read.
        """
        format_ = twin(self.format)
        if format_.clock:
            format_.clock.stand_still()
        times = format_.parse(self.utf8(line + b"\n")).times
        return times[0] if times is not None and len(times) else math.nan

    def sample(self, block: bytes) -> Sample | None:
        """What `block` says that is one usual line; None, and nothing was read: `read` it."""
        alone = block and block.find(b"\n") + 1 == len(block)
        if not alone or not self._is_plain or self._head is not None:
            return None
        sample = self.format.sample(block)
        if sample is not None and self._doubt is not None:
            self._doubt.relieve()
        return sample

    def read(self, block: bytes, modified: float) -> Iterator[Reading]:
        """What `block` says, whose every line ends with a newline, in as many pieces as it takes.

        `modified`: Unix seconds when the file was last written to.
        """
        if self._head == b"":
            self._look_for_mark(block)
        data = self.utf8(block).removeprefix(MARK)
        if self._given is not None:
            self._head = self.utf8(self._given()).removeprefix(MARK) or None
            self._given = None
        while data:
            end = len(data) if len(data) <= PIECE or self.format.by_columns else piece_of(data)
            if self._head is not None:
                reading = self._provisional(self._head, data[:end], modified)
            else:
                reading = self._settled(data[:end], modified)
            data = reading.left + data[end:]
            if self._events:
                self._latest = max(self._latest, _newest(reading.batch))
            yield replace(reading, left=data) if data else reading

    def count(self, block: bytes, *, clean: bool) -> int:
        """How many samples without times `block` will give; reads nothing.

        `clean`: no line was refused so far, so that counting the lines will do.
        """
        data = self.utf8(block)
        return data.count(b"\n") if clean else self.format.parse(data).samples

    def refuses(self, block: bytes) -> bool:
        """Whether lines of `block`, in UTF-8, would be refused; reads nothing."""
        return self._parse(twin(self.format), block).bad > 0

    def _parse(self, format_: Format, data: bytes) -> Batch:
        return (
            self._events.parse(format_, data, self._latest) if self._events else format_.parse(data)
        )

    def _provisional(self, head: bytes, data: bytes, modified: float) -> Reading:
        """The lines that are missing to a verdict, or as many as there are."""
        end = _end_of(data, ENOUGH_LINES - head.count(b"\n"), ENOUGH_BYTES - len(head))
        head, data, left = head + data[:end], data[:end], data[end:]
        lines = head.count(b"\n")
        complete = len(head) >= ENOUGH_BYTES or lines >= ENOUGH_LINES
        self._head = None if complete else head
        batch = self._parse(self.format, data) if self._judged else None
        self._alike = self._alike and batch is not None and batch.samples == batch.lines
        many = (RARELY if self._alike and self._judged >= SETTLED else OFTEN) * self._judged
        if batch is None or batch.bad or complete or lines >= many:
            self._judged, self._alike = lines, True
            verdict = self._verdict(head, modified)
            if batch is None or verdict.key != self.format.key:
                self.format, self._latest = verdict, -math.inf
                return Reading(self._parse(verdict, head), verdict, True, left)
        return Reading(batch, self.format, False, left)

    def _settled(self, data: bytes, modified: float) -> Reading:
        """All of `data`, or up to the line where the format is no longer believed."""
        format_ = self.format
        state = format_.clock.state if format_.clock else None
        batch = self._parse(format_, data)
        end = self._doubt.look(format_, data, batch) if self._doubt else 0
        if not self._doubt or not end:
            return Reading(batch, format_)
        if format_.clock and state:
            format_.clock.state = state
        batch = self._parse(format_, data[:end])
        self._ask_again(self._doubt, modified)
        return Reading(batch, format_, False, data[end:])

    def _ask_again(self, doubt: Doubt, modified: float) -> None:
        """Another format for the lines to come, if it is sure of those that were refused."""
        lines = doubt.lines
        head = self._of(b"".join(line + b"\n" for line in lines), lines, modified)
        verdict = detect(head)
        if verdict.key == self.format.key or not understands(verdict, head):
            doubt.reject()
            return
        verdict.settle(lines, modified)
        doubt.accept()
        self.format = verdict

    def _verdict(self, head: bytes, modified: float) -> Format:
        probes = self._texts(self._probes())
        verdict = detect(self._of(head, probes, modified))
        verdict.settle(probes, modified)
        return verdict

    def _texts(self, lines: Sequence[bytes]) -> list[bytes]:
        return [self.utf8(line + b"\n").rstrip(b"\n") for line in lines]

    def _of(self, data: bytes, probes: Sequence[bytes], modified: float) -> Head:
        return head_of(data, self._zone, probes, modified, self._settings)


def _newest(batch: Batch) -> float:
    """Unix seconds of its newest sample."""
    return -math.inf if batch.times is None or not batch.samples else bounds(batch.times)[1]


def _end_of(data: bytes, lines: int, size: int) -> int:
    """The bytes of the first so many lines, or of fewer where they have that `size`."""
    end = 0
    for _ in range(lines):
        end = data.find(b"\n", end) + 1
        if not end:
            return len(data)
        if end >= size:
            break
    return end or len(data)
