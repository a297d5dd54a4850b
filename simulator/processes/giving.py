"""P7 — gifts (a contest whose pool expands in part), corporate patrons, foundations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.accounts import COMPANIES, FOUNDATIONS, HOUSEHOLDS, ORGANISATIONS
from simulator.codes import N_REGIONS
from simulator.organisations import summed
from simulator.processes.contest import fund_best

if TYPE_CHECKING:
    from simulator.funders import GrantPool
    from simulator.model import EssModel

Floats = NDArray[np.float64]
OVERHEAD_PENALTY = 1.0  # score points lost above the overhead cap of private givers (judgement)


def give(model: EssModel) -> None:
    """Households give by effort and reputation; patrons and foundations by contest."""
    o, values = model.organisations, model.values
    effort = values.scalar("gift_contest_elasticity")
    raised = fundraising_effort(model) ** effort * o.reputation
    totals = summed(o.region, o.weight * raised, N_REGIONS)
    growth = pool_growth(model) * _tax_incentive(model)
    expansion = values.scalar("gift_pool_expansion")
    pools = np.array(
        [
            donors.give(growth * factor, float(total), expansion)
            for donors, total, factor in zip(
                model.donors.households, totals, _pool_factor(model), strict=True
            )
        ]
    )
    per_unit = np.divide(pools, totals, out=np.zeros(N_REGIONS), where=totals > 0)
    o.gifts[:] = raised * per_unit[o.region]
    fallen = o.grants_last_year.sum(axis=0) - o.grants.sum(axis=0)
    relative = np.divide(fallen, o.revenue_year, out=np.zeros(o.rows), where=o.revenue_year > 0)
    response = values.rows("crowding_out")
    o.gifts *= np.maximum(1.0 + response * np.clip(relative, -1.0, 1.0), 0.0)
    market = market_share(model)
    o.gifts *= np.maximum(1.0 + _knee(model, market) - _knee(model, o.commercial_base), 0.0)
    quarter_gifts = o.gifts * 0.25
    o.earn(quarter_gifts)
    given = o.total(quarter_gifts)
    model.ledger.record("gifts", HOUSEHOLDS, ORGANISATIONS, given)
    if model.quarter % 4 == 0:
        _contests(model)
    kept = values.scalar("foundation_pool_factor")
    for column, part, payer, flow in (
        (o.corporate_gifts, 1.0, COMPANIES, "corporate_gifts"),
        (o.foundation_grants, kept, FOUNDATIONS, "foundation_grants"),
    ):
        paid = column * (0.25 * part)
        o.earn(paid)
        model.ledger.record(flow, payer, ORGANISATIONS, o.total(paid))
    restricted = o.foundation_grants * (0.25 * kept) * values.rows("restricted_share_private")
    o.restricted += restricted
    o.equity -= restricted
    o.revenue -= restricted
    _tax_relief(model, given, o.total(o.corporate_gifts) * 0.25)


def fundraising_effort(model: EssModel) -> Floats:
    """Productive fundraising spending, euros a year at 2025 prices, shape (rows,)."""
    o, values = model.organisations, model.values
    spent = np.maximum(o.fundraising - o.fundraising_new, 0.0)
    return np.asarray(spent * values.rows("fundraising_effort") / model.price_level)


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


def market_share(model: EssModel) -> Floats:
    """Sales to users as a share of resources, shape (rows,)."""
    o = model.organisations
    share = np.divide(model.sales, o.revenue_year, out=np.zeros(o.rows), where=o.revenue_year > 0)
    return np.clip(share, 0.0, 1.0)


def _knee(model: EssModel, share: Floats) -> Floats:
    """Donors' response to the market share: up to the knee a little more, beyond it less."""
    values = model.values
    knee = values.rows("commercial_knee")
    gain = values.rows("commercial_gain") * np.minimum(share, knee)
    return np.asarray(gain - values.rows("commercial_loss") * np.maximum(share - knee, 0.0))


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
    _award(model, "corporate", model.donors.companies, companies, o.region, o.corporate_gifts)
    _award(
        model, "foundation", model.donors.foundations, foundations, o.sector, o.foundation_grants
    )


def _award(
    model: EssModel,
    name: str,
    pools: list[GrantPool],
    budget: Floats,
    group: NDArray[np.int8],
    running: Floats,
) -> None:
    """End grants whose term is over and give what is free to the best applicants."""
    o, values, draw = model.organisations, model.values, model.draws
    count = len(pools)
    term = values.scalar("foundation_term")
    ends = draw.uniform(f"{name} ends", model.quarter, o.uid) < 1.0 / term
    running[ends | ~o.alive] = 0.0
    total = summed(group, o.weight * running, count)
    scale = np.divide(budget, total, out=np.ones(count), where=total > budget)
    running *= scale[group]
    free = np.maximum(budget - np.minimum(total, budget), 0.0)
    overhead = model.overhead_staff() * o.wage
    heavy = overhead > values.scalar("foundation_overhead_cap") * o.revenue_year
    logit = values.rows("call_intercept") + values.rows("call_gap") * np.clip(o.gap, -0.2, 0.4)
    odds = 1.0 / (1.0 + np.exp(-logit))
    applies = o.alive & (draw.uniform(f"{name} applies", model.quarter, o.uid) < odds)
    rows = np.flatnonzero(applies)
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
        - OVERHEAD_PENALTY * heavy[rows]
        + values.scalar("score_noise") * draw.gumbel(f"{name} score", model.quarter, o.uid[rows])
    )
    running[rows] += fund_best(free, groups, ask, o.weight[rows], score)
