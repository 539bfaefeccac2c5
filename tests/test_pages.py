"""Pages: strict, escaped, whole, and of use without JavaScript."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest
from aiohttp.pytest_plugin import AiohttpClient
from PIL import Image

from tests.serving import LOG1, Client, Worker
from watcher.history.pulse import State
from watcher.serve import wishes
from watcher.serve.pages import number

NASTY = "\"><script>alert(1)</script><img src=x onerror='alert(2)'> & {{ 7*7 }}"


class Page(HTMLParser):
    """Every element of a page with its attributes, and its visible text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.elements if name == tag]

    def links(self) -> set[str]:
        """Everything on our own host that the page points to."""
        found = {attrs[key] for _, attrs in self.elements for key in attrs if key in LINKING}
        for _, attrs in self.elements:
            found |= {part.split()[0] for part in (attrs.get("srcset") or "").split(",") if part}
        return {link for link in found if link}


LINKING = {"href", "src", "data-src", "data-feed"}


async def page(client: Client, path: str, status: int = 200) -> Page:
    answer = await client.get(path, headers={"Accept": "text/html"})
    assert (answer.status, answer.content_type) == (status, "text/html")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert "img-src 'self' blob:" in policy
    assert "frame-ancestors 'self'" in policy
    return Page(await answer.text())


PAGES = [("/", 200), ("/g/log1", 200), ("/g/requests?from=-6h", 200), ("/g/no", 404), ("/no", 404)]
PAGES += [("/wall", 200), ("/wall/office", 200), ("/wall/no", 404)]


@pytest.mark.parametrize(("path", "status"), [*PAGES, ("/g/log1?width=1", 400)])
async def test_nothing_is_inline_and_nothing_comes_from_elsewhere(
    client: Client, path: str, status: int
) -> None:
    shown = await page(client, path, status)
    assert not shown.all("style")
    assert all(script.get("src") for script in shown.all("script"))
    for _, attrs in shown.elements:
        assert not [key for key in attrs if key == "style" or key.startswith("on")]
    assert all(link.startswith("/") and not link.startswith("//") for link in shown.links())


@pytest.mark.parametrize(("path", "status"), PAGES)
async def test_every_link_of_a_page_leads_somewhere(client: Client, path: str, status: int) -> None:
    links = (await page(client, path, status)).links()
    assert [link for link in links if link.startswith("/static/")]
    for link in links:
        assert (await client.get(link)).status == 200, link


async def test_static_files_are_kept_for_ever_under_a_name_with_their_hash(client: Client) -> None:
    links = (await page(client, "/")).links()
    static = sorted(link for link in links if link.startswith("/static/"))
    kinds = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
    assert len(static) == 4
    for link in static:
        assert re.fullmatch(r"/static/[a-z]+\.[0-9a-f]{12}\.(css|js|svg)", link)
        answer = await client.get(link)
        assert answer.content_type == kinds[link.rpartition(".")[2]]
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for stranger in ("app.js", "../app.py", "%2e%2e%2fapp.py", "app.000000000000.js"):
        assert (await client.get(f"/static/{stranger}")).status == 404


async def test_titles_are_text(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(Worker(replace(LOG1, title=NASTY)).app())
    for path in ("/", "/g/log1"):
        shown = await page(client, path)
        assert len(shown.all("script")) == 1
        assert not [img for img in shown.all("img") if img.get("src") == "x"]
        titled = [attrs for _, attrs in shown.elements if attrs.get("data-title")]
        assert {attrs["data-title"] for attrs in titled} == {NASTY}
    assert NASTY in shown.text  # the heading
    embed = Page(shown.text[shown.text.index("<a href") :])  # what a user copies and pastes
    assert [img["alt"] for img in embed.all("img")] == [NASTY]
    assert not embed.all("script")


async def test_the_dashboard_has_a_tile_for_every_graph(client: Client, worker: Worker) -> None:
    worker.change("log1", state=State.STALE, level="crit", last=1204.5)
    shown = await page(client, "/")
    tiles = [attrs for attrs in shown.all("a") if attrs.get("data-graph")]
    assert [tile["data-graph"] for tile in tiles] == ["log1", "requests"]
    assert tiles[0]["href"] == "/g/log1"
    assert (tiles[0]["data-state"], tiles[0]["data-level"]) == ("stale", "crit")
    assert tiles[0]["data-revision"] == str(LOG1.revision + 1)
    labels = [attrs["data-label"] for attrs in shown.all("span") if attrs.get("data-label")]
    assert labels[0] == "log1: last 1,204.5, stale"


async def test_without_javascript_pictures_follow_the_screen_and_the_page_reloads(
    client: Client,
) -> None:
    for path in ("/", "/g/log1?from=-100"):
        answer = await client.get(path)
        unscripted = "".join(
            re.findall(r"<noscript>(.*?)</noscript>", await answer.text(), re.DOTALL)
        )
        shown = Page(unscripted)
        assert shown.all("meta") == [{"http-equiv": "refresh", "content": "5"}]
        assert shown.all("source")[0]["media"] == "(prefers-color-scheme: dark)"
        assert "theme=dark" in (shown.all("source")[0]["srcset"] or "")
        image = shown.all("img")[0]
        assert "theme=light" in (image["src"] or "")
        assert (image["width"], image["height"]) == ("500", "275")
        assert image["alt"] == "log1: last 230, fresh"
        for link in shown.links():
            assert (await client.get(link)).status == 200


async def test_an_empty_dashboard_says_what_to_do(aiohttp_client: AiohttpClient) -> None:
    worker = Worker()
    client = await aiohttp_client(worker.app())
    assert "watcher serve" in (await page(client, "/")).text
    worker.is_ready = False
    assert "first pass" in (await page(client, "/")).text


async def test_a_graph_page_has_the_words_and_links_that_belong_to_it(client: Client) -> None:
    shown = await page(client, "/g/requests?from=-6h&theme=dark")
    by_id = {attrs["id"]: attrs for _, attrs in shown.elements if attrs.get("id")}
    assert by_id["png"]["href"] == "/g/requests.png?from=-6h"
    assert by_id["png2x"]["href"] == "/g/requests@2x.png?from=-6h"
    assert by_id["json"]["href"] == "/g/requests.json?from=-6h"
    for words in ("12,040", "12,037", "230", "2023-11-14 23:13:20", "fresh"):
        assert words in shown.text
    here = [attrs for attrs in shown.all("a") if attrs.get("aria-current")]
    assert [attrs["href"] for attrs in here] == ["/g/requests?from=-6h"]
    origin = str(client.make_url("")).rstrip("/")
    assert f'<img src="{origin}/g/requests.png?from=-6h"' in shown.text


async def test_several_logs_of_a_graph_are_words_of_their_own(
    client: Client, worker: Worker
) -> None:
    worker.change("log1", log="attic,cellar")
    assert "attic, cellar" in await (await client.get("/g/log1")).text()


async def test_a_graph_page_leads_to_every_form_of_it(client: Client) -> None:
    shown = await page(client, "/g/requests?from=-6h&agg=max")
    by_id = {attrs["id"]: attrs.get("href") for _, attrs in shown.elements if attrs.get("id")}
    query = "?from=-6h&agg=max"
    assert by_id["mpng"] == f"/g/requests.mpng{query}"
    assert by_id["badge"] == f"/badge/requests.png{query}"
    assert by_id["txt"] == f"/g/requests.txt{query}"
    origin = str(client.make_url("")).rstrip("/")
    for name in ("png", "png2x", "mpng", "badge", "txt", "json"):
        assert f"{origin}{by_id[name]}" in shown.text  # to be copied
    windows = {f"/g/requests/{name}.png?agg=max" for name in wishes.WINDOWS}
    assert windows <= shown.links()


async def test_a_graph_without_times_has_no_windows_of_time(client: Client) -> None:
    shown = await page(client, "/g/log1")
    assert not [link for link in shown.links() if link.startswith("/g/log1/")]
    assert "fixed windows" not in shown.text


async def test_windows_fit_the_axis(client: Client) -> None:
    for name, windows in (
        ("requests", ["", "?from=-1h", "?from=-6h", "?from=-24h", "?from=-7d"]),
        ("log1", ["", "?from=-100", "?from=-500", "?from=0"]),
    ):
        shown = await page(client, f"/g/{name}?style=bars")
        links = [attrs["href"] for attrs in shown.all("a")]
        for window in windows:
            with_style = f"{window}&style=bars" if window else "?style=bars"
            assert f"/g/{name}{with_style}" in links


async def test_a_page_that_is_not_there_says_which_are(client: Client) -> None:
    shown = await page(client, "/g/nope", 404)
    assert "There is no graph 'nope'. There are: log1, requests." in shown.text
    assert not shown.all("meta")[0].get("http-equiv")
    assert not shown.all("script")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (float("nan"), "–"),
        (230.0, "230"),
        (1_234_567.0, "1,234,570"),
        (0.25, "0.25"),
        (-1204.56789, "-1,204.57"),
        (0.0, "0"),
        (1.5e-7, "1.5e-07"),
        (12_345.678, "12,345.7"),
        (3e20, "3e+20"),
        (float("inf"), "inf"),
    ],
)
def test_numbers_are_written_as_people_write_them(value: float | None, text: str) -> None:
    assert number(value) == text


async def test_the_fields_of_a_log_are_links_where_there_is_a_choice(
    aiohttp_client: AiohttpClient,
) -> None:
    worker = Worker(replace(LOG1, name="app", fields=("@lines", "took ms")), LOG1)
    client = await aiohttp_client(worker.app())
    text = await (await client.get("/g/app?from=-500&field=took+ms")).text()

    assert '<a href="/g/app?field=%40lines&amp;from=-500">@lines</a>' in text
    assert '<a href="/g/app?field=took+ms&amp;from=-500" aria-current="page">took ms</a>' in text
    assert "/g/app.png?from=-500&amp;field=took+ms" in text
    assert 'id="fields"' not in await (await client.get("/g/log1")).text()


async def test_the_fields_that_a_graph_shows_by_itself_are_marked(
    aiohttp_client: AiohttpClient,
) -> None:
    fields = ("@lines", "took ms", "size")
    worker = Worker(replace(LOG1, name="app", fields=fields, shown=fields[1:]), LOG1)
    client = await aiohttp_client(worker.app())
    text = await (await client.get("/g/app")).text()

    assert '<a href="/g/app?field=%40lines">@lines</a>' in text
    assert '<a href="/g/app?field=took+ms" aria-current="page">took ms</a>' in text
    assert '<a href="/g/app?field=size" aria-current="page">size</a>' in text
    text = await (await client.get("/g/app?field=@lines,size")).text()
    for name, marked in zip(fields, (True, False, True), strict=True):
        link = f"/g/app?{urlencode({'field': name})}"
        assert (f'<a href="{link}" aria-current="page">' in text) is marked


async def test_percentiles_are_offered_where_they_are_kept(aiohttp_client: AiohttpClient) -> None:
    graph = replace(LOG1, name="app", fields=("@lines", "took"), spread=("took",))
    client = await aiohttp_client(Worker(graph, LOG1).app())
    text = await (await client.get("/g/app?field=took&agg=p95")).text()

    assert '<a href="/g/app?agg=p50&amp;field=took">p50</a>' in text
    assert '<a href="/g/app?agg=p95&amp;field=took" aria-current="page">p95</a>' in text
    assert '<a href="/g/app?style=heat&amp;field=took">heat map</a>' in text
    assert "/g/app.png?field=took&amp;agg=p95" in text
    assert 'id="aggs"' not in await (await client.get("/g/app")).text()


async def test_a_wall_fills_the_screen_with_one_picture_of_its_own_theme(client: Client) -> None:
    wall = await page(client, "/wall/office?from=-6h&width=99")
    (picture,) = [attrs for attrs in wall.all("span") if attrs.get("class") == "picture"]
    assert picture["data-src"] == "/wall/office.png?from=-6h"
    assert [attrs["src"] for attrs in wall.all("img")] == ["/wall/office.png?from=-6h"]
    assert [attrs["data-theme"] for attrs in wall.all("body")] == ["dark"]
    assert [attrs["data-wall"] for attrs in wall.all("div")] == ["log1 nobody"]
    assert [attrs["id"] for attrs in wall.all("span") if "id" in attrs] == ["link"]


async def test_the_dashboard_leads_to_all_walls(client: Client) -> None:
    links = (await page(client, "/")).links()
    assert {"/wall", "/wall/office"} <= links


async def test_a_wall_with_a_bad_parameter_says_so(client: Client) -> None:
    assert "theme" in (await page(client, "/wall?theme=nope", 400)).text


async def test_an_icon_is_there_for_those_who_ask_without_reading_a_page(client: Client) -> None:
    answer = await client.get("/favicon.ico")
    assert (answer.status, answer.content_type) == (200, "image/x-icon")
    icon = Image.open(io.BytesIO(await answer.read()))
    assert icon.info["sizes"] == {(16, 16), (32, 32)}
    assert len(set(icon.convert("RGB").get_flattened_data())) > 2
