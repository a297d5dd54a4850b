"""What screens need of one world, and nothing else: a few kilobytes instead of a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.money import CASH
from simulator import codes
from simulator.accounts import ORGANISATIONS
from simulator.as_run import price_levels
from simulator.indicators import HEADLINES
from simulator.parameters import Parameters
from simulator.recording import RunRecord
from simulator.scenario import Scenario
from simulator.trajectories import BASE_QUARTER, Run, dimension_columns

Floats = NDArray[np.float64]
FAMILY_CODES = {
    "sector": codes.SECTORS, "size": codes.SIZES, "funding_profile": codes.FUNDING_PROFILES,
}  # fmt: skip


@dataclass(frozen=True)
class FamilyReading:
    """Organisations of 2025 of a family: rows, and share still there at the end of quarters."""

    rows: int
    survival: Floats  # (quarters,)


@dataclass(frozen=True)
class Reading:
    """One world up to the end of a round.

    values: headline indicator → (quarters,), the first of 2025Q4. paid: payer → (years,) euros of
    2025, from 2026 on.
    """

    values: Mapping[str, Floats]
    families: Mapping[str, FamilyReading]
    paid: Mapping[str, Floats]


def reading_of(
    record: RunRecord,
    scenario: Scenario,
    parameters: Parameters,
    families: Mapping[str, Mapping[str, str]],
) -> Reading:
    """The reading of a record; `families`: role → dimension → code."""
    run = Run(scenario.id, 0, 0, record)
    columns = dimension_columns([run], "all", HEADLINES)
    return Reading(
        {code: np.asarray(columns[code], float) for code in HEADLINES},
        {role: family_survival(record, given) for role, given in families.items()},
        paid_by_year(record, scenario, parameters),
    )


def family_survival(record: RunRecord, given: Mapping[str, str]) -> FamilyReading:
    """Survival of the organisations that had these codes in 2025, absorbed ones as gone."""
    lives = record.lifetimes
    mine = lives["entry_quarter"] <= BASE_QUARTER
    for dimension, code in given.items():
        mine = mine & (lives[dimension] == FAMILY_CODES[dimension].index(code))
    weight = lives["weight"][mine]
    gone = np.where(lives["exit_cause"] < 0, np.iinfo(np.int32).max, lives["exit_quarter"])[mine]
    if not len(weight):
        return FamilyReading(0, np.full(len(record.quarters["all"]), np.nan))
    there = [float(weight[gone > quarter].sum()) for quarter in record.quarters["all"]]
    return FamilyReading(len(weight), np.array(there) / float(weight.sum()))


def paid_by_year(
    record: RunRecord, scenario: Scenario, parameters: Parameters
) -> dict[str, Floats]:
    """What each account paid in each whole year, and organisations out of their cash.

    As `dashboard.money` adds it up over the flows of results.
    """
    quarters = 4 * (int(record.quarters["all"][-1] + 1) // 4)
    flows = record.flows
    quarter = flows["quarter"].astype(np.int64)
    kept = (quarter >= 0) & (quarter < quarters)
    quarter, years = quarter[kept], quarters // 4
    real = flows["amount"][kept] / price_levels(scenario, parameters, quarters)[quarter]
    payer, receiver = flows["from"][kept], flows["to"][kept]

    def by_year(chosen: NDArray[np.bool_]) -> Floats:
        return np.bincount(quarter[chosen] // 4, real[chosen], years).astype(float)

    paid = {str(one): by_year(payer == one) for one in np.unique(payer) if one != ORGANISATIONS}
    paid[CASH] = by_year(payer == ORGANISATIONS) - by_year(receiver == ORGANISATIONS)
    return paid
