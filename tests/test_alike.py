"""Numbers of lines that say the same but for these."""

from __future__ import annotations

import re

import pytest

from watcher.parse.alike import alike
from watcher.parse.numbers import READ


def said(*lines: str, sure: bool = False) -> dict[str, list[float]]:
    """What is found in the lines, by name."""
    rests = [line.encode() for line in lines]
    parts = alike(rests, sure=sure)
    match = re.compile(b"".join(part.pattern for part in parts)).match
    found = [one.groups() for rest in rests if (one := match(rest))]
    return {
        part.name: READ[part.written]([groups[n] for groups in found])
        for n, part in enumerate(parts)
    }


def three(text: str) -> list[str]:
    """The text with numbers that vary in it."""
    return [text.replace("#", str(number)) for number in (7, 3, 8)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (" #", ["value"]),
        ("#%", ["value"]),
        (" rx # tx 1#", ["rx", "tx"]),
        (" # users 4# idle", ["users", "idle"]),
        (" temperature #.5 C, humidity 4# %", ["temperature", "humidity"]),
        (" TCP: # (estab 1#, closed 2#)", ["TCP", "estab", "closed"]),
        (" alt #.1 m speed 4# km/h sats 1#", ["alt", "speed", "sats"]),
        (" load average: 0.#, 0.2#, 0.1#", ["load average", "load average 2", "load average 3"]),
        (" Core 0: +4#.0", ["Core 0"]),  # a number that never varies is text
        (" Latency (ms): 1#", ["Latency"]),
        (" summary = 9.#/s Avg: 1# Max: 3#", ["summary", "Avg", "Max"]),
    ],
)
def test_numbers_are_called_by_the_words_around_them(text: str, names: list[str]) -> None:
    assert list(said(*three(text))) == names


def test_units_and_thousands_are_read() -> None:
    assert said(*three(" took #ms, sent 1,#00 in all")) == {
        "took": [0.007, 0.003, 0.008],
        "sent": [1700, 1300, 1800],
    }


@pytest.mark.parametrize(
    "lines",
    [
        [" started", " started", " started"],
        [" job 1 done", " job 2 done", " job 3 done"],  # the number of the line
        [" job_1 0.5", " job_2 1.5", " job_9 2.5"],  # each time of another
        [" from 10.0.0.1", " from 10.0.0.2", " from 10.0.0.7"],
        [" opened 5", " closed 7", " failed 9"],
        [" listening on port 80", " listening on port 443", " listening on port 22"],
    ],
)
def test_other_lines_say_no_numbers(lines: list[str]) -> None:
    assert said(*lines) == {}


def test_whole_numbers_without_a_sign_of_a_measure_are_none_where_that_is_asked() -> None:
    assert said(*three(" handled job 4#"), sure=True) == {}
    assert list(said(*three(" queue: 4#, took 1#ms"), sure=True)) == ["queue", "took"]
