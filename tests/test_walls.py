"""Walls: which graphs they show, what they say of them, and when they are made again."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests import reference
from tests.reference import window
from watcher.__main__ import main
from watcher.draw import graph, raster
from watcher.draw.panel import Panel
from watcher.draw.view import Moment, Style, View, parse
from watcher.frame import Frame, News, Wanted
from watcher.gallery import WANTED_FOR
from watcher.graphs import GraphSettings
from watcher.history.pulse import State
from watcher.parse.settings import LogSettings
from watcher.pipeline import Pipeline
from watcher.walls import (
    MOST_TILES,
    MOST_WALLS,
    WallSettings,
    default_wall,
    given,
    plan_of,
    unknown,
)

NOON = 1_769_860_800.0
VIEW = View(theme="dark")
SIZE = default_wall(VIEW).view
ALL = Wanted("", SIZE, "wall")
OFFICE = WallSettings("office", SIZE, graphs=("b", "nobody"))
DAY = 86_400.0
LATER = "2026-01-31T11:59:30Z,6\n"


class House:
    """A pipeline over a folder, stepped by hand, and the newest frames of it."""

    def __init__(self, root: Path, *graphs: GraphSettings) -> None:
        self.root, self.now = root, NOON
        walls = (default_wall(VIEW), OFFICE)
        self.pipeline = Pipeline([LogSettings(str(root))], graphs, VIEW, UTC, NOON, walls=walls)
        self.frames: dict[Wanted, Frame] = {}

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        with path.open("a") as file:
            file.write(text)
        os.utime(path, (self.now, self.now))

    def news(self) -> News:
        self.pipeline.scan(self.now, self.now)
        while self.pipeline.behind:
            self.pipeline.step()
        news = self.pipeline.news(self.now)
        self.frames.update(news.frames)
        return news

    def discover(self) -> News:
        self.pipeline.discover(self.now, self.now)
        return self.news()

    def want(self, wanted: Wanted) -> Frame:
        self.pipeline.want(wanted, self.now)
        self.news()
        self.news()
        return self.frames[wanted]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    house.write("a.txt", "1\n2\n")
    house.write("b.csv", "time,degrees\n2026-01-31T11:59:00Z,5\n")
    house.discover()
    yield house
    house.pipeline.close()


def tiles(house: House) -> list[Wanted]:
    return [wanted for wanted in house.frames if wanted.form == "png"]


def test_the_wall_without_a_name_shows_all_graphs(house: House) -> None:
    frame = house.want(ALL)

    assert reference.decode(frame.body).size == (1920, 1080)
    assert [tile.graph for tile in tiles(house)] == ["a", "b"]
    assert frame.status == 200
    assert frame.content_type == "image/png"


def test_a_wall_says_the_worst_state_and_level_and_the_newest_sample(tmp_path: Path) -> None:
    house = House(tmp_path, GraphSettings("b", ("b",), "", replace(VIEW, warn=3.0)))
    house.write("a.txt", "1\n")
    house.write("b.csv", "time,degrees\n2026-01-31T11:59:00Z,5\n")
    house.discover()
    frame = house.want(ALL)

    assert (frame.state, frame.level, frame.last_sample) == (State.FRESH, "warn", NOON)
    house.pipeline.close()


def test_only_the_tile_of_a_log_that_grew_is_drawn_again(house: House) -> None:
    before = house.want(ALL)
    house.write("a.txt", "3\n")
    drawn = dict(house.news().frames)

    assert [wanted.graph for wanted in drawn if wanted.form == "png"] == ["a"]
    assert drawn[ALL].etag != before.etag


def test_a_wall_on_which_nothing_changed_is_no_news(house: House) -> None:
    house.want(ALL)

    assert not any(house.news())


def test_a_graph_that_there_is_not_has_its_place(house: House) -> None:
    wanted = Wanted("office", SIZE, "wall")
    before = house.want(wanted)
    assert before.state is State.WAITING
    house.write("nobody.txt", "7\n")
    house.discover()

    assert house.frames[wanted].state is State.FRESH
    assert house.frames[wanted].etag != before.etag


def test_a_change_elsewhere_leaves_a_wall_alone(house: House) -> None:
    wanted = Wanted("office", SIZE, "wall")
    house.want(wanted)
    house.write("a.txt", "3\n")

    assert house.news().frames == ()


def test_a_new_log_takes_its_place_on_the_wall_of_all(house: House) -> None:
    before = house.want(ALL)
    house.write("c.txt", "7\n")
    house.discover()

    assert house.frames[ALL].etag != before.etag
    house.news()
    assert [tile.graph for tile in tiles(house)][-1] == "c"


def test_a_wall_of_no_graphs_says_so(tmp_path: Path) -> None:
    house = House(tmp_path)

    assert house.want(ALL).state is State.WAITING
    house.pipeline.close()


def test_what_does_not_fit_is_told_in_the_last_place(tmp_path: Path) -> None:
    house = House(tmp_path)
    for number in range(MOST_TILES + 3):
        house.write(f"log{number}.txt", "1\n")
    house.discover()
    house.want(ALL)

    assert len(tiles(house)) == MOST_TILES - 1
    house.pipeline.close()


def test_a_wall_is_forgotten_when_nobody_looks_any_more(house: House) -> None:
    house.want(ALL)
    house.now += WANTED_FOR + 1
    house.pipeline.tick(house.now)

    assert ALL in house.news().dropped
    house.write("a.txt", "3\n")
    assert house.news().frames == ()


def test_a_wall_that_is_looked_at_keeps_its_tiles_current(house: House) -> None:
    house.want(ALL)
    for _ in range(3):
        house.now += WANTED_FOR - 1
        house.pipeline.want(ALL, house.now)
        house.pipeline.tick(house.now)
        house.news()
    house.write("a.txt", "3\n")

    assert ALL in dict(house.news().frames)


def test_the_wall_that_nobody_asked_for_the_longest_makes_room(house: House) -> None:
    sizes = [Wanted("", replace(SIZE, width=640 + number), "wall") for number in range(MOST_WALLS)]
    for wanted in (ALL, *sizes):
        house.pipeline.want(wanted, house.now)

    news = house.news()
    assert news.dropped == (ALL,)
    assert len([wanted for wanted, _ in news.frames if wanted.form == "wall"]) == MOST_WALLS + 1


def test_a_wall_is_made_no_more_often_than_a_film_needs(house: House) -> None:
    house.want(ALL)
    made = []
    for number, clock in enumerate((10.0, 10.01, 10.02, 10.06)):
        house.write("ab"[number % 2] + (".txt", ".csv")[number % 2], ("3\n", LATER)[number % 2])
        house.pipeline.scan(house.now, clock)
        while house.pipeline.behind:
            house.pipeline.step()
        made.append(ALL in dict(house.pipeline.news(house.now, clock).frames))
        if not made[-1]:
            assert house.pipeline.gallery.told_next == pytest.approx(10.05)

    assert made == [True, False, False, True]


def test_a_wall_that_there_is_not_is_dropped(house: House) -> None:
    wanted = Wanted("nope", SIZE, "wall")
    house.pipeline.want(wanted, house.now)

    assert house.news().dropped == (wanted,)


def wall(house: House, **texts: str) -> dict[str, View]:
    """The views of the tiles of a wall that is asked for with these parameters."""
    pairs = [(name.rstrip("_"), text) for name, text in texts.items()]
    house.want(Wanted("", parse(pairs, SIZE, UTC), "wall", given=given(pairs)))
    return {tile.graph: tile.view for tile in tiles(house)}


def test_times_are_for_graphs_over_time_and_numbers_for_the_others(house: House) -> None:
    views = wall(house, from_="-1d")
    assert (views["a"].start, views["b"].start) == (None, Moment("ago", -DAY))
    views = wall(house, from_="-500")
    assert (views["a"].start, views["b"].start) == (Moment("number", -500.0), None)


def test_what_is_not_given_is_as_the_graph_has_it(house: House) -> None:
    assert {view.theme for view in wall(house).values()} == {"dark"}
    assert {view.theme for view in wall(house, theme="light").values()} == {"light"}


def test_a_wall_for_e_ink_is_grey_and_turned_as_a_whole(house: House) -> None:
    pairs = [("depth", "2"), ("rotate", "90"), ("width", "480"), ("height", "800")]
    frame = house.want(Wanted("", parse(pairs, SIZE, UTC), "wall", given=given(pairs)))
    picture = reference.decode(frame.body)

    assert picture.size == (480, 800)
    assert {(tile.view.depth, tile.view.rotate) for tile in tiles(house)} == {(2, 0)}
    assert len(np.unique(reference.rgb(frame.body))) <= 4


def test_a_view_that_does_not_fit_a_graph_is_told_in_its_place(house: House) -> None:
    pairs = [("field", "degrees")]
    frame = house.want(Wanted("", parse(pairs, SIZE, UTC), "wall", given=given(pairs)))

    assert (frame.status, frame.state) == (200, State.ERROR)


@pytest.mark.parametrize(
    ("count", "size", "scale"),
    [
        (1, (1920, 1080), 2),
        (12, (1920, 1080), 2),
        (64, (1920, 1080), 1),
        (12, (3840, 2160), 4),
        (4, (600, 400), 1),
        (2, (1080, 1920), 2),
    ],
)
def test_what_is_on_a_screen_is_large_enough_to_be_read_from_afar(
    count: int, size: tuple[int, int], scale: int
) -> None:
    plan = plan_of(count, View(*size), 0)

    assert plan.tile.scale == scale
    assert (plan.tile.width * scale, plan.tile.height * scale) == (
        plan.place.width,
        plan.place.height,
    )
    assert plan.place.columns * (plan.place.width + plan.place.gap) - plan.place.gap <= plan.width


def told(unit: str, **more: Any) -> Panel:
    """A day of a log."""
    source = window(np.arange(300.0), axis="time", start=NOON - 86_000, step=288.0)
    return Panel("web-1 req/s", source, UTC, last=-53.64, unit=unit)._replace(**more)


def test_a_wall_of_twelve_is_read_at_three_metres() -> None:
    tile = replace(plan_of(12, SIZE, 0).tile, style="line")
    place = graph.place_of(told(""), tile)
    words = {word.text: word.size for word in graph.words(told("", last=69.04), tile)}

    assert 72 <= words["69.04"] <= 78
    assert words["web-1 req/s"] >= 31
    assert min(words[label] for label in ("0", "last 24 h")) >= 21
    assert place.stroke >= 3.5
    assert sum(":" in word for word in words) in (3, 4)  # x labels
    assert len([word for word in words if word.isdigit()]) == 3
    assert place.rows > 0.55 * place.height


@pytest.mark.parametrize("size", [(1920, 1080), (3840, 2160), (800, 480), (1080, 1920)])
@pytest.mark.parametrize("count", [1, 2, 4, 6, 12, 20, 30, 64])
def test_on_no_tile_of_a_wall_a_word_touches_another(count: int, size: tuple[int, int]) -> None:
    plan = plan_of(count, View(*size), 0)
    silent = {"state": State.STALE, "notice": "no data since 14:02 (3 h)", "in_short": "silent 3 h"}
    panels = [
        told("MB/s", warn=1.0, crit=-60.0, title="a long name of a log that fits nowhere"),
        *(told(unit, **silent) for unit in ("", "requests/min")),
        told("", state=State.WAITING, last=None, notice="permission denied: /var/log/secret"),
    ]
    styles: tuple[Style, ...] = ("line", "bars")
    for panel, style in itertools.product(panels, styles):
        view = replace(plan.tile, style=style)
        boxes = [word.box for word in graph.words(panel, view) if word.text]
        assert all(left >= 0 and top >= 0 for left, top, _, _ in boxes)
        assert all(box[2] <= plan.place.width and box[3] <= plan.place.height for box in boxes)
        for one, other in itertools.combinations(boxes, 2):
            apart = one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]
            assert apart, (one, other)


@pytest.mark.parametrize("scale", [1, 2, 3])
def test_a_wall_is_as_large_as_it_was_asked_for(house: House, scale: int) -> None:
    view = replace(SIZE, width=611, height=487, scale=scale)
    frame = house.want(Wanted("", view, "wall"))

    assert raster.read(frame.body).pixels.shape == (487 * scale, 611 * scale)


def test_check_tells_of_walls_that_name_graphs_that_there_are_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.log").write_text("1\n")
    config = tmp_path / "watcher.toml"
    config.write_text(f'[[log]]\npath = "{tmp_path}"\n[[wall]]\nname = "x"\ngraphs = ["a", "b"]\n')

    assert main(["check", "-c", str(config)]) == 0
    assert "wall x: no graph b\n" in capsys.readouterr().err


def test_walls_that_name_graphs_that_there_are_not_are_told() -> None:
    walls = (default_wall(VIEW), OFFICE)

    assert unknown(walls, ["a", "b"]) == ["wall office: no graph nobody"]
    assert unknown(walls, ["b", "nobody"]) == []
