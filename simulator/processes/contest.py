"""The ranking engine shared by calls for projects, corporate patrons and foundations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.compiled import clip, kernel
from simulator.ranking import best_of_groups

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@kernel
def fund_best(pot: Floats, group: Integers, ask: Floats, weight: Floats, score: Floats) -> Floats:
    """Fund applicants of each group by falling score until its pot is spent.

    `pot` (groups,) euros; `group`, `ask` (euros per organisation), `weight` and `score` have one
    entry per applicant; equal scores rank in the order given. The marginal applicant is funded in
    part, so that weighted rows leave no residue. Returns the award per organisation, in the order
    given.
    """
    award = np.zeros(len(ask))
    ranked, start = best_of_groups(group, score, np.full(len(pot), len(group)))
    total = 0.0
    for g in range(len(pot)):
        before = total
        for place in range(start[g], start[g + 1]):
            i = ranked[place]
            asked = weight[i] * ask[i]
            total += asked
            if place == start[g]:
                before = total - asked
            left = pot[g] - (total - asked - before)
            award[i] = clip(left / weight[i], 0.0, ask[i])
    return award
