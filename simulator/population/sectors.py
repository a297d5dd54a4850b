"""Sector of each organisation: the larger it is, the likelier the sectors of large budgets.

The sector table gives a share of organisations and a share of budgets. A multinomial logit in
the logarithm of the budget reproduces both; above 10 M€ the odds stay what they are at 10 M€.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.population.tables import SectorMix

Floats = NDArray[np.float64]

_FLAT_BELOW, _FLAT_ABOVE = 20e3, 10e6


def _log_size(budget: Floats) -> Floats:
    return np.log(np.clip(budget, _FLAT_BELOW, _FLAT_ABOVE) / 130e3)


def _odds(constant: Floats, slope: Floats, budget: Floats) -> Floats:
    score = constant + slope * _log_size(budget)[:, None]
    score -= score.max(axis=1, keepdims=True)
    odds = np.exp(score)
    return odds / odds.sum(axis=1, keepdims=True)


def fit_sector_odds(budgets: Floats, mix: SectorMix) -> tuple[Floats, Floats]:
    """Constants and slopes (10,) such that the shares of organisations and budgets hold.

    `budgets`: every organisation of the country, decreasing.
    """
    # A few hundred groups of neighbours describe the law well enough.
    edges = np.unique(np.geomspace(1, len(budgets) + 1, 500).astype(np.int64)) - 1
    count = np.diff(edges).astype(np.float64)
    euros = np.add.reduceat(budgets, edges[:-1])
    middle = euros / count
    constant, slope = np.log(mix.organisations), np.zeros(len(mix.budget))
    for _ in range(400):
        odds = _odds(constant, slope, middle)
        by_count = np.log(mix.organisations / np.einsum("i,ij->j", count, odds) * count.sum())
        by_euros = np.log(mix.budget / np.einsum("i,ij->j", euros, odds) * euros.sum())
        constant += by_count
        slope += 0.3 * (by_euros - by_count)
        if max(np.abs(by_count).max(), np.abs(by_euros).max()) < 1e-7:
            break
    return constant, slope


def sector_odds(budgets: Floats, coefficients: tuple[Floats, Floats]) -> Floats:
    """(N, 10) probability of each sector given the budget."""
    return _odds(*coefficients, budgets)
