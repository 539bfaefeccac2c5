"""The opinion of `pngcheck` (a Debian package) on pictures."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest


def complaints(*pictures: bytes) -> str:
    """What it has to say of each; nothing, if all is well. Skips the test where it is missing."""
    if not shutil.which("pngcheck"):
        pytest.skip("pngcheck is not installed")
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{number}.png" for number in range(len(pictures))]
        for file, picture in zip(files, pictures, strict=True):
            file.write_bytes(picture)
        command = ["pngcheck", "-q", *map(str, files)]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout
