"""What following costs, and how soon it is done, beside what was aimed at.

Real daemons with a state directory, one after the other; their processor time and memory are what
the kernel says of them. Shares are of one core.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import os
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import aiohttp

from benchmarks.latency import frames, once

MB = 1024 * 1024
PATIENCE = 600.0  # seconds until a measurement counts as failed
WINDOW = 15.0  # seconds over which a share of a core is measured
SETTLED = 5.0  # seconds after the start: what begins with it is over
AT_REST = 20.0  # seconds after the start: what was read has been given back
OLD = 260  # lines of a log that is no longer asked what it is
TICK = 0.02  # seconds between two looks
DENSITY = 100  # lines with the same second in the log that is read as past


class Daemon:
    """A running `watcher serve`."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        began = time.perf_counter()
        state = str(folder.with_name("state"))
        command = [sys.executable, "-m", "watcher", "serve", *(arguments or [str(folder)])]
        command += ["--listen", "127.0.0.1:0", "--state", state, "--log-level", "error"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        found = re.search(r"http://(\S+)", self.process.stdout.readline())
        assert found, "the daemon did not start"
        self.started = time.perf_counter() - began  # seconds until it was ready
        self.address = found[1]

    def end(self) -> None:
        """SIGTERM."""
        assert self.process.stdout
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()

    @property
    def worked(self) -> float:
        """Seconds of processor time so far."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9

    def memory(self, name: str = "VmRSS") -> float:
        """MB that are resident; VmHWM: that ever were."""
        said = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(rf"{name}:\s+(\d+)", said)
        assert found
        return int(found[1]) / 1024

    def get(self, path: str) -> bytes:
        """The body of an answer."""
        connection = http.client.HTTPConnection(self.address, timeout=PATIENCE)
        connection.request("GET", path)
        body = connection.getresponse().read()
        connection.close()
        return body

    def lines(self, name: str) -> int:
        """Lines of a log that were consumed."""
        for graph in json.loads(self.get(f"/api/graphs?graphs={name}")):
            return int(graph["counters"]["lines"])
        return 0

    def share(self, seconds: float = WINDOW) -> float:
        """Percent of a core over so many seconds."""
        began, before = time.perf_counter(), self.worked
        time.sleep(seconds)
        return 100 * (self.worked - before) / (time.perf_counter() - began)


@contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[Daemon]:
    """A daemon that is ready, and gone in the end."""
    running = Daemon(folder, *arguments)
    try:
        yield running
    finally:
        running.end()


@contextmanager
def logs(number: int, lines: int = 20) -> Iterator[Path]:
    """A folder with so many logs of dated values."""
    with tempfile.TemporaryDirectory(prefix="watcher-bench-") as name:
        folder, now = Path(name) / "logs", int(time.time())
        folder.mkdir()
        for n in range(number):
            said = "".join(f"{now - lines + k} {k % 7}\n" for k in range(lines))
            (folder / f"log{n}.txt").write_text(said)
        yield folder


@contextmanager
def growing(folder: Path, names: range) -> Iterator[None]:
    """These logs get a line each second, spread over it."""
    opened: list[IO[str]] = [(folder / f"log{n}.txt").open("a", buffering=1) for n in names]
    over = threading.Event()

    def write() -> None:
        begun = time.monotonic()
        for n in range(sys.maxsize):
            if over.wait(max(0.0, begun + n / len(opened) - time.monotonic())):
                return
            opened[n % len(opened)].write(f"{time.time():.0f} {n % 97}\n")

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        for file in opened:
            file.close()


def until(look: Callable[[], bool]) -> float:
    """Seconds until that is true."""
    began = time.perf_counter()
    while not look():
        assert time.perf_counter() - began < PATIENCE, "it never came"
        time.sleep(TICK)
    return time.perf_counter() - began


def row(what: str, measured: str, aim: str = "") -> None:
    """One line of the table."""
    print(f"{what:66}{measured:>16}{aim:>16}", flush=True)


def fleet(_size: int) -> None:
    """Many logs."""
    with logs(10_000) as folder:
        with serving(folder) as daemon:
            row("10,000 new logs: ready after", f"{daemon.started:.1f} s")
            time.sleep(AT_REST)
            row("10,000 logs that do not grow: memory", f"{daemon.memory():.0f} MB", "<= 150 MB")
            row("   share of a core", f"{daemon.share():.2f} %")
            _grown(folder, daemon, "2,000 of them, new ones, grow once a second")
        with serving(folder) as daemon:
            row("   started again: ready after", f"{daemon.started:.1f} s")
    with logs(2000, OLD) as folder, serving(folder) as daemon:
        time.sleep(SETTLED)
        _grown(folder, daemon, f"2,000 logs of {OLD} lines grow once a second")


def _grown(folder: Path, daemon: Daemon, what: str) -> None:
    with growing(folder, range(2000)):
        time.sleep(AT_REST)
        row(what, f"{daemon.share():.1f} %", "<= 10 %")
        row("   memory", f"{daemon.memory():.0f} MB")


def idle(_size: int) -> None:
    """A thousand logs."""
    with logs(1000) as folder:
        with serving(folder) as daemon:
            row("1,000 new logs: ready after", f"{daemon.started:.2f} s")
            time.sleep(AT_REST)
            row("1,000 logs, nothing happens", f"{daemon.share():.2f} %", "<= 0.1 %")
        with serving(folder) as daemon:
            row("1,000 logs, started again: ready after", f"{daemon.started:.2f} s", "<= 1 s")
    with logs(1) as folder, serving(folder) as daemon:
        row("   of which are for 1 log", f"{daemon.started:.2f} s")
        row("   memory with 1 log", f"{daemon.memory():.0f} MB")


def flood(_size: int) -> None:
    """One log at 100,000 lines a second."""
    rate, seconds, part = 100_000, 10, 1000
    with logs(1) as folder, serving(folder) as daemon, (folder / "log0.txt").open("a") as log:
        begun, before, lag = time.perf_counter(), daemon.worked, 0.0
        for n in range(rate * seconds // part):
            log.writelines(f"{time.time():.0f} {k % 97}\n" for k in range(part))
            log.flush()
            if n % 50 == 49:
                behind = 20 + (n + 1) * part - daemon.lines("log0")
                lag = max(lag, behind / rate)
            time.sleep(max(0.0, begun + (n + 1) * part / rate - time.perf_counter()))
        last = until(lambda: daemon.lines("log0") == 20 + rate * seconds)
        took = time.perf_counter() - begun
        row("100,000 lines a second: behind by at most", f"{lag * 1000:.0f} ms", "kept up")
        row("   all counted after the last was written", f"{last * 1000:.0f} ms")
        row("   share of a core", f"{100 * (daemon.worked - before) / took:.0f} %")


def long_line(_size: int) -> None:
    """One line of 1 GiB."""
    with logs(1) as folder, serving(folder) as daemon, (folder / "log0.txt").open("ab") as log:
        before, worked = daemon.memory("VmHWM"), daemon.worked
        for _ in range(1024):
            log.write(b"x" * MB)
        log.write(b"\n%d 1\n" % time.time())
        log.flush()
        took = until(lambda: daemon.lines("log0") == 22)
        row("a line of 1 GiB: over after it was written", f"{took * 1000:.0f} ms")
        row("   processor time", f"{daemon.worked - worked:.2f} s")
        row("   memory more than before, at most", f"{daemon.memory('VmHWM') - before:.1f} MB")


def append(_size: int) -> None:
    """What one line costs, by the size of its log."""
    for name, size in (("1 KB", 1024), ("10 GB", 10 * 1024 * MB)):
        with logs(1) as folder:
            log = folder / "log0.txt"
            tail = log.read_bytes()
            with log.open("wb") as file:
                file.write(tail)
                file.truncate(max(0, size - 2 * len(tail)))
                file.seek(0, os.SEEK_END)
                file.write(b"\n" + tail)
            with serving(folder) as daemon:
                row(f"a log of {name}: ready after", f"{daemon.started:.2f} s")
                until(lambda: b"past" not in daemon.get("/healthz"))
                time.sleep(SETTLED)
                rest = daemon.share() / 100
                row(f"   a line costs, pass, commit and all ({name})", _one(daemon, log, rest))


def _one(daemon: Daemon, log: Path, rest: float) -> str:
    many, pause = 100, 0.1
    began, before = time.perf_counter(), daemon.worked
    with log.open("a", buffering=1) as file:
        for n in range(many):
            file.write(f"{time.time():.0f} {n % 97}\n")
            time.sleep(pause)
    spent = daemon.worked - before - rest * (time.perf_counter() - began)
    return f"{spent / many * 1e6:.0f} us"


def past(size: int) -> None:
    """A backfill, and what others feel of it."""
    with logs(110) as folder:
        end, lines = int(time.time()), size // (DENSITY * 16)
        with (folder / "big.log").open("wb") as file:
            for at in range(end - lines, end):
                file.write(b"T 12.50\n".replace(b"T", b"%d" % at) * DENSITY)
        size = (folder / "big.log").stat().st_size
        for n in range(10):  # those that are asked for
            (folder / f"log{n}.txt").write_text("".join(f"{k % 97}\n" for k in range(400)))
        said = folder.with_name("watcher.toml")
        said.write_text(
            f'[[log]]\npath = "{folder}"\n[[log]]\npath = "{folder}/big.log"\nbackfill = "all"\n'
        )
        with serving(folder, "-c", str(said)) as daemon, growing(folder, range(10, 110)):
            row(f"a past of {size / MB:,.0f} MB: ready after", f"{daemon.started:.2f} s")
            began = time.perf_counter()
            took = sorted(asyncio.run(_felt(folder, daemon)))
            still = b"past" in daemon.get("/healthz")
            late = sorted(_answers(daemon) if still else [0.0])
            cuts = statistics.quantiles(took, n=100)
            who = "100 logs grow, and the past is read" if still else "100 logs grow, NO past"
            row(f"write() -> picture, {who}: p50", f"{cuts[49]:.1f} ms")
            row("   p99", f"{cuts[98]:.1f} ms", "<= 30 ms")
            row("   an answer of the event loop: p50", f"{late[len(late) // 2]:.1f} ms")
            row("   p99", f"{late[len(late) * 99 // 100]:.1f} ms")
            until(lambda: b"past" not in daemon.get("/healthz"))
            speed = size / MB / (time.perf_counter() - began)
            row("   all of it is read, at", f"{speed:.0f} MB/s")
            row("   memory, at most", f"{daemon.memory('VmHWM'):.0f} MB")


async def _felt(folder: Path, daemon: Daemon, samples: int = 150) -> list[float]:
    rng = random.Random(1)
    async with (
        aiohttp.ClientSession(f"http://{daemon.address}") as session,
        session.get("/events") as stream,
    ):
        told = frames(stream.content)
        known: set[str] = set()
        while len(known) < 111:  # one each on connection
            known.add(await anext(told))
        return [await once(folder, rng, 10, session, told) for _ in range(samples)]


def _answers(daemon: Daemon, samples: int = 500) -> Iterator[float]:
    """Milliseconds of the smallest answer there is."""
    connection = http.client.HTTPConnection(daemon.address, timeout=PATIENCE)
    for _ in range(samples):
        began = time.perf_counter()
        connection.request("GET", "/readyz")
        connection.getresponse().read()
        yield (time.perf_counter() - began) * 1000
        time.sleep(TICK / 4)
    connection.close()


PARTS = {
    "fleet": fleet,
    "idle": idle,
    "flood": flood,
    "line": long_line,
    "append": append,
    "past": past,
}


def main(arguments: list[str]) -> int:
    """Print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks follow", description=__doc__)
    parser.add_argument("--size", type=float, default=2.0, help="GB of the past that is read")
    parser.add_argument("parts", nargs="*", metavar="|".join(PARTS), help="all, if none is named")
    chosen = parser.parse_args(arguments)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    row("what", "measured", "aim")
    for name in chosen.parts or PARTS:
        PARTS[name](int(chosen.size * 1024 * MB))
    return 0
