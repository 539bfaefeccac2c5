"""Gradients: as a plain float drawing has them, bounded, and cheap where they can be."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import reference
from tests.pngcheck import complaints
from watcher.draw import colormaps, field, gradient, png
from watcher.draw.gradient import Gradient, draw, parse, stripe
from watcher.draw.stops import Stop, steepest
from watcher.draw.view import ViewError

RED, GREEN, BLUE = b"\xff\0\0", b"\0\xff\0", b"\0\0\xff"
TWO = (Stop(0.0, b"\x10\x20\x30"), Stop(1.0, b"\xf0\x80\0"))
RAINBOW = tuple(
    Stop(at / 6, bytes.fromhex(colour))
    for at, colour in enumerate("ff0000 ffff00 00ff00 00ffff 0000ff ff00ff ff0000".split())
)
MIDDLE = 2.0  # levels that a picture may differ from the reference, beside half a pixel's way


def places(wish: Gradient) -> Any:
    """The place of each pixel's middle, the plain way."""
    y, x = np.mgrid[: wish.height, : wish.width].astype(float)
    x -= (wish.width - 1) / 2
    y -= (wish.height - 1) / 2
    if wish.kind == "radial":
        return np.hypot(x, y) / math.hypot(x[0, 0], y[0, 0])
    if wish.kind == "conic":
        return (np.arctan2(y, x) / (2 * math.pi) - wish.angle / 360) % 1
    turn = math.radians(wish.angle)
    along = x * math.cos(turn) + y * math.sin(turn)
    return np.clip(along / (2 * np.abs(along).max()) + 0.5, 0, 1)


def exact(wish: Gradient, where: Any) -> Any:
    stops: Sequence[Stop] = wish.stops
    at = [stop.place for stop in stops]
    return np.stack(
        [np.interp(where, at, [stop.colour[part] for stop in stops]) for part in range(3)], axis=-1
    )


def differences(wish: Gradient) -> Any:
    """How far each pixel is from the reference, in levels; the seam of a turn is left out."""
    where = places(wish)
    found = np.abs(reference.rgb(draw(wish)).astype(float) - exact(wish, where)).max(axis=-1)
    if wish.kind == "conic":
        seam = np.minimum(where, 1 - where) < 1 / 256
        found[seam] = 0
    return found


def half_a_pixel(wish: Gradient) -> float:
    """The most levels on half a pixel's way."""
    return steepest(wish.stops) / 2 / min(wish.width, wish.height)


@pytest.mark.parametrize("stops", [TWO, RAINBOW, colormaps.stops("viridis")])
@pytest.mark.parametrize("kind", ["linear", "radial", "conic"])
@pytest.mark.parametrize("angle", [0, 1, 30, 45, 89.6, 90, 135, 180, 200.5, 270, 315, 359])
def test_every_shape_is_the_plain_reference(kind: Any, angle: float, stops: Any) -> None:
    for width, height in ((161, 100), (64, 203)):
        wish = Gradient(width, height, stops, kind, float(angle))
        assert differences(wish).max() <= MIDDLE + (half_a_pixel(wish) if kind == "linear" else 0)


@given(st.integers(16, 400), st.integers(16, 400), st.sampled_from([0, 90, 180, 270]), st.data())
def test_along_an_axis_colours_are_exact(width: int, height: int, angle: int, data: Any) -> None:
    count = data.draw(st.integers(2, 9))
    colours = [data.draw(st.binary(min_size=3, max_size=3)) for _ in range(count)]
    stops = tuple(Stop(at / (count - 1), colour) for at, colour in enumerate(colours))
    assert differences(Gradient(width, height, stops, "linear", angle)).max() <= 0.5001


@pytest.mark.parametrize("kind", ["linear", "radial", "conic"])
def test_dithered_blocks_have_the_mean_of_the_reference(kind: Any) -> None:
    wish = Gradient(96, 64, TWO, kind, 30.0, dither=True)
    found = reference.rgb(draw(wish)).astype(float) - exact(wish, places(wish))
    if kind == "conic":
        found[np.minimum(places(wish), 1 - places(wish)) < 0.02] = 0
    means = found.reshape(16, 4, 24, 4, 3).mean(axis=(1, 3))
    assert np.abs(means).max() < 0.35  # undithered: 0.5 and more, in bands
    assert np.abs(found).max() <= 1.01


def test_dither_hides_the_bands_of_a_slow_gradient() -> None:
    slow = (Stop(0.0, bytes((100, 100, 100))), Stop(1.0, bytes((104, 104, 104))))
    plain, dithered = (Gradient(256, 64, slow, dither=on) for on in (False, True))
    off = []
    for wish in (plain, dithered):
        found = reference.rgb(draw(wish)).astype(float) - exact(wish, places(wish))
        off.append(np.abs(found.reshape(16, 4, 64, 4, 3).mean(axis=(1, 3))).max())
    assert off[1] < off[0] / 5


@pytest.mark.parametrize("height", [16, 64, 65, 128, 129, 300, 2160])
@pytest.mark.parametrize("angle", ["0", "90"])
def test_the_checksum_holds_though_nothing_was_summed(height: int, angle: str) -> None:
    picture = draw(parse([("w", "37"), ("h", str(height)), ("seed", "3"), ("angle", angle)]))
    at = picture.index(b"IDAT")
    data = picture[at + 4 : at + 4 + int.from_bytes(picture[at - 4 : at], "big")]
    assert len(zlib.decompress(data)) == (3 * 37 + 1) * height  # raises if Adler-32 is wrong


def test_equal_seeds_give_equal_bytes_and_others_do_not() -> None:
    first, again, other = (draw(parse([("seed", seed)])) for seed in "778")
    assert first == again != other


def test_without_a_seed_each_one_is_another() -> None:
    assert len({draw(Gradient(20, 20)) for _ in range(5)}) == 5


def test_only_the_first_row_is_deflated_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    draw(Gradient(300, 4096, TWO))
    deflated: list[int] = []
    part = png.part

    def noted(rows: bytes) -> png.Part:
        deflated.append(len(rows))
        return part(rows)

    monkeypatch.setattr(png, "part", noted)
    assert len(draw(Gradient(300, 4096, RAINBOW))) < 12_000
    assert deflated == [1 + 3 * 300]


def test_a_shape_that_was_drawn_costs_other_colours_only(monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = [Gradient(70, 50, TWO, kind, 30.0) for kind in ("linear", "radial", "conic")]
    for wish in shapes:
        draw(wish)
    monkeypatch.setattr(png, "part", lambda _: pytest.fail("rows were made again"))
    for wish in shapes:
        draw(Gradient(70, 50, colormaps.stops("magma"), wish.kind, 30.0))
    draw(Gradient(70, 50, TWO, "conic", 77.0))  # a turn's angle is its palette's


@pytest.mark.parametrize(
    ("height", "alike"), [(800, True), (801, False), (802, False), (400, False)]
)
def test_rows_of_a_large_circle_are_alike_in_pairs(height: int, alike: bool) -> None:
    wish = Gradient(2000, height, TWO, "radial")
    found = reference.rgb(draw(wish))
    assert np.array_equal(found[::2][: height // 2], found[1::2]) == alike
    assert np.array_equal(found, found[::-1])
    assert np.array_equal(found, found[:, ::-1])
    assert differences(wish).max() <= 1 + half_a_pixel(wish)


@pytest.mark.parametrize("width", [16, 17, 300, 301])
def test_half_of_a_circles_row_is_worked_out_and_the_other_is_its_mirror(width: int) -> None:
    right = np.random.default_rng(width).integers(0, 256, (5, (width + 1) // 2)).astype(np.uint8)
    whole = np.concatenate((right[:, width % 2 :][:, ::-1], right), axis=1)
    rows = field._both_halves(right, np.empty((5, width + 1), np.uint8))
    assert np.array_equal(rows, field._filtered(whole))


def test_kept_shapes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(field, "_shapes", kept := type(field._shapes)(20_000))
    for angle in range(1, 60):
        draw(Gradient(200, 200, TWO, "linear", float(angle)))
    assert kept.size <= 20_000


@pytest.mark.parametrize("name", sorted(colormaps.TABLES))
def test_colormaps_have_names(name: str) -> None:
    wish = parse([("stops", name), ("w", "256"), ("h", "16")])
    row = reference.rgb(draw(wish))[0]
    assert bytes(row[0]) == wish.stops[0].colour
    assert bytes(row[-1]) == wish.stops[-1].colour


def test_colormaps_are_those_that_people_know() -> None:
    viridis = reference.rgb(draw(parse([("stops", "viridis"), ("w", "256"), ("h", "16")])))[0]
    assert viridis[[0, 255]].tolist() == [[0x44, 1, 0x54], [0xFD, 0xE7, 0x25]]
    assert np.abs(viridis[128].astype(int) - [0x21, 0x91, 0x8C]).max() <= 2


def test_fast_changes_of_colour_take_24_bits_and_slow_ones_a_palette() -> None:
    edge = (TWO[0], Stop(0.5, BLUE), Stop(0.5, RED), Stop(1.0, RED))
    sudden = (TWO[0], Stop(0.5, BLUE), Stop(0.51, RED), Stop(1.0, RED))
    assert [steepest(stops) for stops in (TWO, RAINBOW)] == [224, pytest.approx(6 * 255)]
    assert steepest(edge) == math.inf
    assert steepest((TWO[0], TWO[0], TWO[1])) == 224
    for stops, mode in ((TWO, "P"), (edge, "RGB"), (RAINBOW, "RGB"), (sudden, "RGB")):
        assert reference.decode(draw(Gradient(40, 30, stops, "radial"))).mode == mode


def test_a_hard_edge_is_hard() -> None:
    wish = parse([("stops", "ff0000,ff0000@0.5,0000ff@0.5,0000ff"), ("w", "100"), ("h", "16")])
    assert {bytes(pixel) for pixel in reference.rgb(draw(wish))[0]} == {RED, BLUE}


def test_stops_without_a_place_lie_between_their_neighbours() -> None:
    wish = parse([("stops", "ff0000,00ff00@0.3,0000ff")])
    assert wish.stops == (Stop(0.0, RED), Stop(0.3, GREEN), Stop(1.0, BLUE))
    wish = parse([("stops", "000000@0.2,111111,222222,333333@0.8")])
    assert [round(stop.place, 6) for stop in wish.stops] == [0.2, 0.4, 0.6, 0.8]


def test_spellings_of_one_wish_are_one_value() -> None:
    assert parse([]) == Gradient(300, 300)
    assert parse([("w", "20"), ("h", "30"), ("seed", "7")]) == Gradient(20, 30, gradient.chance(7))
    assert parse([("width", "20"), ("_", "x"), ("123", ""), ("nocache", "1"), ("height", "")]) == (
        Gradient(width=20)
    )
    assert parse([("stops", "FF0000,#0000ff@1.0")]) == parse([("stops", "ff0000@0,0000ff")])
    assert parse([("angle", "-45")]) == parse([("angle", "315.0")]) == parse([("angle", "675")])
    assert parse([("kind", "radial"), ("angle", "30")]) == parse([("kind", "radial")])
    assert parse([("seed", "7"), ("stops", "viridis")]) == parse([("stops", "viridis")])
    assert parse([("w", "40"), ("h", "32"), ("scale", "2")]) == parse([("w", "80"), ("h", "64")])


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([("width", "15")], "width: '15' is not from 16 to 4096"),
        ([("h", "4097")], "h: '4097' is not"),
        ([("h", "²")], "h: "),
        ([("w", "20"), ("width", "20")], "width: given twice"),
        ([("seed", "-1")], "seed: '-1' is not a whole number"),
        ([("seed", str(2**64))], "seed: "),
        ([("kind", "square")], "kind: 'square' is not one of linear radial conic"),
        ([("angle", "left")], "angle: 'left' is not an angle: write degrees"),
        ([("angle", "1e9")], "angle: "),
        ([("angle", "nan")], "angle: "),
        ([("dither", "yes")], "dither: 'yes' is neither 1 nor 0"),
        ([("scale", "4")], "scale: '4' is not one of 1 2 3"),
        ([("stops", "ff0000")], "stops: 'ff0000' is one colour"),
        ([("stops", "red,blue")], "stops: 'red' is not a stop: write RRGGBB"),
        ([("stops", "ff0000@0.5,00ff00@0.4")], "stops: places of stops may not fall"),
        ([("stops", "ff0000@2,00ff00")], "stops: 'ff0000@2' is not a stop"),
        ([("stops", "ff0000," * 40 + "000000")], "stops: longer than 200 characters"),
        ([("colour", "red")], "colour: no such parameter: there are width"),
        ([("width", "4096"), ("height", "4096")], "pixels, at most"),
        ([("width", "2000"), ("height", "2000"), ("scale", "2")], "scale.2: 16,000,000 pixels"),
    ],
)
def test_what_cannot_be_obeyed_is_named(pairs: list[tuple[str, str]], words: str) -> None:
    with pytest.raises(ViewError, match=words.replace("²", ".")):
        parse(pairs)


VALUES = st.one_of(
    st.text(max_size=12),
    st.integers(-5, 500).map(str),
    st.floats(-800, 800).map(lambda number: f"{number:.2f}"),
    st.sampled_from(["linear", "radial", "conic", "viridis", "turbo", "ff0000,00ff00@0.3,0000ff"]),
)


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from([*gradient.PARAMETERS, "_", "x"]), VALUES, max_size=5))
def test_any_parameters_give_the_picture_asked_for_or_a_clear_error(wish: dict[str, str]) -> None:
    try:
        found = parse(list(wish.items()))
    except ViewError as error:
        named = str(error).split(":")[0]
    else:
        assert reference.decode(draw(found)).size == (found.width, found.height)
        return
    assert named in (*wish, "width x height x scale^2")


def test_a_log_as_a_stripe_has_a_colour_for_each_column_and_grey_gaps() -> None:
    values = np.array([0.0, math.nan, 1.0, 7.0, -7.0])
    wish = parse([("w", "50"), ("h", "16"), ("stops", "ff0000,0000ff")])
    pixels = reference.rgb(stripe(values, wish))
    assert pixels.shape == (16, 50, 3)
    assert (pixels == pixels[0]).all()
    found = [bytes(pixel) for pixel in pixels[0, 5::10]]
    assert found == [RED, bytes(gradient.GAP), BLUE, BLUE, RED]
    assert reference.decode(stripe(np.array([math.nan]), Gradient(16, 16))).size == (16, 16)
    assert bytes(reference.rgb(stripe(np.array([0.0]), Gradient()))[0, 0]) == b"\x44\x01\x54"


@pytest.mark.parametrize("kind", ["linear", "radial", "conic"])
@pytest.mark.parametrize("stops", [TWO, RAINBOW])
def test_pngcheck_finds_nothing_wrong(kind: Any, stops: Any) -> None:
    wishes = [Gradient(133, 77, stops, kind, angle) for angle in (0.0, 90.0, 33.0)]
    assert complaints(*map(draw, wishes)) == ""


def test_both_codecs_draw_the_same_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = []
    for codec in (png.STDLIB, png.ISAL or png.STDLIB):
        monkeypatch.setattr(png, "codec", codec)
        wishes = [Gradient(90, 70, TWO, angle=angle) for angle in (0.0, 90.0, 30.0)]
        pictures.append([reference.rgb(draw(wish)).tolist() for wish in wishes])
    assert pictures[0] == pictures[1]
