"""The numbers of a picture: fields or classes of lines of one log, aggregated, in a window."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from watcher.asked import (
    COUNTS,
    STACKED,
    agg_of,
    counted_in,
    fields_of,
    is_counted,
    is_counter,
    shown,
    sketches_of,
)
from watcher.draw.values import Colour
from watcher.draw.view import Style, View, ViewError
from watcher.history.aggregate import PER, PERCENTILES, Agg, Per, aggregated, unit_of, usual_per
from watcher.history.buckets import TOTAL, Floats
from watcher.history.fill import filled, known
from watcher.history.fold import History
from watcher.history.rollup import Rollup
from watcher.history.sketch import Sketches
from watcher.history.window import Window, earlier, onto
from watcher.span import MINUTE, Span, seen

OF_COUNTS = ("rate", "count", "sum")  # what can be asked of lines that are counted
# Of these the newest is known without a window: of all but the last it is the newest value.
KNOWN = frozenset({"mean", "min", "max", "last", "rate"})


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
    counted: bool = False  # whether it says how often lines came, and not what was in them
    style: Style | None = None  # where it is another than that of the picture
    color: Colour | None = None  # that it was given

    def times(self, factor: float) -> Series:
        """All its numbers multiplied."""
        if factor == 1:
            return self
        window = self.window
        ends = window.low * factor, window.high * factor
        low, high = ends if factor > 0 else ends[::-1]
        total, last = window.total * factor, window.last * factor
        return replace(
            self,
            window=replace(window, total=total, low=low, high=high, last=last),
            values=self.values * factor,
            last=None if self.last is None else self.last * factor,
            before=None if self.before is None else self.before * factor,
        )


def series_of(
    history: History, view: View, span: Span, until: float, unit: str = ""
) -> list[Series]:
    """What the view shows of `span`; the log has spoken up to `until` (Unix seconds).

    `unit`: that of its values, or of what is counted. Raises ViewError where there is no such
    thing.
    """
    if is_counted(history, view):
        return list(_counts(history, view, span, until, unit))
    return [_value(history, view, span, name, until, unit) for name in shown(history, view)]


def together(series: Sequence[Series]) -> Series:
    """What is counted by class, in the same columns, as one."""
    first, windows = series[0], [one.window for one in series]
    count = np.sum([window.count for window in windows], axis=0)
    total = np.nansum([window.total for window in windows], axis=0)
    before = [one.before for one in series if one.before is not None]
    known_ = [one.last for one in series if one.last is not None]
    return replace(
        first,
        name=COUNTS[0],
        label="lines",
        role="other",
        window=replace(
            first.window,
            count=count,
            total=np.where(count > 0, total, np.nan),
            low=np.fmin.reduce([window.low for window in windows]),
            high=np.fmax.reduce([window.high for window in windows]),
            last=np.fmax.reduce([window.last for window in windows]),
        ),
        values=np.sum([one.values for one in series], axis=0),
        last=sum(known_) if known_ else None,
        before=np.sum(before, axis=0) if before else None,
    )


def last_of(history: History, view: View) -> list[float | None] | None:
    """The newest value of each series; None where it takes a window to know them."""
    if is_counted(history, view):
        if view.agg not in (None, "rate") or history.axis == "index":
            return None
        rates = [_newest(history, rollup) for _, rollup in counted_in(history, view)]
        return [rate * PER[view.per or usual_per(counted=True)] / MINUTE for rate in rates]
    names = [name for name in shown(history, view) if name in history.values]
    aggs = [agg_of(history, view, name) for name in names]
    if not all(_is_known(history, agg) for agg in aggs):
        return None
    per = view.per or usual_per(counted=False)
    return [
        _last(history, history.values[name], agg, per)
        for name, agg in zip(names, aggs, strict=True)
    ]


def newest_in(history: History, view: View, span: Span, until: float) -> list[float | None]:
    """The newest value of each series in `span`: of percentiles, at the price of one column.

    That is `last` of `series_of`, save for what `fill` puts there. Raises ViewError likewise.
    """
    if is_counted(history, view):
        return [one.last for one in _counts(history, view, span, until, "")]
    return [_newest_value(history, view, span, name) for name in shown(history, view)]


def _newest_value(history: History, view: View, span: Span, name: str) -> float | None:
    if name not in history.values:
        return None
    agg, per = agg_of(history, view, name), view.per or usual_per(counted=False)
    if _is_known(history, agg):
        return _last(history, history.values[name], agg, per)
    window, sketches = _looked(history, view, span, name, agg)
    there = np.flatnonzero(window.count)
    if not len(there):
        return None
    column = _column(window, int(there[-1]))
    return _newest_of(aggregated(column, agg, per, sketches=sketches))


def _looked(
    history: History, view: View, span: Span, name: str, agg: Agg
) -> tuple[Window, Sketches | None]:
    """What is known of a field in `span`, and how it is spread if that is asked for."""
    sketches: Sketches | None = None
    if view.style == "heat" or agg in PERCENTILES:
        sketches = sketches_of(history, name, "heat" if view.style == "heat" else agg)
    usual = history.pulse.usual if history.axis == "time" else 1.0
    also = sketches.tiers if sketches else ()
    return seen(history.values[name], history.axis, span, usual, also), sketches


def _column(window: Window, at: int) -> Window:
    """One column as a window of its own."""
    one = slice(at, at + 1)
    parts = {name: getattr(window, name)[one] for name in ("count", "total", "low", "high", "last")}
    edges = window.edges
    start, step = float(edges[at]), float(edges[at + 1] - edges[at])
    return replace(window, start=start, step=step, bounds=None, **parts)


def _is_known(history: History, agg: Agg) -> bool:
    return agg in KNOWN and not (agg == "rate" and history.axis == "index")


def _last(history: History, rollup: Rollup, agg: Agg, per: Per) -> float | None:
    """The newest value; of a rate, that of the newest minute or, where they are longer, interval.

    So it is the same at every zoom, and no column that has just begun makes it small.
    """
    if not math.isfinite(rollup.latest_at):
        return None
    if agg != "rate":
        return rollup.latest
    finest = rollup.tiers[0].step
    number = math.ceil(np.fmax(MINUTE, history.pulse.usual) / finest)
    end = math.floor(rollup.latest_at / finest) + 1
    total = rollup.buckets(0, end - number, end).values[TOTAL].sum()
    return float(total / (number * finest) * PER[per])


def _value(history: History, view: View, span: Span, name: str, until: float, unit: str) -> Series:
    if name not in history.values:
        there = " ".join(fields_of(history))
        raise ViewError(f"field: there is no {name!r}: there are {there}")
    rollup, agg = history.values[name], agg_of(history, view, name)
    per = view.per or usual_per(counted=False)
    window, sketches = _looked(history, view, span, name, agg)
    values = aggregated(window, agg, per, sketches=sketches)
    if agg == "rate" and is_counter(history, name) and history.axis == "time":
        values = _so_far(values, window, rollup.latest_at)
    if view.fill is not None:
        known_ = known(window, history.first_at, until)
        values = filled(values, window, view.fill, counted=False, known=known_).values
    last = _last(history, rollup, agg, per) if _is_known(history, agg) else _newest_of(values)
    before = None
    if view.vs is not None and history.axis == "time":
        then = earlier(rollup, window, view.vs, sketches.tiers if sketches else ())
        before = onto(aggregated(then, agg, per, sketches=sketches), then, view.vs, window)
    unit = _unit(agg, unit, per, counted=False)
    return Series(name, name, agg, unit, "", window, values, last, before)


def _so_far(values: Floats, window: Window, latest_at: float) -> Floats:
    """The newest column as fast as it has been since it began, not as if it were over."""
    edges, at = window.edges, int(np.searchsorted(window.edges, latest_at, "right")) - 1
    if not 0 <= at < len(values) or math.isnan(window.usual):
        return values
    width, passed = edges[at + 1] - edges[at], latest_at - edges[at] + window.usual
    values[at] *= max(1.0, width / passed)
    return values


def _unit(agg: Agg, unit: str, per: Per, *, counted: bool) -> str:
    """What stands at the axis; of a rate whose unit is said to be one, that."""
    if agg == "rate" and unit.endswith(f"/{per}"):
        return unit
    if counted and unit:
        return unit_of(agg, unit, per, counted=False) or unit
    return unit_of(agg, unit, per, counted=counted)


def _newest_of(values: Floats) -> float | None:
    there = values[np.isfinite(values)]
    return float(there[-1]) if len(there) else None


def _counts(history: History, view: View, span: Span, until: float, unit: str) -> Iterator[Series]:
    """Lines a minute, of each class: 0 where none came, NaN where nobody could know.

    On the index axis, where there are no minutes, how often lines came in each column.
    """
    timed = history.axis == "time"
    agg = view.agg or ("rate" if timed else "count")
    if agg not in OF_COUNTS:
        raise ViewError(f"agg: lines are counted, and have no {agg}: write {' '.join(OF_COUNTS)}")
    per = view.per or usual_per(counted=True)
    unit = _unit(agg, unit, per, counted=True)
    for class_, rollup in counted_in(history, view):
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
        yield Series(class_, label, agg, unit, role, window, values, newest, before, counted=True)


def _newest(history: History, rollup: Rollup) -> float:
    """How many lines came in the minute that ended with the newest line (or: as that line)."""
    end = math.floor(history.latest_at) + 1
    return rollup.tiers[0].samples(end - (60 if history.axis == "time" else 1), end)
