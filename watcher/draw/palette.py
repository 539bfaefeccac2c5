"""The colour of every sum of planes: translucency and antialiasing, before anything is drawn.

Another theme, an alarm, or the grey of what is stale is another palette of the same picture.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple

from watcher.draw import theme
from watcher.draw.planes import BARS, CRIT, FOOT, FULL, SHADES, WARN, Planes, Slot
from watcher.draw.theme import ROLES, Colour, Colours, blend, grey
from watcher.draw.view import Level, Theme

BLACK, WHITE = (0, 0, 0), (255, 255, 255)
FOOT_PART = 0.4  # of the text colour in the baseline of a stack
GREYS = (0.25, 0.85)  # of the text colour in stale series: from the palest to the strongest
GRID_UNDER_BAND = 0.5  # of the grid's contrast is seen through a band
BAND_PART = 0.32  # of a line's colour in its band, where the theme has none for it
FILL_PART = 0.55  # of a colour in the band of bars and in what an area of several fills
FAINT_PART = 0.45  # of its colour in what is shown behind
DEEP_PART = 0.75  # of the text colour in the strongest shade of a heat map


class Ink(NamedTuple):
    """What the shades of a slot are coloured with."""

    slot: Slot
    role: str = ""  # a key of ROLES; empty: the theme's own for one series
    colour: Colour | None = None  # instead
    faint: bool = False


class Look(NamedTuple):
    """All that decides on a palette."""

    theme: Theme
    planes: Planes = FULL
    inks: tuple[Ink, ...] = ()
    stale: bool = False
    level: Level = "ok"
    bg: Colour | Literal["transparent"] | None = None
    fg: Colour | None = None
    heat: bool = False


class Palette(NamedTuple):
    """What the chunks PLTE and tRNS hold; `alpha` is empty where nothing is transparent."""

    rgb: bytes
    alpha: bytes


@lru_cache(maxsize=256)
def palette(look: Look) -> Palette:
    """The colours of `look`."""
    if look.bg != "transparent":
        found = _table(look, theme.colours(look.theme, look.bg, look.fg))
        return Palette(bytes(part for colour in found for part in colour), b"")
    colours = theme.colours(look.theme, None, look.fg)
    on_black, on_white = (
        _table(look, colours._replace(background=ground)) for ground in (BLACK, WHITE)
    )
    pairs = [_seen_through(*pair) for pair in zip(on_black, on_white, strict=True)]
    rgb = bytes(part for colour, _ in pairs for part in colour)
    return Palette(rgb, bytes(alpha for _, alpha in pairs))


def _seen_through(black: Colour, white: Colour) -> tuple[Colour, int]:
    """The colour and opacity of what looks so on black and so on white."""
    alpha = 255 - max(0, *(w - b for b, w in zip(black, white, strict=True)))
    if not alpha:
        return BLACK, 0
    red, green, blue = (min(255, round(part * 255 / alpha)) for part in black)
    return (red, green, blue), alpha


def _table(look: Look, colours: Colours) -> list[Colour]:
    table = _bars(look, colours) if look.planes is BARS else _full(look, colours)
    boost = 1 / theme.DIM if look.theme == "eink" else 1.0
    planes, value = look.planes, {"ok": colours.text, "warn": colours.warn, "crit": colours.crit}
    table += [colours.background] * (planes.text + 1 - len(table))
    table += _letters(colours.background, colours.text, planes, boost)
    if planes.value != planes.text:
        table += _letters(colours.background, value[look.level], planes, boost)
    return [grey(colour) for colour in table] if look.stale else table


def _letters(background: Colour, text: Colour, planes: Planes, boost: float) -> list[Colour]:
    """`boost`: by how much even pale words are stronger, as on paper of few greys."""
    parts = [min(1.0, boost * n / planes.levels) for n in range(1, planes.levels + 1)]
    return [blend(background, text, part) for part in parts]


def _bars(look: Look, colours: Colours) -> list[Colour]:
    """Bars hide the grid."""
    (ink,) = look.inks or (Ink(Slot("bars", 1)),)
    bar, band = _main(ink, look, colours)
    return [colours.background, colours.grid, bar, bar, band, band]


def _main(ink: Ink, look: Look, colours: Colours) -> tuple[Colour, Colour]:
    """The colour of a series, and of its band."""
    lined = ink.slot.kind in ("stroke", "area")
    own = (colours.line, colours.line_band) if lined else (colours.bar, colours.bar_band)
    if ink.colour:
        colour = ink.colour
    elif ink.role:
        colour = ROLES[look.theme].get(ink.role, ROLES[look.theme]["other"])
    elif look.level == "crit" or ink.faint:
        colour = colours.text if ink.faint else colours.crit
    else:
        return own
    if ink.faint:
        colour = blend(colours.background, colour, FAINT_PART)
    return colour, blend(colours.background, colour, BAND_PART if lined else FILL_PART)


class Shade(NamedTuple):
    """A colour over a part of what is below."""

    colour: Colour
    part: float = 1.0
    solid: bool = True  # hides the grid, but no limit
    under: Colour | None = None  # lies below instead of the ground


def _full(look: Look, colours: Colours) -> list[Colour]:
    """Every shade over every ground, banded or not."""
    shades = _heat(colours) if look.heat else _shades(look, colours)
    shades[SHADES] = Shade(blend(colours.background, colours.text, FOOT_PART))
    band = _band(look, colours)
    limits = {WARN: colours.warn, CRIT: colours.crit}
    table = []
    for number in range(FOOT // FULL.mark + 1):
        shade = shades.get(number, Shade(colours.background, 0.0, solid=False))
        for banded in (False, True):
            plain = band if banded else colours.background
            for place in range(FULL.band):
                if place in limits:
                    under = limits[place]
                else:
                    under = _grid(plain, colours, banded=banded) if place else plain
                table.append(_over(under, shade, limited=place in limits))
    return table


def _over(under: Colour, shade: Shade, *, limited: bool) -> Colour:
    if shade.solid:
        return under if limited else shade.colour
    if shade.under is not None and not limited:
        under = shade.under
    return blend(under, shade.colour, shade.part)


def _band(look: Look, colours: Colours) -> Colour:
    return _main(look.inks[0], look, colours)[1] if look.inks else colours.line_band


def _shades(look: Look, colours: Colours) -> dict[int, Shade]:
    found: dict[int, Shade] = {}
    pairs = [_main(ink, look, colours) for ink in look.inks]
    if look.stale and len(pairs) > 1:
        greys = _greys([colour for colour, _ in pairs], colours)
        pairs = [(one, blend(colours.background, one, FILL_PART)) for one in greys]
    for ink, (colour, band) in zip(look.inks, pairs, strict=True):
        slot = ink.slot
        if slot.kind in ("bars", "fill"):
            found[slot.first] = Shade(colour)
            if slot.kind == "bars":
                found[slot.first + 1] = Shade(band)
            continue
        filled = band if slot.kind == "area" else None
        for step in range(1, slot.steps + 1):
            part = step / slot.steps
            found[slot.first + step] = Shade(colour, part, solid=False, under=filled)
        if filled:
            found[slot.first + slot.steps + 1] = Shade(filled)
    return found


def _greys(found: list[Colour], colours: Colours) -> list[Colour]:
    """Greys that keep the order of contrast, in even steps."""
    ground = grey(colours.background)[0]
    order = sorted(set(found), key=lambda colour: abs(grey(colour)[0] - ground))
    faint, strong = GREYS
    step = (strong - faint) / max(1, len(order) - 1)
    return [
        grey(blend(colours.background, colours.text, strong - step * (len(order) - 1 - at)))
        for at in map(order.index, found)
    ]


def _heat(colours: Colours) -> dict[int, Shade]:
    """From the colour of a band by that of a line nearly to that of letters."""
    deep = blend(colours.line, colours.text, DEEP_PART)
    half = SHADES - 1 if colours.line == colours.text else SHADES // 2
    found = {}
    for number in range(1, SHADES):
        if number <= half:
            colour = blend(colours.line_band, colours.line, (number - 1) / (half - 1))
        else:
            colour = blend(colours.line, deep, (number - half) / (SHADES - 1 - half))
        found[number] = Shade(colour)
    return found


def _grid(plain: Colour, colours: Colours, *, banded: bool) -> Colour:
    if not banded:
        return colours.grid
    red, green, blue = (
        max(0, min(255, round(c + (g - b) * GRID_UNDER_BAND)))
        for c, g, b in zip(plain, colours.grid, colours.background, strict=True)
    )
    return red, green, blue
