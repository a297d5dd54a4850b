"""P12 and P13: leaders, pooling, mergers, the Scic form."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.codes import FORMS
from simulator.funders import SUBVENTION
from simulator.model import EssModel
from simulator.population import Population
from simulator.processes.absorption import DIP_QUARTERS, SAVING_QUARTERS, absorb
from simulator.processes.cooperation import cooperate
from simulator.processes.leadership import lead
from simulator.processes.legal_form import COLLECTIVITY_SHARE, change_legal_form
from simulator.processes.matching import best_partners
from tests.equations.few import ETAT, at_rest, column, living, put, uniform, with_cash

ALONE = {"leadership_vacancy": 0.0, "mutualisation_rate": 0.0, "merger_completion": 0.0}


def neighbours(few: Population, **parameters: Any) -> EssModel:
    """Six equals, in balance, without ties."""
    world = at_rest(few, **{**ALONE, **parameters})
    with_cash(world, 1e6)
    o = world.organisations
    for money in (o.grants, o.calls, world.public.promises[SUBVENTION], o.contracts, o.tariffs):
        money[:] = 0.0
    put(
        world,
        weight=1.0,
        revenue_year=1e5,
        fixed_cost=1e4,
        saving_quarters=0,
        saving_left=0.0,
        tie_x=np.arange(6.0),
        tie_y=np.arange(6.0),
        staff=2.0,
        wage=4e4,
        volunteers=3.0,
    )
    world.cash_months[living(world)] = 2.0
    return world


def test_leaders_leave_at_their_rate_and_a_vacancy_weighs_a_year(few: Population) -> None:
    world = neighbours(few, leadership_vacancy=0.8, vacancy_strain_sensitivity=0.0)
    put(world, vacancy_recent=np.array([0, 0, 1, 1, 3, 3]))
    lead(world)
    leaves = uniform(world, "vacancy") < 0.8 / 4
    left = np.where(leaves, 4, np.maximum(np.array([0, 0, 1, 1, 3, 3]) - 1, 0))
    assert column(world, "vacancy_recent").tolist() == left.tolist()
    assert column(world, "vacancy").tolist() == (left > 0).tolist()


def test_pooling_pairs_those_with_a_gap_costs_now_and_saves_later(few: Population) -> None:
    world = neighbours(few, mutualisation_rate=1.0, mutualisation_cost=0.015)
    put(world, gap=np.array([0.1, 0.1, 0.1, 0.1, -0.1, 0.0]))
    cooperate(world)
    group = column(world, "mutual_group")
    assert (group[:4] > 0).all() and (group[4:] == 0).all()
    assert sorted(np.unique(group[:4], return_counts=True)[1]) == [2, 2]
    spent = np.where(group > 0, 0.015 * 1e5, 0.0)
    assert column(world, "cash") == pytest.approx(1e6 - spent)
    assert set(column(world, "mutual_clock")[:4]) <= {2, 3, 4}
    assert (column(world, "fixed_cost") == 1e4).all()


def test_a_pool_that_works_saves_a_share_of_fixed_costs(few: Population) -> None:
    world = neighbours(few, mutualisation_saving=0.04, mutualisation_success=0.7)
    put(world, mutual_clock=np.array([0, 1, 1, 1, 1, 2]))
    cooperate(world)
    works = (uniform(world, "mutual works") < 0.7) & (np.arange(6) > 0) & (np.arange(6) < 5)
    assert 0 < works.sum() < 4
    assert column(world, "fixed_cost") == pytest.approx(np.where(works, 0.96e4, 1e4))


def test_ties_make_pooling_likelier(few: Population) -> None:
    for tied in (False, True):
        world = neighbours(few, mutualisation_rate=0.3, merger_tie_factor=3.4)
        put(world, gap=0.1, tie_x=0.0 if tied else np.arange(6.0), tie_y=0.0)
        cooperate(world)
        assert tied == (column(world, "mutual_group") > 0).all()


# --- who would join whom ---
def pair(world: EssModel) -> tuple[np.ndarray, np.ndarray]:
    """The first row looks for a partner and meets the last."""
    rows = living(world)
    return best_partners(world, rows[:1], rows[5:], np.array([0.5]), np.array([6.0]))


CASES = [
    ({}, {}, 0.0, False),  # a difference of nothing is no reason
    ({}, {"tie_x": 0.0, "tie_y": 0.0}, 0.0, True),
    ({"merger_tie": 0.0}, {"tie_x": 0.0, "tie_y": 0.0}, 0.0, False),
    ({"merger_complementarity": 0.5}, {"memberships": np.array([0, 0, 0, 0, 0, 9e4])}, 0.0, True),
    ({"merger_complementarity": 0.5}, {"memberships": np.array([0, 0, 0, 0, 0, 9e4]),
                                       "drift": np.array([0.6, 0, 0, 0, 0, 0])}, 0.0, False),
    ({}, {"tie_x": 0.0, "tie_y": 0.0}, 1.6, False),
]  # fmt: skip


@pytest.mark.parametrize(("weights", "columns", "minimum", "joins"), CASES)
def test_a_pair_joins_for_ties_and_unlike_resources_against_drift_and_size(
    weights: dict[str, float], columns: dict[str, Any], minimum: float, joins: bool, few: Population
) -> None:
    usual = {"merger_tie": 1.5, "merger_complementarity": 0.0, "merger_drift_distance": 1.0,
             "merger_size_gap": 0.0, "merger_minimum": minimum}  # fmt: skip
    world = neighbours(few, **{**usual, **weights})
    put(world, revenue_year=np.array([4e4] + [1e5] * 5), memberships=0.0, gifts=0.0,
        corporate_gifts=0.0, foundation_grants=0.0)  # fmt: skip
    world.sales[living(world)] = np.array([3e4, 0, 0, 0, 0, 0])
    if "memberships" not in columns:
        world.sales[living(world)] = 3e4
    put(world, **columns)
    seekers, _ = pair(world)
    assert len(seekers) == joins


@pytest.mark.parametrize(("gap", "joins"), [(1.4, True), (1.6, False)])
def test_a_gap_in_size_weighs_by_its_logarithm(gap: float, joins: bool, few: Population) -> None:
    """A tie of 1.5 carries a gap of 1.5 in logarithms and no more."""
    world = neighbours(few, merger_tie=1.5, merger_complementarity=0.0, merger_size_gap=1.0)
    put(world, tie_x=0.0, tie_y=0.0, revenue_year=1e5 * np.exp(gap * (np.arange(6) == 5)))
    assert len(pair(world)[0]) == joins


@pytest.mark.parametrize(("budget", "fits"), [(4.9e4, True), (5.1e4, False)])
def test_who_is_absorbed_is_at_most_half_of_the_absorber(
    budget: float, fits: bool, few: Population
) -> None:
    world = neighbours(few, merger_size_gap=0.0)
    put(world, tie_x=0.0, tie_y=0.0, revenue_year=np.array([budget] + [1e5] * 5))
    assert len(pair(world)[0]) == fits


@pytest.mark.parametrize(
    ("months", "gap", "vacancy", "partner_months", "partner_gap", "happens"),
    [
        (1.4, 0.05, False, 4.1, 0.02, True), (1.6, 0.05, False, 4.1, 0.02, False),
        (1.4, 0.03, False, 4.1, 0.02, False), (9.0, -0.5, True, 4.1, 0.02, True),
        (1.4, 0.05, False, 3.9, 0.02, False), (1.4, 0.05, False, 4.1, 0.04, False),
    ],
)  # fmt: skip
def test_the_distressed_and_the_leaderless_seek_a_sound_partner(
    months: float, gap: float, vacancy: bool, partner_months: float, partner_gap: float,
    happens: bool, few: Population,
) -> None:  # fmt: skip
    world = neighbours(few, merger_completion=1.0, merger_tie=1.5, merger_size_gap=0.0,
                       merger_complementarity=0.0, merger_seeker_cash_months=1.5,
                       merger_seeker_gap=0.04, merger_partner_cash_months=4.0,
                       merger_partner_gap=0.03)  # fmt: skip
    put(world, revenue_year=np.array([4e4] + [1e5] * 5), tie_x=0.0, tie_y=0.0)
    put(world, gap=np.array([gap, 0.0, 0.0, 0.0, 0.0, partner_gap]))
    world.cash_months[living(world)] = np.array([months, 2, 2, 2, 2, partner_months])
    put(world, vacancy=np.array([vacancy] + [False] * 5))
    cooperate(world)
    assert (len(living(world)) == 5) == happens


def test_a_merger_is_completed_with_its_odds_times_ties(few: Population) -> None:
    world = neighbours(few, merger_completion=0.2, merger_tie_factor=2.5, merger_size_gap=0.0)
    put(world, revenue_year=np.array([4e4] * 3 + [1e5] * 3), tie_x=0.0, tie_y=0.0,
        gap=np.array([0.1] * 3 + [0.0] * 3))  # fmt: skip
    world.cash_months[living(world)] = np.array([1.0, 1.1, 1.2, 6.0, 6.1, 6.2])
    happens = (uniform(world, "merger")[:3] < 0.5).sum()
    assert happens > 0
    cooperate(world)
    assert len(living(world)) == 6 - happens


# --- what a merger does ---
def joined(few: Population, **parameters: Any) -> EssModel:
    """The first row has joined the last."""
    world = neighbours(few, **parameters)
    grants = np.zeros((6, 6))
    grants[ETAT] = 2e4
    put(world, grants=grants, due_grants=grants / 2, calls=0.0)
    o, public = world.organisations, world.public
    public.notified[SUBVENTION] = public.grid(o, public.due[SUBVENTION])
    public.unallocated[SUBVENTION] = 0.0
    put(world, volunteers=10.0, service=100.0, service_base=100.0, productivity=10.0,
        quality=np.array([0.6, 1, 1, 1, 1, 1.0]), fundraising=0.0)  # fmt: skip
    rows = living(world)
    absorb(world, rows[:1], rows[5:])
    return world


def test_a_merger_costs_a_share_of_the_smaller_budget_and_dips(few: Population) -> None:
    world = joined(few, merger_cost=0.05)
    o, last = world.organisations, living(world)[5]
    assert o.cash[last] == pytest.approx(2e6 - 0.05 * 1e5)
    assert o.dip[last] == DIP_QUARTERS == 4 + 1  # the quarter begins by counting down


def test_a_merger_saves_fixed_costs_and_pay_over_eight_quarters(few: Population) -> None:
    world = joined(few, merger_overhead_saving=0.35, merger_staff_saving=0.06)
    o, last = world.organisations, living(world)[5]
    saving = 0.35 * 1e4 + 0.06 * 2.0 * 4e4
    assert o.saving_left[last] == pytest.approx(saving / SAVING_QUARTERS)
    before = o.fixed_cost[last]
    cooperate(world)
    assert o.fixed_cost[last] == pytest.approx(before - saving / 8)
    assert o.saving_quarters[last] == SAVING_QUARTERS - 1 == 7


def test_common_funders_take_back_part_of_the_joint_grant(few: Population) -> None:
    world = joined(few, merger_funder_haircut=0.07)
    o, last = world.organisations, living(world)[5]
    assert o.grants[ETAT, last] == pytest.approx(0.93 * 4e4)
    assert world.public.unallocated[SUBVENTION].sum() == pytest.approx(0.07 * 2e4)


def test_some_volunteers_do_not_follow(few: Population) -> None:
    world = joined(few, merger_volunteer_loss=0.10)
    assert world.organisations.volunteers[living(world)[5]] == pytest.approx(10.0 + 9.0)


@pytest.mark.parametrize(("closure", "served"), [(0.0, 200.0), (1.0, 100.0)])
def test_a_closed_site_serves_nobody_and_quality_is_a_mean(
    closure: float, served: float, few: Population
) -> None:
    world = joined(few, merger_closure=closure)
    o, last = world.organisations, living(world)[5]
    assert o.service[last] == pytest.approx(served)
    assert o.quality[last] == pytest.approx(0.8)


# --- Scic ---
def test_sound_associations_with_income_of_their_own_become_scic(few: Population) -> None:
    world = neighbours(few, scic_rate=1.0, scic_own_income=0.4, scic_minimum_staff=5.0,
                       scic_cost=4e4, scic_capital=0.075, scic_gift_loss=0.7,
                       scic_volunteer_loss=0.15, drift_scic_guard=0.8)  # fmt: skip
    put(world, revenue_year=1e6, staff=np.array([4.9, 9, 9, 9, 9, 9]), memberships=1e5)
    world.sales[living(world)] = np.array([5e5, 2.9e5, 3.1e5, 5e5, 5e5, 5e5])
    with_cash(world, np.array([1e6, 1e6, 1e6, 3.9e4, 1e6, 1e6]),
              loans=np.array([0, 0, 0, 0, 2e6, 0]))  # fmt: skip
    put(world, reputation=2.0)
    eligible = np.array([False, False, True, False, False, True])
    while not (uniform(world, "scic") < 0.25)[[2, 3, 5]].all():
        world.quarter += 1
    turns = (uniform(world, "scic") < 0.25) & eligible
    change_legal_form(world)
    form = column(world, "form")
    assert (form == FORMS.index("SCIC")).tolist() == turns.tolist()
    assert column(world, "volunteers") == pytest.approx(np.where(turns, 3.0 * 0.85, 3.0))
    assert column(world, "reputation") == pytest.approx(np.where(turns, 2.0 * 0.3, 2.0))
    assert column(world, "drift_guard")[turns] == pytest.approx(0.8)
    capital = 0.075 * 1e6
    before = np.array([1e6, 1e6, 1e6, 3.9e4, 1e6, 1e6])
    assert column(world, "cash") == pytest.approx(np.where(turns, before + capital - 4e4, before))
    brought = column(world, "weight") @ np.where(turns, capital, 0.0)
    paid = world.ledger.flows["capital", "bloc_communal", "organisations"]
    assert paid == pytest.approx(COLLECTIVITY_SHARE * brought)
