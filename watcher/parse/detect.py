"""Which format is this log?

Judged by the first lines only, by what was counted, never by a single line or by time. Formats
that say much of a line are asked first; what people wrote for people comes last.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from copy import copy
from typing import TYPE_CHECKING, Protocol

import msgspec

from watcher.parse.above import above
from watcher.parse.access import access
from watcher.parse.banner import begun, day_above, year_within
from watcher.parse.batch import Batch, only_lines
from watcher.parse.clock import Clock
from watcher.parse.columns import csv, plain
from watcher.parse.forms import forms_of, said_beside
from watcher.parse.head import Head
from watcher.parse.integers import Integers, integers
from watcher.parse.layouts import known
from watcher.parse.lines import SILENT, Lines
from watcher.parse.numbers import bounds
from watcher.parse.prose import dated_text, undated_text
from watcher.parse.records import influx, json, logfmt
from watcher.parse.regex import regex
from watcher.parse.slow import slow
from watcher.parse.steps import DAY
from watcher.parse.taken import Sample
from watcher.parse.timeformat import WHOLE

if TYPE_CHECKING:
    from watcher.parse.recipe import Recipe

SURE = 0.8  # of the lines must be understood by a format that says much
LIKELY = 0.5  # likewise, where text is no better
NUMBERED = ("plain", "csv", "json")  # formats that know the numbers that are no times


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
    def recipe(self) -> Recipe:
        """What it can be made of again."""

    @property
    def clock(self) -> Clock | None:
        """What reads the times; None where there are none."""

    @property
    def by_columns(self) -> bool:
        """Whether it reads large blocks in little time."""

    def parse(self, block: bytes) -> Batch:
        """The samples of `block`, whose every line ends with a newline."""

    def sample(self, line: bytes) -> Sample | None:
        """What one line says, if it is as usual; None, and nothing was read: it is to be parsed."""

    def settle(self, probes: Sequence[bytes], modified: float) -> None:
        """Fix what the lines do not say of their times, from lines all over the file."""


Build = Callable[[Head], Format | None]
TELLING: tuple[Build, ...] = (json, known, access, logfmt, influx, integers, csv, plain)


class NothingRecipe(msgspec.Struct, frozen=True, tag="nothing"):
    """The format that its user says it is."""

    name: str


class Nothing:
    """The format of a log that is not what its user says: no line is understood."""

    time_format = ""
    counts = False
    clock = None
    by_columns = False
    fields = ("value",)

    def __init__(self, name: str) -> None:
        self.name = name
        self.key = (name, "nothing")
        self.recipe = NothingRecipe(name)
        self.why = f"not {name}, as `format` says"
        self._silent = re.compile(rb"^%b\n" % SILENT, re.MULTILINE)

    def parse(self, block: bytes) -> Batch:
        """Refuses everything but blanks and comments."""
        lines = block.count(b"\n")
        return only_lines(lines, lines - len(self._silent.findall(block)))

    def sample(self, line: bytes) -> None:
        """Nothing is usual."""

    def settle(self, probes: object, modified: float) -> None:
        """There is nothing to settle."""


def detect(head: Head) -> Format:
    """The format that says most of `head`, and understands most of it; or the one that is said."""
    format_ = forms_of(head, *_detected(head), lambda some: _detected(some)[0])
    clock = format_.clock
    said = clock and (
        begun(clock, head)
        or year_within(clock, head)
        or day_above(twin(format_), head)
        or said_beside(format_, head)
    )
    if clock and said:
        _settle(format_, clock, said, head)
        times = twin(format_).parse(_data(head)).times
        if times is not None and bounds(times)[1] > head.modified + DAY:
            _settle(format_, clock, None, head)  # there are more beginnings than one
    return format_


def _settle(format_: Format, clock: Clock, said: int | None, head: Head) -> None:
    clock.said = said
    format_.settle(head.probes or head.lines, head.modified)


def _detected(head: Head) -> tuple[Format, int]:
    """The format of the lines that are of one form, and how many of them are known to be so."""
    if not head.lines:
        return Integers(), 0
    said = head.settings.format
    if said != "auto":
        return SAID[said](head) or Nothing(said), 0
    below: Format | None = slow(head) or above(head)
    if below is not None:
        return below, 0
    best, told = _best(TELLING, head)
    is_sure = best is not None and _share(told) >= SURE and best.clock is not None
    if best is not None and is_sure and (best.fields or best.name != "csv"):
        return best, told.samples
    text = dated_text(head)
    if best is not None and is_sure and not (text and text.fields):  # `|temp:21.5|` names them
        return best, told.samples
    if text is None:
        sure = best is not None and _share(told) >= LIKELY
        return (best, told.samples) if best and sure else (undated_text(head), 0)
    text.settle(head.probes or head.lines, head.modified)
    dated = text.parse(_data(head))
    if best is not None and _share(told) >= SURE and not _tells_when(text, dated, best, told):
        return best, told.samples
    if _share(dated) < LIKELY <= _share(told) and best is not None:
        return best, told.samples
    return text, dated.samples


def _tells_when(text: Lines, dated: Batch, best: Format, told: Batch) -> bool:
    """Whether it has times that mean more than numbers without any, and are none themselves."""
    if text.clock is None or _share(dated) < SURE:
        return False
    if best.name not in NUMBERED:
        return True
    if dated.samples < LIKELY * told.samples and not text.fields:
        return False  # few of them have a time somewhere
    return text.clock.format.seconds != WHOLE


def twin(format_: Format) -> Format:
    """A format that reads alike, and whose clock goes its own way from here."""
    other = copy(format_)
    if format_.clock is not None:
        vars(other)["clock"] = copy(format_.clock)
        vars(other).pop("_columns", None)  # which would go on with the clock of the first
    return other


def understands(format_: Format, head: Head) -> bool:
    """Whether it is sure of `head`, and says something of it that plain text would not."""
    says = bool(format_.fields or format_.clock)
    return says and _share(format_.parse(_data(head))) >= SURE


def _best(builds: Sequence[Build], head: Head) -> tuple[Format | None, Batch]:
    """What understands most of `head`, the first of those that are as good; and what it says."""
    data = _data(head)
    best: Format | None = None
    told = only_lines(0, 0)
    for format_ in filter(None, (build(head) for build in builds)):
        format_.settle(head.probes or head.lines, head.modified)
        batch = format_.parse(data)
        if best is None or _share(batch) > _share(told):
            best, told = format_, batch
        if _share(told) == 1.0:  # none can be better
            break
    return best, told


def _data(head: Head) -> bytes:
    return b"".join(line + b"\n" for line in head.lines)


def _share(batch: Batch) -> float:
    """Of the lines that say something, those that were understood."""
    return batch.samples / max(1, batch.samples + batch.bad)


def _plain(head: Head) -> Format | None:
    """One number a line, or several with white space between them."""
    return _best((integers, plain), head)[0]


def _named(name: str, format_: Lines | None) -> Lines | None:
    """Text that is called what its user calls it."""
    if format_ is not None:
        format_.name = name
    return format_


SAID: dict[str, Build] = {
    "plain": _plain,
    "csv": csv,
    "json": json,
    "logfmt": lambda head: logfmt(head) or influx(head),
    "access": lambda head: _best((known, access), head)[0],
    "syslog": lambda head: _named("syslog", dated_text(head)),
    "text": lambda head: _named("text", dated_text(head) or undated_text(head)),
    "regex": regex,
}
