"""Paths and bands of an indicator along time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simulator import intervals
from simulator.compare import cube, known_indicator

if TYPE_CHECKING:
    from simulator.results import Results


def paths(results: Results, indicator: str, by: str | None = None) -> pd.DataFrame:
    """Columns `scenario dimension group draw structure replicate quarter value`, one per point."""
    values, _, groups, quarters = cube(results, by or "all", known_indicator(indicator))
    index = pd.MultiIndex.from_product(
        [results.scenario_ids, range(len(results.units)), quarters, groups],
        names=["scenario", "unit", "quarter", "group"],
    )
    table = pd.DataFrame({"value": values.ravel()}, index=index).reset_index()
    draw, structure, replicate = zip(*results.units, strict=True)
    unit = table.pop("unit").to_numpy()
    table["draw"], table["replicate"] = np.array(draw)[unit], np.array(replicate)[unit]
    table["structure"] = np.array(structure)[unit]
    table["dimension"] = by or "all"
    order = ["scenario", "dimension", "group", "draw", "structure", "replicate", "quarter", "value"]
    return table.dropna(subset=["value"])[order].reset_index(drop=True)


def bands(results: Results, indicator: str, by: str | None = None) -> pd.DataFrame:
    """Spread of outcomes by scenario, group and quarter.

    Columns `scenario dimension group quarter mean mean_low mean_high median low_50 high_50 low
    high band replicates rows`. `band` is `quantiles` (5–95 %) from 50 replicates, else `range`
    (lowest to highest). `mean_low`, `mean_high`: 90 % t interval of the mean, which is only the
    error of having run few replicates.
    """
    values, counts, groups, quarters = cube(results, by or "all", known_indicator(indicator))
    rows = []
    for s, scenario in enumerate(results.scenario_ids):
        for g, group in enumerate(groups):
            for q, quarter in enumerate(quarters):
                sample = values[s, :, q, g]
                sample = sample[~np.isnan(sample)]
                if len(sample) == 0:
                    continue
                mean, mean_low, mean_high = intervals.student(sample)
                rows.append(
                    {
                        "scenario": scenario,
                        "dimension": by or "all",
                        "group": group,
                        "quarter": quarter,
                        "mean": float(mean),
                        "mean_low": float(mean_low),
                        "mean_high": float(mean_high),
                        **{k: float(v) for k, v in intervals.band(sample).items()},
                        "band": intervals.band_kind(len(sample)),
                        "replicates": len(sample),
                        "rows": float(np.nanmean(counts[s, :, q, g])),
                    }
                )
    return pd.DataFrame(rows)
