"""A few lines from all over a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from watcher.follow.probe import PROBE, PROBES, probe


def lines(many: int) -> list[bytes]:
    return [b"line %06d" % n for n in range(many)]


@pytest.mark.parametrize("many", [1, 20, 400, 2000, 40_000])
def test_they_are_whole_and_in_order_and_the_last_is_among_them(tmp_path: Path, many: int) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"".join(line + b"\n" for line in lines(many)))
    found = probe(str(path))

    assert found == sorted(found)
    assert set(found) <= set(lines(many))
    assert found[-1] == lines(many)[-1]
    assert len(found) <= max(PROBE, 2 * PROBES)


@pytest.mark.parametrize("many", [400, 2000, 20_000])
def test_they_begin_near_the_beginning_however_small_the_file(tmp_path: Path, many: int) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"".join(line + b"\n" for line in lines(many)))

    assert probe(str(path))[0] < lines(many)[many // 32]


def test_there_are_none_of_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert probe(str(tmp_path / "a.log")) == []
