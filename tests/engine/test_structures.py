"""Structures of the model: each switches off what it says, for every scenario, and nothing else."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import simulator as sim
from simulator.divergence import digest
from simulator.parameters import SPECS
from simulator.plan import plan_units
from simulator.population import Population
from simulator.population.parameters import InitialParameters
from simulator.problems import InputError
from simulator.recording import RunRecord
from simulator.scenario import Scenario
from simulator.structures import STRUCTURES, named_structures, structure_named
from tests.engine.worlds import SEED, parameters_of, scenario_of, series

CUT = {"lever": "public_funding", "instrument": ["subvention"], "change": "-40%"}
FOLLOW = {"lever": "cofunding", "withdrawal": "80%"}


def record_of(
    scenario: Scenario | str, population: Population, structure: str, quarters: int = 6,
    **parameters: float,
) -> RunRecord:  # fmt: skip
    world = sim.EssModel(
        scenario, population, seed=SEED, quarters=quarters, collect=False, structure=structure,
        parameters=parameters_of(**parameters),
    )  # fmt: skip
    while world.running:
        world.step()
    assert max(world.ledger.worst.values()) < 1e-9
    return world.recorder.finish()


def test_the_default_structure_is_the_model_as_it_stands(small: Population) -> None:
    plain = sim.EssModel(scenario_of(CUT), small, seed=SEED, quarters=4, collect=False)
    while plain.running:
        plain.step()
    named = record_of(scenario_of(CUT), small, "default", quarters=4)
    assert digest(plain.recorder.finish()) == digest(named)


def test_without_the_cascade_nobody_follows_even_where_a_lever_says_so(demo: Population) -> None:
    scenario = scenario_of(CUT, FOLLOW)
    default = series(record_of(scenario, demo, "default"), "cofunding_withdrawn")
    without = series(record_of(scenario, demo, "cascade_off"), "cofunding_withdrawn")
    assert default.max() > 0.0
    assert without.max() == 0.0
    # The lever on what is pinned is gone: with and without it the world is the same.
    alone = record_of(scenario_of(CUT), demo, "cascade_off")
    assert digest(alone) == digest(record_of(scenario, demo, "cascade_off"))


def gifts(record: RunRecord) -> float:
    """Gifts of households, euros over the run from 2026Q1 on."""
    flows = record.flows
    return float(flows["amount"][(flows["flow"] == "gifts") & (flows["quarter"] >= 0)].sum())


def test_in_a_pure_contest_total_gifts_answer_nothing(small: Population) -> None:
    effort = scenario_of({"lever": "fundraising_effort", "change": "+50%"})
    cut = scenario_of(CUT)
    for structure, same in (("contest_only", True), ("default", False)):
        usual = gifts(record_of("fil-de-l-eau", small, structure))
        for scenario in (effort, cut):
            found = gifts(record_of(scenario, small, structure))
            assert (found == pytest.approx(usual, rel=1e-9)) == same


def test_the_additive_hazard_is_the_same_without_strain_and_lower_with_it(
    demo: Population,
) -> None:
    calm = {
        name: 0.0 for name in
        ("exit_gap_sensitivity", "exit_low_cash_sensitivity", "exit_vacancy_sensitivity")
    }  # fmt: skip
    one, other = (record_of(scenario_of(CUT), demo, s, **calm)
                  for s in ("default", "hazard_additive"))  # fmt: skip
    assert digest(one) == digest(other)
    strained = {"exit_gap_sensitivity": 5.0, "exit_low_cash_sensitivity": 1.2}
    one, other = (record_of(scenario_of(CUT), demo, s, **strained)
                  for s in ("default", "hazard_additive"))  # fmt: skip
    assert series(other, "exits").sum() < series(one, "exits").sum()


def test_what_is_pinned_exists_is_possible_and_shapes_no_population() -> None:
    initial = {field.name for field in dataclasses.fields(InitialParameters)}
    for one in STRUCTURES.values():
        for name, value in one.pinned.items():
            low, high = SPECS[name].domain
            assert low <= value <= high
            # Else structures would start from different organisations.
            assert name not in initial
        assert one.label("fr") != one.label("en") and one.definition("fr") and one.definition("en")


def test_draws_do_not_move_what_is_pinned() -> None:
    drawn = sim.Parameters.draw(3, seed=1)
    assert drawn["gift_pool_expansion"] > 0.0
    settled = structure_named("contest_only").settle(drawn)
    assert settled["gift_pool_expansion"] == 0.0
    assert settled["inertia"] == drawn["inertia"]


def test_names_are_checked() -> None:
    assert named_structures(None) == ("default",)
    assert named_structures("all") == tuple(STRUCTURES)
    assert named_structures(["cascade_off", "default", "cascade_off"]) == ("cascade_off", "default")
    for wrong in (["cascade"], []):
        with pytest.raises(InputError):
            named_structures(wrong)
    with pytest.raises(InputError, match="did you mean cascade_off"):
        sim.EssModel("fil-de-l-eau", "demo", seed=1, structure="cascad_off")


def test_every_pair_is_run_under_every_structure() -> None:
    plan = plan_units("ranges", 2, 2, structures=["default", "cascade_off"])
    assert plan.worlds[:4] == (
        (1, "default", 0), (1, "cascade_off", 0), (2, "default", 0), (2, "cascade_off", 0),
    )  # fmt: skip
    assert len(plan.worlds) == 8
    with pytest.raises(InputError, match="× 4 units are too many"):
        plan_units("ranges", 1000, 50, structures="all")


def test_simulating_structures_keeps_pairs_and_bytes(tmp_path: Path) -> None:
    options = {
        "population": "demo", "quarters": 4, "seed": 11, "parameters": "ranges", "draws": 2,
        "replicates": 2, "structures": ["default", "hazard_additive"],
    }  # fmt: skip
    found = sim.simulate([scenario_of(CUT)], workers=1, **options)
    assert found.structures == ["default", "hazard_additive"]
    assert len(found.units) == len(set(found.units)) == 8
    loaded = sim.Results.load(found.save(tmp_path / "one"))
    assert loaded.structures == found.structures
    pd.testing.assert_frame_equal(loaded.layers("jobs_fte"), found.layers("jobs_fte"))
    row = found.compare("jobs_fte").iloc[0]
    shares = [row[f"{layer}_share"] for layer in ("chance", "parameter", "structure")]
    assert sum(shares) == pytest.approx(1.0) and np.all(np.array(shares) >= 0.0)
    sim.simulate([scenario_of(CUT)], workers=2, **options).save(tmp_path / "two")
    for name in ("trajectories", "lifetimes", "flows"):
        one, two = ((tmp_path / run / f"{name}.parquet").read_bytes() for run in ("one", "two"))
        assert hashlib.sha256(one).digest() == hashlib.sha256(two).digest()
