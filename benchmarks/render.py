"""How fast a graph becomes PNG bytes, against the tutorial's way, in turns in one process.

"cold": one call of ours after one of the tutorial's, what a single event costs. "hot": calls in
a row, what a burst costs; its windows end in the same step, those of a moving axis do not. Every
call gets other values; those shown large come again (a margin that is known is not drawn again),
but for "new value". Ratios hold; microseconds are the machine's. p10 is the least disturbed by its
neighbours.
"""

from __future__ import annotations

import io
import sys
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from functools import partial
from itertools import count, cycle, islice, repeat
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks import forms, gradients
from benchmarks.measure import KINDS, Call, Calls, Row, alone, heading, in_turns
from watcher.draw import png
from watcher.draw.canvas import Floats
from watcher.draw.graph import Layer, Panel, columns, draw
from watcher.draw.view import View
from watcher.history.window import Window

VALUES = 430
TURNS, HOT = 60, 400  # calls measured


def main(argv: list[str]) -> int:
    """Measure and print; `argv` may hold `--quick`."""
    turns, hot = (10, 50) if "--quick" in argv else (TURNS, HOT)
    usual, wide = View(style="bars"), View(1920, 1080, style="line")
    pile = View(style="stack")
    bars = _panels(usual, banded=False)
    moving = map(_moved, _panels(usual, banded=False), count())
    fresh = map(_valued, _panels(usual, banded=False), count())
    line, stack = _panels(wide, banded=True), _stacks(pile)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "values.txt"
        file.write_text("\n".join(f"{value:.0f}" for value in next(bars).window.total))
        rows = []
        for name, codec in _codecs():
            png.codec = codec
            mine, theirs = in_turns(_draws(bars, usual), lambda: _tutorial(file), turns)
            tutorial = Row(f"tutorial, in turns with {name}", *theirs)
            rows += [
                tutorial,
                Row(f"bars cold, {name}", *mine, against=tutorial),
                Row(f"bars hot, {name}", *alone(_draws(bars, usual), hot), against=tutorial),
                Row(f"  new value, {name}", *alone(_draws(fresh, usual), hot), against=tutorial),
                Row(f"  moving axis, {name}", *alone(_draws(moving, usual), hot), against=tutorial),
                Row(f"stack of 5 hot, {name}", *alone(_draws(stack, pile), hot), against=tutorial),
                Row(f"1080p line+band hot, {name}", *alone(_draws(line, wide), turns)),
            ]
        for raster, size in (("bars", 69_276), ("1080p", 1921 * 1080)):
            rows.append(Row(f"floor {raster}: memcpy + adler32", *alone(repeat(_floor(size)), hot)))
        png.codec = png.ISAL or png.STDLIB
    print(heading("tutorial"))
    for row in rows:
        print(row)
    forms.measure(turns, _panels(View(800, 480), banded=True))
    gradients.measure(turns)
    return 0


def _codecs() -> list[tuple[str, png.Codec]]:
    fast = [("isal", png.ISAL)] if png.ISAL else []
    return [*fast, ("stdlib zlib", png.STDLIB)]


def _draws(panels: Iterator[Panel], view: View) -> Calls:
    """Calls that draw one panel after the other; the panels are made before they are timed."""
    return (partial(draw, panel, view) for panel in panels)


def _panels(view: View, *, banded: bool) -> Iterator[Panel]:
    """Panels whose windows move on by a sample each."""
    number = columns(view) if banded else VALUES
    random = np.random.default_rng(1)
    t = np.arange(number + KINDS)
    values = np.rint(50 + 30 * np.sin(t / number * 12) + random.normal(0, 5, len(t)))
    spread = np.abs(random.normal(0, 6, len(t))) + 2 if banded else np.zeros(len(t))
    return cycle([_panel(values, spread, shift, number, banded) for shift in range(KINDS)])


def _stacks(view: View) -> Iterator[Panel]:
    """Panels of five levels, one line in a thousand an error."""
    random = np.random.default_rng(1)
    part = {"debug": 100.0, "info": 300.0, "warn": 9.0, "error": 0.4, "fatal": 0.01}
    (panel,) = islice(_panels(view, banded=True), 1)
    return cycle(
        [
            replace(
                panel,
                layers=tuple(
                    Layer(role, role, random.poisson(mean, columns(view)).astype(float), mean)
                    for role, mean in part.items()
                ),
            )
            for _ in range(KINDS)
        ]
    )


def _valued(panel: Panel, number: int) -> Panel:
    """The panel with a value that was never shown before."""
    return replace(panel, last=number + 1000.5)


def _moved(panel: Panel, number: int) -> Panel:
    """The window that many samples on, so that the x axis moves with every call."""
    window = panel.window
    return replace(panel, window=replace(window, start=window.start + number * window.step))


def _panel(values: Floats, spread: Floats, shift: int, number: int, banded: bool) -> Panel:
    mean, more = values[shift : shift + number], spread[shift : shift + number]
    many = 10 if banded else 1
    window = Window(
        "time" if banded else "index",
        1_763_766_000.0 if banded else 0.0,
        86400 / number if banded else 1.0,
        np.full(number, many),
        mean * many,
        mean - more,
        mean + more,
        mean,
    )
    return Panel("values.txt", window, UTC, last=float(mean[-1]))


def _floor(size: int) -> Call:
    """What no way can go below: copy the raster once and take its checksum."""
    raster, target = np.zeros(size, np.uint8), np.zeros(size, np.uint8)

    def once() -> bytes:
        target[:] = raster
        return zlib.adler32(target.data).to_bytes(4, "big")

    return once


def _tutorial(file: Path) -> bytes:
    """The tutorial's picture: read the file, draw each value as a line, save as PNG."""
    values = [int(line) for line in file.read_text().splitlines()]
    width, height, left, bottom = 500, 275, 15, 15
    image = Image.new("RGB", (width, height), "white")
    pen, font = ImageDraw.Draw(image), ImageFont.load_default()
    base = height - bottom
    pen.line((left, 0, left, base), fill="black")
    pen.line((left, base, width, base), fill="black")
    for x in range(left, width, 20):
        pen.line((x, base - 2, x, base + 2), fill="black")
        pen.line((x, 0, x, base), fill="#dddddd")
        pen.text((x, base + 3), str(x - left), fill="black", font=font)
    for value in range(0, base, 26):
        y = base - value
        pen.line((left - 2, y, left + 2, y), fill="black")
        pen.line((left, y, width, y), fill="#dddddd")
        pen.text((0, y - 6), str(value), fill="black", font=font)
    for index, value in enumerate(values):
        pen.line((left + 1 + index, base - 1, left + 1 + index, base - value), fill="#5555dd")
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
