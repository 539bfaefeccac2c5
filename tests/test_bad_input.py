"""Whatever stands in a log: refused lines are counted, and the good ones around them kept."""

from __future__ import annotations

import math
import os
import resource
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import LogFile
from watcher.follow.source import Block
from watcher.history.window import look
from watcher.log import Log
from watcher.parse.settings import LogSettings

NOON = 1_769_860_800.0  # 2026-01-31T12:00:00Z
MANY = 60  # good lines around the bad ones: enough to know what the log is
MEGABYTES = 50

GOOD = {
    "numbers": [f"{n}" for n in range(MANY)],
    "dated": [f"2026-01-31T12:00:{n:02}Z {n}" for n in range(MANY)],
    "csv": [f"2026-01-31 12:00:{n:02},{n},{n / 2}" for n in range(MANY)],
    "json": [f'{{"t":"2026-01-31T12:00:{n:02}Z","took":{n}}}' for n in range(MANY)],
    "logfmt": [f"t=2026-01-31T12:00:{n:02}Z took={n}" for n in range(MANY)],
    "access": [
        f'::1 - - [31/Jan/2026:12:00:{n:02} +0000] "GET / HTTP/1.0" 200 {n}' for n in range(MANY)
    ],
    "regex": [f"n is {n}" for n in range(MANY)],
}
BAD = {
    "binary": bytes(range(1, 9)) + bytes(range(11, 256)),
    "nul": b"x\0\0" * 100,
    "utf-16": "12\r".encode("utf-16-le") + b"\0",
    "invalid utf-8": b"\xff\xfe\xc3\x28\xa0\xa1",
    "half of json": b'{"t":"2026-01-31T12:00:00Z","took":',
    "deep json": b"[" * 10_000,
    "deep objects": b'{"a":' * 5_000,
    "a bomb": b"{" * 60_000,
    "code": b"__import__('os').system('touch /tmp/x')",
    "a link": b"${jndi:ldap://example.org/a}",
    "escape": b"\x1b]0;title\x07\x1b[2J",
    "quote": b'"' * 999,
    "spaces and a letter": b" " * 30_000 + b"x",
}
NO_NUMBERS = [
    "nan",
    "NaN",
    "inf",
    "-inf",
    "1e400",
    "9" * 400,
    "1_000",
    "0x1f",
    "--1",
    "1e",
    "\u0661",
]


def settings(kind: str) -> LogSettings:
    if kind == "regex":
        return LogSettings("", format="regex", pattern=r"n is (?P<n>\S+)")
    return LogSettings("")


def read(log: LogFile, data: bytes, said: LogSettings) -> Log:
    log.write(data)
    app = Log("app", "app", str(log.path), UTC, said)
    app.read_whole(NOON + 3600)
    return app


def joined(lines: list[str], bad: bytes, every: int = 20) -> tuple[bytes, int]:
    """The lines with a bad one behind some of them, and how many."""
    text = b""
    for n, line in enumerate(lines, 1):
        text += line.encode() + b"\n" + (bad + b"\n" if n % every == 0 else b"")
    return text, len(lines) // every


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("kind", GOOD)
def test_good_lines_around_bad_ones_are_kept(log: LogFile, kind: str, bad: str) -> None:
    """Case 33."""
    data, many = joined(GOOD[kind], BAD[bad])
    app = read(log, data, settings(kind))

    assert app.counters.samples == MANY
    assert (app.counters.lines, app.counters.bad) == (MANY + many, many)
    assert app.refuses(BAD[bad] + b"\n")
    assert app.format.why


@pytest.mark.parametrize("token", NO_NUMBERS)
@pytest.mark.parametrize("kind", ["numbers", "dated", "regex"])
def test_what_is_no_finite_number_is_refused(log: LogFile, kind: str, token: str) -> None:
    """Cases 36 and 37."""
    bad = (
        GOOD[kind][30].replace("30", token) if kind != "dated" else f"2026-01-31T12:00:30Z {token}"
    )
    data, many = joined(GOOD[kind], bad.encode())
    app = read(log, data, settings(kind))

    assert (app.counters.samples, app.counters.bad) == (MANY, many)
    assert all(math.isfinite(value) for value in next(iter(app.history.extremes.values())))


@pytest.mark.parametrize("token", ["NaN", "Infinity", "1e400", "9" * 400, '"1_000"', "null", "[1]"])
def test_json_without_a_finite_number_gives_none(log: LogFile, token: str) -> None:
    """Cases 36 and 37."""
    bad = f'{{"t":"2026-01-31T12:00:30Z","took":{token}}}'
    data, many = joined(GOOD["json"], bad.encode())
    app = read(log, data, LogSettings(""))
    window = look(app.history.values["took"], "time", NOON, NOON + MANY, MANY)

    assert app.counters.samples + app.counters.bad == MANY + many  # it may count as a line
    assert window.count.sum() == MANY
    assert app.history.extremes["took"] == (0, MANY - 1)


@pytest.mark.parametrize("token", ["1,5", "1.000,5", "1,000", "1'000", "1 000"])
def test_numbers_as_people_write_them_are_not_guessed_at(log: LogFile, token: str) -> None:
    """Case 37."""
    data, many = joined(GOOD["numbers"], token.encode())
    app = read(log, data, LogSettings(""))

    assert (app.counters.samples, app.counters.bad) == (MANY, many)
    assert app.history.extremes["value"] == (0, MANY - 1)


def test_formats_that_are_mixed_are_read_as_the_most_are(log: LogFile) -> None:
    lines = [*GOOD["dated"], *GOOD["logfmt"][:5], *GOOD["csv"][:3], "text", *GOOD["dated"]]
    app = read(log, "\n".join(lines).encode(), LogSettings(""))

    assert app.format.name == "plain"
    assert (app.counters.samples, app.counters.bad) == (2 * MANY, 9)


def test_a_format_that_changes_halfway_loses_the_lines_that_raise_the_question(
    log: LogFile,
) -> None:
    old = "".join(f"2026-01-31T12:00:00Z {n}\n" for n in range(1000))
    new = "".join(f'{{"ts":"2026-01-31T12:00:01Z","value":{n}}}\n' for n in range(1000))
    app = read(log, (old + new).encode(), LogSettings(""))

    assert app.format.name == "json"
    assert (app.counters.samples, app.counters.bad) == (1900, 100)


def test_one_endless_line_takes_no_memory(log: LogFile) -> None:
    """Case 34."""
    log.write("1\n2\n")
    with log.path.open("ab") as file:
        for _ in range(MEGABYTES):
            file.write(b"9" * 2**20)
    with log.path.open("ab") as file:  # and as much that is not even there
        os.truncate(log.path, log.path.stat().st_size + MEGABYTES * 2**20)
    log.write("\n3\n")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    app = Log("app", "app", str(log.path), UTC)
    app.read_whole(NOON)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024

    assert (app.counters.lines, app.counters.samples, app.counters.bad) == (4, 3, 1)
    assert grown < 10  # MiB


def test_nothing_of_a_log_is_told_to_ours(log: LogFile, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    read(log, b"1\n" * 300 + b"password=hunter2 n=1\n" * 500, LogSettings(""))

    assert "hunter2" not in caplog.text


def test_nothing_is_evaluated_or_followed(log: LogFile, tmp_path: Path) -> None:
    target = tmp_path / "made"
    lines = f"open({str(target)!r}, 'w')\n$(touch {target})\n`touch {target}`\n"
    read(log, (lines * 100).encode(), LogSettings(""))

    assert not target.exists()


@given(
    kind=st.sampled_from(sorted(GOOD)),
    junk=st.lists(st.binary(max_size=60).map(lambda data: data.replace(b"\n", b"")), max_size=12),
)
def test_any_bytes_at_all_are_lines(kind: str, junk: list[bytes]) -> None:
    app = Log("app", "app", "/nowhere", UTC, settings(kind))
    good = [line.encode() for line in GOOD[kind]]
    lines = [*good, *junk, *good]
    for line in (lines[:70], lines[70:]):
        app.take(Block(b"".join(one + b"\n" for one in line), NOON), NOON + 3600, growing=True)

    assert app.counters.lines == len(lines)
    assert app.counters.samples + app.counters.late + app.counters.skewed >= 2 * MANY
    for name, rollup in app.history.values.items():
        low, high = app.history.extremes[name]
        assert math.isfinite(low) == math.isfinite(high)
        window = look(rollup, app.axis, 0, 10, 10)
        assert not any(map(math.isinf, window.last.tolist()))
