"""P4 to P6, public money of the year: accrual, restricted funds, contracts, tariffs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.funders import COMMANDE, SUBVENTION, TARIFICATION
from simulator.model import EssModel
from simulator.population import Population
from simulator.processes.payment import accrue, pay
from simulator.processes.procurement import PLACE_CHANGE, let_contracts
from simulator.processes.vote import baseline_growth
from tests.equations.few import ETAT, HERE, at_rest, column, put, uniform


def due(world: EssModel, **columns: Any) -> None:
    """What is notified and not accrued, and the accounts of its nodes."""
    o, public = world.organisations, world.public
    for name in ("due_grants", "due_contracts", "due_tariffs", "due_restricted"):
        put(world, **{name: columns.get(name, 0.0)})
    for instrument, amount in enumerate(public.due):
        public.notified[instrument] = public.grid(o, amount)
    public.committed[:] = public.unallocated[:] = 0.0


def of_state(amount: Any) -> np.ndarray:
    found = np.zeros((6, 6))
    found[ETAT] = amount
    return found


def test_a_quarter_of_what_is_notified_accrues_as_product_and_receivable(few: Population) -> None:
    world = at_rest(few)
    receivable = column(world, "receivable")
    due(world, due_grants=of_state(4e4), due_restricted=1e4)
    accrue(world)
    assert column(world, "receivable") == pytest.approx(receivable + 1e4)
    assert column(world, "revenue") == pytest.approx(1e4 - 2.5e3)
    assert column(world, "due_grants")[ETAT] == pytest.approx(3e4)
    public, o = world.public, world.organisations
    assert public.committed[SUBVENTION].sum() == pytest.approx(1e4 * o.weight[o.alive].sum())


def test_awards_for_a_purpose_wait_in_restricted_funds(few: Population) -> None:
    world = at_rest(few)
    restricted = column(world, "restricted")
    due(world, due_grants=of_state(4e4), due_restricted=1e4)
    accrue(world)
    assert column(world, "restricted") == pytest.approx(restricted + 2.5e3)


def test_tariffs_are_earned_by_the_places_that_are_filled(few: Population) -> None:
    world = at_rest(few)
    filled = np.array([0.0, 0.4, 0.8, 1.0, 1.2, 2.0])
    put(world, tariff_quota=100.0, service=100.0 * filled)
    due(world, due_tariffs=of_state(4e4))
    accrue(world)
    earned = 1e4 * np.minimum(filled, 1.0)
    assert column(world, "revenue") == pytest.approx(earned)
    public, o = world.public, world.organisations
    weight = o.weight[o.alive]
    assert public.committed[TARIFICATION].sum() == pytest.approx(weight @ earned)
    assert public.unallocated[TARIFICATION].sum() == pytest.approx(weight @ (1e4 - earned))


def test_receivables_are_paid_by_age_at_the_odds_of_the_kernel(few: Population) -> None:
    """The kernel .25/.35/.25/.15 of the State: of what is left, 1/4, 7/15, 5/8, then all."""
    world = at_rest(few)
    o, public = world.organisations, world.public
    owed = np.zeros_like(public.buckets)
    owed[SUBVENTION, ETAT, :4, o.alive] = 1000.0
    public.buckets = owed
    put(world, receivable=4000.0, cash=0.0)
    pay(world)
    odds = np.array([0.25, 0.35 / 0.75, 0.25 / 0.40, 1.0])
    assert column(world, "cash") == pytest.approx(1000.0 * odds.sum())
    left = public.buckets[SUBVENTION, ETAT][:, np.flatnonzero(o.alive)[0]]
    assert left[1:4] == pytest.approx(1000.0 * (1.0 - odds[:3]))
    assert left[[0, 4]].sum() == pytest.approx(0.0)


# --- contracts ---
def contracts(world: EssModel, amounts: Any, vote: float) -> float:
    o, public = world.organisations, world.public
    o.contracts[:] = 0.0
    put(world, contracts=of_state(amounts))
    public.voted[COMMANDE] = public.base[COMMANDE] = 0.0
    public.voted[COMMANDE, ETAT, HERE[0], HERE[1]] = vote
    public.base[COMMANDE, ETAT, HERE[0], HERE[1]] = vote
    return float(o.total(o.contracts[ETAT]))


def test_contracts_end_are_lost_and_leak(few: Population) -> None:
    world = at_rest(few, contract_length=2.0, contract_loss=0.6, contract_leak=0.5)
    total = contracts(world, 5e4, 0.0)
    growth = 1.0 + baseline_growth(world)[COMMANDE][ETAT, HERE[0], HERE[1]]
    world.public.voted[COMMANDE, ETAT, HERE[0], HERE[1]] = total * growth
    weight = column(world, "weight")
    let_contracts(world)
    lost = (uniform(world, "contract ends", ETAT) < 0.5) & (
        uniform(world, "contract lost", ETAT) < 0.6
    )
    assert lost.any()
    gone = 0.5 * (weight * 5e4 * growth)[lost].sum()
    vote = world.public.voted[COMMANDE, ETAT, HERE[0], HERE[1]]
    assert vote == pytest.approx(total * growth - gone)
    # What stays in the social economy is let again, all of it.
    assert world.organisations.total(world.organisations.contracts[ETAT]) == pytest.approx(vote)
    kept = column(world, "contracts")[ETAT][~lost]
    assert (kept >= 5e4 * growth - 1e-6).all()


def test_what_is_free_goes_to_bidders_by_budget(few: Population) -> None:
    world = at_rest(few, contract_loss=0.0)
    budget = 1e5 * np.arange(1, 7)
    put(world, revenue_year=budget)
    growth = 1.0 + baseline_growth(world)[COMMANDE][ETAT, HERE[0], HERE[1]]
    contracts(world, np.array([5e4, 5e4, 0, 0, 0, 0.0]), 1e7)
    let_contracts(world)
    bids = (uniform(world, "contract bid", ETAT) < 0.10) | (np.arange(6) < 2)
    weight = column(world, "weight")
    running = np.array([5e4, 5e4, 0, 0, 0, 0.0]) * growth
    free = 1e7 - weight @ running
    share = np.where(bids, budget, 0.0)
    assert column(world, "contracts")[ETAT] == pytest.approx(
        running + free * share / (weight @ share)
    )


def test_running_contracts_above_the_vote_are_scaled(few: Population) -> None:
    world = at_rest(few, contract_loss=0.0)
    contracts(world, 5e4, 1e4)
    let_contracts(world)
    o = world.organisations
    assert column(world, "contracts")[ETAT] == pytest.approx(1e4 / o.weight[o.alive].sum())


# --- tariffs ---
@pytest.mark.parametrize("activity", [0.5, 0.95, 1.05, 1.6])
def test_places_follow_activity_within_a_tenth_and_tariffs_the_vote(
    activity: float, few: Population
) -> None:
    world = at_rest(few)
    o, public = world.organisations, world.public
    o.tariffs[:] = 0.0
    put(world, tariffs=of_state(1e5), tariff_quota=100.0, service=100.0 * activity)
    total = o.total(o.tariffs[ETAT])
    public.carved_year[:] = 0.0
    for account, euros in ((public.previous, total), (public.voted, 1.03 * total)):
        account[TARIFICATION] = 0.0
        account[TARIFICATION, ETAT, HERE[0], HERE[1]] = euros
    let_contracts(world)
    change = float(np.clip(activity, 1 - PLACE_CHANGE, 1 + PLACE_CHANGE))
    # Places given up are offered to the others, who are as many: within a tenth again.
    offered = min(1.0 / change, 1.0 + PLACE_CHANGE)
    assert column(world, "tariffs")[ETAT] == pytest.approx(1e5 * 1.03 * change * offered)
    assert column(world, "tariff_quota") == pytest.approx(100.0 * change * offered)
