"""What may lie on a pixel, as numbers that add up without ambiguity.

A pixel is a palette index, and an index is a sum of planes. With 8 bits it is: what lies on the
ground (nothing, the grid or a limit), 4 where a band does, and 8 times a shade: each series owns
some shades, one for each step of coverage at the rim of its stroke. Letters have the rest.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple

STEPS = 5  # levels of coverage at the rim of a stroke: more cannot be told apart


class Planes(NamedTuple):
    """The numbers of one depth."""

    bits: int
    grid: int
    band: int
    mark: int  # a bar, or one step of a stroke's coverage
    text: int  # a letter is text + 1 .. text + levels; only the grid may lie below a pale one
    value: int  # likewise for the newest value, which has a colour of its own
    levels: int


BARS = Planes(bits=4, grid=1, band=4, mark=2, text=5, value=5, levels=10)  # of one series
FULL = Planes(bits=8, grid=1, band=4, mark=8, text=223, value=239, levels=16)
LABEL = FULL._replace(text=63, value=63)  # letters alone, on two grounds: one 128 above the other

WARN, CRIT = 2, 3  # on the ground, where the grid is 1
SHADES = 27  # that series share, from 0: what is not there; of 28
FOOT = FULL.mark * SHADES  # the baseline under what is known, the mark where history starts

Kind = Literal["stroke", "area", "bars", "fill"]


class Slot(NamedTuple):
    """The shades of one series.

    A stroke's are first + 1 .. first + steps; after them an area has one for what it fills. Bars
    have `first`, and the next for their band.
    """

    kind: Kind
    first: int
    steps: int = 0

    @property
    def plane(self) -> int:
        """What all its pixels have."""
        return FULL.mark * self.first

    @property
    def filling(self) -> int:
        """The plane of what an area fills."""
        return FULL.mark * (self.first + self.steps + 1)


@lru_cache(maxsize=256)
def share(kinds: tuple[Kind, ...]) -> tuple[Slot, ...]:
    """A slot for each series; the more there are, the fewer steps a rim has."""
    lines = sum(kind in ("stroke", "area") for kind in kinds)
    fixed = sum({"stroke": 0, "area": 1, "bars": 2, "fill": 1}[kind] for kind in kinds)
    steps = min(STEPS, (SHADES - 1 - fixed) // lines - 1) if lines else 0
    free, slots = 0 if kinds and kinds[0] in ("stroke", "area") else 1, []
    for kind in kinds:
        lined = kind in ("stroke", "area")
        slots.append(Slot(kind, free, steps if lined else 0))
        free += (steps + 1 if lined else 0) + {"stroke": 0, "area": 1, "bars": 2, "fill": 1}[kind]
    return tuple(slots)
