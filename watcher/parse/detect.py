"""Which format is this log?

Judged by the first lines only, by what was counted, never by a single line or by time. Formats
that say much of a line are asked first; what people wrote for people comes last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from watcher.parse.access import access
from watcher.parse.batch import Batch
from watcher.parse.clock import Clock
from watcher.parse.columns import csv, plain
from watcher.parse.head import Head
from watcher.parse.integers import Integers, integers
from watcher.parse.prose import dated_text, undated_text
from watcher.parse.records import json, logfmt

SURE = 0.8  # of the lines must be understood by a format that says much
LIKELY = 0.5  # likewise, where text is no better


class Format(Protocol):
    """How the lines of one log are read. The same bytes in any blocks give the same samples."""

    name: str
    time_format: str  # empty: the lines have no time
    counts: bool  # whether lines are counted, by class
    why: str  # a line is refused, in words

    @property
    def fields(self) -> tuple[str, ...]:
        """The numbers that are kept of a line."""

    @property
    def key(self) -> object:
        """Equal for formats that read every line alike."""

    @property
    def clock(self) -> Clock | None:
        """What reads the times; None where there are none."""

    def parse(self, block: bytes) -> Batch:
        """The samples of `block`, whose every line ends with a newline."""

    def settle(self, probes: Sequence[bytes], modified: float) -> None:
        """Fix what the lines do not say of their times, from lines all over the file."""


Build = Callable[[Head], Format | None]
TELLING: tuple[Build, ...] = (json, access, logfmt, integers, csv, plain)


def detect(head: Head) -> Format:
    """The format that says most of `head`, and understands most of it."""
    data = b"".join(line + b"\n" for line in head.lines)
    if not data:
        return Integers()
    telling = [format_ for build in TELLING if (format_ := build(head)) is not None]
    for format_ in telling:
        format_.settle(head.probes or head.lines, head.modified)
    shares = {id(format_): _share(format_, data) for format_ in telling}
    best = max(telling, key=lambda format_: shares[id(format_)], default=None)
    if best is not None and shares[id(best)] >= SURE:
        return best
    text = dated_text(head)
    if text is not None:
        text.settle(head.probes or head.lines, head.modified)
    if text is not None and _share(text, data) >= LIKELY:
        return text
    if best is not None and shares[id(best)] >= LIKELY:
        return best
    return text or undated_text(head)


def _share(format_: Format, data: bytes) -> float:
    batch = format_.parse(data)
    return batch.samples / max(1, batch.samples + batch.bad)
