"""Gradients: exact, deterministic with a seed, bounded, and as cheap as one row."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import reference
from watcher.draw import gradient as module
from watcher.draw.gradient import Gradient, gradient, parse
from watcher.draw.view import ViewError


@given(st.integers(16, 700), st.integers(16, 200), st.integers(0, 2**64 - 1))
def test_rows_are_alike_and_run_from_one_colour_to_the_other(
    width: int, height: int, seed: int
) -> None:
    pixels = reference.rgb(gradient(width, height, seed)).astype(float)
    assert pixels.shape == (height, width, 3)
    assert (pixels == pixels[0]).all()
    exact = pixels[0, 0] + (pixels[0, -1] - pixels[0, 0]) * np.linspace(0, 1, width)[:, None]
    assert np.abs(pixels[0] - exact).max() <= 0.5001


@pytest.mark.parametrize("height", [16, 64, 65, 128, 129, 300, 2160])
def test_the_checksum_holds_though_nothing_was_summed(height: int) -> None:
    png = gradient(37, height, 3)
    at = png.index(b"IDAT")
    data = png[at + 4 : at + 4 + int.from_bytes(png[at - 4 : at], "big")]
    assert len(zlib.decompress(data)) == (3 * 37 + 1) * height  # raises if Adler-32 is wrong


def test_equal_seeds_give_equal_bytes_and_others_do_not() -> None:
    assert gradient(300, 300, 7) == gradient(300, 300, 7)
    assert gradient(300, 300, 7) != gradient(300, 300, 8)


def test_without_a_seed_each_one_is_another() -> None:
    assert len({gradient(20, 20) for _ in range(5)}) == 5


def test_only_the_first_row_is_deflated_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    gradient(300, 4096, 1)
    monkeypatch.setattr(module, "_deflated", lambda *_: pytest.fail("the tail was made again"))
    assert len(gradient(300, 4096, 2)) < 12_000


def test_parameters_have_defaults_short_names_and_cache_busters() -> None:
    assert parse([]) == Gradient(300, 300, None)
    assert parse([("w", "20"), ("h", "30"), ("seed", "7")]) == Gradient(20, 30, 7)
    assert parse([("width", "20"), ("_", "x"), ("123", ""), ("nocache", "1"), ("height", "")]) == (
        Gradient(width=20)
    )


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([("width", "15")], "width: '15' is not from 16 to 4096"),
        ([("h", "4097")], "h: '4097' is not"),
        ([("h", "²")], "h: "),
        ([("w", "20"), ("width", "20")], "width: given twice"),
        ([("seed", "-1")], "seed: '-1' is not a whole number"),
        ([("seed", str(2**64))], "seed: "),
        ([("kind", "radial")], "kind: no such parameter"),
        ([("width", "4096"), ("height", "4096")], "pixels, at most"),
    ],
)
def test_what_cannot_be_obeyed_is_named(pairs: list[tuple[str, str]], words: str) -> None:
    with pytest.raises(ViewError, match=words.replace("²", ".")):
        parse(pairs)
