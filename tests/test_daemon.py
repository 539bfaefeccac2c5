"""A real daemon: logs change and so do its pictures; it starts, reloads and leaves as it should."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.daemons import (
    LEAVING,
    PATIENCE,
    Daemon,
    Systemd,
    append,
    daemon,
    eventually,
    pixels,
    refused,
)
from watcher import worker
from watcher.config import ConfigError, load
from watcher.daemon import _serve
from watcher.pipeline import Pipeline

INHERIT = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.argv[2], sys.argv[2:])
"""

HANG_WHERE_TOLD = """
import os, sys, threading
from watcher import __main__, daemon, pipeline, worker
worker.STUCK, daemon.HANGING = 1.2, 0.5
tick = pipeline.Pipeline.tick
def hang(self, now):
    if os.path.exists(os.environ["HANG"]):
        threading.Event().wait()
    tick(self, now)
pipeline.Pipeline.tick = hang
sys.exit(__main__.main(sys.argv[4:]))
"""

READ_SLOWLY_WHERE_TOLD = """
import os, pathlib, sys, threading
from watcher import __main__
pread = os.pread
def slow(*arguments):
    while os.path.exists(os.environ["SLOW"]):
        pathlib.Path(os.environ["READING"]).touch()
        threading.Event().wait(0.01)
    return pread(*arguments)
os.pread = slow
sys.exit(__main__.main(sys.argv[4:]))
"""

BREAK = """
import sys
from watcher import __main__, pipeline
pipeline.Pipeline.tick = lambda self, now: 1 / 0
sys.exit(__main__.main())
"""


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """A directory with one log of twenty values."""
    directory = tmp_path / "logs"
    directory.mkdir()
    append(directory / "temp.log", *range(20))
    return directory


@pytest.fixture
def running(logs: Path) -> Iterator[Daemon]:
    """A daemon that watches it."""
    with daemon(logs) as running:
        yield running


# Following.


def test_a_line_changes_the_picture(running: Daemon, logs: Path) -> None:
    before = running.picture("temp")
    append(logs / "temp.log", 500)
    eventually(lambda: running.picture("temp").etag != before.etag)
    after = running.picture("temp")
    assert pixels(after.body).shape == pixels(before.body).shape == (275, 500, 3)
    assert np.any(pixels(after.body) != pixels(before.body))


def test_a_line_is_told_to_open_streams(running: Daemon, logs: Path) -> None:
    events = running.events()
    name, data = events.next()
    assert (name, set(data)) == ("hello", {"version", "boot"})
    known = events.frame("temp")
    before = running.picture("temp").etag
    append(logs / "temp.log", 500)
    events.frame("temp", after=known)
    assert running.picture("temp").etag != before  # when the event comes, the picture is there
    events.close()


def test_an_unchanged_picture_costs_no_bytes(running: Daemon, logs: Path) -> None:
    first = running.picture("temp")
    again = running.get("/g/temp.png", if_none_match=first.etag)
    assert (again.status, again.body) == (304, b"")
    append(logs / "temp.log", 500)
    changed = eventually(
        lambda: (
            answer
            if (answer := running.get("/g/temp.png", if_none_match=first.etag)).status == 200
            else None
        )
    )
    assert changed is not None
    assert changed.etag != first.etag


def test_a_log_that_is_renamed_and_made_anew_goes_on(running: Daemon, logs: Path) -> None:
    log = logs / "temp.log"
    writer = log.open("a")
    log.rename(logs / "temp.log.1")
    append(log, 21)
    with writer:
        writer.write("20\n")  # it has not noticed yet
    eventually(lambda: running.lines() == {"temp": 22})
    append(log, 22)
    eventually(lambda: running.lines() == {"temp": 23})


def test_a_log_that_is_cut_is_read_from_its_start(running: Daemon, logs: Path) -> None:
    os.truncate(logs / "temp.log", 0)
    append(logs / "temp.log", 7)
    eventually(lambda: running.lines() == {"temp": 21})


def test_a_log_that_is_deleted_and_comes_again_goes_on(running: Daemon, logs: Path) -> None:
    before = running.picture("temp")
    (logs / "temp.log").unlink()
    append(logs / "temp.log", 700, 800)
    eventually(lambda: running.lines() == {"temp": 22})
    eventually(lambda: running.picture("temp").etag != before.etag)


def test_a_new_log_gets_a_graph(running: Daemon, logs: Path) -> None:
    events = running.events()
    events.frame("temp")
    append(logs / "load.log", 1, 2, 3)
    events.frame("load")
    assert running.picture("load").headers["Content-Type"] == "image/png"
    events.close()


def test_a_new_directory_is_watched(running: Daemon, logs: Path) -> None:
    (logs / "deep/down").mkdir(parents=True)
    append(logs / "deep/down/load.log", 1, 2, 3)
    eventually(lambda: "deep-down-load" in running.lines())
    append(logs / "deep/down/load.log", 4)
    eventually(lambda: running.lines()["deep-down-load"] == 4)


def test_a_directory_may_come_later(tmp_path: Path) -> None:
    with daemon(tmp_path / "later/*.log") as running:
        assert running.lines() == {}
        (tmp_path / "later").mkdir()
        append(tmp_path / "later/temp.log", 1, 2)
        eventually(lambda: running.lines() == {"temp": 2})


def test_a_log_may_come_later(tmp_path: Path) -> None:
    with daemon(tmp_path / "temp.log") as running:
        waiting = running.picture("temp")
        assert waiting.headers["Watcher-State"] == "waiting"
        append(tmp_path / "temp.log", 1, 2)
        eventually(lambda: running.lines() == {"temp": 2})
        eventually(lambda: running.picture("temp").etag != waiting.etag)


def test_many_logs_at_once_lose_no_line(logs: Path) -> None:
    names = [f"log{n}" for n in range(200)]
    for name in names:
        append(logs / f"{name}.log", 1)
    with daemon(logs) as running:
        for value in range(10):
            for name in names:
                append(logs / f"{name}.log", value)
        eventually(lambda: running.lines() == {"temp": 20, **dict.fromkeys(names, 11)})


# Leaving.


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_leave_it_leaves_at_once(running: Daemon, number: signal.Signals) -> None:
    """Case 63."""
    streams = [running.events() for _ in range(20)]
    for stream in streams:
        stream.frame("temp")
    assert running.leave(number) < LEAVING
    assert running.process.returncode == 0
    for stream in streams:
        stream.to_the_end()


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"GET /g/temp.png HTTP/1.1\r\n", id="half a head"),
        pytest.param(
            b"POST /render HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\nta",
            id="half a form",
        ),
        pytest.param(
            b"GET /g/temp.png?width=3840&height=2160 HTTP/1.1\r\nHost: localhost\r\n\r\n" * 50,
            id="much, and it reads nothing",
        ),
    ],
)
def test_no_client_holds_it_up(running: Daemon, sent: bytes) -> None:
    host, port = running.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(sent)
        running.picture("temp")  # by now it has that, too
        assert running.leave() < LEAVING
    assert running.process.returncode == 0


def test_an_idle_connection_does_not_hold_it_up(running: Daemon) -> None:
    with contextlib.closing(running.connect()) as idle:
        idle.request("GET", "/healthz")
        idle.getresponse().read()
        assert running.leave() < LEAVING


def test_asked_while_it_still_reads_it_leaves(tmp_path: Path) -> None:
    with (tmp_path / "big.log").open("w") as file:
        file.writelines(f"{n % 100}\n" for n in range(3_000_000))
    with Systemd(str(tmp_path / "notify")) as systemd:
        started = Daemon(
            [sys.executable, "-m", "watcher", "serve", str(tmp_path / "big.log"), "--no-state"]
            + ["--listen", "127.0.0.1:0"],
            {"NOTIFY_SOCKET": systemd.address},
            (),
        )
        try:
            assert systemd.hear_of("STATUS")["STATUS"] == "reading the logs"
            assert started.leave() < LEAVING
            assert started.process.returncode == 0
        finally:
            started.end()


def test_while_a_disk_does_not_answer_the_pictures_of_before_are_served(
    logs: Path, tmp_path: Path
) -> None:
    """Case 70."""
    slow, reading = tmp_path / "slow", tmp_path / "reading"
    through = (sys.executable, "-c", READ_SLOWLY_WHERE_TOLD)
    env = {"SLOW": str(slow), "READING": str(reading)}
    with daemon(logs, env=env, through=through) as running:
        before = running.picture("temp")
        slow.touch()
        append(logs / "temp.log", 230)
        eventually(reading.exists)
        assert running.picture("temp").etag == before.etag
        assert running.get("/g/temp.png", if_none_match=before.etag).status == 304
        assert running.lines() == {"temp": 20}
        assert running.get("/healthz").status == 200  # not for long
        slow.unlink()
        eventually(lambda: running.lines() == {"temp": 21})
        eventually(lambda: running.picture("temp").etag != before.etag)


def test_a_daemon_that_was_stopped_for_a_while_goes_on(running: Daemon, logs: Path) -> None:
    """Case 68."""
    running.tell(signal.SIGSTOP)
    append(logs / "temp.log", *range(100))
    (logs / "temp.log").rename(logs / "temp.log.1")
    append(logs / "temp.log", *range(50))
    running.tell(signal.SIGCONT)

    eventually(lambda: running.lines() == {"temp": 170})
    assert running.get("/healthz").status == 200


def test_a_name_of_any_bytes_has_a_url(running: Daemon, logs: Path) -> None:
    """Case 52."""
    with open(os.fsencode(logs) + b"/caf\xe9 1.log", "wb") as file:
        file.write(b"1\n2\n")
    eventually(lambda: running.lines().get("caf__1") == 2)

    assert running.get("/g/caf__1.png").status == 200
    graphs = json.loads(running.get("/api/graphs").body)
    titles = {graph["name"]: graph["title"] for graph in graphs}
    assert titles["caf__1"] == "caf\ufffd 1"
    assert "caf\ufffd 1" in running.get("/").body.decode()


def test_a_bug_ends_the_process_so_that_it_is_started_again(logs: Path) -> None:
    """Case 69."""
    command = [sys.executable, "-c", BREAK, "serve", str(logs), "--no-state"]
    done = subprocess.run(
        [*command, "--listen", "127.0.0.1:0"], capture_output=True, text=True, timeout=PATIENCE
    )

    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr


def test_a_worker_that_hangs_cannot_hold_it_for_ever(logs: Path, tmp_path: Path) -> None:
    through = (sys.executable, "-c", HANG_WHERE_TOLD)
    with daemon(logs, env={"HANG": str(tmp_path / "hang")}, through=through) as running:
        (tmp_path / "hang").touch()
        append(logs / "temp.log", 1)
        eventually(lambda: running.get("/healthz").status == 503)
        running.leave()
        assert running.process.returncode == 1
        assert "the worker hangs" in running.log


# Starting.


def test_a_port_in_use_is_said_in_words(logs: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        code, said = refused(logs, "--listen", address)
    assert code == 1
    assert said == f"watcher: cannot listen at {address}: Address already in use\n"


def test_nothing_to_watch_is_a_mistake_of_use(tmp_path: Path) -> None:
    code, said = refused(env={"XDG_CONFIG_HOME": str(tmp_path), "WATCHER_CONFIG": ""})
    assert code == 2
    assert "watcher serve" in said


def test_every_problem_of_a_bad_config_is_told(tmp_path: Path) -> None:
    config = tmp_path / "watcher.toml"
    config.write_text('listen = "nowhere"\ntz = "Mars"\n[[log]]\npth = "x"\n')
    code, said = refused("-c", config)
    assert code == 78
    problems = said.splitlines()
    assert len(problems) == 4
    assert all(line.startswith(f"{config}: ") for line in problems)


def test_to_show_logs_to_everybody_takes_a_word(logs: Path) -> None:
    code, said = refused(logs, "--listen", "0.0.0.0:0")
    assert code == 78
    assert "anonymous = true" in said


def test_it_listens_on_a_unix_socket(logs: Path, tmp_path: Path) -> None:
    path = tmp_path / "watcher.sock"
    for _ in range(2):  # the second finds what the first has left
        with daemon(logs, listen=f"unix:{path}") as running:
            assert running.url == f"unix:{path}"
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(PATIENCE)
                client.connect(str(path))
                client.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
                assert client.recv(100).startswith(b"HTTP/1.0 200")
            code, said = refused(logs, "--listen", f"unix:{path}")
            assert (code, "already in use" in said) == (1, True)


def test_a_file_is_not_taken_for_an_old_socket(logs: Path) -> None:
    code, said = refused(logs, "--listen", f"unix:{logs}/temp.log")
    assert (code, "already in use" in said) == (1, True)
    assert (logs / "temp.log").read_text()


def test_a_socket_of_systemd_wins(logs: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        through = (sys.executable, "-c", INHERIT, str(listening.fileno()))
        with daemon(logs, through=through, pass_fds=(listening.fileno(),)) as running:
            assert running.url == f"http://127.0.0.1:{listening.getsockname()[1]}"
            running.picture("temp")


def test_a_socket_of_systemd_for_everybody_takes_a_word(
    logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("0.0.0.0", 0)) as open_door:
        monkeypatch.setattr("watcher.notify.sockets", lambda: [open_door.dup()])
        config = load(None, paths=(str(logs),), keep=False)
        with pytest.raises(ConfigError, match="anonymous = true"):
            asyncio.run(_serve(config, lambda: config))


# Reloading.


@pytest.fixture
def config(logs: Path, tmp_path: Path) -> Path:
    file = tmp_path / "watcher.toml"
    file.write_text(f'listen = "127.0.0.1:0"\n[[log]]\npath = "{logs}/temp.log"\n')
    return file


def add(config: Path, text: str) -> None:
    config.write_text(config.read_text() + text)


def test_a_reload_brings_new_graphs_and_keeps_the_port(config: Path, logs: Path) -> None:
    """Case 64."""
    append(logs / "load.log", 1, 2, 3)
    with daemon("-c", config, listen=None) as running:
        assert set(running.lines()) == {"temp"}
        events = running.events()
        events.frame("temp")
        add(config, f'[[log]]\npath = "{logs}/load.log"\n[[graph]]\nname = "hot"\nlog = "temp"\n')
        running.tell(signal.SIGHUP)
        events.to_the_end()  # pages come back by themselves
        eventually(
            lambda: set(running.lines()) == {"hot", "load"}
        )  # no refused connection meanwhile
        assert running.picture("hot").status == 200


def test_a_bad_file_is_not_reloaded(config: Path) -> None:
    """Case 64."""
    good = config.read_text()
    with daemon("-c", config, listen=None) as running:
        config.write_text("colour = 7\nflavour = 8\n" + good)
        running.tell(signal.SIGHUP)
        eventually(lambda: running.log.count("not reloaded: ") == 2)
        assert "colour" in running.log
        assert "flavour" in running.log
        assert running.picture("temp").status == 200
        config.write_text(good + '[[graph]]\nname = "hot"\nlog = "temp"\n')
        running.tell(signal.SIGHUP)
        eventually(lambda: set(running.lines()) == {"hot"})


def test_an_address_that_is_taken_is_not_reloaded(config: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, daemon("-c", config, listen=None) as one:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        config.write_text(config.read_text().replace("127.0.0.1:0", address))
        one.tell(signal.SIGHUP)
        eventually(lambda: f"not reloaded: cannot listen at {address}" in one.log)
        assert one.picture("temp").status == 200


def test_a_reload_moves_to_another_address(config: Path, tmp_path: Path) -> None:
    with daemon("-c", config, listen=None) as running:
        new = f'["unix:{tmp_path}/one.sock", "unix:{tmp_path}/one.sock"]'
        config.write_text(config.read_text().replace('"127.0.0.1:0"', new))
        running.tell(signal.SIGHUP)
        eventually((tmp_path / "one.sock").is_socket)

        def closed() -> bool:
            try:
                running.get("/healthz")
            except (ConnectionRefusedError, ConnectionResetError, http.client.BadStatusLine):
                return True
            return False

        eventually(closed)


# With systemd.


def test_systemd_hears_of_start_reload_and_end(config: Path, tmp_path: Path) -> None:
    with Systemd(str(tmp_path / "notify")) as systemd:
        env = {"NOTIFY_SOCKET": systemd.address, "WATCHDOG_USEC": "200000"}
        with daemon("-c", config, listen=None, env=env) as running:
            assert systemd.hear_of("READY")["STATUS"] == "1 graph"
            for _ in range(3):
                systemd.hear_of("WATCHDOG")
            running.tell(signal.SIGHUP)
            assert int(systemd.hear_of("RELOADING")["MONOTONIC_USEC"]) > 0
            systemd.hear_of("READY")
            add(config, "colour = 7\n")
            running.tell(signal.SIGHUP)
            systemd.hear_of("RELOADING")
            systemd.hear_of("READY")  # refused, and still there
            running.tell(signal.SIGTERM)
            systemd.hear_of("STOPPING")
            assert running.process.wait(PATIENCE) == 0
            assert systemd.silent()


async def serve(config_of: Path, systemd: Systemd) -> asyncio.Task[None]:
    """The daemon inside this process, once it is ready."""
    config = load(None, paths=(str(config_of),), listen="127.0.0.1:0", keep=False)
    task = asyncio.create_task(_serve(config, lambda: config))
    await asyncio.to_thread(systemd.hear_of, "READY")
    return task


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Systemd]:
    with Systemd(str(tmp_path / "notify")) as systemd:
        monkeypatch.setenv("NOTIFY_SOCKET", systemd.address)
        monkeypatch.setenv("WATCHDOG_USEC", "50000")
        yield systemd


def test_a_worker_that_hangs_is_not_alive(
    logs: Path, systemd: Systemd, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging, go_on = threading.Event(), threading.Event()

    def hang(_pipeline: Pipeline, _now: float) -> None:
        if hanging.is_set():
            go_on.wait(PATIENCE)

    async def live() -> None:
        serving = await serve(logs, systemd)
        await asyncio.to_thread(systemd.hear_of, "WATCHDOG")
        hanging.set()
        since = time.monotonic()
        last = since
        while time.monotonic() - last < 0.5:  # ten heartbeats long
            if "WATCHDOG" in await asyncio.to_thread(systemd.hear):
                last = time.monotonic()
            assert last - since < PATIENCE
        go_on.set()
        await asyncio.to_thread(systemd.hear_of, "WATCHDOG")  # a disk may come back
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(serving, PATIENCE)

    monkeypatch.setattr(worker, "STUCK", 1.2)  # more than the second between two rounds
    monkeypatch.setattr(Pipeline, "tick", hang)
    asyncio.run(live())


def test_nothing_is_left_behind(logs: Path, systemd: Systemd) -> None:
    async def live() -> None:
        before = set(threading.enumerate()), len(os.listdir("/proc/self/fd"))
        serving = await serve(logs, systemd)
        loop = asyncio.get_running_loop()
        await loop.shutdown_default_executor()  # that of `to_thread`
        assert {thread.name for thread in threading.enumerate()} >= {"worker_0"}
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(serving, PATIENCE)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        assert (set(threading.enumerate()), len(os.listdir("/proc/self/fd"))) == before

    asyncio.run(live())


async def test_a_bug_in_the_worker_ends_the_daemon(
    logs: Path, systemd: Systemd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Case 69."""
    serving = await serve(logs, systemd)
    monkeypatch.delenv("NOTIFY_SOCKET")  # nobody reads it from here on

    def break_(_pipeline: Pipeline, _now: float) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Pipeline, "tick", break_)
    with pytest.raises(ZeroDivisionError):
        await asyncio.wait_for(serving, PATIENCE)
