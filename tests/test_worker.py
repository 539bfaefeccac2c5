"""The thread that does the work: at once, in passes, and with or without events."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path

import pytest

from watcher import worker as module
from watcher.draw.view import View
from watcher.follow.hints import Hints
from watcher.frame import News, Wanted
from watcher.parse.settings import LogSettings
from watcher.pipeline import Pipeline
from watcher.worker import LONGEST_PAUSE, PAUSE_SHARE, STUCK, Worker

SOON = 10.0  # seconds: the deadline of what must come


class Listener:
    """Collects the news of a worker."""

    def __init__(self) -> None:
        self.news: list[News] = []
        self.told = threading.Condition()

    def publish(self, news: News) -> None:
        with self.told:
            self.news.append(news)
            self.told.notify_all()

    def hears(self, what: Callable[[News], bool]) -> bool:
        with self.told:
            return self.told.wait_for(lambda: any(map(what, self.news)), SOON)


def last_is(value: float) -> Callable[[News], bool]:
    return lambda news: any(graph.last == value for graph in news.graphs)


@contextmanager
def working(root: Path) -> Iterator[tuple[Worker, Listener]]:
    listener, ready = Listener(), threading.Event()
    pipeline = Pipeline([LogSettings(str(root))], (), View(), UTC, time.time())
    worker = Worker(pipeline, listener.publish, ready.set)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        assert ready.wait(SOON)
        yield worker, listener
    finally:
        worker.stop()
        thread.join(SOON)
        assert not thread.is_alive()


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def test_what_is_there_is_told_before_it_is_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PASS", 0.0)  # it is read in several
    monkeypatch.setattr("watcher.gallery.FILM", 60.0)
    append(tmp_path / "a.txt", "1\n" * 100_000 + "5\n")
    with working(tmp_path) as (worker, listener):
        assert worker.ready
        assert last_is(5)(listener.news[-1])


def test_of_very_many_logs_all_are_told_before_it_is_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watcher.pipeline.AT_ONCE", 3)
    for number in range(10):
        append(tmp_path / f"log{number}.txt", f"{number}\n")
    with working(tmp_path) as (_, listener):
        last = {graph.name: graph.last for news in listener.news for graph in news.graphs}
        assert last == {f"log{number}": number for number in range(10)}


def test_a_change_is_told_at_once(tmp_path: Path) -> None:
    append(tmp_path / "a.txt", "1\n")
    with working(tmp_path) as (_, listener):
        append(tmp_path / "a.txt", "230\n")

        assert listener.hears(last_is(230))


def test_a_burst_ends_with_its_last_value(tmp_path: Path) -> None:
    with working(tmp_path) as (_, listener):
        for n in range(2000):
            append(tmp_path / "a.txt", f"{n}\n")

        assert listener.hears(last_is(1999))
        assert len(listener.news) < 1000  # told in passes, not line by line


def test_a_file_that_appears_later_becomes_a_graph(tmp_path: Path) -> None:
    with working(tmp_path) as (_, listener):
        append(tmp_path / "new.txt", "7\n")

        assert listener.hears(last_is(7))


def test_a_folder_that_appears_later_is_watched(tmp_path: Path) -> None:
    """Case 44."""
    root = tmp_path / "late"
    with working(root) as (_, listener):
        root.mkdir()
        append(root / "a.txt", "7\n")

        assert listener.hears(last_is(7))


def test_a_wanted_view_is_drawn(tmp_path: Path) -> None:
    append(tmp_path / "a.txt", "1\n")
    with working(tmp_path) as (worker, listener):
        worker.want(Wanted("a", View()))

        assert listener.hears(lambda news: [w for w, _ in news.frames] == [Wanted("a", View())])


@pytest.mark.parametrize("change", ["append", "rotate", "truncate", "appear"])
def test_without_events_the_scan_finds_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """Case 54."""
    monkeypatch.setattr(Hints, "start", lambda self: None)
    monkeypatch.setattr(module, "SCAN", 0.02)
    monkeypatch.setattr(module, "DISCOVER", 0.02)
    log = tmp_path / "a.txt"
    append(log, "1\n2\n3\n")
    with working(tmp_path) as (_, listener):
        if change == "rotate":
            log.rename(tmp_path / "a.txt.1")
        elif change == "truncate":
            log.write_text("")
        elif change == "appear":
            log = tmp_path / "b.txt"
        append(log, "4\n")

        assert listener.hears(last_is(4))


def test_a_clock_that_goes_back_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Case 42."""
    append(tmp_path / "a.txt", "1\n")
    began = time.time()
    with working(tmp_path) as (worker, listener):
        monkeypatch.setattr(time, "time", lambda: began - 86_400)
        worker.want(Wanted("a", View()))
        append(tmp_path / "a.txt", "2\n")
        append(tmp_path / "b.txt", "3\n")

        assert listener.hears(last_is(2))
        assert listener.hears(last_is(3))
        assert listener.hears(lambda news: bool(news.frames))
        assert worker.healthy()


def test_the_more_reading_costs_the_longer_waits_what_nobody_looks_at(tmp_path: Path) -> None:
    pipeline = Pipeline([LogSettings(str(tmp_path))], (), View(), UTC, time.time())
    worker = Worker(pipeline, lambda news: None)
    worker.ready, clock, pauses = True, worker._ticked, []
    for share in [0.0] * 3 + [0.02] * 60 + [0.3] * 20 + [0.0] * 60:
        clock += 1.0
        worker._spent = share
        worker._pace(clock)
        pauses.append(pipeline.turns.pause)

    assert pauses[:3] == [0.0] * 3
    assert pauses[62] == pytest.approx(0.02 * PAUSE_SHARE, rel=0.01)
    assert pauses[82] == LONGEST_PAUSE
    assert pauses[-1] < 0.01


def test_health_is_that_it_came_round_lately(tmp_path: Path) -> None:
    """Case 70."""
    pipeline = Pipeline([LogSettings(str(tmp_path))], (), View(), UTC, time.time())
    worker = Worker(pipeline, lambda news: None)
    assert worker.healthy()
    worker._came_round -= STUCK + 1

    assert not worker.healthy()


def test_a_bug_ends_the_worker_and_is_not_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Case 69."""
    pipeline = Pipeline([LogSettings(str(tmp_path))], (), View(), UTC, time.time())
    monkeypatch.setattr(pipeline, "tick", lambda now: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        Worker(pipeline, lambda news: None).run()
