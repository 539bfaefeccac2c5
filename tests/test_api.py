"""Numbers for programs."""

from __future__ import annotations

from aiohttp.pytest_plugin import AiohttpClient

from tests.serving import LOG1, REQUESTS, Worker
from watcher.draw.view import View
from watcher.frame import Wanted


async def test_all_graphs_are_listed_in_their_order(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(Worker(REQUESTS, LOG1).app())
    answer = await client.get("/api/graphs")
    assert answer.content_type == "application/json"
    requests, log1 = await answer.json()
    assert requests == {
        "name": "requests",
        "title": "Requests <b>per</b> second",
        "log": "log1",
        "fields": [{"name": "value"}],
        "style": "line",
        "axis": "time",
        "state": "fresh",
        "level": "ok",
        "revision": 1_700_000_000_001,
        "last": 230.0,
        "last_sample": "2023-11-14T23:13:20.250+01:00",
        "counters": {"lines": 12_040, "samples": 12_037, "bad": 3},
        "urls": {
            "page": "/g/requests",
            "png": "/g/requests.png",
            "json": "/g/requests.json",
            "txt": "/g/requests.txt",
        },
    }
    assert (log1["name"], log1["last_sample"]) == ("log1", None)
    assert await (await client.get("/api/graphs?graphs=log1,no")).json() == [log1]


async def test_every_listed_url_answers(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(Worker(REQUESTS, LOG1).app())
    graphs = await (await client.get("/api/graphs")).json()
    urls = [url for graph in graphs for url in graph["urls"].values()]
    assert len(urls) >= len(graphs) == 2
    for url in urls:
        assert (await client.get(url)).status == 200


async def test_numbers_take_the_parameters_of_the_picture(aiohttp_client: AiohttpClient) -> None:
    worker = Worker(LOG1)
    client = await aiohttp_client(worker.app())
    answer = await client.get("/g/log1.json?width=300&_=1")
    assert (answer.status, answer.content_type) == (200, "application/json")
    assert worker.wanted == [Wanted("log1", View(width=300), "json")]
    etag = answer.headers["ETag"]
    again = await client.get("/g/log1.json?width=300", headers={"If-None-Match": etag})
    assert again.status == 304
    assert "Cross-Origin-Resource-Policy" not in answer.headers


async def test_numbers_are_the_same_whatever_is_not_seen_of_their_view(
    aiohttp_client: AiohttpClient,
) -> None:
    worker = Worker(LOG1)
    client = await aiohttp_client(worker.app())
    for query in ("", "?theme=dark&title=x&legend=0", "?ymin=1&yscale=log&depth=1&vs=-1d"):
        assert (await client.get(f"/g/log1.json{query}")).status == 200
    assert worker.wanted == [Wanted("log1", View(), "json")]


async def test_errors_are_json_with_their_true_status(aiohttp_client: AiohttpClient) -> None:
    worker = Worker(LOG1)
    client = await aiohttp_client(worker.app())
    for path, status, words in (
        ("/g/log1.json?width=big", 400, "width: 'big'"),
        ("/g/log1.json?colour=red", 400, "colour: no such parameter"),
        ("/g/log2.json", 404, "There are: log1"),
    ):
        answer = await client.get(path)
        assert (answer.status, answer.content_type) == (status, "application/json")
        assert words in (await answer.json())["error"]
        assert answer.headers["Cache-Control"] == "no-store"


async def test_before_the_first_pass_a_graph_may_only_be_late(
    aiohttp_client: AiohttpClient,
) -> None:
    worker = Worker()
    worker.is_ready = False
    client = await aiohttp_client(worker.app())
    for path in ("/g/log1.json", "/g/log1", "/readyz"):
        answer = await client.get(path)
        assert answer.status == 503
        assert int(answer.headers["Retry-After"]) > 0


async def test_health_is_said_in_one_word(aiohttp_client: AiohttpClient) -> None:
    worker = Worker()
    client = await aiohttp_client(worker.app())
    assert (await (await client.get("/healthz")).text()).strip() == "ok"
    assert (await (await client.get("/readyz")).text()).strip() == "ok"
    worker.is_healthy = False
    answer = await client.get("/healthz")
    assert (answer.status, answer.headers["Cache-Control"]) == (503, "no-store")
    assert (await client.head("/healthz")).status == 503
