"""The tables shipped with the simulator are complete, add up and say what they rest on."""

from __future__ import annotations

import re
from importlib.resources import files

import numpy as np
import pytest

from simulator.codes import REGIONS
from simulator.population import tables
from simulator.population.raking import rake
from simulator.population.resource_targets import entrant_table, resource_table
from simulator.population.territory import region_given_sector, region_shares

SOURCED = (
    "sector_resources.csv", "sector_levels.csv", "sector_presence.csv", "sector_people.csv",
    "resource_totals.csv", "level_totals.csv", "form_counts.csv", "form_sectors.csv",
)  # fmt: skip


@pytest.mark.parametrize("name", SOURCED)
def test_every_figure_says_what_it_rests_on(name: str) -> None:
    for row in tables.rows(name):
        assert row["kind"] in {"published", "derived", "judgement"}
        if row["kind"] != "judgement":
            assert re.fullmatch(r"(T\d-\d{3} ?)+", row["fact"]), row
            assert row["source_url"].startswith("http")
            assert row["confidence"] in {"high", "medium", "low"}


def test_regional_figures_have_their_sources() -> None:
    for row in tables.rows("region_employment.csv"):
        assert row["region"] in (*REGIONS, "FR")
        assert re.fullmatch(r"T1-\d{3}", row["fact"])
        assert row["source_url"].startswith("http")


def test_sector_shares_add_up() -> None:
    mix = tables.sector_mix()
    assert mix.resources.sum(axis=1) == pytest.approx(np.ones(10))
    assert sum(tables.resource_totals().values()) == pytest.approx(1)


def test_the_raked_table_hits_the_published_mix() -> None:
    table, budget = resource_table(), tables.sector_mix().budget
    found = budget @ table
    published = tables.resource_totals()
    assert table.sum(axis=1) == pytest.approx(np.ones(10))
    assert found[0] == pytest.approx(published["users"], abs=1e-6)
    assert found[1] == pytest.approx(published["memberships"], abs=1e-6)
    assert found[2] + found[3] == pytest.approx(published["gifts"], abs=1e-6)
    assert found[tables.SUBVENTION].sum() == pytest.approx(published["subventions"], abs=1e-6)
    public = found[tables.COMMANDE].sum() + found[tables.TARIFICATION].sum()
    assert public == pytest.approx(published["public_contracts"], abs=1e-6)
    grants, contracts = tables.level_totals()
    assert found[tables.SUBVENTION] / found[tables.SUBVENTION].sum() == pytest.approx(
        grants, abs=1e-5
    )
    by_level = found[tables.COMMANDE] + found[tables.TARIFICATION]
    assert by_level / public == pytest.approx(contracts, abs=1e-5)


def test_entrant_table_has_no_public_column() -> None:
    table = entrant_table(resource_table())
    assert table.shape == (10, 5)
    assert table.sum(axis=1) == pytest.approx(np.ones(10))


def test_territory_adds_up_and_leans_as_told() -> None:
    by_sector = region_given_sector()
    assert region_shares().sum() == pytest.approx(1)
    assert by_sector.sum(axis=1) == pytest.approx(np.ones(10))
    assert tables.sector_mix().organisations @ by_sector == pytest.approx(region_shares(), abs=1e-6)
    reunion, capital = REGIONS.index("04"), REGIONS.index("11")
    assert by_sector[2, reunion] > by_sector[6, reunion]  # social action against sport
    assert by_sector[8, capital] > by_sector[6, capital]  # causes against sport


def test_raking_reaches_both_margins() -> None:
    seed = np.array([[1.0, 2.0, 0.0], [3.0, 1.0, 1.0]])
    found = rake(seed, np.array([4.0, 6.0]), np.array([5.0, 3.0, 2.0]))
    assert found.sum(axis=1) == pytest.approx([4, 6])
    assert found.sum(axis=0) == pytest.approx([5, 3, 2])
    assert found[0, 2] == 0


def test_built_in_populations_ship() -> None:
    folder = files("simulator") / "data" / "populations"
    assert {p.name for p in folder.iterdir()} == {
        "demo.yaml", "workshop.yaml", "national.yaml", "full.yaml"
    }  # fmt: skip
