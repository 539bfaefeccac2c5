"""What systemd hears, and what it hands over: through real sockets."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.daemons import PATIENCE, Systemd
from watcher import notify
from watcher.notify import JournalFormatter

FORK = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
from watcher import notify
print([one.getsockname()[1] for one in notify.sockets()])
"""


@pytest.fixture(params=["path", "abstract"])
def systemd(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Systemd]:
    path = str(tmp_path / "notify")
    with Systemd(path if request.param == "path" else f"@watcher-{uuid.uuid4()}") as systemd:
        monkeypatch.setenv("NOTIFY_SOCKET", systemd.address)
        yield systemd


def test_ready_comes_with_a_status(systemd: Systemd) -> None:
    notify.ready("3 graphs")
    assert systemd.hear() == {"READY": "1", "STATUS": "3 graphs"}


def test_a_status_comes_alone(systemd: Systemd) -> None:
    notify.status("drawing")
    assert systemd.hear() == {"STATUS": "drawing"}


def test_a_slow_start_asks_for_time(systemd: Systemd) -> None:
    notify.starting(2.5, "reading the logs")
    assert systemd.hear() == {"EXTEND_TIMEOUT_USEC": "2500000", "STATUS": "reading the logs"}


def test_a_heartbeat_is_one_line(systemd: Systemd) -> None:
    notify.alive()
    assert systemd.hear() == {"WATCHDOG": "1"}


def test_a_reload_says_when_it_began(systemd: Systemd) -> None:
    before = time.monotonic_ns() // 1000
    notify.reloading()
    message = systemd.hear()
    assert message["RELOADING"] == "1"
    assert before <= int(message["MONOTONIC_USEC"]) <= time.monotonic_ns() // 1000


def test_the_end_is_announced(systemd: Systemd) -> None:
    notify.stopping()
    assert systemd.hear() == {"STOPPING": "1"}


@pytest.mark.parametrize(
    "say", [lambda: notify.ready("x"), lambda: notify.status("x"), notify.alive, notify.stopping]
)
def test_without_systemd_nothing_happens(
    say: Callable[[], None], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    say()
    assert not caplog.records


def test_a_systemd_that_is_gone_is_a_line_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    notify.alive()
    assert "systemd does not listen" in caplog.text


def test_a_systemd_that_does_not_read_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(notify, "PATIENCE", 0.01)
    with Systemd(str(tmp_path / "notify")) as systemd:
        monkeypatch.setenv("NOTIFY_SOCKET", systemd.address)
        for _ in range(10_000):  # the kernel keeps some ten, but who knows how many elsewhere
            notify.alive()
            if caplog.records:
                break
    assert "systemd does not listen: timed out" in caplog.text


@pytest.mark.parametrize(
    ("allowed", "pid", "seconds"),
    [
        ("30000000", None, 15.0),
        ("30000000", str(os.getpid()), 15.0),
        ("30000000", "1", None),  # meant for another process
        (None, None, None),
        ("", None, None),
        ("often", None, None),
    ],
)
def test_a_heartbeat_is_due_at_half_of_what_systemd_allows(
    allowed: str | None, pid: str | None, seconds: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("WATCHDOG_USEC", allowed), ("WATCHDOG_PID", pid)):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    assert notify.heartbeat() == seconds


def test_sockets_of_systemd_are_taken_over() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        number = str(listening.fileno())
        done = subprocess.run(
            [sys.executable, "-c", FORK, number],
            pass_fds=[listening.fileno()],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.stdout == f"[{listening.getsockname()[1]}]\n", done.stderr


def test_sockets_meant_for_another_process_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LISTEN_FDS", "1")
    monkeypatch.setenv("LISTEN_PID", "1")
    assert notify.sockets() == []
    monkeypatch.delenv("LISTEN_PID")
    assert notify.sockets() == []


def record(level: int, text: str) -> logging.LogRecord:
    return logging.LogRecord("watcher.daemon", level, __file__, 1, text, (), None)


@pytest.mark.parametrize(
    ("level", "priority"),
    [
        (logging.CRITICAL, 3),
        (logging.ERROR, 3),
        (logging.WARNING, 4),
        (logging.INFO, 6),
        (logging.DEBUG, 7),
    ],
)
def test_the_journal_is_told_the_priority(level: int, priority: int) -> None:
    assert JournalFormatter("%(message)s").format(record(level, "words")) == f"<{priority}>words"


def test_every_line_for_the_journal_has_its_priority() -> None:
    try:
        os.stat("/nowhere")
    except OSError:
        said = record(logging.ERROR, "it failed")
        said.exc_info = sys.exc_info()
    lines = JournalFormatter("%(message)s").format(said).splitlines()
    assert lines[0] == "<3>it failed"
    assert lines[-1].startswith("<3>FileNotFoundError")
    assert all(line.startswith("<3>") for line in lines)


LOG = "from watcher import notify, __main__; import logging; notify.log_to_stderr('info')"


def test_only_the_journal_gets_priorities_and_no_time(tmp_path: Path) -> None:
    def said(journal: str) -> str:
        with (tmp_path / "stderr").open("w+") as stderr:
            stat = os.fstat(stderr.fileno())
            stream = journal.format(device=stat.st_dev, inode=stat.st_ino)
            subprocess.run(
                [sys.executable, "-c", f"{LOG}; logging.getLogger('watcher').info('hello')"],
                stderr=stderr,
                env={**os.environ, "JOURNAL_STREAM": stream},
                timeout=PATIENCE,
                check=True,
            )
            return (tmp_path / "stderr").read_text()

    assert said("{device}:{inode}") == "<6>watcher: hello\n"
    assert said("1:1").endswith(" INFO hello\n")
