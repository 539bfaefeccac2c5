"""A line that is like the others of its log, spelled: what stands how far behind what.

Between two pieces that may be of any length lies a *run*, which is always as long: text that never
changes, and pieces as long as a sample. Some bytes, the *marks*, are enough to find the runs: at
least one stands in each, and none in the pieces between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from watcher.parse.laid import LONGEST_WORD, Frame, Place, Span

NEWLINE, SPACE, BANG, QUOTE = b'\n !"'
CONTROLS = bytes(range(SPACE))
ANY = 1 << 62  # bytes: more than any line has
WIDEST = 64  # bytes that are fetched at once; up to here it costs the same
MORE = 2  # quotes must be so many times as many as pairs

_steady = re.compile(b"\1+").finditer


class Piece(NamedTuple):
    """What changes from line to line, and the text in front of it that never does."""

    before: bytes
    name: str = ""  # of what is wanted; empty: nobody wants it
    sample: bytes | None = None  # it is always as long as this; None: up to what follows


class Run(NamedTuple):
    """What lies between two pieces of any length."""

    behind: str | None  # the piece in front of it; None: it begins with the newline before the line
    text: bytes
    steady: bytes  # 1 for each byte that is the same in all lines, else 0
    fixed: tuple[tuple[str, int, int], ...]  # the pieces in it: where they begin and end


class Marks(NamedTuple):
    """What is looked for in a block."""

    single: bytes  # each of these bytes is a mark; the newline is one
    pair: bytes = b""  # two bytes that are one together, where the first is
    counted: bool = False  # all lines have as many quotes, though those are no marks
    quoted: bool = False  # between quotes there are no marks but quotes

    @property
    def bare(self) -> bool:
        """Whether all are one byte or newlines: who has counted those knows which is which."""
        return len(self.single) == 2 and not self.counted

    @property
    def top(self) -> int:
        """All bytes up to this one are marks, but perhaps for BANG; 0: that is not so."""
        if not set(CONTROLS) <= set(self.single):
            return 0
        if SPACE not in self.single:
            return CONTROLS[-1]
        return QUOTE if self.quoted else SPACE

    @property
    def others(self) -> bytes:
        """The bytes that are marks, but for the newline and what is below `top`."""
        return bytes(set(self.single) - set(range(self.top + 1)) - {NEWLINE})

    def places(self, text: bytes, *, inside: bool) -> list[int]:
        """Where they stand in a run, which may begin between quotes."""
        found = []
        for at, byte in enumerate(text):
            inside ^= byte == QUOTE and self.quoted
            hidden = inside and byte not in (QUOTE, NEWLINE)
            if (byte in self.single and not hidden) or self.width(text, at) > 1:
                found.append(at)
        return found

    def width(self, text: bytes, at: int) -> int:
        """How many bytes the mark has that stands there."""
        return 2 if self.pair and text.startswith(self.pair, at) else 1


def runs_of(pieces: Sequence[Piece], end: bytes) -> list[Run]:
    """The runs of a line of these pieces; `end` is the text behind the last."""
    found: list[Run] = []
    behind: str | None = None
    text, steady = b"\n", b"\0"
    fixed: tuple[tuple[str, int, int], ...] = ()
    for piece in [*pieces, Piece(end, sample=b"")]:
        text += piece.before
        steady += b"\1" * len(piece.before)
        if piece.sample is None:
            found.append(Run(behind, text, steady, fixed))
            behind, text, steady, fixed = piece.name, b"", b"", ()
        else:
            fixed += ((piece.name, len(text), len(text) + len(piece.sample)),)
            text += piece.sample
            steady += b"\0" * len(piece.sample)
    return [*found, Run(behind, text, steady, fixed)]


def marks_of(runs: Sequence[Run], apart: bytes, *, controls: bool, pairs: bool) -> Marks:
    """As few as will do, and `pairs` if they may be; `apart`: some that there must be.

    Control characters are marks too unless there may be some, `controls`.

    ValueError: there is no byte to tell a run by.
    """
    single = bytes([NEWLINE, QUOTE] if any(QUOTE in run.text for run in runs) else [NEWLINE])
    single += apart
    for run in runs:
        if not any(byte in single for byte in run.text):
            if not run.steady.startswith(b"\1"):
                raise ValueError("two pieces with nothing between them")
            single += run.text[:1]
    more = b"" if controls else CONTROLS
    if set(single) != {NEWLINE, QUOTE} or not pairs:
        return Marks(single + more, quoted={NEWLINE, QUOTE} < set(single))
    pair = _pair(runs)
    return Marks(single + more) if pair is None else Marks(b"\n" + more, pair, counted=True)


def _pair(runs: Sequence[Run]) -> bytes | None:
    """A quote and what is beside it, that stand in each run without a newline; empty: no such run.

    Texts between quotes have the pair only if they begin or end with that other byte. None if
    there is no pair, or there are not many more quotes: to count those takes its time too.
    """
    texts = [run.text for run in runs]
    if any(QUOTE in run.text[begin:end] for run in runs for _, begin, end in run.fixed):
        return None
    if not (inner := texts[1:-1]):
        return b""
    pairs = {inner[0][at : at + 2] for at in range(len(inner[0]) - 1)}
    often = {
        pair: sum(text.count(pair) for text in texts)
        for pair in sorted(pairs)
        if pair.count(QUOTE) == 1 and all(pair in text for text in inner)
    }
    fewest = min(often, key=often.__getitem__, default=None)
    quotes = sum(text.count(QUOTE) for text in texts)
    return fewest if fewest and MORE * often[fewest] < quotes else None


class Line:
    """What stands how far behind which mark; the newline before the line is mark 0."""

    def __init__(self, runs: Sequence[Run], marks: Marks) -> None:
        """ValueError: some run has no mark, because quotes hide them."""
        self.spans: dict[str, Span] = {}
        self.texts: list[tuple[Place, bytes]] = []  # what never changes
        self.least: list[int] = []  # bytes from each mark to the next
        self.most: list[int] = []
        self.quotes = 0
        self._marks = marks
        self._end, self._past = Place(0, 0), 0  # of the run before; bytes from its last mark on
        for run in runs:
            self._spell(run)

    @property
    def frames(self) -> dict[int, Frame]:
        """By mark, where there are several texts and words that are always as far from it."""
        wanted = [(mark, range(at, at + len(text))) for (mark, at), text in self.texts]
        for (mark, first), (end_mark, end) in self.spans.values():
            words = range(first, end, LONGEST_WORD) if mark == end_mark else ()
            wanted += [(mark, range(at, at + LONGEST_WORD)) for at in words]
        near: dict[int, list[range]] = {}
        for mark, part in wanted:
            near.setdefault(mark, []).append(part)
        frames = {}
        for mark, parts in near.items():
            first, last = min(part.start for part in parts), max(part.stop for part in parts)
            if sum(len(part) > 1 for part in parts) > 1 and last - first <= WIDEST:
                frames[mark] = Frame(first, last - first)
        return frames

    def _spell(self, run: Run) -> None:
        places = self._marks.places(run.text, inside=bool(self.quotes & 1))
        if not places:
            raise ValueError("all marks between two pieces are in quotes")
        if run.behind is not None:
            self.least.append(self._past + places[0])
            self.most.append(ANY)
        origin = Place(len(self.least), -places[0] - 1)
        if run.behind is not None:
            self.spans[run.behind] = Span(self._end, origin)
        gaps = [end - begin for begin, end in pairwise(places)]
        self.least += gaps
        self.most += gaps
        for name, begin, end in run.fixed:
            self.spans[name] = Span(_beyond(origin, begin), _beyond(origin, end))
        for begin, end in self._compared(run, places):
            for at in range(begin, end, WIDEST):
                self.texts.append((_beyond(origin, at), run.text[at : min(end, at + WIDEST)]))
        self._end, self._past = _beyond(origin, len(run.text)), len(run.text) - places[-1]
        self.quotes += run.text.count(QUOTE)

    def _compared(self, run: Run, places: Sequence[int]) -> Iterator[tuple[int, int]]:
        """What is looked at in a run: from where to where."""
        steady, bare = bytearray(run.steady), self._marks.bare
        for at in places:
            width = self._marks.width(run.text, at)
            if run.text[at] == NEWLINE:  # those are looked at in any case
                steady[at] = 0
            elif not bare:
                steady[at : at + width] = b"\1" * width
        for found in _steady(steady):
            begin, end = found.span()
            while bare and begin in places:
                begin += 1
            while bare and end > begin and end - 1 in places:
                end -= 1
            if begin < end:
                yield begin, end


def _beyond(place: Place, more: int) -> Place:
    return place._replace(offset=place.offset + more)
