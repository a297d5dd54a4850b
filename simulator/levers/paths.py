"""The arithmetic of changes in time: pure functions of the quarter.

Quarter 0 is `2026Q1`. All paths have the shape (quarters,). A change that is null gives exactly
the neutral path, so that a lever that changes nothing leaves every bit of a run as it was.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from simulator import codes


def to_year_end(quarters: int) -> int:
    """Quarters up to the end of the last year begun.

    A vote is that of its whole year, also where a horizon ends inside it: a shorter run is the
    beginning of the longer one.
    """
    return -(-quarters // 4) * 4


def weight(quarters: int, start: int, end: int | None = None, ramp: int = 0) -> np.ndarray:
    """Share of a change in force: 0 before `start`, 1 once the ramp is over, 0 after `end`.

    A ramp of n quarters adds 1/n in each quarter, from `start` on; 0 or 1 is at once.
    """
    quarter = np.arange(quarters, dtype=np.float64)
    steps = max(ramp, 1)
    path = np.clip((quarter - start + 1) / steps, 0.0, 1.0)
    if end is not None:
        path[quarter > end] = 0.0
    return path


def level_path(
    quarters: int, change: float, start: int, end: int | None = None, ramp: int = 0
) -> np.ndarray:
    """Factor of a single change from `start`, undone after `end`."""
    return 1.0 + change * weight(quarters, start, end, ramp)


def compounded_path(
    quarters: int,
    changes: Mapping[int, float],
    start: int = 0,
    end: int | None = None,
    ramp: int = 0,
) -> np.ndarray:
    """Factor of changes by year, each on top of those before; all undone after `end`.

    The change of a year begins with its first quarter, or with `start` if that falls inside it.
    """
    path = np.ones(quarters)
    for year in sorted(changes):
        first = max((year - codes.FIRST_YEAR) * 4, start)
        path *= 1.0 + changes[year] * weight(quarters, first, None, ramp)
    if end is not None:
        path[np.arange(quarters) > end] = 1.0
    return path


def held_path(quarters: int, value: float, start: int, end: int | None = None) -> np.ndarray:
    """A value set from `start` to `end`; nan, which leaves things alone, outside."""
    return np.where(weight(quarters, start, end) > 0.0, value, np.nan)


def yearly_path(
    quarters: int, values: Mapping[int, float], start: int = 0, end: int | None = None
) -> np.ndarray:
    """Values set in the quarters of their years; nan in years left out."""
    path = np.full(quarters, np.nan)
    for year, value in values.items():
        first = (year - codes.FIRST_YEAR) * 4
        path[max(first, 0) : max(first + 4, 0)] = value
    path[weight(quarters, start, end) == 0.0] = np.nan
    return path


def approach(quarters: int, start: int, by: int, end: int | None = None) -> np.ndarray:
    """Share of the way to a target: 0 at `start`, growing evenly, 1 from `by` on, 0 after `end`.

    The target is reached at once where `by` is not after `start`.
    """
    quarter = np.arange(quarters, dtype=np.float64)
    if by <= start:
        path = (quarter >= start).astype(np.float64)
    else:
        path = np.clip((quarter - start) / (by - start), 0.0, 1.0)
    if end is not None:
        path[quarter > end] = 0.0
    return path
