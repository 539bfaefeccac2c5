"""What one picture says, beside how it looks: its series, their window, and the words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from watcher.draw.theme import Colour
from watcher.draw.view import Level, Style, level_of
from watcher.history.pulse import State
from watcher.history.window import Window

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Layer:
    """One of several series in one graph; all arrays have one entry per column of the window.

    Where there is no knowledge they are NaN; in a stack 0 says that nothing happened.
    """

    label: str
    role: str  # a key of theme.ROLES: what its colour stands for
    values: Floats  # means; in a stack, heights >= 0
    last: float | None = None
    low: Floats | None = None  # the extremes of each column, where they are known
    high: Floats | None = None
    style: Style | None = None  # None = that of the view; "stack": one of those on each other
    color: Colour | None = None  # instead of that of its role
    unit: str = ""  # of its last value


@dataclass(frozen=True, slots=True)
class Heat:
    """How often values came, by column and by value."""

    counts: NDArray[np.float64]  # bins x columns, lowest values first
    edges: Floats  # of the bins, rising; one more than there are bins


class Panel(NamedTuple):
    """What one picture says; its series are `layers`, or without any the one of `window`."""

    title: str
    window: Window  # the x axis is always its
    zone: tzinfo  # of the labels on a time axis
    state: State = State.FRESH
    last: float | None = None  # the newest value, shown large
    layers: tuple[Layer, ...] = ()  # at most MAX_SERIES; larger ones lie behind smaller ones
    behind: tuple[Layer, ...] = ()  # the same an earlier time, shown faint
    heat: Heat | None = None
    began: float | None = None  # where on the x axis history starts
    asked: float = 0.0  # seconds of a window, where whole columns may take more; 0: as it is
    # From here on it is the same in picture after picture.
    unit: str = ""  # of the y axis: "s", "B/s", "%", "lines/min"
    last_unit: str | None = None  # of the newest value, where it is not that of the axis
    notice: str = ""  # a state in words: "no data since 14:02 (3 h)", "last line 3 d ago"
    in_short: str = ""  # the notice where it has little room: "silent 3 h"
    warn: float | None = None
    crit: float | None = None
    zone_shown: bool = False  # the zone is not the viewer's: it is said

    @property
    def unit_of_last(self) -> str:
        """That of the newest value."""
        return self.unit if self.last_unit is None else self.last_unit

    @property
    def level(self) -> Level:
        """How bad the newest value is."""
        return level_of(self.last, self.warn, self.crit)
