"""What the steps from one time to the next tell of the order of day and month.

Read in the wrong order, the days of a month are the months of a year: at each midnight there is
a month without a line.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

DAY = 86_400.0  # seconds
SEVERAL = 2  # times of one day; of days that have one each nobody can tell


def longest_step(times: Sequence[float]) -> float:
    """Seconds between two neighbours, at most; 0 where all steps may be days, or months."""
    days = {time // DAY for time in times}
    if SEVERAL * len(days) > len(times):
        return 0.0
    return max((after - before for before, after in pairwise(times)), default=0.0)
