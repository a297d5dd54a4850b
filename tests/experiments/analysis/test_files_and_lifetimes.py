"""Questions to Parquet files, and survival of every unit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.queries import fan
from experiments.analysis.survival import mean_survival
from simulator.problems import InputError


def parts(folder: Path, units: int) -> list[Path]:
    """Files of one unit each, as an experiment writes them."""
    files = []
    random = np.random.default_rng(4)
    for unit in range(units):
        rows = pd.DataFrame(
            {
                "design_id": unit, "replicate": 0,
                "scenario": pd.Categorical(np.repeat(["base", "policy"], 3)),
                "quarter": pd.Categorical(["2025Q4", "2026Q1", "2026Q2"] * 2),
                "dimension": pd.Categorical(["all"] * 6), "group": pd.Categorical(["all"] * 6),
                "jobs_fte": random.normal(100.0, 5.0, 6),
            }
        )  # fmt: skip
        files.append(folder / f"part-{unit}.parquet")
        rows.to_parquet(files[-1])
    return files


def test_a_fan_is_that_of_pandas(tmp_path: Path) -> None:
    files = parts(tmp_path, 60)
    found = fan(files, "jobs_fte")
    table = pd.concat(pd.read_parquet(file) for file in files)
    grouped = table.groupby(["scenario", "quarter"], observed=True)["jobs_fte"]
    expected = grouped.quantile([0.05, 0.25, 0.5, 0.75, 0.95]).unstack()
    assert list(found["scenario"] + found["quarter"]) == [s + q for s, q in expected.index]
    columns = ["low", "low_50", "median", "high_50", "high"]
    np.testing.assert_allclose(found[columns], expected)
    np.testing.assert_allclose(found["mean"], grouped.mean())
    assert (found["units"] == 60).all()


def test_few_units_have_a_range_and_no_5_percent_quantile(tmp_path: Path) -> None:
    found = fan(parts(tmp_path, 20), "jobs_fte")
    assert found[["low", "high"]].isna().all().all()
    assert (found["lowest"] < found["low_50"]).all()


def test_a_fan_of_nothing_is_refused(tmp_path: Path) -> None:
    files = parts(tmp_path, 2)
    with pytest.raises(InputError, match="did you mean jobs_fte"):
        fan(files, "job_fte")
    with pytest.raises(InputError, match="no rows of dimension 'sector'"):
        fan(files, "jobs_fte", "sector")
    with pytest.raises(InputError, match="no Parquet file"):
        fan([], "jobs_fte")


def test_mean_survival_counts_the_cohort_by_weight() -> None:
    lives = pd.DataFrame(
        [
            (0, 0, "base", 1.0, "2025Q4", None),
            (0, 0, "base", 3.0, "2025Q4", "2026Q2"),
            (0, 0, "base", 9.0, "2026Q1", "2026Q2"),  # entered later: another cohort
            (1, 0, "base", 2.0, "2025Q4", None),
            (0, 0, "policy", 1.0, "2025Q4", "2026Q4"),
        ],
        columns=["design_id", "replicate", "scenario", "weight", "entry_quarter", "exit_quarter"],
    )
    found = mean_survival(lives, horizon=4).set_index(["design_id", "scenario"])["mean_survival"]
    assert found[0, "base"] == pytest.approx((1 * 4 + 3 * 2) / 4)
    assert found[1, "base"] == pytest.approx(4.0)
    assert found[0, "policy"] == pytest.approx(4.0)
    shorter = mean_survival(lives, horizon=1)["mean_survival"]
    assert (shorter == 1.0).all()
    with pytest.raises(InputError, match="record lifetimes in the plan"):
        mean_survival(lives.drop(columns="weight"), 4)
