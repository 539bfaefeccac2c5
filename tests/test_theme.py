"""Palettes: the colours of sums, their contrast, and the grey of what is stale."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from watcher.draw.palette import Ink, Look, palette
from watcher.draw.planes import BARS, FOOT, FULL, STEPS, Planes, share
from watcher.draw.scene import LONE_BARS, LONE_LINE
from watcher.draw.theme import ROLES, THEMES, Colour
from watcher.draw.view import Level, Theme

LIGHT_AND_DARK: list[Theme] = ["light", "dark"]
ALL: list[Theme] = ["light", "dark", "contrast", "eink"]


def colours(
    theme: Theme, planes: Planes, *, stale: bool = False, level: Level = "ok"
) -> list[Colour]:
    ink = Ink(LONE_BARS if planes is BARS else LONE_LINE)
    return triples(palette(Look(theme, planes, (ink,), stale, level)).rgb)


def triples(table: bytes) -> list[Colour]:
    return [(r, g, b) for r, g, b in zip(table[0::3], table[1::3], table[2::3], strict=True)]


def luminance(colour: Colour) -> float:
    parts = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(a: Colour, b: Colour) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ALL)
def test_a_palette_has_a_colour_for_every_sum(theme: Theme) -> None:
    assert len(colours(theme, BARS)) == 16
    assert len(colours(theme, FULL)) == 256
    assert FOOT + FULL.band + 3 <= FULL.text
    assert FULL.text + FULL.levels <= FULL.value
    assert FULL.value + FULL.levels == 255


def test_bars_are_the_tutorials() -> None:
    table = colours("light", BARS)
    assert table[0] == (255, 255, 255)
    assert table[BARS.mark] == table[BARS.mark + BARS.grid] == (0x55, 0x55, 0xDD)
    assert colours("dark", BARS)[0] == (13, 17, 23)


@pytest.mark.parametrize("theme", ALL)
def test_full_coverage_hides_what_is_below(theme: Theme) -> None:
    table = colours(theme, FULL)
    full = FULL.mark * STEPS
    assert {table[full + under] for under in range(8)} == {THEMES[theme].line}


@pytest.mark.parametrize("theme", ALL)
def test_everything_can_be_told_from_the_background(theme: Theme) -> None:
    bars, line = colours(theme, BARS), colours(theme, FULL)
    assert contrast(bars[0], bars[-1]) >= 15
    assert contrast(bars[0], bars[BARS.text + 7]) >= 5.5  # labels
    assert contrast(bars[0], bars[BARS.mark]) >= 4.5
    assert contrast(bars[BARS.band], bars[BARS.mark]) >= 2.2
    assert contrast(bars[BARS.band], bars[0]) >= 1.5
    assert contrast(line[0], line[40]) >= 5
    assert contrast(line[FULL.band], line[40]) >= 3.4
    assert 1.2 <= contrast(line[0], line[FULL.grid]) <= (1.5 if theme in LIGHT_AND_DARK else 3)
    for limit in (THEMES[theme].warn, THEMES[theme].crit):
        assert contrast(limit, line[0]) >= 3


@pytest.mark.parametrize("theme", LIGHT_AND_DARK)
@pytest.mark.parametrize("planes", [BARS, FULL])
def test_stale_is_grey_and_still_tells_things_apart(theme: Theme, planes: Planes) -> None:
    table = colours(theme, planes, stale=True)
    assert all(red == green == blue for red, green, blue in table)
    assert contrast(table[0], table[planes.mark * (1 if planes is BARS else STEPS)]) >= 4.5


@pytest.mark.parametrize("theme", ALL)
@pytest.mark.parametrize("planes", [BARS, FULL])
def test_an_alarm_has_its_colour_everywhere(theme: Theme, planes: Planes) -> None:
    alarm = colours(theme, planes, level="crit")
    assert alarm[planes.mark * (1 if planes is BARS else STEPS)] == THEMES[theme].crit
    if planes is FULL:
        assert alarm[-1] == THEMES[theme].crit
        assert colours(theme, planes, level="warn")[-1] == THEMES[theme].warn
        assert alarm[FULL.text + FULL.levels] == THEMES[theme].text


def test_a_variant_of_a_ready_picture_is_another_palette_of_the_same_length() -> None:
    tables = [colours(theme, FULL, level=level) for theme in ALL for level in ("ok", "crit")]
    assert {len(table) for table in tables} == {256}


FAMILIES = (
    ("fatal", "error", "warn", "info", "debug", "other"),
    ("5xx", "4xx", "3xx", "2xx", "1xx", "other"),
    tuple("12345678"),
)
# Machado, Oliveira, Fernandes 2009, severity 1, on linear RGB
EYES = {
    "all cones": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "no red": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
    "no green": ((0.367, 0.861, -0.228), (0.28, 0.673, 0.047), (-0.012, 0.043, 0.969)),
    "no blue": ((1.256, -0.077, -0.179), (-0.078, 0.931, 0.148), (0.005, 0.691, 0.304)),
}
TO_XYZ = np.array(((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505)))
WHITE = np.array((0.9505, 1.0, 1.089))


def lab(colour: Colour, eye: str) -> NDArray[np.float64]:
    """CIELAB of what an eye sees."""
    plain = np.array(colour) / 255
    linear = np.where(plain <= 0.04045, plain / 12.92, ((plain + 0.055) / 1.055) ** 2.4)
    x = TO_XYZ @ np.clip(np.array(EYES[eye]) @ linear, 0, 1) / WHITE
    f = np.where(x > 0.008856, np.cbrt(x), 7.787 * x + 16 / 116)
    return np.array((116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])))


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("theme", LIGHT_AND_DARK)
@pytest.mark.parametrize("family", FAMILIES)
def test_layers_can_be_told_apart_by_every_eye(
    family: tuple[str, ...], theme: Theme, eye: str
) -> None:
    seen = {role: lab(ROLES[theme][role], eye) for role in family}
    for one, other in itertools.combinations(family, 2):
        assert np.linalg.norm(seen[one] - seen[other]) >= 11, (one, other)


@pytest.mark.parametrize("theme", LIGHT_AND_DARK)
def test_layers_can_be_told_from_the_background(theme: Theme) -> None:
    ground = THEMES[theme].background
    found = {role: contrast(ROLES[theme][role], ground) for role in ROLES[theme]}
    assert min(found.values()) >= 1.4
    assert min(found[role] for role in ("error", "fatal", "5xx")) >= 4.5
    assert min(found[role] for role in ("warn", "info", "2xx", "4xx")) >= 2


def test_an_error_is_the_same_red_everywhere() -> None:
    for theme in LIGHT_AND_DARK:
        assert ROLES[theme]["error"] == ROLES[theme]["5xx"]
        assert ROLES[theme]["warn"] == ROLES[theme]["4xx"]
        assert ROLES[theme].keys() == ROLES["light"].keys()


def test_a_role_that_nobody_knows_is_other() -> None:
    inks = tuple(map(Ink, share(("fill", "fill")), ("nonsense", "error")))
    table = triples(palette(Look("light", FULL, inks)).rgb)
    assert table[FULL.mark] == table[FULL.mark + FULL.grid] == ROLES["light"]["other"]
    assert table[2 * FULL.mark] == ROLES["light"]["error"]


def test_greys_of_electronic_paper_differ_within_levels_and_statuses() -> None:
    for family in FAMILIES[:2]:
        greys = sorted(ROLES["eink"][role][0] for role in family)
        assert min(b - a for a, b in itertools.pairwise(greys)) >= 25


def test_a_stale_graph_of_several_series_keeps_them_apart() -> None:
    inks = tuple(map(Ink, share(("stroke",) * 4), "1234"))
    table = triples(palette(Look("light", FULL, inks, stale=True)).rgb)
    full = {table[ink.slot.plane + FULL.mark * ink.slot.steps] for ink in inks}
    assert len(full) == 4
    assert all(red == green == blue for red, green, blue in full)
