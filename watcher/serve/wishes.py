"""A request -> what is wanted; remembered, so that an unchanged URL is understood once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import tzinfo
from typing import NamedTuple
from urllib.parse import parse_qsl

from aiohttp import web

from watcher.draw import gradient, view
from watcher.draw.view import Moment, Theme, View, ViewError
from watcher.frame import Form, Graph, Wanted
from watcher.serve import access
from watcher.serve.frames import Frames, NotYetError, UnknownGraphError
from watcher.walls import WallSettings, given

MAX_REMEMBERED = 4096  # URLs; each at most some 2 KB, forgotten all at once when full
NAMED = 5  # graphs named to somebody who asks for one that does not exist

WINDOWS = {"hour": "-1h", "day": "-1d", "week": "-7d", "month": "-1mon", "year": "-1y"}
# What is seen of a view where it is no picture of a graph; the rest is the same for all of them.
NUMBERS = ("start", "until", "step", "tz", "fields", "agg", "per", "fill", "warn", "crit", "stale")
OF_A_BADGE = (*NUMBERS, "style", "scale", "title")
OF_A_STRIPE = (*NUMBERS, "width", "height", "ymin", "ymax")
OF_LETTERS = (*OF_A_STRIPE, "style", "yscale", "vs", "title", "legend", "axes")
OF_COLUMNS = (*NUMBERS, "style", "width", "height", "scale", "rotate", "axes")
SHOWN: dict[Form, Sequence[str]] = {"badge": OF_A_BADGE, "txt": OF_LETTERS, "json": OF_COLUMNS}
OF_COLOURS = frozenset({"width", "height", "w", "h", "scale", "stops", "seed"})

Pairs = Sequence[tuple[str, str]]


class TooLongError(ValueError):
    """A query longer than any sensible one."""


class TooManyError(Exception):
    """A limit is reached: `status` says whether it is that of all, or of one address."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class UnknownWallError(LookupError):
    """There is no wall of that name."""


class Remembered(NamedTuple):
    """A wish and the view it was built on: it stands while the graph has that view."""

    base: View
    wanted: Wanted


class Wishes:
    """Understands URLs on top of the graphs that there are."""

    def __init__(self, frames: Frames, zone: tzinfo, walls: Iterable[WallSettings] = ()) -> None:
        self.frames = frames
        self.zone = zone
        self.walls = {wall.name: wall for wall in walls}
        self._remembered: dict[str, Remembered] = {}

    def of(self, request: web.Request, form: Form = "png", scale: int = 0) -> Wanted:
        """What `/g/{name}.{form}?...` wants; raises one of REFUSALS."""
        known = self._remembered.get(request.raw_path)
        if known is not None:
            graph = self.frames.graphs.get(known.wanted.graph)
            if graph is not None and (graph.view is known.base or graph.view == known.base):
                return known.wanted
        graph = self.graph(request.match_info["name"])
        fixed = [("scale", str(scale))] if scale else []
        if "window" in request.match_info:
            fixed.append(("from", WINDOWS[request.match_info["window"]]))
        wanted = self.build(graph, fixed + pairs(request), graph.view, form)
        if len(self._remembered) >= MAX_REMEMBERED:
            self._remembered.clear()
        self._remembered[request.raw_path] = Remembered(graph.view, wanted)
        return wanted

    def build(self, graph: Graph, query: Pairs, base: View, form: Form = "png") -> Wanted:
        """The wish for `graph` that `query` asks for on top of `base`."""
        found = view.parse(query, base, self.zone)
        if form in SHOWN:
            found = reduced(found, SHOWN[form])
        return Wanted(graph.name, found, form)

    def stripe(self, query: Pairs) -> Wanted:
        """What `/gradient.png?g=name` wants: a window in colours, from left to right."""
        graph = self.graph(next(text for name, text in query if name == "g"))
        ours = [pair for pair in query if pair[0] in OF_COLOURS]
        wish = gradient.parse(ours)
        rest = [pair for pair in query if pair not in ours and pair[0] != "g"]
        base = replace(graph.view, width=wish.width, height=wish.height, scale=1)
        found = reduced(view.parse(rest, base, self.zone), OF_A_STRIPE)
        return Wanted(graph.name, replace(found, style="spark"), "stripe", wish.stops)

    def wall(self, request: web.Request) -> Wanted:
        """What `/wall.png?...` wants, or the wall of that name."""
        settings = self.wall_settings(request)
        query = pairs(request)
        found = view.parse(query, settings.view, self.zone)
        all_ = sorted({*settings.given, *given(query)})
        return Wanted(settings.name, found, "wall", given=tuple(all_))

    def wall_settings(self, request: web.Request) -> WallSettings:
        """The wall that the path names; raises UnknownWallError naming those that there are."""
        name = request.match_info.get("name", "")
        try:
            return self.walls[name]
        except KeyError:
            named = ", ".join(filter(None, self.walls))
            there = f" There are: {named}." if named else ""
            raise UnknownWallError(
                f"There is no wall {name[:100]!r}.{there} /wall shows all graphs."
            ) from None

    def theme(self, request: web.Request) -> Theme:
        """That of the graph in the path, else that of all pictures."""
        base = self.frames.graphs.get(request.match_info.get("name", "")) or self.walls.get("")
        return base.view.theme if base else View().theme

    def graph(self, name: str) -> Graph:
        """The graph of that name; raises UnknownGraphError naming some that there are."""
        try:
            return self.frames.graphs[name]
        except KeyError:
            raise UnknownGraphError(unknown(name, list(self.frames.graphs))) from None


REFUSALS = (
    *(ViewError, TooLongError, TooManyError),
    *(UnknownGraphError, UnknownWallError, NotYetError),
)
STATUS = {ViewError: 400, UnknownWallError: 404, TooLongError: 414}


def status_of(error: Exception, ready: bool) -> int:
    """The HTTP status of a refusal, whose text is for the client.

    Before the first pass a graph may only be late.
    """
    if isinstance(error, TooManyError):
        return error.status
    if isinstance(error, UnknownGraphError) and ready:
        return 404
    return STATUS.get(type(error), 503)


def reduced(found: View, shown: Sequence[str]) -> View:
    """A view with nothing but `shown`, so that what is not seen makes no other picture."""
    return replace(View(), **{name: getattr(found, name) for name in shown})


def unknown(name: str, names: Sequence[str]) -> str:
    """There is no such graph, in words."""
    if not names:
        return f"There is no graph {name[:100]!r}: there are none yet."
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"There is no graph {name[:100]!r}. There are: {', '.join(names[:NAMED])}{more}."


def pairs(request: web.Request) -> list[tuple[str, str]]:
    """The parameters of the query; raises TooLongError or ViewError."""
    if not request.query_string:
        return []
    if len(request.query_string) > access.MAX_QUERY:
        raise TooLongError(f"The query is too long: at most {access.MAX_QUERY} characters.")
    return bounded(list(request.query.items()))


async def form_pairs(request: web.Request) -> list[tuple[str, str]]:
    """The parameters of the query and of a form that was posted."""
    query = pairs(request)
    if request.method != "POST":
        return query
    kind = request.content_type
    if request.can_read_body and kind != "application/x-www-form-urlencoded":
        raise ViewError(f"Content-Type: {kind[:100]} is not a form: send it urlencoded")
    body = (await request.read()).decode("utf-8", "replace")
    return bounded(query + parse_qsl(body, keep_blank_values=True))


def bounded(query: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """`query`, unless it has more parameters than there are; raises ViewError."""
    if len(query) > access.MAX_PARAMETERS:
        raise ViewError(f"{len(query)} parameters: at most {access.MAX_PARAMETERS}")
    return query


def day(graph: Graph, width: int, height: int) -> View:
    """The view that Graphite has by default; its day exists only where the axis is time."""
    base = replace(graph.view, width=width, height=height)
    if graph.axis == "time":
        return replace(base, start=Moment("ago", -view.UNITS["d"]), until=None)
    return base
