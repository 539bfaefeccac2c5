"""Hints: a reason to look, or nothing at all."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from watcher.follow import hints as module
from watcher.follow.canary import PATIENCE, PERIOD
from watcher.follow.hints import MOST_HINTS, NAP, Hints

SOON = 5.0  # seconds
pytestmark = pytest.mark.skipif(not module.PLUGGED, reason="watchdog is unplugged")


class Bell:
    """Collects hints until all that is expected has come."""

    def __init__(self) -> None:
        self.rung = threading.Event()
        self.hints = Hints(self.rung.set)

    def hears(self, *paths: Path) -> bool:
        missing = set(map(str, paths))
        while missing and self.rung.wait(SOON):
            self.rung.clear()
            missing -= self.hints.take()
        return not missing

    def hears_of(self, path: Path) -> bool:
        """Whether a line appended there is heard of."""
        with path.open("a") as file:
            file.write("1\n")
        return self.hears(path)

    def finds_the_canary(self, clock: float) -> bool:
        """Whether its song is heard; `tend` asks at `clock`."""
        self.hints.tend(clock)
        assert self.hints._observer
        for _ in range(int(SOON / NAP)):
            self.rung.wait(NAP)
            self.rung.clear()
            if self.hints._observer.canary.heard:
                self.hints.tend(clock + 0.5)
                return True
        return False


@pytest.fixture
def bell() -> Iterator[Bell]:
    bell = Bell()
    bell.hints.start()
    yield bell
    bell.hints.stop()


def test_a_change_is_hinted_at(bell: Bell, tmp_path: Path) -> None:
    assert bell.hints.watch({str(tmp_path): False})
    assert bell.hears_of(tmp_path / "a.log")
    assert bell.hints.modes() == {str(tmp_path): "events"}


def test_it_rings_once_until_somebody_comes_for_the_hints(bell: Bell, tmp_path: Path) -> None:
    bell.hints.watch({str(tmp_path): False})
    (tmp_path / "a").write_text("1\n")
    assert bell.rung.wait(SOON)
    bell.rung.clear()
    (tmp_path / "b").write_text("1\n")
    assert not bell.rung.wait(20 * NAP)  # whoever comes finds both

    assert {str(tmp_path / "a"), str(tmp_path / "b")} <= bell.hints.take()
    assert bell.hears_of(tmp_path / "c")


def test_it_rings_again_although_it_rang_for_what_was_just_taken(
    bell: Bell, tmp_path: Path
) -> None:
    bell.hints.watch({str(tmp_path): False})
    assert bell.finds_the_canary(0.0)
    assert bell.hints._observer
    bell.hints._observer.rung = True
    bell.hints.tend(1.0)

    assert bell.hears_of(tmp_path / "a")


def test_reading_gives_no_hints(bell: Bell, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("1\n")
    bell.hints.watch({str(tmp_path): False})
    (tmp_path / "a.log").read_text()
    (tmp_path / "b.log").write_text("1\n")

    assert bell.rung.wait(SOON)
    assert bell.hints.take() == {str(tmp_path / "b.log")}


def test_what_lies_below_is_hinted_at_where_it_matters(bell: Bell, tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    bell.hints.watch({str(tmp_path): True, str(tmp_path / "below"): False})

    assert bell.hears_of(tmp_path / "below" / "a.log")


def test_a_directory_that_appears_below_is_hinted_at_and_then_watched(
    bell: Bell, tmp_path: Path
) -> None:
    root = {str(tmp_path): True}
    bell.hints.watch(root)
    (tmp_path / "new" / "er").mkdir(parents=True)
    assert bell.hears(tmp_path / "new")
    bell.hints.watch(root)

    assert bell.hears_of(tmp_path / "new" / "er" / "a.log")


def test_both_ends_of_a_rename_are_hinted_at(bell: Bell, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("1\n")
    bell.hints.watch({str(tmp_path): False})
    (tmp_path / "a.log").rename(tmp_path / "a.log.1")

    assert bell.hears(tmp_path / "a.log", tmp_path / "a.log.1")


def test_a_link_to_a_directory_is_watched_where_it_points(bell: Bell, tmp_path: Path) -> None:
    for name in "real", "other":
        (tmp_path / name).mkdir()
    link = tmp_path / "link"
    link.symlink_to("real")
    bell.hints.watch({str(link): True})
    assert bell.hears_of(tmp_path / "real" / "a.log")
    link.unlink()
    link.symlink_to("other")
    bell.hints.watch({str(link): True})

    assert bell.hears_of(tmp_path / "other" / "a.log")


def test_a_missing_directory_is_left_to_the_scan_until_it_is_there(
    bell: Bell, tmp_path: Path
) -> None:
    """Case 44."""
    late = tmp_path / "late"
    assert not bell.hints.watch({str(late): True})
    assert bell.hints.modes() == {str(late): "scan: No such file or directory"}
    late.mkdir()
    assert bell.hints.watch({str(late): True})

    assert bell.hears_of(late / "a.log")


@pytest.mark.parametrize("deep", [False, True])
def test_a_directory_that_was_renamed_and_replaced_is_watched_anew(
    bell: Bell, tmp_path: Path, deep: bool
) -> None:
    """Case 46."""
    root = tmp_path / "root"
    root.mkdir()
    bell.hints.watch({str(root): deep})
    root.rename(tmp_path / "gone")
    root.mkdir()
    assert bell.hints.watch({str(root): deep})

    assert bell.hears_of(root / "a.log")


def test_a_directory_that_was_deleted_is_watched_again_once_it_is_back(
    bell: Bell, tmp_path: Path
) -> None:
    """Case 45."""
    root = tmp_path / "root"
    root.mkdir()
    bell.hints.watch({str(root): True})
    root.rmdir()
    assert not bell.hints.watch({str(root): True})
    root.mkdir()
    assert bell.hints.watch({str(root): True})

    assert bell.hears_of(root / "a.log")


def test_a_directory_that_was_deleted_while_somebody_is_in_it_is_watched_again(
    bell: Bell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Case 47: of its end nobody is told before they leave it."""
    root = tmp_path / "root"
    root.mkdir()
    monkeypatch.chdir(root)
    bell.hints.watch({str(root): True})
    root.rmdir()
    assert not bell.hints.watch({str(root): True})
    root.mkdir()
    assert bell.hints.watch({str(root): True})

    assert bell.hears_of(root / "a.log")


def test_directories_that_move_about_kill_nobody(bell: Bell, tmp_path: Path) -> None:
    """Cases 45 and 46."""
    # watchdog's own observer dies of this, and says that it is alive.
    root, outside = tmp_path / "root", tmp_path / "outside"
    (root / "sub").mkdir(parents=True)
    bell.hints.watch({str(root): True})
    (root / "sub").rename(outside)
    (root / "sub").mkdir()
    (root / "sub").rmdir()
    outside.rmdir()
    assert bell.hears(root / "sub")
    assert bell.hints.watch({str(root): True})

    assert bell.hears_of(root / "a.log")


def test_a_directory_below_that_was_exchanged_is_watched_under_its_new_name(
    bell: Bell, tmp_path: Path
) -> None:
    for name in "a", "b":
        (tmp_path / name / "in").mkdir(parents=True)
    bell.hints.watch({str(tmp_path): True})
    (tmp_path / "a").rename(tmp_path / "c")
    (tmp_path / "b").rename(tmp_path / "a")
    assert bell.hears(tmp_path / "a", tmp_path / "c")
    bell.hints.watch({str(tmp_path): True})

    assert bell.hears_of(tmp_path / "a" / "in" / "x.log")
    assert bell.hears_of(tmp_path / "c" / "in" / "x.log")


def test_a_root_within_a_root_silences_nobody(bell: Bell, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    bell.hints.watch({str(tmp_path): True})
    bell.hints.watch({str(tmp_path): True, str(tmp_path / "in"): True})
    bell.hints.watch({str(tmp_path): True})

    assert bell.hears_of(tmp_path / "in" / "a.log")


def test_what_is_no_longer_named_gives_no_hints(bell: Bell, tmp_path: Path) -> None:
    for name in "a", "b":
        (tmp_path / name).mkdir()
    bell.hints.watch({str(tmp_path / "a"): True, str(tmp_path / "b"): True})
    bell.hints.watch({str(tmp_path / "b"): True})
    (tmp_path / "a" / "a.log").write_text("1\n")
    (tmp_path / "b" / "b.log").write_text("1\n")

    assert bell.rung.wait(SOON)
    assert bell.hints.take() == {str(tmp_path / "b" / "b.log")}


def test_the_same_trouble_is_told_once(
    bell: Bell, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    late = tmp_path / "late"
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            bell.hints.watch({str(late): True})
        late.mkdir()
        for _ in range(3):
            bell.hints.watch({str(late): True})

    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


def test_a_canary_tells_how_long_a_change_takes(bell: Bell, tmp_path: Path) -> None:
    bell.hints.watch({str(tmp_path): True})
    assert bell.finds_the_canary(clock=100.0)

    assert bell.hints.lag == 0.5
    assert bell.hints.take() == set()
    assert bell.hints.revived == 0


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_observer_that_died_is_replaced(
    bell: Bell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bell.hints.watch({str(tmp_path): True})
    observer = bell.hints._observer
    assert observer
    monkeypatch.setattr(observer, "_handle", lambda event: {}[event])
    (tmp_path / "a.log").touch()
    observer.join(SOON)
    bell.hints.tend(100.0)
    assert not bell.hints.watch({str(tmp_path): True})  # until it has proved itself
    assert bell.hints.missed()
    assert bell.finds_the_canary(100.1)

    assert bell.hints.watch({str(tmp_path): True})
    assert bell.hears_of(tmp_path / "a.log")
    assert bell.hints.revived == 1


def test_an_observer_that_fell_silent_is_replaced(
    bell: Bell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bell.hints.watch({str(tmp_path): True})
    observer = bell.hints._observer
    assert observer
    monkeypatch.setattr(observer, "_handle", lambda event: None)
    for clock in 100.0, 100 + PATIENCE, 100 + 2 * PATIENCE:
        bell.hints.tend(clock)
    assert bell.hints.revived == 1
    assert bell.hints.modes() == {str(tmp_path): "events"}
    bell.hints.watch({str(tmp_path): True})
    assert bell.hints.modes() == {str(tmp_path): "scan: events have ceased to arrive"}
    assert bell.finds_the_canary(110.0)

    assert bell.hints.watch({str(tmp_path): True})
    assert bell.hears_of(tmp_path / "a.log")


def test_a_machine_without_events_is_left_to_the_scan_and_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused() -> None:
        raise OSError(24, "inotify instance limit reached")

    bell = Bell()
    with monkeypatch.context() as patch:
        patch.setattr(module, "InotifyFD", refused)
        bell.hints.start()
        bell.hints.tend(100.0)
        assert not bell.hints.watch({str(tmp_path): True})
        assert bell.hints.take() == set()
        assert "inotify instance limit" in bell.hints.modes()[str(tmp_path)]
    bell.hints.tend(100.0 + PERIOD)
    assert bell.finds_the_canary(101.0 + PERIOD)

    assert bell.hints.watch({str(tmp_path): True})
    bell.hints.stop()


def test_waiting_hints_are_bounded_and_what_did_not_fit_is_left_to_the_scan(bell: Bell) -> None:
    """Case 55."""
    assert bell.hints._observer
    for n in range(2 * MOST_HINTS):
        bell.hints._observer.hint(f"/{n}")

    assert len(bell.hints.take()) == MOST_HINTS
    assert bell.hints.missed()
    assert not bell.hints.missed()


def test_after_an_overflow_the_scan_is_asked_for_and_all_is_watched_anew(
    bell: Bell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Case 55."""
    from watchdog.observers.inotify_c import InotifyConstants, InotifyEvent, WatchDescriptor

    root = {str(tmp_path): True}
    (tmp_path / "a").mkdir()
    bell.hints.watch(root)
    observer = bell.hints._observer
    assert observer
    with monkeypatch.context() as patch:
        patch.setattr(observer, "_handle", lambda event: bell.rung.set())  # it is lost
        (tmp_path / "a").rename(tmp_path / "b")
        assert bell.rung.wait(SOON)
    observer._handle(
        InotifyEvent(WatchDescriptor(-1), InotifyConstants.IN_Q_OVERFLOW, 0, b""),
    )

    assert bell.hints.missed()
    assert bell.hints.watch(root)
    assert bell.hears_of(tmp_path / "b" / "x.log")


def test_without_watchdog_there_are_no_hints_and_no_errors() -> None:
    program = """
import sys
sys.modules["watchdog"] = None
from watcher.follow.hints import Hints
hints = Hints(lambda: None)
hints.start()
assert not hints.watch({"/": True})
hints.tend(0.0)
hints.tend(1000.0)
assert not hints and hints.take() == set() and not hints.missed()
assert hints.modes() == {"/": "scan: no change events"}
hints.stop()
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
