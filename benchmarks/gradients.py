"""How fast a gradient becomes PNG bytes, against other ways to make the same picture, in turns.

"cold": a shape that was not drawn before; "again": the same shape in other colours, as a random
gradient is asked for. Along an axis there is nothing to keep but zeros. Peers save at zlib's
level 1 where they can choose, but for the tutorial's loop, which is as the tutorial has it.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from itertools import count
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.measure import Call, Row, heading, timed
from watcher.draw import colormaps, field
from watcher.draw.canvas import Kept
from watcher.draw.field import Kind
from watcher.draw.gradient import Gradient, chance, draw
from watcher.draw.stops import Stop

SHAPES: tuple[tuple[Kind, float], ...] = (
    ("linear", 0.0),
    ("linear", 90.0),
    ("linear", 30.0),
    ("radial", 0.0),
)
SIZES = ((300, 300), (1920, 1080), (3840, 2160))
FEW = 12  # turns at sizes above the first

Stops = tuple[Stop, ...]
Peer = Callable[[int, int, Kind, float, Stops], bytes]


def measure(turns: int) -> None:
    """Measure and print."""
    peers = _peers()
    missing = [name for name, package in (("pycairo", "cairo"),) if not find_spec(package)]
    for width, height in SIZES:
        few = turns if (width, height) == SIZES[0] else min(turns, FEW)
        print(f"\n{heading('ours')}   gradients {width}x{height}")
        for kind, angle in SHAPES:
            for row in _compare(width, height, kind, angle, few, peers):
                print(row)
        for row in _others(width, height, few):
            print(row)
    if missing:
        print(f"\nnot installed: {' '.join(missing)}")


def _compare(
    width: int, height: int, kind: Kind, angle: float, turns: int, peers: dict[str, Peer]
) -> Iterator[Row]:
    """Ours and those of the peers that know this shape, one call each in turn."""
    colours = _colours()

    def ours() -> bytes:
        return draw(Gradient(width, height, next(colours), kind, angle))

    calls: dict[str, Call] = {"ours cold": _forgetting(ours), "ours again": ours}
    for name, peer in peers.items():
        if name == "pycairo" or (kind == "linear" and angle == 0):
            calls[name] = partial(_with_colours, peer, (width, height, kind, angle), colours)
    times, sizes = _rounds(calls, turns)
    what = f"{kind} {angle:.0f}" if kind == "linear" else kind
    first = Row(f"{what}: ours cold", times["ours cold"], sizes["ours cold"])
    yield first
    for name in list(calls)[1:]:
        row = Row(f"{what}: {name}", times[name], sizes[name])
        yield Times(row, first)


def _with_colours(
    peer: Peer, shape: tuple[int, int, Kind, float], colours: Iterator[Stops]
) -> bytes:
    return peer(*shape, next(colours))


class Times(Row):
    """A row that says how many times longer it took than the first."""

    def __init__(self, row: Row, first: Row) -> None:
        self.name, self.size, self.against = row.name, row.size, first
        self.median, self.p10 = row.median, row.p10

    def __str__(self) -> str:
        assert self.against
        return f"{super().__str__()[:-18]}{self.p10 / self.against.p10:18.2f}"


def _others(width: int, height: int, turns: int) -> Iterator[Row]:
    """Ours that have no peer: 24 bits, turns, dither."""
    turbo = colormaps.stops("turbo")
    wishes = {
        "conic cold": Gradient(width, height, next(_colours()), "conic"),
        "turbo, slanted": Gradient(width, height, turbo, "linear", 30.0),
        "turbo, radial": Gradient(width, height, turbo, "radial"),
        "dithered": Gradient(width, height, next(_colours()), dither=True),
    }
    calls = {name: _forgetting(partial(draw, wish)) for name, wish in wishes.items()}
    times, sizes = _rounds(calls, min(turns, FEW))
    for name in calls:
        yield Row(name, times[name], sizes[name])


def _rounds(calls: dict[str, Call], turns: int) -> tuple[dict[str, list[float]], dict[str, int]]:
    sizes = {name: len(call()) for name, call in calls.items()}
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(turns):
        for name, call in calls.items():
            times[name].append(timed(call))
    return times, sizes


def _forgetting(call: Call) -> Call:
    """The call, before which all shapes were forgotten."""

    def cold() -> bytes:
        field._shapes = Kept(field.SHAPE_BYTES)
        return call()

    return cold


def _colours() -> Iterator[Stops]:
    """Two random colours, again and again."""
    return map(chance, count())


def _peers() -> dict[str, Peer]:
    found: dict[str, Peer] = {
        "tutorial's loop": _loop,
        "numpy + Pillow": _numpy,
        "Pillow resize": _resize,
    }
    return found | ({"pycairo": _cairo} if find_spec("cairo") else {})


def _loop(width: int, height: int, _kind: Kind, _angle: float, stops: Stops) -> bytes:
    image = Image.new("RGB", (width, height))
    pen = ImageDraw.Draw(image)
    left, right = stops[0].colour, stops[-1].colour
    for x in range(width):
        colour = tuple(int(a + (b - a) * x / width) for a, b in zip(left, right, strict=True))
        pen.line((x, 0, x, height), fill=colour)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _numpy(width: int, height: int, _kind: Kind, _angle: float, stops: Stops) -> bytes:
    part = np.linspace(0, 1, width)[:, None]
    left, right = (np.array(list(stop.colour), float) for stop in (stops[0], stops[-1]))
    row = np.rint(left + (right - left) * part).astype(np.uint8)
    return _saved(Image.fromarray(np.repeat(row[None], height, axis=0)))


def _resize(width: int, height: int, _kind: Kind, _angle: float, stops: Stops) -> bytes:
    ends = Image.frombytes("RGB", (2, 1), stops[0].colour + stops[-1].colour)
    row = ends.resize((width, 1), Image.Resampling.BILINEAR)
    return _saved(row.resize((width, height), Image.Resampling.NEAREST))


def _saved(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def _cairo(width: int, height: int, kind: Kind, angle: float, stops: Stops) -> bytes:
    cairo: Any = import_module("cairo")
    surface = cairo.ImageSurface(cairo.FORMAT_RGB24, width, height)
    pen = cairo.Context(surface)
    x, y = width / 2, height / 2
    if kind == "radial":
        pattern = cairo.RadialGradient(x, y, 0, x, y, math.hypot(x, y))
    else:
        across, down = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        half = x * abs(across) + y * abs(down)
        ends = (x - across * half, y - down * half, x + across * half, y + down * half)
        pattern = cairo.LinearGradient(*ends)
    for place, colour in stops:
        pattern.add_color_stop_rgb(place, *(part / 255 for part in colour))
    pen.set_source(pattern)
    pen.paint()
    buffer = io.BytesIO()
    surface.write_to_png(buffer)
    return buffer.getvalue()
