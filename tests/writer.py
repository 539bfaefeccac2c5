"""A program that writes a log: numbered, dated lines, until SIGTERM; then it says how many.

On SIGHUP it opens its log anew, as daemons do. Run as a file: it needs nothing of this project.
"""

from __future__ import annotations

import os
import signal
import sys
import time

NAP = 0.002  # seconds between two looks at the clock


def line(first: int, number: int) -> str:
    """Each has a second of its own, so that whoever counts by seconds tells it from all others."""
    return f"{first + number} {number}\n"


def main(path: str, first: int, rate: int) -> None:
    """`first`: Unix seconds of line 0; `rate`: lines a second."""
    asked: list[int] = []
    for number in (signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, lambda number, _: asked.append(number))
    written, begun, log = 0, time.monotonic(), _opened(path)
    sys.stdout.write("writing\n")
    sys.stdout.flush()
    while signal.SIGTERM not in asked:
        if asked:
            asked.clear()
            os.close(log)
            log = _opened(path)
        while written < (time.monotonic() - begun) * rate:
            os.write(log, line(first, written).encode())
            written += 1
        time.sleep(NAP)
    sys.stdout.write(f"{written}\n")


def _opened(path: str) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
