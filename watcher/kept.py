"""What of a log is on disk: from its state and its buckets to a row of the store, and back."""

from __future__ import annotations

import logging
from functools import lru_cache

import msgspec

from watcher.history.store import Change, Piece, Series, Store
from watcher.log import Log
from watcher.resume import LogState

MOST_SERIES = 1024  # names that logs share

log = logging.getLogger(__name__)

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(LogState).decode


def state_of(path: str, store: Store) -> LogState | None:
    """What the last commit said of the log at `path`; None: nothing that can be understood."""
    blob = store.state(path)
    try:
        return None if blob is None else _decode(blob)
    except (msgspec.DecodeError, ValueError) as error:
        log.warning("%s: what is kept of it is of another version: read anew (%s)", path, error)
        return None


def change_of(of: Log) -> Change:
    """What has become of it since the last commit."""
    pieces: list[Piece] = []
    oldest: list[tuple[Series, int, int]] = []
    for kind, name, row in of.history.series():
        series = Series(kind, name)
        for level, tier in enumerate(row.tiers):
            pieces += [Piece(series, level, *piece) for piece in tier.pieces()]
            if tier.forgotten:
                oldest.append((series, level, tier.oldest_chunk))
    return Change(of.path, of.name, _encode(of.state), pieces, oldest, anew=of.anew)


def committed(of: Log) -> None:
    """The change is on disk."""
    of.anew = False
    for _, _, row in of.history.series():
        for tier in row.tiers:
            tier.committed()


def shelve(of: Log, store: Store) -> None:
    """Leave on disk what is there."""
    of.history.shelve(lambda kind, name, tier: store.shelf(of.path, _series(kind, name), tier))


@lru_cache(maxsize=MOST_SERIES)
def _series(kind: str, name: str) -> Series:
    """One for all tiers of all logs."""
    return Series(kind, name)
