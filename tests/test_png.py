"""Chunks, headers, deflate and the splice of a palette."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import reference
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
