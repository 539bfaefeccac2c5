"""Settings: read, checked, and every problem told at once."""

from __future__ import annotations

import math
import os
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from watcher.config import (
    LISTEN,
    Address,
    Config,
    ConfigError,
    default_path,
    default_state,
    load,
    local_zone,
)
from watcher.draw.view import Moment, View
from watcher.history.rollup import TIME_TIERS, Resolution
from watcher.parse.settings import LogSettings
from watcher.serve.access import Access


def read(tmp_path: Path, text: str, **options: object) -> Config:
    (tmp_path / "watcher.toml").write_text(text)
    return load(tmp_path / "watcher.toml", **options)  # type: ignore[arg-type]


def problems(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    prefix = f"{tmp_path / 'watcher.toml'}: "
    assert all(problem.startswith(prefix) for problem in caught.value.problems)
    return [problem.removeprefix(prefix) for problem in caught.value.problems]


def test_nothing_said_gives_the_defaults() -> None:
    config = load(None)

    assert config.listen == (Address("127.0.0.1", 8080),)
    assert (config.state, config.view, config.access) == (default_state(), View(), Access())
    assert (config.logs, config.graphs) == ((), ())
    assert config.tiers == TIME_TIERS


def test_everything_that_can_be_said(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        """
        listen = ["[::1]:8081", "unix:/run/watcher.sock", "0.0.0.0:0"]
        state = "/var/lib/watcher"
        tz = "Europe/Berlin"
        theme = "dark"
        [access]
        anonymous = true
        hosts = ["graphs.example.org"]
        [[log]]
        path = "/var/log/nginx/access.log"
        name = "nginx"
        [[log]]
        path = "/var/log"
        [[graph]]
        name = "wide"
        log = "nginx"
        title = "Requests"
        width = 1000
        from = "-6h"
        style = "bars"
        [[graph]]
        name = "nginx"
        """,
    )

    assert config.listen == (
        Address("::1", 8081),
        Address(path="/run/watcher.sock"),
        Address("0.0.0.0", 0),
    )
    assert (config.state, config.zone) == ("/var/lib/watcher", ZoneInfo("Europe/Berlin"))
    assert config.view == View(theme="dark")
    assert config.access == Access(hosts=("graphs.example.org",), anonymous=True)
    assert config.logs == (
        LogSettings("/var/log/nginx/access.log", "nginx"),
        LogSettings("/var/log"),
    )
    wide, plain = config.graphs
    assert (wide.name, wide.logs, wide.title) == ("wide", ("nginx",), "Requests")
    assert wide.view == View(width=1000, start=Moment("ago", -21600.0), style="bars", theme="dark")
    assert (plain.name, plain.logs, plain.title) == ("nginx", ("nginx",), "")


def test_the_command_line_beats_the_file_and_adds_to_its_logs(tmp_path: Path) -> None:
    text = 'listen = "127.0.0.1:1"\nstate = "/a"\n[[log]]\npath = "x"'
    config = read(tmp_path, text, paths=("y",), listen="127.0.0.1:2", state="/b")

    assert config.listen == (Address("127.0.0.1", 2),)
    assert config.state == "/b"
    assert [log.path for log in config.logs] == ["x", "y"]


def test_all_problems_are_told_at_once_with_their_cure(tmp_path: Path) -> None:
    told = problems(
        tmp_path,
        """
        listen = "8080"
        theme = "pink"
        tz = "Mars/Base"
        colour = "red"
        state = 5
        [access]
        host = ["x"]
        post = 1
        anonymous = 7
        [[log]]
        name = "no path"
        [[log]]
        path = "/var/log"
        name = "../etc"
        [[graph]]
        name = "a"
        width = 5
        height = "tall"
        sparkle = true
        [[graph]]
        log = "a"
        """,
    )

    for key, words in [
        ("colour", "no such setting"),
        ("listen", f"'8080' is not an address: write {LISTEN}"),
        ("theme", "'pink' is not one of light dark"),
        ("tz", "'Mars/Base' is not a time zone"),
        ("state", "must be a text"),
        ("access.host", "no such setting: there are hosts anonymous"),
        ("access.post", "no such setting"),
        ("access.anonymous", "expected `bool`"),
        ("log[1]", "missing required field `path`"),
        ("log[2].name", "'../etc'"),
        ("graph[1].width", "'5' is not from 16 to 4096"),
        ("graph[1].height", "'tall'"),
        ("graph[1].sparkle", "no such setting: there are name log"),
        ("graph[2].name", "is missing"),
    ]:
        assert any(line.startswith(f"{key}: ") and words in line for line in told), (key, told)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("listen =", "is not TOML"),
        ("log = 5", "log: must be tables"),
        ('[[graph]]\nname="a"\n[[graph]]\nname="a"', "graph.name: 'a' is given twice"),
        ('[[log]]\npath="a"\nname="x"\n[[log]]\npath="b"\nname="x"', "'x' is given twice"),
        ("[access]\nanonymous = 1", "access.anonymous: expected `bool`"),
        ('listen = "0.0.0.0:80"', "anonymous = true under [access]"),
        ('listen = "example.org:80"', "anonymous = true under [access]"),
        ('listen = "127.0.0.1:70000"', "is not an address"),
        ("[[graph]]\nname='a'\nwidth=4096\nheight=4096", "pixels"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, words: str) -> None:
    assert any(words in line for line in problems(tmp_path, text))


def test_everything_that_can_be_said_of_a_log(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        r"""
        [[log]]
        path = "/var/log/pump/*.log"
        name = "pump"
        merge = true
        format = "regex"
        pattern = '(?P<time>\S+ \S+) %{WORD:sensor}=%{NUMBER:bar}'
        time_format = "%d.%m.%Y %H:%M:%S"
        timezone = "Europe/Berlin"
        fields = ["bar"]
        split = "sensor"
        encoding = "latin-1"
        [log.count]
        timeouts = 'upstream timed out'
        [log.kind]
        bar = "counter"
        [[log]]
        path = "numbers.txt"
        format = "plain"
        interval = "1.5 min"
        """,
    )

    assert config.logs == (
        LogSettings(
            "/var/log/pump/*.log",
            "pump",
            merge=True,
            format="regex",
            pattern=r"(?P<time>\S+ \S+) %{WORD:sensor}=%{NUMBER:bar}",
            time_format="%d.%m.%Y %H:%M:%S",
            timezone="Europe/Berlin",
            fields=("bar",),
            split="sensor",
            encoding="latin-1",
            count={"timeouts": "upstream timed out"},
            kind={"bar": "counter"},
        ),
        LogSettings("numbers.txt", format="plain", interval=90.0),
    )


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("format = 'xml'", "format: 'xml' is not a format: write one of auto plain csv json"),
        ("format = 5", "format: expected `str`"),
        ("format = 'regex'", "pattern: is missing: write one with named groups"),
        ("pattern = '(?P<n>x)'", 'pattern: is only read with format = "regex"'),
        ("format='regex'\npattern='(?P<n>'", "pattern: missing ), unterminated subpattern at"),
        ("format='regex'\npattern='a(?P<n>x**)'", "multiple repeat at position 9"),
        ("format='regex'\npattern='(?P<1n>x)'", "bad character in group name '1n'"),
        ("format='regex'\npattern='(x)'", "pattern: has no named group: write (?P<value>...)"),
        ("format='regex'\npattern='%{NUMBR:n}'", "pattern: %{NUMBR} is not known here: known are"),
        ("format='regex'\npattern='%{INT:a-b}'", "'a-b' is no name: write letters, digits and _"),
        ("time_format = '%Q'", "time_format: '%Q': %Q is not known here"),
        ("time_format = '%H:%M'", "time_format: '%H:%M': it says no day"),
        ("timezone = 'Mars/Base'", "timezone: 'Mars/Base' is not a time zone: write a name such"),
        ("interval = '5 m'", "interval: '5 m' is ambiguous: write 5min or 5mon"),
        ("interval = 5", "interval: '5' is not a duration: write a number and a unit"),
        ("interval = '0 s'", "interval: '0 s' is no time at all"),
        ("interval = '1 s'\ntime_format = '%s'", "interval: is for values without times"),
        ("fields = []", "fields: names none: name some, or take it out"),
        ("fields = ['']", "fields: one has no name"),
        ("fields = ['a', 'a']", "fields: 'a' is given twice"),
        (f"fields = {[str(n) for n in range(33)]}", "fields: 33 are asked for: at most 32"),
        ("encoding = 'klingon'", "encoding: 'klingon' is not known: write one such as utf-8"),
        ("encoding = 'utf-32'", "encoding: 'utf-32' is not known"),
        ("[log.count]\nx = '('", "count.x: missing ), unterminated subpattern at position 0"),
        ("[log.count]\nx = ''", "count.x: matches every line"),
        ("[log.count]\n'a b' = 'x'", "count.a b: is no name for a field"),
        ("fields = ['x']\n[log.count]\nx = 'x'", "count.x: is one of `fields` too"),
        ("[log.kind]\nx = 'gauge'", "kind.x: 'gauge' is not a kind: write one of value counter"),
        ("fields = ['y']\n[log.kind]\nx = 'counter'", "kind.x: is not one of `fields`"),
        ("backfill = 'soon'", "log[1].backfill: 'soon' is not a duration"),
        ("backfill = '7m'", "log[1].backfill: '7m' is ambiguous"),
        ("rotated = '/old'", "log[1].rotated: expected `array`, got `str`"),
        ("forward = 1", "log[1].forward: no such setting: there are path name"),
    ],
)
def test_what_is_wrong_with_a_log_is_named_with_its_cure(
    tmp_path: Path, said: str, told: str
) -> None:
    found = problems(tmp_path, f"[[log]]\npath = 'x'\n{said}")

    assert len(found) == 1
    assert found[0].startswith("log[1]")
    assert told in found[0]


def test_how_much_is_remembered_can_be_said(tmp_path: Path) -> None:
    config = read(tmp_path, '[history]\ntiers = ["5 s:10min", "1min:1 d"]')

    assert config.tiers == (Resolution(5, 120), Resolution(60, 1440))


@pytest.mark.parametrize(
    ("tiers", "told"),
    [
        ("[]", "there are 0: write from 1 to 12"),
        ("'1s:1h'", "expected `array`, got `str`"),
        ("['1s']", "'1s' is no tier: write a step and for how long, such as 1min:1w"),
        ("['1m:1h']", "'1m:1h': '1m' is ambiguous: write 1min or 1mon"),
        ("['1s:soon']", "'1s:soon': 'soon' is not a duration: write a number and a unit"),
        ("['100ms:1h']", "a step is one or more whole seconds: write such as 1s"),
        ("['0s:1h']", "a step is one or more whole seconds"),
        ("['7s:1h']", "the step does not divide the time"),
        ("['1h:1s']", "the step does not divide the time"),
        ("['1s:0s']", "the step does not divide the time"),
        ("['1d:2000y']", "is more than 1000 years: write a shorter time"),
        ("['1s:1h', '1s:1d']", "its step is no multiple of that of '1s:1h' before it: write steps"),
        ("['10s:1d', '15s:1w']", "its step is no multiple of that of '10s:1d' before it"),
        ("['1s:1d', '10s:1d']", "lasts no longer than '1s:1d' before it: let it last longer"),
        ("['1s:1y']", "31,536,000 buckets for each series: at most 500,000: write longer steps"),
        (str([f"{2**n}s:{2**n * 2}s" for n in range(13)]), "there are 13: write from 1 to 12"),
    ],
)
def test_what_is_wrong_with_tiers_is_told_with_its_cure(
    tmp_path: Path, tiers: str, told: str
) -> None:
    found = problems(tmp_path, f"[history]\ntiers = {tiers}")

    assert len(found) == 1
    assert found[0].startswith("history.tiers: ")
    assert told in found[0]


def test_all_that_is_wrong_with_tiers_is_told_at_once(tmp_path: Path) -> None:
    told = problems(tmp_path, "[history]\ntiers = ['1m:1h', '1s', '1h:1y']\nteirs = 1")

    assert [problem.split(": ")[0] for problem in told] == ["history.teirs", *["history.tiers"] * 2]


def test_all_that_is_wrong_with_a_log_is_told_at_once(tmp_path: Path) -> None:
    text = """
    [[log]]
    path = "x"
    format = "xml"
    timezone = "Mars/Base"
    interval = "soon"
    merge = 7
    fields = []
    [log.kind]
    a = "gauge"
    """
    found = problems(tmp_path, text)

    keys = {problem.split(": ")[0].removeprefix("log[1].") for problem in found}
    assert keys == {"format", "timezone", "interval", "merge", "fields", "kind.a"}


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot be read: No such file"):
        load(tmp_path / "none.toml")


def test_the_usual_places_are_looked_at_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WATCHER_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert default_path() in (None, Path("/etc/watcher/watcher.toml"))

    (tmp_path / "watcher").mkdir()
    (tmp_path / "watcher" / "watcher.toml").touch()
    assert default_path() == tmp_path / "watcher" / "watcher.toml"
    monkeypatch.setenv("WATCHER_CONFIG", "/elsewhere.toml")
    assert default_path() == Path("/elsewhere.toml")


def test_the_zone_is_the_machine_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert local_zone() == ZoneInfo("Asia/Tokyo")
    monkeypatch.setenv("TZ", "Nowhere/At/All")
    assert local_zone() == ZoneInfo("UTC")
    monkeypatch.delenv("TZ")
    assert local_zone().utcoffset(None) is None or local_zone()


@pytest.mark.parametrize(
    ("said", "seconds"), [("2 d", 172_800), ("all", math.inf), ("none", 0), (None, None)]
)
def test_how_much_of_the_past_is_read_is_a_duration_or_all_or_none(
    tmp_path: Path, said: str | None, seconds: float | None
) -> None:
    line = "" if said is None else f'backfill = "{said}"'
    (log,) = read(tmp_path, f'[[log]]\npath = "x"\n{line}').logs
    assert log.backfill == seconds


def test_the_state_is_where_it_is_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = 'state = "/file"\n[[log]]\npath = "x"'
    assert read(tmp_path, text).state == "/file"
    monkeypatch.setenv("STATE_DIRECTORY", "/systemd")
    assert read(tmp_path, text).state == "/systemd"
    assert read(tmp_path, text, state="/flag").state == "/flag"
    assert read(tmp_path, text, keep=False).state is None


def test_the_state_of_a_user_is_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("XDG_STATE_HOME", "/home/me/state")
    assert default_state() == "/home/me/state/watcher"
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert default_state() == "/var/lib/watcher"


def test_a_wall_has_graphs_and_what_is_the_same_for_all(tmp_path: Path) -> None:
    text = 'theme = "dark"\n[[wall]]\nname = "office"\ngraphs = ["b", "a"]\nfrom = "-6h"\n'
    (tmp_path / "watcher.toml").write_text(text)
    all_, office = load(tmp_path / "watcher.toml").walls

    assert (all_.name, all_.graphs, all_.given) == ("", (), ())
    assert (all_.view.width, all_.view.height, all_.view.theme) == (1920, 1080, "dark")
    assert (office.graphs, office.given, office.columns) == (("b", "a"), ("start",), 0)
    assert office.view.start == Moment("ago", -6 * 3600.0)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("graphs = []", "wall[1]"),
        ('name = "a b"', "wall[1].name"),
        ('name = "a"\ngraphs = "b"', "wall[1].graphs"),
        ('name = "a"\ncolumns = 65', "wall[1].columns"),
        ('name = "a"\nfrom = "soon"', "wall[1].from"),
        ('name = "a"\nbreadth = 5', "wall[1].breadth"),
        ('name = "a"\n[[wall]]\nname = "a"', "wall.name"),
    ],
)
def test_what_is_wrong_with_a_wall_is_told(tmp_path: Path, text: str, key: str) -> None:
    (tmp_path / "watcher.toml").write_text(f"[[wall]]\n{text}\n")
    with pytest.raises(ConfigError) as error:
        load(tmp_path / "watcher.toml")

    (problem,) = error.value.problems
    assert f": {key}: " in problem


def test_a_font_is_one_that_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "no.ttf").write_text("no font")

    assert read(tmp_path, "").font == ""
    for path, why in (
        (tmp_path / "no.ttf", "unknown file format"),
        ("/no/such.ttf", "cannot open"),
    ):
        (told,) = problems(tmp_path, f"font = '{path}'")
        assert told.startswith(f"font: '{path}' is not the path of a font: {why}")
    assert problems(tmp_path, "font = 5") == ["font: must be a text in quotes"]


def test_graphs_are_read_with_the_looks_of_all(tmp_path: Path) -> None:
    text = """
    theme = "dark"
    [[graph]]
    name = "both"
    log = ["a", "b"]
    field = ["x", "y"]
    unit = "s"
    warn = 0.5
    crit = 1
    [[graph]]
    name = "traffic"
    [[graph.series]]
    log = "net"
    multiply = 8
    """
    both, traffic = read(tmp_path, text).graphs

    assert (both.logs, both.unit, both.view.theme) == (("a", "b"), "s", "dark")
    assert (both.view.fields, both.view.warn, both.view.crit) == (("x", "y"), 0.5, 1)
    assert [(one.log, one.multiply) for one in traffic.series] == [("net", 8)]
