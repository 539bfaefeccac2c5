"""A panel and its scene -> what the static layer shows: grid, limits, title, state."""

from __future__ import annotations

from watcher.draw import captions, shapes, static
from watcher.draw.layout import Layout
from watcher.draw.panel import Panel
from watcher.draw.planes import CRIT, FULL, WARN
from watcher.draw.scale import Scale
from watcher.draw.scene import Scene
from watcher.draw.static import Ground
from watcher.draw.view import Level, View

EDGES: dict[Level, int] = {"ok": 0, "warn": WARN, "crit": CRIT}


def below_plot(scene: Scene, place: Layout) -> int:
    """Rows below the plot that belong to it: a foot, or ticks that strokes may touch."""
    if scene.lined or not (scene.hanging or scene.parts[0].drawn == "pile"):
        return 0
    return captions.tick_end(place) - place.bottom


def ground_of(panel: Panel, view: View, place: Layout, scene: Scene, axis: Scale) -> Ground:
    """The static layer of a picture: what there is on it beside the data and the moving words."""
    hang = place.hang if scene.hanging else 0
    title = captions.heading(panel, view, place)
    if scene.planes is not FULL:
        return Ground(place, scene.planes, title, axis, (), hang, below_plot(scene, place))
    limits, edge = _limits(panel, place, axis), 0 if place.value else EDGES[panel.level]
    return Ground(place, FULL, title, axis, limits, hang, below_plot(scene, place), edge)


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
