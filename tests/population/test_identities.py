"""What must hold in every row of every population."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.codes import size_class
from simulator.parameters import Parameters
from simulator.population import Population
from simulator.population.table import COLUMNS, PRIVATE_RESOURCES, PUBLIC_RESOURCES


def test_every_column_is_there_finite_and_not_negative(population: Population) -> None:
    o = population.organisations
    assert list(o) == list(COLUMNS)
    for name in o:
        levels = name in (*PUBLIC_RESOURCES, "agreement_years")
        assert o[name].shape == ((6, o.rows) if levels else (o.rows,)), name
        assert np.isfinite(o[name].astype(float)).all(), name
        assert (o[name] >= 0).all(), name


def test_budget_is_the_sum_of_resources(population: Population) -> None:
    o = population.organisations
    resources = sum(o[name] for name in PRIVATE_RESOURCES)
    resources = resources + sum(o[name].sum(axis=0) for name in PUBLIC_RESOURCES)
    assert resources == pytest.approx(o["budget"], rel=1e-12)


def test_cost_is_the_sum_of_its_parts(population: Population) -> None:
    o, p = population.organisations, Parameters.default()
    interest = (p["interest_base"] + p["interest_spread"]) * o["loans"]
    parts = o["staff"] * o["wage"] + o["variable_cost"] + o["fixed_cost"]
    parts = parts + p["depreciation_rate"] * o["fixed_assets"] + o["fundraising"] + interest
    assert parts == pytest.approx(o["cost"], rel=1e-12)
    assert (o["fixed_cost"] > 0).all()
    assert (o["variable_cost"] > 0).all()


def test_codes_and_coordinates_stay_in_range(population: Population) -> None:
    o = population.organisations
    for name, codes in (("region", 18), ("sector", 10), ("form", 6)):
        assert o[name].dtype == np.int8
        assert o[name].max() < codes
    for name in ("tie_x", "tie_y", "vulnerable_share"):
        assert o[name].max() <= 1
    assert (o["restricted"] <= o["cash"]).all()
    assert (o["aided_jobs"] <= o["staff"]).all()
    assert (o["budget"] > 0).all()
    assert (o["staff"] > 0).all()


def test_identities_are_unique(population: Population) -> None:
    uid = population.organisations["uid"]
    assert uid.dtype == np.uint64
    assert len(np.unique(uid)) == len(uid)


def test_columns_cannot_be_changed(population: Population) -> None:
    with pytest.raises(ValueError, match="read-only"):
        population.organisations["cash"][0] = 1.0


def test_agreements_hold_their_share_of_grants_above_the_threshold(
    population: Population,
) -> None:
    o = population.organisations
    signed = o["agreement_years"] > 0
    assert (o["grants"][signed] > 23_000).all()
    assert o["agreement_years"].max() == 3
    euros = o["weight"] * o["grants"]
    assert euros[signed].sum() / euros.sum() == pytest.approx(0.22, abs=0.02)


def test_cash_months_do_not_depend_on_size(national: Population) -> None:
    o = national.organisations
    months = 12 * o["cash"] / o["cost"]
    sizes = size_class(o["budget"])
    low = [np.average(months[sizes == s] < 3, weights=o["weight"][sizes == s]) for s in range(6)]
    assert low == pytest.approx([0.312] * 6, abs=0.02)


def test_a_cell_has_about_three_ties_a_row(national: Population) -> None:
    o = national.organisations
    cell = o["region"].astype(int) * 10 + o["sector"]
    busiest = int(np.bincount(cell).argmax())
    rows = np.flatnonzero(cell == busiest)
    dx = o["tie_x"][rows][:, None] - o["tie_x"][rows]
    dy = o["tie_y"][rows][:, None] - o["tie_y"][rows]
    tied = np.hypot(dx, dy) < population_radius(national, busiest)
    assert tied.sum() / len(rows) - 1 == pytest.approx(3, abs=0.5)


def population_radius(population: Population, cell: int) -> float:
    return float(population.tie_radius[cell // 10, cell % 10])


def test_entrants_have_no_public_money_and_spend_all_of_it_once(national: Population) -> None:
    profile = national.entrant_profile
    resources = (
        profile.user_sales + profile.memberships + profile.gifts
        + profile.corporate_gifts + profile.foundation_grants
    )  # fmt: skip
    assert resources == pytest.approx(np.ones(10))
    spent = profile.staff_cost + profile.variable_cost + profile.fixed_cost
    assert spent == pytest.approx(np.ones(10))


def test_funding_profiles_differ(national: Population) -> None:
    """No resource is above half of the budget everywhere, none nowhere."""
    o = national.organisations
    blocks = np.stack([
        o["grants"].sum(axis=0),
        o["contracts"].sum(axis=0) + o["tariffs"].sum(axis=0),
        o["user_sales"],
        o["gifts"] + o["corporate_gifts"] + o["memberships"] + o["foundation_grants"],
    ])  # fmt: skip
    main = np.where((blocks > 0.5 * o["budget"]).any(axis=0), blocks.argmax(axis=0), 4)
    share = np.bincount(main, o["weight"], minlength=5) / o["weight"].sum()
    assert share.min() > 0.04
    assert share.max() < 0.5
