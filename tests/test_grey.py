"""Grey for e-ink, and pictures that are turned: as the plain conversion has them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import reference
from tests.pngcheck import complaints
from watcher.draw import gradient, png, raster
from watcher.draw.gradient import Gradient
from watcher.draw.grey import Depth, Turn, convert, rotated

DEPTHS: tuple[Depth, ...] = (1, 2, 4, 8)
TURNS: tuple[Turn, ...] = (0, 90, 180, 270)


def picture(width: int, height: int, bits: int = 8, seed: int = 0) -> tuple[bytes, Any, Any]:
    """Blocks of indexes, the picture of them, and their colours."""
    random = np.random.default_rng(seed)
    blocks = random.integers(0, min(200, 2**bits), (-(-height // 8), -(-width // 8)), np.uint8)
    pixels = blocks.repeat(8, 0).repeat(8, 1)[:height, :width]
    colours = random.integers(0, 256, (min(200, 2**bits), 3), np.uint8)
    rows = png.part(raster.filtered(raster.packed(pixels, bits)))
    return png.paletted(width, height, bits, colours.tobytes(), rows), pixels, colours


def seen(colours: Any) -> Any:
    """The grey of colours, by the letter of the standard."""
    part = colours.astype(float) / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    light = linear[..., 0] * 0.2126 + linear[..., 1] * 0.7152 + linear[..., 2] * 0.0722
    coded = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.rint(coded * 255)


def levels(made: bytes, depth: int) -> Any:
    """What Pillow reads, as levels from 0."""
    image = reference.decode(made)
    assert image.mode == ("1" if depth == 1 else "L")
    most = 2**depth - 1
    return np.rint(np.asarray(image.convert("L")).astype(float) / 255 * most).astype(int)


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("bits", [4, 8])
@pytest.mark.parametrize("rotate", TURNS)
def test_every_depth_is_the_nearest_grey(depth: Any, bits: int, rotate: Any) -> None:
    made, pixels, colours = picture(67, 41, bits)
    exact = np.rint(seen(colours) * (2**depth - 1) / 255)[pixels]
    found = levels(convert(made, depth, rotate=rotate), depth)
    assert (found == np.rot90(exact, -rotate // 90)).all()


@pytest.mark.parametrize("depth", DEPTHS)
def test_dithered_blocks_have_the_mean_of_what_they_stand_for(depth: Any) -> None:
    made, pixels, colours = picture(64, 48)
    found = levels(convert(made, depth, dither=True), depth)
    means = found.reshape(6, 8, 8, 8).mean(axis=(1, 3)) * 255 / (2**depth - 1)
    exact = seen(colours)[pixels][::8, ::8]
    assert np.abs(means - exact).max() <= 255 / (2**depth - 1) / 128 + 1e-9


def test_a_change_in_one_place_changes_dither_in_no_other() -> None:
    made, pixels, colours = picture(64, 48)
    pixels = pixels.copy()
    pixels[:8, :8] += 1
    rows = png.part(raster.filtered(pixels))
    other = png.paletted(64, 48, 8, colours.tobytes(), rows)
    before, after = (levels(convert(one, 1, dither=True), 1) for one in (made, other))
    assert (before[8:] == after[8:]).all()
    assert (before[:, 8:] == after[:, 8:]).all()


def test_letters_are_not_torn() -> None:
    made, pixels, _ = picture(64, 48, 4)
    crisp = levels(convert(made, 1, dither=True, letters=6), 1)
    plain, torn = levels(convert(made, 1), 1), levels(convert(made, 1, dither=True), 1)
    words = pixels >= 6
    assert (crisp[words] == plain[words]).all()
    assert (crisp[~words] == torn[~words]).all()
    assert (torn[words] != plain[words]).any()


@pytest.mark.parametrize("kind", ["linear", "radial"])
@pytest.mark.parametrize("angle", [0.0, 90.0, 40.0])
def test_pictures_of_24_bits_become_grey_too(kind: Any, angle: float) -> None:
    wish = gradient.parse([("stops", "turbo"), ("w", "90"), ("h", "70")])
    made = gradient.draw(Gradient(90, 70, wish.stops, kind, angle))
    exact = seen(reference.rgb(made))
    assert np.abs(levels(convert(made, 8), 8) - exact).max() <= 2  # where it is darkest


@pytest.mark.parametrize("bits", [4, 8])
@pytest.mark.parametrize("rotate", TURNS)
def test_a_picture_in_colour_is_turned_clockwise(bits: int, rotate: Any) -> None:
    made, pixels, colours = picture(67, 41, bits)
    found = reference.rgb(rotated(made, rotate))
    assert (found == np.rot90(colours[pixels], -rotate // 90)).all()
    assert found.shape[:2] == ((41, 67) if rotate in (0, 180) else (67, 41))


def test_a_turned_picture_is_still_transparent() -> None:
    made = png.transparent(picture(67, 41, 4)[0], b"\0")
    assert reference.decode(rotated(made, 90)).info["transparency"] == 0  # of index 0


@settings(max_examples=50)
@given(st.integers(1, 80), st.integers(1, 80), st.sampled_from(DEPTHS), st.sampled_from(TURNS))
def test_any_size_can_be_converted(width: int, height: int, depth: Any, rotate: Any) -> None:
    made = picture(width, height, 8, seed=width)[0]
    found = levels(convert(made, depth, dither=True, rotate=rotate), depth)
    assert found.shape == ((height, width) if rotate % 180 == 0 else (width, height))


def test_pictures_of_others_are_refused() -> None:
    made = bytearray(picture(16, 16)[0])
    made[25] = 4  # colour type: grey and alpha
    for other in (b"GIF89a", bytes(made)):
        with pytest.raises(ValueError, match="not a picture of ours"):
            convert(other, 8)


def test_pngcheck_finds_nothing_wrong() -> None:
    made = picture(67, 41, 4)[0]
    greys = [convert(made, depth, dither=dither) for depth in DEPTHS for dither in (False, True)]
    assert complaints(*greys, rotated(png.transparent(made, b"\0"), 90)) == ""
