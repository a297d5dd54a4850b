"""Restricted mean survival time of every unit, from lifetimes, as an outcome like any other."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from simulator.codes import quarter_index
from simulator.problems import InputError
from simulator.survival import curves, restricted_mean
from simulator.trajectories import BASE_QUARTER

KEYS: Final = ["design_id", "replicate", "scenario"]


def mean_survival(lifetimes: pd.DataFrame, horizon: int) -> pd.DataFrame:
    """Quarters lived on average by the initial cohort within `horizon` quarters of 2025Q4.

    lifetimes: rows of `lifetimes.parquet` with a `design_id`. Returns an outcomes frame:
    design_id, replicate, scenario, mean_survival (quarters). It is weighted; the replicate is the
    unit, since organisations of one replicate share shocks.
    """
    lacking = [c for c in (*KEYS, "entry_quarter", "exit_quarter", "weight")
               if c not in lifetimes.columns]  # fmt: skip
    if lacking:
        raise InputError.single("lifetimes", f"no column {', '.join(lacking)}",
                                "record lifetimes in the plan", "analysis")  # fmt: skip
    if horizon < 1:
        raise InputError.single("horizon", f"{horizon} quarters", "1 or more", "analysis")
    cohort = lifetimes[_index(lifetimes["entry_quarter"], BASE_QUARTER) <= BASE_QUARTER]
    groups = cohort.groupby(KEYS, observed=True, sort=True)
    left = _index(cohort["exit_quarter"], -1 + BASE_QUARTER)
    seen = left > BASE_QUARTER
    found = curves(
        np.where(seen, left - BASE_QUARTER, horizon + 1), np.where(seen, 0, -1), 1, horizon,
        weight=cohort["weight"].to_numpy(float), group=groups.ngroup().to_numpy(),
        groups=groups.ngroups,
    )  # fmt: skip
    table = groups.size().reset_index()[KEYS]
    table["scenario"] = table["scenario"].astype(str)
    table["mean_survival"] = restricted_mean(found.survival)
    return table


def _index(labels: pd.Series, missing: int) -> np.ndarray:
    """(rows,) quarters as numbers since 2026Q1; `missing` where there is none."""
    number = {label: quarter_index(str(label)) for label in labels.dropna().unique()}
    return labels.astype(object).map(number).fillna(missing).to_numpy(np.int64)
