"""An experiment's numbers are those of `simulate`, and any program reads them."""

from __future__ import annotations

import hashlib
import json
import math
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars
import pyarrow.parquet as pq
import pytest

import experiments
import simulator as sim
from experiments.plan import load_plan
from experiments.results import ExperimentResults
from experiments.store.status import status
from experiments.verify import verify
from simulator import simulation
from simulator.command import run as command
from simulator.compare import pairs
from simulator.problems import InputError
from simulator.results_folder import file_entry
from tests.cli.test_commands import validated
from tests.experiments.small import write_plan


def test_outcomes_are_what_simulate_and_compare_give(finished: Path) -> None:
    results = ExperimentResults.load(finished)
    plan = results.plan
    for design_id in (0, 4):
        point = results.design.loc[design_id].to_dict()
        alone = sim.simulate(
            plan.scenarios_of(point)[1:], population="demo", replicates=3, seed=11, quarters=2,
            workers=1, set={"inertia": float(plan.parameters_of(point)["inertia"])},
        )  # fmt: skip
        mine = results.outcomes[results.outcomes["design_id"] == design_id]
        wide = mine.pivot(index="replicate", columns="scenario", values=["jobs", "culture"])
        for name, code, by, at, group in (
            ("jobs", "jobs_fte", None, "2026Q2", "all"),
            ("culture", "survival", "sector", "2026Q1", "CULTURE"),
        ):
            (pair,) = (p for p in pairs(alone, code, by, at) if p.keys["group"] == group)
            assert wide[name]["rabot-10"].tolist() == pair.values.tolist()
            assert wide[name]["fil-de-l-eau"].tolist() == pair.against.tolist()
        assert wide["jobs"]["rabot-10"].nunique() == 3
        expected = alone.rows("sector")
        found = results.trajectories.query("design_id == @design_id and dimension == 'sector'")
        pd.testing.assert_series_equal(
            found.sort_values(["scenario", "replicate", "quarter", "group"])["jobs_fte"],
            expected.sort_values(["scenario", "replicate", "quarter", "group"])["jobs_fte"],
            check_index=False,
        )
        lives = results.lifetimes.query("design_id == @design_id")
        assert len(lives) == len(alone.lifetimes)
        assert lives["exit_cause"].count() == alone.lifetimes["exit_cause"].count()


def test_frames_are_tidy_and_joined_by_design_point(finished: Path) -> None:
    results = experiments.Results.load(finished)
    assert list(results.design.columns) == ["x_inertia", "l_depth"]
    assert results.design.index.name == "design_id"
    assert list(results.outcomes.columns) == [
        "design_id", "replicate", "scenario", "jobs", "culture",
    ]  # fmt: skip
    assert len(results.outcomes) == 7 * 3 * 2
    assert len(results.runs) == 7 * 3 and set(results.runs["status"]) == {"done"}
    long = results.long()
    assert list(long.columns) == ["design_id", "replicate", "scenario", "outcome", "value"]
    assert len(long) == 2 * len(results.outcomes)
    # Deeper cuts lose more jobs.
    wide = results.outcomes.pivot(
        index=["design_id", "replicate"], columns="scenario", values="jobs"
    )
    lost = (wide["rabot-10"] - wide["fil-de-l-eau"]).groupby("design_id").mean()
    assert lost.corr(results.design["l_depth"]) > 0.9


def test_the_folder_is_one_data_set_for_any_program(finished: Path) -> None:
    results = ExperimentResults.load(finished)
    expected = results.outcomes["jobs"].sum()
    where = str(finished / "outcomes.parquet")
    found = duckdb.sql(
        f"select sum(jobs), count(distinct l_depth) from '{where}' "
        f"join '{finished / 'design.parquet'}' using (design_id)"
    ).fetchall()
    assert found[0][1] == 7
    assert math.isclose(found[0][0], expected)
    assert math.isclose(polars.read_parquet(where)["jobs"].sum(), expected)
    assert math.isclose(pd.read_parquet(where)["jobs"].sum(), expected)
    quarters = polars.scan_parquet(finished / "trajectories.parquet").select("quarter").unique()
    assert set(quarters.collect()["quarter"]) == {"2025Q4", "2026Q1", "2026Q2"}

    package = json.loads((finished / "datapackage.json").read_text())
    manifest = json.loads((finished / "manifest.json").read_text())
    names = {resource["name"] for resource in package["resources"]}
    assert names == {"design", "runs", "outcomes", "trajectories", "lifetimes"}
    for resource in package["resources"]:
        content = (finished / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert manifest["files"][resource["name"]]["bytes"] == len(content)
        fields = resource["schema"]["fields"]
        assert [f["name"] for f in fields] == pq.read_schema(finished / resource["path"]).names
        undescribed = [f["name"] for f in fields if not f.get("description")]
        assert not undescribed, resource["name"]
    assert load_plan(finished / "plan.resolved.yaml").digest == manifest["plan"]["sha256"]
    assert "# A comment" in (finished / "plan.yaml").read_text()
    for scenario in ("fil-de-l-eau", "rabot-10"):
        assert sim.load_scenario(finished / "scenarios" / f"{scenario}.yaml").id == scenario


def test_commands_tell_and_export_what_is_there(
    tmp_path: Path, finished: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(["experiment", "status", str(finished), "--json"]) == 0
    told = validated("experiment-status", capsys.readouterr().out)
    assert (told["state"], told["units"], told["done"], told["failed"]) == ("finished", 21, 21, 0)
    for format in ("csv", "parquet"):
        out = tmp_path / format
        arguments = ["experiment", "export", str(finished), "--format", format, "--out", str(out)]
        assert command(arguments) == 0
        read = pd.read_csv if format == "csv" else pd.read_parquet
        results = ExperimentResults.load(finished)
        pd.testing.assert_frame_equal(read(out / f"outcomes.{format}"), results.outcomes)
        assert len(read(out / f"lifetimes.{format}")) == len(results.lifetimes)
        assert command(arguments) == 2, "never over something that is there"
    assert command(["experiment", "status", str(tmp_path)]) == 2
    assert "does not hold an experiment" in capsys.readouterr().err


def test_failed_units_are_rows_that_others_outlive(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = simulation.simulate_unit

    def impossible(scenarios: Any, *others: Any) -> Any:
        if scenarios[1].levers[0].change[2026] < -0.25:
            raise ZeroDivisionError("division by zero")
        return sound(scenarios, *others)

    monkeypatch.setattr(simulation, "simulate_unit", impossible)
    with ThreadPoolExecutor(1) as threads:
        plan = write_plan(tmp_path, ("record: [lifetimes]\n", ""))
        results = experiments.run(plan, tmp_path / "out", executor=threads, workers=1)
    failed = results.runs[results.runs["status"] == "failed"]
    deep = results.design.index[results.design["l_depth"] < -0.25]
    assert 0 < len(deep) < 7
    assert set(failed["design_id"]) == set(deep) and len(failed) == 3 * len(deep)
    assert failed["error"].iloc[0] == "ZeroDivisionError: division by zero"
    assert "in impossible" in failed["traceback"].iloc[0]
    assert set(results.outcomes["design_id"]) == set(range(7)) - set(deep)
    with pytest.raises(InputError, match="lifetimes were not recorded"):
        _ = results.lifetimes
    assert command(["experiment", "status", str(tmp_path / "out"), "--json"]) == 0
    told = validated("experiment-status", capsys.readouterr().out)
    assert told["failed"] == len(failed)
    assert told["failures"][0]["error"].startswith("ZeroDivisionError")


def changed(folder: Path, to: Path, table: str, column: str, value: Any) -> Path:
    """A copy of an experiment with one value of every unit changed."""
    shutil.copytree(folder, to)
    frame = pd.read_parquet(to / f"{table}.parquet")
    first = frame.groupby(["design_id", "replicate"]).head(1).index
    frame.loc[first, column] = value(frame.loc[first, column])
    file = to / f"{table}.parquet"
    frame.to_parquet(file)
    manifest = json.loads((to / "manifest.json").read_text())
    manifest["files"][table] = file_entry(file)  # as if the run itself had given it
    (to / "manifest.json").write_text(json.dumps(manifest))
    return to


def test_verify_proves_bits_and_tells_where_they_part(
    tmp_path: Path, finished: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(["experiment", "verify", str(finished), "--sample", "2", "--workers", "1"]) == 0
    assert capsys.readouterr().out.count("identical") == 2

    ulp = changed(finished, tmp_path / "ulp", "outcomes", "jobs", lambda v: np.nextafter(v, 0))
    found = verify(ulp, sample=1, seed=1, workers=1)
    assert not found.holds and found.units[0].verdict == "same fates"
    assert 0 < found.units[0].largest < 1e-15
    assert found.units[0].first.startswith("outcomes, fil-de-l-eau: jobs ")
    manifest = (ulp / "manifest.json").read_text().replace('"AVX", ', "", 1)
    (ulp / "manifest.json").write_text(manifest)
    elsewhere = verify(ulp, sample=1, seed=1, workers=1)
    assert elsewhere.holds and "another processor" in elsewhere.platform

    far = changed(finished, tmp_path / "far", "outcomes", "jobs", lambda v: v * 1.001)
    manifest = (far / "manifest.json").read_text().replace('"AVX", ', "", 1)
    (far / "manifest.json").write_text(manifest)
    assert not verify(far, sample=1, seed=1, workers=1).holds  # no rounding is that large

    fates = changed(finished, tmp_path / "fates", "runs", "fates", lambda v: "others")
    assert command(["experiment", "verify", str(fates), "--sample", "1", "--workers", "1"]) == 1
    assert "different fates" in capsys.readouterr().out


def test_a_table_that_was_touched_or_lost_is_told(tmp_path: Path, finished: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(finished, folder)
    with (folder / "outcomes.parquet").open("ab") as file:
        file.write(b" ")
    with pytest.raises(InputError, match=r"outcomes\.parquet is missing, damaged or not what was"):
        verify(folder, sample=1, workers=1)
    (folder / "outcomes.parquet").unlink()
    with pytest.raises(InputError, match=r"outcomes\.parquet is missing"):
        status(folder)
    with pytest.raises(InputError, match=r"outcomes\.parquet is missing"):
        experiments.run(ExperimentResults.load(folder).plan, folder, resume=True)
    (folder / "manifest.json").write_text("{bad")
    assert command(["experiment", "status", str(folder)]) == 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("null", "does not hold an experiment"),
        ("[" * 100_000, "damaged"),
        ('{"plan": {}, "format": 2}', "newer than this version"),
        ('{"plan": {}, "format": "1"}', "damaged"),
        ('{"plan": {}, "format": 1, "files": "x"}', "damaged"),
    ],
    ids=["null", "deep", "newer", "text", "files"],
)
def test_an_edited_manifest_is_refused(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=told):
        status(tmp_path)


def test_nothing_is_exported_without_a_table_that_is_lost(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = shutil.copytree(finished, tmp_path / "copy")
    (copy / "runs.parquet").unlink()
    out = tmp_path / "out"
    assert command(["experiment", "export", str(copy), "--format", "csv", "--out", str(out)]) == 2
    assert "runs.parquet is missing" in capsys.readouterr().err and not out.exists()
