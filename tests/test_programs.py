"""Logs as programs write them are understood without a word, whatever was done to the file."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC

import msgspec
import pytest

from tests.programs import WRITTEN, Program, programs
from watcher.parse.batch import Batch
from watcher.parse.detect import Format, detect
from watcher.parse.head import head_of
from watcher.parse.recipe import Recipe, restored

PROGRAMS = {program.name: program for program in programs()}
ENOUGH = 40  # lines of a log that was tampered with
UNDERSTOOD = 0.99  # of the good lines
HEADING = 4  # lines at most: of `sar`, whose samples have MANY
MANY = 13


def read(text: bytes) -> tuple[Format, Batch]:
    lines = text.split(b"\n")[:-1]
    verdict = detect(head_of(text, UTC, lines, WRITTEN))
    verdict.settle(lines, WRITTEN)
    return verdict, verdict.parse(text)


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_a_program_writes_is_understood(name: str) -> None:
    program = PROGRAMS[name]
    verdict, batch = read(program.text)

    assert (verdict.name, verdict.time_format) == (program.format, program.time_format)
    assert verdict.fields == program.fields
    assert (batch.samples, batch.bad) == (program.samples, program.bad)
    assert dict(Counter(batch.classes)) == program.classes
    if program.time_format:
        assert min(batch.times or ()) == pytest.approx(program.first, abs=1e-5)
        assert max(batch.times or ()) == pytest.approx(program.last, abs=1e-5)


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_was_understood_is_read_alike_after_a_restart(name: str) -> None:
    verdict, batch = read(PROGRAMS[name].text)
    kept = msgspec.msgpack.decode(msgspec.msgpack.encode(verdict.recipe), type=Recipe)
    other = restored(kept, UTC)
    if other.clock and verdict.clock:
        other.clock.said = verdict.clock.said  # which a reader finds in the state
        other.clock.orders = verdict.clock.orders  # likewise
        other.settle(PROGRAMS[name].text.split(b"\n")[:-1], WRITTEN)

    assert repr(other.parse(PROGRAMS[name].text)) == repr(batch)


def long(program: Program) -> list[bytes]:
    """The lines of the program again and again, but what may be its heading."""
    lines = program.text.split(b"\n")[:-1]
    rest = lines[HEADING:] if len(lines) > MANY else lines
    body = [line for line in rest if not line.startswith(b"#")] or lines
    return (lines + body * ENOUGH)[: max(ENOUGH, len(lines))]


def coloured(line: bytes) -> bytes:
    return b"\x1b[2m" + line[:5] + b"\x1b[0m" + line[5:]


def with_garbage(lines: list[bytes]) -> list[bytes]:
    chance = random.Random(0)
    junk = [bytes(chance.choices(range(32, 127), k=60)).replace(b"#", b"") for _ in range(2)]
    return [*lines[:20], junk[0], *lines[20:], junk[1]]


TAMPERED: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "a mark of UTF-8": lambda lines: [b"\xef\xbb\xbf" + lines[0], *lines[1:]],
    "Windows' ends of lines": lambda lines: [line + b"\r" for line in lines],
    "colours": lambda lines: list(map(coloured, lines)),
    "a first line cut in two": lambda lines: [lines[0], lines[1][30:], *lines[1:]],
    "garbage": with_garbage,
    "blank lines": lambda lines: [one for line in lines for one in (line, b"")],
}


@pytest.mark.parametrize("how", TAMPERED)
@pytest.mark.parametrize("name", PROGRAMS)
def test_good_lines_are_understood_whatever_was_done_to_the_file(name: str, how: str) -> None:
    lines = long(PROGRAMS[name])
    whole = b"\n".join(lines) + b"\n"
    tampered = b"\n".join(TAMPERED[how](lines)) + b"\n"
    verdict, batch = read(whole)
    other, found = read(tampered)

    assert other.name == verdict.name
    assert other.time_format == verdict.time_format
    assert found.samples >= UNDERSTOOD * batch.samples
