"""Tables that come again and again."""

from __future__ import annotations

from datetime import UTC

from watcher.parse.detect import Format, detect
from watcher.parse.head import head_of

CPU = "avg-cpu:  %user   %nice %system\n           1.{0}    0.00    0.5{0}\n\n"
DISKS = "Device             tps    kB_read/s    kB_wrtn/s\n"
ROWS = "sda        {0}.00     3.5{0}     5.{0}\nsdb        2.{0}     4.5{0}     6.{0}\n\n"


def read(text: str) -> Format:
    data = text.encode()
    return detect(head_of(data, UTC, data.split(b"\n")[:-1], 1.8e9))


def test_the_table_with_most_rows_is_that_of_the_log() -> None:
    text = "".join((CPU + DISKS + ROWS).format(n) for n in range(1, 8))
    verdict = read(text)
    batch = verdict.parse(text.encode())

    assert (verdict.name, verdict.fields) == ("plain", ("tps", "kB_read/s", "kB_wrtn/s"))
    assert (batch.samples, batch.bad) == (14, 0)


def test_a_heading_that_leaves_out_the_first_name_is_one() -> None:
    block = "           total     used     free\nMem:    16303428     {0}1     {0}23\n"
    block += "Swap:    2097148       0\n\n"
    text = "".join(block.format(n) for n in range(1, 8))
    verdict = read(text)

    assert verdict.fields == ("used", "free")
    assert verdict.parse(text.encode()).bad == 0


def test_a_line_that_never_was_is_refused() -> None:
    text = "".join((CPU + DISKS + ROWS).format(n) for n in range(1, 8))
    assert read(text).parse(text.encode() + b"Segmentation fault at 5, really\n").bad == 1


def test_names_of_several_words_stand_above_their_columns() -> None:
    heading = "ID      NAME   CPU %     USAGE / LIMIT       MEM %    NET I/O       PIDS\n"
    row = "67b25   web    0.1{0}%     1.{0}MiB / 985MiB     0.{0}%     2kB / {0}B      2{0}\n"
    text = "".join((heading + row).format(n) for n in range(1, 8))
    verdict = read(text)
    batch = verdict.parse(text.encode())

    assert verdict.fields == ("CPU %", "USAGE", "MEM %", "NET I/O 2", "PIDS")
    assert (batch.samples, batch.bad) == (7, 0)


def test_a_table_on_a_cleared_terminal_is_read_as_any_other() -> None:
    text = "".join(("\x1b[2J\x1b[H" + DISKS + ROWS).format(n) for n in range(1, 8))

    assert read(text).parse(text.encode()).samples == 14
