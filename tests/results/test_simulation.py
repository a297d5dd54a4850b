"""Simulating: pairing, workers, draws, settings, and what the results folder says of it."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import simulator as sim
from simulator import compiled, simulation
from simulator.pool import Stopped
from simulator.scenario import Scenario, parse_scenario
from simulator.scenario.catalogue import scenario_folder
from simulator.simulation import Interrupted, reference_of

ROOT = Path(__file__).resolve().parents[2]
SHORT = {"population": "demo", "quarters": 6, "seed": 11}
CUT = """
id: coupe
title: {fr: Coupe, en: Cut}
narrative: {fr: Une coupe., en: A cut.}
family: funding_cuts
extends: fil-de-l-eau
levers:
  - {lever: public_funding, instrument: subvention, change: -40%}
"""


@pytest.fixture(scope="module")
def cut() -> Scenario:
    return parse_scenario(CUT)


@pytest.fixture(scope="module")
def results(cut: Scenario) -> sim.Results:
    return sim.simulate([cut], replicates=3, workers=1, **SHORT)


def digests(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.glob("*.parquet")}


def test_the_baseline_always_runs_along(results: sim.Results) -> None:
    assert results.scenario_ids == ["fil-de-l-eau", "coupe"]
    assert results.reference == "fil-de-l-eau"
    assert results.units == [(0, "default", replicate) for replicate in range(3)]
    assert results.quarters == ["2025Q4", "2026Q1", "2026Q2", "2026Q3", "2026Q4", "2027Q1",
                                "2027Q2"]  # fmt: skip


def test_workers_change_no_byte(cut: Scenario, results: sim.Results, tmp_path: Path) -> None:
    parallel = sim.simulate([cut], replicates=3, workers=2, **SHORT)
    assert digests(results.save(tmp_path / "one")) == digests(parallel.save(tmp_path / "two"))


def base_quarter(results: sim.Results) -> pd.DataFrame:
    """Values of 2025Q4, one row per unit and group, scenarios side by side."""
    table = results.trajectories
    keys = ["draw", "replicate", "dimension", "group"]
    base = table[(table["quarter"] == "2025Q4") & (table["rows"] > 0)]
    return base.drop(columns=["structure", "quarter"]).pivot(index=keys, columns="scenario")


def test_scenarios_share_one_world_before_they_part(results: sim.Results) -> None:
    base = base_quarter(results)
    mine, theirs = (base.xs(s, axis=1, level="scenario") for s in ("fil-de-l-eau", "coupe"))
    assert len(base) > 300
    pd.testing.assert_frame_equal(mine, theirs)


def test_replicates_differ(results: sim.Results) -> None:
    jobs = results.paths("jobs_fte")
    last = jobs[(jobs["quarter"] == "2027Q2") & (jobs["scenario"] == "fil-de-l-eau")]
    assert last["value"].nunique() == 3


def test_one_replicate_is_the_model_stepped_by_hand(results: sim.Results) -> None:
    model = sim.EssModel("fil-de-l-eau", population="demo", seed=11, replicate=2, quarters=6)
    while model.running:
        model.step()
    record = model.recorder.finish()
    jobs = record.sums["all"][1][:, 0, record.sum_names.index("jobs_fte")]
    path = results.paths("jobs_fte")
    own = path[(path["replicate"] == 2) & (path["scenario"] == "fil-de-l-eau")]["value"]
    np.testing.assert_array_equal(own.to_numpy(), jobs)


def test_survival_from_lifetimes_is_survival_in_trajectories(results: sim.Results) -> None:
    keys = ["scenario", "draw", "structure", "replicate", "quarter", "group"]
    for by in (None, "sector", "size", "form", "funding_profile"):
        curves = results.survival_paths(by=by)
        both = curves.merge(results.paths("survival", by), on=keys)
        assert len(both) == len(curves)
        np.testing.assert_allclose(both["survival"], both["value"], atol=1e-12)


def test_exits_by_cause_and_survivors_add_up(results: sim.Results) -> None:
    for causes in ("exit_cause", "primary_cause"):
        curves = results.survival(causes=causes)
        total = curves["survival"] + curves.filter(like="incidence_").sum(axis=1)
        np.testing.assert_allclose(total, 1.0, atol=1e-12)


def test_totals_of_groups_add_up_to_everybody(results: sim.Results) -> None:
    keys = ["scenario", "replicate", "quarter"]
    everybody = results.rows("all", ["jobs_fte", "sum_cohort"]).set_index(keys)
    for dimension in ("region", "sector", "size", "form", "funding_profile", "age"):
        table = results.rows(dimension, ["jobs_fte", "sum_cohort"])
        for column in ("jobs_fte", "sum_cohort"):
            added = table.groupby(keys, observed=True)[column].sum()
            expected = everybody[column].loc[added.index]
            np.testing.assert_allclose(added.to_numpy(), expected.to_numpy(), rtol=1e-9)


def test_a_setting_holds_for_every_scenario(cut: Scenario) -> None:
    set_ = sim.simulate([cut], replicates=1, workers=1, set={"attrition": 0.0}, **SHORT)
    assert set_.manifest["parameters"]["differences"] == {"attrition": 0.0}
    plain = sim.simulate([cut], replicates=1, workers=1, **SHORT)
    changed, unchanged = (found.bands("jobs_fte") for found in (set_, plain))
    last = changed["quarter"] == set_.quarters[-1]
    assert (changed[last]["mean"] > unchanged[last]["mean"]).all()
    assert last.sum() == 2


def test_draws_are_shared_by_scenarios_and_differ_from_each_other(cut: Scenario) -> None:
    found = sim.simulate([cut], parameters="ranges", draws=2, replicates=2, workers=1, **SHORT)
    assert found.units == [(d, "default", r) for r in (0, 1) for d in (1, 2)]
    assert found.parameters_varied
    base = base_quarter(found)
    mine, theirs = (base.xs(s, axis=1, level="scenario") for s in ("fil-de-l-eau", "coupe"))
    pd.testing.assert_frame_equal(mine, theirs)
    everybody = mine.xs("all", level="dimension")["sum_cash"]
    assert everybody.xs(1, level="draw").iloc[0] != everybody.xs(2, level="draw").iloc[0]
    assert set(found.compare("jobs_fte")["verdict"]) == {"too_few_draws"}


def test_a_null_lever_changes_nothing(cut: Scenario) -> None:
    null = parse_scenario(CUT.replace("coupe", "nul").replace("-40%", "0%"))
    found = sim.simulate([null], replicates=2, workers=1, **SHORT)
    table = found.compare([c for c, i in sim.INDICATORS.items()])
    assert set(table["verdict"]) == {"identical"}


def test_any_scenario_can_be_the_reference_line(cut: Scenario) -> None:
    found = sim.simulate(["fil-de-l-eau", cut], replicates=1, workers=1, reference="coupe", **SHORT)
    assert found.reference == "coupe"
    assert set(found.compare("jobs_fte")["scenario"]) == {"fil-de-l-eau"}


def test_a_reference_given_by_its_file_is_the_scenario_that_the_file_holds(cut: Scenario) -> None:
    baseline = sim.load_scenario("fil-de-l-eau")
    file = str(scenario_folder() / "fil-de-l-eau.yaml")
    assert reference_of([baseline, cut], file) == "fil-de-l-eau"
    assert reference_of([baseline], file) == "fil-de-l-eau"


def test_organisations_can_be_recorded(tmp_path: Path) -> None:
    found = sim.simulate("fil-de-l-eau", replicates=1, workers=1, record=["organisations"], **SHORT)
    loaded = sim.Results.load(found.save(tmp_path / "out"))
    panel = loaded.organisations
    jobs = (panel["staff"] * panel["weight"]).groupby(panel["quarter"], observed=True).sum()
    expected = found.paths("jobs_fte").set_index("quarter")["value"]
    np.testing.assert_allclose(jobs.to_numpy(), expected.to_numpy(), rtol=1e-9)


def test_organisations_are_not_there_unless_asked_for(results: sim.Results) -> None:
    with pytest.raises(sim.InputError, match="--record organisations"):
        _ = results.organisations


@pytest.mark.parametrize(
    "options",
    [
        {"replicates": -1}, {"quarters": 0}, {"quarters": 1000}, {"population": "atlantide"},
        {"parameters": "accepted", "draws": 50_000}, {"parameters": "sometimes"},
        {"reference": "nulle-part"},
        {"set": {"inercia": 0.5}}, {"set": {"inertia": 7.0}}, {"record": ["dreams"]},
        {"seed": -5}, {"seed": 1.5}, {"replicates": 2.0}, {"quarters": True}, {"seed": "x"},
        {"scenarios": ["nulle-part"]},
    ],
)  # fmt: skip
def test_bad_input_is_told_before_anything_runs(options: dict[str, object]) -> None:
    def never(done: int, total: int) -> None:
        raise AssertionError("it started")

    arguments = {"scenarios": "fil-de-l-eau", **SHORT, "progress": never, **options}
    with pytest.raises(sim.InputError):
        sim.simulate(**arguments)


def test_an_interruption_keeps_the_replicates_that_were_finished(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from simulator import pool

    def stop_after_two(work: object, units: list[tuple[int, int]], *, shared: tuple, **_: object):
        raise Stopped([work(unit, *shared) for unit in units[:2]])

    monkeypatch.setattr(pool, "map_units", stop_after_two)
    with pytest.raises(Interrupted) as caught:
        sim.simulate("fil-de-l-eau", replicates=5, **SHORT)
    partial = caught.value.results
    assert partial is not None and len(partial.units) == 2
    folder = partial.save(tmp_path / "out")
    with pytest.raises(sim.InputError, match="stopped after 2 of 5 replicates"):
        sim.Results.load(folder)


def test_the_manifest_says_where_results_come_from(results: sim.Results) -> None:
    manifest = results.manifest
    assert manifest["seed"] == 11
    assert manifest["population"]["name"] == "demo"
    assert set(manifest["laws"]) and max(manifest["laws"].values()) < 1e-9
    assert len(manifest["code_sha256"]) == len(manifest["scenarios"]["coupe"]["sha256"]) == 64
    for key in ("version", "platform", "libraries", "started", "seconds", "parameters"):
        assert key in manifest


def test_importing_the_package_loads_no_library_and_shadows_no_function() -> None:
    code = (
        "import sys, simulator as sim; "
        "assert not {'numpy', 'pandas', 'mesa'} & set(sys.modules); "
        "import simulator.simulation, simulator.compare, simulator.survival; "
        "assert callable(sim.simulate)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr


def test_kernels_are_loaded_here_only_by_a_process_that_simulates_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    primed: list[object] = []
    monkeypatch.setattr(simulation, "prime", lambda *given: primed.append(given))
    monkeypatch.setattr(simulation, "_simulated", False)
    wanted: dict[str, Any] = {"population": "demo", "replicates": 2, "quarters": 1, "workers": 2}
    monkeypatch.setattr(compiled, "are_kept", lambda: True)
    for times in (0, 1):
        simulation.simulate("fil-de-l-eau", **wanted)
        assert len(primed) == times
    monkeypatch.setattr(simulation, "_simulated", False)
    monkeypatch.setattr(compiled, "are_kept", lambda: False)
    simulation.simulate("fil-de-l-eau", **wanted)
    assert len(primed) == 2
