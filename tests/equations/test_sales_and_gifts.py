"""P6 and P7: sales, members, demand, gifts, patrons and foundations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from simulator.codes import N_CELLS
from simulator.model import EssModel
from simulator.population import Population
from simulator.processes.demand import sell_to_users, share_demand
from simulator.processes.giving import give
from simulator.record_places import N_GROUPS
from simulator.record_sums import ROW_SUMS, sum_rows
from tests.equations.few import ETAT, HERE, at_rest, column, living, put, uniform

SERVED = np.array([100.0, 80.0, 120.0, 50.0, 0.0, 100.0])


def shop(few: Population, **parameters: Any) -> EssModel:
    """Users pay 100,000 at the start; half of resources come from them."""
    world = at_rest(few, **{"revenue_noise": 0.0, **parameters})
    put(world, user_sales_base=1e5, sales_growth=1.0, market_gain=0.0, revenue_noise=0.0,
        commercial_base=0.5, service_base=100.0, service=100.0, need_entry=1.0)  # fmt: skip
    return world


def test_sales_follow_price_service_quality_growth_and_prices(few: Population) -> None:
    world = shop(few, user_quality=0.3, sales_protection=0.6, income_elasticity_users=0.5)
    price, quality = np.linspace(1.0, 1.25, 6), np.linspace(0.6, 1.2, 6)
    put(world, service=SERVED, price=price, quality=quality, sales_growth=1.1, market_gain=2e3)
    world.price_level, world.price_reference = 1.08, 1.02
    world.income, world.income_reference = 1.05, 1.01
    world.need_reference[:] = 1.2
    sell_to_users(world)
    scale = 1.1 * (1.08 / 1.02) * (1.05 / 1.01) ** 0.5
    protected = 1.0 - 0.6 * (1.0 - 0.5)
    sold = 1e5 * price * (SERVED / 100.0 / 1.2) ** protected * quality**0.3 + 2e3
    assert world.sales[living(world)] == pytest.approx(scale * sold)


def test_own_luck_with_sales_is_autoregressive_and_smaller_for_the_large(few: Population) -> None:
    world = shop(few, revenue_noise=0.05, revenue_noise_size=-0.175,
                 revenue_noise_persistence=0.7)  # fmt: skip
    budget = 1e5 * 2.0 ** np.arange(6)
    put(world, budget_entry=budget, revenue_noise=0.2)
    sell_to_users(world)
    shock = norm.ppf(uniform(world, "own sales"))
    noise = 0.7 * 0.2 + 0.05 * (budget / 2e5) ** -0.175 * shock
    assert column(world, "revenue_noise") == pytest.approx(noise)
    assert world.sales[living(world)] == pytest.approx(1e5 * np.exp(noise))
    # Rows change hands: their luck is that of the new ones' budgets, the others' is as before.
    budget[:2] *= 30.0
    put(world, budget_entry=budget)
    sell_to_users(world)
    noise = 0.7 * noise + 0.05 * (budget / 2e5) ** -0.175 * shock
    assert column(world, "revenue_noise") == pytest.approx(noise)


def test_members_leave_higher_prices_and_follow_quality(few: Population) -> None:
    world = shop(few, membership_growth=0.04, membership_price=0.3, membership_quality=0.2,
                 membership_fee=60.0)  # fmt: skip
    price, quality = np.linspace(1.0, 1.2, 6), np.linspace(0.8, 1.1, 6)
    put(world, members=100.0, price=price, quality=quality)
    world.previous_price[:], world.previous_quality[:] = 1.0, 1.0
    world.price_level = 1.1
    sell_to_users(world)
    members = 100.0 * (1.0 + 0.04 / 4 - 0.3 * (price - 1.0) + 0.2 * (quality - 1.0))
    assert column(world, "members") == pytest.approx(members)
    assert column(world, "memberships") == pytest.approx(members * 60.0 * 1.1)


def test_demand_is_shared_by_service_quality_and_price(few: Population) -> None:
    world = at_rest(few, price_elasticity=0.25)
    price, quality = np.linspace(1.0, 1.25, 6), np.linspace(0.6, 1.2, 6)
    put(world, service=SERVED, price=price, quality=quality)
    world.demand_cells[:] = 0.0
    world.demand_cells[HERE] = 5000.0
    share_demand(world)
    pull = SERVED * quality * price**-0.25
    weight = column(world, "weight")
    assert column(world, "demand") == pytest.approx(5000.0 * pull / (weight @ pull))
    assert weight @ column(world, "demand") == pytest.approx(5000.0)


def test_vulnerable_people_are_kept_away_by_price_and_drift(few: Population) -> None:
    world = at_rest(few, vulnerable_paying_share=0.25, vulnerable_price_elasticity=0.9,
                    drift_vulnerable=0.5)  # fmt: skip
    put(world, price=1.2, drift=0.1, vulnerable_share=0.4, service=SERVED)
    sums = np.zeros((N_GROUPS, len(ROW_SUMS)))
    sum_rows(world, sums, np.ones(10), np.ones(N_CELLS))
    reached = 0.4 * (1 - 0.5 * 0.1) * (1 - 0.25 * (1.2**0.9 - 1))
    served = sums[:, ROW_SUMS.index("service_index")].sum()
    assert sums[:, ROW_SUMS.index("service_vulnerable")].sum() == pytest.approx(reached * served)


# --- gifts ---
def appeal(few: Population, **parameters: Any) -> EssModel:
    """All raise funds; nobody has grants, patrons or foundations; nothing was lost."""
    world = at_rest(few, **{"crowding_out": 0.0, "commercial_gain": 0.0, "commercial_loss": 0.0,
                            "call_intercept": -20.0, **parameters})  # fmt: skip
    o = world.organisations
    for money in (o.grants, o.calls, o.grants_last_year):
        money[:] = 0.0
    put(
        world,
        fundraising=1e4 * np.arange(1, 7),
        fundraising_new=0.0,
        reputation=2.0,
        corporate_gifts=0.0,
        foundation_grants=0.0,
        revenue_year=5e5,
        commercial_base=0.0,
    )
    world.sales[:] = 0.0
    return world


def test_gifts_are_shared_by_effort_and_reputation_from_a_pool_that_expands(
    few: Population,
) -> None:
    world = appeal(few, gift_contest_elasticity=0.6, gift_pool_expansion=0.35,
                   gift_income_elasticity=1.2)  # fmt: skip
    world.gift_index, world.price_level, world.price_reference = 1.05, 1.1, 1.04
    world.income, world.income_reference = 1.06, 1.02
    put(world, fundraising_new=5e3, reputation=np.linspace(1, 2, 6))
    donors = world.donors.households[HERE[0]]
    pull = ((1e4 * np.arange(1, 7) - 5e3) / 1.1) ** 0.6 * np.linspace(1, 2, 6)
    weight = column(world, "weight")
    pool = donors.pool * 1.05 * (1.1 / 1.04) * (1.06 / 1.02) ** 1.2
    pool *= (weight @ pull / donors.effort) ** 0.35
    give(world)
    assert column(world, "gifts") == pytest.approx(pool * pull / (weight @ pull))


def test_where_effort_counts_for_nothing_reputation_alone_shares_the_gifts(few: Population) -> None:
    world = appeal(few, gift_contest_elasticity=0.0, gift_pool_expansion=0.0)
    put(world, fundraising=np.array([0.0, 0.0, 1e4, 2e4, 3e4, 4e4]), reputation=1.0 + np.arange(6))
    give(world)
    gifts = column(world, "gifts")
    assert gifts / gifts[0] == pytest.approx(1.0 + np.arange(6))


def test_tax_relief_makes_giving_cheaper(few: Population) -> None:
    totals = []
    for points in (0.0, 0.10):
        world = appeal(few, tax_relief_points=points, tax_relief_rate=0.66,
                       gift_price_elasticity=0.5)  # fmt: skip
        give(world)
        totals.append(world.organisations.total(world.organisations.gifts))
    assert totals[1] / totals[0] == pytest.approx((0.34 / 0.24) ** 0.5)


def test_relief_is_paid_by_the_state_to_the_givers(few: Population) -> None:
    world = appeal(few, tax_relief_rate=0.66, corporate_tax_relief_rate=0.6)
    put(world, corporate_gifts=4e4)
    world.quarter = 1  # no contest
    give(world)
    o = world.organisations
    given, corporate = o.total(o.gifts) / 4.0, o.total(o.corporate_gifts) / 4.0
    assert world.tax_relief == pytest.approx(0.66 * given + 0.6 * corporate)


def test_lost_grants_crowd_gifts_in_or_out(few: Population) -> None:
    usual, moved = (appeal(few, crowding_out=k) for k in (0.0, 0.3))
    for world in (usual, moved):
        world.organisations.grants_last_year[ETAT, living(world)] = 1e5 * np.arange(6)
        give(world)
    ratio = 1.0 + 0.3 * np.minimum(1e5 * np.arange(6) / 5e5, 1.0)
    assert column(moved, "gifts") == pytest.approx(column(usual, "gifts") * ratio)


def test_donors_like_some_market_and_dislike_more(few: Population) -> None:
    usual, moved = appeal(few), appeal(few, commercial_gain=0.2, commercial_loss=0.4,
                                       commercial_knee=0.25)  # fmt: skip
    share, start = np.array([0.0, 0.1, 0.25, 0.4, 0.6, 0.6]), np.array([0, 0, 0, 0, 0, 0.3])
    for world in (usual, moved):
        put(world, commercial_base=start)
        world.sales[living(world)] = share * 5e5
        give(world)
    answer = 0.2 * (np.minimum(share, 0.25) - np.minimum(start, 0.25))
    answer -= 0.4 * (np.maximum(share - 0.25, 0.0) - np.maximum(start - 0.25, 0.0))
    assert column(moved, "gifts") == pytest.approx(column(usual, "gifts") * (1.0 + answer))


# --- patrons and foundations ---
def test_foundation_grants_end_after_their_term_and_are_cut_to_the_pool(few: Population) -> None:
    world = appeal(few, foundation_term=2.0)
    put(world, foundation_grants=2e4)
    weight = column(world, "weight")
    ends = uniform(world, "foundation ends") < 0.5
    assert 0 < ends.sum() < 6
    world.donors.foundations[HERE[1]].pool = 0.5 * (weight * 2e4)[~ends].sum()
    give(world)
    assert column(world, "foundation_grants") == pytest.approx(np.where(ends, 0.0, 1e4))


@pytest.mark.parametrize("light", range(6))
def test_heavy_overheads_lose_points_with_private_givers(light: int, few: Population) -> None:
    """One alone spends less than 15 % on support staff: of all, it surely wins."""
    world = appeal(few, call_intercept=20.0, score_quality=0.0, foundation_score_size=0.0,
                   score_capacity=0.0, score_noise=0.01, foundation_overhead_cap=0.15,
                   overhead_fixed=0.0, overhead_share=0.5)  # fmt: skip
    staff = np.full(6, 4.0)
    staff[light] = 1.0
    put(world, wage=4e4, staff=staff)  # 80,000 or 20,000 of 500,000
    world.donors.foundations[HERE[1]].pool = 6e4
    give(world)
    won, weight = column(world, "foundation_grants"), column(world, "weight")
    assert won[light] == pytest.approx(min(3.0 * 6e4 / weight.sum(), 6e4 / weight[light]))


def test_size_weighs_more_with_private_givers_who_serve_one_in_three(few: Population) -> None:
    world = appeal(
        few,
        call_intercept=20.0,
        score_quality=0.0,
        foundation_score_size=2.0,
        score_capacity=0.0,
        score_noise=0.01,
        foundation_overhead_cap=1.0,
    )
    budget = 1e5 * 2.0 ** np.arange(6)
    put(world, revenue_year=budget)
    weight = column(world, "weight")
    world.donors.companies[HERE[0]].pool = 3e4
    give(world)
    won, ask = column(world, "corporate_gifts"), 0.1 * budget
    ask *= min(3.0 * 3e4 / (weight @ ask), 1.0)
    assert weight @ won == pytest.approx(3e4)
    assert won[-1] == pytest.approx(min(ask[-1], 3e4 / weight[-1]))


def test_part_of_foundation_money_waits_in_restricted_funds(few: Population) -> None:
    world = appeal(few, restricted_share_private=0.35)
    put(world, foundation_grants=4e4, fundraising=0.0)
    world.quarter = 1
    restricted, cash = column(world, "restricted"), column(world, "cash")
    give(world)
    assert column(world, "restricted") == pytest.approx(restricted + 3.5e3)
    assert column(world, "cash") == pytest.approx(cash + 1e4)
    assert column(world, "revenue") == pytest.approx(1e4 - 3.5e3)
