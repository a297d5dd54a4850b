"""Iterative proportional fitting of a table to its margins.

Sums go through `einsum`, here and wherever a population is built: a BLAS product may add in
another order when it has another number of threads, and the bytes would differ.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def _ratio(target: Floats, actual: Floats) -> Floats:
    """target / actual, and 1 where nothing can be scaled."""
    return np.divide(target, actual, out=np.ones_like(target), where=actual > 0)


def rake(
    seed: Floats, row_totals: Floats, column_totals: Floats, *, tolerance: float = 1e-10,
    rounds: int = 2000,
) -> Floats:  # fmt: skip
    """Scale the rows and columns of `seed` (m, n) until both margins hold.

    Ends on a row scaling, so that rows are exact and columns within `tolerance` (relative to
    the grand total) when the zeros of the seed allow both; else after `rounds`.
    """
    column_factor = np.ones(seed.shape[1])
    total = column_totals.sum()
    for _ in range(rounds):
        row_factor = _ratio(row_totals, np.einsum("ij,j->i", seed, column_factor))
        actual = column_factor * np.einsum("i,ij->j", row_factor, seed)
        if np.abs(actual - column_totals).max() <= tolerance * total:
            break
        column_factor *= _ratio(column_totals, actual)
        row_factor = _ratio(row_totals, np.einsum("ij,j->i", seed, column_factor))
    return seed * row_factor[:, None] * column_factor[None, :]
