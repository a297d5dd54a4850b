"""Ties between organisations: a random geometric graph in each région × sector cell."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.codes import N_CELLS, N_REGIONS, N_SECTORS

Floats = NDArray[np.float64]


def tie_radius(region: NDArray[np.int8], sector: NDArray[np.int8], degree: float) -> Floats:
    """(18, 10) distance in the unit square under which two rows of a cell are tied.

    Chosen so that the mean degree is `degree`, borders included; all are tied in cells too
    small for that.
    """
    cell = region.astype(np.int64) * N_SECTORS + sector
    others = np.bincount(cell, minlength=N_CELLS) - 1.0
    chance = np.clip(degree / np.maximum(others, 1e-9), 0, 0.97)
    # Two points of a unit square lie within r with probability πr² − 8r³/3 + r⁴/2 (r ≤ 1).
    low, high = np.zeros(N_CELLS), np.ones(N_CELLS)
    for _ in range(50):
        r = (low + high) / 2
        short = np.pi * r**2 - 8 * r**3 / 3 + r**4 / 2 < chance
        low, high = np.where(short, r, low), np.where(short, high, r)
    radius = np.where(others > degree, (low + high) / 2, np.sqrt(2.0))
    return radius.reshape(N_REGIONS, N_SECTORS)
