"""Server-Sent Events: who looks is told at once that a graph has changed; pages then fetch it.

There is no queue per client. An event is framed once and written to every stream whose
connection has nothing left to send; a stream that is behind keeps only the *names* of what
changed, and gets the newest of each when it has caught up. So a client that never reads holds
a few names, whatever happens, and is dropped after a while.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress

import msgspec
from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from watcher.frame import Graph
from watcher.history.pulse import State
from watcher.serve import access
from watcher.serve.frames import Frames

BEAT = 5.0  # seconds; the contract's, so that a page knows silence from death
CATCH_UP = 0.1  # seconds between looks at streams that are behind, while there are any
STALLED = 30.0  # seconds behind until a stream is dropped: the page opens a new one
SEND_BUFFER = 16 * 1024  # bytes in the kernel: more would be events nobody needs any more
MAX_GONE = 1000  # graphs remembered that are no more, for streams that come back
BEAT_EVENT = b"event: beat\ndata: {}\n\n"

HEADERS = access.ALL | {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store, no-transform",
    "X-Accel-Buffering": "no",
    "Connection": "close",  # the stream ends with its connection: no chunks to frame
}


class Open(web.StreamResponse):
    """The head of a stream, written by hand: what follows goes to the connection as it is."""

    def __init__(self) -> None:
        super().__init__(status=200, headers=HEADERS)
        self._sent = False

    @property
    def keep_alive(self) -> bool:
        return False

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter:
        """Send the head, once."""
        if self._sent:
            return request.writer
        self._sent = True
        lines = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
        await request.writer.write(f"HTTP/1.1 200 OK\r\n{lines}\r\n".encode())
        return request.writer

    async def write_eof(self, data: bytes = b"") -> None:
        """The connection is closed by whoever ends the stream."""


class Stream:
    """One client: what it wants to hear of, and what it has missed."""

    def __init__(self, transport: asyncio.Transport, only: frozenset[str] | None) -> None:
        self.transport = transport
        self.only = only
        self.missed: set[str] = set()  # names of graphs that changed since its last event
        self.behind_since: float | None = None
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def idle(self) -> bool:
        """Whether all that was written has left, so that more would leave at once."""
        return not self.transport.is_closing() and not self.transport.get_write_buffer_size()

    def end(self) -> None:
        """Let its handler go."""
        if not self.ended.done():
            self.ended.set_result(None)


class Live:
    """All streams, and what is new for them."""

    def __init__(self, frames: Frames, version: str, boot: str) -> None:
        self._frames = frames
        self._boot = boot
        self._hello = event("hello", {"version": version, "boot": boot})
        self._serial = 0  # counts changes; the n of `<boot>-<n>`
        self._changed: dict[str, int] = {}  # graph -> serial of its newest change, oldest first
        self._gone: dict[str, Graph] = {}  # told of as state "error" until they come again
        self._streams: set[Stream] = set()
        self._per_address: Counter[str] = Counter()
        self._beat: asyncio.TimerHandle | None = None
        self._sweep: asyncio.TimerHandle | None = None
        self._closed = False
        self._note(frames.graphs.values())
        frames.listen(self.publish)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """`/events`: hello, one frame per graph, then every change, and a beat every 5 s."""
        refusal = self._refuse(request)
        if refusal is not None:
            return refusal
        transport = request.transport
        if request.method == "HEAD" or transport is None:
            return web.Response(headers={k: v for k, v in HEADERS.items() if k != "Connection"})
        narrow(transport)
        answer = Open()
        with suppress(ConnectionResetError):  # gone before it began
            await answer.prepare(request)
            await self._follow(request, Stream(transport, only(request)))
        return answer

    async def _follow(self, request: web.Request, stream: Stream) -> None:
        address = request.remote or ""
        self._streams.add(stream)
        self._per_address[address] += 1
        try:
            if not self._closed:
                self._greet(stream, request.headers.get("Last-Event-ID", ""))
                await stream.ended
        finally:
            self._streams.discard(stream)
            self._per_address[address] -= 1
            if not self._per_address[address]:
                del self._per_address[address]

    def _refuse(self, request: web.Request) -> web.Response | None:
        if len(request.query_string) > access.MAX_QUERY:
            return self._later(
                414, f"The query is too long: at most {access.MAX_QUERY} characters."
            )
        if self._closed or len(self._streams) >= access.MAX_STREAMS:
            return self._later(503, "Too many streams are open: try again in a moment.")
        if self._per_address[request.remote or ""] >= access.MAX_STREAMS_PER_ADDRESS:
            return self._later(429, "Too many streams are open from your address.")
        return None

    @staticmethod
    def _later(status: int, text: str) -> web.Response:
        headers = access.ALL | access.NEVER | {"Retry-After": str(int(BEAT))}
        return web.Response(status=status, text=text, headers=headers)

    def publish(self, changed: tuple[Graph, ...], gone: tuple[Graph, ...]) -> None:
        """Tell every stream what is new: the listener of `Frames`."""
        self._note(changed)
        for graph in gone:
            self._note([graph])
            self._gone[graph.name] = graph
        while len(self._gone) > MAX_GONE:
            oldest = next(iter(self._gone))
            del self._gone[oldest], self._changed[oldest]
        self._tell([graph.name for graph in (*changed, *gone)])

    def _note(self, graphs: Iterable[Graph]) -> None:
        for graph in graphs:
            self._serial += 1
            self._changed.pop(graph.name, None)
            self._changed[graph.name] = self._serial
            self._gone.pop(graph.name, None)

    def _tell(self, names: list[str]) -> None:
        chunk = self._chunk(names)
        for stream in self._streams:
            if stream.missed or not stream.idle():
                stream.missed.update(n for n in names if stream.only is None or n in stream.only)
            elif stream.only is None:
                stream.transport.write(chunk)
            else:
                self._write(stream, [name for name in names if name in stream.only])
        self._watch()

    def _greet(self, stream: Stream, last_id: str) -> None:
        """What a new stream has to know; one that comes back gets only what it missed."""
        after = self._serial_of(last_id)
        names = [name for name, serial in self._changed.items() if serial > after]
        if not after:
            names = [name for name in names if name not in self._gone]
        if stream.only is not None:
            names = [name for name in names if name in stream.only]
        stream.transport.write(b"retry: 2000\n" + self._hello + self._chunk(names))
        self._watch()

    def _serial_of(self, last_id: str) -> int:
        """The number in an id that we gave out; 0 for any other: it gets everything."""
        boot, _, number = last_id.rpartition("-")
        ours = boot == self._boot and re.fullmatch("[0-9]{1,15}", number) is not None
        return int(number) if ours and int(number) <= self._serial else 0

    def _write(self, stream: Stream, names: list[str]) -> None:
        if names:
            stream.transport.write(self._chunk(names))

    def _chunk(self, names: list[str]) -> bytes:
        return b"".join(self._event(name) for name in names)

    def _event(self, name: str) -> bytes:
        gone = self._gone.get(name)
        graph = gone or self._frames.graphs[name]
        data = {
            "graph": name,
            "revision": graph.revision,
            "state": State.ERROR if gone else graph.state,
            "level": graph.level,
        }
        return b"id: %s-%d\n" % (self._boot.encode(), self._changed[name]) + event("frame", data)

    def _watch(self) -> None:
        """Keep the timers running while there is somebody to serve."""
        loop = asyncio.get_running_loop()
        if self._beat is None and self._streams:
            self._beat = loop.call_later(BEAT, self._on_beat)
        if self._sweep is None and any(stream.missed for stream in self._streams):
            self._sweep = loop.call_later(CATCH_UP, self._on_sweep)

    def _on_beat(self) -> None:
        self._beat = None
        now = asyncio.get_running_loop().time()
        for stream in self._streams:
            if stream.transport.is_closing():
                stream.end()
            elif stream.idle():
                stream.behind_since = None
                stream.transport.write(BEAT_EVENT)
            elif stream.behind_since is None:
                stream.behind_since = now
            elif now - stream.behind_since > STALLED:
                stream.transport.abort()
                stream.end()
        self._watch()

    def _on_sweep(self) -> None:
        self._sweep = None
        for stream in self._streams:
            if stream.missed and stream.idle():
                known = stream.missed & self._changed.keys()
                names = sorted(known, key=self._changed.__getitem__)
                stream.missed = set()
                self._write(stream, names)
        self._watch()

    async def on_shutdown(self, _app: web.Application) -> None:
        """End every stream now, and take no new ones: SIGTERM must not wait for viewers."""
        self._closed = True
        for timer in (self._beat, self._sweep):
            if timer is not None:
                timer.cancel()
        for stream in self._streams:
            if not stream.idle():
                stream.transport.abort()  # nobody waits for a reader that does not read
            stream.end()


def event(name: str, data: Mapping[str, object]) -> bytes:
    """One event on the wire."""
    return b"event: %s\ndata: %s\n\n" % (name.encode(), msgspec.json.encode(data))


def only(request: web.Request) -> frozenset[str] | None:
    """The graphs of `?graphs=a,b`; None = all."""
    names = request.query.get("graphs", "")
    return frozenset(names.split(",")) if names else None


def narrow(transport: asyncio.Transport) -> None:
    """Make the kernel hold little: what waits there is old before it is read."""
    sock = transport.get_extra_info("socket")
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
