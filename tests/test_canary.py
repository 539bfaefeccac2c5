"""Whether events still arrive."""

from __future__ import annotations

from watcher.follow.canary import PATIENCE, PERIOD, Canary


class Cage:
    """Counts the songs of a canary."""

    def __init__(self) -> None:
        self.songs = 0
        self.canary = Canary(self.sing)

    def sing(self) -> None:
        self.songs += 1


def test_a_canary_that_is_heard_sings_once_in_a_while() -> None:
    cage = Cage()
    for clock in range(int(3 * PERIOD)):
        assert not cage.canary.lost(float(clock))
        cage.canary.heard = True

    assert cage.songs == 3
    assert cage.canary.lag == 1.0


def test_a_canary_that_is_not_heard_sings_twice_and_is_lost() -> None:
    cage = Cage()
    assert not cage.canary.lost(0.0)
    assert not cage.canary.lost(PATIENCE)
    assert not cage.canary.lost(PATIENCE + 1)
    assert not cage.canary.well
    assert cage.canary.lost(2 * PATIENCE)
    assert cage.songs == 2


def test_a_machine_that_slept_has_lost_no_canary() -> None:
    """Case 68."""
    cage = Cage()
    cage.canary.lost(0.0)
    assert not cage.canary.lost(3600.0)
    cage.canary.heard = True

    assert not cage.canary.lost(3601.0)
    assert cage.canary.well
