"""Numbers that text for people names."""

from __future__ import annotations

import re

import pytest

from watcher.parse.lines import Part
from watcher.parse.numbers import READ
from watcher.parse.pairs import named_numbers


def values(lines: list[str]) -> dict[str, list[float]]:
    """What the parts take out of the lines, NaN left out."""
    rests = [line.encode() for line in lines]
    parts: list[Part] = named_numbers(rests)
    match = re.compile(b"".join(part.pattern for part in parts)).match
    found = [groups.groups() for rest in rests if (groups := match(rest))]
    columns = zip(*found, strict=True) if parts else ()
    return {
        part.name: [one for one in READ[part.written](list(texts)) if one == one]
        for part, texts in zip(parts, columns, strict=True)
    }


def test_a_unit_stands_with_its_number() -> None:
    assert values([" took=12ms", " took=1.5s", " took: 3"]) == {}  # two names, each in some
    assert values([" took=12ms", " took=1.5s"]) == {"took": [0.012, 1.5]}
    assert values([" duration: 12.5 ms"] * 3) == {"duration": [0.0125] * 3}


def test_a_measure_is_kept_though_not_every_line_has_one() -> None:
    lines = [f" duration: {n}.5 ms" if n % 2 else " checkpoint starting" for n in range(40)]
    assert len(values(lines)["duration"]) == 20


def test_what_is_no_measure_must_be_in_nearly_every_line() -> None:
    assert values([f" foo={n}" if n % 2 else " nothing" for n in range(40)]) == {}


def test_a_seldom_number_in_another_order_does_not_cost_the_others() -> None:
    lines = [f" temp={n} delay=5{n}" if n % 2 else f" delay={n} temp=7{n}" for n in range(40)]
    lines = [line if n % 3 else line.replace("delay", "x") for n, line in enumerate(lines)]
    assert len(values(lines)["temp"]) == 40


def test_every_second_line_may_be_a_heading() -> None:
    names = "accuracy loss val_accuracy val_loss".split()
    said = [" - ".join(f"{name}: 0.{n}{at}" for at, name in enumerate(names)) for n in range(1, 20)]
    lines = [line for n, one in enumerate(said) for line in (f"Epoch {n}/20", f"422/422 {one}")]

    assert list(values(lines)) == names
    assert values(lines)["val_loss"][:2] == [0.13, 0.23]


def test_a_measure_may_have_its_number_in_brackets_and_a_process_has_none() -> None:
    lines = [f" took[{n}.5], total_hits[{n}], source[x]" for n in range(20)]
    assert values(lines) == {
        "took": [n + 0.5 for n in range(20)],
        "total_hits": [*range(20)],
    }
    assert values([f" load[{n}]: started, size[{n}] is" for n in range(20)]) == {}


def test_addresses_versions_and_places_are_no_numbers() -> None:
    for text in (
        " host.example.org:443 x",
        " app.py:12 x",
        " v=1.2.3",
        " at=12:30:00",
        " id=3f1c9",
    ):
        assert values([text] * 3) == {}


def test_names_and_numbers_with_a_blank_between_them_stand_between_commas() -> None:
    lines = [f"iter {n}: loss 1.{n}, time 12{n}.5ms, ack 7, lr 0.00{n}" for n in range(1, 9)]

    assert [*values(lines)] == ["loss", "time", "lr"]
    assert values(lines)["time"][0] == pytest.approx(0.1215)
    assert values([f"user {n}, win {n}" for n in range(9)]) == {}


def test_a_number_may_be_padded_behind_its_sign() -> None:
    assert values(["x time=  8.5 ms", "x time=12.5 ms", "x time = 9.5 ms"]) == {
        "time": [0.0085, 0.0125, 0.0095]
    }


def test_a_tab_parts_names_of_several_words() -> None:
    lines = [f"REPORT\tDuration: {n}.5 ms\tMax Memory Used: 5{n} MB" for n in range(9)]

    assert [*values(lines)] == ["Duration", "Max Memory Used"]
