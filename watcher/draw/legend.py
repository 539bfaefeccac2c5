"""The legend: what each colour is called, and its last value; of one series, what it comes to.

Fields below the x axis, in the order of the layers, so that a value which gets another
digit moves no neighbour. Where it is narrow values are dropped first, then the ends of names; the
layout drops the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from watcher.draw import text
from watcher.draw.captions import Word, spelled_width
from watcher.draw.layout import Layout, legend_rows
from watcher.draw.scale import brief
from watcher.draw.text import CAP
from watcher.draw.theme import DIM, STRONG
from watcher.draw.view import MAX_SERIES

if TYPE_CHECKING:
    from watcher.draw.panel import Layer

USUAL_VALUE = "0000"  # room for that is kept, so that few values move the fields
PER_CELL = "values in a cell"  # of a heat map
SWATCH = 0.8  # of the font size, square
SPACE = 0.42  # font sizes between swatch, name and value
BETWEEN = 0.95  # font sizes between two entries


class Entry(NamedTuple):
    """One field of the legend."""

    swatch: tuple[int, int, int, int] | None  # left, top, right, bottom
    words: tuple[Word, ...]


def legend(layers: Sequence[Layer], place: Layout) -> list[Entry]:
    """The entries that there is room for: all or none."""
    if not place.legend:
        return []
    layers, size = layers[:MAX_SERIES], place.legend
    rows = legend_rows(len(layers), place.width // place.pixel, place.height // place.pixel)
    across = -(-len(layers) // rows)
    swatch, space, between = (round(part * size) for part in (SWATCH, SPACE, BETWEEN))
    frame = swatch + space + between  # what an entry takes beside its words
    names = [layer.label for layer in layers]
    wide = [max(text.width(name, size) for name in names[n::across]) for n in range(across)]
    values, value_room = _values(layers, size)
    if not value_room or sum(wide) + across * (frame + space + value_room) > (
        place.columns + between
    ):
        values, value_room = [""] * len(layers), -space
        room = (place.columns + between) // across - frame
        wide = [min(most, room) for most in wide]
    fields = [most + frame + space + value_room for most in wide]
    return [
        _entry(
            text.fit(name, size, wide[number % across]),
            value,
            place.left + sum(fields[: number % across]),
            place.legend_at + number // across * place.legend_row,
            size,
        )
        for number, (name, value) in enumerate(zip(names, values, strict=True))
    ]


def sums(parts: Sequence[tuple[str, str]], place: Layout) -> list[Entry]:
    """Names and values in a row, as many as there is room for."""
    if not place.legend:
        return []
    entries, x, size = [], place.left, place.legend
    space, apart = round(SPACE * size), round(1.6 * BETWEEN * size)
    for name, value in parts:
        after = x + text.width(name, size) + space
        end = after + spelled_width(value, size)
        if end > place.right:
            break
        named = Word(name, x, place.legend_at, size, DIM)
        valued = Word(value, after, place.legend_at, size, STRONG, spelled=True)
        entries.append(Entry(None, (named, valued)))
        x = end + apart
    return entries


def ramp(shades: Sequence[int], most: str, place: Layout) -> list[tuple[int, Entry]]:
    """The key of a heat map: planes from few to many, and what the last of them stands for."""
    size = place.legend
    side, space, x = round(SWATCH * size), round(SPACE * size), place.left
    words = [Word("1", x, place.legend_at, size, DIM)]
    x += text.width("1", size) + space
    top = place.legend_at - round(CAP / 2 * size) - side // 2
    boxes = [(x + side * n, top, x + side * (n + 1), top + side) for n in range(len(shades))]
    x = boxes[-1][2] + space
    words.append(Word(most, x, place.legend_at, size, STRONG, spelled=True))
    x += spelled_width(most, size) + space
    if x + text.width(PER_CELL, size) <= place.right:
        words.append(Word(PER_CELL, x, place.legend_at, size, DIM))
    entries = [Entry(box, ()) for box in boxes]
    entries[0] = Entry(boxes[0], tuple(words))
    return list(zip(shades, entries, strict=True))


def _values(layers: Sequence[Layer], size: int) -> tuple[list[str], int]:
    """The last values as they are shown, and the room for each; 0 where there are none."""
    values = ["" if layer.last is None else brief(layer.last) for layer in layers]
    if not any(values):
        return values, 0
    return values, max(spelled_width(value, size) for value in [*values, USUAL_VALUE])


def _entry(name: str, value: str, x: int, y: int, size: int) -> Entry:
    side, space = round(SWATCH * size), round(SPACE * size)
    top = y - round(CAP / 2 * size) - side // 2
    words = [Word(name, x + side + space, y, size, DIM)] if name else []
    if value:
        after = x + side + 2 * space + text.width(name, size)
        words.append(Word(value, after, y, size, STRONG, spelled=True))
    return Entry((x, top, x + side, top + side), tuple(words))
