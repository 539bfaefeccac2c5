"""What the steps from one time to the next tell of the order of day and month.

Read in the wrong order, the days of a month are the months of a year: at each midnight there is
a month without a line.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise

from watcher.parse.timeformat import Stamp

DAY = 86_400.0  # seconds
NEAR = 7 * DAY  # of the file's mtime: its newest line was written then
HYPHEN, BEGIN = b"-", 3  # bytes, in which the first two numbers of a day are parted
SEVERAL = 2  # times of one day; of days that have one each nobody can tell


def likely(orders: Sequence[str], stamps: Sequence[Stamp]) -> Sequence[str]:
    """The likelier first: where hyphens part day and month, the day is before the month."""
    if any(HYPHEN in stamp[0][:BEGIN] for stamp in stamps[:1]):
        return sorted(orders, key=lambda order: order.startswith("m"))
    return orders


def doubt(times: Sequence[float], modified: float, of_years: bool) -> tuple[float, ...]:
    """The less, the likelier: no instant, going back, future, far from the mtime, a gap, years.

    A year of two digits is none of long ago where another order gives a later one.
    """
    real = [time for time in times if time == time]
    newest = real[-1] if real else math.inf
    back = sum(after < before - DAY for before, after in pairwise(real))
    ahead, far = newest > modified + DAY, abs(newest - modified) > NEAR
    later = -datetime.fromtimestamp(newest, UTC).year if of_years and real else 0
    return len(times) - len(real), back, ahead, far, round(longest_step(real)), later


def longest_step(times: Sequence[float]) -> float:
    """Seconds between two neighbours, at most; 0 where all steps may be days, or months."""
    days = {time // DAY for time in times}
    if SEVERAL * len(days) > len(times):
        return 0.0
    return max((after - before for before, after in pairwise(times)), default=0.0)
