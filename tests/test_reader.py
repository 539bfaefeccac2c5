"""The lines of one log, read by the format that they turn out to have, over restarts too."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.parse.batch import Batch
from watcher.parse.doubt import REFUSED
from watcher.parse.head import ENOUGH_BYTES
from watcher.parse.reader import Reader, ReaderState
from watcher.parse.settings import LogSettings

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC).timestamp()
DATED = [b"2026-01-31T12:%02d:%02dZ %d\n" % (n // 60, n % 60, n) for n in range(400)]
LOGS: dict[str, tuple[list[bytes], LogSettings]] = {
    "numbers, then dated": ([b"2026\n", b"2025\n", *DATED], LogSettings("")),
    "short": (DATED[:30], LogSettings("")),
    "counted": (
        [one for n in DATED for one in (n, b"\tat timeout\n")],
        LogSettings("", count={"timeouts": "timeout"}),
    ),
    "utf-16": (
        [b"".join(DATED[:50]).decode().encode("utf-16-le")],
        LogSettings("", encoding="utf-16-le"),
    ),
    "changing": ([*DATED[:250], *[b"took=5\n"] * 3 * REFUSED], LogSettings("")),
}


def reader(said: LogSettings, log: bytes, **more: object) -> Reader:
    return Reader(UTC, said, lambda: log.splitlines(), **more)  # type: ignore[arg-type]


def restarted(old: Reader, said: LogSettings, log: bytes, head: bytes) -> Reader:
    state = msgspec.msgpack.decode(msgspec.msgpack.encode(old.state), type=ReaderState)
    return reader(said, log, state=state, head=lambda: head)


def remembered(readings: list[tuple[Batch, bool]]) -> str:
    """What is left when all was read: what was read before a change of the verdict is not."""
    begin = max((n for n, (_, anew) in enumerate(readings) if anew), default=0)
    kept = [batch for batch, _ in readings[begin:]]
    lists = [
        [at for batch in kept for at in batch.times or []],
        [one for batch in kept for column in batch.values.values() for one in column],
        [one for batch in kept for hits in batch.events.values() for one in hits],
    ]
    return repr((sum(one.lines for one in kept), sum(one.bad for one in kept), lists))


def after(one: Reader) -> tuple[object, ...]:
    state = one.state
    return state.recipe, state.clock, state.provisional, state.latest, state.limit


@pytest.mark.parametrize("name", [name for name in LOGS if name != "changing"])
@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_a_reader_that_is_restarted_at_any_line_reads_the_same(
    name: str, data: st.DataObject
) -> None:
    lines, said = LOGS[name]
    log = b"".join(lines)
    cuts = data.draw(st.lists(st.integers(0, len(lines)), max_size=4).map(sorted))
    whole = reader(said, log)
    expected = [(one.batch, one.anew) for one in whole.read(log, NOON)]

    parts, old = [], reader(said, log)
    for start, end in zip([0, *cuts], [*cuts, len(lines)], strict=True):
        old = restarted(old, said, log, b"".join(lines[:start]))
        block = b"".join(lines[start:end])
        parts += [(one.batch, one.anew) for one in old.read(block, NOON)]

    assert remembered(parts) == remembered(expected)
    assert after(old) == after(whole)


def test_a_provisional_verdict_stands_if_nobody_knows_its_lines() -> None:
    said = LogSettings("")
    old = reader(said, b"")
    list(old.read(b"2026\n", NOON))
    new = restarted(old, said, b"", head=b"")
    readings = list(new.read(b"".join(DATED), NOON))

    assert not any(one.anew for one in readings)
    assert not new.state.provisional


def test_doubts_go_on_after_a_restart_but_their_row_begins_anew() -> None:
    lines, said = LOGS["changing"]
    old = reader(said, b"")
    list(old.read(b"".join(lines[: 250 + REFUSED - 1]), NOON))
    new = restarted(old, said, b"", b"")
    list(new.read(b"".join(lines[250 : 250 + REFUSED - 1]), NOON))
    assert new.format.name == "plain"
    list(new.read(lines[-1], NOON))
    assert new.format.name == "logfmt"


def test_a_vain_question_is_remembered() -> None:
    said = LogSettings("")
    old = reader(said, b"")
    list(old.read(b"1\n" * 250 + b"no number\n" * REFUSED, NOON))

    assert old.state.limit == 2 * REFUSED
    assert restarted(old, said, b"", b"").state == old.state


def test_no_line_of_the_log_is_in_the_state() -> None:
    old = reader(LogSettings(""), b"")
    list(old.read(b"2026-01-31T12:00:00Z secret\n" * 3, NOON))

    assert b"secret" not in msgspec.msgpack.encode(old.state)


def test_the_past_is_read_alike_and_by_a_clock_of_its_own() -> None:
    said = LogSettings("")
    now = reader(said, b"Feb  1 12:00:00 host app: took=2\n" * 3)
    list(now.read(b"Feb  1 12:00:00 host app: took=2\n" * 3, NOON + 86400))
    before = now.state
    old = [
        b"Dec 31 12:00:00 host app: took=1",
        b"what is this?",
        b"Jan  2 12:00:00 host app: took=3",
    ]
    past = now.past(old, NOON - 29 * 86400)
    (reading,) = past.read(b"".join(line + b"\n" for line in old), NOON - 29 * 86400)

    assert reading.batch.times == [NOON - 31 * 86400, NOON - 29 * 86400]
    assert reading.batch.values == {"took": [1, 3]}
    assert reading.batch.bad == 1
    assert now.state == before


def test_the_past_has_the_days_and_months_of_the_present() -> None:
    said = LogSettings("")
    lines = b"1/31/2026 12:00:00 1\n2/1/2026 12:00:00 2\n"
    now = reader(said, lines)
    list(now.read(lines, NOON + 86400))
    old = [b"1/2/2026 12:00:00 1", b"1/3/2026 12:00:00 1"]
    past = now.past(old, datetime(2026, 3, 1, 13, tzinfo=UTC).timestamp())
    (reading,) = past.read(b"".join(line + b"\n" for line in old), NOON)

    assert reading.batch.times == [NOON - 29 * 86400, NOON - 28 * 86400]


def test_the_past_never_asks_for_another_format() -> None:
    said = LogSettings("", count={"took": "took"})
    now = reader(said, b"")
    list(now.read(b"".join(DATED), NOON))
    past = now.past([], NOON)
    readings = list(past.read(b"".join(DATED[:1]) + b"took=5\n" * 3 * REFUSED, NOON))

    assert {one.format.name for one in readings} == {"plain"}
    assert sum(sum(one.batch.events["took"]) for one in readings) == 3 * REFUSED


def test_a_line_alone_tells_its_time_and_changes_nothing() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    now = Reader(berlin, LogSettings(""), lambda: [b"Jan 31 13:00:00 host app: x"])
    list(now.read(b"Jan 31 13:00:00 host app: x\n" * 3, NOON))
    before = now.state

    assert now.time_of(b"Jan 30 13:00:00 host app: y") == NOON - 86400
    assert now.time_of(b"Dec 31 13:00:00 host app: y") == NOON - 31 * 86400  # of the year before
    assert math.isnan(now.time_of(b"\tat y"))
    assert now.state == before


def test_a_line_of_a_log_without_times_has_none() -> None:
    now = reader(LogSettings(""), b"")
    list(now.read(b"1\n2\n", NOON))

    assert math.isnan(now.time_of(b"1"))


def test_an_early_uptime_is_no_restart_to_who_only_asks_for_the_time() -> None:
    lines = [b"[    5.000000] x: y", b"[  100.000000] x: y"]
    now = reader(LogSettings(""), b"\n".join(lines))
    list(now.read(b"\n".join(lines) + b"\n", NOON))

    assert [now.time_of(line) for line in lines] == [NOON - 95, NOON]


@pytest.mark.parametrize("size", [1, 50])
def test_a_verdict_on_long_lines_does_not_ask_how_many_came_at_once(size: int) -> None:
    timed = [
        b"ts=2026-01-31T12:00:%02dZ took=%d msg=%b\n" % (n % 60, n, b"x" * 99) for n in range(100)
    ]
    lines = [*timed, timed[0][:-1] + b"x" * ENOUGH_BYTES + b"\n", *[b"what is this?\n"] * 150]
    said, log = LogSettings(""), b"".join(lines)
    whole, parts = reader(said, log), reader(said, log)
    list(whole.read(log, NOON))
    for begin in range(0, len(lines), size):
        list(parts.read(b"".join(lines[begin : begin + size]), NOON))

    assert after(parts) == after(whole)


def test_what_stands_above_is_known_however_late_it_is_seen() -> None:
    timed = [b"2026-01-31 12:00:%02d,123 INFO [main] x\n" % n for n in range(60)]
    lines = [*timed, *[b"what is this?\n"] * 60, *timed]
    said, log = LogSettings(""), b"".join(lines)
    whole, parts = reader(said, log), reader(said, log)
    expected = [(one.batch, one.anew) for one in whole.read(log, NOON)]
    found = [(one.batch, one.anew) for line in lines for one in parts.read(line, NOON)]

    assert remembered(found) == remembered(expected)


def test_a_line_that_is_only_counted_has_no_label() -> None:
    said = LogSettings("", count={"lost": "lost"}, split="room")
    line = b"ts=2026-01-31T12:00:00Z room=%b took=1\n"
    log = line % b"a" * 3 + b"lost it\n" + line % b"b" * 3
    (reading,) = reader(said, log).read(log, NOON)

    assert reading.batch.labels == [b"a"] * 3 + [b""] + [b"b"] * 3
