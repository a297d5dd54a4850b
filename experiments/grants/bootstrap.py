"""Standard errors by resampling recipients: all rows of a recipient come together.

The Poisson bootstrap draws for each recipient how often it enters a replicate, from Poisson(1);
with a thousand recipients it equals drawing with replacement (Hanley & MacGibbon 2006, Computer
Methods and Programs in Biomedicine 83). Draws are a hash of the recipient and the replicate, so
that the order of the file changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from simulator.randomness import Randomness, identity

Statistics = Mapping[str, float]
SEED: Final = 2026
REPLICATES: Final = 200


@dataclass(frozen=True)
class Value:
    """An estimate, its standard error (NaN where it has none) and the rows it rests on."""

    value: float
    standard_error: float
    n: int


def with_errors(
    table: pd.DataFrame,
    statistics: Callable[[pd.DataFrame], Statistics],
    counts: Callable[[pd.DataFrame], Mapping[str, int]] | None = None,
) -> dict[str, Value]:
    """Statistics of a table with standard errors over resampled values of its `recipient`.

    What the table is too small for (not a number) is left out, and what no resampling moves (a
    share of none or of all) has no standard error. `counts` gives the rows behind a statistic
    where they are not all of the table.
    """
    estimates = statistics(table)
    position, recipients = pd.factorize(table["recipient"])
    ids = np.array([identity(name) for name in recipients], dtype=np.uint64)
    ones = np.ones(len(ids))
    draws = Randomness(SEED, 0)
    drawn: dict[str, list[float]] = {name: [] for name in estimates}
    for replicate in range(REPLICATES):
        times = draws.poisson("bootstrap", replicate, ids, ones)
        if not times.any():
            continue
        sample = table.take(np.repeat(np.arange(len(table)), times[position]))
        for name, value in statistics(sample).items():
            drawn[name].append(value)
    known = counts(table) if counts else {}
    return {
        name: Value(value, _deviation(drawn[name]), known.get(name, len(table)))
        for name, value in estimates.items()
        if np.isfinite(value)
    }


def _deviation(values: list[float]) -> float:
    deviation = float(np.nanstd(values, ddof=1))
    return deviation if deviation > 0 else math.nan
