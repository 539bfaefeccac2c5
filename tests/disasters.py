"""What is done to logs and daemons on purpose, and the accounting afterwards."""

from __future__ import annotations

import gzip
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from grp import getgrgid
from pathlib import Path
from pwd import getpwuid
from typing import Any, NamedTuple

from tests.daemons import PATIENCE, Daemon
from tests.writer import line

UNPLUGGED = Path(__file__).with_name("unplugged")
REMEMBERED = 5 * 86_400  # seconds of one-second buckets: so many lines can be told apart
COLUMNS = 4000  # of one answer
OLD = REMEMBERED - 3600  # seconds before now when the first line says it was written


class Shop:
    """A directory with a log, who writes it, who rotates it, and what a daemon keeps of it."""

    def __init__(self, root: Path, *, events: bool = True) -> None:
        self.root, self.log = root, root / "logs" / "app.log"
        self.other = self.log.with_name("other.log")  # nothing happens to this one
        self.log.parent.mkdir()
        self.first = int(time.time()) - OLD
        self.env = {} if events else {"PYTHONPATH": str(UNPLUGGED)}
        self.config = root / "watcher.toml"
        self.config.write_text(
            f"""
            listen = "127.0.0.1:0"
            state = "{root / "state"}"
            [history]
            tiers = ["1s:{REMEMBERED}s"]
            [[log]]
            path = "{self.log}"
            [[log]]
            path = "{self.other}"
            """
        )

    def daemon(self, env: Mapping[str, str] | None = None) -> Daemon:
        """One that has just been started."""
        command = [sys.executable, "-m", "watcher", "serve", "-c", str(self.config)]
        return Daemon(command, {**self.env, **(env or {})}, ())

    @contextmanager
    def serving(self, env: Mapping[str, str] | None = None) -> Iterator[Daemon]:
        """One that listens, and is gone in the end."""
        running = self.daemon(env)
        try:
            running.listening()
            yield running
        finally:
            running.end()

    def write(self, begin: int, end: int) -> None:
        """The lines with these numbers, at once."""
        with self.log.open("a") as file:
            file.writelines(line(self.first, number) for number in range(begin, end))


class Writer:
    """A program that writes the log of a shop."""

    def __init__(self, shop: Shop, rate: int) -> None:
        script = str(Path(__file__).with_name("writer.py"))
        self.process = subprocess.Popen(
            [sys.executable, script, str(shop.log), str(shop.first), str(rate)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "writing\n"

    def end(self) -> int:
        """The number of lines that it has written."""
        self.process.terminate()
        said, _ = self.process.communicate(timeout=PATIENCE)
        return int(said)


class Rotator(threading.Thread):
    """Runs logrotate about once a second."""

    def __init__(self, shop: Shop, writer: Writer, directives: str, rng: random.Random) -> None:
        super().__init__(daemon=True)
        self.turns, self.trouble = 0, ""  # the latter: what logrotate complained of
        self._over, self._rng = threading.Event(), rng
        self._config, self._state = shop.root / "logrotate.conf", shop.root / "logrotate.state"
        tell = "" if "copytruncate" in directives else f"kill -HUP {writer.process.pid}"
        said = ["rotate 100000", *directives.split()]
        said += ["postrotate", tell, "endscript"] if tell else []
        said = [one.replace("=", " ") for one in said]
        owner = f"su {getpwuid(os.getuid()).pw_name} {getgrgid(os.getgid()).gr_name}"
        self._config.write_text(f"{owner}\n{shop.log} {{\n" + "\n".join(said) + "\n}\n")

    def run(self) -> None:
        """Until `end`."""
        while not self._over.wait(self._rng.uniform(1.0, 1.5)):
            command = ["logrotate", "-f", "-s", str(self._state), str(self._config)]
            done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
            self.trouble += done.stderr
            self.turns += 1

    def end(self) -> int:
        """How often it has rotated."""
        self._over.set()
        self.join()
        return self.turns


class Account(NamedTuple):
    """What became of all lines."""

    written: int
    missing: int  # that were not counted
    on_disk: int  # of those, that still are in some file
    lost: int  # lines that no file holds any more: who rotates has lost them
    twice: int  # counted more than once
    strange: int  # whose number is not what was written
    counters: Mapping[str, Any]

    @property
    def clean(self) -> bool:
        """Whether all that is still on disk was counted once."""
        told = self.counters["lines"], self.counters["samples"], self.counters["bad"]
        all_ = self.written - self.missing
        return not (self.on_disk or self.twice or self.strange) and told == (all_, all_, 0)


def account(shop: Shop, written: int, daemon: Daemon) -> Account:
    """By what the daemon says over HTTP, and what is in the files."""
    counts, sums, told = numbers(shop, written, daemon)
    there = on_disk(shop.log)
    missing = [n for n in range(written) if not counts[n]]
    return Account(
        written,
        len(missing),
        len(there.intersection(missing)),
        written - len(there),
        sum(max(0, times - 1) for times in counts),
        sum(sums[n] != n * counts[n] for n in range(written)),
        told,
    )


def numbers(shop: Shop, written: int, daemon: Daemon) -> tuple[list[int], list[float], Any]:
    """How often each line was counted, the sum of what it said then, and the counters."""
    counts: list[int] = []
    sums: list[float] = []
    for begin in range(shop.first, shop.first + max(1, written), COLUMNS):
        window = f"from={begin}&until={begin + COLUMNS}&step=1s&width=4096&agg=sum"
        told = json.loads(daemon.get(f"/g/app.json?{window}").body)
        if told["fields"]:
            counts += [times or 0 for times in told["fields"][0]["count"]]
            sums += [value or 0.0 for value in told["fields"][0]["sum"]]
    return (counts + [0] * written)[:written], (sums + [0.0] * written)[:written], told["log"]


def on_disk(log: Path) -> set[int]:
    """The numbers of all lines that are in the log and in what it was rotated to."""
    found: set[int] = set()
    for file in log.parent.glob("app.log*"):
        data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        found.update(int(one.split()[1]) for one in data.splitlines() if len(one.split()) == 2)
    return found


def settled(shop: Shop, written: int, daemon: Daemon, seconds: float) -> Account:
    """The account as soon as it is clean, or what it is when the time is over."""
    deadline = time.monotonic() + seconds
    while not (found := account(shop, written, daemon)).clean and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


def tormented(shop: Shop, seconds: float, rng: random.Random) -> int:
    """Start daemons and kill them, most of them without a warning; the number of SIGKILLs."""
    kills, deadline = 0, time.monotonic() + seconds
    while time.monotonic() < deadline:
        running = shop.daemon()
        try:
            time.sleep(rng.uniform(0.5, 3.5))
            assert running.process.poll() is None, running.log
            if rng.random() < 0.8:
                kills += 1
                running.tell(signal.SIGKILL)
                running.process.wait(PATIENCE)
        finally:
            running.end()
    return kills
