"""Palettes: the colours of sums, their contrast, and the grey of what is stale."""

from __future__ import annotations

import pytest

from watcher.draw.theme import BARS, LINE, STEPS, THEMES, Colour, Planes, palette
from watcher.draw.view import Theme

LIGHT_AND_DARK: list[Theme] = ["light", "dark"]


def colours(
    theme: Theme, planes: Planes, *, stale: bool = False, alert: bool = False
) -> list[Colour]:
    table = palette(theme, planes, stale=stale, alert=alert)
    return [(r, g, b) for r, g, b in zip(table[0::3], table[1::3], table[2::3], strict=True)]


def luminance(colour: Colour) -> float:
    parts = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(a: Colour, b: Colour) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", LIGHT_AND_DARK)
def test_a_palette_has_a_colour_for_every_sum(theme: Theme) -> None:
    assert len(colours(theme, BARS)) == 16
    assert len(colours(theme, LINE)) == LINE.text + LINE.levels + 1
    assert LINE.grid + LINE.band + LINE.mark * STEPS <= LINE.text


def test_bars_are_the_tutorials() -> None:
    table = colours("light", BARS)
    assert table[0] == (255, 255, 255)
    assert table[BARS.mark] == table[BARS.mark + BARS.grid] == (0x55, 0x55, 0xDD)
    assert colours("dark", BARS)[0] == (13, 17, 23)


@pytest.mark.parametrize("theme", LIGHT_AND_DARK)
def test_full_coverage_hides_what_is_below(theme: Theme) -> None:
    table = colours(theme, LINE)
    full = LINE.mark * STEPS
    assert {table[full + under] for under in range(4)} == {THEMES[theme].line}


@pytest.mark.parametrize("theme", LIGHT_AND_DARK)
def test_everything_can_be_told_from_the_background(theme: Theme) -> None:
    bars, line = colours(theme, BARS), colours(theme, LINE)
    assert contrast(bars[0], bars[-1]) >= 15
    assert contrast(bars[0], bars[BARS.text + 7]) >= 5.5  # labels
    assert contrast(bars[0], bars[BARS.mark]) >= 4.5
    assert contrast(bars[BARS.band], bars[BARS.mark]) >= 2.2
    assert contrast(bars[BARS.band], bars[0]) >= 1.5
    assert contrast(line[0], line[20]) >= 5
    assert contrast(line[LINE.band], line[20]) >= 3.4
    assert 1.2 <= contrast(line[0], line[LINE.grid]) <= 1.5


@pytest.mark.parametrize("theme", LIGHT_AND_DARK)
@pytest.mark.parametrize("planes", [BARS, LINE])
def test_stale_is_grey_and_still_tells_things_apart(theme: Theme, planes: Planes) -> None:
    table = colours(theme, planes, stale=True)
    assert all(red == green == blue for red, green, blue in table)
    assert contrast(table[0], table[planes.mark * (1 if planes is BARS else STEPS)]) >= 4.5


def test_an_alert_is_amber() -> None:
    red, green, blue = colours("light", BARS, alert=True)[BARS.mark]
    assert red > green > blue
