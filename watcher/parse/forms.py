"""Which forms do the lines of a log have? Most logs have one. Where the lines of a program and
those of its requests, or of another program, stand in one file, each form is told for itself.

A further form is believed only if lines of it are understood, and its times fit in between those
of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, TypeGuard

from watcher.parse.access import access
from watcher.parse.answers import answers
from watcher.parse.batch import listed
from watcher.parse.datelines import alone
from watcher.parse.decode import PAIR
from watcher.parse.head import LONGEST, SELDOM, Head, unpainted
from watcher.parse.layouts import known
from watcher.parse.lines import Lines
from watcher.parse.mixed import Form, Mixed, follows, is_needy
from watcher.parse.prose import dated_text
from watcher.parse.records import json, logfmt
from watcher.parse.silent import is_more
from watcher.parse.steps import DAY

if TYPE_CHECKING:
    from watcher.parse.detect import Format

TEXTS, TELLING = ("text", "syslog"), ("access", "json", "logfmt")  # formats whose lines may mix
FEWEST, RARE = 2, 0.02  # lines at least of a further form, and of all lines
SURE = 0.8  # of them must be understood; if as many lines are of one form, it is that of the log
MOST = 3  # further forms
FEW_WORDS = 1  # before the time of a line that may be more than a part of another's record
MENTIONED = b"GET ", b"POST "  # one of which is in every log of requests

Detect = Callable[[Head], "Format"]


def forms_of(head: Head, first: Format, certain: int, detect: Detect) -> Format:
    """`first`, which understands most of `head`; or it, and beside it the forms of other lines.

    So many lines are `certain` to be of the first; `detect` tells the format of lines of one form.
    """
    said = head.settings
    if said.format != "auto" or said.time_format or said.split or not _may_mix(first):
        return first
    guests = list(_guests(head, first, certain, detect))
    main = _main(head, first, guests) if guests else None
    if main is None:
        return first
    forms = sorted([*_readable(guests, main), main], key=lambda form: form.name in TEXTS)
    both = Mixed(forms) if len(forms) > 1 else None
    return both if both and _fits(both, first, head) else first


def said_beside(format_: Format, head: Head) -> int | None:
    """The year of the first line, or the ordinal of its day, as a line of another form says it."""
    clock = format_.clock
    if not isinstance(format_, Mixed) or clock is None or clock.format.has_year:
        return None
    for line in head.lines:
        form = format_.forms[format_.form_of(line)]
        dated = form.clock is not None and form.clock is not clock and not is_needy(form.clock)
        times = form.parse(line + b"\n").times if dated else None
        if times is not None and len(times) and len(clock.format.orders) == 1:
            day = datetime.fromtimestamp(times[0], head.zone)
            return day.year if clock.format.has_day else day.toordinal()
    return None


def _may_mix(form: Format) -> TypeGuard[Form]:
    """Whether there may be lines of other forms: not in tables."""
    dated = form.clock is not None and not form.clock.format.is_uptime
    return isinstance(form, Form) and form.name in (*TEXTS, *TELLING) and dated


def _further(head: Head) -> list[bytes]:
    """Lines from all over the file that are not among the first."""
    first = {*head.lines}
    said = [unpainted(line)[:LONGEST].rstrip(b"\r") for line in head.probes]
    return [line for line in said if line.strip() and line[:1] != b"#" and line not in first]


def _guests(head: Head, first: Form, certain: int, detect: Detect) -> Iterator[Form]:
    """The forms of lines that `first` does not understand, or only as text."""
    further = _further(head)
    lines = [*head.lines, *further]
    told = list(_told(head._replace(lines=lines), first)) if first.name in TEXTS else []
    yield from told
    odd = further if certain == len(head.lines) else lines
    left = [
        line
        for line in odd
        if not (is_more(line) or alone(line, head) or any(one.has(line) for one in (*told, first)))
    ]
    for words, some in _kinds(left, head):
        if len(some) >= _least(lines) and not _is_part(words, some, first, head):
            form = detect(head._replace(lines=some, probes=(), comments=()))
            if _is_form(form, some):
                yield form


def _told(head: Head, text: Form) -> Iterator[Form]:
    """The forms of lines that name what they say, or are requests, among lines of text."""
    lines = head.lines
    all_of_them = b"\n".join(lines)
    served = any(word in all_of_them for word in MENTIONED)
    for has, build in ((_is_object, json), (_is_request, _served), (_is_paired, logfmt)):
        some = [line for line in lines if has(line)] if served or build is not _served else []
        if _least(lines) <= len(some) < SURE * len(lines):
            form = build(head._replace(lines=some))
            if form is not None and _is_form(form, some):
                yield form
                lines = [line for line in lines if not form.has(line)]
    form = answers(lines, text, _least(lines)) if served and isinstance(text, Lines) else None
    if form is not None:
        yield form


def _least(lines: Sequence[bytes]) -> float:
    """How many of them there must be of a further form."""
    return max(FEWEST, RARE * len(lines))


def _is_object(line: bytes) -> bool:
    return line[:1] == b"{" and line[-1:] == b"}"


def _is_request(line: bytes) -> bool:
    return b'"' in line and any(word in line for word in MENTIONED)


def _is_paired(line: bytes) -> bool:
    return b"=" in line and PAIR.match(line) is not None


def _served(head: Head) -> Form | None:
    """The format of requests as servers write them."""
    return known(head) or access(head)


def _kinds(lines: Sequence[bytes], head: Head) -> list[tuple[int, list[bytes]]]:
    """Lines that look alike, and how many words are before their first time; the most first."""
    kinds: dict[tuple[str, int], list[bytes]] = {}
    for line in lines:
        dated = (found for found in head.find(line) if found.format.has_day)
        if _is_object(line):
            kinds.setdefault(("", 0), []).append(line)
        elif line[:1] != b"{" and (found := next(dated, None)):  # not a half of an object
            kind = found.format.name, len(line[: found.start].split())
            kinds.setdefault(kind, []).append(line)
    often = sorted(kinds.items(), key=lambda kind: -len(kind[1]))
    return [(words, some) for (_, words), some in often[:MOST]]


def _is_form(form: Format, lines: Sequence[bytes]) -> TypeGuard[Form]:
    """Whether nearly all of `lines` have this form, and say their day."""
    if not _may_mix(form) or form.clock is None or not form.clock.format.has_day:
        return False
    return sum(map(form.has, lines)) >= SURE * len(lines)


def _is_part(words: int, some: Sequence[bytes], first: Form, head: Head) -> bool:
    """Whether these lines belong to records: most have exactly one of them, or a time anywhere."""
    if first.parse(_joined(some)).bad:
        return False
    records, parts = list[int](), {*some}
    for line in head.lines:
        if first.has(line):
            records.append(0)
        elif records:
            records[-1] += line in parts
    return words > FEW_WORDS or records.count(1) >= SURE * len(records)


def _main(head: Head, first: Form, guests: list[Form]) -> Form | None:
    """The form of the lines that no guest has; one of the guests, if there are no such lines."""
    if not isinstance(first, Lines) or first.name in TELLING:
        return first
    rest, probes = (
        [line for line in lines if not any(guest.has(line) for guest in guests)]
        for lines in (head.lines, head.probes)
    )
    build = logfmt if sum(map(_is_paired, rest)) >= SURE * len(rest) else dated_text
    main = build(head._replace(lines=rest, probes=probes)) if len(rest) >= FEWEST else None
    if main is None or main.clock is None or main.clock.format.is_uptime:
        if rest and all(map(first.has, rest)):
            return first
        return guests.pop() if len(guests) > 1 else None
    data = _joined(rest)
    if not isinstance(main, Lines):
        return main
    return main.passing(first) if main.parse(data).bad > first.parse(data).bad else main


def _joined(lines: Sequence[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def _readable(guests: Sequence[Form], main: Form) -> Iterator[Form]:
    """Those of `guests` whose clocks have nothing to settle that no other form says."""
    needy = main.clock if main.clock and is_needy(main.clock) else None
    for guest in guests:
        if guest.clock is not None and is_needy(guest.clock):
            needy = needy or guest.clock
            if guest.time_format != needy.format.name and not follows(guest.clock, needy):
                continue
            needy = max(needy, guest.clock, key=lambda clock: len(clock.format.orders))
        yield guest


def _fits(both: Mixed, first: Form, head: Head) -> bool:
    """Whether these understand as much as `first`, and in the order of time."""
    data = _joined(head.lines)
    both.clock.said = said_beside(both, head)
    both.settle(head.probes or head.lines, head.modified)
    batch = both.parse(data)
    times = [] if batch.times is None else listed(batch.times)
    back = sum(after < before - DAY for before, after in pairwise(times))
    return back <= SELDOM * len(times) and batch.samples >= (1 - SELDOM) * first.parse(data).samples
