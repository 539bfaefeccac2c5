"""The unit is clean, tight, and does what it says under a real systemd of its own."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.daemons import LEAVING, PATIENCE, eventually

UNIT = Path(__file__).parent.parent / "systemd/watcher.service"
INSTALLED = Path("/opt/watcher/bin/watcher")
EXPOSURE = 20  # tenths: what CI refuses; the unit has 11
SYSTEMD = Path("/lib/systemd/systemd")
CGROUPS = next(
    (
        Path(mount.split()[1])
        for mount in Path("/proc/self/mounts").read_text().splitlines()
        if mount.split()[2] == "cgroup2"
    ),
    None,
)

analyze = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze"
)


def run(*command: object) -> subprocess.CompletedProcess[str]:
    words = [str(word) for word in command]
    return subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE)


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """A copy of the unit whose program exists."""
    text = UNIT.read_text()
    if not INSTALLED.exists():
        text = text.replace(str(INSTALLED), "/bin/true")
    copy = tmp_path / UNIT.name
    copy.write_text(text)
    return copy


@analyze
def test_systemd_understands_every_line(unit: Path) -> None:
    done = run("systemd-analyze", "verify", "--man=no", unit)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@analyze
def test_the_daemon_is_hardly_exposed(unit: Path) -> None:
    done = run("systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE}", unit)
    assert done.returncode == 0, done.stdout


def test_every_command_of_the_unit_is_a_command() -> None:
    commands = re.findall(
        rf"^Exec\w+={INSTALLED} (\w+) -c /etc/watcher/", UNIT.read_text(), re.MULTILINE
    )
    assert commands == ["serve", "render"]
    for command in commands:
        assert run(sys.executable, "-m", "watcher", command, "--help").returncode == 0


# A systemd of our own: a copy of this machine in namespaces, which leaves nothing behind.

BOOT = r"""
set -eu
mount -t tmpfs lab "$LAB"
cd "$LAB"
mkdir upper work root
mount -t overlay -o lowerdir=/,upperdir=upper,workdir=work lab root
cd root
mount -t proc proc proc
mount --bind proc/sys proc/sys
mount -o remount,bind,ro proc/sys  # or something in there would write the machine's
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs dev dev
for node in null zero full random urandom tty; do
    touch dev/$node
    mount --bind /dev/$node dev/$node
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
for empty in run tmp etc/systemd/system lib/systemd/system/*.target.wants; do
    mount -t tmpfs lab $empty  # nothing starts but the journal and us
done
for ours in $OURS; do  # wherever this tree and its Python lie, under /tmp too
    mkdir -p ".$ours"
    mount --bind "$ours" ".$ours"
done
mkdir -p etc/systemd/system/watcher.service.d etc/watcher var/log/lab
printf '%s' "$UNIT" > etc/systemd/system/watcher.service
printf '%s' "$DROP_IN" > etc/systemd/system/watcher.service.d/lab.conf
printf '%s' "$CONFIG" > etc/watcher/watcher.toml
printf '%s' "$TARGET" > etc/systemd/system/lab.target
seq 20 > var/log/lab/temp.log
chmod -R o-rwx var/log/lab
chgrp -R adm var/log/lab
ip link set lo up
mkdir old
pivot_root . old
umount -l /old
mount --make-rshared /  # as systemd does where it is not in a container
exec env -i container=lab PATH="$PATH" /lib/systemd/systemd --unit=lab.target
"""

HERE = "http://127.0.0.1:8080"
OURS = f"{sys.base_prefix} {sys.prefix} {UNIT.parent.parent}"
IN_TMP = str(UNIT).startswith(("/tmp/", "/var/tmp/"))
TARGET = "[Unit]\nDefaultDependencies=no\nWants=systemd-journald.service\n"
DROP_IN = f"""
[Service]
# Python may lie in root's home here, which the unit does not see otherwise.
ProtectHome=tmpfs
BindReadOnlyPaths={OURS}
WorkingDirectory={UNIT.parent.parent}
{"PrivateTmp=no" if IN_TMP else ""}
"""


def why_not() -> str:
    """Why there can be no systemd of our own here; empty: there can."""
    if os.geteuid() != 0:
        return "only root can start a systemd"
    missing = [tool for tool in ("unshare", "nsenter", "ip", "curl") if shutil.which(tool) is None]
    if missing or not SYSTEMD.exists() or CGROUPS is None:
        return f"missing: {missing or (SYSTEMD if CGROUPS else 'cgroup2')}"
    if run("unshare", "--mount", "--pid", "--fork", "--net", "true").returncode != 0:
        return "root may not make namespaces here"
    if not os.access(CGROUPS, os.W_OK):
        return f"{CGROUPS} is read-only"
    return ""


class Lab:
    """A running systemd with the unit in it."""

    def __init__(self, directory: Path) -> None:
        assert CGROUPS is not None
        self._cgroup = CGROUPS / f"watcher-lab-{os.getpid()}"
        self._cgroup.mkdir()
        env = {
            "BOOT": BOOT,
            "CONFIG": '[[log]]\npath = "/var/log/lab"\n',
            "DROP_IN": DROP_IN,
            "LAB": str(directory),
            "OURS": OURS,
            "TARGET": TARGET,
            "UNIT": UNIT.read_text().replace(str(INSTALLED), f"{sys.executable} -m watcher"),
        }
        enter = f"echo $$ > {self._cgroup}/cgroup.procs; exec unshare --mount --propagation private"
        enter += " --pid --fork --kill-child --uts --ipc --cgroup --net"
        self._outside = subprocess.Popen(
            ["sh", "-c", f'{enter} sh -c "$BOOT"'],
            env=os.environ | env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def run(self, *command: object) -> subprocess.CompletedProcess[str]:
        """Run a command inside."""
        pid = self._outside.pid
        inside = eventually(Path(f"/proc/{pid}/task/{pid}/children").read_text)
        return run("nsenter", "-t", inside.split()[0], "-a", *command)

    def systemctl(self, *words: object) -> str:
        """What it says; it must not fail."""
        done = self.run("systemctl", *words)
        assert done.returncode == 0, done.stderr + self.journal()
        return done.stdout.strip()

    def show(self, what: str) -> str:
        """A property of the unit."""
        return self.systemctl("show", "watcher", "-P", what)

    def shell(self, script: str) -> None:
        """Run a line of shell inside; it must not fail."""
        done = self.run("sh", "-c", script)
        assert done.returncode == 0, done.stderr

    def get(self, path: str) -> str:
        """What the daemon answers."""
        return self.run("curl", "-sf", f"{HERE}{path}").stdout

    def journal(self, *options: object) -> str:
        """What the daemon has said."""
        return self.run("journalctl", "-u", "watcher", "-o", "cat", *options).stdout

    def end(self) -> None:
        """Nothing is left of it."""
        self._outside.kill()
        self._outside.wait()
        for cgroup in sorted([self._cgroup, *self._cgroup.rglob("*/")], reverse=True):
            eventually(functools.partial(_removed, cgroup))


def _removed(cgroup: Path) -> bool:
    with contextlib.suppress(OSError):  # busy for as long as a process dies
        cgroup.rmdir()
    return not cgroup.exists()


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    (tmp_path / "lab").mkdir()
    lab = Lab(tmp_path / "lab")
    try:
        eventually(lambda: lab.run("systemctl", "is-active", "lab.target").returncode == 0)
        yield lab
    finally:
        lab.end()


real = pytest.mark.skipif(bool(reason := why_not()), reason=reason)


@real
def test_it_is_ready_when_systemd_says_so(lab: Lab) -> None:
    lab.systemctl("start", "watcher")
    assert lab.show("StatusText") == "1 graph"
    assert '"lines":20' in lab.get("/api/graphs")


@real
def test_lines_are_seen_through_the_sandbox(lab: Lab) -> None:
    lab.systemctl("start", "watcher")
    lab.shell("echo 500 >> /var/log/lab/temp.log")
    eventually(lambda: '"lines":21' in lab.get("/api/graphs"))


@real
def test_a_reload_takes_a_good_file_and_refuses_a_bad_one(lab: Lab) -> None:
    lab.systemctl("start", "watcher")
    pid = lab.show("MainPID")
    lab.shell('printf \'[[graph]]\\nname = "hot"\\nlog = "temp"\\n\' >> /etc/watcher/watcher.toml')
    lab.systemctl("reload", "watcher")
    eventually(lambda: '"name":"hot"' in lab.get("/api/graphs"))
    lab.shell("echo '[colours]' >> /etc/watcher/watcher.toml")
    assert lab.run("systemctl", "reload", "watcher").returncode != 0
    assert "colours: no such setting" in lab.journal()
    assert "not reloaded" not in lab.journal()  # it was not even asked
    lab.systemctl("kill", "-s", "HUP", "watcher")
    eventually(lambda: "not reloaded: " in lab.journal("-p", "warning"))
    assert '"name":"hot"' in lab.get("/api/graphs")
    assert lab.show("MainPID") == pid


@real
def test_a_log_that_nobody_lets_us_read_does_not_stop_a_reload(lab: Lab) -> None:
    lab.shell("echo 1 > /var/log/lab/secret.log; chmod 0600 /var/log/lab/secret.log")
    lab.systemctl("start", "watcher")
    lab.systemctl("reload", "watcher")
    eventually(lambda: '"name":"secret"' in lab.get("/api/graphs"))


@real
def test_it_stops_at_once_while_somebody_looks(lab: Lab) -> None:
    lab.systemctl("start", "watcher")
    lab.shell(f"for n in 1 2 3; do curl -sN {HERE}/events > /tmp/stream$n 2>&1 & done")
    streams = ("/tmp/stream1", "/tmp/stream2", "/tmp/stream3")
    eventually(lambda: lab.run("grep", "-L", "event: frame", *streams).stdout == "")
    asked = time.monotonic()
    lab.systemctl("stop", "watcher")
    assert time.monotonic() - asked < LEAVING
    assert lab.show("Result") == "success"


@real
def test_it_comes_back_when_it_is_killed(lab: Lab) -> None:
    lab.systemctl("start", "watcher")
    lab.systemctl("kill", "-s", "KILL", "watcher")
    eventually(lambda: (lab.show("NRestarts"), lab.show("ActiveState")) == ("1", "active"))


@real
def test_it_comes_back_when_it_hangs(lab: Lab) -> None:
    lab.shell(
        "printf '[Service]\\nWatchdogSec=1\\n' > /etc/systemd/system/watcher.service.d/z.conf"
    )
    lab.systemctl("daemon-reload")
    lab.systemctl("start", "watcher")
    lab.systemctl("kill", "-s", "STOP", "watcher")
    eventually(lambda: (lab.show("NRestarts"), lab.show("ActiveState")) == ("1", "active"))
    assert "Watchdog timeout" in lab.journal()


@real
def test_a_bad_file_is_not_tried_again(lab: Lab) -> None:
    lab.shell("echo '[colours]' >> /etc/watcher/watcher.toml")
    assert lab.run("systemctl", "start", "watcher").returncode != 0
    assert (lab.show("ExecMainStatus"), lab.show("NRestarts")) == ("78", "0")
    assert lab.show("ActiveState") == "failed"
