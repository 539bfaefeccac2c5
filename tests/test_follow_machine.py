"""Whatever happens to a log, and whenever the daemon dies: each line is counted once.

A plain model says which lines are still to be found on disk. Those must be counted exactly once;
those that were cut away before anybody kept them may be lost, and are never counted twice.
"""

from __future__ import annotations

import shutil
from collections import Counter
from unittest import mock

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from tests.rotator import Rotator
from watcher.follow import source
from watcher.follow.generation import Generation
from watcher.follow.tailer import Tailer

WIDE = 16  # digits: less says too little of who a copy is
SMALL = 256  # bytes of a block, so that many of them are read


class Following(Rotator[str]):
    """A log, a rotator and a daemon that take turns."""

    @initialize()
    def begin(self) -> None:
        """An empty directory, and a daemon that has never seen the log."""
        self.prepare()
        self.patch = mock.patch.multiple(source, BLOCK=SMALL, LONGEST_LINE=SMALL)
        self.patch.start()
        self.counted: Counter[str] = Counter()
        self.saved: tuple[Generation, ...] = ()
        self.tailer = Tailer(str(self.path))
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
            self.judge(self.counted)
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

    def finish(self, end: str) -> None:
        """A line, or the rest of one."""
        self.number += 1
        line = f"{self.half or ''}{self.number:0{WIDE}}"
        if self.half:
            self.forget(self.half)
        self.add(f"{self.number:0{WIDE}}{end}")
        self.half = None
        self.expect(line)

    def forget(self, line: str) -> None:
        """It is no line of its own any more, unless a copy has it."""
        if line in self.inside:
            self.inside.discard(line)
            if self.copying or line in self.counted:
                self.fates[line] = False
            else:
                del self.fates[line]

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
        self.meet({one.identity for one in self.saved})

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


TestFollowing = Following.TestCase
TestFollowing.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
