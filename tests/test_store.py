"""What the state directory promises: all or nothing, one owner, and no damage that goes unseen."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from watcher.history import store as store_module
from watcher.history.lock import StateError
from watcher.history.store import ASIDE, FILE, Change, Piece, Series, Store

VALUE = Series("value", "took")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(str(tmp_path))
    yield store
    store.close()


def of(path: str, state: bytes, *pieces: Piece, **more: object) -> Change:
    return Change(path, Path(path).stem, state, pieces, **more)  # type: ignore[arg-type]


def reopened(store: Store) -> Store:
    store.close()
    return Store(str(store.file.parent))


def damage(file: Path) -> None:
    """Rubbish where the chunks are, as a bad disk writes it."""
    half = file.stat().st_size // 2
    with file.open("r+b") as raw:
        raw.seek(half)
        raw.write(b"\xa5" * half)


def test_what_was_committed_is_there_after_a_restart(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    store.commit([of("/l/a.log", b"one", Piece(VALUE, 0, 7, b"seven"))], 12)
    again = reopened(store)
    assert again.state("/l/a.log") == b"one"
    assert again.names == {"/l/a.log": "a"}
    assert again.revision == 12
    assert again.shelf("/l/a.log", VALUE, 0).load(0, 10) == {7: b"seven"}
    again.close()


def test_a_path_of_any_bytes_is_kept(store: Store) -> None:
    path = os.fsdecode(b"/l/caf\xe9.log")
    store.commit([Change(path, "caf", b"one")], 1)
    assert store.state(path) == b"one"
    assert list(store.names) == [path]


def test_a_log_that_was_never_seen_has_no_state(store: Store) -> None:
    assert store.state("/l/a.log") is None
    assert store.shelf("/l/a.log", VALUE, 0).load(0, 10) == {}
    assert store.revision == 0


def test_a_name_is_that_of_the_last_commit(store: Store) -> None:
    store.commit([Change("/l/a.log", "first", b"")], 1)
    store.commit([Change("/l/a.log", "second", b"")], 2)
    assert store.names == {"/l/a.log": "second"}


def test_a_chunk_is_replaced_and_old_ones_are_forgotten(store: Store) -> None:
    old = [Piece(VALUE, 0, number, b"old") for number in range(5)]
    store.commit([of("/l/a.log", b"", *old)], 1)
    new = Piece(VALUE, 0, 4, b"new")
    store.commit([of("/l/a.log", b"", new, oldest=[(VALUE, 0, 3)])], 2)
    assert store.shelf("/l/a.log", VALUE, 0).load(0, 10) == {3: b"old", 4: b"new"}


def test_series_and_tiers_do_not_mix(store: Store) -> None:
    other = Series("count", "took")
    pieces = [Piece(VALUE, 0, 1, b"a"), Piece(VALUE, 1, 1, b"b"), Piece(other, 0, 1, b"c")]
    store.commit([of("/l/a.log", b"", *pieces), of("/l/b.log", b"", Piece(VALUE, 0, 1, b"d"))], 1)
    found = [
        store.shelf(path, series, tier).load(1, 1)[1]
        for path, series, tier in (
            ("/l/a.log", VALUE, 0),
            ("/l/a.log", VALUE, 1),
            ("/l/a.log", other, 0),
            ("/l/b.log", VALUE, 0),
        )
    ]
    assert found == [b"a", b"b", b"c", b"d"]


def test_series_are_found_of_more_logs_than_are_remembered(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "MOST_IDS", 2)
    paths = [f"/l/{number}.log" for number in range(6)]
    for turn in range(2):
        pieces = {path: Piece(VALUE, 0, turn, path.encode()) for path in paths}
        assert store.commit([of(path, b"", piece) for path, piece in pieces.items()], turn)
        assert len(store._ids) <= 3
    for path in paths:
        assert store.shelf(path, VALUE, 0).load(0, 10) == dict.fromkeys((0, 1), path.encode())


def test_a_log_that_begins_anew_loses_its_series(store: Store) -> None:
    store.commit([of("/l/a.log", b"", Piece(VALUE, 0, 1, b"old"))], 1)
    store.commit([of("/l/a.log", b"", Piece(VALUE, 0, 2, b"new"), anew=True)], 2)
    assert store.shelf("/l/a.log", VALUE, 0).load(0, 10) == {2: b"new"}


def test_a_forgotten_log_keeps_its_name_only(store: Store) -> None:
    store.commit([of("/l/a.log", b"one", Piece(VALUE, 0, 1, b"x"))], 1)
    assert store.forget("a")
    assert store.state("/l/a.log") is None
    assert store.names == {"/l/a.log": "a"}
    assert store.shelf("/l/a.log", VALUE, 0).load(0, 10) == {}
    assert not store.forget("b")


def test_two_daemons_refuse_each_other_in_words(store: Store) -> None:
    """Case 65."""
    with pytest.raises(StateError, match=f"in use by another watcher, process {os.getpid()}"):
        Store(str(store.file.parent))


def test_the_lock_of_a_killed_daemon_holds_nobody_up(tmp_path: Path) -> None:
    script = f"import os\nfrom watcher.history.store import Store\nStore({str(tmp_path)!r})\n"
    subprocess.run([sys.executable, "-c", script + "os.kill(os.getpid(), 9)"], check=False)
    Store(str(tmp_path)).close()


def test_the_state_is_for_its_owner_only(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "state"))
    assert (tmp_path / "state").stat().st_mode & 0o077 == 0
    assert store.file.stat().st_mode & 0o077 == 0
    store.close()


@pytest.mark.parametrize("how", ["header", "pages", "half"])
def test_a_damaged_file_is_put_aside_and_begun_anew(
    tmp_path: Path, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Case 66."""
    store = Store(str(tmp_path))
    many = [Piece(VALUE, 0, number, b"x" * 500) for number in range(200)]
    store.commit([of("/l/a.log", b"one", *many)], 1)
    store.close()
    with sqlite3.connect(store.file) as raw:
        raw.execute("insert into meta values ('open', 1)")  # as after kill -9
    raw.close()
    if how == "header":
        store.file.write_bytes(b"not a database at all" * 100)
    elif how == "pages":
        damage(store.file)
    else:
        os.truncate(store.file, store.file.stat().st_size // 2)
    again = Store(str(tmp_path))
    assert again.state("/l/a.log") is None
    assert (tmp_path / ASIDE).exists()
    assert "is damaged" in caplog.text
    again.close()


def test_damage_found_while_reading_is_put_aside_at_the_next_start(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    many = [Piece(VALUE, 0, number, b"x" * 500) for number in range(200)]
    store.commit([of("/l/a.log", b"one", *many)], 1)
    store.close()
    damage(store.file)  # after a clean end nobody looks for it
    again = Store(str(tmp_path))
    with pytest.raises(sqlite3.DatabaseError):
        again.shelf("/l/a.log", VALUE, 0).load(0, 200)
    again._database.close()
    os.close(again._lock)
    third = Store(str(tmp_path))
    assert third.names == {}
    third.close()


def test_an_empty_file_is_a_new_one(tmp_path: Path) -> None:
    """Case 66."""
    (tmp_path / FILE).touch()
    store = Store(str(tmp_path))
    assert store.names == {}
    store.close()


def test_a_file_of_a_newer_version_is_refused_in_words(tmp_path: Path) -> None:
    Store(str(tmp_path)).close()
    with sqlite3.connect(tmp_path / FILE) as raw:
        raw.execute("pragma user_version = 99")
    raw.close()
    with pytest.raises(StateError, match="newer version"):
        Store(str(tmp_path))


def test_a_file_of_an_older_version_is_brought_to_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(str(tmp_path))
    store.commit([of("/l/a.log", b"one")], 1)
    store.close()
    newer = (*store_module.MIGRATIONS, "alter table log add column note text;")
    monkeypatch.setattr(store_module, "MIGRATIONS", newer)
    again = Store(str(tmp_path))
    assert again.state("/l/a.log") == b"one"
    assert again._database.execute("pragma user_version").fetchone() == (2,)
    again._database.execute("select note from log")
    again.close()


def test_a_full_disk_takes_nothing_and_loses_nothing(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """Case 60."""
    store.commit([of("/l/a.log", b"one")], 1)
    (pages,) = store._database.execute("pragma page_count").fetchone()
    store._database.execute(f"pragma max_page_count = {pages}")
    large = of("/l/b.log", b"two", *[Piece(VALUE, 0, n, b"x" * 4000) for n in range(100)])
    for _ in range(2):
        assert not store.commit([of("/l/a.log", b"later"), large], 2)
    assert store.state("/l/a.log") == b"one"
    assert caplog.text.count("cannot be written") == 1
    store._database.execute("pragma max_page_count = 100000")
    assert store.commit([of("/l/a.log", b"later"), large], 2)
    assert store.state("/l/a.log") == b"later"
    assert len(store.shelf("/l/b.log", VALUE, 0).load(0, 1000)) == 100
    assert "can be written again" in caplog.text


def test_a_place_that_cannot_hold_a_state_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StateError, match=r"file: cannot hold the state: File exists"):
        Store(str(tmp_path / "file"))
