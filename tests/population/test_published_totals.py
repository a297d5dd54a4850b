"""The population reproduces the published figures that it is built from (role: input)."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.codes import LEVELS, REGIONS, SECTORS
from simulator.population import Population, tables
from simulator.population.describe import describe, shares, totals

# Name in `totals` → range accepted for the baseline.
RANGES = {
    "share of organisations over €500k": (74, 82),  # V1
    "resources": (95, 115),  # V2
    "mean budget": (600, 750),  # V3
    "median budget": (90, 150),
    "salaried FTE": (1.4, 1.6),  # V4
    "users": (34, 38),  # V5
    "public contracts and tariffs": (27, 31),
    "subventions": (18, 22),
    "memberships": (5, 9),
    "gifts and patronage": (3, 7),
    "public money": (49, 58),  # V6
    "under 3 months of cash": (29, 33),  # V7
    "with a grant of a commune": (45, 60),  # T2-074: 51
}


@pytest.mark.parametrize("name", RANGES)
@pytest.mark.parametrize("scale", ["national", "workshop"])
def test_totals_are_in_the_published_range(
    name: str, scale: str, request: pytest.FixtureRequest
) -> None:
    found = {total.name: total.value for total in totals(request.getfixturevalue(scale))}
    low, high = RANGES[name]
    assert low <= found[name] <= high


def test_funder_levels_keep_their_published_shares(national: Population) -> None:
    o = national.organisations
    grants = o["grants"] @ o["weight"]
    contracts = (o["contracts"] + o["tariffs"]) @ o["weight"]
    grant_shares, contract_shares = tables.level_totals()
    assert grants / grants.sum() == pytest.approx(grant_shares, abs=0.005)
    assert contracts / contracts.sum() == pytest.approx(contract_shares, abs=0.005)


def test_a_median_state_grant_is_far_below_the_mean(national: Population) -> None:
    found = {total.name: total.value for total in totals(national)}
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


def test_description_names_every_sector(national: Population) -> None:
    text = describe(national)
    assert all(sector in text for sector in SECTORS)
