"""`watcher check`: what would be watched, and how it is understood. Writes nothing."""

from __future__ import annotations

import errno
import grp
import os
import sys
import time
from typing import Any

import msgspec

from watcher.config import Config
from watcher.follow.discover import Place, name_of, title_of
from watcher.log import Log
from watcher.words import instant

COLUMNS = ("name", "format", "time_format", "axis", "fields", "lines", "samples", "bad")
EXAMPLES = 3  # refused lines of a log that are shown
LONGEST_EXAMPLE = 100  # characters


class Refused:
    """Collects the first lines of a log that were not understood."""

    def __init__(self, log: Log) -> None:
        self._log, self._line = log, 0
        self.examples: list[str] = []

    def __call__(self, block: bytes) -> None:
        """Look at the lines of a block that has been taken in."""
        if len(self.examples) >= EXAMPLES or not self._log.format.parse(block).bad:
            self._line += block.count(b"\n")
            return
        for line in block.split(b"\n")[:-1]:
            self._line += 1
            if len(self.examples) < EXAMPLES and self._log.format.parse(line + b"\n").bad:
                shown = line[:LONGEST_EXAMPLE].decode("utf-8", "replace")
                self.examples.append(f"line {self._line}: {shown!r}: {self._log.format.why}")


def check(config: Config, *, as_json: bool) -> bool:
    """Print one row for each log; False if some path cannot be read."""
    rows, problems = _look_at(config)
    if as_json:
        told = [{key: row[key] for key in row if key != "refused"} for row in rows]
        print(msgspec.json.encode({"logs": told}).decode())
    else:
        print(_table(rows))
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
            refused = Refused(log)
            try:
                log.read_whole(time.time(), refused)
            except OSError as error:
                problems.append(f"{path}: {error.strerror or error}{_who_could(path, error)}")
            else:
                rows.append(_row(log, config, refused.examples))
    return rows, problems


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
            {"name": name, "kind": "value", "min": low, "max": high}
            for name, (low, high) in history.extremes.items()
            if low <= high
        ],
        "lines": log.counters.lines,
        "samples": log.counters.samples,
        "bad": log.counters.bad,
    }
    row["fields"] += [
        {"name": f"@{name or 'lines'}", "kind": "count", "min": None, "max": None}
        for name in sorted(history.counts)
    ]
    return row | {"refused": examples}


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
