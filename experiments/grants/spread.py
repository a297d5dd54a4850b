"""Spread of logarithms by their quartiles, which a few wild values do not move."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

# Between the quartiles of a normal law lie 1.349 standard deviations.
_QUARTILES_APART: Final = 1.3489795003921634


def core_spread(values: NDArray[np.float64]) -> float:
    """Standard deviation of the normal law that has the quartiles of `values`; NaN without any."""
    if not len(values):
        return math.nan
    low, high = np.quantile(values, [0.25, 0.75])
    return float((high - low) / _QUARTILES_APART)
