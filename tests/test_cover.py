"""Series over each other: the pixels of a canvas against spans painted one by one."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tests import reference
from watcher.draw.canvas import blank
from watcher.draw.cover import Body, in_order

GREYS = bytes(value for index in range(256) for value in (index, index, index))
WIDTH, HEIGHT, LEFT = 23, 60, 3


def body(random: np.random.Generator, most: int, plane: int, spans: int) -> Body:
    """A body of up to `most` rows, of spans of which some are empty."""
    top = random.integers(0, HEIGHT - most, WIDTH)
    bottom = top + random.integers(0, most + 1, WIDTH)
    found = [(top, bottom, plane)]
    for _ in range(spans - 1):
        first = np.minimum(top + random.integers(0, most, WIDTH), bottom)
        last = np.minimum(first + random.integers(0, most, WIDTH), bottom)
        away = random.integers(0, HEIGHT, WIDTH)
        empty = random.random(WIDTH) < 0.2
        found.append((np.where(empty, away, first), np.where(empty, away, last), 1))
    return Body(0, found, top, bottom)


def painted(bodies: list[Body]) -> NDArray[np.intp]:
    pixels = np.zeros((HEIGHT, WIDTH + 2 * LEFT), np.intp)
    for one in bodies:
        for x in range(WIDTH):
            column = pixels[:, LEFT + x]
            column[max(0, one.top[x]) : one.bottom[x]] = 0
            for tops, bottoms, plane in one.spans:
                column[tops[x] : bottoms[x]] += plane
    return pixels


def drawn(bodies: list[Body]) -> NDArray[np.intp]:
    canvas = blank(WIDTH + 2 * LEFT, HEIGHT, 8)
    in_order(canvas, LEFT, bodies)
    return np.asarray(reference.decode(canvas.finish(GREYS))).astype(np.intp)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("most", [2, 8, 50])
@pytest.mark.parametrize("spans", [1, 4])
def test_later_bodies_hide_earlier_ones_thin_or_thick(seed: int, most: int, spans: int) -> None:
    random = np.random.default_rng(seed)
    sizes = [most, 3, most, 2]
    bodies = [body(random, size, 8 * n, spans) for n, size in enumerate(sizes)]
    assert np.array_equal(drawn(bodies), painted(bodies))


def test_what_a_body_covers_may_reach_beyond_the_picture() -> None:
    top, bottom = np.full(WIDTH, 5), np.full(WIDTH, 9)
    low = Body(0, [(top, bottom, 8)], top - 8, np.full(WIDTH, HEIGHT + 5))
    assert np.array_equal(drawn([low]), painted([low]))


def test_bodies_that_cover_nothing_draw_nothing() -> None:
    top = np.full(WIDTH, HEIGHT)
    assert not drawn([Body(0, [(top, top, 8)], top, top)]).any()
