"""An error in words, on a picture of any size: wrapped, as large as fits, else cut.

Where there is room a headline says that there is no picture, and what helps has lines of its own:
errors are told as `what: why: cure`. Where there is none for words there is an exclamation mark.
"""

from __future__ import annotations

from collections.abc import Sequence

from watcher.draw import text
from watcher.draw.captions import Word
from watcher.draw.layout import Layout
from watcher.draw.text import CAP
from watcher.draw.theme import PLAIN, STRONG

HEADLINE = "No picture"
HEADLINE_SIZE = 1.6  # of the font size of what follows
LEAST_TITLED = 11  # pixels of font size: rather larger words than a headline
BELOW_HEADLINE = 1.75  # font sizes from its baseline to the next
BETWEEN = 0.4  # font sizes between two paragraphs, beside the leading

LONGEST_MESSAGE = text.LONGEST  # characters of an error that are looked at
LEAST_ROOM = 2.5  # font sizes: a narrower message is a mere "!"
LEADING = 1.35  # line height over font size


def message(shown: str, place: Layout, left: int) -> list[Word]:
    """`shown`, wrapped beside a rule that ends at `left`; as large as fits, else cut."""
    shown = "".join(char if char.isprintable() else " " for char in shown[:LONGEST_MESSAGE])
    largest = max(12 * place.pixel, round(1.25 * max(place.small, place.y_label)))
    sizes = range(largest, text.SMALLEST * place.pixel - 1, -1)
    for size in range(largest, LEAST_TITLED * place.pixel - 1, -1) if shown.strip() else ():
        words = _titled(_paragraphs(shown), place, left, size)
        if words:
            return words
    for size in sizes:
        lines, most = _lines(shown, place, left, size)
        if len(lines) <= most:
            return _block(lines, place, left, size)
    room = place.width - left - size
    if most < 1 or room < LEAST_ROOM * size:
        return _block(["!"], place, left, min(largest, place.height))
    lines[most - 1 :] = [text.fit(" ".join(lines[most - 1 : most + 1]), size, room)]
    return _block(lines, place, left, size)


def _paragraphs(shown: str) -> list[str]:
    """What is wrong, and the cure where one is told."""
    what, why, cure = (*shown.split(": ", 2), "", "")[:3]
    return [f"{what}: {why}", cure] if cure else [shown]


def _titled(paragraphs: Sequence[str], place: Layout, left: int, size: int) -> list[Word]:
    """The headline and what follows in font size `size`; nothing where it does not fit."""
    head, x = round(HEADLINE_SIZE * size), left + size
    room = place.width - x - size
    if max(text.width(HEADLINE, head), LEAST_ROOM * size) > room:
        return []
    words, down = [Word(HEADLINE, x, 0, head, STRONG)], BELOW_HEADLINE * size
    for paragraph in paragraphs:
        for line in _wrap(paragraph, size, room):
            words.append(Word(line, x, round(down), size, PLAIN))
            down += LEADING * size
        down += BETWEEN * size
    tall = round(CAP * head) + words[-1].y
    if tall > place.height - 2 * size:
        return []
    first = (place.height - tall) // 2 + round(CAP * head)
    return [word._replace(y=word.y + first) for word in words]


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
