"""Which files are logs, and what are they called?

A place is what a user names: a file, a directory or a glob. A file is a log because the user
says so. In a directory it is one if it is text and its name does not say otherwise.
"""

from __future__ import annotations

import glob
import logging
import os
import re
from collections.abc import Container, Iterator
from functools import lru_cache
from heapq import nlargest
from typing import NamedTuple

HEAD = 4096  # bytes that decide whether a file is text
MOST_LOGS = 10_000  # paths of one place; more are somebody's archive, not somebody's logs
MOST_TOLD = 1024  # places that are known to have more

NOT_LOGS = (".py", ".sh", ".toml", ".md", ".html", ".js", ".css", ".yaml", ".yml")
COMPRESSED = (".gz", ".xz", ".bz2", ".zst", ".zip", ".lz4", ".Z")
ROTATED = re.compile(r"[.-](\d{8}([-_T.]?\d+)?|\d{4}-\d{2}-\d{2}([-_T.][\d-]+)?|old|bak|orig)$")
NUMBERED = re.compile(r"[.-]\d{1,4}$")  # rotated where a log is without that, or with `.log` before
DATED = re.compile(r"(19|20)\d\d[-_.]?\d\d")
TEXT_CONTROLS = bytes(range(0x07, 0x0E)) + b"\x1b"  # bell to carriage return, escape
OTHER_CONTROLS = bytes(set(range(0x20)) - set(TEXT_CONTROLS)) + b"\x7f"

log = logging.getLogger(__name__)


class Place(NamedTuple):
    """What to watch, as the user wrote it."""

    path: str  # a file, a directory or a glob
    name: str = ""  # of the log; of a directory or glob: a prefix for its logs

    @property
    def root(self) -> str:
        """The directory that the names of its logs start from."""
        path = os.path.abspath(self.path)
        if os.path.isdir(path):
            return path
        parent = os.path.dirname(path)
        while glob.has_magic(parent):
            parent = os.path.dirname(parent)
        return parent

    @property
    def breadth(self) -> int:
        """Of two places with the same log, the narrower says what it is."""
        return 2 if os.path.isdir(self.path) else int(glob.has_magic(self.path))

    @property
    def deep(self) -> bool:
        """Whether logs may lie in directories below the root."""
        return os.path.isdir(self.path) or glob.has_magic(os.path.dirname(self.path))

    def paths(self, known: Container[str] = (), seen: Container[str] = ()) -> Iterator[str]:
        """The absolute paths of its logs, sorted, lasting links first; none where it is not there.

        Those that are `known` already are left out, at the cost of a look into the directory.
        What was `seen` to be a log is one, although it is empty now.
        """
        path = os.path.abspath(self.path)
        if os.path.isdir(path):
            there = list(_files(path))
            new = _unknown(there, known)
            found = [file for file in new if file in seen or looks_like_a_log(file)]
        elif glob.has_magic(path):
            there = glob.glob(path, recursive=True)
            new = _unknown(there, known)
            found = [file for file in new if not is_rotated(file) and os.path.isfile(file)]
        else:
            there = [path]
            new = found = [] if path in known else [path]
        room = max(0, MOST_LOGS - len(there) + len(new))
        if len(found) > room:
            _tell_of_too_many(self.path)
            found = nlargest(room, found, _modified)
        yield from sorted(found, key=lambda file: (not _is_lasting(file), file))


@lru_cache(MOST_TOLD)
def _tell_of_too_many(place: str) -> None:
    """Once; logs are searched for again and again."""
    log.warning("%s: more than %d logs: the oldest are left out", place, MOST_LOGS)


def _modified(path: str) -> float:
    try:
        return os.stat(path).st_mtime
    except OSError:
        return 0.0


def _files(root: str) -> Iterator[str]:
    for directory, below, files in os.walk(root):
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in files:
            yield os.path.join(directory, name)


def _unknown(there: list[str], known: Container[str]) -> list[str]:
    """Those that are not `known`, nor numbered parts of one that is known or there."""
    beside = set(there)
    return [
        file
        for file in there
        if file not in known
        and ((base := NUMBERED.sub("", file)) == file or not (base in beside or base in known))
    ]


def _is_lasting(path: str) -> bool:
    """Whether it leads to a file that is named by its day: another one tomorrow."""
    return os.path.islink(path) and bool(DATED.search(os.path.basename(os.path.realpath(path))))


def is_rotated(path: str) -> bool:
    """Whether the name, whatever lies beside it, is that of an old, set aside part of a log."""
    if path.endswith(COMPRESSED) or ROTATED.search(path):
        return True
    base = NUMBERED.sub("", path)
    return base != path and base.endswith(".log")


def has_a_log_name(path: str) -> bool:
    """Whether a file of a directory can be a log by its name."""
    name = os.path.basename(path)
    hidden_or_backup = name.startswith(".") or name.endswith("~")
    swap = re.search(r"\.sw.$", name) is not None
    return not (hidden_or_backup or swap or name.endswith(NOT_LOGS) or is_rotated(name))


def looks_like_a_log(path: str) -> bool:
    """Whether a file of a directory is a log: by its name, and text by its first bytes."""
    if not has_a_log_name(path) or not os.path.isfile(path):
        return False
    try:
        with open(path, "rb") as file:
            return is_text(file.read(HEAD))
    except PermissionError:
        return True  # say that it cannot be read, rather than nothing
    except OSError:
        return False


def is_text(head: bytes) -> bool:
    """Whether these first bytes are text; none are not yet."""
    strange = len(head) - len(head.translate(None, OTHER_CONTROLS))
    return b"\0" not in head and strange * 100 < len(head)


def name_of(path: str, place: Place, taken: Container[str]) -> str:
    """A name for URLs that nobody has yet: the path below the root without its suffix."""
    stem, suffix = _split(os.path.relpath(path, place.root))
    single = os.path.abspath(place.path) == path
    plain = place.name if single and place.name else _joined(place.name, _legal(stem))
    if plain not in taken:
        return plain
    plain = f"{plain}_{_legal(suffix[1:])}"[:100] if suffix[1:] else plain
    return next(name for name in _numbered(plain) if name not in taken)


def _split(path: str) -> tuple[str, str]:
    """As `os.path.splitext`; what has digits alone is no suffix, but the end of an address."""
    stem, suffix = os.path.splitext(path)
    return (path, "") if suffix[1:].isdigit() else (stem, suffix)


def title_of(path: str, place: Place, name: str) -> str:
    """What people call the log of that `name`: its path as it was before it became legal in a URL.

    Where another log has its name without the suffix, it is called by its suffix, too.
    """
    whole = os.path.relpath(path, place.root)
    stem, _ = _split(whole)
    single = os.path.abspath(place.path) == path
    stem = stem if name == _joined(place.name, _legal(stem)) else whole
    title = place.name if single and place.name else stem
    return os.fsencode(title).decode("utf-8", "replace")  # a name may be any bytes


def real_path(path: str, directories: dict[str, str]) -> str:
    """As `os.path.realpath`, of one of many paths.

    `directories`: the real paths of those that were met; each is looked through once.
    """
    if os.path.islink(path):
        return os.path.realpath(path)
    directory, name = os.path.split(path)
    if directory not in directories:
        directories[directory] = os.path.realpath(directory)
    return os.path.join(directories[directory], name)


def _joined(prefix: str, name: str) -> str:
    return f"{prefix}-{name}"[:100] if prefix else name


def _legal(text: str) -> str:
    name = re.sub(r"[^A-Za-z0-9_-]", "_", text.replace("/", "-"))[:100]
    return name if re.match(r"[A-Za-z0-9]", name) else f"log{name}"[:100]


def _numbered(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name[:94]}-{number}"
        number += 1
