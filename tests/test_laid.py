"""What is taken out of all lines at once is what stands in each of them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.test_digits import ROUNDED, TOKENS
from watcher.parse.laid import LONGEST_NUMBER, NEAR, Laid, text_of
from watcher.parse.numbers import all_numbers
from watcher.parse.spelled import Piece
from watcher.parse.stencil import Stencil

TWO = Stencil([Piece(b"", "first"), Piece(b"|", "second")], b"\n")
TIMED = Stencil([Piece(b"", "day", b"2026-01-31"), Piece(b" ", "what")], b"\n")
SIGNED = st.builds(bytes.__add__, st.sampled_from([b"", b"", b"-", b"+", b" "]), TOKENS | ROUNDED)
USUAL = SIGNED | st.sampled_from([b"", b"-", b"1e5", b"-2.5E-3", b"1e400", b"-0", b"-0.0", b"x"])
USUAL |= st.floats(allow_nan=False, allow_infinity=False).map(lambda one: b"%r" % one)


def laid_on(stencil: Stencil, lines: list[bytes]) -> Laid:
    return stencil.laid_on(b"".join(line + b"\n" for line in lines))


def read(text: bytes, *, dash: bool, nothing: bool) -> float | None:
    """The number that a piece is, one by one; None if it is none that JSON knows."""
    if (dash and text == b"-") or (nothing and not text):
        return math.nan
    found = [] if text.strip(b" \t\r\n") != text else all_numbers(text)
    return found[0] if len(found) == 1 and len(text) < LONGEST_NUMBER else None


@given(
    pairs=st.lists(st.tuples(USUAL, USUAL), min_size=1, max_size=6),
    dash=st.booleans(),
    nothing=st.booleans(),
)
def test_numbers_are_read_as_if_one_by_one_and_lines_without_left_out(
    pairs: list[tuple[bytes, bytes]], *, dash: bool, nothing: bool
) -> None:
    pairs = [(one.replace(b"|", b""), other.replace(b"|", b"")) for one, other in pairs]
    laid = laid_on(TWO, [b"|".join(pair) for pair in pairs])
    numbers = laid.numbers(["first", "second"], dash=dash, nothing=nothing)
    said = [[read(text, dash=dash, nothing=nothing) for text in pair] for pair in pairs]

    if numbers is None:  # one is left to those who know more than JSON does
        assert any(None in values for values in said)
        return
    good = [n for n, values in enumerate(said) if None not in values]
    assert laid.rows.tolist() == good
    assert repr(numbers.T.tolist()) == repr([said[n] for n in good])


def test_words_are_told_from_those_that_end_in_nul() -> None:
    laid = laid_on(TWO, [b"info|1", b"info\0|1", b"in\0o|1", b"\0|1", b"|1"])
    words = laid.words("first")

    assert words is not None
    assert [text_of(word) for word in words.tolist()] == [b"info", b"", b"in\0o", b"", b""]


def test_runs_of_pieces_are_found_where_nothing_else_matters() -> None:
    days = [b"2026-01-31"] * 3 + [b"2026-02-01"] * 2 + [b"2026-01-31", b"2026-01-30"]
    laid = laid_on(TIMED, [b"%b %d" % (day, n) for n, day in enumerate(days)])

    assert laid.runs("day") == ([0, 3, 5, 6], [days[n] for n in (0, 3, 5, 6)])
    assert laid_on(TIMED, [b"2026-01-31 x"]).runs("day") == ([0], [b"2026-01-31"])


@pytest.mark.parametrize("between", [b"T", b" " + b"x" * 70 + b" "])
def test_what_stands_near_one_mark_is_that_of_the_lines_that_are_left(between: bytes) -> None:
    near = [Piece(b"", "day", b"2026-01-31"), Piece(between, "second", b"12"), Piece(b" ")]
    lines = [b"2026-01-%02d%b%02d x" % (31 - n // 4, between, n) for n in range(12)]
    laid = laid_on(Stencil(near, b"\n"), [lines[0], b"another", *lines[1:]])
    laid.eights("second")
    laid.leave_out(np.arange(12) % 5 == 3)
    kept = [line for n, line in enumerate(lines) if n % 5 != 3]

    (words,) = laid.eights("second")
    assert [text_of(word & 0xFFFF) for word in words.tolist()] == [line[-4:-2] for line in kept]
    assert laid.runs("day") == ([0, 3, 7], [b"2026-01-31", b"2026-01-30", b"2026-01-29"])


SAID = [b"5", b"12.25", b"1234567", b"12345678", b"123456789", b"123456789012345", b"-1"]


@pytest.mark.parametrize("word", SAID)
@pytest.mark.parametrize("text", [b"nightly", b"caf\xc3\xa9", b"\xff\xff", b"took 5 ms, then"])
def test_the_last_word_is_found_between_texts(word: bytes, text: bytes) -> None:
    line = b"2026-01-31 %b job done in %b ms" % (text, word)
    laid = laid_on(TIMED, [line, line.replace(b" in ", b" on "), line[:-2] + b"us", line])
    laid.find_last("word", "what", b" in ", b" ms")

    assert laid.rows.tolist() == [0, 3]
    assert laid.texts("word") == [word] * 2


def test_a_last_word_that_is_too_long_or_too_far_is_left_out() -> None:
    texts = [b"x" * 20 + b" in 5 ms", b" in " + b"1" * 30 + b" ms", b"in 5 ms"]
    texts += [b"x" * NEAR + b" in 5 ms"]
    laid = laid_on(TIMED, [b"2026-01-31 " + text for text in texts])
    laid.find_last("word", "what", b" in ", b" ms")

    assert laid.rows.tolist() == [0]
    numbers = laid.numbers(["word"])
    assert numbers is not None
    assert numbers.tolist() == [[5]]
