"""The usual record of a log: one pattern for lines whose names come in the same order.

A program that logs JSON or logfmt writes the same names again and again. Then the line that was
seen last is a template: what may change between its names is known by kind, and only what is
wanted is taken out. A pattern is kept by `usual`; lines of any other form are decoded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np

from watcher.parse.columnar import CLASS, LABEL, Layout
from watcher.parse.decode import DEEPEST
from watcher.parse.draft import FLAG, NUMBER, Draft
from watcher.parse.numbers import SCALES
from watcher.parse.timeformat import TimeFormat
from watcher.parse.usual import LONGEST, Alike, Learned, Usual, lines_of, usual_time

MOST_NAMES = 60  # of a line; the pattern of a longer one would cost more than it saves
MOST_TOKENS = 6 * MOST_NAMES  # of a JSON line; a name, its value and the marks around them are four

FIELD = rb"[-+.\deE]{1,28}+"  # what it holds must be a number all the same
WORD, LAST_WORD = rb"[^ ]{0,%d}+" % LONGEST, rb"[^ \n]{0,%d}+" % LONGEST  # quotes are counted
BARE_WORD = rb"[^ \n,;]{0,%d}+" % LONGEST  # whose end is no part of it
JSON_NUMBER = rb"-?(?:0|[1-9]\d{0,14}+)(?:\.\d{1,15}+)?+"  # of JSON, as exact as a float
WHOLE_NUMBER = rb"0|[1-9]\d{0,14}+"
UNIT = rb"[A-Za-z%\xc2\xb5]{0,3}+"
CONTROLS = bytes(range(32))
SHORT = 2048  # bytes; numpy looks at more in less time, but takes 4 us to begin
NOTHING_SAID = (b"true", b"false", b"null")  # as far as a record is concerned
QUANTITY = re.compile(b"(%b)(%b)" % (FIELD, UNIT))
TOKEN = re.compile(rb'( *+)("[^"\\\n]*+"|[-\d][-+.\dEe]*+|true|false|null|[{}:,])')
PAIR = re.compile(rb'([A-Za-z_@][\w.@/-]*+)=("[^"\\\n]*+"|[^\s"]*+)( ++|$)')


Decode = Callable[[bytes], Iterable[dict[str, bytes] | None]]
ENDS = b"\n"  # in place of a value: there is no more of them


class Value(NamedTuple):
    """What stands between two pieces of a line that are always the same."""

    before: bytes
    path: str
    text: bytes  # with its quotes


class Told(NamedTuple):
    """A line, told value by value."""

    values: list[Value]
    end: bytes  # what stands behind the last
    time: re.Match[bytes] | None  # in the text that is the time
    bare: bool  # whether words have no quotes


Read = Callable[[bytes], Iterator[Value]]


class Wanted(NamedTuple):
    """What is taken out of a record, by path."""

    time: str
    format: TimeFormat | None
    fields: tuple[str, ...]
    words: tuple[str, ...]  # class and label
    decode: Decode  # how any line is read, usual or not


def usual_json(wanted: Wanted) -> Usual:
    """Of lines that are JSON objects."""
    return Usual(lambda block: _learned(_first(block), _json, wanted), _is_plain_json)


def usual_logfmt(wanted: Wanted) -> Usual:
    """Of lines of `key=value`."""
    return Usual(lambda block: _learned(_first(block), _logfmt, wanted), _is_plain)


def _first(block: bytes) -> bytes:
    return block[: block.find(b"\n")]


def _is_plain(block: bytes, lines: int) -> bool:
    """Whether nothing is escaped, and no line has a control character but its end."""
    return b"\\" not in block and _controls(block) == lines


def _controls(block: bytes) -> int:
    if len(block) < SHORT:
        return len(block) - len(block.translate(None, CONTROLS))
    return int(np.count_nonzero(np.frombuffer(block, np.uint8) < len(CONTROLS)))


def _is_plain_json(block: bytes, lines: int) -> bool:
    return _is_plain(block, lines) and is_utf8(block)


def is_utf8(block: bytes) -> bool:
    """As JSON must be."""
    try:
        return block.isascii() or bool(block.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def layout_json(wanted: Wanted, names: Sequence[str], block: bytes) -> Layout | None:
    """What stands where in the first line of `block`; `names` are those of the fields."""
    return _layout(_first(block), _json, wanted, names)


def layout_logfmt(wanted: Wanted, names: Sequence[str], block: bytes) -> Layout | None:
    """Likewise."""
    return _layout(_first(block), _logfmt, wanted, names)


def _layout(line: bytes, read: Read, wanted: Wanted, names: Sequence[str]) -> Layout | None:
    told = _told(line, read, wanted)
    if told is None:
        return None
    draft = Draft(b" " if told.bare else b"")
    for value in told.values:
        quote = b'"' if value.text.startswith(b'"') else b""
        draft.text(value.before + quote)
        if not _drafted(draft, value, told, wanted, names):
            return None
        draft.text(quote)
    draft.text(told.end)
    return draft.layout(line + b"\n", names, b"\\", controls=False)


def _drafted(draft: Draft, value: Value, told: Told, wanted: Wanted, names: Sequence[str]) -> bool:
    """Whether it is known how such a value is written, which then is in the draft."""
    text = value.text.strip(b'"')
    is_text = told.bare or text != value.text
    if value.path in wanted.words and not (is_text or text.isdigit()):
        return False  # a decoder writes 1e3 otherwise, and true not at all
    if value.path == wanted.time and wanted.format:
        if told.time is None:
            return False
        draft.time(wanted.format, told.time, 1)
    elif value.path in wanted.fields:
        found = QUANTITY.fullmatch(text)
        if found is None or found[2] not in SCALES or (found[2] and not is_text):
            return False
        draft.field(names[wanted.fields.index(value.path)], SCALES[found[2]])
        draft.text(found[2])
    elif value.path in wanted.words:
        draft.piece((CLASS, LABEL)[wanted.words.index(value.path)], None if is_text else text)
    elif is_text:
        draft.piece()
    elif text == b"null":
        draft.text(text)
    else:
        draft.piece(FLAG if text in (b"true", b"false") else NUMBER)
    return True


def _learned(line: bytes, read: Read, wanted: Wanted) -> Learned | None:
    """The pattern of lines such as this; its groups are named by what they hold."""
    told = _told(line, read, wanted)
    if told is None:
        return None
    values, bare, found = told.values, told.bare, told.time
    alike = usual_time(wanted.format, found, 1) if wanted.format and found else None
    pieces = [re.escape(one.before) + _pattern(one, wanted, alike, bare) for one in values]
    if bare and values[-1].text[:1] != b'"':
        pieces[-1] = pieces[-1].replace(WORD, LAST_WORD)
    whole = lines_of(b"".join(pieces) + re.escape(told.end))
    return Learned(whole, alike, {}, line.count(b'"') if bare else -1)


def _told(line: bytes, read: Read, wanted: Wanted) -> Told | None:
    """The values of a line such as a template can be made of."""
    *values, end = list(islice(read(line), MOST_NAMES + 1)) or [Value(b"", "", b"")]
    bare = read is _logfmt
    said = [value.path for value in values if bare or value.text not in NOTHING_SAID]
    record = next(iter(wanted.decode(line + b"\n")), None) or {}
    names = [*filter(None, [wanted.time, *wanted.fields, *wanted.words])]
    if (
        end.text != ENDS
        or not record
        or sorted(record) != sorted(said)  # some name comes twice, or is too deep
        or len({value.path for value in values}) < len(values)
        or len(set(names)) < len(names)
        or (wanted.format is not None and wanted.time not in said)
    ):
        return None
    found = None
    if wanted.format is not None:
        text = next(value.text.strip(b'"') for value in values if value.path == wanted.time)
        found = re.compile(wanted.format.pattern).fullmatch(text)
    return Told(values, end.before, found, bare)


def _pattern(value: Value, wanted: Wanted, alike: Alike | None, bare: bool) -> bytes:
    text = value.text.strip(b'"')
    quote = b'"' if value.text.startswith(b'"') else b""
    is_text = bool(quote) or bare
    if value.path == wanted.time and wanted.format is not None:
        inside = b"(?P<time>)" + (alike or wanted.format).pattern
    elif value.path in wanted.fields:
        number = wanted.fields.index(value.path)
        unit = b"(?P<unit_%d>%b)" % (number, UNIT) if is_text else b""
        inside = b"(?P<field_%d>%b)%b" % (number, FIELD, unit)
    elif value.path in wanted.words:
        kind = _any(quote) if quote else BARE_WORD if bare else WHOLE_NUMBER
        inside = b"(?P<word_%d>%b)" % (wanted.words.index(value.path), kind)
    elif is_text:
        inside = _any(quote)
    elif text in (b"true", b"false"):
        inside = b"(?:true|false)"
    else:
        inside = b"null" if text == b"null" else JSON_NUMBER
    return quote + inside + quote


def _any(quote: bytes) -> bytes:
    return rb'[^"]{0,%d}+' % LONGEST if quote else WORD


def _json(line: bytes) -> Iterator[Value]:
    """The values of the line, and ENDS behind them unless it is not so simple."""
    place = before = 0
    path: list[str] = []
    name, last = "", b""
    for _ in range(MOST_TOKENS):
        token = TOKEN.match(line, place)
        if token is None:
            break
        place, text = token.end(), token[2]
        if text == b"{" and len(path) > DEEPEST:
            return
        if text == b"{":
            path.append(name)
        elif text == b"}":
            path = path[:-1]
        elif text[:1] == b'"' and last in (b"{", b","):
            name = text[1:-1].decode("utf-8", "replace")
        elif text not in (b":", b","):
            yield Value(line[before : token.start(2)], ".".join([*path[1:], name]), text)
            before = place
        last = text
    if place == len(line) and not path:
        yield Value(line[before:], "", ENDS)


def _logfmt(line: bytes) -> Iterator[Value]:
    """Likewise of `key=value`."""
    place = before = 0
    while place < len(line) and (pair := PAIR.match(line, place)):
        yield Value(line[before : pair.start(2)], pair[1].decode(), pair[2])
        before, place = pair.end(2), pair.end()
    if place == len(line):
        yield Value(line[before:], "", ENDS)
