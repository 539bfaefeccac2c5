"""What the options of a picture mean, in one line each: for `watcher render --help`.

The options are the parameters of a picture's URL. Which values they take is decided where they are
read, and a wrong one is told the right ones.
"""

from __future__ import annotations

OF_A_PICTURE = {  # option -> what stands for its value, what it does
    "width": ("PIXELS", "default 500, from 16 to 4096; 6.25 are a letter of a picture in letters"),
    "height": ("PIXELS", "default 275; 12.5 are a row of letters"),
    "scale": ("N", "1, 2 or 3: pixels for each pixel, for screens that have small ones"),
    "from": (
        "TIME",
        "where the window begins: -6h, 2026-01-31T14:00, Unix seconds; -500: the last "
        "500 samples of a log without times",
    ),
    "until": ("TIME", "where it ends; default now"),
    "step": ("LENGTH", "how long a column is: 5min, 1d, 1mon; default as fits"),
    "tz": ("ZONE", "of labels, and of times that name none: Europe/Berlin"),
    "style": ("STYLE", "bars, line, area, stack, spark or heat; default by log"),
    "field": (
        "NAME",
        "a number of the log, or @lines, @level, @status: how often lines came; again "
        "for each one more",
    ),
    "agg": (
        "AGG",
        "mean, min, max, sum, last, count, rate, p50, p90, p95 or p99; default mean of "
        "values, rate of counts",
    ),
    "per": ("UNIT", "what a rate is per: s, min or h; default min for lines, s for counters"),
    "fill": ("HOW", "what stands where no sample came: gap, zero, hold or connect; default auto"),
    "ymin": ("NUMBER", "lower end of the y axis"),
    "ymax": ("NUMBER", "upper end of the y axis"),
    "yscale": ("SCALE", "linear or log"),
    "warn": ("NUMBER", "a line there, and its colour for a newest value beyond it"),
    "crit": ("NUMBER", "likewise, worse; with crit below warn less is worse"),
    "stale": ("LENGTH", "how long silence is none yet: 10min, off; default by what was usual"),
    "theme": ("THEME", "light, dark, contrast or eink"),
    "bg": ("COLOUR", "of the background: ffffff, transparent"),
    "fg": ("COLOUR", "of words: 000000"),
    "color": ("COLOUR", "of a series: d55e00; again for each one more"),
    "title": ("TEXT", "instead of the name; 0: none"),
    "legend": ("0|1", "0 hides the legend"),
    "axes": ("0|1", "0 hides the axes"),
    "vs": ("-LENGTH", "the same so much earlier, faint behind: -1d, -7d"),
    "depth": ("BITS", "of grey, for electronic paper: 1, 2, 4 or 8; default colours"),
    "dither": ("0|1", "1: many greys out of few"),
    "rotate": ("DEGREES", "0, 90, 180 or 270, clockwise"),
}
OF_A_GRADIENT = {
    "width": ("PIXELS", "default 300, from 16 to 4096"),
    "height": ("PIXELS", "default 300"),
    "w": ("PIXELS", "short for --width"),
    "h": ("PIXELS", "short for --height"),
    "scale": ("N", "1, 2 or 3: pixels for each pixel"),
    "stops": (
        "COLOURS",
        "ff0000,00ff00@0.3,0000ff, or the name of a colour map: viridis, magma, ...",
    ),
    "kind": ("KIND", "linear, radial or conic"),
    "angle": ("DEGREES", "0: from left to right"),
    "seed": ("N", "the same number gives the same colours; default others each time"),
    "dither": ("0|1", "1: without bands"),
}
