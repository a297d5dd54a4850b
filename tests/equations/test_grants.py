"""P2, agreements and renewals: what becomes of last year's grants."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.model import EssModel
from simulator.parameters import SPECS
from simulator.population import Population
from simulator.processes.allocation import allocate
from tests.equations.few import ETAT, at_rest, column, put, uniform, voted

GROWTH = float(np.asarray(SPECS["grant_growth"].default))
QUIET = {"withdrawal_base": 0.0, "withdrawal_slope": 0.0, "grant_spread": 0.0, "inertia": 0.9}


def weighted(world: EssModel, name: str) -> float:
    o = world.organisations
    return float(column(world, name)[ETAT] @ o.weight[o.alive])


def test_agreements_keep_their_euros_and_come_first(few: Population) -> None:
    world = at_rest(few, inertia=0.0)
    years = np.array([3, 3, 0, 0, 0, 0])
    voted(world, 60_000.0, 1e7)
    put(world, agreement_years=years)
    allocate(world)
    grants, calls = column(world, "grants")[ETAT], column(world, "calls")[ETAT]
    assert grants[:2].tolist() == [60_000.0, 60_000.0]
    assert (column(world, "agreement_years")[ETAT, :2] == 2).all()
    # Without inertia the others must win their grant in a call.
    signed = column(world, "agreement_years")[ETAT, 2:] > 0
    assert (grants[2:][~signed] == 0.0).all()
    assert calls[2:].sum() > 0.0


def test_agreements_above_the_vote_are_all_scaled(few: Population) -> None:
    world = at_rest(few)
    total = voted(world, 60_000.0, 0.0)
    world.public.voted[0][world.public.previous[0] > 0] = 0.4 * total
    put(world, agreement_years=3)
    allocate(world)
    assert column(world, "grants")[ETAT] == pytest.approx(0.4 * 60_000.0)
    assert world.public.calls_pot.sum() == pytest.approx(0.0, abs=1e-6)


def test_agreements_follow_prices_as_far_as_they_are_indexed(few: Population) -> None:
    world = at_rest(few, agreement_indexation=0.5, inflation=0.04)
    voted(world, 60_000.0, 1e7)
    put(world, agreement_years=np.array([3, 3, 3, 0, 0, 0]))
    allocate(world)
    assert column(world, "grants")[ETAT, :3] == pytest.approx(60_000.0 * 1.02)


def test_renewals_share_inertia_of_what_agreements_leave(few: Population) -> None:
    """Beyond the tolerance nobody keeps the same amount: all are scaled by one factor."""
    world = at_rest(few, **QUIET)
    amounts = 10_000.0 * np.arange(1, 7)
    total = voted(world, amounts, 0.0)
    vote = 0.5 * total
    world.public.voted[0][world.public.previous[0] > 0] = vote
    allocate(world)
    renewed, factor = column(world, "grants")[ETAT], 0.9 * vote / total
    agreed = column(world, "agreement_years")[ETAT] > 0
    assert renewed[~agreed] == pytest.approx(factor * amounts[~agreed])
    assert world.public.calls_pot.sum() == pytest.approx(vote - 0.9 * vote)


def test_no_renewed_grant_rises_by_more_than_the_cap(few: Population) -> None:
    world = at_rest(few, grant_rise_cap=1.25, multi_year_share=0.0, **QUIET)
    total = voted(world, 20_000.0, 0.0)
    world.public.voted[0][world.public.previous[0] > 0] = 3.0 * total
    allocate(world)
    assert column(world, "grants")[ETAT] == pytest.approx(25_000.0)
    assert world.public.calls_pot.sum() == pytest.approx((3.0 - 1.25) * total)


@pytest.mark.parametrize("change", [0.0, 0.1, -0.2])
def test_the_odds_of_the_same_amount_fall_as_the_envelope_moves(
    change: float, few: Population
) -> None:
    """Whoever does not keep the same amount loses it here, so that both can be told apart."""
    world = at_rest(
        few, inertia=1.0, grant_same_share=0.4, withdrawal_base=1.0, withdrawal_maximum=1.0,
        multi_year_share=0.0, grant_same_tolerance=0.25,
    )  # fmt: skip
    total = voted(world, 20_000.0, 0.0)
    world.public.voted[0][world.public.previous[0] > 0] = (1 + change) * (1 + GROWTH) * total
    allocate(world)
    odds = 0.4 * max(0.0, 1.0 - abs(change) / 0.25)
    same = uniform(world, "grant same", ETAT) < odds
    assert same.sum() < 6
    assert ((column(world, "grants")[ETAT] > 0) == same).all()


@pytest.mark.parametrize(("fall", "limit"), [(0.0, 0.6), (0.4, 0.6), (0.4, 0.3)])
def test_the_odds_of_losing_a_grant_rise_with_the_real_fall(
    fall: float, limit: float, few: Population
) -> None:
    world = at_rest(
        few, grant_same_share=0.0, withdrawal_base=0.2, withdrawal_slope=0.6, inflation=0.02,
        withdrawal_maximum=limit, multi_year_share=0.0, grant_spread=0.0,
    )  # fmt: skip
    total = voted(world, 20_000.0, 0.0)
    world.public.voted[0][world.public.previous[0] > 0] = (1 - fall) * 1.02 * total
    allocate(world)
    lost = uniform(world, "grant kept", ETAT) < min(0.2 + 0.6 * fall, limit)
    assert ((column(world, "grants")[ETAT] == 0.0) == lost).all()


def test_changes_are_lognormal_around_one_factor(few: Population) -> None:
    from scipy.stats import norm

    world = at_rest(few, **{**QUIET, "grant_spread": 0.2, "grant_same_share": 0.0},
                    multi_year_share=0.0)  # fmt: skip
    total = voted(world, 20_000.0, 0.0)
    world.public.voted[0][world.public.previous[0] > 0] = 0.9 * total
    allocate(world)
    noise = np.exp(0.2 * norm.ppf(uniform(world, "grant noise", ETAT)))
    renewed = column(world, "grants")[ETAT]
    assert renewed / noise == pytest.approx(np.full(6, renewed[0] / noise[0]))
    assert weighted(world, "grants") == pytest.approx(0.9 * 0.9 * total)


def test_unchanged_grants_are_squeezed_where_they_exceed_the_share(few: Population) -> None:
    world = at_rest(few, grant_same_share=1.0, grant_same_tolerance=1.0, inertia=0.5,
                    multi_year_share=0.0)  # fmt: skip
    total = voted(world, 20_000.0, 0.0)
    world.public.voted[0][world.public.previous[0] > 0] = total
    allocate(world)
    same = uniform(world, "grant same", ETAT) < 1.0 - abs(0.5 / (1 + GROWTH) - 1.0)
    weight = column(world, "weight")
    squeeze = min(0.5 * total / (weight * 20_000.0)[same].sum(), 1.0)
    assert column(world, "grants")[ETAT][same] == pytest.approx(20_000.0 * squeeze)


def test_young_organisations_lose_reputation_with_their_grants(few: Population) -> None:
    world = at_rest(few, reputation_signal=0.1, inertia=0.5, multi_year_share=0.0,
                    **{k: v for k, v in QUIET.items() if k != "inertia"})  # fmt: skip
    total = voted(world, 20_000.0, 0.0)
    put(world, age=np.array([1.0, 4.9, 5.0, 30.0, 1.0, 30.0]))
    world.public.voted[0][world.public.previous[0] > 0] = total
    before = column(world, "reputation")
    allocate(world)
    lost = 1.0 - column(world, "grants")[ETAT] / 20_000.0
    young = np.array([True, True, False, False, True, False])
    after = before * np.where(young, 1.0 - 0.1 * lost, 1.0)
    assert column(world, "reputation") == pytest.approx(after)


@pytest.mark.parametrize(("share", "signs"), [(0.0, 0), (0.95, 3)])
def test_agreements_are_signed_above_the_threshold_up_to_their_share(
    share: float, signs: int, few: Population
) -> None:
    """Where the others are too small, all large grants sign to come near the target."""
    world = at_rest(few, multi_year_share=share, agreement_threshold=23_000.0,
                    agreement_years=3.5, call_intercept=-20.0, inertia=1.0, **{
                        k: v for k, v in QUIET.items() if k != "inertia"})  # fmt: skip
    amounts = np.array([24_000.0, 24_000.0, 24_000.0, 10_000.0, 10_000.0, 10_000.0])
    total = voted(world, amounts, 0.0)
    world.public.voted[0][world.public.previous[0] > 0] = total
    allocate(world)
    years = column(world, "agreement_years")[ETAT]
    assert (years[3:] == 0).all()
    assert (years[:3] > 0).sum() == signs
    longer = uniform(world, "agreement length", ETAT)[:3] < 0.5
    assert (years[:3] == signs / 3 * np.where(longer, 4, 3)).all()


def test_the_odds_of_signing_fill_the_share_that_is_missing(few: Population) -> None:
    world = at_rest(few, multi_year_share=0.4, call_intercept=-20.0, inertia=1.0, **{
        k: v for k, v in QUIET.items() if k != "inertia"})  # fmt: skip
    total = voted(world, 30_000.0, 0.0)
    world.public.voted[0][world.public.previous[0] > 0] = total
    allocate(world)
    signs = uniform(world, "agreement", ETAT) < 0.4  # all are eligible, none is promised
    assert ((column(world, "agreement_years")[ETAT] > 0) == signs).all()


def test_the_award_of_a_call_under_a_new_agreement_joins_the_base(few: Population) -> None:
    world = at_rest(few, multi_year_share=0.5, call_intercept=20.0, inertia=0.5, **{
        k: v for k, v in QUIET.items() if k != "inertia"})  # fmt: skip
    total = voted(world, 60_000.0, 0.0)
    world.public.voted[0][world.public.previous[0] > 0] = total
    put(world, revenue_year=1e5)
    world.public.calls_pot_2025[:] = 0.0  # asks are not scaled
    allocate(world)
    grants, calls = column(world, "grants")[ETAT], column(world, "calls")[ETAT]
    signed = column(world, "agreement_years")[ETAT] > 0
    assert signed.any() and not signed.all()
    # Everybody wins 8,000 euros beside a renewed grant of 30,000.
    assert grants == pytest.approx(np.where(signed, 3.8e4, 3e4))
    assert calls == pytest.approx(np.where(signed, 0.0, 8e3))
    both = weighted(world, "grants") + weighted(world, "calls")
    assert both == pytest.approx(weighted(world, "due_grants"))
