"""Pages for people: all graphs, one graph, and words where there is nothing to see.

Pages work without JavaScript (they reload themselves); with it they are live. Everything
that they are made of is read once, at the start: the event loop touches no file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import tzinfo
from importlib import resources
from typing import Any, NamedTuple
from urllib.parse import urlencode

import jinja2
from aiohttp import web

from watcher.frame import Graph
from watcher.history.aggregate import PERCENTILES
from watcher.history.pulse import State
from watcher.serve import access
from watcher.serve.answers import iso
from watcher.serve.frames import Frames
from watcher.serve.icon import icon
from watcher.serve.wishes import REFUSALS, Pairs, Wishes, pairs, status_of
from watcher.serve.wishes import WINDOWS as FIXED

KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
DAY = 24 * 60 * 60  # seconds
OF_THE_SCREEN = frozenset({"width", "height", "scale"})  # of a wall: its page knows better
HASH = 12  # hex digits of a file's hash in its name
FORWARDED = (  # what a page hands on to its picture; the rest it chooses
    *("from", "until", "step", "tz", "style", "field", "agg", "per", "fill"),
    *("ymin", "ymax", "yscale", "warn", "crit", "vs"),
)

WINDOWS = {  # words -> parameters of the picture
    "time": {
        "auto": {},
        "1 hour": {"from": "-1h"},
        "6 hours": {"from": "-6h"},
        "24 hours": {"from": "-24h"},
        "7 days": {"from": "-7d"},
    },
    "index": {
        "auto": {},
        "last 100": {"from": "-100"},
        "last 500": {"from": "-500"},
        "all": {"from": "0"},
    },
}

STATES = {
    State.FRESH: "fresh",
    State.STALE: "stale: silent for much longer than usual",
    State.WAITING: "waiting for the first value",
    State.ERROR: "gone",
}

LEVELS = {"ok": "", "warn": ", beyond its warning line", "crit": ", beyond its critical line"}


class Static(NamedTuple):
    """A file that pages are made of."""

    body: bytes
    kind: str


class Pages:
    """Dashboard, graphs, walls, `/static/{file}`, and every answer in words."""

    def __init__(
        self, frames: Frames, wishes: Wishes, ready: Callable[[], bool], version: str
    ) -> None:
        self._frames = frames
        self._wishes = wishes
        self._ready = ready
        self._icon = icon()
        self._static, links = load_static()
        self._templates = load_templates({"version": version, "static": links})

    async def dashboard(self, _request: web.Request) -> web.Response:
        """Every graph, live."""
        graphs = list(self._frames.graphs.values())
        walls = [name for name in self._wishes.walls if name]
        return self._page("dashboard.html", graphs=graphs, walls=walls, ready=self._ready())

    async def graph(self, request: web.Request) -> web.Response:
        """One graph, large, with the words and links that belong to it."""
        try:
            graph = self._wishes.graph(request.match_info["name"])
            query = pairs(request)
            view = self._wishes.build(graph, query, graph.view).view
        except REFUSALS as error:
            return self.words(request, status_of(error, self._ready()), str(error))
        chosen = {name: text for name, text in query if name in FORWARDED and text}
        return self._page(
            "graph.html",
            graph=graph,
            windows=windows(graph, chosen),
            fields=fields(graph, chosen),
            aggs=aggs(graph, chosen),
            picture=f"/g/{graph.name}.png",
            forms=forms(graph, chosen),
            fixed=fixed(graph, chosen),
            query=tail(list(chosen.items())),
            chosen=chosen,
            origin=str(request.url.origin()),
            view=view,
            default=replace(graph.view, theme="light"),
            when=clock(graph.last_sample, self._wishes.zone),
        )

    async def wall(self, request: web.Request) -> web.Response:
        """Many graphs on a whole screen, and nothing else."""
        try:
            settings = self._wishes.wall_settings(request)
            wanted = self._wishes.wall(request)
            query = [pair for pair in pairs(request) if pair[0] not in OF_THE_SCREEN]
        except REFUSALS as error:
            return self.words(request, status_of(error, self._ready()), str(error))
        return self._page(
            "wall.html",
            title=settings.name or "all graphs",
            picture=f"/wall{'/' * bool(settings.name)}{settings.name}.png{tail(query)}",
            graphs=settings.graphs,
            theme=wanted.view.theme,
        )

    async def favicon(self, _request: web.Request) -> web.Response:
        """The sign of these pages."""
        headers = access.ALL | {"Cache-Control": f"public, max-age={DAY}"}
        return web.Response(body=self._icon, content_type="image/x-icon", headers=headers)

    async def static(self, request: web.Request) -> web.Response:
        """A file of these pages; its name holds its hash, so it never changes."""
        file = self._static.get(request.match_info["file"])
        if file is None:
            raise web.HTTPNotFound
        headers = access.ALL | access.FOREVER
        return web.Response(
            body=file.body, content_type=file.kind, charset="utf-8", headers=headers
        )

    def words(self, request: web.Request, status: int, text: str) -> web.Response:
        """An answer where there is nothing to show: a page for browsers, else plain text."""
        later = {"Retry-After": access.RETRY_AFTER} if status in (429, 503) else {}
        if status == 421 or "text/html" not in request.headers.get("Accept", ""):
            headers = access.ALL | access.NEVER | later
            return web.Response(status=status, text=f"{text}\n", headers=headers)
        answer = self._page("words.html", text=text, status=status)
        answer.set_status(status)
        answer.headers.update(access.NEVER | later)
        return answer

    def _page(self, template: str, **values: Any) -> web.Response:
        text = self._templates.get_template(template).render(values)
        return web.Response(text=text, content_type="text/html", headers=access.PAGE)


def load_static() -> tuple[dict[str, Static], dict[str, str]]:
    """The files under `static/` by hashed name, and the link to each by its plain name."""
    files, links = {}, {}
    for file in (resources.files("watcher.serve") / "static").iterdir():
        stem, _, suffix = file.name.rpartition(".")
        if suffix not in KINDS:
            continue
        body = file.read_bytes()
        hashed = f"{stem}.{hashlib.sha256(body).hexdigest()[:HASH]}.{suffix}"
        files[hashed] = Static(body, KINDS[suffix])
        links[file.name] = f"/static/{hashed}"
    return files, links


def load_templates(values: dict[str, Any]) -> jinja2.Environment:
    """The templates, compiled now; everything in them is escaped."""
    templates = jinja2.Environment(
        loader=jinja2.PackageLoader("watcher.serve"),
        autoescape=True,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    templates.globals.update(values, levels=LEVELS)
    templates.filters.update(number=number, state=STATES.__getitem__, tail=tail)
    for name in templates.list_templates():
        templates.get_template(name)
    return templates


def number(value: float | None) -> str:
    """Six significant digits as people write them: 1,204 and 0.25; a dash for none."""
    if value is None or value != value:
        return "–"
    rounded = float(f"{value:.6g}")
    if abs(rounded) < 1e15 and rounded == int(rounded):
        return f"{int(rounded):,}"
    return f"{rounded:,.6g}" if abs(rounded) >= 1e-4 else f"{rounded:g}"


def clock(instant: float | None, zone: tzinfo) -> str:
    """A time to be read: 2026-11-22 13:02:11."""
    return (iso(instant, zone) or "")[:19].replace("T", " ")


def tail(query: Pairs) -> str:
    """`?a=b`, or nothing."""
    return f"?{urlencode(query)}" if query else ""


def forms(graph: Graph, chosen: dict[str, str]) -> list[tuple[str, str, str]]:
    """All that this view of a graph can be had as: an id, words, link."""
    query, page = tail(list(chosen.items())), f"/g/{graph.name}"
    return [
        ("png", "PNG", f"{page}.png{query}"),
        ("png2x", "PNG at 2x", f"{page}@2x.png{query}"),
        ("mpng", "moving picture", f"{page}.mpng{query}"),
        ("badge", "badge", f"/badge/{graph.name}.png{query}"),
        ("txt", "text", f"{page}.txt{query}"),
        ("json", "JSON", f"{page}.json{query}"),
    ]


def fixed(graph: Graph, chosen: dict[str, str]) -> list[tuple[str, str]]:
    """Links to the windows whose pictures have a path of their own: none where there is no time."""
    if graph.axis != "time":
        return []
    query = tail([(name, text) for name, text in chosen.items() if name not in ("from", "until")])
    return [(name, f"/g/{graph.name}/{name}.png{query}") for name in FIXED]


def windows(graph: Graph, chosen: dict[str, str]) -> list[tuple[str, str, bool]]:
    """Links to the windows of a graph: words, link, and whether it is this one."""
    kept = {name: chosen[name] for name in ("style", "field") if name in chosen}
    now = {name: text for name, text in chosen.items() if name not in kept}
    return [
        (words, f"/g/{graph.name}{tail(list((window | kept).items()))}", window == now)
        for words, window in WINDOWS[graph.axis].items()
    ]


def aggs(graph: Graph, chosen: dict[str, str]) -> list[tuple[str, str, bool]]:
    """Likewise to its percentiles, where they are kept of what is shown."""
    field = chosen.get("field") or graph.view.field or next(iter(graph.fields), "")
    if field not in graph.spread:
        return []
    kept = {name: text for name, text in chosen.items() if name not in ("agg", "style")}
    shown = chosen.get("agg") or graph.view.agg or "mean"
    links = [
        (agg, tail(list(({"agg": agg} | kept).items())), agg == shown)
        for agg in ("mean", *PERCENTILES)
    ]
    heat = tail(list(({"style": "heat"} | kept).items()))
    links.append(("heat map", heat, chosen.get("style") == "heat"))
    return [(words, f"/g/{graph.name}{query}", here) for words, query, here in links]


def fields(graph: Graph, chosen: dict[str, str]) -> list[tuple[str, str, bool]]:
    """Likewise to what can be shown of its log; none where there is no choice."""
    if len(graph.fields) < 2:
        return []
    kept = {name: text for name, text in chosen.items() if name not in ("style", "field", "agg")}
    shown = chosen["field"].split(",") if chosen.get("field") else graph.shown
    return [
        (field, f"/g/{graph.name}{tail(list(({'field': field} | kept).items()))}", field in shown)
        for field in graph.fields
    ]
