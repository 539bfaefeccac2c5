"""Chunks, headers, deflate and the splice of a palette."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import reference
from tests.pngcheck import complaints
from watcher.draw import png

ROWS = bytes([0, 0b0001_0010, 0b0011_0000, 0, 0, 0b0001_0001])  # 4-bit, 3 wide, filter None
COLOURS = bytes([255, 255, 255, 1, 2, 3, 40, 50, 60, 7, 8, 9])


def codecs() -> list[png.Codec]:
    return [codec for codec in (png.STDLIB, png.ISAL) if codec]


@pytest.mark.parametrize("codec", codecs())
def test_both_codecs_make_a_stream_that_zlib_reads(
    codec: png.Codec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(png, "codec", codec)
    data = bytes(1000) + b"some words" * 20
    assert zlib.decompress(png.stream([png.part(data)])) == data
    parts = [png.part(data[:cut]) for cut in (900, 0, 70)]
    assert zlib.decompress(png.stream(parts)) == data[:900] + data[:70]
    assert png.chunk(b"abcd", b"xyz")[-4:] == zlib.crc32(b"abcdxyz").to_bytes(4, "big")


def test_a_four_bit_picture_is_read_back() -> None:
    image = reference.decode(png.paletted(3, 2, 4, COLOURS, png.part(ROWS)))
    assert image.size == (3, 2)
    assert np.asarray(image).tolist() == [[1, 2, 3], [0, 0, 1]]


def test_recolor_changes_colours_and_nothing_else() -> None:
    first = png.paletted(3, 2, 4, COLOURS, png.part(ROWS))
    other = bytes(reversed(COLOURS))
    assert png.recolor(first, other) == png.paletted(3, 2, 4, other, png.part(ROWS))
    assert png.recolor(first, COLOURS) == first


@given(st.integers(1, 256), st.integers(1, 256))
def test_recolor_takes_palettes_of_any_length(before: int, after: int) -> None:
    first = png.paletted(3, 2, 8, bytes(3 * before), png.part(bytes(8)))
    assert png.recolor(first, bytes(3 * after)) == png.paletted(
        3, 2, 8, bytes(3 * after), png.part(bytes(8))
    )


def test_recolor_refuses_pictures_that_are_not_ours() -> None:
    with pytest.raises(ValueError, match="not a picture of ours"):
        png.recolor(b"\x89PNG\r\n\x1a\n" + bytes(100), COLOURS)


def small() -> bytes:
    return png.paletted(3, 2, 4, COLOURS, png.part(ROWS))


def test_words_go_with_a_picture() -> None:
    words = {"Title": "request_time", "Description": "größe\nin µs", "Comment": "Зима 冬"}
    image = reference.decode(png.described(small(), words))
    assert image.info == words  # no clock, no path: nothing but what was given
    assert np.asarray(image).tolist() == np.asarray(reference.decode(small())).tolist()


def test_a_picture_with_words_can_still_change_its_colours() -> None:
    other = bytes(reversed(COLOURS))
    words = {"Title": "a"}
    again = png.described(png.paletted(3, 2, 4, other, png.part(ROWS)), words)
    assert png.recolor(png.described(small(), words), other) == again


@given(st.text(max_size=300))
def test_any_words_can_go_with_a_picture(value: str) -> None:
    image = reference.decode(png.described(small(), {"Comment": value}))
    plain = "".join(char if char.isprintable() or char == "\n" else " " for char in value)
    assert image.info["Comment"] == plain


@pytest.mark.parametrize("keyword", ["", " Title", "two  spaces", "Имя", "a\0b", "x" * 80])
def test_what_is_no_keyword_is_refused(keyword: str) -> None:
    with pytest.raises(ValueError, match="is no keyword"):
        png.described(small(), {keyword: "x"})


def test_colours_can_be_transparent() -> None:
    image = reference.decode(png.transparent(small(), b"\0\x80")).convert("RGBA")
    alphas = np.asarray(image)[..., 3]
    assert alphas.tolist() == [[128, 255, 255], [0, 0, 128]]


def test_transparency_refuses_what_makes_no_sense() -> None:
    with pytest.raises(ValueError, match="more alphas than colours"):
        png.transparent(small(), bytes(5))
    with pytest.raises(ValueError, match="not a picture of ours"):
        png.transparent(png.plain(1, 1, 8, png.GREY, png.part(bytes(2))), b"\0")
    with pytest.raises(ValueError, match="not a picture of ours"):
        png.described(b"GIF89a", {"Title": "x"})


def test_grey_and_colour_without_a_palette_are_read_back() -> None:
    grey = reference.decode(png.plain(2, 1, 8, png.GREY, png.part(bytes([0, 7, 200]))))
    assert np.asarray(grey).tolist() == [[7, 200]]
    colour = reference.rgb(png.plain(1, 1, 8, png.RGB, png.part(bytes([0, 1, 2, 3]))))
    assert colour.tolist() == [[[1, 2, 3]]]


def test_pngcheck_finds_nothing_wrong() -> None:
    words = {"Title": "größe", "Comment": "Зима"}
    assert complaints(small(), png.described(png.transparent(small(), b"\0"), words)) == ""
