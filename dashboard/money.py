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
from simulator.compare import unit_positions
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
    quarters = 4 * len(years(results))
    table = results.flows
    labels = [quarter_index(str(label)) for label in table["quarter"].cat.categories]
    quarter = np.array([*labels, -1])[table["quarter"].cat.codes]  # a null one comes before all
    kept = (table["scenario"] == scenario).to_numpy() & (quarter >= 0) & (quarter < quarters)
    table, quarter = table[kept], quarter[kept]
    unit = unit_positions(table, results.units)
    names = [table[name].cat for name in KEYS]
    sizes = [len(name.categories) for name in names]
    combined = np.ravel_multi_index([name.codes.to_numpy() for name in names], sizes)
    present, kind = np.unique(combined, return_inverse=True)
    parts = np.unravel_index(present, sizes)
    flows: list[Flow] = [
        (str(flow), str(payer), str(receiver))
        for flow, payer, receiver in zip(
            *(name.categories[part] for name, part in zip(names, parts, strict=True)), strict=True
        )
    ]
    real = table["amount"].to_numpy(float) / _prices(results, scenario, quarters)[unit, quarter]
    shape = len(years(results)), len(results.units), len(flows)
    cell = np.ravel_multi_index((quarter // 4, unit, kind), shape)
    euros = np.bincount(cell, real, math.prod(shape)).reshape(shape)
    return tuple(flows), euros


def _prices(results: Results, scenario: str, quarters: int) -> np.ndarray:
    """(units, quarters) price level of each world, 1 in 2025."""
    made = scenario_as_run(results, scenario)
    run = len(results.quarters) - 1  # the first one is the base
    of_draw = {
        draw: price_levels(made, parameters_as_run(results, draw), run)[:quarters]
        for draw in {unit[0] for unit in results.units}
    }
    return np.stack([of_draw[unit[0]] for unit in results.units])
