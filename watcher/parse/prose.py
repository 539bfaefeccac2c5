"""Text for people: lines are counted, by level where they say one.

Dated text has its time at one place of the line. Text without times is counted when it comes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from watcher.parse.alike import ALIKE, FEW, QUANTITY, alike
from watcher.parse.banner import since_start
from watcher.parse.clock import Clock
from watcher.parse.datelines import alone
from watcher.parse.draft import PROSE
from watcher.parse.head import LONGEST, Head
from watcher.parse.interleaved import interleaved, undated
from watcher.parse.levels import no_level
from watcher.parse.lines import Classify, Lines, Part
from watcher.parse.marks import SKIP, Marks, at_once, before, begins, behind, varies
from watcher.parse.pairs import demanded, named_numbers
from watcher.parse.phrases import said_in_words
from watcher.parse.place import (
    LONG_RECORDS,
    RECORDS,
    Place,
    is_syslog,
    place_behind_lead,
    place_of_time,
)
from watcher.parse.rows import GROUP
from watcher.parse.silent import ANYTHING, MORE, MOST_ABOVE, is_more, silent_in

MOST_OPENINGS = 2  # words that a record of several lines may begin with: `Start time:`, `End time:`
FEWEST_RECORDS = 2  # that begin so
OPENED = 0.5  # of the lines that begin with such a word must have a time
MARKED, DIGITS = re.compile(rb"^([=*#]+)[A-Z]+$"), re.compile(rb"\d")
REST = rb"[^\n]*+"
PAIR = re.compile(rb"(?<![\w./%%-])[A-Za-z_][\w./%%-]*+[ ]?[=:][ \t]*%b(?![\w:])" % QUANTITY)
WORD = re.compile(rb"[A-Za-z]{2}")
ENDS = b" )]}>|\"'.;,\r"  # that may stand behind a time that ends the line
RECORDED = 0.7  # of the lines; if fewer say a level and the rest is theirs, only those are counted
FEWEST_ROWS = 5  # that say a number, for the lines above them to be nothing
MEASURED = 0.8  # of the lines must say a number by name, for them to be there for it
MEASURED_TWICE = 0.45  # likewise of lines that say two or more


def dated_text(head: Head) -> Lines | None:
    """The format of text with a time in each line."""
    lines = [line for line in head.lines if not is_more(line)]
    if len(lines) < RECORDS * len(head.lines):  # all of them are indented
        lines = list(head.lines)
    place, silent = place_of_time(head._replace(lines=lines)), MORE
    if place is None:
        place, silent = _place_of_records(head, lines), ANYTHING
        if place is None and begins(lines) is None:
            place = place_behind_lead(head)
    if place is None:
        return None
    if not place.words:
        place = place._replace(format=since_start(place.format, head))
    name = "syslog" if is_syslog(place, lines) else "text"
    match = re.compile(place.pattern).match
    some = [line for line in lines if match(line)] or lines
    front, classify = _front(place, some)
    rests = _rests(b"".join(part.pattern for part in front), some)
    named = _numbers(rests, sure=classify is not no_level)
    if place.words and not any(rest.strip(ENDS) for rest in rests):
        front, classify = _front_of_end(place, some) or (front, classify)
    if silent == MORE:
        timed = [match(line) is not None for line in head.lines]
        silent = silent_in(head.lines, timed, first=place.words <= 1)
        silent = b"|".join([silent, *_bare_times(head, timed)])
    clock = Clock(place.format, head.zone)
    rest = Part(REST, form=b" " + PROSE)
    if name == "text" and classify is no_level and named and _are_pairs(rests):
        return _readings(front, [*named, rest], clock, silent)
    return Lines(name, [*front, *named, rest], clock, classify, silent)


def _are_pairs(rests: Sequence[bytes]) -> bool:
    """Whether nearly all of them are names with their numbers, and no other words."""
    some = rests[:: 1 + len(rests) // FEW]
    return sum(WORD.search(PAIR.sub(b"", rest)) is None for rest in some) >= ALIKE * len(some)


def _readings(front: Sequence[Part], rest: Sequence[Part], clock: Clock, silent: bytes) -> Lines:
    """The format of lines alike, which are there for their numbers; others say nothing."""
    dated = GROUP.sub(b"(?:", b"".join(part.pattern for part in front))
    silent = rb"(?:%b|%b%b)" % (silent, dated, REST)
    numbers = [part for part in rest if part.role]
    return Lines("text", [*front, demanded(*numbers), *rest], clock, None, silent)


def _bare_times(head: Head, timed: Sequence[bool]) -> list[bytes]:
    """Patterns of lines that are another time and nothing else, beside those that are `timed`."""
    odd = (line for line, said in zip(head.lines, timed, strict=True) if not said)
    found = dict.fromkeys(filter(None, (alone(line, head) for line in odd)))
    return [lead + GROUP.sub(b"(?:", time.pattern) + rb"[ \t]*+\r?" for time, lead in found]


def _front(place: Place, lines: Sequence[bytes]) -> tuple[list[Part], Classify]:
    """What a line begins with: its time, and its level where it says one."""
    time, leading = Part(place.format.pattern, "time"), before(place, lines)
    rests = [] if leading and varies(leading, lines) else _rests(place.pattern, lines)
    marks = behind(rests) if rests else None
    if leading is not None and not (marks and varies(marks, rests)):
        return [Part(leading.pattern, "class"), time], leading.classify
    if marks is not None:
        return [_prefix(place), time, Part(marks.pattern, "class")], marks.classify
    return [_prefix(place), time], no_level


def _front_of_end(place: Place, lines: Sequence[bytes]) -> tuple[list[Part], Classify] | None:
    """What leads to a time that ends the line, where it says numbers."""
    match = re.compile(place.pattern).match
    leads = [line[: found.start(1)] for line in lines if (found := match(line))]
    if not (named := _numbers(leads, sure=False)):
        return None
    return [*named, Part(rb"[^\n]{0,%d}?" % LONGEST), Part(place.format.pattern, "time")], no_level


def _rests(pattern: bytes, lines: Sequence[bytes]) -> list[bytes]:
    """What stands behind `pattern`, where lines begin with it."""
    match = re.compile(pattern).match
    return [line[found.end() :] for line in lines if (found := match(line))]


def _place_of_records(head: Head, lines: Sequence[bytes]) -> Place | None:
    """Where records of several lines have their time: of long ones only if they begin with it."""
    unindented = head._replace(lines=lines)
    place = place_of_time(unindented, RECORDS) or place_of_time(head, RECORDS)
    if place is None:
        place = place_of_time(unindented, LONG_RECORDS)
        if place is None or place.words or not place.format.has_year:
            return None
    return place if _begins_records(place, lines) else None


def _begins_records(place: Place, lines: Sequence[bytes]) -> bool:
    """Whether a time stands where lines begin, or in lines that begin with one or two words."""
    match = re.compile(place.pattern).match
    timed = [line for line in lines if match(line)]
    words = {_opening(line) for line in timed}
    if place.words > 1 and len(timed) < min(FEWEST_RECORDS, len(lines) / 2):
        return False
    alike = sum(_opening(line) in words for line in lines)
    return place.words <= 1 or (len(words) <= MOST_OPENINGS and len(timed) >= OPENED * alike)


def _opening(line: bytes) -> bytes:
    """The first word; behind a mark any, `=INFO`, and of digits any of as many."""
    word = next(iter(line.split()), b"")
    return DIGITS.sub(b"0", word) if word.isdigit() else MARKED.sub(rb"\1A", word)


def _numbers(rests: Sequence[bytes], *, sure: bool) -> list[Part]:
    """What finds the numbers that these lines say, in turn, by name, in words, or all alike.

    `sure`: only those that are measures, where they are all there is in lines alike.
    """
    if found := interleaved(rests):
        return found
    named = named_numbers(rests)
    words = said_in_words(rests, [part.name for part in named])
    found = words if len(words) > 1 else [*words, *named]
    return _more(alike(rests, sure=sure, behind=not found), found)


def _more(parts: list[Part], found: list[Part]) -> list[Part]:
    """`parts`, if they say all that was `found` by name, and more; else that."""
    names = [part.name for part in parts]
    bare = any(name.startswith("value") for name in names)
    known = all(any(name.endswith(part.name) for name in names) for part in found)
    return parts if len(parts) > len(found) and known and not (bare and found) else found


def undated_text(head: Head) -> Lines:
    """The format of everything else: its lines are counted when they come.

    Where nearly all of them name a number, those are drawn one after the other.
    """
    told = measured(head.lines)
    if told is not None:
        return told
    lines = [line for line in head.lines if not is_more(line)] or head.lines
    marks = begins(lines) or Marks(rb"(?=[^\n])", no_level)
    role = "class" if re.compile(marks.pattern).groups else ""
    parts = [Part(marks.pattern, role), Part(REST)]
    if role and len(lines) < RECORDED * len(head.lines):
        return Lines("text", [Part(rb"(?!%b)" % MORE), *parts], None, marks.classify, MORE)
    return Lines("text", parts, None, marks.classify)


def measured(lines: Sequence[bytes], records: int = 0) -> Lines | None:
    """The format of lines without a time or a level that are there to say a number.

    `records`: so many say it, if it is not each of them.
    """
    named = named_numbers(lines)
    if parts := undated(lines):
        return Lines("text", [*parts, Part(REST)], None, None, ANYTHING)
    words = said_in_words(lines, []) if begins(lines) is None else []
    parts = words if len(words) > 1 else named or words
    if begins(lines) is None:
        parts = _more(alike(lines, sure=False, behind=not parts), parts)
    if not parts or at_once(lines) is not None:
        return None
    matches = [re.compile(part.pattern).match for part in parts]
    shares = [sum(_says(match, line) for line in lines) for match in matches]
    most = max(shares)
    best = shares.index(most)
    above = next((n for n, line in enumerate(lines) if _says(matches[best], line)), 0)
    rows = records or len(lines) - (above if above <= MOST_ABOVE and most >= FEWEST_ROWS else 0)
    if most < (MEASURED if len(parts) == 1 else MEASURED_TWICE) * rows:
        return None
    there = demanded(parts[best])
    return Lines("text", [there, *parts, Part(REST)], None, None, ANYTHING)


def _says(match: Callable[[bytes], re.Match[bytes] | None], line: bytes) -> bool:
    return (found := match(line)) is not None and found[1] is not None


def _prefix(place: Place) -> Part:
    bare = not (place.indent or place.words or place.lead)
    return Part(place.indent + SKIP % place.words + place.lead, form=b"" if bare else None)
