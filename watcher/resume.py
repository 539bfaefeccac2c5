"""What a log goes on from, after a restart or after a rest.

A log at rest holds little: what was learned of its lines is let go, and learned again from the
next ones; where its buckets are on disk, all that is remembered of them is a few hundred bytes,
as they would be written there. What logs have in common they share.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import tzinfo
from functools import lru_cache, partial
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from watcher.backfill import Piece, judged
from watcher.follow.generation import Generation
from watcher.follow.source import BLOCK, Source
from watcher.history.fold import History
from watcher.history.remembered import HistoryState
from watcher.parse.clock import State
from watcher.parse.detect import Format
from watcher.parse.reader import Probes, Reader, ReaderState
from watcher.parse.recipe import Recipe, restored
from watcher.parse.settings import LogSettings

MOST_HEAD = BLOCK  # bytes; a verdict is provisional for less
MOST_SHARED = 1024  # recipes, some 1 KB each

log = logging.getLogger(__name__)

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Recipe).decode
_decode_history = msgspec.msgpack.Decoder(HistoryState).decode


class LogState(msgspec.Struct, frozen=True):
    """All that is known of a log but its closed buckets; it holds none of its lines."""

    meaning: bytes  # digest of all that decides what its lines say
    counters: dict[str, int]
    overlong: int
    modified: float
    watched: bool  # whether all that was there at first sight has been read
    generations: tuple[Generation, ...]
    reader: ReaderState
    history: HistoryState
    past: tuple[Piece, ...] = ()  # that is still to be read
    skipped: bool = False


class Rest(NamedTuple):
    """All that a log at rest knows of its lines, and remembers of them."""

    recipe: Recipe  # of its format: the same object for all that are read alike
    clock: State | None
    history: bytes  # its state, as it is on disk


def meaning_of(settings: LogSettings, zone: tzinfo) -> bytes:
    """A digest of all that decides what its lines say."""
    said = msgspec.structs.replace(settings, path="", name="", backfill=None, rotated=())
    return blake2b(msgspec.json.encode(said) + str(zone).encode(), digest_size=8).digest()


def reader_of(
    state: LogState | None, path: str, zone: tzinfo, settings: LogSettings, probes: Probes
) -> Reader:
    """The one that was at work; if what is said of the log has changed, one that obeys."""
    if state is not None and state.meaning == meaning_of(settings, zone):
        lines = state.counters["lines"] - state.overlong
        head = partial(_head, state.generations, lines)
        return Reader(zone, settings, probes, _shared_by_logs(state.reader), head)
    fresh = Reader(zone, settings, probes)
    if state is None:
        return fresh
    try:
        with closing(Source(path)) as source:
            heard = judged(fresh, source)
    except OSError:
        return fresh
    log.info("%s: is read as it is said now, from here on", path)
    return heard


def _head(generations: Sequence[Generation], lines: int) -> bytes:
    """All so many lines that had been read of these, while that is little and still there."""
    head = _read(generations)
    return head if head.count(b"\n") == lines else b""


def _read(generations: Sequence[Generation]) -> bytes:
    read = [one for one in generations if one.offset]
    if len(read) != 1 or read[0].offset > MOST_HEAD:
        return b""
    try:
        with closing(Source(os.fsdecode(read[0].file))) as source:
            source.resume(read[0])
            same = source.identity == read[0].identity and not source.cut
            return b"".join(source.up_to(read[0].offset)) if same else b""
    except OSError:
        return b""


def _shared_by_logs(state: ReaderState) -> ReaderState:
    """The same, made of what other logs have too."""
    return msgspec.structs.replace(state, recipe=_shared(_encode(state.recipe)))


def afresh(format_: Format, zone: tzinfo) -> Format:
    """A format that reads on as this one would, and has learned nothing yet."""
    clock = format_.clock.state if format_.clock else None
    return _going_on(_shared(_encode(format_.recipe)), clock, zone)


def at_rest(reader: Reader, history: History) -> Rest:
    """What can become this history again; its closed buckets are on disk. The reader rests, too."""
    reader.rest()
    clock = history.format.clock
    recipe = _shared(_encode(history.format.recipe))
    return Rest(recipe, clock.state if clock else None, _encode(history.state))


def awake(
    rest: Rest, reader: Reader, zone: tzinfo, settings: LogSettings, asked: Iterable[str]
) -> History:
    """The history that is at rest, as its reader; its closed buckets are to be shelved."""
    format_ = _going_on(rest.recipe, rest.clock, zone)
    reader.wake(format_)
    return History.restored(_decode_history(rest.history), format_, settings, asked)


def _going_on(recipe: Recipe, clock: State | None, zone: tzinfo) -> Format:
    format_ = restored(recipe, zone)
    if format_.clock and clock:
        format_.clock.state = clock
    return format_


@lru_cache(maxsize=MOST_SHARED)
def _shared(recipe: bytes) -> Recipe:
    """One for all that are written alike."""
    found: Recipe = _decode(recipe)
    return found
