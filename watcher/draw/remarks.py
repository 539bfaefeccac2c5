"""Words within the plot: why it is empty, and where history starts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from watcher.draw import captions, text
from watcher.draw.captions import Word
from watcher.draw.layout import Layout
from watcher.draw.text import CAP
from watcher.draw.theme import DIM
from watcher.draw.view import View
from watcher.history.pulse import State

if TYPE_CHECKING:
    from watcher.draw.panel import Panel

BEGAN = "history starts here"
WAITING = "waiting for data"
NOTHING_HERE = "no data in this window"
NOTHING_ABOVE = "nothing above 0 to show"


def why_empty(panel: Panel, view: View) -> str:
    """Why there is nothing in the plot."""
    if panel.state is State.WAITING:
        return WAITING
    rows = [panel.window.low, *(layer.values for layer in panel.layers)]
    known = any(bool(np.isfinite(row).any()) for row in rows)
    return NOTHING_ABOVE if view.yscale and known else NOTHING_HERE


def waiting(panel: Panel, view: View, place: Layout) -> list[Word]:
    """The words in the middle of an empty plot, and the notice."""
    message = why_empty(panel, view)
    words = captions.under_title(panel.notice, place, place.columns) if place.small else []
    size = captions.largest(
        message, max(place.title, place.y_label, 10 * place.pixel), place.columns
    )
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
    x, lower = at - text.width(BEGAN, size) - size // 2, round(1.9 * size)
    if x < place.left + size // 2 or place.rows < 4 * size:
        return []
    top = min([row for row in rows if row + lower + size < place.bottom], default=place.top)
    return [Word(BEGAN, x, top + lower, size, DIM)]


def began_at(panel: Panel, place: Layout) -> int:
    """The pixel column of the mark where history starts; 0 where it is not seen."""
    window = panel.window
    if panel.began is None or not window.start < panel.began < window.stop or panel.behind:
        return 0  # what is behind may have begun before
    (part,), number = captions.across(window, [panel.began]), len(window.count)
    column = math.floor(part * number) * place.columns // number
    at = place.left + column - math.ceil(place.stroke) - 2 * place.rule
    return at if at > place.left + place.rule else 0
