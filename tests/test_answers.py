"""Status and duration of requests in text for people."""

from __future__ import annotations

from collections import Counter
from datetime import UTC

import pytest

from watcher.parse.batch import Batch
from watcher.parse.detect import detect
from watcher.parse.head import head_of

WRITTEN = 1.8e9


def read(*said: bytes) -> Batch:
    """Ten times these lines, which have their own times."""
    text = b"".join(
        b"2026-11-02 08:%02d:%02d INFO %b\n" % (n, at, line)
        for n in range(10)
        for at, line in enumerate(said)
    )
    lines = text.split(b"\n")[:-1]
    verdict = detect(head_of(text, UTC, lines, WRITTEN))
    verdict.settle(lines, WRITTEN)
    return verdict.parse(text)


@pytest.mark.parametrize(
    "answer",
    [
        b"Completed 200 OK in 53ms",
        b"Sent 200 in 53ms",
        b"HTTP GET /x responded 200 in 53 ms",
        b"Request finished HTTP/1.1 GET http://192.0.2.7/x - 200 - text/html 53ms",
        b"GET /x 200 53ms - 15",
    ],
)
def test_lines_that_say_an_answer_are_counted_by_status(answer: bytes) -> None:
    batch = read(b"begin GET /x", b"working", answer)

    assert Counter(batch.classes) == {"info": 20, "2xx": 10}
    assert [value for value in batch.values["duration"] if value == value] == [0.053] * 10


def test_numbers_behind_an_answer_are_kept() -> None:
    batch = read(b"GET /x", b"Completed 404 Not Found in 9ms (Views: 5.5ms | ActiveRecord: 0.5ms)")

    assert {"duration", "Views", "ActiveRecord"} <= {*batch.values}


def test_a_level_that_varies_says_more_than_the_status() -> None:
    text = b"".join(
        b"2026-11-02 08:%02d:00 %b GET /\n2026-11-02 08:%02d:00 %b Sent 200 in 5ms\n"
        % (n, level, n, level)
        for n, level in enumerate((b"INFO", b"ERROR") * 10)
    )
    lines = text.split(b"\n")[:-1]
    verdict = detect(head_of(text, UTC, lines, WRITTEN))

    assert Counter(verdict.parse(text).classes) == {"info": 20, "error": 20}


def test_a_number_that_is_no_status_is_none() -> None:
    batch = read(b"GET /x", b"read 700 rows in 53ms", b"wrote 1200 rows in 53ms")

    assert set(batch.classes or ()) == {"info"}
