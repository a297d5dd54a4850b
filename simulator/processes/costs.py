"""P9 — costs of the quarter, employment aid, restricted funds, tax, result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.accounts import BANKS, HOUSEHOLDS, ORGANISATIONS, SUPPLIERS
from simulator.codes import FORMS, LEVELS

if TYPE_CHECKING:
    from simulator.model import EssModel

NET_WAGE_SHARE = 0.55  # net wage in the cost of an employee; the rest is charges (judgement)
STAFF_FALL, SERVICE_FALL = 0.01, 0.05  # falls over a year that surveys call a cut (fact V9)
RELEASE_RATE = 1.0 / 3.0  # share of restricted funds delivered in a quarter at full service
FIRST_COMPANY_FORM = FORMS.index("SCOP")  # SCOP, SCIC and SC pay corporate tax


def receive_aid(model: EssModel) -> None:
    """Employment aid of the quarter; jobs whose aid ends are kept only in part."""
    o, values = model.organisations, model.values
    factor = np.broadcast_to(np.asarray(values.rows("employment_aid_factor")), (o.rows,))
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
        model.remember_aid_factor(factor)
    aid = o.employment_aid * factor * 0.25
    o.earn(aid, private=False)
    o.public_paid += aid
    model.ledger.record("employment_aid", "etat", ORGANISATIONS, o.total(aid))


def run_costs(model: EssModel) -> None:
    """Pay staff, purchases, fixed costs, fundraising and interest; release restricted funds."""
    o, values, ledger = model.organisations, model.values, model.ledger
    payroll = o.wage * o.staff * 0.25
    prices = model.price_level
    purchases = o.variable_cost * o.service * prices
    fixed = o.fixed_cost * 0.25 * prices
    fundraising = o.fundraising * values.rows("fundraising_effort") * 0.25
    depreciation = o.fixed_assets * (values.scalar("depreciation_rate") * 0.25)
    term_rate = values.scalar("interest_base") + values.scalar("interest_spread")
    interest = (o.loans + o.overdraft + o.bridge + o.quasi_equity) * (term_rate * 0.25)
    o.spend(payroll)
    decided = values.rows("decided_spending") * np.maximum(o.revenue_year, 0.0) * 0.25
    # What is written down is bought again: assets stay, the charge leaves as cash.
    bought = purchases + fixed + fundraising + depreciation + decided
    o.spend(bought)
    o.spend(interest)
    wages = o.total(payroll)
    ledger.record("net_wages", ORGANISATIONS, HOUSEHOLDS, NET_WAGE_SHARE * wages)
    ledger.record("charges", ORGANISATIONS, SUPPLIERS, (1.0 - NET_WAGE_SHARE) * wages)
    ledger.record("purchases", ORGANISATIONS, SUPPLIERS, o.total(bought))
    ledger.record("interest", ORGANISATIONS, BANKS, o.total(interest))
    _release(model)
    _tax(model)


def _release(model: EssModel) -> None:
    """Restricted funds become products as the work they were given for is done."""
    o = model.organisations
    done = np.divide(o.service, o.capacity, out=np.ones(o.rows), where=o.capacity > 0)
    released = o.restricted * (RELEASE_RATE * np.clip(done, 0.0, 1.0))
    o.restricted -= released
    o.equity += released
    o.revenue += released


def _tax(model: EssModel) -> None:
    """Companies of the ESS pay corporate tax on the positive result of the quarter."""
    o = model.organisations
    company = o.form >= FIRST_COMPANY_FORM
    tax = np.where(company, np.maximum(o.revenue - o.cost, 0.0), 0.0)
    tax *= model.values.scalar("corporate_tax")
    o.spend(tax)
    model.ledger.record("corporate_tax", ORGANISATIONS, SUPPLIERS, o.total(tax))


def remember_year(model: EssModel) -> None:
    """Roll the rings of the last four quarters and their sums."""
    o = model.organisations
    slot = model.quarter % 4
    # A year ago is what the slot still holds; entrants hold nothing and are not compared.
    before, served = o.ring_staff[slot].copy(), o.ring_service[slot].copy()
    o.ring_staff[slot], o.ring_service[slot] = o.staff, o.service
    o.ring_layoffs[slot] = o.layoffs
    cut = (before > 0) & (o.staff <= (1.0 - STAFF_FALL) * before)
    model.staff_down = cut
    model.staff_down_layoffs = cut & (o.ring_layoffs.sum(axis=0) > 0)
    model.service_down = (served > 0) & (o.service <= (1.0 - SERVICE_FALL) * served)
    for ring, flow, year in (
        (o.ring_revenue, o.revenue, o.revenue_year),
        (o.ring_private, o.private_revenue, o.private_year),
        (o.ring_cost, o.cost, o.cost_year),
    ):
        ring[slot] = flow
        np.sum(ring, axis=0, out=year)
