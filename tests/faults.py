"""System calls that fail on purpose, in any process: see faults.c."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
from enum import IntEnum
from pathlib import Path

import pytest

ORDERS = struct.Struct("6q")  # call, turn, turns, error, inode, seen
ALWAYS = 2**62


class Call(IntEnum):
    """What can fail."""

    NONE = 0
    PWRITE = 1
    PREAD = 2
    OPEN = 3
    SYNC = 4
    CUT = 5
    UNLINK = 6


class Faults:
    """The orders that a process obeys which was started with `environment`."""

    def __init__(self, orders: Path) -> None:
        self._orders = orders
        if not orders.exists():
            self.none()

    def environment(self, library: Path) -> dict[str, str]:
        return {"FAULTS": str(self._orders), "LD_PRELOAD": str(library)}

    def none(self) -> None:
        """All is well."""
        self._write(Call.NONE, 0, 0, 0, 0)

    def kill_at(self, call: Call, turn: int) -> None:
        """SIGKILL instead of the call, at that turn of it."""
        self._write(call, turn, 1, 0, 0)

    def fail(self, call: Call, error: int, file: Path | None = None) -> None:
        """From now on; of one file only, if that is said."""
        self._write(call, 1, ALWAYS, error, file.stat().st_ino if file else 0)

    def _write(self, call: Call, turn: int, turns: int, error: int, inode: int) -> None:
        with open(self._orders, "r+b" if self._orders.exists() else "wb") as file:
            file.write(ORDERS.pack(call, turn, turns, error, inode, 0))

    @property
    def seen(self) -> int:
        """How often the call was made since."""
        return int(ORDERS.unpack(self._orders.read_bytes())[-1])


def library(directory: Path) -> Path:
    """The compiled faults.c; skips the test where there is nothing to compile it with."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if not compiler or not sys.platform.startswith("linux"):
        pytest.skip("no C compiler here: system calls cannot be made to fail")
    source, made = Path(__file__).with_name("faults.c"), directory / "faults.so"
    command = [compiler, "-O2", "-shared", "-fPIC", "-o", str(made), str(source), "-ldl"]
    subprocess.run(command, check=True)
    return made


def obeyed(faults: Faults, made: Path) -> bool:
    """Whether a process does as it is told; not where everything is linked into one file."""
    command = [sys.executable, "-c", "import os; os.pread(os.open('/dev/null', 0), 1, 0)"]
    faults.kill_at(Call.PREAD, 1)
    done = subprocess.run(command, env={**os.environ, **faults.environment(made)}, check=False)
    faults.none()
    return done.returncode < 0
