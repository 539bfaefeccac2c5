"""Everything colour: the planes of a picture and what each sum of them looks like.

A pixel is a sum of planes. A palette holds the blended colour of every sum, so translucency
and antialiasing cost nothing while drawing, and another theme is another palette.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from watcher.draw.view import Theme

Colour = tuple[int, int, int]

STEPS = 5  # levels of coverage at the rim of a stroke: more cannot be told apart
STRONG, PLAIN, DIM = 1.0, 0.86, 0.7  # how much of the text colour: the value, the title, labels


class Planes(NamedTuple):
    """What may lie on a pixel, as numbers that add up without ambiguity."""

    bits: int
    grid: int
    band: int
    mark: int  # a bar, or one step of a stroke's coverage
    text: int  # a letter is text + 1 .. text + levels; nothing else lies below one
    levels: int


BARS = Planes(bits=4, grid=1, band=4, mark=2, text=5, levels=10)
LINE = Planes(bits=8, grid=1, band=2, mark=4, text=63, levels=16)
STACK = Planes(bits=8, grid=1, band=0, mark=2, text=63, levels=16)  # letters as those of LINE

LAYERS = 8  # of a stack, at most; more colours cannot be told apart
FOOT = STACK.mark * (LAYERS + 1)  # the baseline under what is known


def layer_plane(place: int) -> int:
    """The plane of a stack's layer, counted from the bottom."""
    return STACK.mark * (place + 1)


class Colours(NamedTuple):
    """One theme, before blending."""

    background: Colour
    text: Colour
    grid: Colour
    bar: Colour
    bar_band: Colour
    line: Colour
    line_band: Colour
    alert: Colour


THEMES: dict[Theme, Colours] = {
    # contrast with the background: text 15.8, labels 6.0, line 5.2, bar 5.4
    "light": Colours(
        background=(255, 255, 255),
        text=(31, 35, 40),
        grid=(225, 228, 232),
        bar=(0x55, 0x55, 0xDD),  # the tutorial's
        bar_band=(184, 184, 242),
        line=(9, 105, 218),
        line_band=(178, 219, 255),
        alert=(212, 145, 0),
    ),
    # text 16, labels 8.3, line 9.7, bar 6.2
    "dark": Colours(
        background=(13, 17, 23),
        text=(230, 237, 243),
        grid=(38, 45, 56),
        bar=(134, 134, 245),
        bar_band=(58, 60, 122),
        line=(121, 192, 255),
        line_band=(32, 72, 126),
        alert=(242, 178, 52),
    ),
}

# The colours of Okabe and Ito for series that mean nothing by themselves (Color Universal Design,
# jfly.uni-koeln.de/color, 2008); yellow is darker, and blue and black lighter in the dark.
SERIES: dict[str, Colour] = {
    "1": (0, 114, 178),
    "2": (230, 159, 0),
    "3": (0, 158, 115),
    "4": (86, 180, 233),
    "5": (213, 94, 0),
    "6": (204, 121, 167),
    "7": (232, 218, 54),
    "8": (0, 0, 0),
}

# What happened: calm where all is well, and an error is the same red wherever it is shown. Within
# levels and within statuses any two differ by a distance (CIE76) of 11 or more to eyes without
# red, green or blue (Machado 2009).
_LIGHT: dict[str, Colour] = {
    "fatal": (124, 0, 90),
    "error": (214, 39, 40),
    "warn": (236, 164, 24),
    "info": (96, 138, 186),
    "debug": (186, 170, 218),
    "other": (198, 204, 212),
    "2xx": (78, 168, 178),
    "3xx": (122, 130, 142),
}
_DARK: dict[str, Colour] = {
    "fatal": (250, 82, 214),
    "error": (230, 60, 55),
    "warn": (244, 176, 50),
    "info": (66, 110, 170),
    "debug": (82, 62, 128),
    "other": (178, 184, 194),
    "2xx": (44, 142, 152),
    "3xx": (96, 104, 116),
    "1": (30, 130, 200),
    "8": (225, 228, 232),
}
_SAME = {"1xx": "debug", "4xx": "warn", "5xx": "error"}
ROLES: dict[Theme, dict[str, Colour]] = {
    "light": SERIES | _LIGHT | {name: _LIGHT[like] for name, like in _SAME.items()},
    "dark": SERIES | _DARK | {name: _DARK[like] for name, like in _SAME.items()},
}

FOOT_PART = 0.4  # of the text colour in the baseline of a stack
GREYS = (0.25, 0.85)  # of the text colour in a stale stack: from the palest layer to the strongest
GRID_UNDER_BAND = 0.5  # of the grid's contrast is seen through a band


def blend(under: Colour, over: Colour, part: float) -> Colour:
    """`over` covering `part` of `under`."""
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(under, over, strict=True))
    return red, green, blue


def grey(colour: Colour) -> Colour:
    """As bright, without colour (the luma of Rec. 601, as Pillow's "L")."""
    red, green, blue = colour
    level = round(0.299 * red + 0.587 * green + 0.114 * blue)
    return level, level, level


@lru_cache(maxsize=64)
def palette(
    theme: Theme,
    planes: Planes,
    *,
    stale: bool = False,
    alert: bool = False,
    roles: tuple[str, ...] = (),
) -> bytes:
    """The colour of every sum of `planes`, as PLTE wants it; `roles`: of a stack, bottom first."""
    colours = THEMES[theme]
    if alert:
        colours = colours._replace(bar=colours.alert)
    if planes is STACK:
        table = _stack(colours, _layers(theme, roles, stale=stale))
    else:
        table = _bars(colours) if planes is BARS else _line(colours)
    table += [colours.background] * (planes.text + 1 - len(table))
    table += [
        blend(colours.background, colours.text, level / planes.levels)
        for level in range(1, planes.levels + 1)
    ]
    if stale:
        table = [grey(colour) for colour in table]
    return bytes(part for colour in table for part in colour)


def _bars(colours: Colours) -> list[Colour]:
    """Bars hide the grid."""
    band = colours.bar_band
    return [colours.background, colours.grid, colours.bar, colours.bar, band, band]


def _stack(colours: Colours, layers: list[Colour]) -> list[Colour]:
    """Layers hide the grid, as do gaps in the palette, which nobody sees."""
    ground = [colours.background, colours.grid]
    foot = blend(colours.background, colours.text, FOOT_PART)
    layers = (layers + [colours.background] * LAYERS)[:LAYERS]
    return ground + [colour for layer in [*layers, foot] for colour in (layer, layer)]


def _layers(theme: Theme, roles: tuple[str, ...], *, stale: bool) -> list[Colour]:
    """The colours of `roles`; stale ones keep the order of their contrast, in even steps."""
    found = [ROLES[theme].get(role, ROLES[theme]["other"]) for role in roles[:LAYERS]]
    if not stale:
        return found
    colours = THEMES[theme]
    ground = grey(colours.background)[0]
    order = sorted(set(found), key=lambda colour: abs(grey(colour)[0] - ground))
    faint, strong = GREYS
    step = (strong - faint) / max(1, len(order) - 1)
    return [
        grey(blend(colours.background, colours.text, strong - step * (len(order) - 1 - at)))
        for at in map(order.index, found)
    ]


def _line(colours: Colours) -> list[Colour]:
    """Coverage 0..STEPS of the stroke, over band or none, over grid or none."""
    table = []
    for coverage in range(STEPS + 1):
        for banded in (False, True):
            for gridded in (False, True):
                under = _ground(colours, banded=banded, gridded=gridded)
                table.append(blend(under, colours.line, coverage / STEPS))
    return table


def _ground(colours: Colours, *, banded: bool, gridded: bool) -> Colour:
    plain = colours.line_band if banded else colours.background
    if not gridded:
        return plain
    if not banded:
        return colours.grid
    red, green, blue = (
        max(0, min(255, round(c + (g - b) * GRID_UNDER_BAND)))
        for c, g, b in zip(plain, colours.grid, colours.background, strict=True)
    )
    return red, green, blue
