"""Lines that say nothing for themselves."""

from __future__ import annotations

import re

import pytest

from watcher.parse.silent import LOOSE, as_they_stand, silent_in


def says_nothing(pattern: bytes, line: bytes) -> bool:
    return re.compile(pattern).fullmatch(line) is not None


@pytest.mark.parametrize(
    "line", [b"[stacktrace]", b'"} ', b"SELECT 1", b"key: value", b"Compiled at 7"]
)
def test_a_further_line_of_a_record_may_look_like_anything(line: bytes) -> None:
    assert says_nothing(LOOSE, line)


@pytest.mark.parametrize(
    "line", [b"02.11.26 08:00:01 x", b'{"a":1}', b"1793603200 x", b"21.5", b"1, 2, -3.5"]
)
def test_a_line_with_a_time_an_object_or_a_number_is_none_of_another(line: bytes) -> None:
    assert not says_nothing(LOOSE, line)


def test_only_a_log_that_has_such_lines_may_have_them() -> None:
    lines, timed = [b"08:00:01 x", b"and more"] * 20, [True, False] * 20

    assert says_nothing(silent_in(lines, timed, first=True), b"something else")
    assert not says_nothing(silent_in(lines[:1] * 40, [True] * 40, first=True), b"something else")
    assert not says_nothing(silent_in(lines, timed, first=False), b"something else")


def test_what_a_program_writes_before_its_first_line_says_nothing() -> None:
    lines = [b"Server 8.5.9 on port 80", *[b"08:00:01 x"] * 200]
    pattern = silent_in(lines, [False] + [True] * 200, first=True)

    assert says_nothing(pattern, b"Server 8.5.10 on port 8080")
    assert not says_nothing(pattern, b"Client 8.5.9 on port 80")


def test_a_number_above_a_table_is_data_that_was_not_understood() -> None:
    pattern = as_they_stand([b"2026", b"Linux 5.15 (box)", b"-----"], b"Average:")

    assert not says_nothing(pattern, b"2026")
    assert says_nothing(pattern, b"Linux 6.1 (box)")
    assert says_nothing(pattern, b"-----")
    assert says_nothing(pattern, b"Average:")
