"""Whose turn it is to be read: one block of one log, then one of the next.

Logs that somebody looks at come first. Where reading costs much, the others wait for some more
lines (`pause`), and are then all read, behind the others.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator

from watcher.log import Log

Reading = Iterator[None]  # of what is new in a log, a block at each step


class Turns:
    """The logs that have changed, each once."""

    def __init__(self, read: Callable[[Log, float, float], Reading]) -> None:
        """`read`: how a log is looked at, at a time and at a place of the other clock."""
        self._read = read
        self._first: deque[tuple[Log, Reading]] = deque()
        self._last: deque[tuple[Log, Reading]] = deque()
        self._put_off: dict[Log, None] = {}
        self.pause = 0.0  # seconds from one look to the next at logs that nobody looks at
        self.next_look = math.inf  # when they are due, on the clock that never goes back

    def __bool__(self) -> bool:
        """Whether there may be something to read."""
        return bool(self._first or self._last)

    def notice(self, log: Log, now: float, clock: float, *, waits: bool) -> None:
        """It has changed; where it `waits` it is looked at after the pause."""
        if waits and 0 <= clock - log.looked_at < self.pause:
            self._put_off[log] = None
            self.next_look = min(self.next_look, clock + self.pause)
        else:
            self.give(log, now, clock)

    def give(self, log: Log, now: float, clock: float, *, last: bool = False) -> None:
        """It is looked at, again if it is being read."""
        reading = self._read(log, now, clock)
        if log.turning:
            log.again = reading
        else:
            log.turning = True
            (self._last if last else self._first).append((log, reading))

    def give_those_due(self, now: float, clock: float) -> None:
        """Those that were put off, once the pause is over."""
        if clock >= self.next_look:
            put_off, self._put_off, self.next_look = self._put_off, {}, math.inf
            for log in put_off:
                self.give(log, now, clock, last=True)

    def hurry(self, log: Log, now: float) -> bool:
        """Somebody looks: one that was put off comes before all others; False: it was not."""
        if log not in self._put_off or log.turning:
            return False
        del self._put_off[log]
        self.give(log, now, log.looked_at)
        self._first.rotate()
        return True

    def forget(self, log: Log) -> None:
        """It is no more."""
        self._put_off.pop(log, None)

    @property
    def next(self) -> Log:
        """The log whose turn it is."""
        return (self._first or self._last)[0][0]

    def step(self) -> bool:
        """Read one block of it; whether that was the end of this look at it."""
        turns = self._first or self._last
        log, reading = turns.popleft()
        following = log.again if next(reading, True) else reading
        if following is not reading:
            log.turning = following is not None
        if following is not None:
            if self._last and turns is self._first:  # else it might never be theirs
                turns.append(self._last.popleft())
            turns.append((log, following))
        return following is not reading
