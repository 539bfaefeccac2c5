"""Requests that last are counted, bounded, and end with the daemon whatever the moment."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp.test_utils import make_mocked_request

from watcher.serve.lives import Lives
from watcher.serve.wishes import TooManyError

REQUEST = make_mocked_request("GET", "/")


async def last(lives: Lives, seconds: float | None = None) -> str:
    try:
        async with lives.one(REQUEST, seconds):
            await asyncio.get_running_loop().create_future()
    except TimeoutError:
        return "over"
    return "never"


async def begun(lives: Lives, seconds: float | None = None) -> asyncio.Task[str]:
    task = asyncio.create_task(last(lives, seconds))
    await asyncio.sleep(0)
    return task


async def test_each_is_counted_while_it_lasts() -> None:
    lives = Lives()
    task = await begun(lives)
    assert len(lives) == 1
    with pytest.raises(TooManyError, match="Too many of these: ask again"):
        lives.admit(REQUEST, 1, 9, "of these")
    with pytest.raises(TooManyError, match="Too many of these at your address"):
        lives.admit(REQUEST, 9, 1, "of these")
    task.cancel()
    await asyncio.wait([task])
    lives.admit(REQUEST, 1, 1, "of these")
    assert len(lives) == 0


async def test_all_end_with_the_daemon_and_no_more_begin() -> None:
    lives = Lives()
    tasks = [await begun(lives, seconds) for seconds in (None, 60.0)]
    lives.end()
    assert [await task for task in tasks] == ["over"] * 2
    assert await last(lives) == "over"
    with pytest.raises(TooManyError):
        lives.admit(REQUEST, 9, 9, "of these")


async def test_the_daemon_may_leave_in_the_moment_that_the_time_of_one_is_over() -> None:
    lives = Lives()
    task = await begun(lives, 0.0)
    await asyncio.sleep(0)  # its time is over, and it has not heard of that yet
    assert len(lives) == 1
    lives.end()
    assert await task == "over"
