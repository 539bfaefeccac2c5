"""Killed at every single write, and on disks that fail: counted once all the same."""

from __future__ import annotations

import errno
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.daemons import Daemon, append, eventually
from tests.disasters import Shop, settled
from tests.faults import Call, Faults, library, obeyed
from watcher.history.store import Change, Store

AT_LEAST = {Call.PWRITE: 50, Call.CUT: 1, Call.UNLINK: 1, Call.SYNC: 2}  # turns of a whole life


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that makes system calls fail."""
    directory = tmp_path_factory.mktemp("faults")
    made = library(directory)
    if not obeyed(Faults(directory / "orders"), made):
        pytest.skip("system calls are not made by a library here: they cannot be made to fail")
    return made


def test_a_state_that_somebody_else_writes_is_written_later(tmp_path: Path) -> None:
    with closing(Store(str(tmp_path))) as store, closing(sqlite3.connect(store.file)) as other:
        other.execute("begin immediate")
        assert not store.commit([Change("/app.log", "app", b"1")], 1)
        assert store.state("/app.log") is None
        other.rollback()
        assert store.commit([Change("/app.log", "app", b"2")], 2)
        assert store.state("/app.log") == b"2"


def test_a_bug_while_it_is_written_leaves_the_state_as_it_was(tmp_path: Path) -> None:
    def changes() -> Iterator[Change]:
        yield Change("/app.log", "app", b"1")
        raise KeyError

    with closing(Store(str(tmp_path))) as store:
        with pytest.raises(KeyError):
            store.commit(changes(), 1)
        assert store.commit([], 2)
        assert store.state("/app.log") is None


@pytest.mark.timeout(0)
@pytest.mark.parametrize("call", AT_LEAST, ids=lambda call: call.name)
def test_killed_at_any_turn_of_a_call_nothing_is_lost_and_nothing_counted_twice(
    tmp_path: Path, made: Path, call: Call
) -> None:
    """Case 61."""
    orders, lives = Faults(tmp_path / "orders"), tmp_path / "lives"
    lives.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.crashing", str(lives), call.name],
        env={**os.environ, **orders.environment(made)},
        capture_output=True,
        text=True,
        check=False,
    )
    *problems, turns = done.stdout.splitlines() or [""]
    assert not problems, done.stdout
    assert turns.startswith("turns: "), done.stderr
    assert int(turns.removeprefix("turns: ")) >= AT_LEAST[call]


class Failing:
    """A daemon whose system calls fail on demand, and its log."""

    def __init__(self, shop: Shop, faults: Faults, daemon: Daemon) -> None:
        self.shop, self.faults, self.daemon = shop, faults, daemon

    def lines(self, name: str) -> int:
        return self.daemon.lines().get(name, 0)

    def has_counted(self, lines: int, name: str = "app") -> bool:
        return self.lines(name) == lines


@pytest.fixture
def failing(tmp_path: Path, made: Path) -> Iterator[Failing]:
    """With 300 lines that are counted and kept."""
    shop, faults = Shop(tmp_path), Faults(tmp_path / "orders")
    shop.write(0, 300)
    with shop.serving(faults.environment(made)) as daemon:
        failing = Failing(shop, faults, daemon)
        eventually(lambda: failing.has_counted(300))
        yield failing
        faults.none()


def test_a_log_that_cannot_be_read_waits_and_others_do_not(failing: Failing) -> None:
    """Case 59."""
    failing.faults.fail(Call.PREAD, errno.EIO, failing.shop.log)
    failing.shop.write(300, 400)
    append(failing.shop.other, 1, 2, 3)
    eventually(lambda: failing.has_counted(3, "other"))
    eventually(lambda: failing.faults.seen > 1)  # it tries again
    assert failing.has_counted(300)
    assert failing.daemon.get("/healthz").status == 200
    assert failing.daemon.get("/g/app.png").status == 200
    failing.faults.none()
    assert settled(failing.shop, 400, failing.daemon, 10).clean


def test_without_descriptors_what_is_open_is_followed_and_the_rest_waits(
    failing: Failing,
) -> None:
    """Case 58."""
    failing.daemon.picture("app")  # whatever is loaded for the first one is there then
    failing.faults.fail(Call.OPEN, errno.EMFILE)
    failing.shop.write(300, 400)
    failing.shop.log.rename(f"{failing.shop.log}.1")
    failing.shop.write(400, 500)
    eventually(lambda: failing.faults.seen > 2)
    assert failing.daemon.get("/healthz").status == 200
    assert failing.daemon.get("/g/app.png").status == 200
    failing.faults.none()
    assert settled(failing.shop, 500, failing.daemon, 20).clean


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO], ids=["full", "bad"])
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_a_state_that_cannot_be_written_stops_nobody_and_loses_nothing(
    failing: Failing, end: signal.Signals, error: int
) -> None:
    """Case 60."""
    failing.faults.fail(Call.PWRITE, error)
    failing.shop.write(300, 400)
    eventually(lambda: failing.has_counted(400))
    eventually(lambda: b"not kept" in failing.daemon.get("/healthz").body)
    failing.shop.write(400, 500)
    eventually(lambda: failing.has_counted(500))
    assert failing.daemon.get("/g/app.png").status == 200
    failing.daemon.leave(end)
    with failing.shop.serving() as daemon:
        assert settled(failing.shop, 500, daemon, 10).clean


def test_a_disk_that_has_room_again_takes_all_of_it(failing: Failing) -> None:
    """Case 60."""
    failing.faults.fail(Call.PWRITE, errno.ENOSPC)
    failing.shop.write(300, 400)
    eventually(lambda: b"not kept" in failing.daemon.get("/healthz").body)
    failing.faults.none()
    failing.daemon.leave()
    failing.shop.log.unlink()
    failing.shop.write(400, 401)
    with failing.shop.serving() as daemon:
        eventually(lambda: daemon.lines()["app"] == 401)
