"""The ranking engine shared by calls for projects, corporate patrons and foundations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.compiled import clip, kernel

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_RUN = 64  # applicants ranked by counting the better ones, before runs are merged


@kernel
def fund_best(pot: Floats, group: Integers, ask: Floats, weight: Floats, score: Floats) -> Floats:
    """Fund applicants of each group by falling score until its pot is spent.

    `pot` (groups,) euros; `group`, `ask` (euros per organisation), `weight` and `score` have one
    entry per applicant; equal scores rank in the order given. The marginal applicant is funded in
    part, so that weighted rows leave no residue. Returns the award per organisation, in the order
    given.
    """
    award = np.zeros(len(ask))
    ends = np.zeros(len(pot) + 1, np.int64)
    for i in range(len(group)):
        ends[group[i] + 1] += 1
    for g in range(len(pot)):
        ends[g + 1] += ends[g]
    # Applicants by group; `ends[g]` moves from the start of group g to its end.
    ranked, scores = np.empty(len(group), np.int64), np.empty(len(group))
    for i in range(len(group)):
        place = ends[group[i]]
        ranked[place], scores[place] = i, score[i]
        ends[group[i]] += 1
    spare, spare_scores = np.empty_like(ranked), np.empty_like(scores)
    start, total = 0, 0.0
    for g in range(len(pot)):
        here = slice(start, ends[g])
        _rank(ranked[here], scores[here], spare[here], spare_scores[here])
        before = total
        for place in range(start, ends[g]):
            i = ranked[place]
            asked = weight[i] * ask[i]
            total += asked
            if place == start:
                before = total - asked
            left = pot[g] - (total - asked - before)
            award[i] = clip(left / weight[i], 0.0, ask[i])
        start = ends[g]
    return award


@kernel
def _rank(order: Integers, keys: Floats, old_order: Integers, old_keys: Floats) -> None:
    """Sort an order by falling keys, both in place, equals as they were; `old_`: room for it."""
    size = len(order)
    old_keys[:], old_order[:] = keys, order
    for low in range(0, size, _RUN):
        run = old_keys[low : low + _RUN]
        for i in range(len(run)):
            place = low
            for j in range(len(run)):
                place += run[j] > run[i]
            for j in range(i):
                place += run[j] == run[i]
            keys[place], order[place] = run[i], old_order[low + i]
    width = _RUN
    while width < size:
        old_keys[:], old_order[:] = keys, order
        for low in range(0, size, 2 * width):
            middle, high = min(low + width, size), min(low + 2 * width, size)
            one, other = low, middle
            for place in range(low, high):
                first = other == high or (one < middle and old_keys[one] >= old_keys[other])
                source = one if first else other
                keys[place], order[place] = old_keys[source], old_order[source]
                one += first
                other += not first
        width *= 2
