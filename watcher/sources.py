"""What a graph shows of its logs: which series of which, called what, drawn how.

A graph names logs, and what is shown of each is as everywhere; or it names its series one by one.
Logs that said nothing so far are left out, so that the others can be seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from watcher.asked import COUNTS, fields_of, is_counted, is_rated, shown
from watcher.draw.view import Style, View, ViewError
from watcher.graphs import GraphSettings, SeriesSettings
from watcher.history.fold import History
from watcher.history.window import Window
from watcher.log import Log
from watcher.newest import Newest, last_of
from watcher.series import Series, newest_in, series_of, together
from watcher.span import Span

LINES = ((), COUNTS[:1])  # fields of a view that shows all lines


@dataclass(frozen=True, slots=True)
class Source:
    """What a graph shows of one log."""

    log: Log
    view: View  # its fields, and how they are aggregated
    unit: str = ""
    multiply: float = 1.0
    label: str = ""  # that it was given
    before: str = ""  # what stands before the names of fields, as other logs may have the same
    style: Style | None = None
    whole: bool = False  # lines of all classes are one series
    named: bool = False  # it is one of the series that the graph names

    @property
    def history(self) -> History:
        """That of the log."""
        return self.log.history

    @property
    def counted(self) -> bool:
        """Whether it shows how often lines came."""
        return is_counted(self.history, self.view)

    @property
    def fields(self) -> Sequence[str]:
        """What it shows, by the names that `fields_of` has."""
        if self.counted:
            return self.view.fields or fields_of(self.history)[:1]
        return shown(self.history, self.view)

    @property
    def many(self) -> int:
        """How many series it has, as far as those are values."""
        return len(shown(self.history, self.view))

    def series(self, span: Span, newest: Newest) -> list[Series]:
        """Its series in `span`; raises ViewError where there are no such."""
        found = series_of(self.history, self.view, span, newest, self.unit)
        if found and self.is_one:
            found = [together(found)]
        if not (self.named or self.before):
            return [one.times(self.multiply) for one in found]
        alone = len(found) == 1
        color = self.view.color[0] if self.named and self.view.color and alone else None
        return [
            replace(
                one.times(self.multiply),
                label=self._label(one.label, alone=alone),
                style=self.style,
                color=color,
            )
            for one in found
        ]

    def lasts(self, newest: Newest) -> list[float | None] | None:
        """The newest value of each series; None where it takes a window to know them."""
        found = last_of(self.history, self.view, newest)
        return None if found is None else self._multiplied(found)

    def lasts_in(self, span: Span, newest: Newest) -> list[float | None]:
        """The newest value of each series in `span`; raises ViewError where there are no such."""
        return self._multiplied(newest_in(self.history, self.view, span, newest))

    def _multiplied(self, lasts: list[float | None]) -> list[float | None]:
        if self.is_one and lasts:
            there = [value for value in lasts if value is not None]
            lasts = [sum(there) if there else None]
        return [None if value is None else value * self.multiply for value in lasts]

    @property
    def rated(self) -> bool:
        """Whether it shows how fast values add up."""
        return is_rated(self.history, self.view)

    @property
    def is_one(self) -> bool:
        """Whether it is lines of all classes as one series."""
        return self.whole and self.view.fields in LINES and self.counted

    def _label(self, field: str, *, alone: bool) -> str:
        if self.label and alone:
            return self.label
        return " ".join(filter(None, (self.label or self.before, field)))


def sources_of(settings: GraphSettings, logs: Sequence[Log], view: View) -> list[Source]:
    """What the graph shows with this view, which may be another than its own.

    `logs`: those of its logs that there are. A parameter that is not the graph's own was asked
    for, and beats what is said of one series. Raises ViewError where logs do not go together.
    """
    logs = [log for log in logs if log.history.samples]
    _check_axes(logs)
    if settings.series and not view.fields:
        there = {log.name: log for log in logs}
        return [
            _named(one, there[one.log], settings, view)
            for one in settings.series
            if one.log in there
        ]
    several = len(settings.logs) > 1
    if several and view.fields:
        logs = [log for log in logs if _fields(log, view)] or _refuse(logs, view)
    return [
        Source(
            log,
            replace(view, fields=_fields(log, view)) if several else view,
            settings.unit,
            before=log.name if several else "",
            whole=several,
        )
        for log in logs
    ]


def _check_axes(logs: Sequence[Log]) -> None:
    """Raise ViewError where logs do not go on one x axis."""
    if len({log.axis for log in logs}) > 1:
        counting = next(log.name for log in logs if log.axis == "index")
        raise ViewError(
            f"log: {counting!r} has no times, and others have: show it in a graph of its own,"
            " or write its interval"
        )


def _named(one: SeriesSettings, log: Log, settings: GraphSettings, view: View) -> Source:
    """A series that the graph names."""
    own, base = one.view, settings.view
    return Source(
        log,
        replace(
            view,
            fields=own.fields,
            agg=(own.agg or view.agg) if view.agg == base.agg else view.agg,
            per=(own.per or view.per) if view.per == base.per else view.per,
            color=own.color,
        ),
        one.unit or settings.unit,
        one.multiply,
        one.label,
        log.name if len(settings.logs) > 1 else "",
        own.style if view.style == base.style else None,
        whole=True,
        named=True,
    )


def _fields(log: Log, view: View) -> tuple[str, ...]:
    """Those of the view's fields that the log has."""
    there, split = fields_of(log.history), tuple(f"{name}/" for name in view.fields)
    whole = {name.partition("/")[0] for name in there if name.startswith(split)}
    counts = COUNTS if log.format.counts else ()
    return tuple(name for name in view.fields if name in (*there, *whole, *counts))


def _refuse(logs: Sequence[Log], view: View) -> list[Log]:
    if not logs:
        return []
    there = dict.fromkeys(name for log in logs for name in fields_of(log.history))
    raise ViewError(f"field: there is no {view.fields[0]!r}: there are {' '.join(there)}")


def all_series(sources: Sequence[Source], span: Span, newest: Newest) -> list[Series]:
    """The series of all sources in the same columns, no two of one name.

    Where one remembers less finely than the others, the columns are those of that one.
    """
    found = [one for source in sources for one in source.series(span, newest)]
    coarsest = max((one.window for one in found), key=lambda window: window.step, default=None)
    if coarsest is not None and any(not _alike(one.window, coarsest) for one in found):
        span = span._replace(edges=coarsest.edges)
        found = [one for source in sources for one in source.series(span, newest)]
    labels = Counter(one.label for one in found)
    if len(labels) == len(found):
        return found
    return [
        replace(one, label=f"{one.label} {one.agg}") if labels[one.label] > 1 else one
        for one in found
    ]


def _alike(one: Window, other: Window) -> bool:
    return (one.start, one.step, len(one.count)) == (other.start, other.step, len(other.count))


def style_of(sources: Sequence[Source], view: View) -> Style:
    """Stacked bars for what is counted, bars for what only has an order, else a line."""
    if view.style is not None:
        return view.style
    several = len(sources) > 1
    if sources and all(source.counted for source in sources):
        if sources[0].named and (several or sources[0].is_one):
            return "line" if several else "bars"
        return "stack"
    if not several and sources and sources[0].history.axis == "index" and sources[0].many < 2:
        return "bars"
    return "line"
