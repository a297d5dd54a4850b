"""P15 — new organisations, small and without public money."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from simulator.accounts import HOUSEHOLDS, ORGANISATIONS
from simulator.codes import N_CELLS, N_SECTORS, quarter_label, size_class
from simulator.funders import SUBVENTION
from simulator.organisations import dot
from simulator.randomness import hash_ids, identity

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
GROWTH_BOUND = 0.2  # bound of the effect of public votes on entries (judgement)


def enter(model: EssModel) -> None:
    """Found new organisations by cell: more where need is unmet and public votes grow."""
    if model.quarter < 0:
        return
    o, values, public = model.organisations, model.values, model.public
    voted = public.voted.copy()
    # A late vote is known before it opens.
    waiting = public.late > model.quarter % 4
    voted[SUBVENTION] = np.where(waiting, public.pending, voted[SUBVENTION])
    now, before = voted.sum(axis=(0, 1)), public.previous.sum(axis=(0, 1))
    growth = np.divide(now, before, out=np.ones_like(now), where=before > 0) - 1.0
    growth = np.clip(growth - float(model.parameters["grant_growth"]), -GROWTH_BOUND, GROWTH_BOUND)
    pull = 1.0 + values.scalar("entry_unmet") * (model.unmet - model.unmet_base)
    pull = np.maximum(pull + values.scalar("entry_growth") * growth, 0.0)
    rate = np.asarray(values.cells("entry_rate"))
    rate = np.broadcast_to(rate, public.late.shape)[0]
    mean = (rate * pull / 4.0).ravel() * model.organisations_2025 / model.entrant_weight
    ids = model.cell_ids
    counts = model.draws.poisson("entries", model.quarter, ids, mean)
    total = int(counts.sum())
    if not total:
        return
    free = np.flatnonzero(~o.alive)
    if len(free) < total:
        model.grow(max(total - len(free), o.rows // 20))
        free = np.flatnonzero(~o.alive)
    _found(model, free[:total], np.repeat(np.arange(N_CELLS), counts))


def _found(model: EssModel, rows: NDArray[np.int64], cell: NDArray[np.int64]) -> None:
    o, values, draw = model.organisations, model.values, model.draws
    quarter, prices = model.quarter, model.price_level
    starts = np.r_[0, np.flatnonzero(np.diff(cell)) + 1]
    ordinal = np.arange(len(cell)) - np.repeat(starts, np.diff(np.r_[starts, len(cell)]))
    # Identity of an entrant: birth quarter, région and sector, ordinal in that cell.
    uid = hash_ids(
        identity("entrant", quarter_label(quarter)),
        model.cell_ids[cell] + ordinal.astype(np.uint64),
    )
    sector = cell % N_SECTORS
    profile = model.population.entrant_profile
    spread = values.scalar("entrant_budget_spread")
    budget = values.scalar("entrant_budget") * np.exp(
        spread * ndtri(draw.uniform("entrant budget", quarter, uid))
    )
    nominal = budget * prices
    # A free row keeps nothing of what processes wrote on it while it was free.
    o.zero(rows)
    o.uid[rows], o.alive[rows], o.weight[rows] = uid, True, model.entrant_weight
    o.cell[rows], o.sector[rows], o.region[rows] = cell, sector, cell // N_SECTORS
    o.size_entry[rows] = size_class(budget)
    o.entry_quarter[rows] = quarter
    o.tie_x[rows] = draw.uniform("tie x", 0, uid)
    o.tie_y[rows] = draw.uniform("tie y", 0, uid)
    o.vulnerable_share[rows] = values.table("vulnerable_share")[sector]
    o.user_sales_base[rows] = profile.user_sales[sector] * nominal / _scale(model)[rows]
    o.need_entry[rows] = model.need_reference[sector]
    fee = values.scalar("membership_fee") * prices
    o.members[rows] = profile.memberships[sector] * nominal / fee
    o.memberships[rows] = profile.memberships[sector] * nominal
    o.gifts[rows] = profile.gifts[sector] * nominal
    o.corporate_gifts[rows] = profile.corporate_gifts[sector] * nominal
    o.foundation_grants[rows] = profile.foundation_grants[sector] * nominal
    o.fundraising[rows] = values.scalar("fundraising_share") * o.gifts[rows]
    model.set_reputation(rows)
    o.wage[rows] = model.wage_by_sector[sector] * model.wage_index()[sector]
    o.staff[rows] = profile.staff_cost[sector] * nominal / o.wage[rows]
    per_staff = model.volunteers_per_staff[sector]
    o.volunteers[rows] = per_staff * o.staff[rows]
    o.quality[rows] = 1.0
    o.price[rows] = 1.0
    o.drift_guard[rows] = values.scalar("drift_governance")
    o.fixed_cost[rows] = profile.fixed_cost[sector] * budget
    o.commercial_base[rows] = profile.user_sales[sector]
    o.revenue_year[rows] = nominal
    o.private_year[rows] = nominal
    o.cost_year[rows] = nominal
    for ring in (o.ring_revenue, o.ring_private, o.ring_cost):
        ring[:, rows] = nominal / 4.0
    o.productivity[rows] = model.productivity_by_sector[sector]
    model.enter_rows(rows)
    served = model.hours_of(rows) * o.productivity[rows] * values.scalar("capacity_use")
    o.service[rows] = o.service_base[rows] = o.demand[rows] = served
    o.capacity[rows] = served / values.scalar("capacity_use")
    o.variable_cost[rows] = np.divide(
        profile.variable_cost[sector] * budget / 4.0, served,
        out=np.zeros(len(rows)), where=served > 0,
    )  # fmt: skip
    cash = values.scalar("entrant_cash_months") / 12.0 * nominal
    o.cash[rows] = cash
    o.equity[rows] = cash
    capital = dot(o.weight[rows], cash)
    model.ledger.record("founding_capital", HOUSEHOLDS, ORGANISATIONS, capital)
    o.budget_entry[rows], o.staff_entry[rows] = budget, o.staff[rows]
    o.cash_months_entry[rows] = values.scalar("entrant_cash_months")
    o.age_entry[rows] = 0.0
    o.profile[rows] = model.profile_of(rows)
    _restructured(model, rows)
    model.recorder.record_entries(rows)


def _scale(model: EssModel) -> Floats:
    """Factor of prices and incomes on sales, by row; entrants start beside it."""
    return np.broadcast_to(np.asarray(model.sales_scale()), (model.organisations.rows,))


def _restructured(model: EssModel, rows: NDArray[np.int64]) -> None:
    """One entrant in five takes over part of an exit of its cell in the same quarter."""
    o, values = model.organisations, model.values
    share = values.scalar("restructuring_share")
    takes = model.draws.uniform("restructured", model.quarter, o.uid[rows]) < share
    left = model.recorder.left_this_quarter()
    if left is None:
        return
    part_taken = values.scalar("restructuring_transfer")
    staff, volunteers, sales = (part_taken * by_cell for by_cell in left)
    heirs = rows[takes]
    cells, first = np.unique(o.cell[heirs], return_index=True)
    chosen = heirs[first]
    # Nobody takes over more than it can carry: at most its own size again.
    weight = o.weight[chosen]
    room = np.maximum(o.staff[chosen], 1e-9)
    part = np.minimum(1.0, room / np.maximum(staff[cells] / weight, 1e-9))
    extra = part * staff[cells] / weight
    grown = 1.0 + extra / room
    o.staff[chosen] += extra
    o.volunteers[chosen] += part * volunteers[cells] / weight
    o.user_sales_base[chosen] += part * sales[cells] / weight / _scale(model)[chosen]
    for column in (o.service, o.service_base, o.capacity, o.demand):
        column[chosen] *= grown
    o.staff_entry[chosen] = o.staff[chosen]
