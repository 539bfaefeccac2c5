"""The order of the stages: what is drawn, when, and what is told."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest

from watcher.draw.view import View
from watcher.frame import News, Wanted
from watcher.gallery import FILM, MOST_WANTED, WANTED_FOR
from watcher.graphs import GraphSettings
from watcher.history.pulse import State
from watcher.parse.settings import LogSettings
from watcher.pipeline import Pipeline

NOON = 1_769_860_800.0


class House:
    """A pipeline over a folder, stepped by hand."""

    def __init__(self, root: Path, *graphs: GraphSettings) -> None:
        self.root, self.now = root, NOON
        self.pipeline = Pipeline([LogSettings(str(root))], graphs, View(), UTC, NOON)

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        with path.open("a") as file:
            file.write(text)
        os.utime(path, (self.now, self.now))

    def pass_(self) -> News:
        self.pipeline.scan(self.now, self.now)
        while self.pipeline.behind:
            self.pipeline.step()
        return self.pipeline.news(self.now)

    def discover(self) -> News:
        self.pipeline.discover(self.now, self.now)
        return self.pass_()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.pipeline.close()


def names(news: News) -> list[str]:
    return [graph.name for graph in news.graphs]


def test_every_log_of_a_folder_becomes_a_graph(house: House) -> None:
    house.write("b.txt", "1\n2\n")
    house.write("a.log", "2026-01-31T12:00:00Z 5\n")
    news = house.discover()

    assert names(news) == ["a", "b"]
    assert [graph.axis for graph in news.graphs] == ["time", "index"]
    assert [graph.style for graph in news.graphs] == ["line", "bars"]
    assert [graph.last for graph in news.graphs] == [5, 2]
    assert news.frames == ()  # nobody looks


def test_nothing_new_is_no_news(house: House) -> None:
    house.write("a.txt", "1\n")
    house.discover()

    assert not any(house.pass_())


def test_a_change_is_told_with_a_higher_revision(house: House) -> None:
    house.write("a.txt", "1\n")
    (before,) = house.discover().graphs
    house.write("a.txt", "2\n")
    (after,) = house.pass_().graphs

    assert after.revision > before.revision >= NOON * 1000
    assert (after.last, after.counters["samples"]) == (2, 2)


def test_a_view_is_drawn_when_it_is_wanted_and_then_with_every_change(house: House) -> None:
    house.write("a.txt", "1\n")
    house.discover()
    wanted = Wanted("a", View())
    house.pipeline.want(wanted, house.now)
    ((drawn, first),) = house.pipeline.news(house.now).frames
    assert drawn == wanted

    house.pipeline.want(wanted, house.now)
    assert not any(house.pipeline.news(house.now))
    house.write("a.txt", "2\n")
    ((_, second),) = house.pass_().frames
    assert second.etag != first.etag


def test_only_the_views_of_the_log_that_changed_are_drawn(house: House) -> None:
    house.write("a.txt", "1\n")
    house.write("b.txt", "1\n")
    house.discover()
    for name in "ab":
        house.pipeline.want(Wanted(name, View()), house.now)
    house.pipeline.news(house.now)
    house.write("b.txt", "2\n")

    assert [wanted.graph for wanted, _ in house.pass_().frames] == ["b"]


def test_a_view_that_nobody_wants_any_more_is_dropped(house: House) -> None:
    house.write("a.txt", "1\n")
    house.discover()
    wanted = Wanted("a", View())
    house.pipeline.want(wanted, house.now)
    house.pipeline.news(house.now)
    house.now += WANTED_FOR + 1
    house.pipeline.tick(house.now)

    assert house.pipeline.news(house.now).dropped == (wanted,)
    house.write("a.txt", "2\n")
    assert house.pass_().frames == ()


def test_the_views_kept_current_are_bounded(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watcher.gallery.MOST_WANTED", 3)
    assert MOST_WANTED > 3
    house.write("a.txt", "1\n")
    house.discover()
    for width in range(100, 105):
        house.now += 1
        house.pipeline.want(Wanted("a", View(width=width)), house.now)

    news = house.pipeline.news(house.now)
    assert [wanted.view.width for wanted in news.dropped] == [100, 101]
    assert len(news.frames) == 5


def test_a_wish_for_no_graph_is_dropped(house: House) -> None:
    wanted = Wanted("nobody", View())
    house.pipeline.want(wanted, house.now)

    assert house.pipeline.news(house.now).dropped == (wanted,)


def test_a_view_that_does_not_fit_is_answered_with_400(house: House) -> None:
    house.write("a.txt", "1\n")
    house.discover()
    from watcher.draw.view import Moment

    house.pipeline.want(Wanted("a", View(start=Moment("ago", -3600.0))), house.now)

    ((_, frame),) = house.pipeline.news(house.now).frames
    assert (frame.status, frame.state) == (400, State.ERROR)


def test_time_alone_moves_a_time_axis(house: House) -> None:
    house.write("a.log", "".join(f"2026-01-31T11:{n:02}:00Z {n}\n" for n in range(60)))
    house.discover()
    house.pipeline.want(Wanted("a", View()), house.now)
    (before,) = house.pipeline.news(house.now).frames
    house.now += 60
    house.pipeline.tick(house.now)
    news = house.pipeline.news(house.now)

    assert names(news) == ["a"]
    assert news.frames[0][1].etag != before[1].etag


def test_silence_is_an_event(house: House) -> None:
    house.discover()
    for _ in range(30):
        house.now += 1
        house.write("a.txt", "1\n")
        house.discover()
    house.pipeline.want(Wanted("a", View()), house.now)
    house.pipeline.news(house.now)
    house.now += 59
    house.pipeline.tick(house.now)
    assert not house.pipeline.news(house.now).graphs
    house.now += 2
    house.pipeline.tick(house.now)

    news = house.pipeline.news(house.now)
    assert [graph.state for graph in news.graphs] == [State.STALE]
    assert [frame.state for _, frame in news.frames] == [State.STALE]


def test_a_hint_gives_its_log_a_turn_and_tells_of_strangers(house: House) -> None:
    house.write("a.txt", "1\n")
    house.discover()
    house.write("a.txt", "2\n")
    house.write("new.txt", "1\n")
    path = str(house.root)

    assert not house.pipeline.hint([f"{path}/a.txt", f"{path}/b.py"], house.now, house.now)
    assert house.pipeline.behind
    assert house.pipeline.hint([f"{path}/new.txt"], house.now, house.now)


def test_logs_take_turns_so_that_a_large_one_delays_no_other(house: House) -> None:
    """Case 72."""
    house.write("a.txt", "1\n" * 200_000)
    house.write("b.txt", "7\n")
    house.pipeline.discover(house.now, house.now)
    for _ in range(2):
        house.pipeline.step()

    last = {graph.name: graph.last for graph in house.pipeline.news(house.now).graphs}
    assert last == {"a": 1, "b": 7}
    assert house.pipeline.behind


def test_a_log_that_never_rests_delays_a_quiet_one_by_a_block(house: House) -> None:
    """Case 72."""
    quiet = [f"quiet{n}.txt" for n in range(200)]
    for name in quiet:
        house.write(name, "7\n")
    house.write("busy.txt", "1\n" * 500_000)
    house.pipeline.discover(house.now, house.now)
    for _ in range(len(quiet) + 1):
        house.pipeline.step()
    assert all(graph.last is not None for graph in house.pipeline.news(house.now).graphs)
    assert house.pipeline.behind
    house.write(quiet[99], "8\n")
    house.pipeline.scan(house.now, house.now)
    for _ in range(2):  # the busy one's, and its own
        house.pipeline.step()

    assert {graph.name: graph.last for graph in house.pipeline.news(house.now).graphs} == {
        "busy": 1,
        "quiet99": 8,
    }
    assert house.pipeline.behind


def read(house: House, clock: float, *names: str) -> dict[str, float | None]:
    """What is told of when these have changed."""
    house.pipeline.hint([str(house.root / name) for name in names], house.now, clock)
    while house.pipeline.behind:
        house.pipeline.step()
    return {graph.name: graph.last for graph in house.pipeline.news(house.now).graphs}


def test_where_reading_costs_much_a_log_that_nobody_looks_at_waits_for_its_next_line(
    house: House,
) -> None:
    house.write("a.txt", "1\n")
    house.discover()
    house.pipeline.turns.pause = 2.0
    clock = house.now + 10.0
    house.write("a.txt", "2\n")
    assert read(house, clock, "a.txt") == {"a": 2}  # the first after a while is read at once
    house.write("a.txt", "3\n4\n")
    assert read(house, clock + 0.5, "a.txt") == {}
    assert house.pipeline.turns.next_look == clock + 2.5

    assert read(house, clock + 2.5) == {"a": 4}
    assert house.pipeline.turns.next_look == math.inf


@pytest.mark.parametrize("reason", ["a picture is wanted", "it may alarm", "its silence may"])
def test_what_somebody_sees_waits_for_nothing(tmp_path: Path, reason: str) -> None:
    crit = 100.0 if reason == "it may alarm" else None
    stale = 3.0 if reason == "its silence may" else None
    house = House(tmp_path, GraphSettings("a", ("a",), "", View(crit=crit, stale=stale)))
    house.write("a.txt", "1\n")
    house.discover()
    house.pipeline.turns.pause = 2.0
    if reason == "a picture is wanted":
        house.pipeline.want(Wanted("a", View()), house.now)
    for value in (2, 3):
        house.write("a.txt", f"{value}\n")

        assert read(house, house.now, "a.txt") == {"a": value}
    house.pipeline.close()


def test_the_first_line_of_a_log_waits_for_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.touch()
    pipeline = Pipeline([LogSettings(str(path))], (), View(), UTC, NOON)
    pipeline.discover(NOON, NOON)
    pipeline.step()
    pipeline.turns.pause = 2.0
    path.write_text("one\n")
    pipeline.hint([str(path)], NOON, NOON + 1.0)

    assert pipeline.behind
    pipeline.close()


def test_what_waited_is_read_although_what_is_seen_never_ends(house: House) -> None:
    house.write("a.txt", "1\n")
    house.write("seen.txt", "1\n")
    house.discover()
    house.pipeline.want(Wanted("seen", View()), house.now)
    house.pipeline.turns.pause = 2.0
    house.write("a.txt", "2\n")
    read(house, house.now + 0.5, "a.txt")
    house.write("seen.txt", "1\n" * 400_000)
    house.pipeline.hint([str(house.root / "seen.txt")], house.now, house.now + 2.5)
    house.pipeline.step()
    house.pipeline.step()

    assert "a" in names(house.pipeline.news(house.now))
    assert house.pipeline.behind


def test_the_first_picture_that_somebody_wants_says_what_had_waited(house: House) -> None:
    house.write("a.txt", "1\n")
    house.discover()
    house.pipeline.turns.pause = 2.0
    for value in (2, 3):
        house.write("a.txt", f"{value}\n")
        read(house, house.now, "a.txt")
    house.pipeline.want(Wanted("a", View()), house.now)

    assert [graph.last for graph in house.pipeline.news(house.now).graphs] == [3]


def test_lines_that_do_not_say_when_they_came_are_read_when_they_come(house: House) -> None:
    house.write("a.txt", "one\n")
    house.discover()
    house.pipeline.turns.pause = 2.0
    for word in ("two", "three"):
        house.write("a.txt", f"{word}\n")
        read(house, house.now, "a.txt")

        assert house.pipeline.turns.next_look == math.inf


def test_what_waits_comes_after_what_somebody_sees(house: House) -> None:
    for name in ("a", "b", "seen"):
        house.write(f"{name}.txt", "1\n")
    house.discover()
    house.pipeline.want(Wanted("seen", View()), house.now)
    house.pipeline.turns.pause = 2.0
    for name in ("a", "b", "seen"):
        house.write(f"{name}.txt", "2\n")
    read(house, house.now + 0.5, "a.txt", "b.txt")
    house.pipeline.hint([str(house.root / "seen.txt")], house.now, house.now + 2.5)
    house.pipeline.step()

    assert names(house.pipeline.news(house.now)) == ["seen"]
    assert house.pipeline.behind


def test_a_line_that_comes_while_its_log_is_read_is_read_without_another_hint(
    house: House,
) -> None:
    house.write("a.txt", "1\n" * 20_000)
    house.pipeline.discover(house.now, house.now)
    house.pipeline.step()
    house.write("a.txt", "7\n")  # behind what was fetched
    path = str(house.root / "a.txt")
    house.pipeline.hint([path], house.now, house.now)
    while house.pipeline.behind:
        house.pipeline.step()

    assert [graph.last for graph in house.pipeline.news(house.now).graphs] == [7]


def test_configured_graphs_take_the_place_of_the_log_s_own(tmp_path: Path) -> None:
    graphs = [
        GraphSettings("small", ("a",), "A small one", View(width=100)),
        GraphSettings("dark", ("a",), "", View(theme="dark")),
    ]
    house = House(tmp_path, *graphs)
    house.write("a.txt", "1\n")
    house.write("b.txt", "1\n")
    news = house.discover()
    house.pipeline.close()

    assert [(graph.name, graph.title) for graph in news.graphs] == [
        ("small", "A small one"),
        ("dark", "dark"),
        ("b", "b"),
    ]
    assert news.graphs[0].view == View(width=100)


def test_a_log_that_cannot_be_read_says_why_and_is_tried_again(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """Case 49."""
    caplog.set_level("INFO", "watcher")
    house.write("a.txt", "1\n")
    house.discover()
    (house.root / "a.txt").unlink()
    (house.root / "a.txt").mkdir()

    assert names(house.pass_()) == ["a"]
    (house.root / "a.txt").rmdir()
    house.write("a.txt", "3\n")
    assert [graph.last for graph in house.pass_().graphs] == [3]
    why, again = caplog.messages
    assert "is not a regular file" in why
    assert "can be read again" in again


def test_one_log_by_two_paths_is_one_log(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("1\n")
    (tmp_path / "b.txt").symlink_to("a.txt")
    house = House(tmp_path)

    assert names(house.discover()) == ["a"]
    house.pipeline.close()


def test_a_pass_redraws_a_bounded_number_of_views_and_drops_the_rest(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watcher.gallery.MOST_REDRAWN", 2)
    house.write("a.txt", "1\n")
    house.discover()
    views = [Wanted("a", View(width=width)) for width in (100, 101, 102)]
    for wanted in views:
        house.now += 1
        house.pipeline.want(wanted, house.now)
    house.pipeline.news(house.now)
    house.write("a.txt", "2\n")
    news = house.pass_()

    assert [wanted for wanted, _ in news.frames] == [views[2], views[1]]  # asked last, drawn first
    assert news.dropped == (views[0],)


def test_a_link_that_leads_elsewhere_is_followed_and_hinted_at_from_there(
    house: House, tmp_path: Path
) -> None:
    house.write("x1.dat", "1\n")
    house.write("x2.dat", "2\n")
    elsewhere = House(tmp_path / "links")
    elsewhere.root.mkdir()
    link = elsewhere.root / "cur.txt"
    link.symlink_to(house.root / "x1.dat")
    elsewhere.discover()
    link.unlink()
    link.symlink_to(house.root / "x2.dat")
    new = os.path.realpath(link)

    assert elsewhere.pipeline.hint([new], elsewhere.now, elsewhere.now)  # a stranger so far
    assert [graph.last for graph in elsewhere.discover().graphs] == [2]
    house.write("x2.dat", "3\n")
    assert not elsewhere.pipeline.hint([new], elsewhere.now, elsewhere.now)
    assert elsewhere.pipeline.behind
    elsewhere.pipeline.close()


def test_a_link_takes_over_a_log_that_was_found_before_it_led_there(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.write("app-20261122.log", "1\n")
    link = tmp_path / "current.log"
    link.symlink_to("app-20261122.log")
    assert names(house.discover()) == ["current"]
    house.write("app-20261123.log", "2\n")
    assert names(house.discover()) == ["app-20261123"]
    link.unlink()
    link.symlink_to("app-20261123.log")
    news = house.discover()

    assert [(graph.name, graph.last) for graph in news.graphs] == [("current", 2)]
    assert news.gone == ("app-20261123",)
    house.pipeline.close()


def test_a_name_of_any_bytes_is_a_title_that_can_be_told(house: House) -> None:
    """Case 52."""
    path = os.fsencode(house.root) + b"/bad\xff\xfename.log"
    with open(path, "wb") as file:
        file.write(b"1\n")
    (graph,) = house.discover().graphs
    house.pipeline.want(Wanted(graph.name, View(), "json"), house.now)
    ((_, frame),) = house.pipeline.news(house.now).frames

    assert graph.title == "bad\ufffd\ufffdname"
    assert frame.status == 200


def test_the_narrower_of_two_places_says_what_a_log_is(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    for name in ("0", "1"):
        (tmp_path / "m" / f"{name}.log").write_text("1\n")
    logs = [LogSettings(str(tmp_path)), LogSettings(f"{tmp_path}/m/*.log", name="mm", merge=True)]
    pipeline = Pipeline(logs, (), View(), UTC, NOON)
    pipeline.discover(NOON, NOON)

    assert [graph.name for graph in pipeline.news(NOON).graphs] == ["mm"]
    pipeline.close()


def test_a_graph_of_the_configuration_waits_for_its_logs_and_takes_them_in(tmp_path: Path) -> None:
    house = House(tmp_path, GraphSettings("both", ("a", "b"), "", View()))
    (waiting,) = house.pass_().graphs
    assert (waiting.state, waiting.log) == (State.WAITING, "a,b")
    assert waiting.counters["lines"] == 0
    view = Wanted("both", View(), "json")
    house.pipeline.want(view, house.now)
    house.pipeline.news(house.now)

    house.write("b.txt", "7\n")
    news = house.discover()
    assert names(news) == ["both"]
    assert [wanted for wanted, _ in news.frames] == [view]
    house.write("a.txt", "1\n2\n")
    (graph,) = house.discover().graphs
    assert (graph.last, graph.counters["lines"]) == (2, 3)  # in the order of the configuration
    house.write("b.txt", "8\n")
    assert names(house.pass_()) == ["both"]
    house.pipeline.close()


def test_a_graph_of_the_configuration_outlives_its_log(tmp_path: Path) -> None:
    graphs = [GraphSettings("small", ("a",), "", View(width=100))]
    logs = [LogSettings(f"{tmp_path}/a")]
    pipeline = Pipeline(logs, graphs, View(), UTC, NOON)
    pipeline.discover(NOON, NOON)
    pipeline.news(NOON)
    (tmp_path / "a").mkdir()
    pipeline.discover(NOON, NOON)
    news = pipeline.news(NOON)

    assert news.gone == ()
    assert [graph.state for graph in news.graphs] == [State.WAITING]
    pipeline.close()


def test_percentiles_that_a_graph_asks_for_are_kept_by_its_logs(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("2026-01-31T12:00:00Z 5\n" * 5)
    graphs = [GraphSettings("g", ("a", "b"), "", View(fields=("value",), agg="p95"))]
    pipeline = Pipeline([LogSettings(str(tmp_path))], graphs, View(), UTC, NOON)
    pipeline.discover(NOON, NOON)
    while pipeline.behind:
        pipeline.step()
    (graph,) = pipeline.news(NOON).graphs

    assert graph.spread == ("value",)
    assert graph.last == pytest.approx(5, rel=0.01)
    pipeline.close()


def test_a_graph_that_changes_all_the_time_is_told_of_as_in_a_film(house: House) -> None:
    house.write("a.log", "1\n")
    house.write("b.log", "1\n")
    house.discover()

    def grown(name: str, clock: float) -> list[str]:
        house.write(name, "2\n")
        house.pipeline.scan(house.now, clock)
        while house.pipeline.behind:
            house.pipeline.step()
        return names(house.pipeline.news(house.now, clock))

    assert grown("a.log", 10.0) == ["a"]
    assert grown("a.log", 10.01) == []
    assert house.pipeline.gallery.told_next == 10.0 + FILM
    assert grown("b.log", 10.02) == ["b"]  # others do not wait for it
    assert names(house.pipeline.news(house.now, 10.0 + FILM)) == ["a"]
    assert names(house.pipeline.news(house.now, 11.0)) == []
