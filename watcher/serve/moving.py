"""`.mpng`: pictures that replace each other, for an `<img>` that lives without JavaScript.

A stream is a picture after the other, for as long as somebody takes them. Who is slow gets the
newest when it is ready for it, never a queue; who takes nothing for a while is let go.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from aiohttp import web

from watcher.frame import Wanted
from watcher.serve import access
from watcher.serve.answers import reply
from watcher.serve.frames import Frames, Held
from watcher.serve.images import Images
from watcher.serve.lives import Lives
from watcher.serve.manner import manner_of
from watcher.serve.wishes import REFUSALS, Wishes, status_of

MAX_MOVING = 512  # streams in total; each wakes up with every picture that is drawn
MAX_PER_ADDRESS = 128  # a browser takes six, a proxy is one address for many
BOUNDARY = "watcher"
# A browser shows a picture when the next one begins: so that begins at once.
NEXT = f"\r\n--{BOUNDARY}\r\nContent-Type: image/png\r\n\r\n".encode()

HEADERS = access.PICTURE | {
    "Content-Type": f"multipart/x-mixed-replace; boundary={BOUNDARY}",
    "Cache-Control": "no-store, no-transform",
    "X-Accel-Buffering": "no",
}


class Moving:
    """`/g/{name}.mpng` and those of walls."""

    def __init__(
        self, frames: Frames, wishes: Wishes, images: Images, ready: Callable[[], bool]
    ) -> None:
        self._frames, self._wishes, self._images = frames, wishes, images
        self._ready = ready
        self._lives = Lives()

    async def graph(self, request: web.Request) -> web.StreamResponse:
        """One graph, moving."""
        return await self._stream(request, lambda: self._wishes.of(request))

    async def wall(self, request: web.Request) -> web.StreamResponse:
        """A wall, moving."""
        return await self._stream(request, lambda: self._wishes.wall(request))

    async def _stream(self, request: web.Request, wish: Callable[[], Wanted]) -> web.StreamResponse:
        try:
            manner, wanted = manner_of(request), wish()
            held = await self._frames.hold(wanted)
            if held.frame.status != 200:
                return reply(held, self._wishes.zone).to(request, manner)
            self._lives.admit(request, MAX_MOVING, MAX_PER_ADDRESS, "pictures move")
        except REFUSALS as error:
            return self._images.refuse(request, status_of(error, self._ready()), str(error))
        return await self._open(request, wanted, held)

    async def _open(self, request: web.Request, wanted: Wanted, held: Held) -> web.StreamResponse:
        answer = web.StreamResponse(headers=HEADERS)
        await answer.prepare(request)
        if request.method == "HEAD":
            return answer
        with suppress(TimeoutError, ConnectionResetError, *REFUSALS):
            async with self._lives.one(request):
                await self._move(answer, wanted, held)
        if request.transport is not None:
            request.transport.abort()  # there is no end of such a stream, so it is torn
        return answer

    async def _move(self, answer: web.StreamResponse, wanted: Wanted, held: Held) -> None:
        """Send picture after picture; ends by what is raised, or with one that is an error."""
        await answer.write(NEXT[2:])
        while held.frame.status == 200:
            frame = held.frame
            async with asyncio.timeout(access.SLOWEST_READER):
                await answer.write(frame.body + NEXT)
            held = await self._frames.newer(wanted, frame.etag)

    async def on_shutdown(self, _app: web.Application) -> None:
        """End every stream now, and take no new ones."""
        self._lives.end()
