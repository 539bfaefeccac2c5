"""Hints: a reason to look, or nothing at all."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from watcher.follow.hints import MOST_HINTS, Hints

SOON = 5.0  # seconds


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


@pytest.fixture
def bell() -> Iterator[Bell]:
    bell = Bell()
    bell.hints.start()
    yield bell
    bell.hints.stop()


def test_a_change_is_hinted_at(bell: Bell, tmp_path: Path) -> None:
    assert bell.hints.watch({str(tmp_path): False})
    (tmp_path / "a.log").write_text("1\n")

    assert bell.hears(tmp_path / "a.log")


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
    (tmp_path / "below" / "a.log").write_text("1\n")

    assert bell.hears(tmp_path / "below" / "a.log")


def test_both_ends_of_a_rename_are_hinted_at(bell: Bell, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("1\n")
    bell.hints.watch({str(tmp_path): False})
    (tmp_path / "a.log").rename(tmp_path / "a.log.1")

    assert bell.hears(tmp_path / "a.log", tmp_path / "a.log.1")


def test_a_link_to_a_directory_is_watched_where_it_points(bell: Bell, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    bell.hints.watch({str(tmp_path / "link"): True})
    (tmp_path / "real" / "a.log").write_text("1\n")

    assert bell.hears(tmp_path / "real" / "a.log")


def test_a_missing_directory_is_left_to_the_scan_until_it_is_there(
    bell: Bell, tmp_path: Path
) -> None:
    late = tmp_path / "late"
    assert not bell.hints.watch({str(late): True})
    late.mkdir()
    assert bell.hints.watch({str(late): True})
    (late / "a.log").write_text("1\n")

    assert bell.hears(late / "a.log")


def test_a_directory_that_was_replaced_is_watched_anew(bell: Bell, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    bell.hints.watch({str(root): True})
    root.rename(tmp_path / "gone")
    root.mkdir()
    assert bell.hints.watch({str(root): True})
    (root / "a.log").write_text("1\n")

    assert bell.hears(root / "a.log")


def test_a_machine_without_events_is_left_to_the_scan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refused:
        def start(self) -> None:
            raise OSError(24, "inotify instance limit reached")

    monkeypatch.setattr("watcher.follow.hints.Observer", Refused)
    hints = Hints(lambda: None)
    hints.start()

    assert not hints.watch({str(tmp_path): True})
    assert hints.take() == set()
    hints.stop()


def test_waiting_hints_are_bounded() -> None:
    hints = Hints(lambda: None)
    for n in range(2 * MOST_HINTS):
        hints._paths.append(os.fspath(f"/{n}"))

    assert len(hints.take()) == MOST_HINTS
