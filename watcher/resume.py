"""What a log goes on from, after a restart or after a rest.

A log at rest holds little: what was learned of its lines is let go, and learned again from the
next ones. What logs have in common they share.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import closing
from datetime import tzinfo
from functools import lru_cache
from hashlib import blake2b

import msgspec

from watcher.backfill import Piece
from watcher.follow.generation import Generation
from watcher.follow.source import BLOCK, Source
from watcher.history.remembered import HistoryState
from watcher.parse.detect import Format
from watcher.parse.reader import ReaderState
from watcher.parse.recipe import Recipe, restored
from watcher.parse.settings import LogSettings

MOST_HEAD = BLOCK  # bytes; a verdict is provisional for less
MOST_SHARED = 1024  # recipes, some 1 KB each

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Recipe).decode


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


def meaning_of(settings: LogSettings, zone: tzinfo) -> bytes:
    """A digest of all that decides what its lines say."""
    said = msgspec.structs.replace(settings, path="", name="", backfill=None, rotated=())
    return blake2b(msgspec.json.encode(said) + str(zone).encode(), digest_size=8).digest()


def lines_of(generations: Sequence[Generation]) -> bytes:
    """All that had been read of these, while that is little and still there."""
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


def shared(state: ReaderState) -> ReaderState:
    """The same, made of what other logs have too."""
    return msgspec.structs.replace(state, recipe=_shared(_encode(state.recipe)))


def afresh(format_: Format, zone: tzinfo) -> Format:
    """A format that reads on as this one would, and has learned nothing yet."""
    fresh = restored(_shared(_encode(format_.recipe)), zone)
    if fresh.clock and format_.clock:
        fresh.clock.state = format_.clock.state
    return fresh


@lru_cache(maxsize=MOST_SHARED)
def _shared(recipe: bytes) -> Recipe:
    """One for all that are written alike."""
    found: Recipe = _decode(recipe)
    return found
