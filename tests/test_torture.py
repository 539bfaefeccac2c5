"""Real rotations about once a second, a writer that never waits, daemons that are killed.

Every line has a second of its own, so the daemon's own JSON tells of each how often it was
counted. All that is still on disk afterwards was counted once; what logrotate itself loses
between its copy and its cut is told beside. `--torture 3600` makes it last an hour.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.disasters import OLD, Rotator, Shop, Writer, settled, tormented

pytestmark = pytest.mark.skipif(not shutil.which("logrotate"), reason="logrotate is not here")

MODES = {
    "create": "create",
    "copytruncate": "copytruncate",
    "delaycompress": "create compress delaycompress",
    "dateext": "create dateext dateformat=-%Y%m%d-%s",
}
RATE = 1000  # lines a second
SETTLING = 30.0  # seconds: a generation that is missing is looked for 5 s, and a renamed one
# is held as long

Note = Callable[[str, object], None]


@pytest.mark.timeout(0)
@pytest.mark.parametrize("events", [True, False], ids=["events", "no events"])
@pytest.mark.parametrize("mode", MODES)
def test_what_is_still_on_disk_was_counted_once(
    tmp_path: Path, mode: str, events: bool, pytestconfig: pytest.Config, record_property: Note
) -> None:
    """Cases 1, 4, 7, 8, 10 and 61."""
    seconds = pytestconfig.getoption("--torture") / len(MODES) / 2
    rng = random.Random(f"{mode} {events}")
    shop = Shop(tmp_path, events=events)
    writer = Writer(shop, int(min(RATE, OLD / seconds / 2)))
    rotator = Rotator(shop, writer, MODES[mode], rng)
    rotator.start()
    kills = tormented(shop, seconds, rng)
    turns, written = rotator.end(), writer.end()
    assert not rotator.trouble
    with shop.serving() as daemon:
        found = settled(shop, written, daemon, SETTLING)
    with shop.serving() as daemon:
        again = settled(shop, written, daemon, 0)
    record_property(
        "accounting",
        f"{mode:14}{'yes' if events else 'no':>7}{written:>9}{turns:>10}{kills:>9}"
        f"{found.missing:>9}{found.on_disk:>15}{found.lost:>19}{found.twice:>12}",
    )
    assert found.clean, found
    assert again.clean, again
    assert again.counters["lost_generations"] == 0
