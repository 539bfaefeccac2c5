"""Lines that name their values, taken apart: all of them, or what is wanted alone."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.parse.decode import Record, decode_json, decode_logfmt

KEYS = st.sampled_from("abcd")
LEAVES: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, -1.5, 10**20, "", "x", "1", "é", [1], {}]
)
OBJECTS = st.dictionaries(
    KEYS, st.recursive(LEAVES, lambda inner: st.dictionaries(KEYS, inner), max_leaves=6)
)
PATHS = st.lists(st.sampled_from(["a", "b", "a.b", "a.b.c", "c.d", "d"]), min_size=1)


@given(objects=st.lists(OBJECTS, min_size=1), wanted=PATHS)
def test_what_is_wanted_is_what_it_would_be_among_all(
    objects: list[dict[str, Any]], wanted: list[str]
) -> None:
    block = b"".join(json.dumps(one).encode() + b"\n" for one in objects)
    every, some = list(decode_json(block)), list(decode_json(block, wanted))

    for whole, part in zip(every, some, strict=True):
        assert whole is not None
        assert part is not None
        assert [part.get(path) for path in wanted] == [whole.get(path) for path in wanted]
        assert bool(part) == bool(whole)  # whether the line says anything


@pytest.mark.parametrize(
    ("line", "path"),
    [
        (b'{"a.b":1}', "a.b"),
        (b'{"a":{"b.c":1}}', "a.b.c"),
        (b'{"a.b":{"c":1}}', "a.b.c"),
        (b'{"a":{},"a.b":1}', "a.b"),
    ],
)
def test_a_dot_may_be_one_of_the_name(line: bytes, path: str) -> None:
    assert list(decode_json(line + b"\n", [path])) == [{path: b"1"}]


@given(st.lists(st.sampled_from([b"a=1", b'b="x y"', b"c=", b"junk", b"d=2ms,"]), min_size=1))
def test_of_logfmt_too(pairs: list[bytes]) -> None:
    block = b" ".join(pairs) + b"\n"
    ((every,), (some,)) = list(decode_logfmt(block)), list(decode_logfmt(block, ["a", "d"]))

    if every is None:
        assert some is None
        return
    assert some is not None
    assert [some.get(path) for path in "ad"] == [every.get(path) for path in "ad"]
    assert bool(some) == bool(every)


def test_a_line_that_is_no_object_spoils_no_other() -> None:
    lines: list[Record | None] = list(decode_json(b'{"a":1}\nwhat?\n\n{"a":2},\n', ["a"]))

    assert lines == [{"a": b"1"}, None, {}, {"a": b"2"}]


def test_a_time_of_day_has_its_day_beside_it() -> None:
    line = b'{"date":"2026-01-31","time":"12:00:00","x":1}\n'

    (said,) = decode_json(line, ["date", "time"])
    assert said is not None
    assert re.fullmatch(rb"2026-01-31 12:00:00", said["time"])


def test_a_priority_of_syslog_before_pairs_says_nothing() -> None:
    (record,) = decode_logfmt(b'<30>device="SFW" date=2026-11-02 time=08:00:01 user=7.5\n')

    assert record is not None
    assert record["device"] == b"SFW"
    assert record["time"] == b"2026-11-02 08:00:01"


@pytest.mark.parametrize(
    ("zone", "time"),
    [
        ("+0200", b"2026-01-02 10:00:00 +0200"),
        ("CEST", b"2026-01-02 10:00:00 CEST"),
        ("Mars", b"2026-01-02 10:00:00"),
    ],
)
def test_the_zone_of_a_time_may_have_a_key_of_its_own(zone: str, time: bytes) -> None:
    line = f'date=2026-01-02 time=10:00:00 tz="{zone}" sent=1\n'.encode()
    (record,) = decode_logfmt(line, ("date", "tz", "time"))

    assert record is not None
    assert record["time"] == time
