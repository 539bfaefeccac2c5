"""Where lines of text say how bad they are: a level behind the time, before it, or near it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from watcher.parse.levels import (
    is_vague,
    level_of,
    level_of_cef,
    level_of_letter,
    level_of_mark,
    level_of_priority,
    level_of_severity,
    level_of_small,
    level_of_state,
    level_of_websphere,
    level_of_xorg,
    status_class,
)
from watcher.parse.lines import Classify
from watcher.parse.place import ONE_WORD, Place

MOST_COMPILED = 256  # patterns that are remembered
MOST_BEHIND = 7  # words behind the time among which the level is looked for
SURE = 0.7  # of the lines must have a level at one place, for it to be that of the log
SOMEWHERE = 0.5  # likewise of a level in capitals anywhere near the beginning
OFTEN = 0.3  # likewise of one that is called so
FEW, FAR = 25, 0.3  # lines that are asked first; how far off their share shows that of all
NOW_AND_THEN = 0.05  # likewise of "error:", which syslog has where there is one, and else nothing
NEAR = 120  # bytes behind the time: where "anywhere" ends

# error:, ##[error] of GitHub and Azure, ::error file=x:: likewise
COLONED = (
    rb"[^\n]{0,%d}?(?:(?<=##\[)|(?<=::)(?=[a-z]++[ :])|\b(?=[A-Za-z]++:))"
    rb"((?i:EMERG|EMERGENCY|ALERT|CRIT|CRITICAL|FATAL|PANIC|ERR|ERROR|WARN|WARNING))\b" % NEAR
)

COLONED_WORDS = tuple(
    b"%b:" % word
    for word in b"emerg emergency alert crit critical fatal panic err error warn warning".split()
)

NAME = rb"([A-Za-z]++(?:(?<=\bLOG)[0-7](?=\[))?+)"  # or LOG3[812: of stunnel
# level=info, at=info (Heroku), core:error (Apache), daemon.info (syslogd)
SAID = (
    rb"(?:(?:log)?level|lvl|severity|at)=\"?+|[A-Za-z_0-9]++:(?=[a-z])"
    rb"|(?:kern|user|mail|daemon|auth|authpriv|syslog|lpr|news|cron|ftp|ntp|local[0-7])\."
)
# [info], [core:error], level=info, (MainThread/INFO), [  OK  ], but not fail2ban
WORD = rb"(?:\[[ ]{1,4}|[^A-Za-z0-9 \t\n]{0,3}+)(?:%b)?+%b(?!\d*+[A-Za-z_]|[ ]?=)" % (SAID, NAME)
# Or klog's; but not T:210.03, which is a temperature.
LETTER = rb"[^A-Za-z0-9 \t\n]{0,3}+([A-Z])(?:(?![A-Za-z0-9]|[:=][-+]?\d)|(?=\d{4}[ ]\d\d:))"
CAPITALS = (  # likewise whatever is alone in brackets, or between bars or commas
    rb"[^\n]{0,%d}?(?:\b(?:LOG_)?(?=[A-Z]{3})|(?<=[\[|,])(?=[A-Za-z]++[ ]?[\]|, ]))"
    rb"((?i:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING"
    rb"|ERROR|CRITICAL|FATAL|SEVERE|ALERT|EMERG|PANIC|LOG|DBG|INF|WRN|ERR|CRIT"
    rb"|VERBOSE|FINE|FINER|FINEST))\b" % NEAR
)
NAMED = (  # "level":"warn" of JSON in text, level="INFO" of RFC 5424
    rb"[^\n]{0,%d}?\b(?:(?:(?:log|error)?_?(?i:level|lvl|severity))\"?(?:=>:?|[=:]|: )|at=)"
    rb"\"?([A-Za-z]++)" % (2 * NEAR)
)
# JSON behind a header of syslog's: `... ERAServer[5032]: {"event_type": ..., "severity":"Warning"`
INSIDE = (
    rb"[^\n{]{0,%d}+\{[^\n]{0,600}?\"(?:log_?)?(?:level|lvl|severity)\":[ ]?\"([A-Za-z]++)\"" % NEAR
)
# %LINK-3-UPDOWN: of Cisco, %%01IFNET/4/LINK_STATE(l)[7]: of Huawei, SHELL/5/SHELL_CMD: of H3C
MNEMONIC = (
    rb"[^\n]{0,%d}?(?:%%(?:%%\d\d)?|(?<=[ ])(?=[A-Z0-9_]{1,40}/[0-7]/[A-Z]))"
    rb"[A-Z][A-Z0-9_-]{0,40}?[-/]([0-7])[-/][A-Z0-9_]++(?:\([a-z]\))?+(?:\[\d++\])?+[ ]?:" % NEAR
)
XORG = rb"[^\n(]{0,20}?\(([A-Z?!*=+-]{2})\)[ ]"  # (EE)
PRIORITY = rb"<(\d{1,3})>"
LETTER_BEFORE = rb"([A-Z])"
LETTER_WITHIN = rb"[^A-Za-z0-9 \t\n]([A-Z])[^A-Za-z0-9 \t\n]"  # <W> of Murmur
# INFO:, or the last of several: MainThread::INFO:: of oVirt
WORD_BEFORE = rb"[^ \t\n]{0,60}?(?<![A-Za-z0-9])([A-Za-z]++)[^A-Za-z0-9 \t\n]{1,3}"
# GET /x HTTP/1.1" 200, GET /x 200, POST /x -> 200, (HTTP/1.1 200)
REQUEST = (
    rb"[^\n]{0,%d}?(?:\b(?:GET|POST|PUT|DELETE|HEAD|OPTIONS|PATCH) /?[^ \"\n]*+"
    rb"(?: HTTP/\d(?:\.\d)?)?+\"?|[( ]HTTP/\d(?:\.\d)?)(?: (?:->|-|status:?|=>))?[ ]"
    rb"([1-5]\d\d)(?![^ \n),;])" % NEAR
)
BARRED = rb"[^\n|]{0,40}?\|[ ]{1,3}([1-5]\d\d)(?=[ ]{1,3}\|)"  # `| 200 |` of gin and fiber
SKIP = rb"(?:" + ONE_WORD + rb"[ \t]++){%d}"
# CEF:0|Imperva Inc.|SecureSphere|15.1.0|User logged in|User admin logged in|High|
CEF = rb"[^\n|]{0,200}?\bCEF:\d(?:\|(?:[^|\n\\]|\\.){0,400}+){5}\|([0-9A-Za-z-]{1,9})\|"
# What only some programs have, where their lines show a sign of them.
PECULIAR = (
    (  # Nagios, Icinga, Naemon: `SERVICE ALERT: web;HTTP;OK;SOFT;2;`
        rb";(?:SOFT|HARD);",
        rb"[^\n;]{1,120}+;(?:[^\n;]{0,120}+;)?(OK|UP|WARNING|UNKNOWN|CRITICAL|DOWN|UNREACHABLE);",
        level_of_state,
        0.3,
    ),
    (  # WebSphere and Liberty: `00000001 com.ibm.X   A CWWKE0001I: `
        rb"\b[A-Z]{4,5}\d{4}[A-Z]: ",
        rb"[^\n]{0,120}?[ ]([A-Z])[ ]++(?=[A-Z]{4,5}\d{4}[A-Z]:)",
        level_of_websphere,
        0.7,
    ),
    (  # ESXi 8: `In(166) Hostd[2099]:`
        rb"^[ ][A-Z][a-z]\(\d{1,3}\) ",
        rb"[ ][A-Z][a-z]\((\d{1,3})\)",
        level_of_priority,
        0.7,
    ),
    (rb"\bCEF:\d\|", CEF, level_of_cef, 0.7),
    (rb"^[ ]# ", rb"[ ]([.*#-])[ ]", level_of_mark, 0.7),  # Redis
    (rb"^[ ][dwe] ", rb"[ ]([diwef])[ ]++(?=[A-Z])", level_of_small, 0.9),  # SAP HANA
    (rb"^\]i: ", rb"\]([iWEF]?)[ ]?:[ ]", level_of_small, 0.9),  # TeamCity
)
GLUED = rb"(?=[\])>|])"  # [08:00:01][D]

# What may be a level at one place; or is all that stands before the time.
WORDED: tuple[tuple[bytes, Classify], ...] = ((WORD, level_of), (LETTER, level_of_letter))
LEADING: tuple[tuple[bytes, Classify], ...] = (
    (PRIORITY + rb"\[?+", level_of_priority),  # or of the kernel: `<6>[    1.234567]`
    (LETTER_BEFORE, level_of_letter),
    (LETTER_WITHIN, level_of_letter),
    (WORD_BEFORE, level_of),
)


@lru_cache(maxsize=MOST_COMPILED)
def _compiled(pattern: bytes) -> re.Pattern[bytes]:
    """Most of these are the same for every log, and more than `re` itself remembers."""
    return re.compile(pattern)


class Marks(NamedTuple):
    """Where lines say their level: a pattern with one group, and what its text stands for."""

    pattern: bytes
    classify: Classify


def at_once(lines: Sequence[bytes]) -> Marks | None:
    """The level where lines begin with it."""
    for group, classify in (*WORDED, (PRIORITY, level_of_priority)):
        if _share(lines, _compiled(group).match, classify) >= SURE:
            return Marks(rb"(?:%b)?+" % group, classify)
    return None


def before(place: Place, lines: Sequence[bytes]) -> Marks | None:
    """The level where it stands before the time, with what leads from it to the time.

    The first that is not one and the same in all lines, else the first.
    """
    found = list(_before(place, lines))
    return next((marks for marks in found if varies(marks, lines)), next(iter(found), None))


def _before(place: Place, lines: Sequence[bytes]) -> Iterator[Marks]:
    lead = _lead_of(place).match
    leads = [] if place.words else [found[1] for line in lines if (found := lead(line))]
    for group, classify in LEADING:
        match = _compiled(rb"^%b$" % group).match
        if leads and _share(leads, match, classify, SURE) >= SURE:
            yield Marks(group, classify)
    fronts = [(n, place.indent + SKIP % n, said) for n in range(place.words) for said in WORDED]
    numbered = [(0, b"", (PRIORITY, level_of_priority))] if place.words else []
    for number, front, (group, classify) in [*numbered, *fronts]:
        match = _compiled(front + group).match
        if _share(lines, match, classify, SURE) >= SURE and not _is_unit(lines, match):
            rest = rb"[^ \t\n]*+[ \t]++" + SKIP % (place.words - number - 1) + place.lead
            yield Marks(front + group + rest, classify)
    if _share(lines, _compiled(CEF).match, level_of_cef, SURE) >= SURE:  # or behind the time
        yield Marks(rb"(?=%b)" % CEF + place.before, level_of_cef)


def _lead_of(place: Place) -> re.Pattern[bytes]:
    return _compiled(
        place.indent + SKIP % place.words + rb"(%b)%b" % (place.lead, place.format.pattern)
    )


def behind(rests: Sequence[bytes]) -> Marks | None:
    """The level at one place behind the time, else in capitals somewhere near it."""
    numbered = rb"[^ \t\n]*+[ \t]++%b(?=\[)" % PRIORITY  # a line of the kernel
    if _share(rests, _compiled(numbered).match, level_of_priority, SURE) >= SURE:
        return Marks(rb"(?:%b)?+" % numbered, level_of_priority)
    return _telling(_peculiar(rests) or _at_one_place(rests) or _somewhere(rests), rests)


def _peculiar(rests: Sequence[bytes]) -> Marks | None:
    """What only some programs have."""
    few = rests[:: 1 + len(rests) // FEW]
    for sign, pattern, classify, least in PECULIAR:
        if any(map(_compiled(sign).search, few)) and (
            _share(rests, _compiled(pattern).match, classify) >= least
        ):
            return Marks(rb"(?:%b)?+" % pattern, classify)
    return None


def begins(lines: Sequence[bytes]) -> Marks | None:
    """The level that lines without a time begin with, or have near."""
    marks = at_once(lines)
    return _telling(marks, lines) if marks else behind(lines)


def _telling(marks: Marks | None, rests: Sequence[bytes]) -> Marks | None:
    """`marks`; but where the level never changes the status of a request says more."""
    few = rests[:: 1 + len(rests) // FEW]
    if marks and any(len(_classes(lines, marks)) > 1 for lines in (few, rests)):
        return marks
    for request in (REQUEST, BARRED):
        if _share(rests, _compiled(request).match, status_class, SURE) >= SURE:
            return Marks(rb"(?:%b)?" % request, status_class)
    return marks


def varies(marks: Marks, lines: Sequence[bytes]) -> bool:
    """Whether these lines say more than one level there: one that never changes tells nothing."""
    return len(_classes(lines, marks) - {None}) > 1


def _classes(rests: Sequence[bytes], marks: Marks) -> set[str | None]:
    """What lines are counted as."""
    found = map(_compiled(marks.pattern).match, rests)
    return {marks.classify((at[1] or b"").decode("ascii", "replace")) for at in found if at}


def _at_one_place(rests: Sequence[bytes]) -> Marks | None:
    tail = rb"[^ \t\n]*+"  # what is left of the word that the time stands in
    found: list[tuple[float, int, Marks]] = []
    fronts = [tail + rb"[ \t]++" + SKIP % number for number in range(MOST_BEHIND)]
    for number, front in enumerate([GLUED, *fronts]):
        for group, classify in WORDED:
            pattern = front + group
            match = _compiled(pattern).match
            share = _share(rests, match, classify, SURE)
            if share < SURE or _is_unit(rests, match):
                continue
            found.append((share, -number, Marks(rb"(?:%b)?+" % pattern, classify)))
    return max(found, key=lambda one: one[:2])[2] if found else None


def _somewhere(rests: Sequence[bytes]) -> Marks | None:
    """The level in capitals, or before a colon, at no one place."""
    for pattern, classify, least in (
        (XORG, level_of_xorg, SURE),
        (NAMED, level_of, OFTEN),
        (INSIDE, level_of, OFTEN),
        (CAPITALS, level_of, SOMEWHERE),
        (MNEMONIC, level_of_severity, SOMEWHERE),
    ):
        if _share(rests, _compiled(pattern).match, classify, least) >= least:
            return Marks(rb"(?:%b)?" % pattern, classify)
    text = b"\n".join(rests).lower()
    if b"##[" not in text and not any(word in text for word in COLONED_WORDS):
        return None
    if _share(rests, _compiled(COLONED).match, level_of) >= NOW_AND_THEN:
        return Marks(rb"(?:%b)?" % COLONED, level_of)
    return None


def _is_unit(rests: Sequence[bytes], match: Callable[[bytes], re.Match[bytes] | None]) -> bool:
    """Whether all have the same letter there, and it is a unit: `21 C`, `60 W`."""
    letters = {found[1] for line in rests if (found := match(line))}
    return len(letters) == 1 and letters <= {b"A", b"C", b"F", b"N", b"W", b"V"}


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
    known = [text for text in said if classify(text) is not None]
    if classify is level_of and is_vague(known):
        return 0.0
    return len(known) / max(1, len(lines))
