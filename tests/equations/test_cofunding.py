"""P3: funders that follow the others out, and the ceiling on matched awards."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.funders import SUBVENTION
from simulator.model import EssModel
from simulator.population import Population
from simulator.processes.cofunding import withdraw_cofunding
from tests.equations.few import ETAT, REGION, at_rest, column, put, uniform


def two_funders(few: Population, left: float, depends: float, **parameters: Any) -> EssModel:
    """The Région gave 100,000 and gives `left` of it; the State gives 100,000 as before.

    depends: share of the top funder in resources over its mean of 2025.
    """
    world = at_rest(few, cofunding_tolerance=0.85, **parameters)
    o = world.organisations
    world.public.promises[SUBVENTION] = 0.0
    for money in (o.grants, o.calls, o.contracts, o.tariffs, o.grants_last_year):
        money[:] = 0.0
    grants = np.zeros((6, 6))
    grants[ETAT] = grants[REGION] = 1e5
    put(world, grants_last_year=grants, foundation_grants=2e4)
    grants[REGION] *= left
    put(world, grants=grants, due_grants=grants, revenue_year=1e6)
    world.mean_top_share = 0.1 / depends
    for account in (world.public.notified, world.public.voted):
        account[SUBVENTION] = world.public.grid(o, world.public.due[SUBVENTION])
    world.public.unallocated[SUBVENTION] = 0.0
    return world


@pytest.mark.parametrize("left", [0.0, 0.5, 0.84])
def test_the_state_follows_with_half_its_yearly_odds_and_cuts_as_much(
    left: float, few: Population
) -> None:
    world = two_funders(few, left, 2.0, cofunding_withdrawal_public=0.7)
    withdraw_cofunding(world)
    chance = 0.5 * 0.7 * (0.85 - left) / 0.85 * 2.0
    follows = uniform(world, "cofunder leaves", ETAT) < chance
    expected = np.where(follows, left * 1e5, 1e5)
    assert column(world, "grants")[ETAT] == pytest.approx(expected)
    # The Région, whose other funder stays, follows nobody.
    assert column(world, "grants")[REGION] == pytest.approx(left * 1e5)


@pytest.mark.parametrize("left", [0.85, 0.9, 1.2])
def test_nobody_follows_within_the_tolerance(left: float, few: Population) -> None:
    world = two_funders(few, left, 100.0, cofunding_withdrawal_public=0.8)
    withdraw_cofunding(world)
    assert (column(world, "grants")[ETAT] == 1e5).all()


def test_a_funder_under_agreement_stays_and_the_others_withdraw_once_a_year(
    few: Population,
) -> None:
    world = two_funders(few, 0.5, 100.0, cofunding_withdrawal_public=0.8)
    years = np.zeros((6, 6))
    years[ETAT, :3] = 2
    put(world, agreement_years=years)
    withdraw_cofunding(world)
    once = column(world, "grants")[ETAT]
    assert once.tolist() == [1e5] * 3 + [5e4] * 3
    withdraw_cofunding(world)
    assert (column(world, "grants")[ETAT] == once).all()


def test_money_not_yet_accrued_goes_back_unallocated(few: Population) -> None:
    world = two_funders(few, 0.5, 100.0, cofunding_withdrawal_public=0.8)
    o, public = world.organisations, world.public
    withdraw_cofunding(world)
    back = 5e4 * o.weight[o.alive].sum()
    assert public.unallocated[SUBVENTION, ETAT].sum() == pytest.approx(back)
    assert public.cofunding_withdrawn.sum() == pytest.approx(back)
    assert public.grid(o, public.due[SUBVENTION]) == pytest.approx(public.notified[SUBVENTION])


def test_without_another_funder_there_is_nobody_to_follow(few: Population) -> None:
    world = two_funders(few, 1.0, 100.0, cofunding_withdrawal_public=0.8)
    o = world.organisations
    o.grants_last_year[REGION] = o.grants[REGION] = 0.0
    o.grants[ETAT] *= 0.5
    withdraw_cofunding(world)
    assert (column(world, "grants")[ETAT] == 5e4).all()


def test_foundations_follow_by_the_same_rule(few: Population) -> None:
    world = two_funders(few, 0.2, 2.0, cofunding_withdrawal_private=0.6,
                        cofunding_withdrawal_public=0.0)  # fmt: skip
    withdraw_cofunding(world)
    kept = 1.2e5 / 2e5
    chance = 0.5 * 0.6 * (0.85 - kept) / 0.85 * 2.0
    follows = uniform(world, "foundations leave") < chance
    assert column(world, "foundation_grants") == pytest.approx(np.where(follows, 2e4 * kept, 2e4))


@pytest.mark.parametrize("fallen", [True, False])
def test_a_matched_award_is_limited_by_the_other_resources(fallen: bool, few: Population) -> None:
    """At four fifths of public money, an award is at most four times the rest, whoever else cut."""
    world = two_funders(few, 0.9 if fallen else 1.0, 1.0, cofunding_max_rate=0.8)
    calls = np.zeros((6, 6))
    calls[REGION] = [1e4, 7e5, 8.5e5, 9e5, 9.9e5, 1e6]
    o = world.organisations
    put(world, calls=calls)
    world.public.promises[SUBVENTION] = o.grants + o.calls
    world.public.notified[SUBVENTION] = world.public.grid(o, world.public.due[SUBVENTION])
    world.public.late[:] = 0
    withdraw_cofunding(world)
    allowed = 4.0 * (1e6 - calls[REGION])
    assert column(world, "calls")[REGION] == pytest.approx(np.minimum(calls[REGION], allowed))
    assert world.public.grid(o, world.public.due[SUBVENTION]) == pytest.approx(
        world.public.notified[SUBVENTION]
    )
