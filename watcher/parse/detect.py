"""Which format is this log?

Judged by the first lines only, by what was counted, never by a single line or by time.
"""

from __future__ import annotations

from collections.abc import Sequence

from watcher.parse.batch import Batch
from watcher.parse.formats import Format

ENOUGH_LINES = 200  # after which a verdict stands
ENOUGH_BYTES = 64 * 1024  # likewise


def detect(head: bytes, formats: Sequence[Format]) -> tuple[Format, Batch]:
    """The format that understands most of `head` (complete lines), and what it says.

    Among equals the earlier in `formats` wins.
    """
    read = [(format_, format_.parse(head)) for format_ in formats]
    return max(read, key=lambda pair: len(pair[1].values))
