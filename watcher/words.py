"""Times and states in words, as they stand on pictures and in answers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from watcher.draw.view import UNITS
from watcher.history.pulse import State
from watcher.log import Log


class Notice(NamedTuple):
    """A state in words; none where it goes without saying."""

    words: str
    until: float  # Unix seconds: when words or state change by themselves
    in_short: str = ""  # the same where there is little room


def notice(
    log: Log, state: State, now: float, zone: tzinfo, patience: float | None = None
) -> Notice:
    """What is to be said of a log.

    `patience`: seconds after which silence counts; None: those of the log's own rhythm.
    """
    if state is State.WAITING:
        if log.tailer.problem:
            return Notice(log.tailer.problem, math.inf)
        bad = log.counters.bad
        return Notice(f"no numbers in {log.counters.lines:,} lines" if bad else "", math.inf)
    if log.backfill:
        share = f"{log.backfill.share:.0%}"
        return Notice(f"reading the past: {share}", math.inf, f"reading {share}")
    pulse = log.pulse
    words, changes = age(now - pulse.last)
    if state is State.STALE:
        said = f"no data since {when(pulse.last, now, zone)} ({words})"
        return Notice(said, pulse.last + changes, f"silent {words}")
    becomes_stale = pulse.last + (pulse.stale_after if patience is None else patience)
    if math.isfinite(becomes_stale) or now - pulse.last < UNITS["min"]:
        return Notice("", min(becomes_stale, pulse.last + UNITS["min"] + 0.001))
    return Notice(f"last line {words} ago", pulse.last + changes, f"{words} ago")


def notices(
    names: Sequence[str],
    logs: Sequence[Log],
    state: State,
    now: float,
    zone: tzinfo,
    patience: float | None = None,
) -> Notice:
    """What is to be said of a graph of the logs of these `names`, of which `logs` are there.

    Of several, first what is said of the one with the newest sample, then of the next, by name.
    """
    if len(names) == 1 and logs:
        return notice(logs[0], state, now, zone, patience)
    found, changes = Notice("", math.inf), math.inf
    for log in sorted(logs, key=lambda log: -log.pulse.last):
        of_log = notice(log, log.pulse.state(now, patience), now, zone, patience)
        changes = min(changes, of_log.until)
        if of_log.words and not found.words:
            in_short = of_log.in_short and f"{log.name} {of_log.in_short}"
            found = Notice(f"{log.name}: {of_log.words}", changes, in_short)
    missing = [name for name in names if name not in {log.name for log in logs}]
    if missing and not found.words:
        found = Notice(f"no log {', '.join(missing)} yet", changes)
    return found._replace(until=changes)


def age(seconds: float) -> tuple[str, float]:
    """`3 d`: a length of time in one unit, rounded down; and the length at which that changes."""
    name, unit = "s", 1.0
    for candidate in ("min", "h", "d", "w", "mon", "y"):
        if seconds >= UNITS[candidate]:
            name, unit = candidate, UNITS[candidate]
    number = max(0, math.floor(seconds / unit))
    return f"{number} {name}", (number + 1) * unit


def when(moment: float, now: float, zone: tzinfo) -> str:
    """The time of day, with as much of the date as is not today's."""
    then, today = datetime.fromtimestamp(moment, zone), datetime.fromtimestamp(now, zone)
    if then.date() == today.date():
        return f"{then:%H:%M}"
    return f"{then:%d %b %H:%M}" if then.year == today.year else f"{then:%d %b %Y}"


def instant(moment: float | None, zone: tzinfo) -> str | None:
    """ISO 8601 with zone, to the millisecond, or as fine as it is."""
    if moment is None or not math.isfinite(moment):
        return None
    then = datetime.fromtimestamp(moment, zone)
    return then.isoformat(timespec="microseconds" if then.microsecond % 1000 else "milliseconds")
