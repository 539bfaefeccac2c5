"""Which forms the lines of a log have."""

from __future__ import annotations

from datetime import UTC, datetime

from watcher.parse.detect import Format, detect
from watcher.parse.head import head_of
from watcher.parse.mixed import Mixed
from watcher.parse.settings import LogSettings

WRITTEN = 1.8e9
CLF = b'192.0.2.7 - - [02/Nov/2026:08:%02d:00 +0000] "GET / HTTP/1.1" 200 10\n'
TEXT = b"2026-11-02 08:%02d:00 INFO did it\n"
YEARLESS = b"Nov  2 08:%02d:00 host app[7]: did it\n"
OF_DAY = b"08:%02d:00.123 INFO did it\n"


def told(text: bytes, probes: bytes = b"", **said: object) -> Format:
    settings = LogSettings("", **said)  # type: ignore[arg-type]
    lines = (text + probes).split(b"\n")[:-1]
    verdict = detect(head_of(text, UTC, lines, WRITTEN, settings))
    verdict.settle(lines, WRITTEN)
    return verdict


def alternating(*forms: bytes) -> bytes:
    return b"".join(form % n for n in range(20) for form in forms)


def first_day(format_: Format, text: bytes) -> str:
    times = format_.parse(text).times
    assert times is not None
    return datetime.fromtimestamp(times[0], UTC).strftime("%Y-%m-%d")


def test_what_is_as_frequent_as_anything_else_is_understood() -> None:
    batch = told(alternating(TEXT, CLF)).parse(alternating(TEXT, CLF))

    assert (batch.samples, batch.bad) == (40, 0)


def test_a_single_line_of_another_form_is_refused() -> None:
    text = alternating(TEXT) + CLF % 20

    assert told(text).name == "text"
    assert told(text).parse(text).bad == 1


def test_lines_of_a_form_that_began_later_are_found_all_over_the_file() -> None:
    verdict = told(alternating(TEXT) * 20, probes=alternating(CLF))

    assert verdict.name == "access+text"


def test_times_that_do_not_fit_in_between_are_of_no_further_form() -> None:
    quoted = b"2019-01-%02d 08:00:00,123 [x] was the last of these\n"
    text = b"".join(CLF % n + (quoted % (28 - n)) for n in range(20))

    assert not isinstance(told(text), Mixed)


def test_what_each_record_has_once_is_a_part_of_it() -> None:
    record = b"** Alert 1793606%03d.7: mail\n2026 Nov 02 08:00:00 host->log\nRule: 5\nfree text\n\n"

    assert not isinstance(told(b"".join(record % n for n in range(30))), Mixed)


def test_another_form_says_the_year() -> None:
    text = alternating(YEARLESS, CLF.replace(b"2026", b"2019"))

    assert first_day(told(text), text) == "2019-11-02"


def test_another_form_says_the_day() -> None:
    text = alternating(OF_DAY, CLF.replace(b"2026", b"2019"))

    assert first_day(told(text), text) == "2019-11-02"


def test_two_forms_without_a_year_are_of_the_same() -> None:
    text = alternating(YEARLESS, YEARLESS, b"I1102 08:%02d:00.000000 1 a.go:7] did it\n")

    assert told(text).time_format == "klog+rfc3164"


def test_of_two_forms_without_a_year_and_an_order_of_its_day_one_is_understood() -> None:
    orders = b"11-02 08:%02d:00.000 E/Tag( 12): failed\n", b"11/02-08:%02d:00.000000 alert\n"

    assert told(alternating(*orders, *orders, orders[0])).time_format == "android"


def test_tables_have_one_form() -> None:
    rows = [b"2026-11-02 08:%%02d:00,%d.5,2.5\n" % n for n in range(9)]

    assert told(alternating(*rows, CLF)).name == "csv"


def test_a_user_who_says_the_format_or_the_time_gets_one_form() -> None:
    text = alternating(TEXT, TEXT, CLF)

    assert told(text, format="text").name == "text"
    assert told(text, time_format="%Y-%m-%d %H:%M:%S").name == "text"


def test_fields_that_are_asked_for_are_all_that_is_read() -> None:
    assert told(alternating(TEXT, CLF), fields=("bytes",)).fields == ("bytes",)


def test_halves_of_objects_are_refused() -> None:
    whole = b'{"time":"2026-11-02T08:%02d:00Z","took":5}\n'
    text = alternating(*[whole] * 9, whole[:-10] + b"\n")

    assert told(text).name == "json"
    assert told(text).parse(text).bad == 20
