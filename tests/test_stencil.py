"""A stencil finds what is wanted in lines that are alike, and tells the others."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.parse.laid import LONGEST_NUMBER, Laid, text_of
from watcher.parse.spelled import Piece
from watcher.parse.stencil import Stencil

PLAIN = Stencil([Piece(b"a=", "a"), Piece(b" b=", "b"), Piece(b" c=", "c", b"xy")], b";\n")
JSON = Stencil(
    [Piece(b'{"at":"', "at", b"12:30"), Piece(b'","who":"', "who"), Piece(b'","took":', "took")]
    + [Piece(b',"said":"', "said")],
    b'"}\n',
    b"\\",
    controls=False,
)
LOGFMT = Stencil(
    [Piece(b'at="', "at", b"Jan 31"), Piece(b'" who=', "who"), Piece(b' said="', "said")]
    + [Piece(b'" took=', "took")],
    b"ms\n",
    apart=b" ",
    controls=False,
)
ROWS = Stencil([Piece(b"", "at", b"12:30"), Piece(b",", "a"), Piece(b",", "b")], b"\n", b"", b",")
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


def test_texts_between_quotes_are_told_from_each_other_by_what_parts_them() -> None:
    laid = JSON.laid_on(
        b'{"at":"12:30","who":"me","took":5,"said":"a: b, c"}\n'
        b'{"at":"12:31","who":"","took":70,"said":""}\n'
    )

    assert laid.texts("who") == [b"me", b""]
    assert laid.texts("took") == [b"5", b"70"]
    assert laid.texts("said") == [b"a: b, c", b""]
    assert laid.texts("at") == [b"12:30", b"12:31"]


@pytest.mark.parametrize(
    "line",
    [
        b'{"at":"12:30","who":"me,","took":5,"said":""}',
        b'{"at":"12:30","who":"me","took":5,"said":"a"b"}',
        b'{"at":"12:30","who":","took":5,"said":"a"}',
        b'{"at":"12:30","who":"me","took":5,"said":"a","more":"b"}',
        b'{"at":"12:30","who":"\\"me","took":5,"said":"a"}',
        b'{"at":"12:30","who":"m\te","took":5,"said":"a"}',
        b'{"at":"2:30","who":"me","took":5,"said":"a"}',
        b'{"at":"12:30","who":"me","tock":5,"said":"a"}',
        b'{"at":"12:30","who":"me","took":5',
        b"",
    ],
)
def test_what_is_no_such_object_is_told_wherever_it_stands(line: bytes) -> None:
    good = b'{"at":"12:30","who":"me","took":5,"said":"a"}\n'
    for before, behind in ((0, 1), (1, 1), (2, 0)):
        laid = JSON.laid_on(good * before + line + b"\n" + good * behind)
        assert laid.odd() == [(before, line + b"\n")]
        assert laid.texts("who") == [b"me"] * (before + behind)


def test_a_quote_too_many_is_told_beside_a_line_with_one_too_few() -> None:
    good = b'{"at":"12:30","who":"me","took":5,"said":"a"}\n'
    more, fewer = good.replace(b"me", b'm"e'), good.replace(b':"a"', b':"a')
    laid = JSON.laid_on(good + more + fewer + good)

    assert odd(laid) == [more, fewer]


def test_between_quotes_there_may_be_what_else_parts_words() -> None:
    laid = LOGFMT.laid_on(
        b'at="Jan 31" who=me said="well done!" took=5ms\nat="Feb 01" who=you! said="" took=70ms\n'
    )

    assert laid.texts("at") == [b"Jan 31", b"Feb 01"]
    assert laid.texts("who") == [b"me", b"you!"]
    assert laid.texts("said") == [b"well done!", b""]
    assert laid.texts("took") == [b"5", b"70"]


@pytest.mark.parametrize(
    "line",
    [
        b'at="Jan 31" who=me said="well done" took=5ms more',
        b'at="Jan 31" who=m e said="well done" took=5ms',
        b'at="Jan 31" who=me said="well "done" took=5ms',
        b'at="Jan 31" who=me said="well\tdone" took=5ms',
        b'at="Jan  1" who=me said="well done" took=5m',
        b'at="Jan 31" who=me said="well done took=5ms',
    ],
)
def test_words_that_are_too_many_or_not_ended_are_told(line: bytes) -> None:
    good = b'at="Jan 31" who=me said="well done" took=5ms\n'
    laid = LOGFMT.laid_on(good + line + b"\n" + good)

    assert laid.odd() == [(1, line + b"\n")]


def test_lines_that_have_too_few_marks_and_too_many_are_not_taken_for_one() -> None:
    good = b"12:30,5,6\n"
    laid = ROWS.laid_on(good + b"12:30\n1,5\n" + good + b"1,2\n3,4,5,6\n" + good)

    assert odd(laid) == [b"12:30\n", b"1,5\n", b"1,2\n", b"3,4,5,6\n"]
    assert laid.texts("a") == [b"5"] * 3


def test_marks_that_stand_for_each_other_are_told() -> None:
    stencil = Stencil([Piece(b"", "a"), Piece(b",", "b"), Piece(b";", "c")], b"\n", b"", b",;")

    assert odd(stencil.laid_on(b"1,2;3\n1;2,3\n1,2,3\n")) == [b"1;2,3\n", b"1,2,3\n"]


def test_a_newline_is_no_blank_inside_of_what_is_always_as_long() -> None:
    pieces = [Piece(b"", "at", b"Jan 31"), Piece(b" who=", "who"), Piece(b' said="', "said")]
    good = b'Jan 31 who=me said="so"\n'
    laid = Stencil(pieces, b'"\n', apart=b" ").laid_on(good + good.replace(b"Jan ", b"Jan\n"))

    assert odd(laid) == [b"Jan\n", b'31 who=me said="so"\n']


def test_what_is_always_as_long_is_so_in_each_line() -> None:
    laid = ROWS.laid_on(b"12:30,5,6\n2:30,5,6\n112:30,5,6\n12:31,,\n")

    assert odd(laid) == [b"2:30,5,6\n", b"112:30,5,6\n"]


def test_a_line_that_is_too_short_for_what_never_changes_is_told_at_the_end_too() -> None:
    stencil = Stencil([Piece(b"value " + b"x" * 200 + b" ", "v", b"123")], b" end\n")
    good = b"value " + b"x" * 200 + b" 456 end\n"
    laid = stencil.laid_on(good + b"value\n")

    assert odd(laid) == [b"value\n"]
    assert laid.texts("v") == [b"456"]
    assert odd(stencil.laid_on(b"\n")) == [b"\n"]


def test_marks_may_be_quotes_where_texts_end_like_what_parts_them() -> None:
    pieces = [Piece(b'{"a":"', "a"), Piece(b'","b":"', "b"), Piece(b'","c":"', "c")]
    block = b'{"a":"x,","b":",","c":"y"}\n'
    pairs, quotes = (Stencil(pieces, b'"}\n', pairs=pairs) for pairs in (True, False))

    assert odd(pairs.laid_on(block)) == [block]
    assert quotes.laid_on(block).texts("b") == [b","]


TEXT, WORD = rb'[^"\\\x00-\x1f]*', rb'[^" \x00-\x1f]*'
WRITTEN = {
    "json": (
        JSON,
        rb'\{"at":".{5}","who":"(%b)","took":([^"\x00-\x1f]*),"said":"(%b)"\}' % (TEXT, TEXT),
        [b'{"at":"12:30","who":"me","took":5,"said":"a: b, c"}'],
    ),
    "logfmt": (
        LOGFMT,
        rb'at="[^"]{6}" who=(%b) said="([^"\x00-\x1f]*)" took=(%b)ms' % (WORD, WORD),
        [b'at="Jan 31" who=me said="well done" took=5ms', b'at="Feb 01" who=! said="" took=7ms'],
    ),
    "rows": (ROWS, rb".{5},([^,]*),([^,]*)", [b"12:30,5,6", b"12:31,,"]),
    "quoted": (QUOTED, rb'([^"]*) "([^"]*)" ([^"]*) ms', [b'me "GET / x" 5 ms', b'you "" 70 ms']),
}
SLIPS = st.sampled_from(
    [
        b"",
        b" ",
        b'"',
        b'\\"',
        b",",
        b'",',
        b'":',
        b'","',
        b'" ',
        b' "',
        b"\n",
        b"\0",
        b"\t",
        b"!",
        b"5",
    ]
)


@pytest.mark.parametrize("name", WRITTEN)
@settings(deadline=None, max_examples=300)
@given(data=st.data())
def test_no_line_is_alike_but_those_that_its_pattern_matches(
    name: str, data: st.DataObject
) -> None:
    stencil, pattern, goods = WRITTEN[name]
    lines = data.draw(st.lists(st.sampled_from(goods), min_size=1, max_size=6))
    for _ in range(data.draw(st.integers(0, 4))):
        n = data.draw(st.integers(0, len(lines) - 1))
        begin, end = sorted(data.draw(st.tuples(*[st.integers(0, len(lines[n]))] * 2)))
        lines[n] = lines[n][:begin] + data.draw(SLIPS) + lines[n][min(end, begin + 3) :]
    lines = b"\n".join(lines).split(b"\n")
    laid = stencil.laid_on(b"".join(line + b"\n" for line in lines))
    rows = laid.rows.tolist()
    found = [re.fullmatch(pattern, lines[n], re.DOTALL) for n in rows]
    pieces = {
        "json": ("who", "took", "said"),
        "logfmt": ("who", "said", "took"),
        "rows": ("a", "b"),
    }

    assert all(found)
    for group, piece in enumerate(pieces.get(name, ("who", "", "took")), start=1):
        if piece:
            assert laid.texts(piece) == [match[group] for match in found if match]
    assert odd(laid) == [line + b"\n" for n, line in enumerate(lines) if n not in rows]
    assert {n for n, line in enumerate(lines) if line in goods} <= set(rows)
