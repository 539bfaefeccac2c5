"""Blocks of lines -> samples."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.parse.batch import Batch
from watcher.parse.detect import detect
from watcher.parse.formats import DatedPlain, Format, Plain, formats

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC).timestamp()


@pytest.fixture
def plain() -> Plain:
    return Plain()


@pytest.fixture
def dated() -> DatedPlain:
    return DatedPlain(UTC)


def test_one_number_a_line(plain: Plain) -> None:
    assert plain.parse(b"1\n-2\n3.5\n4e2\n") == Batch([1, -2, 3.5, 400], None, 4, 0)


@pytest.mark.parametrize(
    ("line", "value"),
    [(b"007", 7), (b"+1", 1), (b".5", 0.5), (b"5.", 5), (b"  3 ", 3), (b"3\r", 3), (b"-0", 0)],
)
def test_numbers_that_json_does_not_know(plain: Plain, line: bytes, value: float) -> None:
    assert plain.parse(b"1\n" + line + b"\n") == Batch([1, value], None, 2, 0)


@pytest.mark.parametrize(
    "line",
    [b"nan", b"inf", b"-Infinity", b"1e400", b"1_000", b"0x1f", b"1,5", b"1 2", b"foo", b"1\x002"]
    + [b"9" * 400, b"true", b"null", b'"1"', b"[1]", b"\xff\xfe", "١".encode(), b"--1", b"1e"],
)
def test_what_is_no_number_is_bad_and_the_lines_around_it_are_kept(
    plain: Plain, line: bytes
) -> None:
    assert plain.parse(b"1\n" + line + b"\n2\n") == Batch([1, 2], None, 3, 1)


def test_blanks_and_comments_are_not_bad(plain: Plain, dated: DatedPlain) -> None:
    assert plain.parse(b"# a\n\n  \n\r\n1\n") == Batch([1], None, 5, 0)
    assert dated.parse(b"# a\n\n  \n\r\n2026-01-31T12:00:00Z 1\n# b\n") == Batch([1], [NOON], 6, 0)


def test_crlf_is_a_line_end(plain: Plain, dated: DatedPlain) -> None:
    assert plain.parse(b"1\r\n2\r\n") == Batch([1, 2], None, 2, 0)
    assert dated.parse(b"2026-01-31T12:00:00Z 1\r\n") == Batch([1], [NOON], 1, 0)


@pytest.mark.parametrize(
    ("stamp", "seconds"),
    [
        (b"2026-01-31T12:00:00Z", 0),
        (b"2026-01-31 12:00:00", 0),
        (b"2026-01-31T13:00:00+01:00", 0),
        (b"2026-01-31T13:00:00+0100", 0),
        (b"2026-01-31T06:30:00-05:30", 0),
        (b"2026-01-31T12:00:00.25Z", 0.25),
        (b"2026-01-31 12:00:00,250", 0.25),
        (b"2026-01-31T12:00:00.123456789Z", 0.123456789),
        (b"2026-01-31T12:00:07Z", 7),
    ],
)
def test_iso_8601_in_its_variants(dated: DatedPlain, stamp: bytes, seconds: float) -> None:
    batch = dated.parse(stamp + b" 1\n")

    assert batch.values == [1]
    assert batch.times
    assert batch.times[0] == pytest.approx(NOON + seconds, abs=1e-6)


@pytest.mark.parametrize("between", [b" ", b"\t", b",", b", ", b";", b"  ;\t"])
def test_what_may_stand_between_time_and_value(dated: DatedPlain, between: bytes) -> None:
    assert dated.parse(b"2026-01-31T12:00:00Z" + between + b"1.5\n").values == [1.5]


@pytest.mark.parametrize(
    "line",
    [
        b"2026-02-30T12:00:00Z 1",
        b"2026-01-31T25:00:00Z 1",
        b"2026-01-31T12:00:61Z 1",
        b"2026-01-31T12:00:00Z nan",
        b"2026-01-31T12:00:00Z 1e999",
        b"2026-01-31T12:00:00Z " + b"1" * 400,
        b"2026-01-31T12:00:00Z 1 2",
        b"2026-01-31T12:00:00Z1",
        b"2026-01-31T12:00:00Z",
        b"timestamp,value",
        b"x2026-01-31T12:00:00Z 1",
    ],
)
def test_a_dated_line_that_is_wrong_is_bad_alone(dated: DatedPlain, line: bytes) -> None:
    good = b"2026-01-31T12:00:00Z 1\n"

    assert dated.parse(good + line + b"\n" + good) == Batch([1, 1], [NOON, NOON], 3, 1)


def test_a_time_without_zone_is_local() -> None:
    berlin = DatedPlain(ZoneInfo("Europe/Berlin"))

    assert berlin.parse(b"2026-01-31 13:00:00 1\n").times == [NOON]
    assert berlin.parse(b"2026-07-31 14:00:00 1\n").times == [NOON + 181 * 86400]


@given(
    st.datetimes(datetime(1976, 1, 1), datetime(2076, 1, 1)),  # noqa: DTZ001 - the zone is drawn apart
    st.integers(-14 * 60, 14 * 60),
    st.sampled_from(["seconds", "milliseconds", "microseconds"]),
)
def test_any_instant_is_read_back_to_its_precision(
    naive: datetime, minutes: int, precision: str
) -> None:
    when = naive.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    text = when.isoformat(timespec=precision)

    (time_,) = DatedPlain(UTC).parse(f"{text} 1\n".encode()).times or []

    assert time_ == pytest.approx(datetime.fromisoformat(text).timestamp(), abs=2e-6)


LINES = st.sampled_from(
    [b"1", b"2.5", b"foo", b"", b"# c", b"2026-01-31T12:00:00Z 1", b"2026-01-31 12:00:01,5 2"]
    + [b"7\r", b"2026-02-30T12:00:00Z 1", b"nan"]
)


@pytest.mark.parametrize("format_", formats(UTC), ids=lambda format_: type(format_).__name__)
@given(lines=st.lists(LINES, min_size=1, max_size=30), data=st.data())
def test_any_blocks_give_the_same_samples(
    format_: Format, lines: list[bytes], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(lines)))

    def parse(part: list[bytes]) -> Batch:
        return format_.parse(b"".join(line + b"\n" for line in part))

    whole = parse(lines)
    parts = [parse(part) for part in (lines[:cut], lines[cut:]) if part]
    assert [value for part in parts for value in part.values] == whole.values
    assert [time_ for part in parts for time_ in part.times or []] == (whole.times or [])
    assert sum(part.lines for part in parts) == whole.lines == len(lines)
    assert sum(part.bad for part in parts) == whole.bad


@given(st.binary(max_size=300))
def test_any_bytes_are_counted_and_nothing_crashes(junk: bytes) -> None:
    block = junk + b"\n"
    for format_ in formats(UTC):
        batch = format_.parse(block)
        assert batch.lines == block.count(b"\n")
        assert 0 <= batch.bad <= batch.lines - len(batch.values)


@pytest.mark.parametrize("character", [b" ", b"1", b"2", b"-", b":", b"9.", b"2026-01-31 "])
def test_hostile_lines_cost_little(character: bytes) -> None:
    block = (character * 8192)[:8192] + b"\n"
    for format_ in formats(UTC):
        begun = time.process_time()
        format_.parse(block)
        assert time.process_time() - begun < 0.5  # a runaway takes minutes


@pytest.mark.parametrize(
    ("head", "time_format"),
    [
        (b"1\n2\n", ""),
        (b"2026-01-31T12:00:00Z 1\n", "iso8601"),
        (b"timestamp,value\n2026-01-31 12:00:00,1\n", "iso8601"),
        (b"foo\n1\n2\n2026-01-31T12:00:00Z 1\n", ""),
    ],
)
def test_the_format_that_understands_most_is_chosen(head: bytes, time_format: str) -> None:
    verdict, batch = detect(head, formats(UTC))

    assert verdict.time_format == time_format
    assert len(batch.values) >= 1
