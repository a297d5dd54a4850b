"""Public funders: one agent per level and région, and the votes of its nodes (P1).

A node is what a funder gives in one cell. It votes each year under three instruments: grants,
procurement, regulated tariffs.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import mesa

from tests.reference.rules import selects

if TYPE_CHECKING:
    from simulator.levers.effects import VoteChange
    from tests.reference.mesa_twin import TwinModel
    from tests.reference.organisation import Organisation
    from tests.reference.territory import Cell

GRANTS, PROCUREMENT, TARIFFS = 0, 1, 2
INSTRUMENTS = (GRANTS, PROCUREMENT, TARIFFS)
PUBLICISED_CUT = 0.10
CRISIS_QUARTERS = 2
GROWTH = (
    ("grant_growth", "indexation_grants"),
    ("procurement_growth", "indexation_procurement"),
    ("tariff_growth", "indexation_tariffs"),
)


class Node:
    """Votes of one funder in one cell; lists by instrument."""

    def __init__(
        self, level: int, cell: Cell, base: list[float], voted: list[float], previous: list[float],
        calls_pot_2025: float,
    ):  # fmt: skip
        self.level, self.cell = level, cell
        self.base = base  # vote without levers
        self.voted, self.previous = voted, previous
        self.carved = [0.0] * 3  # change that follows organisations chosen by form or size
        self.carved_year = [0.0] * 3
        self.late = 0  # quarters by which the grants vote is late
        self.pending = 0.0  # grants voted, not yet opened
        self.instalments = 0.0  # paid under agreements before a late vote opens
        self.calls_pot = 0.0
        self.calls_pot_2025 = calls_pot_2025

    def growth(self, model: TwinModel) -> list[float]:
        """Nominal growth of the votes before cuts: inflation beyond the usual is passed in part."""
        terms, level = self.cell.terms, self.level
        inflation, usual = model.terms.inflation, model.rules.usual("inflation")
        found = []
        for name, index in GROWTH:
            passed = getattr(terms, index)[level] * inflation
            passed -= model.rules.parameters.number(index) * usual
            found.append(getattr(terms, name)[level] + passed)
        return found

    def waits(self, quarter: int) -> int:
        """Quarters until a late vote opens; 0 once it is open."""
        return max(self.late - quarter % 4, 0)

    def real_growth(self, inflation: float) -> float:
        """Real growth of the grants vote over a year."""
        before = self.previous[GRANTS]
        grown = self.voted[GRANTS] / before if before > 0 else 1.0
        return grown / (1.0 + inflation) - 1.0

    def vote(self, growth: list[float], factor: list[float]) -> None:
        """The base grows; the vote is the base as levers change it."""
        for instrument in INSTRUMENTS:
            self.base[instrument] *= 1.0 + growth[instrument]
            self.carved[instrument] *= 1.0 + growth[instrument]
            voted = self.base[instrument] * factor[instrument] + self.carved[instrument]
            self.voted[instrument] = max(voted, 0.0)

    def carve(self, instrument: int, amount: float) -> None:
        """Change the vote by what organisations of the cell gained or lost."""
        self.carved[instrument] += amount
        self.carved_year[instrument] += amount
        self.voted[instrument] = max(self.voted[instrument] + amount, 0.0)


class Funder(mesa.Agent):
    """A funder level in a région: the State, a région, its départements, its communes…"""

    model: TwinModel

    def __init__(self, model: TwinModel, level: int, region: int, nodes: list[Node]) -> None:
        super().__init__(model)
        self.level, self.region, self.nodes = level, region, nodes

    def vote(self) -> None:
        """Vote the year's budgets, sector by sector."""
        model = self.model
        for node in self.nodes:
            node.previous = list(node.voted)
            node.carved_year = [0.0] * 3
            node.baseline = node.growth(model)
            growth, factor = list(node.baseline), [1.0] * 3
            place = (self.region, node.cell.sector, None, None, frozenset())
            for change in model.effects.votes:
                if change.selector.divides_cells:
                    continue
                if selects(change.selector, self.level, place):
                    override = planned_growth(change, model.quarter)
                    for instrument in change.instruments:
                        factor[instrument] *= mean_factor(change, model.quarter)
                        if not math.isnan(override):
                            growth[instrument] = override
            node.vote(growth, factor)
            node.voted_growth = growth


def mean_factor(change: VoteChange, quarter: int) -> float:
    """A change inside a year weighs by its quarters."""
    path = change.factor[quarter : quarter + 4]
    return float(sum(path) / len(path)) if len(path) else float(change.factor[-1])


def planned_growth(change: VoteChange, quarter: int) -> float:
    """The whole growth of the year's vote, where a lever sets it; else nan."""
    year = quarter // 4
    return float(change.growth[year]) if year < len(change.growth) else math.nan


def vote(model: TwinModel) -> None:
    """Votes of the year, in the first quarter."""
    if model.quarter % 4 != 0:
        return
    for funder in model.funders:
        funder.vote()
    for index, change in enumerate(model.effects.votes):
        if change.selector.divides_cells:
            _change_chosen(model, index, change)
    for node in model.nodes:
        moved = node.voted[GRANTS] * node.cell.terms.procurement_conversion[node.level]
        node.voted[GRANTS] -= moved
        node.voted[PROCUREMENT] += moved
        late = round(node.cell.terms.late_vote_quarters[node.level])
        node.late = min(max(late, 0), 3)
    _publicise(model)


def _publicise(model: TwinModel) -> None:
    """A région whose grants fall by a tenth in real terms is in publicised crisis."""
    now, before = [0.0] * len(model.crisis), [0.0] * len(model.crisis)
    for node in model.nodes:
        now[node.cell.region] += node.voted[GRANTS]
        before[node.cell.region] += node.previous[GRANTS]
    # A cut of exactly a tenth is none; rounding must not decide.
    usual = (1.0 - PUBLICISED_CUT - 1e-9) * (1.0 + model.terms.inflation)
    for region, euros in enumerate(now):
        if euros < usual * before[region]:
            model.crisis[region] = CRISIS_QUARTERS


class Chosen:
    """What a lever limited to forms or sizes did so far."""

    def __init__(self) -> None:
        self.factor = 1.0
        self.taken: dict[tuple[int, int, int], float] = {}  # money cut to nothing, to give back


def _change_chosen(model: TwinModel, index: int, change: VoteChange) -> None:
    """Chosen organisations gain or lose, and the vote of their cell by the same euros."""
    past = model.chosen.setdefault(index, Chosen())
    before, after = past.factor, mean_factor(change, model.quarter)
    override = planned_growth(change, model.quarter)
    kept: dict[tuple[int, int, int], float] = {}
    for org in model.organisations:
        for instrument in change.instruments:
            for level in range(6):
                if not selects(change.selector, level, org.place):
                    continue
                node, key = org.cell.nodes[level], (org.uid, instrument, level)
                now = _yearly(org, instrument, level)
                if before > 0:
                    gain = now * (after / before - 1.0)
                    if after == 0:
                        kept[key] = now / before
                else:
                    gain = past.taken.get(key, 0.0) * after if now == 0 else 0.0
                    if after == 0:
                        kept[key] = past.taken.get(key, 0.0)
                if not math.isnan(override):
                    usual = 1.0 + node.voted_growth[instrument]
                    gain += (now + gain) * ((1.0 + override) / usual - 1.0)
                if gain:
                    _line(org, instrument, level).yearly += gain
                    node.carve(instrument, org.weight * gain)
    past.factor, past.taken = after, kept


def _yearly(org: Organisation, instrument: int, level: int) -> float:
    line = (org.grants, org.contracts, org.tariffs)[instrument].get(level)
    return line.yearly if line else 0.0


def _line(org, instrument: int, level: int):
    if instrument == GRANTS:
        return org.grant_from(level)
    if instrument == PROCUREMENT:
        return org.contract_with(level)
    return org.tariffs[level]
