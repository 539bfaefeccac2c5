"""Which files are logs, and what they are called."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from watcher.follow import discover
from watcher.follow.discover import Place, is_text, name_of, real_path, title_of


def fill(root: Path, *names: str, text: bytes = b"1\n") -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text)


def found(root: Path) -> list[str]:
    return [str(Path(path).relative_to(root)) for path in Place(str(root)).paths()]


def test_a_directory_gives_its_text_files_and_those_below(tmp_path: Path) -> None:
    fill(tmp_path, "b.log", "a.txt", "plain", "deep/er/c.log", "app-2026-11-22.log")

    assert found(tmp_path) == ["a.txt", "app-2026-11-22.log", "b.log", "deep/er/c.log", "plain"]


@pytest.mark.parametrize(
    "name",
    """.hidden .git/config a.log~ a.swp app.log.1 app.log.12 app.log-20261122
    app.log.2026-11-22 app.log.old app.log.1.gz app.zst run.py x.toml x.md""".split(),
)
def test_what_is_no_log_by_its_name_is_left_alone(tmp_path: Path, name: str) -> None:
    fill(tmp_path, name)

    assert found(tmp_path) == []


def test_a_name_that_ends_in_a_number_is_a_log_unless_there_is_one_without_it(
    tmp_path: Path,
) -> None:
    fill(tmp_path, "192.168.1.10", "worker-1", "worker-2", "app.2024", "syslog", "syslog.1")

    assert found(tmp_path) == ["192.168.1.10", "app.2024", "syslog", "worker-1", "worker-2"]
    known = {str(tmp_path / "syslog")}
    (tmp_path / "syslog").unlink()  # it has just been rotated
    assert str(tmp_path / "syslog.1") not in Place(str(tmp_path)).paths(known)


def test_a_link_to_a_file_that_is_named_by_its_day_comes_before_it(tmp_path: Path) -> None:
    fill(tmp_path, "app-20261122.log", "real.log")
    (tmp_path / "current.log").symlink_to("app-20261122.log")
    (tmp_path / "same.log").symlink_to("real.log")

    assert found(tmp_path) == ["current.log", "app-20261122.log", "real.log", "same.log"]


def test_an_empty_file_of_a_directory_waits_until_it_says_something(tmp_path: Path) -> None:
    fill(tmp_path, "a.log", text=b"")
    assert found(tmp_path) == []
    fill(tmp_path, "a.log")
    assert found(tmp_path) == ["a.log"]


def test_binary_files_of_a_directory_are_left_alone(tmp_path: Path) -> None:
    fill(tmp_path, "a.log", text=b"\x7fELF\0\0\0")

    assert found(tmp_path) == []


def test_text_is_what_has_no_strange_controls() -> None:
    assert is_text(b"\x1b[31merror\x1b[0m\ttab\r\n" + "é µ".encode())
    assert not is_text(b"a\0b")
    assert not is_text(bytes(range(32)) * 4)


def test_a_file_that_is_named_is_a_log_whatever_it_is_called(tmp_path: Path) -> None:
    path = tmp_path / "numbers.py"

    assert list(Place(str(path)).paths()) == [str(path)]


def test_a_glob_gives_what_it_matches_but_no_rotated_siblings(tmp_path: Path) -> None:
    """Case 14."""
    fill(tmp_path, "a.log", "b.log", "b.log.1", "c.txt", "d/e.log")

    place = Place(str(tmp_path / "*.log*"))

    assert [Path(path).name for path in place.paths()] == ["a.log", "b.log"]
    assert not place.deep
    assert place.root == str(tmp_path)
    assert Place(str(tmp_path / "*" / "*.log")).deep


def test_logs_that_are_known_are_not_looked_into_again(tmp_path: Path) -> None:
    fill(tmp_path, "a.log", "b.log")
    known = {str(tmp_path / "a.log")}

    for place in (str(tmp_path), str(tmp_path / "*.log")):
        assert list(Place(place).paths(known)) == [str(tmp_path / "b.log")]
    assert list(Place(str(tmp_path / "a.log")).paths(known)) == []


@pytest.mark.parametrize("pattern", ["", "*.log"])
def test_of_too_many_logs_the_newest_are_taken_and_the_others_told_of_once(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    pattern: str,
) -> None:
    """Case 53."""
    monkeypatch.setattr(discover, "MOST_LOGS", 3)
    place = Place(str(tmp_path / pattern))
    fill(tmp_path, *(f"{name}.log" for name in "abcde"))
    for age, name in enumerate("bdeca"):
        os.utime(tmp_path / f"{name}.log", (1000 - age, 1000 - age))
    known = set(place.paths())
    assert {Path(path).name for path in known} == {"b.log", "d.log", "e.log"}
    for _ in range(3):
        assert list(place.paths(known)) == []  # nor do more come with every look
    (tmp_path / "b.log").unlink()
    assert [Path(path).name for path in place.paths(known)] == ["c.log"]

    assert caplog.text.count("more than 3 logs") == 1


def test_a_place_that_does_not_exist_has_no_logs_yet(tmp_path: Path) -> None:
    assert list(Place(str(tmp_path / "no" / "*.log")).paths()) == []


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("log1.txt", "log1"),
        ("nginx/access.log", "nginx-access"),
        ("día 1.log", "d_a_1"),
        ("_x.log", "log_x"),
        ("plain", "plain"),
        ("a.b.c", "a_b"),
        ("192.168.1.10", "192_168_1_10"),
    ],
)
def test_a_name_is_the_path_below_the_root_made_legal(tmp_path: Path, path: str, name: str) -> None:
    place = Place(str(tmp_path))

    assert name_of(str(tmp_path / path), place, set()) == name
    title = path if path.endswith(".10") else path.rsplit(".", 1)[0]
    assert title_of(str(tmp_path / path), place, name) == title


def test_a_newcomer_whose_name_is_taken_gets_its_suffix_then_a_number(tmp_path: Path) -> None:
    place = Place(str(tmp_path))

    assert name_of(str(tmp_path / "app.csv"), place, {"app"}) == "app_csv"
    assert name_of(str(tmp_path / "app.csv"), place, {"app", "app_csv"}) == "app_csv-2"
    assert name_of(str(tmp_path / "app"), place, {"app", "app-2"}) == "app-3"
    assert title_of(str(tmp_path / "app.csv"), place, "app_csv") == "app.csv"
    assert title_of(str(tmp_path / "app.csv"), place, "app") == "app"


def test_a_given_name_is_that_of_a_file_and_a_prefix_for_a_directory(tmp_path: Path) -> None:
    path = str(tmp_path / "access.log")

    assert name_of(path, Place(path, "nginx"), set()) == "nginx"
    assert title_of(path, Place(path, "nginx"), "nginx") == "nginx"
    assert name_of(path, Place(str(tmp_path), "nginx"), set()) == "nginx-access"


def test_names_stay_short_enough_for_a_url(tmp_path: Path) -> None:
    place, path = Place(str(tmp_path)), str(tmp_path / ("x" * 300))
    first = name_of(path, place, set())

    assert len(first) == 100
    assert len(name_of(path, place, {first})) <= 100


def test_the_real_paths_of_many_are_those_of_each(tmp_path: Path) -> None:
    (tmp_path / "real" / "deep").mkdir(parents=True)
    (tmp_path / "real" / "deep" / "a.log").write_text("1\n")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "real" / "b.log").symlink_to(tmp_path / "link" / "deep" / "a.log")
    known: dict[str, str] = {}
    for path in ("real/deep/a.log", "link/deep/a.log", "real/b.log", "link/b.log", "none/c.log"):
        full = str(tmp_path / path)

        assert real_path(full, known) == os.path.realpath(full)
    assert known[str(tmp_path / "link" / "deep")] == str(tmp_path / "real" / "deep")
