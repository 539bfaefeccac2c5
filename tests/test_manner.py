"""How an answer is wanted: told in headers, never in the key of a frame, refused by name."""

from __future__ import annotations

import pytest

from tests.serving import Client, Worker
from watcher.draw.view import OF_THE_ANSWER, View
from watcher.frame import Wanted
from watcher.serve.manner import PARAMETERS

PNG = b"\x89PNG\r\n\x1a\n"
EPOCH = "from=1970-01-01T00:00Z"  # what this worker cannot draw


def test_all_that_no_view_has_is_understood_here_or_is_about_access() -> None:
    assert OF_THE_ANSWER - PARAMETERS.keys() == {"token", "sig", "exp"}


async def test_the_manner_of_an_answer_makes_no_other_frame(client: Client, worker: Worker) -> None:
    for query in ("", "?refresh=5", "?cache=60&wait=0", "?onerror=200", "?refresh=&wait="):
        assert (await client.get(f"/g/log1.png{query}")).status == 200
    assert worker.wanted == [Wanted("log1", View())]


@pytest.mark.parametrize(
    "path",
    ["/g/log1.png", "/g/log1@2x.png", "/g/requests/day.png", "/wall.png", "/badge/log1.png"],
)
async def test_every_picture_can_be_refreshed_and_cached(client: Client, path: str) -> None:
    answer = await client.get(f"{path}?refresh=5&cache=60")
    assert answer.headers["Refresh"] == "5"
    assert answer.headers["Cache-Control"] == "max-age=60"
    assert "Refresh" not in (await client.get(path)).headers
    headers = {"If-None-Match": answer.headers["ETag"]}
    same = await client.get(f"{path}?refresh=5&cache=60", headers=headers)
    assert (same.status, await same.read()) == (304, b"")
    assert (same.headers["Refresh"], same.headers["Cache-Control"]) == ("5", "max-age=60")


@pytest.mark.parametrize(
    "path",
    ["/g/log1.txt", "/g/log1.json", "/render?target=log1", "/gradient.png?g=log1"],
)
async def test_so_can_all_other_forms_of_a_graph(client: Client, path: str) -> None:
    query = "&refresh=5&cache=60" if "?" in path else "?refresh=5&cache=60"
    answer = await client.get(path + query)
    assert answer.headers["Refresh"] == "5"
    assert answer.headers["Cache-Control"] == "max-age=60"


async def test_a_random_gradient_can_be_refreshed_and_is_never_kept(client: Client) -> None:
    answer = await client.get("/gradient.png?refresh=5&cache=60")
    assert (answer.headers["Refresh"], answer.headers["Cache-Control"]) == ("5", "no-store")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("refresh=0", "refresh: '0' is not from 1 to 3600 (seconds)"),
        ("refresh=3601", "refresh: '3601' is not from 1 to 3600 (seconds)"),
        ("refresh=1.5", "refresh: '1.5' is not"),
        ("refresh=5;url=//evil", "refresh: '5;url=//evil' is not"),
        ("wait=56", "wait: '56' is not from 0 to 55 (seconds)"),
        ("wait=-1", "wait: '-1' is not"),
        ("cache=0", "cache: '0' is not from 1 to 86400 (seconds)"),
        ("cache=86401", "cache: '86401' is not"),
        ("onerror=404", "onerror: '404' is not 200"),
        ("wait=1&wait=2", "wait: given twice"),
    ],
)
async def test_what_is_wrong_is_named(client: Client, query: str, said: str) -> None:
    answer = await client.get(f"/g/log1.txt?{query}")
    assert answer.status == 400
    assert said in await answer.text()
    for path in ("/g/log1.png", "/wall.png", "/badge/log1.png", "/g/log1.mpng", "/gradient.png"):
        answer = await client.get(f"{path}?{query}")
        assert (answer.status, answer.content_type) == (400, "image/png")
        assert answer.headers["Cache-Control"] == "no-store"
    assert (await client.get(f"/g/log1.json?{query}")).status == 400


@pytest.mark.parametrize(
    "path",
    [
        "/g/nope.png?",
        "/wall/nope.png?",
        "/nothing/here.png?",
        "/g/log1.png?width=1&",
        "/g/log1.png?wait=99&",
        f"/g/log1.png?{EPOCH}&",
        f"/g/log1.mpng?{EPOCH}&",
        "/gradient.png?kind=square&",
        "/render?target=nope&",
    ],
)
async def test_an_error_picture_has_status_200_for_those_who_drop_others(
    client: Client, path: str
) -> None:
    true = await client.get(path)
    assert true.status in (400, 404)
    answer = await client.get(f"{path}onerror=200&refresh=5")
    assert (answer.status, answer.content_type) == (200, "image/png")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Refresh"] == "5"  # or a screen on a wall would show it for ever
    assert "ETag" not in answer.headers
    assert await answer.read() == await true.read()


async def test_an_error_in_letters_too(client: Client) -> None:
    assert (await client.get("/g/nope.txt")).status == 404
    answer = await client.get("/g/nope.txt?onerror=200")
    assert (answer.status, answer.headers["Watcher-State"]) == (200, "error")
    assert (await answer.text()).startswith("There is no graph 'nope'.")
