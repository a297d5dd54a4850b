"""P10: surplus pays debts back; who is short draws on the bank, then on its suppliers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import mesa

from tests.reference import programmes
from tests.reference.organisation import LARGE
from tests.reference.support import CRISIS_ANTICIPATION

if TYPE_CHECKING:
    from tests.reference.mesa_twin import TwinModel
    from tests.reference.organisation import Organisation

DUST = 1e-9  # share of yearly costs below which money missing is rounding only
USUAL_GUARANTEE_ODDS = 0.5
USUAL_EQUITY_RATIO = 0.4


class Bank(mesa.Agent):
    """Lenders of one région."""

    model: TwinModel

    def __init__(self, model: TwinModel, region: int, tightening: float, lost: float) -> None:
        super().__init__(model)
        self.region, self.tightening, self.lost_this_year = region, tightening, lost

    def close_year(self, held: float) -> None:
        """Losses of the year, over what the bank holds, make credit harder to have."""
        rate = self.lost_this_year / held if held > 0 else 0.0
        self.tightening = self.model.terms.credit_tightening * rate
        self.lost_this_year = 0.0


def loans_held(model: TwinModel) -> list[float]:
    """What clients owe, by région."""
    held = [0.0] * len(model.banks)
    for org in model.organisations:
        held[org.region] += org.weight * org.debts
    return held


class GuaranteeFund(mesa.Agent):
    """Covers part of lost bridge credit, while it has money; promises while it has room."""

    model: TwinModel

    def __init__(self, model: TwinModel, fund: float, room: float) -> None:
        super().__init__(model)
        self.fund, self.room = fund, room

    def open_year(self) -> None:
        """The usual capacity of the year, backed at the usual leverage."""
        terms = self.model.terms
        capacity = terms.guarantee_capacity * self.model.population_share
        self.fund += capacity / terms.guarantee_multiplier
        self.room = capacity

    def endow(self, amount: float) -> None:
        """Money of a programme."""
        self.fund += amount
        self.room += amount * self.model.terms.guarantee_multiplier


def manage_liquidity(model: TwinModel) -> None:
    """Repay from surplus, then fill what is missing."""
    for org in model.organisations:
        if org.loans > 0 and org.equity <= 0:
            _pay_loan_back(org)
        if org.arrears > 0 or org.overdraft > 0 or org.bridge > 0:
            _repay(org)
    if model.quarters_left == 4:
        for bank, held in zip(model.banks, loans_held(model), strict=True):
            bank.close_year(held)
        model.guarantee_fund.open_year()
    guarantees = programmes.active(model, "guarantee")
    for programme, amount, _ in guarantees:
        model.guarantee_fund.endow(amount)
        programmes.charge(model, programme, amount)
    odds = USUAL_GUARANTEE_ODDS if model.guarantee_fund.room > 0 else 0.0
    backed = model.draws.column("guarantee", model.quarter)
    luck = model.draws.column("credit", model.quarter)
    short: dict[Organisation, float] = {}
    promised = 0.0
    for org in model.organisations:
        org.insolvent = False
        missing = _floor(org) - org.free_cash
        if missing > 0:
            missing = _draw_overdraft(org, missing)
        if org.bridge > 0:
            missing = _lower_bridge(org, missing)
        if missing > 0:
            sure = odds and any(programmes.reaches(one, org) for one, _, _ in guarantees)
            guaranteed = backed[org.row] < (1.0 if sure else odds)
            lent = _borrow(model, org, missing, guaranteed, luck[org.row])
            if guaranteed:
                promised += org.weight * lent
            missing -= lent
            short[org] = missing
    model.guarantee_fund.room = max(0.0, model.guarantee_fund.room - promised)
    _issue_quasi_equity(model, short)
    for org, missing in short.items():
        _let_suppliers_wait(org, missing)
        org.insolvent = org.free_cash < -DUST * max(org.cost_year, 1.0)


def _floor(org: Organisation) -> float:
    """Cash that an organisation wants to keep."""
    months = org.terms.liquidity_floor_months
    if org.support == CRISIS_ANTICIPATION:
        months = max(months + org.support_effect, 0.0)
    return months * max(org.cost_year, 1.0) / 12.0


def _pay_loan_back(org: Organisation) -> None:
    """Term loans are renewed while own funds are positive, else paid back from free cash."""
    due = min(org.loans / (4.0 * org.terms.loan_years), max(org.free_cash, 0.0))
    org.loans -= due
    org.cash -= due


def _repay(org: Organisation) -> None:
    """Surplus above two floors pays arrears, then overdraft, then bridge credit."""
    surplus = max(org.free_cash - 2.0 * _floor(org), 0.0)
    for debt in ("arrears", "overdraft"):
        paid = min(surplus, getattr(org, debt))
        setattr(org, debt, getattr(org, debt) - paid)
        org.cash -= paid
        surplus -= paid
    _repay_bridge(org, min(surplus, org.bridge))


def _repay_bridge(org: Organisation, amount: float) -> None:
    """What is paid back frees its part of the guarantee."""
    if amount > 0:
        org.guaranteed *= 1.0 - amount / org.bridge
        org.bridge -= amount
        org.cash -= amount


def _draw_overdraft(org: Organisation, short: float) -> float:
    room = max(org.terms.overdraft_limit * max(org.cost_year, 1.0) - org.overdraft, 0.0)
    drawn = min(short, room)
    org.overdraft += drawn
    org.cash += drawn
    return short - drawn


def _lower_bridge(org: Organisation, short: float) -> float:
    """Bridge credit above its limit goes back to the bank, as far as cash reaches."""
    excess = min(max(org.bridge - _bridge_limit(org), 0.0), max(org.free_cash, 0.0))
    if excess > 0:
        _repay_bridge(org, excess)
        short = max(short, _floor(org) - org.free_cash)
    return short


def _bridge_limit(org: Organisation) -> float:
    return org.terms.loan_to_receivable * max(org.receivable, 0.0)


def _borrow(
    model: TwinModel, org: Organisation, short: float, guaranteed: bool, luck: float
) -> float:
    """Credit on what funders owe, where the bank accepts; what it lends."""
    room = max(_bridge_limit(org) - org.bridge, 0.0)
    usual = min(max(org.terms.credit_acceptance, 1e-6), 1.0 - 1e-6)
    if room <= 0 or not (usual >= 1.0 - 1e-6 or luck < _acceptance(model, org, usual, guaranteed)):
        return 0.0
    lent = min(short, room)
    org.bridge += lent
    org.cash += lent
    if guaranteed:
        org.guaranteed += lent
    return lent


def _acceptance(model: TwinModel, org: Organisation, usual: float, guaranteed: bool) -> float:
    """Odds of credit: size, own funds, margin, guarantee, what the bank has lost."""
    terms, budget = org.terms, org.revenue_year
    # The slope is a probability per logarithm of budget at €100,000.
    at_reference = model.rules.parameters.number("credit_acceptance")
    slope = terms.credit_size / (at_reference * (1.0 - at_reference))
    equity = org.equity / max(org.fixed_assets + org.receivable + org.cash, 1.0)
    margin = (budget - org.cost_year) / max(budget, 1.0)
    logit = (
        math.log(usual / (1.0 - usual))
        + slope * math.log(max(budget, 1_000.0) / 100_000.0)
        + terms.credit_equity * (min(max(equity, -1.0), 1.0) - USUAL_EQUITY_RATIO)
        + terms.credit_margin * min(max(margin, -0.3), 0.3)
        + terms.credit_guaranteed * guaranteed
        - model.banks[org.region].tightening
    )
    return 1.0 / (1.0 + math.exp(-logit))


def _issue_quasi_equity(model: TwinModel, short: dict[Organisation, float]) -> None:
    """Large and old organisations may find subscribers; programmes may be among them."""
    terms = model.terms
    low, high = (
        getattr(terms, name) * model.price_level
        for name in ("quasi_equity_low", "quasi_equity_high")
    )
    luck = model.draws.column("quasi-equity", model.quarter)
    needs, found = {}, {}
    for org, missing in short.items():
        if missing > 0 and org.size_entry >= LARGE and org.age >= terms.quasi_equity_years:
            needs[org] = min(max(missing, low), high)
            found[org] = needs[org] if luck[org.row] < terms.quasi_equity_rate / 4.0 else 0.0
    for programme, budget, _ in programmes.active(model, "quasi_equity") if needs else ():
        asked = {
            org: need - found[org]
            for org, need in needs.items()
            if programmes.reaches(programme, org)
        }
        wanted = sum([org.weight * euros for org, euros in asked.items()])
        part = min(1.0, budget / wanted) if wanted > 0 else 0.0
        for org, euros in asked.items():
            found[org] += euros * part
        programmes.charge(model, programme, wanted * part)
    for org, euros in found.items():
        org.quasi_equity += euros
        org.cash += euros
        short[org] = max(short[org] - euros, 0.0)


def _let_suppliers_wait(org: Organisation, short: float) -> None:
    limit = org.terms.arrears_limit * max(org.cost_year, 1.0)
    waits = min(short, max(limit - org.arrears, 0.0))
    org.arrears += waits
    org.cash += waits
