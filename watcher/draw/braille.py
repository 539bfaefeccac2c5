"""A scene -> letters: dots of braille, eight in each; shades for a heat map.

It is drawn on the canvas of pictures, a pixel for a dot, so there is one truth of what lies where.
What covers a dot decides whether it is set. Series are told apart by what they are woven of, as
there may be no colours; what happened is seen, as every edge of a layer is drawn whole.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from watcher.draw import heat
from watcher.draw.canvas import Bytes, blank
from watcher.draw.ground import ground_of
from watcher.draw.layout import Layout
from watcher.draw.marks import marks
from watcher.draw.palette import Ink
from watcher.draw.panel import Panel
from watcher.draw.planes import FULL, SHADES
from watcher.draw.scale import Scale
from watcher.draw.scene import STROKED, Scene, axis_of, scene_of
from watcher.draw.view import MAX_SERIES, View

ACROSS, DOWN = 2, 4  # dots of a letter
HEAT_ROWS = 2  # cells of a heat map in a letter, one above the other; one beside the other
EMPTY = "\N{BRAILLE PATTERN BLANK}"
WEIGHTS = np.array([[1, 8], [2, 16], [4, 32], [64, 128]])  # of the dots in their code point
DARKNESS = " ░▒▓█"  # few to many
COVERED = 2  # steps of coverage from which a dot belongs to a stroke: less would make it fat
WOVEN = "⣿⢕⠡⠭⣛⠉⡪⣶"  # how series are filled; a bar may be one dot wide: no column is empty
STROKES = ("⣿", "⢕", "⣿⢕")  # of lines: whole, dotted, both by turns
FAINT, BAND, FILL = "⠡", "⠡", "⢕"  # what lies behind; from lowest to highest; below a line
LIMIT = 4  # dots from one dot of a limit's line to the next
LABELS_APART = 14  # letters from one time to the next, at least: the longest have six
PATTERNS = 16  # kept laid out over a plot, 0.9 MB each where it is as large as can be
HANG = 1  # rows by which strokes leave the plot

Bits = NDArray[np.bool_]
Numbers = NDArray[np.intp]


class Sketch(NamedTuple):
    """What is drawn, and where."""

    place: Layout  # in dots
    scene: Scene
    axis: Scale


class Plot(NamedTuple):
    """The plot in letters, and whose they are."""

    letters: list[str]  # a row each
    series: Numbers  # of each letter, the number of its series; -1: none
    patterns: list[str]  # what each series is woven of: letters that take turns


class Weave(NamedTuple):
    """What a plane looks like."""

    series: int
    pattern: str  # letters, one after the other
    edged: bool = False


def place_of(columns: int, rows: int, across: int = ACROSS, down: int = DOWN) -> Layout:
    """The plot of so many letters, in dots; numbers beside it are as high as letters."""
    nothing: dict[str, Any] = dict.fromkeys(Layout._fields, 0)
    sizes = {
        "width": columns * across,
        "height": rows * down + 2 * HANG,
        "top": HANG,
        "right": columns * across,
        "bottom": rows * down + HANG,
        "title_room": columns * across,
    }
    lines = dict.fromkeys(("pixel", "rule", "stroke"), 1)
    words = {"y_label": down, "x_label": down, "x_apart": LABELS_APART * across}
    return Layout(**(nothing | sizes | lines | words))


@np.errstate(all="ignore")  # windows have NaN where they are empty
def sketch(panel: Panel, view: View, columns: int, rows: int) -> Sketch | None:
    """What `panel` shows in so many letters, not yet drawn; None where there is nothing."""
    heated = view.style == "heat" and panel.heat is not None
    place = place_of(columns, rows, *((1, HEAT_ROWS) if heated else ()))
    scene = scene_of(panel, view, place)
    if scene is None:
        return None
    scene = scene._replace(planes=FULL)
    return Sketch(place, scene, axis_of(scene, panel, view, place))


@np.errstate(all="ignore")
def plot(found: Sketch, panel: Panel, view: View, *, woven: bool = True) -> Plot:
    """It, drawn; not `woven` where colours tell series apart."""
    place, scene, axis = found
    dots = _drawn(found, panel, view)
    if isinstance(scene.parts[0].data, heat.Cells):
        return Plot(_shaded(dots), np.full((len(dots) // HEAT_ROWS, len(dots[0])), -1), [])
    patterns = _patterns(scene.inks, woven=woven)
    set_, series = _woven(dots, scene, patterns)
    for row, _ in ground_of(panel, view, place, scene, axis).limits:
        set_[row - HANG, ::LIMIT] = True
    return Plot(_letters(set_), _whose(series), patterns)


def _drawn(found: Sketch, panel: Panel, view: View) -> Bytes:
    """The planes on each dot of the plot."""
    place, scene, axis = found
    canvas = blank(place.width, place.height, FULL.bits)
    marks(canvas, scene, panel.window, view, place, axis)
    rows = np.add.accumulate(canvas.pixels[:, 1:], axis=0, dtype=np.uint8)
    return rows[place.top : place.bottom]


def _shaded(dots: Bytes) -> list[str]:
    """Letters as dark as the darkest cell in them."""
    rows, columns = dots.shape
    deepest = dots.reshape(rows // HEAT_ROWS, HEAT_ROWS, columns).max(axis=1) // FULL.mark
    most = len(DARKNESS) - 1
    levels = np.where(deepest > 0, 1 + deepest.astype(int) * (most - 1) // (SHADES - 1), 0)
    return ["".join(DARKNESS[level] for level in row) for row in levels.clip(0, most).tolist()]


def _woven(dots: Bytes, scene: Scene, patterns: list[str]) -> tuple[Bits, Numbers]:
    """Which dots are set, and to which series each belongs."""
    set_ = np.zeros(dots.shape, np.bool_)
    series = np.full(dots.shape, -1)
    for plane, weave in _weaves(scene.inks, patterns).items():
        covered = dots // FULL.mark * FULL.mark == plane
        if weave.edged:
            edge = covered & ~np.roll(covered, 1, axis=0)
            edge[0] = covered[0]
        else:
            edge = np.zeros_like(covered)
        seen = covered & (_tiled(weave.pattern, dots.shape) | edge)
        set_ |= seen
        series[seen] = weave.series
    return _with_band(dots, scene, set_, series)


def _with_band(dots: Bytes, scene: Scene, set_: Bits, series: Numbers) -> tuple[Bits, Numbers]:
    """A lone series has a plane of its own for what lies around or below its line."""
    pattern = FILL if scene.parts[0].drawn == "area" else BAND
    band = (dots & FULL.band > 0) & _tiled(pattern, dots.shape) & ~set_
    series[band] = 0
    return set_ | band, series


def _weaves(inks: tuple[Ink, ...], patterns: list[str]) -> dict[int, Weave]:
    """What every plane that a series has looks like."""
    found: dict[int, Weave] = {}
    for number, (ink, pattern) in enumerate(zip(inks, patterns, strict=True)):
        slot = ink.slot
        if slot.kind not in STROKED:
            found[slot.plane] = Weave(number, pattern, edged=slot.kind == "fill")
            if slot.kind == "bars":
                found[slot.plane + FULL.mark] = Weave(number, FILL)
            continue
        for step in range(COVERED, slot.steps + 1):
            found[slot.plane + step * FULL.mark] = Weave(number, pattern)
        if slot.kind == "area":
            found[slot.filling] = Weave(number, WOVEN[(number + 1) % MAX_SERIES])
    return found


def _patterns(inks: tuple[Ink, ...], *, woven: bool) -> list[str]:
    return [_pattern(number if woven else 0, ink) for number, ink in enumerate(inks)]


def _pattern(number: int, ink: Ink) -> str:
    if ink.faint:
        return FAINT
    if ink.slot.kind in STROKED:
        return STROKES[number % len(STROKES)]
    return WOVEN[number % MAX_SERIES]


@lru_cache(maxsize=PATTERNS)
def _tiled(pattern: str, shape: tuple[int, ...]) -> Bits:
    """A pattern all over the plot; of several letters, they take turns along both axes."""
    rows, columns = shape
    down, across = np.indices((-(-rows // DOWN), -(-columns // ACROSS)))
    codes = np.array([ord(letter) - ord(EMPTY) for letter in pattern])
    of_letters = codes[(down + across) % len(codes)]
    dots = of_letters[:, None, :, None] & WEIGHTS[None, :, None, :]
    bits: Bits = dots.reshape(len(of_letters) * DOWN, -1)[:rows, :columns] > 0
    return bits


def _letters(set_: Bits) -> list[str]:
    """Dots as letters."""
    codes = (_by_letter(set_) * WEIGHTS).sum(axis=(2, 3)) + ord(EMPTY)
    return ["".join(map(chr, row)) for row in codes.tolist()]


def _whose(series: Numbers) -> Numbers:
    """Of each letter the last series that has a dot in it."""
    found: Numbers = _by_letter(series).max(axis=(2, 3))
    return found


def _by_letter(dots: NDArray[Any]) -> NDArray[Any]:
    """The dots of each letter: rows of letters, letters, rows of dots, dots."""
    rows, columns = dots.shape
    return dots.reshape(rows // DOWN, DOWN, columns // ACROSS, ACROSS).swapaxes(1, 2)
