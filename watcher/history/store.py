"""The truth on disk: what is known of every log, in one SQLite file.

Positions and numbers are written in the same transaction, so that whatever kills the daemon takes
both back together: the same bytes are read again, and counted once. What a row means is known by
those who wrote it; here it is bytes. This is the only door for SQLite.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from watcher.history.lock import StateError, owned

FILE, SUSPECT, ASIDE = "watcher.db", "watcher.db.suspect", "watcher.db.corrupt"
CHECKED = 256 * 1024 * 1024  # bytes; a larger file is not searched for damage: it takes seconds
MOST_IDS = 4096  # logs whose series are found without a look into the file; 300 bytes each
BUSY = 1.0  # seconds to wait for somebody who looks into the file
LONGEST_WAL = 32 * 1024 * 1024  # bytes that the journal keeps when it is empty

# Each brings a file from its place in the row to the next; none is ever changed.
MIGRATIONS = (
    """
    create table meta (key text primary key, value) without rowid;
    create table log (id integer primary key, path blob unique, name text, state blob);
    create table series (
        id integer primary key, log integer, kind text, name text, unique (log, kind, name)
    );
    create table chunk (
        series integer, tier integer, number integer, data blob, unique (series, tier, number)
    );
    """,
)

log = logging.getLogger(__name__)


class Series(NamedTuple):
    """One row of buckets of a log."""

    kind: str
    name: str


class Piece(NamedTuple):
    """A chunk of buckets that has changed."""

    series: Series
    tier: int
    number: int
    data: bytes


class Change(NamedTuple):
    """What has become of one log since the last commit."""

    path: str
    name: str
    state: bytes
    pieces: Sequence[Piece] = ()
    oldest: Sequence[tuple[Series, int, int]] = ()  # of a tier, the first chunk to be kept
    anew: bool = False  # what was there before is forgotten


class Store:
    """An open state directory; for one thread at a time."""

    def __init__(self, directory: str) -> None:
        """Raises StateError or OSError, in words."""
        self.problem = ""  # why the last commit failed; empty: it did not
        self._directory = Path(directory)
        self._lock = owned(self._directory)
        self._ids: dict[int, dict[Series, int]] = {}  # of series, by log
        self._logs: dict[str, int] = {}
        try:
            self._database = self._opened()
        except BaseException:
            os.close(self._lock)
            raise

    def close(self) -> None:
        """Give everything back; the file is known to be whole."""
        try:
            self._database.execute("delete from meta where key = 'open'")
        except sqlite3.OperationalError as error:  # a full disk: the next start looks closer
            log.warning("%s: %s", self._directory, error)
        self._database.close()
        os.close(self._lock)

    # Reading.

    @property
    def revision(self) -> int:
        """The highest that was ever given."""
        with self._suspicious():
            row = self._database.execute("select value from meta where key = 'revision'").fetchone()
        return int(row[0]) if row else 0

    @property
    def names(self) -> dict[str, str]:
        """The name that each path was given."""
        with self._suspicious():
            rows = self._database.execute("select path, name from log").fetchall()
        return {os.fsdecode(path): name for path, name in rows}

    def state(self, path: str) -> bytes | None:
        """What the last commit said of the log at `path`; None: nothing."""
        with self._suspicious():
            row = self._database.execute(
                "select state from log where path = ?", (os.fsencode(path),)
            ).fetchone()
        return None if row is None or row[0] is None else bytes(row[0])

    def shelf(self, path: str, series: Series, tier: int) -> Shelf:
        """The chunks of one tier of one series."""
        return Shelf(self, path, series, tier)

    def chunks(self, shelf: Shelf, first: int, last: int) -> dict[int, bytes]:
        """Those with first <= number <= last, by number."""
        id_ = self._id(self._log(shelf.path), shelf.series)
        with self._suspicious():
            rows = self._database.execute(
                "select number, data from chunk"
                " where series = ? and tier = ? and number between ? and ?",
                (id_, shelf.tier, first, last),
            ).fetchall()
        return dict(rows)

    # Writing.

    def commit(self, changes: Iterable[Change], revision: int) -> bool:
        """Write all of it or nothing; False: the disk is full or bad, try again later."""

        def write() -> None:
            for change in changes:
                self._write(change)
            self._database.execute("replace into meta values ('revision', ?)", (revision,))

        return self._in_one_go(write)

    def forget(self, name: str) -> bool:
        """Drop what is known of a log but its name; False: there is no such log."""
        rows = self._database.execute("select id from log where name = ?", (name,)).fetchall()

        def write() -> None:
            for row in rows:
                self._drop_series(row[0])
                self._database.execute("update log set state = null where id = ?", row)

        return bool(rows) and self._in_one_go(write)

    def _write(self, change: Change) -> None:
        self._database.execute(
            "insert into log (path, name, state) values (?, ?, ?)"
            " on conflict (path) do update set name = excluded.name, state = excluded.state",
            (os.fsencode(change.path), change.name, change.state),
        )
        log_id = self._log(change.path)
        if change.anew:
            self._drop_series(log_id)
        self._database.executemany(
            "insert or replace into chunk values (?, ?, ?, ?)",
            ((self._made(log_id, one.series), *one[1:]) for one in change.pieces),
        )
        self._database.executemany(
            "delete from chunk where series = ? and tier = ? and number < ?",
            ((self._made(log_id, series), tier, least) for series, tier, least in change.oldest),
        )

    def _drop_series(self, log_id: int) -> None:
        known = "select id from series where log = ?"
        self._database.execute(f"delete from chunk where series in ({known})", (log_id,))  # noqa: S608
        self._database.execute("delete from series where log = ?", (log_id,))
        self._ids.pop(log_id, None)

    def _log(self, path: str) -> int:
        """0: there is no such log yet."""
        if path not in self._logs:
            with self._suspicious():
                row = self._database.execute(
                    "select id from log where path = ?", (os.fsencode(path),)
                ).fetchone()
            if row is not None:
                self._logs[path] = row[0]
        return self._logs.get(path, 0)

    def _id(self, log_id: int, series: Series) -> int:
        """0: there is no such series yet."""
        if len(self._ids) > MOST_IDS:
            self._ids.clear()
        known = self._ids.setdefault(log_id, {})
        if series not in known:
            with self._suspicious():
                row = self._database.execute(
                    "select id from series where log = ? and kind = ? and name = ?",
                    (log_id, *series),
                ).fetchone()
            if row is not None:
                known[series] = row[0]
        return known.get(series, 0)

    def _made(self, log_id: int, series: Series) -> int:
        if not self._id(log_id, series):
            self._database.execute(
                "insert into series (log, kind, name) values (?, ?, ?)", (log_id, *series)
            )
        return self._id(log_id, series)

    def _in_one_go(self, write: Callable[[], None]) -> bool:
        """One transaction; False: the disk takes nothing: told once, and all is as it was."""
        try:
            with self._suspicious():
                self._database.execute("begin immediate")
                write()
                self._database.execute("commit")
        except sqlite3.OperationalError as error:
            self._undo()
            self._note(str(error))
        except BaseException:
            self._undo()
            raise
        else:
            self._note("")
        return not self.problem

    def _undo(self) -> None:
        self._ids.clear()
        self._logs.clear()
        if self._database.in_transaction:
            self._database.execute("rollback")

    def _note(self, problem: str) -> None:
        if problem and problem != self.problem:
            log.warning("%s: cannot be written (%s): goes on, and tries again", self.file, problem)
        elif self.problem and not problem:
            log.warning("%s: can be written again", self.file)
        self.problem = problem

    @contextmanager
    def _suspicious(self) -> Iterator[None]:
        """A file that turns out damaged is put aside by the next start."""
        try:
            yield
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            (self._directory / SUSPECT).touch()
            raise

    # Opening.

    @property
    def file(self) -> Path:
        """Where it is."""
        return self._directory / FILE

    def _opened(self) -> sqlite3.Connection:
        if (self._directory / SUSPECT).exists():
            self._put_aside("found while it was used")
        try:
            return self._connected()
        except sqlite3.OperationalError as error:
            raise StateError(f"{self.file}: {error}") from error
        except sqlite3.DatabaseError as error:
            self._put_aside(str(error))
            return self._connected()

    def _put_aside(self, damage: str) -> None:
        log.warning(
            "%s is damaged (%s): put aside as %s, and rebuilt from the logs as far as they go",
            self.file,
            damage,
            ASIDE,
        )
        for ending in ("", "-wal", "-shm"):
            if os.path.exists(f"{self.file}{ending}"):
                os.replace(f"{self.file}{ending}", self._directory / f"{ASIDE}{ending}")
        (self._directory / SUSPECT).unlink(missing_ok=True)

    def _connected(self) -> sqlite3.Connection:
        os.close(os.open(self.file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
        database = sqlite3.connect(
            self.file, timeout=BUSY, isolation_level=None, check_same_thread=False
        )
        try:
            database.execute("pragma journal_mode = wal")
            database.execute("pragma synchronous = normal")  # a lost second is read again
            database.execute(f"pragma journal_size_limit = {LONGEST_WAL}")
            self._migrate(database)
            self._look_for_damage(database)
            database.execute("insert or replace into meta values ('open', ?)", (os.getpid(),))
        except BaseException:
            database.close()
            raise
        return database

    def _migrate(self, database: sqlite3.Connection) -> None:
        (version,) = database.execute("pragma user_version").fetchone()
        if version > len(MIGRATIONS):
            raise StateError(
                f"{self.file}: written by a newer version of watcher: use that,"
                " or another state directory"
            )
        for number, script in enumerate(MIGRATIONS[version:], version + 1):
            database.executescript(f"begin; {script} pragma user_version = {number}; commit;")

    def _look_for_damage(self, database: sqlite3.Connection) -> None:
        left_open = database.execute("select 1 from meta where key = 'open'").fetchone()
        if left_open and self.file.stat().st_size <= CHECKED:
            (verdict,) = database.execute("pragma quick_check(1)").fetchone()
            if verdict != "ok":
                raise sqlite3.DatabaseError(verdict)


class Shelf(NamedTuple):
    """Where one tier of a series finds its closed buckets."""

    store: Store
    path: str
    series: Series
    tier: int

    def load(self, first: int, last: int) -> Mapping[int, bytes]:
        """The chunks with first <= number <= last that are on disk."""
        return self.store.chunks(self, first, last)
