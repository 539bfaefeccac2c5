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
from watcher.draw.view import MAX_SERIES, View, level_of
from watcher.history.fold import History
from watcher.history.pulse import State
from watcher.history.sketch import heat
from watcher.history.window import Axis, Window
from watcher.series import Series
from watcher.words import instant

SHADES = 40  # rows of a heat map at most: finer ones are no more than a pixel or two high
TOGETHER = "8"  # the role of all classes: black, as that of none of them
WORST_LAST = ("ok", "warn", "crit")


def panel_of(
    series: Sequence[Series],
    view: View,
    title: str,
    zone: tzinfo,
    state: State,
    words: str,
    *,
    classes: bool,
) -> Panel:
    """What a picture of `series` says. `classes`: they are the lines of one log, by class."""
    if not series:
        return Panel(title, nothing(), zone, State.WAITING, None, words)
    first = series[0]
    panel = Panel(
        title=title,
        window=_common(series),
        zone=zone,
        state=state,
        last=large(view, [one.last for one in series], summed=is_summed(series, view, classes)),
        notice=words,
        unit=unit_of_axis(series),
        behind=_behind(series, summed=classes),
        warn=view.warn,
        crit=view.crit,
    )
    if view.style == "stack" or (len(series) > 1 and not classes):
        return replace(panel, layers=_layers(series, classes=classes))
    if first.counted:
        return replace(panel, window=_total(series))
    if first.agg == "mean" and view.fill is None:
        return panel
    return replace(panel, layers=_layers(series, classes=classes))


def is_summed(series: Sequence[Series], view: View, classes: bool) -> bool:
    """Whether the large value is that of all together."""
    counted = bool(series) and all(one.counted for one in series)
    return counted and (classes or view.style == "stack")


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


def _common(series: Sequence[Series]) -> Window:
    """The window of the first; a line goes on over holes that are usual for any of them."""
    window = series[0].window
    if len(series) == 1:
        return window
    usual = [one.window.usual for one in series if not math.isnan(one.window.usual)]
    return replace(window, usual=max(usual)) if usual else window


def _layers(series: Sequence[Series], *, classes: bool) -> tuple[Layer, ...]:
    return tuple(
        _layer(one, one.role if classes else "", number)
        for number, one in enumerate(series[:MAX_SERIES], 1)
    )


def _layer(series: Series, role: str, number: int) -> Layer:
    """Only a single mean has a band: those of several would hide each other."""
    return Layer(
        series.label,
        role or str(number),
        series.values,
        series.last,
        style=series.style,
        color=series.color,
    )


def _behind(series: Sequence[Series], *, summed: bool) -> tuple[Layer, ...]:
    """The same an earlier time; of what is counted, all classes together."""
    before = [(n, one, one.before) for n, one in enumerate(series[:MAX_SERIES], 1)]
    known = [(n, one, values) for n, one, values in before if values is not None]
    if known and summed:
        all_ = np.sum([values for _, _, values in known], axis=0)
        return (Layer("", TOGETHER, all_, style="line"),)
    return tuple(Layer(one.label, str(n), values, color=one.color) for n, one, values in known)


def _total(series: Sequence[Series]) -> Window:
    """All classes together, as a window of rates."""
    rate = np.sum([one.values for one in series], axis=0)
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
