"""Territoires: exposure, published figures and differences against independent ways."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from dash import html

import simulator
from dashboard.address import read
from dashboard.pages.territories import PAGE, page_content
from dashboard.panels.panel import Panel
from dashboard.reading import Library
from dashboard.region_figures import CONTEXT
from simulator.as_run import parameters_as_run
from simulator.codes import REGION_NAMES, REGIONS
from simulator.exposure import TOUCHED, exposure
from simulator.levers import LEVERS
from simulator.parameters import Parameters
from simulator.population import Population, load_population
from simulator.population.table import PRIVATE_RESOURCES, PUBLIC_RESOURCES
from simulator.results import Results
from simulator.scenario import parse_scenario

DATA = Path(simulator.__file__).parent / "data"
HEAD = """
id: essai
title: {fr: Essai, en: Trial}
narrative: {fr: Essai., en: Trial.}
family: combined
horizon: {start: 2026Q1, quarters: 8}
levers:
"""


@pytest.fixture(scope="module")
def workshop() -> Population:
    return load_population("workshop")


def shown(library: Library, query: str, key: str = "map") -> Panel:
    return PAGE.panels(library, read(PAGE.path, query))[key]()


def touched(levers: str, population: Population) -> np.ndarray:
    scenario = parse_scenario(HEAD + levers)
    return exposure(scenario, population, Parameters.default(), 8).touched


def by_region(population: Population, euros: np.ndarray) -> np.ndarray:
    table = population.organisations
    return np.array([(table["weight"] * euros)[table["region"] == i].sum() for i in range(18)])


def test_exposure_is_the_money_of_the_levers_selection(workshop: Population) -> None:
    table = workshop.organisations
    lever = "- {lever: public_funding, where: {funder: region, region: [PDL], sector: [CULTURE]}, "
    found = touched(lever + "instrument: [subvention], change: -50%}\n", workshop)
    here = (table["region"] == REGIONS.index("52")) & (table["sector"] == 5)
    assert found == pytest.approx(by_region(workshop, table["grants"][1] * here))
    assert found.nonzero()[0].tolist() == [REGIONS.index("52")]


def test_a_euro_that_two_levers_touch_counts_once(workshop: Population) -> None:
    table = workshop.organisations
    cut = "- {lever: public_funding, change: -10%}\n"
    late = "- {lever: payment_delay, quarters: 1, where: {funder: etat}}\n"
    public = sum(table[name].sum(axis=0) for name in PUBLIC_RESOURCES)
    assert touched(cut + late, workshop) == pytest.approx(by_region(workshop, public))
    sales = touched(cut + "- {lever: prices, change: +5%}\n", workshop)
    assert sales == pytest.approx(by_region(workshop, public + table["user_sales"]))


def test_exposure_is_a_share_of_everything(workshop: Population) -> None:
    scenario = parse_scenario(HEAD + "- {lever: volunteers, change: -10%}\n")
    found = exposure(scenario, workshop, Parameters.default(), 8)
    assert found.aside == (0,) and found.touched.sum() == 0
    assert found.resources.sum() == pytest.approx(workshop.total("budget"))
    assert np.all(found.share == 0)


def test_every_lever_either_touches_resources_or_is_known_not_to() -> None:
    """A new lever must be placed: what it changes is a resource, or one of these."""
    beside = {
        "loan_to_receivable", "credit_acceptance", "guarantee_share", "scic_rate",
        "merger_completion", "merger_funder_haircut", "mutualisation_rate", "inflation",
        "wage_growth", "volunteer_factor", "cash_ceiling_months",
    }  # fmt: skip
    changed = {target.parameter for lever in LEVERS.values() for target in lever.targets}
    assert changed - set(TOUCHED) == beside
    assert {name for names in TOUCHED.values() for name in names} == {
        *PUBLIC_RESOURCES, *PRIVATE_RESOURCES,
    }  # fmt: skip


def test_draws_leave_the_exposure_alone() -> None:
    """The page computes it with the first draw for all."""
    scenario = parse_scenario(HEAD + "- {lever: public_funding, change: -10%}\n")
    shares = []
    for draw in (1, 5):
        parameters = Parameters.draw(draw, 2026, "accepted")
        population = load_population("workshop", parameters=parameters)
        shares.append(exposure(scenario, population, parameters, 8).share)
    assert shares[0] == pytest.approx(shares[1], rel=1e-12)


def test_the_map_shows_the_exposure_of_the_population_that_was_run(
    library: Library, results: Results
) -> None:
    panel = shown(library, "?scenario=choc-regional")
    population = load_population("demo", parameters=parameters_as_run(results, 0))
    table = population.organisations
    hit = np.isin(table["sector"], [3, 5, 6, 8])
    expected = np.sum(table["weight"] * table["grants"][1] * hit) / population.total("budget")
    row = panel.numbers.set_index("region").loc["52"]
    assert row["share"] == pytest.approx(expected)
    assert row["rows"] == table.rows
    cells = {line[0]: line for line in panel.shown}
    assert cells["Pays de la Loire"][1] == f"{100 * expected:.1f} %".replace(".", ",").replace(
        " ", "\N{NO-BREAK SPACE}"
    )
    assert cells["Bretagne"][1] == "absente de cette population"


def test_differences_are_those_of_compare(library: Library, results: Results) -> None:
    panel = shown(library, "?scenario=fusionner&show=jobs_fte")
    expected = results.compare("jobs_fte", by="region")
    expected = expected[expected["scenario"] == "fusionner"].set_index("group").loc["52"]
    row = panel.numbers.set_index("region").loc["52"]
    for name in ("difference", "low", "high", "value", "reference_value", "rows", "pairs"):
        assert row[name] == pytest.approx(expected[name])
    assert row["verdict"] == expected["verdict"]


def test_too_few_rows_are_refused(library: Library) -> None:
    full = Library({"atelier": simulator.simulate(
        ["fil-de-l-eau", "choc-regional"], population="workshop", replicates=2, quarters=1,
        workers=1,
    )})  # fmt: skip
    panel = shown(full, "?show=jobs_fte")
    table = full.results["atelier"].compare("jobs_fte", by="region").set_index("group")
    numbers = panel.numbers.set_index("region")
    assert numbers.index.tolist() == list(REGIONS)
    few = [r for r in REGIONS if table.loc[r, "rows"] < 30]
    assert 0 < len(few) < 18
    for region in REGIONS:
        assert np.isnan(numbers.loc[region, "difference"]) == (region in few)
    written = {line[0]: " ".join(line) for line in panel.shown}
    assert list(written) == [REGION_NAMES[r] for r in REGIONS]
    assert all("trop peu de fiches" in written[REGION_NAMES[r]] for r in few)
    traces = dict(zip(REGIONS, panel.drawings[0].figure["data"], strict=True))
    assert {r for r, trace in traces.items() if "fillpattern" in trace} == set(few)


@pytest.mark.parametrize("figure", CONTEXT)
def test_published_figures_are_those_of_the_files(library: Library, figure: str) -> None:
    with (DATA / "regions.csv").open(encoding="utf-8") as file:
        regions = list(csv.DictReader(file))
    with (DATA / "region_employment.csv").open(encoding="utf-8") as file:
        jobs = [row for row in csv.DictReader(file) if row["quantity"] == figure]
    expected = {
        "population": {r["code"]: float(r["population"]) for r in regions},
        "poverty": {
            r["code"]: float(r["poverty_rate_percent"]) / 100
            for r in regions
            if r["poverty_rate_percent"]
        },
    }.get(figure, {r["region"]: float(r["value"]) for r in jobs if r["region"] != "FR"})
    panel = shown(library, f"?show={figure}")
    numbers = panel.numbers.dropna(subset=["value"]).set_index("region")
    assert numbers["value"].to_dict() == pytest.approx(expected)
    assert numbers["source"].notna().all() and numbers["year"].notna().all()
    assert panel.origin is not None and panel.origin.kind == "published"
    every = shown(library, "", "context").numbers
    assert every[every["figure"] == figure].set_index("region")["value"].to_dict() == (
        pytest.approx(expected)
    )


def test_what_cannot_be_followed_is_told(library: Library) -> None:
    address = read(PAGE.path, "?scenario=nulle-part&show=bonheur")
    told = [p.children for p in page_content(library, address).parts[:2] if isinstance(p, html.P)]
    assert "nulle-part" in told[0] and "bonheur" in told[1]


def test_one_scenario_alone_is_refused(results: Results) -> None:
    alone = simulator.simulate("fil-de-l-eau", population="demo", replicates=1, quarters=1)
    content = page_content(Library({"seul": alone}), read(PAGE.path, ""))
    assert "deux pour comparer" in content.parts[0].children
