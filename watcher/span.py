"""Which part of a log a picture shows: from, until, in columns of which width."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from watcher.draw.graph import columns
from watcher.draw.values import LONGEST
from watcher.draw.view import Moment, View, ViewError
from watcher.duration import UNITS, Months
from watcher.history import days
from watcher.history.buckets import Floats
from watcher.history.fold import History
from watcher.history.rollup import Rollup
from watcher.history.window import Axis, Reach, Window, look, look_at, look_between, samples_between

AUTO_WINDOWS = (3600.0, 6 * 3600.0, UNITS["d"], UNITS["w"], UNITS["mon"], UNITS["y"])  # seconds
ENOUGH_SAMPLES = 100  # to fill an automatic window
EARLIEST, LATEST = -62_104_060_800.0, 253_370_764_800.0  # Unix seconds: of the years 2 and 9999
SHORTEST_STEP = 1.0  # seconds; `now` is not told apart more finely
WIDEST_BAR = 3  # columns of the plot that a bar of counts takes at least: thinner ones flicker
POWERS = tuple(10.0**power for power in range(8))  # tiers of an index axis
ROUNDING = 1e-6  # columns; numbers of columns since 1970 are float64, and may be a hair too small
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
FEW_MINUTES = 30 * MINUTE  # in a shorter window, bars of a minute would be too few
FEWEST_COLUMNS = 10  # that are left of a window where columns are widened: fewer are no curve,
FEWEST_OF_HEAT = 48  # and fewer than these no map
ROUND_STEPS = (
    *(1.0, 2.0, 5.0, 10.0, 15.0, 30.0),
    *(MINUTE * n for n in (1, 2, 5, 10, 15, 30)),
    *(HOUR * n for n in (1, 2, 3, 6, 12)),
    *(DAY * n for n in (1, 2, 7, 14, 28, 91, 364)),
)  # seconds; widths of bars of counts, in which people count


class Enough(NamedTuple):
    """How many samples a column should usually hold, and of which series."""

    samples: int
    rollups: Sequence[Rollup]
    fewest: int = FEWEST_COLUMNS  # columns that are left


class Span(NamedTuple):
    """A window before it is looked at. Positions as in Window."""

    start: float
    stop: float
    step: float  # width of a column
    due: float = math.inf  # Unix seconds when the clock moves it on
    edges: Floats | None = None  # of columns that differ in width; `step` is their mean then
    vs: float = 0.0  # seconds from what is shown behind
    asked: float = 0.0  # seconds, of a window that moves: whole columns may take more

    @property
    def columns(self) -> int:
        """How many there are."""
        return max(1, round((self.stop - self.start) / self.step))


def span_of(
    histories: Sequence[History],
    view: View,
    now: float,
    *,
    counted: bool,
    intervals: Sequence[float] = (),
    enough: Enough | None = None,
    zone: tzinfo = UTC,
) -> Span:
    """What `view` asks for at `now`; raises ViewError where that makes no sense.

    Of several histories, which share an axis, it is the span that suits them together. `counted`:
    lines are counted; `intervals`: between samples, of which columns are to hold some as a whole;
    `enough`: what columns are to hold where nobody said how wide they are.

    Columns of a step that was asked for begin at the midnights of `zone`, unless the view has its
    own. The column that `now` lies in is part of a window that ends there, and nothing else of
    `now` matters: until `due` the same is asked for.
    """
    if histories[0].axis == "index":
        return _index_span(max(history.samples for history in histories), view, enough)
    start, stop, moves = _time_range(histories, view, now)
    asked = _asked(view, stop - start) if moves else 0.0
    now, wide = now if moves else math.inf, None
    if view.step is None and not counted and enough:
        wide = _holding(enough, view, start, stop)
    if view.step is not None:
        found = _stepped(view, start, stop, zone, now)
    elif counted:
        found = _of_counts(view, start, stop, zone, now)
    elif wide:
        found = _on_round_times(wide, view, start, stop, zone, now)
    else:
        found = _even(view, start, stop, intervals, now)
    return found._replace(asked=asked, vs=_vs(view, found.stop, zone) if view.vs else 0.0)


def _asked(view: View, length: float) -> float:
    """`length` where it stays the same while the window moves on, else 0."""
    if view.start is None:
        return next((usual for usual in AUTO_WINDOWS if abs(usual - length) < SHORTEST_STEP), 0.0)
    return float(round(length)) if view.start.kind == "ago" else 0.0


def _even(view: View, start: float, stop: float, intervals: Sequence[float], now: float) -> Span:
    """Columns as wide as pixels, or as hold whole `intervals`."""
    step, length = max(SHORTEST_STEP, (stop - start) / columns(view)), stop - start
    usual = max(intervals, default=math.nan)
    if usual <= length / 2:
        step = math.ceil(round(step / usual, 6)) * usual
        length = max(1, round(length / step)) * step
    if view.start and view.start.kind != "ago":
        end = start + (math.floor((stop - start) / step) + 1) * step
    else:
        number = math.floor(stop / step + ROUNDING)  # the column of `stop` is part of the window
        end = (number + 1) * step
        start = end - length
    return Span(start, end, step, now + (end - stop))


def _vs(view: View, stop: float, zone: tzinfo) -> float:
    """Seconds from what is shown behind; days end at the same time of theirs as the window."""
    vs, zone = view.vs or 0.0, ZoneInfo(view.tz) if view.tz else zone
    if vs % DAY or not EARLIEST < stop - vs < stop < LATEST:
        return vs
    then = datetime.fromtimestamp(stop, zone) - timedelta(seconds=vs)  # by the clock on the wall
    return float(round(stop - then.timestamp()))


def seen(
    rollup: Rollup, axis: Axis, span: Span, usual: float = math.nan, also: Sequence[Reach] = ()
) -> Window:
    """What `rollup` knows of `span`; `also` are tiers of a sketch that is asked for the same."""
    if span.edges is not None:
        return look_between(rollup, axis, span.edges, usual, also)
    return look(rollup, axis, span.start, span.stop, span.columns, usual, also)


def seen_at(
    rollup: Rollup, axis: Axis, span: Span, place: float, also: Sequence[Reach] = ()
) -> Window | None:
    """The column of `span` that `place` lies in, as `seen` has it; None where none does."""
    ends = (span.start, span.stop, span.columns) if span.edges is None else span.edges
    return look_at(rollup, axis, place, ends, also=also)


def _stepped(view: View, start: float, stop: float, zone: tzinfo, now: float) -> Span:
    """Columns of a step that was asked for; of a window that moves the last begins before `now`."""
    asked, zone = view.step or SHORTEST_STEP, ZoneInfo(view.tz) if view.tz else zone
    step = asked if isinstance(asked, Months) else max(asked, SHORTEST_STEP)
    try:
        if math.isinf(now):
            edges = days.edges(start, stop, step, zone)
        elif view.start and view.start.kind != "ago":
            edges = days.edges(start, math.nextafter(stop, math.inf), step, zone)
        else:
            end = days.edges(stop, math.nextafter(stop, math.inf), step, zone)[-1]
            edges = _nearest(days.edges(end - (stop - start), end, step, zone), stop - start)
    except ValueError as error:
        raise ViewError(f"step: {error}") from None
    first, last = float(edges[0]), float(edges[-1])
    return Span(first, last, (last - first) / (len(edges) - 1), now + (last - stop), edges)


def _nearest(edges: Floats, length: float) -> Floats:
    """Without the first column, if the rest is nearer to `length`: a week is not always 168 h."""
    too_long, too_short = edges[-1] - edges[0] - length, length - (edges[-1] - edges[1])
    return edges[1:] if len(edges) > 2 and too_short < too_long else edges


def _index_span(newest: int, view: View, enough: Enough | None) -> Span:
    if view.step is not None:
        raise ViewError("step: this graph counts samples, and has no time: leave it out")

    def place(name: str, moment: Moment, default: float) -> float:
        if moment == Moment("ago", 0.0):
            return default
        if moment.kind != "number":
            raise ViewError(f"{name}: this graph counts samples: write a number such as -500")
        return moment.value + newest if moment.value < 0 else moment.value

    wide = columns(view)
    stop = place("until", view.until, newest) if view.until else float(newest)
    start = place("from", view.start, newest) if view.start else stop - wide
    start, stop = max(0.0, start), min(stop, max(newest, 1)) if view.start else max(stop, 1.0)
    if start >= stop:
        raise ViewError("from: is not before until")
    step = max(1.0, (stop - start) / wide)
    if enough and step < (least := min(enough.samples, (stop - start) / enough.fewest)):
        step = next(n * ten for ten in POWERS for n in (1.0, 2.0, 5.0) if n * ten >= least)
        return Span(math.floor(start / step) * step, math.ceil(stop / step) * step, step)
    return Span(start, stop, step)


def _time_range(histories: Sequence[History], view: View, now: float) -> tuple[float, float, bool]:
    """From, until, and whether that moves with the clock."""

    def place(name: str, moment: Moment) -> float:
        if moment.kind == "number" and moment.value < 0:
            raise ViewError(f"{name}: a time ago needs a unit, such as {moment.value:g}min")
        return moment.value + now if moment.kind == "ago" else moment.value

    until = place("until", view.until) if view.until else now
    start, stop = (place("from", view.start), until) if view.start else _automatic(histories, until)
    if not 0 < stop - start <= LONGEST:
        raise ViewError("from: is not before until, or by more than 200 years")
    if not EARLIEST < start < stop < LATEST:
        raise ViewError("until: calendars do not go there: write a year from 2 to 9998")
    return start, stop, stop == until and (view.until is None or view.until.kind == "ago")


def _automatic(histories: Sequence[History], stop: float) -> tuple[float, float]:
    """The shortest window that shows enough of them together, and never an empty one."""
    latest_at = max(history.latest_at for history in histories)
    if not math.isfinite(latest_at):
        return stop - AUTO_WINDOWS[0], stop
    if latest_at <= stop - AUTO_WINDOWS[-1]:
        stop = latest_at + SHORTEST_STEP
    first_at = min(history.first_at for history in histories)

    def since(start: float) -> int:
        return sum(samples_in(history, start, stop + SHORTEST_STEP) for history in histories)

    enough = min(ENOUGH_SAMPLES, since(first_at))
    for length in AUTO_WINDOWS:
        if since(stop - length) >= enough:
            return stop - length, stop
    return min(stop - AUTO_WINDOWS[-1], first_at), stop


def samples_in(history: History, start: float, stop: float) -> int:
    """How many samples of the fullest series lie in [start, stop), in whole buckets."""
    counts = sum(samples_between(rollup, start, stop) for rollup in history.counts.values())
    values = (samples_between(rollup, start, stop) for rollup in history.values.values())
    return max(counts, *values, 0)


def _of_counts(view: View, start: float, stop: float, zone: tzinfo, now: float) -> Span:
    """Bars of a round width on round times."""
    widest = (stop - start) / max(1, columns(view) // (WIDEST_BAR * view.scale))
    if stop - start >= FEW_MINUTES:
        widest = max(widest, MINUTE)  # of shorter bars, one line a minute would look like many
    step = next((step for step in ROUND_STEPS if step >= widest), ROUND_STEPS[-1])
    return _on_round_times(step, view, start, stop, zone, now)


def _on_round_times(
    step: float, view: View, start: float, stop: float, zone: tzinfo, now: float
) -> Span:
    """Columns of a round width that begin where clocks are round, those of somebody if longer."""
    if step >= HOUR:
        return _stepped(replace(view, step=step), start, stop, zone, now)
    first, last = math.floor(start / step) * step, (math.floor(stop / step) + 1) * step
    return Span(first, last, step, now + (last - stop))


def _holding(enough: Enough, view: View, start: float, stop: float) -> float | None:
    """The width of columns that usually hold so many samples; None: they do as they are.

    Usually: half of those that hold any. A burst here or there makes the others no better.
    """
    wide = columns(view)
    windows = [look(rollup, "time", start, stop, wide) for rollup in enough.rollups]
    steps = [None, *(step for step in ROUND_STEPS if (stop - start) / wide < step)]
    found: float | None = None
    for step in steps:
        if step is not None and step * enough.fewest > stop - start:
            break
        found = step
        if all(_usually(window, step) >= enough.samples for window in windows):
            break
    return found


def _usually(window: Window, step: float | None) -> float:
    """How many samples half of the columns of `step` hold that hold any."""
    count = window.count
    if step is not None:
        count = np.bincount(((window.edges[:-1] - window.start) // step).astype(np.int64), count)
    there = count[count > 0]
    return float(np.median(there)) if len(there) else math.inf
