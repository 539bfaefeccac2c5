"""Starts and stops things: sockets, the worker, the server, signals, systemd.

A reload is a stop and a start in one process with the same open sockets, so that every setting
takes effect and nobody is refused in between.
"""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import secrets
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from watcher import __version__, notify, progress
from watcher.config import Address, Config, ConfigError
from watcher.draw.text import use as use_font
from watcher.frame import News
from watcher.history.store import Store
from watcher.pipeline import Pipeline
from watcher.serve.app import Runner, make_app
from watcher.serve.frames import Frames
from watcher.walls import unknown
from watcher.worker import Worker

BACKLOG = 1024  # connections that wait while we are busy or reloading
STARTING = 20.0  # seconds that systemd is asked to wait on; asked again before they are over
HANGING = 5.0  # seconds to let the worker finish what it does; then a disk hangs, or a bug
STATUS_EVERY = 10.0  # seconds between two lines for systemd where it wants no heartbeat
SWITCH = 0.0005  # seconds a thread keeps the interpreter: the event loop is late by that much
MOST_FILES = 65_536  # open files: 10,000 logs and as many clients

log = logging.getLogger(__name__)

SIGNALS = {signal.SIGTERM: "stop", signal.SIGINT: "stop", signal.SIGHUP: "reload"}

URGENCY = ("ready", "reload", "stop")

Load = Callable[[], Config]
Orders = asyncio.Queue[str]  # ready, stop, reload


def run(config: Config, load: Load) -> None:
    """Serve until SIGTERM or SIGINT; `load` reads the configuration again on SIGHUP."""
    sys.setswitchinterval(SWITCH)
    _allow_many_files()
    asyncio.run(_serve(config, load))


def _allow_many_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


async def _serve(config: Config, load: Load) -> None:
    orders: Orders = asyncio.Queue()
    loop = asyncio.get_running_loop()
    for number, order in SIGNALS.items():
        loop.add_signal_handler(number, orders.put_nowait, order)
    with Doors() as doors:
        following: Config | None = config
        while following is not None:
            doors.open(following)
            async with _running(following, doors, orders) as worker:
                following = await _tend(worker, doors, orders, load)


@asynccontextmanager
async def _running(config: Config, doors: Doors, orders: Orders) -> AsyncIterator[Worker]:
    """A worker and a server for `config`; both are gone at the end."""
    loop = asyncio.get_running_loop()

    def publish(news: News) -> None:
        loop.call_soon_threadsafe(frames.publish, news)

    def on_ready() -> None:
        loop.call_soon_threadsafe(orders.put_nowait, "ready")
        loop.call_soon_threadsafe(_doubt, config, frames)

    def on_end(working: asyncio.Future[None]) -> None:
        if not working.cancelled() and working.exception():  # a bug ends the daemon
            orders.put_nowait("stop")

    with _pipeline(config) as pipeline, ThreadPoolExecutor(1, "worker") as thread:
        worker = Worker(pipeline, publish, on_ready)
        frames = Frames(worker.want)
        runner = Runner(
            make_app(
                frames,
                zone=config.zone,
                walls=config.walls,
                access=config.access,
                healthy=worker.healthy,
                ready=lambda: worker.ready,
                report=lambda: worker.report,
                version=__version__,
                boot=secrets.token_hex(4),
            )
        )
        await runner.setup()
        telling = loop.create_task(progress.show(lambda: worker.past))
        working = loop.run_in_executor(thread, worker.run)
        working.add_done_callback(on_end)
        try:
            for door in doors.sockets:
                await web.SockSite(runner, door.dup(), backlog=BACKLOG).start()
            yield worker
        finally:
            telling.cancel()
            await runner.cleanup()
            worker.stop()
            await _ended(working)


def _doubt(config: Config, frames: Frames) -> None:
    """Tell of graphs that walls wait for: their logs may still come, or be misspelt."""
    for what in unknown(config.walls, frames.graphs):
        log.warning("%s", what)


@contextmanager
def _pipeline(config: Config) -> Iterator[Pipeline]:
    """The stages for `config`, and the open state that they continue from."""
    use_font(config.font)
    with ExitStack() as undo:
        store = undo.enter_context(closing(Store(config.state))) if config.state else None
        yield Pipeline(
            config.logs,
            config.graphs,
            config.view,
            config.zone,
            time.time(),
            config.machine,
            store,
            config.tiers,
            config.walls,
        )


async def _ended(working: asyncio.Future[None]) -> None:
    """Wait for the worker; a thread that hangs cannot be ended, except with its process."""
    await asyncio.wait([working], timeout=HANGING)
    if not working.done():
        log.error("the worker hangs: leaving without it")
        os._exit(1)
    working.result()


async def _tend(worker: Worker, doors: Doors, orders: Orders, load: Load) -> Config | None:
    """Keep systemd informed, until the daemon is to stop (None) or to run another `Config`."""
    while True:
        if worker.ready:
            doors.announce()
            notify.ready(worker.status)
        elif worker.healthy():
            notify.starting(STARTING, worker.status)
        if worker.healthy():
            notify.alive()
        try:
            order = await asyncio.wait_for(orders.get(), notify.heartbeat() or STATUS_EVERY)
        except TimeoutError:
            continue
        while not orders.empty():  # many reloads are one, and a stop overtakes them
            order = max(order, orders.get_nowait(), key=URGENCY.index)
        if order == "stop":
            notify.stopping()
            return None
        if order == "reload":
            notify.reloading()
            try:
                following = load()
                doors.open(following)
            except (ConfigError, OSError) as error:
                for problem in str(error).splitlines():
                    log.warning("not reloaded: %s", problem)
            else:
                log.info("reloaded")
                return following


class Doors:
    """The listening sockets, which outlive a reload; those that systemd passed win."""

    def __init__(self) -> None:
        self._inherited = notify.sockets()
        self._opened: dict[Address, socket.socket] = {}
        self._announced: set[str] = set()

    def __enter__(self) -> Doors:
        return self

    def __exit__(self, *_: object) -> None:
        for door in self.sockets:
            door.close()

    @property
    def sockets(self) -> list[socket.socket]:
        """Those to serve on."""
        return self._inherited or list(self._opened.values())

    def open(self, config: Config) -> None:
        """Listen where `config` says and nowhere else.

        Raises OSError or ConfigError, and then everything is as it was.
        """
        if self._inherited:
            _judge(self._inherited, config)
            return
        wanted = dict.fromkeys(config.listen)
        with ExitStack() as undo:
            new = {a: undo.enter_context(_listen(a)) for a in wanted if a not in self._opened}
            undo.pop_all()
        for gone in self._opened.keys() - wanted.keys():
            self._opened.pop(gone).close()
        self._opened |= new

    def announce(self) -> None:
        """Say on standard output where we listen, of each place once."""
        for url in map(_url, self.sockets):
            if url not in self._announced:
                print(f"listening on {url}", flush=True)
        self._announced = set(map(_url, self.sockets))


def _judge(inherited: list[socket.socket], config: Config) -> None:
    """What is true of `listen` is true of sockets that systemd opened."""
    beyond = [_url(door) for door in inherited if not _address(door).local]
    if beyond and not config.access.anonymous:
        raise ConfigError(
            [
                f"{beyond[0]}: anybody in the network could look: write anonymous = true"
                " under [access] if you mean it"
            ]
        )


def _listen(address: Address) -> socket.socket:
    try:
        with ExitStack() as undo:
            family, name = _place(address)
            door = undo.enter_context(socket.socket(family))
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind(name)
            door.listen(BACKLOG)
            undo.pop_all()
    except OSError as error:
        where = f"unix:{address.path}" if address.path else f"{address.host}:{address.port}"
        raise OSError(f"cannot listen at {where}: {error.strerror}") from error
    return door


def _place(address: Address) -> tuple[int, Any]:
    """Family and name of a socket, with room for it."""
    if address.path:
        if _abandoned(address.path):
            os.unlink(address.path)
        return socket.AF_UNIX, address.path
    family, _, _, _, name = socket.getaddrinfo(
        address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    return family, name


def _abandoned(path: str) -> bool:
    """Whether this is the socket of a process that is no more; never true of other files."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(path)
        except ConnectionRefusedError:
            return Path(path).is_socket()
        except FileNotFoundError:
            pass
    return False


def _address(door: socket.socket) -> Address:
    name = door.getsockname()
    if door.family == socket.AF_UNIX:
        return Address(path=os.fsdecode(name) or "unnamed")
    return Address(host=name[0], port=name[1])


def _url(door: socket.socket) -> str:
    address = _address(door)
    if address.path:
        return f"unix:{address.path}"
    host = f"[{address.host}]" if ":" in address.host else address.host
    return f"http://{host}:{address.port}"
