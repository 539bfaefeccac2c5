"""Level or status in the text of a record."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC

import pytest

from watcher.parse.batch import Batch
from watcher.parse.detect import detect
from watcher.parse.head import head_of
from watcher.parse.within import said_within


def read(*texts: str) -> Batch:
    lines = [
        json.dumps({"log": f"{text}\n", "time": f"2026-11-02T08:00:{n:02}.123456789Z"}).encode()
        for n, text in enumerate(texts)
    ]
    data = b"".join(line + b"\n" for line in lines)
    return detect(head_of(data, UTC, lines, 1.8e9)).parse(data)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('192.0.2.7 - - [02/Nov/2026:08:00:01 +0000] "GET / HTTP/1.1" 404 10', "4xx"),
        ('INFO:     192.0.2.7:5 - "GET / HTTP/1.1" 200 OK', "2xx"),
        ("2026/11/02 08:00:01 [error] 29#29: *1 open() failed", "error"),
        ("2026-11-02 08:00:01 WARN slow", "warn"),
        ('time="2026-11-02T08:00:01Z" level=warning msg="slow"', "warn"),
        ("listening on port 8080", None),
        ("answered 200 times", None),
    ],
)
def test_a_text_says_its_status_or_its_level(text: str, said: str | None) -> None:
    assert said_within(text) == said


def test_the_lines_of_a_container_are_counted_by_what_they_say() -> None:
    batch = read(*['"GET / HTTP/1.1" 200 5', "2026-11-02 08:00:01 ERROR x", "hello"] * 9)

    assert Counter(batch.classes) == {"2xx": 9, "error": 9, "": 9}


def test_texts_that_seldom_say_a_level_are_counted_alike() -> None:
    assert Counter(read(*["hello", "hello", "ERROR x"] * 9).classes) == {"": 27}
