"""`penser-demain experiment analyse` on folders whose outcomes are a known function."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pandas as pd
import pytest

from experiments.plan import load_plan
from experiments.runner import identity
from simulator.command import run
from simulator.results_folder import write_json
from tests.experiments.analysis.fabricated_outcomes import Function, nothing, outcomes

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = json.loads((ROOT / "docs/json/experiment-analyse.schema.json").read_text("utf-8"))
PLAN = """
format: 1
id: essai
title: {{fr: "Essai", en: "Trial"}}
question: {{fr: "Quoi ?", en: "What?"}}
levers: {{policies: [fusionner, choc-regional]}}
uncertainties: {uncertainties}
outcomes:
  - {{indicator: survival, at: 2029Q4, name: y, smallest: 0.25}}
design: {design}
replicates: 3
quarters: 16
population: demo
"""
THREE = "{parameters: {exit_hazard: {}, inertia: {}, entry_rate: {}}}"


def gain(points: np.ndarray) -> np.ndarray:
    """−1 where the first input is low, rising to +1; the second counts a little."""
    low, high = points.min(axis=0), points.max(axis=0)
    unit = (points - low) / np.where(high > low, high - low, 1.0)
    return np.asarray(2 * unit[:, 0] - 1 + 0.2 * (unit[:, 1] - 0.5))


def folder(
    path: Path, design: str, functions: Mapping[str, Function], uncertainties: str = THREE
) -> Path:  # fmt: skip
    """A finished experiment, as the runner leaves it, with outcomes that no simulator made."""
    path.mkdir()
    text = PLAN.format(design=design, uncertainties=uncertainties)
    (path / "plan.resolved.yaml").write_text(text, encoding="utf-8")
    plan = load_plan(path / "plan.resolved.yaml")
    points = plan.design_points()
    points.reset_index().to_parquet(path / "design.parquet")
    numbers = points[list(plan.columns())] if plan.columns() else points
    found = outcomes(numbers, functions, replicates=3, shared=1.0)
    found.sample(frac=1.0, random_state=1).to_parquet(path / "outcomes.parquet", index=False)
    runs = found[["design_id", "replicate"]].drop_duplicates().assign(status="done")
    runs.to_parquet(path / "runs.parquet", index=False)
    write_json(path / "manifest.json", {**identity(plan), "files": {}})
    return path


POLICIES = {"fil-de-l-eau": nothing, "fusionner": gain, "choc-regional": lambda p: -gain(p) - 0.1}


@pytest.fixture(scope="module")
def sobol(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder(tmp_path_factory.mktemp("a") / "s", "{kind: sobol, n: 128}", POLICIES)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder(tmp_path_factory.mktemp("a") / "l", "{kind: latin_hypercube, n: 200}", POLICIES)


def asked(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    assert run(["experiment", "analyse", *map(str, arguments), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    jsonschema.validate(found, SCHEMA)
    return dict(found)


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert run(["experiment", "analyse", *map(str, arguments)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


def test_sobol_names_the_input_that_counts(
    sobol: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    found = asked(capsys, sobol, "sobol", "--policy", "fusionner")
    rows = found["tables"]["indices"]
    total = {row["input"]: row["value"] for row in rows if row["measure"] == "total"}
    assert max(total, key=lambda name: total[name]) == rows[0]["input"] == "x_exit_hazard"
    assert total["x_exit_hazard"] == pytest.approx(1 / 1.01, abs=0.15)
    assert total["x_entry_rate"] == pytest.approx(0.0, abs=1e-9)
    assert any("0.0% of the variance between points is chance" in s for s in found["sentences"])


def test_morris_and_its_design(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder(tmp_path / "m", "{kind: morris, trajectories: 12}", POLICIES)
    found = asked(capsys, path, "morris")
    assert {row["policy"] for row in found["tables"]["effects"]} == {"fusionner", "choc-regional"}
    star = {row["input"]: row["value"] for row in found["tables"]["effects"]
            if row["measure"] == "mu_star" and row["policy"] == "fusionner"}  # fmt: skip
    assert star["x_exit_hazard"] > 5 * star["x_inertia"] > 0
    for analysis in ("sobol", "robustness"):
        assert f"{analysis} cannot be read from a morris design" in refused(capsys, path, analysis)
    assert "stand for the ranges; a morris design has none" in refused(capsys, path, "discovery")


def test_what_a_design_does_not_allow_says_what_can_be_done(
    sample: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for analysis in ("sobol", "morris"):
        said = refused(capsys, sample, analysis)
        assert f"{analysis} cannot be read from a latin_hypercube design" in said
        assert "allows layers and convergence, robustness, regional, discovery, vanishing" in said


def test_discovery_and_regional_agree_on_where_a_policy_fails(
    sample: Path, sobol: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (sample, sobol):
        found = asked(capsys, path, "discovery", "--policy", "fusionner")
        assert "is below -0.25" in found["sentences"][0]  # harm of the smallest effect
        box = found["tables"]["box"]
        assert [row["input"] for row in box] == ["x_exit_hazard"]
        assert box[0]["low"] is None  # open
        inputs = asked(capsys, path, "regional", "--policy", "fusionner")["tables"]["inputs"]
        assert inputs[0]["input"] == "x_exit_hazard"
        assert inputs[0]["matters"]
    never = asked(capsys, sample, "discovery", "--policy", "fusionner", "--threshold", "-5")
    assert never["tables"]["box"] == []
    assert "there are none in these ranges" in never["sentences"][1]


def test_parameters_take_the_place_of_numbers_of_draws(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from simulator import accepted_set

    known, column = accepted_set.shipped(), 3
    middle = float(np.median(known.numbers[:, column]))

    def by_draw(points: np.ndarray) -> np.ndarray:
        rows = [known.row(int(draw), 2026) for draw in points[:, 0]]
        return np.where(known.numbers[rows, column] > middle, -1.0, 1.0)

    functions = {"fil-de-l-eau": nothing, "fusionner": by_draw, "choc-regional": nothing}
    uncertainties = "{sample: accepted, draws: 200}"
    path = folder(tmp_path / "d", "{kind: list, points: [{}]}", functions, uncertainties)
    inputs = asked(capsys, path, "regional", "--policy", "fusionner")["tables"]["inputs"]
    assert inputs[0]["input"] == f"x_{known.names[column]}"
    assert inputs[0]["distance"] == pytest.approx(1.0)


def test_robustness_vanishing_layers_and_convergence(
    sample: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = pd.read_parquet(sample / "outcomes.parquet")
    level = found.loc[found["scenario"] == "fil-de-l-eau", "y"].mean() + 0.5
    policies = asked(capsys, sample, "robustness", f"--threshold={level}")
    firsts = {(row["measure"], row["threshold"]): row for row in policies["tables"]["agreement"]}
    assert firsts["worst_case", None]["best"] == "fil-de-l-eau"
    assert firsts["satisficing", level]["best"] in ("fusionner", "choc-regional")
    rows = {row["policy"]: row for row in policies["tables"]["policies"]
            if row["threshold"] == level}  # fmt: skip
    assert rows["fil-de-l-eau"]["value"] == 0.0
    assert rows["fusionner"]["value"] == pytest.approx(0.25, abs=0.05)
    vanishing = asked(capsys, sample, "vanishing", "--policy", "fusionner", "--threshold", "0")
    crossing = {row["input"]: row for row in vanishing["tables"]["crossings"]}
    hazard = crossing["x_exit_hazard"]
    assert hazard["crossing"] == pytest.approx(hazard["middle"], rel=0.03)
    layers = asked(capsys, sample, "layers", "--policy", "fusionner")["tables"]["layers"]
    shares = {row["layer"]: row["share"] for row in layers}
    assert shares["design"] == pytest.approx(1.0)  # luck is shared: pairing takes it away
    convergence = asked(capsys, sample, "convergence")
    assert [row["replicates"] for row in convergence["tables"]["replicates"]] == [2, 3, 2, 3]


def test_tables_are_printed_and_written(
    sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "csv"
    assert run(["experiment", "analyse", str(sample), "regional", "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "regional: y, compared with fil-de-l-eau" in printed
    assert "x_exit_hazard" in printed
    assert max(map(len, printed.splitlines()[:10])) <= 100
    table = pd.read_csv(out / "regional-inputs.csv")
    assert set(table["policy"]) == {"fusionner", "choc-regional"}
    assert len(table) == 6


def test_names_are_checked(
    sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    assert "did you mean fusionner" in refused(capsys, sample, "layers", "--policy", "fusioner")
    assert "unknown outcome 'jobs'" in refused(capsys, sample, "layers", "--outcome", "jobs")
    assert "compared with itself" in refused(
        capsys, sample, "layers", "--policy", "fusionner", "--reference", "fusionner"
    )
    refused(capsys, tmp_path / "nowhere", "layers")


def test_a_failed_point_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder(tmp_path / "f", "{kind: sobol, n: 8}", POLICIES)
    found = pd.read_parquet(path / "outcomes.parquet")
    found[found["design_id"] != 4].to_parquet(path / "outcomes.parquet")
    assert "1 of 40 design points have no outcome in 'fusionner': 4" in refused(
        capsys, path, "sobol"
    )
