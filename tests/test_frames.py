"""Frames: what is at hand comes at once, what is not is waited for, and nothing grows."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from watcher.draw.view import View
from watcher.frame import Frame, Graph, News, Wanted
from watcher.history.pulse import State
from watcher.serve import frames as room
from watcher.serve.frames import Frames, NotYetError, UnknownGraphError

LOG1 = Graph(
    name="log1",
    title="log1",
    log="log1",
    axis="index",
    fields=("value",),
    style="line",
    state=State.FRESH,
    revision=1,
    last=230.0,
    last_sample=1_700_000_000.0,
    view=View(),
    counters={"lines": 3},
)
WANTED = Wanted("log1", View())


def frame(body: bytes = b"picture", etag: str = "tag") -> Frame:
    return Frame(body, "image/png", etag, 1_700_000_000.0, State.FRESH, None)


class Worker:
    """Remembers what was wanted; publishes when told to."""

    def __init__(self, **settings: int) -> None:
        self.wanted: list[Wanted] = []
        self.clock = 1000.0
        self.frames = Frames(self.wanted.append, lambda: self.clock, **settings)
        self.frames.publish(News(graphs=(LOG1,)))

    async def get(self, wanted: Wanted, **more: float) -> Frame:
        """The newest frame of that."""
        return (await self.frames.hold(wanted, **more)).frame


async def asked(worker: Worker, times: int) -> None:
    async with asyncio.timeout(10):
        while len(worker.wanted) < times:  # noqa: ASYNC110 (nobody rings)
            await asyncio.sleep(0)


async def test_a_frame_is_waited_for_and_then_at_hand() -> None:
    worker = Worker()
    reading = asyncio.ensure_future(worker.get(WANTED))
    await asked(worker, 1)
    made = frame()
    worker.frames.publish(News(frames=((WANTED, made),)))
    assert await reading is made
    assert await worker.get(WANTED) is made
    assert worker.wanted == [WANTED]


async def test_many_readers_of_one_view_ask_once() -> None:
    worker = Worker()
    readings = [asyncio.ensure_future(worker.get(WANTED)) for _ in range(20)]
    await asked(worker, 1)
    await asyncio.sleep(0)
    worker.frames.publish(News(frames=((WANTED, frame()),)))
    assert len({id(found) for found in await asyncio.gather(*readings)}) == 1
    assert len(worker.wanted) == 1


async def test_the_worker_is_reminded_now_and_then() -> None:
    worker = Worker()
    worker.frames.publish(News(frames=((WANTED, frame()),)))
    for _ in range(3):
        await worker.get(WANTED)
    assert worker.wanted == []
    worker.clock += room.REMIND + 1
    for _ in range(3):
        await worker.get(WANTED)
    assert worker.wanted == [WANTED]


async def test_waiting_ends_in_words_and_leaves_nothing_behind() -> None:
    worker = Worker()
    with pytest.raises(NotYetError, match="log1 is not drawn yet"):
        await worker.get(WANTED, timeout=0.001)
    reading = asyncio.ensure_future(worker.get(WANTED))
    await asked(worker, 2)
    worker.frames.publish(News(frames=((WANTED, frame()),)))
    await reading


async def test_a_reader_that_leaves_does_not_stop_the_others() -> None:
    worker = Worker()
    first, second = (asyncio.ensure_future(worker.get(WANTED)) for _ in range(2))
    await asked(worker, 1)
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    worker.frames.publish(News(frames=((WANTED, frame()),)))
    assert (await second).body == b"picture"
    assert first.cancelled()


async def test_an_unknown_graph_is_not_asked_for() -> None:
    worker = Worker()
    with pytest.raises(UnknownGraphError):
        await worker.get(Wanted("log2", View()))
    assert worker.wanted == []


async def test_a_graph_that_goes_takes_its_frames_and_readers_along() -> None:
    worker = Worker()
    other = Wanted("log1", View(scale=2))
    worker.frames.publish(News(frames=((WANTED, frame()),)))
    reading = asyncio.ensure_future(worker.get(other))
    await asked(worker, 1)
    worker.frames.publish(News(gone=("log1", "never was")))
    with pytest.raises(UnknownGraphError, match="any more"):
        await reading
    with pytest.raises(UnknownGraphError):
        await worker.get(WANTED)
    assert worker.frames.graphs == {}


async def test_a_dropped_frame_is_forgotten_and_wanted_again() -> None:
    worker = Worker()
    worker.frames.publish(News(frames=((WANTED, frame()),)))
    worker.frames.publish(News(dropped=(WANTED, Wanted("log1", View(scale=3)))))
    reading = asyncio.ensure_future(worker.get(WANTED))
    await asked(worker, 1)
    worker.frames.publish(News(frames=((WANTED, frame(etag="new")),)))
    assert (await reading).etag == "new"


async def test_a_frame_drawn_and_dropped_in_one_pass_is_used_and_wanted_again() -> None:
    worker = Worker()
    reading = asyncio.ensure_future(worker.get(WANTED))
    await asked(worker, 1)
    worker.frames.publish(News(frames=((WANTED, frame()),), dropped=(WANTED,)))
    await reading
    await worker.get(WANTED)
    assert worker.wanted == [WANTED, WANTED]


async def test_a_wish_that_the_worker_refuses_is_not_waited_for() -> None:
    worker = Worker()
    reading = asyncio.ensure_future(worker.get(WANTED))
    await asked(worker, 1)
    worker.frames.publish(News(dropped=(WANTED,)))
    with pytest.raises(UnknownGraphError):
        await reading


async def test_views_waited_for_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MAX_PENDING", 2)
    worker = Worker()
    views = [Wanted("log1", View(width=width)) for width in (100, 200)]
    readings = [asyncio.ensure_future(worker.get(view)) for view in views]
    await asked(worker, 2)
    with pytest.raises(NotYetError, match="drawn first"):
        await worker.get(WANTED)
    worker.frames.publish(News(frames=tuple((view, frame()) for view in views)))
    await asyncio.gather(*readings)


async def test_walls_waited_for_are_fewer_as_each_is_many_pictures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(room, "MAX_PENDING_WALLS", 1)
    worker = Worker()
    wall = Wanted("", View(), "wall")
    reading = asyncio.ensure_future(worker.get(wall))
    await asked(worker, 1)
    with pytest.raises(NotYetError, match="walls are drawn first"):
        await worker.get(Wanted("", View(width=100), "wall"))
    worker.frames.publish(News(frames=((wall, frame()),), gone=("log1",)))
    assert await reading  # it is there although a graph of its is gone


async def test_bytes_are_bounded_and_the_longest_unasked_goes_first() -> None:
    body = bytes(10_000)
    worker = Worker(max_bytes=3 * (len(body) + room.OVERHEAD))
    views = [Wanted("log1", View(width=width)) for width in (100, 200, 300)]
    for view in views:
        worker.frames.publish(News(frames=((view, frame(body)),)))
    worker.clock += room.REMIND + 1
    await worker.get(views[0])
    worker.frames.publish(News(frames=((WANTED, frame(body)),)))
    await worker.get(views[0])
    await worker.get(views[2])
    with pytest.raises(NotYetError):
        await worker.get(views[1], timeout=0.001)


async def test_replacing_a_frame_a_thousand_times_keeps_one() -> None:
    body = bytes(10_000)
    worker = Worker(max_bytes=2 * (len(body) + room.OVERHEAD))
    worker.frames.publish(News(frames=((Wanted("log1", View(scale=2)), frame(body)),)))
    for n in range(1000):
        worker.frames.publish(News(frames=((WANTED, frame(body, str(n))),)))
    assert (await worker.get(WANTED)).etag == "999"
    assert (await worker.get(Wanted("log1", View(scale=2)))).body == body


async def test_listeners_find_the_frame_when_they_hear_of_the_change() -> None:
    worker = Worker()
    heard: list[tuple[list[str], list[str], int]] = []

    def listener(changed: tuple[Graph, ...], gone: tuple[Graph, ...]) -> None:
        heard.append(
            ([g.name for g in changed], [g.name for g in gone], len(worker.frames._held)),
        )

    worker.frames.listen(listener)
    grown = replace(LOG1, revision=2)
    worker.frames.publish(News(graphs=(grown,), frames=((WANTED, frame()),)))
    worker.frames.publish(News(frames=((WANTED, frame()),)))  # no graph changed: nobody is told
    worker.frames.publish(News(gone=("log1",)))
    assert heard == [(["log1"], [], 1), ([], ["log1"], 0)]
