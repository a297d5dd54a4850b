"""Sobol indices on functions whose indices are known."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from SALib.test_functions import Ishigami, Sobol_G

from experiments.analysis.frames import response
from experiments.analysis.sobol import base_sample, sobol, sobol_convergence
from simulator.problems import InputError
from tests.experiments.analysis.fabricated_outcomes import (
    ISHIGAMI_BOUNDS,
    nothing,
    outcomes,
    saltelli,
    uniform,
)

# Ishigami & Homma 1990, a = 7, b = 0.1: from the variances of its terms.
_V1 = 0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2
_V2 = 7**2 / 8
_V13 = 0.1**2 * np.pi**8 * (1 / 18 - 1 / 50)
_ALL = _V1 + _V2 + _V13
FIRST = {"x_1": _V1 / _ALL, "x_2": _V2 / _ALL, "x_3": 0.0}
TOTAL = {"x_1": (_V1 + _V13) / _ALL, "x_2": _V2 / _ALL, "x_3": _V13 / _ALL}
DESIGN = saltelli(1024, ISHIGAMI_BOUNDS)
VALUES = response(
    DESIGN, outcomes(DESIGN, {"base": nothing, "policy": Ishigami.evaluate}), "y", "policy", "base"
)


def indices(table: pd.DataFrame, measure: str) -> dict[str, float]:
    rows = table[table["measure"] == measure]
    return dict(zip(rows["input"], rows["value"], strict=True))


def test_ishigami() -> None:
    found = sobol(DESIGN, VALUES)
    assert indices(found, "first") == pytest.approx(FIRST, abs=0.03)
    assert indices(found, "total") == pytest.approx(TOTAL, abs=0.03)
    assert list(found["input"].unique()) == ["x_1", "x_2", "x_3"]  # strongest total first
    assert ((found["low"] < found["value"]) & (found["value"] < found["high"])).all()
    assert (found["size"] == 1024).all()
    assert (found["replicates"] == 1).all()
    assert found["chance_share"].isna().all()  # one replicate: not known


def test_rows_for_second_order_are_recognised() -> None:
    design = saltelli(512, ISHIGAMI_BOUNDS, second_order=True)
    found = outcomes(design, {"policy": Ishigami.evaluate})
    table = sobol(design, response(design, found, "y", "policy"))
    assert indices(table, "total") == pytest.approx(TOTAL, abs=0.06)


def test_sobol_g() -> None:
    a = np.array([0.0, 1.0, 4.5, 9.0])
    partial = 1 / (3 * (1 + a) ** 2)
    variance = np.prod(1 + partial) - 1
    design = saltelli(2048, [[0.0, 1.0]] * 4)

    def g(points: np.ndarray) -> np.ndarray:
        return np.asarray(Sobol_G.evaluate(points, a))

    found = sobol(design, response(design, outcomes(design, {"policy": g}), "y", "policy"))
    first = dict(zip(design.columns, partial / variance, strict=True))
    total = {
        name: partial[j] * np.prod(1 + np.delete(partial, j)) / variance
        for j, name in enumerate(design.columns)
    }
    assert indices(found, "first") == pytest.approx(first, abs=0.04)
    assert indices(found, "total") == pytest.approx(total, abs=0.04)


def test_shuffled_rows_give_the_same_answer() -> None:
    shuffled = DESIGN.sample(frac=1.0, random_state=3)
    pd.testing.assert_frame_equal(sobol(shuffled, VALUES), sobol(DESIGN, VALUES))
    values = VALUES.sample(frac=1.0, random_state=4)
    pd.testing.assert_frame_equal(sobol(DESIGN, values), sobol(DESIGN, VALUES))


def test_seed_0_is_a_seed() -> None:
    np.random.seed(1)
    first = sobol(DESIGN, VALUES, seed=0)
    np.random.seed(2)
    pd.testing.assert_frame_equal(first, sobol(DESIGN, VALUES, seed=0))
    assert not first.equals(sobol(DESIGN, VALUES, seed=1))


def test_nothing_that_is_no_saltelli_design_gets_indices() -> None:
    for design in (uniform(5 * 64, 3), DESIGN.iloc[:-1], DESIGN.iloc[1:]):
        found = outcomes(design, {"policy": Ishigami.evaluate})
        with pytest.raises(InputError, match="are no Saltelli design"):
            sobol(design, response(design, found, "y", "policy"))
    relabelled = DESIGN.set_axis(np.random.default_rng(1).permutation(len(DESIGN)))
    with pytest.raises(InputError, match="are no Saltelli design"):
        sobol(relabelled, VALUES)


def test_values_that_are_missing_are_refused() -> None:
    broken = VALUES.copy()
    broken.iloc[17, 0] = np.nan
    with pytest.raises(InputError, match="not finite at design_id 17"):
        sobol(DESIGN, broken)
    with pytest.raises(InputError, match="no response at 40"):
        sobol(DESIGN, VALUES.drop(index=40))


def test_an_outcome_that_does_not_vary_has_no_indices() -> None:
    with warnings.catch_warnings(), pytest.raises(InputError, match="no variance to share out"):
        warnings.simplefilter("error", RuntimeWarning)
        sobol(DESIGN, VALUES * 0.0 + 3.0)


def test_luck_of_its_own_at_every_point_blurs_and_is_told() -> None:
    policies = {"policy": Ishigami.evaluate}
    shared = outcomes(DESIGN, policies, replicates=4, shared=5.0)
    found = sobol(DESIGN, response(DESIGN, shared, "y", "policy"))
    assert indices(found, "total") == pytest.approx(TOTAL, abs=0.03)
    assert found["chance_share"].iloc[0] == pytest.approx(0.0, abs=1e-9)
    own = outcomes(DESIGN, policies, replicates=4, own=5.0)
    blurred = sobol(DESIGN, response(DESIGN, own, "y", "policy"))
    share = (25 / 4) / (25 / 4 + _ALL)
    assert blurred["chance_share"].iloc[0] == pytest.approx(share, abs=0.05)
    assert indices(blurred, "total")["x_3"] > TOTAL["x_3"] + 0.2  # what the share warns of


def test_convergence_is_told_and_its_rule_holds() -> None:
    large = saltelli(4096, ISHIGAMI_BOUNDS)
    values = response(large, outcomes(large, {"p": Ishigami.evaluate}), "y", "p")
    found = sobol_convergence(large, values, resamples=200)
    assert sorted(found.table["size"].unique()) == [1024, 2048, 4096]
    assert found.verdict == "converged", found.why
    last = found.table[found.table["size"] == 4096]
    assert last["half_width"].max() <= found.limit
    assert last["change"].abs().max() <= found.limit
    few = saltelli(32, ISHIGAMI_BOUNDS)
    values = response(few, outcomes(few, {"p": Ishigami.evaluate}), "y", "p")
    small = sobol_convergence(few, values)
    assert small.verdict == "not converged"
    assert "is uncertain by" in small.why
    assert set(sobol_convergence(DESIGN.iloc[: 5 * 99], VALUES).table["size"]) == {24, 49, 99}
    with pytest.raises(InputError, match="too small to be halved twice"):
        sobol_convergence(DESIGN.iloc[: 5 * 7], VALUES)


def test_the_base_sample_repeats_no_coordinate() -> None:
    base = base_sample(DESIGN)
    assert len(base) == 2 * 1024
    assert all(base[name].is_unique for name in base)
