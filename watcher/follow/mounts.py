"""Which file systems do not tell of every change.

The kernel announces what this machine writes through a mount. What another machine writes to a
network file system, or somebody to a layer below a stacked one, it cannot. Where /proc does not
say what is mounted, every file system counts as one that tells.
"""

from __future__ import annotations

import os
import re
import select

MOUNTINFO = "/proc/self/mountinfo"
MOST = 1024 * 1024  # bytes of it that are read: some 8,000 mounts

SILENT = re.compile(
    r"(nfs|cifs|smb|9p|afs|ceph|lustre|gpfs|beegfs|ocfs2|gfs2|virtiofs|vboxsf|vmhgfs|prl_fs"
    r"|fuse(?!blk|ctl)|overlay|aufs)"
)


class Mounts:
    """What is mounted where, as of the last `look`."""

    def __init__(self, source: str = MOUNTINFO) -> None:
        self._source = source
        self._kinds: dict[str, str] = {}  # of file system, by mount point
        self._poll = select.poll()
        self._file = -1

    def look(self) -> set[str]:
        """The mount points that have changed since the last look; costs a poll where none has."""
        if self._file >= 0 and not self._poll.poll(0):
            return set()
        before, self._kinds = self._kinds, self._read()
        return {path for path, _ in before.items() ^ self._kinds.items()}

    def silent(self, path: str, deep: bool) -> str:
        """Which file system at this real path, or below, is silent, in words; empty: none."""
        at = path
        while at not in self._kinds and at != os.path.dirname(at):
            at = os.path.dirname(at)
        kinds = [self._kinds.get(at, "")]
        if deep:
            inside = os.path.join(path, "")
            kinds += [kind for point, kind in self._kinds.items() if point.startswith(inside)]
        silent = (kind for kind in kinds if SILENT.match(kind))
        return next((f"{kind} does not tell of every change" for kind in silent), "")

    def close(self) -> None:
        """Give the descriptor back."""
        if self._file >= 0:
            self._poll.unregister(self._file)
            os.close(self._file)
            self._file = -1

    def _read(self) -> dict[str, str]:
        try:
            if self._file < 0:
                self._file = os.open(self._source, os.O_RDONLY | os.O_CLOEXEC)
                self._poll.register(self._file, select.POLLPRI)  # and POLLERR, always
            with open(self._source, "rb") as file:
                return parsed(file.read(MOST))
        except OSError:
            return {}


def parsed(mountinfo: bytes) -> dict[str, str]:
    """Kinds of file systems by mount point; of two in one place the later hides the earlier."""
    kinds = {}
    for line in mountinfo.splitlines():
        mount, _, rest = line.partition(b" - ")
        fields = mount.split(b" ")
        if len(fields) > 4 and rest:
            kinds[os.fsdecode(_plain(fields[4]))] = os.fsdecode(rest.split(b" ")[0])
    return kinds


def _plain(path: bytes) -> bytes:
    return re.sub(rb"\\([0-7]{3})", lambda found: bytes([int(found[1], 8) & 255]), path)
