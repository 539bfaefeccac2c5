"""What programs write, and how it is understood: the samples beside this module.

A sample begins with `== name | format time_format | first last | samples bad | class:lines | ...`,
the last being its fields. The lines are of nobody's machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

SAMPLES = Path(__file__).parent / "samples"
WRITTEN = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()  # when the logs last were


class Program(NamedTuple):
    """What a program writes, and how that is understood."""

    name: str
    format: str
    time_format: str  # empty: the lines have no time
    first: float  # Unix seconds; 0: no time
    last: float
    samples: int
    bad: int
    classes: dict[str, int]
    fields: tuple[str, ...]
    text: bytes


def programs() -> Iterator[Program]:
    """All there are."""
    for path in sorted(SAMPLES.glob("*.txt")):
        for sample in path.read_text().removeprefix("== ").split("\n== "):
            heading, _, text = sample.partition("\n")
            yield _program(heading.split(" | "), text.rstrip("\n") + "\n")


def _program(heading: list[str], text: str) -> Program:
    name, written, times, counts, classes, fields = heading
    first, last = map(_seconds, times.split())
    samples, bad = map(int, counts.split())
    said = dict(one.split(":") for one in classes.split()) if classes != "-" else {}
    return Program(
        name,
        written.split()[0],
        written.split()[1].removeprefix("-"),
        first,
        last,
        samples,
        bad,
        {class_.removeprefix("-"): int(lines) for class_, lines in said.items()},
        tuple(fields.split(", ")) if fields != "-" else (),
        text.encode(),
    )


def _seconds(text: str) -> float:
    return 0.0 if text == "-" else datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
