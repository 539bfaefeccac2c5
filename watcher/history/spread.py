"""Of which series it is kept how their values are spread: percentiles and heat maps need it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from watcher.parse.fields import is_duration

NONE: frozenset[str] = frozenset()  # shared by all logs of which it is not kept
MOST_DURATIONS = 2  # fields of a log whose percentiles are kept although nobody asked


def spread_of(fields: Sequence[str], asked: Iterable[str]) -> frozenset[str]:
    """The fields, or series of them, that are asked for ("": the one shown), and durations."""
    wanted = frozenset(asked)
    durations = [name for name in fields if is_duration(name)]
    shown = fields[:1] if "" in wanted else []
    return frozenset([*durations[:MOST_DURATIONS], *shown, *wanted]) or NONE


def is_spread(series: str, spread: Collection[str]) -> bool:
    """Whether it is one of them, or of a field that is."""
    return any(series == name or series.startswith(f"{name}/") for name in spread)
