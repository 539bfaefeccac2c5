"""Which numbers are worth a graph."""

from __future__ import annotations

import math

import pytest

from watcher.parse.fields import ENOUGH, MOST_FIELDS, Field, chosen


def names(*fields: Field) -> list[str]:
    return [field.name for field in chosen(fields)]


def varying(name: str, place: int = 0) -> Field:
    return Field(name, place, [float(n) for n in range(ENOUGH)])


@pytest.mark.parametrize(
    "name",
    "id flow_id request_id requestId request.remote_port src_port pid response_code level_value"
    " __MONOTONIC_TIMESTAMP line http.version year userId".split(),
)
def test_what_only_names_something_is_no_measure(name: str) -> None:
    assert names(varying(name)) == []


@pytest.mark.parametrize(
    "name",
    "duration latency_ms flow.bytes_toserver requests_per_second request_time v cpu.user Requests/s"
    " memory.used battery_level total_lines queue.size".split(),
)
def test_a_measure_is_kept(name: str) -> None:
    assert names(varying(name)) == [name]


def test_a_number_that_never_varies_gives_way_to_one_that_does() -> None:
    still = Field("size", 0, [5.0] * ENOUGH)
    assert names(still, varying("x", 1)) == ["x"]
    assert names(still) == ["size"]
    assert names(still._replace(name="x")) == []


def test_at_most_so_many_are_kept_and_measures_first() -> None:
    many = [varying(f"x{n}", n) for n in range(20)]
    kept = names(*many, varying("latency", 20))
    assert len(kept) == MOST_FIELDS
    assert "latency" in kept


def test_numbers_in_all_lines_come_before_those_in_some() -> None:
    some = Field("a", 0, [math.nan, 1.0] * (ENOUGH // 2))
    others = [varying(f"x{n}", n) for n in range(1, 1 + MOST_FIELDS)]
    assert "a" not in names(some, *others)


def test_numbers_without_a_name_get_one() -> None:
    assert names(varying("")) == ["value"]
    assert names(varying("", 0), varying("", 1)) == ["value1", "value2"]
    assert names(varying("x", 0), varying("x", 1)) == ["x", "x_"]
