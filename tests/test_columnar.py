"""Reading by columns says what reading line by line says, and is done where lines are alike."""

from __future__ import annotations

from datetime import UTC
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.programs import WRITTEN
from tests.test_lines import HEADS, format_for
from tests.test_programs import PROGRAMS
from tests.test_usual import PIECES
from watcher.parse import columnar
from watcher.parse.batch import PIECE, Batch, Coded, in_pieces, joined, only_lines
from watcher.parse.columnar import MANY, is_large
from watcher.parse.detect import detect
from watcher.parse.head import ENOUGH_LINES, head_of
from watcher.parse.reader import Reader
from watcher.parse.settings import LogSettings

WRITTEN_ALIKE = HEADS | {
    "said": b"".join(
        b"2026-01-31 12:00:0%d web1 app[%d]: job %d done in %d ms\n" % (n, n, 7 * n, 13 * n)
        for n in range(9)
    ),
    "pino": b'{"level":30,"time":1769860800123,"took":5,"ok":true,"who":null}\n' * 2,
    "epochs": b"1769860800.123,5.25,oak\n1769860801.250,6.5,elm\n",
    "ahead": b"5,1769860800.123,oak\n6.5,1769860801.250,elm\n",
    "signed": b"time,air,bytes,share\n"
    b"2026-01-31 12:00:00,-9.25,123456789,0.5\n2026-01-31 12:00:01,21.5,1234567.125,.5\n"
    b"2026-01-31 12:00:02,-0.125,-,0.12345678901234567\n",
    "text": b"2026-01-31 12:00:00 web1 hello\n2026-01-31 12:00:01 web1 the sun shines\n",
}
# Formats whose lines are read by columns; in others a piece is too hard to tell for it.
ALIKE = ["access", "csv", "dated", "json", "logfmt", "said", "text", "pino", "epochs"]
ALIKE += ["ahead", "signed"]
LINES = MANY + MANY // 2
SOME = 8  # lines of a program


def listed(batch: Batch) -> tuple[Any, ...]:
    """All it says, in a form that can be compared: NaN is equal to itself."""
    classes = batch.classes
    if isinstance(classes, Coded):
        classes = [classes.names[code] for code in classes.codes]
    times = None if batch.times is None else [float(time) for time in batch.times]
    values = {name: [float(one) for one in column] for name, column in batch.values.items()}
    return batch[:3], times, repr(values), classes, batch.labels, batch.events


def never(_: bytes) -> bool:
    """Blocks are not large."""
    return False


def both(name: str, block: bytes, monkeypatch: pytest.MonkeyPatch) -> tuple[Batch, Batch]:
    """`block` read by columns where that can be, and in the general way."""
    by_columns = format_for(WRITTEN_ALIKE[name]).parse(block)
    with monkeypatch.context() as context:
        context.setattr(columnar, "is_large", never)
        return by_columns, format_for(WRITTEN_ALIKE[name]).parse(block)


@pytest.mark.parametrize("name", ALIKE)
def test_lines_that_are_alike_are_read_by_columns(name: str) -> None:
    good = WRITTEN_ALIKE[name].splitlines(keepends=True)[-1]
    batch = format_for(WRITTEN_ALIKE[name]).parse(good * LINES)

    assert isinstance(batch.times, np.ndarray)
    assert batch[:3] == (LINES, 0, LINES)


@pytest.mark.parametrize("name", WRITTEN_ALIKE)
@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_by_columns_or_not_lines_say_the_same(name: str, data: st.DataObject) -> None:
    good = WRITTEN_ALIKE[name].splitlines()[-1]
    lines = [good] * LINES
    for _ in range(data.draw(st.integers(0, 8))):
        at = data.draw(st.integers(0, LINES - 1))
        line = bytearray(lines[at])
        begin, stop = sorted(data.draw(st.tuples(*[st.integers(0, len(line))] * 2)))
        line[begin : min(stop, begin + 3)] = data.draw(PIECES)
        lines[at] = bytes(line).replace(b"\n", b"")
    block = b"".join(line + b"\n" for line in lines)

    with pytest.MonkeyPatch.context() as context:
        fast, slow = both(name, block, context)
    assert listed(fast) == listed(slow)


@pytest.mark.parametrize("name", PROGRAMS)
def test_lines_of_programs_say_the_same_by_columns(name: str) -> None:
    lines = PROGRAMS[name].text.splitlines(keepends=True)
    probes = [line.rstrip(b"\n") for line in lines]
    said = []
    for by_columns in (is_large, never):
        format_ = detect(head_of(PROGRAMS[name].text, UTC, probes, WRITTEN))
        format_.settle(probes, WRITTEN)
        with pytest.MonkeyPatch.context() as context:
            context.setattr(columnar, "is_large", by_columns)
            blocks = [line * MANY for line in lines[-SOME:]]
            said.append([listed(format_.parse(block)) for block in [*blocks, b"".join(blocks)]])
    assert said[0] == said[1]


def test_epochs_are_read_by_columns_and_what_is_none_is_refused() -> None:
    good = b'{"ts":1769860800.5,"took":3}\n' * LINES
    format_ = format_for(good[:200])
    batch = format_.parse(good + b'{"ts":1769x608.5,"took":3}\n' + good)

    assert isinstance(batch.times, np.ndarray)
    assert batch[:3] == (2 * LINES + 1, 1, 2 * LINES)
    assert set(batch.times.tolist()) == {1769860800.5}


@pytest.mark.parametrize("word", [b"took=x", b"took=-", b"took=", b"took=00", b"level=,"])
def test_a_block_whose_lines_all_say_something_odd_is_read_line_by_line(
    word: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = b"ts=2026-01-31T12:00:00Z level=info took=5 id=7\n"
    odd = good.replace(next(one for one in good.split() if one[:4] == word[:4]), word)
    blocks = [good + odd * LINES, good + odd * (LINES // 8) + good * LINES, odd * LINES]
    fast, slow = format_for(good * 3), format_for(good * 3)
    said = [fast.parse(block) for block in blocks]
    monkeypatch.setattr(columnar, "is_large", never)

    assert list(map(listed, said)) == [listed(slow.parse(block)) for block in blocks]


@pytest.mark.parametrize(
    ("head", "other"),
    [
        (b"ts=2026-01-31T12:00:00Z level=info took=1h\n" * 2, b"took=1e308h"),
        (b'ts=2026-01-31T12:00:00Z level=info msg="x y"\n' * 2, b'info x msg="y"'),
        (b"time,level\n2026-01-31 12:00:00,info\n2026-01-31 12:00:01,warn\n", b"warn\0"),
        (b"time,level\n2026-01-31 12:00:00,info\n2026-01-31 12:00:01,warn\n", b"warn,x"),
        (b"day tree\n2026-01-30 oak\n2026-01-31 elm\n", b"elm ash"),
        (b"time\tv\n2026-01-31 12:00:00\t1\n2026-01-31 12:00:01\t2\n", b"\t\t2"),
        (HEADS["access"], b'GET / HTTP/1.1" 200 1e2 "-" "x" 0.1'),
        (b'{"time":1769860800123,"took":5,"level":30}\n' * 2, b'l":00}'),
    ],
    ids=[
        "infinite",
        "a stray word",
        "ends in NUL",
        "one cell more",
        "one word more",
        "an empty cell",
        "as long as its value",
        "a zero in front",
    ],
)
def test_what_only_looks_like_the_others_is_read_for_itself(
    head: bytes, other: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = head.splitlines()[-1]
    odd = good[: good.rfind(other[:1])] + other
    block = b"".join(line + b"\n" for line in [good] * LINES + [odd] + [good] * LINES)
    fast = format_for(head).parse(block)
    monkeypatch.setattr(columnar, "is_large", never)

    assert listed(fast) == listed(format_for(head).parse(block))


@pytest.mark.parametrize("other", [b"42", b"02", b"0x", b"true", b"null", b"1.5", b"1e3"])
@pytest.mark.parametrize("usual", [b"12", b"true", b"1.5", b"-5", b"1e3", b"null"])
def test_labels_that_are_not_between_quotes_are_those_of_a_decoder(
    usual: bytes, other: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = b'{"time":1769860800123,"took":5,"id":%b}\n'
    head = head_of(line % usual * 3, UTC, (), WRITTEN, LogSettings("", split="id"))
    block = line % usual * LINES + line % other + line % usual * LINES
    fast = detect(head).parse(block)
    monkeypatch.setattr(columnar, "is_large", never)

    assert fast.labels is not None
    assert listed(fast) == listed(detect(head).parse(block))


def test_a_block_of_few_lines_is_not_read_by_columns_unless_they_are_long() -> None:
    line = b"2026-01-31 12:00:00 5\n"
    assert not is_large(line * (MANY - 1))
    assert is_large(line * MANY)
    assert is_large(b"%b\n" % (b"1" * PIECE))


def test_a_block_that_is_not_read_by_columns_is_read_in_pieces_of_whole_lines() -> None:
    lines = [b"%d\n" % n for n in range(PIECE // 4)] + [b"x" * PIECE + b"\n"] * 2
    blocks: list[bytes] = []

    def read(block: bytes) -> Batch:
        blocks.append(block)
        return only_lines(block.count(b"\n"), 1)

    assert in_pieces(read, b"".join(lines)) == only_lines(len(lines), len(blocks))
    assert b"".join(blocks) == b"".join(lines)
    assert all(block[-1:] == b"\n" and len(block) <= PIECE for block in blocks[:-2])
    assert blocks[-2:] == lines[-2:]


@pytest.mark.parametrize("name", ALIKE)
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_lines_say_the_same_however_many_come_at_once(name: str, data: st.DataObject) -> None:
    good = WRITTEN_ALIKE[name].splitlines()[-1]
    lines = [*WRITTEN_ALIKE[name].splitlines(), *[good] * (ENOUGH_LINES + LINES)]
    for at in data.draw(st.lists(st.integers(ENOUGH_LINES, len(lines) - 1), max_size=8)):
        begin = data.draw(st.integers(0, len(good)))
        end = data.draw(st.integers(begin, begin + 3))
        lines[at] = good[:begin] + data.draw(PIECES).replace(b"\n", b"") + good[end:]
    cuts = data.draw(st.lists(st.integers(ENOUGH_LINES, len(lines)), max_size=9).map(sorted))
    whole, parts = (Reader(UTC, LogSettings(""), lambda: lines) for _ in range(2))
    told = []
    for begin, end in pairwise([0, ENOUGH_LINES, *cuts, len(lines)]):
        block = b"".join(line + b"\n" for line in lines[begin:end])
        told += [one.batch for one in parts.read(block, WRITTEN)]
    block = b"".join(line + b"\n" for line in lines)
    expected = [one.batch for one in whole.read(block, WRITTEN)]

    assert listed(joined(told)) == listed(joined(expected))
    assert parts.state == whole.state
