"""Labels and stripes: a graph as one value, or as colours."""

from __future__ import annotations

import itertools
from datetime import UTC
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests import reference
from watcher.draw.badge import badge
from watcher.draw.gradient import GAP
from watcher.draw.stops import Stop
from watcher.draw.view import View
from watcher.frame import Wanted
from watcher.history.pulse import State
from watcher.history.window import Window
from watcher.labels import badge_of, refused, stripe_of
from watcher.parse.settings import LogSettings
from watcher.pipeline import Pipeline
from watcher.series import Series

NOON = 1_769_860_800.0
NAN = float("nan")
REDS = (Stop(0.0, bytes(3)), Stop(1.0, bytes([255, 0, 0])))


def series(*values: float, role: str = "", usual: float = 1.0) -> Series:
    found = np.array(values)
    there = np.isfinite(found).astype(np.int64)
    window = Window("time", 0.0, 1.0, there, found, found, found, found, usual=usual)
    return Series("v", "v", "mean", "", role, window, found, None, counted=bool(role))


def stripe(*shown: Series, **view: Any) -> list[int]:
    """The reds of a stripe, one for each column; -1 where nothing is known."""
    width = max((len(one.values) for one in shown), default=1) * 16
    pixels = reference.rgb(stripe_of(list(shown), View(width, 16, **view), REDS))
    assert (pixels == pixels[0]).all()
    columns = [tuple(map(int, pixel)) for pixel in pixels[0]]
    columns = [column for column, _ in itertools.groupby(columns)]
    return [-1 if column == GAP else column[0] for column in columns]


def test_the_lowest_value_has_the_first_colour_and_the_highest_the_last() -> None:
    assert stripe(series(10, 20, 30)) == [0, 128, 255]


def test_limits_of_the_view_are_those_of_the_colours() -> None:
    assert stripe(series(10, 20, 30), ymin=0.0, ymax=100.0) == [26, 51, 76]


def test_values_that_are_all_the_same_lie_in_the_middle() -> None:
    assert stripe(series(7, 7)) == [128]


def test_silence_is_neither_high_nor_low() -> None:
    assert stripe(series(1, NAN, NAN, NAN, NAN, NAN, 3)) == [0, -1, 255]
    assert stripe(series(NAN)) == [-1]
    assert stripe() == [-1]


def test_between_two_samples_a_stripe_is_as_the_first() -> None:
    assert stripe(series(1, NAN, NAN, 3, usual=3.0)) == [0, 255]


def test_what_is_counted_counts_together() -> None:
    assert stripe(series(0, 1, 4, role="info"), series(0, 1, 0, role="error")) == [0, 128, 255]


@pytest.mark.parametrize(
    ("value", "unit", "state", "level", "same"),
    [
        (0.0123, "s", State.FRESH, "ok", ("12.3 ms", "ok")),
        (4200.0, "lines/min", State.FRESH, "warn", ("4200 lines/min", "warn")),
        (90.0, "", State.FRESH, "crit", ("90", "crit")),
        (90.0, "", State.STALE, "crit", ("90", "stale")),
        (None, "s", State.WAITING, "ok", ("", "waiting")),
    ],
)
def test_a_label_says_the_value_with_its_unit_and_how_things_are(
    value: float | None, unit: str, state: State, level: str, same: tuple[str, Any]
) -> None:
    assert badge_of("latency", value, unit, state, level, 2) == badge("latency", *same, 2)


def test_a_label_that_cannot_be_says_why() -> None:
    assert refused("latency", "agg: no", 1) == badge("latency", "agg: no", "error")


def test_labels_and_stripes_are_kept_current_like_pictures(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("1\n2\n")
    pipeline = Pipeline([LogSettings(str(tmp_path))], (), View(), UTC, NOON)
    pipeline.discover(NOON, NOON)
    wanted = [Wanted("a", View(), "badge"), Wanted("a", View(64, 16), "stripe", REDS)]
    sizes = []
    for line in ("3\n", "4000\n"):
        with (tmp_path / "a.txt").open("a") as file:
            file.write(line)
        pipeline.scan(NOON, NOON)
        while pipeline.behind:
            pipeline.step()
        for one in wanted:
            pipeline.want(one, NOON)
        found = dict(pipeline.news(NOON).frames)
        assert found.keys() == set(wanted)
        assert all(frame.content_type == "image/png" for frame in found.values())
        sizes.append([reference.decode(found[one].body).size for one in wanted])
    pipeline.close()

    (small, stripe_), (large, _) = sizes
    assert stripe_ == (64, 16)
    assert small[0] < large[0]  # the label has grown with its value


def test_what_a_label_cannot_show_is_a_label_too(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("1\n")
    pipeline = Pipeline([LogSettings(str(tmp_path))], (), View(), UTC, NOON)
    pipeline.discover(NOON, NOON)
    while pipeline.behind:
        pipeline.step()
    wanted = Wanted("a", View(fields=("nope",)), "badge")
    pipeline.want(wanted, NOON)
    frame = dict(pipeline.news(NOON).frames)[wanted]
    pipeline.close()

    assert (frame.status, frame.state) == (400, State.ERROR)
    assert reference.decode(frame.body).size[1] == 20
