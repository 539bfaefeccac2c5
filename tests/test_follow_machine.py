"""Whatever happens to a log, and whenever the daemon dies: each line is counted once.

A plain model says which lines are still to be found on disk. Those must be counted exactly once;
those that were cut away before anybody kept them may be lost, and are never counted twice.
"""

from __future__ import annotations

import gzip
import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from unittest import mock

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from watcher.follow import source
from watcher.follow.draining import LINGER
from watcher.follow.generation import Generation
from watcher.follow.identity import identify
from watcher.follow.tailer import Tailer

WIDE = 16  # digits: less says too little of who a copy is
SMALL = 256  # bytes of a block, so that many of them are read


class Following(RuleBasedStateMachine):
    """A log, a rotator and a daemon that take turns."""

    @initialize()
    def begin(self) -> None:
        """An empty directory, and a daemon that has never seen the log."""
        self.directory = Path(tempfile.mkdtemp())
        self.path = self.directory / "app.log"
        self.patch = mock.patch.multiple(source, BLOCK=SMALL, LONGEST_LINE=SMALL)
        self.patch.start()
        self.number, self.clock = 0, 0.0
        self.half = ""  # an unfinished line
        self.copying = False
        self.fates: dict[str, bool] = {}  # line -> whether it must be counted
        self.inside: set[str] = set()  # lines that are in the file at the path, and nowhere else
        self.counted: Counter[str] = Counter()
        self.kept: Counter[str] = Counter()
        self.saved: tuple[Generation, ...] = ()
        self.tailer = Tailer(str(self.path))
        self.met = False  # whether what is kept knows the file at the path
        self.path.touch()
        self.step(commit=True)

    def teardown(self) -> None:
        """In the end, everything that is left was counted once."""
        if not hasattr(self, "tailer"):
            return
        try:
            self.finish("\n")  # that there is a file, and no unfinished line in it
            for _ in range(6):
                self.wait()
                self.step(commit=True)
            for line, must in self.fates.items():
                assert self.counted[line] <= 1, f"{line} was counted twice"
                assert self.counted[line] or not must, f"{line} was lost"
            assert set(self.counted) <= set(self.fates), "lines that nobody wrote"
        finally:
            self.tailer.close()
            self.patch.stop()
            shutil.rmtree(self.directory)

    # The writer.

    @rule(lines=st.integers(1, 40), end=st.sampled_from(["\n", "\r\n"]))
    def append(self, lines: int, end: str) -> None:
        """Some whole lines."""
        for _ in range(lines):
            self.finish(end)

    @rule()
    def write_half(self) -> None:
        """A line without its end."""
        if not self.half:
            self.number += 1
            self.half = f"{self.number:0{WIDE}}-half"
            self.add(self.half)
            self.expect(self.half)

    @precondition(lambda self: not self.half)
    @rule(many=st.sampled_from([WIDE, 50, 3 * SMALL]))
    def write_nuls(self, many: int) -> None:
        """What a crash of the machine leaves behind."""
        self.add("\0" * many)

    def finish(self, end: str) -> None:
        """A line, or the rest of one."""
        self.number += 1
        line = f"{self.half}{self.number:0{WIDE}}"
        if self.half:
            self.forget(self.half)
        self.add(f"{self.number:0{WIDE}}{end}")
        self.half = ""
        self.expect(line)

    def add(self, text: str) -> None:
        """Append, and create if need be."""
        with self.path.open("ab") as file:
            file.write(text.encode())

    def expect(self, line: str) -> None:
        """It must be counted, unless a rotator that has made its copy is about to cut it."""
        self.fates[line] = not self.copying
        self.inside.add(line)

    def forget(self, line: str) -> None:
        """It is no line of its own any more, unless a copy has it."""
        if line in self.inside:
            self.inside.discard(line)
            if self.copying or line in self.counted:
                self.fates[line] = False
            else:
                del self.fates[line]

    # The rotator.

    def shift(self) -> None:
        """app.log.1 -> app.log.2, and so on."""
        aside = sorted(self.directory.glob("app.log.*"), key=lambda file: -number(file))
        for file in aside:
            ending = ".gz" if file.suffix == ".gz" else ""
            file.rename(f"{self.path}.{number(file) + 1}{ending}")

    @precondition(lambda self: not self.copying and is_plain(self.path))
    @rule(create=st.booleans())
    def rotate(self, create: bool) -> None:
        """As logrotate does with `create`."""
        self.shift()
        self.path.rename(f"{self.path}.1")
        if create:
            self.path.touch()
        self.turn_over()

    @precondition(lambda self: not self.copying and is_plain(self.path))
    @rule()
    def copy(self) -> None:
        """The first half of `copytruncate`."""
        self.shift()
        shutil.copy(self.path, f"{self.path}.1")
        self.copying = True
        if self.half:
            self.fates[self.half] = False
        self.inside.clear()  # all of it is in the copy too

    @precondition(lambda self: self.copying)
    @rule()
    def cut(self) -> None:
        """The second half."""
        self.copying = False
        self.give_up()
        os.truncate(self.path, 0)

    @precondition(lambda self: not self.copying and self.path.exists())
    @rule()
    def truncate(self) -> None:
        """Somebody empties it."""
        self.give_up()
        os.truncate(self.path, 0)

    @precondition(lambda self: not self.copying and self.path.exists())
    @rule()
    def delete(self) -> None:
        """Somebody deletes it; the next line is in a new file."""
        target = self.path.resolve()
        self.path.unlink()
        target.unlink(missing_ok=True)
        self.give_up()
        self.met = False

    @precondition(lambda self: not self.copying and self.path.is_symlink())
    @rule()
    def retarget(self) -> None:
        """The link leads to a new file; nobody finds one that was never seen."""
        if not self.met:
            self.give_up()
        self.path.unlink()
        self.link()

    @precondition(lambda self: not self.copying and not os.path.lexists(self.path))
    @rule()
    def link(self) -> None:
        """From now on it is a link."""
        self.number += 1
        target = self.directory / f"target-{self.number}"
        target.touch()
        self.path.symlink_to(target)
        self.turn_over()

    @precondition(lambda self: not self.copying)
    @precondition(lambda self: any(map(is_plain, self.directory.glob("app.log.*"))))
    @rule(data=st.data())
    def compress(self, data: st.DataObject) -> None:
        """As gzip does: what is in it keeps its time."""
        plain = sorted(file for file in self.directory.glob("app.log.*") if file.suffix != ".gz")
        if not plain:
            return
        file = data.draw(st.sampled_from(plain))
        packed = Path(f"{file}.gz")
        packed.write_bytes(gzip.compress(file.read_bytes(), 1))
        times = file.stat()
        os.utime(packed, ns=(times.st_atime_ns, times.st_mtime_ns))
        file.unlink()

    def turn_over(self) -> None:
        """Another file is at the path."""
        self.half = ""
        self.inside.clear()
        self.met = False

    def give_up(self) -> None:
        """What is in the file is gone, and only what is kept for good is sure to be counted."""
        for line in self.inside:
            self.fates[line] = self.fates[line] and bool(self.kept[line])
        self.half = ""
        self.inside.clear()

    # The daemon.

    @rule(commit=st.booleans())
    def step(self, commit: bool) -> None:
        """One look, and maybe one commit."""
        for block in self.tailer.blocks(self.clock):
            self.counted.update(block.data.decode().split())
            assert not block.overlong
        if commit:
            self.keep()

    @rule(after=st.integers(0, 5))
    def step_and_die(self, after: int) -> None:
        """A commit between two blocks, and no more than that is left."""
        for number, block in enumerate(self.tailer.blocks(self.clock)):
            self.counted.update(block.data.decode().split())
            if number == after:
                self.keep()
        self.crash()

    def keep(self) -> None:
        """One transaction: what was counted, and how far."""
        self.kept = self.counted.copy()
        self.saved = self.tailer.generations()
        at_path = identify(str(self.path)) if self.path.exists() else None
        self.met = any(one.identity == at_path for one in self.saved)

    @rule()
    def crash(self) -> None:
        """SIGKILL."""
        self.tailer.close()
        self.counted = self.kept.copy()
        self.tailer = Tailer(str(self.path), saved=self.saved)

    @rule()
    def close_idle(self) -> None:
        """Too few descriptors."""
        self.tailer.idle_close()

    @rule()
    def wait(self) -> None:
        """Long enough for a generation to end."""
        self.clock += 2 * LINGER


def number(file: Path) -> int:
    return int(file.name.removesuffix(".gz").rpartition(".")[2])


def is_plain(file: Path) -> bool:
    return file.is_file() and not file.is_symlink() and file.suffix != ".gz"


TestFollowing = Following.TestCase
TestFollowing.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
