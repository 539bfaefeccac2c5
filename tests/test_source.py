"""Where lines begin, and where reading goes on."""

from __future__ import annotations

import os

import pytest

from tests.conftest import LogFile
from watcher.follow.source import BLOCK, LOOKED_THROUGH, SPARE, Source


@pytest.fixture
def lines(log: LogFile) -> LogFile:
    log.write(b"first\nsecond\nthird\nunfinished")
    return log


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        (0, (0, b"first\n")),
        (1, (6, b"second\n")),
        (5, (6, b"second\n")),
        (6, (6, b"second\n")),
        (7, (13, b"third\n")),
        (14, None),
        (1000, None),
    ],
)
def test_a_line_is_found_from_any_offset(
    lines: LogFile, offset: int, expected: tuple[int, bytes] | None
) -> None:
    source = Source(str(lines.path))

    assert source.line_at(offset) == expected
    source.close()


@pytest.mark.parametrize("long", [BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK])
def test_a_line_is_found_behind_one_that_is_too_long(log: LogFile, long: int) -> None:
    log.write(b"x" * long + b"\n2\n")
    source = Source(str(log.path))

    assert source.line_at(1) == (long + 1, b"2\n")
    source.close()


def test_the_search_for_a_line_has_an_end(log: LogFile) -> None:
    log.write(b"x" * (LOOKED_THROUGH + 2 * BLOCK) + b"\n2\n")
    source = Source(str(log.path))

    assert source.line_at(0) is None
    source.close()


def test_reading_goes_on_where_it_was_set(lines: LogFile) -> None:
    source = Source(str(lines.path))
    source.seek(13)

    assert [block.data for block in source.blocks()] == [b"third\n"]
    assert (source.size, source.at_end, source.cut) == (29, True, False)
    source.close()


@pytest.mark.parametrize("more", [b"3\n", b"3\n" * SPARE, b"3\n" * BLOCK])
def test_what_is_added_after_a_look_is_read_all_the_same(log: LogFile, more: bytes) -> None:
    log.write(b"1\n2\n")
    os.utime(log.path, (5.0, 5.0))
    source = Source(str(log.path))
    seen = source.look()
    assert next(source.blocks(seen)).modified == 5.0

    log.write(more)
    os.utime(log.path, (7.0, 7.0))
    blocks = list(source.blocks(seen))
    assert b"".join(block.data for block in blocks) == more
    assert {block.modified for block in blocks} == {7.0}
    assert source.at_end
    source.close()


def test_nothing_is_read_behind_the_limit(lines: LogFile) -> None:
    source = Source(str(lines.path))
    source.limit = 13

    assert [block.data for block in source.blocks()] == [b"first\nsecond\n"]
    source.close()


def test_a_file_that_changes_under_the_reader_gives_nothing_more(log: LogFile) -> None:
    log.write(b"line\n" * BLOCK)
    source = Source(str(log.path))
    blocks = source.blocks()
    next(blocks)
    log.rewrite("other\n" * BLOCK)

    assert list(blocks) == []
    assert source.cut
    source.close()
