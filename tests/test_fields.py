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
    " __MONOTONIC_TIMESTAMP line http.version year userId logtype ikeversion respcode connid"
    " timestamp.nano channel zip_code session-id-32".split(),
)
def test_what_only_names_something_is_no_measure(name: str) -> None:
    assert names(varying(name)) == []


@pytest.mark.parametrize(
    "name",
    "duration latency_ms flow.bytes_toserver requests_per_second request_time v cpu.user Requests/s"
    " memory.used battery_level total_lines queue.size took_in_nanos".split(),
)
def test_a_measure_is_kept(name: str) -> None:
    assert names(varying(name)) == [name]


def test_a_number_that_never_varies_gives_way_to_one_that_does() -> None:
    still = Field("size", 0, [5.0] * ENOUGH)
    assert names(still, varying("x", 1)) == ["x"]
    assert names(still) == ["size"]
    assert names(still._replace(name="x")) == []


def test_a_number_that_never_varies_is_kept_where_there_is_nothing_else() -> None:
    still, name = Field("x", 0, [5.0] * ENOUGH), Field("port", 1, [80.0] * ENOUGH)
    assert [one.name for one in chosen([still, name], alone=True)] == ["x"]
    assert [one.name for one in chosen([still, varying("y", 1)], alone=True)] == ["y"]


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


def test_a_time_as_a_number_measures_nothing() -> None:
    when = [1793603200.0 + n for n in range(9)]
    nanoseconds = [1e9 * one for one in when]
    assert names(
        Field("start", 0, when),
        Field("bytes", 1, when),
        Field("observedTimeUnixNano", 2, nanoseconds),
    ) == ["bytes"]


def test_what_counts_the_lines_gives_way_where_it_has_no_name() -> None:
    rising, value = [float(n) for n in range(60)], [n * 7 % 5.0 for n in range(60)]

    assert len(names(Field("", 0, rising), Field("", 1, value))) == 1
    assert names(Field("up", 0, rising), Field("down", 1, value)) == ["up", "down"]
    assert len(names(Field("", 0, rising))) == 1


def test_what_is_called_a_number_of_rows_or_a_clock_is_none_of_them_only_if_it_rises() -> None:
    value, rising, other = [3.0, 1.0, 2.0], [1.0, 2.0, 27.0], [5.0, 4.0, 9.0]

    assert names(Field("No", 0, rising), Field("up", 1, value)) == ["up"]
    assert names(Field("TimeUS", 0, rising), Field("up", 1, value)) == ["up"]
    assert names(Field("time_ms", 0, other), Field("up", 1, value)) == ["time_ms", "up"]


def test_an_offset_with_fractions_is_that_of_a_clock() -> None:
    bytes_, seconds = [10.0, 30.0, 20.0], [0.5, -0.25, 0.125]

    assert names(Field("offset", 0, seconds), Field("up", 1, bytes_)) == ["offset", "up"]
    assert names(Field("offset", 0, bytes_), Field("up", 1, bytes_)) == ["up"]


def test_the_number_of_a_core_is_no_measure_beside_shares() -> None:
    values = [1.0, 2.0, 3.0]

    assert names(Field("CPU", 0, values), Field("%usr", 1, values)) == ["%usr"]
    assert names(Field("cpu", 0, values), Field("mem", 1, values)) == ["cpu", "mem"]


@pytest.mark.parametrize("name", ["step", "global_step", "iter", "training_iteration", "Step"])
def test_how_far_a_training_is_measures_nothing(name: str) -> None:
    epochs = Field(name, 0, [float(n % 50) for n in range(4 * ENOUGH)])

    assert names(epochs, varying("loss", 1)) == ["loss"]
    assert names(epochs._replace(values=[5.0, 3.0, 7.0, 1.0] * ENOUGH)) == [name]


def test_a_measure_of_an_epoch_is_one() -> None:
    assert names(varying("train_loss_epoch")) == ["train_loss_epoch"]
    assert names(varying("run_epoch")) == []


def test_which_one_it_is_in_turn_is_no_measure() -> None:
    value = [7.0, 1.0, 2.0, 5.0, 3.0, 8.0]

    assert names(Field("gpu", 0, [0.0, 1.0] * 3), Field("W", 1, value)) == ["W"]
    assert names(Field("Core", 0, [0.0, 2.0, 4.0] * 2), Field("W", 1, value)) == ["W"]
    assert names(Field("cpu", 0, [0.0, 1.0, 1.0] * 2), Field("W", 1, value)) == ["cpu", "W"]


def test_codes_are_no_measures_but_times_of_the_same_name_are() -> None:
    assert names(Field("service", 0, [22.0, 443.0]), Field("x", 1, [1.0, 2.0])) == ["x"]
    assert names(Field("service", 0, [0.018, 0.03]), Field("x", 1, [1.0, 2.0])) == ["service", "x"]


def test_a_long_number_without_a_name_that_comes_again_is_an_id() -> None:
    ids, bytes_ = [1660360496.0, 1660360496.0, 1660360491.0], [1660360496.0, 5.0, 7.0]

    assert not names(Field("", 0, ids))
    assert names(Field("", 0, bytes_)) == ["value"]


def test_a_stopwatch_is_no_measure_beside_others() -> None:
    assert names(Field("TIME(s)", 0, [0.5, 1.25, 3.5]), Field("x", 1, [4.0, 2.0, 3.0])) == ["x"]
    assert len(names(Field("time (ms)", 0, [0.5, 0.25, 3.5]))) == 1


def test_a_time_that_rises_all_the_way_is_an_axis_and_no_measure() -> None:
    assert names(varying("time"), varying("temp", 1)) == ["temp"]
    took = Field("time", 0, [float(n % 7) for n in range(ENOUGH)])
    assert names(took, varying("temp", 1)) == ["time", "temp"]
