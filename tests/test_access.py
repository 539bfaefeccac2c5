"""Who may look: Host headers that are ours, and limits with words."""

from __future__ import annotations

import pytest
from aiohttp.pytest_plugin import AiohttpClient

from tests.serving import LOG1, Worker
from watcher.serve import access
from watcher.serve.access import Access, Hosts

OURS = [
    "127.0.0.1",
    "127.0.0.1:8080",
    "10.1.2.3:80",
    "[::1]",
    "[::1]:8080",
    "[fe80::1]:99",
    "localhost",
    "LOCALHOST:8080",
    "localhost.",
    "wall",
    "pi-4",
    "my_box:8080",
    "wall.local",
    "wall.lan",
    "a.b.lan",
    "wall.home.arpa",
    "Wall.Local:80",
    "graphs.example.org",
    "GRAPHS.example.org:8443",
    "graphs.example.org.",
    "2130706433",
]
FOREIGN = [
    "example.org",
    "evil.example.org:8080",
    "graphs.example.org.evil.org",
    "notlocal.localdomain",
    "x.lan.evil.org",
    "127.0.0.1.evil.org",
    "127.0.0.256.nip.io",
    "[::1",
    "[evil.org]:80",
    "::1",
    "a:b:c",
    ".local",
    ".lan",
    "wall.local:x",
    "graphs.example.org@evil.org",
    "evil.org#",
    "a/b.lan",
    "xn--lan.org",
]


@pytest.mark.parametrize("host", OURS)
def test_our_own_names_are_answered(host: str) -> None:
    assert Hosts(["Graphs.Example.org"]).allow(host)


@pytest.mark.parametrize("host", [*FOREIGN, "", " ", "evil.org localhost", "a\tb", "é.lan"])
def test_foreign_names_are_refused(host: str) -> None:
    assert not Hosts(["graphs.example.org"]).allow(host)


def test_the_machines_own_name_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "Box.Example.net")
    assert Hosts([]).allow("box.example.net:8080")
    assert not Hosts([]).allow("other.example.net")


def test_verdicts_are_remembered_within_bounds() -> None:
    hosts = Hosts([])
    for n in range(3 * access.MAX_HOSTS):
        assert not hosts.allow(f"h{n}.evil.org")
    assert len(hosts._known) <= access.MAX_HOSTS
    assert hosts.allow("localhost")


async def test_a_foreign_host_is_told_which_setting_would_help(
    aiohttp_client: AiohttpClient,
) -> None:
    client = await aiohttp_client(Worker(LOG1).app(Access(hosts=("good.example.org",))))
    for path in ("/", "/g/log1.png", "/api/graphs", "/events", "/nowhere", "/readyz"):
        answer = await client.get(path, headers={"Host": "evil.example.org", "Accept": "text/html"})
        assert answer.status == 421
        assert "[access] hosts" in await answer.text()
        assert answer.content_type == "text/plain"
        assert answer.headers["Cache-Control"] == "no-store"
    assert (await client.get("/", headers={"Host": "good.example.org"})).status == 200
    assert (await client.get("/healthz", headers={"Host": "evil.example.org"})).status == 200


async def test_every_answer_carries_the_common_headers(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(Worker(LOG1).app())
    paths = ("/", "/g/log1", "/g/log1.png", "/g/log1.json", "/g/no.png", "/g/no", "/g/no.json")
    for path in (*paths, "/api/graphs", "/healthz", "/readyz", "/nowhere", "/render", "/static/x"):
        headers = (await client.get(path)).headers
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Referrer-Policy"] == "no-referrer", path
        assert headers["Server"] == "watcher", path


async def test_an_unknown_path_and_a_wrong_method_are_said_in_words(
    aiohttp_client: AiohttpClient,
) -> None:
    client = await aiohttp_client(Worker(LOG1).app())
    answer = await client.get("/nowhere/at/all")
    assert answer.status == 404
    assert "/nowhere/at/all" in await answer.text()
    page = await client.get("/nowhere", headers={"Accept": "text/html"})
    assert (page.status, page.content_type) == (404, "text/html")
    assert "There is nothing at /nowhere." in await page.text()
    answer = await client.delete("/g/log1.png")
    assert answer.status == 405
    assert answer.headers["Allow"] == "GET,HEAD"
    assert "DELETE" in await answer.text()


async def test_limits_are_answered_clearly(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(Worker(LOG1).app())
    long = "_=" + "x" * access.MAX_QUERY
    assert (await client.get(f"/g/log1.json?{long}")).status == 414
    assert (await client.get(f"/events?graphs={long}")).status == 414
    many = "&".join(f"_{n}=" for n in range(access.MAX_PARAMETERS + 1))
    answer = await client.get(f"/g/log1.json?{many}")
    assert answer.status == 400
    assert "at most 50" in (await answer.json())["error"]
    body = {"target": "log1", "_": "x" * access.MAX_BODY}
    answer = await client.post("/render", data=body)
    assert answer.status == 413
    assert "65,536" in await answer.text()
