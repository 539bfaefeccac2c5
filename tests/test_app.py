"""How it is run: quiet, bounded, and gone when told to."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage

from tests.serving import LOG1, PATIENCE, Worker, eventually
from watcher.serve import app as room
from watcher.serve.app import Malformed, Runner

GET = b"GET /g/log1.png HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture
async def port() -> AsyncIterator[int]:
    runner = Runner(Worker(LOG1).app())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


async def ask(port: int, request: bytes) -> bytes:
    """One request on a connection of its own; the answer up to the end of the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    async with asyncio.timeout(10):
        answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def test_requests_in_a_pipeline_are_answered_in_order(port: int) -> None:
    last = GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    answer = await ask(port, GET * 5 + last)
    assert answer.count(b"HTTP/1.1 200 OK\r\n") == 6
    assert answer.count(b"Connection: close") == 1


async def test_http_1_0_is_served_and_closed(port: int) -> None:
    answer = await ask(port, b"GET /g/log1.png HTTP/1.0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.0 200 OK\r\n")
    assert b"Content-Length: " in answer


async def test_a_connection_too_many_is_told_so(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MAX_CONNECTIONS", 1)
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = await ask(port, GET)
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"Retry-After: 1\r\n" in answer
    writer.close()
    await writer.wait_closed()
    last = GET[:-2] + b"Connection: close\r\n\r\n"
    async with asyncio.timeout(PATIENCE):
        while not (await ask(port, last)).startswith(b"HTTP/1.1 200 "):
            pass


@pytest.mark.parametrize(
    "request_", [b"GARBAGE\r\n\r\n", b"GET / HTTP/1.1\r\nX: " + b"x" * 20_000 + b"\r\n\r\n"]
)
async def test_malformed_requests_do_not_flood_the_log(
    port: int, request_: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(20):
        assert (await ask(port, request_)).startswith(b"HTTP/1.0 400 ")
    assert len(caplog.records) <= 1
    assert not [record for record in caplog.records if record.exc_info]


def record_of(error: Exception) -> logging.LogRecord:
    info = (type(error), error, None)
    return logging.LogRecord("x", logging.ERROR, "f", 1, "trouble with %s", ("me",), info)


def test_malformed_requests_are_counted_in_one_line_a_minute() -> None:
    clock = [0.0]
    quiet = Malformed(lambda: clock[0])
    errors = [record_of(web_error()) for _ in range(5)]
    assert [quiet.filter(error) for error in errors] == [True, False, False, False, False]
    clock[0] += room.MALFORMED_EVERY
    last = record_of(web_error())
    assert quiet.filter(last)
    assert last.getMessage() == "malformed request (5 since the last such line)"
    assert (last.exc_info, last.levelname) == (None, "WARNING")


def web_error() -> Exception:
    return BadHttpMessage("no")


def test_our_own_mistakes_keep_their_traceback() -> None:
    record = record_of(KeyError("bug"))
    assert Malformed().filter(record)
    assert record.exc_info is not None
    assert record.getMessage() == "trouble with me"


async def test_a_bug_of_ours_shows_no_traceback_to_the_client(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    worker = Worker(LOG1)
    runner = Runner(worker.app())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()

    def broken(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(worker.frames, "hold", broken)
    answer = await ask(runner.addresses[0][1], GET)
    assert answer.startswith(b"HTTP/1.1 500 ")
    assert b"secret" not in answer
    assert "secret" in caplog.text
    await runner.cleanup()


async def test_leaving_with_open_streams_and_requests_takes_less_than_a_second() -> None:
    worker = Worker(LOG1)
    worker.drawing = False
    runner = Runner(worker.app())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    streams = [
        asyncio.ensure_future(ask(port, b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        for _ in range(50)
    ]
    idle = await asyncio.open_connection("127.0.0.1", port)
    await eventually(lambda: len(runner_streams(worker)) == 50)
    began = time.monotonic()
    await runner.cleanup()
    assert time.monotonic() - began < 1.0
    for stream in await asyncio.gather(*streams):
        assert b"event: hello" in stream
    idle[1].close()


def runner_streams(worker: Worker) -> set[object]:
    (told,) = (getattr(listener, "__self__", None) for listener in worker.frames._listeners)
    streams: set[object] = told._streams  # type: ignore[union-attr]
    return streams


async def test_who_leaves_a_stream_is_forgotten_at_once() -> None:
    worker = Worker(LOG1)
    runner = Runner(worker.app())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    reader, writer = await asyncio.open_connection("127.0.0.1", runner.addresses[0][1])
    writer.write(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await reader.readuntil(b"event: hello")
    assert runner_streams(worker)
    writer.close()
    await eventually(lambda: not runner_streams(worker))
    await runner.cleanup()
