"""Pictures that somebody looked at: what is drawn today is the same, pixel for pixel.

After a change of looks `pytest tests/test_golden.py --golden` draws them anew; look at them
before they are committed. Letters are FreeType's, whose version stands in each file: with another
one a few pixels may differ.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from PIL import features

from tests import reference
from tests.pngcheck import complaints
from tests.reference import rgb, window
from watcher.draw import gradient, png
from watcher.draw.graph import Heat, Layer, Panel, draw, draw_message
from watcher.draw.view import Style, View
from watcher.history.pulse import State

GOLDEN = Path(__file__).parent / "golden"
MOST_BYTES = 200_000  # of all of them: they lie in the repository for ever
FREETYPE = f"FreeType {features.version('freetype2')}"
OTHER_LETTERS = 0.02  # of all pixels that another FreeType may change
START, DAY, BERLIN = 1_763_766_000.0, 86_400.0, ZoneInfo("Europe/Berlin")
ROLES = {"debug": 90.0, "info": 300.0, "warn": 12.0, "error": 2.0}


def told(number: int = 288, **more: Any) -> Panel:
    """A day in columns of five minutes."""
    t = np.arange(number) / number
    mean = 60 + 30 * np.sin(t * 19) * np.cos(t * 4) + 4 * np.sin(t * 1300)
    mean[t * DAY < more.get("began", START) - START] = np.nan
    spread = 6 + 4 * np.cos(t * 800)
    shown = window(
        mean, mean - spread, mean + spread, axis="time", start=START, step=DAY / number, many=9
    )
    said: dict[str, Any] = {"title": "web-1 req/s", "last": float(mean[-1])} | more
    return Panel(window=shown, zone=BERLIN, **said)


def several(number: int) -> Panel:
    values = told().window.mean
    layers = [
        Layer(f"web-{n + 1}", str(n + 1), np.roll(values, 40 * n) * (1 - n / 8), 7.3 * n + 12)
        for n in range(number)
    ]
    return told()._replace(layers=tuple(layers))


def percentiles() -> Panel:
    values = told().window.mean / 1000
    shares = {"p50": 0.5, "p95": 0.9, "p99": 1.0}
    layers = [
        Layer(name, str(n), values * share, 0.25 * share, unit="s")
        for n, (name, share) in enumerate(shares.items(), 1)
    ]
    return told(last=0.25, unit="s")._replace(layers=tuple(layers))


def stacked() -> Panel:
    t = np.arange(96)
    layers = [
        Layer(role, role, np.maximum(0, np.rint(mean * (1 + np.sin(t * (n + 2)) / 3))), mean)
        for n, (role, mean) in enumerate(ROLES.items())
    ]
    return told()._replace(layers=tuple(layers), last=404.0, unit="lines/min")


def heated() -> Panel:
    bins, t = np.arange(40)[:, None], np.arange(96)
    middle = 14 + 8 * np.sin(t / 9)
    counts = np.rint(120 * np.exp(-(((bins - middle) / 6) ** 2)))
    return told()._replace(heat=Heat(counts, np.linspace(0, 400, 41)), unit="ms")


def graph(panel: Panel, style: Style, **more: Any) -> Callable[[], bytes]:
    return lambda: draw(panel, View(style=style, **more))


LIMITS: dict[str, Any] = {"warn": 80.0, "crit": 100.0}
LATE: dict[str, Any] = {
    "state": State.STALE,
    "notice": "no data since 14:02 (3 h)",
    "in_short": "silent 3 h",
}
TILE: dict[str, Any] = {"width": 237, "height": 178, "scale": 2, "far": True}
SMALL: dict[str, Any] = {"width": 250, "height": 140}
WORD: dict[str, Any] = {"width": 120, "height": 20}
PICTURES: dict[str, Callable[[], bytes]] = {
    "bars": graph(told(), "bars"),
    "line": graph(told(), "line"),
    "area": graph(told(), "area"),
    "stack": graph(stacked(), "stack"),
    "heat": graph(heated(), "heat"),
    "spark": graph(told(), "spark"),
    "several-lines-dark": graph(several(4), "line", theme="dark"),
    "limits-critical": graph(told(last=104.0, **LIMITS), "line"),
    "stale-bars-dark": graph(told(**LATE), "bars", theme="dark"),
    "history-starts": graph(told(began=START + DAY / 3), "line"),
    "waiting": graph(told(state=State.WAITING), "line", **SMALL),
    "message": lambda: draw_message("from: 'noon' is not a time: write -6h", View(**SMALL)),
    "log-axis-contrast": graph(told(unit="s"), "line", yscale="log", theme="contrast", **SMALL),
    "wall-tile": graph(told(title="web-1", unit="ms"), "line", theme="dark", **TILE),
    "wall-tile-silent": graph(told(title="web-1", **LATE), "bars", **TILE),
    "silent-and-small": graph(told(title="nginx-access", **LATE), "line", width=120, height=60),
    "percentiles": graph(percentiles(), "area", **SMALL),
    "eink-lines-1-bit": graph(several(4), "line", depth=1),
    "eink-stack-1-bit": graph(stacked(), "stack", depth=1),
    "eink-bars-2-bits-dark": graph(several(3), "bars", theme="dark", depth=2),
    "eink-1-bit": graph(told(), "area", theme="eink", depth=1, dither=True, **SMALL),
    "twice-as-fine": graph(told(), "bars", width=250, height=140, scale=2),
    "favicon-critical": graph(told(last=104.0, **LIMITS), "line", width=16, height=16),
    "word-warning": graph(told(last=84.0, **LIMITS), "spark", **WORD),
    "gradient": lambda: gradient.draw(
        gradient.Gradient(200, 100, gradient.chance(7), "linear", 30.0)
    ),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_the_one_that_was_looked_at(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    made, golden = PICTURES[name](), GOLDEN / f"{name}.png"
    if request.config.getoption("--golden"):
        golden.write_bytes(png.described(made, {"Software": FREETYPE}))
    (tmp_path / golden.name).write_bytes(made)
    want = golden.read_bytes()
    drawn, expected = rgb(made), rgb(want)
    assert drawn.shape == expected.shape
    differ = (drawn != expected).any(axis=2).mean()
    letters = reference.decode(want).info["Software"]
    assert differ <= (0 if letters == FREETYPE else OTHER_LETTERS), (
        f"{differ:.2%} of the pixels of {tmp_path / golden.name} are not those of {golden}"
    )


def test_the_pictures_to_compare_with_are_those_that_are_drawn_and_small() -> None:
    files = list(GOLDEN.iterdir())
    assert {file.name for file in files} == {f"{name}.png" for name in PICTURES}
    assert sum(file.stat().st_size for file in files) <= MOST_BYTES


def test_pngcheck_has_nothing_to_say_of_any_picture() -> None:
    assert complaints(*(make() for make in PICTURES.values())) == ""
