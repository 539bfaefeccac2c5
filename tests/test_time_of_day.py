"""Times that say no day: it is that of the newest line, and rolls on at night."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from watcher.parse.detect import Format, detect
from watcher.parse.head import head_of

WRITTEN = datetime(2026, 11, 22, 12, tzinfo=UTC)


def told(times: list[str], written: datetime = WRITTEN, zone: str = "UTC") -> tuple[Format, bytes]:
    text = "".join(f"[{time}] [Server thread/INFO]: something\n" for time in times).encode()
    lines = text.split(b"\n")[:-1]
    verdict = detect(head_of(text, ZoneInfo(zone), lines, written.timestamp()))
    verdict.settle(lines, written.timestamp())
    return verdict, text


def instants(times: list[str], written: datetime = WRITTEN) -> list[str]:
    verdict, text = told(times, written)
    return [
        f"{datetime.fromtimestamp(one, UTC):%d %H:%M:%S}" for one in verdict.parse(text).times or ()
    ]


def test_the_newest_line_is_of_the_day_on_which_the_file_was_written() -> None:
    assert instants(["10:00:00", "11:59:59"]) == ["22 10:00:00", "22 11:59:59"]


def test_a_line_later_than_that_is_of_the_day_before() -> None:
    assert instants(["13:00:00", "14:00:00"]) == ["21 13:00:00", "21 14:00:00"]


def test_a_time_that_falls_is_of_the_next_day() -> None:
    times = ["23:59:59", "00:00:01", "18:00:00", "03:00:00"]
    assert instants(times) == ["20 23:59:59", "21 00:00:01", "21 18:00:00", "22 03:00:00"]


def test_a_line_that_comes_late_is_of_its_own_day() -> None:
    times = ["23:59:58", "00:00:01", "23:59:59", "00:00:02"]
    found = instants(times, WRITTEN.replace(hour=1))
    assert found[:2] == ["21 23:59:58", "22 00:00:01"]
    assert found[2:] == ["21 23:59:59", "22 00:00:02"]


def test_days_go_on_after_the_first_sight() -> None:
    verdict, text = told(["10:00:00", "11:59:00"])
    verdict.parse(text)
    later = verdict.parse(text).times

    assert later
    assert datetime.fromtimestamp(later[0], UTC) == WRITTEN.replace(day=23, hour=10)


def test_how_long_something_took_is_no_time() -> None:
    rows = [f"job{n},00:{n * 17 % 60:02}:{n * 31 % 60:02},{n}" for n in range(40)]
    text = "\n".join(["name,took,count", *rows, ""]).encode()
    verdict = detect(head_of(text, UTC, (), WRITTEN.timestamp()))

    assert (verdict.name, verdict.time_format) == ("csv", "")
    assert verdict.fields == ("count",)


@pytest.mark.parametrize("line", ["x took 00:01:02 to do", "a b c 12:00:00 d"])
def test_a_time_of_day_far_from_the_beginning_is_no_time(line: str) -> None:
    text = f"{line}\n".encode() * 30
    assert detect(head_of(text, UTC, (), WRITTEN.timestamp())).time_format == ""
