"""A panel and a view -> what is drawn: series as columns of pixels, their style and their shades.

Nothing in a window raises: what cannot be drawn is no scene.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np

from watcher.draw import axes, captions, heat, paper, remarks, shapes, stack
from watcher.draw.canvas import Floats
from watcher.draw.layout import Layout
from watcher.draw.palette import Ink, Look
from watcher.draw.panel import Heat, Layer, Panel
from watcher.draw.planes import BARS, FULL, STEPS, Kind, Planes, Slot, share
from watcher.draw.scale import Scale
from watcher.draw.theme import Colour
from watcher.draw.view import MAX_SERIES, Style, View
from watcher.history.pulse import State

Drawn = Literal["stroke", "area", "bars", "pile", "heat"]
DRAWN: dict[Style | None, Drawn] = {"line": "stroke", "spark": "stroke", "area": "area"}
BAND = 0.4  # of a stroke's colour, in its band: one sample in a million is a pixel of that
LONE_BARS, LONE_LINE = Slot("bars", 1), Slot("stroke", 0, STEPS)


class Part(NamedTuple):
    """One series, or several on each other."""

    drawn: Drawn
    data: shapes.Columns | stack.Pile | heat.Cells
    slots: tuple[Slot, ...] = ()
    faint: bool = False
    runs: tuple[float, ...] = ()  # in which a stroke is thick and thin by turns; none: it is thick
    band: int = 1  # of its steps of coverage, in the band of one of several strokes


class Scene(NamedTuple):
    """All that is drawn in the plot."""

    parts: tuple[Part, ...]
    inks: tuple[Ink, ...]
    planes: Planes = FULL
    lined: bool = False  # there are but lines, through which a grid is seen
    hanging: bool = False  # there are strokes, which may leave the plot
    grounded: bool = False  # something stands on 0
    each: Floats | None = None  # the samples of the only series, if each column of pixels has one

    @property
    def heated(self) -> bool:
        """Whether it is a heat map."""
        return bool(self.parts) and self.parts[0].drawn == "heat"

    def reach(self, *, log: bool) -> tuple[float, float]:
        """The lowest and the highest value of all, or the ground where they do not pass it."""
        low, high = self.parts[0].data.lowest, self.parts[0].data.highest
        if len(self.parts) > 1:
            low = min([part.data.lowest for part in self.parts])
            high = max([part.data.highest for part in self.parts])
        if self.grounded and not log:
            return min(low, 0.0), max(high, 0.0)
        return low, high

    @property
    @np.errstate(all="ignore")
    def positive(self) -> float:
        """The least value above 0; 0 where there is none."""
        found = [part.data.positive for part in self.parts if isinstance(part.data, shapes.Columns)]
        return min((value for value in found if value), default=0.0)


STROKED = ("stroke", "area")


def _scene(parts: tuple[Part, ...], inks: tuple[Ink, ...]) -> Scene:
    drawn = [part.drawn for part in parts]
    stroked = [kind in STROKED for kind in drawn]
    grounded = [kind not in ("stroke", "heat") for kind in drawn]
    return Scene(parts, inks, FULL, all(stroked), any(stroked), any(grounded))


def scene_of(panel: Panel, view: View, place: Layout) -> Scene | None:
    """What `panel` shows; None where there is nothing, or nothing that its axis has room for."""
    found = _scene_of(panel, view, place)
    return None if found and view.yscale and found.reach(log=True)[1] <= 0 else found


def _scene_of(panel: Panel, view: View, place: Layout) -> Scene | None:
    if panel.state is State.WAITING:
        return None
    if view.style == "heat" and panel.heat is not None:
        return _heated(panel.heat, place)
    if panel.layers or panel.behind or view.style == "stack":
        return _several(panel, view, place)
    width = place.columns
    data = shapes.columns(panel.window, width)
    if data is None:
        return None
    plain = len(panel.window.count) == width and not (data.holes or data.banded)
    each = data.mean if plain else None
    if view.fill:
        data = shapes.filled(data, view.fill, _known(panel, len(data.mean)))
    drawn, slots, inks = _alone(view.style, view.color)
    parts = (Part(drawn, data, slots),)
    if drawn != "bars":
        return Scene(parts, inks, FULL, True, True, drawn == "area", each)
    planes = BARS if _is_plain(panel, place) else FULL
    return Scene(parts, inks, planes, False, False, True, each)


@np.errstate(all="ignore")
def _heated(found: Heat, place: Layout) -> Scene | None:
    cells = heat.cells(found, place.columns)
    return _scene((Part("heat", cells),), ()) if cells else None


@lru_cache(maxsize=256)
def _alone(
    style: Style | None, colours: tuple[Colour, ...]
) -> tuple[Drawn, tuple[Slot, ...], tuple[Ink, ...]]:
    """How the only series is drawn, and with what."""
    drawn = drawn_as(style)
    slot = LONE_BARS if drawn == "bars" else LONE_LINE
    return drawn, (slot,), (Ink(slot, colour=colours[0] if colours else None),)


def drawn_as(style: Style | None) -> Drawn:
    """How a series of that style is drawn."""
    return DRAWN.get(style, "stroke" if style == "heat" else "bars")


def _is_plain(panel: Panel, place: Layout) -> bool:
    """Whether nothing but bars and a grid are to be seen, so that 16 colours will do."""
    if panel.began is not None and remarks.began_at(panel, place):
        return False
    if panel.state is State.STALE and not place.value:
        return False  # an edge says so
    return panel.warn is None and panel.crit is None


def _known(panel: Panel, number: int) -> slice:
    """The columns since history started."""
    window = panel.window
    if panel.began is None or not window.start < panel.began:
        return slice(0, None)
    (part,) = captions.across(window, [panel.began])
    return slice(min(number, math.floor(part * number)), None)


@np.errstate(all="ignore")  # windows have NaN where they are empty
def _several(panel: Panel, view: View, place: Layout) -> Scene | None:
    layers = panel.layers[:MAX_SERIES] or _lone(panel, view)
    behind = panel.behind[: MAX_SERIES - len(layers)]
    styles = [layer.style or view.style for layer in layers]
    pairs = zip(layers, styles, strict=True)
    wanted: list[Wanted] = [(_kind(one), layer.role, layer.color, False) for layer, one in pairs]
    wanted += [("stroke", layer.role, layer.color, True) for layer in behind]
    inks = _inks(tuple(wanted), view.color[: len(layers)])
    if view.theme == "eink" and len(layers) > 1:
        inks = paper.darkened(inks, view.depth)
    parts: list[Part] = []
    piled = [at for at, style in enumerate(styles) if style == "stack"]
    for layer, ink in zip(behind, inks[len(layers) :], strict=True):
        parts += _part(layer, "stroke", ink, panel, view, place)
    pile = stack.pile([layers[at] for at in piled], place.columns)
    if pile is not None:
        parts.append(Part("pile", pile, tuple([inks[at].slot for at in piled])))
    main: list[Part] = []
    rhythms = paper.RUNS if view.theme == "eink" else itertools.repeat(())
    for layer, style, ink, runs in zip(layers, styles, inks, rhythms, strict=False):
        if style != "stack":
            found = _part(layer, drawn_as(style), ink, panel, view, place)
            part = 1.0 if 0 < view.depth <= paper.FEW else BAND  # less would be white there
            band = max(1, round(part * ink.slot.steps))
            main += [one._replace(runs=runs, band=band) for one in found]
    parts += sorted(main, key=_height, reverse=True)
    return None if all(part.faint for part in parts) else _scene(tuple(parts), inks)


def _height(part: Part) -> float:
    """How far from 0 a series is: larger ones lie behind, or they would hide those within them."""
    if not isinstance(part.data, shapes.Columns):
        return 0.0
    mean = part.data.mean
    return abs(float(np.nanmean(mean) if part.data.holes else np.add.reduce(mean) / len(mean)))


Wanted = tuple[Kind, str, Colour | None, bool]  # kind, role, colour, whether it is behind


@lru_cache(maxsize=256)
def _inks(wanted: tuple[Wanted, ...], colours: tuple[Colour, ...]) -> tuple[Ink, ...]:
    """The ink of each series; strokes get the first shades, as one of them needs no plane."""
    order = sorted(range(len(wanted)), key=lambda at: wanted[at][0] not in STROKED)
    slots = dict(zip(order, share(tuple(wanted[at][0] for at in order)), strict=True))
    asked = dict(enumerate(colours))
    return tuple(
        Ink(slots[at], role, asked.get(at, colour), faint)
        for at, (_, role, colour, faint) in enumerate(wanted)
    )


def _kind(style: Style | None) -> Kind:
    if style == "stack":
        return "fill"
    drawn = drawn_as(style)
    return drawn if drawn == "stroke" or drawn == "area" else "bars"


def _lone(panel: Panel, view: View) -> tuple[Layer, ...]:
    """The series of the window, beside what is behind it."""
    if view.style == "stack" or not len(panel.window.count):
        return ()
    window = panel.window
    mean = np.where(window.count > 0, window.mean, np.nan)
    return (Layer("", "", mean, panel.last, window.low, window.high),)


def _part(
    layer: Layer, drawn: Drawn, ink: Ink, panel: Panel, view: View, place: Layout
) -> list[Part]:
    """What is drawn of a series, if it holds anything."""
    data = shapes.of_layer(layer, place.columns)
    if data is None:
        return []
    data = shapes.filled(data, view.fill, _known(panel, len(data.mean)))
    return [Part(drawn, data, (ink.slot,), ink.faint)]


def axis_of(scene: Scene, panel: Panel, view: View, place: Layout) -> Scale:
    """The y axis on which all of `scene` is seen."""
    log = view.yscale is not None
    low, high = scene.reach(log=log)
    if log and low <= 0:
        low = scene.positive
    wish = _wish(panel, view, log, scene.grounded and not log)
    return axes.axis(low, high, captions.most_y(place), wish)


def _wish(panel: Panel, view: View, log: bool, grounded: bool) -> axes.Wish:
    limits: tuple[float, ...] = ()
    if panel.warn is not None or panel.crit is not None:
        limits = tuple([limit for limit in (panel.warn, panel.crit) if limit is not None])
    return axes.Wish(panel.unit, view.ymin, view.ymax, log, limits, grounded)


def look_of(scene: Scene | None, panel: Panel, view: View) -> Look:
    """What decides on its colours."""
    planes, inks = (scene.planes, scene.inks) if scene else (FULL, ())
    heated = scene is not None and scene.heated
    stale = panel.state is State.STALE and not view.depth  # nor are there colours otherwise
    return Look(view.theme, planes, inks, stale, panel.level, view.bg, view.fg, heated)


def swatches(inks: Sequence[Ink]) -> list[int]:
    """The plane that shows the full colour of each series."""
    return [ink.slot.plane + FULL.mark * ink.slot.steps for ink in inks]
