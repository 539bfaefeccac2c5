"""Colours: the themes, the series, and what happened; how one is seen through another.

Nothing here knows where a colour goes: that is the palette's.
"""

from __future__ import annotations

from typing import NamedTuple

from watcher.draw.values import Colour as Colour
from watcher.draw.view import Theme

STRONG, PLAIN, DIM = 1.0, 0.86, 0.7  # how much of the text colour: the value, the title, labels


class Colours(NamedTuple):
    """One theme, before blending."""

    background: Colour
    text: Colour
    grid: Colour
    bar: Colour
    bar_band: Colour
    line: Colour
    line_band: Colour
    warn: Colour
    crit: Colour


THEMES: dict[Theme, Colours] = {
    # contrast with the background: text 15.8, labels 6.0, line 5.2, bar 5.4, crit 5.1
    "light": Colours(
        background=(255, 255, 255),
        text=(31, 35, 40),
        grid=(225, 228, 232),
        bar=(0x55, 0x55, 0xDD),  # the tutorial's
        bar_band=(184, 184, 242),
        line=(9, 105, 218),
        line_band=(178, 219, 255),
        warn=(191, 118, 0),
        crit=(207, 34, 46),
    ),
    # text 16, labels 8.3, line 9.7, bar 6.2, crit 6.7
    "dark": Colours(
        background=(13, 17, 23),
        text=(230, 237, 243),
        grid=(38, 45, 56),
        bar=(134, 134, 245),
        bar_band=(58, 60, 122),
        line=(121, 192, 255),
        line_band=(32, 72, 126),
        warn=(242, 178, 52),
        crit=(255, 106, 98),
    ),
    # for eyes that need it: text 21, labels 10, line 14.6
    "contrast": Colours(
        background=(0, 0, 0),
        text=(255, 255, 255),
        grid=(82, 82, 82),
        bar=(255, 214, 0),
        bar_band=(140, 117, 0),
        line=(255, 214, 0),
        line_band=(112, 94, 0),
        warn=(255, 150, 60),
        crit=(255, 120, 120),
    ),
    # electronic paper: its four greys, and no word paler than black on white
    "eink": Colours(
        background=(255, 255, 255),
        text=(0, 0, 0),
        grid=(170, 170, 170),
        bar=(0, 0, 0),
        bar_band=(170, 170, 170),
        line=(0, 0, 0),
        line_band=(170, 170, 170),
        warn=(85, 85, 85),
        crit=(0, 0, 0),
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
# Black is the worst, and beside a series or a class its neighbours are of another grey.
_EINK: dict[str, Colour] = {
    name: (grey, grey, grey)
    for name, grey in (
        *(("fatal", 0), ("error", 40), ("warn", 130), ("info", 190), ("debug", 225)),
        *(("other", 160), ("2xx", 200), ("3xx", 95)),
        *(("1", 0), ("2", 150), ("3", 85), ("4", 190), ("5", 45), ("6", 170), ("7", 110)),
        ("8", 210),
    )
}
_SAME = {"1xx": "debug", "4xx": "warn", "5xx": "error"}


def _roles(own: dict[str, Colour]) -> dict[str, Colour]:
    roles = SERIES | own
    return roles | {name: roles[like] for name, like in _SAME.items()}


ROLES: dict[Theme, dict[str, Colour]] = {
    "light": _roles(_LIGHT),
    "dark": _roles(_DARK),
    "contrast": _roles(_DARK),
    "eink": _roles(_EINK),
}


def blend(under: Colour, over: Colour, part: float) -> Colour:
    """`over` covering `part` of `under`."""
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(under, over, strict=True))
    return red, green, blue


def grey(colour: Colour) -> Colour:
    """As bright, without colour (the luma of Rec. 601, as Pillow's "L")."""
    red, green, blue = colour
    level = round(0.299 * red + 0.587 * green + 0.114 * blue)
    return level, level, level


DARK_BELOW = 128  # luma of a background; below it, letters have to be light
GRID_PART = 0.14  # of the text colour in a grid on a background that was asked for


def colours(theme: Theme, bg: Colour | None, fg: Colour | None) -> Colours:
    """The colours of `theme`, on another background or with other letters.

    A background that asks for light letters gets the marks that were made for one.
    """
    found = THEMES[theme]
    if bg is None and fg is None:
        return found
    if bg is not None:
        dark = grey(bg)[0] < DARK_BELOW
        if dark != (grey(found.background)[0] < DARK_BELOW):
            found = THEMES["dark" if dark else "light"]
        found = found._replace(background=bg)
    text = fg or found.text
    return found._replace(text=text, grid=blend(found.background, text, GRID_PART))
