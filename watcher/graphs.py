"""A `[[graph]]` of the configuration: which series of which logs it shows, and how it looks.

What is wrong with a table is told, all of it, and never raised; keys that nobody knows, too.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import tzinfo
from typing import Any

import msgspec

from watcher.draw.view import MAX_SERIES, PARAMETERS, REPEATED, View, ViewError, parse
from watcher.history.aggregate import PERCENTILES

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
LONGEST_UNIT = 20  # characters; a longer one has no room on any axis
OWN = ("name", "log", "title", "unit", "series")  # keys of a graph beside the parameters
OWN_OF_SERIES = ("log", "label", "multiply", "unit")
VIEW_OF_SERIES = ("field", "agg", "per", "style", "color")  # parameters that series can differ in
STYLES_OF_SERIES = (None, "line", "area", "bars")

Tell = Callable[[str, str], None]  # is told a key, and what is wrong with it


class SeriesSettings(msgspec.Struct, frozen=True):
    """A `[[graph.series]]`; what it does not say, the graph does."""

    log: str  # its name
    view: View = View()  # of which field, agg, per, style and color count
    multiply: float = 1.0
    unit: str = ""
    label: str = ""  # empty: the name of the field


class GraphSettings(msgspec.Struct, frozen=True):
    """A graph: all of its logs, or the series that are named."""

    name: str
    logs: tuple[str, ...]  # their names
    title: str  # empty: that of the log
    view: View
    unit: str = ""  # of the values
    series: tuple[SeriesSettings, ...] = ()


def spread_of(graph: GraphSettings, log: str) -> tuple[str, ...]:
    """The fields of a log whose percentiles a graph asks for; "" is the one that is shown."""
    if graph.series:
        shown = [one.view for one in graph.series if one.log == log]
        asked = [view for view in shown if (view.agg or graph.view.agg) in PERCENTILES]
    else:
        asked = [graph.view] if log in graph.logs and _spreads(graph.view) else []
    return tuple(field for view in asked for field in view.fields or ("",))


def _spreads(view: View) -> bool:
    return view.agg in PERCENTILES or view.style == "heat"


def read_view(key: str, table: Mapping[str, Any], base: View, zone: tzinfo, tell: Tell) -> View:
    """The view that `table`, which has this `key`, asks for on top of `base`."""
    pairs: list[tuple[str, str]] = []
    for name, value in table.items():
        try:
            found = list(_pairs(name, value))
            parse(found, View(), zone)
            pairs += found
        except ViewError as error:
            what = str(error).removeprefix(f"{name}: ")
            tell(f"{key}.{name}" if key else name, what)
    try:
        return parse(pairs, base, zone)
    except ViewError as error:
        tell(key, str(error))
        return base


def _pairs(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """A key as parameters of a URL; what those ignore would be a mistake here."""
    if name not in PARAMETERS:
        raise ViewError(f"no such parameter: there are {' '.join(PARAMETERS)}")
    if isinstance(value, dict) or (isinstance(value, list) and name not in REPEATED):
        raise ViewError(f"must be one value, not {value!r}")
    if value == []:
        raise ViewError("names none: name some, or take it out")
    for one in value if isinstance(value, list) else [value]:
        yield name, str(int(one)) if isinstance(one, bool) else str(one)


def read_graph(
    key: str, table: Mapping[str, Any], base: View, zone: tzinfo, tell: Tell
) -> GraphSettings | None:
    """The graph that `table` describes, looking like `base` unless it says otherwise."""
    own = {name: value for name, value in table.items() if name in OWN}
    if _is_switch(own.get("title", "")):
        del own["title"]  # 0 hides it, whatever it is: that is the view's
    _tell_unknown(key, table, (*OWN, *PARAMETERS), tell)
    looks = {name: value for name, value in table.items() if name in PARAMETERS.keys() - own}
    view = read_view(key, looks, base, zone, tell)
    name = _text(f"{key}.name", own.get("name"), tell)
    if name is not None and not NAME.fullmatch(name):
        tell(f"{key}.name", f"{name!r}: write up to 100 letters, digits, _ and -")
    title = _text(f"{key}.title", own.get("title", ""), tell) or ""
    unit, named = _unit(key, own, tell), _tables(key, own.get("series", []), tell)
    logs = _logs(f"{key}.log", own["log"], tell) if "log" in own else ()
    if not named:
        return GraphSettings(name, logs or (name,), title, view, unit) if name else None
    series = _all_series(key, named, logs, view.fields, zone, tell)
    logs = tuple(dict.fromkeys(one.log for one in series))
    return (
        GraphSettings(name, logs, title, replace(view, fields=()), unit, series) if name else None
    )


def _is_switch(title: Any) -> bool:
    return isinstance(title, int) or title in ("0", "1")


def _tell_unknown(key: str, table: Mapping[str, Any], known: tuple[str, ...], tell: Tell) -> None:
    for name in sorted(table.keys() - set(known)):
        tell(f"{key}.{name}", f"no such setting: there are {' '.join(known)}")


def _tables(key: str, found: Any, tell: Tell) -> list[dict[str, Any]]:
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        tell(f"{key}.series", "must be tables: write [[graph.series]]")
        return []
    if len(found) > MAX_SERIES:
        tell(f"{key}.series", f"there are {len(found)}: at most {MAX_SERIES} can be told apart")
    return found[:MAX_SERIES]


def _all_series(
    key: str,
    tables: list[dict[str, Any]],
    logs: tuple[str, ...],
    fields: tuple[str, ...],
    zone: tzinfo,
    tell: Tell,
) -> tuple[SeriesSettings, ...]:
    """The series; `logs` and `fields` are the graph's, for those that name none."""
    read = [
        _series(
            f"{key}.series[{n}]", {"log": list(logs), "field": list(fields)} | table, zone, tell
        )
        for n, table in enumerate(tables, 1)
    ]
    return tuple(one for one in read if one is not None)


def _series(key: str, table: dict[str, Any], zone: tzinfo, tell: Tell) -> SeriesSettings | None:
    _tell_unknown(key, table, (*OWN_OF_SERIES, *VIEW_OF_SERIES), tell)
    looks = {name: table[name] for name in VIEW_OF_SERIES if table.get(name, []) != []}
    view = read_view(key, looks, View(), zone, tell)
    if view.style not in STYLES_OF_SERIES:
        tell(f"{key}.style", f"{view.style!r} is that of a whole graph: write line, area or bars")
    label = _text(f"{key}.label", table.get("label", ""), tell) or ""
    multiply = _factor(f"{key}.multiply", table.get("multiply", 1), tell)
    unit = _unit(key, table, tell)
    logs = _logs(f"{key}.log", table["log"], tell) if table["log"] else ()
    if len(logs) == 1:
        return SeriesSettings(logs[0], view, multiply, unit, label)
    tell(f"{key}.log", "must be the name of one log: write it in quotes")
    return None


def _factor(key: str, value: Any, tell: Tell) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and math.isfinite(value) and value:
        return float(value)
    tell(key, f"{value!r} is no number to multiply by: write such as 8, 0.001 or -1")
    return 1.0


def _logs(key: str, value: Any, tell: Tell) -> tuple[str, ...]:
    """Names of logs, one or a list; each once."""
    names = value if isinstance(value, list) else [value]
    if not 0 < len(names) <= MAX_SERIES:
        tell(key, f"there are {len(names)}: write from 1 to {MAX_SERIES}")
    for name in names:
        if not isinstance(name, str) or not NAME.fullmatch(name):
            tell(key, f"{name!r} is not the name of a log, as it stands in URLs: see watcher check")
    return tuple(dict.fromkeys(filter(lambda name: isinstance(name, str), names)))


def _unit(key: str, table: Mapping[str, Any], tell: Tell) -> str:
    unit = _text(f"{key}.unit", table.get("unit", ""), tell) or ""
    if len(unit) > LONGEST_UNIT:
        tell(f"{key}.unit", f"{unit!r} is too long: at most {LONGEST_UNIT} characters")
    return unit


def _text(key: str, value: Any, tell: Tell) -> str | None:
    if isinstance(value, str):
        return value
    missing = value is None
    tell(key, "is missing: write a name in quotes" if missing else "must be a text in quotes")
    return None
