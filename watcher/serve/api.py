"""Numbers for programs: what graphs there are, one graph's columns, and how the daemon feels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import Any

import msgspec
from aiohttp import web

from watcher.frame import Graph
from watcher.serve import access
from watcher.serve.answers import iso, reply
from watcher.serve.frames import Frames
from watcher.serve.manner import manner_of
from watcher.serve.waiters import Waiters
from watcher.serve.wishes import REFUSALS, Wishes, status_of

FRESHLY = access.ALL | {"Cache-Control": "no-cache"}


class Api:
    """`/api/graphs`, `/g/{name}.json`, `/healthz`, `/readyz`."""

    def __init__(
        self,
        frames: Frames,
        waiters: Waiters,
        wishes: Wishes,
        healthy: Callable[[], bool],
        ready: Callable[[], bool],
        report: Callable[[], Sequence[str]],
    ) -> None:
        self._frames = frames
        self._waiters = waiters
        self._wishes = wishes
        self._healthy, self._report = healthy, report
        self._ready = ready

    async def graphs(self, request: web.Request) -> web.Response:
        """All graphs in order; `?graphs=a,b`: only these, those that there are."""
        names = request.query.get("graphs", "")
        only = set(names.split(",")) if names else self._frames.graphs.keys()
        there = [graph for name, graph in self._frames.graphs.items() if name in only]
        return as_json(200, [described(graph, self._wishes.zone) for graph in there])

    async def numbers(self, request: web.Request) -> web.StreamResponse:
        """One graph's columns, with the parameters of its picture."""
        try:
            manner = manner_of(request)
            wanted = self._wishes.of(request, "json")
            held = await self._waiters.hold(request, wanted, manner.wait)
        except REFUSALS as error:
            return refuse(status_of(error, self._ready()), str(error))
        return reply(held, self._wishes.zone).to(request, manner)

    async def healthz(self, _request: web.Request) -> web.Response:
        """200 while the worker comes round; what it is at, if that is not as always."""
        trouble = "The worker has not come round for too long."
        return verdict(self._healthy(), trouble, *self._report())

    async def readyz(self, _request: web.Request) -> web.Response:
        """200 once the first pass is done."""
        return verdict(self._ready(), "The first pass is not done yet.")


def described(graph: Graph, zone: tzinfo) -> dict[str, Any]:
    """A graph as `/api/graphs` lists it."""
    page = f"/g/{graph.name}"
    return {
        "name": graph.name,
        "title": graph.title,
        "log": graph.log,
        "fields": [{"name": name} for name in graph.fields],
        "style": graph.style,
        "axis": graph.axis,
        "state": graph.state,
        "level": graph.level,
        "revision": graph.revision,
        "last": graph.last,
        "last_sample": iso(graph.last_sample, zone),
        "counters": graph.counters,
        "urls": {"page": page} | {form: f"{page}.{form}" for form in ("png", "json", "txt")},
    }


def as_json(status: int, value: object, **headers: str) -> web.Response:
    """`value` as JSON."""
    return web.Response(
        status=status,
        body=msgspec.json.encode(value),
        content_type="application/json",
        headers=(FRESHLY if status == 200 else access.ALL | access.NEVER) | headers,
    )


def refuse(status: int, text: str) -> web.Response:
    """An error as JSON."""
    later = {"Retry-After": access.RETRY_AFTER} if status in (429, 503) else {}
    return as_json(status, {"error": text}, **later)


def verdict(good: bool, trouble: str, *remarks: str) -> web.Response:
    """`ok` and what is to be remarked, or 503 with the trouble in words."""
    headers = access.ALL | access.NEVER
    if good:
        return web.Response(text="".join(f"{line}\n" for line in ("ok", *remarks)), headers=headers)
    later = {"Retry-After": access.RETRY_AFTER}
    return web.Response(status=503, text=f"{trouble}\n", headers=headers | later)
