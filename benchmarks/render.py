"""How fast a graph becomes PNG bytes, against the tutorial's way, in turns in one process.

"cold": one call of ours after one of the tutorial's, what a single event costs. "hot": calls in
a row, what a burst costs; its windows end in the same step, those of a moving axis do not.
Every call gets other values. Ratios hold; microseconds are the
machine's. p10 is the least disturbed by its neighbours.
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC
from itertools import cycle
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from watcher.draw import png
from watcher.draw.canvas import Floats
from watcher.draw.graph import Panel, columns, draw
from watcher.draw.view import View
from watcher.history.window import Window

VALUES = 430
TURNS, HOT = 60, 400  # calls measured
KINDS = 16  # different windows that take turns

Call = Callable[[], bytes]


def main(argv: list[str]) -> int:
    """Measure and print; `argv` may hold `--quick`."""
    turns, hot = (10, 50) if "--quick" in argv else (TURNS, HOT)
    bars = _panels(View(style="bars"), banded=False)
    moving = _panels(View(style="bars"), banded=False, moving=True)
    wide = View(1920, 1080, style="line")
    line = _panels(wide, banded=True)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "values.txt"
        file.write_text("\n".join(f"{value:.0f}" for value in next(bars).window.total))
        rows = []
        for name, codec in _codecs():
            png.codec = codec
            ours = lambda: draw(next(bars), View(style="bars"))  # noqa: E731
            later = lambda: draw(next(moving), View(style="bars"))  # noqa: E731
            mine, theirs = _in_turns(ours, lambda: _tutorial(file), turns)
            tutorial = Row(f"tutorial, in turns with {name}", *theirs)
            rows += [
                tutorial,
                Row(f"bars cold, {name}", *mine, against=tutorial),
                Row(f"bars hot, {name}", *_alone(ours, hot), against=tutorial),
                Row(f"bars hot, moving axis, {name}", *_alone(later, hot), against=tutorial),
                Row(f"1080p line+band hot, {name}", *_alone(lambda: draw(next(line), wide), turns)),
            ]
        for raster, size in (("bars", 69_276), ("1080p", 1921 * 1080)):
            rows.append(Row(f"floor {raster}: memcpy + adler32", *_alone(_floor(size), hot)))
        png.codec = png.ISAL or png.STDLIB
    print(f"{'':36}{'median us':>11}{'p10 us':>9}{'bytes':>9}{'x tutorial (p10)':>18}")
    for row in rows:
        print(row)
    return 0


class Row:
    """One line of the table."""

    def __init__(
        self, name: str, times: list[float], size: int, against: Row | None = None
    ) -> None:
        times = sorted(times)
        self.name, self.size, self.against = name, size, against
        self.median, self.p10 = times[len(times) // 2], times[len(times) // 10]

    def __str__(self) -> str:
        ratio = f"{self.against.p10 / self.p10:.1f}" if self.against else ""
        return f"{self.name:36}{self.median:11.1f}{self.p10:9.1f}{self.size:9}{ratio:>18}"


def _codecs() -> list[tuple[str, png.Codec]]:
    fast = [("isal", png.ISAL)] if png.ISAL else []
    return [*fast, ("stdlib zlib", png.STDLIB)]


def _panels(view: View, *, banded: bool, moving: bool = False) -> Iterator[Panel]:
    """Panels whose windows move on by a sample each."""
    count = columns(view) if banded else VALUES
    random = np.random.default_rng(1)
    t = np.arange(count + KINDS)
    values = np.rint(50 + 30 * np.sin(t / count * 12) + random.normal(0, 5, len(t)))
    spread = np.abs(random.normal(0, 6, len(t))) + 2 if banded else np.zeros(len(t))
    ready = cycle([_panel(values, spread, shift, count, banded) for shift in range(KINDS)])
    return (_moved(panel, number) if moving else panel for number, panel in enumerate(ready))


def _moved(panel: Panel, number: int) -> Panel:
    """The window that many samples on, so that the x axis moves with every call."""
    window = panel.window
    return replace(panel, window=replace(window, start=window.start + number * window.step))


def _panel(values: Floats, spread: Floats, shift: int, count: int, banded: bool) -> Panel:
    mean, more = values[shift : shift + count], spread[shift : shift + count]
    many = 10 if banded else 1
    window = Window(
        "time" if banded else "index",
        1_763_766_000.0 if banded else 0.0,
        86400 / count if banded else 1.0,
        np.full(count, many),
        mean * many,
        mean - more,
        mean + more,
        mean,
    )
    return Panel("values.txt", window, UTC, last=float(mean[-1]))


def _alone(call: Call, times: int) -> tuple[list[float], int]:
    """Microseconds of calls in a row, and the bytes of one."""
    size = len(call())
    return [_timed(call) for _ in range(times)], size


def _in_turns(
    call: Call, other: Call, times: int
) -> tuple[tuple[list[float], int], tuple[list[float], int]]:
    """Both of them as `_alone`, one call each in turn."""
    mine: list[float] = []
    theirs: list[float] = []
    sizes = len(call()), len(other())
    for _ in range(times):
        theirs.append(_timed(other))
        mine.append(_timed(call))
    return (mine, sizes[0]), (theirs, sizes[1])


def _timed(call: Call) -> float:
    start = time.perf_counter_ns()
    call()
    return (time.perf_counter_ns() - start) / 1000


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
