"""The day that is said once, above lines that say the time of day."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from watcher.parse.reader import Reader
from watcher.parse.settings import LogSettings

COPIED = datetime(2026, 11, 22, tzinfo=UTC).timestamp()  # long after they were written
ROWS = ["23:50:01 all 1.5 97.5", "23:59:01 all 2.5 96.5", "00:10:01 all 0.5 99.0"]


def instants(text: str) -> list[str]:
    data = text.encode()
    reader = Reader(UTC, LogSettings(""), lambda: data.splitlines())
    (reading,) = reader.read(data, COPIED)
    times = reading.batch.times
    assert times is not None
    return [f"{datetime.fromtimestamp(time, UTC):%Y-%m-%d %H:%M}" for time in times]


@pytest.mark.parametrize(
    "day", ["10/31/2022", "2022-10-31", "10/31/22", "31.10.2022", "2022\u5e7410\u670831\u65e5"]
)
def test_the_day_of_sysstat_is_that_of_the_first_line(day: str) -> None:
    above = f"Linux 6.1.0-18-amd64 (box) \t{day} \t_x86_64_\t(4 CPU)\n\n"
    heading = "23:40:01 CPU %user %idle\n"

    assert instants(above + heading + "\n".join(ROWS) + "\n") == [
        "2022-10-31 23:50",
        "2022-10-31 23:59",
        "2022-11-01 00:10",
    ]


def test_the_day_of_a_talk_is_that_of_its_first_line() -> None:
    text = "--- Log opened Mon Oct 31 08:00:01 2022\n08:00 <alice> hello\n08:12 <bob> hello\n"

    assert instants(text) == ["2022-10-31 08:00", "2022-10-31 08:12"]


def test_without_it_the_newest_line_is_of_the_day_on_which_the_file_was_written() -> None:
    assert instants("08:00 <alice> hello\n08:12 <bob> 2022-10-31\n")[0] == "2026-11-21 08:00"


def test_it_is_not_that_of_a_part_that_begins_somewhere_else() -> None:
    text = "--- Log opened Mon Oct 31 08:00:01 2022\n08:00 <alice> hello\n08:12 <bob> hello\n"
    data = text.encode()
    reader = Reader(UTC, LogSettings(""), lambda: data.splitlines())
    later = reader.judged(data, [b"09:00 <bob> x"], COPIED)

    assert (
        f"{datetime.fromtimestamp(later.time_of(b'09:00 <bob> x'), UTC):%Y-%m-%d}" == "2026-11-21"
    )


def test_a_day_is_looked_for_above_the_first_line_only() -> None:
    text = b"08:00 <alice> hello\n--- 2022-10-31 08:00:01\n08:12 <bob> hello\n"
    reader = Reader(UTC, LogSettings(""), lambda: text.splitlines())
    (reading,) = reader.read(text, COPIED)

    assert reading.format.clock is not None
    assert reading.format.clock.said is None


def test_the_year_is_that_of_a_second_time_in_the_lines() -> None:
    text = "".join(
        f"Feb 25 16:{n}:49 box haproxy[7]: x [25/Feb/2019:16:{n}:48.143] http bk/x\n"
        for n in range(10, 20)
    )

    assert instants(text)[0] == "2019-02-25 16:10"


@pytest.mark.parametrize("other", ["26/Mar/2019:16:10:48", "x"])
def test_a_time_of_another_day_says_no_year(other: str) -> None:
    text = f"Feb 25 16:10:49 box app[7]: expires [{other}]\n" * 10

    assert instants(text)[0] == "2026-02-25 16:10"


def test_a_day_that_never_was_says_nothing() -> None:
    text = "Log opened Mon Oct 31 08:00:01 +99:99 2022\n08:00 <alice> hello\n08:12 <bob> hello\n"

    assert instants(text)[0] == "2026-11-21 08:00"


def test_what_begins_again_and_again_is_not_told_by_its_first_day() -> None:
    part = "08:10:01 CPU %user\n08:20:01 all 1.5\n08:30:01 all 2.5\n\n"
    text = "Linux 6.1 (box) \t11/21/2026 \t_x86_64_\t(4 CPU)\n\n" + part * 3

    assert instants(text)[-1] < "2026-11-23"
