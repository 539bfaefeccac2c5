"""Names of columns that stand above them, by their place."""

from __future__ import annotations

from watcher.parse.placed import names_above

ROWS = [
    (b"11/02  08:00   5.2  81   1018.2", [b"11/02", b"08:00", b"5.2", b"81", b"1018.2"]),
    (b"11/02  08:30  15.1   7    998.3", [b"11/02", b"08:30", b"15.1", b"7", b"998.3"]),
]


def test_words_one_below_the_other_are_one_name() -> None:
    headings = [b"               Out  In         ", b" Date   Time  Temp Hum  Max. bar"]
    names = [b"Date", b"Time", b"Out Temp", b"In Hum", b"Max. bar"]

    assert names_above(headings, ROWS) == names


def test_a_time_of_several_words_is_one_column() -> None:
    rows = [(line, [b"11/02 " + cells[1], *cells[2:]]) for line, cells in ROWS]

    assert names_above([b"Date    Time  Temp Hum       Bar"], rows) == [
        b"Date Time",
        b"Temp",
        b"Hum",
        b"Bar",
    ]


def test_words_that_are_not_in_line_with_the_columns_name_nothing() -> None:
    assert names_above([b"   Date      Time      Temp       Hum Bar"], ROWS) is None


def test_columns_that_are_not_in_line_have_no_names() -> None:
    rows = [(b"1 22 333", [b"1", b"22", b"333"]), (b"4444 5 6", [b"4444", b"5", b"6"])]

    assert names_above([b"a b c"], rows) is None
    assert names_above([], ROWS) is None
