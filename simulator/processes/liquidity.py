"""P10 — liquidity: what is missing, who lends, who does not pay."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.accounts import BANKS, ORGANISATIONS, SUPPLIERS
from simulator.codes import N_REGIONS, SIZES
from simulator.compiled import at, clip, kernel, uniform
from simulator.group_sums import summed
from simulator.organisations import dot
from simulator.processes.support_programmes import CRISIS_ANTICIPATION

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
DUST = 1e-9  # share of yearly costs below which money missing is rounding only
USUAL_GUARANTEE_ODDS = 0.5  # odds that a bridge credit is guaranteed (judgement)
USUAL_EQUITY_RATIO = 0.4  # own funds over assets at which credit odds are those of the parameter
LARGE = SIZES.index("L")  # smallest size class that issues titres associatifs


def manage_liquidity(model: EssModel) -> None:
    """Repay from surplus, then fill shortfalls: overdraft, bridge, quasi-equity, arrears."""
    values = model.values
    floor = floor_months(model)
    _repay(model, floor)
    if model.quarter % 4 == 0:
        _open_year(model)
    for programme, endowment, _ in model.programmes.active("guarantee"):
        model.lenders.guarantor.endow(endowment, values.scalar("guarantee_multiplier"))
        model.programmes.pay(programme, endowment, BANKS)
    short, large = _borrow(model, floor)
    _quasi_equity(model, short, large)
    _arrears(model, short)


def floor_months(model: EssModel) -> Floats:
    """Months of cost under which credit is sought; a cash plan raises it, (1,) or (rows,)."""
    o, floor = model.organisations, model.values.column("liquidity_floor_months")
    plans = o.support == CRISIS_ANTICIPATION
    if not plans.any():
        return floor
    return np.asarray(np.maximum(floor + np.where(plans, o.support_effect, 0.0), 0.0))


def _open_year(model: EssModel) -> None:
    values = model.values
    for bank in model.lenders.banks:
        bank.close_year(values.scalar("credit_tightening"))
    capacity = values.scalar("guarantee_capacity") * model.population_share
    model.lenders.guarantor.open_year(capacity, values.scalar("guarantee_multiplier"))


def _repay(model: EssModel, floor: Floats) -> None:
    """Term loans fall due; surplus above twice the floor pays arrears, overdraft, bridge credit."""
    o, values = model.organisations, model.values
    loans, arrears, overdraft, bridge, by_region = pay_back(
        o.weight, o.region, o.cash, o.restricted, o.equity, o.loans, o.overdraft, o.bridge,
        o.guaranteed, o.arrears, o.cost_year, floor, values.scalar("loan_years"),
    )  # fmt: skip
    model.lenders.lend(by_region)
    model.ledger.record("term_loans", BANKS, ORGANISATIONS, -loans)
    model.ledger.record("arrears", ORGANISATIONS, SUPPLIERS, arrears)
    model.ledger.record("overdraft", BANKS, ORGANISATIONS, -overdraft)
    model.ledger.record("bridge_credit", BANKS, ORGANISATIONS, -bridge)


@kernel
def pay_back(
    weight: Floats, region: NDArray[np.int8], cash: Floats, restricted: Floats, equity: Floats,
    loans: Floats, overdraft: Floats, bridge: Floats, guaranteed: Floats, arrears: Floats,
    cost_year: Floats, floor_months: Floats, loan_years: float,
) -> tuple[float, float, float, float, Floats]:  # fmt: skip
    """Repayments of the quarter, weighted: of loans, arrears, overdraft and bridge credit; and
    what lenders get or give, by région (18,).

    A tenth of a term loan is due a year; it is renewed while own funds are positive.
    """
    by_region = np.zeros(N_REGIONS)
    paid_loans = paid_arrears = paid_overdraft = paid_bridge = 0.0
    for i in range(len(cash)):
        if equity[i] <= 0.0 and loans[i] != 0.0:
            due = min(loans[i] / (4.0 * loan_years), max(cash[i] - restricted[i], 0.0))
            loans[i] -= due
            cash[i] -= due
            paid_loans += weight[i] * due
            by_region[region[i]] -= weight[i] * due
        if arrears[i] > 0.0 or overdraft[i] > 0.0 or bridge[i] > 0.0:
            floor = at(floor_months, i) * max(cost_year[i], 1.0) / 12.0
            surplus = max(cash[i] - restricted[i] - 2.0 * floor, 0.0)
            if surplus == 0.0:
                continue
            part = min(surplus, arrears[i])
            arrears[i] -= part
            cash[i] -= part
            surplus -= part
            paid_arrears += weight[i] * part
            part = min(surplus, overdraft[i])
            overdraft[i] -= part
            cash[i] -= part
            surplus -= part
            paid_overdraft += weight[i] * part
            by_region[region[i]] -= weight[i] * part
            part = min(surplus, bridge[i])
            if part > 0.0:
                guaranteed[i] *= 1.0 - part / bridge[i]
                bridge[i] -= part
                cash[i] -= part
                paid_bridge += weight[i] * part
                by_region[region[i]] -= weight[i] * part
    return paid_loans, paid_arrears, paid_overdraft, paid_bridge, by_region


def _borrow(model: EssModel, floor: Floats) -> tuple[Floats, Rows]:
    """Overdraft up to its limit, then credit on notified receivables, where the bank accepts.

    Returns what is still missing, (rows,), and the large and old rows that miss something.
    """
    o, values, lenders = model.organisations, model.values, model.lenders
    # `credit_size` is a probability per ln R at €100k: its logit slope divides by p(1 − p).
    usual = float(model.parameters["credit_acceptance"])
    slope = values.scalar("credit_size") / (usual * (1.0 - usual))
    short, large, overdraft, bridge, covered, by_region = draw_credit(
        o.uid, o.alive, o.weight, o.region, o.size_entry, o.age, o.cash, o.restricted, o.overdraft,
        o.bridge, o.guaranteed, o.receivable, o.fixed_assets, o.equity, o.revenue_year,
        o.cost_year, floor, values.column("overdraft_limit"),
        values.column("loan_to_receivable"), values.column("credit_acceptance"),
        guarantee_odds(model), lenders.tightening(), slope, values.scalar("credit_equity"),
        values.scalar("credit_margin"), values.scalar("credit_guaranteed"),
        values.scalar("quasi_equity_years"), model.draws.word("guarantee", model.quarter),
        model.draws.word("credit", model.quarter),
    )  # fmt: skip
    lenders.lend(by_region)
    lenders.guarantor.room = max(0.0, lenders.guarantor.room - covered)
    model.ledger.record("overdraft", BANKS, ORGANISATIONS, overdraft)
    model.ledger.record("bridge_credit", BANKS, ORGANISATIONS, bridge)
    return short, large


@kernel
def draw_credit(
    uid: NDArray[np.uint64], alive: NDArray[np.bool_], weight: Floats, region: NDArray[np.int8],
    size_entry: NDArray[np.int8], age: Floats, cash: Floats, restricted: Floats,
    overdraft: Floats, bridge: Floats, guaranteed: Floats, receivable: Floats,
    fixed_assets: Floats, equity: Floats, revenue_year: Floats, cost_year: Floats,
    floor_months: Floats, overdraft_limit: Floats, loan_to_receivable: Floats,
    acceptance: Floats, guarantee_odds: Floats, tightening: Floats, size_slope: float,
    equity_slope: float, margin_slope: float, guarantee_slope: float, large_years: float,
    guarantee_key: np.uint64, credit_key: np.uint64,
) -> tuple[Floats, Rows, float, float, float, Floats]:  # fmt: skip
    """What is still missing (rows,); large and old rows among those; weighted: overdraft drawn,
    net bridge credit, part of it under guarantee; and net lending by région (18,)."""
    rows = len(cash)
    missing, large, count = np.zeros(rows), np.empty(rows, np.int64), 0
    by_region = np.zeros(N_REGIONS)
    drawn = lent = covered = 0.0
    for i in range(rows):
        if not alive[i]:
            continue
        yearly = max(cost_year[i], 1.0)
        floor = at(floor_months, i) * yearly / 12.0
        short = max(0.0, floor - (cash[i] - restricted[i]))
        if short > 0.0:
            part = min(short, max(at(overdraft_limit, i) * yearly - overdraft[i], 0.0))
            overdraft[i] += part
            cash[i] += part
            short -= part
            drawn += weight[i] * part
            by_region[region[i]] += weight[i] * part
        elif bridge[i] <= 0.0:
            continue
        limit = at(loan_to_receivable, i) * max(receivable[i], 0.0)
        # What exceeds the limit, as receivables are paid, goes back to the bank.
        excess = min(max(bridge[i] - limit, 0.0), max(cash[i] - restricted[i], 0.0))
        if excess > 0.0:
            guaranteed[i] *= 1.0 - excess / bridge[i]
            bridge[i] -= excess
            cash[i] -= excess
            short = max(short, floor - (cash[i] - restricted[i]))
            lent -= weight[i] * excess
            by_region[region[i]] -= weight[i] * excess
        room = max(limit - bridge[i], 0.0)
        if short > 0.0 and room > 0.0:
            odds = clip(at(acceptance, i), 1e-6, 1.0 - 1e-6)
            assets = max(fixed_assets[i] + receivable[i] + cash[i], 1.0)
            revenue = revenue_year[i]
            backed = uniform(guarantee_key, uid[i]) < at(guarantee_odds, i)
            logit = (
                math.log(odds / (1.0 - odds))
                + size_slope * math.log(max(revenue, 1_000.0) / 100_000.0)
                + equity_slope * (clip(equity[i] / assets, -1.0, 1.0) - USUAL_EQUITY_RATIO)
                + margin_slope * clip((revenue - cost_year[i]) / max(revenue, 1.0), -0.3, 0.3)
                + (guarantee_slope if backed else 0.0)
                - tightening[region[i]]
            )
            accepted = uniform(credit_key, uid[i]) < 1.0 / (1.0 + math.exp(-logit))
            if accepted or odds >= 1.0 - 1e-6:
                part = min(short, room)
                bridge[i] += part
                cash[i] += part
                short -= part
                lent += weight[i] * part
                by_region[region[i]] += weight[i] * part
                if backed:
                    guaranteed[i] += part
                    covered += weight[i] * part
        missing[i] = short
        if short > 0.0 and size_entry[i] >= LARGE and age[i] >= large_years:
            large[count] = i
            count += 1
    return missing, large[:count], drawn, lent, covered, by_region


def guarantee_odds(model: EssModel) -> Floats:
    """Odds that a bridge credit finds a guarantee, shape (1,) or (rows,), while the fund has room.

    One in two usually; all of those whom a guarantee programme reaches (judgement).
    """
    if model.lenders.guarantor.room <= 0:
        return np.zeros(1)
    reached = [model.programmes.mask(p) for p, _, _ in model.programmes.active("guarantee")]
    if not reached:
        return np.full(1, USUAL_GUARANTEE_ODDS)
    return np.where(np.logical_or.reduce(reached), 1.0, USUAL_GUARANTEE_ODDS)


def _quasi_equity(model: EssModel, short: Floats, rows: Rows) -> None:
    """Titres associatifs: rare, for large and old organisations; programmes may add to them."""
    if not len(rows) or model.quarter < 0:
        return
    o, values, lenders = model.organisations, model.values, model.lenders
    weight = o.weight[rows]
    odds = values.scalar("quasi_equity_rate") / 4.0
    lucky = model.draws.uniform("quasi-equity", model.quarter, o.uid[rows]) < odds
    low = values.scalar("quasi_equity_low") * model.price_level
    high = values.scalar("quasi_equity_high") * model.price_level
    need = np.minimum(np.maximum(short[rows], low), high)
    amount = need * lucky
    for programme, extra, _ in model.programmes.active("quasi_equity"):
        asked = np.where(model.programmes.mask(programme)[rows], need - amount, 0.0)
        wanted = dot(weight, asked)
        added = asked * (min(1.0, extra / wanted) if wanted > 0 else 0.0)
        amount += added
        model.programmes.pay(programme, dot(weight, added), BANKS)
    subscribed = weight * amount
    total = float(subscribed.sum())
    if not total:
        return
    lenders.quasi_equity.subscribed += total
    lenders.lend(summed(o.region[rows], subscribed, N_REGIONS))
    o.quasi_equity[rows] += amount
    o.cash[rows] += amount
    model.ledger.record("quasi_equity", BANKS, ORGANISATIONS, total)
    short[rows] = np.maximum(short[rows] - amount, 0.0)


def _arrears(model: EssModel, short: Floats) -> None:
    """Suppliers and social bodies wait, up to about a month of costs; then one cannot pay."""
    o = model.organisations
    late = put_off(
        o.alive, o.weight, o.cash, o.restricted, o.arrears, o.cost_year, o.insolvent, short,
        model.values.column("arrears_limit"),
    )  # fmt: skip
    model.ledger.record("arrears", SUPPLIERS, ORGANISATIONS, late)


@kernel
def put_off(
    alive: NDArray[np.bool_], weight: Floats, cash: Floats, restricted: Floats, arrears: Floats,
    cost_year: Floats, insolvent: NDArray[np.bool_], short: Floats, limit: Floats,
) -> float:  # fmt: skip
    """Pay late what is missing, up to the limit; weighted total. Notes who cannot pay at all."""
    total = 0.0
    for i in range(len(cash)):
        if short[i] > 0.0:
            room = max(at(limit, i) * max(cost_year[i], 1.0) - arrears[i], 0.0)
            late = min(short[i], room)
            arrears[i] += late
            cash[i] += late
            total += weight[i] * late
        # Who gave its last euro to its lenders has none left; rounding must not decide its fate.
        missing = restricted[i] - cash[i]
        insolvent[i] = alive[i] and missing > DUST * max(cost_year[i], 1.0)
    return total
