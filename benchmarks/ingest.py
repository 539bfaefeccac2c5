"""How fast log text becomes buckets, against awk and others on the same files in the same run.

"ours" is the whole job: `Log.read_whole` of a new file, which tells the format, reads, parses and
folds every number and class it finds into all tiers. Peers do one number in one tier (`peers`).
CPU time, the least of several turns, less what the same command takes for the first lines alone.
Ratios hold; nanoseconds are the machine's. RSS is the peak of the whole process; of ours it is told
too how much of that it takes to read, over the same process with an empty file.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from benchmarks import bench_logs, peers
from benchmarks.peers import Peer

LOST = 0.1  # of the time that a command takes to start; less cannot be told from noise
TICK = 1e-3  # seconds, what the kernel's accounting can tell
GLANCE = 0.002  # seconds between two looks at a process's memory
FIRST = 200  # lines whose cost is taken off: what it takes to start
AT_ONCE = (1, 10)  # lines of an append
APPENDS = 500
HOSTILE = 8192  # bytes of a line
PIECES = (b" ", b"1", b":", b'"', b"[", b"a=", b",", b"{", b'{"a":', b"2026-01-31 ")
MB = 1_000_000

# At most so many times the CPU time of mawk, and at least so many times less than plain Python's.
GOALS = {
    "access": (1.0, 1.9),
    "json": (1.1, 6.0),
    "logfmt": (1.5, 2.0),
    "syslog": (1.15, 2.5),
    "csv": (1.05, 2.2),
    "iso value": (1.3, 2.0),
    "integers": (0.4, 3.0),
}
APPEND_GOALS = {1: 12.0, 10: 25.0}  # us
HOSTILE_GOAL = 0.2  # ms a line of 8 KB
MEMORY_GOAL = 30.0  # MB over the bare process

OURS = Peer("ours", [sys.executable, "-m", "benchmarks.ingest", "--whole"])


class Cost(NamedTuple):
    """What a command took."""

    seconds: float  # CPU
    memory: float  # MB at its peak


class Row(NamedTuple):
    """What a command took for all lines but the first."""

    name: str
    nanoseconds: float  # CPU, a line; NaN where the start takes so long that nobody can tell
    memory: float  # MB at its peak


def main(argv: list[str]) -> int:
    """Make the logs, measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks ingest", description=__doc__)
    parser.add_argument("--size", type=float, default=30, help="MB of each log")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--only", choices=bench_logs.LINES, help="this format alone")
    parser.add_argument("--alone", action="store_true", help="without the slow peers")
    parser.add_argument("--whole", metavar="FILE", help=argparse.SUPPRESS)
    parser.add_argument("--appends", metavar="FILE", help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    if arguments.whole or arguments.appends:
        (_whole if arguments.whole else _live)(Path(arguments.whole or arguments.appends))
        return 0
    print(f"not installed: {', '.join(peers.absent()) or 'none of them'}\n")
    with tempfile.TemporaryDirectory(prefix="watcher-bench-") as folder:
        for format_ in [arguments.only] if arguments.only else bench_logs.LINES:
            file = Path(folder) / "log"
            bench_logs.write(format_, file, int(arguments.size * MB))
            _compare(format_, file, arguments.turns, alone=arguments.alone)
    return 0


def _compare(format_: str, file: Path, turns: int, *, alone: bool) -> None:
    with file.open("rb") as log:
        first = b"".join(log.readline() for _ in range(FIRST))
        lines = FIRST + sum(1 for _ in log)
    start = file.with_name("start")
    start.write_bytes(first)
    rivals = peers.installed(format_, file.parent)
    if alone:
        rivals = [one for one in rivals if one.name in ("mawk", "plain Python")]
    rows = _measured([OURS, *rivals], file, start, lines - FIRST, turns)
    size = file.stat().st_size
    print(f"{format_}: {size / MB:.0f} MB, {lines:,} lines of {size / lines:.0f} bytes")
    _print(rows, size / lines, dict(zip(("mawk", "plain Python"), GOALS[format_], strict=True)))
    start.write_bytes(b"")
    over = rows[0].memory - _run(OURS, start).memory
    print(f"  memory to read it: {over:.1f} MB (goal {MEMORY_GOAL:.0f})")
    start.write_bytes(first)
    _run(Peer("", [sys.executable, "-m", "benchmarks.ingest", "--appends"]), start, loud=True)
    print(flush=True)


def _measured(commands: list[Peer], file: Path, start: Path, lines: int, turns: int) -> list[Row]:
    """Each command in turn, again and again."""
    whole: dict[str, list[Cost]] = {one.name: [] for one in commands}
    begun: dict[str, list[Cost]] = {one.name: [] for one in commands}
    for _ in range(turns):
        for one in commands:
            begun[one.name].append(_run(one, start))
            whole[one.name].append(_run(one, file))
    return [_row(one.name, min(whole[one.name]), min(begun[one.name]), lines) for one in commands]


def _row(name: str, whole: Cost, begun: Cost, lines: int) -> Row:
    took = whole.seconds - begun.seconds
    lost = took < LOST * begun.seconds
    return Row(name, math.nan if lost else max(took, TICK) / lines * 1e9, whole.memory)


def _run(peer: Peer, file: Path, *, loud: bool = False) -> Cost:
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [*peer.command, str(file)],
            env={**os.environ, **peer.environment},
            stdin=subprocess.DEVNULL,
            stdout=None if loud else subprocess.DEVNULL,
            stderr=errors,
        )
        memory, ended = 0.0, 0
        while not ended:
            memory = max(memory, _memory(process.pid))
            time.sleep(GLANCE)
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        if process.returncode:
            raise RuntimeError(f"{peer.name}: {errors.read().decode(errors='replace')[-2000:]}")
    return Cost(usage.ru_utime + usage.ru_stime, memory)


def _memory(pid: int) -> float:
    """MB at the peak so far; `ru_maxrss` counts what it was forked from too."""
    said = Path(f"/proc/{pid}/status").read_text()
    return int(said.partition("VmHWM:")[2].split()[0]) / 1000 if "VmHWM:" in said else 0.0


def _print(rows: list[Row], width: float, goals: dict[str, float]) -> None:
    print(f"  {'':20}{'ns/line':>9}{'lines/s':>12}{'MB/s':>7}{'RSS MB':>8}  ours to it")
    ours = rows[0].nanoseconds
    for row in rows:
        cost = row.nanoseconds
        if math.isnan(cost):
            print(f"  {row.name:20} lost in its start: take a larger --size")
            continue
        text = f"  {row.name:20}{cost:>9.0f}{1e9 / cost:>12,.0f}{width * 1e3 / cost:>7.0f}"
        text += f"{row.memory:>8.1f}"
        if row.name != "ours":
            text += f"  {_ratio(row.name, ours / cost, goals)}"
        print(text)


def _ratio(name: str, ratio: float, goals: dict[str, float]) -> str:
    said = f"{ratio:.2f}x the time" if ratio > 1 else f"{1 / ratio:.1f}x faster"
    if name == "mawk":
        said = f"{ratio:.2f}x the time (goal: {goals[name]:.2f}x)"
    if name == "plain Python":
        said += f" (goal: {goals[name]:.1f}x)"
    return said


def _whole(file: Path) -> None:
    """In a process of its own: the whole of a log."""
    from watcher.log import Log  # not in the process that others are started from

    log = Log("bench", "bench", str(file), UTC)
    log.read_whole(time.time())
    counters = log.counters
    assert counters.samples >= 0.99 * counters.lines, f"{log.format.name}: {counters}"


def _live(file: Path) -> None:
    """In a process of its own: appends of a few lines, as they go on, and of hostile ones."""
    from watcher.log import Log

    with file.with_name("log").open("rb") as whole:
        lines = islice(whole, FIRST, None)
        coming = {many: [list(islice(lines, many)) for _ in range(APPENDS)] for many in AT_ONCE}
    log = Log("bench", "bench", str(file), UTC)
    with file.open("ab", buffering=0) as writer:
        said = []
        for many in AT_ONCE:
            took = sorted(_append(log, writer.write, some) for some in coming[many])
            said.append(f"{many} in {took[APPENDS // 2]:.0f} us (goal {APPEND_GOALS[many]:.0f})")
    worst = max((_hostile(log, piece), piece) for piece in PIECES)
    print(f"  lines appended: {', '.join(said)}; fields {list(log.format.fields)}")
    print(f"  hostile line of 8 KB: {worst[0]:.3f} ms of {worst[1]!r} (goal {HOSTILE_GOAL})")


def _append(log: object, write: Callable[[bytes], int], lines: list[bytes]) -> float:
    """Microseconds of a pull after `lines` were written."""
    from watcher.log import Log

    assert isinstance(log, Log)
    write(b"".join(lines))
    now, begun = time.time(), time.perf_counter_ns()
    for _ in log.pull(now, begun / 1e9):
        pass
    return (time.perf_counter_ns() - begun) / 1000


def _hostile(log: object, piece: bytes) -> float:
    """CPU milliseconds for a line, where some like it have been met before."""
    from watcher.log import Log

    assert isinstance(log, Log)
    block = ((piece * HOSTILE)[:HOSTILE] + b"\n") * 8
    log.format.parse(block)  # compiles a pattern, once
    begun = time.thread_time()
    log.format.parse(block)
    return (time.thread_time() - begun) / 8 * 1000


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
