"""A way to write times as one log uses it: its zone, its year, its order of day and month.

The times of a log are a pure function of its lines, in their order, and of what was settled at
first sight. The calendar is asked once a minute of the log's time; the rest are look-ups.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import tzinfo
from operator import add
from typing import Any, NamedTuple, TypeVar

from watcher.parse.minutes import MOST_KEPT, Key, Minutes, Texts
from watcher.parse.numbers import Floats, bounds, has_nan
from watcher.parse.seconds import MARK, PAST, whole
from watcher.parse.steps import DAY, doubt, likely
from watcher.parse.timeformat import WHOLE, Stamp, TimeFormat
from watcher.parse.usual import Alike
from watcher.parse.years import EARLIER, HALF_A_YEAR, LATE, MONTH, first_day, first_year, starts_of
from watcher.parse.zones import Starts

Times = TypeVar("Times", list[float], Floats)

REBOOT = 10.0  # seconds; uptime that falls by more began anew


class State(NamedTuple):
    """What a clock has settled; restored, it goes on as if it had never stopped."""

    year: int | None = None  # of times that say none; the day, by ordinal, where they say none
    order: str = ""  # one of the format's `orders`
    base: float = 0.0  # Unix seconds when uptime was 0
    last: float | None = None  # the instant before
    newest: float = 0.0  # of the lines when it was settled, where they say no year


class Clock:
    """Reads the times of one log, in order; those of the same text in any pieces are the same."""

    def __init__(self, format: TimeFormat, zone: tzinfo) -> None:  # noqa: A002
        """`zone` is that of times that name none."""
        self._format = format
        self._zone = zone
        self._has_year = format.has_year
        self._farthest = math.inf if format.has_year else MONTH if format.has_day else EARLIER
        self.orders = format.orders  # that `settle` may choose from
        # Year, or ordinal of the day, of the first line, or when uptime was 0, if it is known.
        self.said: int | None = None
        self.state = State(order=format.orders[0])

    def __copy__(self) -> Clock:
        """A clock that goes its own way from here."""
        other = Clock(self._format, self._zone)
        other.state, other.orders = self.state, self.orders
        return other

    @property
    def format(self) -> TimeFormat:
        """How the times are written."""
        return self._format

    @property
    def state(self) -> State:
        """All that it knows of the log but the text to come."""
        return State(self._year, self._order, self._base, self.last, self._newest)

    @state.setter
    def state(self, state: State) -> None:
        self._year, self._order, self._base, self.last, self._newest = state
        self._known = Minutes(self._starts)
        self._texts: Texts | None = None

    def settle(self, stamps: Sequence[Stamp], modified: float) -> None:
        """Fix year, order of day and month, and start of uptime, from some lines of the file.

        They are in file order and the last is of its newest line; `modified` is the file's mtime.
        Called once, before the first line is read; until then those without a year are none.
        """
        format_, zone = self._format, self._zone
        orders = likely(self.orders, stamps) if format_.has_year else self.orders
        trials = [_trial(format_, zone, order, stamps, modified) for order in orders]
        self.state = trials[0]
        if self.said is not None and format_.is_uptime:
            self.state = State(base=float(self.said))
        elif self.said is not None:
            self.state = trials[0]._replace(year=self.said, newest=0.0)
        elif len(trials) > 1:
            self.state = min(trials, key=lambda one: _doubt(format_, zone, one, stamps, modified))

    def stand_still(self) -> None:
        """Read each time for itself from here on: uptime that falls is no restart."""
        if self._format.is_uptime:
            self.last = None

    def times(
        self, heads: list[bytes], seconds: list[bytes], tails: list[bytes | None]
    ) -> list[float]:
        """Unix seconds of each, NaN where there is no such instant."""
        if not seconds:
            return []
        if self._format.seconds == WHOLE:
            return self._counted(seconds)
        past = PAST[self._format.seconds](seconds)
        times = list(map(add, map(self._known.__getitem__, zip(heads, tails, strict=True)), past))
        if self.accepted(times) is not None:
            return times
        return list(map(self._one, zip(heads, tails, strict=True), past))

    def taken(
        self, pieces: list[Any], at: int, stride: int, alike: Alike | None
    ) -> list[float] | None:
        """As `times`, of the pieces of a block: from `at` on every `stride` of them a time begins.

        Those that are written `alike` have fewer groups, and are None where one needs more
        thought; nothing is read then.
        """
        if alike is None:
            if len(self._known) > MOST_KEPT:
                self._known.forget()
            return self.times(*(pieces[n::stride] for n in range(at, at + 3)))
        times = list(map(self.texts(alike).__getitem__, pieces[at::stride]))
        if alike.groups == 2:
            times = list(map(add, times, PAST[self._format.seconds](pieces[at + 1 :: stride])))
        return self.accepted(times)

    def texts(self, alike: Alike) -> Texts:
        """The instants of texts that are written `alike`, or of their minutes, less MARK."""
        if len(self._known) > MOST_KEPT:
            self._known.forget()
        if self._texts is None or self._texts.alike is not alike:
            self._texts = Texts(self._format, alike, self._known)
        return self._texts

    def minutes(self, heads: list[bytes], tail: bytes | None) -> list[float]:
        """When these began, less MARK; NaN if one never does, or twice."""
        if len(self._known) > MOST_KEPT:
            self._known.forget()
        return [self._known[head, tail] for head in heads]

    def accepted(self, times: Times) -> Times | None:
        """`times`, if none is missing or comes twice, and no New Year can be among them."""
        if has_nan(times):
            return None
        if not self._has_year:
            first, last = bounds(times)
            known = last if self.last is None else self.last
            if max(last, known) - min(first, known) > self._farthest:
                return None
        self.last = float(times[-1])
        return times

    def accepts(self, time: float) -> bool:
        """As `accepted`, of one time: whether it is."""
        if not abs(time - (time if self.last is None else self.last)) <= self._farthest:
            return False
        self.last = time
        return True

    def _one(self, key: Key, past: float) -> float:
        """One time, with all that can happen to it."""
        time = self._instant(key, past)
        if self._has_year or self.last is None or self._is_near(key, past, time):
            self.last = time if time == time else self.last
            return time
        return self._rolled(key, past, self.last, time)

    def _is_near(self, key: Key, past: float, time: float) -> bool:
        """Whether a time is of the same year as the line before, as far as one can tell."""
        step = time - (self.last or 0.0)
        if not self._format.has_day:
            return -EARLIER <= step <= DAY - EARLIER
        if step < -MONTH and self._in_year((self._year or 0) + 1, key, past) <= self._newest:
            return False
        return abs(step) <= HALF_A_YEAR

    def _rolled(self, key: Key, past: float, last: float, time: float) -> float:
        """A time more than half a year off, in the year where it is nearer if there is one."""
        year = self._year or 0
        if not self._format.has_day:
            return self._next_day(key, past) if time < last else self._in_year(year - 1, key, past)
        next_year, last_year = (self._in_year(year + step, key, past) for step in (1, -1))
        if abs(next_year - last) <= HALF_A_YEAR or last - MONTH > time <= next_year <= self._newest:
            self.state = State(year + 1, self._order, self._base, next_year, self._newest)
            return next_year
        return last_year if abs(last_year - last) <= HALF_A_YEAR else time

    def _next_day(self, key: Key, past: float) -> float:
        day = (self._year or 0) + 1
        time = self._in_year(day, key, past)
        self.state = State(day, self._order, self._base, time, self._newest)
        return time

    def _instant(self, key: Key, past: float) -> float:
        """In this year; of a minute that comes twice the one that keeps time from decreasing."""
        start = self._known[key]
        twice = self._known.twice.get(key)
        if twice is None or past != past:
            return start + past
        first, second = (start - MARK + past for start in twice)
        return first if self.last is None or first >= self.last - LATE else second

    def _in_year(self, year: int, key: Key, past: float) -> float:
        starts = starts_of(self._format, self._zone, self._order, year, key)
        return starts[0] - MARK + past if starts else math.nan

    def _starts(self, key: Key) -> Starts | None:
        return starts_of(self._format, self._zone, self._order, self._year, key)

    def _counted(self, texts: list[bytes]) -> list[float]:
        """Epochs and uptime."""
        counts = whole(texts)
        scale = self._format.scale
        times = counts if scale == 1 else [count / scale for count in counts]
        if self._format.is_uptime:
            return list(map(self._booted, times))
        self.last = times[-1] if times[-1] == times[-1] else self.last
        return times

    def _booted(self, uptime: float) -> float:
        """Uptime that falls began anew, no earlier than at the line before."""
        if self.last is not None and self._base + uptime < self.last - REBOOT:
            self._base = self.last
        time = self._base + uptime
        self.last = time if time == time else self.last
        return time


def _trial(
    format_: TimeFormat, zone: tzinfo, order: str, stamps: Sequence[Stamp], modified: float
) -> State:
    """The state at the first line if this is the order."""
    if format_.is_uptime:
        times = _times(format_, zone, State(), stamps)
        return State(base=modified - times[-1] if times else modified)
    if format_.has_year:
        return State(order=order)
    if not format_.has_day:
        return State(first_day(format_, zone, stamps, modified), order)
    year, newest = first_year(format_, zone, order, stamps, modified)
    return State(year, order, newest=newest)


def _doubt(
    format_: TimeFormat, zone: tzinfo, state: State, stamps: Sequence[Stamp], modified: float
) -> tuple[float, ...]:
    """The less, the likelier."""
    return doubt(_times(format_, zone, state, stamps), modified, format_.has_year)


def _times(format_: TimeFormat, zone: tzinfo, state: State, stamps: Sequence[Stamp]) -> list[float]:
    clock = Clock(format_, zone)
    clock.state = state
    return clock.times(*map(list, zip(*stamps, strict=True))) if stamps else []
