"""The population reproduces the published figures that it is built from (role: input)."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.codes import FORMS, LEVELS, REGIONS, SECTORS
from simulator.evidence import Evidence
from simulator.fact_measures import MEASURES
from simulator.facts import facts
from simulator.population import Population, tables
from simulator.population.describe import describe, jobs, shares, subventions_by_level, totals

# Name in `totals` → fact of `facts.yaml` and its unit in terms of that of `totals`. The published
# figures are of employing associations: other forms come on top and are compared with nothing.
FACTS = {
    "share of organisations over €500k": ("V1", 100),
    "resources": ("V2", 1e-9),
    "mean budget": ("V3.mean", 1e-3),
    "median budget": ("V3.median", 1e-3),
    "salaried FTE": ("V4.fte", 1e-6),
    "users": ("V5.users", 100),
    "public contracts and tariffs": ("V5.procurement", 100),
    "subventions": ("V5.grants", 100),
    "memberships": ("V5.memberships", 100),
    "gifts and patronage": ("V5.gifts", 100),
    "public money": ("V6.public_flows", 1e-9),
    "under 3 months of cash": ("V7.start", 100),
}


@pytest.mark.parametrize("name", FACTS)
@pytest.mark.parametrize("scale", ["national", "workshop"])
def test_associations_are_in_the_published_range(
    name: str, scale: str, request: pytest.FixtureRequest
) -> None:
    population = request.getfixturevalue(scale)
    id_, unit = FACTS[name]
    fact = facts()[id_]
    assert fact.low is not None and fact.high is not None
    found = _associations(population)[name]
    assert fact.low * unit <= found <= fact.high * unit
    # The command that checks the facts measures the same thing.
    assert found == pytest.approx(MEASURES[id_](Evidence(population)) * unit, rel=1e-9)


def _associations(population: Population) -> dict[str, float]:
    return {total.name: total.associations for total in totals(population)}


def test_associations_hold_their_published_total(national: Population) -> None:
    """T2-051: €104.8bn for 144,000 employers in 2020, 150,000 here."""
    found = _associations(national)
    assert found["organisations"] == pytest.approx(150_000, rel=0.002)
    assert found["resources"] == pytest.approx(104.8, rel=0.04)


def test_other_forms_come_on_top_of_associations(national: Population) -> None:
    o = national.organisations
    others = o["form"] != FORMS.index("ASSO")
    by_name = {total.name: total for total in totals(national)}
    for name, column, unit in (("resources", "budget", 1e9), ("salaried FTE", "staff", 1e6)):
        total = by_name[name]
        rest = o["weight"][others] @ o[column][others] / unit
        assert rest > 0
        assert total.all_forms - total.associations == pytest.approx(rest)


@pytest.mark.parametrize("scale", ["national", "workshop"])
def test_half_of_associations_have_money_of_communes(
    scale: str, request: pytest.FixtureRequest
) -> None:
    found = _associations(request.getfixturevalue(scale))
    assert 45 <= found["with a grant of a commune"] <= 60  # T2-074: 51


@pytest.mark.parametrize("scale", ["national", "workshop"])
def test_forms_have_about_their_published_jobs(scale: str, request: pytest.FixtureRequest) -> None:
    found = jobs(request.getfixturevalue(scale))["form"]
    assert found["FOND"] == pytest.approx(92, rel=0.06)  # T1-025
    # T5-020: 87,699 employees; at 284,000 FTE for 320,000 cooperative jobs (T1-023), 78,000 FTE.
    assert 78 * 0.96 <= found["SCOP"] + found["SCIC"] <= 87.7


def test_funder_levels_keep_their_published_shares(national: Population) -> None:
    o = national.organisations
    grants = o["grants"] @ o["weight"]
    contracts = (o["contracts"] + o["tariffs"]) @ o["weight"]
    grant_shares, contract_shares = tables.level_totals()
    assert grants / grants.sum() == pytest.approx(grant_shares, abs=0.005)
    assert contracts / contracts.sum() == pytest.approx(contract_shares, abs=0.005)


def test_a_median_state_grant_is_far_below_the_mean(national: Population) -> None:
    found = _associations(national)
    assert found["median State grant"] < found["mean State grant"] / 10


def test_sector_shares_follow_the_sector_table(national: Population) -> None:
    mix, found = tables.sector_mix(), shares(national)["sector"]
    count = np.array([found[code][0] for code in SECTORS])
    euros = np.array([found[code][1] for code in SECTORS])
    assert count == pytest.approx(mix.organisations, abs=0.005)
    assert euros == pytest.approx(mix.budget, abs=0.005)


@pytest.mark.parametrize(("region", "published"), [("11", 490_400), ("75", 223_000),
                                                   ("84", 327_000), ("24", 92_500)])  # fmt: skip
def test_regions_keep_their_published_employment(
    national: Population, region: str, published: float
) -> None:
    """T1-039, T1-041, T1-043, T1-040 as shares of the 2.6 million ESS jobs (T1-003)."""
    o = national.organisations
    jobs = np.bincount(o["region"], o["weight"] * o["staff"], minlength=len(REGIONS))
    assert jobs[REGIONS.index(region)] / jobs.sum() == pytest.approx(
        published / 2_600_000, rel=0.06
    )


def test_forms_have_their_published_numbers(national: Population) -> None:
    o = national.organisations
    found = np.bincount(o["form"], o["weight"], minlength=6)
    published = tables.form_counts()
    # A form is drawn on rows that stand for up to 30 organisations, one more or less by size.
    assert np.abs(found - published)[1:].max() < 60
    assert found.sum() == published.sum()


def test_no_cooperative_is_larger_than_any_known(national: Population) -> None:
    o = national.organisations
    for form, largest in ((3, 300e6), (4, 50e6), (5, 50e6)):
        assert o["budget"][o["form"] == form].max() <= largest


def test_communes_come_first_for_small_organisations(national: Population) -> None:
    o = national.organisations
    small = o["budget"] < 200_000
    share = (o["grants"][:, small] > 0) @ o["weight"][small] / o["weight"][small].sum()
    assert LEVELS[int(np.argmax(share))] == "bloc_communal"


def test_larger_organisations_have_more_public_funders(national: Population) -> None:
    o = national.organisations
    funders = (o["grants"] > 0).sum(axis=0)

    def mean(rows: np.ndarray) -> float:
        return float(np.average(funders[rows], weights=o["weight"][rows]))

    small, middle, large = (
        mean((o["budget"] >= low) & (o["budget"] < high))
        for low, high in ((0, 2e5), (2e5, 2e6), (2e6, 1e12))
    )
    assert small < middle < large
    without = float(o["weight"] @ (funders == 0) / o["weight"].sum())
    assert 0.15 < without < 0.45


def test_tariffs_are_paid_in_three_sectors_only(national: Population) -> None:
    o = national.organisations
    paid = np.bincount(o["sector"], o["tariffs"].sum(axis=0) * o["weight"], minlength=10)
    with_tariffs = {SECTORS[i] for i in np.flatnonzero(paid)}
    assert with_tariffs == {"MEDSOC", "DOMICILE", "SOCIAL"}


def test_volunteers_are_fifteen_percent_of_staff(national: Population) -> None:
    assert national.total("volunteers") / national.total("staff") == pytest.approx(0.15, abs=0.003)
    assert _associations(national)["volunteer FTE"] == pytest.approx(230, rel=0.1)  # T7-003


def test_levels_give_associations_their_published_subventions(national: Population) -> None:
    for level, (associations, every, published) in subventions_by_level(national).items():
        assert associations < every
        assert associations == pytest.approx(published, rel=0.12), level


def test_description_names_every_sector(national: Population) -> None:
    text = describe(national)
    assert all(sector in text for sector in SECTORS)


def test_description_gives_both_scopes(national: Population) -> None:
    resources = {total.name: total for total in totals(national)}["resources"]
    line = next(x for x in describe(national).splitlines() if x.startswith("resources "))
    printed = line.removeprefix("resources").split()
    assert printed[:2] == [f"{resources.associations:.3g}", f"{resources.all_forms:.3g}"]
    assert "published for associations" in describe(national)
