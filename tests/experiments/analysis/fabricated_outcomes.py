"""Experiments without a simulator: a function of the design, with chance of a chosen kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from SALib.sample import morris as morris_sampler
from SALib.sample import sobol as sobol_sampler

Function = Callable[[np.ndarray], np.ndarray]
ISHIGAMI_BOUNDS = [[-np.pi, np.pi]] * 3


def problem(bounds: list[list[float]]) -> dict[str, Any]:
    names = [f"x_{j + 1}" for j in range(len(bounds))]
    return {"num_vars": len(bounds), "names": names, "bounds": bounds}


def saltelli(
    n: int, bounds: list[list[float]], second_order: bool = False, seed: int = 1
) -> pd.DataFrame:
    asked = problem(bounds)
    points = sobol_sampler.sample(asked, n, calc_second_order=second_order, seed=seed)
    return framed(points, asked["names"])


def trajectories(n: int, bounds: list[list[float]], seed: int = 1) -> pd.DataFrame:
    asked = problem(bounds)
    return framed(morris_sampler.sample(asked, n, num_levels=4, seed=seed), asked["names"])


def uniform(points: int, inputs: int, seed: int = 1) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    return framed(random.random((points, inputs)), [f"x_{j + 1}" for j in range(inputs)])


def framed(points: np.ndarray, names: list[str]) -> pd.DataFrame:
    design = pd.DataFrame(points, columns=names)
    design.index.name = "design_id"
    return design


def outcomes(
    design: pd.DataFrame,
    policies: Mapping[str, Function],
    replicates: int = 1,
    shared: float = 0.0,
    own: float = 0.0,
    seed: int = 5,
) -> pd.DataFrame:
    """Outcome `y` of each policy: its function of the inputs, plus chance.

    shared: deviation of the luck of a replicate, the same at every point and for every policy, as
    with common random numbers; own: of the luck of each point, replicate and policy.
    """
    random = np.random.default_rng(seed)
    points = design.select_dtypes("number").to_numpy(float)
    luck = shared * random.standard_normal(replicates)
    parts = []
    for name, function in policies.items():
        value = function(points)[:, None] + luck
        value = value + own * random.standard_normal(value.shape)
        parts.append(
            pd.DataFrame(
                {
                    "design_id": np.repeat(design.index.to_numpy(), replicates),
                    "replicate": np.tile(np.arange(replicates), len(design)),
                    "scenario": name,
                    "y": value.ravel(),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def nothing(points: np.ndarray) -> np.ndarray:
    """The outcome of the reference: 0 everywhere."""
    return np.zeros(len(points))
