"""Which file systems do not tell of every change."""

from __future__ import annotations

from pathlib import Path

import pytest

from watcher.follow.mounts import Mounts, parsed

MOUNTINFO = b"""\
27 1 254:0 / / rw,relatime - ext4 /dev/root rw
30 27 0:50 / /mnt/logs\\040here rw shared:7 - nfs4 server:/logs rw
31 27 0:51 / /win rw - fuseblk /dev/sdb1 rw
32 27 0:52 / /hidden rw - nfs server:/x rw
33 27 0:53 / /hidden rw - tmpfs tmpfs rw
34 27 0:54 / /home/me/far rw - fuse.sshfs me@far: rw
this is no line of it
"""


@pytest.fixture
def mounts(tmp_path: Path) -> Mounts:
    (tmp_path / "mountinfo").write_bytes(MOUNTINFO)
    mounts = Mounts(str(tmp_path / "mountinfo"))
    mounts.look()
    mounts.close()
    return mounts


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", ""),
        ("/mnt/logs here", "nfs4"),
        ("/mnt/logs here/a/b", "nfs4"),
        ("/mnt/logs", ""),
        ("/win/logs", ""),  # a local disk
        ("/hidden/a", ""),  # the later mount hides the earlier
        ("/home/me/far/a", "fuse.sshfs"),
    ],
)
def test_a_directory_is_as_silent_as_what_is_mounted_there(
    mounts: Mounts, path: str, kind: str
) -> None:
    """Case 54."""
    assert mounts.silent(path, deep=False).split(" ")[0] == kind


def test_a_deep_directory_is_as_silent_as_what_is_mounted_below(mounts: Mounts) -> None:
    assert mounts.silent("/home", deep=True) == "fuse.sshfs does not tell of every change"
    assert mounts.silent("/home", deep=False) == ""
    assert mounts.silent("/home/me/fa", deep=True) == ""


def test_what_proc_does_not_tell_counts_as_telling(tmp_path: Path) -> None:
    mounts = Mounts(str(tmp_path / "none"))

    assert mounts.look() == set()
    assert mounts.silent("/", deep=True) == ""
    mounts.close()


def test_any_bytes_can_be_parsed() -> None:
    assert parsed(b" - \n\xff - \n1 2 3 4 /a\\777\\08 - \xff") == {"/a\udcff\\08": "\udcff"}
