"""A small label with the last value: `name | 12.3 s`, for a README or a list of machines.

How things are is said by colour and in words, so that it is read without colours, too. White on
each of the colours has a contrast of 4.5 or more (WCAG 2.2, AA).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from watcher.draw import text
from watcher.draw.canvas import Canvas, blank
from watcher.draw.planes import LABEL
from watcher.draw.theme import Colour, blend

Mood = Literal["ok", "warn", "crit", "stale", "waiting", "error"]

HEIGHT, SIZE, PAD, BASELABEL = 20, 12, 6, 14  # pixels: of all, of the font, beside words, of them
LONGEST_NAME, LONGEST_VALUE = 240, 160  # pixels of text; what is longer ends in an ellipsis
RIGHT = 128  # plane of the right half; letters are LABEL.text + 1 .. LABEL.text + levels on either
WHITE: Colour = (255, 255, 255)
LEFT: Colour = (70, 76, 84)
COLOURS: dict[Mood, Colour] = {
    "ok": (26, 127, 55),
    "warn": (154, 103, 0),
    "crit": (196, 32, 40),
    "stale": (106, 113, 122),
    "waiting": (106, 113, 122),
    "error": (196, 32, 40),
}
SIGNS: dict[Mood, str] = {"ok": "", "warn": "! warn", "crit": "!! crit", "error": "!! error"}


def badge(name: str, value: str, mood: Mood = "ok", scale: int = 1) -> bytes:
    """The PNG of a label; `value` is text already, with its unit. 20 pixels high, times `scale`."""
    size, pad, height = SIZE * scale, PAD * scale, HEIGHT * scale
    left = text.fit(name, size, LONGEST_NAME * scale)
    right = text.fit(said(value, mood), size, LONGEST_VALUE * scale)
    middle = text.width(left, size) + 2 * pad
    width = middle + text.width(right, size) + 2 * pad
    canvas = blank(width, height, LABEL.bits)
    canvas.rectangle(middle, 0, width, height, RIGHT)
    _write(canvas, left, pad, scale)
    _write(canvas, right, middle + pad, scale)
    return canvas.finish(_palette(mood))


def said(value: str, mood: Mood) -> str:
    """The right half in words; the sign comes first, where an ellipsis leaves it."""
    return " ".join(part for part in (SIGNS.get(mood, mood), value) if part) or "-"


def _write(canvas: Canvas, words: str, x: int, scale: int) -> None:
    canvas.stamp(text.tile(words, SIZE * scale, 1.0, LABEL), x, BASELABEL * scale)


@lru_cache(maxsize=len(COLOURS))
def _palette(mood: Mood) -> bytes:
    """Letters on the left and on the right ground."""
    table = bytearray(3 * (RIGHT + LABEL.text + LABEL.levels + 1))
    for first, ground in ((0, LEFT), (RIGHT, COLOURS[mood])):
        table[3 * first : 3 * first + 3] = bytes(ground)
        for level in range(1, LABEL.levels + 1):
            at = 3 * (first + LABEL.text + level)
            table[at : at + 3] = bytes(blend(ground, WHITE, level / LABEL.levels))
    return bytes(table)
