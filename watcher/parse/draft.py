"""How the lines of a log lie, drafted from one of them: what stands where, from left to right.

A *form* is how a part of the line is usually written: text that is always the same, and in it WILD
for anything up to the text behind it, and FIXED for each digit of a number that is always as long.
APART stands before a byte that is never in what stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from watcher.parse.columnar import SAID, SECONDS, TEXT, TIME, Layout, Said
from watcher.parse.numbers import SCALES
from watcher.parse.spelled import Piece
from watcher.parse.stencil import Stencil
from watcher.parse.timeformat import FRACTION, NONE, WHOLE, TimeFormat

WILD, FIXED, APART = b"\0", b"\1", b"\2"
LAST = b"\2"  # a number with its unit, if it ends the line
PROSE = b"\3"  # text for people
FIELD, NUMBER, FLAG = "field", "number", "flag"  # pieces are called so, and numbered
NUMBERED = (NUMBER, FLAG)
NOT_SAID = "", 1.0  # of a field

_parts = re.compile(rb"\x00|\x03|\x01+|[^\x00\x01\x03]+").findall
_quantity = re.compile(rb"([\d.]+)( ?\D*)").fullmatch
_usual_epoch = re.compile(rb"\d{10,19}|\d{10}\.\d{1,5}").fullmatch  # exact as floats
_usual_seconds = re.compile(rb"\d\d(?:[.,]\d{1,9})?|").fullmatch


class Draft:
    """A line like the others, told piece by piece."""

    def __init__(self, apart: bytes = b"") -> None:
        """`apart`: what is in no piece, but for those in quotes."""
        self._pieces: list[Piece] = []
        self._text = b""  # since the last piece
        self._fields: dict[str, tuple[str, float]] = {}
        self._digits: list[str] = []
        self._apart = apart
        self._seconds = b""
        self._tail: bytes | None = None
        self._is_sound = True
        self._said: Said | None = None

    def text(self, text: bytes) -> None:
        """What is always the same."""
        self._text += text

    def piece(self, name: str = "", sample: bytes | None = None) -> None:
        """What is not, always as long as the `sample`, if there is one."""
        if name in NUMBERED:
            name += str(len(self._pieces))
        if sample is not None and sample.isdigit() and name != SECONDS:
            self._digits.append(name)
        self._pieces.append(Piece(self._text, name, sample))
        self._text = b""

    def field(self, field: str, scale: float = 1.0) -> None:
        """A number that is wanted, whose unit is worth so much."""
        self._fields[field] = f"{FIELD}{len(self._fields)}", scale
        self.piece(self._fields[field][0])

    def last(self, field: str, found: re.Match[bytes], group: int) -> None:
        """What the `field` says, if it ends the line that was found."""
        line, begin = found.string, found.start(group)
        quantity = _quantity(found[group] or b"")
        scale = SCALES.get(quantity[2].strip()) if quantity else None
        ends = line[found.end(group) : found.end(group) + 1] == b"\n"
        self._is_sound &= scale is not None and ends
        if quantity and scale is not None:
            self._said = Said(line[line.rfind(b" ", 0, begin - 1) : begin], quantity[2])
            self._fields[field] = SAID, scale

    def form(self, form: bytes, name: str = "", field: str = "") -> None:
        """A part of this form; its first piece has the `name`, or is what the `field` says."""
        for part in _parts(form):
            if part == WILD and field:
                self.field(field)
            elif part == WILD:
                self.piece(name)
            elif part == PROSE:
                self.piece(TEXT)
            elif part.startswith(FIXED):
                self.piece(name, len(part) * b"0")
            elif part.startswith(APART):
                self._apart = part[1:]
                self.text(self._apart)
                continue
            else:
                self.text(part)
                continue
            name = field = ""

    def time(self, format_: TimeFormat, found: re.Match[bytes], group: int) -> None:
        """The time that was found, whose three groups begin with this one."""
        line = found.string
        (begin, stop), (second, end), (_, tail_end) = (found.span(group + n) for n in range(3))
        self._seconds = line[second:end]
        if format_.seconds == WHOLE and begin == stop and tail_end <= end:
            self._is_sound &= not format_.is_uptime and _usual_epoch(self._seconds) is not None
            self.piece(TIME, self._seconds)
            return
        self._is_sound &= format_.seconds in (FRACTION, NONE)
        self._is_sound &= _usual_seconds(self._seconds) is not None
        self._tail = found[group + 2]
        self.piece(TIME, line[begin:stop])
        if self._seconds:
            self.text(line[stop:second])
            self.piece(SECONDS, self._seconds)
        self.text(line[end : max(end, tail_end)])

    def layout(
        self,
        line: bytes,
        fields: Sequence[str],
        never: bytes,
        *,
        controls: bool = True,
        dash: bool = False,
        nothing: bool = False,
    ) -> Layout | None:
        """What it comes to, if `line`, of which it was told, is so; else None.

        `fields`: all there are; of some, the line may say nothing. See `Stencil` and `Layout`.
        """
        stencil = self._stencil(line, never, controls=controls) if self._is_sound else None
        if stencil is None:
            return None
        names = [piece.name for piece in self._pieces]
        return Layout(
            stencil,
            {field: self._fields.get(field, NOT_SAID) for field in fields},
            tuple(name for name in names if name.startswith(NUMBER)),
            tuple(name for name in names if name.startswith(FLAG)),
            tuple(self._digits),
            frozenset(names),
            self._said,
            self._seconds,
            self._tail,
            dash,
            nothing,
        )

    def _stencil(self, line: bytes, never: bytes, *, controls: bool) -> Stencil | None:
        """One that lies on `line`."""
        end, apart = self._text + b"\n", self._apart
        for pairs in (True, False):
            try:
                found = Stencil(self._pieces, end, never, apart, controls=controls, pairs=pairs)
            except ValueError:
                return None
            if len(found.laid_on(line).rows):
                return found
        return None
