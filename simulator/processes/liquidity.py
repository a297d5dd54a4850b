"""P10 — liquidity: what is missing, who lends, who does not pay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.accounts import BANKS, ORGANISATIONS, SUPPLIERS
from simulator.codes import SIZES
from simulator.organisations import dot

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
DUST = 1e-9  # share of yearly costs below which money missing is rounding only
USUAL_GUARANTEE_ODDS = 0.5  # odds that a bridge credit is guaranteed (judgement)
USUAL_EQUITY_RATIO = 0.4  # own funds over assets at which credit odds are those of the parameter


def manage_liquidity(model: EssModel) -> None:
    """Repay from surplus, then fill shortfalls: overdraft, bridge, quasi-equity, arrears."""
    o, values = model.organisations, model.values
    yearly = np.maximum(o.cost_year, 1.0)
    floor = values.rows("liquidity_floor_months") * yearly / 12.0
    _repay_term_loans(model)
    _repay(model, 2.0 * floor)
    if model.quarter % 4 == 0:
        _open_year(model)
    for programme, endowment, _ in model.programmes.active("guarantee"):
        model.lenders.guarantor.endow(endowment, values.scalar("guarantee_multiplier"))
        model.programmes.pay(programme, endowment, BANKS)
    short = np.maximum(0.0, floor - o.free_cash)
    short[~o.alive] = 0.0
    short = _overdraft(model, short, yearly)
    short = _bridge(model, short, floor)
    short = _quasi_equity(model, short)
    _arrears(model, short, yearly)
    # Who gave its last euro to its lenders has none left; rounding must not decide its fate.
    o.insolvent[:] = o.alive & (o.free_cash < -DUST * yearly)


def _open_year(model: EssModel) -> None:
    values = model.values
    for bank in model.lenders.banks:
        bank.close_year(values.scalar("credit_tightening"))
    capacity = values.scalar("guarantee_capacity") * model.population_share
    model.lenders.guarantor.open_year(capacity, values.scalar("guarantee_multiplier"))


def _move(model: EssModel, stock: Floats, amount: Floats, flow: str) -> None:
    """New credit (positive) or repayment (negative), with the lenders of the région."""
    o = model.organisations
    stock += amount
    o.cash += amount
    model.lenders.lend(o, amount)
    model.ledger.record(flow, BANKS, ORGANISATIONS, o.total(amount))


def _repay_term_loans(model: EssModel) -> None:
    """A tenth of the loan a year; renewed while own funds are positive."""
    o = model.organisations
    due = o.loans / (4.0 * model.values.scalar("loan_years"))
    due = np.where(o.equity > 0, 0.0, np.minimum(due, np.maximum(o.free_cash, 0.0)))
    if due.any():
        _move(model, o.loans, -due, "term_loans")


def _repay(model: EssModel, keep: Floats) -> None:
    """Surplus above `keep` pays arrears, then overdraft, then bridge credit."""
    o = model.organisations
    owing = (o.arrears > 0) | (o.overdraft > 0) | (o.bridge > 0)
    if not owing.any():
        return
    surplus = np.where(owing, np.maximum(o.free_cash - keep, 0.0), 0.0)
    paid = np.minimum(surplus, o.arrears)
    o.arrears -= paid
    o.cash -= paid
    model.ledger.record("arrears", ORGANISATIONS, SUPPLIERS, o.total(paid))
    surplus -= paid
    part = np.minimum(surplus, o.overdraft)
    _move(model, o.overdraft, -part, "overdraft")
    surplus -= part
    part = np.minimum(surplus, o.bridge)
    rows = np.flatnonzero((part != 0) & (o.bridge > 0))
    o.guaranteed[rows] *= 1.0 - part[rows] / o.bridge[rows]
    _move(model, o.bridge, -part, "bridge_credit")


def _overdraft(model: EssModel, short: Floats, yearly: Floats) -> Floats:
    o = model.organisations
    room = np.maximum(model.values.rows("overdraft_limit") * yearly - o.overdraft, 0.0)
    drawn = np.minimum(short, room)
    _move(model, o.overdraft, drawn, "overdraft")
    return np.asarray(short - drawn)


def _bridge(model: EssModel, short: Floats, floor: Floats) -> Floats:
    """Credit on notified receivables (Dailly), where the bank accepts."""
    o, values, lenders = model.organisations, model.values, model.lenders
    limit = values.rows("loan_to_receivable") * np.maximum(o.receivable, 0.0)
    # What exceeds the limit, as receivables are paid, goes back to the bank.
    excess = np.minimum(np.maximum(o.bridge - limit, 0.0), np.maximum(o.free_cash, 0.0))
    if excess.any():
        rows = np.flatnonzero((excess > 0) & (o.bridge > 0))
        o.guaranteed[rows] *= 1.0 - excess[rows] / o.bridge[rows]
        _move(model, o.bridge, -excess, "bridge_credit")
        short = np.maximum(short, np.where(excess > 0, floor - o.free_cash, 0.0))
    room = np.maximum(limit - o.bridge, 0.0)
    rows = np.flatnonzero((short > 0) & (room > 0))
    if not len(rows):
        return short
    acceptance = np.broadcast_to(np.asarray(values.rows("credit_acceptance")), (o.rows,))[rows]
    acceptance = np.clip(acceptance, 1e-6, 1.0 - 1e-6)
    assets = np.maximum(o.fixed_assets[rows] + o.receivable[rows] + o.cash[rows], 1.0)
    equity_ratio = np.clip(o.equity[rows] / assets, -1.0, 1.0)
    margin = np.clip(
        (o.revenue_year[rows] - o.cost_year[rows]) / np.maximum(o.revenue_year[rows], 1.0),
        -0.3,
        0.3,
    )
    ids = o.uid[rows]
    guaranteed = model.draws.uniform("guarantee", model.quarter, ids) < guarantee_odds(model)[rows]
    # `credit_size` is a probability per ln R at €100k: its logit slope divides by p(1 − p).
    usual = float(model.parameters["credit_acceptance"])
    slope = values.scalar("credit_size") / (usual * (1.0 - usual))
    logit = (
        np.log(acceptance / (1.0 - acceptance))
        + slope * np.log(np.maximum(o.revenue_year[rows], 1_000.0) / 100_000.0)
        + values.scalar("credit_equity") * (equity_ratio - USUAL_EQUITY_RATIO)
        + values.scalar("credit_margin") * margin
        + values.scalar("credit_guaranteed") * guaranteed
        - lenders.tightening()[o.region[rows]]
    )
    accepted = model.draws.uniform("credit", model.quarter, ids) < 1.0 / (1.0 + np.exp(-logit))
    accepted |= acceptance >= 1.0 - 1e-6
    amount = np.zeros(o.rows)
    amount[rows] = np.where(accepted, np.minimum(short[rows], room[rows]), 0.0)
    covered = np.zeros(o.rows)
    covered[rows] = np.where(guaranteed, amount[rows], 0.0)
    lenders.guarantor.room = max(0.0, lenders.guarantor.room - o.total(covered))
    o.guaranteed += covered
    _move(model, o.bridge, amount, "bridge_credit")
    return np.asarray(short - amount)


def guarantee_odds(model: EssModel) -> Floats:
    """Odds that a bridge credit finds a guarantee, shape (rows,), while the fund has room.

    One in two usually; all of those whom a guarantee programme reaches (judgement).
    """
    o = model.organisations
    if model.lenders.guarantor.room <= 0:
        return np.zeros(o.rows)
    odds = np.full(o.rows, USUAL_GUARANTEE_ODDS)
    for programme, _, _ in model.programmes.active("guarantee"):
        odds[model.programmes.mask(programme)] = 1.0
    return odds


def _quasi_equity(model: EssModel, short: Floats) -> Floats:
    """Titres associatifs: rare, for large and old organisations; programmes may add to them."""
    o, values, lenders = model.organisations, model.values, model.lenders
    large = o.alive & (o.size_entry >= SIZES.index("L")) & (short > 0)
    large &= o.age >= values.scalar("quasi_equity_years")
    rows = np.flatnonzero(large)
    if not len(rows) or model.quarter < 0:
        return short
    odds = values.scalar("quasi_equity_rate") / 4.0
    draws = model.draws.uniform("quasi-equity", model.quarter, o.uid[rows])
    amount = np.zeros(o.rows)
    low = values.scalar("quasi_equity_low") * model.price_level
    need = np.clip(short[rows], low, values.scalar("quasi_equity_high") * model.price_level)
    amount[rows] = np.where(draws < odds, need, 0.0)
    for programme, extra, _ in model.programmes.active("quasi_equity"):
        asked = np.where(model.programmes.mask(programme)[rows], need - amount[rows], 0.0)
        wanted = dot(o.weight[rows], asked)
        added = asked * (min(1.0, extra / wanted) if wanted > 0 else 0.0)
        amount[rows] += added
        model.programmes.pay(programme, dot(o.weight[rows], added), BANKS)
    lenders.quasi_equity.subscribed += o.total(amount)
    _move(model, o.quasi_equity, amount, "quasi_equity")
    return np.asarray(np.maximum(short - amount, 0.0))


def _arrears(model: EssModel, short: Floats, yearly: Floats) -> None:
    """Suppliers and social bodies wait, up to about a month of costs."""
    o = model.organisations
    room = np.maximum(model.values.rows("arrears_limit") * yearly - o.arrears, 0.0)
    late = np.minimum(short, room)
    o.arrears += late
    o.cash += late
    model.ledger.record("arrears", SUPPLIERS, ORGANISATIONS, o.total(late))
