"""Multi-year agreements (CPO) already running at the start."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.codes import LEVELS
from simulator.population.draws import Draws

Floats = NDArray[np.float64]
LONGEST = 3  # years left, uniform from 1


def agreement_years(
    grants: Floats, weight: Floats, share: float, threshold: float, draws: Draws
) -> NDArray[np.int8]:
    """(6, N) years left, 0 where there is no agreement.

    Only grants above `threshold` (23 k€, the legal duty to sign a convention) are eligible;
    `share` of each level's grant euros is under agreement, to within one grant.
    """
    years = np.zeros(grants.shape, dtype=np.int8)
    for level, name in enumerate(LEVELS):
        euros = weight * grants[level]
        eligible = grants[level] > threshold
        draw = draws.uniform(f"agreement {name}")
        order = np.argsort(np.where(eligible, draw, 2.0), kind="stable")
        reached = np.cumsum(euros[order])
        wanted = share * euros.sum()
        # A grant that would overshoot by more than it fills is left out.
        signed = (reached - euros[order] / 2 <= wanted) & eligible[order]
        rows = order[signed]
        years[level, rows] = 1 + np.floor(LONGEST * draws.uniform(f"years left {name}")[rows])
    return years
