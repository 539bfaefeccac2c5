"""A stencil finds what is wanted in lines that are alike, and tells the others."""

from __future__ import annotations

import numpy as np
import pytest

from watcher.parse.laid import LONGEST_NUMBER, Laid, text_of
from watcher.parse.stencil import Piece, Stencil

PLAIN = Stencil([Piece(b"a=", "a"), Piece(b" b=", "b"), Piece(b" c=", "c", b"xy")], b";\n")
QUOTED = Stencil([Piece(b"", "who"), Piece(b' "'), Piece(b'" ', "took")], b" ms\n")


def odd(laid: Laid) -> list[bytes]:
    return [line for _, line in laid.odd()]


def test_pieces_stand_between_text_that_never_changes() -> None:
    laid = PLAIN.laid_on(b"a=1 b=23 c=xy;\na=456 b= c=zz;\n")

    assert laid.texts("a") == [b"1", b"456"]
    assert laid.texts("b") == [b"23", b""]
    assert bytes(laid.cut("c")) == b"xyzz"
    assert not odd(laid)


@pytest.mark.parametrize(
    "line",
    [b"", b"a=1", b"a=1 b=2 c=xyz;", b"a=1 b=2  c=xy;", b"A=1 b=2 c=xy;", b"a=1 b=2 c=xy,"]
    + [b"a=1 b=2 c=xy; ", b" a=1 b=2 c=xy;", b"a=1 c=xy; b=2"],
)
def test_other_lines_are_told_wherever_they_stand(line: bytes) -> None:
    good = b"a=1 b=2 c=xy;\n"
    for block in (line + b"\n" + good, good + line + b"\n" + good, good + line + b"\n"):
        laid = PLAIN.laid_on(block)
        assert odd(laid) == [line + b"\n"]
        assert laid.texts("a") == [b"1"] * (block.count(b"\n") - 1)


def test_what_stands_before_the_odd_lines_is_counted() -> None:
    good, bad = b"a=1 b=2 c=xy;\n", b"?\n"
    laid = PLAIN.laid_on(bad + good + good + bad + bad + good)

    assert [before for before, _ in laid.odd()] == [0, 2, 2]


def test_between_quotes_there_may_be_anything_but_quotes() -> None:
    laid = QUOTED.laid_on(
        b'me "GET / x" 5 ms\nyou "" 70 ms\nhe "a"b" 1 ms\nshe "open 2 ms\nit "" 3 ms\n'
    )

    assert laid.texts("who") == [b"me", b"you", b"it"]
    assert laid.texts("took") == [b"5", b"70", b"3"]


def test_strange_bytes_make_a_line_odd() -> None:
    stencil = Stencil([Piece(b"a=", "a")], b"\n", b"\\", controls=False)
    laid = stencil.laid_on(b"a=1\na=\\2\na=3\na=\x014\na=5\n")

    assert laid.texts("a") == [b"1", b"3", b"5"]


def test_numbers_are_read_at_once_and_what_is_none_is_left_out() -> None:
    laid = PLAIN.laid_on(b"a=1 b=-2.5 c=xy;\na=x b=1 c=xy;\na=1e3 b=0 c=xy;\na= b=1 c=xy;\n")

    numbers = laid.numbers(["a", "b"])
    assert numbers is not None
    assert numbers.tolist() == [[1, 1000], [-2.5, 0]]
    assert len(odd(laid)) == 2


def test_a_dash_or_nothing_may_stand_for_a_number() -> None:
    laid = PLAIN.laid_on(b"a=- b=1 c=xy;\na= b=2 c=xy;\na=3 b=- c=xy;\n")

    numbers = laid.numbers(["a", "b"], dash=True, nothing=True)
    assert numbers is not None
    assert np.nan_to_num(numbers, nan=-1).tolist() == [[-1, -1, 3], [1, 2, -1]]


def test_numbers_that_json_does_not_know_are_for_others() -> None:
    assert PLAIN.laid_on(b"a=007 b=1 c=xy;\n").numbers(["a"]) is None


def test_a_number_longer_than_any_is_left_out() -> None:
    laid = PLAIN.laid_on(b"a=%b b=1 c=xy;\na=2 b=1 c=xy;\n" % (b"1" * LONGEST_NUMBER))

    numbers = laid.numbers(["a"])
    assert numbers is not None
    assert numbers.tolist() == [[2]]


def test_words_are_integers_if_they_are_short() -> None:
    laid = PLAIN.laid_on(b"a=info b=12345678 c=xy;\na= b=123456789 c=xy;\n")

    words = laid.words("a")
    assert words is not None
    assert [text_of(word) for word in words.tolist()] == [b"info", b""]
    assert laid.words("b") is None


def test_pieces_with_nothing_between_them_cannot_be_told_apart() -> None:
    with pytest.raises(ValueError, match="nothing between"):
        Stencil([Piece(b"a="), Piece(b"")], b"\n")


def test_a_piece_may_be_found_by_what_stands_behind_one_that_is_always_as_long() -> None:
    stencil = Stencil([Piece(b"", "who"), Piece(b"[", "at", b"12:30"), Piece(b']"')], b'"\n')
    laid = stencil.laid_on(b'a[b [10:00]"x"\n[11:59]""\n[1:59]""\n')

    assert laid.texts("who") == [b"a[b ", b""]
    assert laid.texts("at") == [b"10:00", b"11:59"]


def test_where_no_line_is_alike_there_are_no_words() -> None:
    laid = Stencil([Piece(b"", "word"), Piece(b" ")], b"\n").laid_on(b"info x\nwarn y\n")
    laid.leave_out(np.ones(2, bool))

    words = laid.words("word")
    assert words is not None
    assert words.tolist() == []
