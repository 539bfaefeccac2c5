"""Pictures that replace each other: each at once, the newest only, and an end when it is due."""

from __future__ import annotations

import pytest
from aiohttp import ClientPayloadError, ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from tests.serving import Client, Worker
from watcher.draw.view import View
from watcher.frame import News, Wanted
from watcher.serve import moving

NEXT = b"\r\n--watcher\r\nContent-Type: image/png\r\n\r\n"
VIEW = Wanted("log1", View())


async def picture(answer: ClientResponse) -> bytes:
    """The next picture, which is whole as soon as the one after it has been announced."""
    found = await answer.content.readuntil(NEXT)
    return found.removesuffix(NEXT)


def draw(worker: Worker) -> bytes:
    worker.change("log1")
    frame = worker.frame(VIEW)
    worker.frames.publish(News(frames=((VIEW, frame),)))
    return frame.body


async def test_each_picture_comes_at_once_and_the_next_is_announced(
    client: Client, worker: Worker
) -> None:
    answer = await client.get("/g/log1.mpng")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "multipart/x-mixed-replace; boundary=watcher"
    assert answer.headers["Cache-Control"] == "no-store, no-transform"
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert "ETag" not in answer.headers
    assert await picture(answer) == NEXT[2:] + worker.frame(VIEW).body
    for _ in range(3):
        body = draw(worker)
        assert await picture(answer) == body
    answer.close()


async def test_a_picture_that_is_as_it_was_is_not_sent_again(
    client: Client, worker: Worker
) -> None:
    answer = await client.get("/g/log1.mpng")
    await picture(answer)
    same = worker.frame(VIEW)
    worker.frames.publish(News(frames=((VIEW, same),)))
    body = draw(worker)
    assert await picture(answer) == body
    answer.close()


async def test_walls_move_too(client: Client, worker: Worker) -> None:
    for path in ("/wall.mpng", "/wall/office.mpng?from=-6h"):
        answer = await client.get(path)
        assert await picture(answer)
        answer.close()
    assert [wanted.form for wanted in worker.wanted] == ["wall", "wall"]


async def test_what_cannot_be_shown_is_an_error_picture(client: Client) -> None:
    wrong = (("/g/no.mpng", 404), ("/g/log1.mpng?width=1", 400), ("/wall/no.mpng", 404))
    for path, status in wrong:
        answer = await client.get(path)
        assert (answer.status, answer.content_type) == (status, "image/png")


async def test_streams_are_bounded_and_who_leaves_makes_room(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "MAX_PER_ADDRESS", 1)
    answer = await client.get("/g/log1.mpng")
    refused = await client.get("/g/log1.mpng")
    assert (refused.status, refused.headers["Retry-After"]) == (429, "1")
    monkeypatch.setattr(moving, "MAX_MOVING", 1)
    assert (await client.get("/g/log1.mpng")).status == 503
    answer.close()

    async def room() -> bool:
        again = await client.get("/g/log1.mpng")
        again.close()
        return again.status == 200

    for _ in range(100):
        if await room():
            break
    else:
        pytest.fail("nobody made room")


async def test_a_stream_ends_when_its_graph_does(client: Client, worker: Worker) -> None:
    answer = await client.get("/g/log1.mpng")
    await picture(answer)
    worker.frames.publish(News(gone=("log1",)))
    with pytest.raises(ClientPayloadError):
        await answer.content.read()


async def test_streams_end_with_the_daemon(worker: Worker) -> None:
    server = TestServer(worker.app())
    async with TestClient(server) as client:
        answer = await client.get("/g/log1.mpng")
        await picture(answer)
        await server.app.shutdown()
        with pytest.raises(ClientPayloadError):
            await answer.content.read()
