"""The state from which a twin starts: that of an engine at the end of its burn-in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.codes import N_LEVELS, N_REGIONS, N_SECTORS
from simulator.randomness import cell_ids
from tests.reference.credit import Bank, GuaranteeFund
from tests.reference.entries import NOTHING
from tests.reference.funders import Funder, Node
from tests.reference.giving import Donors, Patrons
from tests.reference.organisation import Organisation
from tests.reference.public_money import Grant, Line
from tests.reference.territory import Cell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.model import EssModel
    from tests.reference.mesa_twin import TwinModel

# Columns of the engine that an organisation takes over under the same name, beside NOTHING.
COLUMNS = (
    "uid", "weight", "region", "sector", "form", "size_entry", "entry_quarter", "budget_entry",
    "tie_x", "tie_y", "vulnerable_share", "user_sales_base", "sales_growth", "need_entry",
    "members", "memberships", "gifts", "corporate_gifts", "foundation_grants", "fundraising",
    "reputation", "commercial_base", "staff", "wage", "volunteers", "quality", "price",
    "productivity", "capacity", "demand", "service", "service_base", "drift_guard",
    "variable_cost", "fixed_cost", "cash", "revenue_year", "private_year", "cost_year", "strain",
    "governance", "taboo", "pace", "openness",
)  # fmt: skip
# The same, of what the engine keeps beside its columns.
BESIDE = (
    "sales", "cash_months", "previous_price", "previous_quality", "previous_drift", "core_funding",
)  # fmt: skip


def take_over(twin: TwinModel, engine: EssModel) -> None:
    """Country, cells, funders, lenders and organisations of an engine."""
    for name in ("quarter", "price_level", "price_reference", "income", "income_reference",
                 "gift_index", "entrant_weight", "mean_top_share", "population_share"):  # fmt: skip
        setattr(twin, name, getattr(engine, name))
    for name in ("need_reference", "crisis", "volunteers_2025", "wage_by_sector",
                 "volunteers_per_staff", "productivity_by_sector"):  # fmt: skip
        setattr(twin, name, getattr(engine, name).tolist())
    twin.entrants = engine.population.entrant_profile
    _territory(twin, engine)
    _givers_and_lenders(twin, engine)
    for state in organisation_states(twin, engine):
        twin.organisations[Organisation(twin, state)] = None


def _territory(twin: TwinModel, engine: EssModel) -> None:
    public = engine.public
    grids = (
        engine.population.tie_radius, engine.organisations_2025, engine.demand_base,
        engine.demand_cells, engine.need_base, engine.need_trend, engine.need, engine.unmet,
        engine.unmet_base,
    )  # fmt: skip
    numbers = np.stack([grid.ravel() for grid in grids], axis=1).tolist()
    # By cell, level, kind of vote, instrument.
    votes = np.stack([public.base, public.voted, public.previous])
    votes = votes.reshape(3, 3, N_LEVELS, -1).transpose(3, 2, 0, 1).tolist()
    pots = public.calls_pot_2025.reshape(N_LEVELS, -1).T.tolist()
    for index, identity in enumerate(cell_ids().tolist()):
        cell = Cell(index, *divmod(index, N_SECTORS), identity, *numbers[index])
        cell.nodes = [
            Node(level, cell, *votes[index][level], pots[index][level]) for level in range(N_LEVELS)
        ]
        twin.cells.append(cell)
    for level in range(N_LEVELS):
        for region in range(N_REGIONS):
            cells = twin.cells[region * N_SECTORS : (region + 1) * N_SECTORS]
            nodes = [cell.nodes[level] for cell in cells]
            twin.funders.append(Funder(twin, level, region, nodes))
            twin.nodes += nodes


def _givers_and_lenders(twin: TwinModel, engine: EssModel) -> None:
    donors, lenders = engine.donors, engine.lenders
    for region, pool in enumerate(donors.households):
        twin.donors.append(Donors(twin, region, pool.pool, pool.effort))
    for pool in donors.companies:
        twin.companies.append(Patrons(twin, "corporate", "corporate_gifts", pool.pool))
    for pool in donors.foundations:
        twin.foundations.append(Patrons(twin, "foundation", "foundation_grants", pool.pool))
    for region, bank in enumerate(lenders.banks):
        twin.banks.append(Bank(twin, region, bank.tightening, bank.lost_this_year))
    twin.guarantee_fund = GuaranteeFund(twin, lenders.guarantor.fund, lenders.guarantor.room)


def organisation_states(twin: TwinModel, engine: EssModel) -> Iterator[dict[str, Any]]:
    """What each living organisation is and has, in the order of the rows."""
    o = engine.organisations
    rows = np.flatnonzero(o.alive)
    columns = {name: getattr(o, name)[rows] for name in (*COLUMNS, *NOTHING) if hasattr(o, name)}
    columns |= {name: getattr(engine, name)[rows] for name in BESIDE}
    columns["aid_factor"] = engine.aid_factor(o.rows)[rows]
    rings = np.stack([o.ring_revenue, o.ring_private, o.ring_cost])[:, :, rows]
    lists = {name: column.tolist() for name, column in columns.items()}
    last = (engine.quarter - 1) % 4
    left = o.ring_layoffs[last][rows].tolist(), o.ring_staff[last][rows].tolist()
    lists["left_behind"] = list(zip(*left, strict=True))
    for cell, years, expected, lines, *values in zip(
        o.cell[rows].tolist(), rings.transpose(2, 1, 0).tolist(),
        engine.expectation[:, rows].T.tolist(), _public_lines(engine, rows), *lists.values(),
        strict=True,
    ):  # fmt: skip
        state = dict(zip(lists, values, strict=True))
        state["cell"] = twin.cells[cell]
        state["years"] = [tuple(year) for year in years]
        state["expected"] = tuple(expected) if expected[2] > 0 else None
        yield state | lines


def _public_lines(engine: EssModel, rows: Any) -> Iterator[dict[str, dict[int, Line]]]:
    """What public funders give, promise and owe each row."""
    o = engine.organisations
    owed = [bucket[:, :, rows].transpose(2, 0, 1).tolist() for bucket in engine.public.buckets]
    found, due = [], engine.public.due
    for columns in (
        (o.grants, due[0], o.calls, o.grants_last_year, o.agreement_years, o.withdrew),
        (o.contracts, due[1]),
        (o.tariffs, due[2]),
    ):
        # By row, then level: the amounts of each column.
        found.append(list(zip(*[column[:, rows].T.tolist() for column in columns], strict=True)))
    for grants, contracts, tariffs, *late in zip(*found, *owed, strict=True):
        yield {
            "grants": _lines(Grant, grants, late[0]),
            "contracts": _lines(Line, contracts, late[1]),
            "tariffs": _lines(Line, tariffs, late[2]),
        }


def _lines(kind: type[Line], amounts: Any, owed: list[list[float]]) -> dict[int, Any]:
    """Lines that are not empty, by level."""
    found = {}
    for level in range(N_LEVELS):
        yearly, due, *others = [column[level] for column in amounts]
        ages = owed[level]
        while ages and not ages[-1]:
            ages.pop()
        line = kind(yearly, due, ages, *others)
        if not line.empty:
            found[level] = line
    return found
