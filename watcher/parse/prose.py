"""Text for people: lines are counted, by level where they say one.

Dated text has its time at one place of the line. Text without times is counted when it comes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from watcher.parse.clock import Clock
from watcher.parse.head import RECORDS, Head, Place, place_of_time
from watcher.parse.levels import level_of, level_of_letter, level_of_priority
from watcher.parse.lines import Classify, Lines, Part
from watcher.parse.pairs import named_numbers

MOST_BEHIND = 7  # words behind the time among which the level is looked for
SURE = 0.7  # of the lines must have a level at one place, for it to be that of the log
SOMEWHERE = 0.5  # likewise of a level in capitals anywhere near the beginning
NOW_AND_THEN = 0.05  # likewise of "error:", which syslog has where there is one, and else nothing
NEAR = 120  # bytes behind the time: where "anywhere" ends

COLONED = (
    rb"[^\n]{0,%d}?\b((?i:EMERG|EMERGENCY|ALERT|CRIT|CRITICAL|FATAL|PANIC|ERR|ERROR|WARN|WARNING))"
    rb"(?=:)" % NEAR
)

# [info], [core:error], (MainThread/INFO), but not fail2ban
WORD = rb"[^A-Za-z0-9 \t\n]{0,3}+(?:[a-z_0-9]++:(?=[a-z]))?+([A-Za-z]++)(?!\d*+[A-Za-z_])"
LETTER = rb"[^A-Za-z0-9 \t\n]{0,3}+([A-Z])(?![A-Za-z0-9])"
CAPITALS = (  # likewise small letters in brackets
    rb"[^\n]{0,%d}?(?:\b(?=[A-Z]{3})|(?<=\[)(?=[a-z]++\]))((?i:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING"
    rb"|ERROR|CRITICAL|FATAL|SEVERE|ALERT|EMERG|PANIC|LOG))\b" % NEAR
)
PRIORITY = rb"<(\d{1,3})>"
LETTER_BEFORE = rb"([A-Z])"
WORD_BEFORE = rb"[^A-Za-z0-9 \t\n]{0,3}+([A-Za-z]++)[^A-Za-z0-9 \t\n]{1,3}"
SKIP = rb"(?:[^ \t\n]++[ \t]++){%d}"
REST = rb"[^\n]*+"

# Lines that belong to the one above: indented ones, and the traces of Java, Python and others.
MORE = (
    rb"(?:[ \t]|at |Caused by|Suppressed|Traceback|\.\.\. \d|[})\]]|--"
    rb"|[\w.$]*+(?<=Error|ption)(?![\w.$]))[^\n]*+"
)
ANYTHING = rb"[^\n]*+"  # of a record whose first line has the time

# What follows the time in syslog: `host sshd[123]:`; the number may be missing in the old form.
PROCESSES = {
    "rfc3164": re.compile(rb"[ \t]++[^ \t\n]++[ \t]++[^ \t\n:\[\]]++(?:\[\d++\])?:"),
    "iso8601": re.compile(rb"[ \t]++[^ \t\n\[:]++[ \t]++(?:kernel|[^ \t\n:\[\]]++\[\d++\]):"),
}


class Marks(NamedTuple):
    """Where lines say their level: a pattern with one group, and what its text stands for."""

    pattern: bytes
    classify: Classify


def dated_text(head: Head) -> Lines | None:
    """The format of text with a time in each line."""
    more = re.compile(MORE).match
    lines = [line for line in head.lines if not more(line)]
    if len(lines) < RECORDS * len(head.lines):  # all of them are indented
        lines = list(head.lines)
    place, silent = place_of_time(head._replace(lines=lines)), MORE
    if place is None:
        place, silent = place_of_time(head, RECORDS), ANYTHING
    if place is None or (silent == ANYTHING and not _begins_records(place, lines)):
        return None
    match = re.compile(place.pattern).match
    rests = [line[found.end() :] for line in lines if (found := match(line))]
    name = "syslog" if _is_syslog(place, rests) else "text"
    clock = Clock(place.format, head.zone)
    before, time = _before(place, lines)
    named = named_numbers(rests)
    if before is not None:
        parts = [Part(before.pattern, "class"), time, *named, Part(REST)]
        return Lines(name, parts, clock, before.classify, silent)
    behind = _behind(rests)
    if behind is not None:
        parts = [_prefix(place), time, Part(behind.pattern, "class"), *named, Part(REST)]
        return Lines(name, parts, clock, behind.classify, silent)
    return Lines(name, [_prefix(place), time, *named, Part(REST)], clock, _no_level, silent)


def _begins_records(place: Place, lines: Sequence[bytes]) -> bool:
    """Whether a time stands where lines begin, and in nearly nothing else."""
    match = re.compile(place.pattern).match
    leads = {line[: found.start(1)] for line in lines if (found := match(line))}
    return place.words <= 1 or len(leads) == 1


def undated_text(head: Head) -> Lines:
    """The format of everything else: its lines are counted when they come."""
    marks = _behind(head.lines) or Marks(rb"(?=[^\n])", _no_level)
    role = "class" if re.compile(marks.pattern).groups else ""
    return Lines("text", [Part(marks.pattern, role), Part(REST)], None, marks.classify)


def _before(place: Place, lines: Sequence[bytes]) -> tuple[Marks | None, Part]:
    """The level where it stands before the time, and the rest of what leads to the time."""
    time = Part(place.format.pattern, "time")
    leads = [found[1] for line in lines if (found := _lead_of(place).match(line))]
    leading: tuple[Marks, ...] = (
        Marks(PRIORITY, level_of_priority),
        Marks(LETTER_BEFORE, level_of_letter),
        Marks(WORD_BEFORE, level_of),
    )
    for group, classify in leading:
        match = re.compile(rb"^%b$" % group).match
        if leads and _share(leads, match, classify) >= SURE and not place.words:
            return Marks(group, classify), time
    if place.words == 1 and _share(lines, re.compile(PRIORITY).match, level_of_priority) >= SURE:
        rest = rb"[^ \t\n]*+[ \t]++" + place.lead
        return Marks(PRIORITY + rest, level_of_priority), time
    for number in range(place.words):
        for group, classify in ((WORD, level_of), (LETTER, level_of_letter)):
            pattern = place.indent + SKIP % number + group
            if _share(lines, re.compile(pattern).match, classify) >= SURE:
                rest = rb"[^ \t\n]*+[ \t]++" + SKIP % (place.words - number - 1) + place.lead
                return Marks(pattern + rest, classify), time
    return None, time


def _lead_of(place: Place) -> re.Pattern[bytes]:
    return re.compile(
        place.indent + SKIP % place.words + rb"(%b)%b" % (place.lead, place.format.pattern)
    )


def _behind(rests: Sequence[bytes]) -> Marks | None:
    """The level at one place behind the time, else in capitals somewhere near it."""
    tail = rb"[^ \t\n]*+"  # what is left of the word that the time stands in
    found: list[tuple[float, int, Marks]] = []
    for number in range(MOST_BEHIND):
        for group, classify in ((WORD, level_of), (LETTER, level_of_letter)):
            pattern = tail + rb"[ \t]++" + SKIP % number + group
            match = re.compile(pattern).match
            share = _share(rests, match, classify)
            if group == LETTER and _is_unit(rests, match):
                continue
            found.append((share, -number, Marks(rb"(?:%b)?+" % pattern, classify)))
    share, _, marks = max(found, key=lambda one: one[:2])
    if share >= SURE:
        return marks
    if _share(rests, re.compile(CAPITALS).match, level_of) >= SOMEWHERE:
        return Marks(rb"(?:%b)?" % CAPITALS, level_of)
    if _share(rests, re.compile(COLONED).match, level_of) >= NOW_AND_THEN:
        return Marks(rb"(?:%b)?" % COLONED, level_of)
    return None


def _is_unit(rests: Sequence[bytes], match: Callable[[bytes], re.Match[bytes] | None]) -> bool:
    """Whether all have the same letter there, and it is a unit: `21 C`, `60 W`."""
    letters = {found[1] for line in rests if (found := match(line))}
    return len(letters) == 1 and letters <= {b"A", b"C", b"F", b"W", b"V"}


def _share(
    lines: Sequence[bytes], match: Callable[[bytes], re.Match[bytes] | None], classify: Classify
) -> float:
    """How many of `lines` say a level there."""
    said = [found[1].decode() for line in lines if (found := match(line))]
    return sum(classify(text) is not None for text in said) / max(1, len(lines))


def _prefix(place: Place) -> Part:
    return Part(place.indent + SKIP % place.words + place.lead)


def _is_syslog(place: Place, rests: Sequence[bytes]) -> bool:
    process = PROCESSES.get(place.format.name)
    return process is not None and sum(map(bool, map(process.match, rests))) > len(rests) / 2


def _no_level(_: str) -> str | None:
    return None
