"""Which files beside a log are what it was."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.conftest import LogFile
from watcher.follow import siblings as module
from watcher.follow.siblings import siblings


def names(log: LogFile, *rotated: str) -> list[str]:
    return [os.path.basename(one.path) for one in siblings(str(log.path), rotated)]


@pytest.mark.parametrize(
    "name",
    [
        "app.log.1",
        "app.log.12.gz",
        "app.log-20261122",
        "app.log-20261122-1795340000.xz",
        "app.log.2026-11-22",
        "app.log.2026-11-22_10-30-05",
        "app.log.2026-11-22T10:30:05Z.bz2",
        "app.log.old",
        "app.log.1.zst",
    ],
)
def test_names_that_rotators_give_are_siblings(log: LogFile, name: str) -> None:
    log.path.with_name(name).touch()

    assert names(log) == [name]


@pytest.mark.parametrize(
    "name",
    ["app.log", "app.log.error", "app.log2", "app.log.1.html", "app.log-tee", "other.log.1", "x"],
)
def test_other_names_are_other_files(log: LogFile, name: str) -> None:
    log.path.with_name(name).touch()

    assert names(log) == []


def test_directories_and_dangling_links_are_no_siblings(log: LogFile, tmp_path: Path) -> None:
    (tmp_path / "app.log.1").mkdir()
    (tmp_path / "app.log.2").symlink_to("nowhere")

    assert names(log) == []


def test_what_is_being_compressed_counts_once(log: LogFile, tmp_path: Path) -> None:
    (tmp_path / "app.log.1").write_text("1\n")
    (tmp_path / "app.log.1.gz").write_bytes(gzip.compress(b"1\n")[:9])

    assert names(log) == ["app.log.1"]


def test_the_newest_comes_first(log: LogFile, tmp_path: Path) -> None:
    for number, time in ((2, 2e9), (3, 1e9), (1, 3e9)):
        (tmp_path / f"app.log.{number}.gz").write_bytes(gzip.compress(b"1\n"))
        os.utime(tmp_path / f"app.log.{number}.gz", (time, time))

    assert names(log) == ["app.log.1.gz", "app.log.2.gz", "app.log.3.gz"]
    first = siblings(str(log.path))[0]
    assert (first.modified, first.compressed, first.size) == (3e9, True, 22)


def test_siblings_are_found_where_a_link_leads_and_where_they_are_moved(
    log: LogFile, tmp_path: Path
) -> None:
    for directory in ("real", "old"):
        (tmp_path / directory).mkdir()
    (tmp_path / "real" / "data").write_text("1\n")
    log.path.symlink_to(tmp_path / "real" / "data")
    (tmp_path / "real" / "data.1").write_text("2\n")
    (tmp_path / "old" / "app.log.2").write_text("3\n")

    assert sorted(names(log, str(tmp_path / "old"))) == ["app.log.2", "data.1"]


def test_what_cannot_be_listed_has_no_siblings(log: LogFile, tmp_path: Path) -> None:
    assert siblings(str(tmp_path / "not" / "here" / "app.log")) == []


def test_a_directory_that_changes_while_it_is_listed_is_listed_again(
    log: LogFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Case 15: app.log.1 is renamed after it was listed under neither name."""
    (tmp_path / "app.log.1").write_text("1\n")
    found = module._found
    missed: list[str] = []

    def racing(directory: str, near: Iterable[str], name: str) -> object:
        if not missed:
            missed.append(name)
            (tmp_path / "app.log.1").rename(tmp_path / "app.log.2")
            os.utime(tmp_path, (1, 1))
            return iter(())
        return found(directory, near, name)

    monkeypatch.setattr(module, "_found", racing)
    assert names(log) == ["app.log.2"]


def test_few_of_many_siblings_are_looked_at(
    log: LogFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_SIBLINGS", 3)
    for number in range(1, 9):
        (tmp_path / f"app.log.{number}").touch()
        os.utime(tmp_path / f"app.log.{number}", (1e9 - number, 1e9 - number))

    assert sorted(names(log)) == ["app.log.1", "app.log.2", "app.log.3"]


def test_a_directory_of_many_logs_is_listed_once_while_it_does_not_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        (tmp_path / f"app{number}.log").touch()
        (tmp_path / f"app{number}.log.1").write_text("1\n")
    listed: list[str] = []
    listdir = os.listdir

    def counted(directory: str) -> list[str]:
        listed.append(directory)
        return listdir(directory)

    monkeypatch.setattr(os, "listdir", counted)
    for number in range(5):
        found = siblings(str(tmp_path / f"app{number}.log"), fresh=False)
        assert [one.path for one in found] == [str(tmp_path / f"app{number}.log.1")]
    assert len(listed) == 1
    os.utime(tmp_path, (1, 1))
    siblings(str(tmp_path / "app0.log"), fresh=False)
    assert len(listed) == 2
