"""All styles, themes and sizes on one sheet, to be looked at: python -m benchmarks sheet [-o FILE]

The data are made up and the same each time. Speed is measured elsewhere; this is for the eye.
"""

from __future__ import annotations

import argparse
import io
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from PIL import Image

from watcher.draw.graph import Heat, Layer, Panel, columns, draw, draw_message
from watcher.draw.view import Style, Theme, View
from watcher.history.pulse import State
from watcher.history.window import Window

START = 1_763_766_000.0  # Unix seconds: Friday, 22 November 2025, midnight in Berlin
BERLIN = ZoneInfo("Europe/Berlin")
DAY = 86400.0
STYLES: tuple[Style, ...] = ("bars", "line", "area", "stack", "heat", "spark")
THEMES: tuple[Theme, ...] = ("light", "dark", "contrast", "eink")
SIZES = ((16, 16), (120, 20), (120, 60), (250, 140), (500, 275))
ROLES = ("debug", "info", "warn", "error", "fatal")
GAP = 8  # pixels between pictures
SHEET = 2100  # pixels across
FEW_ACROSS = 2 * 500 + 3 * GAP  # pixels, of the sheet with a few
WHITE = (255, 255, 255)
PAPER = (128, 128, 128)  # neither light nor dark, so that edges of pictures are seen


def main(argv: list[str]) -> int:
    """Draw the sheet."""
    parser = argparse.ArgumentParser(prog="benchmarks sheet")
    parser.add_argument("-o", dest="output", default="sheet.png", metavar="FILE")
    parser.add_argument("--few", action="store_true", help="those of the README")
    asked = parser.parse_args(argv)
    if asked.few:
        sheet = _stacked([_shelf(_few(), FEW_ACROSS)], WHITE)
    else:
        sheet = _stacked([_shelf(pictures, SHEET) for pictures in _shelves()], PAPER)
    sheet.save(asked.output, optimize=True)
    print(f"{asked.output}: {sheet.width}x{sheet.height}")
    return 0


def _stacked(rows: list[Image.Image], paper: tuple[int, int, int]) -> Image.Image:
    """Rows one below the other."""
    size = rows[0].width + 2 * GAP, sum(row.height + GAP for row in rows) + GAP
    sheet, y = Image.new("RGB", size, paper), GAP
    for row in rows:
        sheet.paste(row, (GAP, y))
        y += row.height + GAP
    return sheet


def _shelf(pictures: list[bytes], across: int) -> Image.Image:
    """Pictures side by side, on as many lines as they need."""
    images = [Image.open(io.BytesIO(picture)).convert("RGBA") for picture in pictures]
    places, x, y, tall = [], 0, 0, 0
    for image in images:
        if x and x + image.width > across - 2 * GAP:
            x, y, tall = 0, y + tall + GAP, 0
        places.append((x, y))
        x, tall = x + image.width + GAP, max(tall, image.height)
    shelf = Image.new("RGB", (across - 2 * GAP, y + tall), PAPER if across == SHEET else WHITE)
    for image, place in zip(images, places, strict=True):
        shelf.paste(image, place, image)
    return shelf


def _shelves() -> Iterator[list[bytes]]:
    for theme in THEMES:
        for style in STYLES:
            views = [View(*size, style=style, theme=theme) for size in SIZES]
            views.append(View(250, 140, 2, style=style, theme=theme))
            yield [draw(panel_for(view), view) for view in views]
    yield [draw(panel, view) for panel, view in _cases()]
    for style in STYLES[:5]:
        wide = View(960, 540, style=style)
        yield [draw(panel_for(view), view) for view in (wide, replace(wide, theme="dark"))]
    full = View(1920, 1080, style="line", theme="dark")
    yield [draw(panel_for(full), full)]


def _few() -> list[bytes]:
    """One picture of each kind, as the README shows them."""
    line, heat = (View(style=style, theme="dark") for style in ("line", "heat"))
    bars, area, stack = (View(style=style) for style in ("bars", "area", "stack"))
    late: dict[str, Any] = {"warn": 80.0, "crit": 100.0, "last": 104.0}
    told: list[tuple[Panel, View]] = [
        (replace(panel_for(bars), title="values.txt"), bars),
        (panel_for(line, title="cpu temperature", unit="°C"), line),
        (replace(panel_for(stack), title="syslog by level"), stack),
        (panel_for(heat, title="time of requests", unit="ms"), heat),
        (panel_for(area, title="disk", **late), area),
        (replace(several(line, 3), title="requests/s"), line),
    ]
    return [draw(panel, view) for panel, view in told]


def _cases() -> Iterator[tuple[Panel, View]]:
    """What is not everyday."""
    line, bars, area = (View(style=style) for style in ("line", "bars", "area"))
    late: dict[str, Any] = {"warn": 80.0, "crit": 100.0}
    for last in (70.0, 85.0, 104.0):
        yield panel_for(line, last=last, **late), line
    yield panel_for(bars, last=104.0, **late), replace(bars, theme="dark")
    stale: dict[str, Any] = {"state": State.STALE, "notice": "no data since 14:02 (3 h)"}
    yield panel_for(line, **stale), line
    yield panel_for(bars, **stale), replace(bars, theme="dark")
    yield panel_for(line, state=State.WAITING, last=None), line
    yield panel_for(line, began=START + DAY / 2), line
    yield panel_for(bars, began=START + DAY / 2), bars
    for number in (2, 4, 8):
        for view in (line, area, bars):
            yield several(view, number), view
    yield several(line, 3), replace(line, theme="dark")
    yield behind(line), line
    yield behind(area), replace(area, theme="dark")
    for log in (line, bars, area):
        yield panel_for(log), replace(log, yscale="log")
    yield panel_for(line, unit="B/s", factor=1e6), line
    yield panel_for(line, unit="iB", factor=1e7), line
    yield panel_for(line, unit="s", factor=1e-4, zone_shown=True), line
    yield panel_for(line, unit="%"), replace(line, ymin=0.0, ymax=100.0)
    yield panel_for(line), replace(line, bg="transparent")
    yield panel_for(area), replace(area, bg=(0, 43, 54), color=((181, 137, 0),))
    yield panel_for(line), replace(line, axes=False)
    yield panel_for(line, title="Größe µ × Ελλάδα Привет"), replace(line, depth=1, theme="eink")
    yield panel_for(line), replace(line, rotate=90)


def panel_for(view: View, factor: float = 1.0, **more: Any) -> Panel:
    """A day of a busy server, as `view` wants it."""
    number = columns(view)
    t = np.linspace(0, 1, number)
    random = np.random.default_rng(7)
    mean = 60 + 30 * np.sin(t * 19) * np.cos(t * 4) + random.normal(0, 2, number)
    spread = np.abs(random.normal(6, 4, number)) + 1
    mean, spread = mean * factor, spread * factor
    began = more.get("began")
    if began is not None:
        mean[t * DAY < began - START] = np.nan
    count = np.where(np.isnan(mean), 0, 20)
    arrays = (count, mean * 20, mean - spread, mean + spread, mean)
    window = Window("time", START, DAY / number, *arrays)
    said: dict[str, Any] = {"title": "web-1 req/s", "last": float(mean[-1])} | more
    panel = Panel(window=window, zone=BERLIN, **said)
    if view.style == "stack":
        return replace(panel, layers=_levels(min(number, 96)), last=341.0, unit="lines/min")
    return replace(panel, heat=_heat(min(number, 96))) if view.style == "heat" else panel


def several(view: View, number: int) -> Panel:
    """So many servers."""
    panel = panel_for(view)
    mean, low, high = panel.window.mean, panel.window.low, panel.window.high
    layers = tuple(
        Layer(
            f"web-{n + 1}",
            str(n + 1),
            np.roll(mean, 40 * n) * (1 - n / 10),
            float(n * 7.3 + 12),
            np.roll(low, 40 * n) * (1 - n / 10),
            np.roll(high, 40 * n) * (1 - n / 10),
        )
        for n in range(number)
    )
    return replace(panel, layers=layers)


def behind(view: View) -> Panel:
    """Today, and the week before."""
    panel = panel_for(view)
    return replace(panel, behind=(Layer("-7 d", "", np.roll(panel.window.mean, 70) * 0.9),))


def _levels(number: int) -> tuple[Layer, ...]:
    random = np.random.default_rng(3)
    means = (100.0, 300.0, 9.0, 0.4, 0.02)
    return tuple(
        Layer(role, role, random.poisson(mean, number).astype(float), mean)
        for role, mean in zip(ROLES, means, strict=True)
    )


def _heat(number: int) -> Heat:
    random = np.random.default_rng(5)
    edges = np.linspace(0, 400, 41)
    counts = [
        np.histogram(random.gamma(4 + 2 * math.sin(n / 9), 22, 800), edges)[0]
        for n in range(number)
    ]
    return Heat(np.array(counts, float).T, edges)


def message() -> bytes:
    """An error."""
    return draw_message("from: 'yesterday' is not a time: write -6h", View())
