"""Which directories are watched: told by an observer that can be refused anything."""

from __future__ import annotations

import errno
import os
from collections.abc import Hashable
from pathlib import Path

import pytest

from watcher.follow import directories as module
from watcher.follow.directories import Directories


class Fake:
    """Watches up to `room` directories, and none of the `forbidden`."""

    def __init__(self, room: int = 1000) -> None:
        self.room = room
        self.forbidden: set[str] = set()
        self.watched: list[str] = []
        self.asked = 0

    def add(self, path: str) -> Hashable:
        self.asked += 1
        if path in self.forbidden:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        if len(self.watched) >= self.room:
            raise OSError(errno.ENOSPC, "watch limit reached")
        self.watched.append(path)
        return path

    def drop(self, watch: Hashable) -> None:
        self.watched.remove(str(watch))


def tree(root: Path, *names: str) -> dict[str, bool]:
    for name in names:
        (root / name).mkdir(parents=True)
    return {str(root): True}


def test_all_directories_below_are_watched_but_for_hidden_ones_and_links(tmp_path: Path) -> None:
    roots = tree(tmp_path, "a/b", ".git/x")
    (tmp_path / "link").symlink_to("a")
    fake = Fake()
    Directories(fake).watch(roots, ())

    assert fake.watched == [str(tmp_path / name) for name in ("", "a", "a/b")]


def test_a_hidden_directory_is_watched_if_it_is_named(tmp_path: Path) -> None:
    roots = tree(tmp_path, ".logs")
    fake = Fake()
    Directories(fake).watch({**roots, str(tmp_path / ".logs"): False}, ())

    assert fake.watched == [str(tmp_path), str(tmp_path / ".logs")]


def test_where_the_limit_is_reached_the_root_says_so_until_there_is_room(tmp_path: Path) -> None:
    """Case 56."""
    roots = tree(tmp_path, "a/x", "b/y", "c")
    fake = Fake(room=3)
    directories = Directories(fake)
    directories.watch(roots, ())
    assert len(fake.watched) == 3
    assert fake.asked == 4  # not once for every directory
    assert directories.reason(str(tmp_path)) == "watch limit reached, below it"
    fake.room = 1000
    directories.watch(roots, ())

    assert directories.reason(str(tmp_path)) == ""
    assert len(fake.watched) == 6


def test_a_root_that_may_not_be_read_is_tried_again(tmp_path: Path) -> None:
    roots = tree(tmp_path, "a")
    fake = Fake()
    fake.forbidden = {str(tmp_path)}
    directories = Directories(fake)
    directories.watch(roots, ())
    assert directories.reason(str(tmp_path)) == "Permission denied"
    fake.forbidden = set()
    directories.watch(roots, ())

    assert directories.reason(str(tmp_path)) == ""
    assert len(fake.watched) == 2


def test_a_forbidden_directory_below_hides_nothing_that_a_scan_could_see(tmp_path: Path) -> None:
    roots = tree(tmp_path, "private")
    fake = Fake()
    fake.forbidden = {str(tmp_path / "private")}
    directories = Directories(fake)
    directories.watch(roots, ())
    assert directories.reason(str(tmp_path)) == ""
    fake.forbidden = set()
    directories.watch(roots, {str(tmp_path / "private")})

    assert fake.watched == [str(tmp_path), str(tmp_path / "private")]


def test_more_directories_than_are_sensible_are_left_to_the_scan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_DIRECTORIES", 3)
    roots = tree(tmp_path, *"abcde")
    fake = Fake()
    directories = Directories(fake)
    directories.watch(roots, ())
    assert len(fake.watched) == 3
    assert directories.reason(str(tmp_path)) == module.TOO_MANY
    directories.watch({**roots, str(tmp_path / "e"): False}, ())

    assert str(tmp_path / "e") in fake.watched  # a log lies there


def test_a_quiet_tree_is_not_asked_about_again(tmp_path: Path) -> None:
    roots = tree(tmp_path, "a/b", "c")
    fake = Fake()
    directories = Directories(fake)
    for _ in range(3):
        directories.watch(roots, ())

    assert fake.asked == 4
