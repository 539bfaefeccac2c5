"""An application with a worker of straw: frames are made by hand, at once, in the event loop.

The fixtures are every test's: `conftest.py` names this module.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from aiohttp.pytest_plugin import AiohttpClient
from aiohttp.test_utils import TestClient

from watcher.compose import CONTENT_TYPES
from watcher.draw.view import Moment, View
from watcher.frame import Frame, Graph, News, Wanted
from watcher.history.pulse import State
from watcher.serve.access import Access
from watcher.serve.app import make_app
from watcher.serve.frames import Frames
from watcher.walls import WallSettings, default_wall

Client = TestClient[Any, Any]
BERLIN = ZoneInfo("Europe/Berlin")
PATIENCE = 10.0  # seconds until a test that waits has failed
SAMPLE = 1_700_000_000.25  # 2023-11-14 23:13:20.250 in Berlin

LOG1 = Graph(
    name="log1",
    title="log1",
    log="log1",
    axis="index",
    fields=("value",),
    style="line",
    state=State.FRESH,
    revision=1_700_000_000_001,
    last=230.0,
    last_sample=None,
    view=View(),
    counters={"lines": 12_040, "samples": 12_037, "bad": 3},
)
REQUESTS = replace(
    LOG1, name="requests", title="Requests <b>per</b> second", axis="time", last_sample=SAMPLE
)


OFFICE = WallSettings("office", default_wall(View(theme="dark")).view, graphs=("log1", "nobody"))


async def eventually(true: Callable[[], Any]) -> None:
    """Wait until `true()`; fails after PATIENCE."""
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 (nobody rings)
            await asyncio.sleep(0.005)


class Worker:
    """Publishes a frame for whatever is wanted, as soon as it is wanted."""

    def __init__(self, *graphs: Graph) -> None:
        self.wanted: list[Wanted] = []
        self.drawing = True
        self.is_ready = self.is_healthy = True
        self.frames = Frames(self.want)
        self.frames.publish(News(graphs=graphs))

    def want(self, wanted: Wanted) -> None:
        """Draw it, in a moment."""
        self.wanted.append(wanted)
        if self.drawing:
            made = News(frames=((wanted, self.frame(wanted)),))
            asyncio.get_running_loop().call_soon(self.frames.publish, made)

    def frame(self, wanted: Wanted) -> Frame:
        """What straw draws: bytes that depend on graph and view."""
        graph = next(iter(self.frames.graphs.values()))  # of a wall, some graph on it
        graph = self.frames.graphs.get(wanted.graph, graph)
        kind = CONTENT_TYPES.get(wanted.form, "image/png")
        body = json.dumps([graph.revision, *map(str, wanted)]).encode()
        etag = hashlib.sha256(body).hexdigest()[:32]
        status = 400 if wanted.view.start == Moment("at", 0.0) else 200
        return Frame(
            body, kind, etag, time.time(), graph.state, graph.last_sample, status, graph.level
        )

    def change(self, name: str, **values: Any) -> Graph:
        """One more sample for the graph `name`."""
        graph = self.frames.graphs[name]
        graph = replace(graph, **({"revision": graph.revision + 1} | values))
        self.frames.publish(News(graphs=(graph,)))
        return graph

    def app(
        self,
        access: Access = Access(),  # noqa: B008 (they are frozen)
        view: View = View(),  # noqa: B008
    ) -> web.Application:
        """The application in front of it; `view`: that of all pictures."""
        return make_app(
            self.frames,
            zone=BERLIN,
            walls=(default_wall(view), OFFICE),
            access=access,
            healthy=lambda: self.is_healthy,
            ready=lambda: self.is_ready,
            version="0.1.0",
            boot="b00t",
        )


@pytest.fixture
def worker() -> Worker:
    """One with a log of integers and one of dated values."""
    return Worker(LOG1, REQUESTS)


@pytest.fixture
async def client(aiohttp_client: AiohttpClient, worker: Worker) -> Client:
    """Who asks the application in front of it."""
    return await aiohttp_client(worker.app())
