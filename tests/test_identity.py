"""Who a file is does not change with its name, and is never who another was."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from watcher.follow import identity
from watcher.follow.identity import A_TIME, digest, digests, fits, identify


def test_a_file_is_the_same_under_another_name_and_after_any_change(tmp_path: Path) -> None:
    file = tmp_path / "app.log"
    file.write_text("1\n")
    before = identify(str(file))
    file.chmod(0o600)
    os.utime(file, (1, 1))
    os.truncate(file, 0)
    file.rename(tmp_path / "app.log.1")

    assert identify(str(tmp_path / "app.log.1")) == before
    with open(tmp_path / "app.log.1") as opened:
        assert identify(opened.fileno()) == before


def test_a_file_that_gets_the_inode_of_another_is_not_the_other(tmp_path: Path) -> None:
    """Cases 20 and 21."""
    file = tmp_path / "app.log"
    seen = set()
    for _ in range(3):
        file.touch()
        first = identify(str(file))
        seen.add(first)
        if first.born < A_TIME:
            pytest.skip("this file system has no birth times")
        while os.stat(file).st_ctime_ns == first.born:  # until its clock has moved
            file.chmod(0o600)
        file.unlink()

    assert len(seen) == 3


def test_what_is_not_there_has_no_identity(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        identify(str(tmp_path / "app.log"))


def test_without_birth_times_the_inode_must_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Case 22."""
    monkeypatch.setattr(identity, "_KNOWS_STATX", False)
    (tmp_path / "app.log").touch()

    found = identify(str(tmp_path / "app.log"))
    assert found.inode == os.stat(tmp_path / "app.log").st_ino
    assert found.born < A_TIME


@pytest.mark.parametrize(("size", "expected"), [(5, True), (16, True), (80, True), (999, True)])
def test_the_beginning_of_a_file_is_known_by_its_digests(size: int, expected: bool) -> None:
    data = os.urandom(1024)

    assert fits(data[:size], digests(data)) is expected
    assert size < 16 or not fits(b"x" * size, digests(data))
    assert digests(data).endswith(digest(data))


@pytest.fixture
def small_inodes(tmp_path: Path) -> Iterator[Path]:
    """A file system whose inodes are too small for birth times."""
    if os.geteuid() or not shutil.which("mkfs.ext4"):
        pytest.skip("needs root and mkfs.ext4")
    image, place = tmp_path / "image", tmp_path / "mounted"
    place.mkdir()
    image.write_bytes(b"")
    os.truncate(image, 4 * 1024 * 1024)
    made = subprocess.run(["mkfs.ext4", "-q", "-I", "128", image], capture_output=True)
    mounted = subprocess.run(["mount", "-o", "loop", image, place], capture_output=True)
    if made.returncode or mounted.returncode:
        pytest.skip(f"cannot mount here: {mounted.stderr.decode(errors='replace').strip()}")
    yield place
    subprocess.run(["umount", place], check=True)


def test_small_inodes_have_a_number_instead_of_a_birth_time(small_inodes: Path) -> None:
    """Case 22."""
    file = small_inodes / "app.log"
    seen = set()
    for _ in range(5):
        file.touch()
        seen.add(identify(str(file)))
        file.unlink()

    assert len(seen) == 5
    assert all(0 < found.born < A_TIME for found in seen)
