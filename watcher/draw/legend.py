"""The legend: what each colour is called, and its last value; of one series, what it comes to.

Fields below the x axis, in the order of the layers, so that a value which gets another
digit moves no neighbour. Where it is narrow units are dropped first, then values, then words that
all names have, then the ends of names; the layout drops the whole.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from watcher.draw import text
from watcher.draw.captions import Word, spelled_width
from watcher.draw.layout import Layout, legend_rows
from watcher.draw.paper import FAT, Runs
from watcher.draw.text import CAP
from watcher.draw.theme import DIM, STRONG
from watcher.draw.units import BINARY, briefly_beside, joined
from watcher.draw.view import MAX_SERIES

if TYPE_CHECKING:
    from watcher.draw.panel import Layer

USUAL_VALUE = "0000"  # room for that is kept, so that few values move the fields
PER_CELL = "values in a cell"  # of a heat map
SWATCH = 0.8  # of the font size, square
SAMPLE = 2.6  # font sizes of a piece of line
SPACE = 0.42  # font sizes between swatch, name and value
BETWEEN = 0.95  # font sizes between two entries


Box = tuple[int, int, int, int]  # left, top, right, bottom


class Entry(NamedTuple):
    """One field of the legend."""

    swatch: Box | None  # what is filled with the colour
    words: tuple[Word, ...]
    line: tuple[Box, ...] = ()  # instead of the whole swatch, within it

    @property
    def boxes(self) -> tuple[Box, ...]:
        """What has the colour of the field."""
        return self.line or ((self.swatch,) if self.swatch else ())


def legend(
    layers: Sequence[Layer], place: Layout, rhythms: Sequence[Runs | None] = ()
) -> list[Entry]:
    """The entries that there is room for: all or none.

    `rhythms`: in which lines are thick and thin by turns; of those some is shown.
    """
    if not place.legend:
        return []
    layers, size = layers[:MAX_SERIES], place.legend
    pixel = place.pixel
    rows = legend_rows(len(layers), place.width // pixel, place.height // pixel, size // pixel)
    across = -(-len(layers) // rows)
    swatch = round(size * (SAMPLE if any(runs is not None for runs in rhythms) else SWATCH))
    for names in _shorter([layer.label for layer in layers]):
        wide, fields, values = _fitted(names, layers, place, across, swatch)
        if all(text.width(name, size) <= wide[n % across] for n, name in enumerate(names)):
            break
    return [
        _entry(
            text.fit(name, size, wide[number % across]),
            value,
            place.left + sum(fields[: number % across]),
            place.legend_at + number // across * place.legend_row,
            place,
            swatch,
            rhythms[number] if number < len(rhythms) else None,
        )
        for number, (name, value) in enumerate(zip(names, values, strict=True))
    ]


def _shorter(names: list[str]) -> Iterator[list[str]]:
    """`names`, without the words that all end with, and without those that all begin with.

    `rack-7-web-1 load` and so on are `rack-7-web-1` then, and `…1`.
    """
    yield names
    end = len(_shared([name[::-1] for name in names]))
    names = [name[: len(name) - end] for name in names]
    yield names
    if begin := len(_shared(names)):
        yield [f"…{name[begin:]}" for name in names]


def _shared(names: list[str]) -> str:
    """The words that all begin with."""
    alike = itertools.takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False))
    words = re.match(r".*[\W_]", "".join(letters[0] for letters in alike), re.DOTALL)
    return words[0] if words and words[0] not in names else ""


def _fitted(
    names: list[str], layers: Sequence[Layer], place: Layout, across: int, swatch: int
) -> tuple[list[int], list[int], list[str]]:
    """How wide names and whole fields are in each of the columns, and the values beside them."""
    size = place.legend
    space, between = (round(part * size) for part in (SPACE, BETWEEN))
    frame = swatch + space + between  # what an entry takes beside its words
    columns = [names[n::across] for n in range(across)]
    wide = [max(text.width(name, size) for name in column) for column in columns]
    room = place.columns + between - sum(wide) - across * (frame + space)
    found = (_values(layers, size, with_units=with_units) for with_units in (True, False))
    none = [""] * len(layers), -space
    values, value_room = next((one for one in found if 0 < one[1] * across <= room), none)
    if value_room < 0:
        widest = (place.columns + between) // across - frame
        wide = [min(most, widest) for most in wide]
    return wide, [most + frame + space + value_room for most in wide], values


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


def _values(layers: Sequence[Layer], size: int, *, with_units: bool) -> tuple[list[str], int]:
    """The last values as they are shown, and the room for each; 0 where there are none.

    Without units there are none where the axis has prefixes that plain numbers do not tell.
    """
    if not with_units and any(one.unit in BINARY or one.unit == "s" for one in layers):
        return [""] * len(layers), 0
    read = [
        None if one.last is None else briefly_beside(one.last, one.unit if with_units else "")
        for one in layers
    ]
    values = ["" if one is None else joined(one) for one in read]
    usual = [joined(one._replace(number=USUAL_VALUE)) for one in read if one]
    if not usual:
        return values, 0
    return values, max(spelled_width(value, size) for value in [*values, *usual])


def _entry(
    name: str, value: str, x: int, y: int, place: Layout, wide: int, runs: Runs | None
) -> Entry:
    size = place.legend
    side, space = round(SWATCH * size), round(SPACE * size)
    top = y - round(CAP / 2 * size) - side // 2
    words = [Word(name, x + wide + space, y, size, DIM)] if name else []
    if value:
        after = x + wide + 2 * space + text.width(name, size)
        words.append(Word(value, after, y, size, STRONG, spelled=True))
    box = x, top, x + wide, top + side
    return Entry(box, tuple(words), () if runs is None else _sample(box, runs, place))


def _sample(box: Box, runs: Runs, place: Layout) -> tuple[Box, ...]:
    """A piece of line: thin, and the thick parts above and below that."""
    left, top, right, bottom = box
    thin, fat = place.pixel, max(3 * place.pixel, round(FAT * place.stroke))
    if not runs:
        thin, runs = max(2 * place.pixel, round(place.stroke)), (0, 1)
    middle = (top + bottom - thin) // 2
    boxes, at = [(left, middle, right, middle + thin)], float(left)
    more = max(1, (fat - thin) // 2)
    turns = itertools.cycle(zip(runs[::2], runs[1::2], strict=True))
    while at < right:
        thick, free = next(turns)
        first, last = round(at), min(right, round(at + thick * place.stroke))
        if first < last:
            boxes += [(first, middle - more, last, middle)]
            boxes += [(first, middle + thin, last, middle + thin + more)]
        at += (thick + free) * place.stroke
    return tuple(boxes)
