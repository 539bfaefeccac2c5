"""The samples of a block, nearly all of whose lines are alike, column by column.

A `Layout` says what stands where in such a line. What it gives is what the general way to read the
lines would give; lines that are not alike are read in that way, one by one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from watcher.parse.batch import PIECE, Batch, Coded, Column, joined, lines_in
from watcher.parse.clock import Clock
from watcher.parse.digits import written
from watcher.parse.laid import Integers, Laid, Mask, Words, text_of
from watcher.parse.numbers import Floats
from watcher.parse.seconds import MARK
from watcher.parse.stencil import Stencil
from watcher.parse.timeformat import WHOLE
from watcher.parse.usual import Pause

TIME, SECONDS, CLASS, LABEL = "time", "seconds", "class", "label"  # names of pieces
TEXT, SAID = "text", "said"  # likewise: what is for people, and the number at its end
MANY = 240  # lines; with fewer a regular expression is faster than the 0.1 ms that numpy takes
SHORTEST = 16  # bytes of a line that has a time and a number
SMALLEST = MANY * SHORTEST  # bytes; fewer are not so many lines
LARGE = PIECE  # bytes; more are worth trying, whatever lines they are
MOST_ODD = 0.1  # of the lines of a block: each takes 15 us
MINUTE = 0, 61  # seconds, a leap second among them
EPOCHS = 10, 41  # the first two digits of times since 1970, of 2001 to 2099
MOST_WORDS = 256  # that are told apart; a log has a dozen levels or statuses
ZERO = b"0"[0]
TAILS = np.isin(np.arange(256), list(b"ABCDEFGHIJKLMNOPQRSTUVWXYZazp+-\xe2"))  # zones begin so
OUTSIDE = frozenset(b" \t,;\"'")  # no part of a word, at its ends
NO_LABEL = np.isin(np.arange(256), [0, *OUTSIDE])  # likewise
ODD = -1  # the class of what is no word
TRUE, FALSE = (int.from_bytes(word, "little") for word in (b"true", b"false"))


class Said(NamedTuple):
    """The number that ends a text for people, and what stands around it."""

    before: bytes
    unit: bytes


class Layout(NamedTuple):
    """What stands where in a line that is like the others."""

    stencil: Stencil
    fields: dict[str, tuple[str, float]]  # of each its piece, empty: none; what its unit is worth
    numbers: tuple[str, ...] = ()  # pieces that nobody wants and are numbers all the same
    flags: tuple[str, ...] = ()  # likewise, true or false
    digits: tuple[str, ...] = ()  # pieces that have nothing else
    names: frozenset[str] = frozenset()  # of all pieces
    said: Said | None = None
    seconds: bytes = b""  # of one time
    tail: bytes | None = None  # of all times
    dash: bool = False  # whether a dash may stand for a number
    nothing: bool = False  # likewise nothing at all
    whole: tuple[str, ...] = ()  # pieces of fields whose numbers end where their digits end


class Codes:
    """What the words of late are counted as."""

    def __init__(self, classify: Callable[[bytes], str]) -> None:
        self._classify = classify
        self._names: dict[str, int] = {}
        self._words, self._codes = np.empty(0, np.uint64), np.empty(0, np.int64)
        self._digits = False

    def of(self, words: Words, *, digits: bool) -> Coded:
        """The class of each; ODD if it is no word. `digits`: words have nothing else."""
        places = self._words.searchsorted(words)
        if digits != self._digits or not self._knows(words, places):
            self._learn(words, digits)
            places = self._words.searchsorted(words)
        return Coded(tuple(self._names), self._codes.take(places))

    def of_none(self, many: int) -> Coded:
        """The class of so many lines that have no word."""
        code = self._names.setdefault(self._classify(b""), len(self._names))
        return Coded(tuple(self._names), np.full(many, code))

    def _knows(self, words: Words, places: Integers) -> bool:
        if not len(self._words):
            return False
        return not (self._words.take(places, mode="clip") != words).any()

    def _learn(self, words: Words, digits: bool) -> None:
        known = np.unique(np.concatenate((self._words, words)))
        self._words = known if len(known) <= MOST_WORDS else np.unique(words)
        self._digits = digits
        codes = [self._code(text_of(word)) for word in self._words.tolist()]
        self._codes = np.array(codes, np.int64)

    def _code(self, text: bytes) -> int:
        is_word = bool(text) and OUTSIDE.isdisjoint(text[:1] + text[-1:])
        if not (_is_whole(text) if self._digits else is_word):
            return ODD
        return self._names.setdefault(self._classify(text), len(self._names))


def _is_whole(text: bytes) -> bool:
    """Whether JSON knows it: with a zero in front it is no number."""
    return text.isdigit() and b"%d" % int(text) == text


class Reading(NamedTuple):
    """How the lines of one log are read."""

    clock: Clock | None
    codes: Codes | None  # None: lines are not counted
    is_split: bool  # whether lines have labels
    line: Callable[[bytes], Batch]  # one that is not alike


class ByColumns:
    """Reads the large blocks of one log, whose lines lie as one of them does."""

    def __init__(self, lay_out: Callable[[bytes], Layout | None], reading: Reading) -> None:
        """`lay_out`: how some line of a block lies; None if it is hard to tell."""
        self._lay_out, self._reading = lay_out, reading
        self._layout: Layout | None = None
        self._pause = Pause()

    @property
    def works(self) -> bool:
        """Whether the block before was read so."""
        return self._layout is not None

    def read(self, block: bytes) -> Batch | None:
        """The samples of a block; None, and nothing was read, where too few lines are alike."""
        if not is_large(block) or not self._pause.is_over():
            return None
        self._layout = self._layout or self._lay_out(block)
        batch = self._layout and _read(block, self._layout, self._reading)
        if batch is None:
            self._layout = None
            self._pause.begin()
        else:
            self._pause.end()
        return batch


def is_large(block: bytes) -> bool:
    """Whether `block` is worth trying."""
    return len(block) > LARGE or (len(block) >= SMALLEST and lines_in(block) >= MANY)


def _read(block: bytes, layout: Layout, reading: Reading) -> Batch | None:
    laid = layout.stencil.laid_on(block)
    if not len(laid.rows):
        return None
    lines = len(laid.newlines)
    _leave_out(laid, layout)
    said = _said(laid, layout, reading.codes)
    odd, clock = lines - len(laid.rows), reading.clock
    if said is None or odd > MOST_ODD * lines or (odd and clock and not clock.format.has_year):
        return None
    times, before = None, clock.last if clock else None
    if clock is not None:
        times = _times(laid, layout, clock)
        if times is None:
            return None
    labels = _labels(laid, layout) if reading.is_split else None
    batch = Batch(lines, 0, len(laid.rows), times, *said, labels)
    return _with_others(batch, laid.odd(), reading, before) if odd else batch


def _leave_out(laid: Laid, layout: Layout) -> None:
    """Lines in which something is not what it must be."""
    if TEXT in layout.names:
        laid.leave_out(TAILS[laid.first(TEXT)])
    if layout.said:
        laid.find_last(SAID, TEXT, layout.said.before, layout.said.unit)
    for name in layout.digits:
        if name != CLASS:
            laid.leave_out(laid.cut(name) - ZERO > 9)
    if LABEL in layout.names:
        laid.leave_out(_no_labels(laid, is_number=LABEL in layout.digits))
    for name in layout.flags:
        said = laid.words(name)
        if said is None:
            laid.leave_out(np.ones(len(laid.rows), bool))
        else:
            laid.leave_out((said != TRUE) & (said != FALSE))


def _no_labels(laid: Laid, *, is_number: bool) -> Mask:
    """The lines whose label the general way would not read so."""
    first, last = laid.first(LABEL), laid.last(LABEL)
    odd: Mask = NO_LABEL[first] | NO_LABEL[last]
    if is_number and laid.cut(LABEL).shape[1] > 1:
        odd |= first == ZERO
    return odd


def _said(
    laid: Laid, layout: Layout, codes: Codes | None
) -> tuple[dict[str, Column], Coded | None] | None:
    """The values and classes of lines; those are left out where a number is none, or a word."""
    fields = [piece for piece, _ in layout.fields.values() if piece]
    pieces = [*fields, *layout.numbers]
    exponents = not layout.whole
    numbers = laid.numbers(pieces, dash=layout.dash, nothing=layout.nothing, exponents=exponents)
    if numbers is None:
        return None
    samples = len(laid.rows)
    for piece, said in zip(pieces, numbers, strict=True):
        if piece in layout.whole and len(laid.rows) == samples:
            laid.leave_out_broken(piece, said)
    values = _values(dict(zip(pieces, numbers, strict=True)), layout, samples)
    classes = _classes(laid, layout, codes)
    if values is None or (codes and classes is None):
        return None
    return (values, classes) if len(laid.rows) == samples else _said(laid, layout, codes)


def _values(numbers: dict[str, Floats], layout: Layout, samples: int) -> dict[str, Column] | None:
    values: dict[str, Column] = {}
    for name, (piece, scale) in layout.fields.items():
        if not piece:
            values[name] = np.full(samples, math.nan)
        elif scale == 1:
            values[name] = numbers[piece]
        else:
            with np.errstate(over="ignore"):
                values[name] = numbers[piece] * scale
            if np.isinf(values[name]).any():
                return None
    return values


def _classes(laid: Laid, layout: Layout, codes: Codes | None) -> Coded | None:
    """What lines are counted as; those without a word are left out."""
    if codes is None:
        return None
    if CLASS not in layout.names:
        return codes.of_none(len(laid.rows))
    words = laid.words(CLASS)
    if words is None:
        return None
    classes = codes.of(words, digits=CLASS in layout.digits)
    laid.leave_out(classes.codes == ODD)
    return classes


def _labels(laid: Laid, layout: Layout) -> list[bytes]:
    return laid.texts(LABEL) if LABEL in layout.names else [b""] * len(laid.rows)


def _times(laid: Laid, layout: Layout, clock: Clock) -> Floats | None:
    """The instants; None if there is something about them that a look at each must tell."""
    if clock.format.seconds == WHOLE:
        counts = _decimals(laid, TIME, layout.seconds, EPOCHS)
        return None if counts is None else clock.accepted(counts / clock.format.scale)
    past = MARK if not layout.seconds else _decimals(laid, SECONDS, layout.seconds, MINUTE, MARK)
    if past is None:
        return None
    rows, heads = laid.runs(TIME)
    minutes = clock.minutes(heads, layout.tail)
    lengths = [end - begin for begin, end in pairwise([*rows, len(laid.rows)])]
    return clock.accepted(np.repeat(minutes, lengths) + past)


def _decimals(
    laid: Laid, name: str, sample: bytes, bounds: tuple[int, int], more: float = 0.0
) -> Floats | None:
    """What pieces written as the sample say, and so much more; None if some are not.

    `bounds` are those of the first two digits; the second is beyond them.
    """
    alike = written(sample)
    read = alike.read(laid.eights(name))
    if read is None:
        return None
    unit, scale = 10 ** (alike.digits - 2), 10**alike.decimals
    if read.min() < bounds[0] * unit or read.max() >= bounds[1] * unit:
        return None
    read += int(more) * scale
    counts: Floats = read / scale
    return counts


def _with_others(
    batch: Batch, others: list[tuple[int, bytes]], reading: Reading, before: float | None
) -> Batch:
    """`batch`, and what is said between its lines by those that are not alike."""
    places, said, bad = [*range(batch.samples)], [batch], 0
    for at, line in others:
        if reading.clock is not None and batch.times is not None:
            reading.clock.last = float(batch.times[at - 1]) if at else before
        one = reading.line(line)
        bad += one.bad
        if one.samples:
            places.append(at)
            said.append(one)
    order = np.array([2 * place for place in places])
    order[batch.samples :] -= 1
    whole = joined(said).only(np.argsort(order, kind="stable").tolist())
    if reading.clock is not None and whole.times is not None:
        reading.clock.last = float(whole.times[-1])
    return whole._replace(lines=batch.lines, bad=bad)
