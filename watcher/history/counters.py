"""What became of the lines of a log: outsiders check our accounting by these numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Counters:
    """What became of the lines since the log was first seen; they never go back."""

    lines: int = 0  # complete lines consumed
    samples: int = 0  # lines that gave a value, or were counted
    bad: int = 0  # lines refused, too long ones included
    late: int = 0  # samples older than anything that is remembered
    skewed: int = 0  # samples too far ahead of the clock
    lost_generations: int = 0
    bytes: int = 0

    def told(self) -> dict[str, int]:
        """By name, as the contract has them."""
        return {name: getattr(self, name) for name in self.__slots__}
