"""Graphs without a plot: the last value as a label, and a window as a stripe of colours."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from watcher.draw.badge import Mood, badge
from watcher.draw.gradient import Gradient, stripe
from watcher.draw.stops import Stop
from watcher.draw.units import reading
from watcher.draw.view import View
from watcher.history.buckets import Floats
from watcher.history.fill import filled
from watcher.history.pulse import State
from watcher.history.window import Window
from watcher.series import Series, added

MOODS: dict[State, Mood] = {
    State.STALE: "stale",
    State.WAITING: "waiting",
    State.ERROR: "error",
}  # they say more than how bad a value is that may be long gone
LEVELS: dict[str, Mood] = {"ok": "ok", "warn": "warn", "crit": "crit"}


def badge_of(
    title: str, value: float | None, unit: str, state: State, level: str, scale: int
) -> bytes:
    """The newest value of a graph with its unit, and how things are."""
    said = "" if value is None else " ".join(filter(None, reading(value, unit)))
    return badge(title, said, MOODS.get(state) or LEVELS[level], scale)


def refused(title: str, why: str, scale: int) -> bytes:
    """A label that says what is wrong, or the beginning of it."""
    return badge(title, why, "error", scale)


def stripe_of(series: list[Series], view: View, stops: tuple[Stop, ...]) -> bytes:
    """The window of a graph from left to right, each column in the colour of its value.

    The lowest value has the first colour and the highest the last, unless the view has limits.
    What is counted counts together; of several values the first is shown.
    """
    parts = _parts(_values(series), view) if series else np.full(1, np.nan)
    return stripe(parts, Gradient(view.width * view.scale, view.height * view.scale, stops))


def _values(series: list[Series]) -> Floats:
    first = series[0]
    if first.counted:
        like = [one for one in series if one.counted and len(one.values) == len(first.values)]
        return added([one.values for one in like])
    return _bridged(first.values, first.window)


def _bridged(values: Floats, window: Window) -> Floats:
    """Columns between two samples are as the first of them, unless there is silence between."""
    known = np.ones(len(values), bool)
    values, joined = filled(values.copy(), window, counted=False, known=known)
    for before, after in pairwise(np.flatnonzero(~np.isnan(values)).tolist()):
        if joined[after]:
            values[before:after] = values[before]
    return values


def _parts(values: Floats, view: View) -> Floats:
    """Values from 0 to 1; in the middle where they are all the same."""
    there = values[np.isfinite(values)]
    if not len(there):
        return np.full(1, np.nan)
    low = float(there.min()) if view.ymin is None else view.ymin
    high = float(there.max()) if view.ymax is None else view.ymax
    if not 0 < high - low < np.inf:
        return np.where(np.isfinite(values), 0.5, np.nan)
    with np.errstate(over="ignore"):  # what lies so far out has the colour of an end
        parts: Floats = np.where(np.isfinite(values), (values - low) / (high - low), np.nan)
    return parts
