"""Lines of one shape, read by one regular expression over the whole block.

The shape is a row of parts. What each line's parts say comes out of one `split` in C; what did
not match lies between, where counting newlines gives the refused lines exactly. Every part is
anchored to the one before and possessive, so that hostile lines cost no more than others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import NamedTuple

import msgspec

from watcher.parse.batch import Batch, only_lines
from watcher.parse.blocks import Blocks, Classes, without_nans
from watcher.parse.clock import Clock
from watcher.parse.columnar import Layout
from watcher.parse.draft import LAST, Draft
from watcher.parse.head import BOM, ESCAPE, stamp_of, unpainted
from watcher.parse.numbers import READ
from watcher.parse.taken import Number, Sample, Taken
from watcher.parse.usual import LEARNED_FROM, Groups, Learned, Pieces, Usual, usual_line

SILENT = rb"[ \t]*+(?:#[^\n]*+)?\r?"  # blanks and comments: neither good nor bad
WHOLE = rb"(\d++"  # the pattern of numbers that have no fraction begins so

GROUPS = {"time": 3, "field": 1, "class": 1, "label": 1}  # by role

_may_have_groups = re.compile(rb"(?<!\\)\((?!\?)").search
Classify = Callable[[str], str | None]


class Part(NamedTuple):
    """A piece of a line: its pattern, and what its groups are."""

    pattern: bytes
    role: str = ""  # "time" (three groups), "field", "class" or "label" (one); "": no group
    name: str = ""  # of the field
    usual: bytes = b""  # a pattern of what it nearly always is, with the same groups
    never: bytes = b""  # bytes that are in no block for which `usual` is true
    written: str = ""  # how the number of the field is: one of READ
    form: bytes | None = None  # of lines that are alike, see `draft`; None: hard to tell


class LinesRecipe(msgspec.Struct, frozen=True, tag="lines"):
    """All that makes one `Lines` read as another does."""

    name: str
    parts: tuple[Part, ...]
    silent: bytes
    time: str  # the name of its TimeFormat; empty: none
    classify: str  # the name of the function; empty: none


class Lines(Blocks):
    """The format of logs whose lines all have one shape.

    Its patterns are compiled when the first block comes: a log at rest costs nothing.
    """

    def __init__(
        self,
        name: str,
        parts: Sequence[Part],
        clock: Clock | None = None,
        classify: Classify | None = None,
        silent: bytes = SILENT,
    ) -> None:
        """`classify`: the class that a text stands for; without it lines are not counted.

        `silent` matches further lines that are neither samples nor refused.
        """
        self.name, self.clock, self.parts = name, clock, tuple(parts)
        self.time_format = clock.format.name if clock else ""
        self.fields = tuple(part.name for part in parts if part.role == "field")
        self.counts = classify is not None
        self.why = f"not {self.time_format or name} like the others"
        self._classify, self._more = classify, silent
        self._known = Classes(classify)

    @property
    def key(self) -> object:
        """Equal for formats that read every line alike."""
        return self.name, self._pattern, self.time_format, self._more

    @property
    def recipe(self) -> LinesRecipe:
        """What it can be made of again."""
        classify = self._classify.__name__ if self._classify else ""
        return LinesRecipe(self.name, self.parts, self._more, self.time_format, classify)

    @property
    def _pattern(self) -> bytes:
        return rb"^(?=[^\n])%b$" % b"".join(part.pattern for part in self.parts)

    @cached_property
    def _lines(self) -> re.Pattern[bytes]:
        return re.compile(self._pattern, re.MULTILINE)

    @cached_property
    def _silent(self) -> re.Pattern[bytes]:
        return re.compile(rb"^(?:%b|%b)\n" % (SILENT, self._more), re.MULTILINE)

    @property
    def _is_split(self) -> bool:
        return bool(self._groups["label"])

    @cached_property
    def _stride(self) -> int:
        return self._lines.groups + 1

    @cached_property
    def _groups(self) -> dict[str, list[int]]:
        return _groups(self.parts)

    def parse(self, block: bytes) -> Batch:
        """The samples of `block`, whose every line ends with a newline."""
        return self._read(unpainted(block))

    def has(self, line: bytes) -> bool:
        """Whether `line`, without its end, is of this shape."""
        return self._lines.match(line) is not None

    def passing(self, other: Lines) -> Lines:
        """As this one; what says nothing in the `other` says nothing here."""
        return Lines(self.name, self.parts, self.clock, self._classify, other._more)

    def sample(self, line: bytes) -> Sample | None:
        """What one line says, if it is as usual; None, and nothing was read: it is to be parsed."""
        taken = self._taken
        if taken is None or ESCAPE in line or line[0] == BOM[0]:
            return None
        return taken.sample(line, self.clock)

    def _taken_by(self, usual: Usual, learned: Learned) -> Taken:
        places = {role: at[0] for role, at in learned.groups.items() if at}
        numbers = [
            Number(part.name, at, read=READ[part.written])
            for part, at in zip(self._fields, learned.groups["field"], strict=True)
        ]
        return Taken(
            usual,
            learned,
            numbers,
            places.get("time", 0),
            self._known if self._classify else None,
            places.get("class", 0),
            places.get("label"),
        )

    def _all(self, block: bytes, lines: int) -> Batch:
        """The samples of any block."""
        pieces, stride = self._lines.split(block), self._stride
        refused = lines - (len(pieces) - 1) // stride
        if refused:
            between = [pieces[0], *[junk[1:] for junk in pieces[stride::stride]]]
            refused -= sum(len(self._silent.findall(junk)) for junk in between)
        if len(pieces) == 1:
            return only_lines(lines, refused)
        times = None
        if self.clock is not None:
            times = self.clock.taken(pieces, self._groups["time"][0], stride, None)
        return self._batch(pieces, stride, self._groups, times, lines, refused)

    def _batch(
        self,
        pieces: Pieces,
        stride: int,
        groups: Groups,
        times: list[float] | None,
        lines: int,
        refused: int,
    ) -> Batch:
        matched = (len(pieces) - 1) // stride
        values = {
            part.name: READ[part.written](pieces[at::stride])
            for part, at in zip(self._fields, groups["field"], strict=True)
        }
        classes, labels = None, None
        if self._classify is not None:
            at = groups["class"]
            classes = self._known.of(pieces[at[0] :: stride]) if at else [""] * matched
        if groups["label"]:
            labels = [text or b"" for text in pieces[groups["label"][0] :: stride]]
        return without_nans(Batch(lines, refused, matched, times, values, classes, labels))

    @cached_property
    def _fields(self) -> list[Part]:
        return [part for part in self.parts if part.role == "field"]

    @cached_property
    def _usual(self) -> Usual | None:
        patterns = [(part.pattern, part.usual) for part in self.parts]
        never = bytes({byte for part in self.parts for byte in part.never})
        timed = next((n for n, part in enumerate(self.parts) if part.role == "time"), None)
        time = (timed, self.clock.format) if timed is not None and self.clock else None
        return usual_line(self._lines, patterns, never, self._groups, time)

    def _layout(self, block: bytes) -> Layout | None:
        """What stands where in a line of `block`; None if it is hard to tell."""
        found, draft, fields = self._lines.search(block, 0, LEARNED_FROM), Draft(), 0
        if found is None or self.clock is None:
            return None
        for part in self.parts:
            if part.role == "time":
                draft.time(self.clock.format, found, self._groups["time"][0])
            elif part.form is None:
                return None
            elif part.form == LAST:
                draft.last(part.name, found, self._groups["field"][fields])
                fields += 1
            elif part.role == "field":
                draft.form(part.form, field=part.name)
                fields += 1
            else:
                draft.form(part.form, part.role)
        line = block[found.start() : block.find(b"\n", found.start()) + 1]
        never = bytes({byte for part in self.parts for byte in part.never})
        layout = draft.layout(line, self.fields, never, dash=True, nothing=self.name == "csv")
        whole = [part.name for part in self._fields if part.pattern.startswith(WHOLE)]
        return layout and layout._replace(whole=tuple(layout.fields[name][0] for name in whole))

    def settle(self, probes: Sequence[bytes], modified: float) -> None:
        """Fix what the lines do not say of their times, from lines all over the file."""
        if self.clock is not None:
            at = self._groups["time"][0]
            said = map(unpainted, probes)
            found = [match for line in said if (match := self._lines.match(line))]
            self.clock.settle([stamp_of(match, at) for match in found], modified)


def _groups(parts: Sequence[Part]) -> dict[str, list[int]]:
    """Where the groups of each role begin, in the order of the parts."""
    found: dict[str, list[int]] = {role: [] for role in ("", "time", "field", "class", "label")}
    at = 1
    for part in parts:
        found[part.role].append(at)
        at += GROUPS.get(part.role) or _many_groups(part.pattern)
    return found


def _many_groups(pattern: bytes) -> int:
    """In a pattern that is compiled only if it may have any."""
    return re.compile(pattern).groups if _may_have_groups(pattern) else 0
