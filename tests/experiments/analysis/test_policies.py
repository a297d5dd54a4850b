"""Robustness, vanishing differences, layers, intervals along replicates: known answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.analysis.convergence import along_replicates
from experiments.analysis.frames import response
from experiments.analysis.robustness import agreement, disagreement, robustness
from experiments.analysis.vanishing import vanishing
from experiments.analysis.variance import between_points, variance_by_layer
from simulator.problems import InputError
from tests.experiments.analysis.fabricated_outcomes import nothing, outcomes, uniform

DESIGN = uniform(200, 1, seed=3)


def steady(points: np.ndarray) -> np.ndarray:
    return np.full(len(points), 6.0)


def bold(points: np.ndarray) -> np.ndarray:
    """10, but 0 in the worst fifth."""
    return np.where(points[:, 0] < 0.2, 0.0, 10.0)


def cells(table: pd.DataFrame, measure: str, threshold: float | None = None) -> pd.DataFrame:
    rows = table[table["measure"] == measure]
    if threshold is not None:
        rows = rows[rows["threshold"] == threshold]
    return rows.set_index("policy")


def test_measures_have_their_known_values_and_disagree() -> None:
    found = outcomes(DESIGN, {"steady": steady, "bold": bold}, replicates=8, shared=0.1)
    table = robustness(DESIGN, found, "y", ["steady", "bold"], "higher", [5.0, 8.0], resamples=200)
    worst = float(np.mean(DESIGN["x_1"] < 0.2))
    luck = found[found["scenario"] == "steady"]["y"].mean() - 6.0
    assert cells(table, "worst_case")["value"].tolist() == pytest.approx([6 + luck, 0 + luck])
    assert cells(table, "maximum_regret")["value"].tolist() == pytest.approx([4.0, 6.0])
    assert cells(table, "regret_90")["value"].tolist() == pytest.approx([4.0, 6.0])
    assert cells(table, "satisficing", 5.0)["value"].tolist() == pytest.approx([1.0, 1 - worst])
    assert cells(table, "satisficing", 8.0)["value"].tolist() == pytest.approx([0.0, 1 - worst])
    firsts = agreement(table)
    assert firsts["best"].tolist() == ["steady", "steady", "steady", "steady", "bold"]
    assert firsts["verdict"].tolist() == ["clear"] * 5
    said = disagreement(table)
    assert said.startswith("the measures disagree")
    assert "bold by satisficing at 8" in said


def test_lower_can_be_better() -> None:
    found = outcomes(DESIGN, {"steady": steady, "bold": bold})
    table = robustness(DESIGN, found, "y", ["steady", "bold"], "lower", [7.0], resamples=50)
    assert cells(table, "worst_case")["value"].tolist() == [6.0, 10.0]
    assert cells(table, "maximum_regret")["value"].tolist() == [6.0, 4.0]
    assert cells(table, "satisficing")["value"].tolist() == pytest.approx(
        [1.0, float(np.mean(DESIGN["x_1"] < 0.2))]
    )
    assert ((table["low"] <= table["high"]) & (table["value"] >= table["low"])).all()


def test_equal_policies_tie_and_close_ones_are_ambiguous() -> None:
    found = outcomes(DESIGN, {"one": bold, "two": bold})
    table = robustness(DESIGN, found, "y", ["one", "two"], "higher", [5.0], resamples=50)
    assert (table["rank"] == 1).all()
    assert set(agreement(table)["verdict"]) == {"tie"}
    noisy = outcomes(DESIGN, {"one": steady, "two": steady}, replicates=5, own=1.0)
    table = robustness(DESIGN, noisy, "y", ["one", "two"], "higher", [6.0], resamples=200)
    assert "ambiguous" in set(agreement(table)["verdict"])
    assert not (agreement(table)["verdict"] == "clear").all()


def test_regret_needs_two_policies() -> None:
    found = outcomes(DESIGN, {"one": bold})
    with pytest.raises(InputError, match="one is not enough"):
        robustness(DESIGN, found, "y", ["one"], "higher")


WIDE = uniform(240, 3, seed=9)


def fading(points: np.ndarray) -> np.ndarray:
    """A gain of 1 that is gone where x_1 reaches 0.8 (others in the middle); x_3 does nothing."""
    return 1.0 - 1.25 * points[:, 0] + 0.5 * (points[:, 1] - 0.5)


def test_where_a_difference_vanishes() -> None:
    found = outcomes(WIDE, {"base": nothing, "policy": fading}, replicates=3, shared=2.0)
    values = response(WIDE, found, "y", "policy", "base")
    told = vanishing(WIDE, values)
    truth = fading(WIDE.to_numpy()) <= 0
    assert told.sign == 1
    assert told.share == pytest.approx(truth.mean())
    assert told.r2 > 0.99
    rows = told.crossings.set_index("input")
    assert rows.loc["x_1", "crossing"] == pytest.approx(0.8, abs=0.02)
    assert rows["vanishes"].to_dict() == {"x_1": "yes", "x_2": "no", "x_3": "no"}
    assert np.isnan(rows.loc["x_2", "crossing"])
    assert told.box.found
    assert told.box.box.set_index("input").loc["x_1", "low"] > 0.6
    larger = vanishing(WIDE, values, smallest=0.25)
    assert larger.crossings.set_index("input").loc["x_1", "crossing"] == pytest.approx(
        0.6, abs=0.02
    )
    assert larger.share > told.share


def test_it_never_vanishes_is_an_answer() -> None:
    def gain(points: np.ndarray) -> np.ndarray:
        return -(2.0 + points[:, 0])

    found = outcomes(WIDE, {"base": nothing, "policy": gain})
    told = vanishing(WIDE, response(WIDE, found, "y", "policy", "base"))
    assert told.sign == -1
    assert told.answer.startswith("it never vanishes in these ranges")
    assert told.crossings["crossing"].isna().all()
    assert not told.box.found


def test_a_poor_surface_is_refused() -> None:
    found = outcomes(WIDE, {"base": nothing, "policy": nothing}, replicates=2, own=1.0)
    told = vanishing(WIDE, response(WIDE, found, "y", "policy", "base"))
    assert told.r2 < 0.7
    assert told.crossings.empty
    assert "0.7 is needed" in told.refused
    with pytest.raises(InputError, match="is no size"):
        vanishing(WIDE, response(WIDE, found, "y", "policy", "base"), smallest=-1.0)


def test_structures_are_told_apart() -> None:
    design = WIDE.assign(structure=np.where(np.arange(240) % 2, "default", "cascade_off"))
    numbers = outcomes(WIDE, {"base": nothing, "policy": lambda p: np.full(len(p), 1.0)})
    off = numbers["design_id"].isin(design.index[design["structure"] == "cascade_off"])
    numbers.loc[off & (numbers["scenario"] == "policy"), "y"] = -1.0
    told = vanishing(design, response(design, numbers, "y", "policy", "base"))
    shares = told.by_structure.set_index("structure")["share"]
    assert sorted(shares.to_dict().values()) == [0.0, 1.0]


def test_replicates_are_no_variance_of_the_design() -> None:
    design = uniform(300, 1, seed=2)

    def slope(points: np.ndarray) -> np.ndarray:
        return 2.0 * np.sqrt(12.0) * points[:, 0]  # deviation 2 over the unit range

    exact = float(np.var(slope(design.to_numpy()), ddof=1))
    noisy = response(design, outcomes(design, {"p": slope}, replicates=4, own=3.0), "y", "p")
    found = variance_by_layer(design, noisy).set_index("layer")
    assert found.loc["design", "variance"] == pytest.approx(exact, rel=0.2)
    assert found.loc["chance", "variance"] == pytest.approx(9.0, rel=0.2)
    assert noisy.mean(axis=1).var(ddof=1) > exact + 1.5  # what a naive reading would call design
    assert found.loc["design", "low"] < 4 / 13 < found.loc["design", "high"]
    assert "structure_not_varied" in str(found.loc["structure", "missing"])
    pure = response(design, outcomes(design, {"p": nothing}, replicates=4, own=3.0), "y", "p")
    assert between_points(pure) < 0.5


def test_structures_are_a_layer_where_every_point_was_run_under_each() -> None:
    base = uniform(60, 1, seed=2)
    design = pd.concat([base.assign(structure=name) for name in ("a", "b")]).sort_index(
        kind="stable"
    )
    design = design.reset_index(drop=True).rename_axis("design_id")
    shift = np.where(design["structure"] == "a", -3.0, 3.0)
    random = np.random.default_rng(1)
    values = pd.DataFrame(
        design["x_1"].to_numpy()[:, None] + shift[:, None] + random.standard_normal((120, 5)),
        design.index,
    )
    found = variance_by_layer(design, values).set_index("layer")
    assert found.loc["structure", "variance"] == pytest.approx(9.0, rel=0.1)
    assert found.loc["design", "variance"] == pytest.approx(1 / 12, abs=0.06)
    assert found["share"].sum() == pytest.approx(1.0)


def test_one_replicate_does_not_tell_chance_from_design() -> None:
    found = variance_by_layer(
        DESIGN, response(DESIGN, outcomes(DESIGN, {"p": bold}), "y", "p")
    ).set_index("layer")
    assert found["share"].isna().all()
    assert found.loc["chance", "missing"]


def test_intervals_narrow_along_replicates() -> None:
    design = uniform(50, 1)
    found = outcomes(design, {"base": nothing, "p": bold}, replicates=30, own=1.0)
    values = response(design, found, "y", "p", "base")
    table = along_replicates(values).set_index("replicates")
    assert table.index.tolist() == list(range(2, 31))
    half = values.std(axis=1, ddof=1) / np.sqrt(30) * stats.t.ppf(0.95, 29)
    assert table.loc[30, "half_width_median"] == pytest.approx(half.median())
    assert table.loc[30, "half_width_largest"] == pytest.approx(half.max())
    assert table.loc[30, "half_width_median"] < table.loc[10, "half_width_median"] / 1.4
    assert table.loc[30, "half_width_overall"] < table.loc[30, "half_width_median"] / 4
    with pytest.raises(InputError, match="one replicate has no interval"):
        along_replicates(values[[0]])
