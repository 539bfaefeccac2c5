"""Walls: each tile in its place, in its own colours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests import reference
from tests.pngcheck import complaints
from watcher.draw import graph, png, raster, wall
from watcher.draw.view import View
from watcher.draw.wall import Grid, grid


def tile(width: int, height: int, bits: int = 8, seed: int = 0, colours: int = 16) -> bytes:
    random = np.random.default_rng(seed)
    pixels = random.integers(0, colours, (height, width), np.uint8)
    rows = png.part(raster.filtered(raster.packed(pixels, bits)))
    palette = random.integers(0, 256, (colours, 3), np.uint8).tobytes()
    return png.paletted(width, height, bits, palette, rows)


def pasted(tiles: list[bytes], columns: int, width: int, height: int) -> Any:
    """The same by hand."""
    found = np.zeros((height, width, 3), np.uint8)
    found[:] = np.frombuffer(tiles[0][41:44], np.uint8)  # the first colour of its palette
    for number, one in enumerate(tiles):
        pixels = reference.rgb(one)
        y, x = (number // columns) * len(pixels), (number % columns) * pixels.shape[1]
        found[y : y + len(pixels), x : x + pixels.shape[1]] = pixels
    return found


def test_tiles_lie_in_their_places_each_in_its_own_colours() -> None:
    tiles = [tile(33, 20, bits, seed) for seed, bits in enumerate((4, 8, 8, 4, 8))]
    made = reference.rgb(wall.wall(tiles, grid(len(tiles), 67, 61, 2), 67, 61))
    assert (made == pasted(tiles, 2, 67, 61)).all()


@pytest.mark.parametrize("colours", [16, 200])
def test_the_ground_is_seen_between_tiles_and_nowhere_else(colours: int) -> None:
    ground, place = (1, 2, 3), grid(3, 70, 50, 2, gap=4)
    assert place == Grid(2, 2, 33, 23, 4)
    tiles = [tile(33, 23, seed=seed, colours=colours) for seed in range(3)]
    made = reference.rgb(wall.wall(tiles, place, 70, 50, bytes(ground)))
    assert (made[:, 33:37] == ground).all()
    assert (made[23:27] == ground).all()
    assert (made[27:, 37:] == ground).all()  # where there is no fourth tile
    assert not (made[:23, :33] == ground).all(axis=-1).any()


def test_pngcheck_finds_nothing_wrong() -> None:
    tiles = [tile(33, 20, seed=seed) for seed in range(5)]
    assert complaints(wall.wall(tiles, grid(len(tiles), 67, 61, 2), 67, 61)) == ""


def test_graphs_of_every_kind_make_a_wall() -> None:
    views = [View(160, 90, theme="light"), View(160, 90, theme="dark")] * 2
    tiles = [graph.draw_message(f"tile {number}", view) for number, view in enumerate(views)]
    made = reference.rgb(wall.wall(tiles, grid(len(tiles), 320, 180, 2), 320, 180))
    assert (made == pasted(tiles, 2, 320, 180)).all()


def test_only_the_row_whose_tile_has_changed_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tiles = [tile(30, 20, seed=seed) for seed in range(6)]
    palette = tiles[0][41:89]
    tiles = [png.recolor(one, palette) for one in tiles]
    wall.wall(tiles, grid(len(tiles), 60, 60, 2), 60, 60)
    read: list[bytes] = []
    plain = raster.read

    def noted(picture: bytes) -> raster.Raster:
        read.append(picture)
        return plain(picture)

    monkeypatch.setattr(raster, "read", noted)
    tiles[3] = png.recolor(tile(30, 20, seed=9), palette)
    made = wall.wall(tiles, grid(len(tiles), 60, 60, 2), 60, 60)
    assert read == tiles[2:4]
    assert (reference.rgb(made) == pasted(tiles, 2, 60, 60)).all()


def test_kept_rows_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wall, "_bands", kept := type(wall._bands)(20_000))
    for seed in range(30):
        wall.wall([tile(60, 40, seed=seed)], grid(1, 60, 40), 60, 40)
    assert kept.size <= 20_000


def test_a_wall_of_too_many_colours_shows_the_rarest_as_the_nearest() -> None:
    tiles = [tile(40, 30, 8, seed, colours=200) for seed in range(3)]
    off = reference.rgb(wall.wall(tiles, grid(len(tiles), 120, 30, 3), 120, 30)).astype(
        int
    ) - pasted(tiles, 3, 120, 30)
    distance = np.sqrt((off**2).sum(axis=-1))
    assert (distance > 0).mean() < 0.5  # 256 of 600 stay
    assert distance.max() < 100
    assert (distance == 0).mean() > 256 / 600


@pytest.mark.parametrize(
    ("count", "width", "height", "expected"),
    [
        (1, 1920, 1080, Grid(1, 1, 1920, 1080)),
        (4, 1920, 1080, Grid(2, 2, 960, 540)),
        (12, 1920, 1080, Grid(4, 3, 480, 360)),
        (6, 1080, 1920, Grid(2, 3, 540, 640)),
        (3, 2000, 300, Grid(3, 1, 666, 300)),
        (0, 100, 100, Grid(1, 1, 100, 100)),
    ],
)
def test_a_grid_leaves_tiles_the_shape_of_graphs(
    count: int, width: int, height: int, expected: Grid
) -> None:
    assert grid(count, width, height) == expected


def test_a_grid_of_so_many_columns_has_them() -> None:
    assert grid(12, 1920, 1080, 6) == Grid(6, 2, 320, 540)


def test_no_tile_is_smaller_than_a_picture_may_be() -> None:
    assert grid(100, 20, 40) == Grid(1, 2, 20, 20)
    assert grid(100, 64, 64, 50) == Grid(4, 4, 16, 16)
    tiles = [tile(16, 16, seed=seed) for seed in range(20)]
    assert reference.decode(wall.wall(tiles, grid(len(tiles), 64, 64, 50), 64, 64)).size == (64, 64)


@pytest.mark.parametrize(
    "tiles", [[], [tile(10, 10)], [tile(60, 20), tile(30, 20)], [graph.draw_message("x", View())]]
)
def test_tiles_of_another_size_are_refused(tiles: list[bytes]) -> None:
    with pytest.raises(ValueError, match="tile"):
        wall.wall(tiles, grid(len(tiles), 60, 40, 1), 60, 40)
