"""The house: who may import whom, and which library comes in by which door."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import watcher

PACKAGE = Path(watcher.__file__).parent

# Earlier rooms know nothing of later ones. A room may look around in itself.
ROUTE = (
    {"duration"},
    {"follow"},
    {"parse"},
    {"history"},
    {"draw"},
    {"backfill"},
    {"resume"},
    {"log"},
    {"frame", "kept", "turns"},
    {"asked", "graphs", "span", "words"},
    {"newest"},
    {"series"},
    {"labels", "sources"},
    {"picture"},
    {"known"},
    {"compose"},
    {"gallery"},
    {"walls"},
    {"pipeline"},
    {"serve"},
    {"config"},
    {"runaway"},
    {"check", "notify", "progress", "usage", "worker"},
    {"daemon"},
    {"__main__"},
)
ANYBODY = {"__init__"}

DOORS = {
    "watchdog": {"follow/hints.py"},
    "PIL": {"draw"},
    "aiohttp": {"serve", "daemon.py"},
    "jinja2": {"serve"},
    "sqlite3": {"history/store.py"},
    "tomllib": {"config.py"},
    "isal": {"draw/png.py"},
}
COMMON = {"msgspec", "numpy"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name(path)}: say the whole name of what you import"
            yield node.module or ""
            if node.module == "watcher":
                yield from (f"watcher.{alias.name}" for alias in node.names)


def place(room: str) -> int:
    return next(number for number, rooms in enumerate(ROUTE) if room in rooms)


@pytest.mark.parametrize("path", modules(), ids=name)
def test_a_module_imports_only_from_rooms_earlier_on_the_route(path: Path) -> None:
    room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if room in ANYBODY:
        return
    for imported in imports(path):
        parts = imported.split(".")
        if parts[0] != "watcher" or len(parts) == 1 or parts[1] == "__version__":
            continue
        assert parts[1] == room or place(parts[1]) < place(room), imported


@pytest.mark.parametrize("path", modules(), ids=name)
def test_a_library_comes_in_by_its_door(path: Path) -> None:
    for imported in imports(path):
        library = imported.split(".")[0]
        if library in sys.stdlib_module_names and library not in DOORS:
            continue
        if library == "watcher" or library in COMMON:
            continue
        assert library in DOORS, f"{library} has no door"
        assert any(name(path).startswith(door) for door in DOORS[library]), imported


@pytest.mark.parametrize("path", modules(), ids=name)
def test_only_those_who_run_things_ask_the_clock(path: Path) -> None:
    clocks = {"time"} & set(imports(path))
    rooms_without = (
        "follow/",
        "parse/",
        "history/",
        "draw/",
        "log.py",
        "compose.py",
        "pipeline.py",
    )
    assert not (clocks and name(path).startswith(rooms_without))


@pytest.mark.parametrize("path", modules(), ids=name)
def test_a_module_says_what_it_does_and_stays_readable(path: Path) -> None:
    text = path.read_text()
    assert ast.get_docstring(ast.parse(text))
    assert text.count("\n") <= 330, "this room wants a second door"
