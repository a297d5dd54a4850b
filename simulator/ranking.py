"""Orders of rows by a priority, within groups."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def falling(priority: NDArray[np.float64]) -> NDArray[np.intp]:
    """Positions by falling priority, equals in their own order."""
    keys = -priority
    order = np.argsort(keys)
    ranked = keys[order]
    # The quick sort is twice as fast, and the same where no two are equal.
    if (ranked[1:] == ranked[:-1]).any():
        return np.argsort(keys, kind="stable")
    return order


def within_groups(group: NDArray[np.int64], priority: NDArray[np.float64]) -> NDArray[np.intp]:
    """Positions by rising group (codes below 32,768), inside a group by falling priority."""
    order = falling(priority)
    # Sixteen-bit integers are sorted by radix, in linear time.
    return order[np.argsort(group[order].astype(np.int16), kind="stable")]
