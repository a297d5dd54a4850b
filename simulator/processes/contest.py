"""The ranking engine shared by calls for projects, corporate patrons and foundations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.ranking import within_groups

Floats = NDArray[np.float64]


def fund_best(
    pot: Floats, group: NDArray[np.int64], ask: Floats, weight: Floats, score: Floats
) -> Floats:
    """Fund applicants of each group by falling score until its pot is spent.

    `pot` (groups,) euros; `group`, `ask` (euros per organisation), `weight` and `score` have one
    entry per applicant. The marginal applicant is funded in part, so that weighted rows leave no
    residue. Returns the award per organisation, in the order given.
    """
    award = np.zeros(len(ask))
    if not len(ask):
        return award
    order = within_groups(group, score)
    ranked_group = group[order]
    asked = weight[order] * ask[order]
    total = np.cumsum(asked)
    starts = np.flatnonzero(np.r_[True, ranked_group[1:] != ranked_group[:-1]])
    sizes = np.diff(np.r_[starts, len(order)])
    before = np.repeat(total[starts] - asked[starts], sizes)
    left = pot[ranked_group] - (total - asked - before)
    award[order] = np.clip(left / weight[order], 0.0, ask[order])
    return award
