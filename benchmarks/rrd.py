"""Pictures by rrdtool, the oldest of those that do the same."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.measure import module

if TYPE_CHECKING:
    from benchmarks.painters import Job

START, DAY = 1_763_766_000, 86_400  # Unix seconds; of the databases
UPDATES = 2000  # of a database in one call
BLUE, PALE = "#0969da", "#b2dbff"


def rrdtool(job: Job, how: str, folder: Path, stack: ExitStack) -> Callable[[int], bytes]:
    """Pictures of databases that are filled before: by its package, kept open, or a command."""
    wishes = [_rrd_arguments(job, kind, folder) for kind in range(len(job.means))]
    if how == "graphv":
        graphv = module("rrdtool").graphv
        one: Callable[[list[str]], bytes] = lambda wish: bytes(graphv("-", *wish)["image"])  # noqa: E731
    elif how == "command":
        one = _rrd_command
    else:
        pipe = opened(["rrdtool", "-"], stack)
        one = lambda wish: _rrd_piped(pipe, wish)  # noqa: E731
    return lambda kind: b"".join(one(wishes[(kind + n) % len(wishes)]) for n in range(job.tiles))


def _rrd_command(wish: list[str]) -> bytes:
    command = ["rrdtool", "graph", "-", *wish]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout


def _rrd_piped(pipe: subprocess.Popen[bytes], wish: list[str]) -> bytes:
    assert pipe.stdin
    assert pipe.stdout
    pipe.stdin.write(f"graphv - {' '.join(wish)}\n".encode())
    pipe.stdin.flush()
    image = b""
    for line in iter(pipe.stdout.readline, b""):
        if line.startswith(b"image = BLOB_SIZE:"):
            image = pipe.stdout.read(int(line.partition(b":")[2]))
        elif line.startswith((b"OK", b"ERROR")):
            break
    if not image:
        raise RuntimeError(f"rrdtool: {line.decode()}")
    return image


def _rrd_arguments(job: Job, kind: int, folder: Path) -> list[str]:
    number = len(job.means[kind])
    file = folder / f"{job.width}-{number}-{kind}.rrd"
    step = max(1, DAY // number) if job.banded else 60
    fine = 10 if job.banded and len(job.lows[kind]) else 1  # samples in a column
    step -= step % fine if step >= fine else 0
    if not file.exists():
        _rrd_filled(job, kind, file, step, fine)
    size = ["--width", str(job.width), "--height", str(job.height), "--full-size-mode"]
    span = ["--start", str(START), "--end", str(START + number * step), "--title", "values"]
    wish = [*size, *span, "--lower-limit", "0", f"DEF:mean={file}:v:AVERAGE"]
    if fine > 1:
        wish += [f"DEF:low={file}:v:MIN", f"DEF:high={file}:v:MAX", "CDEF:band=high,low,-"]
        wish += ["AREA:low", f"AREA:band{PALE}::STACK"]
    return [*wish, f"LINE2:mean{BLUE}" if job.banded else "AREA:mean#5555dd"]


def _rrd_filled(job: Job, kind: int, file: Path, step: int, fine: int) -> None:
    number = len(job.means[kind])
    archives = [f"RRA:{name}:0.5:{fine}:{number}" for name in ("AVERAGE", "MIN", "MAX")]
    archives = archives if fine > 1 else archives[:1]
    made = ["create", str(file), "--start", str(START), "--step", str(step // fine)]
    _rrd_told([*made, "DS:v:GAUGE:86400:U:U", *archives])
    values = _samples(job, kind, fine)
    for first in range(0, len(values), UPDATES):
        some = enumerate(values[first : first + UPDATES], first + 1)
        _rrd_told(["update", str(file), *(f"{START + n * step // fine}:{v:.2f}" for n, v in some)])


def _samples(job: Job, kind: int, fine: int) -> list[float]:
    """Single values of which the columns are made."""
    if fine == 1:
        return [float(value) for value in job.means[kind]]
    values = np.repeat(job.means[kind], fine).reshape(-1, fine)
    values[:, 3], values[:, 7] = job.lows[kind], job.highs[kind]
    return [float(value) for value in values.reshape(-1)]


def _rrd_told(command: list[str]) -> None:
    package = module("rrdtool")
    if package:
        getattr(package, command[0])(*command[1:])
    else:
        subprocess.run(["rrdtool", *command], check=True, stdout=subprocess.DEVNULL)


def opened(command: list[str], stack: ExitStack) -> subprocess.Popen[bytes]:
    """A program that waits for commands until the stack ends."""
    pipe = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    stack.enter_context(pipe)
    return pipe
