"""The narrow pattern of usual lines says what the general one says, or nothing at all."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_lines import HEADS, NOON, format_for
from watcher.parse.batch import Batch
from watcher.parse.detect import detect
from watcher.parse.head import head_of
from watcher.parse.lines import Lines
from watcher.parse.records import Records
from watcher.parse.settings import LogSettings
from watcher.parse.timeformat import Stamp, TimeFormat
from watcher.parse.timetable import TIME_FORMATS
from watcher.parse.usual import ENOUGH, LONGEST, LONGEST_PAUSE, Alike, usual_time

BERLIN = ZoneInfo("Europe/Berlin")
USUAL = [name for name in HEADS if name not in ("numbers", "prose")]


def read(format_: Any, block: bytes, *, usual: bool) -> Batch:
    """As a format that just learned from usual lines reads `block`, or one that never learns."""
    if not usual:
        format_._usual = None if isinstance(format_, Lines) else Never()
    return format_.parse(block)  # type: ignore[no-any-return]


class Never:
    learned = None

    def split(self, block: bytes, lines: int) -> None:
        """Nothing is usual."""


def learned(name: str) -> Any:
    format_ = format_for(HEADS[name])
    good = HEADS[name].splitlines(keepends=True)[-1]
    format_.parse(good * ENOUGH)
    assert isinstance(format_, Lines | Records)
    assert format_._usual is not None
    assert format_._usual.learned is not None
    return format_


def same(left: Batch, right: Batch) -> bool:
    return repr(left) == repr(right)  # NaN is equal to itself there


@pytest.mark.parametrize("name", USUAL)
def test_a_log_has_a_usual_line(name: str) -> None:
    good = HEADS[name].splitlines(keepends=True)[-1]
    format_ = learned(name)

    assert format_._usual.split(good * 3, 3) is not None


@pytest.mark.parametrize("name", USUAL)
@settings(deadline=None, max_examples=200)
@given(data=st.data())
def test_lines_that_are_nearly_usual_are_read_as_by_the_general_pattern(
    name: str, data: st.DataObject
) -> None:
    good = HEADS[name].splitlines()[-1]
    lines = []
    for _ in range(data.draw(st.integers(1, 3))):
        line = bytearray(good)
        for _ in range(data.draw(st.integers(0, 2))):
            at, stop = sorted(data.draw(st.tuples(*[st.integers(0, len(line))] * 2)))
            line[at : min(stop, at + 3)] = data.draw(PIECES)
        lines.append(bytes(line).replace(b"\n", b"") + b"\n")
    block = b"".join(lines)

    fast = read(learned(name), block, usual=True)
    assert same(fast, read(learned(name), block, usual=False))


PIECES = st.sampled_from(
    [b"", b" ", b'"', b'\\"', b"\\", b",", b".", b"-", b"+01:00", b"Z", b" UTC", b"null", b"true"]
    + [b"1", b"0", b"9", b"12.5", b"007", b"1e3", b"ms", b"a=1 ", b'"a":1,', b"{", b"}", b"\xff"]
    + [b"\t", b"\r", b"\0", b"\xc3\xa9", b"[", b"]", b"=", b":", b"info", b"error", b"#", b"\x1f"]
) | st.binary(max_size=3)

KEYS = {
    "json": [b'"ts":"2026-01-31T12:00:00Z"', b'"level":"info"', b'"took":1', b'"took":2.5']
    + [
        b'"took":"3ms"',
        b'"took":null',
        b'"took":true',
        b'"level":3',
        b'"x":{"took":4}',
        b'"y":[1]',
    ],
    "logfmt": [b"ts=2026-01-31T12:00:00Z", b"level=info", b"took=1ms", b"took=2.5", b"took=3xs"]
    + [b'took="4ms"', b'level="a b"', b"took=", b"took", b"x=1", b"level=error"],
}


@pytest.mark.parametrize("name", KEYS)
@settings(deadline=None, max_examples=200)
@given(data=st.data())
def test_records_with_other_names_or_kinds_are_read_as_if_decoded(
    name: str, data: st.DataObject
) -> None:
    def line() -> bytes:
        pairs = data.draw(st.lists(st.sampled_from(KEYS[name]), max_size=5))
        return b"{%b}\n" % b",".join(pairs) if name == "json" else b" ".join(pairs) + b"\n"

    first = line()
    blocks = [first * ENOUGH, first + line(), first]
    fast, slow = learned(name), learned(name)
    for block in blocks:
        assert same(read(fast, block, usual=True), read(slow, block, usual=False))


def test_a_line_longer_than_usual_is_read_all_the_same() -> None:
    format_ = learned("access")
    good = HEADS["access"].splitlines(keepends=True)[-1]
    block = good + good.replace(b"GET /", b"GET /" + b"x" * 2 * LONGEST)

    assert format_.parse(block).samples == 2


def test_a_line_cannot_swallow_the_next() -> None:
    format_ = learned("access")
    good = HEADS["access"].splitlines(keepends=True)[-1]
    block = good + good.replace(b'"GET /', b"GET /") + good

    assert (format_.parse(block).samples, format_.parse(block).bad) == (2, 1)


BEHIND = [b"", b" ", b" x", b" UTC", b"Z", b"+02", b"+02:00", b" +0200", b" PM", b"PM", b",123"]
BEHIND += [b".5", b":", b": x", b" CET:", b"-1", b"/a", b"_", b"]", b" [x", b" web1", b" ERROR"]
BEHIND += [b" 2026", b" PST 2026", b",5", b",", b"a", b"5", b"\xe2\x80\xafPM", b" z", b" am"]


def stamp_of(format_: TimeFormat, usual: Alike, found: re.Match[bytes]) -> Stamp | None:
    """The parts of a time as the clock takes them; None where it takes none."""
    if usual.groups == 1:
        head, joint = found[1][: usual.head], found[1][usual.head : usual.head + len(usual.joint)]
        seconds = found[1][usual.head + len(usual.joint) :]
        if joint != usual.joint or not re.fullmatch(rb"|[0-5]\d|60", seconds):
            return None
    else:
        head, seconds = found[1], found[2]
    is_one = format_.read(head, usual.tail, format_.orders[0], format_.some_year)
    return (head, seconds, usual.tail) if is_one else None


@pytest.mark.parametrize("format_", TIME_FORMATS, ids=lambda format_: format_.name)
def test_a_usual_time_is_what_the_general_pattern_finds(format_: Any) -> None:
    general = re.compile(format_.pattern)
    sample = format_.sample.encode()
    samples = {found[0] for behind in BEHIND if (found := general.match(sample + behind))}
    samples |= {re.sub(rb"[.,:]\d{3,}$", b"", sample), sample}
    texts = [one + behind for one in samples for behind in BEHIND]
    for text in texts:
        found = general.match(text)
        usual = found and usual_time(format_, found, 1)
        for other in texts if usual else []:
            assert usual
            narrow, wide = re.match(usual.pattern, other), general.match(other)
            stamp = narrow and stamp_of(format_, usual, narrow)
            assert stamp is None or (wide and stamp == wide.groups()), (usual, other)


def test_a_comma_behind_a_word_is_no_part_of_it() -> None:
    format_ = learned("logfmt")
    line = HEADS["logfmt"].splitlines(keepends=True)[-1].replace(b"info", b"error,")

    assert format_.parse(line * 3).classes == ["error"] * 3


def test_a_quoted_word_that_looks_like_others_is_one_word() -> None:
    lines = [b"ts=2026-01-31T12:00:00Z path=/ took=%dms id=4\n" % n for n in range(ENOUGH)]
    format_ = format_for(b"".join(lines))
    assert format_.parse(b"".join(lines)).samples == ENOUGH
    batch = format_.parse(b'ts=2026-01-31T12:00:00Z path="x took=9ms id=4"\n')

    assert (format_.fields, batch.samples, batch.bad) == (("took",), 0, 1)


def test_a_users_own_time_with_brackets_is_usual_in_records_too() -> None:
    line = b'{"ts":"(31.01.2026 12:00:00)","took":1}\n'
    said = LogSettings("", time_format="(%d.%m.%Y %H:%M:%S)")
    format_ = detect(head_of(line * 3, ZoneInfo("UTC"), [line.strip()], NOON, said))

    for lines in (1, ENOUGH, 1):
        assert format_.parse(line * lines).times == [NOON] * lines


ROWS = {
    "blanks": b"2026-01-31 12:00:00, 1 ,a, 2.5\n",
    "words last": b"2026-01-31 12:00:00,1,21.5,kitchen\n",
    "spaces": b"2026-01-31T12:00:00Z 1  kitchen 2.5\n",
    "semicolons": b"1;2026-01-31 12:00:00;kitchen;\n",
    "tabs": b"2026-01-31 12:00:00\tkitchen\t21.5\n",
}


@pytest.mark.parametrize("name", ROWS)
def test_rows_are_read_by_their_narrow_pattern(name: str) -> None:
    line = ROWS[name]
    fast: Any = format_for(line * 3)
    slow = format_for(line * 3)
    blocks = [line * ENOUGH, line + line.replace(b"2.5", b"x").replace(b",1", b", +1"), line]
    for block in blocks:
        assert same(read(fast, block, usual=True), read(slow, block, usual=False))

    assert fast._usual.learned is not None


def test_a_heading_that_comes_again_is_none_of_the_usual_lines() -> None:
    format_ = learned("csv")
    heading, *_, good = HEADS["csv"].splitlines(keepends=True)
    batch = format_.parse(good + heading + good)

    assert (batch.lines, batch.samples, batch.bad) == (3, 2, 0)


SECONDS = st.lists(
    st.sampled_from([0, 1, 59, 60, 3600, 40 * 86400, -30, -5000]), min_size=40, max_size=80
)


@pytest.mark.parametrize(
    "way", ["%b %e %H:%M:%S host app[1]: x", "%Y-%m-%d %H:%M:%S,123 x", "%d/%m/%Y %H:%M:%S.5 x"]
)
@settings(deadline=None, max_examples=40)
@given(steps=SECONDS, data=st.data())
def test_any_blocks_give_the_same_times_however_alike_they_are(
    way: str, steps: list[int], data: st.DataObject
) -> None:
    begin = datetime(2025, 10, 25, 23, 50, tzinfo=BERLIN).timestamp()  # summer ends
    instants = [begin + sum(steps[:n]) for n in range(len(steps))]
    lines = [f"{datetime.fromtimestamp(at, BERLIN):{way}}\n".encode() for at in instants]
    head = head_of(b"".join(lines), BERLIN, [line.strip() for line in lines], instants[-1])
    general, whole, parts = (detect(head) for _ in range(3))
    for format_ in (general, whole, parts):
        format_.settle(head.probes, instants[-1])
    expected = read(general, b"".join(lines), usual=False).times
    cuts = sorted(data.draw(st.sets(st.integers(1, len(lines) - 1), max_size=4)))

    assert whole.parse(b"".join(lines)).times == expected
    pieces = zip([0, *cuts], [*cuts, len(lines)], strict=True)
    batches = [parts.parse(b"".join(lines[start:end])) for start, end in pieces]
    assert [at for batch in batches for at in batch.times or []] == expected
    assert parts.clock is not None
    assert general.clock is not None
    assert parts.clock.state == general.clock.state


def test_lines_that_only_look_usual_are_tried_less_and_less() -> None:
    format_ = learned("dated")
    wrong = HEADS["dated"].splitlines(keepends=True)[-1].replace(b"-31T", b"-32T")
    for _ in range(2 * LONGEST_PAUSE):
        assert format_.parse(wrong * ENOUGH).bad == ENOUGH
    assert format_._usual._pause.length == LONGEST_PAUSE

    good = HEADS["dated"].splitlines(keepends=True)[-1]
    for _ in range(LONGEST_PAUSE + 1):
        assert format_.parse(good * ENOUGH).samples == ENOUGH
    assert format_._usual._pause.length == 0


@pytest.mark.parametrize("name", HEADS)
def test_no_lines_at_all_say_nothing(name: str) -> None:
    format_ = format_for(HEADS[name])
    format_.parse(HEADS[name] * 40)  # a usual line is known by now
    assert format_.parse(b"")[:3] == (0, 0, 0)
