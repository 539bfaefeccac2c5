"""The ways the world writes a time, each a name and a fast way to read it."""

from __future__ import annotations

from datetime import datetime, tzinfo

MOST_MINUTES = 4096  # remembered minutes; a block of lines seldom has more than a few

ISO_8601 = "iso8601"
ISO_MINUTE = rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d"
ISO_SECONDS = rb"\d\d(?:[.,]\d{1,9}+)?"
ISO_ZONE = rb"Z|[+-]\d\d:?\d\d"


class Minutes:
    """Unix seconds of minutes as ISO 8601 writes them; those of late are remembered.

    All that makes a time costly, the calendar and the zone, changes by the minute at most.
    """

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone  # of times that name none
        self._known: dict[tuple[bytes, bytes | None], float | None] = {}

    def start(self, minute: bytes, zone: bytes | None) -> float | None:
        """When `2026-01-31T14:00` began; None if there is no such minute."""
        try:
            return self._known[minute, zone]
        except KeyError:
            if len(self._known) >= MOST_MINUTES:
                self._known.clear()
            start = self._known[minute, zone] = self._read(minute, zone)
            return start

    def _read(self, minute: bytes, zone: bytes | None) -> float | None:
        try:
            when = datetime.fromisoformat((minute + (zone or b"")).decode("ascii"))
            return (when if zone else when.replace(tzinfo=self._zone)).timestamp()
        except (ValueError, OverflowError):
            return None
