"""Lines of several forms in one log: what a program says, and beside it the requests it served, or
the JSON of another program that writes into the same file.

Each line is read by the first form that it has; one that has none by the last, which knows what
may be passed over. A form without times has those of the lines before. The samples stand in the
order of the lines.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Sequence
from copy import copy
from itertools import groupby

import msgspec

from watcher.parse.batch import Batch, Coded, joined, listed, only_lines
from watcher.parse.blocks import without_nans
from watcher.parse.clock import Clock
from watcher.parse.head import ESCAPE, unpainted
from watcher.parse.lines import Lines, LinesRecipe
from watcher.parse.numbers import has_nan
from watcher.parse.records import Records, RecordsRecipe
from watcher.parse.taken import Sample

Form = Lines | Records


class MixedRecipe(msgspec.Struct, frozen=True, tag="mixed"):
    """All that makes one `Mixed` read as another does."""

    forms: tuple[LinesRecipe | RecordsRecipe, ...]


class Mixed:
    """The format of a log with lines of several forms.

    One clock at most has something to settle that is to be kept: that is the clock of the log. It
    tells others that lack a year which one it is.
    """

    counts = True
    by_columns = False

    def __init__(self, forms: Sequence[Form]) -> None:
        """`forms`: those that say more come first; where times are written alike one reads them."""
        self.forms = tuple(forms)
        clocks: dict[str, Clock] = {}
        for form in forms:
            form.clock = form.clock and clocks.setdefault(form.time_format, form.clock)
            vars(form).pop("_columns", None)  # which would go on with another clock
        self._clock = max(clocks.values(), key=_needs)
        self._guests = [clock for clock in clocks.values() if clock is not self._clock]
        dated = [form.clock for form in forms]
        self._in_order = is_needy(self._clock) and dated.count(self._clock) > 1
        self.name = "+".join(dict.fromkeys(form.name for form in forms))
        self.time_format = "+".join(clocks)
        self.fields = tuple(dict.fromkeys(name for form in forms for name in form.fields))
        self.why = f"not {self.time_format} like the others"
        self.recipe = MixedRecipe(tuple(form.recipe for form in forms))
        self.key = ("mixed", *(form.key for form in forms))

    def __copy__(self) -> Mixed:
        """One that reads alike, whose clocks go their own ways from here."""
        others = [copy(form) for form in self.forms]
        clocks = {form.clock: copy(form.clock) for form in self.forms}
        for form, other in zip(self.forms, others, strict=True):
            other.clock = clocks[form.clock]
        return Mixed(others)

    @property
    def clock(self) -> Clock:
        """What reads the times of the form that says least of them."""
        return self._clock

    def form_of(self, line: bytes) -> int:
        """The place of the form that a line has; -1: of none."""
        return next((n for n, form in enumerate(self.forms) if form.has(line)), -1)

    def parse(self, block: bytes) -> Batch:
        """The samples of `block`, whose every line ends with a newline."""
        before = self._clock.last
        for clock in self._guests:
            self._go_on(clock)
        lines = unpainted(block).split(b"\n")[:-1]
        batches, places = [only_lines(0, 0)], list[int]()
        for form, of_form in self._together(lines):
            batch, kept = self._read(form, [lines[place] for place in of_form])
            batches.append(self._widened(batch))
            places += [of_form[n] for n in kept]
        batch = joined(batches)
        if batch.samples:
            batch = batch.only(sorted(range(len(places)), key=places.__getitem__))
        return self._dated(batch, before)

    def sample(self, line: bytes) -> Sample | None:
        """What one line says, if it is as usual; None, and nothing was read: it is to be parsed."""
        if ESCAPE in line:
            return None
        form = self.forms[self.form_of(line[:-1])]
        if form.clock is None:
            return None
        self._go_on(form.clock)
        said = form.sample(line)
        if said is None:
            return None
        time, numbers, class_ = said
        self._clock.last = time
        values = dict(zip(form.fields, numbers, strict=True))
        return time, [values.get(name, math.nan) for name in self.fields], class_ or ""

    def settle(self, probes: Sequence[bytes], modified: float) -> None:
        """Fix what the lines do not say of their times, from lines all over the file."""
        said = [(unpainted(line), self.form_of(line)) for line in probes]
        for form in filter(operator.attrgetter("clock"), self.forms):
            alike = [line for line, at in said if self.forms[at].clock is form.clock]
            form.settle(alike, modified)

    def _go_on(self, clock: Clock) -> None:
        """Let a clock begin where that of the log is now."""
        clock.last = self._clock.last
        if is_needy(clock):
            state = self._clock.state._replace(order=clock.state.order)
            if clock.state != state:
                clock.state = state

    def _together(self, lines: Sequence[bytes]) -> Iterable[tuple[int, list[int]]]:
        """The places of lines that are read at once, by form: of those that come in a row, where
        one clock is asked for several forms and must not go back."""
        whose = list(map(self.form_of, lines))
        if self._in_order:
            return [
                (form, list(run)) for form, run in groupby(range(len(lines)), whose.__getitem__)
            ]
        held: dict[int, list[int]] = {}
        for place, form in enumerate(whose):
            held.setdefault(form, []).append(place)
        return held.items()

    def _read(self, form: int, lines: Sequence[bytes]) -> tuple[Batch, list[int]]:
        """What lines of one form say, and the places of those that are samples."""
        format_ = self.forms[form]
        state = format_.clock.state if format_.clock else None
        batch = format_.parse(b"".join(line + b"\n" for line in lines))
        if batch.samples in (0, len(lines)):
            return batch, list(range(batch.samples))
        if format_.clock and state:
            format_.clock.state = state
        ones = [format_.parse(line + b"\n") for line in lines]
        return joined(ones), [n for n, one in enumerate(ones) if one.samples]

    def _widened(self, batch: Batch) -> Batch:
        """With the fields of all forms, and a class, which may be empty."""
        if not batch.samples:
            return batch
        none, classes = [math.nan] * batch.samples, batch.classes
        if isinstance(classes, Coded):
            classes = [classes.names[code] for code in classes.codes]
        return batch._replace(
            times=none if batch.times is None else batch.times,
            values={name: batch.values.get(name, none) for name in self.fields},
            classes=classes or [""] * batch.samples,
        )

    def _dated(self, batch: Batch, last: float | None) -> Batch:
        """Lines without a time are of that of the line before, or say nothing if there is none.

        `last`: the time before all of them.
        """
        if batch.times is None or not batch.samples:
            return batch
        times = listed(batch.times)
        if has_nan(times):
            for n, time in enumerate(times):
                times[n] = last = time if time == time or last is None else last
            batch = without_nans(batch._replace(times=times))._replace(bad=batch.bad)
        if batch.samples:
            self._clock.last = times[-1]
        return batch


def is_needy(clock: Clock) -> bool:
    """Whether it has something to settle: a year, a day, an order, a start."""
    format_ = clock.format
    return not format_.has_year or len(format_.orders) > 1 or format_.is_uptime


def follows(clock: Clock, other: Clock) -> bool:
    """Whether all that one of these lacks is the year, which the other settles."""
    one, two = clock.format, other.format
    dated = all(form.has_day and not form.has_year and not form.is_uptime for form in (one, two))
    return dated and 1 in (len(one.orders), len(two.orders))


def _needs(clock: Clock) -> tuple[bool, int]:
    """Sorts the one last that has most to settle."""
    return is_needy(clock), len(clock.format.orders)
