"""What a clock remembers: when the minutes of late began, and the times that were written alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache

from watcher.parse.seconds import MARK
from watcher.parse.timeformat import NONE, TimeFormat
from watcher.parse.usual import Alike
from watcher.parse.zones import Starts

MOST_MINUTES = 1024  # of a block; 200 bytes each
MOST_KEPT = 64  # from one block to the next: a log at rest should cost little
MOST_TEXTS = 64  # likewise, of times to the second

Key = tuple[bytes, bytes | None]  # head and tail of a time


class Minutes(dict[Key, float]):
    """When a minute began, less MARK; NaN if it never does, or twice. Those of late are kept."""

    __slots__ = ("_read", "twice")

    def __init__(self, read: Callable[[Key], Starts | None]) -> None:
        super().__init__()
        self._read = read
        self.twice: dict[Key, Starts] = {}

    def __missing__(self, key: Key) -> float:
        if len(self) >= MOST_MINUTES:
            self.forget()
        starts = self._read(key) or (math.nan, math.nan)
        first, second = starts
        if second > first:
            self.twice[key] = starts
            first = math.nan
        self[key] = first - MARK
        return first - MARK

    def forget(self) -> None:
        """Make room."""
        self.clear()
        self.twice.clear()


class Texts(dict[bytes, float]):
    """The instants of times that were written alike, or of their minutes, less MARK; else NaN."""

    __slots__ = ("_at", "_head", "_minutes", "_past", "_start", "_tail", "alike")

    def __init__(self, format_: TimeFormat, alike: Alike, minutes: Minutes) -> None:
        super().__init__()
        self.alike, self._minutes = alike, minutes
        self._at, self._tail = alike.head, alike.tail
        self._head, self._start = b"", math.nan  # of the minute that was asked for last
        if alike.groups == 2:
            self._past: Mapping[bytes, float] = {b"": 0.0}  # the seconds are not here
        else:
            self._past = {b"": MARK} if format_.seconds == NONE else _seconds_behind(alike.joint)

    def __missing__(self, text: bytes) -> float:
        if len(self) >= MOST_TEXTS:
            self.clear()
        head = text[: self._at]
        if head != self._head:
            self._head, self._start = head, self._minutes[head, self._tail]
        time = self[text] = self._start + self._past.get(text[self._at :], math.nan)
        return time


@lru_cache(maxsize=64)
def _seconds_behind(joint: bytes) -> Mapping[bytes, float]:
    """All seconds of a minute, a leap second among them, as they stand behind it; plus MARK."""
    return {joint + b"%02d" % second: MARK + second for second in range(61)}
