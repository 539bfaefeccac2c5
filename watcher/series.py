"""The numbers of a picture: fields or classes of lines of one log, aggregated, in a window."""

from __future__ import annotations

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
    shown,
)
from watcher.draw.values import Colour
from watcher.draw.view import Style, View, ViewError
from watcher.history.aggregate import PER, Agg, Per, unit_of, usual_per
from watcher.history.buckets import Floats
from watcher.history.fill import Mask, filled, known
from watcher.history.fold import History
from watcher.history.window import Window, earlier, onto
from watcher.newest import (
    Newest,
    column_values,
    counted_last,
    looked,
    newest_in_window,
    newest_value,
)
from watcher.span import Span, seen

OF_COUNTS = ("rate", "count", "sum")  # what can be asked of lines that are counted


@dataclass(frozen=True, slots=True)
class Series:
    """One line of numbers: a field, or how often lines of one class came."""

    name: str
    label: str
    agg: Agg
    unit: str
    role: str  # what its colour stands for; empty: that it is the first, second...
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
    history: History, view: View, span: Span, newest: Newest, unit: str = ""
) -> list[Series]:
    """What the view shows of `span`.

    `unit`: that of its values, or of what is counted. Raises ViewError where there is no such
    thing.
    """
    if is_counted(history, view):
        return list(_counts(history, view, span, newest, unit))
    return [_value(history, view, span, name, newest, unit) for name in shown(history, view)]


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
        values=added([one.values for one in series]),
        last=sum(known_) if known_ else None,
        before=added(before) if before else None,
    )


def added(values: Sequence[Floats]) -> Floats:
    """The sum of what is known in each column; NaN where nothing is."""
    all_ = np.array(values)
    there = np.isfinite(all_)
    return np.where(there.any(axis=0), np.where(there, all_, 0.0).sum(axis=0), np.nan)


def newest_in(history: History, view: View, span: Span, newest: Newest) -> list[float | None]:
    """The newest value of each series in `span`; raises ViewError where there are no such."""
    if is_counted(history, view):
        return [one.last for one in _counts(history, view, span, newest, "")]
    return [newest_value(history, view, span, name, newest) for name in shown(history, view)]


def _value(
    history: History, view: View, span: Span, name: str, newest: Newest, unit: str
) -> Series:
    if name not in history.values:
        there = " ".join(fields_of(history))
        raise ViewError(f"field: there is no {name!r}: there are {there}")
    rollup, agg = history.values[name], agg_of(history, view, name)
    per = view.per or usual_per(counted=False)
    window, sketches = looked(history, view, span, name, agg)
    values = column_values(history, view, window, name, sketches)
    last = newest_in_window(history, view, window, values, name, newest)
    if view.fill is not None:
        known_ = known(window, history.first_at, newest.until(history))
        values = filled(values, window, view.fill, counted=False, known=known_).values
    before = None
    if view.vs is not None and history.axis == "time":
        then = earlier(rollup, window, span.vs, sketches.tiers if sketches else ())
        before = column_values(history, view, then, name, sketches)
        before = onto(before, then, span.vs, window)
    unit = _unit(agg, unit, per, counted=False)
    return Series(name, name, agg, unit, "", window, values, last, before)


def _unit(agg: Agg, unit: str, per: Per, *, counted: bool) -> str:
    """What stands at the axis; of a rate whose unit is said to be one, that."""
    if agg == "rate" and unit.endswith(f"/{per}"):
        return unit
    if counted and unit:
        return unit_of(agg, unit, per, counted=False) or unit
    return unit_of(agg, unit, per, counted=counted)


def _counts(
    history: History, view: View, span: Span, newest: Newest, unit: str
) -> Iterator[Series]:
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
        values = _counted(window, agg, per)
        there = known(window, history.first_at, newest.until(history))
        if agg == "rate" and timed and newest.present:
            last = counted_last(history, rollup, per, newest)
        else:
            last = _at(values, window, there, newest.at)
        if view.fill in ("gap", "connect", "hold"):
            empty = np.where(window.count > 0, values, np.nan)
            values = filled(empty, window, view.fill, counted=True, known=there).values
        values, before = np.where(there, values, np.nan), None
        if view.vs is not None and timed:
            then = earlier(rollup, window, span.vs)
            before = onto(_counted(then, agg, per), then, span.vs, window)
        role, label = (class_ or "other") if class_ in STACKED else "", class_ or "lines"
        yield Series(class_, label, agg, unit, role, window, values, last, before, counted=True)


def _counted(window: Window, agg: Agg, per: Per) -> Floats:
    """How often lines came in each column; on a time axis a rate is by its width."""
    by_width = agg == "rate" and window.axis == "time"
    return window.count / (window.widths / PER[per] if by_width else 1.0)


def _at(values: Floats, window: Window, known_: Mask, place: float) -> float | None:
    """What stands in the column of `place`, or in the last one before it; None: nobody knows."""
    at = min(int(np.searchsorted(window.edges, place, "right")), len(values)) - 1
    return float(values[at]) if at >= 0 and known_[at] else None
