"""A panel in letters: for terminals, mails, and whoever asks with curl.

The same words and the same scene as on the picture: title, newest value and state above, round
numbers beside, times beneath, in the middle the plot in braille. Colours are for terminals, and
nothing depends on them. No word is trusted: what could steer a terminal is not printed.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_right
from typing import NamedTuple
from unicodedata import combining, east_asian_width

import numpy as np

from watcher.draw import braille, captions, heat, shapes
from watcher.draw.braille import Plot, Sketch
from watcher.draw.legend import PER_CELL
from watcher.draw.palette import Ink
from watcher.draw.panel import Panel
from watcher.draw.remarks import why_empty
from watcher.draw.scale import SPACE, brief
from watcher.draw.theme import ROLES, THEMES, Colour
from watcher.draw.units import briefly, joined, reading, said
from watcher.draw.values import MAX_SIDE, MIN_SIDE
from watcher.draw.view import Level, View
from watcher.history.pulse import State

LETTER = 6.25, 12.5  # pixels: the usual 500x275 are 80 x 22 letters
FEWEST = 24, 8  # letters across and down; what is asked to be smaller is so large
FEWEST_ROWS = 3  # of the plot
FOOT, LEGEND = 2, 1  # lines below the plot
AXIS = 2  # letters: a space and the line
SWATCH = 2  # letters
APART = "   "  # between the entries of a legend
BOLD, DIM = "1", "2"  # how terminals are told (ECMA-48, select graphic rendition)
CUBE = 16, 6, 51  # where the 256 colours of terminals have their cube, its side, its step


class Run(NamedTuple):
    """Letters of one kind."""

    text: str
    ink: str = ""  # parameters of SGR


Line = list[Run]


def size(view: View) -> tuple[int, int]:
    """How many letters a view has across and down."""
    return int(view.width / LETTER[0]), int(view.height / LETTER[1])


def pixels(columns: int, rows: int) -> tuple[int, int]:
    """The width and height of the view that has so many letters."""
    sides = (math.ceil(columns * LETTER[0]), math.ceil(rows * LETTER[1]))
    across, down = (min(MAX_SIDE, max(MIN_SIDE, side)) for side in sides)
    return across, down


@np.errstate(all="ignore")  # windows have NaN where they are empty
def draw(panel: Panel, view: View, *, coloured: bool = False) -> str:
    """The picture of `panel` in letters; `view.style` is resolved, never None."""
    make = _spark if view.style == "spark" else _picture
    lines = make(panel, view, woven=not coloured)
    return "".join(f"{_line(line, coloured=coloured)}\n" for line in lines)


def _spark(panel: Panel, view: View, *, woven: bool) -> list[Line]:
    """The plot alone: as small as one letter."""
    columns, rows = (max(1, number) for number in size(view))
    sketch = braille.sketch(panel, view, columns, rows)
    if sketch is None:
        return [[Run(why_empty(panel, view)[:columns])]]
    return _plotted(braille.plot(sketch, panel, view, woven=woven), sketch, panel)


def _picture(panel: Panel, view: View, *, woven: bool) -> list[Line]:
    columns, rows = (max(pair) for pair in zip(size(view), FEWEST, strict=True))
    head = _head(panel, view, columns)
    below = FOOT * view.axes + LEGEND * view.legend
    rows = max(FEWEST_ROWS, rows - len(head) - below)
    sketch, left = _fitted(panel, view, columns, rows)
    if sketch is None:
        return [*head, *_empty(panel, view, columns, rows + below)]
    plot = braille.plot(sketch, panel, view, woven=woven)
    body = _plotted(plot, sketch, panel)
    if view.axes:
        beside = _beside(sketch, rows, left)
        body = [[Run(words, DIM), *line] for words, line in zip(beside, body, strict=True)]
        body += _below(panel, sketch, columns, left)
    return [*head, *body, *(_legend(panel, plot, sketch, columns) if view.legend else [])]


def _fitted(panel: Panel, view: View, columns: int, rows: int) -> tuple[Sketch | None, int]:
    """The plot that leaves room for its numbers, and that room; they depend on each other."""
    left = 0
    while True:
        sketch = braille.sketch(panel, view, columns - left, rows)
        if sketch is None or not view.axes:
            return sketch, 0
        needed = max(map(len, sketch.axis.labels), default=0) + AXIS
        if needed <= left:
            return sketch, left
        left = needed


def _beside(sketch: Sketch, rows: int, left: int) -> list[str]:
    """The numbers of the y axis and its line, for each row."""
    place, axis = sketch.place, sketch.axis
    down = place.rows // rows
    at = [shapes.edge(tick, axis, place) - place.top for tick in axis.ticks]
    names = [_tame(name) for name in axis.labels]
    named = {min(rows - 1, row // down): name for row, name in zip(at, names, strict=True)}
    return [
        f"{named.get(row, ''):>{left - AXIS}} {'┤' if row in named else '│'}" for row in range(rows)
    ]


def _below(panel: Panel, sketch: Sketch, columns: int, left: int) -> list[Line]:
    """The x axis: its line, and the names of places on it."""
    across = sketch.place.columns // (columns - left)
    ticks = [(left + x // across, name) for x, name in captions.x_places(panel, sketch.place)]
    marked = {at for at, _ in ticks}
    line = "".join("┴" if at in marked else "─" for at in range(left, columns))
    names = ""
    for at, name in ticks:
        start = min(at - len(name) // 2, columns - len(name))
        if start > len(names) or not names:
            names = names.ljust(start) + name
    return [[Run(" " * (left - 1) + "└" + line, DIM)], [Run(names, DIM)]]


def _head(panel: Panel, view: View, columns: int) -> list[Line]:
    """Title and newest value; below, how things are."""
    value = "" if panel.last is None else _tame(joined(reading(panel.last, panel.unit_of_last)))
    title = _cut(panel.title if view.title is None else view.title, columns - len(value) - 1)
    space = " " * (columns - _wide(title) - len(value))
    first = [Run(title, BOLD), Run(space), Run(value, _of_level(panel.level))]
    return [first, [Run(_cut(_state(panel, view), columns), DIM)]]


def _of_level(level: Level) -> str:
    own = {"warn": THEMES["dark"].warn, "crit": THEMES["dark"].crit}
    return _ink(own[level]) if level in own else BOLD


def _state(panel: Panel, view: View) -> str:
    """State, level, and what else is to be said, else the window."""
    zone = str(panel.zone) if panel.zone_shown and panel.window.axis == "time" else ""
    stale = panel.state.value if panel.state is State.STALE else ""
    window = "" if panel.state is State.WAITING else captions.span(panel, view)
    parts = (stale, captions.LEVEL_WORDS[panel.level], panel.notice or window, zone)
    return ", ".join(filter(None, parts))


def _empty(panel: Panel, view: View, columns: int, rows: int) -> list[Line]:
    """Why there is nothing, in the middle."""
    above = (rows - 1) // 2
    why = Run(why_empty(panel, view).center(columns).rstrip())
    return [[Run("")]] * above + [[why]] + [[Run("")]] * (rows - above - 1)


def _plotted(plot: Plot, sketch: Sketch, panel: Panel) -> list[Line]:
    """The rows of the plot, each series in its colour."""
    inks = [_ink(_colour(ink)) for ink in sketch.scene.inks]
    if panel.state is State.STALE:
        inks = [DIM] * len(inks)
    return [
        _runs(letters, [inks[one] if one >= 0 else "" for one in series])
        for letters, series in zip(plot.letters, plot.series.tolist(), strict=True)
    ]


def _runs(letters: str, inks: list[str]) -> Line:
    """Neighbours of one ink together."""
    changes = [n for n in range(len(inks)) if n == 0 or inks[n] != inks[n - 1]]
    ends = [*changes[1:], len(inks)]
    return [Run(letters[a:b], inks[a]) for a, b in zip(changes, ends, strict=True)]


def _colour(ink: Ink) -> Colour:
    own = THEMES["dark"].bar if ink.slot.kind == "bars" else THEMES["dark"].line
    return ink.colour or ROLES["dark"].get(ink.role, own)


def _ink(colour: Colour) -> str:
    """The nearest of the 256 colours that all terminals have."""
    first, side, step = CUBE
    red, green, blue = (round(part / step) for part in colour)
    return f"38;5;{first + (red * side + green) * side + blue}"


def _legend(panel: Panel, plot: Plot, sketch: Sketch, columns: int) -> list[Line]:
    """What each series is woven of, its name and newest value; of one, what it comes to."""
    data = sketch.scene.parts[-1].data
    if isinstance(data, heat.Cells):
        most = brief(heat.most(sketch.place, sketch.axis, data))
        return [[Run(f"1 {braille.DARKNESS[1:]} {most}"), Run(f" {PER_CELL}", DIM)]]
    if len(panel.layers) > 1:
        return _named(panel, plot, sketch, columns)
    if not isinstance(data, shapes.Columns):
        return []
    sums = (("min", data.lowest), ("mean", float(np.nanmean(data.mean))), ("max", data.highest))
    return [_summed([(name, _tame(said(value, panel.unit))) for name, value in sums], columns)]


def _summed(parts: list[tuple[str, str]], columns: int) -> Line:
    """Names and values in a row, as many as there is room for."""
    line: Line = []
    for name, value in parts:
        more = [Run(APART * bool(line)), Run(f"{name} ", DIM), Run(value)]
        if sum(len(run.text) for run in line + more) > columns:
            break
        line += more
    return line


def _named(panel: Panel, plot: Plot, sketch: Sketch, columns: int) -> list[Line]:
    lines: list[Line] = [[]]
    for number, (layer, pattern) in enumerate(zip(panel.layers, plot.patterns, strict=False)):
        swatch = (pattern * SWATCH)[:SWATCH]
        value = "" if layer.last is None else _tame(f" {briefly(layer.last, layer.unit)}")
        name = _cut(f" {layer.label}", columns - len(swatch) - len(value))
        used = sum(_wide(run.text) for run in lines[-1])
        if lines[-1] and used + len(APART + swatch + value) + _wide(name) > columns:
            lines.append([])
        apart = [Run(APART)] if lines[-1] else []
        ink = _ink(_colour(sketch.scene.inks[number]))
        lines[-1] += [*apart, Run(swatch, ink), Run(name, DIM), Run(value)]
    return lines


def _line(line: Line, *, coloured: bool) -> str:
    """One line as it is printed."""
    if not coloured:
        return "".join([run.text for run in line]).rstrip(f" {braille.EMPTY}")
    return "".join([f"\x1b[{ink}m{text}\x1b[m" if ink and text else text for text, ink in line])


def _tame(text: str) -> str:
    """Nothing but letters; all spaces are plain ones."""
    text = text.replace(SPACE, " ")
    return "".join(char if char.isprintable() else "?" for char in text)


def _wide(text: str) -> int:
    """Letters that a text takes on a terminal."""
    return sum(_width(char) for char in text)


def _width(char: str) -> int:
    if combining(char):
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def _cut(text: str, room: int) -> str:
    """As much of a text as there is room for, tamed."""
    text = _tame(text)
    ends = list(itertools.accumulate(map(_width, text)))
    if not ends or ends[-1] <= room:
        return text
    return f"{text[: bisect_right(ends, room - 1)]}…"
