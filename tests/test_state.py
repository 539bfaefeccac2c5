"""The state directory of real daemons: what a restart finds, who may have it, how it is dropped."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.daemons import PATIENCE, Daemon, append, daemon, eventually, refused
from watcher.follow.discover import Place


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "logs").mkdir()
    append(tmp_path / "logs/app.log", *range(1000))
    return tmp_path


@contextmanager
def running(place: Path) -> Iterator[Daemon]:
    config = place / "watcher.toml"
    config.write_text(
        f'listen = "127.0.0.1:0"\nstate = "{place}/state"\n[[log]]\npath = "{place}/logs"\n'
    )
    with daemon("-c", config, listen=None, keep=True) as one:
        yield one


def lines(one: Daemon) -> int:
    return one.lines().get("app", 0)


def test_a_restart_goes_on_with_the_same_picture(place: Path) -> None:
    with running(place) as one:
        before = one.get("/g/app.png")
    with running(place) as one:
        assert one.get("/g/app.png").etag == before.etag
        append(place / "logs/app.log", 7)
        eventually(lambda: lines(one) == 1001)


def test_what_is_killed_goes_on_where_it_was(place: Path) -> None:
    with running(place) as one:
        append(place / "logs/app.log", *range(50))
        eventually(lambda: lines(one) == 1050)
        one.leave(signal.SIGKILL)
        append(place / "logs/app.log", *range(50))
    with running(place) as one:
        assert lines(one) == 1100


def test_a_reload_keeps_what_is_known(place: Path) -> None:
    with running(place) as one:
        append(place / "logs/app.log", 7)
        eventually(lambda: lines(one) == 1001)
        (place / "logs/app.log").write_text("")  # no longer there to be read again
        one.tell(signal.SIGHUP)
        append(place / "logs/more.log", 1)
        eventually(lambda: one.lines().get("more") == 1)
        eventually(lambda: lines(one) == 1001)


def test_a_second_daemon_is_refused_and_told_who_is_first(place: Path) -> None:
    """Case 65."""
    with running(place) as one:
        code, said = refused("-c", place / "watcher.toml", keep=True)
        assert code == 1
        assert f"in use by another watcher, process {one.process.pid}" in said


def test_the_state_is_no_log_of_the_folder_that_it_lies_in(place: Path) -> None:
    with running(place):
        pass
    assert not list(Place(f"{place}/state").paths())


def test_a_log_is_forgotten_by_its_name_while_the_daemon_is_stopped(place: Path) -> None:
    def forget(name: str, state: str = "state") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "watcher", "forget", name, "--state", f"{place}/{state}"]
        return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)

    with running(place) as one:
        append(place / "logs/app.log", 7)
        eventually(lambda: lines(one) == 1001)
        assert "in use" in forget("app").stderr
    (place / "logs/app.log").write_text("1\n2\n")
    assert "no such directory" in forget("app", "typo").stderr
    assert not (place / "typo").exists()
    assert forget("nobody").returncode == 1
    assert "there are app" in forget("nobody").stderr
    assert forget("app").returncode == 0
    with running(place) as one:
        assert lines(one) == 2
