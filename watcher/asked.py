"""What a view asks of a history: which fields or classes of lines, and how aggregated."""

from __future__ import annotations

from watcher.draw.view import MAX_SERIES, View, ViewError
from watcher.history.aggregate import Agg
from watcher.history.fold import History
from watcher.history.rollup import Rollup
from watcher.history.sketch import Sketches
from watcher.parse.levels import LEVELS

COUNTS = ("@lines", "@level", "@status")  # pseudo-fields: lines, by whatever class they have
# From the ground up: the worst stands on the baseline, where a single one is seen.
STACKED = (*reversed(LEVELS), "", "5xx", "4xx", "3xx", "2xx", "1xx")


def fields_of(history: History) -> tuple[str, ...]:
    """What can be shown of a log, the first unless told otherwise."""
    lines = COUNTS[:1] if history.format.counts else ()
    own = (*history.values, *history.events)
    return (*own, *lines) if history.settings.fields else (*lines, *own)


def is_counted(history: History, view: View) -> bool:
    """Whether the view shows how often lines came, and not a value of theirs."""
    shown = view.fields or fields_of(history)[:1]
    return any(_counts_lines(history, name) for name in shown)


def shown(history: History, view: View) -> list[str]:
    """The values that a view shows: of a field that is split, each of its series."""
    first = next(iter(history.values), "")
    if history.settings.split:
        first = next(
            (name for name in history.format.fields if first.startswith(f"{name}/")), first
        )
    fields = view.fields or (first,)
    return [name for field in fields for name in _apart(history, field)][:MAX_SERIES]


def _apart(history: History, field: str) -> list[str]:
    if field in history.values:
        return [field]
    return [name for name in history.values if name.startswith(f"{field}/")] or [field]


def _counts_lines(history: History, field: str) -> bool:
    return field in history.events or (history.format.counts and field in COUNTS)


def is_rated(history: History, view: View) -> bool:
    """Whether the view shows how fast values add up."""
    if is_counted(history, view):
        return False
    return any(agg_of(history, view, name) == "rate" for name in shown(history, view))


def agg_of(history: History, view: View, name: str) -> Agg:
    """How the values of a field are aggregated."""
    return view.agg or ("rate" if is_counter(history, name) else "mean")


def is_counter(history: History, name: str) -> bool:
    """Whether a field only ever rises, and is kept as increases."""
    counters = history.settings.counters
    return name in counters or any(name.startswith(f"{field}/") for field in counters)


def sketches_of(history: History, name: str, wanted: str) -> Sketches:
    """How the values of a field are spread; ViewError says what to write where nobody knows."""
    if name not in history.sketches:
        asked = 'style = "heat"' if wanted == "heat" else f'agg = "{wanted}"'
        parameter = "style" if wanted == "heat" else "agg"
        raise ViewError(
            f"{parameter}: it is not kept how {name!r} is spread: add a [[graph]] with"
            f' field = "{name}" and {asked} to the configuration'
        )
    return history.sketches[name]


def counted_in(history: History, view: View) -> list[tuple[str, Rollup]]:
    """What the view counts: events of the user's, and lines by class, from the ground up."""
    found: list[tuple[str, Rollup]] = []
    for name in view.fields or COUNTS[:1]:
        if name in history.events:
            found.append((name, history.events[name]))
        elif name in COUNTS:
            classes = sorted(history.counts, key=_height)
            found += [(class_, history.counts[class_]) for class_ in classes]
        else:
            raise ViewError(f"field: {name!r} is a value: ask for it apart from what is counted")
    return found


def _height(class_: str) -> tuple[int, str]:
    return STACKED.index(class_) if class_ in STACKED else len(STACKED), class_
