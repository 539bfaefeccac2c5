"""InfluxDB's line protocol, taken apart and understood."""

from __future__ import annotations

from datetime import UTC

import pytest

from watcher.parse.detect import detect
from watcher.parse.head import head_of
from watcher.parse.influx import decode_influx
from watcher.parse.settings import LogSettings

LINE = b"cpu,host=a,region=eu usage=0.5,n=3i 1465839830100400200\n"


def test_a_line_is_taken_apart() -> None:
    assert list(decode_influx(LINE)) == [
        {
            "host": b"a",
            "region": b"eu",
            "cpu.usage": b"0.5",
            "cpu.n": b"3",
            "time": b"1465839830100400200",
        }
    ]


@pytest.mark.parametrize(
    ("line", "record"),
    [
        (b"m v=1 1465839830", {"m.v": b"1", "time": b"1465839830"}),
        (
            b'm,a=b\\ c v="x y",w=-1.5e3 1465839830',
            {"a": b"b\\ c", "m.v": b"x y", "m.w": b"-1.5e3", "time": b"1465839830"},
        ),
        (b"m v=1", None),  # the time is missing
        (b"level=info msg=x", None),
        (b"", {}),
        (b"# a comment", {}),
    ],
)
def test_a_line_of_any_form_is_a_record_or_is_refused(
    line: bytes, record: dict[str, bytes] | None
) -> None:
    assert list(decode_influx(line + b"\n")) == [record]


def fields(text: bytes, *asked: str) -> tuple[str, ...]:
    settings = LogSettings("", fields=asked)
    return detect(head_of(text, UTC, text.split(b"\n")[:-1], 1.8e9, settings)).fields


def test_one_measurement_is_not_named_and_of_several_each_is() -> None:
    one = b"".join(b"cpu usage=%d,idle=9%d 14658398301%02d400200\n" % (n, n, n) for n in range(9))
    other = b"".join(b"mem used=%d 14658398301%02d400200\n" % (n, n) for n in range(9))

    assert fields(one) == ("usage", "idle")
    assert fields(one + other) == ("cpu.usage", "cpu.idle", "mem.used")


def test_a_field_is_asked_for_with_its_measurement_or_without() -> None:
    assert fields(LINE * 3, "usage") == ("usage",)
    assert fields(LINE * 3, "cpu.n") == ("cpu.n",)


def test_a_hostile_line_is_refused() -> None:
    for line in (b"a," * 4000, b"a\\" * 4000, b"m v=" + b"1," * 4000, b'm v="' + b"\\" * 4000):
        assert list(decode_influx(line + b"\n")) == [None]
