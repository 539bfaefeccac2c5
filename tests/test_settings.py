"""What a user says of a log, and what becomes of its lines."""

from __future__ import annotations

import json
import os
from datetime import UTC
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import LogFile
from watcher.draw.view import View
from watcher.history.rollup import Rollup
from watcher.history.split import MOST_LABELS
from watcher.history.window import look
from watcher.log import Log
from watcher.parse.settings import FORMATS, LogSettings
from watcher.pipeline import Pipeline

NOON = 1_769_860_800.0  # 2026-01-31T12:00:00Z


def watch(log: LogFile, **said: object) -> Log:
    settings = LogSettings(str(log.path), **said)  # type: ignore[arg-type]
    return Log("app", "app", str(log.path), UTC, settings)


def pull(log: Log, now: float = NOON + 3600) -> None:
    for _ in log.pull(now, 0.0):
        pass


def read(log: LogFile, text: str | bytes, **said: object) -> Log:
    log.write(text)
    app = watch(log, **said)
    app.read_whole(NOON + 86400)
    return app


def samples(rollup: Rollup, axis: str = "time", start: float = NOON, many: int = 60) -> list[float]:
    window = look(rollup, axis, start, start + many, many)  # type: ignore[arg-type]
    return [value for value in window.last.tolist() if value == value]


def counts(rollup: Rollup) -> list[int]:
    return [int(count) for count in look(rollup, "time", NOON, NOON + 5, 5).count]


def stamped(*rests: str) -> str:
    return "".join(f"2026-01-31T12:00:{n:02}Z {rest}\n" for n, rest in enumerate(rests))


# format


SAYING = {
    "plain": "1 2\n",
    "csv": "1,2\n",
    "json": '{"a":1}\n{"a":2}\n',
    "logfmt": "a=1 b=2\n",
    "access": '::1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 5\n',
    "syslog": "Jan 31 12:00:00 host sshd[1]: x\n",
    "text": "hello\n",
}


@pytest.mark.parametrize("name", SAYING)
def test_a_format_that_is_said_is_the_one(log: LogFile, name: str) -> None:
    app = read(log, SAYING[name] * 3, format=name)

    assert app.format.name == name
    assert app.counters.samples >= 2


@pytest.mark.parametrize("name", sorted({*FORMATS} - {"auto", "regex", "text"}))
def test_a_log_that_is_not_what_is_said_is_refused_line_by_line(log: LogFile, name: str) -> None:
    app = read(log, "what is this\n\n# nothing\nnobody knows\n", format=name)

    assert (app.counters.lines, app.counters.samples, app.counters.bad) == (4, 0, 2)
    assert app.format.name == name


def test_text_that_looks_like_a_table_is_text_if_that_is_said(log: LogFile) -> None:
    app = read(log, "2026-01-31 12:00:00,5\n" * 3, format="text")

    assert (app.format.name, app.format.fields, app.axis) == ("text", (), "time")


# time_format, timezone


@pytest.mark.parametrize(
    ("text", "format_"),
    [
        ("31|01|2026|12h00 5\n31|01|2026|12h01 6\n", "plain"),
        ("when,n\n31|01|2026|12h00,5\n31|01|2026|12h01,6\n", "csv"),
        ('{"t":"31|01|2026|12h00","n":5}\n{"t":"31|01|2026|12h01","n":6}\n', "json"),
        ("t=31|01|2026|12h00 n=5\nt=31|01|2026|12h01 n=6\n", "logfmt"),
        ("[31|01|2026|12h00] INFO a\n[31|01|2026|12h01] INFO b\n", "text"),
    ],
)
def test_a_time_format_that_is_said_is_found_in_every_format(
    log: LogFile, text: str, format_: str
) -> None:
    app = read(log, text, time_format="%d|%m|%Y|%Hh%M")

    assert (app.format.name, app.counters.bad) == (format_, 0)
    assert (app.history.first_at, app.history.latest_at) == (NOON, NOON + 60)


def test_a_time_without_a_zone_is_of_the_zone_that_is_said(log: LogFile) -> None:
    app = read(log, "2026-01-31 13:00:00 5\n", timezone="Europe/Berlin")

    assert app.history.latest_at == NOON


# fields


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ('{"id":1,"a":{"b":2},"c":3}\n{"id":2,"a":{"b":3},"c":4}\n', ("a.b", "id")),
        ("id=1 c=3 a.b=2\nid=2 c=3 a.b=3\n", ("a.b", "id")),
        ("id,c,b\n1,3,2\n2,3,3\n", ("b", "id")),
        ("1;3;2\n2;3;3\n", ("value2", "value1")),
    ],
)
def test_exactly_the_fields_that_are_asked_for_are_kept_in_their_order(
    log: LogFile, text: str, fields: tuple[str, ...]
) -> None:
    history = read(log, text, fields=fields).history

    assert tuple(history.values) == fields
    assert [samples(rollup, "index", 0, 2) for rollup in history.values.values()] == [
        [2, 3],
        [1, 2],
    ]


def test_of_an_access_log_too(log: LogFile) -> None:
    line = '::1 - - [31/Jan/2026:12:00:00 +0000] "GET / HTTP/1.0" 200 5 "-" "-" rt=0.25 n=7\n'
    app = read(log, line * 3, fields=("n", "rt"))

    assert list(app.history.values) == ["n", "rt"]
    assert samples(app.history.values["n"]) == [7]


# interval


def test_undated_values_get_times_back_from_the_file_s(log: LogFile) -> None:
    log.write("0\n1\nbad\n2\n")
    os.utime(log.path, (NOON + 10, NOON + 10))
    app = watch(log, interval=5.0)
    pull(app)

    assert app.axis == "time"
    window = look(app.history.values["value"], "time", NOON, NOON + 15, 3)
    assert window.last.tolist() == [0, 1, 2]

    log.write("3\n")
    os.utime(log.path, (NOON + 14, NOON + 14))  # a bit early: the interval holds
    pull(app)
    assert app.history.latest_at == NOON + 15
    app.tailer.close()


def test_times_of_many_blocks_end_at_the_file_s(log: LogFile) -> None:
    many = 50_000
    log.write("".join(f"{n}\n" for n in range(many)))
    os.utime(log.path, (NOON, NOON))
    app = watch(log, interval=1.0)
    pull(app)

    assert (app.history.first_at, app.history.latest_at) == (NOON - many + 1, NOON)
    app.tailer.close()


def test_after_a_long_pause_times_begin_anew(log: LogFile) -> None:
    log.write("1\n2\n")
    os.utime(log.path, (NOON, NOON))
    app = watch(log, interval=1.0)
    pull(app)
    log.write("3\n4\n")
    os.utime(log.path, (NOON + 600, NOON + 600))
    pull(app)

    window = look(app.history.values["value"], "time", NOON - 1, NOON + 601, 602)
    assert [n for n, count in enumerate(window.count.tolist()) if count] == [0, 1, 600, 601]
    app.tailer.close()


def test_what_is_written_in_gusts_keeps_its_interval(log: LogFile) -> None:
    log.write("1\n" * 100)
    os.utime(log.path, (NOON, NOON))
    app = watch(log, interval=10.0)
    pull(app)
    log.write("2\n" * 100)  # of the last 1000 seconds
    os.utime(log.path, (NOON + 1000, NOON + 1000))
    pull(app)

    assert app.history.latest_at == NOON + 1000
    assert app.history.origin == NOON - 990
    app.tailer.close()


# split


SENSORS = [("kitchen", 1), ("bath", 2), ("kitchen", 3), ("bath", 4)]


@pytest.mark.parametrize(
    "text",
    [
        "".join(
            json.dumps({"t": f"2026-01-31T12:00:0{n}Z", "sensor": name, "temp": value}) + "\n"
            for n, (name, value) in enumerate(SENSORS)
        ),
        stamped(*(f"sensor={name} temp={value}" for name, value in SENSORS)).replace(
            "2026", "t=2026"
        ),
        "t,sensor,temp\n" + stamped(*(f"{a},{b}" for a, b in SENSORS)).replace("Z ", "Z,"),
    ],
    ids=["json", "logfmt", "csv"],
)
def test_a_split_log_has_a_series_for_each_value(log: LogFile, text: str) -> None:
    history = read(log, text, split="sensor").history

    assert list(history.values) == ["temp/kitchen", "temp/bath"]
    assert samples(history.values["temp/kitchen"]) == [1, 3]
    assert samples(history.values["temp/bath"]) == [2, 4]
    assert history.extremes["temp/bath"] == (2, 4)


def test_a_group_can_split(log: LogFile) -> None:
    pattern = r"(?P<time>\S+) (?P<room>\w+)=(?P<temp>\d+)"
    text = stamped("kitchen=1", "bath=2", "kitchen=3")
    history = read(log, text, format="regex", pattern=pattern, split="room").history

    assert {name: samples(rollup) for name, rollup in history.values.items()} == {
        "temp/kitchen": [1, 3],
        "temp/bath": [2],
    }


def test_of_many_values_the_first_have_series_and_the_rest_share_one(log: LogFile) -> None:
    lines = "".join(json.dumps({"s": f"s{n}", "v": n}) + "\n" for n in range(50)) + '{"v":99}\n'
    history = read(log, lines, split="s").history

    assert list(history.values) == [f"v/s{n}" for n in range(MOST_LABELS)] + ["v/other"]
    assert samples(history.values["v/other"], "index", 0) == [*range(20, 50), 99]


# count


def test_lines_that_match_are_counted_in_any_format(log: LogFile) -> None:
    text = stamped(*map(str, range(1, 20))).replace(
        "Z 2\n", "Z 2\nupstream timed out\ntimed out again\n"
    )
    app = read(log, text, count={"timeouts": "timed out", "never": "xyz"})

    assert (app.counters.lines, app.counters.samples, app.counters.bad) == (21, 21, 0)
    assert counts(app.history.events["timeouts"]) == [0, 2, 0, 0, 0]
    assert counts(app.history.events["never"]) == [0, 0, 0, 0, 0]
    assert samples(app.history.values["value"]) == list(range(1, 20))


def test_lines_of_text_are_counted_at_their_time(log: LogFile) -> None:
    text = stamped("INFO a", "ERROR timed out", "INFO timed out", "INFO b")
    app = read(log, text, count={"timeouts": "timed (?:out|off)"})

    assert counts(app.history.events["timeouts"]) == [0, 1, 1, 0, 0]
    assert sorted(app.history.counts) == ["error", "info"]


def test_undated_text_is_counted_when_it_comes(log: LogFile) -> None:
    app = watch(log, count={"b": "b"})
    pull(app)
    log.write("a\n")
    os.utime(log.path, (NOON, NOON))
    pull(app)
    log.write("b\na\nb\n")
    os.utime(log.path, (NOON + 2, NOON + 2))
    pull(app)

    assert counts(app.history.events["b"]) == [0, 0, 2, 0, 0]
    app.tailer.close()


@pytest.mark.parametrize("pieces", [1, 3, 10])
def test_any_pieces_give_the_same_counts(log: LogFile, pieces: int) -> None:
    text = stamped(*map(str, range(60))).replace("0\n", "0\nlost\n") * 5
    app = watch(log, count={"lost": "lost", "eight": "8$"})
    for n in range(pieces):
        log.write(text[n * len(text) // pieces : (n + 1) * len(text) // pieces])
        pull(app)

    assert app.counters.samples == 5 * 66
    assert app.history.events["lost"].latest_at == NOON + 50 or pieces
    window = look(app.history.events["eight"], "time", NOON, NOON + 60, 60)
    assert [n for n, count in enumerate(window.count.tolist()) if count] == [8, 18, 28, 38, 48, 58]
    app.tailer.close()


# kind


def test_what_only_rises_is_stored_as_increases(log: LogFile) -> None:
    app = read(log, stamped("100", "105", "105", "3", "10"), kind={"value": "counter"})

    assert samples(app.history.values["value"]) == [5, 0, 3, 7]
    assert app.counters.samples == 5


def test_series_of_a_split_log_rise_each_on_its_own(log: LogFile) -> None:
    lines = [("a", 10), ("b", 1000), ("a", 12), ("b", 1001), ("a", None), ("a", 15)]
    text = "".join(
        json.dumps({"t": f"2026-01-31T12:00:0{n}Z", "if": name, "rx": value}) + "\n"
        for n, (name, value) in enumerate(lines)
    )
    history = read(log, text, split="if", kind={"rx": "counter"}).history

    assert samples(history.values["rx/a"]) == [2, 3]
    assert samples(history.values["rx/b"]) == [1]


@pytest.mark.parametrize("pieces", [1, 2, 7])
def test_increases_do_not_depend_on_the_pieces(log: LogFile, pieces: int) -> None:
    text = stamped(*(str(n * n) for n in range(60)))
    app = watch(log, kind={"value": "counter"})
    for n in range(pieces):
        log.write(text[n * len(text) // pieces : (n + 1) * len(text) // pieces])
        pull(app)

    assert samples(app.history.values["value"]) == [2 * n - 1 for n in range(1, 60)]
    app.tailer.close()


# encoding


@pytest.mark.parametrize("name", ["utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252", "utf-8"])
def test_lines_in_another_encoding_are_read(log: LogFile, name: str) -> None:
    """Case 35."""
    text = "wann;Küche\n" + stamped(*map(str, range(50))).replace("Z ", "Z;")
    app = watch(log, encoding=name)
    data = text.encode(name)
    for at in range(0, len(data), 333):
        log.write(data[at : at + 333])
        pull(app)

    assert list(app.history.values) == ["Küche"]
    assert samples(app.history.values["Küche"]) == list(range(50))
    assert (app.counters.lines, app.counters.bad) == (51, 0)
    app.tailer.close()
    app = watch(log, encoding=name)
    app.read_whole(NOON + 3600)
    assert (app.counters.lines, app.counters.samples) == (51, 50)


def test_the_mark_of_utf_8_is_no_part_of_the_first_line(log: LogFile) -> None:
    """Case 32."""
    app = read(log, "\ufeff1\n2\n")

    assert (app.counters.samples, app.counters.bad) == (2, 0)


# merge


def test_the_files_of_a_merged_glob_are_one_log(tmp_path: Path) -> None:
    for name in ("a.log", "b.log"):
        (tmp_path / name).write_text("2026-01-31T12:00:00Z 1\n")
    place = LogSettings(str(tmp_path / "*.log"), "all", merge=True)
    pipeline = Pipeline([place], (), View(), UTC, NOON)

    def turn() -> int:
        pipeline.discover(NOON, 0.0)
        pipeline.scan(NOON, 0.0)
        while pipeline.behind:
            pipeline.step()
        (graph,) = pipeline.news(NOON).graphs
        assert graph.name == "all"
        samples = graph.counters["samples"]
        assert isinstance(samples, int)
        return samples

    assert turn() == 2
    with (tmp_path / "b.log").open("a") as file:
        file.write("2026-01-31T12:00:01Z 2\n")
    (tmp_path / "c.log").write_text("2026-01-31T12:00:02Z 3\n")
    assert turn() == 4
    pipeline.close()


# a format that changes


def test_a_format_that_changes_is_understood_after_a_row_of_refused_lines(log: LogFile) -> None:
    text = "".join(f"2026-01-31T12:{n // 60:02}:{n % 60:02}Z {n}\n" for n in range(600))
    log.write(text + text.replace("T", " ").replace("Z ", ","))
    app = watch(log)
    pull(app)

    assert app.format.name == "csv"
    assert (app.counters.samples, app.counters.bad) == (1100, 100)
    assert list(app.history.values) == ["value"]
    assert app.history.samples == 1100  # it goes on
    app.tailer.close()


def test_with_other_fields_history_starts_again(
    log: LogFile, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    log.write("1\n" * 300 + stamped("secret 1", "secret 2") * 200)
    app = watch(log)
    pull(app)

    assert app.axis == "time"
    assert app.counters.bad == 100
    assert app.history.samples == 300
    assert "its history starts again" in caplog.text
    assert "secret" not in caplog.text
    app.tailer.close()


def test_text_replaces_nothing_because_it_understands_everything(log: LogFile) -> None:
    log.write("1\n" * 300 + "no number\n" * 1000 + "2\n")
    app = watch(log)
    pull(app)

    assert (app.format.name, app.counters.bad, app.counters.samples) == ("plain", 1000, 301)
    app.tailer.close()


@pytest.mark.parametrize("pieces", [1, 2, 9, 400])
@pytest.mark.parametrize("between", [99, 100, 130])
def test_the_question_is_asked_at_the_same_line_whatever_the_pieces(
    log: LogFile, pieces: int, between: int
) -> None:
    text = "1\n" * 230 + "\ntook=5\n" * between + "2\n" * 30 + "took=6\n" * 250
    app = watch(log)
    for n in range(pieces):
        log.write(text[n * len(text) // pieces : (n + 1) * len(text) // pieces])
        pull(app)

    good = {99: 230 + 30 + 150, 100: 230 + 250, 130: 230 + 30 + 250}[between]
    assert app.format.name == "logfmt"
    assert app.counters.lines == text.count("\n")
    assert app.counters.samples == good
    app.tailer.close()


def test_values_stay_finite_whatever_is_said(log: LogFile) -> None:
    app = read(log, stamped("1e308", "-1e308", "1e308"), kind={"value": "counter"})

    assert np.isfinite(samples(app.history.values["value"])).all()
