"""The styles: a panel and a view -> the bytes of a PNG.

What is the same from frame to frame is a static layer, kept; a frame is a copy of its plot and a
few additions for each column, between margins that are kept, too. Equal panels and views give
equal bytes. Nothing in a window raises: what cannot be drawn is drawn as waiting.
"""

from __future__ import annotations

import numpy as np

from watcher.draw import captions, heat, paper, png, remarks, shapes, static
from watcher.draw.canvas import Canvas, Floats, Surface, blank
from watcher.draw.captions import Word
from watcher.draw.finish import NO_SCENE, finished
from watcher.draw.ground import Stage, stage_of
from watcher.draw.layout import Layout, layout
from watcher.draw.legend import Entry, legend, ramp, sums
from watcher.draw.marks import marks
from watcher.draw.messages import message
from watcher.draw.palette import Look, palette
from watcher.draw.panel import Heat as Heat
from watcher.draw.panel import Layer as Layer
from watcher.draw.panel import Panel as Panel
from watcher.draw.planes import FOOT, FULL, WARN, Planes
from watcher.draw.scale import brief
from watcher.draw.scene import Scene, look_of, scene_of, swatches
from watcher.draw.standing import Standing
from watcher.draw.static import Ground
from watcher.draw.units import said
from watcher.draw.view import MAX_SERIES, View

ROWS_KEPT = 16  # rows of the plot without data are kept by so many
MARK_PART = 0.4  # of the text colour in the ticks below bars, as grey as a fine line should be


def columns(view: View) -> int:
    """How many columns a window needs to fill the plot of `view`: its width in device pixels."""
    return _layout(view, 0).columns


def draw(panel: Panel, view: View) -> bytes:
    """The PNG of `panel`; `view.style` is resolved, never None."""
    if view.warn is not None or view.crit is not None:
        panel = _limited(panel, view)
    asked, view = view, paper.adapted(view) if view.depth else view
    place = place_of(panel, view)
    scene = scene_of(panel, view, place)
    if scene is None:
        colours = palette(look_of(scene, panel, view))
        picture = _waiting(panel, view, place).finish(colours.rgb)
    else:
        stage = stage_of(panel, view, place, scene)
        colours = stage.colours
        picture = _Frame(panel, view, place, scene, stage).picture()
    if view.depth or view.rotate or colours.alpha:
        return finished(picture, colours, scene or NO_SCENE, asked)
    return picture


def _limited(panel: Panel, view: View) -> Panel:
    """The panel with the limits that the view asks for."""
    if view.warn is not None:
        panel = panel._replace(warn=view.warn)
    return panel if view.crit is None else panel._replace(crit=view.crit)


def _layout(view: View, entries: int) -> Layout:
    """The layout before the picture is turned."""
    turned = view.rotate % 180 != 0
    width, height = (view.height, view.width) if turned else (view.width, view.height)
    spark = view.style == "spark"
    return layout(width, height, view.scale, entries, view.axes, spark, view.far)


def place_of(panel: Panel, view: View) -> Layout:
    """Where the parts of the picture of `panel` lie."""
    if not view.legend:
        return _layout(view, 0)
    if view.style == "heat" and panel.heat is not None:
        return _layout(view, 2)  # as low a picture as those of several series may have it
    if view.style == "stack" or len(panel.layers) > 1:
        entries = min(len(panel.layers), MAX_SERIES)
        return _layout(view, entries if entries > 1 else 0)
    return _layout(view, 1)


class _Frame:
    """One picture being made."""

    __slots__ = ("axis", "key", "panel", "place", "scene", "small", "stage", "still", "view")

    def __init__(self, panel: Panel, view: View, place: Layout, scene: Scene, stage: Stage) -> None:
        self.panel, self.view, self.place, self.scene = panel, view, place, scene
        self.stage, self.axis = stage, stage.axis
        self.still = static.find(stage.ground)
        self.small = captions.small(panel, view, place, stage.level, each=scene.each is not None)
        window = panel.window
        bounds = None if window.bounds is None else hash(window.bounds.tobytes())
        ends = window.start, window.step, len(window.count)
        self.key = (window.axis, ends, bounds, panel.zone)

    def picture(self) -> bytes:
        """The picture, of margins that are kept and a plot that is drawn."""
        panel, place, still = self.panel, self.place, self.still
        sides = (self.small, panel.last, panel.unit, panel.last_unit, self.stage.level)
        above = static.margin(still, 0, still.first, sides, self._above)
        named = self._named() if place.legend else ()
        below = static.margin(still, still.last, place.height, (self.key, named), self._below)
        first = still.first if above.length else 0
        last = still.last if below.length else place.height
        sky = ground = png.NOTHING
        if above.length and below.length and self.scene.lined:
            top, bottom = self._drawn(first, last)
            sky = static.margin(still, first, top, self.key, self._bare, words=False)
            ground = static.margin(still, bottom, last, self.key, self._bare, words=False)
            first, last = top if sky.length else first, bottom if ground.length else last
        values, usual = self.scene.each, self.stage.bars
        if usual and values is not None and above.length and below.length and panel.began is None:
            return png.whole(self.stage.front, above, self._usual(usual, values), below)
        canvas = self._plot(first, last)
        marks(canvas, self.scene, panel.window, self.view, place, self.axis)
        if not above.length:
            self._above(canvas)
        if not below.length:
            self._below(canvas)
        if panel.began is not None:
            self._began(canvas)
        return canvas.finish(self.stage.colours.rgb, (above, sky), (ground, below))

    def _drawn(self, first: int, last: int) -> tuple[int, int]:
        """The rows of first..last that a line reaches, and some more so that they seldom change."""
        scene, data = self.scene, self.scene.parts[0].data
        lone = len(scene.parts) == 1 and isinstance(data, shapes.Columns)
        if not lone or self.panel.began is not None:
            return first, last
        reach = self.place.hang + 1
        high = max(data.highest, 0.0) if scene.grounded else data.highest
        top, bottom = shapes.edge(high, self.axis, self.place) - reach, last
        if not scene.grounded:
            bottom = shapes.edge(data.lowest, self.axis, self.place) + reach
        return (
            first + max(0, top - first) // ROWS_KEPT * ROWS_KEPT,
            last - max(0, last - bottom) // ROWS_KEPT * ROWS_KEPT,
        )

    def _bare(self, canvas: Canvas) -> bool:
        """Rows of the plot without data."""
        self._lines(canvas)
        return True

    def _above(self, surface: Surface) -> bool:
        words = captions.above(self.panel, self.small, self.place)
        return _write(surface, words, self.scene.planes)

    def _below(self, surface: Surface) -> bool:
        places, labels = captions.x_axis(self.panel, self.place)
        if not self.stage.ticks_in_plot:
            _ticks(surface, places, self.place, self.scene.planes)
        fits = _write(surface, labels, self.scene.planes)
        for plane, entry in self.legend():
            for box in entry.boxes:
                surface.rectangle(*box, plane)
            fits &= _write(surface, list(entry.words), self.scene.planes)
        return fits

    def _named(self) -> tuple[object, ...]:
        """What the legend shows, to be known again by."""
        layers, data = self.panel.layers, self.scene.parts[-1].data
        if isinstance(data, heat.Cells):
            return (heat.most(self.place, self.axis, data),)
        if len(layers) < 2:
            return self._sums()
        told = tuple([(one.label, one.last, one.unit) for one in layers])
        return told, self.scene.inks, self.view.theme == "eink"

    def _sums(self) -> tuple[tuple[str, float], ...]:
        """What one series comes to."""
        data = self.scene.parts[-1].data
        if not isinstance(data, shapes.Columns):
            return ()
        with np.errstate(all="ignore"):  # the sum of all may leave the floats
            mean = float(np.nanmean(data.mean) if data.holes else np.mean(data.mean))
        return ("min", data.lowest), ("mean", mean), ("max", data.highest)

    def legend(self) -> list[tuple[int, Entry]]:
        """Of several series their names, of one what it comes to, of shades what they stand for."""
        panel, place = self.panel, self.place
        if not place.legend:
            return []
        data = self.scene.parts[-1].data
        if isinstance(data, heat.Cells):
            most = heat.most(place, self.axis, data)
            return ramp(heat.key(most), brief(most), place)
        if len(panel.layers) > 1:
            inks = self.scene.inks
            rhythms = paper.samples(inks, self.view.theme)
            return list(zip(swatches(inks), legend(panel.layers, place, rhythms), strict=False))
        told = [(name, said(value, panel.unit)) for name, value in self._sums()]
        return [(0, entry) for entry in sums(told, place)]

    def _plot(self, first: int, last: int) -> Canvas:
        """Rows first..last of the static layer, with the lines or ticks of the x axis.

        While those stand still (a burst of samples within one step) a layer that has them is kept.
        """
        still = self.still
        if not self.stage.ticks_in_plot:
            return still.canvas.copy(first, last)
        if still.seen == self.key:
            if still.lined is None:
                still.lined = still.canvas.copy()
                self._lines(still.lined)
            return still.lined.copy(first, last)
        still.seen, still.lined = self.key, None
        canvas = still.canvas.copy(first, last)
        self._lines(canvas)
        return canvas

    def _usual(self, bars: Standing, values: Floats) -> png.Part:
        """The rows of the plot with bars."""
        still = self.still
        try:
            frame = still.frames.pop()
        except IndexError:
            frame = bars.frame(still.canvas, still.first, still.last)
        bars.draw(frame, values, self.scene.parts[0].data.lowest)
        part = png.part(frame.plot)
        still.frames.append(frame)
        return part

    def _lines(self, canvas: Canvas) -> None:
        places = captions.x_axis(self.panel, self.place)[0]
        if self.scene.lined:
            for x in places:
                canvas.profile(x, self.place.rule, self.still.upright)
        else:
            _ticks(canvas, places, self.place, self.scene.planes)

    def _began(self, canvas: Canvas) -> None:
        """The mark where history starts."""
        at = remarks.began_at(self.panel, self.place)
        rule = self.place.rule
        lines = captions.x_axis(self.panel, self.place)[0] if at else []
        if at and all(abs(at - x) > rule for x in lines):
            canvas.rectangle(at, self.place.top, at + rule, self.place.bottom, FOOT)
            _write(canvas, remarks.began(self.panel, self.place, self.still.rows), FULL)


def _write(surface: Surface, words: list[Word], planes: Planes) -> bool:
    fits = [static.write(surface, word, planes) for word in words]  # each, whatever came before
    return all(fits)


def _ticks(surface: Surface, places: list[int], place: Layout, planes: Planes) -> None:
    """Short marks below bars, which would hide lines."""
    mark = planes.text + round(MARK_PART * planes.levels)
    for x in places:
        for column in range(x, x + place.rule):
            surface.upright(column, place.bottom + place.rule, captions.tick_end(place), mark)


def _waiting(panel: Panel, view: View, place: Layout) -> Canvas:
    title, room = captions.heading(panel, view, place), captions.title_room(panel, place)
    ground = static.known(Ground(place, FULL, title, room, None))
    canvas = static.find(ground).canvas.copy()
    _write(canvas, remarks.waiting(panel, view, place), FULL)
    return canvas


def words(panel: Panel, view: View) -> list[Word]:
    """Every word on the picture of `panel`, where it lies: for tests of what touches what."""
    panel, view = _limited(panel, view), paper.adapted(view)
    place = place_of(panel, view)
    heading = captions.heading(panel, view, place)
    title = captions.titled(place, heading, captions.title_room(panel, place))
    scene = scene_of(panel, view, place)
    if scene is None:
        return [*title, *remarks.waiting(panel, view, place)]
    frame = _Frame(panel, view, place, scene, stage_of(panel, view, place, scene))
    axis = frame.axis
    ticks = [
        (shapes.edge(tick, axis, place), name)
        for tick, name in zip(axis.ticks, axis.labels, strict=True)
    ]
    return [
        *title,
        *captions.y_labels(place, ticks),
        *captions.above(panel, frame.small, place),
        *captions.x_axis(panel, place)[1],
        *remarks.began(panel, place, frame.still.rows),
        *(word for _, entry in frame.legend() for word in entry.words),
    ]


def draw_message(text: str, view: View) -> bytes:
    """A picture that says `text` (an error), wrapped to the size of `view`."""
    place = _layout(View(view.width, view.height, view.scale, rotate=view.rotate), 0)
    canvas = blank(place.width, place.height, FULL.bits)
    rule = max(2, place.width // 80)
    canvas.rectangle(0, 0, rule, place.height, WARN)
    _write(canvas, message(text, place, rule), FULL)
    seen = paper.adapted(view)
    colours = palette(Look(seen.theme, bg=seen.bg, fg=seen.fg))
    return finished(canvas.finish(colours.rgb), colours, NO_SCENE, view)
