"""Experiments with failed units, or unfinished ones: what is there is analysed, and told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from experiments.analysis.seen import seen
from experiments.results import ExperimentResults
from simulator.command import run
from simulator.problems import InputError
from tests.experiments.analysis.test_analyse_command import POLICIES, asked, folder, refused

HYPERCUBE = "{kind: latin_hypercube, n: 200}"


def without(source: Path, target: Path, keys: set[tuple[int, int]], failed: bool) -> Path:
    """A copy in which units (design_id, replicate) failed, or are still to be played."""
    shutil.copytree(source, target)
    for name in ("outcomes", "runs"):
        table = pd.read_parquet(target / f"{name}.parquet")
        lost = pd.MultiIndex.from_frame(table[["design_id", "replicate"]]).isin(list(keys))
        if name == "runs" and failed:
            table.loc[lost, "status"] = "failed"
        else:
            table = table[~lost]
        table.to_parquet(target / f"{name}.parquet", index=False)
    if not failed:
        (target / "parts" / "00000").mkdir(parents=True)
        for name in ("outcomes", "runs"):
            (target / f"{name}.parquet").rename(target / "parts" / "00000" / f"{name}.parquet")
        manifest = target / "manifest.json"
        manifest.write_text(manifest.read_text().replace('"files": {}', '"other": {}'))
    return target


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder(tmp_path_factory.mktemp("a") / "l", HYPERCUBE, POLICIES)


@pytest.mark.parametrize(
    "analysis", ["robustness", "discovery", "regional", "vanishing", "layers", "convergence"]
)
def test_a_failed_point_is_left_out_of_what_allows_it(
    tmp_path: Path, whole: Path, capsys: pytest.CaptureFixture[str], analysis: str
) -> None:
    path = without(whole, tmp_path / "f", {(17, 1), (60, 0), (60, 1), (60, 2)}, failed=True)
    found = asked(capsys, path, analysis, "--policy", "fusionner")
    assert any("2 of 200 points are left out" in sentence for sentence in found["sentences"])
    assert not any(
        "left out" in sentence
        for sentence in asked(capsys, whole, analysis, "--policy", "fusionner")["sentences"]
    )


def test_what_leaves_more_is_left_out(tmp_path: Path, whole: Path) -> None:
    every = {(point, 1) for point in range(0, 200, 2)}  # a replicate that fails at half the points
    kept = seen(ExperimentResults.load(without(whole, tmp_path / "r", every, failed=True)))
    assert kept.replicates == (0, 2) and len(kept.points) == 200
    assert (kept.failing_points, kept.failing_replicates) == (0, 1)
    few = {(point, 1) for point in range(20)}
    kept = seen(ExperimentResults.load(without(whole, tmp_path / "p", few, failed=True)))
    assert kept.replicates == (0, 1, 2) and set(kept.points) == set(range(20, 200))
    all_of_them = {(point, replicate) for point in range(200) for replicate in range(3)}
    path = without(whole, tmp_path / "n", all_of_them, failed=True)
    with pytest.raises(InputError, match="600 failed; go on with --resume"):
        seen(ExperimentResults.load(path))


def test_blocks_that_lack_a_point_are_dropped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for kind, analysis, table, size in (
        ("{kind: sobol, n: 64}", "sobol", "indices", 62),
        ("{kind: morris, trajectories: 12}", "morris", "effects", 10),
    ):
        source = folder(tmp_path / f"{analysis}-whole", kind, POLICIES)
        # The first block lacks two points, another one has one that failed once.
        path = without(source, tmp_path / analysis, {(0, 0), (2, 1), (23, 2)}, failed=True)
        found = asked(capsys, path, analysis, "--policy", "fusionner")
        rows = found["tables"][table]
        assert {row["size"] for row in rows} == {size}
        assert rows[0]["input"] == "x_exit_hazard"
        assert any("2 of" in s and "are left out whole" in s for s in found["sentences"])


def test_an_unfinished_experiment_is_looked_at_on_purpose_only(
    tmp_path: Path, whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = {(point, 2) for point in range(50, 200)}
    path = without(whole, tmp_path / "u", missing, failed=False)
    for arguments in ([path, "robustness"], [path, "sobol"]):
        told = refused(capsys, *arguments)
        assert "150 of 600 units are missing" in told
        assert "--resume" in told and "--allow-incomplete" in told
    assert run(["experiment", "report", str(path)]) == 2
    told = capsys.readouterr().err
    assert "150 of 600 units are missing" in told and "--allow-incomplete" in told
    found = asked(capsys, path, "robustness", "--allow-incomplete")
    assert {row["replicates"] for row in found["tables"]["policies"]} == {2}
    assert any("unfinished: 150 of 600" in sentence for sentence in found["sentences"])
    # The same two replicates of the whole experiment say the same.
    cut = without(whole, tmp_path / "c", {(point, 2) for point in range(200)}, failed=True)
    again = asked(capsys, cut, "robustness")
    assert again["tables"] == found["tables"]

    early = without(
        whole, tmp_path / "e",
        {(p, r) for p in range(200) for r in range(3) if r or p > 9}, failed=False,
    )  # fmt: skip
    told = refused(capsys, early, "robustness", "--allow-incomplete")
    assert "no replicate" in told and "10 units are done" in told
