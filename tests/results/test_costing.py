"""Euros of levers, before any run."""

from __future__ import annotations

import math

import pytest

from simulator.costing import LeverCost, scenario_costs, yearly
from simulator.parameters import Parameters
from simulator.population import Population, load_population
from simulator.scenario import parse_scenario

HEAD = """
id: essai
title: {fr: Essai, en: Trial}
narrative: {fr: Un essai., en: A trial.}
family: combined
horizon: {start: 2026Q1, quarters: 12}
levers:
"""


@pytest.fixture(scope="module")
def workshop() -> Population:
    return load_population("workshop")


def costs_of(levers: str, population: Population) -> list[LeverCost]:
    scenario = parse_scenario(HEAD + levers)
    return scenario_costs(scenario, population, Parameters.default())


def test_a_cut_takes_its_share_of_the_votes_it_selects(workshop: Population) -> None:
    table = workshop.organisations
    chosen = (table["region"] == 6) & (table["sector"] == 5)
    modelled = float((table["weight"] * table["grants"][1])[chosen].sum())
    (cost,) = costs_of(
        "  - {lever: public_funding, instrument: subvention, change: -30%, "
        'where: {funder: region, region: "52", sector: CULTURE}}',
        workshop,
    )
    assert cost.payer == "region"
    assert cost.modelled == pytest.approx(modelled)
    assert cost.change[2027] == pytest.approx(-0.3 * modelled)
    assert cost.published is None  # no published figure covers just this cell


def test_changes_by_year_compound(workshop: Population) -> None:
    costs = costs_of(
        "  - {lever: public_funding, instrument: subvention, change: {2026: -10%, 2027: -10%}}",
        workshop,
    )
    assert {cost.payer for cost in costs} == {
        "etat", "region", "departement", "bloc_communal", "securite_sociale", "europe",
    }  # fmt: skip
    for cost in costs:
        assert cost.change[2026] == pytest.approx(-0.10 * cost.modelled)
        assert cost.change[2028] == pytest.approx(-0.19 * cost.modelled)


def test_modelled_subsidies_stand_beside_published_ones(workshop: Population) -> None:
    costs = costs_of("  - {lever: public_funding, instrument: subvention, change: -10%}", workshop)
    for cost in costs:
        assert cost.published is not None
        assert 0.6 < cost.modelled / cost.published < 1.2
    part = costs_of(
        "  - {lever: public_funding, instrument: subvention, change: -10%}",
        load_population("demo"),
    )
    assert all(cost.published is None for cost in part)  # one région is not France


def test_a_freeze_costs_the_inflation_of_its_own_scenario(workshop: Population) -> None:
    freeze = (
        "  - {lever: public_funding, where: {funder: etat}, mode: nominal_growth, "
        "change: {2026: 0%}}\n"
    )
    (plain,) = costs_of(freeze, workshop)
    inflation = Parameters.default().number("inflation")
    assert plain.change[2026] == pytest.approx(plain.modelled * (1 / (1 + inflation) - 1))
    dear = costs_of(freeze + "  - {lever: wages_and_prices, inflation: 5%}", workshop)[0]
    assert dear.change[2026] == pytest.approx(dear.modelled * (1 / 1.05 - 1))


def test_support_says_who_pays(workshop: Population) -> None:
    (cost,) = costs_of(
        "  - {lever: emergency_fund, amount: 120 M€, payer: region, from: 2027Q1}", workshop
    )
    assert (cost.payer, cost.kind) == ("region", "emergency_fund")
    assert 2026 not in cost.change
    assert cost.change[2027] == pytest.approx(120e6)


def test_help_that_depends_on_what_is_taken_up_is_open_ended(workshop: Population) -> None:
    (cost,) = costs_of(
        "  - {lever: mergers, encouragement: 4x, integration_support: 50%}", workshop
    )
    assert cost.open_ended


def test_money_of_a_pot_is_named_twice_and_adds_up_to_nothing(workshop: Population) -> None:
    costs = costs_of(
        "  - {lever: emergency_fund, pot_share: 5%, payer: region, until: 2026}", workshop
    )
    grants = workshop.organisations["grants"][1]
    pot = float((workshop.organisations["weight"] * grants).sum())
    by_kind = {cost.kind: cost for cost in costs}
    assert set(by_kind) == {"public_funding", "emergency_fund"}
    for kind, sign in (("public_funding", -1), ("emergency_fund", 1)):
        assert by_kind[kind].payer == "region" and by_kind[kind].modelled == pytest.approx(pot)
        assert by_kind[kind].change[2026] == pytest.approx(sign * 0.05 * pot)
        assert by_kind[kind].change.get(2027, 0.0) == pytest.approx(0.0)


def test_decided_spending_is_paid_by_those_who_decide(workshop: Population) -> None:
    (cost,) = costs_of(
        "  - {lever: parameter, name: decided_spending, add: 2%, until: 2026Q2, "
        "where: {share: 30%}}",
        workshop,
    )
    table = workshop.organisations
    budgets = float((table["weight"] * table["budget"]).sum())
    assert cost.payer == "organisations"
    assert cost.change == {2026: pytest.approx(0.5 * 0.02 * 0.3 * budgets)}


def test_employment_aids_cost_the_state(workshop: Population) -> None:
    (cost,) = costs_of("  - {lever: employment_aid, change: -50%}", workshop)
    assert cost.payer == "etat"
    assert cost.change[2026] == pytest.approx(-0.5 * cost.modelled)
    assert math.isfinite(cost.modelled)


def test_a_year_is_the_mean_of_its_quarters() -> None:
    import numpy as np

    assert yearly(np.array([0.0, 0.0, 1.0, 1.0, 2.0])) == {2026: 0.5, 2027: 2.0}
