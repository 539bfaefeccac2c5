"""Words as tiles: widths, levels, glyphs that fonts lack."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import reference
from tests.reference import Pixels
from watcher.draw import text
from watcher.draw.canvas import blank
from watcher.draw.planes import BARS, FULL, Planes
from watcher.draw.theme import STRONG

GREYS = bytes(value for index in range(256) for value in (index, index, index))


def stamped(words: str, planes: Planes, x: int = 5, tone: float = STRONG) -> Pixels:
    made = blank(200, 40, planes.bits)
    made.stamp(text.tile(words, 16, tone, planes), x, 25)
    return np.asarray(reference.decode(made.finish(GREYS[: 3 << planes.bits])))


@pytest.fixture
def no_other_fonts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(text, "FALLBACKS", ())
    for kept in (text._fallbacks, text._set, text.width):
        kept.cache_clear()
    text._tiles.clear()
    yield
    for kept in (text._fallbacks, text._set, text.width):
        kept.cache_clear()
    text._tiles.clear()


@pytest.mark.parametrize("planes", [BARS, FULL])
def test_letters_use_the_text_levels_only(planes: Planes) -> None:
    used = set(np.unique(stamped("Hello 0.5", planes)).tolist())
    assert used <= {0, *range(planes.text + 1, planes.text + planes.levels + 1)}
    assert planes.text + planes.levels in used


def test_dim_words_stay_below_their_part_of_the_levels() -> None:
    assert stamped("Hello", BARS, tone=0.7).max() == BARS.text + 7


@pytest.mark.parametrize("planes", [BARS, FULL])
def test_a_word_looks_the_same_at_even_and_odd_columns(planes: Planes) -> None:
    even, odd = stamped("watch", planes, 6), stamped("watch", planes, 7)
    assert even[:, :-1].tolist() == odd[:, 1:].tolist()


@given(st.text(max_size=60), st.integers(8, 40), st.integers(0, 300))
def test_fit_is_never_wider_than_its_room(words: str, size: int, room: int) -> None:
    assert text.width(text.fit(words, size, room), size) <= room or not words


def test_what_fits_is_left_as_it_is_and_the_rest_ends_in_an_ellipsis() -> None:
    assert text.fit("short", 12, 100) == "short"
    assert text.fit("much longer than that", 12, 60).endswith("…")
    assert text.fit("much longer than that", 12, 3) == ""


def test_pillows_own_font_sets_what_it_has() -> None:
    assert text._set("cpu temp °C…") == ("cpu temp °C…", text.OWN)


DEJAVU = text.FALLBACKS[0]
has_dejavu = pytest.mark.skipif(not Path(DEJAVU).exists(), reason="no DejaVu Sans here")


@has_dejavu
def test_other_letters_fall_back_to_a_font_that_has_them_and_then_to_question_marks() -> None:
    assert text._set("Größe µs × Ελλάδα Привет") == ("Größe µs × Ελλάδα Привет", DEJAVU)
    assert text._set("温度 é") == ("?? é", DEJAVU)


@has_dejavu
def test_a_font_that_is_asked_for_sets_all_it_can() -> None:
    own = text.width("watch", 20)
    text.use(DEJAVU)
    try:
        assert text._set("watch") == ("watch", DEJAVU)
        assert text.width("watch", 20) != own
    finally:
        text.use("")
    assert text.width("watch", 20) == own
    with pytest.raises(OSError, match=r"resource|open"):
        text.use("/nowhere/x.ttf")


def test_without_other_fonts_letters_lose_their_accents(no_other_fonts: None) -> None:
    assert text._set("Größe é µs × –") == ("Grosse e us x -", text.OWN)
    assert text._set("Привет") == ("??????", text.OWN)
    assert stamped("Größe", BARS).any()


@given(st.text(max_size=30))
def test_any_text_can_be_set(words: str) -> None:
    assert text.tile(words, 12, STRONG, BARS).height >= 1
    assert text.tile("a\x00b\nc\ud800", 12, STRONG, BARS).width > 1


def test_rendered_words_are_bounded_in_bytes() -> None:
    for number in range(300):
        text.tile(f"a long notice of no great interest, number {number}", 90, STRONG, FULL)
    assert text._tiles.size <= text.TILE_BYTES
