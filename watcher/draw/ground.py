"""A panel and its scene -> what the static layer shows: grid, limits, title, state."""

from __future__ import annotations

from typing import NamedTuple

from watcher.draw import captions, png, shapes, static
from watcher.draw.canvas import Kept
from watcher.draw.layout import Layout
from watcher.draw.marks import usual_bars
from watcher.draw.palette import Ink, Palette, palette
from watcher.draw.panel import Panel
from watcher.draw.planes import CRIT, FULL, WARN
from watcher.draw.scale import Scale
from watcher.draw.scene import Scene, axis_of, look_of
from watcher.draw.standing import Standing
from watcher.draw.static import DASH, Edge, Ground
from watcher.draw.view import Level, View
from watcher.history.pulse import State

# As limits are: whole for the worse, dashed for the other; of what is silent, dots.
EDGES: dict[Level, Edge | None] = {
    "ok": None,
    "warn": Edge(WARN, DASH, DASH),
    "crit": Edge(CRIT, DASH, 0),
}
SILENT = Edge(WARN, 1, 2)
STAGES = 512  # kept; each takes some 2 KB
SAME = Panel._fields.index("unit")  # from there on panels are the same in picture after picture


class Stage(NamedTuple):
    """What pictures have in common that differ in their data, but not in the range of them.

    It holds what it is known by: the identity of these is that of equal ones while it is kept.
    """

    view: View
    place: Layout
    inks: tuple[Ink, ...]
    axis: Scale
    ground: Ground
    colours: Palette
    level: Level
    ticks_in_plot: bool  # those of the x axis
    bars: Standing | None  # how they are drawn if they are the usual ones
    front: bytes  # of the PNG


_stages: Kept[Stage] = Kept(STAGES)


def stage_of(panel: Panel, view: View, place: Layout, scene: Scene) -> Stage:
    """The axis, static layer and colours of a picture, as kept or as worked out."""
    limited, log = panel.warn is not None or panel.crit is not None, view.yscale is not None
    level: Level = panel.level if limited else "ok"
    key = (
        *(id(view), id(place), id(scene.inks), panel.title, *panel[SAME:], level),
        *(
            panel.last is None,
            panel.state is State.STALE,
            scene.parts[0].drawn,
            scene.planes.bits,
            scene.lined,
        ),
        *(scene.hanging, scene.grounded, scene.positive if log else 0.0),
        *scene.reach(log=log),
    )
    found = _stages.find(key)
    if found is None:
        axis = axis_of(scene, panel, view, place)
        ground = static.known(ground_of(panel, view, place, scene, axis))
        colours = palette(look_of(scene, panel, view))
        usual = usual_bars(scene, view, place, axis)
        in_plot = bool(scene.lined or ground.below)
        known_by = view, place, scene.inks
        front = png.front(place.width, place.height, scene.planes.bits, colours.rgb)
        found = Stage(*known_by, axis, ground, colours, level, in_plot, usual, front)
        _stages.keep(key, found, 1)
    return found


def below_plot(scene: Scene, place: Layout) -> int:
    """Rows below the plot that belong to it: a foot, or ticks that strokes may touch."""
    if scene.lined or not (scene.hanging or scene.parts[0].drawn == "pile"):
        return 0
    return captions.tick_end(place) - place.bottom


def ground_of(panel: Panel, view: View, place: Layout, scene: Scene, axis: Scale) -> Ground:
    """The static layer of a picture: what there is on it beside the data and the moving words."""
    hang = place.hang if scene.hanging else 0
    below = below_plot(scene, place)
    title, room = captions.heading(panel, view, place), captions.title_room(panel, place)
    if scene.planes is not FULL:
        return Ground(place, scene.planes, title, room, axis, (), hang, below)
    edge = SILENT if panel.state is State.STALE else EDGES[panel.level]
    shown, limits = None if place.value else edge, _limits(panel, place, axis)
    return Ground(place, FULL, title, room, axis, limits, hang, below, shown)


def _limits(panel: Panel, place: Layout, axis: Scale) -> tuple[tuple[int, int], ...]:
    """The rows of the lines at limits that the axis shows; the worse one where they meet."""
    thick = static.limit_rule(place)
    found: list[tuple[int, int]] = []
    for limit, plane in ((panel.crit, CRIT), (panel.warn, WARN)):
        if limit is None or not axis.low <= limit <= axis.high:
            continue
        row = shapes.edge(limit, axis, place) - thick // 2
        row = max(place.top, min(place.bottom - thick, row))
        if all(abs(row - other) > thick for other, _ in found):
            found.append((row, plane))
    return tuple(found)
