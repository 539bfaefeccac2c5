"""What a restart finds: the same pictures and counters, no line lost and none counted twice."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from watcher.draw.view import View
from watcher.frame import Frame, Wanted
from watcher.history.buckets import CHUNK
from watcher.history.store import ASIDE, FILE, Series, Store
from watcher.parse.doubt import REFUSED
from watcher.parse.head import ENOUGH_LINES
from watcher.parse.settings import LogSettings
from watcher.pipeline import Pipeline

NOON = 1_769_860_800.0  # 2026-01-31T12:00:00Z


class Machine:
    """A state directory, logs, and a pipeline that can be killed."""

    def __init__(self, root: Path) -> None:
        self.root, self.now = root, NOON
        self.said: dict[str, Any] = {}  # of the logs
        (root / "logs").mkdir()
        self.start()

    def start(self) -> None:
        self.store = Store(str(self.root / "state"))
        settings = LogSettings(str(self.root / "logs"), **self.said)
        self.pipeline = Pipeline([settings], (), View(), UTC, self.now, None, self.store)

    def stop(self) -> None:
        """As SIGTERM does."""
        self.pipeline.close()
        self.store.close()

    def kill(self) -> None:
        """As SIGKILL does: nothing is written any more."""
        self.store._database.close()
        os.close(self.store._lock)
        for log in self.pipeline._logs.values():
            log.tailer.close()
            log.backfill.close()

    def write(self, name: str, text: str) -> Path:
        path = self.root / "logs" / name
        with path.open("a") as file:
            file.write(text)
        os.utime(path, (self.now, self.now))
        return path

    def pass_(self) -> None:
        self.pipeline.discover(self.now, self.now)
        self.pipeline.scan(self.now, self.now)
        while self.pipeline.behind:
            self.pipeline.step()
        while self.pipeline.catching_up:
            self.pipeline.step_back(self.now)

    def frame(self, name: str, form: str = "png") -> Frame:
        self.pipeline.news(self.now)
        wanted = Wanted(name, View(), form)  # type: ignore[arg-type]
        self.pipeline.want(wanted, self.now)
        return dict(self.pipeline.news(self.now).frames)[wanted]

    def numbers(self, name: str) -> dict[str, Any]:
        return json.loads(self.frame(name, "json").body)  # type: ignore[no-any-return]


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path)
    yield machine
    machine.stop()


def dated(begin: int, end: int) -> str:
    """A line a second from `begin` to `end` seconds after noon."""
    return "".join(f"{NOON - 5000 + n:.0f} {n % 13}\n" for n in range(begin, end))


def levels(begin: int, end: int) -> str:
    return "".join(
        f"2026-01-31 10:{n // 60 % 60:02}:{n % 60:02} {'ERROR' if n % 7 == 0 else 'INFO'} it {n}\n"
        for n in range(begin, end)
    )


SHAPES: dict[str, Callable[[int, int], str]] = {
    "plain": lambda begin, end: "".join(f"{n % 17}\n" for n in range(begin, end)),
    "dated": dated,
    "levels": levels,
    "json": lambda begin, end: "".join(
        f'{{"time":{NOON - 5000 + n:.0f},"took":{n % 13},"level":"info"}}\n'
        for n in range(begin, end)
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_restart_draws_the_same_picture(machine: Machine, shape: str) -> None:
    machine.write("app.log", SHAPES[shape](0, 3000))
    machine.pass_()
    before, told = machine.frame("app"), machine.numbers("app")
    machine.stop()
    machine.start()
    machine.pass_()
    assert machine.frame("app").etag == before.etag
    again = machine.numbers("app")
    assert again.pop("revision") > told.pop("revision")
    assert again == told


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("first", [3, 150, 199, 200, 1500])
def test_what_was_not_committed_when_it_was_killed_is_read_again_and_counted_once(
    machine: Machine, shape: str, first: int
) -> None:
    """Case 61."""
    write = SHAPES[shape]
    machine.write("app.log", write(0, first))
    machine.pass_()
    machine.pipeline.commit()
    machine.write("app.log", write(first, 2000))
    machine.pass_()
    machine.kill()
    machine.start()
    machine.write("app.log", write(2000, 3000))
    machine.pass_()
    told = machine.numbers("app")
    (machine.root / "other").mkdir()
    other = Machine(machine.root / "other")
    other.write("app.log", write(0, 3000))
    other.pass_()
    expected = other.numbers("app")
    other.stop()
    assert told["log"] == expected["log"]
    for one, another in zip(told["fields"], expected["fields"], strict=True):
        sums = ("count", "sum", "min", "max")
        assert {name: one[name] for name in sums} == {name: another[name] for name in sums}


def test_percentiles_survive_too(machine: Machine) -> None:
    machine.write("app.log", SHAPES["json"](0, 3000))
    machine.pass_()
    (log,) = machine.pipeline._logs.values()
    before = [log.history.sketches["took"].buckets(level, 0, 2**40) for level in range(6)]
    machine.stop()
    machine.start()
    machine.pass_()
    (log,) = machine.pipeline._logs.values()
    after = [log.history.sketches["took"].buckets(level, 0, 2**40) for level in range(6)]
    assert after == before
    assert before[0]


def test_counters_survive_and_go_on(machine: Machine) -> None:
    machine.write("app.log", "1\n2\nfoo\n")
    machine.pass_()
    machine.stop()
    machine.start()
    machine.write("app.log", "3\nbar\n\n")
    machine.pass_()
    counters = machine.numbers("app")["log"]
    assert (counters["lines"], counters["samples"], counters["bad"]) == (6, 3, 2)


def test_a_name_once_given_stays_with_its_path(machine: Machine) -> None:
    machine.write("app.csv", "a,b\n1,2\n")
    machine.pass_()
    machine.stop()
    machine.write("app.aaa", "1\n")  # would be `app` if it had been there first
    machine.start()
    machine.pass_()
    assert machine.store.names[str(machine.root / "logs/app.csv")] == "app"
    assert {log.name for log in machine.pipeline._logs.values()} == {"app", "app_aaa"}


def test_a_log_that_rotated_while_nobody_looked_goes_on_where_it_was(machine: Machine) -> None:
    path = machine.write("app.log", SHAPES["plain"](0, 500))
    machine.pass_()
    machine.stop()
    machine.write("app.log", SHAPES["plain"](500, 700))
    path.rename(path.with_name("app.log.1"))
    machine.write("app.log", SHAPES["plain"](700, 900))
    machine.start()
    machine.pass_()
    counters = machine.numbers("app")["log"]
    assert (counters["lines"], counters["samples"]) == (900, 900)
    assert counters["lost_generations"] == 0


def test_a_generation_that_is_gone_is_counted_as_lost(machine: Machine) -> None:
    path = machine.write("app.log", SHAPES["plain"](0, 500))
    machine.pass_()
    machine.stop()
    machine.write("app.log", SHAPES["plain"](500, 700))
    path.unlink()
    machine.write("app.log", SHAPES["plain"](700, 900))
    machine.start()
    for _ in range(4):
        machine.now += 10
        machine.pass_()
    counters = machine.numbers("app")["log"]
    assert (counters["lines"], counters["lost_generations"]) == (700, 1)


def test_a_forgotten_log_is_read_anew(machine: Machine) -> None:
    machine.write("app.log", SHAPES["plain"](0, 500))
    machine.pass_()
    machine.stop()
    store = Store(str(machine.root / "state"))
    assert store.forget("app")
    store.close()
    machine.start()
    machine.pass_()
    assert machine.numbers("app")["log"]["lines"] == 500


def test_a_damaged_state_is_rebuilt_from_the_logs(machine: Machine) -> None:
    """Case 66."""
    machine.write("app.log", SHAPES["plain"](0, 500))
    machine.pass_()
    before = machine.frame("app").etag
    machine.stop()
    (machine.root / "state" / FILE).write_bytes(b"rubbish" * 1000)
    machine.start()
    machine.pass_()
    assert machine.frame("app").etag == before


def test_a_full_disk_keeps_serving_and_nothing_is_lost_once_it_has_room(machine: Machine) -> None:
    """Case 60."""
    machine.write("app.log", dated(0, 500))
    machine.pass_()
    assert machine.pipeline.commit()
    (pages,) = machine.store._database.execute("pragma page_count").fetchone()
    machine.store._database.execute(f"pragma max_page_count = {pages}")
    for number in range(5):
        machine.write(f"more{number}.log", dated(0, 3000))
    machine.write("app.log", dated(500, 3000))
    machine.pass_()
    assert not machine.pipeline.commit()
    assert machine.pipeline.unsaved
    assert machine.numbers("app")["log"]["lines"] == 3000
    machine.store._database.execute("pragma max_page_count = 1000000")
    assert machine.pipeline.commit()
    assert not machine.pipeline.unsaved
    before = machine.frame("app").etag
    machine.kill()
    machine.start()
    machine.pass_()
    assert machine.frame("app").etag == before


def test_settings_that_change_hold_from_then_on(
    machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    line = '{{"time":{},"took":{},"size":{}}}\n'
    machine.said = {"fields": ("took",)}
    machine.stop()
    machine.start()
    machine.write("app.log", "".join(line.format(NOON - 500 + n, n, 1) for n in range(300)))
    machine.pass_()
    machine.stop()
    machine.said = {"fields": ("size", "took")}
    machine.start()
    machine.write("app.log", "".join(line.format(NOON - 200 + n, n, 7) for n in range(100)))
    machine.pass_()
    log = next(iter(machine.pipeline._logs.values()))
    assert log.history.values["took"].buckets(5, 0, 10**6).values[0].sum() == 400
    assert log.history.values["size"].buckets(5, 0, 10**6).values[0].sum() == 100
    assert "as it is said now" in caplog.text


def test_another_axis_begins_anew(machine: Machine) -> None:
    machine.write("app.log", SHAPES["plain"](0, 300))
    machine.pass_()
    machine.stop()
    machine.said = {"interval": 1.0}
    machine.start()
    machine.write("app.log", SHAPES["plain"](300, 310))
    machine.pass_()
    told = machine.numbers("app")
    assert told["axis"] == "time"
    assert told["log"]["lines"] == 310
    machine.stop()
    machine.start()
    machine.pass_()
    assert machine.numbers("app")["axis"] == "time"


def test_the_state_holds_no_line_of_a_log(machine: Machine) -> None:
    secret = "token=hunter2"
    machine.write(
        "app.log", "".join(f"{line[:-1]} {secret}\n" for line in levels(0, 50).splitlines(True))
    )
    machine.write("new.log", f"{secret}\n")
    machine.pass_()
    machine.stop()
    for file in (machine.root / "state").iterdir():
        assert b"hunter2" not in file.read_bytes()
    machine.start()


def test_the_revision_never_goes_back_although_the_clock_does(machine: Machine) -> None:
    """Case 42."""
    machine.write("app.log", "1\n")
    machine.pass_()
    before = machine.numbers("app")["revision"]
    machine.stop()
    machine.now -= 86_400
    machine.start()
    machine.pass_()
    assert machine.numbers("app")["revision"] > before


def test_a_clock_that_goes_back_loses_no_line(machine: Machine) -> None:
    """Case 42: seconds that only rise are another clock."""
    machine.write("app.log", dated(0, 500))
    machine.pass_()
    before, steady = machine.pipeline.gallery.revision, machine.now
    machine.now -= 3600
    machine.write("app.log", dated(500, 1000))
    machine.pipeline.scan(machine.now, steady + 1)
    while machine.pipeline.behind:
        machine.pipeline.step()
    told = machine.numbers("app")

    assert told["revision"] > before
    counters = told["log"]
    assert (counters["samples"], counters["late"], counters["skewed"]) == (1000, 0, 0)


def snapshot(machine: Machine) -> dict[str, bytes]:
    """What is on disk at this moment."""
    files = (machine.root / "state").glob(f"{FILE}*")
    return {file.name: file.read_bytes() for file in files if not file.name.endswith("-shm")}


def put_back(machine: Machine, files: dict[str, bytes]) -> None:
    """Nothing but these files is on disk."""
    for file in (machine.root / "state").glob(f"{FILE}*"):
        file.unlink()
    for name, data in files.items():
        (machine.root / "state" / name).write_bytes(data)


def test_of_a_journal_that_was_cut_by_a_power_loss_whole_commits_are_left(
    machine: Machine,
) -> None:
    """Case 62, and the journal lost altogether."""
    path = str(machine.root / "logs/app.log")
    commits: set[bytes | None] = {None}
    for begin in range(0, 1000, 250):
        machine.write("app.log", dated(begin, begin + 250))
        machine.pass_()
        assert machine.pipeline.commit()
        commits.add(machine.store.state(path))
    expected = machine.numbers("app")
    there = snapshot(machine)
    journal = there[f"{FILE}-wal"]
    machine.kill()
    found = set()
    for part in range(12):
        torn = journal[: len(journal) * part // 11]
        put_back(machine, {**there, f"{FILE}-wal": torn})
        machine.start()
        found.add(machine.store.state(path))
        machine.pass_()
        told = machine.numbers("app")
        assert (told["log"], told["fields"]) == (expected["log"], expected["fields"])
        assert told["log"]["lines"] == 1000
        machine.kill()
    machine.start()

    assert found <= commits
    assert len(found) > 3
    assert not (machine.root / "state" / ASIDE).exists()


@pytest.mark.parametrize("shape", SHAPES)
def test_a_state_from_a_backup_counts_every_line_once(machine: Machine, shape: str) -> None:
    """Case 67: the positions are as old as the numbers."""
    write = SHAPES[shape]
    path = machine.write("app.log", write(0, 1500))
    machine.pass_()
    machine.stop()
    backup = snapshot(machine)
    machine.start()
    machine.write("app.log", write(1500, 2000))
    path.rename(path.with_name("app.log.1"))
    machine.write("app.log", write(2000, 2500))
    machine.pass_()
    expected, whole = machine.frame("app").etag, machine.numbers("app")
    machine.stop()
    put_back(machine, backup)
    machine.start()
    machine.pass_()

    assert machine.frame("app").etag == expected
    again = machine.numbers("app")
    assert (again["log"], again["fields"]) == (whole["log"], whole["fields"])
    assert again["log"]["lines"] == 2500


def test_memory_that_is_given_back_changes_no_picture(machine: Machine) -> None:
    machine.write("app.log", dated(0, 3000))
    machine.pass_()
    before = machine.frame("app").etag
    assert machine.pipeline.commit()
    machine.now += 1000
    machine.pipeline.tick(machine.now)  # nobody looks any more
    machine.pipeline.release()
    log = next(iter(machine.pipeline._logs.values()))
    assert not any(tier.chunks for tier in log.history.values["value"].tiers)
    machine.now -= 1000
    assert machine.frame("app").etag == before


def rested(machine: Machine) -> None:
    """Everything is on disk, and no line has come between two times that memory is given back."""
    assert machine.pipeline.commit()
    machine.now += 1000
    machine.pipeline.tick(machine.now)  # nobody looks any more
    for _ in range(2):
        machine.pipeline.release()
    assert all(log.rests for log in machine.pipeline._logs.values())


PARTS_OF_A_LOG = {
    "dated": [dated(0, 30), dated(30, 200), dated(200, 3000), dated(3000, 3001)],
    "numbers": ["1\n2\n3\n" * 20, "4\n", "5\n" * 300, "6\n"],
    "text": ["2026-01-31 12:00:00 WARN a b\n" * 9, "2026-01-31 12:00:01 INFO c\n" * 300],
    "doubted": ["1\n" * ENOUGH_LINES, "# no\n" * (REFUSED - 1), "2026-01-31T12:00:00Z 1\n"],
    "durations": ["2026-01-31 12:00:00 took=3ms\n" * 50, "2026-01-31 12:00:01 took=4ms\n" * 500],
    "another verdict": ["7\n" * 3, dated(0, 100)],
    "nothing": ["", "1\n"],
}


@pytest.mark.parametrize("parts", PARTS_OF_A_LOG.values(), ids=PARTS_OF_A_LOG)
def test_a_log_that_rests_between_its_lines_goes_on_exactly(
    tmp_path: Path, machine: Machine, parts: list[str]
) -> None:
    (tmp_path / "other").mkdir()
    other = Machine(tmp_path / "other")
    for part in parts:
        for one in (machine, other):
            one.now = NOON + 3600
            one.write("app.log", part)
            one.pass_()
        rested(machine)
    (log,), (awake,) = (one.pipeline._logs.values() for one in (machine, other))
    assert log.counters == awake.counters
    assert log.state.history == awake.state.history
    assert log.state.reader == awake.state.reader
    machine.now = other.now
    assert machine.frame("app").etag == other.frame("app").etag
    other.stop()


def test_a_log_at_rest_is_shown_and_restarted_as_before(machine: Machine) -> None:
    machine.write("app.log", dated(0, 3000))
    machine.pass_()
    before = machine.frame("app").etag
    rested(machine)
    machine.now = NOON
    assert machine.frame("app").etag == before

    rested(machine)
    machine.stop()
    machine.now = NOON
    machine.start()
    machine.pass_()
    assert machine.frame("app").etag == before


def test_of_many_logs_those_that_were_read_rest_once_they_are_kept(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watcher.pipeline.MANY", 2)
    monkeypatch.setattr("watcher.pipeline.MOST_NEW", 3)
    for name in "abc":
        machine.write(f"{name}.log", dated(0, 100))
    machine.pass_()
    logs = list(machine.pipeline._logs.values())
    assert machine.pipeline.crowded
    assert not any(log.rests for log in logs)
    machine.pipeline.news(machine.now)
    assert machine.pipeline.commit()
    assert not machine.pipeline.crowded
    assert all(log.rests for log in logs)

    machine.write("a.log", dated(100, 101))
    machine.pass_()
    assert machine.pipeline.commit()
    assert [log.rests for log in logs] == [False, True, True]  # it grows
    assert logs[0].counters.lines == 101


def test_a_log_that_always_grows_gives_memory_back_too(machine: Machine) -> None:
    machine.write("app.log", dated(0, 3000))
    machine.pass_()
    assert machine.pipeline.commit()
    machine.write("app.log", dated(3000, 3001))
    machine.pass_()
    machine.frame("app")  # somebody looks, and a line is still to be kept
    log = next(iter(machine.pipeline._logs.values()))
    values = log.history.values["value"]
    before, held = values.buckets(0, 0, int(NOON)), len(values.tiers[0].chunks)
    machine.pipeline.release()

    assert len(values.tiers[0].chunks) < held
    after = values.buckets(0, 0, int(NOON))
    assert np.array_equal(after.numbers, before.numbers)
    assert np.array_equal(after.values, before.values)


def test_more_logs_than_descriptors_are_all_followed(machine: Machine) -> None:
    """Case 58."""
    machine.pipeline._most_open = 2
    for number in range(5):
        machine.write(f"app{number}.log", "1\n2\n")
    machine.pass_()
    for number in range(5):
        machine.write(f"app{number}.log", "3\n")
    machine.pass_()
    for number in range(5):
        assert machine.numbers(f"app{number}")["log"]["lines"] == 3
    assert all(log.tailer._live is None for log in machine.pipeline._logs.values())  # type: ignore[union-attr]


def test_a_log_that_is_empty_at_a_restart_is_still_there(machine: Machine) -> None:
    path = machine.write("app.log", "1\n2\n")
    machine.pass_()
    machine.stop()
    path.rename(path.with_name("app.log.1"))
    path.touch()
    machine.start()
    machine.pass_()
    assert machine.numbers("app")["log"]["lines"] == 2


def test_what_another_version_left_is_read_anew_and_counted_once(
    machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    path = machine.write("app.log", dated(0, 3000))
    machine.pass_()
    machine.stop()
    path.write_text(dated(2000, 3000))
    machine.start()
    machine.store._database.execute("update log set state = x'93'")
    machine.pass_()
    assert "another version" in caplog.text
    assert machine.pipeline.commit()
    (log,) = machine.pipeline._logs.values()
    oldest = int(log.history.first_at) // CHUNK
    assert machine.store.shelf(str(path), Series("value", "value"), 0).load(0, oldest - 1) == {}


def test_an_old_generation_that_was_read_and_is_gone_holds_nothing_up(machine: Machine) -> None:
    path = machine.write("app.log", SHAPES["plain"](0, 100))
    machine.pass_()
    path.rename(path.with_name("app.log.1"))
    machine.write("app.log", SHAPES["plain"](100, 200))
    machine.pass_()  # the old one lingers, read to its end
    machine.stop()
    path.with_name("app.log.1").unlink()
    machine.write("app.log", SHAPES["plain"](200, 250))
    machine.start()
    machine.pass_()
    counters = machine.numbers("app")["log"]
    assert (counters["lines"], counters["lost_generations"]) == (250, 0)
