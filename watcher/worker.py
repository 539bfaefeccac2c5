"""The thread that owns every tail, every bucket and all drawing.

It waits for the bell or a deadline, looks at what is true on disk, reads only what is new,
draws what is wanted, and hands the news over. Between two blocks of reading it serves views
that somebody waits for.
"""

from __future__ import annotations

import gc
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator

from watcher.follow.hints import Hints
from watcher.frame import News, Wanted
from watcher.pipeline import Pipeline

PASS = 0.05  # seconds that one pass may take, and that the next waits at most
GAP = 0.005  # seconds from the beginning of one pass to the next, where they are short
LONGEST_PAUSE = 5.0  # seconds between two looks at a log that grows and whose graphs nobody sees
PAUSE_SHARE = 50  # times what reading takes of a second: such a pause; 0.5 s where it takes 1 %
LATELY = 5.0  # seconds over which that is told
PASS_SHARE = 4  # times its own duration a pass waits for the next
SCAN = 1.0  # seconds: what a lost event costs at most where there are no events at all
SCAN_WITH_EVENTS = 5.0  # seconds: likewise where there are
SCAN_SHARE = 50  # times its own duration a scan waits for the next: at most 2 % of a core
DISCOVER = 10.0  # seconds between two searches for new logs that nobody announced; SCAN
# where a directory has no watch, perhaps because it is not there yet
COMMIT = 1.0  # seconds from one commit to the next, at least
COMMIT_SHARE = 100  # times its own duration until the next: at most 1 % of a core
RETRY = 10.0  # seconds to the next try, where the disk took nothing
LONGEST_UNSAVED = 60.0  # seconds that a commit waits at most; they are read again after a crash
SETTLED = 10.0  # seconds after which what was read at the start is given back
RELEASE = 300.0  # seconds between two times that memory is given back
STUCK = 20.0  # seconds without a round, before the worker counts as hung
MOST_WISHES = 4096  # views in the inbox; the oldest would be asked for again


class Worker:
    """Runs a pipeline. What it calls, it calls in its own thread.

    `publish` gets whatever is new; `on_ready` is called once all that was there at the start has
    been read and published.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        publish: Callable[[News], None],
        on_ready: Callable[[], None] = lambda: None,
    ) -> None:
        self._pipeline = pipeline
        self._publish, self._on_ready = publish, on_ready
        self._bell = threading.Event()
        self._inbox: deque[Wanted] = deque(maxlen=MOST_WISHES)
        self._hints = Hints(self._bell.set)
        self._stop = False
        self._next_pass = self._next_scan = self._next_discovery = 0.0  # on the monotonic clock
        self._next_commit = self._next_release = 0.0
        self._next_tick = self._discovered = 0.0
        self._discovery: Iterator[None] | None = None  # while there are more new logs
        self._ticked = time.monotonic()
        self._spent = self._load = 0.0  # reading: seconds since then, and of a second of late
        self._directories: dict[str, bool] = {}  # as they were when logs were last searched for
        self._came_round = time.monotonic()
        self.ready = False
        self.past = 1.0  # how much of the past of the logs has been read
        self.report: tuple[str, ...] = ()  # what is not as it always is, in words

    # From other threads.

    def healthy(self) -> bool:
        """Whether it still comes round: not when the disk, or a bug, holds it."""
        return time.monotonic() - self._came_round < STUCK

    @property
    def status(self) -> str:
        """One line about what it does."""
        number = len(self._pipeline.gallery)
        graphs = f"{number} graph{'s'[: number != 1]}" if self.ready else "reading the logs"
        return ", ".join([graphs, *self.report])

    def want(self, wanted: Wanted) -> None:
        """Somebody looks at this view; never blocks."""
        self._inbox.append(wanted)
        self._bell.set()

    def stop(self) -> None:
        """Make `run` return soon."""
        self._stop = True
        self._bell.set()

    # In its own thread.

    def run(self) -> None:
        """Work until `stop`."""
        self._hints.start()
        gc.disable()  # what is made at the start mostly stays: it is looked through once, in parts
        try:
            while not self._stop:
                self._round()
                self._bell.wait(self._idle_time())
                self._bell.clear()
        finally:
            gc.unfreeze()
            gc.enable()
            self._hints.stop()
            self._pipeline.close()

    def _round(self) -> None:
        clock = self._came_round = time.monotonic()
        self._hints.tend(clock)
        self._serve()
        if clock >= self._next_tick or self._goes_on(clock):
            self._next_tick = clock + SCAN
            self._pace(clock)
            self._look_around(clock)
        if clock >= self._next_pass and self._is_due(clock):
            self._read(clock)
            self._spent += time.monotonic() - clock
        self._hand_over()  # before anything that can wait
        self._commit(clock)
        self._read_the_past(clock)

    def _is_due(self, clock: float) -> bool:
        """Whether there is something to read."""
        pipeline = self._pipeline
        return bool(self._hints) or pipeline.behind or pipeline.turns.next_look <= clock

    def _pace(self, clock: float) -> None:
        """The more reading costs, the longer waits what nobody looks at."""
        elapsed, self._ticked = clock - self._ticked, clock
        spent, self._spent = self._spent if self.ready else 0.0, 0.0
        part = min(1.0, elapsed / LATELY)
        self._load += part * (spent / max(elapsed, SCAN) - self._load)
        self._pipeline.turns.pause = min(LONGEST_PAUSE, PAUSE_SHARE * self._load)

    def _idle_time(self) -> float:
        hurries = self._pipeline.catching_up or self._goes_on(self._discovered)
        next_ = 0.0 if hurries else self._next_tick
        due = -math.inf if self._hints or self._pipeline.behind else self._pipeline.turns.next_look
        next_ = min(next_, max(due, self._next_pass))
        if self._pipeline.unsaved:
            next_ = min(next_, self._next_commit)
        next_ = min(next_, self._pipeline.gallery.told_next)
        return max(0.0, next_ - time.monotonic())

    def _look_around(self, clock: float) -> None:
        """What nobody announces: time, new logs, and changes without an event."""
        now = time.time()
        self._pipeline.tick(now)
        self._tell()
        directories = self._pipeline.directories()
        watched = self._hints.watch(directories)
        if self._hints.missed():
            self._next_scan = clock
        due = clock >= self._next_discovery or directories != self._directories
        if self._goes_on(clock) if self._discovery else due:
            self._directories = directories
            self._discover(now, clock)
            took = time.monotonic() - clock
            self._discovered = clock
            self._next_discovery = clock + max(DISCOVER if watched else SCAN, took * SCAN_SHARE)
        if clock >= self._next_release:
            self._pipeline.release()
            self._next_release = clock + (RELEASE if self.ready else SETTLED)
        if clock >= self._next_scan:
            self._pipeline.scan(now, clock)
            took = time.monotonic() - clock
            self._next_scan = clock + max(SCAN_WITH_EVENTS if watched else SCAN, took * SCAN_SHARE)

    def _discover(self, now: float, clock: float) -> None:
        """Take in new logs; of very many some."""
        discovery = self._discovery or self._pipeline.discovery(now, clock)
        self._discovery = None if next(discovery, True) else discovery
        if not self.ready:
            gc.freeze()

    def _goes_on(self, clock: float) -> bool:
        """Whether it is time for others: once these have been read, or if that takes too long."""
        late = clock >= self._discovered + DISCOVER
        return self._discovery is not None and (late or not self._pipeline.behind)

    def _tell(self) -> None:
        """Note for other threads what this one is at."""
        logs, self.past = self._pipeline.past
        past = f"reading the past of {logs} log{'s'[: logs != 1]}: {self.past:.0%}"
        problem = self._pipeline.problem
        self.report = (*([past] if logs else []), *([f"not kept: {problem}"] if problem else []))

    def _read(self, clock: float) -> None:
        """One pass: everything that was hinted at, for as long as a pass may take."""
        if self._pipeline.hint(self._hints.take(), time.time(), clock):
            self._next_discovery = min(self._next_discovery, self._discovered + SCAN)
            self._next_tick = min(self._next_tick, self._next_discovery)
        while self._pipeline.behind and not self._stop:
            self._pipeline.step()
            self._came_round = time.monotonic()
            if self._inbox:
                self._serve()
                self._hand_over()
            if self._came_round - clock > (GAP if self._hints else PASS):
                return  # go on in the next round, with new hints among the old
        self._next_pass = clock + min(PASS, max(GAP, PASS_SHARE * (time.monotonic() - clock)))

    def _read_the_past(self, clock: float) -> None:
        """For as long as nothing new is to be read yet, and nobody waits."""
        while self._pipeline.catching_up and (now := time.monotonic()) < clock + PASS:
            new = (self._hints or self._pipeline.behind) and now >= self._next_pass
            if self._stop or self._inbox or new:
                return
            self._pipeline.step_back(time.time())
            self._came_round = time.monotonic()

    def _commit(self, clock: float) -> None:
        due = clock >= self._next_commit or self._pipeline.crowded
        if not due or not self._pipeline.unsaved:
            return
        began = time.monotonic()
        whole = self._pipeline.commit()
        took = time.monotonic() - began
        wait = max(COMMIT, took * COMMIT_SHARE) if whole else RETRY
        self._next_commit = clock + min(wait, LONGEST_UNSAVED)

    def _serve(self) -> None:
        now = time.time()
        while self._inbox:
            self._pipeline.want(self._inbox.popleft(), now)

    def _hand_over(self) -> None:
        film = time.monotonic() if self.ready else math.nan  # all is told before it is ready
        news = self._pipeline.news(time.time(), film)
        if any(news):
            self._publish(news)
        if not self.ready:
            gc.collect()
            gc.freeze()
        if not (self.ready or self._discovery or self._pipeline.behind):
            self.ready = True
            self._on_ready()
            gc.enable()
