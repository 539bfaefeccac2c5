"""What somebody at a terminal sees while the past is read."""

from __future__ import annotations

import asyncio
import sys

import pytest

from watcher import progress


def test_a_bar_says_how_much_is_done() -> None:
    assert progress.bar(0.5).count("#") == progress.WIDTH // 2
    assert progress.bar(0.5).endswith("50 %")
    assert "#" not in progress.bar(0)


@pytest.mark.parametrize(("terminal", "lines"), [(True, 3), (False, 0)])
async def test_it_is_drawn_on_a_terminal_until_all_is_read(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    terminal: bool,
    lines: int,
) -> None:
    monkeypatch.setattr(progress, "EVERY", 0.0)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    shares = iter([0.1, 0.6, 1.0, 1.0, 1.0])
    done = asyncio.Event()

    def share() -> float:
        if (now := next(shares, None)) is None:
            done.set()
        return 1.0 if now is None else now

    task = asyncio.create_task(progress.show(share))
    if terminal:
        await done.wait()
        task.cancel()
    else:
        await task
    said = capsys.readouterr().err
    assert said.count("\r") == lines
    assert said.count("\n") == (lines > 0)
