"""The same pictures in other hands: bars, and a line with a band, by what people use.

A painter is told the number of a kind and gives a PNG. What is kept from picture to picture (a
figure, a process, a database) is made before; data are handed over in the form each likes best.
"""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks.measure import module
from benchmarks.rrd import opened, rrdtool
from watcher.draw.canvas import Floats

Painter = Callable[[int], bytes]
BLUE, PALE = "#0969da", "#b2dbff"


@dataclass(frozen=True)
class Job:
    """What is to be painted: kinds of data, one entry a column. No band: bars."""

    width: int
    height: int
    means: Sequence[Floats]
    lows: Sequence[Floats] = ()
    highs: Sequence[Floats] = ()
    tiles: int = 1  # so many of them make one picture, or one answer
    across: int = 1
    peers: str = ""  # all, or those whose names are in it

    @property
    def banded(self) -> bool:
        """Whether it is a line with a band."""
        return bool(self.lows)


PEERS = (  # name, what it needs: a package or a program
    ("tutorial (Pillow)", "PIL"),
    ("matplotlib, new figure", "matplotlib"),
    ("matplotlib, reused figure", "matplotlib"),
    ("matplotlib, blit", "matplotlib"),
    ("python-rrdtool graphv", "rrdtool"),
    ("rrdtool, kept open", "rrdtool "),
    ("rrdtool, command", "rrdtool "),
    ("gnuplot png, kept open", "gnuplot "),
    ("gnuplot pngcairo, kept open", "gnuplot "),
    ("gnuplot png, command", "gnuplot "),
)


class Goal(NamedTuple):
    """How many times as long as ours a peer should take, at least."""

    cold: float
    hot: float | None = None


GOALS: dict[str, dict[str, Goal]] = {
    "bars": {
        "tutorial (Pillow)": Goal(20, 100),
        "matplotlib, reused figure": Goal(70),
        "matplotlib, blit": Goal(12),
        "python-rrdtool graphv": Goal(25),
        "rrdtool, command": Goal(85),
        "gnuplot png, kept open": Goal(20),
        "gnuplot png, command": Goal(85),
    },
    "wide": {
        "matplotlib, reused figure": Goal(75),
        "python-rrdtool graphv": Goal(75),
        "gnuplot png, kept open": Goal(20),
        "gnuplot pngcairo, kept open": Goal(55),
    },
    "raw": {"matplotlib, reused figure": Goal(280)},
    "tiles": {"matplotlib, reused figure": Goal(90), "python-rrdtool graphv": Goal(25)},
}


def painters(job: Job, folder: Path, stack: ExitStack) -> tuple[dict[str, Painter], list[str]]:
    """Those that are there, and the names of the others; `stack` ends what they keep open."""
    found: dict[str, Painter] = {}
    absent = []
    for name, needed in PEERS:
        if (name.startswith("tutorial") and job.banded) or name not in (job.peers or name):
            continue
        there = shutil.which(needed.strip()) if needed.endswith(" ") else module(needed)
        if not there:
            absent.append(name)
            continue
        painter = _painter(name, job, folder, stack)
        if painter:
            found[name] = painter
    return found, absent


def _painter(name: str, job: Job, folder: Path, stack: ExitStack) -> Painter | None:
    tool, how = name.split(" ", 1)
    if tool == "tutorial":
        return _tutorials(job, folder)
    if tool == "matplotlib,":
        return {"new figure": _new_figure, "reused figure": _reused, "blit": _blitted}[how](job)
    if tool == "gnuplot":
        terminal, mode = how.split(", ")
        return _gnuplot(job, terminal, folder, stack if mode == "kept open" else None)
    return rrdtool(job, how, folder, stack)


# The tutorial


def _tutorials(job: Job, folder: Path) -> Painter:
    files = [folder / f"values{n}.txt" for n in range(len(job.means))]
    for file, mean in zip(files, job.means, strict=True):
        file.write_text("\n".join(f"{value:.0f}" for value in mean))

    def paint(kind: int) -> bytes:
        return b"".join(
            tutorial(files[(kind + n) % len(files)], job.width, job.height)
            for n in range(job.tiles)
        )

    return paint


def tutorial(file: Path, width: int = 500, height: int = 275) -> bytes:
    """The tutorial's picture: read the file, draw each value as a line, save as PNG."""
    values = [int(line) for line in file.read_text().splitlines()]
    left, bottom = 15, 15
    image = Image.new("RGB", (width, height), "white")
    pen, font = ImageDraw.Draw(image), ImageFont.load_default()
    base = height - bottom
    pen.line((left, 0, left, base), fill="black")
    pen.line((left, base, width, base), fill="black")
    for x in range(left, width, 20):
        pen.line((x, base - 2, x, base + 2), fill="black")
        pen.line((x, 0, x, base), fill="#dddddd")
        pen.text((x, base + 3), str(x - left), fill="black", font=font)
    for value in range(0, base, 26):
        y = base - value
        pen.line((left - 2, y, left + 2, y), fill="black")
        pen.line((left, y, width, y), fill="#dddddd")
        pen.text((0, y - 6), str(value), fill="black", font=font)
    for index, value in enumerate(values):
        pen.line((left + 1 + index, base - 1, left + 1 + index, base - value), fill="#5555dd")
    return saved(image)


def saved(image: Image.Image, **how: int) -> bytes:
    """The image as PNG, as Pillow does it unless told `how`."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG", **how)
    return buffer.getvalue()


# matplotlib


def _axes(job: Job) -> tuple[Any, list[Any]]:
    module("matplotlib.backends.backend_agg")
    figures = module("matplotlib.figure")
    across, down = job.across, -(-job.tiles // job.across)
    size = (job.width * across / 100, job.height * down / 100)
    figure = figures.Figure(figsize=size, dpi=100)
    module("matplotlib.backends.backend_agg").FigureCanvasAgg(figure)
    axes = [figure.add_subplot(down, across, n + 1) for n in range(job.tiles)]
    for one in axes:
        one.set_ylim(0, 120)
        one.set_title("values")
        one.grid(visible=True)
    return figure, axes


def _printed(figure: Any) -> bytes:
    buffer = io.BytesIO()
    figure.canvas.print_png(buffer)
    return buffer.getvalue()


def _artists(axes: Any, job: Job, kind: int) -> list[Any]:
    mean = job.means[kind]
    if not job.banded:
        return [axes.stairs(mean, fill=True, color="#5555dd")]
    x = np.arange(len(mean))
    found = [axes.plot(x, mean, color=BLUE)[0]]
    if len(job.lows[kind]):
        found.append(axes.fill_between(x, job.lows[kind], job.highs[kind], color=PALE))
    return found


def _changed(artists: list[Any], job: Job, kind: int) -> None:
    if not job.banded:
        artists[0].set_data(job.means[kind])
        return
    artists[0].set_ydata(job.means[kind])
    if len(artists) > 1:
        artists[1].set_data(np.arange(len(job.means[kind])), job.lows[kind], job.highs[kind])


def _new_figure(job: Job) -> Painter:
    def paint(kind: int) -> bytes:
        figure, axes = _axes(job)
        for n, one in enumerate(axes):
            number = (kind + n) % len(job.means)
            if job.banded:
                _artists(one, job, number)
            else:
                one.bar(np.arange(len(job.means[number])), job.means[number], width=1)
        return _printed(figure)

    return paint


def _reused(job: Job) -> Painter:
    figure, axes = _axes(job)
    artists = [_artists(one, job, 0) for one in axes]

    def paint(kind: int) -> bytes:
        for n, some in enumerate(artists):
            _changed(some, job, (kind + n) % len(job.means))
        return _printed(figure)

    return paint


def _blitted(job: Job) -> Painter:
    """Axes and letters are copied, and Pillow saves: the fastest way known."""
    figure, axes = _axes(job)
    figure.canvas.draw()
    ground = figure.canvas.copy_from_bbox(figure.bbox)
    artists = [_artists(one, job, 0) for one in axes]

    def paint(kind: int) -> bytes:
        figure.canvas.restore_region(ground)
        for n, (one, some) in enumerate(zip(axes, artists, strict=True)):
            _changed(some, job, (kind + n) % len(job.means))
            for artist in reversed(some):
                one.draw_artist(artist)
        image = Image.fromarray(np.asarray(figure.canvas.buffer_rgba())[..., :3])
        return saved(image, compress_level=1)

    return paint


# gnuplot


def _gnuplot(job: Job, terminal: str, folder: Path, stack: ExitStack | None) -> Painter:
    plots = [_gnuplot_plot(job, kind, folder) for kind in range(len(job.means))]
    size = f"{job.width * job.across},{job.height * -(-job.tiles // job.across)}"
    head = (
        f"set terminal {terminal} size {size}\nset grid\nset yrange [0:120]\nset title 'values'\n"
    )
    layout = f"set multiplot layout {-(-job.tiles // job.across)},{job.across}\n"

    def script(kind: int) -> str:
        some = "".join(plots[(kind + n) % len(plots)] for n in range(job.tiles))
        return some if job.tiles == 1 else f"{layout}{some}unset multiplot\n"

    if stack is None:
        return lambda kind: (
            subprocess.run(
                ["gnuplot"], input=(head + script(kind)).encode(), check=True, capture_output=True
            ).stdout
        )
    pipe, output = opened(["gnuplot"], stack), folder / f"{terminal}-{size}.png"
    assert pipe.stdin
    pipe.stdin.write(f"{head}set print '-'\n".encode())

    def paint(kind: int) -> bytes:
        assert pipe.stdin
        assert pipe.stdout
        told = f"set output '{output}'\n{script(kind)}set output\nprint 'done'\n"
        pipe.stdin.write(told.encode())
        pipe.stdin.flush()
        pipe.stdout.readline()
        return output.read_bytes()

    return paint


def _gnuplot_plot(job: Job, kind: int, folder: Path) -> str:
    file = folder / f"{job.width}-{len(job.means[kind])}-{kind}.f8"
    mean = job.means[kind]
    banded = job.banded and len(job.lows[kind])
    columns = [mean, job.lows[kind], job.highs[kind]] if banded else [mean]
    np.stack([np.asarray(one, float) for one in columns], axis=1).tofile(file)
    data = f"'{file}' binary format='{'%float64' * len(columns)}' using 0:"
    if not job.banded:
        return f"plot {data}1 with boxes fs solid notitle\n"
    band = f"{data}2:3 with filledcurves lc rgb '{PALE}' notitle, " if banded else ""
    thick = 2 if band else 1  # a million thick lines take minutes
    return f"plot {band}{data}1 with lines lw {thick} lc rgb '{BLUE}' notitle\n"


def kinds(calls: Painter, number: int) -> Iterator[Callable[[], bytes]]:
    """A painter as calls, each of another kind than the one before."""
    return cycle([partial(calls, kind) for kind in range(number)])
