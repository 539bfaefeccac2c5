"""Pictures over HTTP: conditional, complete, and never anything but a picture."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode

import pytest
from aiohttp import ClientResponse
from aiohttp.pytest_plugin import AiohttpClient
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given, settings
from hypothesis import strategies as st
from yarl import URL

from tests import reference
from tests.serving import LOG1, REQUESTS, Client, Worker
from watcher.draw import gradient, view
from watcher.draw.gradient import Gradient
from watcher.draw.theme import THEMES
from watcher.draw.view import Moment, Theme, View
from watcher.frame import News, Wanted
from watcher.history.pulse import State
from watcher.serve import frames, images

PNG = b"\x89PNG\r\n\x1a\n"


async def is_error_picture(answer: ClientResponse, status: int) -> None:
    assert answer.status == status
    assert answer.content_type == "image/png"
    assert (await answer.read()).startswith(PNG)
    assert answer.headers["Watcher-State"] == "error"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


async def test_a_picture_says_all_there_is_to_say(client: Client, worker: Worker) -> None:
    answer = await client.get("/g/requests.png")
    body = await answer.read()
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Length"] == str(len(body))
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Watcher-State"] == "fresh"
    assert answer.headers["Watcher-Level"] == "ok"
    assert answer.headers["Watcher-Last-Sample"] == "2023-11-14T23:13:20.250+01:00"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["ETag"].startswith('"')
    modified = parsedate_to_datetime(answer.headers["Last-Modified"])
    assert modified <= parsedate_to_datetime(answer.headers["Date"])
    assert worker.wanted == [Wanted("requests", View())]


async def test_without_a_sample_there_is_no_time_of_it(client: Client) -> None:
    assert "Watcher-Last-Sample" not in (await client.get("/g/log1.png")).headers


async def test_a_frame_from_the_future_is_not_dated_there(client: Client, worker: Worker) -> None:
    wanted = Wanted("log1", View())
    made = replace(worker.frame(wanted), modified=4_000_000_000.0)
    worker.frames.publish(News(frames=((wanted, made),)))
    headers = (await client.get("/g/log1.png")).headers
    modified = parsedate_to_datetime(headers["Last-Modified"])
    assert modified <= parsedate_to_datetime(headers["Date"])


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ("{etag}", 304),
        ("W/{etag}", 304),
        ('"other", {etag}', 304),
        ("*", 304),
        ('"other"', 200),
        ("garbage", 200),
        ('"', 200),
        ("", 200),
        ("W/", 200),
        (",,,", 200),
    ],
)
async def test_only_the_etag_answers_304(client: Client, condition: str, status: int) -> None:
    etag = (await client.get("/g/log1.png")).headers["ETag"]
    headers = {"If-None-Match": condition.format(etag=etag)}
    answer = await client.get("/g/log1.png", headers=headers)
    assert answer.status == status
    assert (await answer.read() == b"") == (status == 304)
    assert answer.headers["ETag"] == etag
    assert answer.headers["Cache-Control"] == "no-cache"
    assert (await client.head("/g/log1.png", headers=headers)).status == status


async def test_if_modified_since_would_lie_and_is_not_asked(client: Client) -> None:
    headers = {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    assert (await client.get("/g/log1.png", headers=headers)).status == 200


async def test_head_is_get_without_the_body(client: Client) -> None:
    whole = await client.get("/g/log1.png")
    head = await client.head("/g/log1.png")
    assert await head.read() == b""
    same = {**whole.headers, "Date": ""}
    assert {**head.headers, "Date": ""} == same


async def test_a_connection_that_will_close_is_told_so(client: Client) -> None:
    answer = await client.get("/g/log1.png", headers={"Connection": "close"})
    assert answer.headers["Connection"] == "close"
    assert await answer.read()


async def test_a_large_picture_arrives_whole(client: Client, worker: Worker) -> None:
    wanted = Wanted("log1", View())
    body = bytes(range(256)) * 20_000
    made = replace(worker.frame(wanted), body=body)
    worker.frames.publish(News(frames=((wanted, made),)))
    for _ in range(3):
        assert await (await client.get("/g/log1.png")).read() == body


async def test_a_new_frame_is_served_at_once(client: Client, worker: Worker) -> None:
    wanted = Wanted("log1", View())
    first = await client.get("/g/log1.png")
    worker.change("log1", state=State.STALE)
    worker.frames.publish(News(frames=((wanted, worker.frame(wanted)),)))
    headers = {"If-None-Match": first.headers["ETag"]}
    second = await client.get("/g/log1.png", headers=headers)
    assert (second.status, second.headers["Watcher-State"]) == (200, "stale")


async def test_spellings_of_one_wish_share_one_frame(client: Client, worker: Worker) -> None:
    for query in ("", "?width=500&t=17", "?_=3&height=275&width=", "?scale=1&12=34"):
        assert (await client.get(f"/g/log1.png{query}")).status == 200
    assert worker.wanted == [Wanted("log1", View())]


async def test_at_2x_is_a_scale(client: Client, worker: Worker) -> None:
    assert (await client.get("/g/log1@2x.png")).status == 200
    assert (await client.get("/g/log1.png?scale=2")).status == 200
    assert worker.wanted == [Wanted("log1", View(scale=2))]
    await is_error_picture(await client.get("/g/log1@2x.png?scale=3"), 400)


async def test_a_new_default_view_is_seen_behind_a_known_url(
    client: Client, worker: Worker
) -> None:
    await client.get("/g/log1.png?width=300")
    worker.change("log1", view=View(height=100))
    await client.get("/g/log1.png?width=300")
    assert worker.wanted[-1] == Wanted("log1", View(width=300, height=100))


async def test_errors_are_pictures_with_their_true_status(client: Client) -> None:
    await is_error_picture(await client.get("/g/log1.png?width=1"), 400)
    await is_error_picture(await client.get("/g/log1.png?theme=dark&colour=red"), 400)
    await is_error_picture(await client.get("/g/log2.png"), 404)
    await is_error_picture(await client.get("/g/%3Cb%3E.png"), 404)


@pytest.mark.parametrize(
    ("query", "size"),
    [
        ("style=sparkline&width=120&height=24", (120, 24)),
        ("scale=2&width=100&height=50", (200, 100)),
        ("width=9&height=24", (500, 24)),
        ("width=3000&height=2000", (500, 275)),
        (f"width=120&style={'x' * 3000}", (500, 275)),
    ],
)
async def test_an_error_picture_takes_the_room_that_was_asked_for(
    client: Client, query: str, size: tuple[int, int]
) -> None:
    answer = await client.get(f"/g/log2.png?{query}")
    assert answer.status in (400, 404)
    assert reference.decode(await answer.read()).size == size


async def test_an_error_picture_says_the_words(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[tuple[str, View]] = []

    def draw_message(text: str, plain: View) -> bytes:
        said.append((text, plain))
        return PNG

    monkeypatch.setattr("watcher.draw.graph.draw_message", draw_message)
    for _ in range(3):
        await client.get("/g/log2.png?theme=dark")
    await client.get("/g/log1.png?colour=red")
    assert said == [
        ("There is no graph 'log2'. There are: log1, requests.", View(theme="dark")),
        (f"colour: no such parameter: there are {' '.join(view.PARAMETERS)}", View()),
    ]


async def test_a_view_that_does_not_fit_the_graph_is_400_and_not_stored(client: Client) -> None:
    answer = await client.get("/g/log1.png?from=1970-01-01T00:00Z")
    assert answer.status == 400
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
    headers = {"If-None-Match": "*"}
    assert (await client.get("/g/log1.png?from=1970-01-01T00:00Z", headers=headers)).status == 400


async def test_a_picture_that_takes_too_long_is_503_with_a_time_to_come_back(
    client: Client, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames, "MAX_PENDING", 0)
    answer = await client.get("/g/log1.png")
    await is_error_picture(answer, 503)
    assert int(answer.headers["Retry-After"]) > 0


async def test_render_has_graphites_defaults(client: Client, worker: Worker) -> None:
    await client.get("/render?target=requests&hideLegend=true&bgcolor=white&lineMode=x")
    await client.get("/render?target=log1&from=-100&width=400")
    await client.post("/render", data={"target": "log1", "height": "100"})
    day = Moment("ago", -86_400.0)
    assert worker.wanted == [
        Wanted("requests", View(width=330, height=250, start=day)),
        Wanted("log1", View(width=400, height=250, start=Moment("number", -100.0))),
        Wanted("log1", View(width=330, height=100)),
    ]


async def test_render_refuses_in_the_form_that_helps(client: Client) -> None:
    answer = await client.get("/render")
    assert (answer.status, answer.content_type) == (400, "text/plain")
    text = await answer.text()
    assert text.startswith("No target given")
    assert f"{client.make_url('/render')}?target=log1\n" in text
    answer = await client.get("/render?target=log1&format=svg")
    assert (answer.status, "only png" in await answer.text()) == (400, True)
    await is_error_picture(await client.get("/render?target=log1&width=big"), 400)
    await is_error_picture(await client.get("/render?target=nope"), 404)
    answer = await client.post("/render", data=b"{}", headers={"Content-Type": "text/json"})
    await is_error_picture(answer, 400)


async def test_the_url_that_no_target_names_works(client: Client) -> None:
    text = await (await client.get("/render")).text()
    for line in text.splitlines():
        if "target=" in line:
            assert (await client.get(line.strip().removeprefix(str(client.make_url(""))))).ok


TEXTS = st.text(max_size=30) | st.sampled_from(
    ["-6h", "now", "-1m", "1e9", "9" * 15, "-" * 5, "2026-01-01", "dark", "500", "\x00", "%", "+"]
)


async def test_a_random_gradient_is_another_one_each_time(client: Client) -> None:
    first, second = [await client.get("/gradient.png") for _ in range(2)]
    assert first.headers["Cache-Control"] == "no-store"
    assert "ETag" not in first.headers
    assert (await first.read()).startswith(PNG)
    assert await first.read() != await second.read()


async def test_a_seeded_gradient_is_the_same_for_ever(client: Client) -> None:
    url = "/gradient.png?seed=7&w=64&height=32"
    answer = await client.get(url)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert await answer.read() == await (await client.get(f"{url}&_=1")).read()
    headers = {"If-None-Match": answer.headers["ETag"]}
    assert (await client.get(url, headers=headers)).status == 304
    await is_error_picture(await client.get("/gradient.png?seed=x"), 400)
    await is_error_picture(await client.get("/gradient.png?width=5000"), 400)
    await is_error_picture(await client.get(f"/gradient.png?_={'x' * 3000}"), 414)


async def test_a_gradient_with_stops_is_the_same_for_ever(client: Client) -> None:
    for more in ("", "&kind=radial", "&kind=conic&angle=30", "&angle=20&dither=1"):
        answer = await client.get(f"/gradient.png?stops=viridis&w=64&h=32{more}")
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert (await answer.read()).startswith(PNG)
    answer = await client.get("/gradient.png?kind=radial")
    assert answer.headers["Cache-Control"] == "no-store"
    await is_error_picture(await client.get("/gradient.png?stops=red"), 400)


async def test_gradients_that_take_long_are_limited_and_do_not_hold_up_others(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    monkeypatch.setattr(images, "MAX_PAINTING", 1)
    draw: Callable[[Gradient], bytes] = gradient.draw

    def slow(wish: Gradient) -> bytes:
        begun.set()
        assert go_on.wait(10)
        return draw(wish)

    monkeypatch.setattr(gradient, "draw", slow)
    first = asyncio.create_task(client.get("/gradient.png?kind=conic&w=64&h=32"))
    assert await asyncio.to_thread(begun.wait, 10)
    refused = await client.get("/gradient.png?kind=radial")
    assert "Retry-After" in refused.headers
    await is_error_picture(refused, 503)
    go_on.set()
    assert (await first).status == 200


NAMES = st.sampled_from([*view.PARAMETERS, "t", "_x", "7", "target", "format"]) | st.text(
    max_size=10
)


async def started() -> Client:
    client: Client = TestClient(TestServer(Worker(LOG1, REQUESTS).app()))
    await client.start_server()
    return client


def test_whatever_is_asked_is_never_our_fault() -> None:
    with asyncio.Runner() as runner:
        client = runner.run(started())

        @settings(max_examples=150, deadline=None)
        @given(st.lists(st.tuples(NAMES, TEXTS), max_size=6))
        def ask(pairs: list[tuple[str, str]]) -> None:
            query = urlencode(pairs, errors="replace")
            for path in ("/g/log1.png", "/g/log1.json", "/g/log1"):
                assert runner.run(status(f"{path}?{query}")) in (200, 400)
            assert runner.run(status(f"/render?{query}")) in (200, 400, 404)

        async def status(path: str) -> int:
            async with client.get(path) as answer:
                return answer.status

        ask()
        runner.run(client.close())


@pytest.mark.parametrize("query", ["%", "%zz", "%ff%fe", "width=%00", "&&&", "=", "a=%C3%28", "?"])
async def test_broken_queries_are_drawn_or_refused(client: Client, query: str) -> None:
    url = URL(str(client.make_url("/g/log1.json")) + f"?{query}", encoded=True)
    assert (await client.session.get(url)).status in (200, 400)


@pytest.mark.parametrize(
    ("window", "start"), [("hour", 3600), ("day", 86_400), ("week", 604_800), ("year", 31_536_000)]
)
async def test_windows_have_paths_for_those_who_mangle_queries(
    client: Client, worker: Worker, window: str, start: int
) -> None:
    assert (await client.get(f"/g/requests/{window}.png")).status == 200
    assert (await client.get(f"/g/requests/{window}@2x.png?theme=dark")).status == 200
    since = View(start=Moment("ago", -float(start)))
    assert worker.wanted == [
        Wanted("requests", since),
        Wanted("requests", replace(since, scale=2, theme="dark")),
    ]


async def test_a_window_that_there_is_not_is_nothing(client: Client) -> None:
    assert (await client.get("/g/requests/minute.png")).status == 404


async def test_a_badge_is_one_whatever_is_not_seen_of_its_view(
    client: Client, worker: Worker
) -> None:
    answer = await client.get("/badge/requests.png")
    assert answer.status == 200
    assert answer.headers["Watcher-State"] == "fresh"
    assert answer.headers["Watcher-Last-Sample"] == "2023-11-14T23:13:20.250+01:00"
    same = {"If-None-Match": answer.headers["ETag"]}
    assert (await client.get("/badge/requests.png", headers=same)).status == 304
    await client.get("/badge/requests.png?theme=dark&width=900&legend=0")
    await client.get("/badge/requests.png?scale=2")
    assert worker.wanted == [
        Wanted("requests", View(), "badge"),
        Wanted("requests", View(scale=2), "badge"),
    ]


async def test_an_error_has_the_theme_that_the_picture_would_have(
    aiohttp_client: AiohttpClient, worker: Worker
) -> None:
    worker.change("log1", view=View(theme="dark"))
    client = await aiohttp_client(worker.app(view=View(theme="contrast")))
    there: dict[str, Theme] = {"log1": "dark", "requests": "light", "nobody": "contrast"}
    for path, theme in there.items():
        answer = await client.get(f"/g/{path}.png?colour=red")
        ground = reference.rgb(await answer.read())[-1, -1]
        assert tuple(ground) == THEMES[theme].background, path


async def test_a_badge_stays_one_where_there_is_nothing_to_show(client: Client) -> None:
    for path, status, scale in (
        ("nobody.png", 404, 1),
        ("nobody.png?scale=2", 404, 2),
        ("requests.png?scale=9", 400, 1),
    ):
        answer = await client.get(f"/badge/{path}")
        await is_error_picture(answer, status)
        assert reference.decode(await answer.read()).height == 20 * scale


async def test_a_wall_has_the_size_of_a_screen_and_gives_to_all_what_it_is_given(
    client: Client, worker: Worker
) -> None:
    assert (await client.get("/wall.png")).status == 200
    await client.get("/wall/office.png?from=-6h&width=800&height=600&theme=")
    screen = View(1920, 1080)
    smaller = View(800, 600, start=Moment("ago", -21_600.0), theme="dark")
    assert worker.wanted == [
        Wanted("", screen, "wall"),
        Wanted("office", smaller, "wall", given=("start",)),
    ]


async def test_a_wall_is_asked_for_as_any_picture(client: Client, worker: Worker) -> None:
    answer = await client.get("/wall.png")
    same = {"If-None-Match": answer.headers["ETag"]}
    assert answer.headers["Cache-Control"] == "no-cache"
    assert (await client.get("/wall.png", headers=same)).status == 304
    worker.frames.publish(News(gone=("log1", "requests")))
    assert (await client.get("/wall.png", headers=same)).status == 304  # it is told by its worker


async def test_a_wall_that_there_is_not_names_those_that_there_are(client: Client) -> None:
    await is_error_picture(await client.get("/wall/nope.png"), 404)
    text = await (await client.get("/wall/nope")).text()
    assert "no wall 'nope'" in text
    assert "office" in text
    await is_error_picture(await client.get("/wall.png?width=9999"), 400)


async def test_a_stripe_is_live(client: Client, worker: Worker) -> None:
    path = "/gradient.png?g=requests&w=600&h=20&stops=magma&from=-6h&theme=dark"
    answer = await client.get(path)
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-cache"
    (wanted,) = worker.wanted
    assert wanted.form == "stripe"
    assert wanted.stops == gradient.parse([("stops", "magma")]).stops
    expected = View(600, 20, start=Moment("ago", -21_600.0), style="spark")
    assert wanted.view == expected
    same = {"If-None-Match": answer.headers["ETag"]}
    assert (await client.get(path, headers=same)).status == 304


@pytest.mark.parametrize(
    ("query", "status"), [("g=nobody", 404), ("g=requests&kind=radial", 400), ("g=log1&w=5", 400)]
)
async def test_a_stripe_that_cannot_be_is_refused(client: Client, query: str, status: int) -> None:
    await is_error_picture(await client.get(f"/gradient.png?{query}"), status)


async def test_letters_are_asked_for_as_any_picture(client: Client, worker: Worker) -> None:
    answer = await client.get("/g/requests.txt?from=-6h")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Watcher-State"] == "fresh"
    assert answer.headers["Watcher-Last-Sample"] == "2023-11-14T23:13:20.250+01:00"
    same = {"If-None-Match": answer.headers["ETag"]}
    assert (await client.get("/g/requests.txt?from=-6h", headers=same)).status == 304
    assert worker.wanted == [Wanted("requests", View(start=Moment("ago", -21_600.0)), "txt")]


async def test_letters_are_the_same_whatever_is_not_seen_of_their_view(
    client: Client, worker: Worker
) -> None:
    for query in ("", "?scale=2", "?theme=dark&bg=000000&color=ff0000", "?depth=1&rotate=90"):
        assert (await client.get(f"/g/log1.txt{query}")).status == 200
    assert worker.wanted == [Wanted("log1", View(), "txt")]


async def test_what_is_wrong_with_letters_is_said_in_them(client: Client) -> None:
    wrong = (
        ("/g/nope.txt", 404, "There is no graph 'nope'. There are: log1, requests.\n"),
        ("/g/log1.txt?width=1", 400, "width: '1' is not from 16 to 4096\n"),
        (f"/g/log1.txt?_={'x' * 3000}", 414, "The query is too long: at most 2000 characters.\n"),
    )
    for path, status, text in wrong:
        answer = await client.get(path)
        assert (answer.status, answer.content_type) == (status, "text/plain")
        assert (answer.headers["Watcher-State"], await answer.text()) == ("error", text)
        assert answer.headers["Cache-Control"] == "no-store"


async def test_where_no_picture_is_there_is_a_picture_that_says_so(client: Client) -> None:
    await is_error_picture(await client.get("/g/requests/minute.png"), 404)
    await is_error_picture(await client.get("/picture.png?theme=dark"), 404)
    answer = await client.get("/g/log1.png", headers={"Host": "evil.example.org"})
    assert (answer.status, answer.content_type) == (421, "text/plain")
