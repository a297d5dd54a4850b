"""PRIM and scenario discovery: a known box, another implementation's boxes, and pure noise."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.analysis import prim
from experiments.analysis.discovery import Discovery, discover, failing
from experiments.analysis.frames import response
from experiments.analysis.regional import regional
from simulator.problems import InputError
from tests.experiments.analysis.fabricated_outcomes import nothing, outcomes, uniform
from tests.experiments.analysis.known_box import cases, cases_by_structure, in_known_box

REFERENCE = json.loads(Path(__file__).with_name("reference_boxes.json").read_text("utf-8"))


def limit_of(written: list[Any]) -> prim.Limit:
    if isinstance(written[0], str):
        return frozenset(written)
    low, high = written
    return (-math.inf if low is None else low, math.inf if high is None else high)


@pytest.mark.parametrize(
    ("name", "made"),
    [("numbers", cases), ("structure", cases_by_structure)],
    ids=["numbers", "structure"],
)
def test_boxes_are_those_of_ema_workbench(name: str, made: Any) -> None:
    design, hit = made()
    boxes = prim.trajectory(design, hit)
    assert len(boxes) == REFERENCE[name]["steps"]
    path = prim.statistics(design, hit, boxes)
    for told in REFERENCE[name]["boxes"]:
        box, row = boxes[told["step"]], path.iloc[told["step"]]
        limits = {key: limit_of(value) for key, value in told["limits"].items()}
        assert set(box.limits) == set(limits)
        for key, limit in limits.items():
            if isinstance(limit, frozenset):
                assert box.limits[key] == limit
            else:
                assert box.limits[key] == pytest.approx(limit, rel=1e-12)
        for key in ("coverage", "density", "mass"):
            assert row[key] == pytest.approx(told[key], rel=1e-12)
        chance = prim.quasi_p(design, hit, box)
        for one in chance.itertuples():
            of = told["quasi_p"][one.input][1 if one.side == "high" else 0]
            assert one.quasi_p == pytest.approx(of, rel=1e-6)


def discovery(made: tuple[pd.DataFrame, np.ndarray], **how: Any) -> Discovery:
    design, hit = made
    return discover(design, pd.Series(hit, design.index), **how)


def test_the_known_box_comes_back_and_nothing_else() -> None:
    found = discovery(cases())
    assert found.found
    box = found.box.set_index("input")
    assert set(box.index) == {"x_1", "x_2", "x_3"}
    assert box.loc["x_1", ["low", "high"]].tolist() == pytest.approx([0.2, 0.6], abs=0.03)
    assert box.loc["x_2", "low"] == pytest.approx(0.5, abs=0.03)
    assert box.loc["x_2", "high"] == math.inf
    assert box.loc["x_3", "high"] == pytest.approx(0.7, abs=0.03)
    assert (box["support"] == 1.0).all()
    quality = found.quality.iloc[0]
    assert quality["density"] == pytest.approx(0.9, abs=0.04)
    assert quality["held_out_density"] == pytest.approx(0.9, abs=0.06)
    assert quality["coverage"] == pytest.approx(0.126 / (0.126 + 0.86 * 0.05), abs=0.06)
    others = found.support.set_index("input")["support"].drop(["x_1", "x_2", "x_3"])
    assert others.max() < 0.5
    assert found.trajectory["chosen"].sum() == 1


def test_a_structure_can_be_what_makes_a_policy_fail() -> None:
    found = discovery(cases_by_structure(1000), halves=8)
    box = found.box.set_index("input")
    assert box.loc["structure", "categories"] == "contest_only, default"
    assert box.loc["x_1", "low"] == pytest.approx(0.4, abs=0.04)


def test_no_box_in_noise() -> None:
    for seed in range(4):
        random = np.random.RandomState(seed)
        design = uniform(400, 6, seed=100 + seed)
        found = discover(design, pd.Series(random.random_sample(400) < 0.3, design.index))
        assert not found.found
        assert found.box.empty
        assert found.why
        assert found.quality.iloc[0]["mass"] == 1.0  # no restriction


def test_never_everywhere_and_too_few_are_answers() -> None:
    design = uniform(200, 3)
    for count, words in ((0, "there are none"), (200, "everywhere"), (5, "20 of either kind")):
        found = discover(design, pd.Series(np.arange(200) < count, design.index))
        assert not found.found
        assert words in found.why


def test_a_target_chooses_the_box() -> None:
    wide = discovery(cases(1000), coverage=0.9, halves=4)
    assert wide.trajectory.loc[wide.trajectory["chosen"], "coverage"].iloc[0] >= 0.9
    dense = discovery(cases(1000), density=0.85, halves=4)
    assert dense.trajectory.loc[dense.trajectory["chosen"], "density"].iloc[0] >= 0.85
    never = discovery(cases(1000), density=1.0, halves=4)
    assert not never.found
    with pytest.raises(InputError, match="cannot both be a target"):
        discovery(cases(1000), coverage=0.5, density=0.5)
    with pytest.raises(InputError, match="is no share"):
        discovery(cases(1000), coverage=50)


def test_rows_may_come_in_any_order() -> None:
    design, hit = cases(600)
    told = pd.Series(hit, design.index)
    one = discover(design, told, halves=4)
    other = discover(
        design.sample(frac=1.0, random_state=2), told.sample(frac=1.0, random_state=3), halves=4
    )
    pd.testing.assert_frame_equal(one.box, other.box)


def test_whole_numbers_and_equal_values_are_no_obstacle() -> None:
    design = uniform(500, 2)
    design["x_1"] = (design["x_1"] * 5).astype("int64")
    hit = pd.Series(design["x_1"] >= 3, design.index)
    box = discover(design, hit, halves=4).box.set_index("input")
    assert list(box.index) == ["x_1"]
    assert 2 < box.loc["x_1", "low"] <= 3


def test_failing_is_read_from_the_mean_of_paired_differences() -> None:
    design, _ = cases(300)

    def harm(points: np.ndarray) -> np.ndarray:
        return np.where(in_known_box(pd.DataFrame(points, columns=design.columns)), -2.0, 1.0)

    found = outcomes(design, {"base": nothing, "policy": harm}, replicates=20, shared=9.0, own=1.0)
    values = response(design, found, "y", "policy", "base")
    assert (failing(design, values, 0.0).to_numpy() == in_known_box(design)).all()
    assert (failing(design, values, 0.0, "above").to_numpy() != in_known_box(design)).all()
    with pytest.raises(InputError, match="is no number"):
        failing(design, values, math.nan)


def test_regional_sensitivity_names_the_inputs_of_the_box() -> None:
    design, hit = cases()
    found = regional(design, pd.Series(hit, design.index))
    assert list(found["input"][:3]) == ["x_2", "x_1", "x_3"]
    assert found["matters"].tolist() == [True] * 3 + [False] * 4
    assert (found["p_adjusted"] >= found["p"]).all()
    by_structure, hit = cases_by_structure(1000)
    found = regional(by_structure, pd.Series(hit, by_structure.index)).set_index("input")
    assert found.loc["structure", "others_at"] == "cascade_off"
    assert set(found.index[found["matters"]]) == {"x_1", "structure"}
    with pytest.raises(InputError, match="too few of one kind"):
        regional(design, pd.Series(False, design.index))


def test_the_distance_is_that_of_kolmogorov_and_smirnov() -> None:
    design = uniform(1000, 2)
    design["x_1"] = (np.arange(1000) + 0.5) / 1000
    found = regional(design, pd.Series(design["x_1"] > 0.7, design.index)).set_index("input")
    assert found.loc["x_1", "distance"] == pytest.approx(1.0)
    half = pd.Series((np.arange(1000) % 2 == 0) & (design["x_1"] > 0.5), design.index)
    found = regional(design, half).set_index("input")
    assert found.loc["x_1", "distance"] == pytest.approx(500 / 750, abs=0.002)
