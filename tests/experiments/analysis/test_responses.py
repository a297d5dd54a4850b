"""What every analysis starts from: joined by name, paired, finite, complete."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.analysis.frames import inputs_of, joined, regions_of, response
from simulator.problems import InputError
from tests.experiments.analysis.fabricated_outcomes import outcomes, uniform


def policy(points: np.ndarray) -> np.ndarray:
    return 3.0 + points[:, 0]


def reference(points: np.ndarray) -> np.ndarray:
    return points[:, 0] ** 2


DESIGN = uniform(12, 2)
OUTCOMES = outcomes(DESIGN, {"base": reference, "policy": policy}, replicates=4, shared=9.0)


def refused(text: str, design: pd.DataFrame = DESIGN, found: pd.DataFrame = OUTCOMES) -> None:
    with pytest.raises(InputError) as error:
        response(design, found, "y", "policy", "base")
    assert text in str(error.value)


def test_luck_that_both_share_leaves_the_paired_difference() -> None:
    found = response(DESIGN, OUTCOMES, "y", "policy", "base")
    assert found.shape == (12, 4)
    truth = policy(DESIGN.to_numpy()) - reference(DESIGN.to_numpy())
    np.testing.assert_allclose(found, np.repeat(truth[:, None], 4, axis=1), atol=1e-12)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**31))
def test_the_order_of_rows_is_nothing(seed: int) -> None:
    shuffled = OUTCOMES.sample(frac=1.0, random_state=seed)
    found = response(DESIGN, shuffled, "y", "policy", "base")
    pd.testing.assert_frame_equal(found, response(DESIGN, OUTCOMES, "y", "policy", "base"))
    design = DESIGN.sample(frac=1.0, random_state=seed)
    again = response(design, shuffled, "y", "policy", "base")
    assert list(again.index) == list(design.index)
    pd.testing.assert_frame_equal(again.sort_index(), found)
    pd.testing.assert_frame_equal(
        joined(design, found).sort_index(), joined(DESIGN, found)
    )  # joined by design_id


def test_what_is_not_finite_is_refused_by_name() -> None:
    for bad in (np.nan, np.inf):
        found = OUTCOMES.copy()
        at = (found["design_id"] == 7) & (found["replicate"] == 2) & (found["scenario"] == "policy")
        found.loc[at, "y"] = bad
        refused("design_id 7 replicate 2", found=found)


def test_points_without_outcomes_are_named() -> None:
    refused("1 of 12 design points have no outcome in 'policy': 5",
            found=OUTCOMES[OUTCOMES["design_id"] != 5])  # fmt: skip
    refused("outcomes of points that the design lacks: 3, 4", DESIGN.drop(index=[3, 4]))


def test_a_unit_needs_both_scenarios() -> None:
    alone = (OUTCOMES["scenario"] == "base") & (OUTCOMES["design_id"] == 1)
    refused("design_id 1 replicate 0", found=OUTCOMES[~alone])


def test_repeated_units_and_points_are_refused() -> None:
    refused("repeated units", found=pd.concat([OUTCOMES, OUTCOMES.iloc[:1], OUTCOMES.iloc[-1:]]))
    refused("repeated in the design: 11", pd.concat([DESIGN, DESIGN.iloc[-1:]]))


def test_names_that_are_nothing_are_refused_with_what_is_near() -> None:
    with pytest.raises(InputError, match="did you mean policy"):
        response(DESIGN, OUTCOMES, "y", "polcy")
    with pytest.raises(InputError, match="unknown outcome 'jobs'"):
        response(DESIGN, OUTCOMES, "jobs", "policy")


def test_every_point_is_seen_through_the_same_replicates() -> None:
    cut_short = OUTCOMES[(OUTCOMES["replicate"] < 2) | (OUTCOMES["design_id"] < 4)]
    found = response(DESIGN, cut_short, "y", "policy", "base")
    assert list(found.columns) == [0, 1]
    parted = OUTCOMES[(OUTCOMES["replicate"] < 2) == (OUTCOMES["design_id"] < 4)]
    refused("no replicate was run at every design point", found=parted)


def test_numbers_of_draws_have_no_order() -> None:
    design = DESIGN.assign(draw=range(12))
    assert inputs_of(design) == ["x_1", "x_2", "draw"]
    assert regions_of(design) == ["x_1", "x_2"]
    with pytest.raises(InputError, match="numbers of draws have no order"):
        regions_of(design[["draw"]])
    with pytest.raises(InputError, match="no column of the design varies"):
        inputs_of(DESIGN.iloc[:1])
