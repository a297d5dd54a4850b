"""Worlds at the edge of what can be asked for: laws hold, and no process makes NaN or infinity."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from simulator.codes import REGIONS, SECTORS
from simulator.indicators import RECORDED
from simulator.model import EssModel
from simulator.parameters import SPECS
from simulator.population import Population
from simulator.record_sums import SUM_NAMES
from simulator.scenario import Scenario
from tests.engine.worlds import (
    CheckedModel,
    assert_sane,
    parameters_of,
    play,
    scenario_of,
    series,
    subset,
    survival,
)

STORM = "tempete-parfaite"
YEARS = 40  # quarters
# No closure, no union, and a recovery plan that works for whoever cannot pay.
NOBODY_LEAVES: dict[str, Any] = {
    "exit_hazard": 0.0, "merger_completion": 0.0, "aided_exit": 0.0,
    "formal_procedure_share": 1.0, "recovery_share": 1.0, "recovery_success": 1.0,
}  # fmt: skip
NOBODY_ENTERS: dict[str, Any] = {"entry_rate": 0.0}
# Everything that grows by itself falls instead, by a tenth a year or as far as its domain goes.
GROWTHS = (
    "grant_growth", "procurement_growth", "tariff_growth", "user_growth", "gift_growth",
    "need_growth", "volunteer_growth", "membership_growth", "income_growth", "inflation",
    "wage_growth",
)  # fmt: skip


@pytest.fixture(scope="module")
def tiny(demo: Population) -> Population:
    return subset(demo, np.arange(0, demo.organisations.rows, 5))


@pytest.fixture(autouse=True)
def strict() -> Iterator[None]:
    """Whatever NumPy would only warn of stops the test."""
    with warnings.catch_warnings(), np.errstate(divide="raise", invalid="raise", over="raise"):
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", ResourceWarning)  # of what other tests left open
        yield


def edge(scenario: Scenario | str, population: Population, **settings: Any) -> EssModel:
    """A world at its horizon, looked at after every process, whose records are numbers too."""
    parameters = parameters_of(**settings.pop("parameters", {}))
    settings.setdefault("quarters", YEARS)
    world = play(scenario, population, kind=CheckedModel, parameters=parameters, **settings)
    assert_sane(world)
    record = world.recorder.finish()
    for dimension in ("all", "region", "sector", "region_sector"):
        assert np.isfinite(record.sums[dimension][1]).all(), dimension
    for dimension, medians in record.medians.items():
        people = record.sums[dimension][1][..., SUM_NAMES.index("organisations")]
        assert np.isfinite(medians[people > 0]).all(), dimension
    return world


# --- empty places ---
@pytest.mark.parametrize("kept", [["EDUC", "SERV"], ["CULTURE"]], ids="-".join)
@pytest.mark.parametrize("scenario", ["fil-de-l-eau", STORM])
def test_empty_sectors(scenario: str, kept: list[str], demo: Population) -> None:
    """Nobody appears where nobody was, and the rest goes on."""
    codes = [SECTORS.index(code) for code in kept]
    here = np.isin(demo.organisations["sector"], codes)
    world = edge(scenario, subset(demo, here))
    people = series(world.recorder.finish(), "organisations", "sector")
    assert (people[:, codes] > 0).all()
    assert not np.delete(people, codes, axis=1).any()


def test_a_region_with_one_organisation(workshop: Population) -> None:
    corsica = REGIONS.index("94")
    region = workshop.organisations["region"]
    rows = np.r_[np.flatnonzero(region != corsica)[::6], np.flatnonzero(region == corsica)[:1]]
    world = edge("choc-regional", subset(workshop, np.sort(rows)), parameters=NOBODY_ENTERS)
    assert np.count_nonzero(world.organisations.region[world.organisations.initial] == corsica) <= 1


@pytest.mark.parametrize("scenario", ["fil-de-l-eau", STORM, "rebond-organise", "fusionner"])
def test_one_organisation(scenario: str, demo: Population, workshop: Population) -> None:
    """Alone in the world, large or small, whatever it lives on, and after it has gone."""
    left = 0
    for population in (demo, workshop):
        budget = population.organisations["budget"]
        ranked = np.argsort(budget, kind="stable")
        for place in np.linspace(0, len(ranked) - 1, 8).astype(int):
            world = edge(scenario, subset(population, ranked[[place]]), quarters=16)
            left += not world.organisations.alive[world.organisations.initial].any()
    assert left > 0, "somebody leaves an empty world behind"


@pytest.mark.parametrize("scenario", ["fil-de-l-eau", STORM, "fusionner"])
def test_two_organisations(scenario: str, demo: Population, workshop: Population) -> None:
    """Strangers, and neighbours of one cell."""
    for population in (demo, workshop):
        rows = population.organisations.rows
        sector = population.organisations["sector"]
        region = population.organisations["region"]
        for first in np.linspace(0, rows - 2, 6).astype(int):
            near = np.flatnonzero((sector == sector[first]) & (region == region[first]))
            for other in ((first + rows // 2) % rows, near[near != first][0]):
                edge(scenario, subset(population, np.array([first, other])), quarters=16)


# --- extreme policies ---
def test_all_budgets_cut_to_zero(tiny: Population) -> None:
    """Public money, aids, gifts: after the arrears of the past, nobody is paid anything more."""
    nothing = scenario_of(
        {"lever": "public_funding", "change": "-100%"},
        {"lever": "employment_aid", "change": "-100%"},
        {"lever": "philanthropy", "pool": "-100%"},
        quarters=YEARS,
    )
    record = edge(nothing, tiny).recorder.finish()
    last_year = record.flows["quarter"] >= YEARS - 4
    paid = set(record.flows["flow"][last_year])
    assert paid.isdisjoint({"subvention", "commande", "tarification", "employment_aid", "gifts"})
    assert "user_sales" in paid
    assert series(record, "public_cash")[-1] == 0.0
    assert survival(record) < 0.6


@pytest.mark.parametrize("thresholds", ["usual", "everybody seeks", "everybody is a partner"])
def test_every_merger_is_completed(thresholds: str, tiny: Population) -> None:
    """A rate of 100 %, whoever looks for a partner: nobody is absorbed by an absorbed one."""
    certain: dict[str, Any] = {"merger_completion": 1.0, "merger_minimum": -50.0}
    if thresholds != "usual":
        certain |= {"leadership_vacancy": 0.8, "merger_tie_factor": 20.0}
    if thresholds == "everybody seeks":
        certain |= {"merger_seeker_cash_months": 24.0, "merger_seeker_gap": -0.1,
                    "merger_partner_cash_months": 0.0, "merger_partner_gap": 1.0}  # fmt: skip
    if thresholds == "everybody is a partner":
        certain |= {"merger_seeker_cash_months": 6.0, "merger_seeker_gap": 0.0,
                    "merger_partner_cash_months": 0.0, "merger_partner_gap": 1.0}  # fmt: skip
    world = edge("fusionner", tiny, parameters=certain)
    lives = world.recorder.finish().lifetimes
    absorbed = lives["absorbed_by"] > 0
    assert absorbed.sum() > 20
    alive_until = dict(zip(lives["organisation"], lives["exit_quarter"], strict=True))
    for into, quarter in zip(lives["absorbed_by"][absorbed], lives["exit_quarter"][absorbed],
                             strict=True):  # fmt: skip
        assert alive_until[into] < 0 or alive_until[into] >= quarter


@pytest.mark.parametrize(("prices", "wages"), [("50%", "50%"), ("50%", "0%"), ("100%", "100%")])
def test_fifty_per_cent_of_inflation(prices: str, wages: str, tiny: Population) -> None:
    inflation = scenario_of(
        {"lever": "wages_and_prices", "inflation": prices, "wages": wages}, quarters=YEARS
    )
    world = edge(inflation, tiny)
    assert world.price_level == pytest.approx((1.0 + float(prices[:-1]) / 100) ** 10, rel=0.05)


# --- nobody, and everybody ---
@pytest.mark.parametrize("scenario", ["fil-de-l-eau", STORM])
def test_no_exits(scenario: str, tiny: Population) -> None:
    world = edge(scenario, tiny, parameters=NOBODY_LEAVES)
    record = world.recorder.finish()
    assert survival(record) == 1.0
    assert not series(record, "exits").any()


@pytest.mark.parametrize("entries", ["with entries", "without"])
def test_everybody_leaves(entries: str, tiny: Population) -> None:
    """The last debtor goes, and the lenders' books still close: CL5 weighs what went through."""
    certain = {"exit_hazard": 1.0, **({} if entries == "with entries" else NOBODY_ENTERS)}
    world = edge("fil-de-l-eau", tiny, parameters=certain)
    assert survival(world.recorder.finish()) == 0.0
    if entries == "without":
        assert not world.organisations.alive.any()


@pytest.mark.parametrize("fall", [-0.1, -0.5])
def test_negative_growth_for_ten_years(fall: float, tiny: Population) -> None:
    falling = {name: max(fall, SPECS[name].domain[0]) for name in GROWTHS}
    world = edge("fil-de-l-eau", tiny, parameters=falling)
    record = world.recorder.finish()
    assert survival(record) < 0.5
    assert (np.diff(series(record, "need")) < 0).all()


def test_headline_indicators_of_an_empty_world_are_missing(tiny: Population) -> None:
    """What has no meaning without anybody is not a number, never 0 and never infinite."""
    world = edge("fil-de-l-eau", tiny, quarters=40,
                 parameters={"exit_hazard": 1.0, **NOBODY_ENTERS})  # fmt: skip
    assert not world.organisations.alive.any()
    headlines = {code: world.recorder.headline(code) for code in RECORDED}
    assert not any(np.isinf(value) for value in headlines.values())
    for code in ("share_below_3_months", "share_in_deficit", "cash_months_median",
                 "top_funder_share"):  # fmt: skip
        assert np.isnan(headlines[code]), code
    for code in ("organisations", "jobs_fte", "survival", "beneficiaries_index"):
        assert headlines[code] == 0.0, code
    assert headlines["unmet_need"] == 1.0
