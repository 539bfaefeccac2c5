"""The commands, as they are typed."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import pty
import re
import shlex
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from PIL import Image, ImageFont

from watcher import __version__
from watcher.__main__ import main
from watcher.draw import gradient, text, view

ROOT = Path(__file__).parent.parent
LOGS = ROOT / "logs"


@pytest.fixture(autouse=True)
def no_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    monkeypatch.delenv("WATCHER_CONFIG", raising=False)


def run(*words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "watcher", *words], input=given, capture_output=True, timeout=30
    )


def size(png: bytes) -> tuple[int, int]:
    return Image.open(io.BytesIO(png)).size


def test_render_draws_a_log(tmp_path: Path) -> None:
    out = tmp_path / "out.png"

    assert main(["render", str(LOGS / "log1.txt"), "-o", str(out)]) == 0
    assert size(out.read_bytes()) == (500, 275)


def test_render_takes_the_parameters_of_a_view(tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    log = str(LOGS / "greenhouse.log")
    options = "--width 320 --height 200 --scale 2 --theme dark --style bars --from -6h".split()

    assert main(["render", log, "-o", str(out), *options]) == 0
    assert size(out.read_bytes()) == (640, 400)


def test_render_reads_standard_input_and_writes_standard_output() -> None:
    done = run("render", "-", given=b"1\n2\n3")

    assert (done.returncode, done.stderr) == (0, b"")
    assert size(done.stdout) == (500, 275)


def test_render_obeys_what_the_configuration_says_of_the_log(tmp_path: Path) -> None:
    log, config, out = tmp_path / "a.log", tmp_path / "w.toml", tmp_path / "out.png"
    log.write_text("x=1\nx=2\n")
    config.write_text(f'[[log]]\npath = "{log}"\nformat = "regex"\npattern = "x=(?P<x>.+)"\n')
    render = ["render", str(log), "-o", str(out), "-c", str(config)]

    assert main([*render, "--field", "x"]) == 0
    assert size(out.read_bytes()) == (500, 275)
    assert main([*render, "--field", "y"]) == 2


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["render", "/no/such.log", "-o", "/dev/null"], 1, "/no/such.log: No such file"),
        (["render", "log1.txt", "-o", "/no/folder/a.png"], 1, "/no/folder/a.png: No such file"),
        (["render", "log1.txt", "-o", "/"], 1, "watcher: /: Is a directory"),
        (["render", "log1.txt", "-o", "/dev/full"], 1, "/dev/full: No space left"),
        (["render", "/tmp"], 2, "/tmp is a folder: name one log in it, or watcher serve /tmp"),
        (["render", "/dev/null"], 1, "/dev/null is not a regular file"),
        (["render", "log1.txt", "--width", "5"], 2, "width: '5' is not from 16 to 4096"),
        (["render", "log1.txt", "--from", "-6h"], 2, "from: this graph counts samples"),
        (["gradient", "--width", "99999"], 2, "width"),
        (["serve"], 2, "nothing to watch: name a file or a folder: watcher serve logs"),
        (["check"], 2, "nothing to watch"),
        (["check", "/no/such.log"], 1, "/no/such.log: No such file"),
        (["serve", "-c", "/no/such.toml"], 78, "/no/such.toml: file: cannot be read"),
        (["serve", "log1.txt", "--listen", "nonsense"], 78, "command line: listen: 'nonsense'"),
    ],
)
def test_what_goes_wrong_is_said_with_its_exit_code(
    words: list[str],
    code: int,
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(LOGS)

    assert main(words) == code
    assert said in capsys.readouterr().err


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_log_that_may_not_be_read_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "a.log"
    log.write_text("1\n2\n")
    log.chmod(0)

    assert main(["render", str(log), "-o", "/dev/null"]) == 1
    assert f"watcher: {log}: Permission denied" in capsys.readouterr().err


def piped(*words: str, given: str) -> tuple[bytes, bytes]:
    """Standard output and error of a command in a shell."""
    command = shlex.join([sys.executable, "-m", "watcher", *words])
    done = subprocess.run(
        ["bash", "-c", given.format(watcher=command)], capture_output=True, timeout=30
    )
    return done.stdout, done.stderr


@pytest.mark.parametrize("words", [["render", str(LOGS / "log1.txt")], ["check", str(LOGS)]])
def test_a_reader_that_has_had_enough_is_no_matter_for_words(words: list[str]) -> None:
    _, said = piped(*words, given="({watcher}; echo code $? >&2) | true")

    assert said == b"code 1\n"


def test_a_full_disk_behind_standard_output_is_told_once() -> None:
    _, said = piped("render", str(LOGS / "log1.txt"), given="{watcher} > /dev/full; echo $? >&2")

    assert said == b"watcher: standard output: No space left on device\n1\n"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("{watcher} - <&-", b"watcher: standard input is closed: name a file"),
        ("{watcher} logs/log1.txt >&-", b"watcher: standard output is closed: write -o FILE"),
    ],
)
def test_what_is_closed_is_said(given: str, said: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    _, told = piped("render", given=f"{given}; echo $? >&2")
    assert told.startswith(said)
    assert told.endswith(b"\n2\n")


def test_a_pipe_with_a_name_is_read_as_standard_input_is() -> None:
    made, said = piped("render", given="{watcher} <(seq 1 50)")

    assert size(made) == (500, 275)
    assert said == b""


def on_a_terminal(*words: str, columns: int = 80, rows: int = 24, **env: str) -> tuple[int, str]:
    """Exit code and output of a command on a terminal of that size."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (rows, columns))
    process = subprocess.Popen(
        [sys.executable, "-m", "watcher", *words],
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm-256color", "NO_COLOR": "", **env},
    )
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # the end of a terminal is an error
        while more := os.read(ours, 65536):
            shown += more
    os.close(ours)
    return process.wait(10), shown.decode().replace("\r\n", "\n")


def test_on_a_terminal_a_log_is_drawn_in_letters_of_its_size() -> None:
    log = str(LOGS / "greenhouse.log")
    code, shown = on_a_terminal("render", log, NO_COLOR="1")
    lines = shown.splitlines()
    assert (code, len(lines), max(map(len, lines))) == (0, 22, 80)
    assert lines[0].startswith("greenhouse")

    _, wide = on_a_terminal("render", log, columns=137, rows=24, NO_COLOR="1")
    assert max(map(len, wide.splitlines())) == 137
    assert len(wide.splitlines()) == 22
    _, asked = on_a_terminal("render", log, "--width", "250", "--style", "heat", TERM="dumb")
    assert max(map(len, asked.splitlines())) == 40
    assert "\x1b" not in asked


def test_on_a_terminal_there_are_colours() -> None:
    _, shown = on_a_terminal("render", str(LOGS / "log1.txt"))
    assert "\x1b[38;5;" in shown


def test_on_a_terminal_a_file_or_a_pipe_gets_its_png(tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    assert on_a_terminal("render", str(LOGS / "log1.txt"), "-o", str(out)) == (0, "")
    assert size(out.read_bytes()) == (500, 275)
    code, said = on_a_terminal("gradient")
    assert (code, "a gradient cannot be shown on a terminal: write -o FILE" in said) == (2, True)


@pytest.mark.parametrize("words", [["render", "--help"], ["gradient", "--help"]])
def test_every_option_says_what_it_does(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(words)

    shown = capsys.readouterr().out
    known = view.PARAMETERS if words[0] == "render" else gradient.PARAMETERS
    for name in known:
        assert re.search(rf"^  --{name} [^ ]+\s+\S+", shown, re.MULTILINE), name


@pytest.mark.parametrize("command", ["check", "render"])
def test_an_archive_is_refused_whatever_it_is_called(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    """Case 38."""
    log = tmp_path / "a.log"
    log.write_bytes(gzip.compress(b"1\n2\n"))
    words = [command, str(log), *(["-o", str(tmp_path / "out.png")] if command == "render" else [])]

    assert main(words) == 1
    assert "is compressed: name the log that it was made of" in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["dance"], ["render"], ["serve", "--sparkle"]])
def test_what_is_no_command_is_a_usage_error(words: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(words)

    assert left.value.code == 2


def test_a_gradient_is_another_one_each_time(tmp_path: Path) -> None:
    first, second = tmp_path / "1.png", tmp_path / "2.png"
    for out in (first, second):
        assert main(["gradient", "-o", str(out)]) == 0

    assert size(first.read_bytes()) == (300, 300)
    assert first.read_bytes() != second.read_bytes()


def test_a_gradient_with_a_seed_is_always_the_same() -> None:
    first, second = (run("gradient", "--seed", "7", "--width", "50").stdout for _ in range(2))

    assert first == second
    assert size(first) == (50, 300)


def test_a_gradient_takes_the_parameters_of_its_url() -> None:
    wish = ["--stops", "ff0000,0000ff", "--kind", "linear", "--angle", "-45", "--w", "64"]
    made = run("gradient", *wish, "--height", "32", "-o", "-").stdout
    assert size(made) == (64, 32)
    assert made == gradient.draw(
        gradient.parse([("stops", "ff0000,0000ff"), ("angle", "315"), ("w", "64"), ("h", "32")])
    )


def test_check_tells_what_is_understood(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(LOGS)]) == 0

    heading, *rows = capsys.readouterr().out.splitlines()
    assert heading.split() == "name format time_format axis fields lines samples bad".split()
    assert [row.split() for row in rows] == [
        ["greenhouse", "plain", "iso8601", "time", "value", "1440", "1440", "0"],
        ["log1", "plain", "-", "index", "value", "288", "288", "0"],
        ["log2", "plain", "-", "index", "value", "430", "430", "0"],
        ["log3", "plain", "-", "index", "value", "360", "360", "0"],
    ]


def test_check_shows_the_first_lines_that_were_not_understood(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "a.log").write_text("1\n2\nfoo\n" * 5)

    assert main(["check", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert "a: 5 of 15 lines were not understood:\n    line 3: 'foo': not a number\n" in told
    assert told.count("'foo'") == 3


def test_check_tells_scripts_the_same(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "UTC")
    good = "2026-01-31T12:00:00Z 1\n" * 9
    (tmp_path / "a.log").write_text(f"{good}foo\n2026-01-31T11:00:00Z 3")

    assert main(["check", "--json", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "logs": [
            {
                "path": str(tmp_path / "a.log"),
                "name": "a",
                "format": "plain",
                "time_format": "iso8601",
                "axis": "time",
                "first": "2026-01-31T11:00:00.000+00:00",
                "last": "2026-01-31T12:00:00.000+00:00",
                "fields": [{"name": "value", "kind": "value", "min": 1.0, "max": 3.0}],
                "lines": 11,
                "samples": 10,
                "bad": 1,
            }
        ]
    }


def configured(tmp_path: Path, log: str, text: str | bytes) -> str:
    """The path of a configuration with one log, which has this text."""
    data = text.encode() if isinstance(text, str) else text
    (tmp_path / "a.log").write_bytes(data)
    config = tmp_path / "watcher.toml"
    config.write_text(f"[[log]]\npath = {str(tmp_path / 'a.log')!r}\n{log}")
    return str(config)


def test_check_warns_of_a_pattern_that_runs_away(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    log = "format = 'regex'\npattern = '(?P<n>\\d+) (x+x+)+y'"

    assert main(["check", "-c", configured(tmp_path, log, "1 xxy\n2 xxxy\n")]) == 0
    told = capsys.readouterr()
    assert "a.log: pattern: '(?P<n>\\\\d+) (x+x+)+y' runs away: it takes more than 2 s" in told.err
    assert "never repeat what is repeated already" in told.err
    assert "a     regex" in told.out


def test_check_warns_of_a_count_that_runs_away_and_of_no_other(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    log = "[log.count]\nslow = '(a|aa)+$'\nfast = 'timed out'"

    assert main(["check", "-c", configured(tmp_path, log, "1\n2\n")]) == 0
    told = capsys.readouterr().err
    assert "count.slow: '(a|aa)+$' runs away" in told
    assert "fast" not in told


def test_check_names_what_was_asked_for_and_never_seen(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    log = "fields = ['took', 'tok']\nsplit = 'host'"
    text = "".join(f"took={n} size={n}\n" for n in range(9))

    assert main(["check", "-c", configured(tmp_path, log, text)]) == 0
    assert capsys.readouterr().err.splitlines() == [
        "a: fields: 'tok' was never seen: there are took",
        "a: split: 'host' was never seen",
    ]


def test_check_names_a_kind_of_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    log = "[log.kind]\nvalue = 'counter'\nrx = 'counter'"

    assert main(["check", "-c", configured(tmp_path, log, "1\n2\n")]) == 0
    assert capsys.readouterr().err == "a: kind: 'rx' was never seen: there are value\n"


def test_check_tells_counts_and_counters(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    log = "[log.kind]\nvalue = 'counter'\n[log.count]\ntwos = '2'"

    assert main(["check", "--json", "-c", configured(tmp_path, log, "1\n2\n4\n")]) == 0
    (row,) = json.loads(capsys.readouterr().out)["logs"]
    assert row["fields"] == [
        {"name": "value", "kind": "counter", "min": 1.0, "max": 2.0},
        {"name": "twos", "kind": "count", "min": None, "max": None},
    ]


def test_check_says_what_a_format_that_is_forced_refuses(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["check", "-c", configured(tmp_path, "format = 'json'", "1\n2\n")]) == 0
    told = capsys.readouterr().out
    assert (
        "a: 2 of 2 lines were not understood:\n    line 1: '1': not json, as `format` says" in told
    )


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be"])
def test_check_knows_utf_16_when_it_sees_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    """Case 35."""
    text = "hello world\n" * 5

    assert main(["check", "-c", configured(tmp_path, "", text.encode(name))]) == 0
    assert 'a: looks like UTF-16: set encoding = "utf-16"' in capsys.readouterr().err
    said = configured(tmp_path, f'encoding = "{name}"', text.encode(name))
    assert main(["check", "-c", said]) == 0
    assert capsys.readouterr().err == ""


def test_a_mark_of_utf_16_is_understood_without_a_word(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = "hello world\n" * 5

    assert main(["check", "-c", configured(tmp_path, "", text.encode("utf-16"))]) == 0
    assert capsys.readouterr().err == ""


def test_check_shows_lines_in_their_encoding(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = ("1\n" * 20 + "Grüße\n").encode("latin-1")

    assert main(["check", "-c", configured(tmp_path, 'encoding = "latin-1"', text)]) == 0
    assert "line 21: 'Grüße': not a number" in capsys.readouterr().out


def test_check_tells_the_files_of_a_merged_glob_as_one(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name in ("a.log", "b.log"):
        (tmp_path / name).write_text("1\n2\n")
    config = tmp_path / "watcher.toml"
    config.write_text(f"[[log]]\npath = {str(tmp_path / '*.log')!r}\nname = 'both'\nmerge = true")

    assert main(["check", "-c", str(config)]) == 0
    _, row = capsys.readouterr().out.splitlines()
    assert row.split() == ["both", "plain", "-", "index", "value", "4", "4", "0"]


def test_check_of_an_empty_folder_says_so(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["check", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "no logs\n"


def test_check_names_places_and_graphs_without_a_log(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "a.log").write_text("1\n")
    config = tmp_path / "w.toml"
    config.write_text(
        f'[[log]]\npath = "{tmp_path}/a.log"\n[[log]]\npath = "{tmp_path}/x*.log"\n'
        '[[graph]]\nname = "g"\nlog = "nope"\n'
    )

    assert main(["check", "-c", str(config)]) == 0
    assert capsys.readouterr().err.splitlines() == [
        f"{tmp_path}/x*.log: no log there",
        "graph g: no log 'nope': there are a",
    ]


def test_check_says_which_lines_are_of_a_time_that_has_no_bucket(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    rows = "".join(f"2026-01-31T12:{n:02}:00Z,{n}\n" for n in range(20))
    odd = "2199-01-31T12:00:00Z,9\n1985-01-31T12:00:00Z,7\n"
    (tmp_path / "a.csv").write_text(f"time,value\n{rows}{odd}")

    assert main(["check", str(tmp_path)]) == 0
    told = capsys.readouterr()
    assert told.out.splitlines()[1].split()[-3:] == ["23", "20", "0"]
    assert told.err.splitlines() == [
        "a: 1 of 23 lines are older than what is remembered: [history] tiers",
        "a: 1 of 23 lines are of a time that is still to come",
    ]


def test_check_tells_of_a_log_once_though_two_places_hold_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name in ("a.log", "b.log"):
        (tmp_path / name).write_text("1\n2\n")
    config = tmp_path / "w.toml"
    config.write_text(
        f"[[log]]\npath = '{tmp_path}/*.log'\n[[log]]\npath = '{tmp_path}/b.log'\nname = 'own'\n"
    )

    assert main(["check", "-c", str(config)]) == 0
    told = [line.split()[0] for line in capsys.readouterr().out.splitlines()[1:]]
    assert told == ["own", "a"]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("", ["graph speed: agg: 'rx' of net only rises, and its readings are added: "]),
        ('[log.kind]\nrx = "counter"\n', []),
    ],
)
def test_check_says_of_what_only_rises_that_its_rate_wants_a_counter(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, more: str, told: list[str]
) -> None:
    rows = "".join(f"2026-01-31T12:{n:02}:00Z,{n * n},{n % 7}\n" for n in range(60))
    (tmp_path / "net.csv").write_text(f"time,rx,load\n{rows}")
    graph = '[[graph]]\nname = "{0}"\nlog = "net"\nfield = "{1}"\nagg = "rate"\n'
    graphs = graph.format("speed", "rx") + graph.format("load", "load")
    (tmp_path / "w.toml").write_text(f"[[log]]\npath = '{tmp_path}/net.csv'\n{more}{graphs}")

    assert main(["check", "-c", str(tmp_path / "w.toml")]) == 0
    cure = 'rx = "counter" in [log.kind] shows how fast'
    assert capsys.readouterr().err.splitlines() == [f"{what}{cure}" for what in told]


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--version"])

    assert left.value.code == 0
    assert capsys.readouterr().out == f"watcher {__version__}\n"


def test_the_sample_logs_are_what_their_script_makes(tmp_path: Path) -> None:
    from tests.make_logs import main as make

    make(tmp_path)

    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        path.name: path.read_text() for path in LOGS.iterdir()
    }


def written(tmp_path: Path) -> str:
    """The path of a log of two fields."""
    path = tmp_path / "two.csv"
    rows = "".join(f"2026-01-31T12:{n:02}:00Z,{n},{-n}\n" for n in range(60))
    path.write_text(f"time,up,down\n{rows}")
    return str(path)


def picture(tmp_path: Path, *options: str) -> bytes:
    out = tmp_path / "out.png"
    assert main(["render", written(tmp_path), "-o", str(out), *options]) == 0
    return out.read_bytes()


def test_options_are_repeated_for_each_series(tmp_path: Path) -> None:
    both = picture(tmp_path, "--field", "up", "--field", "down")

    assert both != picture(tmp_path, "--field", "up")
    assert both != picture(
        tmp_path, *"--field up --field down --color ff0000 --color 00ff00".split()
    )


@pytest.mark.parametrize(
    "words",
    [
        "--from -6h",
        "--until -1min --from -6h",
        "--vs -7d",
        "--ymin -5",
        "--ymin -.5",
        "--warn -1e3",
    ],
)
def test_values_below_zero_work_as_they_are_typed(tmp_path: Path, words: str) -> None:
    pairs = words.split()
    joined = [f"{name}={value}" for name, value in zip(pairs[::2], pairs[1::2], strict=True)]

    options = [word.replace("-6h", "2026-01-31T11:00Z") for word in pairs]
    assert picture(tmp_path, *options)
    assert main(["render", written(tmp_path), "-o", "/dev/null", *joined]) == 0
    assert main(["render", written(tmp_path), "-o", "/dev/null", *pairs]) == 0


def test_what_is_given_twice_and_does_not_repeat_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    twice = ["render", written(tmp_path), "-o", "/dev/null", "--width", "100", "--width", "200"]

    assert main(twice) == 2
    assert "width: given twice" in capsys.readouterr().err


def test_render_draws_percentiles_of_any_field(tmp_path: Path) -> None:
    assert picture(tmp_path, "--field", "up", "--agg", "p95") != picture(tmp_path, "--field", "up")
    assert picture(tmp_path, "--agg", "p50")
    assert picture(tmp_path, "--style", "heat")


def test_render_sets_words_in_the_font_of_the_configuration(tmp_path: Path) -> None:
    usual = picture(tmp_path)
    font = ImageFont.load_default(20).font_bytes  # type: ignore[union-attr]
    (tmp_path / "own.ttf").write_bytes(font)
    (tmp_path / "w.toml").write_text(f"font = '{tmp_path}/own.ttf'")

    try:
        assert picture(tmp_path, "-c", str(tmp_path / "w.toml")) == usual  # its own, as a file
        assert text._chosen == [f"{tmp_path}/own.ttf"]
    finally:
        text.use("")
