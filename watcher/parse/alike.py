"""Numbers of lines that say the same but for these: `42% used`, `rx 1 tx 2`, `5 users, 3 idle`.

A number is called by the words before it, or by those behind it where none are; a lone one has no
name. Addresses, times and the like are words that vary.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from watcher.parse.fields import MEASURES, SINCE_1970, Field, chosen
from watcher.parse.lines import Part
from watcher.parse.numbers import NUMBER, READ
from watcher.parse.pairs import UNITED

ALIKE = 0.9  # of the lines must say the same
FEWEST = 3  # lines that do
FEW = 12  # lines that are asked first
MOST_NUMBERS = 16  # in a line, of which some are kept
MOST_NAMELESS = 4  # of these; more are the cells of a table
MOST_WORDS = 24  # in a line; longer ones are prose, whatever it repeats
WORDS_BEFORE, WORDS_BEHIND = 3, 2  # that make a name

GROUPED = rb"[+-]?\d{1,3}(?:,\d{3})++(?:\.\d++)?"  # 1,234.5
ENDS = rb"(?![A-Za-z_]*+\d|[.:/,+-]\d|-\w|:[ ])"  # `driver: 4633: text` is no measure
QUANTITY = rb"(?:%b|%b%b)%b" % (GROUPED, NUMBER, UNITED, ENDS)
ODD = rb"[\w./+-]*+(?<=\d)(?:[\w.:/+-]|,(?=\d))*+"  # 10.0.0.1, 12:30, eth0
TOKEN = re.compile(rb"(?<![\w./-])(?<!\d[:,])(%b)|(?<![\w./+-])(%b)" % (QUANTITY, ODD))
SIGNS = (b":", b"=")  # of a number that is named
LETTERS_OF_UNITS = b"smhdBbiKMGTg%"  # that end a UNIT
BLANKS = re.compile(rb"[ \t]+")
ENCLOSED = re.compile(r"[,;|()\[\]{}<>]|:\s(?=.*\S)")  # parts what is said of one from another
ASIDE = re.compile(r"\([^()]*\)[ \t:=]*$")  # `Latency (ms): `
UNIT = re.compile(r"^[^\s,;:|()=]{1,4} (?=\S)")  # of the number before
LETTERS = re.compile(r"[^\W\d_]")
NAME = re.compile(r"\D*[^\W\d_]")  # a word that may begin one
EDGES = " \t:=@*~#-._'\""
OF_NEXT = {"in", "at", "of", "for", "to", "on", "per", "and", "from", "with", "after", "took"}


class Shape(NamedTuple):
    """What lines say beside their numbers."""

    texts: tuple[bytes, ...]  # before each of them, and behind the last
    kinds: tuple[bool, ...]  # which are numbers; the others are odd words


class Told(NamedTuple):
    """One line."""

    shape: Shape
    tokens: list[bytes]


def alike(rests: Sequence[bytes], *, sure: bool, behind: bool = True) -> list[Part]:
    """What finds the numbers of lines that nearly all say the same; nothing, if they do not.

    `sure`: only those that are measures by their name, their unit or their fractions. `behind`:
    words behind a number may name it.
    """
    if not _agree(rests[:: 1 + len(rests) // FEW]) or not (shape := _agree(rests)):
        return []
    if sum(len(text.split()) for text in shape.texts) > MOST_WORDS:
        return []
    told = [_told(rest) for rest in rests]
    rows = [one.tokens for one in told if one.shape == shape]
    names = _named(shape, rows, behind=behind)
    written = {n: "thousands" if any(b"," in row[n] for row in rows) else "unit" for n in names}
    values = {n: READ[written[n]]([row[n] for row in rows]) for n in names}
    fields = [Field(names[n], n, values[n]) for n in names if not _counts(names[n], values[n])]
    if sure:
        fields = [one for one in fields if _measures(one, shape, rows)]
    if sum(not one.name for one in fields) > MOST_NAMELESS:
        return []
    return list(_parts(shape, {one.place: one.name for one in chosen(fields)}, written))


def _named(shape: Shape, rows: Sequence[Sequence[bytes]], *, behind: bool) -> dict[int, str]:
    """By place, what the numbers are called that vary."""
    texts, varying = _between(shape, rows)
    kinds = [shape.kinds[n] for n in varying]
    names = zip(varying, _names(texts, kinds, use_behind=behind) if varying else (), strict=True)
    return {n: name for n, name in names if shape.kinds[n] and not _is_of_word(shape, n, varying)}


def _measures(field: Field, shape: Shape, rows: Sequence[Sequence[bytes]]) -> bool:
    """Whether its name, a sign before it, its unit or its fractions show that it is a measure."""
    united = any(row[field.place][-1:] in LETTERS_OF_UNITS for row in rows)
    signed = shape.texts[field.place].rstrip().endswith(SIGNS)
    return bool(
        united or signed or MEASURES.search(field.name) or any(one % 1 > 0 for one in field.values)
    )


def _counts(name: str, values: Sequence[float]) -> bool:
    """Whether each is one more than the one before, or a nameless instant: they tell lines."""
    if not name and any(first <= min(values) and max(values) <= last for first, last in SINCE_1970):
        return True
    return all(later - one == 1 for one, later in pairwise(values))


def _agree(rests: Sequence[bytes]) -> Shape | None:
    """What nearly all of them say, if there is a number in it."""
    shapes = Counter(_told(rest).shape for rest in rests)
    shape, often = shapes.most_common(1)[0] if shapes else (None, 0)
    if shape is None or often < max(FEWEST, ALIKE * len(rests)):
        return None
    return shape if 0 < sum(shape.kinds) <= MOST_NUMBERS else None


def _told(rest: bytes) -> Told:
    texts, kinds, tokens, end = [], [], [], 0
    for found in TOKEN.finditer(rest):
        texts.append(BLANKS.sub(b" ", rest[end : found.start()]))
        kinds.append(found[1] is not None)
        tokens.append(found[0])
        end = found.end()
    texts.append(BLANKS.sub(b" ", rest[end:].rstrip()))
    return Told(Shape(tuple(texts), tuple(kinds)), tokens)


def _names(texts: Sequence[str], varying: Sequence[bool], *, use_behind: bool) -> list[str]:
    """What the words around each of them call it; several in a row have one name.

    `texts` stand between what varies, which is a number or an odd word.
    """
    counted = use_behind and not _said_before(texts[0]) and bool(_said_behind(texts[1]))
    counted &= not any(map(ENCLOSED.search, texts))  # `5 users 3 idle`
    names: list[str] = []
    used, above, row = "", "", 0  # of the text before; the name before, and how many have it
    for before, after, is_number in zip(texts, texts[1:], varying, strict=False):
        said = before.strip().removeprefix(used)
        name = (
            "" if counted or not is_number else _said_before(UNIT.sub("", said) if names else said)
        )
        used = _said_behind(after) if is_number and use_behind and not name else ""
        if name or used or LETTERS.search(before):
            above, row = name or used, 0
        row += is_number
        names.append(f"{above} {row}" if above and row > 1 else above)
    return names


def _between(shape: Shape, rows: Sequence[Sequence[bytes]]) -> tuple[list[str], list[int]]:
    """The texts between what varies, and where that stands: a number that never does is text."""
    texts, varying = [b""], []
    for n, text in enumerate(shape.texts[:-1]):
        texts[-1] += text
        if len({row[n] for row in rows}) > 1:
            varying.append(n)
            texts.append(b"")
        else:
            texts[-1] += rows[0][n]
    texts[-1] += shape.texts[-1]
    return [text.decode("utf-8", "replace") for text in texts], varying


def _is_of_word(shape: Shape, place: int, varying: Sequence[int]) -> bool:
    """Whether it stands right behind an odd word that varies, and so is each time another's."""
    before = place - 1
    return before in varying and not shape.kinds[before] and not shape.texts[place].strip()


def _said_before(text: str) -> str:
    words = ENCLOSED.split(ASIDE.sub("", text).strip(EDGES))[-1].split()
    first = next((n for n, word in enumerate(words) if NAME.match(word)), len(words))
    return " ".join(words[first:][-WORDS_BEFORE:]).strip(EDGES)


def _said_behind(text: str) -> str:
    said, *others = ENCLOSED.split(text)
    if not others and text.rstrip().endswith(("=", ":")):
        return ""  # names the next one
    words = said.strip(EDGES).split()[:WORDS_BEHIND]
    while words and words[-1].lower() in OF_NEXT:
        words.pop()
    return " ".join(words) if LETTERS.search("".join(words)) else ""


def _parts(shape: Shape, names: dict[int, str], written: dict[int, str]) -> Iterator[Part]:
    """What finds these numbers. Atomic, so that other lines cost one look."""
    between = b""
    for n, text in enumerate(shape.texts[:-1]):
        between += re.escape(text).replace(rb"\ ", rb"[ \t]++")
        if n not in names:
            between += QUANTITY if shape.kinds[n] else ODD
            continue
        yield Part(rb"(?>%b(%b))?+" % (between, QUANTITY), "field", names[n], written=written[n])
        between = b""
