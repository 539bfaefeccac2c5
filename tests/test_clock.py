"""What the times of one log mean: its zone, its year, its order of day and month."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.parse.clock import Clock, State
from watcher.parse.minutes import MOST_MINUTES
from watcher.parse.timestamps import TIME_FORMATS, Stamp, TimeFormat, find

NAMED = {format_.name: format_ for format_ in TIME_FORMATS}
BERLIN = ZoneInfo("Europe/Berlin")


def seconds(text: str) -> float:
    when = datetime.fromisoformat(text)
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def stamps(name: str, texts: list[str]) -> list[Stamp]:
    """The three parts of each text, or of what stands in brackets (uptime)."""
    pattern = re.compile(NAMED[name].pattern)
    matches = [pattern.match(text.encode()) for text in texts]
    return [match.groups() for match in matches if match]  # type: ignore[misc]


def times(clock: Clock, given_: list[Stamp]) -> list[float]:
    heads, second, tails = (list(part) for part in zip(*given_, strict=True))
    return clock.times(heads, second, tails)


def read(
    name: str, texts: list[str], modified: str = "2026-11-22", zone: tzinfo = UTC
) -> list[str]:
    """The times of a whole log as ISO 8601 in UTC."""
    log = stamps(name, texts)
    assert len(log) == len(texts)
    clock = Clock(NAMED[name], zone)
    clock.settle(log, seconds(modified))
    return [told(time) for time in times(clock, log)]


def told(time: float) -> str:
    if math.isnan(time):
        return "never"
    return datetime.fromtimestamp(time, UTC).replace(tzinfo=None).isoformat()


def test_the_year_is_the_latest_that_is_not_in_the_future() -> None:
    assert read("rfc3164", ["Jun  9 06:06:20"]) == ["2026-06-09T06:06:20"]
    assert read("rfc3164", ["Nov 22 23:00:00"]) == ["2026-11-22T23:00:00"]
    assert read("rfc3164", ["Nov 25 06:06:20"]) == ["2025-11-25T06:06:20"]
    assert read("rfc3164", ["Dec 31 23:59:59"], "2026-01-01") == ["2025-12-31T23:59:59"]
    assert read("rfc3164", ["Jan  1 00:00:10"], "2025-12-31T23:59:00") == ["2026-01-01T00:00:10"]


def test_new_years_between_the_first_line_and_the_newest_are_counted() -> None:
    assert read("rfc3164", ["Dec 31 23:59:59", "Jan  1 00:00:01"], "2026-01-02") == [
        "2025-12-31T23:59:59",
        "2026-01-01T00:00:01",
    ]
    assert read(
        "android", ["11-30 10:00:00.0", "02-01 10:00:00.0", "12-24 10:00:00.0", "01-02 10:00:00.0"]
    ) == [
        "2024-11-30T10:00:00",
        "2025-02-01T10:00:00",
        "2024-12-24T10:00:00",  # more than half a year on: late, of the year before
        "2025-01-02T10:00:00",
    ]


def test_half_a_year_may_be_between_the_head_of_a_file_and_its_newest_line() -> None:
    log = stamps("rfc3164", ["Jun 14 15:16:01", "Jun 14 15:16:02", "Feb 25 06:00:00"])
    clock = Clock(NAMED["rfc3164"], UTC)

    clock.settle(log, seconds("2006-02-25T06:00:01"))

    assert clock.state.year == 2005


def test_a_late_line_of_december_does_not_turn_the_year_back() -> None:
    log = ["Dec 31 23:59:58", "Jan  1 00:00:01", "Dec 31 23:59:59", "Jan  1 00:00:02"]

    assert read("rfc3164", log, "2026-01-02") == [
        "2025-12-31T23:59:58",
        "2026-01-01T00:00:01",
        "2025-12-31T23:59:59",
        "2026-01-01T00:00:02",
    ]


def test_the_year_rolls_on_long_after_the_first_sight() -> None:
    clock = Clock(NAMED["rfc3164"], UTC)
    clock.settle(stamps("rfc3164", ["Oct  1 00:00:00"]), seconds("2026-10-01"))

    told_ = [
        told(times(clock, stamps("rfc3164", [text]))[0])
        for text in ("Oct  1 00:00:00", "Jan  3 10:00:00", "May  5 10:00:00", "Jan  1 00:00:00")
    ]

    assert [text[:10] for text in told_] == ["2026-10-01", "2027-01-03", "2027-05-05", "2027-01-01"]


def test_a_leap_day_is_of_a_leap_year() -> None:
    assert read("rfc3164", ["Feb 29 12:00:00"]) == ["2024-02-29T12:00:00"]
    assert read("rfc3164", ["Feb 29 12:00:00", "Mar  1 12:00:00"])[0] == "2024-02-29T12:00:00"
    assert read("rfc3164", ["Dec 31 12:00:00", "Feb 29 12:00:00"], "2024-03-01") == [
        "2023-12-31T12:00:00",
        "2024-02-29T12:00:00",
    ]


def test_without_a_settled_year_a_time_is_no_instant() -> None:
    assert math.isnan(
        times(Clock(NAMED["rfc3164"], UTC), stamps("rfc3164", ["Jun  9 06:06:20"]))[0]
    )


def test_the_year_is_that_of_the_logs_zone() -> None:
    assert read("rfc3164", ["Jan  1 00:30:00"], "2025-12-31T23:30:00", BERLIN) == [
        "2025-12-31T23:30:00"
    ]


def test_a_number_above_twelve_tells_day_and_month_apart() -> None:
    assert read("slash", ["05/06/2016 00:00:00", "13/06/2016 00:00:00"])[0][:10] == "2016-06-05"
    assert read("slash", ["05/06/2016 00:00:00", "05/13/2016 00:00:00"])[0][:10] == "2016-05-06"
    assert read("slash_yy", ["17/06/09 20:10:40", "17/06/30 20:10:40"])[0][:10] == "2017-06-09"
    assert read("slash_yy", ["09/28/16 20:10:40"])[0][:10] == "2016-09-28"
    assert read("slash_yy", ["28/09/16 20:10:40"], "2016-10-01")[0][:10] == "2016-09-28"


def test_the_order_of_day_and_month_is_the_one_that_never_goes_back() -> None:
    assert read("slash", ["11/05/2016 00:00:00", "02/06/2016 00:00:00"])[0][:10] == "2016-05-11"
    assert read("slash", ["05/11/2016 00:00:00", "06/02/2016 00:00:00"])[0][:10] == "2016-05-11"


def test_the_order_of_day_and_month_is_the_one_nearest_before_the_mtime() -> None:
    for modified, day in [("2016-06-05T01:00", "2016-06-05"), ("2016-05-06T01:00", "2016-05-06")]:
        assert read("slash", ["05/06/2016 00:00:00"], modified)[0][:10] == day


def test_without_any_sign_the_likeliest_order_is_taken() -> None:
    assert read("slash", ["05/06/2016 00:00:00"])[0][:10] == "2016-05-06"
    assert read("slash_yy", ["12/06/09 00:00:00"])[0][:10] == "2012-06-09"


def test_a_time_of_the_hour_that_comes_twice_never_goes_back() -> None:
    """Case 41."""
    log = ["2025-10-26 01:59:59", "2025-10-26 02:00:00", "2025-10-26 02:40:00"]
    log += ["2025-10-26 02:39:59", "2025-10-26 02:20:00", "2025-10-26 02:59:59"]
    log += ["2025-10-26 03:00:00"]

    assert [text[11:] for text in read("iso8601", log, zone=BERLIN)] == [
        "23:59:59",
        "00:00:00",
        "00:40:00",
        "00:39:59",  # a second late, not an hour
        "01:20:00",
        "01:59:59",
        "02:00:00",
    ]


def test_the_name_of_a_zone_tells_the_one_hour_from_the_other() -> None:
    log = ["2025-10-26 02:30:00 CEST", "2025-10-26 02:30:00 CET", "2025-10-26 02:30:00 CEST"]

    assert [text[11:] for text in read("iso8601", log, zone=BERLIN)] == [
        "00:30:00",
        "01:30:00",
        "00:30:00",
    ]


def test_an_hour_that_does_not_exist_is_counted_on() -> None:
    """Case 41."""
    assert read("iso8601", ["2025-03-30 02:30:00"], zone=BERLIN) == ["2025-03-30T01:30:00"]
    assert read("iso8601", ["2025-03-30 03:30:00"], zone=BERLIN) == ["2025-03-30T01:30:00"]


@given(st.datetimes(datetime(1980, 1, 1), datetime(2037, 1, 1)))  # noqa: DTZ001 - local on purpose
def test_any_local_time_is_what_zoneinfo_says(when: datetime) -> None:
    for zone in (BERLIN, ZoneInfo("America/Sao_Paulo"), timezone(timedelta(hours=5, minutes=30))):
        clock = Clock(NAMED["iso8601"], zone)
        (time,) = times(clock, stamps("iso8601", [f"{when:%Y-%m-%d %H:%M:%S}"]))

        assert time == when.replace(tzinfo=zone, microsecond=0, fold=0).timestamp()


@pytest.mark.parametrize(
    ("text", "zone", "instant"),
    [
        ("2016-09-28 12:00:00 IST", UTC, "06:30:00"),
        ("2016-09-28 12:00:00 IST", ZoneInfo("Europe/Dublin"), "11:00:00"),
        ("2016-09-28 12:00:00 CST", UTC, "18:00:00"),
        ("2016-09-28 12:00:00 CST", ZoneInfo("Asia/Shanghai"), "04:00:00"),
        ("2016-09-28 12:00:00 EDT", BERLIN, "16:00:00"),
        ("2016-09-28 12:00:00-03:30", BERLIN, "15:30:00"),
        ("2016-09-28 12:00:00z", BERLIN, "12:00:00"),
        ("2016-09-28 12:00:00", BERLIN, "10:00:00"),
    ],
)
def test_a_zone_may_be_a_name(text: str, zone: tzinfo, instant: str) -> None:
    assert read("iso8601", [text], zone=zone)[0][11:] == instant


def test_a_name_that_is_no_zone_is_the_logs_own() -> None:
    assert read("ctime", ["Wed Oct 11 14:32:52 XYZ 2000"], zone=BERLIN) == ["2000-10-11T12:32:52"]


def test_the_newest_uptime_is_now_and_a_fall_is_a_reboot() -> None:
    log = [b"1000.000000", b"999.999000", b"0.000000", b"5.000000"]
    clock = Clock(NAMED["uptime"], UTC)
    clock.settle([(b"", text, b"") for text in log], 5000)

    assert clock.times([b""] * 4, log, [b""] * 4) == pytest.approx([4995.001, 4995, 4995, 5000])


@pytest.mark.parametrize(
    ("name", "stamp"),
    [
        ("iso8601", (b"2026-02-30T12:00", b"00", b"Z")),
        ("iso8601", (b"2026-01-31T25:00", b"00", None)),
        ("iso8601", (b"2026-01-31T12:00", b"61", None)),
        ("iso8601", (b"2026-01-31T12:60", b"00", None)),
        ("iso8601", (b"2026-01-31T12:00", b"00", b"+25:00")),
        ("iso8601", (b"2026-01-31T12:00", b"", None)),
        ("iso8601", (b"what", b"00", None)),
        ("iso_date", (b"2025-02-29", b"", b"")),
        ("rfc3164", (b"Feb 30 12:00", b"00", None)),
        ("rfc3164", (b"Foo  1 12:00", b"00", None)),
        ("healthapp", (b"20171223-22:15", b"61:5", b"")),
        ("clf", (b"31/Feb/2000:13:55", b"36", b"-0700")),
    ],
)
def test_what_is_no_instant_is_nan_alone(name: str, stamp: Stamp) -> None:
    (good,) = [found.stamp for found in find(b"[" + NAMED[name].sample.encode())][:1]
    clock = Clock(NAMED[name], UTC)
    clock.settle([good], seconds("2026-11-22"))

    first, bad, second = times(clock, [good, stamp, good])

    assert math.isnan(bad)
    assert first == second > 0


def test_a_leap_second_is_the_next_minute() -> None:
    assert read("iso8601", ["2016-12-31T23:59:60Z"]) == ["2017-01-01T00:00:00"]


def test_no_line_is_no_time() -> None:
    clock = Clock(NAMED["rfc3164"], UTC)
    clock.settle([], 0)

    assert clock.times([], [], []) == []


LOGS: dict[str, list[str]] = {
    "rfc3164": ["Oct 26 01:59:59", "Oct 26 02:00:00", "Oct 26 02:50:00", "Oct 26 02:10:00"]
    + [
        "Dec 31 23:59:59",
        "Jan  1 00:00:00",
        "Dec 31 23:59:58",
        "Jan  1 00:00:01",
        "Feb 30 00:00:00",
    ]
    + ["Feb 29 00:00:00", "Sep  1 00:00:00", "Mar  1 00:00:00"],
    "iso8601": ["2025-10-26 02:00:00", "2025-10-26 02:50:00", "2025-10-26 02:10:00"]
    + ["2025-03-30 02:30:00", "2025-10-26 02:30:00Z", "2025-02-29 00:00:00", "2025-10-26 02:59:00"],
    "slash_yy": ["17/06/09 20:10:40", "17/06/10 20:10:40", "06/17/09 20:10:40"],
    "epoch_s": ["1475037030", "1475037029.5", "1475037031"],
    "uptime": ["0.000000", "99.000000", "98.000000", "1.000000", "2.000000"],
}


def uncut(name: str) -> list[Stamp]:
    if name == "uptime":
        return [(b"", text.encode(), b"") for text in LOGS[name]]
    return stamps(name, LOGS[name])


@given(st.sampled_from(sorted(LOGS)), st.data())
def test_any_pieces_give_the_same_times_even_after_a_restart(
    name: str, data: st.DataObject
) -> None:
    log = data.draw(st.lists(st.sampled_from(uncut(name)), min_size=1, max_size=30))
    cuts = data.draw(st.lists(st.integers(0, len(log)), max_size=5).map(sorted))
    whole = Clock(NAMED[name], BERLIN)
    whole.settle(log, seconds("2026-01-02"))
    state = whole.state
    expected = times(whole, log)

    pieces: list[float] = []
    for start, end in zip([0, *cuts], [*cuts, len(log)], strict=True):
        again = Clock(NAMED[name], BERLIN)
        again.state = msgspec.json.decode(msgspec.json.encode(state), type=State)
        if start < end:
            pieces += times(again, log[start:end])
        state = again.state

    assert pieces == pytest.approx(expected, abs=0, nan_ok=True)
    assert state == whole.state


@given(
    st.sampled_from(["rfc3164", "iso8601", "time_of_day"]),
    st.none() | st.floats(0, 1e9),
    st.floats(-1e8, 1e8) | st.just(math.nan),
)
def test_a_time_alone_is_accepted_as_it_is_among_others(
    name: str, last: float | None, step: float
) -> None:
    alone, among = (Clock(NAMED[name], UTC) for _ in range(2))
    alone.state = among.state = State(last=last)
    time = (last or 0.0) + step

    assert alone.accepts(time) == (among.accepted([time]) is not None)
    assert alone.state == among.state


def test_memory_is_bounded() -> None:
    clock = Clock(NAMED["iso_minute"], UTC)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    heads = [f"{start + timedelta(minutes=n):%Y-%m-%d %H:%M}".encode() for n in range(10_000)]

    read_ = clock.times(heads, [b""] * len(heads), [None] * len(heads))

    assert read_ == [start.timestamp() + 60 * n for n in range(10_000)]
    assert len(clock._known) <= MOST_MINUTES


@pytest.mark.parametrize("format_", TIME_FORMATS, ids=lambda format_: format_.name)
def test_nothing_that_a_pattern_finds_raises(format_: TimeFormat) -> None:
    clock = Clock(format_, BERLIN)
    for stamp in [(b"", b"", b""), (b"x", b"y", b"z"), (b"9999-99-99", b"9:9:9", None)]:
        assert all(math.isnan(time) or time >= 0 for time in times(clock, [stamp]))
