"""P11: the expected gap, and the sticky answers to it; mission drift."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.model import EssModel
from simulator.population import Population
from simulator.processes.adaptation import FIRST_YEAR_LOSS, FUNDRAISING_LIMIT, adapt
from simulator.processes.expectations import expect
from tests.equations.few import ETAT, at_rest, column, living, put, uniform, with_cash

WAGE = 4e4


def team(few: Population, gap: Any, months: Any, **parameters: Any) -> EssModel:
    """Ten posts in each organisation, used to the full; `months` of costs in free cash."""
    usual = {"diversification_attempts": 0.0, "mission_drift": 0.0}
    world = at_rest(few, **{**usual, **parameters})
    with_cash(world, 1e6)
    o = world.organisations
    for money in (o.grants, o.calls, o.contracts, o.tariffs, o.grants_last_year):
        money[:] = 0.0
    put(world, gap=gap, staff=10.0, wage=WAGE, demand=100.0, capacity=100.0, cost_year=1e6,
        revenue_year=1e6, fundraising=0.0, fundraising_new=0.0, fixed_cost=1e5, market_gain=0.0,
        commercial_base=0.0)  # fmt: skip
    world.cash_months[living(world)] = months
    world.sales[:] = 0.0
    world.opened[:] = False
    return world


def test_the_gap_is_expected_cost_above_notified_and_usual_resources(few: Population) -> None:
    world = at_rest(few)
    with_cash(world, 3e4, restricted=1e4)
    public = np.zeros((6, 6))
    public[ETAT] = 1e5
    put(world, grants=public, calls=public / 10, contracts=public / 5, tariffs=public / 2,
        employment_aid=2e4, private_year=8e4, private_revenue=1.5e4, cost=8e4)  # fmt: skip
    world.remember_aid_factor(np.full(world.organisations.rows, 0.5))
    world.core_funding[:] = 5e3
    expect(world)
    resources = 1e5 * (1 + 0.1 + 0.2 + 0.5) + 1e4 + 5e3 + 0.5 * (8e4 + 4 * 1.5e4)
    assert column(world, "gap") == pytest.approx((3.2e5 - resources) / 3.2e5)
    assert world.cash_months[living(world)] == pytest.approx(12.0 * 2e4 / 3.2e5)


def test_traces_of_a_gap_fade_over_eight_quarters_in_constant_prices(few: Population) -> None:
    world = at_rest(few)
    o, rows = world.organisations, living(world)
    for money in (o.grants, o.calls, o.contracts, o.tariffs):
        money[:] = 0.0
    public = 1e5 * np.arange(6)
    o.grants[ETAT, rows] = public
    put(world, employment_aid=0.0, private_year=8e4, private_revenue=2e4, cost=1e5,
        gap_public=0.2, gap_market=0.1, gap_cost=0.3)  # fmt: skip
    world.core_funding[:] = 0.0
    world.expectation = np.zeros((3, o.rows))
    world.expectation[:, rows] = np.array([[3e5], [9e4], [3.8e5]])
    world.price_growth = 1.01
    expect(world)
    cost, memory = 4e5, 7.0 / 8.0
    assert column(world, "gap_public") == pytest.approx(memory * 0.2 + (3.03e5 - public) / cost)
    assert column(world, "gap_market") == pytest.approx(memory * 0.1 + (9.09e4 - 8e4) / cost)
    assert column(world, "gap_cost") == pytest.approx(memory * 0.3 + (cost - 3.838e5) / cost)


def test_leavers_are_not_replaced_in_proportion_to_the_gap(few: Population) -> None:
    gap = np.array([-0.02, 0.03, 0.04, 0.05, 0.10, 0.9])
    world = team(few, gap, 2.0, attrition=0.025, stickiness_down=0.45, gap_tolerance=0.03,
                 layoff_threshold_months=1.5, hiring_cash_months=3.5)  # fmt: skip
    adapt(world)
    leaving = np.minimum(0.025, 0.45 * np.maximum(gap - 0.03, 0.0))
    assert column(world, "staff") == pytest.approx(10.0 * (1.0 - leaving))


def test_layoffs_come_with_short_cash_and_cost_severance(few: Population) -> None:
    gap, months = np.array([0.02, 0.05, 0.10, 0.30, 0.30, 0.30]), np.array([1, 1, 1, 1, 1.5, 1.4])
    world = team(few, gap, months, attrition=0.0, layoff_rate=0.08, layoff_gap_share=0.6,
                 layoff_threshold_months=1.5, severance_months=2.5, gap_tolerance=0.03,
                 overload_layoff=2.0, quality_layoff=0.3)  # fmt: skip
    adapt(world)
    laid = np.where((months < 1.5) & (gap > 0.03), np.minimum(0.08, 0.6 * gap), 0.0)
    assert column(world, "layoffs") == pytest.approx(10.0 * laid)
    assert column(world, "staff") == pytest.approx(10.0 * (1.0 - laid))
    assert column(world, "cash") == pytest.approx(1e6 - 10.0 * laid * WAGE * 2.5 / 12.0)
    assert column(world, "overload") == pytest.approx(2.0 * laid)
    assert column(world, "quality") == pytest.approx(1.0 - 0.3 * laid)


def test_who_cannot_pay_severance_lays_nobody_off(few: Population) -> None:
    world = team(few, 0.3, 0.5, attrition=0.0, layoff_rate=0.08, overdraft_limit=0.0)
    paid = 0.08 * 10.0 * WAGE * 2.5 / 12.0
    cash = paid + np.array([-1e3, -1.0, 1.0, 1e3, 1e4, 1e5])
    with_cash(world, cash)
    adapt(world)
    assert (column(world, "layoffs") > 0).tolist() == [False] * 2 + [True] * 4


def test_surplus_hires_with_cash_and_demand_that_waits(few: Population) -> None:
    gap = np.array([-0.005, -0.02, -0.05, -0.5, -0.5, 0.01])
    months = np.array([4.0, 4.0, 4.0, 4.0, 4.0, 8.0])
    demand = np.array([100.0, 100.0, 100.0, 100.0, 90.0, 100.0])
    world = team(few, gap, months, hiring_gap=0.01, hiring_cash_months=3.5, hiring_cap=0.03,
                 stickiness_up=0.4, cash_ceiling_months=6.0, gap_tolerance=0.03)  # fmt: skip
    put(world, demand=demand)
    adapt(world)
    beyond = np.maximum(months - 6.0, 0.0) / 12.0
    surplus = np.maximum(-gap, 0.0) + 0.25 * np.minimum(beyond, 0.08)
    hires = ((gap < -0.01) & (months > 3.5) | (beyond > 0)) & (demand > 90.0)
    hired = np.where(hires, np.minimum(0.03, 0.4 * surplus), 0.0)
    assert column(world, "staff") == pytest.approx(10.0 * (1.0 + hired))


def test_fixed_costs_fall_and_prices_rise_with_the_gap(few: Population) -> None:
    gap = np.array([0.02, 0.03, 0.04, 0.06, 0.07, 0.5])
    price = np.array([1.0, 1.0, 1.0, 1.245, 1.3, 1.2])
    world = team(few, gap, 9.0, fixed_cost_cut=0.02, fixed_cost_gap=0.06, price_speed=0.012,
                 price_cap=0.25, gap_tolerance=0.03)  # fmt: skip
    put(world, price=price)
    adapt(world)
    assert column(world, "fixed_cost") == pytest.approx(1e5 * np.where(gap > 0.06, 0.98, 1.0))
    dearer = np.minimum(price * 1.012, np.maximum(1.25, price))
    assert column(world, "price") == pytest.approx(np.where(gap > 0.03, dearer, price))


def test_fundraising_grows_with_the_gap_and_with_grants_lost(few: Population) -> None:
    gap = np.array([-0.1, 0.0, 0.1, 0.2, 0.2, 0.2])
    effort = np.array([1e4, 1e4, 1e4, 1e4, 0.0, 9.95e4])
    months = np.array([9.0, 9.0, 9.0, 1.5, 9.0, 9.0])
    world = team(few, gap, months, fundraising_response=0.1, crowding_effort=0.14)
    world.organisations.grants_last_year[ETAT, living(world)] = 1e5
    world.organisations.grants[ETAT, living(world)] = 6e4
    put(world, fundraising=effort, fundraising_new=1e3)
    world.opened[:] = True
    adapt(world)
    more = 0.1 * effort * gap / 4 + 0.14 * 4e4 * np.minimum(months / 3.0, 1.0)
    more = np.where((gap > 0) & (effort > 0), more, 0.0)
    more = np.minimum(more, np.maximum(FUNDRAISING_LIMIT * 1e6 - effort, 0.0))
    assert column(world, "fundraising") == pytest.approx(effort + more)
    assert column(world, "fundraising_new") == pytest.approx(0.5 * 1e3 + FIRST_YEAR_LOSS * more)


# --- a market activity ---
def test_projects_start_where_one_funder_weighs_too_much(few: Population) -> None:
    share = np.array([0.4, 0.5, 0.51, 0.9, 0.9, 0.9])
    gap, months = np.array([0.2] * 4 + [0.05, 0.2]), np.array([2.0] * 5 + [1.5])
    world = team(few, gap, months, diversification_attempts=1.0, diversification_cost=0.04,
                 diversification_dependence=0.5, diversification_gap=0.05,
                 diversification_cash_months=1.5, attrition=0.0, layoff_rate=0.0)  # fmt: skip
    world.organisations.grants[ETAT, living(world)] = share * 1e6
    adapt(world)
    starts = (share > 0.5) & (gap > 0.05) & (months > 1.5)
    assert (column(world, "project_clock") > 0).tolist() == starts.tolist()
    assert column(world, "cash") == pytest.approx(1e6 - np.where(starts, 0.04 * 1e6 / 3, 0.0))


def test_a_project_ends_after_its_lag_and_is_won_by_size_cash_and_luck(few: Population) -> None:
    months, budget = np.linspace(1.0, 12.0, 6), 1e5 * 2.0 ** np.arange(6)
    world = team(few, 0.0, months, diversification_lag_low=4.0, diversification_lag_high=8.0,
                 diversification_intercept=-0.4, diversification_size=0.25,
                 diversification_cash=0.05, diversification_gain_low=0.04,
                 diversification_gain_high=0.15, diversification_margin=0.3, drift_calls=0.02,
                 drift_recovery=0.0)  # fmt: skip
    put(world, project_clock=7, revenue_year=budget, sales_growth=1.0)
    adapt(world)
    lag = np.floor(4.0 + 5.0 * uniform(world, "project lag", quarter=0))
    ends = lag <= 8
    assert ends.all()
    logit = -0.4 + 0.25 * np.log(budget / 2e5) + 0.05 * months
    won = uniform(world, "project won") < 1.0 / (1.0 + np.exp(-logit))
    gain = np.where(won, (0.04 + 0.11 * uniform(world, "project gain")) * budget, 0.0)
    assert 0 < won.sum() < 6
    assert column(world, "project_gain") == pytest.approx(gain)
    # A quarter of the sales, and the costs that go with them, at once; drift in any case.
    assert column(world, "market_gain") == pytest.approx(gain / 4 / world.sales_scale())
    assert column(world, "fixed_cost") == pytest.approx(1e5 + 0.7 * gain / 4)
    assert column(world, "drift") == pytest.approx(np.full(6, 0.02))


def test_projects_cost_in_three_quarters_only(few: Population) -> None:
    world = team(few, 0.0, 2.0, diversification_cost=0.03, diversification_lag_low=8.0,
                 diversification_lag_high=8.0, attrition=0.0)  # fmt: skip
    clock = np.array([0, 1, 2, 3, 4, 5])
    put(world, project_clock=clock)
    adapt(world)
    paying = (clock > 0) & (clock < 3)
    assert column(world, "cash") == pytest.approx(1e6 - np.where(paying, 1e4, 0.0))
    assert column(world, "project_clock").tolist() == [0, 2, 3, 4, 5, 6]


def test_mission_drifts_beyond_a_market_share_and_recovers(few: Population) -> None:
    world = team(few, 0.0, 2.0, mission_drift=0.15, drift_threshold=0.5, drift_recovery=0.02,
                 drift_calls=0.02)  # fmt: skip
    share, base = np.array([0.3, 0.6, 0.9, 0.9, 0.9, 0.9]), np.array([0, 0, 0, 0.8, 0.95, 0])
    guard = np.array([0.5, 0.5, 0.5, 0.5, 0.5, 0.8])
    failed = np.array([True, False, False, False, False, True])
    put(world, commercial_base=base, drift=0.1, drift_guard=guard, failed_calls=failed)
    world.sales[living(world)] = share * 1e6
    world.opened[:] = True
    adapt(world)
    excess = np.minimum(np.maximum(share - 0.5, 0.0), np.maximum(share - base, 0.0))
    change = (0.15 * excess * (1 - guard) - 0.02 * 0.1) / 4 + 0.02 * failed
    assert column(world, "drift") == pytest.approx(0.1 + change)
