"""How far the reading of the past is, for somebody at a terminal."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable

WIDTH = 40  # characters of the bar
EVERY = 0.2  # seconds between two looks


async def show(share: Callable[[], float]) -> None:
    """Draw a bar on standard error while `share` is below 1, if a terminal is there."""
    if not sys.stderr.isatty():
        return
    shown = False
    while True:
        done = share()
        if done < 1 or shown:
            print(f"\r{bar(done)}", end="\n" if done >= 1 else "", file=sys.stderr, flush=True)
        shown = done < 1
        await asyncio.sleep(EVERY)


def bar(done: float) -> str:
    """`done`, 0 to 1, as a line of text."""
    full = int(done * WIDTH)
    return f"reading the past [{'#' * full}{' ' * (WIDTH - full)}] {int(done * 100):3} %"
