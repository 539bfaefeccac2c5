"""The steps between times tell days from months."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from watcher.parse.clock import Clock
from watcher.parse.steps import DAY, longest_step
from watcher.parse.timestamps import TIME_FORMATS

SLASH = next(format_ for format_ in TIME_FORMATS if format_.name == "slash")
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
