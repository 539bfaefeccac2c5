"""`wait`: requests that are answered when what they look at has changed.

There is no queue: who waits gets the newest frame when there is another one, or what there is when
its time is over, or when the daemon leaves. A client that hangs up waits no longer.
"""

from __future__ import annotations

from aiohttp import web

from watcher.frame import Wanted
from watcher.serve.answers import unchanged
from watcher.serve.frames import Frames, Held
from watcher.serve.lives import Lives

MAX_WAITING = 1024  # requests in total; each wakes up with every picture that is drawn
MAX_PER_ADDRESS = 256  # a proxy is one address for many


class Waiters:
    """All requests that wait."""

    def __init__(self, frames: Frames) -> None:
        self._frames = frames
        self._lives = Lives()

    def __len__(self) -> int:
        return len(self._lives)

    async def hold(self, request: web.Request, wanted: Wanted, wait: int) -> Held:
        """The newest frame; where the client has it, the next, or this one after `wait` seconds.

        Raises as `Frames.hold` does, and TooManyError where too many wait already.
        """
        held = await self._frames.hold(wanted)
        has = held.frame.status == 200 and unchanged(request, held.frame.etag)
        if not (wait and has) or self._lives.closed:
            return held
        self._lives.admit(request, MAX_WAITING, MAX_PER_ADDRESS, "requests wait for a change")
        try:
            async with self._lives.one(request, wait):
                return await self._frames.newer(wanted, held.frame.etag)
        except TimeoutError:
            return held

    async def on_shutdown(self, _app: web.Application) -> None:
        """Answer all of them now, and let no more wait."""
        self._lives.end()
