"""Hints where the machine has little to give: limits, mounts and rights.

Each test runs a program in new user and mount namespaces, so that nothing outside is touched.
"""

from __future__ import annotations

import functools
import subprocess
import sys
from pathlib import Path

import pytest

from watcher.follow import hints

BEGIN = """
import os, pathlib, subprocess, sys, threading
from watcher.follow.hints import Hints

root = pathlib.Path(sys.argv[1])
rung = threading.Event()
hints = Hints(rung.set)

def hears(path):
    rung.clear()
    with open(path, "a") as file:
        file.write("1\\n")
    while rung.wait(5):
        rung.clear()
        if str(path) in hints.take():
            return True
    return False

def limit(name, value):
    pathlib.Path(f"/proc/sys/user/max_inotify_{name}").write_text(str(value))

def run(*command):
    subprocess.run(command, check=True)

"""


@functools.cache
def refusal() -> str:
    """Why this machine gives no namespaces; empty: it does."""
    try:
        done = subprocess.run(
            ["unshare", "-Urm", "sh", "-c", "mount -t tmpfs none /mnt"],
            capture_output=True,
            text=True,
            timeout=10,
        )
    except FileNotFoundError:
        return "there is no unshare"
    return done.stderr.strip() if done.returncode else ""


def apart(root: Path, program: str) -> None:
    """Run it in namespaces of its own, after BEGIN, on `root`."""
    if not hints.PLUGGED:
        pytest.skip("watchdog is unplugged")
    if refusal():
        pytest.skip(f"no namespaces here: {refusal()}")
    command = ["unshare", "-Urm", sys.executable, "-c", BEGIN + program, str(root)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_below_a_root_the_watch_limit_is_seen_and_its_end_too(tmp_path: Path) -> None:
    """Case 56."""
    for n in range(20):
        (tmp_path / str(n)).mkdir()
    apart(
        tmp_path,
        """
limit("watches", 10)
hints.start()
assert not hints.watch({str(root): True})
assert hints.modes() == {str(root): "scan: inotify watch limit reached, below it"}
assert hears(root / "a.log")
limit("watches", 1000)
assert hints.watch({str(root): True})
assert all(hears(root / str(n) / "a.log") for n in range(20))
hints.stop()
""",
    )


def test_where_no_instance_is_left_the_scan_does_it_all(tmp_path: Path) -> None:
    """Case 57."""
    apart(
        tmp_path,
        """
limit("instances", 0)
hints.start()
assert not hints.watch({str(root): True})
assert "instance limit" in hints.modes()[str(root)], hints.modes()
limit("instances", 10)
hints.tend(100.0)
hints.watch({str(root): True})
assert hears(root / "a.log")
hints.stop()
""",
    )


def test_what_is_mounted_over_a_root_or_below_is_watched_instead(tmp_path: Path) -> None:
    """Case 48."""
    (tmp_path / "below").mkdir()
    apart(
        tmp_path,
        """
hints.start()
for place in root, root / "below":
    assert hints.watch({str(root): True})
    run("mount", "-t", "tmpfs", "none", str(place))
    (root / "below").mkdir(exist_ok=True)
    assert hints.watch({str(root): True})
    assert hears(place / "a.log")
for place in root / "below", root:
    run("umount", str(place))
    assert hints.watch({str(root): True})
    assert hears(root / "below" / "b.log")
hints.stop()
""",
    )


def test_a_stacked_file_system_is_scanned_as_well(tmp_path: Path) -> None:
    """Case 54."""
    apart(
        tmp_path,
        """
run("mount", "-t", "tmpfs", "none", str(root))
for name in "lower", "upper", "work", "merged":
    (root / name).mkdir()
merged = root / "merged"
layers = f"lowerdir={root}/lower,upperdir={root}/upper,workdir={root}/work"
hints.start()
assert hints.watch({str(merged): False})
run("mount", "-t", "overlay", "none", "-o", layers, str(merged))
assert not hints.watch({str(merged): False})
assert hints.modes() == {str(merged): "scan: overlay does not tell of every change"}
assert hears(merged / "a.log")
run("umount", str(merged))
assert hints.watch({str(merged): False})
hints.stop()
""",
    )


def test_an_unreadable_root_is_watched_once_it_may_be_read(tmp_path: Path) -> None:
    """Case 49."""
    apart(
        tmp_path,
        """
root.chmod(0o311)
if os.access(root, os.R_OK):  # as root nothing is forbidden, until the right to is given away
    import ctypes
    PR_CAPBSET_DROP, DAC_OVERRIDE, DAC_READ_SEARCH = 24, 1, 2
    empty = (ctypes.c_uint32 * 6)()
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    assert ctypes.CDLL(None).capset(header, empty) == 0
assert not os.access(root, os.R_OK)
hints.start()
assert not hints.watch({str(root): True})
assert hints.modes() == {str(root): "scan: Permission denied"}
root.chmod(0o755)
assert hints.watch({str(root): True})
assert hears(root / "a.log")
hints.stop()
""",
    )
