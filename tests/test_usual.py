"""The narrow pattern of usual lines says what the general one says, or nothing at all."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_lines import HEADS, format_for
from watcher.parse.batch import Batch
from watcher.parse.lines import Lines
from watcher.parse.records import Records
from watcher.parse.timetable import TIME_FORMATS
from watcher.parse.usual import ENOUGH, LONGEST, usual_time

USUAL = [name for name in HEADS if name not in ("numbers", "prose")]


def read(format_: Any, block: bytes, *, usual: bool) -> Batch:
    """As a format that just learned from usual lines reads `block`, or one that never learns."""
    if not usual:
        format_._usual = None if isinstance(format_, Lines) else Never()
    return format_.parse(block)  # type: ignore[no-any-return]


class Never:
    lines = None

    def split(self, block: bytes, lines: int) -> None:
        """Nothing is usual."""


def learned(name: str) -> Any:
    format_ = format_for(HEADS[name])
    good = HEADS[name].splitlines(keepends=True)[-1]
    format_.parse(good * ENOUGH)
    assert isinstance(format_, Lines | Records)
    assert format_._usual is not None
    assert format_._usual.lines is not None
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


@pytest.mark.parametrize("format_", TIME_FORMATS, ids=lambda format_: format_.name)
def test_a_usual_time_is_what_the_general_pattern_finds(format_: Any) -> None:
    import re

    general = re.compile(format_.pattern)
    sample = format_.sample.encode()
    samples = {found[0] for behind in BEHIND if (found := general.match(sample + behind))}
    samples |= {re.sub(rb"[.,:]\d{3,}$", b"", sample), sample}
    texts = [one + behind for one in samples for behind in BEHIND]
    for text in texts:
        found = general.match(text)
        usual = found and usual_time(format_, found, 1)
        for other in texts if usual else []:
            narrow, wide = re.match(usual or b"", other), general.match(other)
            assert narrow is None or (wide and narrow.groups() == wide.groups()), (usual, other)
