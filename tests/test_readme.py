"""What the README says is true."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from watcher.__main__ import main
from watcher.config import load
from watcher.draw.view import PARAMETERS
from watcher.graphs import OWN, OWN_OF_SERIES, VIEW_OF_SERIES
from watcher.parse.settings import LogSettings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
EXAMPLES: list[str] = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
CONFIG = max(EXAMPLES, key=len)


@pytest.mark.parametrize("example", EXAMPLES)
def test_its_examples_are_accepted(example: str, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text(example)
    assert load(tmp_path / "watcher.toml").graphs


def test_its_configuration_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text(CONFIG)
    config = load(tmp_path / "watcher.toml")

    assert [graph.name for graph in config.graphs] == ["wide", "pressure", "traffic"]
    assert len(config.logs) == 4


def test_its_configuration_has_every_setting_of_a_log() -> None:
    said = {key for log in tomllib.loads(CONFIG)["log"] for key in log}

    assert said == set(LogSettings.__struct_fields__)


def test_its_configuration_has_every_setting_of_a_graph() -> None:
    graphs = tomllib.loads(CONFIG)["graph"]
    series = [one for graph in graphs for one in graph.get("series", [])]

    assert {key for graph in graphs for key in graph} >= set(OWN)
    said = {key for one in series for key in one} | {"unit", "per"}  # these in a comment
    assert said == {*OWN_OF_SERIES, *VIEW_OF_SERIES}


def test_every_parameter_of_a_picture_is_told() -> None:
    (table,) = re.findall(r"\| parameter \|.*?\n\n", README, re.DOTALL)
    told = {
        name
        for cell in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", cell)
    }

    assert told == set(PARAMETERS)


@pytest.mark.parametrize(
    "line", re.findall(r"^watcher ((?:render|gradient|check) .*?)(?: +#.*)?$", README, re.MULTILINE)
)
def test_every_command_runs(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "logs").symlink_to(ROOT / "logs")
    words = line.replace("/var/log", "logs").split()

    assert main(words) == 0, capsys.readouterr().err


def test_every_link_to_a_file_leads_somewhere() -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)\)", README)

    assert links
    for link in links:
        assert (ROOT / link).is_file()
