"""P7 — gifts (a contest whose pool expands in part), corporate patrons, foundations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.accounts import COMPANIES, FOUNDATIONS, HOUSEHOLDS, ORGANISATIONS
from simulator.codes import N_REGIONS
from simulator.compiled import at, clip, draw_all, fall_below, kernel, powers, uniform
from simulator.group_sums import summed, weighted_sums
from simulator.processes.contest import fund_best
from simulator.public_money import BEFORE, BLOCK, GRANTS

if TYPE_CHECKING:
    from simulator.funders import GrantPool
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]
Flags = NDArray[np.bool_]
Identities = NDArray[np.uint64]
Rows = NDArray[np.int64]
OVERHEAD_PENALTY = 1.0  # score points lost above the overhead cap of private givers (judgement)


def give(model: EssModel) -> None:
    """Households give by effort and reputation; patrons and foundations by contest."""
    o, values = model.organisations, model.values
    elasticity = values.scalar("gift_contest_elasticity")
    rows, pull = _spend(
        o.alive, o.fundraising, o.fundraising_new, values.column("fundraising_effort"),
        model.price_level, elasticity == 0.0,
    )  # fmt: skip
    powers(pull, elasticity)
    totals = _pull(rows, pull, o.weight, o.region, o.reputation)
    growth = pool_growth(model) * _tax_incentive(model)
    expansion = values.scalar("gift_pool_expansion")
    pools = np.array(
        [
            donors.give(growth * factor, total, expansion)
            for donors, total, factor in zip(
                model.donors.households, totals.tolist(), _pool_factor(model).tolist(), strict=True
            )
        ]
    )
    per_unit = np.divide(pools, totals, out=np.zeros(N_REGIONS), where=totals > 0)
    if model.quarter % 4 == 0:
        _contests(model)
    given, corporate, foundations = _share_gifts(
        rows, pull, per_unit, o.weight, o.region, model.public_money.lines(), o.revenue_year,
        model.sales, o.commercial_base, o.gifts, o.corporate_gifts, o.foundation_grants, o.cash,
        o.equity, o.restricted, o.revenue, o.private_revenue,
        values.scalar("foundation_pool_factor"), values.column("crowding_out"),
        values.column("commercial_knee"), values.column("commercial_gain"),
        values.column("commercial_loss"), values.column("restricted_share_private"),
    )  # fmt: skip
    model.ledger.record("gifts", HOUSEHOLDS, ORGANISATIONS, given)
    model.ledger.record("corporate_gifts", COMPANIES, ORGANISATIONS, corporate)
    model.ledger.record("foundation_grants", FOUNDATIONS, ORGANISATIONS, foundations)
    _tax_relief(model, given, corporate)


@kernel
def _spend(
    alive: Flags, fundraising: Floats, fundraising_new: Floats, effort: Floats, price_level: float,
    idle: bool,
) -> tuple[Rows, Floats]:  # fmt: skip
    """Rows with productive spending on fundraising, or all if the `idle` count; its euros of 2025.

    What is new has yet to bear.
    """
    rows, spent, count = np.empty(len(alive), np.int64), np.empty(len(alive)), 0
    for i in range(len(alive)):
        euros = max(fundraising[i] - fundraising_new[i], 0.0) * at(effort, i) / price_level
        rows[count], spent[count] = i, euros
        count += alive[i] & ((euros > 0.0) | idle)
    return rows[:count], spent[:count]


@kernel
def _pull(rows: Rows, pull: Floats, weight: Floats, region: Codes, reputation: Floats) -> Floats:
    """Pull on donors of some rows, F^φ × reputation, in the place of F^φ; sums by région (18,)."""
    for i in range(len(rows)):
        pull[i] *= reputation[rows[i]]
    return weighted_sums(region[rows], weight[rows], pull, N_REGIONS)


@kernel
def _share_gifts(
    rows: Rows, pull: Floats, per_unit: Floats, weight: Floats, region: Codes, money: Floats,
    revenue_year: Floats, sales: Floats, commercial_base: Floats,
    gifts: Floats, corporate_gifts: Floats, foundation_grants: Floats, cash: Floats,
    equity: Floats, restricted: Floats, revenue: Floats, private_revenue: Floats, kept: float,
    crowding: Floats, knee: Floats, gain: Floats, loss: Floats, restricted_share: Floats,
) -> tuple[float, float, float]:  # fmt: skip
    """Yearly gifts of each row, and a quarter of all that private givers give it, in cash.

    rows: those with a `pull` on donors, in rising order. `kept`: share of the foundations' grants
    that their own schemes leave; part of what is left waits in fonds dédiés. Weighted totals of the
    quarter: gifts, of patrons, of foundations, euros.
    """
    households = corporate = foundations = 0.0
    seeker = 0
    for i in range(len(gifts)):
        given = 0.0
        if seeker < len(rows) and rows[seeker] == i:
            given = pull[seeker] * per_unit[region[i]]
            seeker += 1
            yearly, bend, share = revenue_year[i], at(knee, i), 0.0
            if yearly > 0.0:
                fallen = money[BEFORE, i] - money[GRANTS, i]
                given *= max(1.0 + at(crowding, i) * clip(fallen / yearly, -1.0, 1.0), 0.0)
                share = clip(sales[i] / yearly, 0.0, 1.0)
            # Up to the knee donors like a market share a little more, beyond it less.
            base = commercial_base[i]
            response = at(gain, i) * (min(share, bend) - min(base, bend))
            response -= at(loss, i) * (max(share - bend, 0.0) - max(base - bend, 0.0))
            given *= max(1.0 + response, 0.0)
        gifts[i] = given
        gift, company = 0.25 * given, 0.25 * corporate_gifts[i]
        foundation = 0.25 * kept * foundation_grants[i]
        granted = company + foundation
        if gift + granted == 0.0:
            continue
        waits = foundation * at(restricted_share, i)
        restricted[i] += waits
        equity[i] = equity[i] + gift + (granted - waits)
        revenue[i] = revenue[i] + gift + (granted - waits)
        private_revenue[i] = private_revenue[i] + gift + granted
        cash[i] = cash[i] + gift + granted
        households += weight[i] * gift
        corporate += weight[i] * company
        foundations += weight[i] * foundation
    return households, corporate, foundations


def pool_growth(model: EssModel) -> float:
    """Growth of private giving since 2025, nominal, without levers on the pool."""
    values = model.values
    prices = model.price_level / model.price_reference
    incomes = model.income / model.income_reference
    return float(model.gift_index * prices * incomes ** values.scalar("gift_income_elasticity"))


def _pool_factor(model: EssModel) -> Floats:
    factor = np.asarray(model.values.cells("gift_pool_factor"), dtype=float)
    if factor.ndim == 0:
        return np.full(N_REGIONS, float(factor))
    grid = np.broadcast_to(factor, model.public.late.shape)
    return np.asarray(grid.mean(axis=(0, 2)))


def _tax_incentive(model: EssModel) -> float:
    """A higher tax rate lowers the price of giving; donors answer by the price elasticity."""
    values = model.values
    points = values.scalar("tax_relief_points")
    rate = values.scalar("tax_relief_rate")
    return float(
        ((1.0 - rate) / max(1.0 - rate - points, 0.05)) ** values.scalar("gift_price_elasticity")
    )


def _tax_relief(model: EssModel, gifts: float, corporate: float) -> None:
    """Memo flow: the State returns part of the gifts to the givers."""
    values = model.values
    rate = values.scalar("tax_relief_rate") + values.scalar("tax_relief_points")
    relief, company = rate * gifts, values.scalar("corporate_tax_relief_rate") * corporate
    model.ledger.record("tax_relief", "etat", HOUSEHOLDS, relief)
    model.ledger.record("tax_relief", "etat", COMPANIES, company)
    model.tax_relief = relief + company


def _contests(model: EssModel) -> None:
    o = model.organisations
    growth = pool_growth(model)
    factor = _pool_factor(model)
    companies = np.array([p.budget(growth) for p in model.donors.companies]) * factor
    foundations = np.array([p.budget(growth) for p in model.donors.foundations])
    foundations *= float(factor.mean())
    logit = model.values.rows("call_intercept") + model.values.rows("call_gap") * np.clip(
        o.gap, -0.2, 0.4
    )
    odds = 1.0 / (1.0 + np.exp(-logit))
    for name, pools, budget, group, running in (
        ("corporate", model.donors.companies, companies, o.region, o.corporate_gifts),
        ("foundation", model.donors.foundations, foundations, o.sector, o.foundation_grants),
    ):
        _award(model, name, pools, budget, group, running, odds)


def _award(
    model: EssModel,
    name: str,
    pools: list[GrantPool],
    budget: Floats,
    group: Codes,
    running: Floats,
    odds: Floats,
) -> None:
    """End grants whose term is over and give what is free to the best applicants."""
    o, values, draw = model.organisations, model.values, model.draws
    count = len(pools)
    free = end_grants(
        running, o.uid, o.alive, o.weight, group, budget, 1.0 / values.scalar("foundation_term"),
        draw.word(f"{name} ends", model.quarter),
    )  # fmt: skip
    rows = drawn(o.uid, o.alive, odds, draw.word(f"{name} applies", model.quarter))
    overhead = model.overhead_staff(rows) * o.wage[rows]
    heavy = overhead > values.scalar("foundation_overhead_cap") * o.revenue_year[rows]
    groups = group[rows].astype(np.int64)
    ask = values.scalar("ask_share") * np.maximum(o.revenue_year[rows], 0.0)
    wanted = summed(groups, o.weight[rows] * ask, count)
    # Pools choose few among many: asks are scaled so that at least one in three is served.
    ask *= np.divide(free * 3.0, wanted, out=np.ones(count), where=wanted > 0)[groups].clip(0.0, 1)
    size = values.scalar("foundation_score_size")
    score = (
        values.scalar("score_quality") * o.quality[rows]
        + size * np.log(np.maximum(o.revenue_year[rows], 1.0))
        + values.scalar("score_capacity")
        * np.log1p(o.fundraising[rows] / np.maximum(o.wage[rows], 1.0))
        - OVERHEAD_PENALTY * heavy
        + values.scalar("score_noise") * draw.gumbel(f"{name} score", model.quarter, o.uid[rows])
    )
    running[rows] += fund_best(free, groups, ask, o.weight[rows], score)


@kernel
def end_grants(
    running: Floats, uid: Identities, alive: Flags, weight: Floats, group: Codes, budget: Floats,
    odds: float, key: np.uint64,
) -> Floats:  # fmt: skip
    """End grants by lot, scale those that run to the budgets, (pools,); what is left of these."""
    total, scale = np.zeros(len(budget)), np.ones(len(budget))
    holders, count = np.empty(len(uid), np.int64), 0
    for i in range(len(uid)):
        holders[count] = i
        count += running[i] != 0.0
    holders = holders[:count]
    for row in holders:
        if uniform(key, uid[row]) < odds or not alive[row]:
            running[row] = 0.0
        total[group[row]] += weight[row] * running[row]
    for pool in range(len(budget)):
        if total[pool] > budget[pool]:
            scale[pool] = budget[pool] / total[pool]
        total[pool] = max(budget[pool] - min(total[pool], budget[pool]), 0.0)
    for row in holders:
        running[row] *= scale[group[row]]
    return total


@kernel
def drawn(uid: Identities, alive: Flags, odds: Floats, key: np.uint64) -> Rows:
    """Living rows that a draw below their odds picks, in rising order."""
    rows, count = np.empty(len(uid), np.int64), 0
    luck, below = np.empty(BLOCK), np.empty(BLOCK, np.bool_)
    for first in range(0, len(uid), BLOCK):
        last = min(first + BLOCK, len(uid))
        here = luck[: last - first]
        draw_all(here, key, uid[first:last])
        fall_below(below[: last - first], here, odds[first:last], alive[first:last])
        for i in range(last - first):
            rows[count] = first + i
            count += below[i]
    return rows[:count]
