"""P11, last part — projects of diversification: costly, late and risky."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.accounts import ORGANISATIONS, SUPPLIERS
from simulator.compiled import at, clip, kernel, uniform
from simulator.parameters import SPECS
from simulator.processes.support_programmes import DLA, RETHINKING
from simulator.public_money import BLOCK, LARGEST

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int8]
Rows = NDArray[np.int64]


def diversify(model: EssModel) -> None:
    """A costly, late and risky investment in a market activity."""
    o, values, draw = model.organisations, model.values, model.draws
    cost = np.zeros(o.rows)
    spent, ends = _invest(
        cost, draw.word("diversify", model.quarter), draw.word("project lag", 0),
        o.uid, o.alive, o.weight, o.gap, model.cash_months,
        model.public_money.lines()[LARGEST], o.revenue_year, o.project_clock, o.cash,
        o.equity, o.cost,
        values.scalar("diversification_dependence"), values.scalar("diversification_gap"),
        values.scalar("diversification_cash_months"), values.scalar("diversification_lag_low"),
        values.scalar("diversification_lag_high"), values.column("diversification_attempts"),
        values.column("diversification_cost"), o.pace,
    )  # fmt: skip
    model.ledger.record("purchases", ORGANISATIONS, SUPPLIERS, spent)
    supported = np.zeros(o.rows, dtype=bool)
    for programme, _, share in model.programmes.active("market_support"):
        reach = model.programmes.mask(programme)
        supported |= reach
        if spent:
            model.programmes.give(programme, np.where(reach, cost * share, 0.0))
    usual = _log_odds(float(np.asarray(SPECS["diversification_success"].default)))
    _conclude(
        ends, supported, o.uid, o.revenue_year, model.cash_months, o.support, o.support_effect,
        o.project_clock, o.project_gain, o.project_ramp, o.drift,
        _log_odds(values.scalar("diversification_success")) - usual
        + values.scalar("diversification_intercept"),
        values.scalar("diversification_size"), values.scalar("diversification_cash"),
        values.scalar("diversification_support"), values.scalar("diversification_gain_low"),
        values.scalar("diversification_gain_high"), values.scalar("drift_calls"),
        draw.word("project won", model.quarter), draw.word("project gain", model.quarter),
    )  # fmt: skip
    _ramp(
        o.project_ramp, o.project_gain, o.market_gain, o.fixed_cost, o.sales_growth,
        model.sales_scale(), values.scalar("diversification_margin"), model.price_level,
    )  # fmt: skip


@kernel
def _invest(
    invested: Floats, decision: np.uint64, patience: np.uint64, uid: NDArray[np.uint64],
    alive: Flags, weight: Floats, gap: Floats, months: Floats, largest: Floats,
    revenue_year: Floats, clock: Codes,
    cash: Floats, equity: Floats, cost: Floats, dependence: float, wide_gap: float,
    enough_cash: float, shortest: float, longest: float, attempts: Floats, price: Floats,
    pace: Floats,
) -> tuple[float, Rows]:  # fmt: skip
    """Start projects where one funder weighs too much, and pay for them over three quarters.

    `invested` (rows,) takes the euros of the quarter. Returns their weighted total and the rows
    whose project comes to its end.
    """
    rows, count = np.empty(len(uid), np.int64), 0
    for i in range(len(uid)):
        rows[count] = i
        count += (clock[i] > 0) | (alive[i] & (gap[i] > wide_gap) & (months[i] > enough_cash))
    total, ending = 0.0, 0
    ends = np.empty(count, np.int64)
    for i in rows[:count]:
        budget = max(revenue_year[i], 0.0)
        if clock[i] > 0:
            clock[i] += 1
        # The draw comes first: it leaves few whose funders are to be looked at.
        elif budget > 0 and uniform(decision, uid[i]) < at(attempts, i) * pace[i]:
            clock[i] = largest[i] / budget > dependence
        if clock[i] == 0:
            continue
        if clock[i] <= 3:
            paid = at(price, i) * budget / 3.0
            invested[i] = paid
            cost[i] += paid
            equity[i] -= paid
            cash[i] -= paid
            total += weight[i] * paid
        if clock[i] >= np.floor(shortest + (longest - shortest + 1.0) * uniform(patience, uid[i])):
            ends[ending] = i
            ending += 1
    return total, ends[:ending]


def _log_odds(chance: float) -> float:
    return math.log(chance / (1.0 - chance))


@kernel
def _conclude(
    ends: Rows, supported: Flags, uid: NDArray[np.uint64], revenue_year: Floats, months: Floats,
    support: Codes, support_effect: Floats, clock: Codes, gain: Floats, ramp: Codes, drift: Floats,
    usual: float, of_size: float, of_cash: float, of_support: float, lowest: float, highest: float,
    chased: float, luck_key: np.uint64, gain_key: np.uint64,
) -> None:  # fmt: skip
    """A project wins new sales, or its cost is lost; `usual`: log-odds of winning, before all."""
    for row in ends:
        budget = max(revenue_year[row], 0.0)
        logit = usual + of_size * math.log(max(budget, 1_000.0) / 200_000.0)
        logit += of_cash * clip(months[row], 0.0, 12.0)
        logit += of_support * supported[row]
        if support[row] == RETHINKING or support[row] == DLA:
            logit += support_effect[row]
        won = uniform(luck_key, uid[row]) < 1.0 / (1.0 + math.exp(-logit))
        share = lowest + (highest - lowest) * uniform(gain_key, uid[row])
        gain[row] = share * budget if won else 0.0
        ramp[row] = 4 if won else 0
        clock[row] = 0
        drift[row] = min(drift[row] + chased, 1.0)


@kernel
def _ramp(
    ramp: Codes, gain: Floats, market_gain: Floats, fixed_cost: Floats, growth: Floats,
    sales_scale: Floats, margin: float, price_level: float,
) -> None:  # fmt: skip
    """A won project brings a quarter of its sales, and their costs, in each of four quarters."""
    for first in range(0, len(ramp), BLOCK):
        last, highest = min(first + BLOCK, len(ramp)), 0
        for i in range(first, last):
            highest = max(highest, ramp[i])
        if highest == 0:  # as in most blocks
            continue
        for i in range(first, last):
            if ramp[i] > 0:
                step = gain[i] / 4.0
                market_gain[i] += step / (growth[i] * at(sales_scale, i))
                fixed_cost[i] += step * (1.0 - margin) / price_level
                ramp[i] -= 1
