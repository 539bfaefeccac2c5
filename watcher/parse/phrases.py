"""Numbers that text for people says without naming them: how long something took, how long Java
stood still, how much load there is.

Only what is said in so many words; a phrase is looked for where lines name nothing like it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from watcher.parse.draft import LAST
from watcher.parse.fields import ENOUGH, is_duration
from watcher.parse.laid import NEAR
from watcher.parse.lines import Part
from watcher.parse.numbers import NUMBER, RATE

FEW = 24  # lines that are asked first
SEVERAL = 5  # lines at least that say it, or all there are
TIME = rb"(?:[nmu]s(?:ecs?)?|\xc2\xb5s|milliseconds?|secs?|seconds?|s)"
TOOK = rb"(%b[ ]?%b)(?![A-Za-z\d])" % (NUMBER, TIME)


class Phrase(NamedTuple):
    """Words with numbers among them."""

    names: tuple[str, ...]  # of the fields
    patterns: tuple[bytes, ...]  # one behind the other, with one group each
    least: float  # of the lines must say it
    form: bytes | None = None  # see `draft`


PHRASES = (
    Phrase(  # Java's collector: `GC(3) Pause Young (Normal) 24M->4M(64M) 1.234ms`
        ("pause",), (rb"\bPause [^\n]{0,200}?[ )]%b(?=\r?$)" % TOOK,), 0.05
    ),
    Phrase(  # of old: `[GC (Allocation Failure) 33280K->5191K(125952K), 0.005123 secs]`
        ("pause",), (rb"\bGC\b[^\n]{0,400}?, %b\]" % TOOK,), 0.3
    ),
    Phrase(  # uptime, top
        ("load1", "load5", "load15"),
        (rb"\bload averages?: (%b)" % NUMBER, rb",?[ ](%b)" % NUMBER, rb",?[ ](%b)" % NUMBER),
        0.95,
    ),
    Phrase(  # top: `%Cpu(s):  5.1 us,  2.0 sy,  0.0 ni, 92.1 id,`; `us` are no microseconds
        ("us", "sy", "id"),
        (
            rb"\bCpu\(s\):[ ]*(%b)[ %%]us" % NUMBER,
            rb"[^\n]{0,20}?(%b)[ %%]sy" % NUMBER,
            rb"[^\n]{0,60}?(%b)[ %%]id" % NUMBER,
        ),
        0.95,
    ),
    Phrase(  # tegrastats: `RAM 2272/7620MB ... GR3D_FREQ 0% cpu@54.9C ... VDD_IN 4673mW/4673mW`
        ("RAM", "GR3D_FREQ", "cpu", "gpu", "VDD_IN"),
        (
            rb"\bRAM (%b)/\d++MB" % NUMBER,
            rb"[^\n]{0,400}? GR3D_FREQ (%b)%%" % NUMBER,
            rb"[^\n]{0,200}? (?i:cpu)@(%b)C" % NUMBER,
            rb"[^\n]{0,200}? (?i:gpu)@(%b)C" % NUMBER,
            rb"[^\n]{0,400}? (?:VDD|POM_5V)_IN (%b)(?:mW)?/" % NUMBER,
        ),
        0.95,
    ),
    Phrase(  # pgbench: `progress: 5.0 s, 1234.5 tps, lat 1.234 ms stddev 0.123`
        ("tps", "lat", "stddev"),
        (rb", (%b) tps" % NUMBER, rb", lat (%b) ms" % NUMBER, rb" stddev (%b)" % NUMBER),
        0.5,
    ),
    Phrase(("duration",), (rb" (?:in|took|within) %b" % TOOK,), 0.3, LAST),
    Phrase(("latency",), (rb"\|[ ]*+%b[ ]*+\|" % TOOK,), 0.5),  # gin, fiber
    Phrase(("duration",), (rb"[ (\[|]%b(?=[)\]]?\r?$)" % TOOK,), 0.3),
    Phrase(("rate",), (rb"[ (](%b[ ]?%b)(?![\w/])" % (NUMBER, RATE),), 0.5),  # iperf
)


def said_in_words(rests: Sequence[bytes], named: Sequence[str]) -> list[Part]:
    """What finds the first phrase that enough of `rests` have, where none is `named` alike."""
    if any(is_duration(name) or name.lower() == "time" for name in named):
        return []
    few = b"\n".join(rests[:: 1 + len(rests) // FEW])
    for phrase in PHRASES:
        search = _pattern(phrase).search
        if not search(few):
            continue
        said = [found[1] for rest in rests if (found := search(rest))]
        if len(said) < max(min(SEVERAL, len(rests)), phrase.least * len(rests)):
            continue
        if len(said) < ENOUGH or len({*said}) > 1:  # `(every 2s)` is no measurement
            return _parts(phrase)
    return []


@cache
def _pattern(phrase: Phrase) -> re.Pattern[bytes]:
    return re.compile(phrase.patterns[0], re.MULTILINE)


def _parts(phrase: Phrase) -> list[Part]:
    """Looked for ahead, so that the numbers with names may stand anywhere.

    Of several the last: from the end of a line only its blanks are tried.
    """
    if len(phrase.names) == 1:
        ahead = rb"(?:(?=[^\n]{0,%d}%b))?+" % (NEAR, phrase.patterns[0])
        return [Part(ahead, "field", phrase.names[0], written="unit", form=phrase.form)]
    first = rb"(?>[^\n]{0,%d}?%b)?+" % (NEAR, phrase.patterns[0])
    rest = [rb"(?:%b)?+" % pattern for pattern in phrase.patterns[1:]]
    return [
        Part(pattern, "field", name)
        for name, pattern in zip(phrase.names, [first, *rest], strict=True)
    ]
