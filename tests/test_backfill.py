"""What is read of a log that was never seen before: enough, in the right order, each line once."""

from __future__ import annotations

import gzip
import math
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from watcher import backfill
from watcher.log import Log
from watcher.parse.settings import LogSettings
from watcher.resume import LogState

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
NOW = NOON.timestamp()
DAY = 86_400.0


class Place:
    """A directory of logs whose lines end at NOON, one every minute."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, name: str, *, days: float, until: float = 0.0, packed: bool = False) -> Path:
        """From so many days before NOON until so many before it."""
        begin, end = NOON - timedelta(days=days), NOON - timedelta(days=until)
        minutes = round((end - begin) / timedelta(minutes=1))
        times = (begin + timedelta(minutes=n) for n in range(minutes))
        text = "".join(f"{time:%Y-%m-%d %H:%M:%S} {n % 100}\n" for n, time in enumerate(times))
        path = self.root / name
        path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
        os.utime(path, (end.timestamp(), end.timestamp()))
        return path

    def log(self, name: str, state: LogState | None = None, **said: object) -> Log:
        path = str(self.root / name)
        settings = LogSettings(path, **said)  # type: ignore[arg-type]
        return Log("log", "log", path, UTC, settings, state=state)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of some hundred kilobytes count as large."""
    monkeypatch.setattr(backfill, "AT_ONCE", 100_000)
    monkeypatch.setattr("watcher.log.AT_ONCE", 100_000)


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")


def read(log: Log) -> Log:
    """All that there is, the newest part first."""
    for _ in log.pull(NOW, 0.0):
        pass
    for _ in log.pull_past(NOW):
        pass
    log.tailer.close()
    log.backfill.close()
    return log


def minutes(log: Log) -> list[float]:
    """How many samples lie in each minute that has any."""
    tier = log.history.values["value"]
    columns = tier.buckets(2, 0, 2**40)
    return [float(count) for count in columns.values[0]]


def days_before_noon(moment: float) -> float:
    return round((NOW - moment) / DAY, 2)


def test_a_small_log_is_read_whole_however_old_its_lines(place: Place) -> None:
    place.write("a.log", days=2)
    log = read(place.log("a.log"))
    assert log.counters.lines == log.counters.samples == 2 * 1440
    assert not log.skipped


def test_of_a_large_log_a_week_is_read_and_every_line_of_it_once(place: Place) -> None:
    """Case 71."""
    place.write("a.log", days=30)
    log = read(place.log("a.log"))
    assert days_before_noon(log.history.first_at) == pytest.approx(7, abs=0.01)
    assert log.counters.lines == pytest.approx(7 * 1440, abs=2)
    assert set(minutes(log)) == {1.0}
    assert log.skipped


def test_the_newest_part_is_there_before_the_past(place: Place) -> None:
    place.write("a.log", days=7)
    log = place.log("a.log")
    for _ in log.pull(NOW, 0.0):
        pass
    assert 0 < log.counters.lines < 6000
    assert days_before_noon(log.history.latest_at) == 0
    assert log.backfill.share == 0
    shares = [log.backfill.share for _ in log.pull_past(NOW)]
    assert shares == sorted(shares)
    assert not log.backfill
    assert log.counters.lines == 7 * 1440
    log.tailer.close()


@pytest.mark.parametrize(("said", "days"), [(DAY / 2, 0.5), (3 * DAY, 3.0), (math.inf, 30.0)])
def test_a_length_of_time_is_obeyed(place: Place, said: float, days: float) -> None:
    place.write("a.log", days=30)
    log = read(place.log("a.log", backfill=said))
    assert days_before_noon(log.history.first_at) == pytest.approx(days, abs=0.01)
    assert log.counters.lines == pytest.approx(days * 1440, abs=2)
    assert log.skipped == (days < 30)


def test_nothing_of_the_past_means_what_comes_from_now_on(place: Place) -> None:
    path = place.write("a.log", days=1)
    log = place.log("a.log", backfill=0.0)
    assert list(log.pull(NOW, 0.0)) == []
    with path.open("a") as file:
        file.write(f"{NOON:%Y-%m-%d %H:%M:%S} 7\n")
    read(log)
    assert (log.counters.lines, log.counters.samples) == (1, 1)
    assert log.format.name == "plain"


def test_an_empty_old_file_that_goes_is_no_loss(place: Place) -> None:
    place.write("app.log", days=0.1)
    empty = place.write("app.log.1", days=0.1, until=0.1)
    log = place.log("app.log")
    list(log.pull(NOW, 0.0))
    empty.unlink()
    list(log.pull_past(NOW))

    assert log.counters.lost_generations == 0


def test_a_line_that_is_being_written_at_first_sight_is_not_lost(place: Place) -> None:
    path = place.write("a.log", days=1)
    with path.open("a") as file:
        file.write(f"{NOON:%Y-%m-%d %H:%M}")
    log = place.log("a.log", backfill=0.0)
    assert list(log.pull(NOW, 0.0)) == []
    with path.open("a") as file:
        file.write(":00 7\n")
    assert read(log).counters.samples == 1


def test_no_more_bytes_are_read_than_a_bound(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Case 71."""
    monkeypatch.setattr(backfill, "MOST", 50_000)
    place.write("a.log", days=7)
    log = read(place.log("a.log"))
    assert 40_000 < log.counters.bytes <= 50_000
    assert log.skipped


def test_rotated_files_of_a_week_appear_at_once(place: Place) -> None:
    place.write("a.log", days=1)
    place.write("a.log.1", days=2, until=1)
    place.write("a.log.2.gz", days=3, until=2, packed=True)
    place.write("a.log.3.gz", days=40, until=30, packed=True)
    log = read(place.log("a.log"))
    assert log.counters.lines == 3 * 1440
    assert set(minutes(log)) == {1.0}
    assert len(minutes(log)) == 3 * 1440
    assert log.skipped
    assert log.history.latest_at == NOW - 60


def test_rotated_files_of_undated_values_come_first(place: Place) -> None:
    for name, values in (("a.log.2", (1, 2)), ("a.log.1", (3, 4)), ("a.log", (5, 6))):
        path = place.root / name
        path.write_text("".join(f"{value}\n" for value in values))
        os.utime(path, (NOW, NOW))
    log = read(place.log("a.log"))
    assert log.counters.samples == 6
    buckets = log.history.values["value"].buckets(0, 0, 10)
    assert list(buckets.values[1]) == [1, 2, 3, 4, 5, 6]


def test_a_kill_while_the_past_is_read_counts_every_line_once(place: Place) -> None:
    place.write("a.log", days=7)
    place.write("a.log.1", days=9, until=7)
    log = place.log("a.log", backfill=math.inf)
    for _ in log.pull(NOW, 0.0):
        pass
    states: list[tuple[LogState, float]] = [(log.state, 0.0)]
    states += [(log.state, log.backfill.share) for _ in log.pull_past(NOW)]
    log.tailer.close()
    for state, share in states:
        again = place.log("a.log", state, backfill=math.inf)
        assert again.counters.lines == state.counters["lines"]
        read(again)
        assert again.counters.lines == again.counters.samples == 9 * 1440, share


def test_the_past_is_found_although_the_log_rotates_meanwhile(place: Place) -> None:
    path = place.write("a.log", days=7)
    log = place.log("a.log")
    for _ in log.pull(NOW, 0.0):
        pass
    turn = log.pull_past(NOW)
    next(turn)
    path.rename(path.with_name("a.log.1"))
    path.write_text(f"{NOON:%Y-%m-%d %H:%M:%S} 7\n")
    state = log.state
    again = place.log("a.log", state)
    read(again)
    assert again.counters.lines == 7 * 1440 + 1
    log.tailer.close()
    log.backfill.close()


def test_a_year_that_is_not_said_is_told_for_the_past_too(place: Place) -> None:
    begin = datetime(2025, 12, 1, tzinfo=UTC)
    times: Iterator[datetime] = (begin + timedelta(minutes=10 * n) for n in range(6 * 24 * 60))
    lines = [f"{time:%b %e %H:%M:%S} host app[1]: something happened\n" for time in times]
    path = place.root / "syslog"
    path.write_text("".join(lines))
    os.utime(path, (NOW, NOW))
    log = read(place.log("syslog", backfill=math.inf))
    assert log.counters.samples == len(lines)
    assert log.history.first_at == begin.timestamp()
    assert days_before_noon(log.history.latest_at) == pytest.approx(1.5, abs=0.1)


def test_the_heading_of_a_large_table_names_its_columns(place: Place) -> None:
    path = place.write("a.csv", days=20)
    text = path.read_text().replace(" 00:00:00 ", " 00:00:00 ")
    rows = "".join(f"{line[:19]},{line[20:]}\n" for line in text.splitlines())
    path.write_text("when,depth\n" + rows)
    os.utime(path, (NOW, NOW))
    log = read(place.log("a.csv"))
    assert list(log.history.values) == ["depth"]
    assert days_before_noon(log.history.first_at) == pytest.approx(7, abs=0.01)
