"""Real pages in a real browser: pictures change by themselves, without a flicker or a complaint."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

from tests.daemons import Daemon, append, daemon, eventually, pixels

CHROMIUM = shutil.which("chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
INK = 500  # pixels that differ from the ground; a picture has thousands, a blank frame none

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on PATH")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    append(tmp_path / "temp.log", *range(50))
    return tmp_path / "temp.log"


@pytest.fixture
def running(log: Path) -> Iterator[Daemon]:
    with daemon(log.parent) as running:
        yield running


class Watched:
    """A page that must not complain, and must not load again."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.loads = 0
        self.page.on("console", lambda said: self._complain(said.type, said.text))
        self.page.on("pageerror", lambda error: self._complain("error", str(error)))
        self.page.on("load", self._loaded)
        self.page.goto(url)

    def _complain(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):  # a CSP violation is an error of the console
            self.complaints.append(text)

    def _loaded(self, _page: Page) -> None:
        self.loads += 1


@pytest.fixture
def context(browser: Browser, running: Daemon) -> Iterator[BrowserContext]:
    with browser.new_context(viewport={"width": 1200, "height": 800}) as context:
        yield context


@pytest.fixture
def dashboard(context: BrowserContext, running: Daemon) -> Iterator[Watched]:
    watched = Watched(context, f"{running.url}/")
    yield watched
    assert watched.complaints == []
    assert watched.loads == 1


def ink(picture: np.ndarray[Any, np.dtype[np.uint8]]) -> int:
    """How many pixels differ from the most common colour."""
    colours = picture.astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
    _, counts = np.unique(colours, return_counts=True)
    return int(counts.sum() - counts.max())


def drawn(canvas: Locator) -> bytes:
    """The screenshot of a canvas once it shows a picture, and no longer what lies below it."""
    eventually(lambda: canvas.evaluate("canvas => canvas.closest('[data-shown]') !== null"))
    return eventually(lambda: shot if ink(pixels(shot := canvas.screenshot())) > INK else b"")


def changed(canvas: Locator, before: bytes) -> bytes:
    """The screenshot of a canvas once it shows something else than `before`."""
    old = pixels(before)
    return eventually(lambda: shot if np.any(pixels(shot := canvas.screenshot()) != old) else b"")


def test_a_line_changes_what_is_on_the_screen(dashboard: Watched, log: Path) -> None:
    canvas = dashboard.page.locator('[data-graph="temp"] canvas')
    before = drawn(canvas)
    append(log, 500)
    changed(canvas, before)


def test_a_new_log_appears_by_itself(dashboard: Watched, log: Path) -> None:
    drawn(dashboard.page.locator('[data-graph="temp"] canvas'))
    append(log.with_name("load.log"), 1, 2, 3)
    drawn(dashboard.page.locator('[data-graph="load"] canvas'))


def test_the_page_says_that_it_is_live(dashboard: Watched) -> None:
    dashboard.page.wait_for_selector('html[data-link="live"]')


def test_the_page_of_a_graph_is_live(context: BrowserContext, running: Daemon, log: Path) -> None:
    watched = Watched(context, f"{running.url}/g/temp")
    canvas = watched.page.locator(".picture canvas")
    before = drawn(canvas)
    append(log, 500)
    changed(canvas, before)
    eventually(lambda: watched.page.locator("#last").inner_text() == "500")
    assert (watched.complaints, watched.loads) == ([], 1)


def test_a_tile_leads_to_its_page(dashboard: Watched, running: Daemon) -> None:
    drawn(dashboard.page.locator('[data-graph="temp"] canvas'))
    dashboard.page.locator('[data-graph="temp"]').click()
    dashboard.page.wait_for_url(f"{running.url}/g/temp")
    drawn(dashboard.page.locator(".picture canvas"))
    dashboard.loads -= 1  # this one was meant


def test_there_is_never_a_blank_frame(dashboard: Watched, log: Path) -> None:
    """Every frame that the compositor made while ten lines came, not only some screenshots."""
    canvas = dashboard.page.locator('[data-graph="temp"] canvas')
    before = drawn(canvas)
    box = canvas.bounding_box()
    assert box is not None
    left, top = int(box["x"]), int(box["y"])
    right, bottom = int(box["x"] + box["width"]), int(box["y"] + box["height"])
    devtools = dashboard.page.context.new_cdp_session(dashboard.page)
    film: list[bytes] = []

    def keep(frame: dict[str, Any]) -> None:
        film.append(base64.b64decode(frame["data"]))
        devtools.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]})

    devtools.on("Page.screencastFrame", keep)
    devtools.send("Page.startScreencast", {"format": "png"})
    for value in range(10):
        append(log, 100 + 100 * value)
        before = changed(canvas, before)
    devtools.send("Page.stopScreencast")
    assert len(film) >= 10
    for frame in film:
        assert ink(pixels(frame)[top:bottom, left:right]) > INK


def test_it_comes_back_when_the_daemon_does(
    context: BrowserContext, log: Path, tmp_path: Path
) -> None:
    with daemon(log.parent) as first:
        watched = Watched(context, f"{first.url}/")
        canvas = watched.page.locator('[data-graph="temp"] canvas')
        before = drawn(canvas)
        watched.page.wait_for_selector('html[data-link="live"]')
    append(log, 500)
    with daemon(log.parent, listen=first.url.removeprefix("http://")):
        changed(canvas, before)
    assert watched.loads == 1


def test_a_wall_fills_the_window_and_lives(
    context: BrowserContext, running: Daemon, log: Path
) -> None:
    watched = Watched(context, f"{running.url}/wall?theme=dark")
    canvas = watched.page.locator("[data-wall] canvas")
    before = drawn(canvas)
    box = canvas.bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (1200, 800)
    assert pixels(watched.page.screenshot())[::799, ::1199].max() < 32  # dark, to the corners
    append(log, 500)
    changed(canvas, before)
    assert watched.complaints == []
    assert watched.loads == 1


def test_a_wall_says_that_its_daemon_is_away(
    context: BrowserContext, log: Path, tmp_path: Path
) -> None:
    with daemon(log.parent) as first:
        watched = Watched(context, f"{first.url}/wall")
        drawn(watched.page.locator("[data-wall] canvas"))
        watched.page.wait_for_selector('html[data-link="live"]')
        assert not watched.page.locator("#link").is_visible()
    watched.page.wait_for_selector("#link:visible", timeout=30_000)
    assert "reconnecting" in watched.page.locator("#link").inner_text()


def test_a_page_without_javascript_shows_pictures(browser: Browser, running: Daemon) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        for path in ("/", "/g/temp", "/wall"):
            watched = Watched(context, f"{running.url}{path}")
            picture = watched.page.locator(".picture img")
            assert picture.evaluate("image => image.complete && image.naturalWidth") > 0
            assert ink(pixels(picture.screenshot())) > INK
            assert watched.complaints == []
