"""One log on its way: what is counted, what is remembered, what is understood."""

from __future__ import annotations

import os
from datetime import UTC
from pathlib import Path

import pytest

from tests.conftest import LogFile
from watcher.follow.source import LONGEST_LINE
from watcher.history.pulse import State
from watcher.history.window import look
from watcher.log import Log
from watcher.parse.doubt import REFUSED
from watcher.parse.head import ENOUGH_LINES

NOON = 1_769_860_800.0  # 2026-01-31T12:00:00Z


def watch(log: LogFile) -> Log:
    return Log("app", "app", str(log.path), UTC)


def pull(log: Log, now: float = NOON, clock: float = 0.0) -> None:
    for _ in log.pull(now, clock):
        pass


def values(log: Log) -> list[float]:
    count = log.counters.samples
    return list(look(log.history.values["value"], "index", 0, max(count, 1), max(count, 1)).last)


def test_numbers_are_counted_from_first_sight_on(log: LogFile) -> None:
    log.write("1\n2\nfoo\n\n3\n")
    app = watch(log)
    pull(app)

    assert values(app) == [1, 2, 3]
    counters = app.counters
    assert (counters.lines, counters.samples, counters.bad, counters.bytes) == (5, 3, 1, 11)
    assert app.axis == "index"
    app.tailer.close()


def test_rotation_does_not_reset_the_index(log: LogFile) -> None:
    log.write("1\n2\n")
    app = watch(log)
    pull(app)
    log.rotate()
    log.write("3\n")
    pull(app)

    assert values(app) == [1, 2, 3]
    app.tailer.close()


def test_times_go_to_their_buckets(log: LogFile) -> None:
    log.write("2026-01-31T11:59:58Z 1\n2026-01-31T12:00:00Z 2\n")
    app = watch(log)
    pull(app)

    assert app.axis == "time"
    window = look(app.history.values["value"], "time", NOON - 3, NOON + 1, 4)
    assert window.count.tolist() == [0, 1, 0, 1]
    assert (app.history.first_at, app.history.latest_at) == (NOON - 2, NOON)
    app.tailer.close()


def test_a_first_line_that_misleads_is_understood_once_more_is_there(log: LogFile) -> None:
    log.write("2026\n")
    app = watch(log)
    pull(app)
    assert (app.axis, app.counters.samples) == ("index", 1)

    log.write("2026-01-31T12:00:00Z 2\n2026-01-31T12:00:01Z 3\n")
    pull(app)

    assert app.axis == "time"
    assert (app.counters.lines, app.counters.samples, app.counters.bad) == (3, 2, 1)
    app.tailer.close()


def test_a_verdict_stands_after_enough_lines(log: LogFile) -> None:
    log.write("1\n" * ENOUGH_LINES)
    app = watch(log)
    pull(app)
    log.write("2026-01-31T12:00:00Z 2\n" * (REFUSED - 1) + "3\n")
    log.write("2026-01-31T12:00:00Z 2\n" * (REFUSED - 1))
    pull(app)

    assert app.history.axis == "index"
    assert app.counters.bad == 2 * (REFUSED - 1)

    log.write("2026-01-31T12:00:00Z 2\n" * 2)  # one too many, and one that is understood
    pull(app)
    assert app.axis == "time"
    assert (app.counters.bad, app.counters.samples) == (2 * REFUSED - 1, ENOUGH_LINES + 2)
    app.tailer.close()


@pytest.mark.parametrize("pieces", [1, 2, 7, 50])
def test_any_pieces_of_a_log_give_the_same_history(log: LogFile, pieces: int) -> None:
    text = "2026\n" + "".join(f"2026-01-31T12:{n // 60:02}:{n % 60:02}Z {n}\n" for n in range(900))
    app = watch(log)
    for n in range(pieces):
        log.write(text[n * len(text) // pieces : (n + 1) * len(text) // pieces])
        pull(app, NOON + 3600)

    assert (app.counters.lines, app.counters.samples, app.counters.bad) == (901, 900, 1)
    window = look(app.history.values["value"], "time", NOON, NOON + 900, 900)
    assert window.last.tolist() == list(range(900))
    app.tailer.close()


@pytest.mark.parametrize("lines", [30, ENOUGH_LINES + 30])
def test_a_log_that_rests_goes_on_as_if_it_had_not(log: LogFile, lines: int) -> None:
    """Whether its verdict is provisional or not."""
    text = [
        f"2026-01-31 {n // 3600:02}:{n // 60 % 60:02}:{n % 60:02} INFO took {n}\n"
        for n in range(400)
    ]
    log.write("".join(text[:lines]))
    app, other = watch(log), watch(log)
    pull(app)
    pull(other)
    app.rest(at_once=True)
    assert app.format is not other.format
    for n in range(lines, len(text), 10):
        log.write("".join(text[n : n + 10]))
        pull(app)
        pull(other)

    assert app.counters == other.counters
    assert app.state == other.state
    for one in (app, other):
        one.tailer.close()


def test_a_log_that_grows_between_two_calls_does_not_rest(log: LogFile) -> None:
    log.write("2026-01-31 12:00:00 INFO took 1\n")
    app = watch(log)
    pull(app)
    before = app.format
    app.rest()
    log.write("2026-01-31 12:00:01 INFO took 1\n")
    pull(app)
    app.rest()
    assert app.format is before
    app.rest()

    assert app.format is not before
    assert app.format.key == before.key
    app.tailer.close()


def test_lines_that_are_too_long_are_bad(log: LogFile) -> None:
    log.write("1\n" + "9" * (LONGEST_LINE + 1) + "\n2\n")
    app = watch(log)
    pull(app)

    assert values(app) == [1, 2]
    assert (app.counters.lines, app.counters.bad) == (3, 1)
    app.tailer.close()


def test_times_that_no_bucket_can_hold_are_counted_and_left_out(log: LogFile) -> None:
    """Cases 39 and 40."""
    log.write("2026-01-31T12:00:00Z 1\n2099-01-01T00:00:00Z 2\n1970-01-01T00:00:00Z 3\n")
    app = watch(log)
    pull(app)

    counters = app.counters
    assert (counters.samples, counters.skewed, counters.late, counters.bad) == (1, 1, 1, 0)
    assert app.history.latest_at == NOON
    app.tailer.close()


def test_a_log_of_long_ago_is_not_late_for_itself(log: LogFile) -> None:
    log.write("1999-12-31T23:59:59Z 1\n")
    app = watch(log)
    pull(app)

    assert (app.counters.samples, app.counters.late) == (1, 0)
    app.tailer.close()


def test_a_log_that_was_there_before_us_is_not_stale_however_old(log: LogFile) -> None:
    log.write("".join(f"2026-01-31T11:{n:02}:00Z 1\n" for n in range(30)))
    app = watch(log)
    assert app.pulse.state(NOON) is State.WAITING
    pull(app)

    assert app.pulse.state(NOON + 1e7) is State.FRESH
    app.tailer.close()


def test_a_log_that_grew_and_fell_silent_is_stale(log: LogFile) -> None:
    log.write("".join(f"2026-01-31T11:{n:02}:00Z 1\n" for n in range(30)))
    app = watch(log)
    pull(app)
    log.write("2026-01-31T11:30:00Z 1\n")
    pull(app)

    assert app.pulse.stale_after == 300  # five times its interval
    assert app.pulse.state(NOON - 1800 + 299) is State.FRESH
    assert app.pulse.state(NOON - 1800 + 301) is State.STALE
    app.tailer.close()


def test_undated_lines_are_as_fresh_as_their_file(log: LogFile) -> None:
    app = watch(log)
    for n in range(30):
        log.write("1\n")
        os.utime(log.path, (NOON + n, NOON + n))
        pull(app, NOON + n)
    log.rotate()  # an empty new file is no sign of life
    pull(app, NOON + 100)

    assert app.pulse.last == NOON + 29
    assert app.pulse.state(NOON + 29 + 61) is State.STALE
    app.tailer.close()


def test_the_whole_of_a_file_includes_a_last_line_without_an_end(log: LogFile) -> None:
    log.write("1\n2\n3")
    app = watch(log)
    app.read_whole(NOON)

    assert values(app) == [1, 2, 3]
    assert app.counters.lines == 3


SAMPLES = Path(__file__).parent.parent / "logs"


@pytest.mark.parametrize("path", sorted(SAMPLES.iterdir()), ids=lambda path: path.name)
def test_every_sample_log_is_understood_to_its_last_line(path: Path) -> None:
    app = Log(path.stem, path.stem, str(path), UTC)
    app.read_whole(NOON + 3e7)

    assert app.counters.lines == app.counters.samples > 200
    assert app.axis == ("time" if path.suffix == ".log" else "index")


def test_lines_are_counted_by_class(log: LogFile) -> None:
    log.write(
        "2026-01-31 11:59:58 INFO a\n2026-01-31 11:59:59 ERROR b\n2026-01-31 12:00:00 INFO c\n"
    )
    app = watch(log)
    pull(app)

    counts = {
        class_: look(rollup, "time", NOON - 2, NOON + 1, 3).count.tolist()
        for class_, rollup in app.history.counts.items()
    }
    assert counts == {"info": [1, 0, 1], "error": [0, 1, 0]}
    app.tailer.close()


def test_text_without_times_is_counted_when_it_comes(log: LogFile) -> None:
    log.write("it was here before us\n" * 3)
    app = watch(log)
    pull(app)
    assert app.counters.samples == 3
    assert app.history.counts == {}  # when it came, nobody knows
    log.write("hello\n" * 2)
    os.utime(log.path, (NOON, NOON))
    pull(app)

    assert app.history.counts[""].latest_at == NOON
    assert app.counters.samples == 5
    app.tailer.close()


def test_a_year_that_is_not_said_is_that_of_the_file(log: LogFile) -> None:
    log.write("Dec 30 12:00:00 h a[1]: x\nJan  2 12:00:00 h a[1]: y\n")
    os.utime(log.path, (NOON, NOON))
    app = watch(log)
    pull(app)

    year_ends = 1_767_225_600.0  # 2026-01-01T00:00:00Z
    assert app.history.first_at == year_ends - 1.5 * 86400
    assert app.history.latest_at == year_ends + 1.5 * 86400
    app.tailer.close()
