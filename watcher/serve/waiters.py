"""`wait`: requests that are answered when what they look at has changed.

There is no queue: who waits gets the newest frame when there is another one, or what there is when
its time is over, or when the daemon leaves. A client that hangs up waits no longer.
"""

from __future__ import annotations

import asyncio
from collections import Counter

from aiohttp import web

from watcher.frame import Wanted
from watcher.serve.answers import unchanged
from watcher.serve.frames import Frames, Held
from watcher.serve.wishes import TooManyError

MAX_WAITING = 1024  # requests in total; each wakes up with every picture that is drawn
MAX_PER_ADDRESS = 256  # a proxy is one address for many


class Waiters:
    """All requests that wait."""

    def __init__(self, frames: Frames) -> None:
        self._frames = frames
        self._lives: set[asyncio.Timeout] = set()  # of those that wait
        self._per_address: Counter[str] = Counter()
        self._closed = False

    def __len__(self) -> int:
        return len(self._lives)

    async def hold(self, request: web.Request, wanted: Wanted, wait: int) -> Held:
        """The newest frame; where the client has it, the next, or this one after `wait` seconds.

        Raises as `Frames.hold` does, and TooManyError where too many wait already.
        """
        held = await self._frames.hold(wanted)
        has = held.frame.status == 200 and unchanged(request, held.frame.etag)
        if not (wait and has) or self._closed:
            return held
        address = request.remote or ""
        self._admit(address)
        self._per_address[address] += 1
        try:
            async with asyncio.timeout(wait) as life:
                self._lives.add(life)
                return await self._frames.newer(wanted, held.frame.etag)
        except TimeoutError:
            return held
        finally:
            self._lives.discard(life)
            self._per_address[address] -= 1
            if not self._per_address[address]:
                del self._per_address[address]

    def _admit(self, address: str) -> None:
        if len(self._lives) >= MAX_WAITING:
            raise TooManyError(503, "Too many requests wait for a change: ask again.")
        if self._per_address[address] >= MAX_PER_ADDRESS:
            raise TooManyError(429, "Too many requests from your address wait for a change.")

    async def on_shutdown(self, _app: web.Application) -> None:
        """Answer all of them now, and let no more wait."""
        self._closed = True
        for life in self._lives:
            life.reschedule(asyncio.get_running_loop().time())
