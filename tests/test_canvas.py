"""The canvas in difference space against pixels added one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import reference
from tests.reference import Pixels
from watcher.draw import canvas
from watcher.draw.canvas import Canvas, Kept, Sheet, blank, steps, stride, tile

GREYS = bytes(value for index in range(256) for value in (index, index, index))


def pixels(made: Canvas) -> Pixels:
    return np.asarray(reference.decode(made.finish(GREYS[: 3 << made.bits])))


@pytest.mark.parametrize("bits", [4, 8])
@given(
    x=st.integers(0, 9),
    spans=st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=11),
    plane=st.integers(1, 15),
)
def test_a_span_covers_its_rows_and_columns(
    bits: int, x: int, spans: list[tuple[int, int]], plane: int
) -> None:
    made, want = blank(21, 12, bits), np.zeros((12, 21), int)
    for column, span in enumerate(spans):
        want[min(span) : max(span), x + column] += plane
    tops, bottoms = (np.array([end(span) for span in spans]) for end in (min, max))
    made.spans(x, tops, bottoms, plane)
    assert pixels(made).tolist() == want.tolist()


@pytest.mark.parametrize("bits", [4, 8])
def test_spans_may_share_their_last_row_and_be_several_in_a_column(bits: int) -> None:
    made = blank(5, 6, bits)
    made.spans(1, np.array([0, 1, 2]), 6, 2)
    made.spans(1, np.array([[0, 0, 0], [1, 1, 1]]), np.array([[2, 2, 2], [3, 3, 3]]), 1)
    assert pixels(made)[:, 1].tolist() == [3, 4, 3, 2, 2, 2]
    assert pixels(made)[:, 0].tolist() == [0] * 6


@pytest.mark.parametrize("bits", [4, 8])
def test_rectangles_uprights_and_profiles_end_at_any_edge(bits: int) -> None:
    made, want = blank(7, 5, bits), np.zeros((5, 7), int)
    made.rectangle(0, 0, 7, 5, 1)
    made.rectangle(3, 2, 6, 5, 2)
    made.upright(5, 0, 5, 4)
    made.upright(6, 1, 2, 4)
    made.profile(2, 2, steps(5, [(0, 2), (3, 5)]))
    want += 1
    want[2:5, 3:6] += 2
    want[:, 5] += 4
    want[1, 6] += 4
    want[[0, 1, 3, 4], 2:4] += 1
    assert pixels(made).tolist() == want.tolist()


@pytest.mark.parametrize("bits", [4, 8])
@given(x=st.integers(-2, 12), y=st.integers(-2, 9))
def test_a_tile_is_stamped_whole_or_not_at_all(bits: int, x: int, y: int) -> None:
    shape = np.arange(12, dtype=np.uint8).reshape(3, 4)
    letter = tile(0, 0, 4, shape, bits)
    made, want = blank(11, 7, bits), np.zeros((7, 11), int)
    fits = 0 <= x <= 7 and 0 <= y <= 4
    assert made.stamp(letter, x, y) == fits
    if fits:
        want[y : y + 3, x : x + 4] = shape
    assert pixels(made).tolist() == want.tolist()


def test_a_copy_leaves_the_original_alone() -> None:
    first = blank(10, 10, 8)
    first.rectangle(1, 1, 5, 5, 7)
    second = first.copy()
    second.rectangle(0, 0, 10, 10, 1)
    kept = pixels(second)
    third = first.copy()  # takes the buffer of the second
    assert pixels(first.copy()).tolist() == pixels(third).tolist()
    assert kept[0, 0] == 1
    assert kept[1, 1] == 8


@pytest.mark.parametrize("bits", [4, 8])
@given(cuts=st.tuples(st.integers(0, 9), st.integers(0, 9)), y=st.integers(-2, 12))
def test_a_picture_in_parts_is_the_same_and_a_tile_stays_in_its_part(
    bits: int, cuts: tuple[int, int], y: int
) -> None:
    letter = tile(0, 0, 2, np.full((3, 2), 5, np.uint8), bits)
    ground = blank(7, 9, bits)
    ground.rectangle(1, 2, 6, 9, 3)
    first, last = sorted(cuts)
    above, body, below = (
        ground.copy(start, stop) for start, stop in ((0, first), (first, last), (last, 9))
    )
    fits = body.stamp(letter, 2, y)
    room = last if last == 9 else last - 1  # its differences end in the row below
    assert fits == (first <= y and y + 3 <= room)
    want = ground.copy()
    if fits:
        want.stamp(letter, 2, y)
    made = reference.decode(body.finish(GREYS[: 3 << bits], [above.part()], [below.part()]))
    assert np.asarray(made).tolist() == pixels(want).tolist()


@pytest.mark.parametrize("bits", [4, 8])
@given(x=st.integers(-2, 9), y=st.integers(-2, 12))
def test_a_sheet_is_drawn_on_as_a_canvas(bits: int, x: int, y: int) -> None:
    letter = tile(0, 0, 3, np.arange(6, dtype=np.uint8).reshape(2, 3), bits)
    whole, sheet = blank(9, 12, bits), Sheet(9, bits, 4, np.zeros((6, stride(9, bits)), np.uint8))
    for surface in (whole, sheet):
        surface.rectangle(1, 4, 6, 9, 3)
        surface.upright(5, 5, 10, 2)
    fits = 0 <= x <= 6 and 4 <= y <= 8
    assert sheet.stamp(letter, x, y) == fits
    if fits:
        whole.stamp(letter, x, y)
    rows = np.add.accumulate(whole.pixels[:, 1:], axis=0, dtype=np.uint8)[4:10]
    assert np.array_equal(sheet.pixels[:, 1:], rows)


def test_spare_buffers_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canvas, "SPARE_BYTES", 3000)
    for side in range(10, 60):
        blank(side, side, 8).finish(GREYS)
    assert sum(spare.pixels.nbytes for spare in canvas._spares.values()) <= 4000


def test_a_cache_is_bounded_by_bytes_and_forgets_the_least_used() -> None:
    kept: Kept[str] = Kept(100)
    for name in "abc":
        kept.keep(name, name.upper(), 30)
    assert kept.find("a") == "A"
    kept.keep("d", "D", 30)
    assert kept.find("b") is None
    assert [kept.find(name) for name in "acd"] == ["A", "C", "D"]
    assert kept.size == 90


def test_what_was_found_is_spared_one_turn_and_then_goes() -> None:
    kept: Kept[str] = Kept(90)
    for name in "abc":
        kept.keep(name, name, 30)
    kept.find("a")
    for name in "de":
        kept.keep(name, name, 30)
    assert [name for name in "abcde" if kept.find(name)] == ["a", "d", "e"]
    for name in "fgh":
        kept.keep(name, name, 30)
    assert [name for name in "adefgh" if kept.find(name)] == ["f", "g", "h"]
    assert kept.size == 90
