"""Text parameters -> one canonical view."""

from __future__ import annotations

import contextlib
import math
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.draw.view import (
    NOW,
    PARAMETERS,
    REPEATED,
    Moment,
    View,
    ViewError,
    duration,
    moment,
    parse,
)

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

    asked = (
        (
            "field=a&field=b&step=5min&tz=Asia/Tokyo&agg=p95&per=h&fill=gap&ymin=-1&ymax=1e3&yscale=log"
            "&warn=.5&crit=2&stale=off&bg=transparent&fg=000000&color=D55E00&color=%s&title=x y"
            "&legend=0&axes=0&vs=-7d&depth=2&dither=1&rotate=90"
        )
        .replace("&ymin=-1", "&ymin=1")
        .replace("%s", "#0072b2")
    )

    assert view(asked) == View(
        fields=("a", "b"),
        step=300.0,
        tz="Asia/Tokyo",
        agg="p95",
        per="h",
        fill="gap",
        ymin=1.0,
        ymax=1000.0,
        yscale="log",
        warn=0.5,
        crit=2.0,
        stale=math.inf,
        bg="transparent",
        fg=(0, 0, 0),
        color=((213, 94, 0), (0, 114, 178)),
        title="x y",
        legend=False,
        axes=False,
        vs=604800.0,
        depth=2,
        dither=True,
        rotate=90,
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("from=-90min", "from=-1.5h"),
        ("until=now", ""),
        ("until=-0s", "until=now"),
        ("ymin=auto&ymax=auto&yscale=linear&fill=auto&step=auto&stale=auto", ""),
        ("warn=1e3", "warn=1000.0"),
        ("ymin=-0", "ymin=0"),
        ("bg=FFFFFF", "bg=#ffffff"),
        ("legend=1&axes=true&dither=0&rotate=0&title=1", ""),
        ("legend=0", "legend=false"),
        ("title= x ", "title=x"),
        ("vs=-24h", "vs=-1d"),
        ("field=a&field=a", "field=a"),
        ("tz=Etc/GMT 5", "tz=Etc/GMT+5"),
        ("from=2026-01-31T14:00&tz=Asia/Tokyo", "tz=Asia/Tokyo&from=2026-01-31T05:00Z"),
        ("refresh=5&wait=55&cache=60&onerror=200&token=x&sig=y&exp=1", ""),
    ],
)
def test_other_spellings_are_the_same_view(one: str, other: str) -> None:
    assert view(one) == view(other)
    assert hash(view(one)) == hash(view(other))


def test_what_is_shown_first_is_the_field() -> None:
    assert view("field=b&field=a").field == "b"
    assert view("").field is None


def test_title_0_hides_it() -> None:
    assert view("title=0").title == ""
    assert view("title=0", View(title="x")).title == ""
    assert view("title=1", View(title="x")).title is None


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
        ("step=0s", "step: '0s' is no time at all"),
        ("tz=Berlin", "tz: 'Berlin' is not a time zone: write a name such as Europe/Berlin"),
        ("tz=../../etc/passwd", "tz: "),
        ("agg=p42", "agg: 'p42' is not one of mean min max"),
        ("per=d", "per: 'd' is not one of s min h"),
        ("fill=1", "fill: '1' is not one of auto gap zero hold connect"),
        ("ymin=nan", "ymin: 'nan' is not a number such as 5, -0.25 or 1e6"),
        ("ymax=1e999", "ymax: "),
        ("ymin=5&ymax=5", "ymin: 5 is not below ymax, 5"),
        ("yscale=log&ymin=0", "ymin: 0 is not above 0, as yscale=log needs it"),
        ("yscale=sqrt", "yscale: 'sqrt' is not one of linear log"),
        ("warn=high", "warn: 'high'"),
        ("stale=5m", "stale: '5m' is ambiguous"),
        ("bg=red", "bg: 'red' is not a colour: write six hex digits"),
        ("fg=transparent", "fg: "),
        ("color=12345", "color: "),
        ("&".join(["color=123456"] * 9), "color: given more than 8 times"),
        ("legend=2", "legend: '2' is neither 1 nor 0"),
        ("vs=1d", "vs: '1d' is not a time before: write -1d"),
        ("vs=-201y", "vs: '-201y' is more than 200 years before"),
        ("depth=3", "depth: '3' is not one of 1 2 4 8"),
        ("rotate=45", "rotate: '45' is not one of 0 90 180 270"),
        ("sparkle=1", "sparkle: no such parameter: there are width"),
        ("width=100&width=200", "width: given twice"),
        ("width=4096&height=4096", "16,777,216 pixels, at most 8,294,400"),
        ("width=2000&height=2000&scale=2", "pixels"),
        ("from=-6m", "from: '6m' is ambiguous: write 6min or 6mon"),
        ("from=-6parsec", "from: 'parsec' is not a unit"),
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
    st.sampled_from(["auto", "log", "0", "1", "-1d", "transparent", "d55e00", "UTC", "p95", "off"]),
    st.text(max_size=20),
)


@given(st.lists(st.tuples(st.sampled_from(list(PARAMETERS)), WORDS), max_size=8))
def test_any_text_gives_a_view_or_an_error_in_words(pairs: list[tuple[str, str]]) -> None:
    with contextlib.suppress(ViewError):
        asked = parse(pairs, View(), UTC)
        assert 16 <= asked.width <= 4096
        assert asked.width * asked.height * asked.scale**2 <= 8_294_400
        assert hash(asked) == hash(parse(reversed(pairs), View(), UTC)) or any(
            name in REPEATED for name, _ in pairs
        )


@given(st.sampled_from(list(PARAMETERS)), WORDS)
def test_a_refusal_names_the_parameter(name: str, words: str) -> None:
    said = f"{name}: "
    with contextlib.suppress(ViewError):
        parse([(name, words)], View(), UTC)
        said = ""
    if said:
        with pytest.raises(ViewError, match=f"^{said}"):
            parse([(name, words)], View(), UTC)
