"""Lines that are neither samples nor refused: they belong to another, or stand above the first."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Lines that belong to the one above: indented ones, and the traces of Java, Python and others.
MORE = (
    rb"(?:[ \t]|at |Caused\b|Suppressed|Traceback|\.\.\. \d|[})\]]|--"
    rb"|[\w.$]*+(?<=Error|ption)(?![\w.$]))[^\n]*+"
)
NEAR = 60  # bytes from the beginning, in which a line of the log's own would have its time
# Of records whose further lines look like nothing in particular: none has a time, or is an object
# or a number.
LOOSE = rb"(?![^\n]{0,%d}?\d:\d\d(?!\d)|\{|\d{10}|[-+\d.,; \t]++\r?$)[^\n]*+" % NEAR
ANYTHING = rb"[^\n]*+"  # of a record whose first line has the time
SOME = 0.01  # of the lines; fewer are no reason to take any line for a part of another
MOST_ABOVE = 12  # lines that a program may write before its first: what it is, what it found
LONGEST = 200  # bytes of one

# Something, a line is drawn, or units: not a number alone.
SAYS = re.compile(rb"[A-Za-z]{2}|[-=*#]{3}|^\D*[A-Za-z%]\D*$")

is_more = re.compile(MORE).match
_loose = re.compile(LOOSE).match
_digits = re.compile(rb"\d+").sub


def silent_in(lines: Sequence[bytes], timed: Sequence[bool], *, first: bool) -> bytes:
    """The pattern of lines that say nothing for themselves, in a log that begins with `lines`.

    `timed` says which of them have their time; `first` that it stands where they begin.
    """
    odd = [line for line, said in zip(lines, timed, strict=True) if not said and not is_more(line)]
    if first and sum(_loose(line) is not None for line in odd) > SOME * len(lines):
        return rb"(?:%b|%b)" % (MORE, LOOSE)
    above = lines[: timed.index(True)] if True in timed else ()
    return as_they_stand(above, MORE) if len(above) <= MOST_ABOVE else MORE


def as_they_stand(lines: Sequence[bytes], other: bytes = b"") -> bytes:
    """The pattern of lines that are these but for their numbers, or match `other`.

    What is no more than numbers is data that was not understood.
    """
    texts = dict.fromkeys(map(_as_it_stands, filter(SAYS.search, lines)))
    return rb"(?:%b)" % b"|".join(filter(None, [*texts, other]))


def _as_it_stands(line: bytes) -> bytes:
    text = _digits(rb"\\d+", re.escape(line[:LONGEST]))
    return text + rb"[^\n]*+" if len(line) > LONGEST else text
