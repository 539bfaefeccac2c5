"""Whether events still arrive: a question that is asked now and then.

A thread that reads events can end, or wait for ever, and a watch can be taken away, all without a
word. So something is done now and then that must be heard of.
"""

from __future__ import annotations

from collections.abc import Callable

PERIOD = 30.0  # seconds between two questions
PATIENCE = 2.0  # seconds for an answer; asked twice, for the whole machine may have slept


class Canary:
    """Calls `sing`, and expects `heard` to be set. `clock` is any that never goes back."""

    def __init__(self, sing: Callable[[], None]) -> None:
        self._sing = sing
        self.heard = False  # set by whoever heard it
        self.lag = 0.0  # seconds from the last song to the first look at whether it was heard
        self._sung: float | None = None  # when, if that was not heard yet
        self._songs = 0  # since one was heard
        self._next = 0.0

    def lost(self, clock: float) -> bool:
        """Whether it sings and nobody hears it."""
        if self._sung is None:
            if clock >= self._next:
                self._ask(clock)
        elif self.heard:
            self.lag = clock - self._sung
            self._sung, self._songs = None, 0
            self._next = clock + PERIOD
        elif clock - self._sung >= PATIENCE:
            if self._songs >= 2:
                return True
            self._ask(clock)
        return False

    @property
    def well(self) -> bool:
        """Whether the last song was heard."""
        return self.heard and self._sung is None

    def _ask(self, clock: float) -> None:
        self.heard, self._sung = False, clock
        self._songs += 1
        self._sing()
