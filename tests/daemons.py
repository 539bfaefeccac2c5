"""Real daemons for tests: started as a user starts them, asked over HTTP, gone in the end.

Everything here is synchronous and waits with a deadline.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
from PIL import Image

PATIENCE = 10.0  # seconds until a test that waits has failed
POLL = 0.01  # seconds between two looks
LEAVING = 2.0  # seconds that the contract gives SIGTERM
TROUBLE = re.compile(r"Traceback|Exception ignored|Task was destroyed|never retrieved")

T = TypeVar("T")
Pixels = np.ndarray[Any, np.dtype[np.uint8]]


def eventually(look: Callable[[], T], *, seconds: float = PATIENCE) -> T:
    """The first true result of `look()`; fails when there is none within `seconds`."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} s: the last result was {found!r}")
        time.sleep(POLL)
    return found


def append(log: Path, *values: object) -> None:
    """One line for each value."""
    with log.open("a") as file:
        file.writelines(f"{value}\n" for value in values)


def pixels(png: bytes) -> Pixels:
    """A picture as rows of RGB."""
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


class Answer(NamedTuple):
    """What the daemon said."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def etag(self) -> str:
        return self.headers["ETag"]


class Events:
    """An open stream of Server-Sent Events."""

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self._connection = connection
        connection.request("GET", "/events")
        self._answer = connection.getresponse()
        assert self._answer.status == 200

    def next(self) -> tuple[str, dict[str, Any]]:
        """Name and data of the next event; raises EOFError at the end of the stream."""
        name = ""
        for line in iter(self._answer.readline, b""):
            key, _, value = line.decode().rstrip("\n").partition(": ")
            if key == "event":
                name = value
            elif key == "data":
                return name, json.loads(value)
        raise EOFError

    def frame(self, graph: str, after: int = 0) -> int:
        """The revision of the next frame event of `graph` that is newer than `after`."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            name, data = self.next()
            if name == "frame" and data["graph"] == graph and data["revision"] > after:
                return int(data["revision"])
        raise AssertionError(f"no frame of {graph} newer than {after} within {PATIENCE:g} s")

    def to_the_end(self) -> None:
        """Read until the daemon ends the stream."""
        with contextlib.suppress(EOFError):
            while True:
                self.next()
        self.close()

    def close(self) -> None:
        self._answer.close()
        self._connection.close()


class Daemon:
    """A running `watcher serve`."""

    def __init__(self, command: list[str], env: Mapping[str, str], pass_fds: tuple[int, ...]):
        self._stderr = tempfile.TemporaryFile("w+")  # noqa: SIM115 (lives as long as the daemon)
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            env={**os.environ, "PYTHONWARNINGS": "error", **env},
            pass_fds=pass_fds,
        )
        self.url = ""

    @property
    def log(self) -> str:
        """What it has written to standard error so far."""
        size = os.fstat(self._stderr.fileno()).st_size
        return os.pread(self._stderr.fileno(), size, 0).decode()

    def listening(self) -> str:
        """Wait for the line that says where it listens; returns the address."""
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        line = self.process.stdout.readline().decode() if ready else ""
        match = re.fullmatch(r"listening on (\S+)\n", line)
        assert match is not None, f"{line!r} instead of an address\n{self.log}"
        self.url = match[1]
        return self.url

    def connect(self) -> http.client.HTTPConnection:
        host, port = self.url.removeprefix("http://").rsplit(":", 1)
        return http.client.HTTPConnection(host, int(port), timeout=PATIENCE)

    def get(self, path: str, **headers: str) -> Answer:
        """GET; a header such as `if_none_match="..."`."""
        with contextlib.closing(self.connect()) as connection:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request("GET", path, headers=named)
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.headers), answer.read())

    def picture(self, name: str) -> Answer:
        answer = self.get(f"/g/{name}.png")
        assert answer.status == 200, answer.body
        return answer

    def lines(self) -> dict[str, int]:
        """The lines consumed so far, by name of the graph."""
        graphs = json.loads(self.get("/api/graphs").body)
        return {graph["name"]: graph["counters"]["lines"] for graph in graphs}

    def events(self) -> Events:
        return Events(self.connect())

    def tell(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def leave(self, number: signal.Signals = signal.SIGTERM) -> float:
        """Ask it to go; the seconds that it took."""
        asked = time.monotonic()
        self.tell(number)
        self.process.wait(PATIENCE)
        return time.monotonic() - asked

    def end(self) -> None:
        """It is gone afterwards, whatever happened; it had nothing to complain about."""
        try:
            if self.process.poll() is None:
                self.leave()
            assert TROUBLE.search(self.log) is None, self.log
        finally:
            self.process.kill()
            self.process.wait()
            assert self.process.stdout is not None
            self.process.stdout.close()
            self._stderr.close()


@contextlib.contextmanager
def daemon(
    *arguments: object,
    listen: str | None = "127.0.0.1:0",
    env: Mapping[str, str] | None = None,
    through: tuple[str, ...] = (),
    pass_fds: tuple[int, ...] = (),
    keep: bool = False,
) -> Iterator[Daemon]:
    """A `watcher serve` with these arguments that listens.

    `through`: who is to start it; `keep`: it has the state directory that its configuration names.
    """
    command = [*through, sys.executable, "-m", "watcher", "serve", *map(str, arguments)]
    command += [] if keep else ["--no-state"]
    command += [] if listen is None else ["--listen", listen]
    running = Daemon(command, env or {}, pass_fds)
    try:
        running.listening()
        yield running
    finally:
        running.end()


def refused(
    *arguments: object, env: Mapping[str, str] | None = None, keep: bool = False
) -> tuple[int, str]:
    """Exit code and standard error of a `watcher serve` that does not start."""
    state = [] if keep else ["--no-state"]
    done = subprocess.run(
        [sys.executable, "-m", "watcher", "serve", *map(str, arguments), *state],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env={**os.environ, **(env or {})},
    )
    return done.returncode, done.stderr


class Systemd:
    """Stands where systemd stands: hears what a daemon says to NOTIFY_SOCKET."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind("\0" + address[1:] if address.startswith("@") else address)
        self._socket.settimeout(PATIENCE)

    def __enter__(self) -> Systemd:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def hear(self) -> dict[str, str]:
        """The next message."""
        message = self._socket.recv(4096).decode()
        return dict(line.split("=", 1) for line in message.splitlines())

    def hear_of(self, key: str) -> dict[str, str]:
        """The next message that has `key`."""
        deadline = time.monotonic() + PATIENCE
        while key not in (message := self.hear()):
            assert time.monotonic() < deadline, f"no {key} within {PATIENCE:g} s"
        return message

    def silent(self) -> bool:
        """Whether no message waits."""
        return not select.select([self._socket], [], [], 0)[0]
