"""What can happen to a log, to its directory and to the daemon: every case, and who proves it.

`TABLE` is the promise. A test that it names says the number of the case in its first words; so
neither can go without the other. Here are also the two that take another file system or other
rights than a test has: each is a program that runs apart.
"""

from __future__ import annotations

import ast
import functools
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_hints_environment import refusal

CASES = 72
HERE = Path(__file__).parent

TABLE: dict[int, tuple[str, ...]] = {  # number -> file and name of tests, both without `test_`
    1: (  # renamed, and made anew
        "follow_restart.a_renamed_file_is_read_to_its_end",
        "tailer.rotation_by_rename_loses_nothing",
        "torture.what_is_still_on_disk_was_counted_once",
    ),
    2: (  # a writer that notices the rename late
        "follow_restart.a_writer_that_notices_late_is_followed_for_as_long",
        "follow_restart.a_writer_that_never_notices_is_left_after_an_hour",
    ),
    3: (  # unread lines at the rename
        "follow_restart.a_renamed_file_is_read_to_its_end",
    ),
    4: (  # copied and cut
        "follow_restart.the_end_of_a_file_that_was_copied_and_cut_is_read_from_the_copy",
        "follow_restart.a_copy_of_what_was_read_is_not_read_again",
        "follow_restart.a_copy_that_is_shorter_than_what_was_read_is_not_read_again",
    ),
    5: (  # cut under a writer that does not append
        "follow_restart.the_hole_before_a_writer_that_does_not_append_is_skipped",
    ),
    6: (  # seen while it is being copied
        "follow_restart.a_copy_that_is_still_being_made_is_left_alone",
    ),
    7: (  # several rotations between two looks
        "follow_restart.every_copy_since_the_last_look_is_read",
        "torture.what_is_still_on_disk_was_counted_once",
    ),
    8: (  # compressed while nobody looked
        "follow_restart.a_tail_that_was_compressed_is_read_on",
        "follow_restart.what_was_read_is_not_read_again_when_it_is_compressed",
        "follow_restart.the_past_of_first_sight_is_not_taken_for_an_unseen_generation",
    ),
    9: (  # moved to another directory
        "follow_restart.files_that_move_to_another_directory_are_found",
    ),
    10: (  # named by date
        "follow_restart.files_that_are_named_by_date_are_found",
        "torture.what_is_still_on_disk_was_counted_once",
    ),
    11: (  # renamed, then copied to another disk
        "follow_restart.a_file_that_was_renamed_and_then_copied_is_read_once",
    ),
    12: (  # deleted after its rotation
        "follow_restart.a_file_that_is_deleted_after_its_rotation_is_read_to_its_end",
    ),
    13: (  # a link that points elsewhere
        "follow_restart.a_link_that_points_elsewhere_is_followed",
        "tailer.a_link_that_points_elsewhere_is_followed",
    ),
    14: (  # a glob that matches old parts too
        "discover.a_glob_gives_what_it_matches_but_no_rotated_siblings",
    ),
    15: (  # renames while a directory is listed
        "follow_restart.a_generation_that_is_gone_is_said_to_be_lost_after_some_looking",
        "siblings.a_directory_that_changes_while_it_is_listed_is_listed_again",
    ),
    16: (  # rewritten, and shorter
        "follow_restart.a_file_that_was_rewritten_is_read_anew",
        "tailer.truncation_begins_anew",
    ),
    17: (  # rewritten, and longer
        "follow_restart.a_file_that_was_rewritten_is_read_anew",
        "tailer.a_rewrite_that_is_longer_than_what_was_read_begins_anew",
    ),
    18: (  # rewritten, of the same size
        "follow_restart.a_rewrite_of_the_same_size_is_read_anew",
        "tailer.a_rewrite_of_the_same_size_begins_anew",
    ),
    19: (  # replaced, of the same size
        "follow_restart.a_file_in_its_place_is_read_from_its_beginning",
        "tailer.a_replaced_file_of_the_same_size_is_read_anew",
    ),
    20: (  # an inode that is used again
        "follow_restart.a_file_in_its_place_is_read_from_its_beginning",
        "identity.a_file_that_gets_the_inode_of_another_is_not_the_other",
    ),
    21: (  # the same across a restart
        "follow_restart.a_file_in_its_place_is_read_from_its_beginning",
        "identity.a_file_that_gets_the_inode_of_another_is_not_the_other",
    ),
    22: (  # no birth times
        "follow_restart.a_file_system_without_birth_times_is_followed_by_what_it_says",
        "identity.without_birth_times_the_inode_must_do",
        "identity.small_inodes_have_a_number_instead_of_a_birth_time",
    ),
    23: (  # another device after a boot
        "follow_restart.the_device_is_no_part_of_who_a_file_is",
    ),
    24: (  # two files that say the same
        "follow_restart.files_that_say_the_same_are_told_apart",
    ),
    25: (  # cut, and the same said again
        "follow_restart.a_rewrite_that_says_the_same_and_more_is_taken_for_growth",
    ),
    26: (  # the end lost with the machine
        "follow_restart.a_log_that_lost_its_end_with_the_machine_goes_on",
    ),
    27: (  # written to by another name
        "follow_restart.lines_that_come_by_another_name_are_seen",
    ),
    28: (  # room that is not filled yet
        "follow_restart.room_that_is_not_filled_yet_is_waited_for",
    ),
    29: (  # a line without its end
        "follow_restart.a_line_without_an_end_waits_for_it",
        "tailer.a_line_cut_in_two_is_read_once_and_whole",
    ),
    30: (  # a last line that never has one
        "follow_restart.a_line_without_an_end_waits_for_it",
    ),
    31: (  # a letter cut in two
        "tailer.a_letter_cut_in_two_is_read_whole",
    ),
    32: (  # CRLF, CR, and the mark of UTF-8
        "lines.crlf_is_a_line_end",
        "settings.the_mark_of_utf_8_is_no_part_of_the_first_line",
        "tailer.a_progress_bar_is_one_line",
    ),
    33: (  # NULs, and any bytes
        "bad_input.good_lines_around_bad_ones_are_kept",
        "follow_restart.nuls_before_a_line_are_no_part_of_it",
    ),
    34: (  # an endless line
        "bad_input.one_endless_line_takes_no_memory",
        "follow_restart.an_endless_line_is_dropped_whole",
        "tailer.a_line_that_is_too_long_is_dropped_whole_and_counted",
    ),
    35: (  # UTF-16
        "commands.check_knows_utf_16_when_it_sees_it",
        "settings.lines_in_another_encoding_are_read",
    ),
    36: (  # NaN and infinity
        "bad_input.what_is_no_finite_number_is_refused",
        "bad_input.json_without_a_finite_number_gives_none",
        "lines.what_is_no_number_is_bad_and_the_lines_around_it_are_kept",
    ),
    37: (  # numbers that are none
        "bad_input.what_is_no_finite_number_is_refused",
        "lines.what_is_no_number_is_bad_and_the_lines_around_it_are_kept",
    ),
    38: (  # an archive given as a log
        "tailer.an_archive_that_is_given_as_a_log_is_refused_in_words",
        "commands.an_archive_is_refused_whatever_it_is_called",
    ),
    39: (  # late, and in any order
        "log.times_that_no_bucket_can_hold_are_counted_and_left_out",
        "rollup.late_or_not_each_sample_lands_in_the_bucket_of_its_time_in_every_tier",
    ),
    40: (  # from the future
        "log.times_that_no_bucket_can_hold_are_counted_and_left_out",
    ),
    41: (  # an hour that comes twice or never
        "clock.a_time_of_the_hour_that_comes_twice_never_goes_back",
        "clock.an_hour_that_does_not_exist_is_counted_on",
    ),
    42: (  # a clock that goes back
        "kept.the_revision_never_goes_back_although_the_clock_does",
        "kept.a_clock_that_goes_back_loses_no_line",
        "worker.a_clock_that_goes_back_holds_nobody_up",
    ),
    43: (  # deleted, and made anew
        "follow_restart.a_file_that_was_deleted_is_read_to_its_end_and_a_new_one_followed",
    ),
    44: (  # not there yet
        "follow_restart.a_log_whose_directory_is_missing_is_waited_for",
        "hints.a_missing_directory_is_left_to_the_scan_until_it_is_there",
        "worker.a_folder_that_appears_later_is_watched",
    ),
    45: (  # a directory deleted and made anew
        "hints.a_directory_that_was_deleted_is_watched_again_once_it_is_back",
        "hints.directories_that_move_about_kill_nobody",
    ),
    46: (  # a directory renamed, another in its place
        "hints.a_directory_that_was_renamed_and_replaced_is_watched_anew",
        "hints.directories_that_move_about_kill_nobody",
    ),
    47: (  # a directory deleted with somebody in it
        "hints.a_directory_that_was_deleted_while_somebody_is_in_it_is_watched_again",
    ),
    48: (  # unmounted, and mounted again
        "matrix.a_log_whose_disk_is_taken_away_goes_on_when_it_is_back",
        "hints_environment.what_is_mounted_over_a_root_or_below_is_watched_instead",
    ),
    49: (  # forbidden, then allowed
        "matrix.a_log_that_may_not_be_read_is_read_once_it_may",
        "hints_environment.an_unreadable_root_is_watched_once_it_may_be_read",
        "pipeline.a_log_that_cannot_be_read_says_why_and_is_tried_again",
    ),
    50: (  # a pipe, a device, a socket
        "tailer.what_is_no_file_is_refused_without_waiting",
    ),
    51: (  # a link to itself, or to nothing
        "follow_restart.a_log_whose_directory_is_missing_is_waited_for",
        "follow_restart.a_link_to_itself_is_a_state",
    ),
    52: (  # a name that is no UTF-8
        "daemon.a_name_of_any_bytes_has_a_url",
        "follow_restart.a_name_may_be_any_bytes",
        "pipeline.a_name_of_any_bytes_is_a_title_that_can_be_told",
    ),
    53: (  # more logs than are sensible
        "discover.of_too_many_logs_the_newest_are_taken_and_the_others_told_of_once",
    ),
    54: (  # file systems that do not tell of every change
        "hints_environment.a_stacked_file_system_is_scanned_as_well",
        "mounts.a_directory_is_as_silent_as_what_is_mounted_there",
        "worker.without_events_the_scan_finds_the_same",
    ),
    55: (  # more events than fit
        "hints.waiting_hints_are_bounded_and_what_did_not_fit_is_left_to_the_scan",
        "hints.after_an_overflow_the_scan_is_asked_for_and_all_is_watched_anew",
    ),
    56: (  # no watch left
        "directories.where_the_limit_is_reached_the_root_says_so_until_there_is_room",
        "hints_environment.below_a_root_the_watch_limit_is_seen_and_its_end_too",
    ),
    57: (  # no inotify instance left
        "hints_environment.where_no_instance_is_left_the_scan_does_it_all",
    ),
    58: (  # no descriptor left
        "crash_points.without_descriptors_what_is_open_is_followed_and_the_rest_waits",
        "follow_restart.what_was_given_back_to_save_descriptors_goes_on",
        "kept.more_logs_than_descriptors_are_all_followed",
    ),
    59: (  # a disk that cannot be read
        "crash_points.a_log_that_cannot_be_read_waits_and_others_do_not",
        "tailer.a_bad_disk_is_a_state",
    ),
    60: (  # no room for the state
        "crash_points.a_state_that_cannot_be_written_stops_nobody_and_loses_nothing",
        "kept.a_full_disk_keeps_serving_and_nothing_is_lost_once_it_has_room",
        "store.a_full_disk_takes_nothing_and_loses_nothing",
    ),
    61: (  # killed between reading and keeping
        "crash_points.killed_at_any_turn_of_a_call_nothing_is_lost_and_nothing_counted_twice",
        "follow_restart.what_is_kept_is_true_between_any_two_blocks",
        "kept.what_was_not_committed_when_it_was_killed_is_read_again_and_counted_once",
    ),
    62: (  # a power loss
        "kept.of_a_journal_that_was_cut_by_a_power_loss_whole_commits_are_left",
    ),
    63: (  # asked to leave
        "daemon.asked_to_leave_it_leaves_at_once",
    ),
    64: (  # asked to reload
        "daemon.a_reload_brings_new_graphs_and_keeps_the_port",
        "daemon.a_bad_file_is_not_reloaded",
    ),
    65: (  # two daemons, one state
        "state.a_second_daemon_is_refused_and_told_who_is_first",
        "store.two_daemons_refuse_each_other_in_words",
    ),
    66: (  # a damaged state
        "kept.a_damaged_state_is_rebuilt_from_the_logs",
        "store.a_damaged_file_is_put_aside_and_begun_anew",
        "store.an_empty_file_is_a_new_one",
    ),
    67: (  # a state from a backup
        "kept.a_state_from_a_backup_counts_every_line_once",
    ),
    68: (  # stopped or asleep for a while
        "canary.a_machine_that_slept_has_lost_no_canary",
        "daemon.a_daemon_that_was_stopped_for_a_while_goes_on",
    ),
    69: (  # a bug of ours
        "daemon.a_bug_ends_the_process_so_that_it_is_started_again",
        "daemon.a_bug_in_the_worker_ends_the_daemon",
        "worker.a_bug_ends_the_worker_and_is_not_hidden",
    ),
    70: (  # a disk that does not answer
        "daemon.while_a_disk_does_not_answer_the_pictures_of_before_are_served",
        "worker.health_is_that_it_came_round_lately",
    ),
    71: (  # a huge file at first sight
        "backfill.of_a_large_log_a_week_is_read_and_every_line_of_it_once",
        "backfill.no_more_bytes_are_read_than_a_bound",
    ),
    72: (  # one busy log among many quiet ones
        "pipeline.logs_take_turns_so_that_a_large_one_delays_no_other",
        "pipeline.a_log_that_never_rests_delays_a_quiet_one_by_a_block",
    ),
}

# What no test of one machine can do, and what stands for it.
INSTEAD = {
    23: "no boot: every device has another number at the next look",
    26: "no crash of the machine: the file is made shorter, as a journal would leave it",
    54: "no NFS, SMB or FUSE with another machine behind: an overlay, and logs without any events",
    62: "no power loss: the journal of the state is cut at twelve places",
    68: "no suspended machine: a stopped process, and a canary that was not asked for long",
    70: "no disk that hangs in the kernel: a read that does not return until it is told to",
}

READS = """
import os, pathlib, subprocess, sys
from watcher.follow.tailer import Tailer

root = pathlib.Path(sys.argv[1])
path = root / "app.log"
tailer = Tailer(str(path))

def reads(clock):
    return b"".join(block.data for block in tailer.blocks(clock))

"""


def apart(root: Path, program: str, *through: str) -> None:
    """Run it after READS, on `root`; `through`: who is to start it."""
    command = [*through, sys.executable, "-c", READS + program, str(root)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


@functools.cache
def docstrings(name: str) -> dict[str, str]:
    """The tests of a file, each with its first words."""
    body = ast.parse((HERE / f"test_{name}.py").read_text()).body
    tests = [one for one in body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {test.name: ast.get_docstring(test) or "" for test in tests}


def test_the_table_has_every_case() -> None:
    assert list(TABLE) == list(range(1, CASES + 1))
    assert all(TABLE.values())
    assert INSTEAD.keys() <= TABLE.keys()


@pytest.mark.parametrize("case", TABLE)
def test_each_case_has_tests_that_say_so(case: int) -> None:
    for one in TABLE[case]:
        file, _, name = one.partition(".")
        says = docstrings(file).get(f"test_{name}")
        assert says is not None, f"there is no {one}"
        numbers = re.match(r"Cases? ([\d, and]+)", says)
        assert numbers, f"{one} does not say that it is of case {case}"
        assert str(case) in re.findall(r"\d+", numbers[1])


def test_a_log_whose_disk_is_taken_away_goes_on_when_it_is_back(tmp_path: Path) -> None:
    """Case 48: what is written meanwhile is read then, and nothing twice."""
    if refusal():
        pytest.skip(f"no namespaces here: {refusal()}")
    (tmp_path / "disk").mkdir()
    (tmp_path / "place").mkdir()
    apart(
        tmp_path / "place",
        """
disk = root.with_name("disk")
mount = ["mount", "--bind", str(disk), str(root)]
subprocess.run(mount, check=True)
path.write_text("the first line of this log\\n")
assert reads(0.0) == b"the first line of this log\\n"
subprocess.run(["umount", "-l", str(root)], check=True)
assert not path.exists()
assert reads(1.0) == b""
assert tailer.problem == "No such file or directory"
with open(disk / "app.log", "a") as file:
    file.write("2\\n")
got = reads(2.0)
for clock in 100.0, 200.0:
    assert reads(clock) == b""
with open(disk / "app.log", "a") as file:
    file.write("3\\n")
subprocess.run(mount, check=True)
got += b"".join(map(reads, (300.0, 400.0, 500.0)))
assert got == b"2\\n3\\n", got
assert (tailer.problem, tailer.lost) == ("", 0)
""",
        "unshare",
        "-Urm",
    )


def test_a_log_that_may_not_be_read_is_read_once_it_may(tmp_path: Path) -> None:
    """Case 49."""
    apart(
        tmp_path,
        """
path.write_text("1\\n")
path.chmod(0)
if os.access(path, os.R_OK):  # as root nothing is forbidden, until the right to is given away
    import ctypes
    empty = (ctypes.c_uint32 * 6)()
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    assert ctypes.CDLL(None).capset(header, empty) == 0
assert not os.access(path, os.R_OK)
for clock in range(100):
    assert reads(clock) == b""
    assert tailer.problem == "Permission denied"
assert not tailer.quiet()
path.chmod(0o600)
assert reads(1000.0) == b"1\\n"
path.chmod(0)  # it is open, and stays so
assert (reads(1001.0), tailer.problem) == (b"", "")
""",
    )
