"""How a client wants its answer: what is asked beside the view, and in no key of a frame.

`refresh`: browsers ask again by themselves; `wait`: the answer comes when the picture changes;
`cache`: how long caches in front may keep it; `onerror=200`: for clients that drop any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from aiohttp import web

from watcher.draw.view import ViewError
from watcher.serve.wishes import Pairs, TooLongError, pairs

LONGEST_WAIT = 55  # seconds; proxies give up on a silent server after 60
LONGEST_REFRESH, LONGEST_CACHE = 60 * 60, 24 * 60 * 60  # seconds
SECONDS = re.compile("[0-9]{1,6}")


class Manner(NamedTuple):
    """What is asked beside the view; 0: nothing. In seconds."""

    refresh: int = 0
    wait: int = 0
    cache: int = 0
    forgiving: bool = False  # errors have status 200

    @property
    def usual(self) -> bool:
        """Whether the answer, once it comes, is that to everybody."""
        return not (self.refresh or self.cache or self.forgiving)

    def status(self, true: int) -> int:
        """The status of an answer whose true one this is."""
        return 200 if self.forgiving else true

    def headers(self, *, good: bool) -> Mapping[str, str]:
        """What is said beside, or instead of, what every picture says; errors are never kept."""
        said = {"Refresh": str(self.refresh)} if self.refresh else {}
        return said | ({"Cache-Control": f"max-age={self.cache}"} if self.cache and good else {})


USUAL = Manner()


def manner_of(request: web.Request) -> Manner:
    """What the query asks beside the view; raises ViewError naming the parameter."""
    query = request.query_string
    if not any(name in query for name in PARAMETERS):
        return USUAL
    return parse(pairs(request))


def parse(query: Pairs) -> Manner:
    """The same of parameters that are known."""
    found: dict[str, Any] = {}
    for name, text in _ours(query):
        field, value = _read(name, text)
        if field in found:
            raise ViewError(f"{name}: given twice")
        found[field] = value
    return Manner(**found)


def lenient(request: web.Request) -> Manner:
    """As much of it as makes sense, for the answer that says what does not."""
    found: dict[str, Any] = {}
    with suppress(ViewError, TooLongError):
        for pair in _ours(pairs(request)):
            with suppress(ViewError):
                found |= [_read(*pair)]
    return Manner(**found)


def _ours(query: Pairs) -> Iterator[tuple[str, str]]:
    """Those that are meant here; an empty one is none."""
    return (pair for pair in query if pair[0] in PARAMETERS and pair[1])


def _read(name: str, text: str) -> tuple[str, int]:
    field, read = PARAMETERS[name]
    try:
        return field, read(text)
    except ValueError as error:
        raise ViewError(f"{name}: {error}") from None


def _seconds(least: int, most: int) -> Callable[[str], int]:
    """A reader of whole seconds."""

    def read(text: str) -> int:
        if not SECONDS.fullmatch(text) or not least <= int(text) <= most:
            raise ValueError(f"{text[:20]!r} is not from {least} to {most} (seconds)")
        return int(text)

    return read


def _forgiven(text: str) -> bool:
    if text != "200":
        raise ValueError(f"{text[:20]!r} is not 200, the only status that can be asked for")
    return True


# parameter -> field of Manner, reader
PARAMETERS: dict[str, tuple[str, Callable[[str], int]]] = {
    "refresh": ("refresh", _seconds(1, LONGEST_REFRESH)),
    "wait": ("wait", _seconds(0, LONGEST_WAIT)),
    "cache": ("cache", _seconds(1, LONGEST_CACHE)),
    "onerror": ("forgiving", _forgiven),
}
