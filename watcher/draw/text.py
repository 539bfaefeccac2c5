"""Words as tiles: rendered once, quantised to the text levels, already in difference space.

The one door to Pillow's fonts. Pillow's own font has 113 glyphs; a text that needs others is
set in the first font found that has them all, or most of them. What none has loses its accent,
or becomes a question mark: never a box.
"""

from __future__ import annotations

import os
import unicodedata
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from watcher.draw.canvas import Bytes, Kept, Tile
from watcher.draw.canvas import tile as tile_of
from watcher.draw.planes import Planes

FALLBACKS = (  # where systems put fonts with many letters; the first that has all is taken
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",  # Debian's fonts-dejavu-core
    "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",  # fonts-noto-core
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",  # fonts-noto-cjk
    "/usr/share/fonts/truetype/freefont/FreeSans.ttf",  # fonts-freefont-ttf
    "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",  # fonts-liberation
    "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",  # Fedora
    "/usr/share/fonts/TTF/DejaVuSans.ttf",  # Arch
    "/usr/share/fonts/dejavu/DejaVuSans.ttf",  # Alpine
)
PLAINER = {
    "µ": "u",
    "μ": "u",
    "×": "x",
    "–": "-",
    "—": "-",
    "“": '"',
    "”": '"',
    "’": "'",
    "ß": "ss",
}
OWN = ""  # stands for Pillow's own font, Aileron
TILE_BYTES = 8 * 2**20  # of rendered words kept; those of one page take some 100 KB
LONGEST = 500  # characters set in one line; a picture of 4096 pixels holds about as many
CAP = 0.7  # cap height over font size, in both fonts
SPACE = 0.28  # of the font size, between words at least
THIN = 0.2  # of the font size: a space within what is spelled, between digits or before a unit
THIN_SPACE = "\N{NO-BREAK SPACE}"
SMALLEST = 8  # pixels of font size; what is smaller cannot be read
PROBE = 20  # pixels of font size at which glyphs are looked for
NO_GLYPH = "\uffff"  # never a character: shows what "missing" looks like in a font

_tiles: Kept[Tile] = Kept(TILE_BYTES)


@lru_cache(maxsize=64)
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    """Opening one costs 50 us, and Pillow does not keep it."""
    if name != OWN:
        return ImageFont.truetype(name, size, layout_engine=ImageFont.Layout.BASIC)
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)  # noqa: S101  for mypy: Pillow has FreeType
    return font.font_variant(layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=4096)
def _has(name: str, char: str) -> bool:
    font = _font(name, PROBE)
    return char == " " or bytes(font.getmask(char)) != bytes(font.getmask(NO_GLYPH))


def check(path: str) -> None:
    """Raise OSError where `path` is no font file."""
    ImageFont.truetype(path, PROBE)


def use(path: str) -> None:
    """Set words in the font file at `path`; raises OSError where it is none.

    For the start: pictures already made keep the words that they have.
    """
    if path:
        check(path)
    _chosen[:] = [path] if path else []
    for kept in (_set, width, fit):
        kept.cache_clear()
    _tiles.clear()


_chosen: list[str] = []  # the font that was asked for, if any


@lru_cache(maxsize=1)
def _fallbacks() -> tuple[str, ...]:
    return tuple(path for path in FALLBACKS if os.path.exists(path))


@lru_cache(maxsize=1024)
def _set(text: str) -> tuple[str, str]:
    """`text` as it can be shown, and the font that can."""
    text = "".join(char if char.isprintable() else " " for char in text[:LONGEST])
    fonts = (*_chosen, OWN, *_fallbacks())
    missing: dict[str, int] = {}
    for font in fonts:
        missing[font] = sum(not _has(font, char) for char in set(text))
        if not missing[font]:
            return text, font
    font = min(missing, key=lambda name: missing[name])
    return "".join(char if _has(font, char) else _plainer(char, font) for char in text), font


def _plainer(char: str, font: str) -> str:
    """What can stand for a letter that `font` lacks: the same without its accent, or `?`."""
    shown = PLAINER.get(char) or unicodedata.normalize("NFKD", char)[0]
    return shown if all(_has(font, letter) for letter in shown) else "?"


@lru_cache(maxsize=2048)
def width(text: str, size: int) -> int:
    """Pixels that `text` takes."""
    if text == THIN_SPACE:
        return max(1, round(THIN * size))
    shown, name = _set(text)
    font = _font(name, size)
    words = shown.split(" ")
    return round(sum(map(font.getlength, words)) + (len(words) - 1) * _space(name, size))


@lru_cache(maxsize=256)
def _space(name: str, size: int) -> int:
    """Pixels between words; what the font says is rounded down to next to nothing when small."""
    return max(round(_font(name, size).getlength(" ")), round(SPACE * size))


@lru_cache(maxsize=256)
def fit(text: str, size: int, room: int) -> str:
    """`text`, cut with an ellipsis where it is wider than `room`; empty when nothing fits."""
    text = text[:LONGEST]
    if width(text, size) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width(text[:middle].rstrip() + "…", size) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…" if low else ""


def tile(text: str, size: int, tone: float, planes: Planes, plane: int | None = None) -> Tile:
    """`text` in font size `size`; `tone` is how much of the text colour it gets, up to 1.

    `plane`: below its levels, where it is not that of the text.
    """
    plane = planes.text if plane is None else plane
    key = (text, size, tone, planes.bits, plane)
    found = _tiles.find(key)
    if found is None:
        found = _render(text, size, tone, planes, plane)
        _tiles.keep(key, found, 4 * found.steps[0].nbytes + len(text) + 500)
    return found


def _render(text: str, size: int, tone: float, planes: Planes, plane: int) -> Tile:
    shown, name = _set(text)
    font, words, x = _font(name, size), [], 0
    for word in shown.split(" "):
        words.append((x, word, [round(edge) for edge in font.getbbox(word, anchor="ls")]))
        x += round(font.getlength(word)) + _space(name, size)
    said = [one for one in words if one[1]] or words
    left = min(at + edges[0] for at, _, edges in said)
    top = min(edges[1] for _, _, edges in said)
    right = max(at + edges[2] for at, _, edges in said)
    bottom = max(edges[3] for _, _, edges in said)
    box = (max(1, right - left), max(1, bottom - top))
    image = Image.new("L", box)
    for at, word, _ in said:
        ImageDraw.Draw(image).text((at - left, -top), word, fill=255, font=font, anchor="ls")
    indexes = _quantise(np.asarray(image), tone * planes.levels, plane)
    return tile_of(left, top, width(text, size), indexes, planes.bits)


def _quantise(mask: Bytes, most: float, plane: int) -> Bytes:
    """Coverage 0..255 -> nothing, or plane + 1 .. plane + most."""
    levels = np.rint(mask * (most / 255)).astype(np.uint8)
    return np.where(levels, levels + np.uint8(plane), np.uint8(0))
