"""The colours of a gradient: stops, and what lies between them.

Between two stops each channel runs straight in sRGB, as the tutorial's does. Two stops at one
place are a hard edge.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from watcher.draw.canvas import Floats


class Stop(NamedTuple):
    """A colour at a place from 0 to 1."""

    place: float
    colour: bytes  # red, green, blue


def spread(given: Sequence[tuple[float | None, bytes]]) -> tuple[Stop, ...]:
    """Stops; those without a place lie at even distances between their neighbours.

    Raises ValueError where a place is below that of the stop before.
    """
    places: list[float | None] = [place for place, _ in given]
    places[0] = 0.0 if places[0] is None else places[0]
    places[-1] = 1.0 if places[-1] is None else places[-1]
    known = [at for at, place in enumerate(places) if place is not None]
    firm = [place for place in places if place is not None]
    if firm != sorted(firm):
        raise ValueError("places of stops may not fall")
    filled = np.interp(np.arange(len(places)), known, firm).tolist()
    return tuple(Stop(place, colour) for place, (_, colour) in zip(filled, given, strict=True))


def colours(stops: Sequence[Stop], places: Floats) -> Floats:
    """The colour at each of `places`, which lie from 0 to 1: one row of three for each."""
    at = [stop.place for stop in stops]
    table = np.frombuffer(b"".join([stop.colour for stop in stops]), np.uint8).reshape(-1, 3)
    if at == [0.0, 1.0]:  # the usual, in a third of the time
        straight: Floats = np.multiply.outer(places, table[1].astype(float) - table[0]) + table[0]
        return straight
    return np.stack([np.interp(places, at, table[:, part]) for part in range(3)], axis=-1)


def steepest(stops: Sequence[Stop]) -> float:
    """The most levels that a channel would pass from 0 to 1 at its fastest; infinite at an edge."""
    return max(_steepness(before, after) for before, after in pairwise(stops))


def _steepness(before: Stop, after: Stop) -> float:
    levels = max(abs(a - b) for a, b in zip(before.colour, after.colour, strict=True))
    room = after.place - before.place
    return levels / room if room else levels and math.inf
