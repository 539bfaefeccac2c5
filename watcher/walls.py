"""Many graphs as one picture: which, how large each, and when it is made again.

A wall is made of pictures that a gallery keeps current, each drawn for its place; when one of them
changes, the wall is put together anew. What cannot be shown is said in its place: a graph that
there is not (yet), and how many do not fit. One thread owns the walls, that of the gallery.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, NamedTuple, cast

import msgspec
from msgspec import Meta

from watcher.draw import grey
from watcher.draw.graph import draw_message
from watcher.draw.layout import SMALL
from watcher.draw.view import PARAMETERS, View
from watcher.draw.wall import Grid, grid, wall
from watcher.frame import Frame, Graph, News, Wanted, etag_of
from watcher.gallery import FILM, WANTED_FOR, Gallery
from watcher.history.pulse import State
from watcher.picture import WORST_LAST

MOST_TILES = 64  # of one wall: 240x135 pixels each on a screen of 1920x1080
MOST_WALLS = 32  # kept current, each size a wall of its own: half the views of a gallery
SIZE = 1920, 1080  # pixels of a wall that nobody gave a size
NEAR = 480  # pixels: as high is a picture on a page; a screen is seen from so much farther away
GAP = 3  # pixels between tiles
GROUNDS = {  # between tiles
    "light": bytes.fromhex("e1e4e8"),
    "dark": bytes.fromhex("010306"),
    "eink": bytes.fromhex("aaaaaa"),
}
OF_THE_WHOLE = frozenset({"width", "height", "scale", "depth", "dither", "rotate"})  # not of a tile
TIMES = frozenset({"start", "until", "step", "vs"})  # they fit an axis of time, or of samples

STATES = (State.FRESH, State.WAITING, State.STALE, State.ERROR)  # the worst last


class WallNames(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a `[[wall]]` has beside parameters of a view."""

    name: str
    graphs: Annotated[tuple[str, ...], Meta(max_length=MOST_TILES)] = ()  # in order; none: all
    columns: Annotated[int, Meta(ge=0, le=MOST_TILES)] = 0  # 0: as gives tiles the best shape


class WallSettings(msgspec.Struct, frozen=True):
    """A `[[wall]]` of the configuration; that without a name shows all graphs."""

    name: str
    view: View  # its size, and what of it is `given` holds for all graphs
    given: tuple[str, ...] = ()
    graphs: tuple[str, ...] = ()
    columns: int = 0


def default_wall(view: View) -> WallSettings:
    """The one with all graphs; `view`: how pictures look by default."""
    width, height = SIZE
    return WallSettings("", replace(view, width=width, height=height))


def given(pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """What of a view text parameters give to all graphs of a wall."""
    fields = {PARAMETERS[name][0] for name, text in pairs if text and name in PARAMETERS}
    return tuple(sorted(fields - OF_THE_WHOLE))


def unknown(walls: Iterable[WallSettings], there: Iterable[str]) -> list[str]:
    """In words, for each wall that names graphs that there are not."""
    known = set(there)
    found = [(wall.name, [name for name in wall.graphs if name not in known]) for wall in walls]
    return [f"wall {name}: no graph {', '.join(none)}" for name, none in found if none]


class Tile(NamedTuple):
    """A picture in its place, and what is to be told of it."""

    picture: bytes
    etag: str
    state: State
    level: str = "ok"
    last_sample: float | None = None


class Plan(NamedTuple):
    """How a wall is divided."""

    place: Grid  # device pixels
    tile: View  # of a tile, save for what its graph has of its own
    width: int  # of the wall, in device pixels
    height: int


@dataclass(slots=True)
class Hot:
    """A wall that is kept current."""

    asked: float  # Unix seconds
    wanted: dict[Wanted, None] = field(default_factory=dict)  # its tiles
    shown: list[tuple[Any, ...]] = field(default_factory=list)  # what is told of each
    made: float = -math.inf  # on a clock that never goes back
    late: bool = False  # it has changed since, and waits


class Walls:
    """All walls, in front of the gallery that they show."""

    def __init__(self, walls: Iterable[WallSettings], gallery: Gallery) -> None:
        self._walls = {wall.name: wall for wall in walls}
        self._gallery = gallery
        self._hot: dict[Wanted, Hot] = {}
        self._frames: list[tuple[Wanted, Frame]] = []
        self._dropped: list[Wanted] = []

    def want(self, wanted: Wanted, now: float) -> None:
        """Somebody looks at this wall: make it if it is not at hand, and keep it current."""
        if wanted.graph not in self._walls:
            self._dropped.append(wanted)
            return
        known = self._hot.pop(wanted, None)
        hot = self._hot[wanted] = known or Hot(now)
        hot.asked = now
        if known is None:
            self._draw(wanted, hot, now)
        for tile in hot.wanted:
            self._gallery.want(tile, now)
        while len(self._hot) > MOST_WALLS:
            self._drop(next(iter(self._hot)))

    def news(self, now: float, clock: float = math.nan) -> News:
        """That of the gallery, and the walls that it changes.

        With a `clock` a wall that was made less than FILM ago waits until then, as graphs do.
        """
        news = self._gallery.news(now, clock)
        if not self._hot and not self._dropped:
            return news
        for wanted, hot in list(self._hot.items()):
            if hot.asked + WANTED_FOR < now:
                self._drop(wanted)
            elif hot.late or self._concerns(news, wanted, hot):
                hot.late = clock - hot.made < FILM
                if hot.late:
                    self._gallery.told_next = min(self._gallery.told_next, hot.made + FILM)
                else:
                    hot.made = clock
                    self._draw(wanted, hot, now)
            elif not hot.wanted.keys().isdisjoint(news.dropped):
                self._drop(wanted)
        frames, self._frames = (*news.frames, *self._frames), []
        dropped, self._dropped = (*news.dropped, *self._dropped), []
        return news._replace(frames=frames, dropped=dropped)

    def _concerns(self, news: News, wanted: Wanted, hot: Hot) -> bool:
        """Whether a wall may look different now: a tile, or which graphs there are."""
        if any(tile in hot.wanted for tile, _ in news.frames):
            return True
        only, shown = self._walls[wanted.graph].graphs, {tile.graph for tile in hot.wanted}
        here = (name for name in news.gone if name in shown)
        new = (graph.name for graph in news.graphs if graph.name not in shown)
        return any(here) or any(name in only or not only for name in new)

    def _drop(self, wanted: Wanted) -> None:
        del self._hot[wanted]
        self._dropped.append(wanted)

    def _draw(self, wanted: Wanted, hot: Hot, now: float) -> None:
        """Make a wall, unless it is as it was."""
        settings = self._walls[wanted.graph]
        names = settings.graphs or self._gallery.names
        plan = plan_of(len(names), wanted.view, settings.columns)
        hot.wanted = {}
        room = min(plan.place.room, MOST_TILES)
        most = room if len(names) <= room else room - 1
        tiles = [self._tile(name, wanted, plan, hot, now) for name in names[:most]]
        if len(names) > most or not names:
            tiles.append(_rest(len(names) - most, plan))
        shown = [tile[1:] for tile in tiles]
        if shown != hot.shown:
            hot.shown = shown
            body = composed([tile.picture for tile in tiles], plan, wanted.view)
            self._frames.append((wanted, _framed(body, tiles, now)))

    def _tile(self, name: str, wanted: Wanted, plan: Plan, hot: Hot, now: float) -> Tile:
        graph = self._gallery.graph(name)
        if graph is None:
            return _said(f"There is no graph {name} yet.", plan)
        tile = tile_of(graph, plan.tile, wanted.given)
        hot.wanted[tile] = None
        self._gallery.want(tile, now)
        frame = self._gallery.frame(tile)
        if frame is None:
            return _said(f"There is no room to draw {name}.", plan)
        return Tile(frame.body, frame.etag, frame.state, frame.level, frame.last_sample)


def plan_of(count: int, view: View, columns: int) -> Plan:
    """How a wall of `count` graphs is divided.

    A screen is looked at from as far away as it is high, a page from nearby: so what is on a screen
    is drawn as a smaller picture with larger pixels, while there is room for names and states.
    """
    width, height = view.width, view.height
    if view.rotate % 180:
        width, height = height, width
    count = min(count, MOST_TILES)
    for factor in range(max(1, round(min(width, height) / NEAR)), 0, -1):
        place = grid(count, width // factor, height // factor, columns, GAP)
        if place.width >= SMALL[0] and place.height >= SMALL[1]:
            break
    scale = factor * view.scale
    tile = replace(  # in the wall's greys: series have their rhythms
        view, width=place.width, height=place.height, scale=scale, rotate=0, far=True
    )
    return Plan(place.times(scale), tile, width * view.scale, height * view.scale)


def tile_of(graph: Graph, tile: View, given: Iterable[str]) -> Wanted:
    """The picture of a graph in a wall: as everywhere, save for what is given to all.

    Times say nothing to a graph that counts samples, nor numbers of samples to the others.
    """
    ends = (tile.start, tile.until)
    counts = any(end and end.kind == "number" and end.value < 0 for end in ends)
    fits = counts == (graph.axis == "index")
    all_ = [name for name in given if fits or name not in TIMES]
    values = {name: getattr(tile, name) for name in (*all_, *OF_THE_WHOLE, "far")}
    return Wanted(graph.name, replace(graph.view, **values))


def _rest(number: int, plan: Plan) -> Tile:
    """In the last place: that not all are shown, or that there is none."""
    text = f"{number} more do not fit: name those to be seen in a [[wall]]."
    return _said(text if number else "There is no graph yet.", plan)


def _said(text: str, plan: Plan) -> Tile:
    return Tile(draw_message(text, plan.tile), text, State.WAITING)


def composed(pictures: Sequence[bytes], plan: Plan, view: View) -> bytes:
    """The PNG of a wall of these tiles."""
    ground = GROUNDS.get(view.theme) if view.bg is None else None
    return _finished(wall(pictures, plan.place, plan.width, plan.height, ground), view)


def _finished(picture: bytes, view: View) -> bytes:
    """In grey and turned, as far as that was asked for."""
    turn = cast("grey.Turn", view.rotate)
    if not view.depth:
        return grey.rotated(picture, turn)
    return grey.convert(picture, cast("grey.Depth", view.depth), rotate=turn)


def _framed(body: bytes, tiles: Sequence[Tile], now: float) -> Frame:
    """What is told of a wall: the worst state and level of its graphs, and the newest sample."""
    newest = [tile.last_sample for tile in tiles if tile.last_sample is not None]
    return Frame(
        body=body,
        content_type="image/png",
        etag=etag_of(body),
        modified=now,
        state=max((tile.state for tile in tiles), key=STATES.index),
        last_sample=max(newest, default=None),
        level=max((tile.level for tile in tiles), key=WORST_LAST.index),
    )
