"""P9 — costs of the quarter, employment aid, restricted funds, tax, result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.accounts import BANKS, HOUSEHOLDS, ORGANISATIONS, SUPPLIERS
from simulator.codes import FORMS, LEVELS
from simulator.compiled import at, clip, kernel
from simulator.processes.support_programmes import CONSOLIDATION

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]
Flags = NDArray[np.bool_]
NET_WAGE_SHARE = 0.55  # net wage in the cost of an employee; the rest is charges (judgement)
STAFF_FALL, SERVICE_FALL = 0.01, 0.05  # falls over a year that surveys call a cut (fact V9)
RELEASE_RATE = 1.0 / 3.0  # share of restricted funds delivered in a quarter at full service
FIRST_COMPANY_FORM = FORMS.index("SCOP")  # SCOP, SCIC and SC pay corporate tax


def receive_aid(model: EssModel) -> None:
    """Employment aid of the quarter; jobs whose aid ends are kept only in part."""
    o, values = model.organisations, model.values
    factor = values.column("employment_aid_factor")
    if model.quarter % 4 == 0 and model.quarter >= 0:
        growth = values.node_grid("grant_growth")[LEVELS.index("etat")].ravel()
        o.employment_aid *= 1.0 + growth[o.cell]
        fall = np.maximum(model.aid_factor(o.rows) - factor, 0.0)
        lost = o.aided_jobs * fall
        # The payroll that ends with the aid never exceeds the aid: losing it is no gain.
        ends = (1.0 - values.scalar("aided_job_retention")) * o.employment_aid * fall
        ended = np.minimum(ends / np.maximum(o.wage, 1.0), 0.9 * o.staff)
        o.staff -= ended
        o.aid_lost[:] = lost
        model.remember_aid_factor(np.broadcast_to(factor, (o.rows,)))
    aid = np.empty(o.rows)
    pay_aid(o.employment_aid, factor, o.revenue, o.equity, o.cash, o.public_paid, aid)
    model.ledger.record("employment_aid", "etat", ORGANISATIONS, o.total(aid))


@kernel
def pay_aid(
    employment_aid: Floats, factor: Floats, revenue: Floats, equity: Floats, cash: Floats,
    public_paid: Floats, aid: Floats,
) -> None:  # fmt: skip
    """Employment aid of the quarter, in cash, and into `aid`, (rows,)."""
    for i in range(len(aid)):
        aid[i] = employment_aid[i] * at(factor, i) * 0.25
        revenue[i] += aid[i]
        equity[i] += aid[i]
        cash[i] += aid[i]
        public_paid[i] += aid[i]


def run_costs(model: EssModel) -> None:
    """Pay staff, purchases, fixed costs, fundraising and interest; release restricted funds."""
    o, values, ledger = model.organisations, model.values, model.ledger
    wages, bought, interest, tax = _run_costs(
        o.weight, o.form, o.wage, o.staff, o.variable_cost, o.service, o.capacity, o.fixed_cost,
        o.fundraising, o.fixed_assets, o.loans, o.overdraft, o.bridge, o.quasi_equity,
        o.restricted, o.cash, o.equity, o.revenue, o.cost, model.price_level,
        values.scalar("depreciation_rate"),
        values.scalar("interest_base") + values.scalar("interest_spread"),
        values.scalar("corporate_tax"), o.revenue_year, values.column("fundraising_effort"),
        values.column("decided_spending"), o.support, o.support_effect,
    )  # fmt: skip
    ledger.record("net_wages", ORGANISATIONS, HOUSEHOLDS, NET_WAGE_SHARE * wages)
    ledger.record("charges", ORGANISATIONS, SUPPLIERS, (1.0 - NET_WAGE_SHARE) * wages)
    ledger.record("purchases", ORGANISATIONS, SUPPLIERS, bought)
    ledger.record("interest", ORGANISATIONS, BANKS, interest)
    ledger.record("corporate_tax", ORGANISATIONS, SUPPLIERS, tax)


@kernel
def _run_costs(
    weight: Floats, form: Codes, wage: Floats, staff: Floats, variable_cost: Floats,
    service: Floats, capacity: Floats, fixed_cost: Floats, fundraising: Floats,
    fixed_assets: Floats, loans: Floats, overdraft: Floats, bridge: Floats, quasi_equity: Floats,
    restricted: Floats, cash: Floats, equity: Floats, revenue: Floats, cost: Floats,
    price_level: float, depreciation: float, interest_rate: float, tax_rate: float,
    revenue_year: Floats, effort: Floats, decided: Floats, support: Codes, support_effect: Floats,
) -> tuple[float, float, float, float]:  # fmt: skip
    """Charges of the quarter, in place; weighted payroll, purchases, interest and tax, euros."""
    wages = purchases = interests = taxes = 0.0
    for i in range(len(weight)):
        w = weight[i]
        payroll = 0.25 * wage[i] * staff[i]
        # What is written down is bought again: assets stay, the charge leaves as cash.
        bought = (variable_cost[i] * service[i] + 0.25 * fixed_cost[i]) * price_level
        bought += 0.25 * (fundraising[i] * at(effort, i) + depreciation * fixed_assets[i])
        # Consolidation saves a share of all charges, on purchases and fixed costs.
        if support[i] == CONSOLIDATION:
            bought -= min(support_effect[i] * (payroll + bought), bought)
        bought += 0.25 * at(decided, i) * max(revenue_year[i], 0.0)
        owed = loans[i] + overdraft[i] + bridge[i] + quasi_equity[i]
        interest = 0.25 * interest_rate * owed
        # Restricted funds become products as the work they were given for is done.
        done = clip(service[i] / capacity[i], 0.0, 1.0) if capacity[i] > 0 else 1.0
        released = restricted[i] * RELEASE_RATE * done
        restricted[i] -= released
        revenue[i] += released
        spent = payroll + bought + interest
        # Companies of the ESS pay corporate tax on the positive result of the quarter.
        tax = 0.0
        if form[i] >= FIRST_COMPANY_FORM:
            tax = tax_rate * max(revenue[i] - cost[i] - spent, 0.0)
        spent += tax
        cost[i] += spent
        cash[i] -= spent
        equity[i] += released - spent
        wages += w * payroll
        purchases += w * bought
        interests += w * interest
        taxes += w * tax
    return wages, purchases, interests, taxes


def remember_year(model: EssModel) -> None:
    """Roll the rings of the last four quarters and their sums."""
    o = model.organisations
    fewer_staff, laid_off, less_service = np.zeros((3, o.rows), dtype=bool)
    model.staff_down, model.staff_down_layoffs, model.service_down = (
        fewer_staff, laid_off, less_service
    )  # fmt: skip
    _remember(
        model.quarter % 4, o.alive, o.staff, o.service, o.layoffs, o.revenue, o.private_revenue,
        o.cost, o.ring_staff, o.ring_service, o.ring_layoffs, o.ring_revenue, o.ring_private,
        o.ring_cost, o.revenue_year, o.private_year, o.cost_year,
        fewer_staff, laid_off, less_service,
    )  # fmt: skip


@kernel
def _remember(
    slot: int, alive: Flags, staff: Floats, service: Floats, layoffs: Floats, revenue: Floats,
    private: Floats, cost: Floats, ring_staff: Floats, ring_service: Floats, ring_layoffs: Floats,
    ring_revenue: Floats, ring_private: Floats, ring_cost: Floats, revenue_year: Floats,
    private_year: Floats, cost_year: Floats, staff_down: Flags, staff_down_layoffs: Flags,
    service_down: Flags,
) -> None:  # fmt: skip
    """Write the quarter into its slot of each ring; sum the year; note falls over a year."""
    _note_falls(staff_down, alive, ring_staff[slot], staff, STAFF_FALL)
    _note_falls(service_down, alive, ring_service[slot], service, SERVICE_FALL)
    ring_layoffs[slot] = layoffs
    _roll(slot, revenue, ring_revenue, revenue_year)
    _roll(slot, private, ring_private, private_year)
    _roll(slot, cost, ring_cost, cost_year)
    for i in range(len(staff)):
        laid_off = staff_down[i]
        if laid_off:
            laid_off = ring_layoffs[:, i].sum() > 0
        staff_down_layoffs[i] = laid_off


# Few columns at a time, which stream from memory; all of them row by row would wait for it.
@kernel
def _note_falls(fell: Flags, alive: Flags, ring: Floats, now: Floats, share: float) -> None:
    """A year ago is what the slot still holds; entrants hold nothing and are not compared."""
    for i in range(len(now)):
        fell[i] = alive[i] & (ring[i] > 0) & (now[i] <= (1.0 - share) * ring[i])
        ring[i] = now[i]


@kernel
def _roll(slot: int, now: Floats, ring: Floats, total: Floats) -> None:
    """Write a quarter into its slot of a ring, (4, rows), and sum the year."""
    _add_four(
        total, ring[slot], now, now if slot == 0 else ring[0], now if slot == 1 else ring[1],
        now if slot == 2 else ring[2], now if slot == 3 else ring[3],
    )  # fmt: skip


@kernel
def _add_four(
    total: Floats, kept: Floats, now: Floats, first: Floats, second: Floats, third: Floats,
    fourth: Floats,
) -> None:  # fmt: skip
    for i in range(len(total)):
        total[i] = 0.0 + first[i] + second[i] + third[i] + fourth[i]
        kept[i] = now[i]
