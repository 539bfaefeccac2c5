"""What a user says of how much is remembered: `[history]` of the configuration."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import msgspec

from watcher.duration import UNITS, duration
from watcher.history.rollup import Resolution

MOST_TIERS = 12  # each costs every closed bucket of the one below it once
MOST_BUCKETS = 500_000  # of one series in all tiers: 25 MB when they are full
LONGEST = 1000 * UNITS["y"]  # seconds that a tier lasts; dates end some thousand years later
MOST_TEXT = 40  # characters of a wrong tier that are said again

Problem = tuple[str, str]  # key, and what is wrong with it: what to do


class HistorySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[history]` of the configuration."""

    # step and for how long, finest first
    tiers: tuple[str, ...] = ("1s:1h", "10s:1d", "1min:1w", "15min:90d", "1h:2y", "1d:10y")

    @property
    def resolutions(self) -> tuple[Resolution, ...]:
        """What the tiers mean; raises ValueError where they are among `problems`."""
        return tuple(map(_resolution, self.tiers))


def problems(history: HistorySettings) -> Iterator[Problem]:
    """Everything that is wrong with it, each with its cure."""
    found: list[Resolution] = []
    for text in history.tiers:
        try:
            found.append(_resolution(text))
        except ValueError as error:
            yield "tiers", str(error)
    if len(found) == len(history.tiers):
        yield from _together(history.tiers, found)


def _resolution(text: str) -> Resolution:
    """`1min:1w`: buckets of a minute, remembered for a week; ValueError says what is wrong."""
    step, colon, length = text.partition(":")
    shown = text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT]}..."
    if not colon:
        raise ValueError(f"{shown!r} is no tier: write a step and for how long, such as 1min:1w")
    try:
        seconds, lasting = duration(step), duration(length)
    except ValueError as error:
        raise ValueError(f"{shown!r}: {error}") from None
    if seconds < 1 or seconds % 1:
        raise ValueError(f"{shown!r}: a step is one or more whole seconds: write such as 1s")
    if lasting > LONGEST:
        raise ValueError(f"{shown!r}: is more than 1000 years: write a shorter time")
    if lasting < seconds or lasting % seconds:
        raise ValueError(f"{shown!r}: the step does not divide the time: write such as 1min:1w")
    return Resolution(int(seconds), int(lasting // seconds))


def _together(texts: tuple[str, ...], tiers: list[Resolution]) -> Iterator[Problem]:
    """What is wrong with tiers that are right, each for itself."""
    if not 1 <= len(tiers) <= MOST_TIERS:
        yield "tiers", f"there are {len(tiers)}: write from 1 to {MOST_TIERS}"
    for (finer, coarser), (one, next_) in zip(pairwise(tiers), pairwise(texts), strict=True):
        if coarser.step <= finer.step or coarser.step % finer.step:
            yield (
                "tiers",
                f"{next_!r}: its step is no multiple of that of {one!r} before it:"
                " write steps each of which divides the next",
            )
        if coarser.step * coarser.length <= finer.step * finer.length:
            yield (
                "tiers",
                f"{next_!r} lasts no longer than {one!r} before it:"
                " let it last longer, or take one of them out",
            )
    if (many := sum(tier.length for tier in tiers)) > MOST_BUCKETS:
        yield (
            "tiers",
            f"{many:,} buckets for each series: at most {MOST_BUCKETS:,}:"
            " write longer steps, or shorter times",
        )
