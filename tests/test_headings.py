"""What the columns of a table are called."""

from __future__ import annotations

from datetime import UTC

import pytest

from watcher.parse.detect import Format, detect
from watcher.parse.head import head_of
from watcher.parse.headings import MANUALS, Manual, from_the_manual, is_rule, naming


def read(text: str) -> Format:
    data = text.encode()
    return detect(head_of(data, UTC, data.split(b"\n")[:-1], 1.8e9))


def test_the_last_of_several_lines_above_a_table_names_its_columns() -> None:
    groups = '"Dstat 0.7.3 CSV output"\n"Host:","web1",,,,\n\n"epoch","cpu",,"dsk",\n'
    names = '"epoch","usr","sys","read","writ"\n'
    rows = "".join(f"179360320{n}.5,{n}.5,{n % 3},{n * 7 % 5},{n * 3 % 7}\n" for n in range(9))
    verdict = read(groups + names + rows)

    assert verdict.fields == ("usr", "sys", "read", "writ")
    assert verdict.parse((groups + names + rows).encode()).bad == 0


def test_a_banner_above_a_table_and_an_average_below_say_nothing() -> None:
    banner = "Linux 5.15.0-91-generic (web1) \t11/02/2026 \t_x86_64_\t(4 CPU)\n\n"
    rows = "".join(f"08:{n:02}:01        all     {n}.5   {n % 7}.25\n" for n in range(10, 40))
    text = banner + "08:10:00        CPU     %user   %idle\n" + rows
    text += "Average:        all     1.5   2.25\n"
    verdict = read(text)

    assert verdict.fields == ("%user", "%idle")
    assert verdict.parse(text.replace("5.15.0-91", "6.1.0-7").encode()).bad == 0


def test_a_table_whose_heading_is_in_the_manual_is_named() -> None:
    row = "1793603200.123456\tCAbc123def456\t192.0.2.1\t40000\t192.0.2.2\t443\ttcp\tssl"
    row += "\t0.5\t7\t8\tSF\t-\t0\tShADadfF\t5\t300\t6\t400\t(empty)\n"
    verdict = read(row * 3 + row.replace("\t0.5\t", "\t0.7\t").replace("\t7\t", "\t9\t"))

    assert verdict.fields == ("duration", "orig_bytes")
    assert from_the_manual([[b"a", b"b"], [b"c", b"d"]]) is None


@pytest.mark.parametrize("manual", MANUALS, ids=lambda manual: manual.names[:20])
def test_a_manual_names_what_it_marks(manual: Manual) -> None:
    assert len(manual.names.split()) > 5
    if manual.widths:
        assert max(manual.marks) < min(manual.widths)


def test_a_line_that_is_drawn_is_no_row() -> None:
    assert is_rule([b"----", b"---"])
    assert not is_rule([b"-", b"--"])  # nothing was measured


def test_a_name_may_look_like_a_quantity_where_words_stand_above_numbers() -> None:
    rows = "".join(f"{n}.5,{n % 2},{n % 3},{n % 5}\n" for n in range(9))

    assert read("up,cpu,50%,99%\n" + rows).fields == ("up", "cpu", "50%", "99%")


def test_the_first_row_of_data_is_no_heading_because_something_is_missing_in_it() -> None:
    verdict = read("-,5,7\n" + "".join(f"{n},{n % 3},{n % 5}\n" for n in range(9)))

    assert verdict.parse(b"-,5,7\n1,2,3\n").samples == 2


def test_names_are_in_the_first_full_row_above_a_table_and_units_below() -> None:
    assert naming([[b"a", b"b", b""], [b"time", b"temp", b"hum"], [b"s", b"C", b"%"]])[1] == b"temp"
    assert naming([[b"x-axis", b"1"], [b"second", b"Volt"]]) == [b"second", b"Volt"]
    assert naming([[b"", b"kW"], [b"", b"W"]]) == [b"", b"W"]


def test_lines_of_text_with_an_interval_or_a_dash_are_no_table() -> None:
    text = "".join(f"11/2/26, 08:0{n} - Jane: it is {n}, or so\n" for n in range(9))

    assert read(text).name == "text"


def test_a_heading_and_rows_that_end_with_a_comma_are_as_wide_as_each_other() -> None:
    rows = "".join(f"5.3.2024,14:20:{n}.297,4{n}.1,3{n}.6,\n" for n in range(10, 20))
    verdict = read('Date,Time,"CPU [C]","GPU Power [W]",\n' + rows)

    assert verdict.fields == ("CPU [C]", "GPU Power [W]")


def test_two_names_stand_above_a_time_of_two_words() -> None:
    rows = "".join(f"20240305 14:{n}:00 {n}.5\n" for n in range(10, 20))

    assert read("date time temp\n" + rows).fields == ("temp",)


def test_a_tab_in_every_line_parts_columns_whatever_commas_there_are() -> None:
    rows = "".join(f"05.03.2024 14:{n}:00,123\t10{n},56\t3,{n}\n" for n in range(10, 20))
    verdict = read("Time\tMotor [rpm]\tPressure [bar]\n" + rows)

    assert (verdict.time_format, verdict.fields) == (
        "german_comma",
        ("Motor [rpm]", "Pressure [bar]"),
    )


def test_a_first_column_without_a_name_numbers_the_rows() -> None:
    rows = "".join(f"{n},2026-11-0{n + 1},{n % 3}.5\n" for n in range(9))

    assert read(",date,close\n" + rows).fields == ("close",)
    assert read("Unnamed: 0,date,close\n" + rows).fields == ("close",)


def test_lines_that_are_drawn_are_no_table() -> None:
    assert not read("a b c d\n" + "--- --- ---\n" * 9).fields


def test_a_change_beside_a_number_has_no_name_above_it() -> None:
    rows = "".join(f"{n} {60 + n % 7} (+{n % 7}) {n % 5}\n" for n in range(1, 9))

    assert read("keys requests clients\n" + rows).fields == ("keys", "requests", "clients")


def test_an_index_may_have_no_name() -> None:
    rows = "".join(f"{n},{n % 5},{n % 3}\n" for n in range(9))

    assert read(",close,volume\n" + rows).fields == ("close", "volume")
