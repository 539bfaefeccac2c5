"""Electronic paper: how series are told apart where there are few greys, or two.

Of several lines each is thick and thin in a rhythm of its own: they are never interrupted, so no
spike is lost. With one bit of grey what is filled has a hatch, lines at its ends, and the grid is
dotted; with two bits fills are dithered. Of a dark theme black and white are exchanged.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from watcher.draw.canvas import Bytes, Floats
from watcher.draw.palette import Ink
from watcher.draw.planes import BARS, CRIT, FOOT, FULL, SHADES, WARN, Planes
from watcher.draw.theme import DARK_BELOW, THEMES, grey
from watcher.draw.view import Theme, View

FEW = 2  # bits of grey that do not tell eight tones apart
THIN = 1.3  # pixels: so much of a line covers half a pixel wherever it lies
HALF = 0.5  # of a pixel that is covered: it is black
STEEPEST = 3.0  # columns that one counts as where a line is steep: its rhythm is seen there, too
FAT = 2.4  # thicknesses of a line, where it is thick and thin by turns
Runs = tuple[float, ...]  # thick and thin by turns, in thicknesses of a line
RUNS: tuple[Runs, ...] = (
    *((), (6, 6), (2, 5), (0, 1)),  # thick all along; dashes, dots; thin
    *((6, 3, 2, 3), (3, 3), (12, 3), (2, 2, 2, 8)),
)
TONES = (0, 0, 0), (85, 85, 85)  # of lines by turns: paler ones are lost where they are thin
SIDE = 8  # pixels of a hatch
VIEWS = 256  # kept as adapted, since the same object is known again


class Marks(NamedTuple):
    """What becomes of palette indexes where greys are few."""

    hatched: dict[int, Bytes]  # SIDE x SIDE each, 1 where it is dark
    toned: frozenset[int]  # dithered, whatever was asked for
    edged: frozenset[int]  # their shades are dark where they begin and end


def adapted(view: View) -> View:
    """`view` in the tones that series are told apart by; with more bits colours may be chosen."""
    chosen = view.bg or view.fg or view.color
    return view if not view.depth or (chosen and view.depth > FEW) else _plain(view)


@lru_cache(maxsize=VIEWS)
def _plain(view: View) -> View:
    return replace(view, theme="eink", bg=None, fg=None, color=())


def is_inverted(view: View) -> bool:
    """Whether black and white are exchanged once it is drawn."""
    ground = view.bg
    if ground is None or ground == "transparent":
        ground = THEMES[view.theme].background
    return adapted(view) is not view and grey(ground)[0] < DARK_BELOW


def samples(inks: Sequence[Ink], theme: Theme) -> list[Runs | None]:
    """The rhythm of each series that is a line, where series have one."""
    lined = [theme == "eink" and ink.slot.kind in ("stroke", "area") for ink in inks]
    return [runs if one else None for runs, one in zip(itertools.cycle(RUNS), lined, strict=False)]


@lru_cache(maxsize=64)
def darkened(inks: tuple[Ink, ...], depth: int) -> tuple[Ink, ...]:
    """Lines that are seen on white: their rhythm tells them apart."""
    few = 0 < depth <= FEW  # colours that were given cannot be told apart either
    return tuple(
        ink._replace(colour=tone)
        if ink.slot.kind == "stroke" and not ink.faint and (few or ink.colour is None)
        else ink
        for ink, tone in zip(inks, itertools.cycle(TONES), strict=False)
    )


def is_thick(middles: Floats, runs: Runs, stroke: float) -> NDArray[np.bool_]:
    """In which columns a line whose rows are `middles` is thick."""
    steps = np.minimum(np.hypot(1.0, np.diff(middles, prepend=middles[:1])), STEEPEST)
    along = np.add.accumulate(steps) / stroke % sum(runs)
    ends = np.add.accumulate(runs)
    thick: NDArray[np.bool_] = np.searchsorted(ends, along, side="right") % 2 == 0
    return thick


def _hatches() -> list[Bytes]:
    """Each has something in every column, or a bar might be missed."""
    y, x = np.indices((SIDE, SIDE))
    found = (
        np.ones((SIDE, SIDE)),
        (x + y) % 4 == 0,
        (x + y) % 2 == 0,
        (3 * x + y) % 8 == 0,
        y % 4 == 0,
        (x - y) % 4 < 2,
        (x % 4 == 0) | (y % 4 == 0),
        y % 8 < 2,
    )
    return [one.astype(np.uint8) for one in found]


SOLID, SLANTED, CHECKED, DOTS, LEVEL, STEEP, CROSSED, BOLD = _hatches()
HATCHES = SOLID, SLANTED, CHECKED, DOTS, CROSSED, STEEP, LEVEL, BOLD
BELOW = SLANTED, DOTS, LEVEL, CROSSED, BOLD, CHECKED, STEEP  # a line: none is black
ROLES = {str(number): hatch for number, hatch in enumerate(HATCHES, 1)} | {
    **dict.fromkeys(("error", "5xx"), STEEP),
    **dict.fromkeys(("warn", "4xx"), CROSSED),
    **dict.fromkeys(("info", "2xx"), SLANTED),
    **dict.fromkeys(("debug", "1xx"), DOTS),
    "other": LEVEL,
    "3xx": CHECKED,
}


def marks_of(inks: tuple[Ink, ...], planes: Planes, depth: int, *, heat: bool) -> Marks | None:
    """What becomes of the planes of `inks`; None where there are greys enough."""
    if depth > FEW:
        return None
    if heat:
        shades = frozenset(range(FULL.mark, FULL.mark * SHADES))
        return Marks(dict(_ground() if depth == 1 else ()), shades, frozenset())
    if depth == FEW:
        areas = [ink for ink in inks if ink.slot.kind == "area"]
        filled = frozenset(index for ink in inks for index in _filled(ink, planes))
        lines = {index: hatch for ink in areas for index, hatch in _stroked(ink) if hatch is SOLID}
        return Marks(lines, filled, _edged(inks, planes))
    return _of_two(inks, planes)


@lru_cache(maxsize=64)
def _of_two(inks: tuple[Ink, ...], planes: Planes) -> Marks:
    """Black, white, and hatches."""
    if planes is BARS:
        band = {planes.band: CHECKED, planes.band + planes.grid: CHECKED}
        return Marks({planes.grid: SLANTED, **band}, frozenset(), frozenset())
    hatched = dict(_ground())
    for ink in inks:
        alone = len(inks) == 1 and ink.slot.kind != "area"
        hatched |= dict.fromkeys(_filled(ink, planes), SOLID if alone else _hatch(ink))
        if ink.slot.kind == "bars":
            hatched |= dict.fromkeys(_over(ink.slot.first + 1), CHECKED)
        if ink.slot.kind in ("stroke", "area"):
            hatched |= dict(_stroked(ink))
    return Marks(hatched, frozenset(), _edged(inks, planes))


def _hatch(ink: Ink) -> Bytes:
    """That of what a series fills; below a line none is black."""
    if ink.slot.kind == "area":
        number = int(ink.role) if ink.role.isdigit() else 1
        return BELOW[(number - 1) % len(BELOW)]
    return ROLES.get(ink.role, SOLID)


def _edged(inks: tuple[Ink, ...], planes: Planes) -> frozenset[int]:
    """Bars are, and what is piled: areas have their line."""
    found = [_filled(ink, planes) for ink in inks if ink.slot.kind in ("bars", "fill")]
    return frozenset(index for some in found for index in some)


def _over(shade: int) -> tuple[int, ...]:
    """The indexes of a shade, whatever lies below, save for limits, which lie above."""
    first = FULL.mark * shade
    return tuple(first + under for under in range(FULL.mark) if under & 3 not in (WARN, CRIT))


def _filled(ink: Ink, planes: Planes) -> tuple[int, ...]:
    """The indexes of what a series fills."""
    if planes is BARS:
        return ()
    if ink.slot.kind in ("bars", "fill"):
        return _over(ink.slot.first)
    return _over(ink.slot.filling // FULL.mark) if ink.slot.kind == "area" else ()


def _ground() -> Iterable[tuple[int, Bytes]]:
    """The grid in dots, a band checked, the baseline black."""
    yield FULL.grid, SLANTED
    yield FULL.band, CHECKED
    yield FULL.band + FULL.grid, CHECKED
    for index in _over(FOOT // FULL.mark):
        yield index, SOLID


def _stroked(ink: Ink) -> Iterable[tuple[int, Bytes]]:
    """The steps of a line's rim: black, or as what lies below."""
    slot, under = ink.slot, dict(_ground())
    for step in range(1, slot.steps + 1):
        dark = CHECKED if ink.faint else SOLID
        for index in _over(slot.first + step):
            hatch = dark if step >= HALF * slot.steps else under.get(index % FULL.mark)
            if slot.kind == "area" and hatch is not dark:
                hatch = _hatch(ink)
            if hatch is not None:
                yield index, hatch
