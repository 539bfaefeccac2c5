"""Pipeline and store together, whatever happens to a log and whenever the daemon dies.

A plain model knows which lines are still to be found. In the end the history has each of those
once: of dated lines by their seconds, of integers by their places. Lines that were cut away
before anybody kept them may be missing, and are never there twice. Beside `test_follow_machine`,
which plays with the tailer alone, here lines are parsed, folded, kept and restored, and what was
there before the log was first seen is read as its past.
"""

from __future__ import annotations

import os
import shutil
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from tests.rotator import Rotator
from watcher import backfill, log
from watcher.draw.view import View
from watcher.follow import source
from watcher.history.store import ASIDE, Store
from watcher.log import Log
from watcher.parse.settings import LogSettings
from watcher.pipeline import Pipeline

SMALL = 512  # bytes of a block, so that many of them are read
AN_HOUR = 3600  # seconds of the finest tier: all lines are in it


def stamp(at: int) -> str:
    """Unmistakable, also where two lines stand in the wrong order."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


FORMS: dict[str, Callable[[int, int], str]] = {
    "dated": lambda first, n: f"{stamp(first + n)} {n:012}",  # so too 24 bytes of a day
    "integers": lambda _, n: f"{n:016}",  # a copy with less in it is not told from another
    "json": lambda first, n: f'{{"time":"{stamp(first + n)}","value":{n}}}',
}


class Keeping(Rotator[int]):
    """A log, who writes it, who rotates it, and a daemon with a state directory."""

    @initialize(
        form=st.sampled_from(sorted(FORMS)),
        there=st.integers(0, 300),
        rotated=st.lists(st.booleans(), max_size=2),
    )
    def begin(self, form: str, there: int, rotated: list[bool]) -> None:
        """A log with a past, and a daemon that has never seen it."""
        self.form, self.first = form, int(time.time()) - AN_HOUR
        self.prepare()
        self.patches = ExitStack()
        for module, name, size in (
            (source, "BLOCK", SMALL),
            (source, "LONGEST_LINE", SMALL),
            (backfill, "NEAR", SMALL // 4),
            (backfill, "AT_ONCE", 3 * SMALL),
            (log, "AT_ONCE", 3 * SMALL),
        ):
            self.patches.enter_context(mock.patch.object(module, name, size))
        for packed in rotated:
            self.append(40, "\n")
            self.rotate(create=True)
            if packed:
                self.pack(Path(f"{self.path}.1"))
        if there:
            self.append(there, "\n")
        self.start()
        self.step(commit=True)

    def start(self) -> None:
        self.store = Store(str(self.directory / "state"))
        said = [LogSettings(str(self.path))]
        self.pipeline = Pipeline(said, (), View(), UTC, time.time(), None, self.store)
        self.look()

    def teardown(self) -> None:
        """In the end, everything that is left was counted once, also after a restart."""
        if not hasattr(self, "pipeline"):
            return
        try:
            self.copying = False
            self.append(1, "\n")  # that there is a file, and no unfinished line in it
            for _ in range(6):
                self.wait()
                self.step(commit=True)
            self.account()
            self.restart()
            self.step(commit=True)
            self.account()
            assert not (self.directory / "state" / ASIDE).exists()
            database = self.store._database
            assert database.execute("pragma integrity_check").fetchall() == [("ok",)]
        finally:
            self.stop()
            self.patches.close()
            shutil.rmtree(self.directory)

    def account(self) -> None:
        counted, counters = self.counted(), self.log.counters
        self.judge(counted)
        assert counters.samples == counted.total()
        assert (counters.bad, counters.late, counters.skewed) == (0, 0, 0)

    @property
    def log(self) -> Log:
        return next(iter(self.pipeline._logs.values()))

    def counted(self) -> Counter[int]:
        """How often the history has each line."""
        history = self.log.history if self.pipeline._logs else None
        if history is None or "value" not in history.values:
            return Counter()
        begin = 0 if self.form == "integers" else self.first
        numbers, values = history.values["value"].buckets(0, begin, begin + 10_000)
        found = Counter[int]()
        for number, times, total in zip(numbers.tolist(), values[0], values[1], strict=True):
            line = round(total / times)
            assert self.form == "integers" or line == number - begin
            found[line] += int(times)
        return found

    # Who writes.

    @rule(lines=st.integers(1, 60), end=st.sampled_from(["\n", "\r\n"]))
    def append(self, lines: int, end: str) -> None:
        """Some whole lines."""
        if self.half is not None:
            self.add(end)
            self.half = None
        begin, self.number = self.number, self.number + lines
        for n in range(begin, self.number):
            self.expect(n)
        self.add("".join(FORMS[self.form](self.first, n) + end for n in range(begin, self.number)))

    @precondition(lambda self: self.half is None)
    @rule()
    def write_half(self) -> None:
        """A line without its end."""
        self.half, self.number = self.number, self.number + 1
        self.add(FORMS[self.form](self.first, self.half))
        self.expect(self.half)

    # The daemon.

    @rule(commit=st.booleans())
    def step(self, commit: bool) -> None:
        """One look, and maybe one commit."""
        self.look()
        while self.pipeline.behind:
            self.pipeline.step()
        while self.pipeline.catching_up:
            self.pipeline.step_back(time.time())
        if commit:
            self.keep()

    @rule(before=st.integers(0, 6), after=st.integers(0, 6))
    def step_and_die(self, before: int, after: int) -> None:
        """A commit between two blocks, of what is new or of what is past, and no more is left."""
        self.look()
        for turns in (before, after):
            for _ in range(turns):
                if self.pipeline.behind:
                    self.pipeline.step()
                elif self.pipeline.catching_up:
                    self.pipeline.step_back(time.time())
            if turns == before:
                self.keep()
        self.crash()

    def look(self) -> None:
        now = time.time()
        self.pipeline.discover(now, self.clock)
        self.pipeline.scan(now, self.clock)

    @rule()
    def keep(self) -> None:
        """One transaction: what was counted, and how far."""
        assert self.pipeline.commit()
        self.kept = self.counted()
        logs = self.pipeline._logs.values()
        self.meet({one.identity for log in logs for one in log.tailer.generations()})

    @rule()
    def crash(self) -> None:
        """SIGKILL."""
        self.store._database.close()
        os.close(self.store._lock)
        self.release()
        self.start()

    @rule()
    def restart(self) -> None:
        """SIGTERM, and another one."""
        self.keep()
        self.stop()
        self.start()

    def stop(self) -> None:
        self.pipeline.close()
        self.store.close()

    def release(self) -> None:
        for one in self.pipeline._logs.values():
            one.tailer.close()
            one.backfill.close()

    @rule()
    def close_idle(self) -> None:
        """Too few descriptors."""
        if self.pipeline._logs and not self.pipeline.behind:
            self.log.tailer.idle_close()


TestKeeping = Keeping.TestCase
TestKeeping.settings = settings(
    max_examples=60,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


# What the machine has found, each in its shortest form.


def lived(form: str, there: int, rotated: list[bool], moves: str) -> None:
    """These moves one after the other, then the judgement."""
    keeping = Keeping()
    keeping.begin(form=form, there=there, rotated=rotated)
    for move in moves.split():
        name, _, number = move.partition(":")
        if name == "append":
            keeping.append(lines=int(number), end="\n")
        elif name == "nuls":
            keeping.write_nuls(many=int(number))
        elif name == "pack":
            keeping.pack(Path(f"{keeping.path}.{number}"))
        elif name == "rotate":
            keeping.rotate(create=number != "away")
        elif name == "step":
            keeping.step(commit=number != "only")
        else:
            getattr(keeping, name)()
    keeping.teardown()


def test_a_log_that_was_just_rotated_at_first_sight_has_its_past() -> None:
    lived("json", 0, [True, False], "")


def test_a_log_that_was_cut_while_nobody_looked_keeps_what_was_counted_before() -> None:
    lived("integers", 65, [], "crash truncate append:100")


def test_a_file_that_was_cut_rewritten_and_compressed_while_it_was_open_is_read_once() -> None:
    moves = "copy cut append:19 rotate:away append:1 pack:1 pack:2 append:14 step"
    lived("json", 10, [], moves)


def test_an_empty_file_is_no_copy_of_what_was_read() -> None:
    moves = "rotate copy cut rotate append:27 copy step pack:3 cut"
    lived("dated", 293, [True, False], moves)


def test_lines_that_came_while_an_older_part_was_looked_for_are_found_in_the_copy() -> None:
    moves = "delete write_half truncate step append:16 copy crash cut"
    lived("integers", 223, [True, False], moves)


def test_a_copy_of_a_file_that_begins_with_nuls_is_known_again() -> None:
    moves = "truncate step nuls:1536 append:42 step append:45 crash copy cut append:3 step"
    lived("dated", 41, [], moves)


def test_a_short_file_is_no_part_of_one_that_began_with_nuls() -> None:
    lived("dated", 0, [], "nuls:1536 append:1 delete step:only append:1 restart rotate:away")
