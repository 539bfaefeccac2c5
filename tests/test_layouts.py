"""Lines that are told by where everything stands in them."""

from __future__ import annotations

import math
from datetime import UTC

import pytest

from watcher.parse.batch import Batch
from watcher.parse.detect import Format, detect
from watcher.parse.head import head_of
from watcher.parse.layouts import LAYOUTS
from watcher.parse.settings import LogSettings

SQUID = (
    b"1793603200.123     45 192.0.2.7 TCP_MISS/200 4512 GET http://example.org/ - DIRECT/::1 -\n"
)
ELB = (
    b"2026-11-02T08:00:01.1Z lb 192.0.2.3:2817 %b %b 0.001 -1 200 200 0 29"
    b' "GET http://example.org:80/ HTTP/1.1" "curl" - -\n'
)


def read(text: bytes, **said: object) -> tuple[Format, Batch]:
    settings = LogSettings("", **said)  # type: ignore[arg-type]
    verdict = detect(head_of(text, UTC, text.split(b"\n")[:-1], 1.8e9, settings))
    return verdict, verdict.parse(text)


def test_the_fields_that_are_asked_for_are_all_that_are_read() -> None:
    verdict, batch = read(SQUID * 3, fields=("bytes",))

    assert (verdict.name, verdict.fields) == ("access", ("bytes",))
    assert batch.values == {"bytes": [4512.0] * 3}
    assert batch.classes == ["2xx"] * 3


def test_a_user_who_says_access_gets_every_layout() -> None:
    assert read(SQUID, format="access")[0].fields == ("elapsed_ms", "bytes")


def test_what_was_never_measured_is_no_number() -> None:
    text = ELB % (b"10.0.0.1:80", b"0.5") + ELB % (b"-", b"-1")
    verdict, batch = read(text)

    assert "response_time" not in verdict.fields  # nobody ever says one
    assert batch.values["request_time"][0] == 0.5
    assert math.isnan(batch.values["request_time"][1])


def test_a_line_of_another_kind_is_refused() -> None:
    _, batch = read(SQUID * 20 + b"1793603200.123 something else\n")

    assert (batch.samples, batch.bad) == (20, 1)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.template[:30])
def test_every_layout_has_one_time_and_a_number(layout: object) -> None:
    template = str(getattr(layout, "template", ""))
    assert template.count("$time") == 1
    assert len(template.replace("$-", "").split("$")) > 2
