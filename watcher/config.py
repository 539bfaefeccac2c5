"""TOML and the command line -> frozen settings; every problem is told at once.

Settings have their type and default where they are used; here they are only read.
"""

from __future__ import annotations

import ipaddress
import math
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import tzinfo
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from watcher.draw.text import check as check_font
from watcher.draw.view import View
from watcher.duration import duration
from watcher.graphs import NAME, GraphSettings, read_graph, read_view
from watcher.history import settings as history_settings
from watcher.history.rollup import Resolution
from watcher.history.settings import HistorySettings
from watcher.parse.settings import LogSettings, problems
from watcher.serve.access import Access
from watcher.walls import WallNames, WallSettings, default_wall, given

LISTEN = "127.0.0.1:8080"

BACKFILLS = {"all": math.inf, "none": 0.0}  # seconds

S = TypeVar("S", bound=msgspec.Struct)


class Address(msgspec.Struct, frozen=True):
    """Where to listen: a host and a port, or the path of a Unix socket."""

    host: str = ""
    port: int = 0  # 0: any free one
    path: str = ""

    @property
    def local(self) -> bool:
        """Whether only this machine can connect."""
        try:
            return bool(self.path) or ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that can be set."""

    listen: tuple[Address, ...]
    state: str | None  # directory; None: everything stays in memory
    zone: tzinfo  # of labels
    machine: tzinfo  # of times in logs that name none
    view: View  # what pictures look like by default
    font: str  # path; empty: the usual one
    tiers: tuple[Resolution, ...]  # of what is remembered over time
    access: Access
    logs: tuple[LogSettings, ...]
    graphs: tuple[GraphSettings, ...]
    walls: tuple[WallSettings, ...]  # the first is that of all graphs


class ConfigError(Exception):
    """The settings cannot be used: `problems` are whole lines, one for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def default_path() -> Path | None:
    """The file that is read where none is named: the first of the usual ones that exists."""
    if named := os.environ.get("WATCHER_CONFIG"):
        return Path(named)
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    usual = (Path(home) / "watcher/watcher.toml", Path("/etc/watcher/watcher.toml"))
    return next((path for path in usual if os.path.isfile(path)), None)


def default_state() -> str:
    """The directory where history is kept if nobody names one."""
    if os.geteuid() == 0:
        return "/var/lib/watcher"
    home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state"
    return str(Path(home) / "watcher")


def load(
    path: Path | None,
    *,
    paths: tuple[str, ...] = (),
    listen: str | None = None,
    state: str | None = None,
    keep: bool = True,
) -> Config:
    """The settings of the file at `path`, if any, under those of the command line.

    `paths` are added to its logs; without `keep` there is no state. Raises ConfigError.
    """
    reader = _Reader(str(path) if path else "command line")
    table = reader.toml(path) if path else {}
    if listen is not None:
        table["listen"] = listen
    if state := state or os.environ.get("STATE_DIRECTORY", "").split(":")[0]:
        table["state"] = state
    config = reader.config(table, paths)
    if reader.problems:
        raise ConfigError(reader.problems)
    return config if keep else msgspec.structs.replace(config, state=None)


class _Reader:
    """Reads one table after the other and collects what is wrong with each."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[str] = []

    def wrong(self, key: str, what: str) -> None:
        self.problems.append(f"{self.file}: {key}: {what}")

    def toml(self, path: Path) -> dict[str, Any]:
        try:
            return tomllib.loads(path.read_text("utf-8"))
        except OSError as error:
            self.wrong("file", f"cannot be read: {error.strerror}")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            self.wrong("file", f"is not TOML: {error}")
        return {}

    def config(self, table: dict[str, Any], paths: tuple[str, ...]) -> Config:
        known = {
            "listen",
            "state",
            "tz",
            "theme",
            "font",
            "history",
            "access",
            "log",
            "graph",
            "wall",
        }
        for key in table.keys() - known:
            self.wrong(key, f"no such setting: there are {', '.join(sorted(known))}")
        zone = self.zone(table.get("tz"))
        view = self.view("", {"theme": table.get("theme", "")}, View(), zone)
        access = self.struct("access", table.get("access", {}), Access) or Access()
        logs = [self.log(f"log[{n}]", log) for n, log in self.tables(table, "log")]
        graphs = [
            read_graph(f"graph[{n}]", graph, view, zone, self.wrong)
            for n, graph in self.tables(table, "graph")
        ]
        walls = [self.wall(f"wall[{n}]", w, view, zone) for n, w in self.tables(table, "wall")]
        self.once("wall", [wall.name for wall in walls if wall])
        self.once("graph", [graph.name for graph in graphs if graph])
        self.once("log", [log.name for log in logs if log and log.name])
        return Config(
            listen=self.listen(table.get("listen", LISTEN), access),
            state=self.text("state", table.get("state")) or default_state(),
            zone=zone,
            machine=local_zone(),
            view=view,
            font=self.font(table.get("font")),
            tiers=self.tiers(table.get("history", {})),
            access=access,
            logs=(*filter(None, logs), *map(LogSettings, paths)),
            graphs=tuple(filter(None, graphs)),
            walls=(default_wall(view), *filter(None, walls)),
        )

    def tables(self, table: Mapping[str, Any], key: str) -> Iterator[tuple[int, dict[str, Any]]]:
        found = table.get(key, [])
        if isinstance(found, list) and all(isinstance(one, dict) for one in found):
            yield from enumerate(found, 1)
        else:
            self.wrong(key, f"must be tables: write [[{key}]]")

    def once(self, key: str, names: list[str]) -> None:
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.wrong(f"{key}.name", f"{name!r} is given twice: names are part of URLs")

    def struct(self, key: str, table: Any, type_: type[S]) -> S | None:
        """`table` as `type_`; msgspec stops at the first problem, so each is taken out in turn."""
        while True:
            try:
                return msgspec.convert(table, type_)
            except msgspec.ValidationError as error:
                what, _, where = str(error).partition(" - at `$")
                unknown = re.search(r"unknown field `(.*)`$", what)
                if unknown:
                    where, known = f".{unknown[1]}", " ".join(type_.__struct_fields__)
                    what = f"no such setting: there are {known}"
                self.wrong(key + where.rstrip("`"), f"{what[:1].lower()}{what[1:]}")
                named = unknown or re.match(r"\.(\w+)", where)
                if named is None or not isinstance(table, dict) or named[1] not in table:
                    return None
                table = {name: value for name, value in table.items() if name != named[1]}

    def text(self, key: str, value: Any) -> str | None:
        if value is not None and not isinstance(value, str):
            self.wrong(key, "must be a text in quotes")
            return None
        return value

    def zone(self, name: Any) -> tzinfo:
        try:
            return ZoneInfo(name) if name is not None else local_zone()
        except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
            self.wrong("tz", f"{name!r} is not a time zone: write a name such as Europe/Berlin")
            return local_zone()

    def font(self, value: Any) -> str:
        path = self.text("font", value) or ""
        try:
            if path:
                check_font(path)
        except OSError as error:
            self.wrong("font", f"{path!r} is not the path of a font: {error}")
        return path

    def view(self, key: str, table: Mapping[str, Any], base: View, zone: tzinfo) -> View:
        return read_view(key, table, base, zone, self.wrong)

    def tiers(self, table: Any) -> tuple[Resolution, ...]:
        history = self.struct("history", table, HistorySettings) or HistorySettings()
        wrong = list(history_settings.problems(history))
        for name, what in wrong:
            self.wrong(f"history.{name}", what)
        return () if wrong else history.resolutions

    def log(self, key: str, table: dict[str, Any]) -> LogSettings | None:
        if "interval" in table:
            table["interval"] = self.interval(f"{key}.interval", table["interval"])
        if "backfill" in table:
            table["backfill"] = self.backfill(f"{key}.backfill", table["backfill"])
        if table.get("fields") == []:
            self.wrong(f"{key}.fields", "names none: name some, or take it out and they are chosen")
        log = self.struct(key, table, LogSettings)
        if log and log.name:
            self.name(key, log.name)
        for name, what in problems(log) if log else ():
            self.wrong(f"{key}.{name}", what)
        return log

    def interval(self, key: str, text: Any) -> float:
        try:
            if seconds := duration(str(text)):
                return seconds
            self.wrong(key, f"{text!r} is no time at all: write such as 1 s")
        except ValueError as error:
            self.wrong(key, str(error))
        return 0.0

    def backfill(self, key: str, text: Any) -> float | None:
        if text in BACKFILLS:
            return BACKFILLS[text]
        try:
            return duration(str(text))
        except ValueError as error:
            self.wrong(key, f"{error}; or all, or none")
            return None

    def wall(
        self, key: str, table: dict[str, Any], view: View, zone: tzinfo
    ) -> WallSettings | None:
        about = {name: table.pop(name) for name in ("name", "graphs", "columns") if name in table}
        names = self.struct(key, about, WallNames)
        view = self.view(key, table, default_wall(view).view, zone)
        if names is None:
            return None
        self.name(key, names.name)
        all_ = given((name, str(value)) for name, value in table.items())
        return WallSettings(names.name, view, all_, names.graphs, names.columns)

    def name(self, key: str, name: str) -> None:
        if not NAME.fullmatch(name):
            self.wrong(f"{key}.name", f"{name!r}: up to 100 letters, digits, _ and -")

    def listen(self, value: Any, access: Access) -> tuple[Address, ...]:
        texts = value if isinstance(value, list) else [value]
        addresses = tuple(filter(None, map(self.address, texts)))
        if not access.anonymous and not all(address.local for address in addresses):
            self.wrong(
                "listen",
                "anybody in the network could look: write anonymous = true under [access]"
                f" if you mean it, or listen = {LISTEN!r}",
            )
        return addresses

    def address(self, text: Any) -> Address | None:
        if isinstance(text, str) and text.startswith("unix:/"):
            return Address(path=text.removeprefix("unix:"))
        match = re.fullmatch(r"(?:\[([0-9a-fA-F:.]+)\]|([^\s:\[\]]+)):(\d{1,5})", str(text))
        if match is None or int(match[3]) > 65535:
            self.wrong("listen", f"{text!r} is not an address: write {LISTEN} or unix:/path")
            return None
        return Address(host=match[1] or match[2], port=int(match[3]))


def local_zone() -> tzinfo:
    """The machine's zone: $TZ, else /etc/localtime, else UTC."""
    named = os.environ.get("TZ", "").removeprefix(":")
    try:
        if named:
            return ZoneInfo(named)
        with open("/etc/localtime", "rb") as file:
            return ZoneInfo.from_file(file, key=_zone_name())
    except (OSError, ValueError, ZoneInfoNotFoundError):
        return ZoneInfo("UTC")


def _zone_name() -> str | None:
    _, _, name = os.path.realpath("/etc/localtime").partition("/zoneinfo/")
    return name or None
