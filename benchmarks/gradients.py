"""How fast a gradient becomes PNG bytes, against other ways to make the same picture, in turns.

"cold": a shape that was not drawn before; "again": the same shape in other colours, as a random
gradient is asked for. Along an axis there is nothing to keep but zeros. All end in PNG bytes.
Peers save at zlib's level 1 where they can choose, but for the tutorial's loop, which is as the
tutorial has it. pycairo cannot: its own writer takes five sixths of its time, and the circle alone
some fifteen times as long as all of ours. Ours takes a palette where 256 colours will do.
"""

from __future__ import annotations

import io
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.measure import Call, Row, Times, heading, module, rounds
from watcher.draw import colormaps, field, png
from watcher.draw.canvas import Kept
from watcher.draw.field import Kind
from watcher.draw.gradient import Gradient, draw
from watcher.draw.stops import Stop

SHAPES: tuple[tuple[Kind, float], ...] = (
    ("linear", 0.0),
    ("linear", 90.0),
    ("linear", 30.0),
    ("radial", 0.0),
)
SIZES = ((300, 300), (1920, 1080), (3840, 2160))
FEW = 12  # turns at sizes above the first
# Their channels differ by 36, 79 and 143, as those of two random colours do on the mean. Of random
# ones the least time would be that of the pair most alike, to those whose work depends on it.
PAIR = (60, 160, 40), (96, 81, 183)
# How many times as long as ours, by width; at least.
GOALS: dict[tuple[Kind, float, str], dict[int, float]] = {
    ("linear", 0.0, "tutorial's loop"): {300: 15, 1920: 180, 3840: 500},
    ("linear", 30.0, "pycairo"): {1920: 100, 3840: 100},
    ("radial", 0.0, "pycairo"): {1920: 55, 3840: 55},
}

Stops = tuple[Stop, ...]
Peer = Callable[[int, int, Kind, float, Stops], bytes]


def measure(turns: int, sizes: Sequence[tuple[int, int]] = SIZES) -> None:
    """Measure and print."""
    peers = _peers()
    for width, height in sizes:
        few = turns if (width, height) == SIZES[0] else min(turns, FEW)
        print(f"\n{heading('ours')}   gradients {width}x{height}")
        for kind, angle in SHAPES:
            for row in _compare(width, height, kind, angle, few, peers):
                print(row)
        for row in _others(width, height, few):
            print(row)
    if "pycairo" not in peers:
        print("\nnot installed: pycairo")


def _compare(
    width: int, height: int, kind: Kind, angle: float, turns: int, peers: dict[str, Peer]
) -> Iterator[Row]:
    """Ours and those of the peers that know this shape, one call each in turn."""
    colours = _colours()

    def ours() -> bytes:
        return draw(Gradient(width, height, next(colours), kind, angle))

    calls: dict[str, Call] = {
        "ours cold": _forgetting(ours),
        "ours again": ours,
        "ours cold, stdlib": _plain(_forgetting(ours)),
    }
    for name, peer in peers.items():
        if name == "pycairo" or (kind == "linear" and angle == 0):
            calls[name] = partial(_with_colours, peer, (width, height, kind, angle), colours)
    found = rounds(calls, turns)
    what = f"{kind} {angle:.0f}" if kind == "linear" else kind
    first = Row(f"{what}: ours cold", *found["ours cold"])
    yield first
    for name in list(calls)[1:]:
        goal = GOALS.get((kind, angle, name), {}).get(width)
        yield Times(f"{what}: {name}", *found[name], first, goal)


def _with_colours(
    peer: Peer, shape: tuple[int, int, Kind, float], colours: Iterator[Stops]
) -> bytes:
    return peer(*shape, next(colours))


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
    for name, found in rounds(calls, min(turns, FEW)).items():
        yield Row(name, *found)


def _plain(call: Call) -> Call:
    """The call without isal."""

    def plain() -> bytes:
        usual, png.codec = png.codec, png.STDLIB
        try:
            return call()
        finally:
            png.codec = usual

    return plain


def _forgetting(call: Call) -> Call:
    """The call, for which all shapes are forgotten, but not for those after it."""

    def cold() -> bytes:
        kept, field._shapes = field._shapes, Kept(field.SHAPE_BYTES)
        try:
            return call()
        finally:
            field._shapes = kept

    return cold


def _colours() -> Iterator[Stops]:
    """Two colours, their channels exchanged: others each time, and all as hard to deflate."""
    orders = itertools.permutations(range(3))
    pairs = [[bytes(colour[n] for n in order) for colour in PAIR] for order in orders]
    return itertools.cycle([(Stop(0.0, first), Stop(1.0, last)) for first, last in pairs])


def _peers() -> dict[str, Peer]:
    found: dict[str, Peer] = {
        "tutorial's loop": _loop,
        "numpy + Pillow": _numpy,
        "Pillow resize": _resize,
    }
    return found | ({"pycairo": _cairo} if module("cairo") else {})


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
    cairo = module("cairo")
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
