"""Who pays whom in a year: the ledger of the results in euros of 2025, one value per world."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from simulator.accounts import ORGANISATIONS
from simulator.as_run import parameters_as_run, price_levels, scenario_as_run
from simulator.codes import FIRST_YEAR, quarter_index
from simulator.results import Results

Flow = tuple[str, str, str]  # kind, account that pays, account that receives
# Money that stays with organisations, or that they had: closes the year's account.
CASH: Final = "cash"
CASH_CHANGE: Final = "cash_change"
KEYS: Final = ["flow", "from", "to"]


@dataclass(frozen=True)
class YearOfMoney:
    """Flows of one year; euros: (units, flows), of 2025, negative where they go the other way."""

    flows: tuple[Flow, ...]
    euros: np.ndarray

    def total(self, payer: str | None = None, receiver: str | None = None) -> np.ndarray:
        """(units,) euros that an account paid, or received, or both."""
        kept = [
            (payer in (None, p)) and (receiver in (None, r)) for _, p, r in self.flows
        ]  # fmt: skip
        return np.asarray(self.euros[:, kept].sum(axis=1))

    def matched(self, flows: Sequence[Flow]) -> YearOfMoney:
        """The same with other flows, those that did not happen being nothing."""
        place = {flow: i for i, flow in enumerate(self.flows)}
        euros = np.zeros((len(self.euros), len(flows)))
        for i, flow in enumerate(flows):
            if flow in place:
                euros[:, i] = self.euros[:, place[flow]]
        return YearOfMoney(tuple(flows), euros)

    def balanced(self) -> YearOfMoney:
        """With what organisations put aside or took from their cash, so that both sides agree."""
        change = self.total(receiver=ORGANISATIONS) - self.total(payer=ORGANISATIONS)
        return YearOfMoney(
            (*self.flows, (CASH_CHANGE, ORGANISATIONS, CASH)), np.column_stack([self.euros, change])
        )


def years(results: Results) -> list[int]:
    """Whole years that were run."""
    last = quarter_index(results.quarters[-1])
    return [FIRST_YEAR + year for year in range((last + 1) // 4)]


def pair_of_years(
    results: Results, reference: str, scenario: str, year: int
) -> tuple[YearOfMoney, YearOfMoney]:
    """A year of the reference and of a scenario, with the same flows in the same order."""
    found = [year_of_money(results, name, year) for name in (reference, scenario)]
    flows = sorted({flow for one in found for flow in one.flows})
    return found[0].matched(flows).balanced(), found[1].matched(flows).balanced()


def year_of_money(results: Results, scenario: str, year: int) -> YearOfMoney:
    """Flows of a year of a scenario, each quarter in its own prices brought back to 2025."""
    flows, euros = _all_years(results, scenario)
    return YearOfMoney(flows, euros[year - FIRST_YEAR])


@lru_cache(maxsize=64)
def _all_years(results: Results, scenario: str) -> tuple[tuple[Flow, ...], np.ndarray]:
    """Flows of a scenario, and their euros of 2025 (years, units, flows)."""
    quarters, units = 4 * len(years(results)), results.units
    table = results.flows
    table = table[(table["scenario"] == scenario) & table["quarter"].notna()]
    quarter = table["quarter"].map(quarter_index).astype(int).to_numpy()
    inside = (quarter >= 0) & (quarter < quarters)
    table, quarter = table[inside], quarter[inside]
    place = {unit: i for i, unit in enumerate(units)}
    rows = zip(*(table[n].tolist() for n in ("draw", "structure", "replicate")), strict=True)
    unit = np.array([place[row] for row in rows], np.int64)
    named = list(zip(*(table[name].astype(str) for name in KEYS), strict=True))
    flows: tuple[Flow, ...] = tuple(sorted(set(named)))
    column = {flow: i for i, flow in enumerate(flows)}
    real = table["amount"].to_numpy(float) / _prices(results, scenario, quarters)[unit, quarter]
    kind = np.array([column[flow] for flow in named], np.int64)
    shape = len(years(results)), len(units), len(flows)
    cell = np.ravel_multi_index((quarter // 4, unit, kind), shape)
    euros = np.bincount(cell, real, math.prod(shape)).reshape(shape)
    return flows, euros


def _prices(results: Results, scenario: str, quarters: int) -> np.ndarray:
    """(units, quarters) price level of each world, 1 in 2025."""
    made = scenario_as_run(results, scenario)
    run = len(results.quarters) - 1  # the first one is the base
    of_draw = {
        draw: price_levels(made, parameters_as_run(results, draw), run)[:quarters]
        for draw in {unit[0] for unit in results.units}
    }
    return np.stack([of_draw[unit[0]] for unit in results.units])
