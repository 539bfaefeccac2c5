"""`wait`: an answer when the picture changes; bounded, a viewer while it lasts, and let go."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.pytest_plugin import AiohttpClient
from aiohttp.test_utils import TestClient, TestServer

from tests.serving import Client, Worker, eventually
from watcher.draw.view import View
from watcher.frame import Form, News, Wanted
from watcher.serve import frames, waiters

VIEW = Wanted("log1", View())


async def etag(client: Client, path: str = "/g/log1.png") -> dict[str, str]:
    return {"If-None-Match": (await client.get(path)).headers["ETag"]}


def begin(client: Client, headers: dict[str, str], query: str = "?wait=50") -> Any:
    async def ask() -> ClientResponse:
        return await client.get(f"/g/log1.png{query}", headers=headers)

    return asyncio.ensure_future(ask())


def waiting(monkeypatch: pytest.MonkeyPatch) -> list[waiters.Waiters]:
    """Whoever waits from now on."""
    found: list[waiters.Waiters] = []
    init = waiters.Waiters.__init__

    def remembered(self: waiters.Waiters, held: frames.Frames) -> None:
        init(self, held)
        found.append(self)

    monkeypatch.setattr(waiters.Waiters, "__init__", remembered)
    return found


@pytest.fixture
async def watched(
    monkeypatch: pytest.MonkeyPatch, aiohttp_client: AiohttpClient, worker: Worker
) -> tuple[Client, waiters.Waiters]:
    found = waiting(monkeypatch)
    client: Client = await aiohttp_client(worker.app())
    return client, found[0]


def draw(worker: Worker) -> bytes:
    worker.change("log1")
    frame = worker.frame(VIEW)
    worker.frames.publish(News(frames=((VIEW, frame),)))
    return frame.body


async def test_who_has_the_picture_gets_the_next_one(
    watched: tuple[Client, waiters.Waiters], worker: Worker
) -> None:
    client, there = watched
    asked = begin(client, await etag(client))
    await eventually(lambda: len(there) == 1)
    worker.frames.publish(News(frames=((VIEW, worker.frame(VIEW)),)))  # as it was
    body = draw(worker)
    answer = await asked
    assert (answer.status, await answer.read()) == (200, body)
    assert len(there) == 0


@pytest.mark.parametrize("headers", [{}, {"If-None-Match": '"other"'}])
async def test_who_has_another_or_none_is_answered_at_once(
    client: Client, headers: dict[str, str]
) -> None:
    assert (await begin(client, headers)).status == 200


async def test_what_does_not_change_is_304_in_the_end(client: Client) -> None:
    headers = await etag(client)
    began = time.monotonic()
    answer = await begin(client, headers, "?wait=1&cache=9")
    assert 0.9 < time.monotonic() - began < 5
    assert (answer.status, answer.headers["ETag"]) == (304, headers["If-None-Match"])
    assert answer.headers["Cache-Control"] == "max-age=9"
    assert (await begin(client, headers, "?wait=0")).status == 304


async def test_an_error_is_not_waited_with(client: Client) -> None:
    path = "/g/log1.png?from=1970-01-01T00:00Z&wait=50"
    assert (await client.get(path, headers={"If-None-Match": "*"})).status == 400


async def test_a_graph_that_goes_is_told_to_those_who_wait(
    watched: tuple[Client, waiters.Waiters], worker: Worker
) -> None:
    client, there = watched
    asked = begin(client, await etag(client))
    await eventually(lambda: len(there) == 1)
    worker.frames.publish(News(gone=("log1",)))
    assert (await asked).status == 404


async def test_numbers_and_letters_can_be_waited_for(
    watched: tuple[Client, waiters.Waiters], worker: Worker
) -> None:
    client, there = watched
    forms: tuple[Form, ...] = ("json", "txt")
    for form in forms:
        path, wanted = f"/g/log1.{form}", Wanted("log1", View(), form)
        headers = await etag(client, path)
        asked = asyncio.ensure_future(client.get(f"{path}?wait=50", headers=headers))
        await eventually(lambda: len(there) == 1)
        worker.change("log1")
        worker.frames.publish(News(frames=((wanted, worker.frame(wanted)),)))
        assert (await asked).status == 200


async def test_who_waits_counts_as_a_viewer(
    watched: tuple[Client, waiters.Waiters], worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames, "REMIND", 0.01)
    client, there = watched
    headers = await etag(client)
    asked = begin(client, headers)
    await eventually(lambda: len(there) == 1)
    before = len(worker.wanted)
    worker.drawing = False
    await eventually(lambda: len(worker.wanted) > before + 2)
    draw(worker)
    assert (await asked).status == 200


async def test_those_who_wait_are_bounded_and_who_leaves_makes_room(
    watched: tuple[Client, waiters.Waiters], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, there = watched
    headers = await etag(client)
    monkeypatch.setattr(waiters, "MAX_PER_ADDRESS", 1)
    first = begin(client, headers)
    await eventually(lambda: len(there) == 1)
    refused = await begin(client, headers)
    assert (refused.status, refused.headers["Retry-After"]) == (429, "1")
    assert refused.content_type == "image/png"
    monkeypatch.setattr(waiters, "MAX_WAITING", 1)
    refused = await begin(client, headers)
    assert (refused.status, refused.headers["Retry-After"]) == (503, "1")
    assert (await begin(client, {})).status == 200  # that does not wait
    first.cancel()
    await eventually(lambda: len(there) == 0)
    again = begin(client, headers)
    await eventually(lambda: len(there) == 1)
    again.cancel()
    await eventually(lambda: len(there) == 0)


async def test_those_who_wait_are_let_go_with_the_daemon(
    monkeypatch: pytest.MonkeyPatch, worker: Worker
) -> None:
    found = waiting(monkeypatch)
    server = TestServer(worker.app())
    async with TestClient(server) as client:
        headers = await etag(client)
        asked = [begin(client, headers) for _ in range(20)]
        await eventually(lambda: len(found[0]) == 20)
        began = time.monotonic()
        await server.app.shutdown()
        assert [answer.status for answer in await asyncio.gather(*asked)] == [304] * 20
        assert (await begin(client, headers)).status == 304  # no more wait
        assert time.monotonic() - began < 2
