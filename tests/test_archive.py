"""Compressed generations give their lines, and damaged ones those that they hold."""

from __future__ import annotations

import bz2
import gzip
import lzma
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from watcher.follow import archive
from watcher.follow.archive import HELD, Archive, UnreadableError
from watcher.follow.source import BLOCK, LONGEST_LINE

LINES = b"".join(b"%d %x\n" % (n, random.Random(n).getrandbits(n % 400)) for n in range(18_000))

PACK: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
}


def packed(directory: Path, suffix: str, data: bytes = LINES) -> Archive:
    file = directory / f"app.log.1{suffix}"
    file.write_bytes(PACK[suffix](data))
    return Archive(str(file))


@pytest.mark.parametrize("suffix", PACK)
def test_its_lines_come_in_whole_blocks(tmp_path: Path, suffix: str) -> None:
    file = packed(tmp_path, suffix)
    blocks = [block.data for block in file.blocks()]

    assert b"".join(blocks) == LINES
    assert all(block.endswith(b"\n") and len(block) <= BLOCK for block in blocks)
    assert file.problem == ""
    file.close()


@pytest.mark.parametrize("suffix", PACK)
def test_reading_goes_on_where_it_was_left(tmp_path: Path, suffix: str) -> None:
    file = packed(tmp_path, suffix)
    blocks = file.blocks()
    got = next(blocks).data + next(blocks).data
    saved = file.generation(b"app.log")
    file.close()
    file = Archive(file.path)
    file.resume(saved)

    assert not file.cut
    assert got + b"".join(block.data for block in file.blocks()) == LINES
    file.close()


def test_what_says_something_else_is_not_read_on(tmp_path: Path) -> None:
    file = packed(tmp_path, ".gz")
    next(file.blocks())
    saved = file.generation(b"app.log")
    file.close()
    file = packed(tmp_path, ".gz", LINES[1:])
    file.resume(saved)

    assert file.cut
    assert list(file.blocks()) == []
    file.close()


def test_several_members_are_one_file(tmp_path: Path) -> None:
    file = tmp_path / "app.log.1.gz"
    file.write_bytes(gzip.compress(b"1\n2") + gzip.compress(b"3\n"))
    archive_ = Archive(str(file))

    assert [block.data for block in archive_.blocks()] == [b"1\n23\n"]
    archive_.close()


def test_a_last_line_without_an_end_is_counted(tmp_path: Path) -> None:
    file = packed(tmp_path, ".gz", b"1\n2")

    assert [block.data for block in file.blocks()] == [b"1\n"]
    assert file.rest().data == b"2\n"
    file.close()


def test_a_line_that_is_too_long_is_dropped_whole(tmp_path: Path) -> None:
    file = packed(tmp_path, ".xz", b"1\n" + b"x" * (5 * LONGEST_LINE) + b"\n2\n")
    blocks = list(file.blocks())

    assert b"".join(block.data for block in blocks) == b"1\n2\n"
    assert sum(block.overlong for block in blocks) == 1
    file.close()


@pytest.mark.parametrize("suffix", PACK)
def test_an_archive_that_ends_in_the_middle_gives_what_it_holds(
    tmp_path: Path, suffix: str
) -> None:
    many = LINES * 4
    file = packed(tmp_path, suffix, many)
    whole = Path(file.path).read_bytes()
    file.close()
    Path(file.path).write_bytes(whole[: len(whole) // 2])
    file = Archive(file.path)
    got = b"".join(block.data for block in file.blocks())

    assert many.startswith(got)
    assert file.rest().data == b""
    assert "ends in the middle" in file.problem
    assert len(got) > len(many) // 4 or suffix == ".xz"  # of which one block may be all
    file.close()


@pytest.mark.parametrize("suffix", PACK)
def test_a_damaged_archive_gives_the_lines_before_the_damage(tmp_path: Path, suffix: str) -> None:
    file = packed(tmp_path, suffix)
    whole = bytearray(Path(file.path).read_bytes())
    file.close()
    middle = len(whole) // 2
    whole[middle : middle + 64] = bytes(64)
    Path(file.path).write_bytes(whole)
    file = Archive(file.path)
    got = b"".join(block.data for block in file.blocks())

    assert len(got) < len(LINES)
    assert file.problem
    file.close()


def test_what_only_looks_like_an_archive_has_no_lines(tmp_path: Path) -> None:
    file = tmp_path / "app.log.1.gz"
    file.write_bytes(b"1\n2\n")
    archive_ = Archive(str(file))

    assert list(archive_.blocks()) == []
    assert "damaged" in archive_.problem
    archive_.close()


def test_what_is_held_of_a_large_archive_is_little(tmp_path: Path) -> None:
    file = packed(tmp_path, ".gz", b"0" * 70 * BLOCK + LINES)

    held = [len(file._held) for _ in file.blocks()]
    assert held
    assert max(held) <= 2 * HELD
    file.close()


def test_a_compression_that_nobody_can_undo_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "OPENERS", {})

    with pytest.raises(UnreadableError, match="zstandard"):
        Archive(str(tmp_path / "app.log.1.zst"))


@pytest.mark.skipif(archive.ZSTD is None, reason="needs Python 3.14 or zstandard")
@pytest.mark.skipif(shutil.which("zstd") is None, reason="needs zstd")
def test_zstandard_is_read_where_something_can(tmp_path: Path) -> None:
    (tmp_path / "app.log.1").write_bytes(LINES)
    subprocess.run(["zstd", "-q", tmp_path / "app.log.1"], check=True)
    file = Archive(str(tmp_path / "app.log.1.zst"))

    assert b"".join(block.data for block in file.blocks()) == LINES
    file.close()
