"""A frame as HTTP: conditional, complete, and serialised once for all who ask.

A cached picture costs less than aiohttp's plain handler: its status line, headers and body
are joined once a second (the Date changes) and handed to the connection in one write.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import datetime, tzinfo
from email.utils import formatdate

from aiohttp import HttpVersion11, web
from aiohttp.abc import AbstractStreamWriter

from watcher.frame import Frame
from watcher.serve import access
from watcher.serve.frames import Held
from watcher.serve.manner import USUAL, Manner

LARGE = 64 * 1024  # bytes; asyncio's high-water mark: beyond it a write can wait for the reader


def iso(instant: float | None, zone: tzinfo) -> str | None:
    """ISO 8601 with zone, to the millisecond where there are any."""
    if instant is None:
        return None
    when = datetime.fromtimestamp(instant, zone)
    return when.isoformat(timespec="milliseconds" if when.microsecond >= 1000 else "seconds")


def headers_of(frame: Frame, zone: tzinfo) -> dict[str, str]:
    """The headers of a frame, those of a 304 included."""
    headers = access.PICTURE if frame.content_type.startswith("image/") else access.ALL
    said = {"Watcher-State": frame.state.value, "Watcher-Level": frame.level}
    last_sample = iso(frame.last_sample, zone)
    if last_sample is not None:
        said["Watcher-Last-Sample"] = last_sample
    if frame.status != 200:
        return headers | said | access.NEVER
    modified = min(frame.modified, time.time())  # never after Date
    return (
        headers
        | said
        | {
            "Cache-Control": "no-cache",
            "ETag": f'"{frame.etag}"',
            "Last-Modified": formatdate(int(modified), usegmt=True),
        }
    )


def unchanged(request: web.Request, etag: str) -> bool:
    """Whether the client has these very bytes: If-None-Match alone says so."""
    if "If-None-Match" not in request.headers:
        return False
    return any(known.value in (etag, "*") for known in request.if_none_match or ())


class Reply:
    """All answers that one frame can give."""

    def __init__(self, frame: Frame, zone: tzinfo) -> None:
        self.frame = frame
        self.headers = headers_of(frame, zone)
        content = {"Content-Type": frame.content_type, "Content-Length": str(len(frame.body))}
        self._full = Ready(frame.status, self.headers | content, frame.body)
        self._short = Ready(304, self.headers, b"")

    def to(self, request: web.Request, manner: Manner = USUAL) -> web.StreamResponse:
        """The answer to this request: 304 if it has the frame, else the frame."""
        frame = self.frame
        good = frame.status == 200
        same = good and unchanged(request, frame.etag)
        if manner.usual and plain(request):
            return self._short if same else self._full
        headers = {**self.headers, **manner.headers(good=good)}
        if same:
            return web.Response(status=304, headers=headers)
        content = {"Content-Type": frame.content_type}
        status = manner.status(frame.status)
        return web.Response(status=status, headers=headers | content, body=frame.body)


def reply(held: Held, zone: tzinfo) -> Reply:
    """The prepared reply of a held frame, made at its first reader."""
    if held.reply is None:
        held.reply = Reply(held.frame, zone)
    prepared: Reply = held.reply
    return prepared


def plain(request: web.Request) -> bool:
    """Whether the answer needs no thought about versions, connections and bodies."""
    return request.version == HttpVersion11 and request.keep_alive and request.method == "GET"


class Ready(web.StreamResponse):
    """An answer that is bytes already; one object serves any number of requests.

    Only for requests that are `plain`: it never says `Connection`, and always sends its body.
    """

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        super().__init__(status=status)
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._head = f"HTTP/1.1 {status} {self.reason}\r\n{lines}Date: ".encode()
        self._rest = b"\r\n\r\n" + body
        self._second, self._bytes = 0, b""

    @property
    def keep_alive(self) -> bool:
        return True

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter:
        """Send everything; a reader that is too slow loses its connection."""
        second = int(time.time())
        if second != self._second:
            date = formatdate(second, usegmt=True).encode()
            self._second, self._bytes = second, b"".join((self._head, date, self._rest))
        if len(self._bytes) < LARGE:
            await request.writer.write_eof(self._bytes)
        else:
            await self._send_slowly(request)
        return request.writer

    async def write_eof(self, data: bytes = b"") -> None:
        """Nothing is left to send."""

    async def _send_slowly(self, request: web.BaseRequest) -> None:
        try:
            async with asyncio.timeout(access.SLOWEST_READER):
                await request.writer.write_eof(self._bytes)
        except TimeoutError:
            if request.transport is not None:
                request.transport.abort()
            raise ConnectionResetError("the reader is too slow") from None
