"""Lines of several forms in one log."""

from __future__ import annotations

import math
from copy import copy
from datetime import UTC

import pytest

from tests.test_programs import PROGRAMS
from watcher.parse.batch import Batch, joined
from watcher.parse.detect import detect
from watcher.parse.head import head_of
from watcher.parse.mixed import Mixed
from watcher.parse.recipe import restored

WRITTEN = 1.8e9
MIXED = [
    name
    for name, program in PROGRAMS.items()
    if "+" in program.format or "+" in program.time_format
]
REQUESTS = b"".join(
    b"2026-11-02 08:00:%02d INFO job %d done\n"
    b'192.0.2.7 - - [02/Nov/2026:08:00:%02d +0000] "GET / HTTP/1.1" 200 %d\n' % (n, n, n, 100 + n)
    for n in range(20)
)
UNDATED = b"".join(
    b'Started GET "/" for 192.0.2.7 at 2026-11-02 08:00:%02d +0000\nCompleted 200 OK in %dms\n'
    % (n, n)
    for n in range(20)
)


def mixed(text: bytes) -> Mixed:
    lines = text.split(b"\n")[:-1]
    verdict = detect(head_of(text, UTC, lines, WRITTEN))
    verdict.settle(lines, WRITTEN)
    assert isinstance(verdict, Mixed)
    return verdict


def read(format_: Mixed, text: bytes, size: int) -> Batch:
    """So many lines at once."""
    lines = text.splitlines(keepends=True)
    blocks = [b"".join(lines[at : at + size]) for at in range(0, len(lines), size)]
    return joined([format_.parse(block) for block in blocks])


@pytest.mark.parametrize("size", [1, 2, 7])
@pytest.mark.parametrize("name", MIXED)
def test_the_same_bytes_in_any_blocks_give_the_same_samples(name: str, size: int) -> None:
    text = PROGRAMS[name].text

    assert repr(read(mixed(text), text, size)) == repr(mixed(text).parse(text))


def test_samples_stand_in_the_order_of_their_lines() -> None:
    batch = mixed(REQUESTS).parse(REQUESTS)

    assert batch.classes == ["info", "2xx"] * 20
    assert math.isnan(batch.values["bytes"][0])
    assert batch.values["bytes"][1::2] == [100.0 + n for n in range(20)]


def test_a_line_without_a_time_is_of_that_of_the_line_before() -> None:
    batch = mixed(UNDATED).parse(UNDATED)

    assert batch.times is not None
    assert batch.times[1::2] == batch.times[::2]


def test_a_line_without_a_time_above_the_first_says_nothing() -> None:
    batch = mixed(UNDATED).parse(b"Completed 200 OK in 5ms\n" + UNDATED)

    assert (batch.samples, batch.bad) == (40, 0)


def test_a_line_that_comes_alone_says_what_it_does_among_others() -> None:
    format_, other = mixed(REQUESTS), mixed(REQUESTS)
    format_.parse(REQUESTS)
    usual = 0
    for line in REQUESTS.splitlines(keepends=True):
        said, batch = format_.sample(line), other.parse(line)
        assert batch.times is not None
        assert isinstance(batch.classes, list)
        values = [batch.values[name][0] for name in other.fields]
        if said is not None:
            usual += 1
            assert repr(said) == repr((batch.times[0], values, batch.classes[0]))
    assert usual >= 20


def test_a_line_of_no_form_is_refused() -> None:
    batch = mixed(REQUESTS).parse(b"something else, which has a time: 12:00:00\n" + REQUESTS)

    assert (batch.samples, batch.bad) == (40, 1)
    assert mixed(REQUESTS).why == "not clf+iso8601 like the others"


def test_what_is_copied_goes_its_own_way() -> None:
    format_ = mixed(PROGRAMS["phoenix"].text)
    other = copy(format_)
    other.parse(PROGRAMS["phoenix"].text)

    assert format_.clock.last is None
    assert other.clock.last is not None


def test_one_clock_reads_all_times_that_are_written_alike() -> None:
    """Past midnight, where each line without a day could begin one of its own."""
    text = b"".join(
        b"%02d:59:%02d.000 [info] GET /\n%02d:59:%02d.100 [info] Sent 200 in 5ms\n"
        % (hour, n, hour, n)
        for hour in (23, 0, 1)
        for n in range(10)
    )
    times = mixed(text).parse(text).times

    assert times is not None
    assert list(times) == sorted(times)
    assert times[-1] - times[0] == pytest.approx(2 * 3600 + 9.1)


@pytest.mark.parametrize("name", MIXED)
def test_what_is_restored_goes_on_where_the_other_stopped(name: str) -> None:
    lines = PROGRAMS[name].text.splitlines(keepends=True)
    first, rest = b"".join(lines[: len(lines) // 2]), b"".join(lines[len(lines) // 2 :])
    format_ = mixed(first + rest)
    format_.parse(first)
    other = restored(format_.recipe, UTC)
    assert other.clock is not None
    other.clock.state = format_.clock.state

    assert repr(other.parse(rest)) == repr(format_.parse(rest))


def test_a_year_that_one_form_settles_is_that_of_the_other() -> None:
    old, new = b"Dec 31 23:%02d:30 host a[1]: did it\n", b"I1231 23:%02d:00.000000 1 a.go:7] x\n"
    late = b"I0101 00:00:%02d.000000 1 a.go:7] x\nJan  1 00:00:%02d host a[1]: did it\n"
    text = b"".join(new % n + 2 * (old % n) for n in range(40, 60)) + b"".join(
        late % (n, n) for n in range(9)
    )
    format_ = mixed(text)
    batch = format_.parse(text)

    assert format_.time_format == "klog+rfc3164"
    assert list(batch.times or ()) == sorted(batch.times or ())
    assert max(batch.times or ()) - min(batch.times or ()) == 20 * 60 + 8
