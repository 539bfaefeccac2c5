"""What holds for every test: nothing that it started survives it."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ["tests.serving"]
settings.register_profile("ci", derandomize=True)  # landing is no matter of luck
if "CI" in os.environ:
    settings.load_profile("ci")

# Events are only hints: everything must hold without them, here and in the daemons of the tests.
if "WATCHER_TEST_WITHOUT_WATCHDOG" in os.environ:
    unplugged = str(Path(__file__).with_name("unplugged"))
    sys.path.insert(0, unplugged)
    os.environ["PYTHONPATH"] = os.pathsep.join(
        [unplugged, *filter(None, [os.environ.get("PYTHONPATH")])]
    )


ACCOUNT = (
    f"{'rotation':14}{'events':>7}{'lines':>9}{'rotations':>10}{'SIGKILLs':>9}"
    f"{'missing':>9}{'still on disk':>15}{'lost by logrotate':>19}{'duplicates':>12}"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long logs and daemons are tormented; which pictures are right."""
    parser.addoption("--torture", type=float, default=50, help="seconds for all kinds of rotation")
    parser.addoption("--golden", action="store_true", help="draw the pictures of tests/golden anew")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The accounts of those that were tormented."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    told = [dict(report.user_properties).get("accounting") for report in reports]
    if any(told):
        terminalreporter.section("accounts")
        terminalreporter.write_line(ACCOUNT)
        for row in filter(None, told):
            terminalreporter.write_line(str(row))


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
