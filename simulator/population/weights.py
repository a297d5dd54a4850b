"""Which real organisations a row stands for.

Large organisations are taken one by one, small ones are sampled, so that a failing giant weighs
what it weighs: with equal weights and the true tail, one row moved national revenue by 12 %.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.codes import N_SIZES, size_class

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Organisations above this budget always stand alone, euros of 2025.
ALONE_ABOVE = 50e6
# Largest number of organisations above 10 M€ that one row may stand for.
LARGEST_GIANT_WEIGHT = 2


@dataclass(frozen=True)
class Slices:
    """Rows as consecutive runs of ranked organisations."""

    weight: Floats  # (N,) organisations in the run
    budget: Floats  # (N,) their mean budget
    stratum: NDArray[np.int8]  # (N,) size class of the sampling rate


def slices(budgets: Floats, rates: Integers) -> Slices:
    """Cut decreasing `budgets` into runs of `rates[size class]` organisations (6,)."""
    classes = size_class(budgets)
    lengths, strata = [], []
    for size in range(N_SIZES - 1, -1, -1):
        members = int((classes == size).sum())
        alone = int(((classes == size) & (budgets > ALONE_ABOVE)).sum())
        for count, rate in ((alone, 1), (members - alone, int(rates[size]))):
            if count:
                runs = max(1, round(count / rate))
                bounds = np.round(np.linspace(0, count, runs + 1)).astype(np.int64)
                lengths.append(np.diff(bounds))
                strata.append(np.full(runs, size, dtype=np.int8))
    length = np.concatenate(lengths)
    starts = np.concatenate([[0], np.cumsum(length)[:-1]])
    return Slices(
        weight=length.astype(np.float64),
        budget=np.add.reduceat(budgets, starts) / length,
        stratum=np.concatenate(strata),
    )


def rates_for_rows(budgets: Floats, rates: Integers, rows: int) -> Integers:
    """Scale sampling `rates` (6,) by a common factor so that about `rows` rows come out."""
    counts = np.bincount(size_class(budgets), minlength=N_SIZES)

    def scaled(factor: float) -> Integers:
        new = np.maximum(1, np.round(rates * factor)).astype(np.int64)
        new[-1] = min(new[-1], LARGEST_GIANT_WEIGHT)
        return new

    low, high = 1e-3, 1e4
    for _ in range(60):
        middle = np.sqrt(low * high)
        if np.sum(counts / scaled(middle)) > rows:
            low = middle
        else:
            high = middle
    return scaled(high)
