"""The newest value of each series: what stands large, and has to be true of now.

Of values that is the newest, however long ago. Of what is counted it is how often it came in one
minute, the same for all series of a graph, so that they add up: the minute that ended with the
newest line, or, once no more come, the last one that the clock has ended. So it falls to 0 while
a log is alive and says nothing, it is the same at every zoom, and no column that has just begun
makes it small. What nobody knows of that minute is no number. Where a window ends in the past,
the newest values are those at its end.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import compress
from typing import NamedTuple

import numpy as np

from watcher.asked import agg_of, counted_in, is_counted, is_counter, shown, sketches_of
from watcher.draw.view import View
from watcher.history.aggregate import (
    ENOUGH,
    PER,
    PERCENTILES,
    Agg,
    Per,
    aggregated,
    lately,
    risen,
    usual_per,
)
from watcher.history.buckets import CHUNK, EMPTY, TOTAL, Floats
from watcher.history.fill import LONGEST_HOLE
from watcher.history.fold import History
from watcher.history.pulse import State
from watcher.history.rhythm import interval, rhythm
from watcher.history.rollup import Rollup
from watcher.history.sketch import Sketches
from watcher.history.tier import Tier
from watcher.history.window import Window
from watcher.span import AUTO_WINDOWS, MINUTE, Span, seen, seen_at

# Of these the newest is known without a window: of all but the last it is the newest value.
KNOWN = frozenset({"mean", "min", "max", "last", "rate"})

ROW_LENGTH = len(EMPTY)  # numbers of a bucket in its chunk


class Newest(NamedTuple):
    """Of when the newest values of a graph are; Unix seconds."""

    now: float
    patience: float | None  # seconds of silence that mean something; None: those of its rhythm
    latest: float  # the newest sample of all
    at: float  # up to which something is known of it; infinite on the index axis
    minute: float  # the end of the one in which lines are counted
    present: bool  # windows end now, not in the past
    due: float  # when what is counted may be another without a new line

    def until(self, history: History) -> float:
        """Up to when the log has spoken, be it that it was alive and said nothing."""
        fresh = history.pulse.state(self.now, self.patience) is State.FRESH
        return self.now if fresh else history.latest_at


def newest_of(histories: Sequence[History], view: View, now: float) -> Newest:
    """For the picture of `view` at `now`; the histories share an axis."""
    latest = max(history.latest_at for history in histories)
    if histories[0].axis == "index":
        return Newest(now, view.stale, latest, math.inf, math.nan, view.until is None, math.inf)
    auto_past = view.start is None and latest <= now - AUTO_WINDOWS[-1]
    present = view.until is None and not auto_past
    states = [history.pulse.state(now, view.stale) for history in histories]
    if State.FRESH not in states:
        minute = math.floor(latest) + 1.0 if math.isfinite(latest) else -math.inf
        return Newest(now, view.stale, latest, latest, minute, present, math.inf)
    begun = math.floor(now / MINUTE) * MINUTE
    minute = max(begun, math.floor(min(latest, now)) + 1.0) if math.isfinite(latest) else begun
    return Newest(now, view.stale, latest, now, minute, present, begun + MINUTE)


def last_of(history: History, view: View, newest: Newest) -> list[float | None] | None:
    """The newest value of each series; None where it takes a window to know them."""
    if not newest.present:
        return None
    if is_counted(history, view):
        if view.agg not in (None, "rate") or history.axis == "index":
            return None
        per = view.per or usual_per(counted=True)
        return [counted_last(history, one, per, newest) for _, one in counted_in(history, view)]
    names = [name for name in shown(history, view) if name in history.values]
    if not all(_is_known(history, agg_of(history, view, name)) for name in names):
        return None
    return [_known(history, view, name, newest) for name in names]


def counted_last(history: History, rollup: Rollup, per: Per, newest: Newest) -> float | None:
    """How often lines came in the minute that counts; None where nobody knows."""
    begin = newest.minute - MINUTE
    if newest.until(history) < begin or history.first_at >= newest.minute:
        return None
    finest = rollup.tiers[0]
    end = math.floor(newest.minute / finest.step)
    number = math.ceil(MINUTE / finest.step)
    return _lines(finest, end - number, end) / (number * finest.step) * PER[per]


def _lines(tier: Tier, first: int, stop: int) -> float:
    """How many lines these few buckets hold: asked with every line of every log."""
    open_ = tier.open
    found = open_.count if open_ is not None and first <= open_.number < stop else 0.0
    for key in range(first // CHUNK, (stop - 1) // CHUNK + 1):
        chunk = tier.chunks.get(key)
        if chunk is None:
            return tier.samples(first, stop)  # it may be on disk
        low, high = max(0, first - key * CHUNK), min(CHUNK, stop - key * CHUNK)
        inside = chunk.slots.translate(bytes(low) + b"\1" * (high - low) + bytes(256 - high))
        with memoryview(chunk.rows).cast("d") as rows:
            found += sum(compress(rows[::ROW_LENGTH].tolist(), inside))
    return found


def looked(
    history: History, view: View, span: Span, name: str, agg: Agg
) -> tuple[Window, Sketches | None]:
    """What is known of a field in `span`, and how it is spread if that is asked for."""
    sketches = _spread(history, view, name, agg)
    also = sketches.tiers if sketches else ()
    if history.axis == "index":
        return seen(history.values[name], history.axis, span, 1.0, also), sketches
    rollup = history.values[name]
    window = seen(rollup, history.axis, span, history.pulse.usual, also)
    usual = rhythm(window, window.usual)
    if math.isnan(usual):
        usual = interval(rollup)
    return window if usual == window.usual else replace(window, usual=usual), sketches


def column_values(
    history: History, view: View, window: Window, name: str, sketches: Sketches | None
) -> Floats:
    """What the view shows of a field: one number for each column."""
    agg, per = agg_of(history, view, name), view.per or usual_per(counted=False)
    if agg == "rate" and window.axis == "time" and is_counter(history, name):
        return risen(window, per)
    return aggregated(window, agg, per, sketches=sketches)


def newest_value(
    history: History, view: View, span: Span, name: str, newest: Newest
) -> float | None:
    """The newest value of a field in `span`: at the price of few columns if windows end now."""
    if name not in history.values:
        return None
    agg, rollup = agg_of(history, view, name), history.values[name]
    if newest.present and _is_known(history, agg):
        return _known(history, view, name, newest)
    if newest.present:
        sketches = _spread(history, view, name, agg)
        also = sketches.tiers if sketches else ()
        window = seen_at(rollup, history.axis, span, rollup.latest_at, also)
    else:
        window, sketches = looked(history, view, span, name, agg)
    if window is None:
        return None
    values = column_values(history, view, window, name, sketches)
    return newest_in_window(history, view, window, values, name, newest)


def newest_in_window(
    history: History, view: View, window: Window, values: Floats, name: str, newest: Newest
) -> float | None:
    """As `newest_value`, of a window that was looked at; `values`: its columns, aggregated."""
    agg = agg_of(history, view, name)
    if newest.present and _is_known(history, agg):
        return _known(history, view, name, newest)
    there = np.flatnonzero(window.count)
    if not len(there):
        return None
    at, count = int(there[-1]), window.count
    if at and count[at] < ENOUGH.get(agg, 0) and count[at - 1] > count[at]:
        at -= 1  # it has just begun, and is no percentile yet
    value = float(window.last[at] if agg in KNOWN and agg != "rate" else values[at])
    return value if math.isfinite(value) else None


def _spread(history: History, view: View, name: str, agg: Agg) -> Sketches | None:
    if view.style == "heat" or agg in PERCENTILES:
        return sketches_of(history, name, "heat" if view.style == "heat" else agg)
    return None


def _is_known(history: History, agg: Agg) -> bool:
    return agg in KNOWN and not (agg == "rate" and history.axis == "index")


def _known(history: History, view: View, name: str, newest: Newest) -> float | None:
    """The newest value; of a rate, that of the newest minute or, where they are longer, interval.

    What a log says by and by adds up to nothing while it is silent; a counter only has not been
    asked, and rises meanwhile.
    """
    rollup, agg = history.values[name], agg_of(history, view, name)
    if not math.isfinite(rollup.latest_at):
        return None
    if view.style == "stack" and newest.latest - rollup.latest_at > _bearable(rollup):
        return None  # what others have come to since is nothing to add this to
    if agg != "rate":
        return rollup.latest
    per = PER[view.per or usual_per(counted=False)]
    if is_counter(history, name):
        rate = lately(rollup)
    else:
        silent = newest.until(history) - rollup.latest_at > _bearable(rollup)
        rate = _added_up(rollup, newest.minute - 1 if silent else rollup.latest_at)
    return rate * per if math.isfinite(rate * per) else None


def _bearable(rollup: Rollup) -> float:
    """Seconds, or samples, without one that are no silence yet."""
    return float(np.fmax(MINUTE, LONGEST_HOLE * interval(rollup)))


def _added_up(rollup: Rollup, at: float) -> float:
    """What values added up to in the minute, or longer interval, before `at`; a second."""
    finest = rollup.tiers[0].step
    length = math.ceil(float(np.fmax(MINUTE, interval(rollup))) / finest)
    end = math.floor(at / finest) + 1
    with np.errstate(over="ignore"):
        total = float(rollup.buckets(0, end - length, end).values[TOTAL].sum())
    return total / (length * finest)
