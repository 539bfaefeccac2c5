"""Streams: told at once, never a queue, gone at once."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import replace
from typing import Any, NamedTuple, cast

import pytest
from aiohttp import ClientResponse
from aiohttp.pytest_plugin import AiohttpClient, AiohttpServer
from aiohttp.web import Application

from tests.serving import LOG1, PATIENCE, REQUESTS, Client, Worker, eventually
from watcher.frame import News
from watcher.history.pulse import State
from watcher.serve import access, live
from watcher.serve.live import Live


class Event(NamedTuple):
    name: str
    data: dict[str, Any]
    id: str


async def event(answer: ClientResponse) -> Event:
    """The next event of a stream."""
    fields = {"id": "", "event": "", "data": "{}"}
    async with asyncio.timeout(PATIENCE):
        while line := (await answer.content.readline()).decode().rstrip("\n"):
            name, _, value = line.partition(": ")
            fields[name] = value
    return Event(fields["event"], json.loads(fields["data"]), fields["id"])


async def events(answer: ClientResponse, count: int) -> list[Event]:
    return [await event(answer) for _ in range(count)]


def frame_of(worker: Worker, name: str, serial: int) -> Event:
    graph = worker.frames.graphs[name]
    said = {"graph": name, "revision": graph.revision, "state": graph.state, "level": graph.level}
    return Event("frame", said, f"b00t-{serial}")


async def test_a_stream_begins_with_hello_and_one_frame_per_graph(
    client: Client, worker: Worker
) -> None:
    answer = await client.get("/events")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert answer.headers["Cache-Control"] == "no-store, no-transform"
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert "Content-Length" not in answer.headers
    assert await answer.content.readline() == b"retry: 2000\n"
    assert await events(answer, 3) == [
        Event("hello", {"version": "0.1.0", "boot": "b00t"}, ""),
        frame_of(worker, "log1", 1),
        frame_of(worker, "requests", 2),
    ]


async def test_a_change_is_told_at_once(client: Client, worker: Worker) -> None:
    answer = await client.get("/events")
    await events(answer, 3)
    worker.change("log1", level="crit")
    worker.change("requests", state=State.STALE)
    assert await events(answer, 2) == [frame_of(worker, "log1", 3), frame_of(worker, "requests", 4)]


async def test_only_the_graphs_that_were_asked_for(client: Client, worker: Worker) -> None:
    answer = await client.get("/events?graphs=requests,later")
    assert (await events(answer, 2))[1] == frame_of(worker, "requests", 2)
    worker.change("log1")
    worker.change("requests")
    assert await event(answer) == frame_of(worker, "requests", 4)


async def test_beats_come_while_nothing_happens(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "BEAT", 0.02)
    answer = await client.get("/events")
    assert [e.name for e in await events(answer, 5)] == ["hello", "frame", "frame", "beat", "beat"]


def test_the_beat_is_the_contracts() -> None:
    assert live.BEAT == 5.0


@pytest.mark.parametrize(
    ("last_id", "told"),
    [
        ("b00t-2", ["log1"]),
        ("b00t-1", ["requests", "log1"]),
        ("b00t-3", []),
        ("b00t-99", ["requests", "log1"]),  # never given out
        ("other-2", ["requests", "log1"]),
        ("b00t-", ["requests", "log1"]),
        ("b00t--1", ["requests", "log1"]),
        ("b00t-²", ["requests", "log1"]),
        ("garbage", ["requests", "log1"]),
    ],
)
async def test_one_who_comes_back_hears_what_was_missed(
    client: Client, worker: Worker, last_id: str, told: list[str]
) -> None:
    worker.change("log1")
    answer = await client.get("/events", headers={"Last-Event-ID": last_id})
    worker.change("log1", level="warn")  # marks the end
    heard = await events(answer, 2 + len(told))
    assert [e.data["graph"] for e in heard[1:]] == [*told, "log1"]
    assert heard[-1].data["level"] == "warn"


async def test_a_graph_that_goes_is_told_as_an_error(client: Client, worker: Worker) -> None:
    answer = await client.get("/events")
    await events(answer, 3)
    worker.frames.publish(News(gone=("log1",)))
    assert (await event(answer)).data == {
        "graph": "log1",
        "revision": LOG1.revision,
        "state": "error",
        "level": "ok",
    }
    late = await client.get("/events", headers={"Last-Event-ID": "b00t-2"})
    assert [e.data.get("state") for e in await events(late, 2)] == [None, "error"]
    new = await client.get("/events")
    assert [e.data.get("graph") for e in await events(new, 2)] == [None, "requests"]
    worker.frames.publish(News(graphs=(LOG1,)))
    assert (await event(new)).data["state"] == "fresh"


async def test_graphs_that_come_and_go_leave_nothing_behind() -> None:
    worker = Worker()
    told = Live(worker.frames, "0.1.0", "b00t")
    for n in range(2 * live.MAX_GONE):
        worker.frames.publish(News(graphs=(replace(LOG1, name=f"log{n}"),)))
        worker.frames.publish(News(gone=(f"log{n}",)))
    assert len(told._changed) == len(told._gone) == live.MAX_GONE


class Plug(asyncio.Transport):
    """A connection whose client reads when told to."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.stuck = self.closing = False

    def get_write_buffer_size(self) -> int:
        return 1 if self.stuck else 0

    def is_closing(self) -> bool:
        return self.closing

    def write(self, data: Any) -> None:
        self.written.append(bytes(data))

    def abort(self) -> None:
        self.closing = True


def plugged(told: Live, only: frozenset[str] | None = None) -> tuple[Plug, live.Stream]:
    plug = Plug()
    stream = live.Stream(plug, only)
    told._streams.add(stream)
    return plug, stream


async def test_a_slow_client_gets_only_the_newest_when_it_has_caught_up() -> None:
    worker = Worker(LOG1, REQUESTS)
    told = Live(worker.frames, "0.1.0", "b00t")
    plug, stream = plugged(told)
    plug.stuck = True
    for _ in range(20_000):
        worker.change("log1")
    worker.change("requests")
    assert plug.written == []
    assert stream.missed == {"log1", "requests"}
    plug.stuck = False
    await eventually(lambda: plug.written)
    newest = worker.frames.graphs["log1"].revision
    assert plug.written[0].count(b"event: frame") == 2
    assert f'"revision":{newest}'.encode() in plug.written[0]
    assert plug.written[0].index(b"b00t-20002") < plug.written[0].index(b"b00t-20003")
    assert stream.missed == set()
    worker.change("log1")
    assert len(plug.written) == 2
    assert told._sweep is None
    stream.end()
    await told.on_shutdown(Application())


async def test_a_slow_client_remembers_only_what_it_asked_for() -> None:
    worker = Worker(LOG1, REQUESTS)
    told = Live(worker.frames, "0.1.0", "b00t")
    plug, stream = plugged(told, frozenset({"requests"}))
    plug.stuck = True
    worker.change("log1")
    assert stream.missed == set()
    await told.on_shutdown(Application())


async def test_a_stalled_client_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "BEAT", 0.005)
    monkeypatch.setattr(live, "STALLED", 0.02)
    told = Live(Worker(LOG1).frames, "0.1.0", "b00t")
    plug, stream = plugged(told)
    plug.stuck = True
    told._watch()
    await eventually(stream.ended.done)
    assert plug.closing
    await told.on_shutdown(Application())


async def test_a_client_that_never_reads_holds_next_to_nothing(
    aiohttp_server: AiohttpServer, worker: Worker
) -> None:
    server = await aiohttp_server(worker.app())
    assert server.port is not None
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await reader.readuntil(b"event: frame")
    (stream,) = live_of(worker)._streams
    cast("asyncio.Transport", writer.transport).pause_reading()
    for n in range(50_000):
        worker.change("log1")
        if n % 500 == 0:
            await asyncio.sleep(0)
    assert stream.transport.get_write_buffer_size() < 10_000
    assert stream.missed == {"log1"}
    writer.transport.abort()


async def test_a_client_that_leaves_is_forgotten(
    aiohttp_client: AiohttpClient, worker: Worker
) -> None:
    client = await aiohttp_client(worker.app())
    told = live_of(worker)
    answer = await client.get("/events")
    await events(answer, 3)
    assert len(told._streams) == 1
    answer.close()

    def forgotten() -> bool:
        told._on_beat()
        return not told._streams

    await eventually(forgotten)
    assert not told._per_address


def live_of(worker: Worker) -> Live:
    (told,) = (getattr(listener, "__self__", None) for listener in worker.frames._listeners)
    assert isinstance(told, Live)
    return told


async def test_streams_end_at_once_when_the_daemon_leaves(
    aiohttp_server: AiohttpServer, aiohttp_client: AiohttpClient, worker: Worker
) -> None:
    client = await aiohttp_client(worker.app())
    answers = [await client.get("/events") for _ in range(20)]
    for answer in answers:
        await events(answer, 3)
    began = time.monotonic()
    await client.server.close()
    for answer in answers:
        assert await answer.content.read() == b""
    assert time.monotonic() - began < 1.0


async def test_streams_are_limited_in_total_and_per_address(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "MAX_STREAMS_PER_ADDRESS", 1)
    first = await client.get("/events")
    await events(first, 3)
    refused = await client.get("/events")
    assert (refused.status, refused.headers["Retry-After"]) == (429, "5")
    assert "from your address" in await refused.text()
    monkeypatch.setattr(access, "MAX_STREAMS", 1)
    refused = await client.get("/events")
    assert (refused.status, refused.headers["Retry-After"]) == (503, "5")


async def test_head_of_a_stream_ends(client: Client) -> None:
    answer = await client.head("/events")
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert await answer.read() == b""
