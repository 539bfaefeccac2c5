"""Values that take turns, a name of its own for each."""

from __future__ import annotations

from datetime import UTC

import pytest

from watcher.parse.detect import Format, detect
from watcher.parse.head import head_of

MODIFIED = 1_795_000_000.0


def told(text: str) -> Format:
    data = text.encode()
    return detect(head_of(data, UTC, data.split(b"\n")[:-1], MODIFIED))


def lines(*names: str, many: int = 12) -> str:
    said = [names[n % len(names)] for n in range(many)]
    return "".join(f"2026-11-02 08:{n:02}:00 {name} {n}.5\n" for n, name in enumerate(said))


def test_each_name_is_a_field() -> None:
    text = lines("house/temperature", "Thermo humidity:", "P:")
    values = told(text).parse(text.encode()).values

    assert list(values) == ["house/temperature", "Thermo humidity", "P"]
    assert [value for value in values["P"] if value == value] == [2.5, 5.5, 8.5, 11.5]


def test_a_name_that_comes_later_says_nothing_and_is_not_refused() -> None:
    verdict = told(lines("temperature", "humidity"))
    batch = verdict.parse(b"2026-11-02 09:00:00 pressure 1013.2\n")

    assert (batch.samples, batch.bad) == (1, 0)


@pytest.mark.parametrize(
    "text",
    [
        lines("temperature", many=2) + lines("worker exited with code"),
        "".join(f"2026-11-02 08:{n:02}:00 done with job {n}\n" for n in range(12)),
        lines(*(f"job_{n}" for n in range(12))),
        lines("listening on port", "connected from port").replace(".5", ""),
    ],
)
def test_text_that_ends_with_a_number_is_no_reading(text: str) -> None:
    assert not told(text).fields


TABLE = "time,name,value,state\n" + "".join(
    f"2026-11-02 08:{n:02}:00,{name},{n}.{at},good\n"
    for n in range(10)
    for at, name in enumerate(("temp (C)", "speed"))
)


def test_the_values_of_a_long_table_are_told_apart() -> None:
    values = told(TABLE).parse(TABLE.encode()).values

    assert list(values) == ["temp (C)", "speed"]
    assert [value for value in values["speed"] if value == value] == [n + 0.1 for n in range(10)]


def test_a_column_of_words_beside_a_value_tells_nothing_apart_where_each_row_has_its_time() -> None:
    text = "time,host,latency\n" + "".join(
        f"2026-11-02 08:{n:02}:00,{'ab'[n % 2]},{n}.5\n" for n in range(12)
    )

    assert told(text).fields == ("latency",)


def test_the_name_of_a_value_may_stand_behind_it() -> None:
    text = "".join(
        f"2026-11-02 08:{n:02}:00,{n}.5,cycles\n2026-11-02 08:{n:02}:00,{n}00.5,cycles-more\n"
        for n in range(6)
    )
    values = told(text).parse(text.encode()).values

    assert list(values) == ["cycles", "cycles-more"]
    assert [value for value in values["cycles"] if value == value] == [n + 0.5 for n in range(6)]
