"""The samples of a block, nearly all of whose lines are alike, column by column.

A `Layout` says what stands where in such a line. What it gives is what the general way to read the
lines would give; lines that are not alike are read in that way, one by one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from watcher.parse.batch import Batch, Coded, Column, joined
from watcher.parse.clock import Clock
from watcher.parse.laid import Bytes, Laid, Words, text_of
from watcher.parse.numbers import Floats
from watcher.parse.seconds import MARK
from watcher.parse.stencil import Stencil
from watcher.parse.timeformat import WHOLE
from watcher.parse.usual import Pause

TIME, SECONDS, CLASS, LABEL = "time", "seconds", "class", "label"  # names of pieces
TEXT, SAID = "text", "said"  # likewise: what is for people, and the number at its end
LARGE = 8192  # bytes of a block that is worth trying
MANY = 64  # lines; with fewer a regular expression is faster than the 80 us that numpy takes
MOST_ODD = 0.1  # of the lines of a block: each takes 15 us
MINUTE = 0, 61  # seconds, a leap second among them
EPOCHS = 10, 41  # the first two digits of times since 1970, of 2001 to 2099
MOST_WORDS = 256  # that are told apart; a log has a dozen levels or statuses
ZERO = b"0"[0]
TAILS = np.isin(np.arange(256), list(b"ABCDEFGHIJKLMNOPQRSTUVWXYZazp+-\xe2"))  # zones begin so
OUTSIDE = np.isin(np.arange(256), list(b" \t,;\"'\0"))  # no part of a word, at its ends
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


class Codes:
    """What the words of late are counted as."""

    def __init__(self, classify: Callable[[bytes], str]) -> None:
        self._classify = classify
        self._names: dict[str, int] = {}
        self._words, self._codes = np.empty(0, np.uint64), np.empty(0, np.int64)

    def of(self, words: Words) -> Coded:
        """The class of each."""
        places = self._places(words)
        if not len(self._words) or (self._words[places] != words).any():
            self._learn(words)
            places = self._places(words)
        return Coded(tuple(self._names), self._codes[places])

    def _places(self, words: Words) -> NDArray[np.int64]:
        return np.minimum(np.searchsorted(self._words, words), len(self._words) - 1)

    def _learn(self, words: Words) -> None:
        known = np.unique(np.concatenate((self._words, words)))
        self._words = known if len(known) <= MOST_WORDS else np.unique(words)
        classes = [self._classify(text_of(word)) for word in self._words.tolist()]
        codes = [self._names.setdefault(class_, len(self._names)) for class_ in classes]
        self._codes = np.array(codes, np.int64)


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
        if len(block) < LARGE or not self._pause.is_over():
            return None
        self._layout = self._layout or self._lay_out(block)
        batch = self._layout and _read(block, self._layout, self._reading)
        if batch is None:
            self._layout = None
            self._pause.begin()
        else:
            self._pause.end()
        return batch


def _read(block: bytes, layout: Layout, reading: Reading) -> Batch | None:
    laid = layout.stencil.laid_on(block)
    if len(laid.rows) < MANY:
        return None
    lines = len(laid.newlines)
    _leave_out(laid, layout)
    numbers = _numbers(laid, layout)
    values = None if numbers is None else _values(numbers, layout, len(laid.rows))
    odd, clock = lines - len(laid.rows), reading.clock
    if values is None or odd > MOST_ODD * lines or (odd and clock and not clock.format.has_year):
        return None
    classes = _classes(laid, layout, reading.codes)
    times, before = None, clock.last if clock else None
    if clock is not None:
        times = _times(laid, layout, clock)
    if (times is None and clock) or (classes is None and reading.codes):
        return None
    labels = _labels(laid, layout) if reading.is_split else None
    batch = Batch(lines, 0, len(laid.rows), times, values, classes, labels)
    return _with_others(batch, laid.odd(), reading, before) if odd else batch


def _leave_out(laid: Laid, layout: Layout) -> None:
    """Lines in which something is not what it must be."""
    if TEXT in layout.names:
        laid.leave_out(TAILS[laid.first(TEXT)])
    if layout.said:
        laid.find_last(SAID, TEXT, layout.said.before, layout.said.unit)
    for name in layout.digits:
        laid.leave_out(laid.cut(name) - ZERO > 9)
    for name in layout.names.intersection((CLASS, LABEL)).difference(layout.digits):
        laid.leave_out(OUTSIDE[laid.first(name)] | OUTSIDE[laid.last(name)])
    for name in layout.flags:
        said = laid.words(name)
        if said is None:
            laid.leave_out(np.ones(len(laid.rows), bool))
        else:
            laid.leave_out((said != TRUE) & (said != FALSE))


def _numbers(laid: Laid, layout: Layout) -> dict[str, Floats] | None:
    """What the pieces say that are numbers; lines where one is none are left out."""
    fields = [piece for piece, _ in layout.fields.values() if piece]
    pieces = [*fields, *layout.numbers]
    found = laid.numbers(pieces, dash=layout.dash, nothing=layout.nothing)
    return None if found is None else dict(zip(pieces, found, strict=True))


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
    if codes is None:
        return None
    if CLASS not in layout.names:
        return codes.of(np.zeros(len(laid.rows), np.uint64))
    words = laid.words(CLASS)
    return None if words is None else codes.of(words)


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
    heads = laid.cut(TIME)
    heads = heads.view(f"S{heads.shape[1]}").ravel()
    begins = np.concatenate(([0], np.flatnonzero(heads[1:] != heads[:-1]) + 1))
    minutes = clock.minutes(heads[begins].tolist(), layout.tail)
    return clock.accepted(np.repeat(minutes, np.diff(begins, append=len(heads))) + past)


def _decimals(
    laid: Laid, name: str, sample: bytes, bounds: tuple[int, int], more: float = 0.0
) -> Floats | None:
    """What pieces written as the sample say, and so much more; None if some are not.

    `bounds` are those of the first two digits; the second is beyond them.
    """
    least, span, weights, scale = _places_of(sample)
    cells = laid.cut(name)
    cells -= least
    if (cells > span).any():
        return None
    whole = cells @ weights
    unit = int(weights.max()) // 10
    if whole.min(initial=bounds[0] * unit) < bounds[0] * unit or whole.max() >= bounds[1] * unit:
        return None
    counts: Floats = (whole + int(more) * scale) / scale
    return counts


@lru_cache(maxsize=64)
def _places_of(sample: bytes) -> tuple[Bytes, Bytes, NDArray[np.int64], int]:
    """Of each place of such a number the least byte, how much more it may be, and its worth.

    And how many of the last place make a whole one.
    """
    is_digit = np.array([b"0"[0] <= byte <= b"9"[0] for byte in sample])
    behind = is_digit.sum() - is_digit.cumsum()
    least = np.where(is_digit, ZERO, np.frombuffer(sample, np.uint8)).astype(np.uint8)
    weights = np.where(is_digit, 10**behind, 0)
    decimals = re.split(rb"\D", sample)[1:]
    return least, (is_digit * 9).astype(np.uint8), weights, 10 ** len(b"".join(decimals))


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
