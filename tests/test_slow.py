"""The slow query log: a time in one line, the numbers in another."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from watcher.parse.batch import joined
from watcher.parse.detect import detect, twin
from watcher.parse.head import head_of
from watcher.parse.settings import LogSettings
from watcher.parse.slow import Slow

TIME = "# Time: 2026-11-02T08:00:{:02}Z\n"
QUERY = "# User@Host: a[a] @ h []\n# Query_time: {}  Lock_time: 0.1 Rows_sent: 1\nSELECT\n 1;\n"
TEXT = (
    TIME.format(1) + QUERY.format(0.5) + QUERY.format(0.25) + TIME.format(7) + QUERY.format(2)
).encode()
START = datetime(2026, 11, 2, 8, tzinfo=UTC).timestamp()


def told(text: bytes = TEXT, fields: tuple[str, ...] = ()) -> Slow:
    verdict = detect(head_of(text, UTC, (), 1.8e9, LogSettings("", fields=fields)))
    assert isinstance(verdict, Slow)
    return verdict


def test_a_query_is_counted_at_the_time_above_it() -> None:
    batch = told().parse(TEXT)

    assert batch.times == [START + 1, START + 1, START + 7]
    assert batch.values["Query_time"] == [0.5, 0.25, 2.0]
    assert (batch.lines, batch.samples, batch.bad) == (14, 3, 0)


def test_the_same_bytes_in_any_blocks_give_the_same_samples() -> None:
    lines = TEXT.splitlines(keepends=True)
    whole = told().parse(TEXT)
    for size in (1, 2, 3, 5):
        other = twin(told())
        blocks = [b"".join(lines[at : at + size]) for at in range(0, len(lines), size)]
        assert joined([other.parse(block) for block in blocks]) == whole


def test_a_query_before_any_time_is_refused() -> None:
    batch = told().parse(QUERY.format(1).encode())

    assert (batch.samples, batch.bad) == (0, 1)


def test_only_the_fields_that_are_asked_for_are_kept() -> None:
    assert told(fields=("Lock_time",)).fields == ("Lock_time",)


@pytest.mark.parametrize("when", ["261102  8:00:01", "2026-11-02T08:00:01.000000Z"])
def test_times_are_written_as_every_version_did(when: str) -> None:
    text = f"# Time: {when}\n{QUERY.format(1)}".encode()

    assert told(text).parse(text).times == [START + 1]
