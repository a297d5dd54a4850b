"""A card that is played: when it acts, on whom, who pays, and what it may not do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.cards import Card, Play, list_cards, load_card, parse_card, scenario_of
from simulator.codes import LEVELS
from simulator.levers import Effects, Lever, Where
from simulator.problems import InputError
from simulator.scenario import load_scenario, parse_scenario

BASE = load_scenario("fil-de-l-eau")
IDS = list_cards()


def card(**changes: Any) -> Card:
    """A small card of organisations with these keys instead."""
    content: dict[str, Any] = {
        "id": "essai", "title": {"fr": "Essai", "en": "Trial"}, "text": {"fr": "a", "en": "b"},
        "side": "organisations", "cost": "nothing", "payer": "organisations", "lag": 0,
        "levers": [{"lever": "reserves", "target_months": 9}], "sources": ["modelling judgement"],
    }  # fmt: skip
    return Card.model_validate({**content, **changes})


def compiled(levers: tuple[Lever, ...], quarters: int = 40) -> Effects:
    return Effects.joined(lever.compile(quarters) for lever in levers)


@pytest.mark.parametrize("identifier", IDS)
@pytest.mark.parametrize("played", [2026, "2028Q3", 2033])
def test_every_card_can_be_played_in_any_year(identifier: str, played: str | int) -> None:
    """Its levers are those of a scenario, which reads as itself once written."""
    one = load_card(identifier)
    before = [Play(load_card(other), played) for other in one.requires.cards]
    room = scenario_of(BASE, [*before, Play(one, played)], "salle")
    assert parse_scenario(room.to_yaml()) == room
    assert len(room.levers) > len(BASE.levers)
    assert all(room.sentences("fr")) and all(room.sentences("en"))
    start = 4 * (played - 2026) if isinstance(played, int) else 10
    effects = compiled(one.compile(played))
    for path in (*(m.neutral for m in effects.modifiers), *(v.factor == 1 for v in effects.votes)):
        assert path[: max(start, 0)].all(), "nothing happens before the card is played"
        assert not path[start:].all(), "something happens after"


@pytest.mark.parametrize("identifier", IDS)
def test_nothing_acts_before_its_lag_but_what_the_card_says(identifier: str) -> None:
    one = load_card(identifier)
    for written, lever in zip(one.levers, one.compile(2027), strict=False):
        if "from" not in written:
            assert lever.start == 4 + one.lag[0]


@pytest.mark.parametrize("identifier", IDS)
def test_the_cost_is_in_the_accounts_where_the_card_charges_it(identifier: str) -> None:
    """Once, over the four quarters that begin with the play, by those who follow or who pay."""
    one = load_card(identifier)
    effects = compiled(one.compile(2027))
    spent = [m for m in effects.modifiers if m.name == "decided_spending"]
    schemes = [p for p in effects.programmes if p.kind == "administration"]
    if one.cost.charged == "levers" or one.cost.share is None:
        assert not spent and not schemes
        return
    amount = float(one.cost.share.rstrip("%")) / 100
    if one.side == "organisations":
        (modifier,) = spent
        assert list(modifier.path[:9]) == [0] * 4 + [amount] * 4 + [0]
        assert modifier.selector.share == one.adoption.share
    else:
        (scheme,) = schemes
        assert scheme.of_pot is not None and scheme.payer == one.payer[0]
        assert list(scheme.of_pot[:9]) == [0] * 4 + [amount] * 4 + [0]


@pytest.mark.parametrize("identifier", [i for i in IDS if load_card(i).cost.base == "pot"])
def test_a_cost_of_the_pot_takes_a_year_of_that_share(identifier: str) -> None:
    one = load_card(identifier)
    effects = compiled(one.compile(2027))
    taken = sum(p.of_pot.sum() / 4 for p in effects.programmes if p.of_pot is not None)
    assert taken == pytest.approx(float((one.cost.share or "").rstrip("%")) / 100)


def test_time_counts_from_the_play() -> None:
    one = card(lag=2, levers=[
        {"lever": "reserves", "target_months": 9},
        {"lever": "reserves", "target_months": 8, "from": "Y1Q4", "until": "Y2Q1"},
        {"lever": "reserves", "target_months": 7, "from": "Y2", "until": "Y3"},
    ])  # fmt: skip
    for played, start in ((2027, 4), ("2027Q3", 6)):
        paths = [lever.compile(40).modifiers[0].path for lever in one.compile(played)]
        found = [np.flatnonzero(~np.isnan(path)) - start for path in paths]
        assert (found[0][0], found[0][-1]) == (2, 39 - start)
        assert list(found[1]) == [3, 4]
        assert list(found[2]) == list(range(4, 12))


def test_what_would_begin_after_the_horizon_is_left_out() -> None:
    one = card(cost="1% of budget", lag=6)
    (spending,) = one.compile(2030, 18)
    assert spending.compile(18).modifiers[0].name == "decided_spending"
    assert len(one.compile(2028, 18)) == 2


def test_those_who_follow_are_the_same_for_the_whole_card_and_others_for_another() -> None:
    one = load_card("o1-plan-de-tresorerie")
    selectors = {
        (m.selector.share, m.selector.draw)
        for m in compiled(one.compile(2026)).modifiers
    }  # fmt: skip
    assert selectors == {(0.3, one.id)}
    (lever, *_) = one.compile(2026, share=0.6)
    assert lever.where.share == 0.6
    (lever, *_) = one.compile(2026, share=1.0)
    assert lever.where.share is None and lever.where.draw is None


def test_a_table_limits_the_card_to_those_it_stands_for() -> None:
    where = Where.model_validate({"sector": ["SOCIAL", "IAE"], "size": "M"})
    for lever in load_card("o11-campagne-d-adhesion").compile(2026, where=where):
        assert lever.where.sector == ("SOCIAL", "IAE") and lever.where.size == ("M",)
    own = card(adoption={"where": {"sector": ["SOCIAL", "CULTURE"]}})
    (lever,) = own.compile(2026, where=where)
    assert lever.where.sector == ("SOCIAL",)
    with pytest.raises(InputError, match="not for those that the table stands for"):
        own.compile(2026, where=Where.model_validate({"sector": "ENV"}))


def test_a_lever_for_others_is_left_out() -> None:
    """Reserved contracts have one lever for work integration and one for the other sectors."""
    card, where = load_card("p5-marche-reserve"), Where.model_validate({"sector": ["IAE"]})
    levers = card.compile(2026, where=where)
    assert len(levers) == len(card.levers) - 1
    assert all(lever.where.sector == ("IAE",) for lever in levers)


def test_the_funder_that_plays_is_the_one_that_acts_and_pays() -> None:
    cut = load_card("p4-rabot-de-10")
    assert cut.compile(2026)[0].where.funder == ("etat",), "the first of the card by default"
    assert cut.compile(2026, payer="region")[0].where.funder == ("region",)
    assert cut.compile(2026, payer=("region", "etat"))[0].where.funder == ("etat", "region")
    (fund,) = load_card("f5-fonds-d-urgence").compile(2026, payer="departement")
    (programme,) = fund.compile(40).programmes
    (vote,) = fund.compile(40).votes
    assert programme.payer == "departement"
    assert vote.selector.funder == {LEVELS.index("departement")}


def test_a_conference_is_held_in_the_region_of_the_table() -> None:
    where = Where.model_validate({"region": "PDL"})
    for lever in load_card("p6-conference-des-financeurs").compile(2026, where=where):
        assert lever.where.region == ("52",) and lever.where.funder is None


@pytest.mark.parametrize(
    ("identifier", "settings", "words"),
    [
        ("p4-rabot-de-10", {"payer": "foundations"}, "foundations cannot play this card"),
        ("f5-fonds-d-urgence", {"payer": ("etat", "region")}, "one funder at a time"),
        ("f5-fonds-d-urgence", {"share": 0.5}, "only organisations follow in part"),
        ("o9-fusionner", {"share": 30}, "30 is no share"),
        ("o9-fusionner", {"played": 2099}, "outside the horizon"),
        ("o9-fusionner", {"played": "soon"}, "neither a year nor a quarter"),
    ],
)
def test_a_play_that_is_impossible_is_told(identifier: str, settings: dict, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        load_card(identifier).compile(settings.pop("played", 2026), **settings)
    assert caught.value.problems[0].file == identifier and caught.value.problems[0].hint


def test_a_card_waits_for_those_that_it_requires() -> None:
    freeze, plan = load_card("o2-geler-les-recrutements"), load_card("o3-plan-social")
    scenario_of(BASE, [Play(freeze, 2026), Play(plan, 2026)], "salle")
    scenario_of(BASE, [Play(plan, 2028), Play(freeze, 2027)], "salle")
    for plays in ([Play(plan, 2027)], [Play(plan, 2027), Play(freeze, 2028)]):
        with pytest.raises(InputError, match="requires o2-geler-les-recrutements"):
            scenario_of(BASE, plays, "salle")


def test_a_rule_is_changed_once_by_each_funder_that_it_binds() -> None:
    faster, single = load_card("p1-paiement-a-60-jours"), load_card("f2-dossier-unique")
    both = [Play(faster, 2026, ("etat",)), Play(faster, 2027, ("region",))]
    scenario_of(BASE, both, "salle")
    with pytest.raises(InputError, match="already in force since 2026"):
        scenario_of(BASE, [*both, Play(faster, 2028, ("etat",))], "salle")
    with pytest.raises(InputError, match="already in force since 2026"):
        scenario_of(BASE, [Play(single, 2026, ("etat",)), Play(single, 2027, ("region",))], "s")


def test_a_room_is_the_sum_of_its_cards() -> None:
    plays = [
        Play(load_card("p4-rabot-de-10"), 2027),
        Play(load_card("o4-augmenter-les-tarifs"), 2026),
    ]
    room = scenario_of(load_scenario("tendance-2025"), plays, "salle-bleue")
    own = len(load_scenario("tendance-2025").levers)
    assert room.id == "salle-bleue" and room.horizon == BASE.horizon
    assert room.levers[own:] == (
        *plays[1].levers(40), *plays[0].levers(40)
    ), "in the order of time"  # fmt: skip
    assert scenario_of(BASE, [], "salle").effects() == BASE.effects()


def test_the_funder_of_the_card_may_be_no_foundation_where_votes_are_meant() -> None:
    text = load_card("f4-non-retrait").resolved()
    with pytest.raises(InputError, match="may be no public funder"):
        from simulator.scenario.writing import write_yaml

        parse_card(write_yaml({**text, "payer": ["region", "foundations"]}))
