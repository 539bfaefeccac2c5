"""Blocks of lines -> samples: whatever the format, however the blocks are cut, whatever comes."""

from __future__ import annotations

import math
import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.parse.batch import Batch
from watcher.parse.detect import Format, detect
from watcher.parse.head import head_of
from watcher.parse.integers import Integers

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC).timestamp()


def format_for(text: bytes, zone: str = "UTC") -> Format:
    probes = text.split(b"\n")[:-1]
    verdict = detect(head_of(text, ZoneInfo(zone), probes, NOON))
    verdict.settle(probes, NOON)
    return verdict


HEADS = {
    "numbers": b"1\n2\n",
    "dated": b"2026-01-31T12:00:00Z 1\n2026-01-31T12:00:01Z 2\n",
    "csv": b"time,a,b\n2026-01-31 12:00:00,1,2\n2026-01-31 12:00:01,2,3\n",
    "json": b'{"ts":"2026-01-31T12:00:00Z","level":"info","took":1}\n' * 2,
    "logfmt": b"ts=2026-01-31T12:00:00Z level=info took=1ms\n" * 2,
    "access": b'::1 - - [31/Jan/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "x" 0.1\n' * 2,
    "syslog": b"Jan 31 12:00:00 host sshd[1]: hello\nJan 31 12:00:01 host cron: error\n",
    "levels": b"2026-01-31 12:00:00,123 INFO [main] x\n2026-01-31 12:00:01,123 ERROR [main] y\n",
    "named": b"2026-01-31 12:00:00 temp=21.5 hum=40\n2026-01-31 12:00:01 temp=21 hum=41\n",
    "units": b"2026-01-31 12:00:00, 51 %, 1.5 W\n2026-01-31 12:00:01, 52 %, 1.6 W\n",
    "prose": b"Lorem ipsum\ndolor sit amet\n",
}


@pytest.fixture(params=HEADS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize(
    ("line", "value"),
    [(b"007", 7), (b"+1", 1), (b".5", 0.5), (b"5.", 5), (b"  3 ", 3), (b"3\r", 3), (b"-0", 0)],
)
def test_numbers_that_json_does_not_know(line: bytes, value: float) -> None:
    assert Integers().parse(b"1\n" + line + b"\n").values == {"value": [1, value]}


@pytest.mark.parametrize(
    "line",
    [b"nan", b"inf", b"-Infinity", b"1e400", b"1_000", b"0x1f", b"1,5", b"1 2", b"foo", b"1\x002"]
    + [b"9" * 400, b"true", b"null", b'"1"', b"[1]", b"\xff\xfe", "١".encode(), b"--1", b"1e"],
)
def test_what_is_no_number_is_bad_and_the_lines_around_it_are_kept(line: bytes) -> None:
    """Cases 36 and 37."""
    assert Integers().parse(b"1\n" + line + b"\n2\n") == Batch(3, 1, 2, None, {"value": [1, 2]})


def test_blanks_and_comments_are_not_bad(kind: str) -> None:
    if kind == "prose":
        pytest.skip("text for people has no comments")
    good = HEADS[kind].splitlines(keepends=True)[-1]
    batch = format_for(HEADS[kind]).parse(b"# a\n\n  \n\r\n" + good + b"# b\n")

    assert (batch.lines, batch.bad, batch.samples) == (6, 0, 1)


def test_crlf_is_a_line_end(kind: str) -> None:
    """Case 32."""
    unix, windows = HEADS[kind], HEADS[kind].replace(b"\n", b"\r\n")
    expected, batch = format_for(unix).parse(unix), format_for(windows).parse(windows)

    assert batch == expected
    assert batch.samples >= 2


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
def test_a_dated_line_that_is_wrong_is_bad_alone(line: bytes) -> None:
    good = b"2026-01-31T12:00:00Z 1\n"
    batch = format_for(HEADS["dated"]).parse(good + line + b"\n" + good)

    assert (batch.bad, batch.values, batch.times) == (1, {"value": [1, 1]}, [NOON, NOON])


def test_a_time_without_zone_is_local() -> None:
    berlin = format_for(b"2026-01-31 13:00:00 1\n2026-07-31 14:00:00 1\n", "Europe/Berlin")
    batch = berlin.parse(b"2026-01-31 13:00:00 1\n2026-07-31 14:00:00 1\n")

    assert batch.times == [NOON, NOON + 181 * 86400]


def test_a_field_that_is_missing_is_nan_and_the_others_are_kept() -> None:
    table = format_for(HEADS["csv"])
    batch = table.parse(b"2026-01-31 12:00:00,,2\n2026-01-31 12:00:00,n/a,\n")

    assert (batch.samples, batch.bad) == (1, 1)
    assert math.isnan(batch.values["a"][0])
    assert batch.values["b"] == [2]


def test_a_heading_that_comes_again_is_not_bad() -> None:
    batch = format_for(HEADS["csv"]).parse(HEADS["csv"] * 3)

    assert (batch.lines, batch.bad, batch.samples) == (9, 0, 6)


def test_units_of_logfmt_are_seconds() -> None:
    batch = format_for(HEADS["logfmt"]).parse(
        b"ts=2026-01-31T12:00:00Z level=info took=12ms\nts=2026-01-31T12:00:00Z took=1.5s\n"
    )

    assert batch.values["took"] == [0.012, 1.5]
    assert batch.classes == ["info", ""]


def test_traces_belong_to_the_line_above() -> None:
    text = HEADS["levels"] + b"java.lang.X: y\n\tat a.b.C(D.java:1)\nCaused by: z\n ... 3 more\n"
    batch = format_for(HEADS["levels"]).parse(text)

    assert (batch.lines, batch.samples, batch.bad) == (6, 2, 1)


MIXED = st.lists(
    st.sampled_from([*[line for head in HEADS.values() for line in head.splitlines()]])
    | st.sampled_from([b"foo", b"", b"# c", b"7\r", b"\xff\0", b"{}", b"{", b"a=b", b"nan"]),
    min_size=1,
    max_size=30,
)


@pytest.mark.parametrize("name", HEADS)
@settings(deadline=None)
@given(lines=MIXED, data=st.data())
def test_any_blocks_give_the_same_samples(
    name: str, lines: list[bytes], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(lines)))
    whole_format, part_format = format_for(HEADS[name]), format_for(HEADS[name])

    def joined(part: list[bytes]) -> bytes:
        return b"".join(line + b"\n" for line in part)

    whole = whole_format.parse(joined(lines))
    parts = [part_format.parse(joined(part)) for part in (lines[:cut], lines[cut:]) if part]
    assert sum(part.lines for part in parts) == whole.lines == len(lines)
    assert sum(part.bad for part in parts) == whole.bad
    assert sum(part.samples for part in parts) == whole.samples
    assert [at for part in parts for at in part.times or []] == (whole.times or [])
    assert [one for part in parts for one in part.classes or []] == (whole.classes or [])
    for field in whole_format.fields:
        got = [value for part in parts for value in part.values.get(field, [])]
        assert got == pytest.approx(whole.values.get(field, []), nan_ok=True)


@pytest.mark.parametrize("name", HEADS)
@settings(deadline=None)
@given(junk=st.binary(max_size=300))
def test_any_bytes_are_counted_and_nothing_crashes(name: str, junk: bytes) -> None:
    batch = format_for(HEADS[name]).parse(junk + b"\n")

    assert batch.lines == junk.count(b"\n") + 1
    assert 0 <= batch.bad <= batch.lines - batch.samples


@settings(deadline=None)
@given(st.binary(max_size=2000))
def test_any_head_has_a_format(head: bytes) -> None:
    verdict = format_for(head + b"\n")
    batch = verdict.parse(head + b"\n")

    assert batch.lines == head.count(b"\n") + 1
    assert batch.samples + batch.bad <= batch.lines


HOSTILE = [b" ", b"1", b"2", b"-", b":", b"9.", b'"', b'\\"', b"[", b"<1", b"a=", b"a ", b",", b"{"]
HOSTILE += [b"2026-01-31 ", b"2026-01-31T12:00:00 ", b"Jan 31 12:00:00 ", b'{"a":', b"x ERROR "]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_lines_cost_little(kind: str, piece: bytes) -> None:
    reader = format_for(HEADS[kind])
    block = (piece * 8192)[:8192] + b"\n"
    begun = time.process_time()
    reader.parse(block)

    assert time.process_time() - begun < 0.5  # a runaway takes minutes


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_heads_cost_little(piece: bytes) -> None:
    begun = time.process_time()
    format_for(((piece * 8192)[:8192] + b"\n") * 8)

    assert time.process_time() - begun < 2


@pytest.mark.parametrize("text", [b"0." + b"1" * 40, b"1" * 40, b"1e-99", b"12" + b"0" * 30])
def test_a_long_number_is_the_same_beside_what_is_none(text: bytes) -> None:
    value = float(text)
    assert Integers().parse(text + b"\n").values == {"value": [value]}
    assert Integers().parse(text + b"\nfoo\n").values == {"value": [value]}
    took = format_for(HEADS["logfmt"])
    line = b"ts=2026-01-31T12:00:00Z level=info took=%b\n" % text
    assert took.parse(line * 20).values == {"took": [value] * 20}
    assert took.parse(line + b"junk\n").values == {"took": [value]}
