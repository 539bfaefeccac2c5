"""The tutorial's first picture, grown up: colours that run from place to place.

    width=300&height=300&stops=ff0000,00ff00@0.3,0000ff&kind=linear&angle=0&seed=7&dither=1

Without stops and seed it is another one each time; else equal wishes give equal bytes. Along an
axis colours are exact to the nearest level; elsewhere they are within two levels of those half a
pixel away.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, tzinfo
from hashlib import blake2b
from typing import Any

import numpy as np

from watcher.draw import colormaps, field, ramp, values
from watcher.draw.canvas import Bytes, Floats
from watcher.draw.field import Kind, Shape
from watcher.draw.stops import Stop, colours, spread, steepest
from watcher.draw.values import Reader
from watcher.draw.view import LONGEST_VALUE, MAX_PIXELS, ViewError, ignored

LARGEST_SEED = 2**64 - 1
SMOOTH = 3 * (field.INDEXES - 1)  # levels from end to end: more, and 256 colours show as bands
LIVE = "viridis"  # colours of a stripe that names none
GAP = (128, 128, 128)  # of a stripe where nothing is known: neither high nor low


@dataclass(frozen=True, slots=True)
class Gradient:
    """What gradient to draw; sizes in pixels. No stops: another one each time."""

    width: int = 300
    height: int = 300
    stops: tuple[Stop, ...] = ()
    kind: Kind = "linear"
    angle: float = 0.0  # degrees, clockwise, 0 = to the right, below 360
    dither: bool = False


def _seed(text: str, _zone: tzinfo) -> int:
    if not re.fullmatch(r"[0-9]{1,20}", text) or int(text) > LARGEST_SEED:
        raise ValueError(f"{text!r} is not a whole number from 0 to {LARGEST_SEED}")
    return int(text)


def _angle(text: str, _zone: tzinfo) -> float:
    if not re.fullmatch(r"-?[0-9]{1,4}(\.[0-9]{1,3})?", text):
        raise ValueError(f"{text!r} is not an angle: write degrees, such as 45 or -22.5")
    return float(text) % 360


def _stops(text: str, _zone: tzinfo) -> tuple[Stop, ...]:
    if text in colormaps.TABLES:
        return colormaps.stops(text)
    given = [_stop(piece) for piece in text.split(",")]
    if len(given) < 2:
        raise ValueError(f"{text!r} is one colour: write two or more")
    return spread(given)


def _stop(text: str) -> tuple[float | None, bytes]:
    match = re.fullmatch(r"#?([0-9a-fA-F]{6})(?:@(0(?:\.[0-9]{1,6})?|1(?:\.0{1,6})?))?", text)
    if match is None:
        maps = " ".join(colormaps.TABLES)
        raise ValueError(
            f"{text!r} is not a stop: write RRGGBB or RRGGBB@0.3, or one name of {maps}"
        )
    colour, place = match.groups()
    return None if place is None else float(place), bytes.fromhex(colour)


# parameter -> what it says, reader
PARAMETERS: dict[str, tuple[str, Reader]] = {
    "width": ("width", values.side),
    "height": ("height", values.side),
    "w": ("width", values.side),
    "h": ("height", values.side),
    "scale": ("scale", values.whole(1, 2, 3)),
    "stops": ("stops", _stops),
    "kind": ("kind", values.one_of("linear", "radial", "conic")),
    "angle": ("angle", _angle),
    "seed": ("seed", _seed),
    "dither": ("dither", values.switch),
}


def parse(pairs: Iterable[tuple[str, str]]) -> Gradient:
    """The gradient that text parameters ask for; raises ViewError naming the bad one."""
    wanted: dict[str, Any] = {}
    for name, text in pairs:
        if ignored(name) or text == "":
            continue
        if name not in PARAMETERS:
            raise ViewError(f"{name[:40]}: no such parameter: there are {' '.join(PARAMETERS)}")
        key, read = PARAMETERS[name]
        if key in wanted:
            raise ViewError(f"{name}: given twice")
        if len(text) > LONGEST_VALUE:
            raise ViewError(f"{name}: longer than {LONGEST_VALUE} characters")
        try:
            wanted[key] = read(text, UTC)
        except ValueError as error:
            raise ViewError(f"{name}: {error}") from None
    return _canonical(wanted)


def _canonical(wanted: dict[str, Any]) -> Gradient:
    """One value for all spellings: a seed is its colours, a scale is pixels, a circle is round."""
    scale, seed = wanted.pop("scale", 1), wanted.pop("seed", None)
    found = Gradient(**wanted)
    width, height = found.width * scale, found.height * scale
    if width * height > MAX_PIXELS:
        pixels = f"{width * height:,}"
        raise ViewError(f"width x height x scale^2: {pixels} pixels, at most {MAX_PIXELS:,}")
    return Gradient(
        width,
        height,
        found.stops or (() if seed is None else chance(seed)),
        found.kind,
        0.0 if found.kind == "radial" else found.angle,
        found.dither,
    )


def chance(seed: int | None = None) -> tuple[Stop, ...]:
    """Two random colours; those of a seed are always the same."""
    source = os.urandom(6) if seed is None else blake2b(seed.to_bytes(8), digest_size=6).digest()
    return Stop(0.0, source[:3]), Stop(1.0, source[3:])


def draw(wish: Gradient) -> bytes:
    """The PNG of a gradient."""
    stops = wish.stops or chance()
    if along_an_axis(wish):
        return _ramp(wish, stops)
    shape = Shape(wish.kind, wish.angle, wish.width, wish.height)
    if wish.dither or steepest(stops) > SMOOTH:
        return field.exact(shape, stops, dither=wish.dither)
    return field.paletted(shape, stops)


def along_an_axis(wish: Gradient) -> bool:
    """Whether it costs one row or one column, however large it is."""
    return wish.kind == "linear" and wish.angle % 90 == 0 and not wish.dither


def _ramp(wish: Gradient, stops: tuple[Stop, ...]) -> bytes:
    upright = wish.angle in (90, 270)
    last = (wish.height if upright else wish.width) - 1
    places = np.arange(last + 1) / last
    pixels = _nearest(colours(stops, places if wish.angle < 180 else places[::-1]))
    return ramp.down(pixels, wish.width) if upright else ramp.across(pixels, wish.height)


def stripe(parts: Floats, wish: Gradient) -> bytes:
    """A log as a stripe: a colour from left to right for each of `parts`, from 0 to 1.

    NaN is a gap; there is at least one. Of `wish` it takes the size and the stops.
    """
    stops = wish.stops or colormaps.stops(LIVE)
    known = ~np.isnan(parts)
    pixels = np.full((len(parts), 3), GAP, np.uint8)
    pixels[known] = _nearest(colours(stops, np.clip(parts[known], 0, 1)))
    columns = np.arange(wish.width) * len(parts) // wish.width
    return ramp.across(pixels[columns], wish.height)


def _nearest(found: Floats) -> Bytes:
    return np.rint(found).astype(np.uint8)
