"""How fast a graph becomes PNG bytes, against what people use, in turns in one process.

"cold": one call after another engine's, what a single event costs; none of ours follows one of
ours. "hot": calls in a row, what a burst costs; its windows end in the same step, those of a moving
axis do not. Every call gets other values, as an array of numbers: nothing is parsed but by the
tutorial, whose way begins with a file. Those shown large come again (a margin that is known is not
drawn again), but for "new value". Ratios hold; microseconds are the machine's. All are compared by
p10, the least disturbed by their neighbours. Peers that are not installed are named.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC
from functools import partial
from itertools import count, cycle, islice, repeat
from operator import call
from pathlib import Path

import numpy as np

from benchmarks import forms, gradients
from benchmarks.measure import KINDS, Call, Calls, Row, Times, alone, heading, rounds, timed
from benchmarks.painters import GOALS, Goal, Job, Painter, kinds, painters
from watcher.draw import png
from watcher.draw.canvas import Floats
from watcher.draw.graph import Layer, Panel, columns, draw
from watcher.draw.view import View
from watcher.history.window import Window

RAW = 1_000_000  # points from which a window is made
TILES, ACROSS = 12, 4
TURNS, HOT = 40, 400  # calls measured
LONGEST = 0.7  # seconds of calls in a row
FEW_PEERS = "matplotlib, reused figure; python-rrdtool graphv; gnuplot png, kept open"  # of RAW
SECTIONS = ("bars", "wide", "raw", "tiles", "ours", "forms", "gradients")
USUAL, WIDE, TILE = View(style="bars"), View(1920, 1080, style="line"), View(480, 270, style="line")


def main(argv: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks render")
    parser.add_argument("--quick", action="store_true", help="few turns, no 4K: below a minute")
    parser.add_argument("--turns", type=int, help=f"calls in turns, {TURNS} unless told")
    parser.add_argument("--hot", type=int, help=f"calls in a row, {HOT} unless told")
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=" ".join(SECTIONS))
    asked = parser.parse_args(argv)
    wanted = asked.sections or SECTIONS
    if not set(wanted) <= set(SECTIONS):
        parser.error(f"there are {' '.join(SECTIONS)}")
    turns, hot = (
        asked.turns or (5 if asked.quick else TURNS),
        asked.hot or (50 if asked.quick else HOT),
    )
    if not png.ISAL:
        print("not installed: isal; what is called isal below is the standard library's")
    if "bars" in wanted:
        _compare("bars", f"500x275, bars of {columns(USUAL)} values", *_bars(), turns, hot)
    if "wide" in wanted:
        _compare("wide", "1920x1080, line and band, columns ready", *_wide(), turns // 2, hot)
    if "raw" in wanted:
        _compare("raw", "1920x1080, line and band of 1,000,000 values", *_raw(), turns // 8, hot)
    if "tiles" in wanted:
        _compare("tiles", "12 pictures 480x270, line and band", *_tiles(), turns // 4, hot)
    if "ours" in wanted:
        _ours(turns, hot)
    if "forms" in wanted:
        forms.measure(turns, _panels(View(800, 480), banded=True))
    if "gradients" in wanted:
        gradients.measure(turns, gradients.SIZES[:2] if asked.quick else gradients.SIZES)
    return 0


def _compare(section: str, title: str, job: Job, ours: Painter, turns: int, hot: int) -> None:
    """Ours and those of all peers, in turns, and then each in a row."""
    turns, number = max(3, turns), len(job.means)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        theirs, absent = painters(job, Path(folder), stack)
        all_: dict[str, Painter] = {
            "ours, isal": partial(_coded, png.ISAL or png.STDLIB, ours),
            "ours, stdlib zlib": partial(_coded, png.STDLIB, ours),
            **theirs,
        }
        calls = {name: kinds(paint, number) for name, paint in all_.items()}
        ours_ = {name for name in calls if name not in theirs}
        in_turns = rounds(
            {name: partial(next, map(call, calls[name])) for name in calls}, turns, ours_
        )
        cold = {name: Row(name, *found) for name, found in in_turns.items()}
        warm = {name: Row(name, _in_a_row(calls[name], hot), 0) for name in calls}
    png.codec = png.ISAL or png.STDLIB
    _print(section, f"{title}; {turns} turns", cold, warm)
    if absent:
        print(f"not installed: {', '.join(absent)}")


def _coded(codec: png.Codec, paint: Painter, kind: int) -> bytes:
    png.codec = codec
    return paint(kind)


def _in_a_row(calls: Calls, most: int) -> list[float]:
    """Microseconds of calls, as many as there is time for."""
    found = [timed(next(calls)) for _ in range(2)]
    while len(found) < most and sum(found) < LONGEST * 1e6:
        found.append(timed(next(calls)))
    return found


def _print(section: str, title: str, cold: Mapping[str, Row], warm: Mapping[str, Row]) -> None:
    print(f"\n{title}: us; in times of ours with isal, by p10")
    print(
        f"{'':30}{'cold':>10}{'p10':>10}{'hot':>10}{'p10':>10}{'bytes':>9}"
        f"{'x cold':>9}{'goal':>6}{'x hot':>9}{'goal':>6}{'x stdlib':>10}"
    )
    ours, plain = "ours, isal", "ours, stdlib zlib"
    for name, row in cold.items():
        goal = GOALS[section].get(name, Goal(0))
        ratios = [
            f"{row.p10 / cold[ours].p10:9.1f}{_goal(goal.cold)}",
            f"{warm[name].p10 / warm[ours].p10:9.1f}{_goal(goal.hot)}",
            f"{row.p10 / cold[plain].p10:10.1f}",
        ]
        both = f"{row.median:10.0f}{row.p10:10.0f}{warm[name].median:10.0f}{warm[name].p10:10.0f}"
        times = f"{both}{row.size:9}"
        print(f"{name:30}{times}{''.join(ratios)}")


def _goal(goal: float | None) -> str:
    return f"{goal:6g}" if goal else " " * 6


def _painted(panels: Iterator[Panel], view: View, number: int) -> tuple[list[Panel], Painter]:
    """Panels, and ours as a painter of them."""
    some = list(islice(panels, number))
    return some, lambda kind: draw(some[kind], view)


def _bars() -> tuple[Job, Painter]:
    some, paint = _painted(_panels(USUAL, banded=False), USUAL, KINDS)
    return Job(USUAL.width, USUAL.height, [panel.window.mean for panel in some]), paint


def _wide() -> tuple[Job, Painter]:
    some, paint = _painted(_panels(WIDE, banded=True), WIDE, 4)
    return _banded(WIDE, some), paint


def _banded(view: View, some: list[Panel], tiles: int = 1, across: int = 1) -> Job:
    windows = [panel.window for panel in some]
    means = [window.mean for window in windows]
    lows, highs = [window.low for window in windows], [window.high for window in windows]
    return Job(view.width, view.height, means, lows, highs, tiles, across)


def _tiles() -> tuple[Job, Painter]:
    some, paint = _painted(_panels(TILE, banded=True), TILE, TILES)

    def all_(kind: int) -> bytes:
        return b"".join(paint((kind + n) % TILES) for n in range(TILES))

    return _banded(TILE, some, TILES, ACROSS), all_


def _raw() -> tuple[Job, Painter]:
    """Peers get the values; they draw no band."""
    random, number = np.random.default_rng(1), columns(WIDE)
    t = np.arange(RAW)
    values = [50 + 30 * np.sin(t / RAW * (11 + n)) + random.normal(0, 5, RAW) for n in range(2)]
    none = [np.empty(0)] * len(values)

    def paint(kind: int) -> bytes:
        return draw(Panel("values", _reduced(values[kind], number), UTC, last=1.0), WIDE)

    return Job(WIDE.width, WIDE.height, values, none, none, peers=FEW_PEERS), paint


def _reduced(values: Floats, number: int) -> Window:
    """Values as a window, from scratch: a daemon has its buckets ready."""
    first = np.arange(number) * len(values) // number
    counted = np.diff(first, append=len(values))
    total, low, high = (ufunc.reduceat(values, first) for ufunc in (np.add, np.minimum, np.maximum))
    return Window("time", 1_763_766_000.0, 86400 / number, counted, total, low, high, high)


def _ours(turns: int, hot: int) -> None:
    """What other calls of ours cost, and what no way can go below."""
    pile, lines = View(style="stack"), View(style="line")
    print(f"\n{heading('floor')}   ours, hot")
    floors = {
        "bars": Row("floor of bars: memcpy + adler32", *alone(repeat(_floor(69_276)), hot)),
        "1080p": Row("floor of 1080p", *alone(repeat(_floor(1921 * 1080)), hot)),
    }
    for row in floors.values():
        print(row)
    for name, codec in _codecs():
        png.codec = codec
        moved, valued = (_panels(USUAL, banded=False) for _ in range(2))
        sets: dict[str, tuple[Iterator[Panel], View]] = {
            "bars": (_panels(USUAL, banded=False), USUAL),
            "bars, new value": (map(_valued, valued, count()), USUAL),
            "bars, moving axis": (map(_moved, moved, count()), USUAL),
            "line and band": (_panels(lines, banded=True), lines),
            "stack of 5": (_stacks(pile, 1.0), pile),
            "8 lines": (_stacks(lines, 0.1), lines),
            "1080p line and band": (_panels(WIDE, banded=True), WIDE),
        }
        for what, (panels, view) in sets.items():
            floor = floors["1080p" if view is WIDE else "bars"]
            times, size = alone(_draws(panels, view), turns if view is WIDE else hot)
            print(Times(f"{what}, {name}", times, size, floor, _most(what)))
    png.codec = png.ISAL or png.STDLIB


def _most(what: str) -> float | None:
    """How many times the floor it may take."""
    return {"bars": 10.0, "1080p line and band": 6.0}.get(what)


def _codecs() -> list[tuple[str, png.Codec]]:
    fast = [("isal", png.ISAL)] if png.ISAL else []
    return [*fast, ("stdlib", png.STDLIB)]


def _draws(panels: Iterator[Panel], view: View) -> Calls:
    """Calls that draw one panel after the other; the panels are made before they are timed."""
    return (partial(draw, panel, view) for panel in panels)


def _panels(view: View, *, banded: bool) -> Iterator[Panel]:
    """Panels whose windows move on by a sample each."""
    number = columns(view)  # as the product has it: one sample, or bucket, a pixel
    random = np.random.default_rng(1)
    t = np.arange(number + KINDS)
    values = np.rint(50 + 30 * np.sin(t / number * 12) + random.normal(0, 5, len(t)))
    spread = np.abs(random.normal(0, 6, len(t))) + 2 if banded else np.zeros(len(t))
    return cycle([_panel(values, spread, shift, number, banded) for shift in range(KINDS)])


def _stacks(view: View, size: float) -> Iterator[Panel]:
    """Panels of levels, one line in a thousand an error; or of as many lines as there may be."""
    random = np.random.default_rng(1)
    part = {"debug": 100.0, "info": 300.0, "warn": 9.0, "error": 0.4, "fatal": 0.01}
    if view.style != "stack":
        part = {str(n + 1): 300.0 + 100 * n for n in range(8)}
    (panel,) = islice(_panels(view, banded=True), 1)
    return cycle(
        [
            panel._replace(
                layers=tuple(
                    Layer(role, role, random.poisson(mean, columns(view)) * np.float64(size), mean)
                    for role, mean in part.items()
                ),
            )
            for _ in range(KINDS)
        ]
    )


def _valued(panel: Panel, number: int) -> Panel:
    """The panel with a value that was never shown before."""
    return panel._replace(last=number + 1000.5)


def _moved(panel: Panel, number: int) -> Panel:
    """The window that many samples on, so that the x axis moves with every call."""
    window = panel.window
    return panel._replace(window=replace(window, start=window.start + number * window.step))


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

    adler32 = (png.ISAL or png.STDLIB).adler32

    def once() -> bytes:
        target[:] = raster
        return adler32(target.data).to_bytes(4, "big")

    return once


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
