"""Levers limited to a funding profile: exactly those who live on it when they enter."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from simulator.cards import Play, load_card
from simulator.cards import scenario_of as scenario_of_plays
from simulator.codes import FUNDING_PROFILES, SECTORS, SIZES, size_class
from simulator.costing import selected_euros
from simulator.levers.selection import Where
from simulator.model import BURN_IN
from simulator.parameters import Parameters
from simulator.population import Population
from simulator.problems import InputError
from simulator.scenario import load_scenario
from tests.engine.worlds import play, scenario_of, start, tamper_after

# The family of a table: sector × size × funding profile.
FAMILY: dict[str, Any] = {
    "sector": ["SOCIAL", "IAE"], "size": ["S", "M", "L"], "funding_profile": ["GRANTS", "USERS"],
}  # fmt: skip


def profiles(population: Population) -> np.ndarray:
    """Profile of every row by the definition: the resource above half of the budget, else mixed."""
    table = population.organisations
    resources = {
        "GRANTS": table["grants"].sum(axis=0),
        "CONTRACTS": table["contracts"].sum(axis=0) + table["tariffs"].sum(axis=0),
        "USERS": table["user_sales"],
        "GIFTS": sum(table[n] for n in ("memberships", "gifts", "corporate_gifts"))
        + table["foundation_grants"],
    }
    found = np.full(table.rows, "MIXED", object)
    for code, amount in resources.items():
        found[amount > 0.5 * np.maximum(table["budget"], 1.0)] = code
    return found


def family(population: Population, where: dict[str, Any]) -> np.ndarray:
    """Rows of the population in a family, by its own columns."""
    table = population.organisations
    told = {
        "sector": np.array(SECTORS)[table["sector"]],
        "size": np.array(SIZES)[size_class(table["budget"])],
        "funding_profile": profiles(population),
    }
    return np.logical_and.reduce([np.isin(told[name], where[name]) for name in where])


@pytest.mark.parametrize("code", FUNDING_PROFILES)
def test_a_selection_is_the_rows_that_live_on_it(code: str, workshop: Population) -> None:
    selector = Where.model_validate({"funding_profile": code.lower()}).selector("funding_profile")
    expected = family(workshop, {"funding_profile": [code]})
    assert expected.any() and not expected.all()
    assert (selector.of_table(workshop.organisations) == expected).all()
    world = start("fil-de-l-eau", workshop)
    o = world.organisations
    uids = workshop.organisations["uid"][expected]
    assert set(o.uid[o.initial & selector.reached(o, world.draws)]) <= set(uids)
    assert set(uids) & set(o.uid[o.alive]) == set(
        o.uid[o.alive & o.initial & selector.reached(o, world.draws)]
    )


def test_only_the_family_changes(workshop: Population, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spending decided by a family is paid by its rows, and by no other, to the euro."""
    costs: list[np.ndarray] = []
    tamper_after(monkeypatch, "run_costs", lambda w: costs.append(w.organisations.cost.copy()))
    lever = {"lever": "parameter", "name": "decided_spending", "add": "4%", "where": FAMILY}
    play("fil-de-l-eau", workshop, quarters=1)
    world = play(scenario_of(lever, quarters=1), workshop)
    base, more = costs[BURN_IN], costs[-1]
    o = start("fil-de-l-eau", workshop).organisations
    chosen = o.alive & np.isin(o.uid, workshop.organisations["uid"][family(workshop, FAMILY)])
    assert 30 <= chosen.sum() < o.alive.sum() and world.quarter == 1
    assert (more[chosen] > base[chosen]).all() and (more[~chosen] == base[~chosen]).all()


def test_a_card_of_a_table_reaches_its_family(workshop: Population) -> None:
    card, where = load_card("o4-augmenter-les-tarifs"), Where.model_validate(FAMILY)
    played = scenario_of_plays(
        load_scenario("fil-de-l-eau"), [Play(card, 2026, where=where, share=1.0)], "salle"
    )
    world = start(played, workshop)
    world.step()
    world.step()
    o = world.organisations
    uids = workshop.organisations["uid"][family(workshop, FAMILY)]
    dearer = world.values.column("price_factor") > 1.0
    assert dearer.any() and set(o.uid[dearer & o.initial]) <= set(uids)
    assert set(o.uid[o.alive & o.initial]) & set(uids) <= set(o.uid[dearer])


def test_a_card_for_a_profile_is_not_for_a_table_without_it() -> None:
    own = {"funding_profile": "GIFTS"}
    card = load_card("o5-campagne-de-dons")
    card = card.model_copy(
        update={"adoption": card.adoption.model_copy(update={"where": Where.model_validate(own)})}
    )
    (lever, *_) = card.compile(2026, where=Where.model_validate({"sector": "SOCIAL"}))
    assert lever.where.funding_profile == ("GIFTS",)
    with pytest.raises(InputError, match="not for those that the table stands for"):
        card.compile(2026, where=Where.model_validate(FAMILY))


def test_what_a_cut_costs_a_profile(workshop: Population) -> None:
    lever = {"lever": "public_funding", "instrument": "subvention", "change": "-10%",
             "where": {"funding_profile": ["GRANTS", "MIXED"], "funder": "region"}}  # fmt: skip
    (vote,) = scenario_of(lever).effects(8, Parameters.default()).votes
    table, rows = workshop.organisations, family(workshop, {"funding_profile": ["GRANTS", "MIXED"]})
    grants = (table["grants"][1] * table["weight"])[rows].sum()
    assert selected_euros(workshop, vote, 1, 0) == pytest.approx(float(grants))


def test_it_is_written_and_told_only_where_it_is_given() -> None:
    lever = {"lever": "prices", "change": "+8%", "where": {"funding_profile": "users"}}
    (one,) = scenario_of(lever).levers
    assert one.model_dump(mode="json")["where"] == {"funding_profile": ["USERS"]}
    assert "ressource principale" in one.sentence("fr") and "main resource" in one.sentence("en")
    (other,) = scenario_of({**lever, "where": {"size": "M"}}).levers
    assert other.model_dump(mode="json")["where"] == {"size": ["M"]}


@pytest.mark.parametrize("lever", [{"lever": "demand", "change": "+5%"},
                                   {"lever": "payment_delay", "quarters": 1}])  # fmt: skip
def test_what_cannot_be_limited_by_size_cannot_be_by_profile(lever: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        scenario_of({**lever, "where": {"funding_profile": "USERS"}})
    assert "cannot be limited by funding_profile" in str(caught.value.errors())
