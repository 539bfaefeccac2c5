"""Numbers that text says in words."""

from __future__ import annotations

import math
import re

import pytest

from watcher.parse.fields import ENOUGH
from watcher.parse.numbers import READ
from watcher.parse.phrases import said_in_words


def values(lines: list[bytes], *named: str) -> dict[str, list[float]]:
    """What is found in each line, by field."""
    parts = said_in_words(lines, named)
    match = re.compile(b"".join(part.pattern for part in parts)).match
    found = [groups.groups() for line in lines if (groups := match(line))]
    return {
        part.name: READ[part.written]([texts[n] for texts in found]) for n, part in enumerate(parts)
    }


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"[info][gc] GC(3) Pause Young (Normal) 24M->4M(64M) 12.345ms", {"pause": 0.012345}),
        (b"[GC (Allocation Failure) 33280K->5191K(125952K), 0.0051230 secs]", {"pause": 0.005123}),
        (b"up 3 days, load average: 0.10, 0.20, 0.30", {"load1": 0.1, "load5": 0.2, "load15": 0.3}),
        (b"Completed 200 OK in 123ms (Views: 1.2ms)", {"duration": 0.123}),
        (b"Task app.add[3f1c] succeeded in 1.5s: None", {"duration": 1.5}),
        (b"GET /a 200 512 - 12.5 ms", {"duration": 0.0125}),
        (b"=> generated 5 bytes in 12 msecs (HTTP/1.1 200)", {"duration": 0.012}),
        (b"command find { } (12ms)", {"duration": 0.012}),
        (
            b"progress: 5.0 s, 1234.5 tps, lat 1.25 ms stddev 0.5, 0 failed",
            {"tps": 1234.5, "lat": 1.25, "stddev": 0.5},
        ),
        (
            b"RAM 2345/7850MB (lfb 1x2MB) CPU [5%@1190] GR3D_FREQ 3% CPU@45C GPU@44.5C"
            b" VDD_IN 4673mW/4673mW",
            {"RAM": 2345, "GR3D_FREQ": 3, "cpu": 45, "gpu": 44.5, "VDD_IN": 4673},
        ),
        (
            b"RAM 2345/3994MB (lfb 1x2MB) cpu [5%,off]@345 GR3D_FREQ 3%",
            {"RAM": 2345, "GR3D_FREQ": 3, "cpu": math.nan, "gpu": math.nan, "VDD_IN": math.nan},
        ),
    ],
)
def test_a_phrase_is_found(line: bytes, expected: dict[str, float]) -> None:
    found = values([line] * 6)
    assert {name: column[0] for name, column in found.items()} == pytest.approx(
        expected, nan_ok=True
    )


@pytest.mark.parametrize(
    "line",
    [b"worker 12 started", b"listening in 3 zones", b"retry after 30", b"v1.2.3s", b"in 3storeys"],
)
def test_what_is_no_duration_is_not_found(line: bytes) -> None:
    assert values([line] * 6) == {}


def test_a_line_without_the_phrase_has_no_number() -> None:
    found = values([b"done in 5ms", b"started"] * 5)
    assert found["duration"][0] == 0.005
    assert math.isnan(found["duration"][1])


def test_a_duration_that_has_a_name_is_not_looked_for_again() -> None:
    assert values([b"done in 5ms"] * 6, "duration") == {}


def test_what_few_lines_say_is_no_field() -> None:
    assert values([b"done in 5ms"] + [b"started"] * 20) == {}


def test_a_duration_that_never_changes_is_no_measure() -> None:
    assert values([b"x (every 2s)"] * ENOUGH) == {}
    assert values([b"x (every 2s)"] * (ENOUGH - 1)) == {"duration": [2.0] * (ENOUGH - 1)}
