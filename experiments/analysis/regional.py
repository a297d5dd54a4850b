"""Regional sensitivity: which inputs tell the points that fail from those that do not?

Inputs of failing and of other points are compared one at a time (Hornberger & Spear 1981): the
Kolmogorov–Smirnov distance for numbers, Cramér's V for categories. With many inputs some p-value
is always small: they are corrected for the number of inputs (Benjamini & Hochberg 1995).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from scipy import stats

from experiments.analysis.discovery import FEWEST
from experiments.analysis.frames import is_text, regions_of
from simulator.problems import InputError

SIGNIFICANT: Final = 0.05


def regional(
    design: pd.DataFrame, cases: pd.Series, inputs: Sequence[str] | None = None
) -> pd.DataFrame:
    """One row per input, the largest distance first.

    design: points that are an independent sample; cases: booleans by `design_id`. Columns: input;
    distance (0 to 1: 0 where the input says nothing); p; p_adjusted (false discovery rate);
    matters (p_adjusted ≤ 0.05); fails_at (median of the failing points in the unit of the input,
    or the category that fails most); others_at; kind (kolmogorov_smirnov, cramer).

    An input that acts only together with others may show nothing here. InputError under 20
    points of either kind.
    """
    design = design.sort_index()
    names = regions_of(design, inputs)
    hit = cases.reindex(design.index).to_numpy(bool)
    if min(hit.sum(), (~hit).sum()) < FEWEST:
        raise InputError.single(
            "threshold", f"{hit.sum()} of {len(hit)} points fail: too few of one kind to compare",
            f"choose a threshold that leaves {FEWEST} points or more on both sides", "analysis",
        )  # fmt: skip
    rows = []
    for name in names:
        column = design[name]
        row = _categories(column, hit) if is_text(column) else _numbers(column, hit)
        rows.append({"input": name, **row})
    table = pd.DataFrame(rows)
    table.insert(3, "p_adjusted", stats.false_discovery_control(table["p"].to_numpy(float)))
    table.insert(4, "matters", table["p_adjusted"] <= SIGNIFICANT)
    return table.sort_values("distance", ascending=False, kind="stable").reset_index(drop=True)


def _numbers(column: pd.Series, hit: np.ndarray) -> dict[str, object]:
    values = column.to_numpy(float)
    found = stats.ks_2samp(values[hit], values[~hit])
    return {
        "distance": float(found.statistic), "p": float(found.pvalue),
        "fails_at": float(np.median(values[hit])), "others_at": float(np.median(values[~hit])),
        "kind": "kolmogorov_smirnov",
    }  # fmt: skip


def _categories(column: pd.Series, hit: np.ndarray) -> dict[str, object]:
    counts = pd.crosstab(column.astype(str).to_numpy(), hit)
    share = counts[True] / counts.sum(axis=1)
    return {
        "distance": float(stats.contingency.association(counts.to_numpy(), method="cramer")),
        "p": float(stats.chi2_contingency(counts.to_numpy()).pvalue),
        "fails_at": str(share.idxmax()), "others_at": str(share.idxmin()), "kind": "cramer",
    }  # fmt: skip
