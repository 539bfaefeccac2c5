"""Series -> the panel that is drawn: what lies in layers, what is behind, which value is large."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import tzinfo

import numpy as np

from watcher.asked import sketches_of
from watcher.draw.graph import Layer, Panel
from watcher.draw.panel import Heat
from watcher.draw.view import MAX_SERIES, Style, View, level_of
from watcher.history.aggregate import ENOUGH, PERCENTILES
from watcher.history.buckets import Floats
from watcher.history.fill import bridged, longest_hole
from watcher.history.fold import History
from watcher.history.pulse import State
from watcher.history.sketch import heat
from watcher.history.window import Axis, Window
from watcher.series import Series, added
from watcher.sources import Source
from watcher.words import Notice, instant

SHADES = 40  # rows of a heat map at most: finer ones are no more than a pixel or two high
TOGETHER = "8"  # the role of all classes: black, as that of none of them
USUAL_PART = 0.9  # of columns reach from their mean as far as is usual
FAR = 2.0  # times that is out of the ordinary
WORST_LAST = ("ok", "warn", "crit")


def panel_of(
    series: Sequence[Series],
    view: View,
    title: str,
    zone: tzinfo,
    state: State,
    said: Notice,
    last: float | None,
    *,
    classes: bool,
    asked: float = 0.0,
) -> Panel:
    """What a picture of `series` says; `last`: the large value.

    `classes`: they are the lines of one log, by class; `asked`: seconds of the window, as wished.
    """
    window, layers = _layered(series, view, classes=classes)
    return Panel(
        title=title,
        window=window,
        zone=zone,
        state=state if series else State.WAITING,
        last=last,
        notice=said.words,
        in_short=said.in_short,
        layers=layers,
        unit=unit_of_axis(series),
        last_unit=unit_of_last(last, series),
        behind=_behind(series, summed=classes),
        warn=view.warn,
        crit=view.crit,
        zone_shown=bool(view.tz),
        asked=asked,
    )


def is_summed(sources: Sequence[Source], style: Style | None) -> bool:
    """Whether the large value is that of all together."""
    counted = bool(sources) and all(source.counted for source in sources)
    return style == "stack" or (counted and len(sources) == 1)


def large(view: View, lasts: Sequence[float | None], *, summed: bool) -> float | None:
    """The value that stands large: of all together, else the first of those at the worst level."""
    known = [last for last in lasts if last is not None]
    if summed:
        return sum(known) if known else None

    def level(last: float | None) -> int:
        return WORST_LAST.index(level_of(last, view.warn, view.crit))

    return max(lasts, key=level, default=None)


def unit_of_axis(series: Sequence[Series]) -> str:
    """That which all have, if there is one."""
    units = {one.unit for one in series}
    return units.pop() if len(units) == 1 else ""


def unit_of_last(last: float | None, series: Sequence[Series]) -> str:
    """That of the large value: where series differ, that of the one it is of."""
    if last is None or len({one.unit for one in series}) == 1:
        return unit_of_axis(series)
    return next((one.unit for one in series if one.last == last), "")


def _layered(
    series: Sequence[Series], view: View, *, classes: bool
) -> tuple[Window, tuple[Layer, ...]]:
    """The window of the axes, and the series as layers unless it holds all that is shown."""
    if not series:
        return nothing(), ()
    first, window = series[0], _common(series)
    if view.style == "stack":
        return window, _layers(_held(series, view), classes=classes)
    if first.counted and (classes or len(series) == 1):
        return _total(series), ()
    if len(series) == 1 and first.agg == "mean" and view.fill is None:
        return window, ()
    return window, _layers(series, classes=classes)


def without_running(series: Series) -> Series:
    """Without the column that time is still filling, while it has too few samples for a percentile.

    Only where the one before it has enough, so that this one will have as well.
    """
    enough, count = ENOUGH.get(series.agg, 0), series.window.count
    if series.agg not in PERCENTILES or len(count) < 2 or not count[-1] < enough <= count[-2]:
        return series
    values = series.values.copy()
    values[-1] = math.nan
    return replace(series, values=values)


def _common(series: Sequence[Series]) -> Window:
    """The window of the first; a line goes on over holes that are usual for any of them."""
    window = series[0].window
    if len(series) == 1:
        return window
    usual = [one.window.usual for one in series if not math.isnan(one.window.usual)]
    return replace(window, usual=max(usual)) if usual else window


def _held(series: Sequence[Series], view: View) -> Sequence[Series]:
    """Values between samples are as before, so that those of different times add up.

    So is the newest one, until another series has a newer one, or silence begins. What rises far
    above its mean is as high as it came, as there is no band where it could be seen.
    """
    if any(one.counted for one in series):
        return series
    series = [_peaked(one) for one in series]
    if view.fill is not None:
        return series
    known = [np.flatnonzero(np.isfinite(one.values)) for one in series]
    end = max((int(there[-1]) for there in known if len(there)), default=-1)
    return [replace(one, values=_up_to(end, one)) for one in series]


def _peaked(series: Series) -> Series:
    low, high = _extremes(series, alone=False)
    if low is None or high is None:
        return series
    mean = series.values
    return replace(series, values=np.where(high - mean >= mean - low, high, mean))


def _up_to(end: int, series: Series) -> Floats:
    values, window = bridged(series.values, series.window), series.window
    there = np.flatnonzero(np.isfinite(values))
    if len(there) and there[-1] < end:
        last = int(there[-1])
        short = window.edges[last + 1 : end + 1] - window.edges[last + 1] < longest_hole(window)
        values = values.copy()
        values[last + 1 : end + 1][short] = values[last]
    return values


def _layers(series: Sequence[Series], *, classes: bool) -> tuple[Layer, ...]:
    return tuple(
        _layer(one, one.role if classes else "", number, alone=len(series) == 1)
        for number, one in enumerate(series[:MAX_SERIES], 1)
    )


def _layer(series: Series, role: str, number: int, *, alone: bool) -> Layer:
    low, high = _extremes(series, alone=alone)
    return Layer(
        series.label,
        role or str(number),
        series.values,
        series.last,
        low,
        high,
        style=series.style,
        color=series.color,
        unit=series.unit,
    )


def _extremes(series: Series, *, alone: bool) -> tuple[Floats | None, Floats | None]:
    """How far the samples of a mean reach: of one of several, only where that is far.

    Bands of all would hide each other; but one sample in a million is to be seen.
    """
    window, mean = series.window, series.values
    if series.agg != "mean" or series.counted:
        return None, None
    if alone:
        return window.low, window.high
    known = window.count > 0
    if not known.any():
        return None, None
    with np.errstate(over="ignore"):
        reach = np.fmax(window.high - mean, mean - window.low)
        far = reach > FAR * np.sort(reach[known])[math.ceil(USUAL_PART * known.sum()) - 1]
    if not far.any():
        return None, None
    return np.where(far, window.low, mean), np.where(far, window.high, mean)


def _behind(series: Sequence[Series], *, summed: bool) -> tuple[Layer, ...]:
    """The same an earlier time; of what is counted, all classes together."""
    before = [(n, one, one.before) for n, one in enumerate(series[:MAX_SERIES], 1)]
    known = [(n, one, values) for n, one, values in before if values is not None]
    if known and summed:
        all_ = added([values for _, _, values in known])
        return (Layer("", TOGETHER, all_, style="line"),)
    return tuple(Layer(one.label, str(n), values, color=one.color) for n, one, values in known)


def _total(series: Sequence[Series]) -> Window:
    """All classes together, as a window of rates."""
    rate = added([one.values for one in series])
    known = np.isfinite(rate).astype(np.int64)
    window = replace(series[0].window, count=known, total=rate, low=rate, high=rate, last=rate)
    return replace(window, usual=window.step)


def nothing(axis: Axis = "time") -> Window:
    """A window of nothing."""
    none = np.full(1, np.nan)
    return Window(axis, 0.0, 1.0, np.zeros(1, np.int64), none, none, none, none)


def heat_of(history: History, series: Series, multiply: float) -> Heat | None:
    """How the values of a series are spread, column by column."""
    found = heat(sketches_of(history, series.name, "heat"), series.window, SHADES)
    if not len(found.edges):
        return None
    counts, edges = found.counts.astype(np.float64), found.edges * multiply
    return Heat(counts, edges) if multiply > 0 else Heat(counts[::-1], edges[::-1])


def about(title: str, window: Window, zone: tzinfo) -> dict[str, str]:
    """What a picture says of itself to programs: never a clock, so equal pictures stay equal."""
    ends = (window.start, window.stop)
    if window.axis == "time":
        said = [str(instant(end, zone)) for end in ends]
    else:
        said = [f"{end:g}" for end in ends]
    return {"Title": title, "Description": f"{said[0]} to {said[1]}"}
