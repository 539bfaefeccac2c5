"""A user's own regular expression: groups, grok, and blocks that give what lines give."""

from __future__ import annotations

import re
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.parse.detect import Format, detect
from watcher.parse.embed import embedded
from watcher.parse.grok import PATTERNS, expand
from watcher.parse.head import head_of
from watcher.parse.settings import LONGEST_FOR_USERS, LogSettings, compiled

NOON = 1_769_860_800.0  # 2026-01-31T12:00:00Z


def understood(pattern: str, text: str, **said: object) -> Format:
    settings = LogSettings("", format="regex", pattern=pattern, **said)  # type: ignore[arg-type]
    head = head_of(text.encode(), UTC, [], NOON, settings)
    verdict = detect(head)
    verdict.settle(head.lines, NOON)
    return verdict


def test_named_groups_are_fields_and_time_is_the_time() -> None:
    text = "[31.01.2026 12:00:00] pump: 5.5 bar, 80 W\n[31.01.2026 12:00:01] pump: 5.6 bar, 81 W\n"
    pattern = r"\[(?P<time>[^]]+)\] \w+: (?P<bar>[\d.]+) bar, (?P<watt>\d+) W"
    format_ = understood(pattern, text, time_format="%d.%m.%Y %H:%M:%S")
    batch = format_.parse(text.encode())

    assert (format_.name, format_.fields, format_.counts) == ("regex", ("bar", "watt"), False)
    assert batch.times == [NOON, NOON + 1]
    assert batch.values == {"bar": [5.5, 5.6], "watt": [80, 81]}
    assert (batch.lines, batch.samples, batch.bad) == (2, 2, 0)


def test_a_time_of_the_table_needs_no_format() -> None:
    text = "5 at 2026-01-31T12:00:00Z\n6 at 2026-01-31T12:00:01Z\n"
    format_ = understood(r"(?P<value>\d+) at (?P<time>\S+)", text)

    assert format_.time_format == "iso8601"
    assert format_.parse(text.encode()).times == [NOON, NOON + 1]


def test_a_time_that_nobody_knows_is_said_to_be_the_reason() -> None:
    text = "5 at the third hour\n"
    format_ = understood(r"(?P<value>\d+) at (?P<time>.+)", text)

    assert format_.parse(text.encode()).bad == 1
    assert "set time_format" in format_.why


def test_without_a_time_the_place_in_the_log_is_the_axis() -> None:
    format_ = understood(r"n=(?P<n>\d+)", "n=1\n")
    batch = format_.parse(b"n=1 whatever\nm=2\n# a comment\n\nn=3\r\nin n=4\n")

    assert batch.times is None
    assert batch.values == {"n": [1, 3]}
    assert (batch.lines, batch.samples, batch.bad) == (6, 2, 2)


def test_a_level_is_what_lines_are_counted_by() -> None:
    text = "2026-01-31T12:00:00Z [ERR] 5\n2026-01-31T12:00:01Z [info] 6\n"
    format_ = understood(r"(?P<time>\S+) \[(?P<level>\w+)\] (?P<n>\d+)", text)
    batch = format_.parse(text.encode())

    assert (format_.counts, batch.classes) == (True, ["error", "info"])
    assert batch.values == {"n": [5, 6]}


def test_a_status_is_one_too() -> None:
    format_ = understood(r"(?P<status>\d+)", "503\n")

    assert (format_.fields, format_.parse(b"503\n200\n").classes) == ((), ["5xx", "2xx"])


def test_groups_that_hold_text_are_no_fields() -> None:
    format_ = understood(r"(?P<host>\S+) (?P<took>\d+)", "db1 5\ndb2 6\n")

    assert format_.fields == ("took",)


def test_fields_are_those_that_are_asked_for_in_that_order() -> None:
    format_ = understood(r"(?P<a>\d) (?P<b>\d) (?P<c>\d)", "1 2 3\n", fields=("c", "a", "z"))
    batch = format_.parse(b"1 2 3\n")

    assert list(batch.values)[:2] == ["c", "a"]
    assert (batch.values["c"], batch.values["a"]) == ([3], [1])


def test_a_group_that_did_not_take_part_gives_no_number() -> None:
    format_ = understood(r"a=(?P<a>\d+)(?: b=(?P<b>\d+))?", "a=1 b=2\n")
    batch = format_.parse(b"a=1\na=2 b=3\n")

    assert batch.values["a"] == [1, 2]
    assert batch.values["b"][1] == 3


def test_a_line_that_is_too_long_for_users_is_refused_unread() -> None:
    format_ = understood(r"(?P<n>\d+)", "1\n")
    long = b"2" + b" " * LONGEST_FOR_USERS
    batch = format_.parse(b"1\n" + long + b"\n3\n")

    assert (batch.values, batch.bad) == ({"n": [1, 3]}, 1)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("NUMBER", "-1.5e3", "x"),
        ("INT", "+12", "x"),
        ("WORD", "abc_1", "-"),
        ("NOTSPACE", "a/b", " "),
        ("DATA", "", None),
        ("GREEDYDATA", "a b c", None),
        ("IP", "192.168.1.254", "300.1"),
        ("IP", "2001:db8::1", "zz"),
        ("IPORHOST", "example.org", "-"),
        ("IPORHOST", "10.0.0.1", "-"),
        ("HOSTNAME", "db-1.example.org", "-"),
        ("QUOTEDSTRING", r'"a \" b"', '"a'),
        ("TIMESTAMP_ISO8601", "2026-01-31 12:00:00,123", "2026-01"),
        ("HTTPDATE", "10/Oct/2000:13:55:36 -0700", "10/Oct"),
        ("LOGLEVEL", "Warning", "warnings"),
        ("URIPATH", "/a/b.html", "a"),
    ],
)
def test_a_grok_name_stands_for_its_pattern(name: str, good: str, bad: str | None) -> None:
    pattern = re.compile(expand(f"%{{{name}:it}}"))

    found = pattern.fullmatch(good)
    assert found
    assert found["it"] == good
    assert bad is None or not pattern.fullmatch(bad)


def test_grok_reads_a_line() -> None:
    text = "10.0.0.1 GET /a?b=c 2026-01-31T12:00:00Z 0.25\n"
    pattern = r"%{IP} %{WORD} %{URIPATH}\S* %{TIMESTAMP_ISO8601:time} %{NUMBER:took}"
    batch = understood(pattern, text).parse(text.encode())

    assert (batch.times, batch.values) == ([NOON], {"took": [0.25]})


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("%{NUMBR:n}", "%{NUMBR} is not known here: known are NUMBER INT WORD"),
        ("%{NUMBER:a.b}", "'a.b' is no name"),
        ("(?P<n>", "position"),
        ("(?P<1>x)", "bad character in group name"),
        ("a**", "multiple repeat at position 2"),
    ],
)
def test_what_is_wrong_with_a_pattern_is_said(pattern: str, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        compiled(pattern)


def test_every_grok_pattern_can_be_read_by_the_block() -> None:
    for name in PATTERNS:
        assert embedded(expand(f"%{{{name}}}").encode()), name


@pytest.mark.parametrize(
    "pattern", ["(?s).+", "a\nb", "(?x) a b", r"(?-i:a)(?s:.)", r"a\B", "(?m)^a$"]
)
def test_a_pattern_with_a_trap_is_left_to_lines(pattern: str) -> None:
    assert embedded(pattern.encode()) is None


TRICKY = [
    rb"\s*(\w+)",
    rb"[^x]*x",
    rb"[^x]*+x?",
    rb"(a|b)\s+(\d+)$",
    rb"\Aa\D*\Z",
    rb"(?<!\W)a",
    rb"(?i)[\sA]+b",
    rb"a(?=\W)",
    rb"a(?!\s)",
    rb"(a)\1[\x00-\x20]b?",
    rb"[]\n]*a",
    rb"[^]a]+",
    rb"[^-a]+",
    rb"a.*\n?b",
    rb"\b(\w)[\W]*$",
    rb"(?:)",
    rb"a{1,2}(?P<n>b)?(?(n)x|y)",
]


@pytest.mark.parametrize("pattern", TRICKY)
@given(lines=st.lists(st.text('abxy1 \t]"A,', max_size=8), max_size=6))
def test_a_block_gives_what_its_lines_give(pattern: bytes, lines: list[str]) -> None:
    block = "".join(line + "\n" for line in lines).encode()
    whole = embedded(pattern)
    assert whole is not None

    single = [re.match(pattern, line.encode()) for line in lines if line]
    assert [(found[0], found.groups()) for found in whole.finditer(block)] == [
        (found[0], found.groups()) for found in single if found
    ]
