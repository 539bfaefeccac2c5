"""The words on a picture and where they stand: title, value, labels, notices.

Words never touch: a label that would come too near to its neighbour is left out, one that is
too wide for its place is set smaller or cut with an ellipsis.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from watcher.draw import text, ticks, units
from watcher.draw.layout import Layout
from watcher.draw.scale import grouped, short
from watcher.draw.text import CAP
from watcher.draw.theme import DIM, PLAIN, STRONG
from watcher.draw.ticks import Tick
from watcher.draw.view import NOW, Level, View
from watcher.history.window import Window

if TYPE_CHECKING:
    from watcher.draw.panel import Panel

SMALLER = 0.8  # of its font size may be that of a title which is too long
LEAST_TITLE = 10  # pixels of font size, and no less than that
LEAST_NAME = 2  # font sizes of a title that are seen beside a notice, at least
ALONE = 14  # font sizes across: where there are fewer a notice leaves no room for the value
LINES_APART = 4.4  # label heights between y labels, at least
FEW_Y, MOST_Y = 5, 7  # y labels; more say no more, and in a plot that is not tall, fewer do
TALL = 600  # pixels of plot
MOST_X = 8  # x labels: the midnights of a week, or every six hours of a day
UNIT_SPACE = 0.12  # of the value's font size, between the two
LEVEL_WORDS: dict[Level, str] = {"ok": "", "warn": "warning", "crit": "critical"}
LEVEL_SIGNS: dict[Level, str] = {"ok": "", "warn": "! ", "crit": "!! "}  # where no word has room
USUAL_VALUE = "00.00"  # room for that is kept, so that few values move the line under the title
# What the line under the title says, by how much room it has: of level, window, unit, zone;
ORDINARY = (0, 1, 2, 3), (0, 1, 2), (0, 2), (0,), (1,)
NOTICED = (0, 1, 3), (0, 1), (0, 2, 3), (0, 2), (2,), (1,)  # and of level, notice, in short, unit


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


def is_valued(panel: Panel, place: Layout) -> bool:
    """Whether the newest value stands above the plot."""
    if not place.value or panel.last is None:
        return False
    return not panel.notice or bool(place.small) or place.columns >= ALONE * place.title


def title_room(panel: Panel, place: Layout) -> int:
    """Pixels that the title may take."""
    return place.title_room if is_valued(panel, place) else place.right - place.title_left


def _small_room(panel: Panel, place: Layout) -> int:
    """Pixels that the line under the title may take: what the value leaves, if it is no longer."""
    if panel.last is None or not is_valued(panel, place):
        return title_room(panel, place)
    first = value(panel.last, panel.unit_of_last, "", place)[0]
    free = min(first.x, place.right - _usual_width(place.value)) - place.left
    return max(place.title_room, free - place.small)


def heading(panel: Panel, view: View, place: Layout) -> str:
    """The title, and the notice where it has no line of its own."""
    if not place.title:
        return ""
    title = panel.title if view.title is None else view.title
    if not panel.notice or place.small:
        return title
    size = max(LEAST_TITLE * place.pixel, round(SMALLER * place.title))
    return _noticed(title, panel.notice, panel.in_short, size, title_room(panel, place))


@lru_cache(maxsize=256)
def _noticed(title: str, notice: str, in_short: str, size: int, room: int) -> str:
    """`title: notice` as far as there is room: rather the end of the title is lost."""
    said = notice
    if in_short and text.width(f"{title}: {notice}", size) > room:
        said = in_short
    if not title:
        return said
    name = text.fit(title, size, room - text.width(f": {said}", size))
    if text.width(name, size) >= LEAST_NAME * size or name == title:
        return f"{name}: {said}"
    return said


def titled(place: Layout, title: str, room: int) -> list[Word]:
    """The title, smaller or cut where it is wider than its room."""
    least = max(LEAST_TITLE * place.pixel, round(SMALLER * place.title))
    size = largest(title, place.title, room, least)
    shown = text.fit(title, size, room) if title else ""
    return [Word(shown, place.title_left, place.title_at, size, PLAIN)] if shown else []


def y_labels(place: Layout, labels: list[tuple[int, str]]) -> list[Word]:
    """The y labels at their rows."""
    if not place.y_label:
        return []
    right = place.left - place.y_label // 2
    room = right - place.pixel
    size = min((largest(name, place.y_label, room) for _, name in labels), default=0)
    lower = place.rule // 2 + round(CAP / 2 * size)
    return [
        Word(name, right - text.width(name, size), row + lower, size, DIM)
        for row, name in ((row, text.fit(name, size, right)) for row, name in labels)
    ]


def largest(shown: str, size: int, room: int, least: int = text.SMALLEST) -> int:
    """`size`, or the largest smaller one in which `shown` fits into `room`."""
    while size > least and text.width(shown, size) > room:
        size -= 1
    return size


def small(panel: Panel, view: View, place: Layout, bad: Level, *, each: bool = False) -> str:
    """What the line under the title says, where there is one: as much as there is room for.

    `bad`: how bad the newest value is; `each` column is known to hold one sample.
    """
    if not place.small:
        return ""
    level = LEVEL_WORDS[bad]
    if not (level or panel.notice or panel.unit or panel.zone_shown):
        return span(panel, view, each=each)
    room = _small_room(panel, place)
    if panel.notice:
        said = level, panel.notice, panel.in_short or panel.notice, _said_apart(panel)
        return _fitting(said, NOTICED, place.small, room)
    window = span(panel, view, each=each)
    zone = str(panel.zone) if panel.zone_shown and panel.window.axis == "time" else ""
    return _fitting((level, window, _said_apart(panel), zone), ORDINARY, place.small, room)


@lru_cache(maxsize=256)
def _fitting(
    said: tuple[str, ...], choices: tuple[tuple[int, ...], ...], size: int, room: int
) -> str:
    """The first of some choices of words for which there is room, else the last."""
    for choice in choices:
        shown = ", ".join([said[n] for n in choice if said[n]])
        if shown and text.width(shown, size) <= room:
            break
    return shown


def _said_apart(panel: Panel) -> str:
    """The unit, unless it stands at the numbers of the axis or beside the value."""
    beside = panel.last is not None and units.beside(panel.last, panel.unit).unit
    return "" if beside else units.apart(panel.unit)


def under_title(shown: str, place: Layout, room: int) -> list[Word]:
    """The line under the title."""
    shown = text.fit(shown, place.small, room) if shown else ""
    return [Word(shown, place.left, place.value_at, place.small, DIM)] if shown else []


def above(panel: Panel, shown: str, place: Layout) -> list[Word]:
    """The words above the plot that change with the data: the line under the title, the value."""
    words = under_title(shown, place, _small_room(panel, place)) if shown else []
    if is_valued(panel, place) and panel.last is not None:
        sign = "" if place.small else LEVEL_SIGNS[panel.level]
        words += value(panel.last, panel.unit_of_last, sign, place)
    return words


@lru_cache(maxsize=256)
def value(last: float, unit: str, sign: str, place: Layout) -> tuple[Word, ...]:
    """The newest value, large, and its unit beside it; in few digits where many would be small."""
    for read in (units.beside, units.briefly_beside):
        number, shown = read(last, unit)
        number, size = sign + number, place.value
        if sum(_widths(number, shown, size, place)) <= place.value_room:
            break
    while size > text.SMALLEST and sum(_widths(number, shown, size, place)) > place.value_room:
        size -= 1
    wide, space, unit_wide = _widths(number, shown, size, place)
    x = place.right - wide - space - unit_wide
    words = [Word(number, x, place.value_at, size, STRONG, spelled=True, level=True)]
    if shown:
        at, small_ = x + wide + space, _unit_size(size, place)
        words.append(Word(shown, at, place.value_at, small_, PLAIN, level=True))
    return tuple(words)


def _unit_size(size: int, place: Layout) -> int:
    """Of the unit beside a number that may be smaller than others."""
    return max(text.SMALLEST, round(place.unit * size / place.value))


def _widths(number: str, unit: str, size: int, place: Layout) -> tuple[int, int, int]:
    """Pixels of the number, the space and the unit."""
    wide = spelled_width(number, size)
    if not unit:
        return wide, 0, 0
    return wide, max(2, round(UNIT_SPACE * size)), text.width(unit, _unit_size(size, place))


@lru_cache(maxsize=64)
def _usual_width(size: int) -> int:
    return spelled_width(USUAL_VALUE, size)


def spelled_width(shown: str, size: int) -> int:
    """Pixels that a word takes letter by letter: widths of letters are kept, of values not."""
    return sum([text.width(char, size) for char in shown])


def x_axis(panel: Panel, place: Layout) -> tuple[list[int], list[Word]]:
    """The columns of the x ticks, and their labels."""
    if not place.x_label:
        return [], []
    places = x_places(panel, place)
    return [x for x, _ in places], _x_labels(places, place)


def x_places(panel: Panel, place: Layout) -> list[tuple[int, str]]:
    """The ticks of the x axis as pixel columns inside the plot."""
    window = panel.window
    most = max(1, min(MOST_X, place.columns // place.x_apart))
    found: tuple[Tick, ...]
    if window.axis == "time":
        found = ticks.time_ticks(window.start, window.stop, panel.zone, most)
        shift = 0.0
    else:
        found = ticks.number_ticks(window.start, window.stop - 1, most)
        shift = 0.5  # sample 7 is the column from 7 to 8
    last = place.right - place.rule
    parts = across(window, [tick.at + shift for tick in found])
    return [
        (min(last, place.left + int(part * place.columns)), tick.label)
        for tick, part in zip(found, parts, strict=True)
    ]


def across(window: Window, places: Sequence[float]) -> list[float]:
    """How far across `places` lie, from 0 to 1: all columns are equally wide, long ones too."""
    if window.bounds is None:
        return [(at - window.start) / (window.stop - window.start) for at in places]
    ends = window.bounds
    found: list[float] = np.interp(places, ends, np.linspace(0, 1, len(ends))).tolist()
    return found


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


def span(panel: Panel, view: View, *, each: bool = False) -> str:
    """The window in words: "last 24 h", "last 430 samples".

    `each` column is known to hold one.
    """
    live, window = view.until is None or view.until == NOW, panel.window
    if window.axis == "index":
        if live:
            many = len(window.count) if each else int(np.add.reduce(window.count))
            return _samples(many)
        return f"samples {short(window.start)} to {short(window.stop - 1)}"
    return ("last " if live else "") + units.length_of_time(_length(window, panel.asked))


@lru_cache(maxsize=256)
def _samples(many: int) -> str:
    return f"last {grouped(many)} samples" if many != 1 else "last sample"


def _length(window: Window, asked: float) -> float:
    """Seconds of a window: those asked for, if no more than the ends of columns lie between."""
    length = window.stop - window.start
    return asked if abs(length - asked) <= 2 * window.step <= asked else length
