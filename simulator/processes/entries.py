"""P15 — new organisations, small and without public money."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from simulator.accounts import HOUSEHOLDS, ORGANISATIONS
from simulator.codes import N_CELLS, N_LEVELS, N_REGIONS, N_SECTORS, quarter_label, size_class
from simulator.compiled import at, clip, hashed, kernel, uniform
from simulator.funders import SUBVENTION
from simulator.organisations import dot, lines_of
from simulator.randomness import identity

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Identities = NDArray[np.uint64]
Rows = NDArray[np.int64]
_NOMINAL = lines_of(
    ("user_sales_base", "memberships", "gifts", "corporate_gifts", "foundation_grants",
     "revenue_year", "private_year", "cost_year", "ring_revenue", "ring_private", "ring_cost",
     "cash", "equity")
)  # fmt: skip
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
    ids = model.cell_ids
    counts = model.draws.poisson("entries", model.quarter, ids, mean)
    total = int(counts.sum())
    if not total:
        return
    free = np.flatnonzero(~o.alive)
    if len(free) < total:
        model.grow(max(total - len(free), o.rows // 20))
        free = np.flatnonzero(~o.alive)
    cell, uid = name_entrants(
        counts, model.cell_ids, np.uint64(identity("entrant", quarter_label(model.quarter)))
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
    for here in range(N_REGIONS):
        for field in range(N_SECTORS):
            now = before = 0.0
            for instrument in range(len(voted)):
                for level in range(N_LEVELS):
                    vote = voted[instrument, level, here, field]
                    # A late vote is known before it opens.
                    if instrument == SUBVENTION and late[level, here, field] > quarter_of_year:
                        vote = pending[level, here, field]
                    now += vote
                    before += previous[instrument, level, here, field]
            growth = (now / before if before > 0 else 1.0) - 1.0
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


def _found(model: EssModel, rows: Rows, cell: Rows, uid: Identities) -> None:
    o, values, draw = model.organisations, model.values, model.draws
    quarter, prices = model.quarter, model.price_level
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
    o.need_entry[rows] = model.need_reference[sector]
    o.amounts[_NOMINAL[:, None], rows] = _shares(model)[:, sector] * nominal
    o.user_sales_base[rows] /= _scale(model, rows)
    o.members[rows] = o.memberships[rows] / (values.scalar("membership_fee") * prices)
    o.fundraising[rows] = values.scalar("fundraising_share") * o.gifts[rows]
    model.set_reputation(rows)
    wage = (model.wage_by_sector * model.wage_index())[sector]
    staff = profile.staff_cost[sector] * nominal / wage
    o.wage[rows], o.staff[rows] = wage, staff
    o.volunteers[rows] = model.volunteers_per_staff[sector] * staff
    o.quality[rows] = 1.0
    o.drift_guard[rows] = values.scalar("drift_governance")
    o.fixed_cost[rows] = profile.fixed_cost[sector] * budget
    o.commercial_base[rows] = profile.user_sales[sector]
    productivity = model.productivity_by_sector[sector]
    o.productivity[rows] = productivity
    model.enter_rows(rows)
    served = model.hours_of(rows) * productivity * values.scalar("capacity_use")
    o.service[rows] = o.service_base[rows] = o.demand[rows] = served
    o.capacity[rows] = served / values.scalar("capacity_use")
    o.variable_cost[rows] = np.divide(
        profile.variable_cost[sector] * budget / 4.0, served,
        out=np.zeros(len(rows)), where=served > 0,
    )  # fmt: skip
    capital = dot(o.weight[rows], o.cash[rows])
    model.ledger.record("founding_capital", HOUSEHOLDS, ORGANISATIONS, capital)
    o.budget_entry[rows], o.staff_entry[rows] = budget, staff
    o.cash_months_entry[rows] = values.scalar("entrant_cash_months")
    o.profile[rows] = model.profile_of(rows)
    _restructured(model, rows)
    model.recorder.record_entries(rows)


def _shares(model: EssModel) -> Floats:
    """What an entrant has over its yearly budget, by column of _NOMINAL and sector."""
    profile = model.population.entrant_profile
    own = (
        profile.user_sales, profile.memberships, profile.gifts, profile.corporate_gifts,
        profile.foundation_grants,
    )  # fmt: skip
    shares = np.empty((len(_NOMINAL), N_SECTORS))
    shares[: len(own)] = own
    shares[len(own) : len(own) + 3] = 1.0  # products, private products and charges of a year
    shares[len(own) + 3 : -2] = 0.25  # the same by quarter
    shares[-2:] = model.values.scalar("entrant_cash_months") / 12.0  # cash, own funds
    return shares


def _scale(model: EssModel, rows: Rows) -> Floats | float:
    """Factor of prices and incomes on sales of some rows; entrants start beside it."""
    scale = np.asarray(model.sales_scale())
    return scale[rows] if len(scale) > 1 else scale


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
        np.atleast_1d(model.sales_scale()), values.scalar("restructuring_share"),
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
