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

from watcher.draw.badge import Mood, badge
from watcher.draw.graph import Heat, Layer, Panel, columns, draw, draw_message
from watcher.draw.view import Style, Theme, View
from watcher.history.pulse import State
from watcher.history.window import Window
from watcher.serve import icon
from watcher.walls import composed, plan_of

START = 1_763_766_000.0  # Unix seconds: Saturday, 22 November 2025, midnight in Berlin
BERLIN = ZoneInfo("Europe/Berlin")
DAY = 86400.0
STYLES: tuple[Style, ...] = ("bars", "line", "area", "stack", "heat", "spark")
THEMES: tuple[Theme, ...] = ("light", "dark", "contrast", "eink")
SIZES = ((16, 16), (120, 20), (120, 60), (250, 140), (500, 275))
STALE: dict[str, Any] = {
    "state": State.STALE,
    "notice": "no data since 14:02 (3 h)",
    "in_short": "silent 3 h",
}
# title, unit, factor, style, what else is told
OFFICE: tuple[tuple[str, str, float, Style, dict[str, Any]], ...] = (
    ("web-1 req/s", "", 1.0, "line", {}),
    ("web-2 req/s", "", 1.0, "area", {}),
    ("db queries", "", 1.0, "bars", {}),
    ("queue depth", "", 1.0, "line", STALE),
    ("net in", "B/s", 1e6, "line", {}),
    ("cpu", "°C", 1.0, "line", {"warn": 40.0, "crit": 95.0}),
    ("disk", "%", 1.0, "area", {}),
    ("syslog", "lines/min", 1.0, "stack", {}),
    ("net out", "bit/s", 1e5, "line", {}),
    ("logins", "", 1.0, "line", {"state": State.WAITING, "last": None}),
    ("latency", "ms", 1.0, "line", {}),
    ("backup", "B", 1e9, "bars", {}),
)
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
    yield _silent()
    yield _labels()
    for depth in (1, 2, 4):
        yield _paper(depth)
    yield [office(View(1920, 1080, theme="dark"), 12)]
    yield [office(View(1920, 1080), 30)]
    yield [office(View(800, 480, depth=1), 6), office(View(800, 480, depth=4), 6)]
    full = View(3840, 2160, style="line", theme="dark")
    yield [_halved(draw(panel_for(full), full))]


def _halved(picture: bytes) -> bytes:
    """A picture too large for a sheet."""
    image = Image.open(io.BytesIO(picture)).convert("RGB").reduce(2)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _silent() -> list[bytes]:
    """A log that died, and one that never spoke, from small to large."""
    found = []
    for size in ((16, 16), (120, 20), (100, 60), (120, 60), (200, 120), (237, 178), (330, 250)):
        view = View(*size, style="line")
        found.append(draw(panel_for(view, title="nginx-access", **STALE), view))
        found.append(draw(panel_for(view, state=State.WAITING, last=None), view))
    return found


def _labels() -> list[bytes]:
    """Labels of every mood, and the sign of the pages."""
    told: tuple[tuple[str, str, Mood], ...] = (
        *(("nginx", "12.3 ms", "ok"), ("queue", "120", "warn"), ("disk", "97%", "crit")),
        *(("pump", "1.4 bar", "stale"), ("log1", "", "waiting"), ("x", "no such field", "error")),
    )
    found = [badge(*words, scale) for scale in (1, 2) for words in told]
    return [*found, *(icon.picture(side) for side in (16, 32, 64))]


def _paper(depth: int) -> list[bytes]:
    """Electronic paper."""
    found = []
    for number in (2, 4, 8):
        for style in STYLES[:3]:
            view = View(style=style, depth=depth, theme="dark" if number == 4 else "light")
            found.append(draw(several(view, number), view))
    for style in STYLES[:5]:
        view = View(style=style, depth=depth)
        found.append(draw(panel_for(view, warn=80.0, crit=100.0), view))
    return found


def office(view: View, number: int) -> bytes:
    """A wall of so many graphs, one of them silent, one alarmed, one waiting."""
    plan = plan_of(number, view, 0)
    tiles = []
    for place in range(number):
        title, unit, factor, style, more = OFFICE[place % len(OFFICE)]
        tile = replace(plan.tile, style=style)
        if title == "latency":
            panel = percentiles(tile, title=title)
        elif title == "disk":
            panel = filling(tile, title=title)
        else:
            panel = panel_for(tile, factor, place + 20, title=title, unit=unit, **more)
        tiles.append(draw(panel, tile))
    return composed(tiles, plan, view)


def _few() -> list[bytes]:
    """One picture of each kind, as the README shows them."""
    line, heat = (View(style=style, theme="dark") for style in ("line", "heat"))
    bars, area, stack = (View(style=style) for style in ("bars", "area", "stack"))
    told: list[tuple[Panel, View]] = [
        (panel_for(bars, title="values.txt"), bars),
        (panel_for(line, seed=3, title="cpu temperature", unit="°C"), line),
        (panel_for(stack)._replace(title="syslog by level"), stack),
        (panel_for(heat, title="time of requests", unit="ms"), heat),
        (filling(area, title="disk"), area),
        (percentiles(line, title="time of requests"), line),
    ]
    wall = View(FEW_ACROSS - 2 * GAP, 567, theme="dark")
    return [*(draw(panel, view) for panel, view in told), office(wall, 12)]


def _cases() -> Iterator[tuple[Panel, View]]:
    """What is not everyday."""
    line, bars, area = (View(style=style) for style in ("line", "bars", "area"))
    late: dict[str, Any] = {"warn": 80.0, "crit": 100.0}
    for last in (70.0, 85.0, 104.0):
        yield panel_for(line, last=last, **late), line
    yield panel_for(bars, last=104.0, **late), replace(bars, theme="dark")
    yield panel_for(line, **STALE), line
    yield panel_for(bars, **STALE), replace(bars, theme="dark")
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


def panel_for(view: View, factor: float = 1.0, seed: int = 7, **more: Any) -> Panel:
    """A day of a busy server, as `view` wants it; of another one with another `seed`."""
    number = columns(view)
    t = np.linspace(0, 1, number)
    random = np.random.default_rng(seed)
    fast, slow = (19.0, 4.0) if seed == 7 else random.uniform((6, 1), (30, 6))
    mean = 60 + 30 * np.sin(t * fast) * np.cos(t * slow) + random.normal(0, 2, number)
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
        layers = _levels(min(number, 96))
        last = sum(layer.last or 0.0 for layer in layers)
        return panel._replace(layers=layers, last=last, unit="lines/min")
    return panel._replace(heat=_heat(min(number, 96))) if view.style == "heat" else panel


def several(view: View, number: int, unit: str = "") -> Panel:
    """So many servers."""
    panel = panel_for(view, unit=unit)
    mean = panel.window.mean
    values = [np.roll(mean, 40 * n) * (1 - n / 10) for n in range(number)]
    layers = tuple(
        Layer(f"web-{n}", str(n), row, float(row[-1]), unit=unit) for n, row in enumerate(values, 1)
    )
    return panel._replace(layers=layers)


def percentiles(view: View, **more: Any) -> Panel:
    """How long requests took."""
    panel = panel_for(view, unit="s", seed=12, **more)
    mean = panel.window.mean / 1000
    random = np.random.default_rng(2)
    slower = {"p50": 0.4, "p95": 1.0, "p99": 1.5}
    values = {
        name: mean * part * random.normal(1, 0.03, len(mean)) for name, part in slower.items()
    }
    layers = tuple(
        Layer(name, str(n), row, float(row[-1]), unit="s")
        for n, (name, row) in enumerate(values.items(), 1)
    )
    return panel._replace(layers=layers, last=layers[-1].last)


def filling(view: View, **more: Any) -> Panel:
    """A disk that is nearly full."""
    number = columns(view)
    t = np.linspace(0, 1, number)
    mean = 62 + 34 * t**2 + 2 * np.sin(t * 40) + np.random.default_rng(4).normal(0, 0.3, number)
    arrays = (np.full(number, 20), mean * 20, mean - 1, mean + 1, mean)
    window = Window("time", START, DAY / number, *arrays)
    said: dict[str, Any] = {"unit": "%", "warn": 80.0, "crit": 95.0} | more
    return Panel(window=window, zone=BERLIN, last=float(mean[-1]), **said)


def behind(view: View) -> Panel:
    """Today, and the week before."""
    panel = panel_for(view)
    return panel._replace(behind=(Layer("-7 d", "", np.roll(panel.window.mean, 70) * 0.9),))


def _levels(number: int) -> tuple[Layer, ...]:
    random = np.random.default_rng(3)
    means = (100.0, 300.0, 9.0, 0.4, 0.02)
    values = [random.poisson(mean, number).astype(float) for mean in means]
    return tuple(
        Layer(role, role, row, float(row[-1])) for role, row in zip(ROLES, values, strict=True)
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
