"""Metamorphic relations on service, prices and lives (numbers M19–M23 of the model note)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.codes import EXIT_CAUSES, PRIMARY_CAUSES
from simulator.parameters import SPECS
from simulator.population import Population
from simulator.results import Results
from simulator.simulation import simulate
from tests.engine.worlds import (
    parameters_of,
    play,
    record_of,
    scenario_of,
    series,
    with_columns,
)

# Staff does not wear, whatever is asked of it; or its wear has no effect.
RESTED: dict[str, Any] = {
    "overload_threshold": SPECS["overload_threshold"].domain[1], "overload_capacity": 0.0,
    "quality_erosion": 0.0, "volunteer_overload": 0.0, "call_overload": 0.0,
}  # fmt: skip


# --- M19 ---
def test_more_need_than_capacity_is_unmet_and_serves_nobody(small: Population) -> None:
    """M19: with every provider at capacity, doubling need leaves service, raises unmet need."""
    parameters = parameters_of(
        **RESTED, entry_unmet=0.0, entry_rate=0.0, score_need=0.0, need_spill=0.0,
        price_elasticity=0.0,
    )  # fmt: skip

    def crowded(change: str) -> Any:
        return record_of(
            scenario_of({"lever": "demand", "change": change}), small, quarters=8,
            parameters=parameters,
        )  # fmt: skip

    twice, fourfold = crowded("+100%"), crowded("+300%")
    np.testing.assert_allclose(series(fourfold, "service"), series(twice, "service"), rtol=1e-9)
    need, served = series(fourfold, "need"), series(fourfold, "served")
    before = series(twice, "need")
    np.testing.assert_allclose(need[1:], 2.0 * before[1:], rtol=1e-9)
    unmet, unmet_before = (
        1.0 - served[1:] / need[1:],
        1.0 - series(twice, "served")[1:] / before[1:],
    )
    assert (unmet > unmet_before + 0.1).all()


# --- M20 ---
ACCOUNTS = (
    "alive", "cash", "equity", "receivable", "restricted", "fixed_assets", "loans", "overdraft",
    "bridge", "guaranteed", "quasi_equity", "arrears", "grants", "calls", "contracts", "gifts",
    "memberships", "fundraising", "staff", "wage", "fixed_cost", "revenue_year",
    "cost_year",
)  # fmt: skip


def test_without_volunteers_service_falls_and_accounts_do_not(small: Population) -> None:
    """M20: prices, wear and demand do not answer, and nothing is paid by the person served."""
    nothing = np.zeros(small.organisations.rows)
    population = with_columns(
        small, user_sales=nothing, variable_cost=nothing, restricted=nothing,
        foundation_grants=nothing, tariffs=np.zeros_like(small.organisations["tariffs"]),
    )  # fmt: skip
    parameters = parameters_of(
        **RESTED, entry_rate=0.0, entry_unmet=0.0, score_need=0.0, need_spill=0.0, hiring_cap=0.0,
        restricted_share=0.0, price_speed=0.0, merger_completion=0.0,
        diversification_attempts=0.0,
    )  # fmt: skip
    alone = scenario_of({"lever": "volunteers", "change": "-100%"})
    base = play("fil-de-l-eau", population, quarters=8, parameters=parameters)
    without = play(alone, population, quarters=8, parameters=parameters)
    o, p = base.organisations, without.organisations
    for name in ACCOUNTS:
        np.testing.assert_array_equal(getattr(o, name), getattr(p, name), err_msg=name)
    np.testing.assert_array_equal(base.public.due, without.public.due)
    assert o.total(p.service) < 0.98 * o.total(o.service)


# --- M23 ---
def test_a_price_cap_of_zero_keeps_prices_and_excludes_nobody(small: Population) -> None:
    """M23: and with the usual cap prices rise and some vulnerable people are kept away."""
    elastic: dict[str, Any] = {"price_speed": 0.05, "gap_tolerance": 0.0, "drift_vulnerable": 0.0,
                               "entry_rate": 0.0}  # fmt: skip

    half = np.full(small.organisations.rows, 0.5)
    population = with_columns(small, vulnerable_share=half)
    shares, prices = {}, {}
    for cap in (0.0, 0.25):
        world = play(
            "fil-de-l-eau", population, quarters=8,
            parameters=parameters_of(**elastic, price_cap=cap),
        )  # fmt: skip
        o = world.organisations
        prices[cap] = o.price[o.alive & o.initial]
        record = world.recorder.finish()
        served = series(record, "service_index", "sector")
        vulnerable = series(record, "service_vulnerable", "sector")
        shares[cap] = vulnerable[:, 0] / served[:, 0]
    np.testing.assert_array_equal(prices[0.0], np.ones_like(prices[0.0]))
    np.testing.assert_allclose(shares[0.0], 0.5, rtol=1e-9)
    assert prices[0.25].max() > 1.05
    assert prices[0.25].max() <= 1.25 + 1e-12
    assert shares[0.25][-1] < shares[0.0][-1]


def test_a_price_cap_holds_for_everybody(small: Population) -> None:
    world = play(
        scenario_of({"lever": "market_activity", "price_cap": "10%"}), small, quarters=12,
        parameters=parameters_of(price_speed=0.05, gap_tolerance=0.0),
    )  # fmt: skip
    assert world.organisations.price.max() == pytest.approx(1.10)


# --- M22 ---
@pytest.fixture(scope="module")
def merging(demo: Population) -> Results:
    return simulate(["fusionner"], population=demo, replicates=2, seed=1, workers=1, quarters=10)


@pytest.mark.parametrize("causes", ["exit_cause", "primary_cause"])
@pytest.mark.parametrize("cohort", ["initial", "entrants", "by_age"])
def test_survival_and_incidences_add_up_to_one(cohort: str, causes: str, merging: Results) -> None:
    """M22: Kaplan–Meier and the competing risks of the same lives, in every replicate."""
    table = merging.survival_paths(cohort=cohort, causes=causes)
    names = EXIT_CAUSES if causes == "exit_cause" else PRIMARY_CAUSES
    incidences = table[[f"incidence_{cause}" for cause in names]]
    assert (table["survival"].to_numpy() < 1.0).any()
    assert len(table) > 10
    np.testing.assert_allclose(table["survival"] + incidences.sum(axis=1), 1.0, atol=1e-9)


def test_survival_is_the_share_of_the_cohort_that_is_left(demo: Population) -> None:
    """Without censoring before the horizon the curve ends at the recorded share."""
    record = record_of("fil-de-l-eau", demo, quarters=6)
    cohort = series(record, "cohort")
    lives = record.lifetimes
    initial = lives["entry_quarter"] == -1
    for index in range(len(cohort)):
        left = initial & (lives["exit_cause"] >= 0) & (lives["exit_quarter"] <= index - 1)
        assert cohort[index] == pytest.approx(cohort[0] - lives["weight"][left].sum())
    assert (np.diff(cohort) <= 1e-9).all()
