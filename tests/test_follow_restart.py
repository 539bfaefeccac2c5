"""The matrix of what can happen to a log, each once while it is followed and once while nobody is.

`down`: what is saved is given to a new tailer before the next look, as after a restart. The case
numbers are those of the table that the rules of the tailer were made from.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import LogFile
from watcher.follow.draining import LINGER, LONGEST
from watcher.follow.identity import ANCHOR
from watcher.follow.missing import PATIENCE
from watcher.follow.source import LONGEST_LINE
from watcher.follow.tailer import Tailer
from watcher.follow.tailers import Tailers

PACK: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
}
FIRST = "the first line of this log\n"  # long enough to tell a copy from another file


class Daemon:
    """A tailer that may be started again before each look."""

    def __init__(self, log: LogFile, *, down: bool) -> None:
        self.log, self.down, self.clock = log, down, 0.0
        self.rotated = [str(log.path.parent / "old")]
        self.tailer = Tailer(str(log.path), self.rotated)

    def look(self) -> str:
        """What is new."""
        if self.down:
            saved = self.tailer.generations()
            self.tailer.close()
            self.tailer = Tailer(str(self.log.path), self.rotated, saved)
        return b"".join(block.data for block in self.tailer.blocks(self.clock)).decode()

    def wait(self, seconds: float = 2 * LINGER) -> str:
        """What is new a while later, and then once more."""
        self.clock += seconds
        early = self.look()
        self.clock += seconds
        return early + self.look()

    def settle(self) -> str:
        """All that will ever come, without another restart."""
        got = self.look()
        self.down = False
        return got + self.wait() + self.wait()


@pytest.fixture(params=[False, True], ids=["followed", "down"])
def daemon(log: LogFile, request: pytest.FixtureRequest) -> Iterator[Daemon]:
    daemon = Daemon(log, down=request.param)
    yield daemon
    daemon.tailer.close()


def aside(log: LogFile, ending: str = "1") -> Path:
    return log.path.with_name(f"{log.path.name}.{ending}")


def shift(log: LogFile) -> None:
    """As logrotate does with `create`, all numbers one up."""
    for number in range(9, 0, -1):
        if aside(log, str(number)).exists():
            aside(log, str(number)).rename(aside(log, str(number + 1)))
    log.path.rename(aside(log))
    log.path.touch()


def pack(file: Path, suffix: str = ".gz") -> None:
    """As gzip and friends do: what is packed keeps its time."""
    packed = file.with_name(file.name + suffix)
    packed.write_bytes(PACK[suffix](file.read_bytes()))
    os.utime(packed, ns=(0, file.stat().st_mtime_ns))
    file.unlink()


def test_a_renamed_file_is_read_to_its_end(log: LogFile, daemon: Daemon) -> None:
    """Cases 1 and 3."""
    log.write(FIRST)
    assert daemon.look() == FIRST
    log.write("2\n")
    log.rotate()
    log.write("3\n")

    assert daemon.look() == "2\n3\n"
    assert daemon.settle() == ""


def test_a_writer_that_notices_late_is_followed_for_as_long(log: LogFile, daemon: Daemon) -> None:
    """Case 2."""
    log.write(FIRST)
    daemon.look()
    log.rotate()
    for number in range(4):
        assert daemon.look() == f"{number - 1}\n" * (number > 0)
        daemon.clock += LINGER - 1
        with aside(log).open("a") as late:
            late.write(f"{number}\n")

    assert daemon.settle() == "3\n"


def test_a_writer_that_never_notices_is_left_after_an_hour(log: LogFile) -> None:
    """Case 2."""
    daemon = Daemon(log, down=False)
    log.write(FIRST)
    daemon.look()
    log.rotate()
    for _ in range(int(LONGEST / LINGER) + 10):
        daemon.look()
        daemon.clock += LINGER - 1
        with aside(log).open("a") as late:
            late.write("1\n")
    daemon.clock += LONGEST

    assert daemon.look() != ""
    assert daemon.tailer.quiet()
    daemon.tailer.close()


def test_the_end_of_a_file_that_was_copied_and_cut_is_read_from_the_copy(
    log: LogFile, daemon: Daemon
) -> None:
    """Case 4."""
    log.write(FIRST)
    daemon.look()
    log.write("2\n")
    log.copytruncate()
    log.write("3\n")

    assert daemon.look() == "2\n3\n"
    assert daemon.settle() == ""


def test_a_copy_of_what_was_read_is_not_read_again(log: LogFile, daemon: Daemon) -> None:
    """Case 4."""
    log.write(FIRST + "2\n")
    daemon.look()
    log.copytruncate()

    assert daemon.settle() == ""
    log.write("3\n")
    assert daemon.settle() == "3\n"


def test_a_copy_that_is_shorter_than_what_was_read_is_not_read_again(
    log: LogFile, daemon: Daemon
) -> None:
    """Case 4: lines that came between copying and cutting."""
    log.write(FIRST)
    shutil.copy(log.path, aside(log))
    log.write("2\n")
    assert daemon.look() == FIRST + "2\n"
    os.truncate(log.path, 0)
    log.write("3\n")

    assert daemon.settle() == "3\n"


def test_every_copy_since_the_last_look_is_read(log: LogFile, daemon: Daemon) -> None:
    """Cases 4 and 7."""
    log.write(FIRST)
    daemon.look()
    for number in "23":
        log.write(f"{number} {FIRST}")
        if aside(log).exists():
            aside(log).rename(aside(log, "2"))
        log.copytruncate()
    log.write("4\n")

    assert daemon.settle() == f"2 {FIRST}3 {FIRST}4\n"


def test_a_whole_generation_that_was_copied_before_its_first_line_was_seen_is_read(
    log: LogFile, daemon: Daemon
) -> None:
    """Cases 4 and 7: nothing was read that could tell that the file was cut."""
    log.write("")
    daemon.look()
    log.write(FIRST)
    log.copytruncate()
    log.write("2\n")

    assert daemon.settle() == f"{FIRST}2\n"


def test_the_hole_before_a_writer_that_does_not_append_is_skipped(
    log: LogFile, daemon: Daemon
) -> None:
    """Case 5."""
    log.write(FIRST * 9000)
    daemon.look()
    shutil.copy(log.path, aside(log))
    end = log.path.stat().st_size
    os.truncate(log.path, 0)
    with log.path.open("r+b") as writer:
        writer.seek(end)
        writer.write(b"2\n")

    assert daemon.settle() == "2\n"


def test_a_copy_that_is_still_being_made_is_left_alone(log: LogFile, daemon: Daemon) -> None:
    """Case 6."""
    log.write(FIRST * 100)
    daemon.look()
    aside(log).write_text(FIRST * 50)
    log.write("2\n")
    assert daemon.look() == "2\n"
    shutil.copy(log.path, aside(log))
    os.truncate(log.path, 0)

    assert daemon.settle() == ""


def test_generations_that_came_and_went_unseen_are_read_in_their_order(
    log: LogFile, daemon: Daemon
) -> None:
    """Case 7."""
    log.write(FIRST)
    daemon.look()
    for number in "2345":
        log.write(f"{number}\n")
        shift(log)
    log.write("6\n")

    assert daemon.look() == "2\n3\n4\n5\n6\n"
    assert daemon.settle() == ""
    assert daemon.tailer.lost == 0


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz"])
def test_a_tail_that_was_compressed_is_read_on(log: LogFile, daemon: Daemon, suffix: str) -> None:
    """Case 8."""
    log.write(FIRST)
    daemon.look()
    log.write("2\n")
    shift(log)
    log.write("3\n")
    shift(log)
    pack(aside(log, "2"), suffix)
    pack(aside(log), suffix)
    log.write("4\n")

    assert daemon.settle() == "2\n3\n4\n"
    assert daemon.tailer.lost == 0


def test_what_was_read_is_not_read_again_when_it_is_compressed(
    log: LogFile, daemon: Daemon
) -> None:
    """Case 8."""
    log.write(FIRST)
    daemon.look()
    shift(log)
    log.write("2\n")
    assert daemon.wait() == "2\n"
    pack(aside(log))
    shift(log)
    log.write("3\n")

    assert daemon.settle() == "3\n"


def test_the_past_of_first_sight_is_not_taken_for_an_unseen_generation(
    log: LogFile, daemon: Daemon
) -> None:
    """Case 8: all of this happened within a second."""
    aside(log, "2").write_text(FIRST)
    pack(aside(log, "2"))
    aside(log).write_text("2\n")
    log.write("3\n")
    assert daemon.look() == "3\n"
    pack(aside(log))
    shift(log)

    assert daemon.settle() == ""


def test_files_that_move_to_another_directory_are_found(log: LogFile, daemon: Daemon) -> None:
    """Case 9."""
    old = log.path.parent / "old"
    old.mkdir()
    log.write(FIRST)
    daemon.look()
    for number in "23":
        log.write(f"{number}\n")
        log.path.rename(old / f"app.log.{number}")
        log.path.touch()

    assert daemon.settle() == "2\n3\n"


def test_files_that_are_named_by_date_are_found(log: LogFile, daemon: Daemon) -> None:
    """Case 10."""
    log.write(FIRST)
    daemon.look()
    for day in ("20261121", "20261122"):
        log.write(f"{day}\n")
        log.path.rename(f"{log.path}-{day}")
        log.path.touch()

    assert daemon.settle() == "20261121\n20261122\n"


def test_a_file_that_was_renamed_and_then_copied_is_read_once(log: LogFile, daemon: Daemon) -> None:
    """Case 11."""
    log.write(FIRST)
    daemon.look()
    log.write("2\n")
    log.path.rename(aside(log, "tmp"))
    log.path.touch()
    shutil.copy(aside(log, "tmp"), aside(log))
    aside(log, "tmp").unlink()
    log.write("3\n")
    assert daemon.look() == "2\n3\n"
    shift(log)

    assert daemon.settle() == ""


def test_a_file_that_is_deleted_after_its_rotation_is_read_to_its_end(log: LogFile) -> None:
    """Case 12; while nobody looks, it is lost, and that is said."""
    for down, expected in ((False, "2\n3\n"), (True, "3\n")):
        daemon = Daemon(log, down=down)
        log.path.write_text(FIRST)
        daemon.look()
        log.write("2\n")
        log.path.rename(aside(log))
        if down:
            aside(log).unlink()
        log.write("3\n")

        assert daemon.settle() == expected
        assert daemon.tailer.lost == down
        daemon.tailer.close()
        log.vanish()


def test_a_link_that_points_elsewhere_is_followed(log: LogFile, daemon: Daemon) -> None:
    """Case 13."""
    monday, tuesday = log.path.with_name("monday"), log.path.with_name("tuesday")
    monday.write_text(FIRST)
    log.path.symlink_to(monday)
    assert daemon.look() == FIRST
    with monday.open("a") as late:
        late.write("2\n")
    tuesday.write_text("3\n")
    log.vanish()
    log.path.symlink_to(tuesday)

    assert daemon.look() == "2\n3\n"
    log.vanish()
    log.path.symlink_to(monday)
    assert daemon.settle() == ""


@pytest.mark.parametrize("new", ["1\n", FIRST + "2\n3\n", "x" * len(FIRST) + "\n" * 3])
def test_a_file_that_was_rewritten_is_read_anew(log: LogFile, daemon: Daemon, new: str) -> None:
    """Cases 16 and 17."""
    log.write(f"{FIRST}...\n")
    daemon.look()
    log.rewrite(new)

    assert daemon.settle() == new


def test_a_rewrite_of_the_same_size_is_read_anew(log: LogFile, daemon: Daemon) -> None:
    """Case 18."""
    log.write("1\n2\n")
    daemon.look()
    log.rewrite("3\n4\n")

    assert daemon.settle() == "3\n4\n"


def test_a_file_in_its_place_is_read_from_its_beginning(log: LogFile, daemon: Daemon) -> None:
    """Cases 19, 20 and 21: the same size, the same first lines, perhaps the same inode."""
    log.write(FIRST)
    daemon.look()
    log.vanish()
    log.write(FIRST)

    assert daemon.settle() == FIRST


def test_a_file_system_without_birth_times_is_followed_by_what_it_says(
    log: LogFile, daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Case 22: another file with the same inode, and no number that tells."""
    monkeypatch.setattr("watcher.follow.identity._by_statx", lambda _: (7, 0))
    monkeypatch.setattr("watcher.follow.identity._version", lambda _: 0)
    log.write(FIRST)
    assert daemon.look() == FIRST
    log.rewrite("other" + FIRST)
    log.write("2\n")

    assert daemon.settle() == f"other{FIRST}2\n"


def test_the_device_is_no_part_of_who_a_file_is(
    log: LogFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Case 23: the machine was started again, and its disks were found in another order."""
    daemon = Daemon(log, down=True)
    log.write(FIRST)
    daemon.look()
    log.write("2\n")
    log.rotate()
    log.write("3\n")
    stat = os.stat

    def elsewhere(file: int | str) -> os.stat_result:
        found = stat(file)
        precise = {"st_mtime_ns": found.st_mtime_ns, "st_ctime_ns": found.st_ctime_ns}
        return os.stat_result((*found[:2], found.st_dev + 1, *found[3:]), precise)

    monkeypatch.setattr("watcher.follow.identity.os.stat", elsewhere)
    assert daemon.look() == "2\n3\n"
    assert (daemon.settle(), daemon.tailer.lost) == ("", 0)
    daemon.tailer.close()


def test_files_that_say_the_same_are_told_apart(log: LogFile, daemon: Daemon) -> None:
    """Case 24: every generation is all zeros."""
    log.write("0\n" * 600)
    daemon.look()
    for _ in range(2):
        log.write("0\n" * 7)
        shift(log)
        log.write("0\n" * 600)

    assert len(daemon.settle()) == 2 * (7 + 600 + 7 + 600)


def test_a_rewrite_that_says_the_same_and_more_is_taken_for_growth(
    log: LogFile, daemon: Daemon
) -> None:
    """Case 25: no bytes tell the one from the other; 600 of 1,100 lines are counted."""
    log.write("0\n" * 500)
    assert len(daemon.look()) == 2 * 500
    log.rewrite("0\n" * 600)

    assert daemon.settle() == "0\n" * 100


def test_a_log_that_lost_its_end_with_the_machine_goes_on(log: LogFile) -> None:
    """Case 26; while it is followed, a shorter file is a file that was cut."""
    for down, expected in ((False, FIRST * 50 + "new\n"), (True, "new\n")):
        daemon = Daemon(log, down=down)
        log.path.write_text(FIRST * 60)
        daemon.look()
        os.truncate(log.path, len(FIRST) * 50)
        got = daemon.look()
        log.write("new\n")

        assert got + daemon.settle() == expected
        daemon.tailer.close()
        log.vanish()


def test_lines_that_come_by_another_name_are_seen(log: LogFile, daemon: Daemon) -> None:
    """Case 27."""
    log.write(FIRST)
    daemon.look()
    os.link(log.path, log.path.with_name("other"))
    with log.path.with_name("other").open("a") as other:
        other.write("2\n")

    assert daemon.settle() == "2\n"


@pytest.mark.parametrize("room", [100, 3 * LONGEST_LINE])
def test_room_that_is_not_filled_yet_is_waited_for(log: LogFile, daemon: Daemon, room: int) -> None:
    """Case 28."""
    log.write(FIRST + "\0" * room)
    assert daemon.look() == FIRST
    for number in range(3):
        with log.path.open("r+b") as writer:
            writer.seek(len(FIRST) + 2 * number)
            writer.write(b"%d\n" % number)
        assert daemon.look() == f"{number}\n"


def test_a_line_without_an_end_waits_for_it(log: LogFile, daemon: Daemon) -> None:
    """Cases 29 and 30."""
    log.write("1\n2")
    assert daemon.look() == "1\n"
    log.write("3\n4")
    assert daemon.look() == "23\n"
    log.rotate()
    assert daemon.look() == ""

    assert daemon.settle() == "4\n"


def test_nuls_before_a_line_are_no_part_of_it(log: LogFile, daemon: Daemon) -> None:
    """Case 33."""
    log.write("1\n" + "\0" * 500 + "2\n3\n")

    assert daemon.look() == "1\n2\n3\n"


def test_an_endless_line_is_dropped_whole(log: LogFile, daemon: Daemon) -> None:
    """Case 34: also when its pieces are read before and after a restart."""
    log.write("1\n" + "x" * LONGEST_LINE)
    assert daemon.look() == "1\n"
    log.write("x" * LONGEST_LINE)
    assert daemon.look() == ""
    log.write("x\n2\n")

    assert daemon.look() == "2\n"


def test_a_file_that_was_deleted_is_read_to_its_end_and_a_new_one_followed(
    log: LogFile, daemon: Daemon
) -> None:
    """Case 43."""
    log.write(FIRST)
    daemon.look()
    log.vanish()
    assert daemon.look() == ""
    daemon.clock += PATIENCE
    log.write("2\n")

    assert daemon.settle() == "2\n"


def test_a_log_whose_directory_is_missing_is_waited_for(log: LogFile) -> None:
    """Cases 44 and 51."""
    path = log.path.parent / "not" / "here" / "app.log"
    tailer = Tailer(str(path))
    assert list(tailer.blocks(0.0)) == []
    assert (tailer.problem, tailer.quiet()) == ("No such file or directory", True)
    assert tailer.generations() == ()
    path.parent.mkdir(parents=True)
    path.write_text("1\n")

    assert [block.data for block in tailer.blocks(1.0)] == [b"1\n"]
    tailer.close()


def test_a_link_to_itself_is_a_state(log: LogFile, daemon: Daemon) -> None:
    """Case 51."""
    log.path.symlink_to(log.path)

    assert daemon.look() == ""
    assert "symbolic links" in daemon.tailer.problem


def test_a_name_may_be_any_bytes(tmp_path: Path) -> None:
    """Case 52."""
    path = os.path.join(os.fsencode(tmp_path), b"caf\xe9.log")
    tailer = Tailer(os.fsdecode(path))
    Path(os.fsdecode(path)).write_text("1\n")

    assert [block.data for block in tailer.blocks(0.0)] == [b"1\n"]
    assert tailer.generations()[0].path == path
    tailer.close()


def test_what_was_given_back_to_save_descriptors_goes_on(log: LogFile, daemon: Daemon) -> None:
    """Case 58."""
    log.write(FIRST)
    daemon.look()
    held = len(os.listdir("/proc/self/fd"))
    assert daemon.tailer.idle_close()
    assert len(os.listdir("/proc/self/fd")) < held
    assert not daemon.tailer.idle_close()
    assert daemon.tailer.quiet()
    log.write("2\n")
    assert not daemon.tailer.quiet()
    assert daemon.look() == "2\n"
    daemon.tailer.idle_close()
    log.write("3\n")
    log.rotate()

    assert daemon.settle() == "3\n"


def test_a_generation_that_is_gone_is_said_to_be_lost_after_some_looking(log: LogFile) -> None:
    """Cases 8 and 15."""
    daemon = Daemon(log, down=True)
    log.write(FIRST)
    daemon.look()
    log.vanish()
    log.write("2\n")
    assert daemon.look() == ""
    daemon.down = False
    daemon.clock += PATIENCE / 2
    assert (daemon.look(), daemon.tailer.lost) == ("", 0)
    daemon.clock += PATIENCE

    assert (daemon.look(), daemon.tailer.lost) == ("2\n", 1)
    daemon.down = True
    assert (daemon.settle(), daemon.tailer.lost) == ("", 1)
    daemon.tailer.close()


def test_another_log_is_no_sibling(log: LogFile, daemon: Daemon) -> None:
    """`app.log.error` is not what `app.log` was."""
    log.write(FIRST)
    daemon.look()
    log.path.with_name("app.log.error").write_text("error\n")
    log.path.with_name("app.log-tee").write_text("tee\n")
    log.rotate()
    log.write("2\n")

    assert daemon.settle() == "2\n"


def test_what_is_kept_says_nothing_of_what_the_log_says(log: LogFile) -> None:
    tailer = Tailer(str(log.path))
    log.write("secret password\n" * 100 + "secret")
    list(tailer.blocks(0.0))

    assert b"secret" not in repr(tailer.generations()).encode()
    tailer.close()


def test_what_is_kept_is_true_between_any_two_blocks(log: LogFile) -> None:
    """Case 61."""
    lines = [f"{number} {'x' * (number % 300)}\n" for number in range(3 * ANCHOR)]
    log.write("".join(lines[:1000]))
    log.rotate()
    log.write("".join(lines[1000:]))
    aside(log).rename(log.path.with_name("first"))
    whole = "".join(lines[1000:])
    tailer = Tailer(str(log.path))
    got = ""
    for block in tailer.blocks(0.0):
        got += block.data.decode()
        again = Tailer(str(log.path), saved=tailer.generations())
        rest = b"".join(block.data for block in again.blocks(0.0)).decode()
        again.close()
        assert got + rest == whole
    tailer.close()


def test_the_paths_of_a_merged_log_are_kept_together(log: LogFile) -> None:
    other = log.path.with_name("other.log")
    log.write("1\n")
    other.write_text("2\n")
    tailers = Tailers(Tailer(str(log.path)))
    tailers.add(str(other))
    list(tailers.blocks(0.0))
    saved = tailers.generations()
    tailers.close()
    log.write("3\n")
    other.write_text("2\n4\n")
    tailers = Tailers(Tailer(str(log.path), saved=saved))
    tailers.add(str(other), saved=saved)

    assert [block.data for block in tailers.blocks(0.0)] == [b"3\n", b"4\n"]
    assert tailers.lost == 0
    tailers.close()
