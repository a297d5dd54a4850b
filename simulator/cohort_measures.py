"""Facts that only a shock or organisations followed year by year can show.

All of them are held out: nothing is tuned or accepted on what these functions return.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.codes import SIZES
from simulator.evidence import Evidence, NotMeasured

Floats = NDArray[np.float64]

FALL_WITHIN: Final = 20  # quarters
# Yearly change of public money, as a ratio, that makes a year unstable (judgement).
UNSTABLE: Final = 1.2
# Less public money than this share of revenue is no funding that could be unstable (judgement).
PUBLIC_MATTERS: Final = 0.10
# Lengths of a spell of unstable years that count as short, middle and long (judgement).
SHORT, MIDDLE, LONG = (1, 1), (2, 3), (4, 99)
# Mid-sized: 50 to 500 k€ a year (judgement; the shrinking middle of T2-066).
MIDDLE_SIZES: Final = ("S", "M")
AUSTERITY_YEARS: Final = 5


# -- jobs after a shock ---------------------------------------------------------------------


def four_quarter_falls(evidence: Evidence, shocked: str, reference: str) -> Floats:
    """Change of jobs of associations over four quarters, for windows that end in quarters 4 to 20.

    Of jobs under the shock over those of the reference, so that growth without shock is left out.
    """
    for scenario in (shocked, reference):
        evidence.need(scenario, FALL_WITHIN)
    under, without = (
        evidence.series(scenario, "form", "ASSO", "jobs_fte")[: FALL_WITHIN + 1]
        for scenario in (shocked, reference)
    )
    kept = under / without
    return np.asarray(kept[4:] - kept[:-4])


def steepest_fall_lag(evidence: Evidence, shocked: str, reference: str) -> float:
    """Quarters from the start of the shock to the end of the steepest fall over four quarters.

    4 is a fall in the first year. A lasting cut has no lowest point within five years: the fact
    itself is about four quarters.
    """
    return float(four_quarter_falls(evidence, shocked, reference).argmin()) + 4


def steepest_fall(evidence: Evidence, shocked: str, reference: str) -> float:
    """Jobs lost in those four quarters, as a share (negative)."""
    return float(four_quarter_falls(evidence, shocked, reference).min())


# -- unstable funding -----------------------------------------------------------------------


def hazard_by_spell(evidence: Evidence, scenario: str) -> tuple[Floats, Floats]:
    """Yearly exits and organisations at risk by length of spell, weighted, (years + 1,) each.

    A year is unstable where public money rose or fell by a fifth or more, for organisations that
    draw at least a tenth of their revenue from it; a spell is a run of unstable years up to the
    one before the exit. Entry 0 counts those whose last year was stable.
    """
    ends = evidence.year_ends(scenario)
    if len(ends) < 3:
        raise NotMeasured("il faut suivre trois années", "needs three years to be followed")
    exits, at_risk = np.zeros(len(ends)), np.zeros(len(ends))
    length = np.zeros(len(ends[0].uid), dtype=np.int64)
    for before, now, after in zip(ends, ends[1:], ends[2:], strict=False):
        row = _places(before.uid, now.uid)
        seen = row >= 0
        then = np.where(seen, before.public[row], 0.0)
        highest, lowest = np.maximum(then, now.public), np.minimum(then, now.public)
        counted = seen & (highest >= PUBLIC_MATTERS * np.maximum(now.revenue, 1.0))
        unstable = counted & (highest >= UNSTABLE * lowest)
        length = np.where(unstable, np.where(seen, length[row], 0) + 1, 0)
        gone = _places(after.uid, now.uid) < 0
        at_risk += np.bincount(length[counted], now.weight[counted], len(ends))
        exits += np.bincount(length[counted], (now.weight * gone)[counted], len(ends))
    return exits, at_risk


def _places(among: NDArray[np.uint64], wanted: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Position of each wanted identity, −1 where it is not there."""
    order = np.argsort(among)
    place = np.minimum(np.searchsorted(among, wanted, sorter=order), len(order) - 1)
    row = order[place]
    return np.where(among[row] == wanted, row, -1)


def hazard_bulge(evidence: Evidence, scenario: str) -> float:
    """Hazard of spells of 2 or 3 years less the higher of those of 1 and of 4 and more years.

    Above zero, the hazard rises then falls with the length of the spell: an inverted U.
    """
    exits, at_risk = hazard_by_spell(evidence, scenario)

    def hazard(lengths: tuple[int, int]) -> float:
        chosen = slice(lengths[0], lengths[1] + 1)
        if not at_risk[chosen].sum():
            raise NotMeasured("aucune période aussi longue", "no spell is that long")
        return float(exits[chosen].sum() / at_risk[chosen].sum())

    return hazard(MIDDLE) - max(hazard(SHORT), hazard(LONG))


# -- austerity ------------------------------------------------------------------------------


def _income_lost(
    evidence: Evidence, austere: str, reference: str, chosen: NDArray[np.bool_], column: str
) -> float:
    """Share of the income of some groups of the initial cohort lost to austerity, five years on.

    What closed has no income left. `chosen`: by code of the column (`size` or `region`).
    """
    kept = []
    for scenario in (austere, reference):
        evidence.need(scenario, 4 * AUSTERITY_YEARS)
        end = evidence.year_ends(scenario)[AUSTERITY_YEARS]
        rows = end.initial & chosen[getattr(end, column)]
        kept.append(float(end.weight[rows] @ end.revenue[rows]))
    if not kept[1]:
        raise NotMeasured("un groupe est vide", "a group is empty")
    return 1 - kept[0] / kept[1]


def hollowing_out(evidence: Evidence, austere: str, reference: str) -> float:
    """Income lost by mid-sized organisations less the larger loss of the smaller and the larger."""
    middle = np.array([size in MIDDLE_SIZES for size in SIZES])
    first, last = np.flatnonzero(middle)[[0, -1]]
    codes = np.arange(len(SIZES))

    def lost(chosen: NDArray[np.bool_]) -> float:
        return _income_lost(evidence, austere, reference, chosen, "size")

    return lost(middle) - max(lost(codes < first), lost(codes > last))


def loss_of_poorer_places(evidence: Evidence, austere: str, reference: str) -> float:
    """Income lost in régions poorer than the median one, less that in the less poor.

    Those at the median, among them all whose rate was not found, are in neither group.
    """
    poverty = evidence.population.poverty
    middle = np.median(poverty)
    return _income_lost(evidence, austere, reference, poverty > middle, "region") - _income_lost(
        evidence, austere, reference, poverty < middle, "region"
    )
