"""What crosses from the worker to the event loop: finished, immutable, whole."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal, NamedTuple

from watcher.draw.stops import Stop
from watcher.draw.view import View
from watcher.history.pulse import State
from watcher.history.window import Axis

# "txt" is the picture in letters, "terminal" the same in colours
Form = Literal["png", "json", "txt", "terminal", "badge", "stripe", "wall"]


class Wanted(NamedTuple):
    """Something that can be asked for: the key of a frame."""

    graph: str  # its name; that of a wall, if this is the form
    view: View
    form: Form = "png"
    stops: tuple[Stop, ...] = ()  # the colours of a stripe; none: the usual ones
    given: tuple[str, ...] = ()  # of a wall: what of `view` holds for all its graphs


@dataclass(frozen=True, slots=True)
class Frame:
    """A finished answer, made once and handed to everybody who asks."""

    body: bytes
    content_type: str
    etag: str  # hash of the body, without quotes: equal pictures have equal tags
    modified: float  # Unix seconds when these bytes were made
    state: State
    last_sample: float | None  # Unix seconds
    status: int = 200  # 400: the view does not fit the graph; the body says why
    level: str = "ok"


def etag_of(body: bytes) -> str:
    """The strong ETag of a frame: the same in each process."""
    return blake2b(body, digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True)
class Graph:
    """What is known of a graph beside its pictures; replaced whole whenever it changes."""

    name: str
    title: str
    log: str  # the log's name
    axis: Axis
    fields: tuple[str, ...]  # what can be shown of the log
    style: str
    state: State
    revision: int  # rises with every change, also across restarts
    last: float | None
    last_sample: float | None  # Unix seconds
    view: View  # its default view
    counters: dict[str, int]  # lines, samples, bad, ... since the log was first seen
    level: str = "ok"
    spread: tuple[str, ...] = ()  # of its fields, those whose percentiles are kept
    shown: tuple[str, ...] = ()  # likewise, those that its default view shows


class News(NamedTuple):
    """What one pass of the worker changed; crosses to the event loop as a whole."""

    graphs: tuple[Graph, ...] = ()  # new or changed
    gone: tuple[str, ...] = ()  # names of graphs that are no more
    frames: tuple[tuple[Wanted, Frame], ...] = ()  # drawn, newer than any before
    dropped: tuple[Wanted, ...] = ()  # no longer kept current: forget the frame
