"""Digits that are read by the word say what Python says of them, to the bit."""

from __future__ import annotations

import re
from itertools import compress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.parse.digits import (
    LONGEST,
    MOST_BYTES,
    WORD,
    Integers,
    Words,
    after_last,
    long_numbers,
    numbers,
    written,
)

BESIDE = [b":", b";", b"/", b"-", b"+", b"e", b",", b" ", b"\0", b"\x80", b"\xae", b"\xb0", b"\xff"]
DIGITS = st.sampled_from([b"%d" % n for n in range(10)])
TOKENS = st.lists(
    DIGITS | DIGITS | st.sampled_from([b".", b"0", *BESIDE]), max_size=MOST_BYTES
).map(b"".join)
ROUNDED = st.builds(round, st.floats(0, 1e12), st.integers(0, 9)).map(
    lambda one: (b"%r" % one)[:MOST_BYTES]
)
WRITTEN = (
    b"07",
    b"07.250",
    b"59,123456789",
    b"1769860800",
    b"1769860800.12345",
    b"1769860800123456789",
)


def words_of(texts: list[bytes], at: int = 0) -> Words:
    """Eight bytes of each from there on, and of what may stand behind it."""
    ends = [(text + b"9.5;\xff:07" + bytes(MOST_BYTES))[at : at + LONGEST] for text in texts]
    return np.frombuffer(b"".join(ends), WORD)


def lengths_of(texts: list[bytes]) -> Integers:
    return np.array([len(text) for text in texts], np.int64)


def is_plain(text: bytes) -> bool:
    """Whether it is a number as JSON has it, without sign and exponent."""
    return re.fullmatch(rb"(?:0|[1-9]\d*)(?:\.\d+)?", text) is not None


@given(texts=st.lists(TOKENS | ROUNDED, min_size=1, max_size=5))
def test_a_number_is_read_as_python_reads_it_or_told_to_be_none(texts: list[bytes]) -> None:
    lengths, words = lengths_of(texts), words_of(texts)
    for most, (values, odd) in (
        (LONGEST, numbers(words, lengths)),
        (MOST_BYTES, long_numbers(words, words_of(texts, LONGEST), lengths)),
    ):
        good = [is_plain(text) and len(text) <= most for text in texts]
        assert [not one for one in odd] == good
        said = [repr(float(text)) for text in compress(texts, good)]
        assert [repr(float(value)) for value in compress(values, good)] == said


@pytest.mark.parametrize(
    "text",
    [b"0", b"9", b"12345678", b"123456789", b"0.123", b"1234.567", b"12345.678", b"0.000001"]
    + [b"1234567890123456", b"9999999999999999", b"0.12345678901234", b"12345678901234.5"],
)
def test_a_plain_number_is_read_however_many_bytes_it_has(text: bytes) -> None:
    values, odd = long_numbers(words_of([text]), words_of([text], LONGEST), lengths_of([text]))

    assert (values.tolist(), odd.tolist()) == ([float(text)], [False])


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b".",
        b"07",
        b"00",
        b"00.5",
        b".5",
        b"5.",
        b"1.2.3",
        b"1..2",
        b"-1",
        b"+1",
        b"1e5",
        b"1,5",
    ]
    + [b"1%b2" % byte for byte in BESIDE]
    + [b"12345678." + byte for byte in BESIDE],
)
@pytest.mark.parametrize("beside", [b"5", b"12.25"])
def test_what_json_has_otherwise_or_not_at_all_is_none(text: bytes, beside: bytes) -> None:
    texts = [beside, text, beside]
    words, lengths = words_of(texts), lengths_of(texts)

    assert numbers(words, lengths)[1].tolist() == [False, True, False]
    both = long_numbers(words, words_of(texts, LONGEST), lengths)
    assert both[1].tolist() == [False, True, False]


@given(data=st.data(), sample=st.sampled_from(WRITTEN))
def test_numbers_that_are_written_alike_are_read_if_all_of_them_are(
    data: st.DataObject, sample: bytes
) -> None:
    def one() -> bytes:
        return re.sub(rb"\d", lambda _: data.draw(DIGITS), sample)

    texts = [sample, one()]
    if data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(sample) - 1))
        text = one()
        other = data.draw(st.sampled_from([*BESIDE, b"."]))
        texts.append(text[:at] + other + text[at + 1 :])
    words = [words_of(texts, at) for at in range(0, len(sample), LONGEST)]
    read = written(sample).read(words)

    alike = [re.sub(rb"\d", b"0", text) == re.sub(rb"\d", b"0", sample) for text in texts]
    assert (read is not None) == all(alike)
    if read is not None:
        said = [int(re.sub(rb"\D", b"", text)) for text in texts]
        assert read.tolist() == [one if one < 1 << 63 else one - (1 << 64) for one in said]


def test_a_number_that_is_always_written_alike_has_as_many_digits_and_decimals() -> None:
    assert (written(b"07").digits, written(b"07").decimals) == (2, 0)
    assert (written(b"59,123").digits, written(b"59,123").decimals) == (5, 3)


@given(text=st.lists(st.sampled_from([b" ", b"a", b"!", b"\0", b"\x7f", b"\xa0", b"\xff"])))
def test_the_last_blank_of_a_word_is_found(text: list[bytes]) -> None:
    word = b"".join(text)[:LONGEST].ljust(LONGEST, b"x")
    found = after_last(b" "[0], np.frombuffer(word, WORD))

    assert found.tolist() == [min(LONGEST - 1 - word.rfind(b" "), LONGEST)]
