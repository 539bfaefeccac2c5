"""Lines in other encodings become UTF-8, block by block."""

from __future__ import annotations

from datetime import UTC

import msgspec
import pytest

from watcher.parse.encoding import decoder, looks_like_utf_16, marked
from watcher.parse.reader import Reader, ReaderState
from watcher.parse.settings import LogSettings

TEXT = "".join(f"2026-11-02 08:{n:02}:00 temp=2{n % 10}.5 K\u00fcche\n" for n in range(60))
MARKS = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}


def blocks(data: bytes, size: int) -> list[bytes]:
    """Cut behind the bytes of newlines, as a tailer does it."""
    lines = [line + b"\n" for line in data.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return [b"".join(lines[at : at + size]) for at in range(0, len(lines), size)]


def reader(state: ReaderState | None = None, said: str = "utf-8") -> Reader:
    return Reader(UTC, LogSettings("", encoding=said), list, state)


def times(one: Reader, data: list[bytes]) -> list[float]:
    """Of what is left when all was read."""
    found: list[float] = []
    for block in data:
        for reading in one.read(block, 1.8e9):
            read = list(reading.batch.times if reading.batch.times is not None else ())
            found = read if reading.anew else found + read
    return found


@pytest.mark.parametrize("name", MARKS)
def test_a_mark_at_the_beginning_says_the_encoding(name: str) -> None:
    data = MARKS[name] + TEXT.encode(name)
    one = reader()

    assert marked(data) == name
    assert len(times(one, blocks(data, 7))) == 60
    assert one.format.fields == ("temp",)


@pytest.mark.parametrize("name", MARKS)
def test_it_is_known_after_a_restart(name: str) -> None:
    data = blocks(MARKS[name] + TEXT.encode(name), 20)
    one = reader()
    times(one, data[:1])
    state = msgspec.msgpack.decode(msgspec.msgpack.encode(one.state), type=ReaderState)
    state = msgspec.structs.replace(state, provisional=False)

    assert len(times(reader(state), data[1:2])) == 20


def test_its_user_knows_better() -> None:
    one = reader(said="latin-1")
    times(one, [b"\xff\xfe1\n2\n"])

    assert one.state.encoding == ""


def test_other_bytes_are_no_mark() -> None:
    for head in (b"", b"\xff", b"\xef\xbb\xbfa", b"2026"):
        assert marked(head) == ""
    assert looks_like_utf_16(TEXT.encode("utf-16-le"))
    assert not looks_like_utf_16(TEXT.encode())


@pytest.mark.parametrize("hole", [1, 2, 7, 4096])
@pytest.mark.parametrize("name", MARKS)
def test_nuls_garble_one_line_at_most(name: str, hole: int) -> None:
    lines = [line.encode(name) for line in TEXT.splitlines(keepends=True)]
    data = b"".join(lines[:30]) + lines[30][:11] + b"\0" * hole + b"".join(lines[31:])
    decode = decoder(name)
    assert decode is not None
    found = decode(data).decode().splitlines()

    assert found[:30] == TEXT.splitlines()[:30]
    assert found[-28:] == TEXT.splitlines()[-28:]
