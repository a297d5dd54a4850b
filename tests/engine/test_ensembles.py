"""Relations that hold in the mean of an ensemble, with a margin for noise; worlds are paired.

Numbers M2, M5, M7, M9 and M12 of the model note. Every mean is over replicates that share their
draws between the worlds compared; the margin is in standard errors of the paired differences.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from simulator.indicators import INDICATORS
from simulator.model import EssModel
from simulator.parameters import Parameters
from simulator.population import OrganisationTable, Population
from simulator.randomness import identity
from simulator.recording import RunRecord
from simulator.scenario import Scenario
from tests.engine.worlds import (
    parameters_of,
    play,
    record_of,
    scenario_of,
    series,
    survival,
    tamper_after,
)

REPLICATES = 12
WORTH_A_WORD = INDICATORS["survival"].smallest_effect
Measure = Callable[[RunRecord], float]


def jobs(record: RunRecord) -> float:
    return float(series(record, "jobs_fte")[-1] / series(record, "jobs_fte")[0])


def service(record: RunRecord) -> float:
    return float(series(record, "service_index")[-1] / series(record, "service_index")[0])


def ensemble(
    scenario: Scenario | str, population: Population, measures: list[Measure],
    quarters: int = 12, parameters: Parameters | None = None, replicates: int = REPLICATES,
) -> np.ndarray:  # fmt: skip
    """(measures, replicates)."""
    records = [
        record_of(
            scenario, population, quarters=quarters, parameters=parameters, replicate=replicate
        )
        for replicate in range(replicates)
    ]
    return np.array([[measure(record) for record in records] for measure in measures])


def margin(difference: np.ndarray) -> np.ndarray:
    """Three standard errors of the mean of paired differences, last axis."""
    count = difference.shape[-1]
    return np.asarray(3.0 * difference.std(axis=-1, ddof=1) / np.sqrt(count))


def test_deeper_cuts_never_help(demo: Population) -> None:
    """M2: survival, jobs and service fall with the depth of a uniform cut."""
    measures: list[Measure] = [survival, jobs, service]
    depths = [0, 10, 20, 40]
    found = np.stack(
        [
            ensemble(
                scenario_of({"lever": "public_funding", "change": f"-{depth}%"}, quarters=12),
                demo, measures,
            )
            for depth in depths
        ]
    )  # fmt: skip
    steps = np.diff(found, axis=0)
    assert (steps.mean(axis=-1) <= margin(steps)).all()
    whole = found[-1] - found[0]
    assert (whole.mean(axis=-1) + margin(whole) < 0.0).all(), "forty per cent is felt"


# --- M5 and M7: the grain of the population ---
def twins(population: Population, weight: float) -> Population:
    """Every organisation twice, under another name, each with this share of its weight."""
    o = population.organisations
    columns = {name: np.concatenate([c, c], axis=-1) for name, c in o.items()}
    second = [identity("twin", int(uid)) for uid in o["uid"]]
    columns["uid"] = np.concatenate([o["uid"], np.array(second, dtype=np.uint64)])
    columns["weight"] = columns["weight"] * weight
    # Twins are no closer than strangers, and everybody keeps as many ties.
    columns["tie_x"] = np.concatenate([o["tie_x"], 1.0 - o["tie_y"]])
    columns["tie_y"] = np.concatenate([o["tie_y"], o["tie_x"]])
    return replace(
        population,
        organisations=OrganisationTable(columns),
        tie_radius=population.tie_radius / np.sqrt(2.0),
    )


@pytest.mark.parametrize("weight", [1.0, 0.5], ids=["twice as many", "half the weight"])
def test_the_grain_of_the_population_does_not_matter(weight: float, demo: Population) -> None:
    """M5: twice the organisations and budgets; M7: rows split in two: the same per head."""

    def exits(record: RunRecord) -> float:
        return float(series(record, "exits").sum() / series(record, "organisations")[0])

    def staff(record: RunRecord) -> float:
        return float(series(record, "jobs_fte")[-1] / series(record, "organisations")[-1])

    def cash(record: RunRecord) -> float:
        return float(series(record, "cash")[-1] / series(record, "revenue")[-1])

    measures: list[Measure] = [survival, exits, staff, cash, service]
    scenario = scenario_of({"lever": "public_funding", "change": "-20%"}, quarters=8)
    double = Parameters.default()
    if weight == 1.0:  # the guarantee fund is France's: twice the organisations, twice the fund
        double = double.with_("guarantee_capacity", multiply=2.0)
    base = ensemble(scenario, demo, measures, 8)

    def gap(parameters: Parameters) -> np.ndarray:
        return ensemble(scenario, twins(demo, weight), measures, 8, parameters) - base

    same = gap(double)
    assert (np.abs(same.mean(axis=1)) <= margin(same)).all()
    # It can fail: twins that close half as often again are told from their originals.
    other = gap(double.with_("exit_hazard", multiply=1.5))[:2]
    assert (np.abs(other.mean(axis=1)) > margin(other)).all()


# --- M9 ---
def test_longer_delays_never_make_fewer_insolvent(demo: Population) -> None:
    """M9, second half: organisations that cannot pay, over all quarters."""
    found = []
    for shift in (0, 2, 4):
        scenario = scenario_of({"lever": "payment_delay", "quarters": shift}, quarters=10)
        counts = []
        for replicate in range(REPLICATES):
            seen: list[float] = []

            def look(world: EssModel, seen: list[float] = seen) -> None:
                o = world.organisations
                if world.quarter >= 0:
                    seen.append(o.total(o.insolvent & o.alive & (o.recovery == 0)))

            with pytest.MonkeyPatch.context() as patch:
                tamper_after(patch, "manage_liquidity", look)
                play(scenario, demo, replicate=replicate)
            counts.append(sum(seen))
        found.append(counts)
    insolvent = np.array(found)
    steps = np.diff(insolvent, axis=0)
    assert (steps.mean(axis=1) >= -margin(steps)).all()
    whole = insolvent[-1] - insolvent[0]
    assert whole.mean() > margin(whole), "a year's delay is felt"


# --- M12 ---
FREE: dict[str, Any] = {
    "diversification_cost": 0.0, "diversification_success": 0.999,
    "diversification_intercept": 20.0, "diversification_lag_low": 1.0,
    "diversification_lag_high": 1.0, "diversification_gain_low": 0.15,
    "diversification_gain_high": 0.15, "diversification_margin": 1.0,
    "diversification_dependence": 0.2, "diversification_gap": 0.0,
    "diversification_cash_months": 0.0, "mission_drift": 0.0,
}  # fmt: skip


def effect_of_projects(demo: Population, attempts: float, **values: Any) -> np.ndarray:
    """(replicates,) survival with these attempts less survival without any, under a cut."""
    cut = scenario_of({"lever": "public_funding", "change": "-20%"}, quarters=20)
    tried, none = (
        ensemble(
            cut, demo, [survival], 20, parameters_of(**values, diversification_attempts=odds)
        )[0]
        for odds in (attempts, 0.0)
    )  # fmt: skip
    return np.asarray(tried - none)


def test_free_and_certain_projects_save_organisations(demo: Population) -> None:
    """M12, first half: diversification that costs nothing, always works, and works soon.

    By more than the smallest effect of interest of the indicator, noise taken off.
    """
    effect = effect_of_projects(demo, 1.0, **FREE)
    assert effect.mean() - margin(effect) > WORTH_A_WORD


def test_usual_projects_hardly_move_survival(demo: Population) -> None:
    """M12, second half: at its default cost and risk the net effect is small.

    An equivalence test: with its noise it stays under the smallest effect of interest.
    """
    usual = float(np.asarray(Parameters.default()["diversification_attempts"]))
    effect = effect_of_projects(demo, usual)
    assert effect.any(), "projects are started and change some lives"
    assert abs(effect.mean()) + margin(effect) < WORTH_A_WORD


def test_a_project_is_won_by_those_who_started_it(demo: Population) -> None:
    """Without attempts nobody gains a market activity, however soon projects would end."""
    parameters = parameters_of(
        diversification_attempts=0.0, diversification_lag_low=0.0, diversification_lag_high=0.0
    )
    world = play("fil-de-l-eau", demo, quarters=4, parameters=parameters)
    assert not world.organisations.market_gain.any()
    assert not world.organisations.project_ramp.any()
