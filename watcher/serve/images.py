"""Pictures: every answer of this room is one, errors too (with their true status).

Only where a path is not that of a picture, words are words.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from aiohttp import web

from watcher.draw import badge as badges
from watcher.draw import gradient as gradients
from watcher.draw import graph as drawing
from watcher.draw import view
from watcher.draw.gradient import Gradient
from watcher.draw.view import View
from watcher.frame import Wanted
from watcher.history.pulse import State
from watcher.serve import access
from watcher.serve.answers import reply, unchanged
from watcher.serve.frames import Frames
from watcher.serve.manner import lenient, manner_of, parse
from watcher.serve.waiters import Waiters
from watcher.serve.wishes import REFUSALS, Wishes, day, form_pairs, pairs, status_of

MAX_MESSAGES = 64  # error pictures remembered, some 3 KB each: a broken page asks again and again
OF_MESSAGES = frozenset({"theme", "width", "height", "scale"})
MESSAGE_PIXELS = 1920 * 1080  # of an error picture; those that would be larger have the usual size
MAX_PAINTING = 16  # gradients asked for at once that are not drawn in microseconds
ETAG = 32  # hex digits of a hash: 128 bits
NOTHING: Mapping[str, str] = {}
RENDER_SIZE = 330, 250  # pixels; Graphite's default


class Images:
    """Pictures of graphs and walls, in letters too, labels, gradients, and `/render`."""

    def __init__(
        self, frames: Frames, waiters: Waiters, wishes: Wishes, ready: Callable[[], bool]
    ) -> None:
        self._frames = frames
        self._waiters = waiters
        self._wishes = wishes
        self._ready = ready
        self._messages: dict[tuple[str, View], bytes] = {}
        self._painter = ThreadPoolExecutor(1, "gradients")  # its thread starts when it is needed
        self._painting = 0

    async def graph(self, request: web.Request) -> web.StreamResponse:
        """One graph, as the query wants it."""
        return await self._picture(request, 0)

    async def graph_at_2x(self, request: web.Request) -> web.StreamResponse:
        """The same for screens with two pixels per pixel."""
        return await self._picture(request, 2)

    async def letters(self, request: web.Request) -> web.StreamResponse:
        """One graph in letters, for terminals."""
        return await self._held(request, lambda: self._wishes.of(request, "txt"))

    async def badge(self, request: web.Request) -> web.StreamResponse:
        """A label with the last value."""
        return await self._held(request, lambda: self._wishes.of(request, "badge"))

    async def wall(self, request: web.Request) -> web.StreamResponse:
        """Many graphs as one picture."""
        return await self._held(request, lambda: self._wishes.wall(request))

    async def _picture(self, request: web.Request, scale: int) -> web.StreamResponse:
        return await self._held(request, lambda: self._wishes.of(request, scale=scale))

    async def _held(self, request: web.Request, wish: Callable[[], Wanted]) -> web.StreamResponse:
        """The newest frame of what is wished for, in the manner that is wished for."""
        try:
            manner = manner_of(request)
            held = await self._waiters.hold(request, wish(), manner.wait)
        except REFUSALS as error:
            return self.refuse(request, status_of(error, self._ready()), str(error))
        return reply(held, self._wishes.zone).to(request, manner)

    async def render(self, request: web.Request) -> web.StreamResponse:
        """Graphite's `/render`: parameters that are not ours are ignored."""
        try:
            query = dict(await form_pairs(request))
            if "target" not in query:
                return self._no_target(request)
            if query.get("format", "png") != "png":
                return words(400, f"format={query['format'][:20]}: only png is made here.")
            manner = parse(list(query.items()))
            held = await self._waiters.hold(request, self._rendered(query), manner.wait)
        except REFUSALS as error:
            return self.refuse(request, status_of(error, self._ready()), str(error))
        return reply(held, self._wishes.zone).to(request, manner)

    def _rendered(self, query: dict[str, str]) -> Wanted:
        graph = self._wishes.graph(query["target"])
        ours = [pair for pair in query.items() if pair[0] in view.PARAMETERS]
        return self._wishes.build(graph, ours, day(graph, *RENDER_SIZE))

    def _no_target(self, request: web.Request) -> web.Response:
        base = f"{request.url.origin()}/render?target="
        lines = [f"  {base}{name}" for name in self._frames.graphs]
        there = (
            "\n".join(["The graphs that there are:", *lines]) if lines else "There are none yet."
        )
        return words(400, f"No target given: write the name of a graph.\n\n{there}\n")

    async def gradient(self, request: web.Request) -> web.StreamResponse:
        """`/gradient.png`: another one at each request, for ever that of a seed, or a live one."""
        try:
            query = pairs(request)
            if any(name == "g" and text for name, text in query):
                return await self._held(request, lambda: self._wishes.stripe(query))
            manner = manner_of(request)
            wish = gradients.parse(pair for pair in query if pair != ("g", ""))
        except REFUSALS as error:
            return self.refuse(request, status_of(error, ready=True), str(error))
        if gradients.along_an_axis(wish):
            body = gradients.draw(wish)
        elif self._painting >= MAX_PAINTING:
            return self.refuse(request, 503, "Too many gradients at once: ask again.")
        else:
            body = await self._painted(wish)
        if not wish.stops:
            return picture(body, {**access.NEVER, **manner.headers(good=False)})
        etag = hashlib.sha256(body).hexdigest()[:ETAG]
        headers = access.FOREVER | {"ETag": f'"{etag}"'}
        if unchanged(request, etag):
            return web.Response(status=304, headers=access.PICTURE | headers)
        return picture(body, headers)

    async def _painted(self, wish: Gradient) -> bytes:
        """Drawn beside the event loop: a 4K picture of many colours takes it 0.2 s."""
        self._painting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._painter, gradients.draw, wish)
        finally:
            self._painting -= 1

    async def close(self, _app: web.Application) -> None:
        """Let the painter go."""
        self._painter.shutdown(cancel_futures=True)

    def refuse(self, request: web.Request, status: int, text: str) -> web.Response:
        """An error, as a picture, a label or in letters."""
        manner = lenient(request)
        said = {"Watcher-State": State.ERROR.value, "Watcher-Level": "ok"}
        said |= manner.headers(good=False)
        if status in (429, 503):
            said["Retry-After"] = access.RETRY_AFTER
        if request.path.endswith(".txt"):
            return words(manner.status(status), f"{text}\n", said)
        plain = self._plain_view(request)
        if request.path.startswith("/badge/"):
            message = badges.badge(request.match_info.get("name", ""), text, "error", plain.scale)
        else:
            message = self._message(text, plain)
        return picture(message, access.NEVER | said, manner.status(status))

    def _plain_view(self, request: web.Request) -> View:
        """The theme and size that were asked for, as far as they are none of what is wrong."""
        plain = View(theme=self._wishes.theme(request))
        try:
            asked = [pair for pair in pairs(request) if pair[0] in OF_MESSAGES]
        except REFUSALS:
            return plain
        for pair in asked:
            with suppress(*REFUSALS):
                plain = view.parse([pair], plain, self._wishes.zone)
        small = plain.width * plain.height * plain.scale**2 <= MESSAGE_PIXELS
        return plain if small else View(theme=plain.theme)

    def _message(self, text: str, plain: View) -> bytes:
        key = text, plain
        if key not in self._messages:
            if len(self._messages) >= MAX_MESSAGES:
                self._messages.clear()
            self._messages[key] = drawing.draw_message(text, plain)
        return self._messages[key]


def picture(body: bytes, headers: dict[str, str], status: int = 200) -> web.Response:
    """A picture that was made for this answer."""
    return web.Response(
        status=status, body=body, content_type="image/png", headers=access.PICTURE | headers
    )


def words(status: int, text: str, more: Mapping[str, str] = NOTHING) -> web.Response:
    """An error in words."""
    return web.Response(status=status, text=text, headers={**access.ALL, **access.NEVER, **more})
