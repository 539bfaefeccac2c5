"""Digits by the word: eight bytes of text become an integer, in so many lines at once.

A word is eight bytes as one integer, the first of them its lowest byte. Each step does with all
bytes of all words what one would do with one: digits are told from others by a sum that sets the
top bit of a byte, and neighbours become one number by a multiplication. That is three times as fast
as a decoder. What it reads, it reads to the bit as JSON does: an integer and a power of ten that
floats hold exactly, and one division.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from watcher.parse.numbers import Floats

WORD = np.dtype("<u8")
LONGEST = WORD.itemsize  # bytes of a word
WIDTH = 8 * LONGEST  # bits
DIGITS = range(b"0"[0], b"9"[0] + 1)

Words = NDArray[np.uint64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]


def _word(number: int) -> Words:
    """An array without dimensions: numpy has it ready, where an integer is looked at each time."""
    return np.array(number, WORD)


def _each(byte: int) -> int:
    """A word of eight such bytes."""
    return byte * 0x0101010101010101


ONE, BITS, TOP_BYTE, ALL = _word(1), _word(7), _word(56), _word(0xFF)
TOP = 0x80  # the highest bit of a byte
PAST_NINE = TOP - 10  # added to a byte it sets that bit, if the byte is more than 9
ZEROS, NINES, ONES, TOPS = (_word(_each(n)) for n in (DIGITS[0], PAST_NINE, TOP - 1, TOP))
DOT = _word(b"."[0] ^ DIGITS[0])
TO_END = _word(int.from_bytes(bytes(range(1, LONGEST + 1)), "little"))  # bytes from each to the end
MANTISSA, BIAS = 52, 1023  # of a float: bits, and what its exponent is more than it says
MOST_BYTES = 2 * LONGEST  # of a number: floats hold all integers of 15 digits, and a dot
SCALES = np.array([1, np.nan] + [10.0**n for n in range(1, MOST_BYTES)])  # by bytes from the dot on
LEAST = np.array([np.inf, 0] + [10.0**n for n in range(1, MOST_BYTES)])  # by the bytes before it
STEPS = [
    (_word(10 << 8 | 1), _word(8), _word(0x00FF00FF00FF00FF)),
    (_word(100 << 16 | 1), _word(16), _word(0x0000FFFF0000FFFF)),
    (_word(10000 << 32 | 1), _word(32), _word(0x00000000FFFFFFFF)),
]


def numbers(words: Words, lengths: Integers) -> tuple[Floats, Mask]:
    """What pieces of such lengths say, each at the beginning of its word; and which say nothing.

    Digits, and a dot between them where there is one, as JSON has them: no zero in front, and no
    more than LONGEST bytes. Of all others the number means nothing.
    """
    digits = words ^ ZEROS
    digits <<= ((LONGEST - lengths) << 3).view(np.uint64)  # in front of the piece, and none is left
    dots = _past(digits, NINES)
    if not dots.any():
        values = _whole(digits).astype(np.float64)
        return values, values < LEAST.take(lengths, mode="clip")
    dots >>= BITS
    behind = ((dots * TO_END) >> TOP_BYTE).view(np.int64)
    odd = _without(dots, digits)
    return _scaled(_whole(digits), behind, lengths, odd)


def long_numbers(words: Words, nexts: Words, lengths: Integers) -> tuple[Floats, Mask]:
    """As `numbers`, of pieces of up to MOST_BYTES; `nexts` are the words behind these."""
    digits = np.empty((2, *words.shape), np.uint64)
    first, last = words ^ ZEROS, nexts ^ ZEROS
    empty = (MOST_BYTES - lengths) << 3
    digits[0] = first << empty.view(np.uint64)  # shifted by a whole word or more, nothing is left
    digits[1] = last << empty.view(np.uint64)
    digits[1] |= first >> (WIDTH - empty).view(np.uint64)
    digits[1] |= first << (empty - WIDTH).view(np.uint64)
    dots = _past(digits, NINES) >> BITS
    behind = ((dots * TO_END) >> TOP_BYTE).view(np.int64).sum(axis=0)
    behind += LONGEST * (dots[0] != 0)
    high, low = _without(dots, digits)
    odd = high | low | np.minimum(*dots)
    high, low = _whole(digits)
    high *= np.where(dots[1] == 0, 10**LONGEST, 10 ** (LONGEST - 1))
    high += low
    return _scaled(high, behind, lengths, odd)


def _scaled(
    whole: Integers, behind: Integers, lengths: Integers, odd: Words
) -> tuple[Floats, Mask]:
    """Integers with so many bytes from the dot on as what they say; and whether they say nothing.

    A number as JSON has it has digits on both sides of the dot, and the first of several is none
    that leaves it less than it could be.
    """
    values = whole.astype(np.float64)
    values /= SCALES.take(behind, mode="clip")
    return values, ~(values >= LEAST.take(lengths - behind, mode="clip")) | (odd != 0)


def are_whole(values: Floats, lengths: Integers) -> Mask:
    """Whether pieces of such lengths say as much as digits alone do; true of NaN."""
    least, beyond = LEAST.take(lengths, mode="clip"), LEAST.take(lengths + 1, mode="clip")
    return ~((values < least) | (values >= beyond))


def after_last(byte: int, words: Words) -> Integers:
    """How many bytes of each word stand behind the last such byte, of which there may be none.

    The exponent of a float tells where an integer has its highest bit.
    """
    others = words ^ _word(_each(byte))
    found = others & ONES
    found += ONES
    found |= others
    np.bitwise_not(found, out=found)
    found &= TOPS
    found >>= BITS
    highest: Integers = found.view(np.int64).astype(np.float64).view(np.int64) >> MANTISSA
    highest -= BIAS
    highest >>= 3
    return np.minimum(LONGEST - 1 - highest, LONGEST)


class Eight(NamedTuple):
    """What stands in the eight bytes, or fewer at the end, of numbers that are written alike."""

    begin: Words  # how far they are shifted, in bits
    zero: Words  # the same if all digits are 0
    limits: Words  # added to what they are more, it sets the top bits of those that are too much
    before: Words  # bits of what stands before the byte that is no digit
    worth: int  # ten to the number of digits


class Written:
    """Numbers that are written as a sample is: as many digits, and one other byte at most."""

    def __init__(self, sample: bytes) -> None:
        self._eights = [_eight(sample[at : at + LONGEST]) for at in range(0, len(sample), LONGEST)]
        self.digits = sum(byte in DIGITS for byte in sample)
        other = next((n for n, byte in enumerate(sample) if byte not in DIGITS), len(sample) - 1)
        self.decimals = len(sample) - 1 - other

    def read(self, words: Sequence[Words]) -> Integers | None:
        """Their digits as one integer, of the words that they stand in; None if one is no such."""
        read: Integers | None = None
        for text, eight in zip(words, self._eights, strict=True):
            digits = text << eight.begin
            digits ^= eight.zero
            if _past(digits, eight.limits).any():
                return None
            before = digits & eight.before
            before *= ALL
            digits += before
            whole = _whole(digits)
            read = whole if read is None else read * eight.worth + whole
        return read


@lru_cache(maxsize=64)
def written(sample: bytes) -> Written:
    """Numbers that are written as this one."""
    return Written(sample)


def _eight(sample: bytes) -> Eight:
    """Of so many bytes of the sample, at the end of a word."""
    empty = LONGEST - len(sample)
    is_digit = [byte in DIGITS for byte in sample]
    zero = bytes(DIGITS[0] if one else byte for one, byte in zip(is_digit, sample, strict=True))
    limits = bytes(PAST_NINE if one else TOP - 1 for one in is_digit)
    before = 0 if all(is_digit) else empty + is_digit.index(False)
    return Eight(
        _word(8 * empty),
        _word(int.from_bytes(bytes(empty) + zero, "little")),
        _word(int.from_bytes(bytes(empty) + limits, "little")),
        _word((1 << 8 * before) - 1),
        10 ** sum(is_digit),
    )


def _past(digits: Words, limits: Words) -> Words:
    """The top bits of the bytes that become too much."""
    tops: Words = digits + limits
    tops |= digits
    tops &= TOPS
    return tops


def _without(dots: Words, digits: Words) -> Words:
    """Takes the dots out of the digits, one of each at most; not 0 where something else is."""
    digits ^= dots * DOT
    before = dots - np.minimum(dots, ONE)  # bits of what stands before it, if it is only one
    odd: Words = (digits & (dots * ALL)) | (dots & before)
    before = before & digits
    before *= ALL
    digits += before
    return odd


def _whole(digits: Words) -> Integers:
    """The integer of eight digits, the last of them in the highest byte; in their place."""
    for weights, width, lanes in STEPS:
        digits *= weights
        digits >>= width
        digits &= lanes
    return digits.view(np.int64)
