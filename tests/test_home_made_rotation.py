"""Rotation by a line of shell: copied over the last copy, or added to an archive, and cut.

Such a file keeps its identity, and says something else each time.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest

from tests.conftest import LogFile
from watcher.follow.draining import LINGER
from watcher.follow.tailer import Tailer

ROUNDS = 6
LINES = 6  # of a round


class Daemon:
    """A tailer that may be started again before each look."""

    def __init__(self, log: LogFile, *, down: bool) -> None:
        self.log, self.down, self.clock, self.written = log, down, 0.0, 0
        self.got: list[str] = []
        log.path.touch()
        self.tailer = Tailer(str(log.path))
        self.look()

    def write(self, lines: int = 1) -> None:
        """Some lines that nobody has looked at yet."""
        for _ in range(lines):
            self.written += 1
            self.log.write(f"2026-11-22T20:30:00 v={self.written}\n")

    def look(self, after: float = 0.2) -> None:
        """What is new, some seconds later."""
        self.clock += after
        if self.down:
            saved = self.tailer.generations()
            self.tailer.close()
            self.tailer = Tailer(str(self.log.path), saved=saved)
        blocks = b"".join(block.data for block in self.tailer.blocks(self.clock))
        self.got += [line.rpartition("=")[2] for line in blocks.decode().splitlines()]

    def counted(self) -> list[int]:
        """All that will ever come."""
        for _ in range(3):
            self.look(2 * LINGER)
        return sorted(map(int, self.got))

    @property
    def all(self) -> list[int]:
        """What there is to be counted."""
        return list(range(1, self.written + 1))


@pytest.fixture(params=[False, True], ids=["followed", "down"])
def daemon(log: LogFile, request: pytest.FixtureRequest) -> Iterator[Daemon]:
    daemon = Daemon(log, down=request.param)
    yield daemon
    daemon.tailer.close()


def over(log: LogFile) -> None:
    """`cp a.log a.log.1; : > a.log`."""
    shutil.copyfile(log.path, f"{log.path}.1")
    os.truncate(log.path, 0)


def shifted(log: LogFile) -> None:
    """`cp a.log.1 a.log.2` before it."""
    if os.path.exists(f"{log.path}.1"):
        shutil.copyfile(f"{log.path}.1", f"{log.path}.2")
    over(log)


def added(log: LogFile) -> None:
    """`cat a.log >> a.log.old; : > a.log`."""
    with open(f"{log.path}.old", "ab") as archive:
        archive.write(log.path.read_bytes())
    os.truncate(log.path, 0)


def rounds(daemon: Daemon, rotate: Callable[[LogFile], None], pause: float, unread: int) -> None:
    for _ in range(ROUNDS):
        for _ in range(LINES - unread):
            daemon.write()
            daemon.look()
        daemon.write(unread)
        rotate(daemon.log)
        if pause:
            daemon.look(pause)


@pytest.mark.parametrize("unread", [0, 1, LINES])
@pytest.mark.parametrize("pause", [0.0, 2.0, 2 * LINGER])
@pytest.mark.parametrize("rotate", [over, shifted])
def test_what_is_copied_over_the_last_copy_is_counted_once(
    daemon: Daemon, rotate: Callable[[LogFile], None], pause: float, unread: int
) -> None:
    if unread == LINES and not pause:
        pause = 0.2  # else only the last copies are there
    rounds(daemon, rotate, pause, unread)

    assert daemon.counted() == daemon.all
    assert daemon.tailer.lost == 0


@pytest.mark.parametrize("pause", [0.0, 2.0, 2 * LINGER])
def test_what_is_added_to_an_archive_after_it_was_read_is_counted_once(
    daemon: Daemon, pause: float
) -> None:
    rounds(daemon, added, pause, 0)

    assert daemon.counted() == daemon.all
    assert daemon.tailer.lost == 0


@pytest.mark.parametrize("pause", [0.2, 2.0, 2 * LINGER])
def test_what_is_added_to_an_archive_before_it_was_read_is_left_out_and_told(
    daemon: Daemon, pause: float
) -> None:
    rounds(daemon, added, pause, 1)

    assert daemon.counted() == [n for n in daemon.all if n <= LINES or n % LINES]
    assert daemon.tailer.lost == ROUNDS - 1  # the archive of the first round is a copy


def test_a_copy_over_a_file_that_was_renamed_a_moment_ago_is_no_part_of_it(
    daemon: Daemon, log: LogFile
) -> None:
    daemon.write(2)
    daemon.look()
    log.rotate()
    daemon.look()
    daemon.write(2)
    daemon.look()
    daemon.write()
    over(log)
    daemon.write()

    assert daemon.counted() == daemon.all
    assert daemon.tailer.lost == 0


def test_a_copy_over_a_renamed_file_is_not_read_while_the_log_says_the_same(
    daemon: Daemon, log: LogFile
) -> None:
    daemon.write(2)
    daemon.look()
    log.path.rename(f"{log.path}.1")
    daemon.look()
    daemon.write(2)
    shutil.copyfile(log.path, f"{log.path}.1")
    daemon.look()
    os.truncate(log.path, 0)
    daemon.write()

    assert daemon.counted() == daemon.all
    assert daemon.tailer.lost == 0


def test_a_copy_that_was_there_before_the_log_was_first_seen_may_be_written_over(
    log: LogFile,
) -> None:
    log.write("2026-11-22T20:00:00 v=0\n")
    over(log)
    daemon = Daemon(log, down=False)
    rounds(daemon, over, 0.0, 1)

    assert daemon.counted() == daemon.all
    assert daemon.tailer.lost == 0
    daemon.tailer.close()
