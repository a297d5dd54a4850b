"""P11: what an organisation changes when it expects a gap, in this order; P13: its legal form."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tests.reference import programmes
from tests.reference.organisation import ASSOCIATION
from tests.reference.production import OVERLOAD_CEILING, QUALITY_CEILING, QUALITY_FLOOR
from tests.reference.support import DLA, RETHINKING

if TYPE_CHECKING:
    from tests.reference.mesa_twin import TwinModel
    from tests.reference.organisation import Organisation

BUSY = 0.9
FUNDRAISING_LIMIT = 0.10
FIRST_YEAR_LOSS = 0.75
PROJECT_QUARTERS = 3  # a market project is paid over so many
RAMP_QUARTERS = 4  # and brings its sales over so many
SCIC = 4


def adapt(model: TwinModel) -> None:
    """Staff, fixed costs, prices, fundraising, market projects, drift."""
    tries = model.draws.column("diversify", model.quarter)
    patience = model.draws.column("project lag", 0)
    spent, ending = [], []
    for org in model.organisations:
        _change_staff(org)
        _change_prices_and_effort(org)
        invested = _invest(org, tries[org.row])
        if invested:
            spent.append((org, invested))
        if org.project_clock and org.project_clock >= _patience(org, patience[org.row]):
            ending.append(org)
    if spent:
        programmes.support(model, "market_support", spent)
    for org in ending:
        _conclude(model, org)
    for org in model.organisations:
        _ramp_up(org)
        _drift(org)


def _change_staff(org: Organisation) -> None:
    """Leavers are not replaced; layoffs where cash is short; hiring from a surplus."""
    terms, gap, months = org.terms, org.gap, org.cash_months
    beyond = gap - terms.gap_tolerance
    leaving = min(terms.attrition, terms.stickiness_down * max(0.0, beyond)) * org.pace
    laid, share = 0.0, terms.decided_layoffs
    if beyond > 0 and months < terms.layoff_threshold_months:
        share = max(share, min(terms.layoff_rate, terms.layoff_gap_share * gap) * org.pace)
    if share > 0:
        severance = share * org.staff * org.wage * terms.severance_months / 12.0
        room = max(terms.overdraft_limit * org.cost_year - org.overdraft, 0.0)
        if org.free_cash + room > severance:  # who cannot pay for layoffs makes none
            laid = share
            org.layoffs = laid * org.staff
            org.spend(severance)
    rich = max(months - terms.cash_ceiling_months, 0.0) / 12.0
    hires = gap < -terms.hiring_gap and months > terms.hiring_cash_months
    hired = 0.0
    if (hires or (rich > 0 and beyond < 0)) and org.demand > BUSY * org.capacity:
        surplus = max(-gap, 0.0) + 0.25 * min(rich, 0.08)
        hired = min(terms.hiring_cap, terms.stickiness_up * surplus)
    org.staff *= max(1.0 - leaving - laid + hired, 0.0)
    if laid:
        org.overload = min(org.overload + terms.overload_layoff * laid, OVERLOAD_CEILING)
        quality = org.quality - terms.quality_layoff * laid
        org.quality = min(max(quality, QUALITY_FLOOR), QUALITY_CEILING)


def _change_prices_and_effort(org: Organisation) -> None:
    """In a gap fixed costs fall, prices and fundraising rise."""
    terms, gap = org.terms, org.gap
    if gap > terms.fixed_cost_gap:
        org.fixed_cost *= 1.0 - terms.fixed_cost_cut * org.pace
    if gap > terms.gap_tolerance and terms.price_cap > 0:
        dearer = org.price * (1.0 + terms.price_speed * org.pace)
        org.price = min(dearer, max(1.0 + terms.price_cap, org.price))
    more = 0.0
    if gap > 0 and org.fundraising > 0:
        more = terms.fundraising_response * org.fundraising * gap / 4.0
        if org.cell.opened:
            # After a lost grant part of the effort comes back, as far as cash allows.
            means = min(max(org.cash_months / 3.0, 0.0), 1.0)
            more += terms.crowding_effort * max(org.grants_lost, 0.0) * means
        limit = FUNDRAISING_LIMIT * org.revenue_year - org.fundraising
        more = min(more, max(limit, 0.0))
    org.fundraising_new = 0.5 * org.fundraising_new + FIRST_YEAR_LOSS * more
    org.fundraising += more


def _invest(org: Organisation, luck: float) -> float:
    """A market project starts, or goes on; what it costs in the quarter."""
    terms = org.terms
    if org.project_clock > 0:
        org.project_clock += 1
    elif (
        org.gap > terms.diversification_gap
        and org.cash_months > terms.diversification_cash_months
        and org.revenue_year > 0
        and org.largest_funder / org.revenue_year > terms.diversification_dependence
        and luck < terms.diversification_attempts * org.pace
    ):
        org.project_clock = 1
    if not 1 <= org.project_clock <= PROJECT_QUARTERS:
        return 0.0
    paid = terms.diversification_cost * max(org.revenue_year, 0.0) / PROJECT_QUARTERS
    org.spend(paid)
    return paid


def _patience(org: Organisation, luck: float) -> int:
    """Quarters before the outcome of a project is known."""
    low, high = org.terms.diversification_lag_low, org.terms.diversification_lag_high
    return math.floor(low + (high - low + 1.0) * luck)


def _conclude(model: TwinModel, org: Organisation) -> None:
    """A project wins new sales, or its cost is lost."""
    terms, budget = org.terms, max(org.revenue_year, 0.0)
    usual, now = model.rules.usual("diversification_success"), terms.diversification_success
    supported = any(
        programmes.reaches(programme, org)
        for programme, _, _ in programmes.active(model, "market_support")
    )
    logit = (
        _logit(now) - _logit(usual)
        + terms.diversification_intercept
        + terms.diversification_size * math.log(max(budget, 1_000.0) / 200_000.0)
        + terms.diversification_cash * min(max(org.cash_months, 0.0), 12.0)
        + terms.diversification_support * supported
        + (org.support_effect if org.support in (RETHINKING, DLA) else 0.0)
    )  # fmt: skip
    org.project_clock, org.project_gain, org.project_ramp = 0, 0.0, 0
    if model.draws.column("project won", model.quarter)[org.row] < 1.0 / (1.0 + math.exp(-logit)):
        low, high = terms.diversification_gain_low, terms.diversification_gain_high
        luck = model.draws.column("project gain", model.quarter)[org.row]
        org.project_gain = (low + (high - low) * luck) * budget
        org.project_ramp = RAMP_QUARTERS
    org.drift = min(org.drift + terms.drift_calls, 1.0)


def _logit(odds: float) -> float:
    return math.log(odds / (1.0 - odds))


def _ramp_up(org: Organisation) -> None:
    """New sales come little by little, with their costs."""
    if org.project_ramp > 0:
        step = org.project_gain / RAMP_QUARTERS
        org.market_gain += step / (org.sales_growth * org.sales_scale)
        org.fixed_cost += step * (1.0 - org.terms.diversification_margin) / org.model.price_level
        org.project_ramp -= 1


def _drift(org: Organisation) -> None:
    """The mission drifts with market income and lost calls, and comes back slowly."""
    terms = org.terms
    share = org.sales / org.revenue_year if org.revenue_year > 0 else 0.0
    excess = max(min(max(share, 0.0), 1.0) - terms.drift_threshold, 0.0)
    excess = min(excess, max(share - org.commercial_base, 0.0))
    drift = (
        terms.mission_drift * excess * (1.0 - org.drift_guard) - terms.drift_recovery * org.drift
    )
    drift = org.drift + drift / 4.0
    if org.failed_calls and org.cell.opened:
        drift += terms.drift_calls
    org.drift = min(max(drift, 0.0), 1.0)


def change_legal_form(model: TwinModel) -> None:
    """Eligible associations become Scic: capital comes, donors and volunteers leave."""
    terms = model.terms
    luck = model.draws.column("scic", model.quarter)
    price = terms.scic_cost * model.price_level
    for org in model.organisations:
        if org.form != ASSOCIATION or luck[org.row] >= org.terms.scic_rate / 4.0:
            continue
        own = (org.sales + org.memberships) / org.revenue_year if org.revenue_year > 0 else 0.0
        able = own > terms.scic_own_income and org.staff >= terms.scic_minimum_staff
        if not (able and org.equity > 0 and org.recovery == 0 and org.free_cash > price):
            continue
        org.form = SCIC
        org.spend(price)
        org.cash += terms.scic_capital * max(org.revenue_year, 0.0)
        org.volunteers *= 1.0 - terms.scic_volunteer_loss
        org.drift_guard = terms.drift_scic_guard
        org.reputation *= 1.0 - terms.scic_gift_loss
        org.see_rules()
