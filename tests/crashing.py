"""Dies at every turn of one system call, and looks what is left: run as a program by a test.

    FAULTS=orders LD_PRELOAD=faults.so python -m tests.crashing DIRECTORY CALL

For n = 1, 2, 3 ... a child does all that a daemon does to its state, and is killed at the n-th
turn of the call; then a fresh pipeline goes on from what is on disk. Says what did not hold,
line by line, and in the end how many turns there were.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

from tests.faults import Call, Faults
from watcher.draw.view import View
from watcher.history.rollup import Resolution
from watcher.history.store import ASIDE, Store
from watcher.parse.settings import LogSettings
from watcher.pipeline import Pipeline

TIERS = (Resolution(1, 3600), Resolution(60, 600))
MOST_TURNS = 2000  # of a call that one child makes
WAIT = 10.0  # seconds: longer than a generation is waited for


class Life:
    """A log, its state, and one daemon after the other."""

    def __init__(self, directory: Path) -> None:
        self.directory, self.path = directory, directory / "app.log"
        self.first = int(time.time()) - 3000
        self.clock = 0.0

    def write(self, begin: int, end: int) -> None:
        """Lines that each have a second of their own."""
        with self.path.open("a") as file:
            file.writelines(f"{self.first + n} {n:06}\n" for n in range(begin, end))

    def start(self) -> None:
        """As a daemon does."""
        self.store = Store(str(self.directory / "state"))
        said = [LogSettings(str(self.path))]
        now = time.time()
        self.pipeline = Pipeline(said, (), View(), UTC, now, None, self.store, TIERS)
        self.look()

    def look(self) -> None:
        """A pass, and a commit."""
        now, self.clock = time.time(), self.clock + WAIT
        self.pipeline.discover(now, self.clock)
        self.pipeline.scan(now, self.clock)
        while self.pipeline.behind:
            self.pipeline.step()
        while self.pipeline.catching_up:
            self.pipeline.step_back(now)
        assert self.pipeline.commit()

    def stop(self) -> None:
        """As SIGTERM does."""
        self.pipeline.close()
        self.store.close()

    def all_of_it(self) -> None:
        """First sight with a past, growth, two kinds of rotation, a stop and a start."""
        self.write(0, 400)
        self.path.rename(f"{self.path}.1")
        self.write(400, 800)
        self.start()
        self.write(800, 850)
        self.look()
        self.path.rename(f"{self.path}.2")
        self.write(850, 900)
        self.look()
        shutil.copy(self.path, f"{self.path}.3")
        os.truncate(self.path, 0)
        self.write(900, 950)
        self.look()
        self.stop()
        self.write(950, 2000)
        self.start()
        self.stop()

    def on_disk(self) -> set[int]:
        """The numbers of the lines that are in some file."""
        files = (file.read_text() for file in self.directory.glob("app.log*"))
        return {int(line.split()[1]) for file in files for line in file.splitlines()}

    def problems(self) -> Iterator[str]:
        """What does not hold when another daemon has gone on."""
        self.clock = 0.0
        self.start()
        for _ in range(3):
            self.look()
        (log,) = self.pipeline._logs.values()
        numbers, values = log.history.values["value"].buckets(0, self.first, self.first + 3000)
        counted = Counter(dict(zip((numbers - self.first).tolist(), values[0], strict=True)))
        there = self.on_disk()
        if missing := [n for n in there if not counted[n]]:
            yield f"{len(missing)} missing, such as {min(missing)}"
        if twice := [n for n in counted if counted[n] > 1]:
            yield f"{len(twice)} counted twice, such as {min(twice)}"
        if log.counters.lines != len(there) or log.counters.bad or log.counters.lost_generations:
            yield f"{len(there)} lines, and {log.counters}"
        if (self.directory / "state" / ASIDE).exists():
            yield "the state was damaged"
        verdict = self.store._database.execute("pragma integrity_check").fetchall()
        if verdict != [("ok",)]:
            yield f"the state is damaged: {verdict}"
        self.stop()


def main(root: Path, call: Call) -> int:
    """The number of turns that a whole life has."""
    faults = Faults(Path(os.environ["FAULTS"]))
    for turn in range(1, MOST_TURNS):
        directory = root / str(turn)
        directory.mkdir()
        life = Life(directory)
        child = os.fork()
        if not child:
            faults.kill_at(call, turn)
            life.all_of_it()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        faults.none()
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        if not killed and status:
            sys.stdout.write(f"{turn}: ended with {status}\n")
        for problem in life.problems():
            sys.stdout.write(f"{turn}: {problem}\n")
        shutil.rmtree(directory)
        if not killed:
            return turn - 1
    return MOST_TURNS


if __name__ == "__main__":
    sys.stdout.write(f"turns: {main(Path(sys.argv[1]), Call[sys.argv[2]])}\n")
