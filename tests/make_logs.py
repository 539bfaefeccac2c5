"""Makes the sample logs in `logs/`, the same ones every time: python tests/make_logs.py logs"""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

SEED = 2005  # the year of the tutorial
FIVE_MINUTES_A_DAY = 288
HALF_HOURS_A_MONTH = 48 * 30


def smooth_day() -> Iterator[int]:
    """Bandwidth of an office line in Mbit/s: asleep at night, a dip at lunch, a long evening."""
    rng, wander = random.Random(SEED + 1), 0.0
    for n in range(FIVE_MINUTES_A_DAY):
        hour = n / 12
        day = 150 * math.exp(-(((hour - 11) / 3.2) ** 2)) + 130 * math.exp(
            -(((hour - 16) / 3) ** 2)
        )
        evening = 60 * math.exp(-(((hour - 20.5) / 1.6) ** 2))
        wander = 0.9 * wander + rng.gauss(0, 3)
        yield max(4, round(22 + day + evening + wander))


def spiky_day() -> Iterator[int]:
    """Requests a second of a shop: a calm floor, bursts when a newsletter goes out."""
    rng, burst = random.Random(SEED + 2), 0.0
    for n in range(430):
        if rng.random() < 0.025:
            burst = rng.uniform(80, 260)
        burst *= 0.72
        yield round(18 + 9 * math.sin(n / 60) + burst + rng.expovariate(1 / 6))


def idle_stretches() -> Iterator[int]:
    """Jobs in a queue: batches that work off, and nothing in between."""
    rng, queue, pause = random.Random(SEED + 3), 0, 0
    for _ in range(360):
        if queue <= 0 and pause <= 0:
            queue, pause = rng.randint(40, 120), rng.randint(8, 40)
        if queue > 0:
            yield queue
            queue -= rng.randint(2, 9)
        else:
            pause -= 1
            yield 0


def greenhouse() -> Iterator[str]:
    """Degrees in a greenhouse, every half hour for a month, with a time in front."""
    rng, at, degrees, cloud = random.Random(SEED + 4), datetime(2026, 10, 22, tzinfo=UTC), 14.0, 0.4
    for n in range(HALF_HOURS_A_MONTH):
        hour = n % 48 / 2
        if hour == 0:
            cloud = min(1.0, max(0.1, cloud + rng.gauss(0, 0.25)))
        sun = max(0.0, math.sin((hour - 7) / 10 * math.pi)) if 7 < hour < 17 else 0.0
        degrees += 0.3 * (12 + 17 * sun * (1.2 - cloud) - degrees) + rng.gauss(0, 0.3)
        yield f"{at + timedelta(minutes=30 * n):%Y-%m-%dT%H:%M:%SZ} {degrees:.2f}"


def main(folder: Path) -> None:
    """Write the four logs."""
    logs = {
        "log1.txt": smooth_day(),
        "log2.txt": spiky_day(),
        "log3.txt": idle_stretches(),
        "greenhouse.log": greenhouse(),
    }
    for name, lines in logs.items():
        (folder / name).write_text("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
