"""P15 — new organisations, small and without public money."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from simulator.accounts import HOUSEHOLDS, ORGANISATIONS
from simulator.codes import N_CELLS, N_LEVELS, N_REGIONS, N_SECTORS, size_class
from simulator.compiled import at, clip, hashed, kernel, uniform
from simulator.funders import SUBVENTION
from simulator.processes.leadership import draw_character
from simulator.randomness import birth, cell_ids, identity

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]
Flags = NDArray[np.bool_]
Identities = NDArray[np.uint64]
Rows = NDArray[np.int64]
GROWTH_BOUND = 0.2  # bound of the effect of public votes on entries (judgement)


def enter(model: EssModel) -> None:
    """Found new organisations by cell: more where need is unmet and public votes grow."""
    if model.quarter < 0:
        return
    o, values, public = model.organisations, model.values, model.public
    rate = np.empty((N_LEVELS, N_REGIONS, N_SECTORS))
    rate[:] = values.cells("entry_rate")
    mean = expected_entries(
        public.voted, public.pending, public.late, public.previous, model.quarter % 4,
        rate[0], model.unmet - model.unmet_base,
        model.organisations_2025, model.entrant_weight, float(model.parameters["grant_growth"]),
        values.scalar("entry_unmet"), values.scalar("entry_growth"),
    )  # fmt: skip
    counts = model.draws.poisson("entries", model.quarter, cell_ids(), mean)
    total = int(counts.sum())
    if not total:
        return
    free = np.flatnonzero(~o.alive)
    if len(free) < total:
        model.grow(max(total - len(free), o.rows // 20))
        free = np.flatnonzero(~o.alive)
    cell, uid = name_entrants(
        counts, cell_ids(), np.uint64(identity("entrant", birth(model.quarter)))
    )
    _found(model, free[:total], cell, uid)


@kernel
def expected_entries(
    voted: Floats, pending: Floats, late: Rows, previous: Floats, quarter_of_year: int,
    rate: Floats, unmet: Floats, organisations: Floats, entrant_weight: float,
    usual_growth: float, unmet_pull: float, growth_pull: float,
) -> Floats:  # fmt: skip
    """Mean number of entrant rows of the quarter in each cell (180,).

    `rate` a year, and `unmet` need above that of 2025, (18, 10); `organisations` of 2025 (180,).
    """
    found = np.zeros(N_CELLS)
    now, before = np.zeros((N_REGIONS, N_SECTORS)), np.zeros((N_REGIONS, N_SECTORS))
    for instrument in range(len(voted)):
        for level in range(N_LEVELS):
            for here in range(N_REGIONS):
                for field in range(N_SECTORS):
                    vote = voted[instrument, level, here, field]
                    # A late vote is known before it opens.
                    if instrument == SUBVENTION and late[level, here, field] > quarter_of_year:
                        vote = pending[level, here, field]
                    now[here, field] += vote
                    before[here, field] += previous[instrument, level, here, field]
    for here in range(N_REGIONS):
        for field in range(N_SECTORS):
            growth = now[here, field] / before[here, field] if before[here, field] > 0 else 1.0
            growth -= 1.0
            growth = clip(growth - usual_growth, -GROWTH_BOUND, GROWTH_BOUND)
            pull = max(1.0 + unmet_pull * unmet[here, field] + growth_pull * growth, 0.0)
            cell = here * N_SECTORS + field
            yearly = rate[here, field] * pull / 4.0
            found[cell] = yearly * organisations[cell] / entrant_weight
    return found


@kernel
def name_entrants(counts: Rows, cell_ids: Identities, key: np.uint64) -> tuple[Rows, Identities]:
    """Cell and identity of each entrant: birth quarter, région and sector, ordinal in that cell."""
    total = counts.sum()
    cell, uid, k = np.empty(total, np.int64), np.empty(total, np.uint64), 0
    for here in range(len(counts)):
        for ordinal in range(counts[here]):
            cell[k], uid[k] = here, hashed(key, cell_ids[here] + np.uint64(ordinal))
            k += 1
    return cell, uid


def _written_on(model: EssModel, rows: Rows) -> NDArray[np.bool_]:
    """Which free rows a process may have written on since they were zeroed, shape of `rows`.

    Not those that were freed just before, unless some process is the user's own.
    """
    clean = np.zeros(model.organisations.rows, dtype=bool)
    if not model.replaced:
        clean[model.freed] = True
    return ~clean[rows]


def _found(model: EssModel, rows: Rows, cell: Rows, uid: Identities) -> None:
    o, values, draw = model.organisations, model.values, model.draws
    quarter, prices = model.quarter, model.price_level
    profile = model.population.entrant_profile
    spread = values.scalar("entrant_budget_spread")
    budget = values.scalar("entrant_budget") * np.exp(
        spread * ndtri(draw.uniform("entrant budget", quarter, uid))
    )
    # A free row keeps nothing of what processes wrote on it while it was free.
    written = rows[_written_on(model, rows)]
    o.zero(written)
    model.public_money.left(written)
    months = values.scalar("entrant_cash_months")
    write_down(
        rows, cell, uid, budget, size_class(budget), quarter, model.entrant_weight, months,
        values.scalar("drift_governance"), np.array(values.table("vulnerable_share")),
        model.need_reference,
        draw.word("tie x", 0), draw.word("tie y", 0), o.uid, o.alive, o.weight, o.cell, o.sector,
        o.region, o.size_entry, o.entry_quarter, o.tie_x, o.tie_y, o.vulnerable_share,
        o.need_entry, o.quality, o.drift_guard, o.budget_entry, o.cash_months_entry,
    )  # fmt: skip
    # Values read earlier in the quarter are those of whoever held the rows before.
    values.start(quarter)
    draw_character(model, rows)
    capital = endow(
        rows, o.sector, o.weight, budget, prices, o.user_sales_base, o.commercial_base,
        o.memberships, o.members, o.gifts, o.corporate_gifts, o.foundation_grants, o.fundraising,
        o.reputation, o.revenue_year, o.private_year, o.cost_year, o.ring_revenue, o.ring_private,
        o.ring_cost, o.cash, o.equity, profile.user_sales, profile.memberships, profile.gifts,
        profile.corporate_gifts, profile.foundation_grants, model.sales_scale(),
        values.scalar("membership_fee"), values.scalar("fundraising_share"),
        values.scalar("gift_contest_elasticity"), months,
    )  # fmt: skip
    model.ledger.record("founding_capital", HOUSEHOLDS, ORGANISATIONS, capital)
    hire(
        rows, o.sector, budget, prices, o.wage, o.staff, o.staff_entry, o.volunteers,
        o.productivity, o.fixed_cost, model.wage_by_sector * model.wage_index(),
        profile.staff_cost, model.volunteers_per_staff, model.productivity_by_sector,
        profile.fixed_cost,
    )  # fmt: skip
    model.enter_rows(rows)
    open_doors(
        rows, model.hours_of(rows), budget, o.sector, o.productivity, o.capacity, o.service,
        o.service_base, o.demand, o.variable_cost, values.scalar("capacity_use"),
        profile.variable_cost,
    )  # fmt: skip
    o.profile[rows] = model.profile_of(rows)
    _restructured(model, rows)
    model.recorder.record_entries(rows)


@kernel
def write_down(
    rows: Rows, cells: Rows, uids: Identities, budgets: Floats, sizes: Codes, quarter: int,
    entrant_weight: float, months: float, guard: float, vulnerable: Floats, need: Floats,
    key_x: np.uint64, key_y: np.uint64, uid: Identities, alive: Flags, weight: Floats, cell: Rows,
    sector: Codes, region: Codes, size_entry: Codes, entry_quarter: NDArray[np.int32],
    tie_x: Floats, tie_y: Floats, vulnerable_share: Floats, need_entry: Floats, quality: Floats,
    drift_guard: Floats, budget_entry: Floats, cash_months_entry: Floats,
) -> None:  # fmt: skip
    """Who entrants are, where, and as they are at entry; `vulnerable`, `need`: by sector (10,)."""
    for i, row in enumerate(rows):
        field = cells[i] % N_SECTORS
        uid[row], alive[row], weight[row] = uids[i], True, entrant_weight
        cell[row], sector[row], region[row] = cells[i], field, cells[i] // N_SECTORS
        size_entry[row], entry_quarter[row] = sizes[i], quarter
        tie_x[row], tie_y[row] = uniform(key_x, uids[i]), uniform(key_y, uids[i])
        vulnerable_share[row], need_entry[row] = vulnerable[field], need[field]
        quality[row], drift_guard[row] = 1.0, guard
        budget_entry[row], cash_months_entry[row] = budgets[i], months


@kernel
def endow(
    rows: Rows, sector: Codes, weight: Floats, budget: Floats, prices: float,
    user_sales_base: Floats, commercial_base: Floats, memberships: Floats, members: Floats,
    gifts: Floats, corporate_gifts: Floats, foundation_grants: Floats, fundraising: Floats,
    reputation: Floats, revenue_year: Floats, private_year: Floats, cost_year: Floats,
    ring_revenue: Floats, ring_private: Floats, ring_cost: Floats, cash: Floats, equity: Floats,
    sales_share: Floats, membership_share: Floats, gift_share: Floats, corporate_share: Floats,
    foundation_share: Floats, sales_scale: Floats, fee: float, fundraising_share: float,
    elasticity: float, cash_months: float,
) -> float:  # fmt: skip
    """What entrants live on, by the shares of their sector (10,) in the yearly `budget` in euros of
    2025; founders bring some months of it in cash. Returns their capital, weighted."""
    capital = 0.0
    for i in range(len(rows)):
        row, field, yearly = rows[i], sector[rows[i]], budget[i] * prices
        # Prices and incomes since the start lift sales beside the base.
        user_sales_base[row] = sales_share[field] * yearly / at(sales_scale, row)
        commercial_base[row] = sales_share[field]
        memberships[row] = membership_share[field] * yearly
        members[row] = memberships[row] / (fee * prices)
        gifts[row] = gift_share[field] * yearly
        corporate_gifts[row] = corporate_share[field] * yearly
        foundation_grants[row] = foundation_share[field] * yearly
        fundraising[row] = fundraising_share * gifts[row]
        # As `EssModel.set_reputation`.
        pull = (fundraising[row] / prices) ** elasticity
        reputation[row] = gifts[row] / prices / pull if pull > 0.0 else 0.0
        for year, ring in (
            (revenue_year, ring_revenue), (private_year, ring_private), (cost_year, ring_cost)
        ):  # fmt: skip
            year[row] = yearly
            ring[:, row] = yearly / 4.0
        cash[row] = equity[row] = cash_months / 12.0 * yearly
        capital += weight[row] * cash[row]
    return capital


@kernel
def hire(
    rows: Rows, sector: Codes, budget: Floats, prices: float, wage: Floats, staff: Floats,
    staff_entry: Floats, volunteers: Floats, productivity: Floats, fixed_cost: Floats,
    wage_now: Floats, staff_share: Floats, volunteers_per_staff: Floats,
    productivity_now: Floats, fixed_share: Floats,
) -> None:  # fmt: skip
    """Staff, volunteers and fixed costs of entrants, from tables by sector (10,)."""
    for i in range(len(rows)):
        row, field = rows[i], sector[rows[i]]
        wage[row] = wage_now[field]
        staff[row] = staff_entry[row] = staff_share[field] * budget[i] * prices / wage_now[field]
        volunteers[row] = volunteers_per_staff[field] * staff[row]
        productivity[row] = productivity_now[field]
        fixed_cost[row] = fixed_share[field] * budget[i]


@kernel
def open_doors(
    rows: Rows, hours: Floats, budget: Floats, sector: Codes, productivity: Floats,
    capacity: Floats, service: Floats, service_base: Floats, demand: Floats,
    variable_cost: Floats, use: float, purchases: Floats,
) -> None:  # fmt: skip
    """Entrants serve a part of their capacity, and buy for it a share of their sector, (10,)."""
    for i, row in enumerate(rows):
        capacity[row] = hours[i] * productivity[row]
        served = capacity[row] * use
        service[row] = service_base[row] = demand[row] = served
        bought = purchases[sector[row]] * budget[i] / 4.0
        variable_cost[row] = bought / served if served > 0.0 else 0.0


def _restructured(model: EssModel, rows: Rows) -> None:
    """One entrant in five takes over part of an exit of its cell in the same quarter."""
    left = model.recorder.left_this_quarter()
    if left is None:
        return
    o, values = model.organisations, model.values
    staff, volunteers, sales = left
    take_over(
        rows, o.uid, o.cell, o.weight, o.staff, o.staff_entry, o.volunteers, o.user_sales_base,
        o.service, o.service_base, o.capacity, o.demand, staff, volunteers, sales,
        model.sales_scale(), values.scalar("restructuring_share"),
        values.scalar("restructuring_transfer"), model.draws.word("restructured", model.quarter),
    )  # fmt: skip


@kernel
def take_over(
    rows: Rows, uid: Identities, cell: Rows, weight: Floats, staff: Floats, staff_entry: Floats,
    volunteers: Floats, user_sales_base: Floats, service: Floats, service_base: Floats,
    capacity: Floats, demand: Floats, staff_left: Floats, volunteers_left: Floats,
    sales_left: Floats, sales_scale: Floats, share: float, transfer: float, key: np.uint64,
) -> None:  # fmt: skip
    """In each cell the first heir among the entrants, drawn by lot, takes its part of what
    left the cell this quarter: `_left` (180,), weighted."""
    taken = np.zeros(N_CELLS, np.bool_)
    for row in rows:
        here = cell[row]
        if taken[here] or not uniform(key, uid[row]) < share:
            continue
        taken[here] = True
        # Nobody takes over more than it can carry: at most its own size again.
        room = max(staff[row], 1e-9)
        offered = transfer * staff_left[here] / weight[row]
        part = min(1.0, room / max(offered, 1e-9))
        staff[row] += part * offered
        staff_entry[row] = staff[row]
        volunteers[row] += part * (transfer * volunteers_left[here]) / weight[row]
        sales = part * (transfer * sales_left[here]) / weight[row]
        user_sales_base[row] += sales / at(sales_scale, row)
        for column in (service, service_base, capacity, demand):
            column[row] *= 1.0 + part * offered / room
