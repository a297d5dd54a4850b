"""P11 — adaptation: sticky, ordered answers to an expected gap; no optimisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.accounts import HOUSEHOLDS, ORGANISATIONS, SUPPLIERS
from simulator.parameters import SPECS

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
BUSY = 0.9  # use of capacity below which nobody hires; under the normal use of .95 (judgement)
FUNDRAISING_LIMIT = 0.10  # of resources: judgement, keeps the contest from eating the budget
FIRST_YEAR_LOSS = 0.75  # share of a new effort that is not yet productive (first-year ROI 1)


def expect(model: EssModel) -> None:
    """Expected resources and costs of the coming year, their gap, and where it comes from."""
    o = model.organisations
    public = o.public_notified + o.employment_aid * model.aid_factor(o.rows)
    public += model.core_funding
    private = 0.5 * (o.private_year + 4.0 * o.private_revenue)
    expected_cost = np.maximum(4.0 * o.cost, 1.0)
    gap = (expected_cost - public - private) / expected_cost
    o.gap[:] = np.where(o.alive, np.clip(gap, -1.0, 1.0), 0.0)
    model.expected_cost = expected_cost
    model.cash_months = 12.0 * o.free_cash / expected_cost
    _trace_causes(model, public, private, expected_cost)


def _trace_causes(model: EssModel, public: Floats, private: Floats, cost: Floats) -> None:
    """Where the gap came from over the last eight quarters (for the primary cause of an exit).

    Contributions are changes against the organisation's own situation eight quarters ago, as
    shares of expected cost; kept as exponentially weighted sums with a memory of eight quarters.
    """
    o, fade = model.organisations, 1.0 - 1.0 / 8.0
    before = model.expectation_before
    if before is not None:
        known = before["cost"] > 0
        scale = np.maximum(cost, 1.0)
        # In constant prices: inflation alone explains nothing.
        grown = model.price_growth
        changes = (
            (o.gap_public, grown * before["public"] - public),
            (o.gap_market, grown * before["private"] - private),
            (o.gap_cost, cost - grown * before["cost"]),
        )
        for trace, change in changes:
            trace *= fade
            trace += np.where(known & o.alive, change / scale, 0.0)
    model.expectation_before = {"public": public, "private": private, "cost": cost.copy()}


def adapt(model: EssModel) -> None:
    """Attrition, layoffs, hiring, fixed costs, prices, fundraising, new activities."""
    if model.quarter < 0:
        return
    _staff(model)
    _prices_and_costs(model)
    _fundraising(model)
    _diversify(model)
    _drift(model)


def _staff(model: EssModel) -> None:
    o, values, months = model.organisations, model.values, model.cash_months
    tolerance, gap = values.rows("gap_tolerance"), o.gap
    attrition = np.minimum(
        values.rows("attrition"), values.rows("stickiness_down") * np.maximum(0.0, gap - tolerance)
    )
    urgent = (months < values.rows("layoff_threshold_months")) & (gap > tolerance) & o.alive
    laid = np.where(
        urgent, np.minimum(values.rows("layoff_rate"), values.scalar("layoff_gap_share") * gap), 0.0
    )
    laid = np.maximum(laid, values.rows("decided_layoffs") * o.alive)
    severance = laid * o.staff * o.wage * (values.scalar("severance_months") / 12.0)
    # Who can neither pay the severance nor draw on an overdraft does not lay off in good order.
    room = np.maximum(values.rows("overdraft_limit") * o.cost_year - o.overdraft, 0.0)
    affordable = o.free_cash + room > severance
    laid, severance = np.where(affordable, laid, 0.0), np.where(affordable, severance, 0.0)
    o.layoffs[:] = laid * o.staff
    if severance.any():
        o.spend(severance)
        paid = o.total(severance)
        model.ledger.record("severance", ORGANISATIONS, HOUSEHOLDS, paid)
    ceiling = values.rows("cash_ceiling_months")
    rich = np.maximum(months - ceiling, 0.0) / 12.0
    surplus = np.maximum(-gap, 0.0) + 0.25 * np.minimum(rich, 0.08)
    hires = (
        (gap < -values.scalar("hiring_gap"))
        & (months > values.scalar("hiring_cash_months"))
        & o.alive
    )
    hires |= (rich > 0) & (gap < tolerance) & o.alive
    # Nobody hires people whom no demand waits for.
    busy = o.demand > BUSY * o.capacity
    rate = np.minimum(values.rows("hiring_cap"), values.rows("stickiness_up") * surplus)
    hired = np.where(hires & busy, rate, 0.0)
    o.staff *= np.maximum(1.0 - attrition - laid + hired, 0.0)
    o.overload += values.rows("overload_layoff") * laid
    np.minimum(o.overload, 2.0, out=o.overload)
    o.quality -= values.rows("quality_layoff") * laid
    np.clip(o.quality, 0.4, 1.2, out=o.quality)
    o.quality[~o.alive] = 0.0


def _prices_and_costs(model: EssModel) -> None:
    o, values = model.organisations, model.values
    wide = o.gap > values.rows("fixed_cost_gap")
    o.fixed_cost *= np.where(wide, 1.0 - values.rows("fixed_cost_cut"), 1.0)
    raises = (o.gap > values.rows("gap_tolerance")) & o.alive
    cap = values.rows("price_cap")
    speed = np.where(raises & (cap > 0), values.rows("price_speed"), 0.0)
    o.price[:] = np.minimum(o.price * (1.0 + speed), np.maximum(1.0 + cap, o.price))


def _fundraising(model: EssModel) -> None:
    """More effort in a gap; after a cut, part of it again (mirror of Andreoni & Payne 2011)."""
    o, values = model.organisations, model.values
    raises = o.alive & (o.gap > 0) & (o.fundraising > 0)
    more = np.where(raises, values.rows("fundraising_response") * o.fundraising * o.gap, 0.0) / 4.0
    if model.opened.any():
        before, now = o.grants_last_year.sum(axis=0), o.grants.sum(axis=0)
        lost = np.maximum(before - now, 0.0)
        able = np.clip(model.cash_months / 3.0, 0.0, 1.0)
        more += np.where(raises & model.opened, values.rows("crowding_effort") * lost * able, 0.0)
    limit = np.maximum(FUNDRAISING_LIMIT * o.revenue_year - o.fundraising, 0.0)
    more = np.minimum(more, limit)
    o.fundraising_new *= 0.5
    o.fundraising_new += FIRST_YEAR_LOSS * more
    o.fundraising += more


def _diversify(model: EssModel) -> None:
    """A costly, late and risky investment in a market activity."""
    o, values, draw = model.organisations, model.values, model.draws
    running = o.project_clock > 0
    budget = np.maximum(o.revenue_year, 0.0)
    top = model.top_funder_share()
    wants = (
        o.alive & ~running & (top > values.scalar("diversification_dependence"))
        & (o.gap > values.scalar("diversification_gap"))
        & (model.cash_months > values.scalar("diversification_cash_months"))
    )  # fmt: skip
    wanting = np.flatnonzero(wants)
    odds = np.broadcast_to(values.rows("diversification_attempts"), (o.rows,))[wanting]
    decided = draw.uniform("diversify", model.quarter, o.uid[wanting]) < odds
    starts = np.zeros(o.rows, dtype=bool)
    starts[wanting[decided]] = True
    supported, support = np.zeros(o.rows, dtype=bool), []
    for programme, _, share in model.programmes.active("market_support"):
        reach = model.programmes.mask(programme)
        supported |= reach
        support.append((programme, reach, share))
    o.project_clock[running | starts] += 1
    investing = (o.project_clock >= 1) & (o.project_clock <= 3)
    cost = np.where(investing, values.rows("diversification_cost") * budget / 3.0, 0.0)
    if cost.any():
        o.spend(cost)
        total = o.total(cost)
        model.ledger.record("purchases", ORGANISATIONS, SUPPLIERS, total)
        for programme, reach, share in support:
            model.programmes.give(programme, np.where(reach, cost * share, 0.0))
    shortest = values.scalar("diversification_lag_low")
    span = values.scalar("diversification_lag_high") - shortest + 1.0
    ends = np.flatnonzero(o.project_clock > 0)
    lag = np.floor(shortest + span * draw.uniform("project lag", 0, o.uid[ends]))
    ends = ends[o.project_clock[ends] >= lag]
    if len(ends):
        ids = o.uid[ends]
        usual = float(np.asarray(SPECS["diversification_success"].default))
        shift = values.scalar("diversification_success")
        logit = (
            np.log(shift / (1.0 - shift)) - np.log(usual / (1.0 - usual))
            + values.scalar("diversification_intercept")
            + values.scalar("diversification_size")
            * np.log(np.maximum(budget[ends], 1_000.0) / 200_000.0)
            + values.scalar("diversification_cash") * np.clip(model.cash_months[ends], 0.0, 12.0)
            + values.scalar("diversification_support") * supported[ends]
        )  # fmt: skip
        won = draw.uniform("project won", model.quarter, ids) < 1.0 / (1.0 + np.exp(-logit))
        low, high = (
            values.scalar("diversification_gain_low"),
            values.scalar("diversification_gain_high"),
        )
        gain = low + (high - low) * draw.uniform("project gain", model.quarter, ids)
        o.project_gain[ends] = np.where(won, gain * budget[ends], 0.0)
        o.project_ramp[ends] = np.where(won, 4, 0)
        o.project_clock[ends] = 0
        o.drift[ends] = np.minimum(o.drift[ends] + values.scalar("drift_calls"), 1.0)
    ramping = o.project_ramp > 0
    step = np.where(ramping, o.project_gain / 4.0, 0.0)
    o.market_gain += step / (o.sales_growth * model.sales_scale())
    o.fixed_cost += step * (1.0 - values.scalar("diversification_margin")) / model.price_level
    o.project_ramp[ramping] -= 1


def _drift(model: EssModel) -> None:
    """Mission drift: market share beyond its threshold, failed chases, slow recovery."""
    o, values = model.organisations, model.values
    share = np.divide(model.sales, o.revenue_year, out=np.zeros(o.rows), where=o.revenue_year > 0)
    excess = np.maximum(np.clip(share, 0.0, 1.0) - values.rows("drift_threshold"), 0.0)
    # Those who lived on the market from the start do not drift by staying where they are.
    excess = np.minimum(excess, np.maximum(share - o.commercial_base, 0.0))
    change = values.rows("mission_drift") * excess * (1.0 - o.drift_guard)
    chased = values.rows("drift_calls") * (o.failed_calls & model.opened)
    o.drift += change / 4.0 + chased - values.rows("drift_recovery") * o.drift / 4.0
    np.clip(o.drift, 0.0, 1.0, out=o.drift)
