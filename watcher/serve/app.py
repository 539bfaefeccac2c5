"""The routes on one screen, and how aiohttp is to be run."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import tzinfo
from typing import Any, cast

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from watcher.serve.access import (
    MAX_BODY,
    MAX_CONNECTIONS,
    MAX_HEADER_LINE,
    MAX_HEADERS,
    RETRY_AFTER,
    Access,
    fence,
)
from watcher.serve.api import Api
from watcher.serve.frames import Frames
from watcher.serve.images import Images
from watcher.serve.live import Live
from watcher.serve.moving import Moving
from watcher.serve.pages import Pages
from watcher.serve.waiters import Waiters
from watcher.serve.wishes import WINDOWS, Wishes
from watcher.walls import WallSettings

KEEPALIVE = 75.0  # seconds; above the 60 of nginx's upstreams, or it would be us who hang up on it
SHUTDOWN = 1.0  # seconds for requests under way; streams are ended at once
MALFORMED_EVERY = 60.0  # seconds between two lines about malformed requests: anybody can send them


def make_app(
    frames: Frames,
    *,
    zone: tzinfo,
    walls: Iterable[WallSettings] = (),
    access: Access,
    healthy: Callable[[], bool],
    ready: Callable[[], bool],
    report: Callable[[], Sequence[str]] = tuple,
    version: str,
    boot: str,
) -> web.Application:
    """The application: everything that can be asked for."""
    wishes = Wishes(frames, zone, walls)
    window = f"{{window:{'|'.join(WINDOWS)}}}"
    waiters = Waiters(frames)
    images = Images(frames, waiters, wishes, ready)
    pages = Pages(frames, wishes, ready, version)
    api = Api(frames, waiters, wishes, healthy, ready, report)
    live = Live(frames, version, boot)
    moving = Moving(frames, wishes, images, ready)
    app = web.Application(
        middlewares=[fence(access, spoken(images, pages))], client_max_size=MAX_BODY
    )
    app.add_routes(
        [
            web.get("/", pages.dashboard),
            web.get("/g/{name:[^/@]+}.png", images.graph),  # first: the hottest
            web.get("/g/{name}@2x.png", images.graph_at_2x),
            web.get(f"/g/{{name}}/{window}.png", images.graph),
            web.get(f"/g/{{name}}/{window}@2x.png", images.graph_at_2x),
            web.get("/g/{name}.mpng", moving.graph),
            web.get("/g/{name}.txt", images.letters),
            web.get("/g/{name}.json", api.numbers),
            web.get("/g/{name}", pages.graph),
            web.get("/wall.png", images.wall),
            web.get("/wall/{name}.png", images.wall),
            web.get("/wall.mpng", moving.wall),
            web.get("/wall/{name}.mpng", moving.wall),
            web.get("/wall", pages.wall),
            web.get("/wall/{name}", pages.wall),
            web.get("/badge/{name}.png", images.badge),
            web.get("/gradient.png", images.gradient),
            web.get("/render", images.render),
            web.post("/render", images.render),
            web.get("/events", live.events),
            web.get("/api/graphs", api.graphs),
            web.get("/healthz", api.healthz),
            web.get("/readyz", api.readyz),
            web.get("/favicon.ico", pages.favicon),
            web.get("/static/{file}", pages.static),
        ]
    )
    app.on_shutdown.append(waiters.on_shutdown)
    app.on_shutdown.append(live.on_shutdown)
    app.on_shutdown.append(moving.on_shutdown)
    app.on_cleanup.append(images.close)
    return app


def spoken(images: Images, pages: Pages) -> Callable[[web.Request, int, str], web.Response]:
    """How errors are told: as a picture to those who get one; to strangers, in words."""

    def speak(request: web.Request, status: int, text: str) -> web.Response:
        drawn = request.path.endswith(".png") and status not in (405, 421)
        return (images.refuse if drawn else pages.words)(request, status, text)

    return speak


class Runner(web.AppRunner):
    """Runs the application as it is meant to be run: `Runner(app)`, then aiohttp's own sites."""

    def __init__(self, app: web.Application) -> None:
        log = logging.getLogger("watcher.serve")
        log.filters[:] = [Malformed()]
        super().__init__(
            app,
            access_log=None,  # it would double the cost of a request
            keepalive_timeout=KEEPALIVE,
            shutdown_timeout=SHUTDOWN,
            handler_cancellation=True,  # who has left waits for nothing, and frees a stream
            max_line_size=MAX_HEADER_LINE,
            max_field_size=MAX_HEADER_LINE,
            max_headers=MAX_HEADERS,
            logger=log,
        )

    @property
    def server(self) -> Any:
        """The protocol factory that sites listen with: aiohttp's, behind the limit."""
        return None if super().server is None else Door(super().server)


class Door:
    """Makes a protocol for every new connection; those over the limit only hear so."""

    def __init__(self, server: Any) -> None:
        self._server: web.Server = server

    def __call__(self) -> asyncio.BaseProtocol:
        full = len(self._server.connections) >= MAX_CONNECTIONS
        return TurnedAway() if full else self._server()


class TurnedAway(asyncio.Protocol):
    """A connection too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        cast("asyncio.Transport", transport).write(
            b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n"
            b"Retry-After: %s\r\n\r\n" % RETRY_AFTER.encode()
        )
        transport.close()


class Malformed(logging.Filter):
    """Lets one line in a while say that requests were malformed: no traceback for each."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._now = now
        self._next = now()
        self._unsaid = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether `record` is worth a line; a malformed request becomes a short one."""
        error = record.exc_info[1] if record.exc_info else None
        if not isinstance(error, HttpProcessingError):
            return True
        self._unsaid += 1
        if self._now() < self._next:
            return False
        record.msg, record.args = "malformed request (%d since the last such line)", (self._unsaid,)
        record.exc_info, record.levelno, record.levelname = None, logging.WARNING, "WARNING"
        self._next, self._unsaid = self._now() + MALFORMED_EVERY, 0
        return True
