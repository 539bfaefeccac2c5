"""What to draw: text parameters (URL, command line) -> one canonical value, or a clear error.

Two spellings of one wish give equal values, so that spellings cannot fill a cache.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from watcher.draw import values
from watcher.draw.values import MAX_SIDE as MAX_SIDE
from watcher.draw.values import MIN_SIDE as MIN_SIDE
from watcher.draw.values import NOW as NOW
from watcher.draw.values import UNITS as UNITS
from watcher.draw.values import Colour, Reader
from watcher.draw.values import Moment as Moment
from watcher.draw.values import Months as Months
from watcher.draw.values import duration as duration
from watcher.draw.values import moment as moment
from watcher.history.aggregate import Agg as Agg
from watcher.history.aggregate import Per as Per

MAX_PIXELS = 8_294_400  # width x height x scale^2: one 4K screen, 8.3 MB as palette indexes
LONGEST_VALUE = 200  # characters of a parameter; longer is no sensible value of any
MAX_SERIES = 8  # in one graph: more colours cannot be told apart

Style = Literal["bars", "line", "area", "stack", "spark", "heat"]
Theme = Literal["light", "dark", "contrast", "eink"]
Fill = Literal["gap", "zero", "hold", "connect"]
Level = Literal["ok", "warn", "crit"]

CACHE_BUSTERS = frozenset({"t", "ts", "timestamp", "rand", "nocache", "cb"})
# What the answer is like, or who may have it: read where answers are made, part of no picture.
OF_THE_ANSWER = frozenset({"refresh", "wait", "cache", "onerror", "token", "sig", "exp"})


class ViewError(ValueError):
    """A parameter that cannot be obeyed; the text names it and the cure."""


@dataclass(frozen=True, slots=True)
class View:
    """How one picture looks; sizes in pixels before `scale`. None is what the graph has."""

    width: int = 500
    height: int = 275
    scale: int = 1
    start: Moment | None = None  # `from`; None = auto
    until: Moment | None = None  # None = now
    style: Style | None = None  # None = by log
    theme: Theme = "light"
    fields: tuple[str, ...] = ()  # what of the log is shown; none = by log
    step: float | Months | None = None  # seconds, or as calendars have it: width of a bucket
    tz: str | None = None  # IANA name; None = that of the configuration
    agg: Agg | None = None
    per: Per | None = None  # of rates
    fill: Fill | None = None  # what is shown where there is no sample
    ymin: float | None = None
    ymax: float | None = None
    yscale: Literal["log"] | None = None  # None = linear
    warn: float | None = None
    crit: float | None = None
    stale: float | None = None  # seconds of silence; None = auto, infinite = never
    bg: Colour | Literal["transparent"] | None = None
    fg: Colour | None = None
    color: tuple[Colour, ...] = ()  # of the series, in their order
    title: str | None = None  # empty: none is shown
    legend: bool = True
    axes: bool = True
    vs: float | None = None  # seconds before, shown faint behind
    depth: int = 0  # bits of grey; 0 = colours
    dither: bool = False
    rotate: int = 0  # degrees, clockwise
    far: bool = False  # seen from across a room, as walls are: no parameter, a wall says so

    @property
    def field(self) -> str | None:
        """The first of what is shown."""
        return self.fields[0] if self.fields else None


def level_of(value: float | None, warn: float | None, crit: float | None) -> Level:
    """How bad a value is; where `crit` is below `warn`, less is worse."""
    if value is None:
        return "ok"
    sign = -1 if warn is not None and crit is not None and crit < warn else 1
    if crit is not None and value * sign >= crit * sign:
        return "crit"
    return "warn" if warn is not None and value * sign >= warn * sign else "ok"


# parameter -> field of View, reader
PARAMETERS: dict[str, tuple[str, Reader]] = {
    "width": ("width", values.side),
    "height": ("height", values.side),
    "scale": ("scale", values.whole(1, 2, 3)),
    "from": ("start", moment),
    "until": ("until", values.until),
    "step": ("step", values.automatic_or_step),
    "tz": ("tz", values.zone_name),
    "style": ("style", values.one_of(*get_args(Style))),
    "field": ("fields", values.plain),
    "agg": ("agg", values.one_of(*get_args(Agg))),
    "per": ("per", values.one_of(*get_args(Per))),
    "fill": ("fill", values.default_or(*get_args(Fill), default="auto")),
    "ymin": ("ymin", values.automatic_or_number),
    "ymax": ("ymax", values.automatic_or_number),
    "yscale": ("yscale", values.default_or("log", default="linear")),
    "warn": ("warn", values.number),
    "crit": ("crit", values.number),
    "stale": ("stale", values.silence),
    "theme": ("theme", values.one_of(*get_args(Theme))),
    "bg": ("bg", values.ground),
    "fg": ("fg", values.colour),
    "color": ("color", values.colour),
    "title": ("title", values.title),
    "legend": ("legend", values.switch),
    "axes": ("axes", values.switch),
    "vs": ("vs", values.earlier),
    "depth": ("depth", values.whole(1, 2, 4, 8)),
    "dither": ("dither", values.switch),
    "rotate": ("rotate", values.whole(0, 90, 180, 270)),
}
REPEATED = frozenset({"field", "color"})  # may be given once for each series


def parse(pairs: Iterable[tuple[str, str]], base: View, zone: tzinfo) -> View:
    """The view that `pairs` ask for on top of `base`; raises ViewError naming the parameter.

    Times that name no zone are those of `tz` where it is given or known from `base`, else `zone`.
    """
    asked = [pair for pair in pairs if pair[1] != "" and not ignored(pair[0])]
    asked.sort(key=lambda pair: pair[0] != "tz")  # first: it says what the times mean
    zone = ZoneInfo(base.tz) if base.tz else zone
    wanted: dict[str, Any] = {}
    for name, text in asked:
        field, value = _read(name, text, zone)
        if name in REPEATED:
            value = _more(name, wanted.get(field, ()), value)
        elif field in wanted:
            raise ViewError(f"{name}: given twice")
        wanted[field] = value
        zone = ZoneInfo(value) if name == "tz" else zone
    view = replace(base, **wanted)
    _check(view)
    return view


def _read(name: str, text: str, zone: tzinfo) -> tuple[str, Any]:
    if name not in PARAMETERS:
        raise ViewError(f"{name[:40]}: no such parameter: there are {' '.join(PARAMETERS)}")
    field, read = PARAMETERS[name]
    try:
        return field, read(text[:LONGEST_VALUE], zone)
    except ValueError as error:
        raise ViewError(f"{name}: {error}") from None


def _more(name: str, before: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    """One more of what repeats; a field is shown once however often it is named."""
    if name == "field" and value in before:
        return before
    if len(before) >= MAX_SERIES:
        raise ViewError(f"{name}: given more than {MAX_SERIES} times")
    return (*before, value)


def _check(view: View) -> None:
    """Raise ViewError where values do not go together."""
    pixels = view.width * view.height * view.scale**2
    if pixels > MAX_PIXELS:
        raise ViewError(f"width x height x scale^2: {pixels:,} pixels, at most {MAX_PIXELS:,}")
    if view.ymin is not None and view.ymax is not None and view.ymin >= view.ymax:
        raise ViewError(f"ymin: {view.ymin:g} is not below ymax, {view.ymax:g}")
    if view.yscale == "log":
        for name, end in (("ymin", view.ymin), ("ymax", view.ymax)):
            if end is not None and end <= 0:
                raise ViewError(f"{name}: {end:g} is not above 0, as yscale=log needs it")


def ignored(name: str) -> bool:
    """Whether `name` is part of no view: a cache buster, or about the answer."""
    return name.startswith("_") or name.isdigit() or name in CACHE_BUSTERS or name in OF_THE_ANSWER
