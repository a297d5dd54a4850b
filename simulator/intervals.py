"""Intervals over replicates and over draws of the parameters.

The replicate is the unit of analysis: organisations of one replicate share shocks, and an
interval that pools them covers half of what it says.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.special import stdtrit

CONFIDENCE: Final = 0.90
QUANTILE_BAND_FROM: Final = 50  # replicates; below it a 5 % quantile is mostly noise


def student(values: np.ndarray, axis: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean and 90 % t interval over an axis; with one value the interval is not a number."""
    count = values.shape[axis]
    mean = values.mean(axis=axis)
    if count < 2:
        nothing = np.full_like(mean, np.nan)
        return mean, nothing, nothing
    half = stdtrit(count - 1, 0.5 + CONFIDENCE / 2) * values.std(axis=axis, ddof=1) / np.sqrt(count)
    return mean, mean - half, mean + half


def band(values: np.ndarray, axis: int = 0) -> dict[str, np.ndarray]:
    """Spread of outcomes: median, 50 % and 90 % bands, or the range under 50 replicates."""
    if values.shape[axis] >= QUANTILE_BAND_FROM:
        low, low_50, median, high_50, high = np.quantile(
            values, [0.05, 0.25, 0.5, 0.75, 0.95], axis=axis
        )
    else:
        low, high = values.min(axis=axis), values.max(axis=axis)
        low_50, median, high_50 = np.quantile(values, [0.25, 0.5, 0.75], axis=axis)
    return {"median": median, "low": low, "high": high, "low_50": low_50, "high_50": high_50}


def band_kind(replicates: int) -> str:
    """`quantiles` (5–95 %) from 50 replicates, `range` (lowest to highest) below."""
    return "quantiles" if replicates >= QUANTILE_BAND_FROM else "range"
