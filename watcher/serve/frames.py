"""The newest frame of every view that somebody looks at, and waiting for the next.

Everything here runs in the event loop. What the worker made comes in by `publish`; what it
should make goes out by `want`. Nothing is drawn here, nothing is read from disk, and nothing
grows without a limit: neither the frames kept nor the views waited for.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from watcher.frame import Frame, Graph, News, Wanted

PATIENCE = 10.0  # seconds a request waits for its first frame; a cold picture takes milliseconds
REMIND = 30.0  # seconds between two wants of one view: the worker forgets after some 120
MAX_PENDING = 256  # distinct views waited for: a page of tiles in two themes, at 3 ms each
MAX_PENDING_WALLS = 16  # likewise walls, at some 0.1 s each
MAX_BYTES = 128 * 1024 * 1024  # of bodies: the second fence, wider than the worker's own
OVERHEAD = 1024  # bytes of objects around one body, so that tiny frames are bounded too


class UnknownGraphError(LookupError):
    """There is no graph of that name."""


class NotYetError(Exception):
    """The worker is busy: ask again in a moment."""


class Held:
    """A frame in the cache, and what its first reader made of it for the next ones."""

    __slots__ = ("asked", "frame", "reply")

    def __init__(self, frame: Frame, asked: float) -> None:
        self.frame = frame
        self.asked = asked  # when the worker was last told that somebody looks
        self.reply: Any = None  # belongs to whoever answers requests


class Waiting:
    """A view that is being drawn for the first time; the future ends with None if it never is."""

    __slots__ = ("drawn", "readers")

    def __init__(self) -> None:
        self.drawn: asyncio.Future[Held | None] = asyncio.get_running_loop().create_future()
        self.readers = 0

    def end(self, held: Held | None) -> None:
        if not self.drawn.done():
            self.drawn.set_result(held)


Listener = Callable[[tuple[Graph, ...], tuple[Graph, ...]], None]  # changed, gone


class Frames:
    """What the event loop knows: graphs by name, frames by what was wanted."""

    def __init__(
        self,
        want: Callable[[Wanted], None],
        now: Callable[[], float] = time.monotonic,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self.graphs: dict[str, Graph] = {}  # in the order in which they were first seen
        self._want = want
        self._now = now
        self._max_bytes = max_bytes
        self._bytes = 0
        self._held: OrderedDict[Wanted, Held] = OrderedDict()  # longest unasked first
        self._waiting: dict[Wanted, Waiting] = {}
        self._listeners: list[Listener] = []
        self._drawn = asyncio.Event()  # set, and replaced, whenever frames come

    def listen(self, listener: Listener) -> None:
        """Call `listener` after every publication that changed a graph."""
        self._listeners.append(listener)

    def publish(self, news: News) -> None:
        """Take in what the worker made; when listeners hear of it, the frames are there."""
        for wanted in news.dropped:
            self._forget(wanted)
        for wanted, frame in news.frames:
            self._keep(wanted, frame)
        for wanted in news.dropped:
            self._let_down(wanted)
        for graph in news.graphs:
            self.graphs[graph.name] = graph
        gone = tuple(self.graphs.pop(name) for name in news.gone if name in self.graphs)
        if gone:
            self._close({graph.name for graph in gone})
        if news.frames or gone:
            self._drawn.set()
            self._drawn = asyncio.Event()
        if news.graphs or gone:
            for listener in self._listeners:
                listener(news.graphs, gone)

    async def hold(self, wanted: Wanted, timeout: float = PATIENCE) -> Held:  # noqa: ASYNC109
        """The newest frame of `wanted`; raises UnknownGraphError, NotYetError if it takes long."""
        held = self._held.get(wanted)
        if held is None:
            return await self._wait(wanted, timeout)
        now = self._now()
        if now - held.asked > REMIND:
            held.asked = now
            self._held.move_to_end(wanted)
            self._want(wanted)
        return held

    async def newer(self, wanted: Wanted, etag: str) -> Held:
        """The frame of `wanted`, as soon as it is another than that; may wait for ever."""
        while True:
            drawn = self._drawn
            held = await self.hold(wanted)
            if held.frame.etag != etag:
                return held
            with suppress(TimeoutError):
                async with asyncio.timeout(REMIND):
                    await drawn.wait()

    async def _wait(self, wanted: Wanted, timeout: float) -> Held:  # noqa: ASYNC109
        waiting = self._waiting.get(wanted) or self._begin(wanted)
        waiting.readers += 1
        try:
            async with asyncio.timeout(timeout):
                held = await asyncio.shield(waiting.drawn)
        except TimeoutError:
            what = wanted.graph or "the wall"
            raise NotYetError(f"{what} is not drawn yet: try again in a moment.") from None
        finally:
            waiting.readers -= 1
            if not waiting.readers and self._waiting.get(wanted) is waiting:
                del self._waiting[wanted]
        if held is None:
            raise UnknownGraphError(f"There is no graph {wanted.graph!r} any more.")
        return held

    def _begin(self, wanted: Wanted) -> Waiting:
        if wanted.form != "wall" and wanted.graph not in self.graphs:
            raise UnknownGraphError(f"There is no graph {wanted.graph!r} any more.")
        if len(self._waiting) >= MAX_PENDING:
            raise NotYetError(
                f"{MAX_PENDING} other pictures are drawn first: try again in a moment."
            )
        walls = sum(waiting.form == "wall" for waiting in self._waiting)
        if wanted.form == "wall" and walls >= MAX_PENDING_WALLS:
            raise NotYetError(f"{walls} other walls are drawn first: try again in a moment.")
        waiting = self._waiting[wanted] = Waiting()
        self._want(wanted)
        return waiting

    def _keep(self, wanted: Wanted, frame: Frame) -> None:
        waiting = self._waiting.pop(wanted, None)
        held = self._held.get(wanted)
        if held is None:
            held = self._held[wanted] = Held(frame, self._now())
        else:
            self._bytes -= len(held.frame.body) + OVERHEAD
            held.frame, held.reply = frame, None
        self._bytes += len(frame.body) + OVERHEAD
        if waiting is not None:
            waiting.end(held)
        while self._bytes > self._max_bytes and len(self._held) > 1:
            self._forget(next(iter(self._held)))

    def _forget(self, wanted: Wanted) -> None:
        held = self._held.pop(wanted, None)
        if held is not None:
            self._bytes -= len(held.frame.body) + OVERHEAD

    def _let_down(self, wanted: Wanted) -> None:
        """The worker does not keep this one: what it drew is good once, then ask again."""
        if wanted in self._held:
            self._held[wanted].asked = -math.inf
        elif wanted in self._waiting:
            self._waiting.pop(wanted).end(None)

    def _close(self, names: set[str]) -> None:
        def is_gone(wanted: Wanted) -> bool:
            return wanted.form != "wall" and wanted.graph in names

        for wanted in [wanted for wanted in self._held if is_gone(wanted)]:
            self._forget(wanted)
        for wanted in [wanted for wanted in self._waiting if is_gone(wanted)]:
            self._waiting.pop(wanted).end(None)
