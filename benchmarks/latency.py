"""How long from write() to the new picture in a client's hands.

A real daemon watches 1, 100 and 1,000 logs. A client listens on /events. One line is appended to
one log; the clock runs from the return of write() until the client, told by an event, has
received the whole new PNG. Nothing else happens on the machine's side of the test.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import msgspec

FLEETS = (1, 100, 1000)  # logs
PAUSE = 0.12  # seconds between two appends: longer than a pass, so that each finds a quiet daemon
PATIENCE = 10.0  # seconds for a picture, before the run counts as broken


@asynccontextmanager
async def daemon(folder: Path) -> AsyncIterator[str]:
    """A daemon that watches `folder`; gives its URL once it is ready."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "watcher", "serve", str(folder)),
        *("--listen", "127.0.0.1:0", "--no-state", "--log-level", "error"),
        stdout=subprocess.PIPE,
    )
    assert process.stdout
    try:
        line = await asyncio.wait_for(process.stdout.readline(), 60)
        found = re.search(r"http://\S+", line.decode())
        assert found, "the daemon did not start"
        yield found[0]
    finally:
        process.terminate()
        await process.wait()


async def frames(events: aiohttp.StreamReader) -> AsyncIterator[str]:
    """The names of the graphs that have a new frame."""
    async for line in events:
        if line.startswith(b'data: {"graph"'):
            yield msgspec.json.decode(line[6:])["graph"]


async def times(logs: int, samples: int) -> list[float]:
    """Milliseconds from write() to the picture, one for each of `samples` appends."""
    with tempfile.TemporaryDirectory(prefix="watcher-bench-") as name:
        folder, rng = Path(name), random.Random(logs)
        for n in range(logs):
            (folder / f"log{n}.txt").write_text(
                "".join(f"{rng.randint(0, 99)}\n" for _ in range(400))
            )
        async with (
            daemon(folder) as url,
            aiohttp.ClientSession(url) as session,
            session.get("/events") as stream,
        ):
            told = frames(stream.content)
            for _ in range(logs):
                await anext(told)
            return [await once(folder, rng, logs, session, told) for _ in range(samples)]


async def once(
    folder: Path,
    rng: random.Random,
    logs: int,
    session: aiohttp.ClientSession,
    told: AsyncIterator[str],
) -> float:
    """Append one line to one log, and wait for its picture."""
    graph = f"log{rng.randrange(min(logs, 10))}"
    async with session.get(f"/g/{graph}.png") as answer:  # somebody looks at it
        before = answer.headers["ETag"]
        await answer.read()
    await asyncio.sleep(PAUSE)
    with (folder / f"{graph}.txt").open("a", buffering=1) as log:
        log.write(f"{rng.randint(100, 999)}\n")
        begun = time.perf_counter()
    async with asyncio.timeout(PATIENCE):
        while await anext(told) != graph:
            pass
        async with session.get(f"/g/{graph}.png") as answer:
            picture = await answer.read()
    took = time.perf_counter() - begun
    assert picture.startswith(b"\x89PNG")
    assert answer.headers["ETag"] != before
    return took * 1000


def main(arguments: list[str]) -> int:
    """Print one row for each number of logs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks latency", description=__doc__)
    parser.add_argument("--samples", type=int, default=200)
    samples = parser.parse_args(arguments).samples
    print(f"write() -> new PNG received, ms, {samples} appends each")
    print(f"{'logs':>6} {'p50':>7} {'p90':>7} {'p99':>7} {'max':>7}")
    for logs in FLEETS:
        took = sorted(asyncio.run(times(logs, samples)))
        cuts = statistics.quantiles(took, n=100)
        print(f"{logs:>6} {cuts[49]:>7.2f} {cuts[89]:>7.2f} {cuts[98]:>7.2f} {took[-1]:>7.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
