"""The steps between times tell days from months."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from watcher.parse.clock import Clock
from watcher.parse.steps import DAY, longest_step
from watcher.parse.timestamps import TIME_FORMATS

SLASH = next(format_ for format_ in TIME_FORMATS if format_.name == "slash")
SLASH_YY = next(format_ for format_ in TIME_FORMATS if format_.name == "slash_yy")
COPIED = datetime(2026, 11, 22, tzinfo=UTC).timestamp()  # long after the times


def first_of(order: str, step: timedelta, many: int) -> str:
    """The first day of such times, as it is understood."""
    begin = datetime(2007, 2, 1, tzinfo=UTC)
    written = [f"{begin + n * step:{order} %H:%M}".encode() for n in range(many)]
    stamps = [(head, b"00", None) for head in written]
    clock = Clock(SLASH, UTC)
    clock.settle(stamps, COPIED)
    (first,) = clock.times([written[0]], [b"00"], [None])
    return f"{datetime.fromtimestamp(first, UTC):%d %b}"


def test_days_follow_each_other_where_months_would_leave_gaps() -> None:
    assert first_of("%d/%m/%Y", timedelta(minutes=30), 96) == "01 Feb"
    assert first_of("%m/%d/%Y", timedelta(minutes=30), 96) == "01 Feb"


def test_of_one_day_the_month_is_first_as_before() -> None:
    assert first_of("%d/%m/%Y", timedelta(minutes=1), 60) == "02 Jan"


def test_steps_of_a_day_or_more_tell_nothing() -> None:
    assert longest_step([0.0, DAY, 3 * DAY]) == 0.0
    assert longest_step([]) == 0.0
    assert longest_step([0.0, 60.0, 120.0, 3 * DAY]) == 3 * DAY - 120.0


def test_a_year_of_two_digits_is_the_latest_that_is_not_to_come() -> None:
    assert year_of(b"17/06/09 04:30") == 2017
    assert year_of(b"05/01/23 04:30") == 2023
    assert year_of(b"10/01/24 04:30") == 2024
    assert year_of(b"09/10/27 04:30") == 2009  # as the file was last written to before 2027


def test_one_digit_is_no_year() -> None:
    assert year_of(b"1/10/09 04:30") == 2009
    assert year_of(b"11/1/09 04:30") == 2009


def year_of(written: bytes) -> int:
    clock = Clock(SLASH_YY, UTC)
    clock.settle([(written, b"30", None)], COPIED)
    (time,) = clock.times([written], [b"30"], [None])
    return datetime.fromtimestamp(time, UTC).year
