"""What is done to a picture once it is drawn: transparent, in grey, turned."""

from __future__ import annotations

from typing import cast

from watcher.draw import grey, paper, png
from watcher.draw.palette import Palette
from watcher.draw.scene import Scene
from watcher.draw.view import View

NO_SCENE = Scene((), ())  # of pictures that show words alone


def finished(picture: bytes, colours: Palette, scene: Scene, view: View) -> bytes:
    """A picture of `scene` as `view` asks for it; drawn as `paper.adapted(view)`."""
    turn = cast(grey.Turn, view.rotate)
    if view.depth:
        return grey.convert(
            picture,
            cast(grey.Depth, view.depth),
            dither=view.dither,
            rotate=turn,
            letters=scene.planes.text + 1,
            marks=paper.marks_of(scene.inks, scene.planes, view.depth, heat=scene.heated),
            inverted=paper.is_inverted(view),
        )
    if colours.alpha:
        picture = png.transparent(picture, colours.alpha)
    return grey.rotated(picture, turn)
