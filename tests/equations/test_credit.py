"""P10: what is missing, who lends, who waits, who cannot pay."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.model import EssModel
from simulator.population import Population
from simulator.processes.liquidity import manage_liquidity
from tests.equations.few import HERE, at_rest, column, put, sized, uniform, with_cash

YEAR = 1.2e5  # costs of a year; a month is 10,000, the floor 2,500


def short(few: Population, cash: Any, **parameters: Any) -> EssModel:
    """Costs of 120,000 a year; no guarantee, no quasi-equity unless asked for."""
    usual = {"guarantee_capacity": 0.0, "quasi_equity_rate": 0.0, "overdraft_limit": 0.03,
             "arrears_limit": 0.08, "liquidity_floor_months": 0.25}  # fmt: skip
    world = at_rest(few, **{**usual, **parameters})
    with_cash(world, cash)
    put(world, cost_year=YEAR, revenue_year=YEAR)
    sized(world, "S")
    world.quarter = 1  # no year opens
    return world


def book(world: EssModel, cash: Any, **lines: Any) -> None:
    """Balance sheets, and the lenders' own accounts of them."""
    with_cash(world, cash, **lines)
    o = world.organisations
    for bank in world.lenders.banks:
        bank.held = 0.0
    world.lenders.banks[HERE[0]].held = o.total(o.loans + o.overdraft + o.bridge + o.quasi_equity)


def test_what_is_missing_to_the_floor_is_overdrawn_up_to_the_limit(few: Population) -> None:
    cash = np.array([3e3, 2.5e3, 2e3, 0.0, -1e3, -1.1e3])
    world = short(few, cash, arrears_limit=0.0)
    manage_liquidity(world)
    drawn = np.minimum(np.maximum(2.5e3 - cash, 0.0), 3.6e3)
    assert column(world, "overdraft") == pytest.approx(drawn)
    assert column(world, "cash") == pytest.approx(cash + drawn)


def test_suppliers_wait_up_to_a_month_and_then_one_is_insolvent(few: Population) -> None:
    cash = np.array([2.5e3, 0.0, -5e3, -9.6e3, -9.7e3, -2e4])
    world = short(few, cash, overdraft_limit=0.0)
    manage_liquidity(world)
    late = np.minimum(np.maximum(2.5e3 - cash, 0.0), 9.6e3)
    assert column(world, "arrears") == pytest.approx(late)
    assert column(world, "insolvent").tolist() == [False] * 4 + [True] * 2


@pytest.mark.parametrize("tightening", [0.0, 1.0])
def test_bridge_credit_is_accepted_by_size_equity_margin_and_region(
    tightening: float, few: Population
) -> None:
    world = short(
        few,
        0.0,
        overdraft_limit=0.0,
        arrears_limit=0.0,
        loan_to_receivable=0.7,
        credit_acceptance=0.35,
        credit_size=0.12,
        credit_equity=1.0,
        credit_margin=3.0,
    )
    assets, restricted = 2e4 * np.arange(1, 7), 0.0
    book(world, 0.0, receivable=5e3, fixed_assets=assets, loans=1e4)
    revenue = 1e5 * np.array([0.5, 1.0, 2.0, 4.0, 1.0, 1.0])
    put(world, revenue_year=revenue)
    world.lenders.banks[HERE[0]].tightening = tightening
    manage_liquidity(world)
    equity = assets + 5e3 - 1e4 - restricted
    logit = (
        np.log(0.35 / 0.65)
        + 0.12 / (0.35 * 0.65) * np.log(revenue / 1e5)
        + (np.clip(equity / (assets + 5e3), -1, 1) - 0.4)
        + 3.0 * np.clip((revenue - YEAR) / revenue, -0.3, 0.3)
        - tightening
    )
    accepted = uniform(world, "credit") < 1.0 / (1.0 + np.exp(-logit))
    assert column(world, "bridge") == pytest.approx(np.where(accepted, 2.5e3, 0.0))


def test_bridge_credit_is_a_share_of_receivables_and_goes_back_as_they_are_paid(
    few: Population,
) -> None:
    world = short(
        few,
        0.0,
        overdraft_limit=0.0,
        credit_acceptance=0.999,
        credit_size=0.0,
        credit_equity=0.0,
        credit_margin=0.0,
        loan_to_receivable=0.5,
    )
    book(world, 0.0, receivable=np.array([0.0, 1e3, 2e3, 4e3, 5e3, 9e3]))
    manage_liquidity(world)
    assert column(world, "bridge") == pytest.approx([0.0, 500.0, 1e3, 2e3, 2.5e3, 2.5e3])
    book(world, 2e3, receivable=1e3, bridge=np.array([0.0, 400.0, 500.0, 900.0, 1500.0, 5e3]))
    manage_liquidity(world)
    # Floors are missed by 500 and more: what is beyond half of the receivables is paid back first.
    back = np.minimum(np.maximum(np.array([0.0, 400, 500, 900, 1500, 5e3]) - 500.0, 0.0), 2e3)
    left = np.array([0.0, 400, 500, 900, 1500, 5e3]) - back
    room = np.maximum(500.0 - left, 0.0)
    lent = np.minimum(np.maximum(2.5e3 - (2e3 - back), 0.0), room)
    assert column(world, "bridge") == pytest.approx(left + lent)


def test_half_of_credit_is_guaranteed_while_the_fund_has_room(few: Population) -> None:
    world = short(
        few,
        0.0,
        overdraft_limit=0.0,
        arrears_limit=0.0,
        credit_acceptance=0.5,
        credit_size=0.0,
        credit_equity=0.0,
        credit_margin=0.0,
        credit_guaranteed=2.0,
    )
    book(world, 0.0, receivable=1e4)
    world.lenders.guarantor.room = 1e6
    manage_liquidity(world)
    backed = uniform(world, "guarantee") < 0.5
    accepted = uniform(world, "credit") < 1.0 / (1.0 + np.exp(-2.0 * backed))
    lent = np.where(accepted, 2.5e3, 0.0)
    assert column(world, "bridge") == pytest.approx(lent)
    assert column(world, "guaranteed") == pytest.approx(np.where(backed, lent, 0.0))
    covered = column(world, "weight") @ np.where(backed, lent, 0.0)
    assert world.lenders.guarantor.room == pytest.approx(1e6 - covered)


def test_surplus_above_two_floors_pays_arrears_overdraft_then_bridge(few: Population) -> None:
    world = short(few, 0.0)
    cash = 5e3 + np.array([-1.0, 0.0, 500.0, 1500.0, 2600.0, 9e3])
    book(world, cash, arrears=1e3, overdraft=1e3, bridge=1e3, receivable=1e6)
    manage_liquidity(world)
    surplus = np.maximum(cash - 5e3, 0.0)
    for order, debt in enumerate(("arrears", "overdraft", "bridge")):
        assert column(world, debt) == pytest.approx(1e3 - np.clip(surplus - 1e3 * order, 0.0, 1e3))


def test_term_loans_are_renewed_while_own_funds_are_positive(few: Population) -> None:
    world = short(few, 0.0, loan_years=10.0)
    assets = np.array([5e4, 2e4, 1e4, 0.0, 0.0, 0.0])
    book(world, 4e3, loans=2e4, fixed_assets=assets)
    manage_liquidity(world)
    equity = 4e3 + assets - 2e4
    due = np.where(equity > 0.0, 0.0, min(2e4 / 40.0, 4e3))
    assert column(world, "loans") == pytest.approx(2e4 - due)


def test_quasi_equity_is_for_the_large_and_old_that_miss_something(few: Population) -> None:
    world = short(
        few,
        -2e4,
        overdraft_limit=0.0,
        arrears_limit=0.0,
        quasi_equity_rate=1.0,
        quasi_equity_years=7.0,
        quasi_equity_low=1e5,
        quasi_equity_high=2e6,
    )
    sized(world, "L")
    put(world, age=np.array([3.0, 6.9, 7.0, 20.0, 20.0, 20.0]))
    book(world, -2e4)
    manage_liquidity(world)
    lucky = (uniform(world, "quasi-equity") < 0.25) & (column(world, "age") >= 7.0)
    assert column(world, "quasi_equity") == pytest.approx(np.where(lucky, 1e5, 0.0))
    sized(world, "M")
    book(world, -2e4)
    manage_liquidity(world)
    assert (column(world, "quasi_equity") == 0.0).all()


def test_losses_tighten_credit_the_year_after(few: Population) -> None:
    world = short(few, 1e6, credit_tightening=2.0)
    bank = world.lenders.banks[HERE[0]]
    book(world, 1e6, loans=1e4)
    bank.lost_this_year = 0.05 * bank.held
    world.quarter = 4
    manage_liquidity(world)
    assert bank.tightening == pytest.approx(2.0 * 0.05)
    assert bank.lost_this_year == 0.0
