"""From a population table to the state of the world at the start of 2025."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.codes import (
    FUNDING_PROFILES,
    N_CELLS,
    N_LEVELS,
    N_REGIONS,
    N_SECTORS,
    size_class,
)
from simulator.compiled import kernel
from simulator.funders import COMMANDE, SUBVENTION, TARIFICATION
from simulator.group_sums import summed, weighted_sums
from simulator.open_accounts import BUCKETS
from simulator.organisations import Organisations
from simulator.processes.leadership import draw_character
from simulator.processes.payment import hazards

if TYPE_CHECKING:
    from simulator.model import EssModel
    from simulator.population import OrganisationTable, Population

_SAME = (
    "uid", "weight", "region", "sector", "form", "age", "grants", "contracts", "tariffs",
    "agreement_years", "employment_aid", "aided_jobs", "memberships", "members", "gifts",
    "corporate_gifts", "foundation_grants", "fundraising", "staff", "wage", "volunteers", "cash",
    "restricted", "fixed_assets", "loans", "arrears", "vulnerable_share", "tie_x", "tie_y",
)  # fmt: skip
Floats = NDArray[np.float64]
MIXED = FUNDING_PROFILES.index("MIXED")
SLACK = 0.01  # free rows kept for entrants; the arrays grow when they run out
RESTRICTED_FREE = 0.9  # restricted funds never exceed this share of cash at the start


def organisations_of(population: Population) -> Organisations:
    """Rows in canonical order (cell, identity): the order of the table does not matter."""
    table = population.organisations
    cell = table["region"].astype(np.int64) * N_SECTORS + table["sector"]
    order = np.lexsort((table["uid"], cell))
    count = len(order)
    o = Organisations(count + int(SLACK * count) + 16)
    for name in _SAME:
        getattr(o, name)[..., :count] = table[name][..., order]
    rows = slice(0, count)
    o.alive[rows] = o.initial[rows] = True
    o.cell[rows] = cell[order]
    o.entry_quarter[rows] = -1
    o.quality[rows] = o.price[rows] = 1.0
    o.restricted[:] = np.minimum(o.restricted, RESTRICTED_FREE * np.maximum(o.cash, 0.0))
    o.form_entry[:] = o.form
    o.age_entry[:] = o.age
    budget, cost = table["budget"][order], table["cost"][order]
    o.budget_entry[rows] = budget
    o.size_entry[rows] = size_class(budget)
    o.staff_entry[rows] = o.staff[rows]
    o.user_sales_base[rows] = table["user_sales"][order]
    o.fixed_cost[rows] = table["fixed_cost"][order]
    o.variable_cost[rows] = table["variable_cost"][order]  # yearly euros; per person below
    o.revenue_year[rows], o.cost_year[rows] = budget, cost
    public = o.grants.sum(axis=0) + o.contracts.sum(axis=0) + o.tariffs.sum(axis=0)
    o.private_year[rows] = (budget - public[rows]) - o.employment_aid[rows]
    for ring, year in (
        (o.ring_revenue, o.revenue_year),
        (o.ring_private, o.private_year),
        (o.ring_cost, o.cost_year),
    ):
        ring[:] = year / 4.0
    paid = np.divide(public, o.revenue_year, out=np.zeros(o.rows), where=o.revenue_year > 0)
    o.public_share_entry[:] = np.clip(paid, 0.0, 1.0)
    levels = (o.grants + o.contracts + o.tariffs).max(axis=0)
    o.top_share_entry[:] = np.divide(
        levels, o.revenue_year, out=np.zeros(o.rows), where=o.revenue_year > 0
    )
    o.commercial_base[:] = np.divide(
        o.user_sales_base, o.revenue_year, out=np.zeros(o.rows), where=o.revenue_year > 0
    )
    return o


def funding_profile(o: Organisations, rows: NDArray[np.int64]) -> NDArray[np.int8]:
    """What rows live on: the resource above half of the budget, else MIXED (index, int8)."""
    return main_resource(
        rows, o.revenue_year, o.grants, o.calls, o.contracts, o.tariffs, o.user_sales_base,
        o.memberships, o.gifts, o.corporate_gifts, o.foundation_grants,
    )  # fmt: skip


def profile_of_table(table: OrganisationTable) -> NDArray[np.int8]:
    """The same for all rows of a population, where nothing was won in calls for projects yet."""
    return main_resource(
        np.arange(table.rows), table["budget"], table["grants"], np.zeros_like(table["grants"]),
        table["contracts"], table["tariffs"], table["user_sales"], table["memberships"],
        table["gifts"], table["corporate_gifts"], table["foundation_grants"],
    )  # fmt: skip


@kernel
def main_resource(
    rows: NDArray[np.int64], revenue_year: Floats, grants: Floats, calls: Floats,
    contracts: Floats, tariffs: Floats, user_sales: Floats, memberships: Floats, gifts: Floats,
    corporate_gifts: Floats, foundation_grants: Floats,
) -> NDArray[np.int8]:  # fmt: skip
    """Index of the resource above half of the budget, in FUNDING_PROFILES, for some rows."""
    found = np.full(len(rows), MIXED, np.int8)
    for i in range(len(rows)):
        row = rows[i]
        half = 0.5 * max(revenue_year[row], 1.0)
        given = contracted = 0.0
        for level in range(N_LEVELS):
            given += grants[level, row] + calls[level, row]
            contracted += contracts[level, row] + tariffs[level, row]
        private = memberships[row] + gifts[row] + corporate_gifts[row] + foundation_grants[row]
        largest = max(given, contracted, user_sales[row], private)
        if largest > half:
            if largest == given:
                found[i] = 0
            elif largest == contracted:
                found[i] = 1
            elif largest == user_sales[row]:
                found[i] = 2
            else:
                found[i] = 3
    return found


def set_up(model: EssModel) -> None:
    """Everything that follows from the columns: productivity, receivables, budgets, lenders."""
    o, values, public = model.organisations, model.values, model.public
    o.profile[:] = funding_profile(o, np.arange(o.rows))
    o.drift_guard[o.alive] = values.scalar("drift_governance")
    draw_character(model, np.flatnonzero(o.alive))
    model.node = np.arange(N_LEVELS)[:, None] * N_CELLS + o.cell[None, :]
    _set_service(model)
    _set_receivables(model)
    for instrument, money in (
        (SUBVENTION, o.grants), (COMMANDE, o.contracts), (TARIFICATION, o.tariffs),
    ):  # fmt: skip
        public.base[instrument] = public.grid(o, money)
    public.voted = public.base.copy()
    o.grants_last_year[:] = o.grants
    yearly = np.maximum(o.cost_year, 1.0)
    o.cash_months_entry[:] = np.where(o.alive, 12.0 * o.free_cash / yearly, 0.0)
    model.cash_months = o.cash_months_entry.copy()
    model.expected_cost = yearly.copy()
    o.equity[:] = o.fixed_assets + o.receivable + o.cash - o.restricted - o.loans - o.arrears
    held = weighted_sums(o.region, o.weight, o.loans, N_REGIONS)
    for bank, amount in zip(model.lenders.banks, held, strict=True):
        bank.held = float(amount)
    model.set_reputation(np.flatnonzero(o.alive))
    model.sales = o.user_sales_base.copy()
    model.previous_price = np.ones(o.rows)
    model.previous_quality = o.quality.copy()
    model.previous_drift = o.drift.copy()
    model.budget_by_sector = weighted_sums(o.sector, o.weight, o.budget_entry, N_SECTORS)
    model.volunteers_2025 = weighted_sums(o.region, o.weight, o.volunteers, N_REGIONS)
    model.organisations_2025 = weighted_sums(o.cell, o.weight, o.alive, N_CELLS)
    staff = weighted_sums(o.sector, o.weight, o.staff, N_SECTORS)
    payroll = summed(o.sector, o.weight * o.staff * o.wage, N_SECTORS)
    small = o.alive & (o.size_entry <= 1)
    little = small if small.any() else o.alive
    helpers = summed(o.sector[little], (o.weight * o.volunteers)[little], N_SECTORS)
    little_staff = summed(o.sector[little], (o.weight * o.staff)[little], N_SECTORS)
    mean_wage = payroll.sum() / max(staff.sum(), 1e-9)
    model.wage_by_sector = np.divide(
        payroll, staff, out=np.full(N_SECTORS, mean_wage), where=staff > 0
    )
    model.volunteers_per_staff = np.divide(
        helpers, little_staff, out=np.zeros(N_SECTORS), where=little_staff > 0
    )
    rows = np.flatnonzero(little)
    model.entrant_weight = float(np.median(o.weight[rows]))
    top = model.top_funder_share()
    model.mean_top_share = o.total(top) / max(float(o.weight.sum()), 1e-9) or 1.0


def _set_service(model: EssModel) -> None:
    """Service of 2025: staff × persons per FTE; productivity so that it fills 95 % of capacity."""
    o, values = model.organisations, model.values
    hours = model.hours_of(np.arange(o.rows))
    per_worker = np.asarray(values.table("service_productivity"))[o.sector]
    o.service[:] = per_worker * hours / 4.0
    o.service_base[:] = o.demand[:] = o.service
    use = values.scalar("capacity_use")
    o.capacity[:] = o.service / use
    o.productivity[:] = np.divide(o.capacity, hours, out=np.zeros(o.rows), where=hours > 0)
    o.productivity[~o.alive] = 0.0
    o.tariff_quota[:] = np.where(o.tariffs.sum(axis=0) > 0, o.service, 0.0)
    o.variable_cost[:] = np.divide(
        o.variable_cost / 4.0, o.service, out=np.zeros(o.rows), where=o.service > 0
    )
    model.productivity_by_sector = np.asarray(values.table("service_productivity")) / 4.0 / use
    model.demand_base = weighted_sums(o.cell, o.weight, o.service, N_CELLS).reshape(
        N_REGIONS, N_SECTORS
    )
    model.demand_cells = model.demand_base.copy()
    model.need = np.zeros((N_REGIONS, N_SECTORS))
    model.need_base = model.need.copy()
    model.unmet = model.need.copy()
    model.unmet_base = model.need.copy()


def _set_receivables(model: EssModel) -> None:
    """Receivables in the steady state of the payment kernels, per node and age."""
    o, public, values = model.organisations, model.public, model.values
    kernels = ("payment_kernel", "payment_kernel_procurement", "payment_kernel_tariff")
    buckets = np.zeros((3, N_LEVELS, BUCKETS, o.rows))
    for instrument, (name, money) in enumerate(
        zip(kernels, (o.grants, o.contracts, o.tariffs), strict=True)
    ):
        table = np.atleast_2d(values.table(name))
        for level in range(N_LEVELS):
            if not money[level].any():
                continue
            odds = hazards(table[level if len(table) > 1 else 0], 0.0, 0.0)
            left = money[level] / 4.0
            for age in range(1, BUCKETS):
                left = left * (1.0 - odds[age - 1])
                if not left.any():
                    break
                buckets[instrument, level, age] = left
            owed = buckets[instrument, level].sum(axis=0)
            o.receivable += owed
            by_cell = weighted_sums(o.cell, o.weight, owed, N_CELLS)
            public.total_committed[instrument, level] = by_cell.reshape(N_REGIONS, N_SECTORS)
    public.buckets = buckets
