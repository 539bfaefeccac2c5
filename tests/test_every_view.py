"""Whatever is asked of whatever log: a picture of the size asked for, or a clear 400."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from datetime import UTC
from functools import cache
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st
from PIL import Image

from tests.test_compose import NOON, make
from tests.test_series import net
from tests.test_sources import lines, log_of, sensor
from watcher.compose import compose, refuse
from watcher.draw.stops import Stop
from watcher.draw.view import View, ViewError, parse
from watcher.follow.source import Block
from watcher.frame import Form, Frame, Wanted
from watcher.graphs import GraphSettings, SeriesSettings
from watcher.known import describe
from watcher.log import Log
from watcher.parse.settings import LogSettings

BERLIN = ZoneInfo("Europe/Berlin")
DAY = 86400.0

Subject = tuple[GraphSettings, list[Log]]


def jumping() -> Log:
    """Three fields, two of them durations: spikes, negatives, bursts, silences, late lines."""
    times = [NOON - 5400 + 10 * n for n in range(300)] + [NOON - 900 + n / 50 for n in range(400)]
    times += [NOON - 20 * DAY, NOON - 400 * DAY, NOON - 3, NOON + 40]
    made = [
        f'{{"time":{at:.3f},"took":{0.01 if n % 97 else 1e6},'
        f'"size":{(n % 7 - 3) * 10.0 ** (n % 12)},"other_ms":{n % 5}}}'
        for n, at in enumerate(times)
    ]
    return log_of("jumping", made)


def extreme() -> Log:
    """Numbers at both ends of the floats."""
    values = ("1e308", "-1e308", "5e-324", "0", "-0.0", "1e-300", "1.7976931348623157e308")
    times = [NOON - 600 + 60 * n for n in range(len(values))]
    pairs = zip(times, values, strict=True)
    return log_of("extreme", [f'{{"time":{at:.0f},"took":{value}}}' for at, value in pairs])


def rooms() -> Log:
    log = Log("rooms", "rooms", "/nowhere", UTC, LogSettings("", split="room", fields=("t", "h")))
    for n in range(300):
        line = f'{{"time":{NOON - 300 + n:.0f},"room":"{"ab"[n % 2]}","t":{n},"h":{n % 7}}}\n'
        log.take(Block(line.encode(), NOON), NOON, growing=True)
    return log


def events() -> Log:
    """Numbers without times, some lines of which are counted."""
    settings = LogSettings("", count={"high": "9"}, fields=("took_ms", "x"))
    log = Log("events", "events", "/nowhere", UTC, settings, asked=("took_ms",))
    made = "took_ms,x\n" + "".join(f"{n % 50},{n}\n" for n in range(1500))
    log.take(Block(made.encode(), NOON), NOON, growing=False)
    return log


def undated() -> Log:
    """Text that was there before us: nobody knows when it came."""
    settings = LogSettings("", count={"bad": "bad"})
    log = Log("undated", "undated", "/nowhere", UTC, settings)
    log.take(Block(b"a good line\na bad line\n" * 50, NOON), NOON, growing=False)
    return log


def graph(name: str, *logs: Log, series: tuple[SeriesSettings, ...] = ()) -> Subject:
    names = tuple(log.name for log in logs)
    return GraphSettings(name, names, "", View(), "B", series), list(logs)


def series(log: str, field: str, **more: object) -> SeriesSettings:
    looks = {name: more.pop(name) for name in ("agg", "style") if name in more}
    return SeriesSettings(log, View(fields=(field,), **looks), **more)  # type: ignore[arg-type]


@cache
def subjects() -> list[Subject]:
    web, db, jumps = lines("web", "INFO ERROR WARN"), lines("db", "DEBUG", 300, 7), jumping()
    index = make([str(n % 300 - 20) for n in range(3000)])
    percentiles = tuple(series("jumping", "took", agg=agg) for agg in ("p50", "p95", "p99"))
    mixed = (
        series("jumping", "size", style="area", multiply=-8.0, label="out"),
        series("web", "@lines", label="lines"),
        series("db", "@level"),
    )
    return [
        graph("app", index),
        graph("empty", log_of("empty", [])),
        graph("one", log_of("one", [f"{NOON:.0f} 5"])),
        *(graph(log.name, log) for log in (jumps, extreme(), rooms(), events(), web, db)),
        graph("net", net(many=400)),
        graph("undated", undated()),
        graph("undated_too", undated(), web),
        graph("old", sensor("old", every=3600, many=9000)),
        graph("both", web, db),
        graph("logs", jumps, sensor("warm"), web),
        graph("axes", index, jumps),
        graph("spread", jumps, series=percentiles),
        graph("mixed", jumps, web, db, series=mixed),
    ]


sides = st.integers(16, 90) | st.sampled_from([16, 120, 240, 500, 1200])
times = st.sampled_from(
    "-1h -6h -90min -1s -3d -1mon -1y -30y -5 -500 0 100 2000 now 1769857200 1e3 -0s".split()
    + ["2026-01-31T11:00", "2026-01-31 10:00", "2025-10-26T02:30", "2024-02-29", "0002-01-02"]
)
limits = st.sampled_from(["0", "-1", "0.5", "10", "100", "1e300", "-1e300", "1e-300", "-0", "1e9"])
colours = st.sampled_from(["d55e00", "#000000", "ffffff"])
PARAMETERS: dict[str, st.SearchStrategy[str]] = {
    "scale": st.sampled_from("123"),
    "from": times,
    "until": times,
    "step": st.sampled_from(
        "auto 1s 7s 1min 90min 7h 1d 1w 2w 1mon 3mon 1y 2y 500ms 1.5mon 200y".split()
    ),
    "tz": st.sampled_from(
        "UTC Europe/Berlin Asia/Kathmandu America/St_Johns Pacific/Apia Africa/Cairo".split()
    ),
    "style": st.sampled_from("bars line area stack spark heat".split()),
    "agg": st.sampled_from("mean min max sum last count rate p50 p90 p95 p99".split()),
    "per": st.sampled_from(["s", "min", "h"]),
    "fill": st.sampled_from("auto gap zero hold connect".split()),
    "ymin": limits | st.just("auto"),
    "ymax": limits | st.just("auto"),
    "yscale": st.sampled_from(["linear", "log"]),
    "warn": limits,
    "crit": limits,
    "stale": st.sampled_from(["auto", "off", "1s", "1h", "10y"]),
    "theme": st.sampled_from("light dark contrast eink".split()),
    "bg": colours | st.just("transparent"),
    "fg": colours,
    "depth": st.sampled_from("1248"),
    "dither": st.sampled_from("01"),
    "rotate": st.sampled_from(["0", "90", "180", "270"]),
    "title": st.sampled_from(["0", "1", "µ é × Ω Ж 漢 \u202e", "x" * 150, "\n"]),
    "legend": st.sampled_from("01"),
    "axes": st.sampled_from("01"),
    "vs": st.sampled_from(["-1s", "-1h", "-1d", "-7d", "-1mon", "-1y", "-300y"]),
}
asked = st.tuples(
    st.lists(st.sampled_from(list(PARAMETERS)), max_size=9, unique=True).flatmap(
        lambda names: st.tuples(*(st.tuples(st.just(n), PARAMETERS[n]) for n in names))
    ),
    st.lists(st.tuples(st.just("color"), colours), max_size=3),
    st.lists(st.tuples(st.just("width"), sides.map(str)), max_size=1),
    st.lists(st.tuples(st.just("height"), sides.map(str)), max_size=1),
).map(lambda groups: [pair for group in groups for pair in group])
moments = st.sampled_from([NOON, NOON + 0.5, NOON + 3600, NOON + 40 * DAY, NOON + 3e9, NOON - 1e6])
places = st.lists(st.integers(0, 9), max_size=3)  # of fields, among those that there are
forms: st.SearchStrategy[Form] = st.sampled_from(
    ["png", "png", "json", "txt", "terminal", "badge", "stripe"]
)


def answer(subject: Subject, view: View, form: Form, now: float) -> Frame:
    """As the gallery gives it."""
    settings, logs = subject
    stops = (Stop(0.0, bytes(3)), Stop(1.0, bytes((255, 0, 0)))) if form == "stripe" else ()
    wanted, known = Wanted(settings.name, view, form, stops), describe(settings, logs, now)
    try:
        return compose(settings, logs, known, wanted, now, BERLIN).frame
    except ViewError as error:
        return refuse(error, wanted, now).frame


def judge(frame: Frame, view: View, form: Form) -> None:
    """It is what was asked for, or says why not."""
    assert frame.status in (200, 400)
    if form == "json":
        told = msgspec.json.decode(frame.body)
        assert ("error" in told) == (frame.status == 400)
        for field in told.get("fields", ()):
            parts = {len(field[part]) for part in ("count", "sum", "min", "max", "value")}
            assert len(parts) == 1
            assert field["last"] is None or math.isfinite(field["last"])
    elif form in ("txt", "terminal"):
        assert frame.body.decode()
    else:
        image = Image.open(io.BytesIO(frame.body))
        image.load()
        size = view.width * view.scale, view.height * view.scale
        assert form == "badge" or image.size == size


@profile(deadline=None)  # the first one makes the logs
@given(st.integers(0, 17), asked, places, forms, moments)
def test_every_view_of_every_log_is_a_picture_or_a_refusal(
    number: int, pairs: Sequence[tuple[str, str]], at: list[int], form: Form, now: float
) -> None:
    settings, logs = subjects()[number]
    there = [*describe(settings, logs, now).fields, "@level", "none"]
    pairs = [*pairs, *(("field", there[place % len(there)]) for place in at)]
    try:
        view = parse(pairs, View(), BERLIN)
    except ViewError:
        return
    judge(answer(subjects()[number], view, form, now), view, form)


seconds = st.floats(-4e8, 400) | st.integers(-7200, 60).map(float)
samples = st.lists(
    st.tuples(seconds, st.floats(allow_nan=False, allow_infinity=False)), max_size=40
)


@profile(deadline=None)
@given(samples, st.booleans(), asked, forms)
def test_every_view_of_any_numbers_is_a_picture_or_a_refusal(
    numbers: list[tuple[float, float]],
    risen: bool,
    pairs: Sequence[tuple[str, str]],
    form: Form,
) -> None:
    made = [f'{{"time":{NOON + at:.3f},"took":{value!r}}}' for at, value in numbers]
    kind = {"took": "counter"} if risen else {}
    subject = graph("any", log_of("any", made, kind=kind, fields=("took",)))
    try:
        view = parse(pairs, View(), BERLIN)
    except ViewError:
        return
    judge(answer(subject, view, form, NOON), view, form)
