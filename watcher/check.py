"""`watcher check`: what would be watched, and how it is understood. Writes nothing."""

from __future__ import annotations

import errno
import grp
import os
import sys
import time
from typing import Any

import msgspec

from watcher.compose import instant
from watcher.config import Config
from watcher.follow.discover import Place, name_of, title_of
from watcher.log import Log

COLUMNS = ("name", "format", "time_format", "axis", "lines", "samples", "bad", "first", "last")


def check(config: Config, *, as_json: bool) -> bool:
    """Print one row for each log; False if some path cannot be read."""
    rows, problems = _look_at(config)
    print(msgspec.json.encode({"logs": rows}).decode() if as_json else _table(rows))
    for problem in problems:
        print(problem, file=sys.stderr)
    return not problems


def _look_at(config: Config) -> tuple[list[dict[str, Any]], list[str]]:
    rows: list[dict[str, Any]] = []
    problems: list[str] = []
    names: set[str] = set()
    for settings in config.logs:
        place = Place(settings.path, settings.name)
        for path in place.paths():
            log = Log(name_of(path, place, names), title_of(path, place), path, config.zone)
            names.add(log.name)
            try:
                log.read_whole(time.time())
            except OSError as error:
                problems.append(f"{path}: {error.strerror or error}{_who_could(path, error)}")
            else:
                rows.append(_row(log, config))
    return rows, problems


def _row(log: Log, config: Config) -> dict[str, Any]:
    seen, dated = log.counters.samples > 0, log.axis == "time"
    value = {"name": "value", "kind": "value", "min": log.low, "max": log.high}
    return {
        "path": log.path,
        "name": log.name,
        "format": log.format.name,
        "time_format": log.format.time_format or None,
        "axis": log.axis,
        "first": instant(log.first_at, config.zone) if dated else None,
        "last": instant(log.rollup.latest_at, config.zone) if dated else None,
        "fields": [value] if seen else [],
        "lines": log.counters.lines,
        "samples": log.counters.samples,
        "bad": log.counters.bad,
    }


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
    return "\n".join(lines)


def _cell(value: Any) -> str:
    return "-" if value is None else str(value)
