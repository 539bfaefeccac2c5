"""The numbers of a picture: which fields or classes of a log, aggregated how, in which window."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from watcher.draw.view import MAX_SERIES, View, ViewError
from watcher.history.aggregate import PER, PERCENTILES, Agg, aggregated, unit_of, usual_per
from watcher.history.buckets import Floats
from watcher.history.fill import filled, known
from watcher.history.fold import History
from watcher.history.rollup import Rollup
from watcher.history.sketch import Sketches
from watcher.history.window import Window, earlier, onto
from watcher.parse.levels import LEVELS
from watcher.span import MINUTE, Span, seen

COUNTS = ("@lines", "@level", "@status")  # pseudo-fields: lines, by whatever class they have
# From the ground up: the worst stands on the baseline, where a single one is seen.
STACKED = (*reversed(LEVELS), "", "5xx", "4xx", "3xx", "2xx", "1xx")
OF_COUNTS = ("rate", "count", "sum")  # what can be asked of lines that are counted
AT_A_MOMENT = ("mean", "min", "max", "last")  # of these, the newest is the newest value itself


@dataclass(frozen=True, slots=True)
class Series:
    """One line of numbers: a field, or how often lines of one class came."""

    name: str
    label: str
    agg: Agg
    unit: str
    role: str
    window: Window
    values: Floats  # what is drawn: one for each column of the window
    last: float | None
    before: Floats | None = None  # likewise, the same an earlier time

    @property
    def counted(self) -> bool:
        """Whether it says how often lines came, and not what was in them."""
        return bool(self.role)


def fields_of(history: History) -> tuple[str, ...]:
    """What can be shown of a log, the first unless told otherwise."""
    lines = COUNTS[:1] if history.format.counts else ()
    own = (*history.values, *history.events)
    return (*own, *lines) if history.settings.fields else (*lines, *own)


def is_counted(history: History, view: View) -> bool:
    """Whether the view shows how often lines came, and not a value of theirs."""
    shown = view.fields or fields_of(history)[:1]
    return any(_counts_lines(history, name) for name in shown)


def series_of(history: History, view: View, span: Span, until: float) -> list[Series]:
    """What the view shows of `span`; the log has spoken up to `until` (Unix seconds).

    Raises ViewError where there is no such thing.
    """
    if is_counted(history, view):
        return list(_counts(history, view, span, until))
    return [_value(history, view, span, name, until) for name in shown(history, view)]


def shown(history: History, view: View) -> list[str]:
    """The values that a view shows: of a field that is split, each of its series."""
    first = next(iter(history.values), "")
    if history.settings.split:
        first = next(
            (name for name in history.format.fields if first.startswith(f"{name}/")), first
        )
    fields = view.fields or (first,)
    return [name for field in fields for name in _apart(history, field)][:MAX_SERIES]


def _apart(history: History, field: str) -> list[str]:
    if field in history.values:
        return [field]
    return [name for name in history.values if name.startswith(f"{field}/")] or [field]


def last_of(history: History, view: View) -> float | None:
    """The value that stands large on the picture, as far as it is known without a window."""
    if is_counted(history, view):
        return sum(_newest(history, rollup) for _, rollup in _counted(history, view))
    rollup = history.values.get(next(iter(shown(history, view)), ""))
    return rollup.latest if rollup and math.isfinite(rollup.latest_at) else None


def _counts_lines(history: History, field: str) -> bool:
    return field in history.events or (history.format.counts and field in COUNTS)


def _value(history: History, view: View, span: Span, name: str, until: float) -> Series:
    if name not in history.values:
        there = " ".join(fields_of(history))
        raise ViewError(f"field: there is no {name!r}: there are {there}")
    rollup = history.values[name]
    agg = view.agg or ("rate" if _is_counter(history, name) else "mean")
    if view.style == "heat":
        sketches: Sketches | None = sketches_of(history, name, "heat")
    else:
        sketches = sketches_of(history, name, agg) if agg in PERCENTILES else None
    usual = history.pulse.usual if history.axis == "time" else 1.0
    window = seen(rollup, history.axis, span, usual, sketches.tiers if sketches else ())
    per = view.per or usual_per(counted=False)
    values = aggregated(window, agg, per, sketches=sketches)
    if view.fill is not None:
        known_ = known(window, history.first_at, until)
        values = filled(values, window, view.fill, counted=False, known=known_).values
    last = rollup.latest if math.isfinite(rollup.latest_at) else None
    if agg not in AT_A_MOMENT:
        last = _newest_of(values)
    before = None
    if view.vs is not None and history.axis == "time":
        then = earlier(rollup, window, view.vs, sketches.tiers if sketches else ())
        before = onto(aggregated(then, agg, per, sketches=sketches), then, view.vs, window)
    unit = unit_of(agg, "", per, counted=False)
    return Series(name, name, agg, unit, "", window, values, last, before)


def sketches_of(history: History, name: str, wanted: str) -> Sketches:
    """How the values of a field are spread; ViewError says what to write where nobody knows."""
    if name not in history.sketches:
        asked = 'style = "heat"' if wanted == "heat" else f'agg = "{wanted}"'
        parameter = "style" if wanted == "heat" else "agg"
        raise ViewError(
            f"{parameter}: it is not kept how {name!r} is spread: add a [[graph]] with"
            f' field = "{name}" and {asked} to the configuration'
        )
    return history.sketches[name]


def _is_counter(history: History, name: str) -> bool:
    counters = history.settings.counters
    return name in counters or any(name.startswith(f"{field}/") for field in counters)


def _newest_of(values: Floats) -> float | None:
    there = values[np.isfinite(values)]
    return float(there[-1]) if len(there) else None


def _counted(history: History, view: View) -> list[tuple[str, Rollup]]:
    """What the view counts: events of the user's, and lines by class, from the ground up."""
    found: list[tuple[str, Rollup]] = []
    for name in view.fields or COUNTS[:1]:
        if name in history.events:
            found.append((name, history.events[name]))
        elif name in COUNTS:
            classes = sorted(history.counts, key=_height)
            found += [(class_, history.counts[class_]) for class_ in classes]
        else:
            raise ViewError(f"field: {name!r} is a value: ask for it apart from what is counted")
    return found


def _counts(history: History, view: View, span: Span, until: float) -> Iterator[Series]:
    """Lines a minute, of each class: 0 where none came, NaN where nobody could know.

    On the index axis, where there are no minutes, how often lines came in each column.
    """
    timed = history.axis == "time"
    agg = view.agg or ("rate" if timed else "count")
    if agg not in OF_COUNTS:
        raise ViewError(f"agg: lines are counted, and have no {agg}: write {' '.join(OF_COUNTS)}")
    per = view.per or usual_per(counted=True)
    for class_, rollup in _counted(history, view):
        window = seen(rollup, history.axis, span)
        width = window.widths / PER[per] if agg == "rate" and timed else 1.0
        values = window.count / width
        there = known(window, history.first_at, until)
        if view.fill in ("gap", "connect", "hold"):
            empty = np.where(window.count > 0, values, np.nan)
            values = filled(empty, window, view.fill, counted=True, known=there).values
        values = np.where(there, values, np.nan)
        last = _newest(history, rollup) * PER[per] / MINUTE if agg == "rate" else None
        role = class_ if class_ and class_ in STACKED else "other"
        unit = unit_of(agg, "", per, counted=True)
        newest = _newest_of(values) if last is None else last
        before = None
        if view.vs is not None and timed:
            then = earlier(rollup, window, view.vs)
            before = onto(
                then.count / (then.widths / PER[per] if agg == "rate" else 1.0),
                then,
                view.vs,
                window,
            )
        label = class_ or "lines"
        yield Series(class_, label, agg, unit, role, window, values, newest, before)


def _height(class_: str) -> tuple[int, str]:
    return STACKED.index(class_) if class_ in STACKED else len(STACKED), class_


def _newest(history: History, rollup: Rollup) -> float:
    """How many lines came in the minute that ended with the newest line (or: as that line)."""
    end = math.floor(history.latest_at) + 1
    return rollup.tiers[0].samples(end - (60 if history.axis == "time" else 1), end)
