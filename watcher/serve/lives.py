"""Requests that last: how many, in total and from each address, and their end with the daemon."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from watcher.serve.wishes import TooManyError


class Lives:
    """All that last of one kind."""

    def __init__(self) -> None:
        self.closed = False  # no more of them may begin
        self._lives: set[asyncio.Timeout] = set()
        self._per_address: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._lives)

    def admit(self, request: web.Request, most: int, most_per_address: int, what: str) -> None:
        """Raise TooManyError where no more may begin; `what` there are too many of, in words."""
        if self.closed or len(self._lives) >= most:
            raise TooManyError(503, f"Too many {what}: ask again.")
        if self._per_address[request.remote or ""] >= most_per_address:
            raise TooManyError(429, f"Too many {what} at your address.")

    @asynccontextmanager
    async def one(self, request: web.Request, seconds: float | None = None) -> AsyncIterator[None]:
        """One of them; raises TimeoutError after so long, or when the daemon leaves."""
        if self.closed:  # while this one made ready
            raise TimeoutError
        address = request.remote or ""
        self._per_address[address] += 1
        try:
            async with asyncio.timeout(seconds) as life:
                self._lives.add(life)
                yield
        finally:
            self._lives.discard(life)
            self._per_address[address] -= 1
            if not self._per_address[address]:
                del self._per_address[address]

    def end(self) -> None:
        """End all of them now."""
        self.closed = True
        for life in self._lives:
            if not life.expired():
                life.reschedule(asyncio.get_running_loop().time())
