"""The words on a picture and where they stand: title, value, labels, notices, messages.

Words never touch: a label that would come too near to its neighbour is left out, one that is
too wide for its place is set smaller or cut with an ellipsis.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from watcher.draw import text, ticks
from watcher.draw.layout import Layout
from watcher.draw.scale import grouped, short
from watcher.draw.text import CAP
from watcher.draw.theme import DIM, PLAIN, STRONG
from watcher.draw.ticks import Tick
from watcher.draw.view import NOW, UNITS, View
from watcher.history.window import Window

if TYPE_CHECKING:
    from watcher.draw.graph import Panel

TITLE_PART, VALUE_PART = 0.56, 0.4  # of the plot's width that each may take
LINES_APART = 5  # label heights between y labels, at least
LABELS_APART = 7  # label heights between x labels, at least: some 2.5 times their width
MOST_Y = 5  # y labels; more say no more
LONGEST_MESSAGE = text.LONGEST  # characters of an error that are looked at
LEAST_ROOM = 2.5  # font sizes: a narrower message is a mere "!"
LEADING = 1.35  # line height over font size


class Word(NamedTuple):
    """A text in its place; (x, y) is the pen on the baseline."""

    text: str
    x: int
    y: int
    size: int
    tone: float
    spelled: bool = False

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom: the room it takes."""
        top = self.y - round(CAP * self.size)
        wide = (spelled_width if self.spelled else text.width)(self.text, self.size)
        return self.x, top, self.x + wide, self.y


def most_y(place: Layout) -> int:
    """How many y labels there is room for."""
    return (
        max(2, min(MOST_Y, 1 + place.rows // (LINES_APART * place.y_label))) if place.y_label else 2
    )


def tick_end(place: Layout) -> int:
    """The last row of the short marks below a plot of bars."""
    return place.bottom + place.rule + max(place.pixel, place.x_label // 3)


def heading(panel: Panel, place: Layout) -> str:
    """The title, or what is more important where there is room for one only."""
    if not place.title:
        return ""
    return panel.notice if panel.notice and not place.small else panel.title


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
        Word(name, right - text.width(name, size), row + lower, size, DIM) for row, name in labels
    ]


def _size(shown: str, size: int, room: int) -> int:
    """`size`, or the largest smaller one in which `shown` fits into `room`."""
    while size > text.SMALLEST and text.width(shown, size) > room:
        size -= 1
    return size


def small(panel: Panel, view: View, place: Layout) -> str:
    """What the line under the title says, where there is one."""
    if panel.notice or not place.small:
        return panel.notice if place.small else ""
    said = span(panel.window, view)
    return f"{said}, {panel.unit}" if panel.unit else said


def under_title(shown: str, place: Layout) -> list[Word]:
    """The line under the title."""
    shown = text.fit(shown, place.small, round(place.columns * TITLE_PART)) if shown else ""
    return [Word(shown, place.left, place.value_at, place.small, DIM)] if shown else []


def above(panel: Panel, shown: str, place: Layout) -> list[Word]:
    """The words above the plot that change with the data: the line under the title, the value."""
    words = under_title(shown, place)
    if place.value and panel.last is not None:
        words.append(value(panel.last, place))
    return words


@lru_cache(maxsize=256)
def value(last: float, place: Layout) -> Word:
    """The newest value, large."""
    shown = short(last)
    size, room = place.value, place.columns * VALUE_PART
    while size > text.SMALLEST and spelled_width(shown, size) > room:
        size -= 1
    x = place.right - spelled_width(shown, size)
    return Word(shown, x, place.value_at, size, STRONG, spelled=True)


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


def message(shown: str, place: Layout, left: int) -> list[Word]:
    """`shown`, wrapped beside a rule that ends at `left`; as large as fits, else cut."""
    shown = "".join(char if char.isprintable() else " " for char in shown[:LONGEST_MESSAGE])
    largest = max(12 * place.pixel, round(1.25 * max(place.small, place.y_label)))
    for size in range(largest, text.SMALLEST * place.pixel - 1, -1):
        lines, most = _lines(shown, place, left, size)
        if len(lines) <= most:
            return _block(lines, place, left, size)
    room = place.width - left - size
    if most < 1 or room < LEAST_ROOM * size:
        return _block(["!"], place, left, min(largest, place.height))
    lines[most - 1 :] = [text.fit(" ".join(lines[most - 1 : most + 1]), size, room)]
    return _block(lines, place, left, size)


def _lines(shown: str, place: Layout, left: int, size: int) -> tuple[list[str], int]:
    """The lines of a message in font size `size`, and how many there is room for."""
    room = place.width - left - size
    if room < LEAST_ROOM * size:
        return [shown], 0
    return _wrap(shown, size, room), int((place.height - size // 2) / (LEADING * size))


def _block(lines: list[str], place: Layout, left: int, size: int) -> list[Word]:
    """Lines one below the other, half way up the picture."""
    above = (place.height - round(LEADING * size * (len(lines) - 1) + CAP * size)) // 2
    first = above + round(CAP * size)
    x = left + size // 2 if place.width > 3 * size else left + (place.width - left) // 3
    return [
        Word(line, x, first + round(LEADING * size * number), size, PLAIN)
        for number, line in enumerate(lines)
    ]


def _wrap(shown: str, size: int, room: int) -> list[str]:
    """Lines of whole words where that is possible."""
    lines, free, space = [""], 0, text.width(" ", size)
    for word in shown.split():
        wide = text.width(word, size)
        if wide <= free:
            lines[-1] += f" {word}"
        else:
            lines += _pieces(word, size, room) if wide > room else [word]
            free, wide = room, text.width(lines[-1], size)
        free -= wide + space
    return lines[1:]


def _pieces(word: str, size: int, room: int) -> list[str]:
    """A word too long for a line, in pieces."""
    pieces, free = [""], room
    for char in word:
        wide = text.width(char, size)
        if pieces[-1] and wide > free:
            pieces.append("")
            free = room
        pieces[-1] += char
        free -= wide
    return pieces
