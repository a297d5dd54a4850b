"""Sums of the rows by group: cell, région, sector, pool."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.compiled import kernel

Floats = NDArray[np.float64]


@kernel
def summed(group: NDArray[Any], amount: NDArray[Any], groups: int) -> Floats:
    """Sums of `amount` by group (indices 0..groups−1), (groups,), in the order of the rows."""
    # Neighbours mostly share a group: its sum stays at hand until the next one begins, since each
    # addition would wait for the one before it to come back from memory.
    total = np.zeros(groups)
    present, running = 0, 0.0
    for i in range(len(group)):
        if group[i] != present:
            total[present] = running
            present = group[i]
            running = total[present]
        running += amount[i]
    total[present] = running
    return total


@kernel
def weighted_sums(group: NDArray[Any], weight: Floats, amount: NDArray[Any], groups: int) -> Floats:
    """The same for `weight * amount`."""
    total = np.zeros(groups)
    present, running = 0, 0.0
    for i in range(len(group)):
        if group[i] != present:
            total[present] = running
            present = group[i]
            running = total[present]
        running += weight[i] * amount[i]
    total[present] = running
    return total


@kernel
def sums_of(
    rows: NDArray[np.int64], group: NDArray[Any], weight: Floats, amount: Floats, groups: int
) -> Floats:
    """The same of some rows only, in their order."""
    total = np.zeros(groups)
    present, running = 0, 0.0
    for row in rows:
        if group[row] != present:
            total[present] = running
            present = group[row]
            running = total[present]
        running += weight[row] * amount[row]
    total[present] = running
    return total
