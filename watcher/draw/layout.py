"""Where the parts of a picture lie, by its size alone: data never move the plot.

Sizes are worked out before `scale` and multiplied, so a picture at 2x is the same picture.
A small picture drops its parts in the order of their worth: the line under the title, the
labels, the title and the value; the plot stays.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, NamedTuple

from watcher.draw.text import CAP

GROWTH = 0.75  # text grows slower than the picture: a large one is for more detail, too
SMALLEST_TITLE, SMALLEST_LABEL = 12, 11  # pixels of font size: softer below
SMALL = (160, 140)  # pixels; below that there is no line under the title, and no legend
EDGE = 5  # pixels left of a title that stands at the edge
ASCENT = 0.76  # of the font size: from the baseline to the top of an "l"
LEGEND_ROW = 1.6  # of the label's font size: from the x labels to the legend, and between rows
ENTRY = 80 / 12  # of that font size across, for a swatch and a name of seven letters
ROOMY = (600, 400)  # pixels; from there on a single series has a line of what it comes to
SPARK_PAD = 0.12  # of the height: a stroke and its end need some room
LEAST_PAD, MOST_PAD = 2, 6  # pixels; an edge says how bad the value is
SPARK_STROKE = 14  # of the height are one pixel of stroke
DOT = 1.6  # of a spark's stroke: the radius of the dot at its newest value
DOT_FROM = 24  # strokes across: a narrower spark is too small for one


class Design(NamedTuple):
    """How large things are, for a reader who is so far away."""

    base: tuple[int, int]  # pixels; where the sizes below are as written
    label: float  # pixels of font size
    title: float
    value: float
    stroke: float  # pixels, the width of a line
    left: float  # of the label's font size: the room left of the plot, some five digits
    apart: float  # label heights from one x label to the next, at least
    title_part: float  # of the width above the plot that each may take
    value_part: float
    unit_part: float  # of the value's font size, its unit beside it


NEAR = Design((500, 275), 12, 17, 44, 2.2, 3.75, 5.5, 0.56, 0.4, 0.46)
# At three metres from a screen of 55" and 1920x1080, of twelve tiles with pixels of two: values and
# titles that make the 16 minutes of arc of ISO 9241-3, and labels for those who step nearer.
AFAR = Design((237, 178), 11, 15.5, 37.5, 1.75, 3.4, 4.3, 0.45, 0.51, 0.32)


class Layout(NamedTuple):
    """Device pixels. A font size of 0 means that the part is left out."""

    width: int
    height: int
    left: int  # the plot: columns left..right, rows top..bottom, exclusive
    top: int
    right: int
    bottom: int
    pixel: int  # what one pixel of the design takes: `scale`
    rule: int  # thickness of grid lines
    stroke: float  # thickness of the line
    y_label: int  # font sizes
    x_label: int
    title: int
    small: int
    value: int
    title_at: int  # baselines
    value_at: int  # of the value and of the small line
    x_label_at: int
    dot: float  # radius of the one at the newest value; 0 for none
    legend: int  # font size
    legend_row: int
    legend_at: int  # baseline of its first row
    x_apart: int  # from one x label to the next, at least
    title_left: int  # at the plot, or if there is no line below it at the edge of the picture
    title_room: int  # pixels that each may take
    value_room: int
    unit: int  # font size

    @property
    def columns(self) -> int:
        """Pixels across the plot."""
        return self.right - self.left

    @property
    def rows(self) -> int:
        """Pixels down the plot."""
        return self.bottom - self.top

    @property
    def hang(self) -> int:
        """Rows by which strokes may leave the plot."""
        return math.ceil(max(self.stroke, self.dot))


def legend_rows(entries: int, width: int, height: int, label: int) -> int:
    """In how many rows a legend is set, in a font of `label`: none where it takes too much."""
    if entries == 1:
        return int(width >= ROOMY[0] and height >= ROOMY[1])
    if entries and width >= SMALL[0]:
        for rows, least_height in ((1, SMALL[1]), (2, 220)):
            if -(-entries // rows) * ENTRY * label <= width and height >= least_height:
                return rows
    return 0


@lru_cache(maxsize=128)
def layout(
    width: int,
    height: int,
    scale: int,
    entries: int = 0,
    axes: bool = True,
    spark: bool = False,
    far: bool = False,
) -> Layout:
    """The layout of a picture of width x height pixels times `scale`.

    `entries`: of the legend; without `axes` their labels are left out; a `spark` is plot only;
    what is seen from `far` has larger words.
    """
    design = AFAR if far else NEAR
    sizes = _spark(width, height) if spark else _sizes(width, height, entries, axes, design)
    return Layout(**{name: size * scale for name, size in sizes.items()})


def _spark(width: int, height: int) -> dict[str, Any]:
    """A graph as large as a word."""
    pad = min(MOST_PAD, max(LEAST_PAD, round(SPARK_PAD * height)))
    stroke = min(3.0, max(1.4, height / SPARK_STROKE))
    dot = DOT * stroke if width >= DOT_FROM * stroke else 0.0
    none = dict.fromkeys(Layout._fields, 0)
    return none | {
        "width": width,
        "height": height,
        "left": pad,
        "top": pad,
        "right": width - pad - math.ceil(dot),
        "bottom": height - pad,
        "pixel": 1,
        "rule": 1,
        "stroke": stroke,
        "dot": dot,
        "x_label_at": height,
    }


def _sizes(width: int, height: int, entries: int, axes: bool, design: Design) -> dict[str, Any]:
    """The fields of a layout at scale 1."""
    factor = min(width / design.base[0], height / design.base[1]) ** GROWTH
    label = max(SMALLEST_LABEL, round(design.label * factor))
    title = max(SMALLEST_TITLE, round(design.title * factor))
    with_x = axes and width >= 120 and height >= 90
    with_y = axes and width >= 120 and height >= 60
    with_title = width >= 100 and height >= 60
    with_small = with_title and width >= SMALL[0] and height >= SMALL[1]
    value = round(max(design.value * factor, title * 1.5)) if with_title else 0
    pad = round(1.1 * label) if with_small else round(0.45 * label)
    value_at = pad + round(CAP * value)
    if with_small:  # it shares its baseline with the value and must clear the title
        value_at = max(value_at, pad + round(1.12 * title + ASCENT * label))
    beside = value_at - round(CAP / 2 * max(0, value - title))  # as high as the value's middle
    rule = max(1, round(factor))
    top = (
        value_at + round(0.95 * label if with_small else 0.6 * label)
        if with_title
        else max(1, min(2, height // 20))
    )
    rows = legend_rows(entries, width, height, label)
    bottom = height - round(1.85 * label if with_x else 0.5 * label if with_y or rows else rule)
    row = round(LEGEND_ROW * label)
    bottom -= rows * row
    aside = with_y or (with_title and not axes)
    side = round(0.9 * label) if aside else max(1, min(2, width // 20))
    left = round(design.left * label) if with_y else side
    title_left = left if with_small else min(left, EDGE)
    columns = width - side - title_left
    return {
        "width": width,
        "height": height,
        "left": left,
        "title_left": title_left,
        "top": top,
        "right": width - side,
        "bottom": bottom,
        "pixel": 1,
        "rule": rule,
        "stroke": max(1.4, design.stroke * factor**0.9),
        "y_label": label if with_y else 0,
        "x_label": label if with_x else 0,
        "title": title if with_title else 0,
        "small": label if with_small else 0,
        "value": value,
        "title_at": pad + round(0.78 * title) if with_small else beside,
        "value_at": value_at,
        "dot": 0.0,
        "x_label_at": bottom + round(1.32 * label),
        "legend": label if rows else 0,
        "legend_row": row,
        "legend_at": bottom + round(1.32 * label) + (row if with_x else 0),
        "x_apart": round(design.apart * label),
        "title_room": round(design.title_part * columns),
        "value_room": round(design.value_part * columns),
        "unit": round(design.unit_part * value),
    }
