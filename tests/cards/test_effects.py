"""Every card moves the model the way it says: paired worlds, mean beyond three standard errors.

All organisations follow, so that small effects show; what a card does when a few follow is tested
where it differs. Levers act in 2026 to 2028 on the population of workshops.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simulator.cards import Play, list_cards, load_card
from simulator.cards import scenario_of as scenario_of_plays
from simulator.codes import FORMS
from simulator.levers import Lever
from simulator.levers.selection import Selector
from simulator.model import EssModel
from simulator.population import Population
from simulator.scenario import load_scenario
from simulator.scenario.schema import lever_written
from tests.engine.worlds import play, scenario_of, series, start

REPLICATES = 4
# Rare events: more worlds for the same margin.
MORE_REPLICATES = {"f7-financer-le-rapprochement": 8, "f8-garantie-pret-relais": 8}
Base = Callable[[bool, int], dict[str, float]]
QUARTERS = 12
SHOCK = {"lever": "public_funding", "instrument": "subvention", "change": "-25%",
         "where": {"funder": "region"}}  # fmt: skip
Look = Callable[[EssModel], None]

# Card → what must rise (+) or fall (−). Under a cut of the Régions where there is a star.
EXPECTED = {
    "o1-plan-de-tresorerie": "+layoffs +overdraft +bridge_credit",
    "o2-geler-les-recrutements": "-jobs_fte +overload",
    "o3-plan-social": "-jobs_fte -quality -volunteers +severance",
    "o4-augmenter-les-tarifs": "+user_sales -vulnerable +cash",
    "o5-campagne-de-dons": "+gifts +purchases",
    "o6-activite-marchande": "+market_gain +drift",
    "o7-repondre-aux-appels": "+asked +overload",
    "o8-mutualiser": "-fixed_cost +mutualisation_cost",
    "o9-fusionner": "+absorbed +merger_cost",
    "o10-passer-en-scic": "+scic +scic_cost -gifts -volunteers",
    "o11-campagne-d-adhesion": "+memberships +volunteers",
    "o12-reserve-associative": "+cash -jobs_fte",
    "f1-don-non-fleche": "-restricted",
    "f2-dossier-unique": "-application_cost -grants +administration",
    "f3-tirage-au-sort": "-application_cost -concentration",
    "f4-non-retrait*": "-withdrawn",
    "f5-fonds-d-urgence": "-overdraft -foundation_grants +emergency_fund",
    "f6-frais-de-structure": "-restricted",
    "f7-financer-le-rapprochement": "+absorbed +merger_support",
    "f8-garantie-pret-relais": "+bridge_credit +guarantee -grants",
    "p1-paiement-a-60-jours": "-receivables +cash",
    "p2-cpo-de-quatre-ans": "+grants_under_agreement",
    "p3-indexer": "+grants",
    "p4-rabot-de-10": "-grants -jobs_fte",
    "p5-marche-reserve": "+contracts",
    "p6-conference-des-financeurs*": "-withdrawn +administration",
}


def levers_of(identifier: str, quarters: int = QUARTERS, **settings: Any) -> list[dict[str, Any]]:
    card = load_card(identifier)
    if card.side == "organisations":
        settings = {"share": 1.0, **settings}
    written: list[Lever] = [*Play(card, 2026, **settings).levers(quarters)]
    return [
        lever_written(lever.model_dump(mode="json", by_alias=True, exclude_none=True))
        for lever in written
    ]


def observed(
    levers: list[dict[str, Any]], population: Population, replicate: int, look: Look | None = None,
    quarters: int = QUARTERS,
) -> dict[str, float]:  # fmt: skip
    """Euros by flow, sums of the last quarter, and what was seen on the way."""
    world = start(scenario_of(*levers, quarters=quarters), population, replicate=replicate)
    seen: dict[str, float] = dict.fromkeys(("layoffs", "withdrawn", "asked", "overload"), 0.0)
    while world.running:
        world.step()
        o = world.organisations
        for (flow, _, target), amount in world.ledger.flows.items():
            name = flow.removeprefix("programme: ")
            repaid = name in ("overdraft", "bridge_credit") and amount < 0.0
            if not (repaid or (flow == "boni" and target)):
                seen[name] = seen.get(name, 0.0) + amount / world.price_level
        seen["layoffs"] += o.total(o.layoffs)
        seen["overload"] += o.total(o.overload * o.staff)
        if world.quarter % 4 == 1:
            seen["asked"] += o.total(o.applications) / world.price_level
        if world.quarter % 4 == 0:
            seen["withdrawn"] += float(world.public.cofunding_withdrawn.sum()) / world.price_level
        if look is not None:
            look(world)
    o, record = world.organisations, world.recorder.finish()
    for name in ("jobs_fte", "volunteers", "cash", "restricted", "receivables", "concentration",
                 "grants_under_agreement", "application_cost"):  # fmt: skip
        seen[name] = float(series(record, name)[-1])
    service = series(record, "service_index")[-1]
    seen["quality"] = float(series(record, "service_quality_index")[-1] / service)
    seen["vulnerable"] = float(series(record, "service_vulnerable")[-1] / service)
    seen["grants"] = seen["subvention"]
    seen["absorbed"] = float(series(record, "exits_absorbed").sum())
    seen["scic"] = o.total(o.alive & (o.form == FORMS.index("SCIC")))
    for name in ("market_gain", "drift", "fixed_cost"):
        seen[name] = o.total(getattr(o, name))
    seen["contracts"] = o.total(o.contracts.sum(axis=0))
    return seen


@pytest.fixture(scope="module")
def base(workshop: Population) -> Base:
    """Worlds without a card, with and without the cut of the Régions; each played once."""

    @functools.cache
    def world(shock: bool, replicate: int) -> dict[str, float]:
        return observed([SHOCK] if shock else [], workshop, replicate)

    return world


def test_every_card_is_expected_to_do_something() -> None:
    assert [name.rstrip("*") for name in EXPECTED] == list_cards()


@pytest.mark.parametrize("name", EXPECTED)
def test_a_card_does_what_it_says(name: str, workshop: Population, base: Base) -> None:
    replicates = MORE_REPLICATES.get(name, REPLICATES)
    identifier, shock = name.rstrip("*"), name.endswith("*")
    payer = ("etat",) if identifier.startswith("f4") else ()
    levers = [*([SHOCK] if shock else []), *levers_of(identifier, payer=payer)]
    with_card = [observed(levers, workshop, replicate) for replicate in range(replicates)]
    without = [base(shock, replicate) for replicate in range(replicates)]
    for word in EXPECTED[name].split():
        sign, measure = (1.0 if word[0] == "+" else -1.0), word[1:]
        difference = sign * np.array(
            [one.get(measure, 0.0) - other.get(measure, 0.0)
             for one, other in zip(with_card, without, strict=True)]
        )  # fmt: skip
        margin = 3.0 * difference.std(ddof=1) / np.sqrt(replicates)
        assert difference.mean() > max(margin, 0.0), (word, difference)


def test_a_room_that_plays_everything_keeps_its_accounts(workshop: Population) -> None:
    """All cards, by all who may play them, over three years; laws are checked in every quarter."""
    cards = [load_card(identifier) for identifier in list_cards()]
    plays = [Play(card, 2026 + index % 3) for index, card in enumerate(cards)]
    plays += [
        Play(card, 2027, (payer,))
        for card in cards
        for payer in card.payer[1:]
        if not card.requires.once
    ]
    room = scenario_of_plays(load_scenario("tempete-parfaite"), plays, "salle")
    world = play(room, workshop, quarters=QUARTERS)
    assert max(world.ledger.worst.values()) < 1e-9
    opened = {flow.removeprefix("programme: ") for flow in world.recorder.finish().flows["flow"]}
    assert {"administration", "emergency_fund", "guarantee", "merger_support"} <= opened


# --- what the notes of the cards say was measured ---
def followers(world: EssModel, draw: str, share: float) -> np.ndarray:
    mask = Selector(share=share, draw=draw).reached(world.organisations, world.draws)
    return np.asarray(mask & world.organisations.alive)


def test_a_redundancy_plan_costs_five_to_six_points_of_quality(workshop: Population) -> None:
    """Of all teams, weighted by staff, at the lowest."""

    def path(levers: list[dict[str, Any]], replicate: int) -> np.ndarray:
        found: list[float] = []

        def look(world: EssModel) -> None:
            o = world.organisations
            found.append(o.total(o.quality * o.staff * o.initial) / o.total(o.staff * o.initial))

        observed(levers, workshop, replicate, look)
        return np.array(found)

    falls = [
        (path(levers_of("o3-plan-social"), r) - path([], r)).min() for r in range(REPLICATES)
    ]  # fmt: skip
    assert -0.06 < np.mean(falls) < -0.05


@pytest.mark.parametrize(("share", "low", "high"), [(0.2, 2.0, 3.0), (1.0, 0.5, 1.0)])
def test_what_a_campaign_brings_depends_on_how_many_raise_funds(
    share: float, low: float, high: float, workshop: Population
) -> None:
    """Gifts gained by euro of effort added, in the last year; the first year loses money."""
    draw = "o5-campagne-de-dons"

    def years(levers: list[dict[str, Any]], replicate: int) -> np.ndarray:
        found = np.zeros((3, QUARTERS // 4))

        def look(world: EssModel) -> None:
            o = world.organisations
            mask = followers(world, draw, share)
            effort = o.fundraising * world.values.rows("fundraising_effort")
            year = (world.quarter - 1) // 4
            for row, column in enumerate((o.gifts, effort, np.maximum(o.revenue_year, 0.0))):
                found[row, year] += o.total(column * mask) / 4.0

        observed(levers, workshop, replicate, look)
        return found

    levers = levers_of(draw, share=share)
    gained, spent, campaign = 0.0, 0.0, 0.0
    first = np.zeros(2)
    for replicate in range(REPLICATES):
        with_card = years(levers, replicate)
        more = with_card - years([], replicate)
        gained, spent = gained + more[0, -1], spent + more[1, -1]
        campaign = 0.02 * with_card[2, 0]
        first += more[0, 0], more[1, 0] + campaign
    assert low < gained / spent < high
    assert first[0] < 0.5 * first[1]


def test_reserves_grow_by_about_one_per_cent_of_budgets_a_year(workshop: Population) -> None:
    """Net cash, less what is owed to banks and suppliers, over the three years after the first."""
    quarters = 20

    def path(levers: list[dict[str, Any]], replicate: int) -> np.ndarray:
        found: list[float] = []

        def look(world: EssModel) -> None:
            o = world.organisations
            net = o.free_cash - o.arrears - o.overdraft - o.bridge
            found.append(o.total(net) / o.total(o.revenue_year))

        observed(levers, workshop, replicate, look, quarters)
        return np.array(found)

    levers = levers_of("o12-reserve-associative", quarters)
    saved = [path(levers, r) - path([], r) for r in range(2)]
    a_year = np.mean([(one[-1] - one[7]) / 3.0 for one in saved])
    assert 0.007 < a_year < 0.013


def test_who_answers_more_calls_takes_from_the_others(workshop: Population) -> None:
    """The pot has not grown: what a fifth wins more, others win less."""
    draw = "o7-repondre-aux-appels"
    levers = levers_of(draw, share=0.2)

    def won(levers: list[dict[str, Any]], replicate: int) -> tuple[float, float]:
        found: list[tuple[float, float]] = []

        def look(world: EssModel) -> None:
            if world.quarter == 5:  # after the call of 2027
                o = world.organisations
                awards, mask = o.calls.sum(axis=0), followers(world, draw, 0.2)
                found.append((o.total(awards * mask), o.total(awards * ~mask)))

        observed(levers, workshop, replicate, look, 8)
        return found[0]

    difference = np.array([np.subtract(won(levers, r), won([], r)) for r in range(REPLICATES)])
    margin = 3.0 * difference.std(axis=0, ddof=1) / np.sqrt(REPLICATES)
    assert difference[:, 0].mean() > margin[0] and difference[:, 1].mean() < -margin[1]


def test_a_lottery_among_the_better_half_is_like_a_little_more_chance() -> None:
    """Of 200 applications of which a fifth is funded, both keep about three quarters of merit."""
    (noisier,) = (
        lever["multiply"]
        for lever in load_card("f3-tirage-au-sort").levers
        if lever.get("name") == "score_noise"
    )
    factor, chance = float(noisier.rstrip("x")), np.random.default_rng(7)
    rows, count, funded = 2000, 200, 42
    lottery, louder = [], []
    for spread in (0.2, 0.4, 0.6):  # standard deviation of merit; that of the noise is 1.28
        merit = chance.normal(0.0, spread, (rows, count))

        def kept(order: np.ndarray, merit: np.ndarray = merit) -> float:
            return float(np.take_along_axis(merit, order[:, :funded], axis=1).mean())

        noise = chance.gumbel(size=(rows, count))
        better = np.argsort(-(merit + noise), axis=1)[:, : count // 2]
        usual = kept(np.argsort(-(merit + noise), axis=1))
        lottery.append(kept(chance.permuted(better, axis=1)) / usual)
        louder.append(kept(np.argsort(-(merit + factor * noise), axis=1)) / usual)
    assert all(0.7 < part < 0.8 for part in (*lottery, *louder))
    assert np.mean(lottery) == pytest.approx(np.mean(louder), abs=0.03)
