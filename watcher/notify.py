"""What systemd and the daemon tell each other: sd_notify, the watchdog, sockets, the journal.

The protocol is sd_notify(3) and sd_listen_fds(3). Where there is no systemd, nothing happens.
"""

from __future__ import annotations

import logging
import os
import socket
import sys
import time

STDERR = 2  # file descriptor
FIRST_SOCKET = 3  # SD_LISTEN_FDS_START
PATIENCE = 1.0  # seconds for systemd to take a message; the event loop waits meanwhile


def ready(status: str) -> None:
    """Serving now; after a reload, too."""
    _send(f"READY=1\nSTATUS={status}")


def status(text: str) -> None:
    """One line for `systemctl status`."""
    _send(f"STATUS={text}")


def starting(seconds: float, text: str) -> None:
    """Still busy: do not give up within the next `seconds`."""
    _send(f"EXTEND_TIMEOUT_USEC={int(seconds * 1e6)}\nSTATUS={text}")


def alive() -> None:
    """The heartbeat that systemd waits for."""
    _send("WATCHDOG=1")


def reloading() -> None:
    """Reading the configuration again; `ready` must follow."""
    _send(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")


def stopping() -> None:
    """Leaving because we were asked to."""
    _send("STOPPING=1")


def _send(text: str) -> None:
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
        out.settimeout(PATIENCE)
        try:
            out.sendto(text.encode(), address)
        except OSError as error:
            logging.getLogger(__name__).warning("systemd does not listen: %s", error)


def heartbeat() -> float | None:
    """Seconds between two heartbeats: half of what systemd allows; None: it does not care."""
    allowed, pid = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID")
    if not allowed.isdigit() or pid not in (None, str(os.getpid())):
        return None
    return int(allowed) / 2e6


def sockets() -> list[socket.socket]:
    """The listening sockets that systemd opened for us."""
    if os.environ.get("LISTEN_PID") != str(os.getpid()):
        return []
    number = int(os.environ.get("LISTEN_FDS", "0"))
    return [socket.socket(fileno=FIRST_SOCKET + n) for n in range(number)]


class JournalFormatter(logging.Formatter):
    """Puts the priority before each line, and leaves the time to the journal."""

    PRIORITIES = ((logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))

    def format(self, record: logging.LogRecord) -> str:
        level = next((number for least, number in self.PRIORITIES if record.levelno >= least), 7)
        lines = super().format(record).splitlines()
        return "\n".join(f"<{level}>{line}" for line in lines)


def log_to_stderr(level: str) -> None:
    """Where the daemon's own log goes: standard error, in the journal's form if that reads it."""
    handler = logging.StreamHandler(sys.stderr)
    if _is_the_journal(STDERR):
        handler.setFormatter(JournalFormatter("%(name)s: %(message)s"))
    else:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


def _is_the_journal(descriptor: int) -> bool:
    stat = os.fstat(descriptor)
    return os.environ.get("JOURNAL_STREAM") == f"{stat.st_dev}:{stat.st_ino}"
