"""From a plan to its design points: quantiles of the distributions, draws, structures."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.design import Listed
from simulator.problems import InputError
from simulator.structures import DEFAULT

if TYPE_CHECKING:
    from experiments.plan.schema import Plan

Floats = NDArray[np.float64]
TRIED: Final = 1_000
"""Settings of levers that are tried before anything is run."""


def design_points(plan: Plan) -> pd.DataFrame:
    """See `Plan.design_points`."""
    columns = plan.columns()
    base = pd.DataFrame(_numbers(plan), columns=list(columns), dtype=np.float64)
    draws, structures = plan.uncertainties.draw_numbers, plan.structures
    if draws:
        rows = len(base)
        base = base.iloc[np.tile(np.arange(rows), len(draws))].reset_index(drop=True)
        base["draw"] = np.repeat(np.asarray(draws, dtype=np.int64), rows)
    if structures != (DEFAULT,):
        rows = len(base)
        base = base.iloc[np.repeat(np.arange(rows), len(structures))].reset_index(drop=True)
        base["structure"] = list(structures) * rows
    base.index = pd.RangeIndex(len(base), name="design_id")
    return base


def _numbers(plan: Plan) -> Floats:
    """(rows, factors) numbers of the factors."""
    factors = plan.factors()
    if isinstance(plan.design, Listed):
        rows = [[point[name].number for name in factors] for point in plan.design.points]
        return np.array(rows, dtype=np.float64).reshape(len(rows), len(factors))
    unit = plan.unit_points()
    columns = [
        _quantiles(factor.quantile, unit[:, index]) for index, factor in enumerate(factors.values())
    ]
    return np.stack(columns, axis=1)


def _quantiles(quantile: Callable[[float], float], unit: Floats) -> Floats:
    """(rows,) quantiles; each coordinate once, since most designs repeat them."""
    once, where = np.unique(unit, return_inverse=True)
    return np.array([quantile(float(u)) for u in once])[where]


def check_points(plan: Plan) -> None:
    """InputError where numbers of levers cannot stand together at a design point.

    Ranges were tried two by two when the plan was read; three may still clash inside. All different
    settings of the design are tried or, of more than TRIED, as many evenly spread over its rows.
    """
    settings = [f"l_{name}" for name in plan.levers.ranges]
    if len(settings) < 2:
        return
    different = plan.design_points()[settings].drop_duplicates()
    rows = np.unique(np.linspace(0, len(different) - 1, TRIED).astype(int))
    tried = different.iloc[rows]
    told: dict[int, str] = {}
    for design_id, point in tried.iterrows():
        try:
            plan.levers.at({name: float(point[f"l_{name}"]) for name in plan.levers.ranges})
        except InputError as error:
            told[int(str(design_id))] = error.problems[0].message
    if told:
        first, message = next(iter(told.items()))
        raise InputError.single(
            "levers.ranges",
            f"numbers cannot stand together in {len(told):,} of {len(tried):,} settings tried, "
            f"first at design point {first}: {message}",
            "narrow the ranges, or list the points (design: {kind: list, …})",
        )
