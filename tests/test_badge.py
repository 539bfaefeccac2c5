"""Badges: as wide as their words, in the colour and the words of their state."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import reference
from tests.pngcheck import complaints
from watcher.draw.badge import COLOURS, LEFT, WHITE, Mood, badge, said
from watcher.draw.grey import luminance

MOODS: tuple[Mood, ...] = get_args(Mood)


@pytest.mark.parametrize("mood", MOODS)
@pytest.mark.parametrize("scale", [1, 2, 3])
def test_a_badge_has_two_halves_and_white_letters(mood: Mood, scale: int) -> None:
    pixels = reference.rgb(badge("latency", "12.3 s", mood, scale))
    assert len(pixels) == 20 * scale
    assert pixels[0, 0].tolist() == list(LEFT)
    assert pixels[0, -1].tolist() == list(COLOURS[mood])
    middle = int((pixels[0] == LEFT).all(axis=-1).sum())
    for half in (pixels[:, :middle], pixels[:, middle:]):
        assert half.min(axis=-1).max() > 200  # letters
        edges = (half[:scale], half[-scale:], half[:, : 3 * scale], half[:, -3 * scale :])
        assert all((edge == half[0, 0]).all() for edge in edges)  # which touch no edge


@pytest.mark.parametrize("mood", MOODS)
def test_white_on_each_colour_can_be_read(mood: Mood) -> None:
    white, ground, left = luminance(np.array([WHITE, COLOURS[mood], LEFT], float))
    assert (white + 0.05) / (ground + 0.05) >= 4.5
    assert (white + 0.05) / (left + 0.05) >= 4.5


def test_a_state_is_said_in_words_too() -> None:
    assert said("12 s", "ok") == "12 s"
    assert said("12 s", "crit") == "!! crit 12 s"
    assert said("12 s", "stale") == "stale 12 s"
    assert said("", "waiting") == "waiting"
    assert said("", "ok") == "-"
    assert len({badge("a", "1", mood) for mood in ("warn", "crit", "stale", "waiting")}) == 4


@given(st.text(max_size=300), st.text(max_size=300), st.sampled_from(MOODS))
def test_any_words_make_a_badge_of_bounded_width(name: str, value: str, mood: Mood) -> None:
    width, height = reference.decode(badge(name, value, mood)).size
    assert height == 20
    assert 24 <= width <= 240 + 160 + 24


@pytest.mark.parametrize("name", ["Q", "jyg", "latency of all requests" * 9])
@pytest.mark.parametrize("value", ["1", "12 345 req/s", "no such field: there are a b c" * 5])
@pytest.mark.parametrize("mood", MOODS)
def test_the_halves_never_touch(name: str, value: str, mood: Mood) -> None:
    pixels = reference.rgb(badge(name, value, mood))
    middle = int((pixels[0] == LEFT).all(axis=-1).sum())
    beside = pixels[:, middle - 4 : middle + 4]
    assert (beside == pixels[0, middle - 4 : middle + 4]).all()


def test_equal_words_give_equal_bytes() -> None:
    words: tuple[Any, ...] = ("requests", "4.2k/s", "warn", 2)
    assert badge(*words) == badge(*words)


def test_pngcheck_finds_nothing_wrong() -> None:
    assert complaints(*(badge("latency", "12.3 s", mood, 2) for mood in MOODS)) == ""
