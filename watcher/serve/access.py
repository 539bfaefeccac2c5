"""Who may look, from where, and how much of everything: the fence before all other rooms.

One middleware, cheap enough to stand before every picture: it checks the Host (against DNS
rebinding: a foreign page must not read our graphs through a name of its own) and turns
aiohttp's own refusals into words. Everything that has a limit has it here.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable, Mapping

import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

MAX_CONNECTIONS = 12_000  # in total; the contract promises 1,000, also from one address
MAX_STREAMS = 10_000  # open event streams in total, 10 KiB each
MAX_STREAMS_PER_ADDRESS = 6_000  # a proxy is one address for a whole company
MAX_QUERY = 2000  # characters; the longest sensible view has some 300
MAX_PARAMETERS = 50  # of one request; there are fewer than 30 to know
MAX_BODY = 64 * 1024  # bytes of a POST: a form of parameters
MAX_HEADER_LINE = 8190  # bytes of the request line, and of one header
MAX_HEADERS = 100  # a browser sends 20
MAX_HOSTS = 1024  # Host headers remembered; a stranger can invent many
SLOWEST_READER = 60.0  # seconds to take one answer off our hands
RETRY_AFTER = "1"  # seconds; what stands in the way takes milliseconds

ALL = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Server": "watcher"}
PAGE = ALL | {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'self'",
    "Cache-Control": "no-cache",
}
PICTURE = ALL | {"Cross-Origin-Resource-Policy": "cross-origin"}
FOREVER = {
    "Cache-Control": "public, max-age=31536000, immutable"
}  # the name or query is the content
NEVER = {"Cache-Control": "no-store"}


class Access(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table `[access]` of the configuration."""

    hosts: tuple[str, ...] = ()  # extra Host names to answer to
    anonymous: bool = False  # true = I know that anybody can look


class Hosts:
    """Which Host headers are ours; the verdicts are remembered."""

    LOCAL = re.compile(
        r"[a-z0-9_-]+(?:|\.local|\.lan|\.home\.arpa)|[a-z0-9_.-]+\.(?:local|lan|home\.arpa)"
    )

    def __init__(self, names: Iterable[str]) -> None:
        self._ours = {name.lower().rstrip(".") for name in (*names, socket.gethostname())}
        self._known: dict[str, bool] = {}

    def allow(self, header: str) -> bool:
        """Whether a request with this Host header may be answered."""
        verdict = self._known.get(header)
        if verdict is None:
            if len(self._known) >= MAX_HOSTS:
                self._known.clear()
            verdict = self._known[header] = self._judge(header)
        return verdict

    def _judge(self, header: str) -> bool:
        match = re.fullmatch(r"(\[[^\]]*\]|[^:\[\]]+)(?::\d*)?", header.strip().lower())
        if match is None:
            return False
        name = match[1].rstrip(".")
        if name in self._ours or self.LOCAL.fullmatch(name):
            return True
        return is_address(name)


def is_address(name: str) -> bool:
    """Whether `name` is an IPv4 address, or an IPv6 address in brackets."""
    try:
        if name.startswith("["):
            ipaddress.IPv6Address(name[1:-1])
        else:
            ipaddress.IPv4Address(name)
    except ValueError:
        return False
    return True


def fence(access: Access, words: Callable[[web.Request, int, str], web.Response]) -> Middleware:
    """The middleware; `words(request, status, text)` makes the answers that are only words."""
    hosts = Hosts(access.hosts)

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        host = request.headers.get("Host", "localhost")  # only HTTP/1.0 tools leave it out
        if not hosts.allow(host) and request.path != "/healthz":
            return words(request, 421, refusal(host))
        try:
            return await handler(request)
        except web.HTTPException as error:
            return in_words(request, error, words)

    return middleware


def refusal(host: str) -> str:
    """What a stranger's Host is told, and its owner's cure."""
    return (
        f"This daemon does not answer to the name {host[:100]!r}. "
        "If it should, add the name to the setting [access] hosts in watcher.toml, such as "
        '\n\n[access]\nhosts = ["graphs.example.org"]'
    )


def in_words(
    request: web.Request,
    error: web.HTTPException,
    words: Callable[[web.Request, int, str], web.Response],
) -> web.Response:
    """Aiohttp's own refusals (no such path, wrong method, too large), said our way."""
    texts = {
        404: f"There is nothing at {request.path[:200]}.",
        405: f"{request.method[:20]} is not possible here.",
        413: f"The body is too large: at most {MAX_BODY:,} bytes.",
    }
    answer = words(request, error.status, texts.get(error.status, error.reason))
    answer.headers.update(kept(error.headers))
    return answer


def kept(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of a refusal that say more than its words."""
    return {name: headers[name] for name in ("Allow", "Location") if name in headers}
