"""Text parameters -> one canonical view."""

from __future__ import annotations

import contextlib
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.draw.view import NOW, PARAMETERS, Moment, View, ViewError, duration, moment, parse

NOON = 1_769_860_800.0  # 2026-01-31T12:00:00Z


def view(query: str, base: View = View()) -> View:  # noqa: B008 - frozen
    pairs = [pair.partition("=")[::2] for pair in query.split("&") if pair]
    return parse(pairs, base, UTC)


def test_nothing_asked_is_the_base() -> None:
    assert view("") == View()
    assert view("", View(theme="dark")) == View(theme="dark")


def test_everything_that_can_be_asked() -> None:
    asked = "width=800&height=400&scale=2&from=-6h&until=now&style=line&theme=dark"

    assert view(asked) == View(800, 400, 2, Moment("ago", -21600.0), None, "line", "dark")


def test_spellings_of_one_wish_are_one_view() -> None:
    assert view("width=0800&from=-90min&t=123&_=5&17=x&style=") == view("from=-1.5h&width=800")
    assert hash(view("from=-90min")) == hash(view("from=-1.5h"))


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("width=15", "width: '15' is not from 16 to 4096"),
        ("height=99999", "height: '99999'"),
        ("width=1e3", "width: '1e3'"),
        ("width=-5", "width: '-5'"),
        ("scale=4", "scale: '4' is not one of 1 2 3"),
        ("style=pie", "style: 'pie' is not one of bars line"),
        ("theme=pink", "theme: 'pink'"),
        ("sparkle=1", "sparkle: no such parameter: there are width"),
        ("width=100&width=200", "width: given twice"),
        ("width=4096&height=4096", "16,777,216 pixels, at most 8,294,400"),
        ("width=2000&height=2000&scale=2", "pixels"),
        ("from=-6m", "from: '6m' is ambiguous: write 6min or 6mon"),
        ("from=-6parsec", "from: '6parsec' is not a duration"),
        ("from=-6q", "from: 'q' is not a unit: use one of ms s min"),
        ("from=yesterday", "from: 'yesterday' is not a time: write -6h"),
        ("until=2026-13-01", "until: '2026-13-01' is not a time"),
        ("from=" + "9" * 5000, "from: "),
    ],
)
def test_what_cannot_be_obeyed_is_named_with_its_cure(query: str, words: str) -> None:
    with pytest.raises(ViewError) as caught:
        view(query)

    assert words in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("now", NOW),
        ("-500", Moment("number", -500.0)),
        ("1769860800", Moment("number", NOON)),
        ("2026-01-31T12:00Z", Moment("at", NOON)),
        ("2026-01-31T12:00:00", Moment("at", NOON)),
        ("2026-01-31 12:00", Moment("at", NOON)),
        ("2026-01-31", Moment("at", NOON - 43200)),
        ("2026-01-31T13:00:00+01:00", Moment("at", NOON)),
        ("2026-01-31T13:00:00 01:00", Moment("at", NOON)),  # a + that a query string ate
        ("-1 h", Moment("ago", -3600.0)),
    ],
)
def test_moments(text: str, expected: Moment) -> None:
    assert moment(text, UTC) == expected


def test_a_moment_without_a_zone_is_local() -> None:
    assert moment("2026-01-31T13:00", ZoneInfo("Europe/Berlin")) == Moment("at", NOON)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("100 ms", 0.1), ("5s", 5), ("1.5h", 5400), ("2 d", 172800), ("1w", 604800), ("1y", 31536000)],
)
def test_durations(text: str, seconds: float) -> None:
    assert duration(text) == seconds


WORDS = st.one_of(
    st.sampled_from(["-6h", "now", "2", "800", "2026-01-31T12:00Z", "-1y", "line", "dark", ""]),
    st.text(max_size=20),
)


@given(st.lists(st.tuples(st.sampled_from(list(PARAMETERS)), WORDS), max_size=8))
def test_any_text_gives_a_view_or_an_error_in_words(pairs: list[tuple[str, str]]) -> None:
    with contextlib.suppress(ViewError):
        asked = parse(pairs, View(), UTC)
        assert 16 <= asked.width <= 4096
        assert asked.width * asked.height * asked.scale**2 <= 8_294_400
