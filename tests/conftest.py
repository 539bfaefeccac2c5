"""What holds for every test: nothing that it started survives it."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("ci", derandomize=True)  # landing is no matter of luck
if "CI" in os.environ:
    settings.load_profile("ci")


@pytest.fixture(autouse=True)
def no_thread_survives() -> Iterator[None]:
    """A test that leaves a thread behind has failed."""
    before = set(threading.enumerate())
    yield
    left = [
        thread
        for thread in set(threading.enumerate()) - before
        if thread.is_alive() and not thread.daemon
    ]
    assert not left


class LogFile:
    """A log and all that can happen to it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, text: str | bytes) -> None:
        """Append, and create if need be."""
        with self.path.open("ab") as file:
            file.write(text.encode() if isinstance(text, str) else text)

    def rotate(self) -> None:
        """Rename it away and begin a new one, as logrotate does with `create`."""
        self.path.rename(f"{self.path}.1")
        self.path.touch()

    def copytruncate(self) -> None:
        """Copy it away and cut it, as logrotate does with `copytruncate`."""
        shutil.copy(self.path, f"{self.path}.1")
        os.truncate(self.path, 0)

    def rewrite(self, text: str) -> None:
        """Overwrite it in place."""
        with self.path.open("r+b") as file:
            file.truncate(0)
            file.write(text.encode())

    def replace(self, text: str) -> None:
        """Put another file in its place, as editors do."""
        new = self.path.with_name(".new")
        new.write_text(text)
        new.replace(self.path)

    def vanish(self) -> None:
        """Delete it."""
        self.path.unlink()


@pytest.fixture
def log(tmp_path: Path) -> LogFile:
    """A log that does not exist yet."""
    return LogFile(tmp_path / "app.log")
