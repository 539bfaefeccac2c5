"""`watcher check`: what would be watched, and how it is understood. Writes nothing."""

from __future__ import annotations

import errno
import grp
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from watcher.config import Config
from watcher.follow.discover import HEAD, Place, name_of, title_of
from watcher.follow.probe import probe
from watcher.graphs import GraphSettings
from watcher.history.buckets import HIGH, LOW
from watcher.history.rollup import Rollup
from watcher.log import Log
from watcher.parse.encoding import looks_like_utf_16, marked
from watcher.parse.settings import LogSettings
from watcher.runaway import runaway
from watcher.walls import unknown
from watcher.words import instant

COLUMNS = ("name", "format", "time_format", "axis", "fields", "lines", "samples", "bad")
EXAMPLES = 3  # refused lines of a log that are shown
LONGEST_EXAMPLE = 100  # characters
RISES = 20  # buckets in a row, to say of a number that it only rises
CURE = (
    "never repeat what is repeated already, and write what may not come instead of a dot:"
    " [^ ]*+ for .*"
)


class Refused:
    """Collects the first lines of a log that were not understood."""

    def __init__(self, log: Log) -> None:
        self._log, self._line = log, 0
        self.examples: list[str] = []

    def __call__(self, block: bytes) -> None:
        """Look at the lines of a block that has been taken in."""
        if len(self.examples) >= EXAMPLES or not self._log.refuses(block):
            self._line += block.count(b"\n")
            return
        for line in block.split(b"\n")[:-1]:
            self._line += 1
            if len(self.examples) < EXAMPLES and self._log.refuses(line + b"\n"):
                shown = line[:LONGEST_EXAMPLE].decode("utf-8", "replace")
                self.examples.append(f"line {self._line}: {shown!r}: {self._log.format.why}")


@dataclass
class Findings:
    """What is told of all logs."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)  # paths that cannot be read
    warnings: list[str] = field(default_factory=list)


def check(config: Config, *, as_json: bool) -> bool:
    """Print one row for each log; False if some path cannot be read."""
    found = _look_at(config)
    if as_json:
        told = [{key: row[key] for key in row if key != "refused"} for row in found.rows]
        print(msgspec.json.encode({"logs": told}).decode())
    else:
        print(_table(found.rows))
    for problem in (*found.problems, *found.warnings):
        print(problem, file=sys.stderr)
    return not found.problems


def _look_at(config: Config) -> Findings:
    found = Findings()
    names: set[str] = set()
    taken: set[str] = set()  # real paths
    every: dict[str, Log] = {}
    for settings in sorted(config.logs, key=lambda log: Place(log.path).breadth):
        place = Place(settings.path, settings.name)
        logs = []
        there = {path: os.path.realpath(path) for path in place.paths()}
        if not there:
            found.warnings.append(f"{settings.path}: no log there")
        new = [path for path, real in there.items() if real not in taken]
        taken.update(there.values())
        for paths in _together(new, settings):
            called = Place(paths[0], place.name) if settings.merge else place
            name = name_of(paths[0], called, names)
            title = title_of(paths[0], called, name)
            log = Log(name, title, paths[0], config.machine, settings)
            for path in paths[1:]:
                log.merge(path)
            names.add(log.name)
            if _read(log, config, found):
                logs.append(log)
        every |= {log.name: log for log in logs}
        found.warnings += _runaways(settings, logs)
    replaced = {name for graph in config.graphs for name in graph.logs}
    found.warnings += unknown(config.walls, (names - replaced) | {g.name for g in config.graphs})
    for graph in config.graphs:
        found.warnings += [f"graph {graph.name}: {what}" for what in _lacks(graph, names, every)]
    return found


def _together(paths: list[str], settings: LogSettings) -> list[list[str]]:
    """The paths of each log."""
    return [paths] if settings.merge and paths else [[path] for path in paths]


def _read(log: Log, config: Config, found: Findings) -> bool:
    refused = Refused(log)
    try:
        log.read_whole(time.time(), refused)
    except OSError as error:
        path = error.filename or log.path
        found.problems.append(f"{path}: {error.strerror or error}{_who_could(path, error)}")
        return False
    found.rows.append(_row(log, config, refused.examples))
    found.warnings += [f"{log.name}: {what}" for what in _doubts(log)]
    return True


def _doubts(log: Log) -> Iterator[str]:
    """What was asked for and is not there, and what looks like something else."""
    settings, history = log.settings, log.history
    seen = [name for name, (low, high) in history.extremes.items() if low <= high]
    said = {name for name in log.format.fields if any(map(_is_of(name), seen))}
    for name in (*settings.fields, *(name for name in settings.kind if not settings.fields)):
        if name not in said:
            key = "fields" if settings.fields else "kind"
            yield f"{key}: {name!r} was never seen: there are {' '.join(sorted(said)) or 'none'}"
    if settings.split and not history.split.labels:
        yield f"split: {settings.split!r} was never seen"
    elif settings.split and not seen:
        yield f"split: {settings.split!r} has no numbers to tell apart: name some in `fields`"
    if settings.time_format and log.format.time_format != settings.time_format:
        yield f"time_format: no times like {settings.time_format!r} were seen"
    counters = log.counters
    if counters.late:
        told = f"{counters.late:,} of {counters.lines:,} lines"
        yield f"{told} are older than what is remembered: [history] tiers"
    if counters.skewed:
        yield f"{counters.skewed:,} of {counters.lines:,} lines are of a time that is still to come"
    if settings.encoding == "utf-8" and _is_utf_16(log.path):
        yield 'looks like UTF-16: set encoding = "utf-16"'


def _lacks(graph: GraphSettings, names: set[str], logs: Mapping[str, Log]) -> Iterator[str]:
    """What keeps a graph from showing what it is meant to."""
    for name in graph.logs:
        if name not in names:
            yield f"no log {name!r}: there are {' '.join(sorted(names)) or 'none'}"
    yield from _rates(graph, logs)


def _rates(graph: GraphSettings, logs: Mapping[str, Log]) -> Iterator[str]:
    """Fields whose rate a graph shows as if they were no counters, although they only rise."""
    shown = [(one.log, one.view.fields, one.view.agg or graph.view.agg) for one in graph.series]
    shown = shown or [(name, graph.view.fields, graph.view.agg) for name in graph.logs]
    for name, fields, agg in shown:
        if agg != "rate" or name not in logs:
            continue
        log = logs[name]
        for series, rollup in log.history.values.items():
            if series not in (fields or log.format.fields[:1]) or _kind(series, log) == "counter":
                continue
            if _only_rises(rollup):
                cure = f'{series} = "counter" in [log.kind] shows how fast'
                yield f"agg: {series!r} of {name} only rises, and its readings are added: {cure}"


def _only_rises(rollup: Rollup) -> bool:
    """As far as the finest tier that has enough buckets tells."""
    for level, tier in enumerate(rollup.tiers):
        found = rollup.buckets(level, tier.oldest, tier.newest + 2)
        if len(found.numbers) >= RISES:
            low, high = found.values[LOW], found.values[HIGH]
            return bool((low[1:] >= high[:-1]).all() and high[-1] > low[0])
    return False


def _is_of(field_: str) -> Callable[[str], bool]:
    """Whether a series is one of this field."""
    return lambda name: name == field_ or name.startswith(f"{field_}/")


def _is_utf_16(path: str) -> bool:
    with open(path, "rb") as file:
        head = file.read(HEAD)
    return looks_like_utf_16(head) and not marked(head)


def _runaways(settings: LogSettings, logs: list[Log]) -> Iterator[str]:
    """The patterns of the user that could stop us, tried on lines like those of the logs."""
    lines = [line for log in logs[:1] for line in probe(log.path)]
    patterns = [("pattern", settings.pattern, False)] if settings.pattern else []
    patterns += [(f"count.{name}", pattern, True) for name, pattern in settings.count.items()]
    for key, pattern, searched in patterns:
        if how := runaway(pattern, lines, searched=searched):
            yield f"{settings.path}: {key}: {pattern!r} runs away: it {how}: {CURE}"


def _row(log: Log, config: Config, examples: list[str]) -> dict[str, Any]:
    history, zone = log.history, config.zone
    dated = log.format.clock is not None
    row: dict[str, Any] = {
        "path": log.path,
        "name": log.name,
        "format": log.format.name,
        "time_format": log.format.time_format or None,
        "axis": log.axis,
        "first": instant(history.first_at, zone) if dated else None,
        "last": instant(history.latest_at, zone) if dated else None,
        "fields": [
            {"name": name, "kind": _kind(name, log), "min": low, "max": high}
            for name, (low, high) in history.extremes.items()
            if low <= high
        ],
        "lines": log.counters.lines,
        "samples": log.counters.samples,
        "bad": log.counters.bad,
    }
    counts = [*(f"@{name or 'lines'}" for name in sorted(history.counts)), *history.events]
    row["fields"] += [{"name": name, "kind": "count", "min": None, "max": None} for name in counts]
    return row | {"refused": examples}


def _kind(series: str, log: Log) -> str:
    fields = [name for name in log.settings.counters if _is_of(name)(series)]
    return "counter" if fields else "value"


def _who_could(path: str, error: OSError) -> str:
    """The group that may read what we may not."""
    if error.errno != errno.EACCES:
        return ""
    try:
        stat = os.stat(path)
        return f": group {grp.getgrgid(stat.st_gid).gr_name} can" if stat.st_mode & 0o040 else ""
    except (OSError, KeyError):
        return ""


def _table(rows: list[dict[str, Any]]) -> str:
    """The rows under their headings, each column as wide as its widest cell."""
    if not rows:
        return "no logs"
    cells = [COLUMNS, *[tuple(_cell(row[column]) for column in COLUMNS) for row in rows]]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )
    refused = (
        f"{row['name']}: {row['bad']:,} of {row['lines']:,} lines were not understood:\n    "
        + "\n    ".join(row["refused"])
        for row in rows
        if row["refused"]
    )
    return "\n".join([*lines, *refused])


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(field["name"] for field in value) or "-"
    return "-" if value is None else str(value)
