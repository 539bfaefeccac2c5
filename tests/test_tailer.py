"""One path = one endless run of complete lines."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import LogFile
from watcher.follow import tailer as module
from watcher.follow.draining import LINGER
from watcher.follow.source import BLOCK, LONGEST_LINE
from watcher.follow.tailer import LONGEST_PAUSE, MOST_DRAINING, Tailer
from watcher.follow.tailers import Tailers


@pytest.fixture
def tail(log: LogFile) -> Iterator[Tailer]:
    tail = Tailer(str(log.path))
    yield tail
    tail.close()


def read(tail: Tailer, clock: float = 0.0) -> str:
    return b"".join(block.data for block in tail.blocks(clock)).decode()


def test_new_lines_are_read_once(log: LogFile, tail: Tailer) -> None:
    log.write("1\n2\n")

    assert read(tail) == "1\n2\n"
    assert read(tail) == ""
    log.write("3\n")
    assert read(tail) == "3\n"


def test_an_append_costs_one_look_and_one_read(
    log: LogFile, tail: Tailer, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.write("1\n")
    read(tail)
    log.write("2\n")
    asked: list[str] = []
    looks, reads = os.stat, os.pread

    def counted_stat(file: int | str) -> os.stat_result:
        asked.append("stat")
        return looks(file)

    def counted_pread(fd: int, size: int, offset: int) -> bytes:
        asked.append("pread")
        return reads(fd, size, offset)

    monkeypatch.setattr(os, "stat", counted_stat)
    monkeypatch.setattr(os, "pread", counted_pread)

    assert read(tail) == "2\n"
    assert asked == ["stat", "pread"]


def test_a_line_cut_in_two_is_read_once_and_whole(log: LogFile, tail: Tailer) -> None:
    """Case 29."""
    log.write("1\n23")
    assert read(tail) == "1\n"
    log.write("0\n4")
    assert read(tail) == "230\n"
    log.write("\n")
    assert read(tail) == "4\n"


@settings(max_examples=40, deadline=None)
@given(pieces=st.lists(st.sampled_from(["1", "23\n", "\n", "4\r\n", "5\n6"]), max_size=30))
def test_any_chunks_give_the_same_lines(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[str]
) -> None:
    log = LogFile(tmp_path_factory.mktemp("chunks") / "app.log")
    tail = Tailer(str(log.path))
    got = ""
    for piece in pieces:
        log.write(piece)
        got += read(tail)
    tail.close()

    whole = "".join(pieces)
    assert got == whole[: whole.rfind("\n") + 1]


def test_a_file_larger_than_a_block_comes_in_whole_lines(log: LogFile, tail: Tailer) -> None:
    lines = [f"{n} {'x' * (n % 300)}\n" for n in range(8000)]
    log.write("".join(lines))

    blocks = [block.data for block in tail.blocks(0.0)]

    assert len(blocks) > 2
    assert all(block.endswith(b"\n") and len(block) <= BLOCK for block in blocks)
    assert b"".join(blocks).decode() == "".join(lines)


def test_a_line_that_is_too_long_is_dropped_whole_and_counted(log: LogFile, tail: Tailer) -> None:
    """Case 34."""
    log.write("1\n" + "x" * (3 * LONGEST_LINE) + "\n2\n")

    blocks = list(tail.blocks(0.0))

    assert b"".join(block.data for block in blocks) == b"1\n2\n"
    assert sum(block.overlong for block in blocks) == 1


def test_a_line_that_is_too_long_is_dropped_in_any_pieces(log: LogFile, tail: Tailer) -> None:
    dropped, got = 0, b""
    log.write("1\n")
    for piece in ["x" * LONGEST_LINE, "y" * 10, "z\n2", "\n"]:
        log.write(piece)
        for block in tail.blocks(0.0):
            got += block.data
            dropped += block.overlong

    assert (got, dropped) == (b"1\n2\n", 1)


def test_rotation_by_rename_loses_nothing(log: LogFile, tail: Tailer) -> None:
    """Case 1."""
    log.write("1\n")
    read(tail)
    log.write("2\n")
    log.rotate()
    log.write("3\n")

    assert read(tail) == "2\n3\n"


def test_a_writer_that_keeps_writing_to_the_renamed_file_is_followed(
    log: LogFile, tail: Tailer
) -> None:
    log.write("1\n")
    read(tail)
    log.rotate()
    read(tail, 0.0)
    with open(f"{log.path}.1", "a") as late:
        late.write("2\n")
    assert read(tail, LINGER - 1) == "2\n"
    with open(f"{log.path}.1", "a") as late:
        late.write("3\n4")
    assert read(tail, 2 * LINGER - 2) == "3\n"

    assert read(tail, 4 * LINGER) == "4\n"  # its generation has ended, and so has its last line
    with open(f"{log.path}.1", "a") as late:
        late.write("5\n")
    assert read(tail, 5 * LINGER) == ""


def test_many_rotations_hold_few_files(log: LogFile, tail: Tailer) -> None:
    for n in range(3 * MOST_DRAINING):
        log.write(f"{n}\n")
        assert read(tail) == f"{n}\n"
        log.rotate()

    assert len(os.listdir("/proc/self/fd")) < 3 * MOST_DRAINING + 10
    assert len(tail._draining) <= MOST_DRAINING


def test_the_last_lines_of_many_rotations_are_read_though_none_has_an_end(
    log: LogFile, tail: Tailer
) -> None:
    got = ""
    for n in range(3 * MOST_DRAINING):
        log.write(f"{n}")
        got += read(tail)
        log.path.rename(f"{log.path}.{n}")
    got += read(tail, 2 * LINGER) + read(tail, 4 * LINGER)

    assert sorted(map(int, got.split())) == list(range(3 * MOST_DRAINING))


def test_truncation_begins_anew(log: LogFile, tail: Tailer) -> None:
    """Case 16."""
    log.write("1\n2\n3\n")
    read(tail)
    log.copytruncate()
    log.write("4\n")

    assert read(tail) == "4\n"


def test_a_rewrite_that_is_longer_than_what_was_read_begins_anew(
    log: LogFile, tail: Tailer
) -> None:
    """Case 17."""
    log.write("1\n2\n3\n")
    read(tail)
    log.rewrite("10\n20\n30\n40\n50\n")

    assert read(tail) == "10\n20\n30\n40\n50\n"


def test_a_rewrite_of_the_same_size_begins_anew(log: LogFile, tail: Tailer) -> None:
    """Case 18."""
    log.write("1\n2\n")
    read(tail)
    log.rewrite("3\n4\n")
    os.utime(log.path, ns=(1, 1))

    assert not tail.quiet()
    assert read(tail) == "3\n4\n"


def test_a_replaced_file_of_the_same_size_is_read_anew(log: LogFile, tail: Tailer) -> None:
    """Case 19."""
    log.write("1\n2\n")
    read(tail)
    log.replace("3\n4\n")

    assert read(tail) == "3\n4\n"


def test_a_deleted_file_is_drained_and_a_new_one_is_followed(log: LogFile, tail: Tailer) -> None:
    log.write("1\n")
    read(tail)
    log.write("2\n")
    log.vanish()
    assert read(tail) == "2\n"
    assert tail.problem == "No such file or directory"
    log.write("3\n")

    assert read(tail) == "3\n"
    assert tail.problem == ""


def test_a_file_that_appears_later_is_read_from_its_beginning(log: LogFile, tail: Tailer) -> None:
    assert read(tail) == ""
    assert tail.quiet()
    log.write("1\n")

    assert not tail.quiet()
    assert read(tail) == "1\n"


def test_quiet_means_that_there_is_nothing_to_do(log: LogFile, tail: Tailer) -> None:
    log.write("1\n")
    assert not tail.quiet()
    read(tail)
    assert tail.quiet()
    log.write("2\n")
    assert not tail.quiet()


def test_a_link_that_points_elsewhere_is_followed(log: LogFile, tmp_path: Path) -> None:
    """Case 13."""
    (tmp_path / "monday").write_text("1\n")
    (tmp_path / "tuesday").write_text("2\n")
    log.path.symlink_to("monday")
    tail = Tailer(str(log.path))
    assert read(tail) == "1\n"
    log.vanish()
    log.path.symlink_to("tuesday")

    assert read(tail) == "2\n"
    tail.close()


NO_FILES: dict[str, Callable[[Path], object]] = {
    "pipe": os.mkfifo,
    "directory": os.mkdir,
    "device": lambda path: path.symlink_to("/dev/zero"),
    "socket": lambda path: os.mknod(path, stat.S_IFSOCK | 0o600),
}


@pytest.mark.parametrize("kind", NO_FILES)
def test_what_is_no_file_is_refused_without_waiting(log: LogFile, tail: Tailer, kind: str) -> None:
    """Case 50; a socket cannot even be opened."""
    NO_FILES[kind](log.path)

    assert read(tail) == ""
    assert ("No such device" if kind == "socket" else "not a regular file") in tail.problem
    log.vanish() if kind != "directory" else log.path.rmdir()
    log.write("1\n")
    assert read(tail, LONGEST_PAUSE) == "1\n"


@pytest.mark.parametrize(
    "packed",
    [gzip.compress(b"1\n"), bz2.compress(b"1\n"), lzma.compress(b"1\n"), b"PK\3\4x\n"],
    ids=["gz", "bz2", "xz", "zip"],
)
def test_an_archive_that_is_given_as_a_log_is_refused_in_words(
    log: LogFile, tail: Tailer, packed: bytes
) -> None:
    """Case 38."""
    log.write(packed)

    assert read(tail) == ""
    assert "is compressed" in tail.problem
    log.replace("1\n")
    assert read(tail, LONGEST_PAUSE) == "1\n"


def test_a_letter_cut_in_two_is_read_whole(log: LogFile, tail: Tailer) -> None:
    """Case 31."""
    first, second = "é".encode()[:1], "é".encode()[1:]
    log.write(b"caf" + first)
    assert read(tail) == ""
    log.write(second + b"\n")

    assert read(tail) == "café\n"


def test_a_progress_bar_is_one_line(log: LogFile, tail: Tailer) -> None:
    """Case 32."""
    log.write("10%\r20%\r")
    assert read(tail) == ""
    log.write("30%\n1\n")

    assert read(tail) == "10%\r20%\r30%\n1\n"


def test_a_file_that_may_not_be_read_is_tried_again(
    log: LogFile, tail: Tailer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Case 49."""
    log.write("1\n")
    with monkeypatch.context() as patch:  # root may read everything, so chmod proves nothing
        patch.setattr(module, "Source", refuse)
        assert read(tail) == ""
        assert tail.problem == "Permission denied"

    assert not tail.quiet()
    assert read(tail) == "1\n"


def refuse(path: str) -> None:
    raise PermissionError(13, "Permission denied", path)


def test_a_bad_disk_is_a_state(log: LogFile, tail: Tailer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Case 59."""
    log.write("1\n")
    with monkeypatch.context() as patch:
        patch.setattr("watcher.follow.source.os.pread", broken)
        assert read(tail) == ""
        assert tail.problem == "Input/output error"

    assert read(tail) == "1\n"


def broken(*_: object) -> bytes:
    raise OSError(5, "Input/output error")


def test_a_disk_that_stays_bad_is_tried_less_and_less_often(
    log: LogFile, tail: Tailer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Case 59."""
    log.write("1\n")
    tries: list[object] = []

    def counted(*arguments: object) -> bytes:
        tries.append(arguments)
        return broken()

    with monkeypatch.context() as patch:
        patch.setattr(os, "pread", counted)
        for clock in range(2000):
            assert read(tail, float(clock)) == ""
    assert 2000 / LONGEST_PAUSE < len(tries) < 2 * 2000 / LONGEST_PAUSE
    assert not tail.quiet()

    assert read(tail, 2000.0 + LONGEST_PAUSE) == "1\n"
    assert tail.problem == ""


def test_a_bad_disk_amid_a_rotation_loses_nothing(
    log: LogFile, tail: Tailer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cases 58 and 59: each call fails once, wherever it comes."""
    log.write("the first line of this log\n")
    read(tail)
    log.write("2\n")
    log.rotate()
    log.write("3\n")
    got, clock = "", 0.0
    for call in ("stat", "listdir", "open", "pread", "fstat"):
        with monkeypatch.context() as patch:
            patch.setattr(os, call, broken)
            got += read(tail, clock)
            clock += LONGEST_PAUSE

    assert got + read(tail, clock) == "2\n3\n"


def test_an_append_costs_one_read(
    log: LogFile, tail: Tailer, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.write("1\n" * BLOCK)
    read(tail)
    log.write("2\n")
    reads: list[object] = []
    pread = os.pread

    def counted(fd: int, size: int, offset: int) -> bytes:
        reads.append(offset)
        return pread(fd, size, offset)

    monkeypatch.setattr(os, "pread", counted)
    assert read(tail) == "2\n"
    assert len(reads) == 1


def test_what_is_ahead_stays_ahead(log: LogFile) -> None:
    log.write(b"1\n" * BLOCK)
    tailer = Tailer(str(log.path))
    blocks = tailer.blocks(0.0)
    first = next(blocks)

    assert sum(map(len, tailer.ahead())) == 2 * BLOCK - len(first.data)
    assert len(first.data) + sum(len(block.data) for block in blocks) == 2 * BLOCK
    assert list(tailer.ahead()) == []
    tailer.close()


def test_several_files_are_one_run_of_lines(log: LogFile, tmp_path: Path) -> None:
    log.write("1\n")
    tailers = Tailers(Tailer(str(log.path)))
    tailers.add(str(tmp_path / "other.log"))

    assert [block.data for block in tailers.blocks(0.0)] == [b"1\n"]
    assert (tailers.opened, tailers.problem) == (True, "No such file or directory")
    (tmp_path / "other.log").write_text("2\n")
    assert not tailers.quiet()
    assert [block.data for block in tailers.blocks(0.0)] == [b"2\n"]
    assert (tailers.quiet(), tailers.problem) == (True, "")
    tailers.close()
