"""What cannot be computed is missing and says why; the smallest populations get an answer."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from simulator import missing
from simulator.command import run
from simulator.compare import GAPS
from simulator.indicator import Ratio
from simulator.indicators import INDICATORS, RECORDED
from simulator.parameters import Parameters
from simulator.population import Population, load_population
from simulator.results import Results
from simulator.simulation import simulate
from tests.engine.worlds import subset

EVERYTHING = list(INDICATORS)
SCHEMA = Path(__file__).parents[2] / "docs" / "json" / "run.schema.json"
NOBODY_LEFT = {"exit_hazard": 1.0, "entry_rate": 0.0}


@pytest.fixture(scope="module")
def demo() -> Population:
    return load_population("demo")


@pytest.fixture(scope="module")
def emptied(demo: Population) -> Results:
    """Ten years in which everybody leaves and nobody enters."""
    few = subset(demo, np.arange(0, demo.organisations.rows, 40))
    return simulate(["rabot-40"], population=few, replicates=2, seed=1, workers=1, set=NOBODY_LEFT)


@pytest.fixture(scope="module")
def alone(demo: Population) -> Results:
    """One organisation, one world of each scenario, six years."""
    return simulate(
        ["tempete-parfaite"], population=subset(demo, np.array([0])), replicates=1, seed=1,
        workers=1, quarters=24,
    )  # fmt: skip


def test_every_reason_is_worded_and_every_ratio_has_one() -> None:
    for texts in (*missing.REASONS.values(), *GAPS.values()):
        assert texts["fr"] and texts["en"]
    divided_by = {
        i.formula.denominator for i in INDICATORS.values() if isinstance(i.formula, Ratio)
    }
    assert divided_by == set(missing.WITHOUT)
    assert set(missing.WITHOUT.values()) <= set(missing.REASONS)


@pytest.mark.parametrize("by", [None, "sector", "size", "funding_profile", "region_sector"])
def test_each_missing_value_has_exactly_one_reason(by: str | None, emptied: Results) -> None:
    """The table counts the values that are not numbers in the trajectories, all of them."""
    found = emptied.missing(EVERYTHING, by=by, at="all")
    rows = emptied.rows(by or "all", list(RECORDED))
    for code in RECORDED:
        told = found[(found["indicator"] == code) & (found["reason"] != "no_such_group")]
        assert told["worlds"].sum() == rows[code].isna().sum(), code
        assert not np.isinf(rows[code]).any(), code
    assert (found["worlds"] <= found["of"]).all()


def test_reasons_of_a_world_that_has_emptied(emptied: Results) -> None:
    found = emptied.missing(EVERYTHING).groupby("indicator")["reason"].agg(set)
    assert found["share_in_deficit"] == {"no_organisations"}
    assert found["cash_months_median"] == {"no_organisations"}
    assert found["public_euros_per_job_kept"] == {"no_jobs"}
    assert found["vulnerable_share"] == {"no_service"}
    assert found["served_per_public_euro"] <= {"no_public_euros"}
    assert not {"organisations", "survival", "jobs_fte", "unmet_need", "rmst"} & set(found.index)
    by_size = emptied.missing("unmet_need", by="size")
    assert set(by_size["reason"]) == {"not_by_dimension"}


def test_a_group_that_was_never_there_has_no_index(alone: Results) -> None:
    """One organisation: nine sectors have needs or votes, and nothing in 2025 to follow."""
    found = alone.missing(["survival", "volunteers_index", "rmst"], by="sector")
    assert set(found["reason"]) == {"nothing_in_2025"}
    assert (found.groupby(["indicator", "scenario"]).size() == 9).all()
    assert alone.missing(EVERYTHING).empty, "one organisation that is there has every indicator"


def test_a_comparison_says_what_it_lacks(alone: Results, emptied: Results) -> None:
    one = alone.compare("jobs_fte").iloc[0]
    assert np.isnan(one["low"]) and one["missing"] == "one_pair"
    gone = emptied.compare(["jobs_fte", "share_in_deficit"])
    assert list(gone["indicator"]) == ["jobs_fte"], "no pair, no row: `missing` tells why"
    row = gone.iloc[0]
    assert np.isnan(row["relative"])
    assert row["missing"].split() == ["reference_is_zero", "no_variance"]
    whole = emptied.compare("jobs_fte", at="2026Q4").iloc[0]
    assert whole["missing"] is None


def test_pairs_that_are_left_out_are_counted(emptied: Results) -> None:
    """Where the last organisation has left one world only, one pair of two is compared."""
    table = emptied.compare("share_in_deficit", at="all")
    part = table[table["pairs"] < 2]
    assert len(part) > 0
    assert part["missing"].str.contains("some_worlds").all()
    assert not table[table["pairs"] == 2]["missing"].str.contains("some_worlds", na=False).any()


@pytest.mark.parametrize("cohort", ["initial", "entrants", "by_age"])
@pytest.mark.parametrize("by", [None, "sector"])
def test_survival_where_nobody_leaves_or_enters(
    by: str | None, cohort: str, alone: Results
) -> None:
    """Curves stay at 1, and a cohort of nobody has no curve."""
    lives = alone.lifetimes
    assert lives["exit_quarter"].isna().all() and len(lives) == 2
    table = alone.survival(by, cohort)
    assert (len(table) == 0) == (cohort == "entrants")
    assert (table["survival"] == 1.0).all()
    assert {"rmst", "low", "incidence_liquidation"} <= set(table.columns)


@pytest.mark.parametrize("indicator", EVERYTHING)
def test_one_world_is_explained_without_an_interval(indicator: str, alone: Results) -> None:
    told = alone.explain(indicator, "tempete-parfaite", rerun=False)
    assert np.isnan(told.low)
    assert "nan" not in told.text("fr").lower().split()


# --- through the command ---
@pytest.mark.parametrize("replicates", ["1", "2"])
@pytest.mark.parametrize("rows", [[0], [500], [0, 500]], ids=["large", "small", "two"])
def test_one_and_two_rows_through_the_command(
    rows: list[int], replicates: str, demo: Population, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    tiny = subset(demo, np.array(rows))

    def load(name: str, parameters: Parameters | None = None) -> Population:
        return tiny

    monkeypatch.setattr("simulator.population.load_population", load)
    common = ["run", "tempete-parfaite", "--population", "demo", "--workers", "1", "--quarters",
              "16", "--replicates", replicates, "--layers", "--explain", "jobs_fte"]  # fmt: skip
    assert run([*common, "--out", str(tmp_path / "a")]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "nan" not in printed.lower().split()
    assert ("Dans une case : un seul monde" in printed) == (replicates == "1")
    assert len(Results.load(tmp_path / "a").lifetimes) >= 2 * int(replicates) * len(rows)
    assert run([*common, "--json", "--out", str(tmp_path / "b")]) == 0
    content = json.loads(capsys.readouterr().out)
    jsonschema.validate(content, json.loads(SCHEMA.read_text(encoding="utf-8")))
    gaps = {row["missing"] for row in content["comparisons"]}
    assert any("one_pair" in (gap or "") for gap in gaps) == (replicates == "1")


def test_a_world_that_empties_says_so_under_the_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The smallest population that a file can describe: a row for each size class."""
    file = tmp_path / "corse.yaml"
    file.write_text(
        "format: 1\nid: corse-sport\nregions: [COR]\nsectors: [SPORT]\n"
        "weights: {XS: 1000, S: 1000, M: 1000, L: 200, XL: 50, XXL: 1}\n",
        encoding="utf-8",
    )
    common = ["run", "rabot-40", "--population", str(file), "--workers", "1", "--replicates", "2"]
    common += ["--set", "exit_hazard=1", "--set", "entry_rate=0", "--language", "en"]
    assert run([*common, "--out", str(tmp_path / "out")]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "missing value, no organisation there (worlds: 2 of 2): Median cash (months)" in printed
    assert "In a cell: the reference is 0: no relative difference." in printed
    assert run([*common, "--json", "--out", str(tmp_path / "json")]) == 0
    content = json.loads(capsys.readouterr().out)
    jsonschema.validate(content, json.loads(SCHEMA.read_text(encoding="utf-8")))
    missing_of = {row["indicator"]: row["reason"] for row in content["missing"]}
    assert missing_of["share_in_deficit"] == "no_organisations"
    file.write_text(file.read_text(encoding="utf-8") + "rows: 1\n", encoding="utf-8")
    assert run([*common, "--out", str(tmp_path / "one")]) == 2
    assert "corse.yaml:6:7: rows: 1 is not allowed here" in capsys.readouterr().err
