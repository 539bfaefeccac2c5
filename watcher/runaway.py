"""Does a user's pattern run away? Tried on hostile lines, in a process that can be killed.

The pattern comes from the operator, the lines from anyone: one that backtracks without end
would stop every log. The lines are made of the log's own: beginnings that fit, and behind them
one letter or word again and again, and an end that fits nothing.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator

import msgspec

from watcher.parse.settings import LONGEST_FOR_USERS, compiled

LIMIT = 2.0  # seconds for all lines of a pattern; a good one takes some hundredths
SLOW = 0.2  # seconds for one line; a good one takes less than a thousandth
MOST_LINES = 5  # of the log, that hostile ones are made of
MOST_WORDS = 24  # of a line, likewise
LONGEST_WORD = 64  # bytes of it that are repeated
STARTED = b"."  # what the process writes when it has begun: importing does not count
ALWAYS = (b"a", b"0", b" ", b"-", b'"', b"a ", b"0,", b"a=", b"/a")  # in every log, some day

_words = re.compile(rb"[A-Za-z0-9_]+|[^A-Za-z0-9_\s]+|\s+").finditer


class Trial(msgspec.Struct, frozen=True):
    """What the process is given."""

    pattern: str
    searched: bool  # anywhere in a line, else at its beginning
    lines: list[bytes]


def runaway(pattern: str, lines: Iterable[bytes], *, searched: bool) -> str:
    """In words, how it runs away on lines such as these; empty: it does not."""
    trial = Trial(pattern, searched, list(dict.fromkeys(hostile(list(lines)))))
    with subprocess.Popen(
        [sys.executable, "-m", "watcher.runaway"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,  # else what follows STARTED may be read with it
    ) as process:
        said = _outcome(process, msgspec.json.encode(trial))
    if said is None:
        return f"takes more than {LIMIT:g} s for lines of {LONGEST_FOR_USERS} bytes"
    return f"takes {said:.1f} s for a line of {LONGEST_FOR_USERS} bytes" if said >= SLOW else ""


def _outcome(process: subprocess.Popen[bytes], trial: bytes) -> float | None:
    """Seconds for the worst line; None if it did not come to an end."""
    assert process.stdin is not None  # noqa: S101 - for mypy: it is a pipe
    assert process.stdout is not None  # noqa: S101
    process.stdin.write(trial)
    process.stdin.close()
    process.stdin = None
    process.stdout.read(len(STARTED))
    try:
        told, _ = process.communicate(timeout=LIMIT)
        return float(told)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return None


def hostile(lines: list[bytes]) -> Iterator[bytes]:
    """Lines as long as a user's pattern is ever given, made to be nearly matched."""
    for piece in ALWAYS:
        yield _long(b"", piece)
    for line in lines[:MOST_LINES]:
        line = line[: LONGEST_FOR_USERS // 2]
        for word in list(_words(line))[:MOST_WORDS]:
            piece, before = word[0][:LONGEST_WORD], line[: word.start()]
            for again in (piece, piece[:1], piece + b" "):
                yield _long(before, again)
                yield _long(b"", again)
        yield _long(b"", line + b" ")
        yield _long(line, b" ")


def _long(before: bytes, piece: bytes) -> bytes:
    """`before`, and `piece` until the line is full, but for an end that nothing matches."""
    room = LONGEST_FOR_USERS - len(before) - 1
    return before + (piece * (room // len(piece) + 1))[:room] + b"\x01"


def _try(trial: Trial) -> float:
    """Seconds for the line that takes longest."""
    pattern, worst = compiled(trial.pattern), 0.0
    attempt = pattern.search if trial.searched else pattern.match
    for line in trial.lines:
        begun = time.perf_counter()
        attempt(line)
        worst = max(worst, time.perf_counter() - begun)
    return worst


def main() -> None:
    """Run by `runaway`: a trial comes in, seconds go out."""
    trial = msgspec.json.decode(sys.stdin.buffer.read(), type=Trial)
    sys.stdout.buffer.write(STARTED)
    sys.stdout.buffer.flush()
    sys.stdout.write(f"{_try(trial)}")


if __name__ == "__main__":
    main()
