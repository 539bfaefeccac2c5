"""The words on a picture and where they stand: title, value, labels, notices.

Words never touch: a label that would come too near to its neighbour is left out, one that is
too wide for its place is set smaller or cut with an ellipsis.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from watcher.draw import text, ticks, units
from watcher.draw.layout import Layout
from watcher.draw.scale import grouped, short
from watcher.draw.text import CAP
from watcher.draw.theme import DIM, PLAIN, STRONG
from watcher.draw.ticks import Tick
from watcher.draw.view import NOW, UNITS, Level, View
from watcher.history.window import Window

if TYPE_CHECKING:
    from watcher.draw.panel import Panel

TITLE_PART, VALUE_PART = 0.56, 0.4  # of the plot's width that each may take
LINES_APART = 4.4  # label heights between y labels, at least
LABELS_APART = 7  # label heights between x labels, at least: some 2.5 times their width
FEW_Y, MOST_Y = 5, 7  # y labels; more say no more, and in a plot that is not tall, fewer do
TALL = 600  # pixels of plot
UNIT_PART = 0.46  # of the value's font size, its unit beside it
UNIT_SPACE = 0.12  # of the value's font size, between the two
LEVEL_WORDS: dict[Level, str] = {"ok": "", "warn": "warning", "crit": "critical"}
LEVEL_SIGNS: dict[Level, str] = {"ok": "", "warn": "! ", "crit": "!! "}  # where no word has room
BEGAN = "history starts here"


class Word(NamedTuple):
    """A text in its place; (x, y) is the pen on the baseline."""

    text: str
    x: int
    y: int
    size: int
    tone: float
    spelled: bool = False
    level: bool = False  # has the colour of the newest value

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom: the room it takes."""
        top = self.y - round(CAP * self.size)
        wide = (spelled_width if self.spelled else text.width)(self.text, self.size)
        return self.x, top, self.x + wide, self.y


def most_y(place: Layout) -> int:
    """How many y labels there is room for."""
    if not place.y_label:
        return 2
    most = MOST_Y if place.rows >= TALL * place.pixel else FEW_Y
    return max(2, min(most, 1 + int(place.rows / (LINES_APART * place.y_label))))


def tick_end(place: Layout) -> int:
    """The last row of the short marks below a plot of bars."""
    return place.bottom + place.rule + max(place.pixel, place.x_label // 3)


def heading(panel: Panel, view: View, place: Layout) -> str:
    """The title, or what is more important where there is room for one only."""
    if not place.title:
        return ""
    if panel.notice and not place.small:
        return panel.notice
    return panel.title if view.title is None else view.title


def fixed(place: Layout, title: str, labels: list[tuple[int, str]]) -> list[Word]:
    """The words of the static layer: the title and the y labels at their rows."""
    words = []
    shown = text.fit(title, place.title, round(place.columns * TITLE_PART)) if title else ""
    if shown:
        words.append(Word(shown, place.left, place.title_at, place.title, PLAIN))
    if place.y_label:
        words += _y_labels(place, labels)
    return words


def _y_labels(place: Layout, labels: list[tuple[int, str]]) -> list[Word]:
    right = place.left - place.y_label // 2
    size = min((_size(name, place.y_label, right - place.pixel) for _, name in labels), default=0)
    lower = place.rule // 2 + round(CAP / 2 * size)
    return [
        Word(name, right - text.width(name, size), row + lower, size, DIM)
        for row, name in ((row, text.fit(name, size, right)) for row, name in labels)
    ]


def _size(shown: str, size: int, room: int) -> int:
    """`size`, or the largest smaller one in which `shown` fits into `room`."""
    while size > text.SMALLEST and text.width(shown, size) > room:
        size -= 1
    return size


def small(panel: Panel, view: View, place: Layout) -> str:
    """What the line under the title says, where there is one."""
    if not place.small:
        return ""
    level = LEVEL_WORDS[panel.level]
    if panel.notice:
        return f"{level}, {panel.notice}" if level else panel.notice
    said = span(panel.window, view)
    if not (level or panel.unit or panel.zone_shown):
        return said
    zone = str(panel.zone) if panel.zone_shown and panel.window.axis == "time" else ""
    return ", ".join(part for part in (level, said, _said_apart(panel), zone) if part)


def _said_apart(panel: Panel) -> str:
    """The unit, unless it stands at the numbers of the axis or beside the value."""
    beside = panel.last is not None and units.beside(panel.last, panel.unit).unit
    return "" if beside else units.apart(panel.unit)


def under_title(shown: str, place: Layout) -> list[Word]:
    """The line under the title."""
    shown = text.fit(shown, place.small, round(place.columns * TITLE_PART)) if shown else ""
    return [Word(shown, place.left, place.value_at, place.small, DIM)] if shown else []


def above(panel: Panel, shown: str, place: Layout) -> list[Word]:
    """The words above the plot that change with the data: the line under the title, the value."""
    words = under_title(shown, place)
    if place.value and panel.last is not None:
        sign = "" if place.small else LEVEL_SIGNS[panel.level]
        words += value(panel.last, panel.unit, sign, place)
    return words


@lru_cache(maxsize=256)
def value(last: float, unit: str, sign: str, place: Layout) -> tuple[Word, ...]:
    """The newest value, large, and its unit beside it."""
    number, unit = units.beside(last, unit)
    number, size, room = sign + number, place.value, place.columns * VALUE_PART
    while size > text.SMALLEST and sum(_widths(number, unit, size)) > room:
        size -= 1
    wide, space, unit_wide = _widths(number, unit, size)
    x = place.right - wide - space - unit_wide
    words = [Word(number, x, place.value_at, size, STRONG, spelled=True, level=True)]
    if unit:
        at, small = x + wide + space, _unit_size(size)
        words.append(Word(unit, at, place.value_at, small, PLAIN, level=True))
    return tuple(words)


def _unit_size(size: int) -> int:
    return max(text.SMALLEST, round(UNIT_PART * size))


def _widths(number: str, unit: str, size: int) -> tuple[int, int, int]:
    """Pixels of the number, the space and the unit."""
    wide = spelled_width(number, size)
    if not unit:
        return wide, 0, 0
    return wide, max(2, round(UNIT_SPACE * size)), text.width(unit, _unit_size(size))


def spelled_width(shown: str, size: int) -> int:
    """Pixels that a word takes letter by letter: widths of letters are kept, of values not."""
    return sum([text.width(char, size) for char in shown])


def x_axis(panel: Panel, place: Layout) -> tuple[list[int], list[Word]]:
    """The columns of the x ticks, and their labels."""
    if not place.x_label:
        return [], []
    places = _places(panel, place)
    return [x for x, _ in places], _x_labels(places, place)


def _places(panel: Panel, place: Layout) -> list[tuple[int, str]]:
    """The ticks of the x axis as pixel columns inside the plot."""
    window = panel.window
    most = max(1, place.columns // (LABELS_APART * place.x_label))
    found: tuple[Tick, ...]
    if window.axis == "time":
        found = ticks.time_ticks(window.start, window.stop, panel.zone, most)
        shift = 0.0
    else:
        found = ticks.number_ticks(window.start, window.stop - 1, most)
        shift = 0.5  # sample 7 is the column from 7 to 8
    factor = place.columns / (window.stop - window.start)
    last = place.right - place.rule
    return [
        (min(last, place.left + int((tick.at + shift - window.start) * factor)), tick.label)
        for tick in found
    ]


def _x_labels(places: list[tuple[int, str]], place: Layout) -> list[Word]:
    words, free = [], place.x_label // 3
    for at, name in places:
        wide = text.width(name, place.x_label)
        x = max(free, min(at + (place.rule - wide) // 2, place.width - wide - place.x_label // 3))
        if x - at > -wide // 4 or x + wide > place.width:
            continue  # pushed so far aside that it would name another place
        words.append(Word(name, x, place.x_label_at, place.x_label, DIM))
        free = x + wide + place.x_label
    return words


def span(window: Window, view: View) -> str:
    """The window in words: "last 24 h", "last 430 samples"."""
    live = view.until is None or view.until == NOW
    if window.axis == "index":
        if live:
            return f"last {grouped(int(np.add.reduce(window.count)))} samples"
        return f"samples {short(window.start)} to {short(window.stop - 1)}"
    return ("last " if live else "") + _duration(window.stop - window.start)


def _duration(seconds: float) -> str:
    """In the largest unit that is nearly whole; days from two on, as people say 24 h."""
    for unit in ("y", "w", "d", "h", "min", "s"):
        count = seconds / UNITS[unit]
        if count >= (2 if unit in "dw" else 1) and abs(count - round(count)) < 0.02 * count:
            return f"{round(count)} {unit}"
    return f"{short(round(seconds, 3))} s"


def waiting(panel: Panel, place: Layout, message: str) -> list[Word]:
    """The words in the middle of an empty plot, and the notice."""
    words = under_title(panel.notice, place) if place.small else []
    size = _size(message, max(place.title, place.y_label, 10 * place.pixel), place.columns)
    wide = text.width(message, size)
    if wide <= place.columns and size * CAP < place.rows:
        x, y = (place.left + place.right - wide) // 2, (place.top + place.bottom) // 2
        words.append(Word(message, x, y + round(size * CAP / 2), size, DIM))
    return words


def began(panel: Panel, place: Layout, rows: list[int]) -> list[Word]:
    """The words beside the mark where history starts, where there is room before it.

    They stand between the uppermost two of the grid's `rows`.
    """
    at = began_at(panel, place)
    size = place.x_label
    if not at or not size:
        return []
    x, top = at - text.width(BEGAN, size) - size // 2, min(rows, default=place.top)
    if x < place.left + size // 2 or place.rows < 4 * size:
        return []
    return [Word(BEGAN, x, top + round(1.9 * size), size, DIM)]


def began_at(panel: Panel, place: Layout) -> int:
    """The pixel column of the mark where history starts; 0 where it is not seen."""
    window = panel.window
    if panel.began is None or not window.start < panel.began < window.stop or panel.behind:
        return 0  # what is behind may have begun before
    factor = place.columns / (window.stop - window.start)
    column = math.floor((panel.began - window.start) / window.step) * window.step * factor
    at = place.left + int(column) - math.ceil(place.stroke) - 2 * place.rule
    return at if at > place.left + place.rule else 0
