"""The past of a log is read once, wherever its files have got to meanwhile."""

from __future__ import annotations

import gzip
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import pytest

from tests.conftest import LogFile
from watcher.follow.generation import Generation
from watcher.follow.past import Past, Stretch
from watcher.follow.siblings import Sibling, siblings
from watcher.follow.source import BLOCK, Source
from watcher.follow.tailer import Tailer

LINES = b"".join(b"%d some words\n" % n for n in range(100_000))
OLD = b"".join(b"%d older words\n" % n for n in range(100_000))


def read(past: Past) -> bytes:
    got = b"".join(block.data for block in past.blocks())
    past.close()
    return got


def first_sight(log: LogFile) -> tuple[Tailer, list[Stretch]]:
    """The second half is followed, the first and what was before it are the past."""
    past: list[Stretch] = []

    def see(source: Source, rotated: Sequence[Sibling]) -> Sequence[Generation]:
        at = source.line_at(source.size // 2)
        assert at is not None
        past.extend(Stretch.whole(str(log.path), one) for one in rotated)
        past.insert(0, Stretch.of(str(log.path), source, 0, at[0]))
        source.seek(at[0])
        return ()

    tailer = Tailer(str(log.path))
    tailer.at_first_sight = see
    return tailer, past


def test_the_newest_part_is_read_live_and_the_rest_as_the_past(log: LogFile) -> None:
    log.write(LINES)
    tailer, past = first_sight(log)
    live = b"".join(block.data for block in tailer.blocks(0.0))
    tailer.close()

    assert read(Past(past[0])) + live == LINES
    assert 0.4 < len(live) / len(LINES) < 0.6


def test_first_sight_comes_once(log: LogFile) -> None:
    seen: list[int] = []

    def see(source: Source, rotated: Sequence[Sibling]) -> Sequence[Generation]:
        seen.append(source.size)
        return ()

    log.write(b"1\n")
    tailer = Tailer(str(log.path))
    tailer.at_first_sight = see
    list(tailer.blocks(0.0))
    log.rotate()
    list(tailer.blocks(1.0))
    saved = tailer.generations()
    tailer.close()
    tailer = Tailer(str(log.path), saved=saved)
    tailer.at_first_sight = see
    list(tailer.blocks(2.0))
    tailer.close()

    assert seen == [2]


def test_old_generations_are_read_newest_first(log: LogFile) -> None:
    for number in (3, 2, 1):
        file = log.path.with_name(f"app.log.{number}.gz")
        file.write_bytes(gzip.compress(b"%d\n" % number))
        os.utime(file, (1e9 - number, 1e9 - number))
    log.write(LINES)
    tailer, past = first_sight(log)
    list(tailer.blocks(0.0))
    tailer.close()

    assert all(stretch.compressed for stretch in past[1:])
    assert [read(Past(stretch)) for stretch in past[1:]] == [b"1\n", b"2\n", b"3\n"]


def test_what_is_to_come_first_is_read_before_the_log(log: LogFile) -> None:
    log.write(b"1\n")
    log.path.rename(f"{log.path}.1")
    log.write(b"2\n")
    tailer = Tailer(str(log.path))
    tailer.at_first_sight = lambda _, rotated: [
        Stretch.whole(str(log.path), one) for one in rotated
    ]

    assert [block.data for block in tailer.blocks(0.0)] == [b"1\n", b"2\n"]
    tailer.close()


def rename(log: LogFile) -> None:
    log.path.rename(f"{log.path}.1")
    log.write(b"new\n")


def rename_and_compress(log: LogFile) -> None:
    rename(log)
    old = Path(f"{log.path}.1")
    Path(f"{old}.gz").write_bytes(gzip.compress(old.read_bytes()))
    shutil.copystat(old, f"{old}.gz")
    old.unlink()


def copy_and_cut(log: LogFile) -> None:
    log.copytruncate()
    log.write(b"new\n")


@pytest.mark.parametrize("move", [rename, rename_and_compress, copy_and_cut])
@pytest.mark.parametrize("restart", [False, True])
def test_a_file_that_is_rotated_while_its_past_is_read_is_read_once(
    log: LogFile, move: Callable[[LogFile], None], restart: bool
) -> None:
    log.write(LINES)
    tailer, past = first_sight(log)
    got = [block.data for block in tailer.blocks(0.0)]
    reader = Past(past[0])
    blocks = reader.blocks()
    got.append(next(blocks).data)
    log.write(b"late\n")
    move(log)
    if restart:
        left = msgspec.msgpack.decode(msgspec.msgpack.encode(reader.stretch), type=Stretch)
        reader.close()
        reader = Past(left)
        blocks = reader.blocks()
        saved = tailer.generations()
        tailer.close()
        tailer = Tailer(str(log.path), saved=saved)
    got += [block.data for block in tailer.blocks(1.0)]
    got += [block.data for block in blocks]
    got += [block.data for block in tailer.blocks(20.0)]
    reader.close()
    tailer.close()

    assert (reader.problem, reader.done) == ("", True)
    assert sorted(b"".join(got).split(b"\n")) == sorted((LINES + b"late\nnew\n").split(b"\n"))


def test_what_is_left_is_true_between_any_two_blocks(log: LogFile) -> None:
    log.write(LINES)
    source = Source(str(log.path))
    past = Past(Stretch.of(str(log.path), source))
    source.close()
    got = b""
    for block in past.blocks():
        got += block.data
        assert got + read(Past(past.stretch)) == LINES
    past.close()
    assert len(LINES) > 3 * BLOCK


def test_a_past_that_is_gone_is_said_so(log: LogFile) -> None:
    log.write(LINES)
    source = Source(str(log.path))
    past = Past(Stretch.of(str(log.path), source))
    source.close()
    log.vanish()

    assert read(past) == b""
    assert "gone" in past.problem
    assert not past.done


def test_a_past_that_was_cut_away_is_said_so(log: LogFile) -> None:
    log.write(LINES)
    source = Source(str(log.path))
    past = Past(Stretch.of(str(log.path), source))
    source.close()
    blocks = past.blocks()
    next(blocks)
    os.truncate(log.path, 0)

    assert list(blocks) == []
    assert "gone" in past.problem
    past.close()


def test_a_damaged_archive_ends_with_words(log: LogFile) -> None:
    packed = Path(f"{log.path}.1.gz")
    packed.write_bytes(gzip.compress(OLD)[:-5000])
    past = Past(Stretch.whole(str(log.path), siblings(str(log.path))[0]))
    got = read(past)

    assert OLD.startswith(got)
    assert past.done
    assert "ends in the middle" in past.problem


def test_a_last_line_without_an_end_is_of_the_past_too(log: LogFile) -> None:
    log.write(b"1\n2")
    log.rotate()
    past = Past(Stretch.whole(str(log.path), siblings(str(log.path))[0]))

    assert read(past) == b"1\n2\n"
