"""A log and whoever rotates, cuts, deletes, links or compresses it, for machines that play with it.

The model says of each line whether it must be counted in the end: not if it was cut away before
anybody kept it, or written into a file that is about to be cut.
"""

from __future__ import annotations

import gzip
import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Generic, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from watcher.follow.draining import LINGER
from watcher.follow.identity import Identity, identify

Line = TypeVar("Line")


class Rotator(RuleBasedStateMachine, Generic[Line]):
    """The half of a machine that writers and daemons are added to."""

    def prepare(self) -> None:
        """An empty log in a directory of its own."""
        self.directory = Path(tempfile.mkdtemp())
        self.path = self.directory / "app.log"
        self.path.touch()
        self.number, self.clock = 0, 0.0
        self.half: Line | None = None  # without its end
        self.copying = False
        self.fates: dict[Line, bool] = {}  # whether it must be counted
        self.inside: set[Line] = set()  # in the file at the path, and nowhere else
        self.kept: Counter[Line] = Counter()  # for good
        self.met: Identity | None = None  # the file at the path when something was last kept

    def add(self, text: str) -> None:
        """Append, and create if need be."""
        with self.path.open("ab") as file:
            file.write(text.encode())

    def expect(self, line: Line) -> None:
        """It must be counted, unless a rotator that has made its copy is about to cut it."""
        self.fates[line] = not self.copying
        self.inside.add(line)

    def meet(self, known: set[Identity]) -> None:
        """What was kept knows these files."""
        there = identify(str(self.path)) if self.path.exists() else None
        self.met = there if there in known else None

    def judge(self, counted: Counter[Line]) -> None:
        """Nothing was lost, nothing was counted twice."""
        for line, must in self.fates.items():
            assert counted[line] <= 1, f"{line} was counted twice"
            assert counted[line] or not must, f"{line} was lost"
        assert set(counted) <= set(self.fates), "lines that nobody wrote"

    def turn_over(self) -> None:
        """Another file is at the path."""
        self.half = None
        self.inside.clear()

    def give_up(self) -> None:
        """What is in the file is gone, and only what is kept for good is sure to be counted."""
        for line in self.inside:
            self.fates[line] = self.fates[line] and bool(self.kept[line])
        self.turn_over()

    def shift(self) -> None:
        """app.log.1 -> app.log.2, and so on."""
        for file in sorted(self.directory.glob("app.log.*"), key=lambda file: -_number(file)):
            ending = ".gz" if file.suffix == ".gz" else ""
            file.rename(f"{self.path}.{_number(file) + 1}{ending}")

    def pack(self, file: Path) -> None:
        """As gzip does: what is in it keeps its time."""
        packed, times = Path(f"{file}.gz"), file.stat()
        packed.write_bytes(gzip.compress(file.read_bytes(), 1))
        os.utime(packed, ns=(times.st_atime_ns, times.st_mtime_ns))
        file.unlink()

    @precondition(lambda self: not self.copying and _is_plain(self.path))
    @rule(create=st.booleans())
    def rotate(self, create: bool) -> None:
        """As logrotate does with `create`."""
        self.shift()
        self.path.rename(f"{self.path}.1")
        if create:
            self.path.touch()
        self.turn_over()

    @precondition(lambda self: not self.copying and _is_plain(self.path))
    @rule()
    def copy(self) -> None:
        """The first half of `copytruncate`."""
        self.shift()
        shutil.copy(self.path, f"{self.path}.1")
        self.copying = True
        if self.half is not None:
            self.fates[self.half] = False
        self.inside.clear()  # all of it is in the copy too

    @precondition(lambda self: self.copying)
    @rule()
    def cut(self) -> None:
        """The second half."""
        self.copying = False
        self.give_up()
        os.truncate(self.path, 0)

    @precondition(lambda self: not self.copying and self.path.exists())
    @rule()
    def truncate(self) -> None:
        """Somebody empties it."""
        self.give_up()
        os.truncate(self.path, 0)

    @precondition(lambda self: not self.copying and self.path.exists())
    @rule()
    def delete(self) -> None:
        """Somebody deletes it; the next line is in a new file."""
        target = self.path.resolve()
        self.path.unlink()
        target.unlink(missing_ok=True)
        self.give_up()

    @precondition(lambda self: not self.copying and self.path.is_symlink())
    @rule()
    def retarget(self) -> None:
        """The link leads to a new file; nobody finds one that was never seen."""
        if not self.met or self.met != identify(str(self.path)):
            self.give_up()
        self.path.unlink()
        self.link()

    @precondition(lambda self: not self.copying and not os.path.lexists(self.path))
    @rule()
    def link(self) -> None:
        """From now on it is a link."""
        self.number += 1
        target = self.directory / f"target-{self.number}"
        target.touch()
        self.path.symlink_to(target)
        self.turn_over()

    @rule(data=st.data())
    def compress(self, data: st.DataObject) -> None:
        """One that was rotated."""
        plain = sorted(file for file in self.directory.glob("app.log.*") if file.suffix != ".gz")
        if plain:
            self.pack(data.draw(st.sampled_from(plain)))

    @precondition(lambda self: self.half is None)
    @rule(many=st.sampled_from([16, 50, 1536]))
    def write_nuls(self, many: int) -> None:
        """What a crash of the machine leaves behind."""
        self.add("\0" * many)

    @rule()
    def wait(self) -> None:
        """Long enough for a generation to end."""
        self.clock += 2 * LINGER


def _number(file: Path) -> int:
    return int(file.name.removesuffix(".gz").rpartition(".")[2])


def _is_plain(file: Path) -> bool:
    return file.is_file() and not file.is_symlink()
