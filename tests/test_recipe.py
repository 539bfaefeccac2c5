"""What a format is made of survives a restart, and reads as before."""

from __future__ import annotations

import time
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_detect import MTIME, PROGRAMS, SHAPES, TABLES
from tests.test_lines import HEADS, MIXED, NOON
from watcher.parse.clock import State
from watcher.parse.detect import Format, detect
from watcher.parse.head import head_of
from watcher.parse.integers import IntegersRecipe
from watcher.parse.lines import LinesRecipe
from watcher.parse.recipe import Recipe, restored
from watcher.parse.settings import LogSettings

BERLIN = ZoneInfo("Europe/Berlin")
CSV = b"time,sensor,a,b\n2026-01-31 12:00:00,x,1,2\n2026-01-31 12:00:01,y,2,3\n"
JSON = b'{"ts":"2026-01-31T12:00:00Z","host":"x","took":1,"more":2}\n'
USERS = rb"[31.01.2026 12:00:00] x took 5 ms" + b"\n"
PATTERN = r"\[(?P<time>[^\]]++)\] (?P<who>\w+) took (?P<took>\d+) ms"
SAID: dict[str, tuple[bytes, LogSettings]] = {
    "split": (CSV, LogSettings("", split="sensor")),
    "fields": (CSV, LogSettings("", fields=("b",))),
    "split records": (JSON, LogSettings("", split="host")),
    "fields of records": (JSON, LogSettings("", fields=("more",))),
    "time_format": (USERS, LogSettings("", time_format="%d.%m.%Y %H:%M:%S")),
    "timezone": (CSV.replace(b"Z", b""), LogSettings("", timezone="Europe/Berlin")),
    "regex": (USERS, LogSettings("", format="regex", pattern=PATTERN, split="who")),
    "regex line by line": (USERS, LogSettings("", format="regex", pattern=PATTERN + r"(?s:.)*")),
    "regex with grok": (USERS, LogSettings("", format="regex", pattern=r"\[%{DATA:x}\] %{WORD}")),
    "regex without its time": (
        b"noon 1\n",
        LogSettings("", format="regex", pattern=r"(?P<time>\w+) (?P<took>\d+)"),
    ),
    "regex of levels": (b"error 1\n", LogSettings("", format="regex", pattern=r"(?P<level>\w+)")),
    "nothing": (b"1\n2\n", LogSettings("", format="access")),
    **{name: (text, LogSettings("")) for name, text in HEADS.items()},
}


def told(text: bytes, said: LogSettings, modified: float = NOON) -> Format:
    probes = text.split(b"\n")[:-1]
    zone = ZoneInfo(said.timezone or "UTC")
    verdict = detect(head_of(text, zone, probes, modified, said))
    verdict.settle(probes, modified)
    return verdict


def again(format_: Format, zone: str = "UTC") -> Format:
    """After a restart."""
    kept = msgspec.msgpack.encode((format_.recipe, format_.clock and format_.clock.state))
    recipe, state = msgspec.msgpack.decode(kept, type=tuple[Recipe, State | None])
    other = restored(recipe, ZoneInfo(zone))
    if other.clock and state:
        other.clock.state = state
    return other


def like(format_: Format) -> tuple[object, ...]:
    """All that others ask of a format."""
    clock = format_.clock and (format_.clock.state, format_.clock.format)
    said = (format_.name, format_.time_format, format_.fields, format_.counts, format_.why)
    return *said, format_.key, format_.recipe, clock


@pytest.mark.parametrize("name", SAID)
@settings(deadline=None, max_examples=50)
@given(lines=MIXED, data=st.data())
def test_a_restored_format_goes_on_as_if_it_had_never_stopped(
    name: str, lines: list[bytes], data: st.DataObject
) -> None:
    text, said = SAID[name]
    lines = [*text.split(b"\n")[:-1], *lines] * 2
    cut = data.draw(st.integers(1, len(lines) - 1))
    before, behind = (
        b"".join(b"%b\n" % one for one in part) for part in (lines[:cut], lines[cut:])
    )
    first = told(text, said)
    assert first.name == ("access" if name == "nothing" else first.name)
    first.parse(before)
    second = again(first, said.timezone or "UTC")

    assert like(second) == like(first)
    assert repr(second.parse(behind)) == repr(first.parse(behind))  # NaN is equal to itself there
    assert like(second) == like(first)


EXAMPLES = {name: str(said[0]) for name, said in {**PROGRAMS, **TABLES}.items()} | {
    shape: shape for shape in SHAPES
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_format_that_is_told_can_be_restored(name: str) -> None:
    text = EXAMPLES[name].strip("\n").encode() + b"\n"
    first = told(text, LogSettings(""), MTIME)
    second = again(first)

    assert like(second) == like(first)
    assert repr(second.parse(text)) == repr(first.parse(text))


def test_a_thousand_restored_formats_cost_next_to_nothing() -> None:
    recipes = [told(text, said).recipe for text, said in SAID.values()]
    many = [recipes[n % len(recipes)] for n in range(1000)]
    begun = time.process_time()
    for recipe in many:
        made = restored(recipe, BERLIN)
        assert made.key
        assert made.fields is not None

    assert time.process_time() - begun < 0.5  # compiling their patterns takes seconds


def test_a_recipe_of_a_later_version_is_refused() -> None:
    recipe = LinesRecipe("text", (), b"", "", "mood_of")
    with pytest.raises(ValueError, match="mood_of"):
        restored(recipe, BERLIN)
    with pytest.raises(ValueError, match="it says no day"):
        restored(LinesRecipe("text", (), b"", "stardate", ""), BERLIN)
    assert restored(IntegersRecipe(), BERLIN).name == "plain"
