"""Lines of one shape, read by one regular expression over the whole block.

The shape is a row of parts. What each line's parts say comes out of one `split` in C; what did
not match lies between, where counting newlines gives the refused lines exactly. Every part is
anchored to the one before and possessive, so that hostile lines cost no more than others.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from watcher.parse.batch import Batch, only_lines
from watcher.parse.clock import Clock
from watcher.parse.head import stamp_of, unpainted
from watcher.parse.numbers import numbers
from watcher.parse.usual import Usual, usual_line

SILENT = rb"[ \t]*+(?:#[^\n]*+)?\r?"  # blanks and comments: neither good nor bad
MOST_WORDS = 1024  # remembered texts of a class; a log has a dozen

Classify = Callable[[str], str | None]


class Part(NamedTuple):
    """A piece of a line: its pattern, and what its groups are."""

    pattern: bytes
    role: str = ""  # "time" (three groups), "field", "class" or "label" (one); "": no group
    name: str = ""  # of the field
    usual: bytes = b""  # a pattern of what it nearly always is, with the same groups
    never: bytes = b""  # bytes that are in no block for which `usual` is true
    comma: bool = False  # whether the number of the field has a comma for a point


class Lines:
    """The format of logs whose lines all have one shape."""

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
        self._commas = {part.name for part in parts if part.comma}
        self.why = f"not {self.time_format or name} like the others"
        self._classify = classify
        pattern = b"".join(part.pattern for part in parts)
        self._lines = re.compile(rb"^(?=[^\n])%b$" % pattern, re.MULTILINE)
        self._silent = re.compile(rb"^(?:%b|%b)\n" % (SILENT, silent), re.MULTILINE)
        self._stride = self._lines.groups + 1
        self._groups = _groups(parts)
        self._known: dict[bytes | None, str] = {}
        self._usual = self._usual_line()

    @property
    def key(self) -> object:
        """Equal for formats that read every line alike."""
        return self.name, self._lines.pattern, self.time_format

    def parse(self, block: bytes) -> Batch:
        """The samples of `block`, whose every line ends with a newline."""
        block = unpainted(block)
        lines = block.count(b"\n")
        pieces = self._usual and self._usual.split(block, lines)
        pieces = pieces or self._lines.split(block)
        matched = (len(pieces) - 1) // self._stride
        refused = lines - matched
        if refused:
            between = [pieces[0], *[junk[1:] for junk in pieces[self._stride :: self._stride]]]
            refused -= sum(len(self._silent.findall(junk)) for junk in between)
        if not matched:
            return only_lines(lines, refused)
        return without_nans(
            Batch(
                lines=lines,
                bad=refused,
                samples=matched,
                times=self._times(pieces),
                values={
                    name: numbers(self._with_points(name, pieces[at :: self._stride]))
                    for name, at in zip(self.fields, self._groups["field"], strict=True)
                },
                classes=self._classes(pieces, matched),
                labels=self._labels(pieces),
            )
        )

    def _usual_line(self) -> Usual | None:
        patterns = [(part.pattern, part.usual) for part in self.parts]
        never = bytes({byte for part in self.parts for byte in part.never})
        timed = next((n for n, part in enumerate(self.parts) if part.role == "time"), None)
        if timed is None or self.clock is None:
            return usual_line(self._lines, patterns, never, None)
        time = timed, self._groups["time"][0], self.clock.format
        return usual_line(self._lines, patterns, never, time)

    def settle(self, probes: Sequence[bytes], modified: float) -> None:
        """Fix what the lines do not say of their times, from lines all over the file."""
        if self.clock is not None:
            at = self._groups["time"][0]
            said = map(unpainted, probes)
            found = [match for line in said if (match := self._lines.match(line))]
            self.clock.settle([stamp_of(match, at) for match in found], modified)

    def _times(self, pieces: list[Any]) -> list[float] | None:
        if self.clock is None:
            return None
        at, stride = self._groups["time"][0], self._stride
        return self.clock.times(
            pieces[at::stride], pieces[at + 1 :: stride], pieces[at + 2 :: stride]
        )

    def _with_points(self, name: str, texts: list[bytes]) -> list[bytes]:
        if name not in self._commas:
            return texts
        return [(text or b"").replace(b",", b".") for text in texts]

    def _labels(self, pieces: list[Any]) -> list[bytes] | None:
        if not self._groups["label"]:
            return None
        return [text or b"" for text in pieces[self._groups["label"][0] :: self._stride]]

    def _classes(self, pieces: list[bytes], matched: int) -> list[str] | None:
        if self._classify is None:
            return None
        if not self._groups["class"]:
            return [""] * matched
        texts = pieces[self._groups["class"][0] :: self._stride]
        try:
            return [self._known[text] for text in texts]
        except KeyError:
            return [self._class(text) for text in texts]

    def _class(self, text: bytes | None) -> str:
        if text not in self._known:
            if len(self._known) >= MOST_WORDS:
                self._known.clear()
            said = (text or b"").decode("ascii", "replace")
            self._known[text] = (self._classify(said) if self._classify else None) or ""
        return self._known[text]


def _groups(parts: Sequence[Part]) -> dict[str, list[int]]:
    """Where the groups of each role begin, in the order of the parts."""
    found: dict[str, list[int]] = {role: [] for role in ("", "time", "field", "class", "label")}
    at = 1
    for part in parts:
        found[part.role].append(at)
        at += re.compile(part.pattern).groups
    return found


def without_nans(batch: Batch) -> Batch:
    """`batch` without samples that have no time, or neither a value nor a class."""
    times, values, classes = batch.times, batch.values, batch.classes
    timed = times is None or not math.isnan(sum(times))
    valued = classes is not None or any(not math.isnan(sum(column)) for column in values.values())
    if timed and valued:
        return batch
    kept = [
        n
        for n in range(batch.samples)
        if (times is None or times[n] == times[n])
        and (classes is not None or any(column[n] == column[n] for column in values.values()))
    ]
    bad = batch.bad + batch.samples - len(kept)
    return batch.only(kept)._replace(bad=bad) if kept else only_lines(batch.lines, bad)
