"""Lines that are counted because a pattern of their user is found in them, whatever their format.

A line that is found and is no sample otherwise becomes one: at the time of the newest sample
before it, for it is mostly the rest of what that line began; where lines have no times, at its
place among them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import groupby

from watcher.parse.batch import Batch, joined
from watcher.parse.detect import Format
from watcher.parse.numbers import bounds
from watcher.parse.settings import LONGEST_FOR_USERS, compiled

Hits = dict[str, list[bool]]  # by count: whether each line matches


class Events:
    """What one log is searched for."""

    def __init__(self, patterns: Mapping[str, str]) -> None:
        self._searches = {name: compiled(pattern).search for name, pattern in patterns.items()}

    def parse(self, format_: Format, block: bytes, latest: float) -> Batch:
        """`block` as its format reads it, and what is found in it; `latest`: its newest sample."""
        if not self._searches:
            return format_.parse(block)
        lines = block.split(b"\n")[:-1]
        hits = {
            name: [len(line) <= LONGEST_FOR_USERS and search(line) is not None for line in lines]
            for name, search in self._searches.items()
        }
        state = format_.clock.state if format_.clock else None
        batch = format_.parse(block)
        if batch.samples == batch.lines:
            return batch._replace(events=hits)
        if not any(map(any, hits.values())):
            return batch._replace(events={name: [False] * batch.samples for name in hits})
        if format_.clock and state:
            format_.clock.state = state
        return joined(list(_pieces(format_, lines, hits, latest)))


def _pieces(format_: Format, lines: list[bytes], hits: Hits, latest: float) -> Iterator[Batch]:
    """The lines again: those that are found one by one, the others together."""
    found = [any(hit) for hit in zip(*hits.values(), strict=True)]
    for hit, places in groupby(range(len(lines)), found.__getitem__):
        run = list(places)
        for at in [[place] for place in run] if hit else [run]:
            batch = format_.parse(b"".join(lines[place] + b"\n" for place in at))
            if hit and not batch.samples:
                batch = _sample(format_, latest) or batch
            if batch.times is not None and batch.samples:
                latest = max(latest, bounds(batch.times)[1])
            events = {name: [hits[name][at[0]]] * batch.samples for name in hits}
            yield batch._replace(events=events)


def _sample(format_: Format, latest: float) -> Batch | None:
    """A line that says nothing but that it was found; None where it has no time and needs one."""
    if format_.clock and not math.isfinite(latest):
        return None
    return Batch(
        lines=1,
        bad=0,
        samples=1,
        times=[latest] if format_.clock else None,
        values={name: [math.nan] for name in format_.fields},
        classes=[""] if format_.counts else None,
    )
