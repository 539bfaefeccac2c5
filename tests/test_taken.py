"""A line that comes alone says what it says among others, or nothing before it is parsed."""

from __future__ import annotations

import re
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_fold import row
from tests.test_lines import HEADS, format_for
from tests.test_log import pull
from tests.test_usual import PIECES, USUAL, learned, read
from watcher.history.buckets import COUNT, HIGH, LAST, LOW, TOTAL
from watcher.log import Log
from watcher.parse.integers import Integers
from watcher.parse.usual import ENOUGH

LINES = {name: text.splitlines(keepends=True)[-1] for name, text in HEADS.items()}


@pytest.mark.parametrize("name", USUAL)
@settings(deadline=None, max_examples=100)
@given(data=st.data())
def test_a_line_alone_says_what_the_general_pattern_finds_or_nothing(
    name: str, data: st.DataObject
) -> None:
    line = bytearray(LINES[name][:-1])
    for _ in range(data.draw(st.integers(0, 2))):
        at, stop = sorted(data.draw(st.tuples(*[st.integers(0, len(line))] * 2)))
        line[at : min(stop, at + 3)] = data.draw(PIECES)
    text = bytes(line).replace(b"\n", b"") + b"\n"
    fast, slow = learned(name), learned(name)
    before = fast.clock.state if fast.clock else None
    sample = fast.sample(text)

    if sample is None:
        assert not fast.clock or fast.clock.state == before
        return
    batch = read(slow, text, usual=False)
    time, values, class_ = sample
    assert (batch.lines, batch.bad, batch.samples) == (1, 0, 1)
    assert batch.times == (None if time is None else [time])
    assert repr(batch.values) == repr({n: [v] for n, v in zip(fast.fields, values, strict=True)})
    assert batch.classes == (None if class_ is None else [class_])
    assert not fast.clock or fast.clock.state == slow.clock.state


@pytest.mark.parametrize("name", USUAL)
def test_a_usual_line_alone_needs_no_more_thought(name: str) -> None:
    assert learned(name).sample(LINES[name]) is not None


@pytest.mark.parametrize("name", USUAL)
def test_lines_that_always_come_alone_become_usual(name: str) -> None:
    format_ = format_for(HEADS[name])
    for _ in range(ENOUGH):
        format_.parse(LINES[name])

    assert format_.sample(LINES[name]) is not None


def test_a_number_alone_is_one_if_json_knows_it() -> None:
    assert Integers().sample(b"5\n") == (None, [5.0], None)
    assert Integers().sample(b" 2.5 \r\n") == (None, [2.5], None)
    assert [Integers().sample(line) for line in (b"\n", b"+5\n", b"1,2\n", b"x\n")] == [None] * 4


@pytest.mark.parametrize("name", ["access", "json", "logfmt", "dated", "csv", "numbers", "levels"])
@settings(deadline=None, max_examples=20)
@given(data=st.data())
def test_a_log_line_by_line_is_the_log_at_once(
    name: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    seconds = data.draw(st.lists(st.integers(0, 59), min_size=1, max_size=60))
    odd = data.draw(st.sampled_from([b"\n", b"# no\n", b"\tat x\n", b"\xef\xbb\xbf5\n"]))
    text = HEADS[name] + LINES[name] * 3 * ENOUGH
    news = [re.sub(rb"12:00:0\d", b"12:00:%02d" % at, LINES[name]) for at in seconds]
    news.insert(len(news) // 2, odd)
    folder = tmp_path_factory.mktemp("line")
    single, whole = (Log("app", "app", str(folder / n), UTC) for n in ("single", "whole"))
    for log in (single, whole):
        Path(log.path).write_bytes(text * 5)
        pull(log)
    for line in news:
        _append(single, line)
    _append(whole, b"".join(news))

    assert single.counters == whole.counters
    assert single.history.extremes == whole.history.extremes
    if single.axis == "time":  # else it is as fresh as the file
        assert single.history.pulse.known == whole.history.pulse.known
    assert buckets(single) == pytest.approx(buckets(whole))
    assert spread(single) == spread(whole)
    for log in (single, whole):
        log.tailer.close()


def buckets(log: Log) -> dict[tuple[str, str, int, int, int], float]:
    return {
        (kind, series, level, what, number): value
        for kind, series, rollup in log.history._rollups()
        for level in range(len(rollup.tiers))
        for what in (COUNT, TOTAL, LOW, HIGH, LAST)
        for number, value in row(rollup, what, level).items()
    }


def spread(log: Log) -> dict[str, object]:
    return {name: sketches.state for name, sketches in log.history.sketches.items()}


def _append(log: Log, lines: bytes) -> None:
    with Path(log.path).open("ab") as file:
        file.write(lines)
    pull(log)
