"""Text for people: lines are counted, by level where they say one.

Dated text has its time at one place of the line. Text without times is counted when it comes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from watcher.parse.clock import Clock
from watcher.parse.head import ONE_WORD, RECORDS, Head, Place, is_syslog, place_of_time
from watcher.parse.levels import (
    level_of,
    level_of_letter,
    level_of_priority,
    level_of_severity,
    no_level,
)
from watcher.parse.lines import Classify, Lines, Part
from watcher.parse.pairs import named_numbers

MOST_BEHIND = 7  # words behind the time among which the level is looked for
SURE = 0.7  # of the lines must have a level at one place, for it to be that of the log
SOMEWHERE = 0.5  # likewise of a level in capitals anywhere near the beginning
FEW, FAR = 25, 0.3  # lines that are asked first; how far off their share shows that of all
NOW_AND_THEN = 0.05  # likewise of "error:", which syslog has where there is one, and else nothing
MOST_OPENINGS = 2  # words that a record of several lines may begin with: `Start time:`, `End time:`
OPENED = 0.5  # of the lines that begin with such a word must have a time
NEAR = 120  # bytes behind the time: where "anywhere" ends

COLONED = (
    rb"[^\n]{0,%d}?\b((?i:EMERG|EMERGENCY|ALERT|CRIT|CRITICAL|FATAL|PANIC|ERR|ERROR|WARN|WARNING))"
    rb"(?=:)" % NEAR
)

COLONED_WORDS = tuple(
    b"%b:" % word
    for word in b"emerg emergency alert crit critical fatal panic err error warn warning".split()
)

# [info], [core:error], level=info, (MainThread/INFO), but not fail2ban
WORD = (
    rb"[^A-Za-z0-9 \t\n]{0,3}+(?:(?:level|lvl|severity)=\"?+|[a-z_0-9]++:(?=[a-z]))?+"
    rb"([A-Za-z]++)(?!\d*+[A-Za-z_])"
)
LETTER = rb"[^A-Za-z0-9 \t\n]{0,3}+([A-Z])(?:(?![A-Za-z0-9])|(?=\d{4}[ ]\d\d:))"  # or klog's
CAPITALS = (  # likewise whatever is alone in brackets, or between bars or commas
    rb"[^\n]{0,%d}?(?:\b(?=[A-Z]{3})|(?<=[\[|,])(?=[A-Za-z]++[ ]?[\]|, ]))"
    rb"((?i:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING"
    rb"|ERROR|CRITICAL|FATAL|SEVERE|ALERT|EMERG|PANIC|LOG))\b" % NEAR
)
# %LINK-3-UPDOWN: of Cisco
MNEMONIC = rb"[^\n]{0,%d}?%%[A-Z][A-Z0-9_-]{0,40}?-([0-7])-[A-Z0-9_]++:" % NEAR
PRIORITY = rb"<(\d{1,3})>"
LETTER_BEFORE = rb"([A-Z])"
WORD_BEFORE = rb"[^A-Za-z0-9 \t\n]{0,3}+([A-Za-z]++)[^A-Za-z0-9 \t\n]{1,3}"
SKIP = rb"(?:" + ONE_WORD + rb"[ \t]++){%d}"
REST = rb"[^\n]*+"

# Lines that belong to the one above: indented ones, and the traces of Java, Python and others.
MORE = (
    rb"(?:[ \t]|at |Caused\b|Suppressed|Traceback|\.\.\. \d|[})\]]|--"
    rb"|[\w.$]*+(?<=Error|ption)(?![\w.$]))[^\n]*+"
)
ANYTHING = rb"[^\n]*+"  # of a record whose first line has the time


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
    name = "syslog" if is_syslog(place, lines) else "text"
    front, classify = _front(place, lines)
    named = named_numbers(_rests(b"".join(part.pattern for part in front), lines))
    clock = Clock(place.format, head.zone)
    return Lines(name, [*front, *named, Part(REST)], clock, classify, silent)


def _front(place: Place, lines: Sequence[bytes]) -> tuple[list[Part], Classify]:
    """What a line begins with: its time, and its level where it says one."""
    before, time = _before(place, lines)
    if before is not None:
        return [Part(before.pattern, "class"), time], before.classify
    front = [_prefix(place), time]
    behind = _behind(_rests(place.pattern, lines))
    if behind is not None:
        return [*front, Part(behind.pattern, "class")], behind.classify
    return front, no_level


def _rests(pattern: bytes, lines: Sequence[bytes]) -> list[bytes]:
    """What stands behind `pattern`, where lines begin with it."""
    match = re.compile(pattern).match
    return [line[found.end() :] for line in lines if (found := match(line))]


def _begins_records(place: Place, lines: Sequence[bytes]) -> bool:
    """Whether a time stands where lines begin, or in lines that begin with one or two words."""
    match = re.compile(place.pattern).match
    timed = [line for line in lines if match(line)]
    words = {line.split()[0] for line in timed}
    alike = sum(line.split()[:1] in [[word] for word in words] for line in lines)
    return place.words <= 1 or (len(words) <= MOST_OPENINGS and len(timed) >= OPENED * alike)


def undated_text(head: Head) -> Lines:
    """The format of everything else: its lines are counted when they come."""
    marks = _at_once(head.lines) or _behind(head.lines) or Marks(rb"(?=[^\n])", no_level)
    role = "class" if re.compile(marks.pattern).groups else ""
    return Lines("text", [Part(marks.pattern, role), Part(REST)], None, marks.classify)


def _at_once(lines: Sequence[bytes]) -> Marks | None:
    """The level where lines begin with it."""
    for group, classify in ((WORD, level_of), (LETTER, level_of_letter)):
        if _share(lines, re.compile(group).match, classify) >= SURE:
            return Marks(rb"(?:%b)?+" % group, classify)
    return None


def _before(place: Place, lines: Sequence[bytes]) -> tuple[Marks | None, Part]:
    """The level where it stands before the time, and the rest of what leads to the time."""
    time = Part(place.format.pattern, "time")
    lead = _lead_of(place).match
    leads = [] if place.words else [found[1] for line in lines if (found := lead(line))]
    leading: tuple[Marks, ...] = (
        Marks(PRIORITY, level_of_priority),
        Marks(LETTER_BEFORE, level_of_letter),
        Marks(WORD_BEFORE, level_of),
    )
    for group, classify in leading:
        match = re.compile(rb"^%b$" % group).match
        if leads and _share(leads, match, classify, SURE) >= SURE:
            return Marks(group, classify), time
    numbered = re.compile(PRIORITY).match
    if place.words == 1 and _share(lines, numbered, level_of_priority, SURE) >= SURE:
        rest = rb"[^ \t\n]*+[ \t]++" + place.lead
        return Marks(PRIORITY + rest, level_of_priority), time
    for number in range(place.words):
        for group, classify in ((WORD, level_of), (LETTER, level_of_letter)):
            pattern = place.indent + SKIP % number + group
            if _share(lines, re.compile(pattern).match, classify, SURE) >= SURE:
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
            share = _share(rests, match, classify, SURE)
            if share < SURE or (group == LETTER and _is_unit(rests, match)):
                continue
            found.append((share, -number, Marks(rb"(?:%b)?+" % pattern, classify)))
    if found:
        return max(found, key=lambda one: one[:2])[2]
    return _somewhere(rests)


def _somewhere(rests: Sequence[bytes]) -> Marks | None:
    """The level in capitals, or before a colon, at no one place."""
    for pattern, classify in ((CAPITALS, level_of), (MNEMONIC, level_of_severity)):
        if _share(rests, re.compile(pattern).match, classify, SOMEWHERE) >= SOMEWHERE:
            return Marks(rb"(?:%b)?" % pattern, classify)
    text = b"\n".join(rests).lower()
    if not any(word in text for word in COLONED_WORDS):
        return None
    if _share(rests, re.compile(COLONED).match, level_of) >= NOW_AND_THEN:
        return Marks(rb"(?:%b)?" % COLONED, level_of)
    return None


def _is_unit(rests: Sequence[bytes], match: Callable[[bytes], re.Match[bytes] | None]) -> bool:
    """Whether all have the same letter there, and it is a unit: `21 C`, `60 W`."""
    letters = {found[1] for line in rests if (found := match(line))}
    return len(letters) == 1 and letters <= {b"A", b"C", b"F", b"W", b"V"}


def _share(
    lines: Sequence[bytes],
    match: Callable[[bytes], re.Match[bytes] | None],
    classify: Classify,
    least: float = 0.0,
) -> float:
    """How many of `lines` say a level there; 0 if a few show that it is far less than `least`."""
    few = lines[:: 1 + len(lines) // FEW]
    if least and len(few) < len(lines) and _share(few, match, classify) < least - FAR:
        return 0.0
    said = [found[1].decode() for line in lines if (found := match(line))]
    return sum(classify(text) is not None for text in said) / max(1, len(lines))


def _prefix(place: Place) -> Part:
    return Part(place.indent + SKIP % place.words + place.lead)
