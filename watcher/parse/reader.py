"""The lines of one log, read by the format that they turn out to have.

Until ENOUGH_LINES have come the verdict is provisional: with another one everything is read
anew. After that it stands, until a whole row of lines was refused (`doubt`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import tzinfo
from typing import NamedTuple

from watcher.parse.batch import Batch
from watcher.parse.detect import Format, detect, twin, understands
from watcher.parse.doubt import Doubt
from watcher.parse.encoding import decoder
from watcher.parse.events import Events
from watcher.parse.head import ENOUGH_BYTES, ENOUGH_LINES, Head, head_of
from watcher.parse.settings import LogSettings

MARK = b"\xef\xbb\xbf"  # of UTF-8, as Windows puts it at the beginning of a file

Probes = Callable[[], list[bytes]]  # some lines from all over the file, as they stand in it


class Reading(NamedTuple):
    """Some lines, and the format that they were read by."""

    batch: Batch
    format: Format
    anew: bool = False  # the batch is of all lines so far: what was read before counts no more
    left: bytes = b""  # of the block that was given: what follows these lines


class Reader:
    """Reads the blocks of one log, in their order."""

    def __init__(self, zone: tzinfo, settings: LogSettings, probes: Probes) -> None:
        """`zone` is that of times that name none."""
        self._zone, self._settings, self._probes = zone, settings, probes
        self.utf8 = decoder(settings.encoding) or bytes
        self._events = Events(settings.count)
        self._doubt = Doubt()
        self._head: bytes | None = b""  # all lines so far, while the verdict is provisional
        self._judged = 0  # lines of the head that the verdict is based on
        self._latest = float("-inf")  # the newest sample so far
        self.format = detect(self._of(b"", (), 0.0))

    def read(self, block: bytes, modified: float) -> Iterator[Reading]:
        """What `block` says, whose every line ends with a newline, in as many pieces as it takes.

        `modified`: Unix seconds when the file was last written to.
        """
        data = self.utf8(block).removeprefix(MARK)
        while data:
            if self._head is not None:
                reading, end = self._provisional(self._head, data, modified)
            else:
                reading, end = self._settled(data, modified)
            data = data[end:]
            if self._settings.count and reading.batch.times:
                self._latest = max(self._latest, *reading.batch.times)
            yield reading._replace(left=data)

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
        return self._events.parse(format_, data, self._latest)

    def _provisional(self, head: bytes, data: bytes, modified: float) -> tuple[Reading, int]:
        """The lines that are missing to a verdict, or as many as there are."""
        end = _end_of(data, ENOUGH_LINES - head.count(b"\n"))
        head, data = head + data[:end], data[:end]
        lines = head.count(b"\n")
        complete = len(head) >= ENOUGH_BYTES or lines >= ENOUGH_LINES
        self._head = None if complete else head
        batch = self._parse(self.format, data) if self._judged else None
        if batch is None or batch.bad or complete or lines >= 2 * self._judged:
            self._judged = lines
            verdict = self._verdict(head, modified)
            if batch is None or verdict.key != self.format.key:
                self.format, self._latest = verdict, float("-inf")
                return Reading(self._parse(verdict, head), verdict, anew=True), end
        return Reading(batch, self.format), end

    def _settled(self, data: bytes, modified: float) -> tuple[Reading, int]:
        """All of `data`, or up to the line where the format is no longer believed."""
        format_ = self.format
        state = format_.clock.state if format_.clock else None
        batch = self._parse(format_, data)
        end = self._doubt.look(format_, data, batch)
        if not end:
            return Reading(batch, format_), len(data)
        if format_.clock and state:
            format_.clock.state = state
        batch = self._parse(format_, data[:end])
        self._ask_again(modified)
        return Reading(batch, format_), end

    def _ask_again(self, modified: float) -> None:
        """Another format for the lines to come, if it is sure of those that were refused."""
        lines = self._doubt.lines
        head = self._of(b"".join(line + b"\n" for line in lines), lines, modified)
        verdict = detect(head)
        if verdict.key == self.format.key or not understands(verdict, head):
            self._doubt.reject()
            return
        verdict.settle(lines, modified)
        self._doubt.accept()
        self.format = verdict

    def _verdict(self, head: bytes, modified: float) -> Format:
        probes = [self.utf8(line + b"\n").rstrip(b"\n") for line in self._probes()]
        verdict = detect(self._of(head, probes, modified))
        verdict.settle(probes, modified)
        return verdict

    def _of(self, data: bytes, probes: Sequence[bytes], modified: float) -> Head:
        return head_of(data, self._zone, probes, modified, self._settings)


def _end_of(data: bytes, lines: int) -> int:
    """The bytes of the first so many lines."""
    end = 0
    for _ in range(lines):
        end = data.find(b"\n", end) + 1
        if not end:
            return len(data)
    return end or len(data)
