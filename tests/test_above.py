"""Numbers below a line that has their time."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from watcher.parse.above import Above, above
from watcher.parse.batch import joined
from watcher.parse.detect import detect, twin
from watcher.parse.head import head_of
from watcher.parse.recipe import Recipe, restored
from watcher.parse.settings import LogSettings

START = datetime(2026, 11, 2, 8, tzinfo=UTC).timestamp()
READINGS = "".join(
    f"Mon Nov  2 08:0{n}:00 UTC 2026\nAdapter: ISA\nCore 0:  +4{n}.5 C  (x)\nfan1: {n}00\n\n"
    for n in range(5)
).encode()
TABLE = "".join(
    f"11/02/2026 08:0{n}:00\nDevice   tps  kB_read/s  util\nsda      1.{n}       2.0   9{n}.5\n\n"
    for n in range(5)
).encode()


def told(text: bytes, fields: tuple[str, ...] = ()) -> Above:
    lines = text.split(b"\n")[:-1]
    verdict = detect(head_of(text, UTC, lines, START + 3600, LogSettings("", fields=fields)))
    assert isinstance(verdict, Above)
    verdict.settle(lines, START + 3600)
    return verdict


def test_a_number_is_of_the_time_above_it() -> None:
    batch = told(READINGS).parse(READINGS)

    assert batch.times == [START + 60 * n for n in range(5) for _ in ("Core 0", "fan1")]
    assert list(batch.values["Core 0"])[::2] == [40.5, 41.5, 42.5, 43.5, 44.5]
    assert list(batch.values["fan1"])[1::2] == [0.0, 100.0, 200.0, 300.0, 400.0]
    assert (batch.lines, batch.samples, batch.bad) == (25, 10, 0)


def test_a_table_below_its_time_is_one() -> None:
    verdict = told(TABLE)
    batch = verdict.parse(TABLE)

    assert (verdict.name, verdict.time_format) == ("plain", "slash")
    assert batch.times == [START + 60 * n for n in range(5)]
    assert list(batch.values["util"]) == [90.5, 91.5, 92.5, 93.5, 94.5]
    assert batch.bad == 0


@pytest.mark.parametrize("text", [READINGS, TABLE])
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_the_same_bytes_in_any_blocks_give_the_same_samples(text: bytes, size: int) -> None:
    lines = text.splitlines(keepends=True)
    other = twin(told(text))
    blocks = [b"".join(lines[at : at + size]) for at in range(0, len(lines), size)]

    assert repr(joined([other.parse(block) for block in blocks])) == repr(told(text).parse(text))


def test_a_number_above_the_first_time_is_refused() -> None:
    batch = told(READINGS).parse(b"Core 0: 40.0\n" + READINGS)

    assert (batch.samples, batch.bad) == (10, 1)


def test_only_the_numbers_that_are_asked_for_are_kept() -> None:
    assert told(READINGS, ("fan1",)).fields == ("fan1",)


def test_it_survives_a_restart() -> None:
    verdict = told(READINGS)
    kept = msgspec.msgpack.decode(msgspec.msgpack.encode(verdict.recipe), type=Recipe)
    other = restored(kept, UTC)
    other.settle(READINGS.split(b"\n")[:-1], START + 3600)

    assert other.key == verdict.key
    assert repr(other.parse(READINGS)) == repr(verdict.parse(READINGS))


@pytest.mark.parametrize(
    "text",
    [
        b"2026-11-02 08:00:00\nCompleted checkpoint\n2026-11-02 08:01:00\nStarting up\n" * 5,
        b"2026-11-02 08:00:00 Core 0: 40.0\n" * 5,
        b"2026-11-02 08:00:00\n" * 5,
        b"Core 0: 40.0\n" * 5,
        b"08:00:00\nCore 0: 40.0\n" * 5,  # it may be how long something took
    ],
)
def test_other_lines_are_none_of_these(text: bytes) -> None:
    assert above(head_of(text, UTC, (), START)) is None


def test_lines_that_begin_with_their_level_are_of_the_time_above_them() -> None:
    text = "".join(
        f"----- Mon Nov  2 08:0{n}:00 UTC 2026 -----\n[  OK  ] Started a.\n[FAILED] Mounting b.\n"
        for n in range(4)
    ).encode()
    batch = told(text).parse(text)

    assert batch.times == [START + 60 * n for n in range(4) for _ in ("a", "b")]
    assert list(batch.classes or ()) == ["info", "error"] * 4


def test_a_version_is_no_number() -> None:
    line = b"2026-11-02 08:00:00\nUnpacking libc6:amd64 (2.36-9) ...\nlibc: 2.36.1\n"

    assert above(head_of(line * 4, UTC, (), START)) is None
