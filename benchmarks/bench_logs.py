"""The logs that `ingest` reads: each format as programs write it, the same bytes every time."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

SEED = 5
RATE = 20.0  # lines a second: several share one, as in the log of any server with work to do
BEGIN = datetime(2026, 1, 31, 6, tzinfo=UTC).timestamp()
FLUSH = 10_000  # lines

PATHS = ("/", "/api/v1/items/4711", "/static/app.3f2c.js", "/login", "/search?q=watch&page=2")
AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "curl/8.14.1",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15",
)
STATUSES = (200,) * 17 + (304, 404, 500)
LEVELS = ("info",) * 16 + ("debug", "debug", "warn", "error")
MESSAGES = ("request handled", "request handled", "cache miss, asked the upstream", "slow query")

Line = Callable[[datetime, random.Random], str]


def write(format_: str, path: Path, size: int) -> None:
    """Some `size` bytes of `format_`, whole lines only."""
    written = 0
    with path.open("w", newline="\n") as file:
        if format_ in HEADINGS:
            written += file.write(HEADINGS[format_] + "\n")
        for lines in _blocks(LINES[format_]):
            written += file.write(lines)
            if written >= size:
                return


def _blocks(line: Line) -> Iterator[str]:
    rng, now = random.Random(SEED), BEGIN
    while True:
        lines = []
        for _ in range(FLUSH):
            now += rng.expovariate(RATE)
            lines.append(line(datetime.fromtimestamp(now, UTC), rng) + "\n")
        yield "".join(lines)


def _access(now: datetime, rng: random.Random) -> str:
    client = f"{rng.randint(1, 223)}.{rng.randint(0, 255)}.{rng.randint(0, 255)}.7"
    request = f"{rng.choice(('GET', 'GET', 'POST'))} {rng.choice(PATHS)} HTTP/1.1"
    sent, took = int(rng.lognormvariate(8, 1.5)), rng.lognormvariate(-3, 1)
    return (
        f'{client} - - [{now:%d/%b/%Y:%H:%M:%S} +0000] "{request}" {rng.choice(STATUSES)} {sent}'
        f' "https://example.org/" "{rng.choice(AGENTS)}" {took:.3f}'
    )


def _json(now: datetime, rng: random.Random) -> str:
    return json.dumps(
        {
            "ts": _iso(now) + "Z",
            "level": rng.choice(LEVELS),
            "logger": "app.server",
            "msg": rng.choice(MESSAGES),
            "method": "GET",
            "path": rng.choice(PATHS),
            "status": rng.choice(STATUSES),
            "duration_ms": round(rng.lognormvariate(3, 1), 2),
            "trace": f"{rng.getrandbits(64):016x}",
        },
        separators=(",", ":"),
    )


def _logfmt(now: datetime, rng: random.Random) -> str:
    return (
        f'ts={_iso(now)}Z level={rng.choice(LEVELS)} logger=app.server msg="{rng.choice(MESSAGES)}"'
        f" method=GET path={rng.choice(PATHS)} status={rng.choice(STATUSES)}"
        f" duration={rng.lognormvariate(3, 1):.2f}ms trace={rng.getrandbits(64):016x}"
    )


def _syslog(now: datetime, rng: random.Random) -> str:
    return (
        f"{now:%b} {now.day:2} {now:%H:%M:%S} web1 app[{rng.randint(900, 907)}]: "
        f"job {rng.randint(10_000, 99_999)} done in {int(rng.lognormvariate(3, 1))} ms"
    )


def _csv(now: datetime, rng: random.Random) -> str:
    sensor = f"sensor-{rng.randint(1, 9)}"
    return f"{now:%Y-%m-%d %H:%M:%S},{sensor},building A,ok,{rng.gauss(20, 4):.2f}"


def _iso_value(now: datetime, rng: random.Random) -> str:
    return f"{_iso(now)}Z {rng.gauss(20, 4):.2f}"


def _integer(_: datetime, rng: random.Random) -> str:
    return str(rng.randint(0, 999_999))


def _iso(now: datetime) -> str:
    return f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03}"


HEADINGS = {"csv": "time,sensor,place,state,temperature"}
LINES: dict[str, Line] = {
    "access": _access,
    "json": _json,
    "logfmt": _logfmt,
    "syslog": _syslog,
    "csv": _csv,
    "iso value": _iso_value,
    "integers": _integer,
}
