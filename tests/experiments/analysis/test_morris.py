"""Morris screening on functions whose elementary effects are known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from SALib.analyze import morris as salib
from SALib.test_functions import Ishigami

from experiments.analysis.frames import response
from experiments.analysis.morris import morris, morris_convergence
from simulator.problems import InputError
from tests.experiments.analysis.fabricated_outcomes import (
    ISHIGAMI_BOUNDS,
    outcomes,
    trajectories,
    uniform,
)

BOUNDS = [[0.0, 1.0], [10.0, 30.0], [0.0, 1.0], [0.0, 1.0]]


def mixed(points: np.ndarray) -> np.ndarray:
    """Linear in x_1 and x_2, x_3 × x_4 together."""
    return 5 * points[:, 0] - 0.1 * points[:, 1] + 4 * points[:, 2] * points[:, 3]


DESIGN = trajectories(24, BOUNDS)
VALUES = response(DESIGN, outcomes(DESIGN, {"policy": mixed}), "y", "policy")


def measure(table: pd.DataFrame, name: str) -> pd.Series:
    return table[table["measure"] == name].set_index("input")["value"]


def test_a_linear_effect_is_its_slope_over_the_range() -> None:
    found = morris(DESIGN, VALUES)
    assert measure(found, "mu")["x_1"] == pytest.approx(5.0)
    assert measure(found, "mu")["x_2"] == pytest.approx(-2.0)  # −0.1 over a range of 20
    assert measure(found, "mu_star")["x_2"] == pytest.approx(2.0)
    assert measure(found, "sigma")[["x_1", "x_2"]].max() < 1e-9
    linear = found[found["input"].isin(["x_1", "x_2"])]
    assert linear["half_width"].max() < 1e-9
    assert found["input"].iloc[0] == "x_1"


def test_an_interaction_shows_in_sigma_with_an_interval() -> None:
    found = morris(DESIGN, VALUES)
    sigma = found[(found["measure"] == "sigma") & found["input"].isin(["x_3", "x_4"])]
    assert (sigma["low"] > 0.5).all()  # 4 × the deviation of the other input, 1.5 on this grid
    assert ((sigma["low"] <= 1.5) & (sigma["high"] >= 1.4)).all()


def test_measures_are_those_of_salib() -> None:
    found = morris(DESIGN, VALUES)
    names = list(DESIGN.columns)
    problem = {"num_vars": 4, "names": names, "bounds": BOUNDS, "groups": None}
    other = salib.analyze(problem, DESIGN.to_numpy(), VALUES[0].to_numpy(), seed=1)
    for name in ("mu", "mu_star", "sigma"):
        np.testing.assert_allclose(measure(found, name)[names], other[name], atol=1e-9)
    star = found[found["measure"] == "mu_star"].set_index("input").loc[names]
    wide = np.asarray(other["mu_star_conf"]) * 1.645 / 1.96  # its interval is of 95 %
    np.testing.assert_allclose(star["half_width"], wide, rtol=0.25, atol=1e-9)


def test_effects_that_cancel_have_a_mu_star() -> None:
    design = trajectories(60, ISHIGAMI_BOUNDS)
    found = morris(design, response(design, outcomes(design, {"p": Ishigami.evaluate}), "y", "p"))
    assert abs(measure(found, "mu")["x_2"]) < 1.5
    assert measure(found, "mu_star")["x_2"] > 5.0


def test_shuffled_rows_and_seed_0_give_the_same_answer() -> None:
    first = morris(DESIGN, VALUES, seed=0)
    shuffled = DESIGN.sample(frac=1.0, random_state=3)
    values = VALUES.sample(frac=1.0, random_state=5)
    pd.testing.assert_frame_equal(morris(shuffled, values, seed=0), first)
    assert not first.equals(morris(DESIGN, VALUES, seed=1))


def test_what_is_no_trajectory_is_refused() -> None:
    for design in (uniform(5 * 20, 4), DESIGN.iloc[:-1], DESIGN.iloc[1:]):
        found = outcomes(design, {"p": mixed})
        with pytest.raises(InputError, match="no trajectories that move one input at a time"):
            morris(design, response(design, found, "y", "p"))
    broken = VALUES.copy()
    broken.iloc[3, 0] = np.nan
    with pytest.raises(InputError, match="not finite at design_id 3"):
        morris(DESIGN, broken)


def test_chance_of_its_own_is_told() -> None:
    noisy = outcomes(DESIGN, {"p": mixed}, replicates=5, shared=3.0, own=2.0)
    found = morris(DESIGN, response(DESIGN, noisy, "y", "p"))
    variance = float(np.var(mixed(DESIGN.to_numpy()), ddof=1))
    expected = (4 / 5) / (4 / 5 + variance)
    assert found["chance_share"].iloc[0] == pytest.approx(expected, abs=0.1)


def test_convergence_by_number_of_trajectories() -> None:
    found = morris_convergence(DESIGN, VALUES)
    assert sorted(found.table["size"].unique()) == [6, 12, 24]
    few = morris_convergence(DESIGN.iloc[:40], VALUES.iloc[:40])
    assert few.verdict == "not converged"
    assert "mu_star of x_" in few.why

    def linear(points: np.ndarray) -> np.ndarray:
        return np.asarray(points @ np.array([1.0, 0.2, 0.0, 3.0]))

    steady = response(DESIGN, outcomes(DESIGN, {"p": linear}), "y", "p")
    assert morris_convergence(DESIGN, steady).converged
    with pytest.raises(InputError, match="too few to be halved twice"):
        morris_convergence(DESIGN.iloc[:20], VALUES.iloc[:20])
